"""Photos of backs into a folder of results: read, kept in the table's folder, and put with its cards where it was scanned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2

from posterscan.backs.kept import NAME, BackPhoto, KeptBacks, as_bytes, brought_together, kept_backs
from posterscan.backs.pair import with_backs
from posterscan.backs.scan import ScannedBacks, scan_backs
from posterscan.batch.index import read_results, refresh, result_names
from posterscan.batch.lock import only_one
from posterscan.catalogue import LoadedCatalogue
from posterscan.errors import PhotoError, UsageError
from posterscan.files import JPEG_QUALITY, as_json, table_name
from posterscan.messages import Message
from posterscan.ocr.engines import Engines, engines
from posterscan.photo import Photo, load_photo, printable, shown
from posterscan.places_base import Place
from posterscan.records import CatalogueRef, TableResult
from posterscan.sheet import Image

CURE = Message("Leg de kaartjes met de achterkant boven op een effen tafel, los van elkaar; neem de foto recht van boven.",
               "Lay the cards with their backs up on a plain table, apart from each other; take the photo from straight above.")


@dataclass(frozen=True)
class BacksDone:
    """What came of it. kept: all backs of the table; paired: of these, on a card of the result; result: None where the table was
    not scanned yet; failed: photos that could not be used; notes: what the user should know."""

    table: str
    kept: KeptBacks
    paired: int
    result: TableResult | None
    failed: tuple[tuple[Path, PhotoError], ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, eq=False)
class _Read:
    photos: list[tuple[Photo, ScannedBacks]] = field(default_factory=list)
    failed: list[tuple[Path, PhotoError]] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)


def run_backs(paths: Sequence[Path], catalogue: LoadedCatalogue, place: Place, table: str | None, *, wait_s: float = 0.0,
              load: Callable[[Path], Photo] = load_photo) -> BacksDone:
    """Reads the photos and writes what they show. UsageError where it is not known of which table they are.

    table: None for the only one that there is a result of. One photo never stops the others. Read again, a photo replaces what it
    gave before; what people corrected stays.
    """
    name = table_name(table) if table is not None else _only_table(place)
    read = _read(paths, catalogue, engines(catalogue.catalogue.language), load)
    with only_one(place, wait_s, lambda _: None):
        old, told = kept_backs(place, name)
        kept = brought_together(old, _as_kept(name, catalogue, read)) if read.photos or old is None else old
        moved = _taken_from_others(place, name, {photo.sha256 for photo in kept.photos})
        result = next((result for _, result in read_results(place, [name])), None)
        paired = 0
        if read.photos:
            _write_crops(place, name, kept, read)
            place.write(f"{name}/{NAME}", as_bytes(kept))
            if result is not None:
                result = with_backs(result, kept.backs)
                place.write(f"{name}.json", as_json(result))
                refresh(place)
    if result is not None:
        paired = sum(card.back is not None for card in result.cards)
    notes = (*told, *read.notes, *moved, *_about(name, kept, paired, result, catalogue, place))
    return BacksDone(name, kept, paired, result, tuple(read.failed), notes)


def _only_table(place: Place) -> str:
    names = [name for name, _ in read_results(place, result_names(place))]
    if len(names) == 1:
        return names[0]
    here = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
    raise UsageError(
        Message("Van welke tafel deze achterkanten zijn, is niet te zien." + (f" Er is: {here}." if names else ""),
                "Nothing shows which table these backs are of." + (f" There are: {here}." if names else "")),
        Message("Noem de tafel met --table.", "Name the table with --table."))


def _read(paths: Sequence[Path], catalogue: LoadedCatalogue, readers: Engines, load: Callable[[Path], Photo]) -> _Read:
    read = _Read()
    hashes: set[str] = set()
    if readers.notice:
        read.notes.append(readers.notice)
    for path in paths:
        name = shown(path)
        try:
            photo = load(path)
            if photo.sha256 in hashes:
                read.notes.append(Message(f"{name} is dezelfde foto als een andere; overgeslagen.",
                                          f"{name} is the same photo as another one; left out."))
                continue
            hashes.add(photo.sha256)
            scanned = scan_backs(photo, catalogue.catalogue, readers)
            if not scanned.records:
                raise _nothing(name, scanned)
        except PhotoError as error:
            read.failed.append((path, error))
            continue
        read.notes.extend(_of_photo(name, scanned))
        read.photos.append((photo, scanned))
    return read


def _nothing(name: str, scanned: ScannedBacks) -> PhotoError:
    if scanned.fronts:
        return PhotoError(Message(f"{name}: alle kaartjes liggen met de voorkant boven.",
                                  f"{name}: all cards lie with their front up."),
                          Message("Draai de kaartjes om.", "Turn the cards over."), "no-backs")
    return PhotoError(Message(f"{name}: geen achterkanten van kaartjes gevonden.", f"{name}: no backs of cards were found."), CURE,
                      "no-backs")


def _of_photo(name: str, scanned: ScannedBacks) -> list[Message]:
    notes = []
    if scanned.fronts:
        n = len(scanned.fronts)
        notes.append(Message(f"{name}: {n} kaartje(s) met de voorkant boven zijn overgeslagen. Draai ze om voor een nieuwe foto.",
                             f"{name}: {n} card(s) with their front up were left out. Turn them over for another photo."))
    if scanned.dropped:
        notes.append(Message(f"{name}: {scanned.dropped} keer iets als een kaartje zonder code, zonder leesbare achterkant. "
                             "Ontbreekt er een kaartje? " + CURE.nl,
                             f"{name}: {scanned.dropped} times something like a card without a code, that is no readable back. "
                             "Is a card missing? " + CURE.en))
    return notes


def _as_kept(table: str, catalogue: LoadedCatalogue, read: _Read) -> KeptBacks:
    photos, backs, seen, names = [], [], {}, set()
    for photo, scanned in read.photos:
        photos.append(BackPhoto(file=photo.name, sha256=photo.sha256, size_px=photo.size_px, taken_at=photo.taken_at))
        for record in scanned.records:
            name = next(wish for k in range(1, 10_000) if (wish := record.id if k == 1 else f"{record.id}-{k}") not in names)
            names.add(name)
            backs.append(record.model_copy(update={"id": name}))
            seen[name] = photo.sha256
    return KeptBacks(schema="posterscan-backs/1", table=table, catalogue=CatalogueRef(sha256=catalogue.sha256), photos=photos,
                     backs=backs, seen=seen)


def _taken_from_others(place: Place, table: str, photos: set[str]) -> list[Message]:
    """A photo that was read for another table before is of this one: its backs leave the other table, and that is said."""
    notes = []
    for entry in [*place.files()]:
        other, _, file = entry.name.rpartition("/")
        if file != NAME or other == table or "/" in other:
            continue
        kept, _ = kept_backs(place, other)
        if kept is None or not (gone := {p.sha256 for p in kept.photos} & photos):
            continue
        backs = [back for back in kept.backs if kept.seen.get(back.id) not in gone]
        kept = kept.model_copy(update={"photos": [p for p in kept.photos if p.sha256 not in gone], "backs": backs,
                                       "seen": {back.id: kept.seen[back.id] for back in backs if back.id in kept.seen}})
        place.write(entry.name, as_bytes(kept))
        for name, result in read_results(place, [other]):
            place.write(f"{name}.json", as_json(with_backs(result, backs)))
        notes.append(Message(f"{len(gone)} foto('s) stonden bij {printable(other)}; die horen nu bij {printable(table)}.",
                             f"{len(gone)} photo(s) were with {printable(other)}; they now belong to {printable(table)}."))
    return notes


def _about(name: str, kept: KeptBacks, paired: int, result: TableResult | None, catalogue: LoadedCatalogue,
           place: Place) -> list[Message]:
    """What the user has to do about backs without a card."""
    if result is None:
        return [Message(f"Tafel {printable(name)} is nog niet gescand. De achterkanten zijn bewaard, en komen bij de kaartjes "
                        f"zodra u dat doet (posterscan scan FOTO --out {printable(place.url)}).",
                        f"Table {printable(name)} was not scanned yet. The backs are kept, and join their cards once you do that "
                        f"(posterscan scan PHOTO --out {printable(place.url)}).")] if kept.backs else []
    notes = []
    left = len(kept.backs) - paired
    if left:
        notes.append(Message(f"{left} achterkant(en) horen bij geen kaartje dat op de poster is gevonden. Kies het kaartje in het "
                             "nakijkscherm (posterscan review).",
                             f"{left} back(s) belong to no card that was found on the poster. Choose the card in the review page "
                             "(posterscan review)."))
    coded = [back for back in kept.backs if back.marker_id is not None]
    if len(coded) >= 3 and paired == 0:
        notes.append(Message(f"Geen enkele code hoort bij tafel {printable(name)}: is --table wel de goede tafel?",
                             f"Not one code belongs to table {printable(name)}: is --table the right one?"))
    strange = sorted({b.table for b in catalogue.catalogue.blanks if b.marker_id in {back.marker_id for back in coded}})
    if len(strange) > 1:
        tables = ", ".join(map(str, strange))
        notes.append(Message(f"Er liggen lege kaartjes van verschillende tafels bij elkaar ({tables}).",
                             f"Blank cards of different tables lie together ({tables})."))
    return notes


def _write_crops(place: Place, table: str, kept: KeptBacks, read: _Read) -> None:
    """Pictures of the backs that came from these photos; those of backs that are gone go too."""
    folder = f"{table}/backs"
    pictures: dict[tuple[str, tuple[tuple[float, float], ...]], Image] = {
        (photo.sha256, tuple(record.polygon_px)): crop for photo, scanned in read.photos
        for record, crop in zip(scanned.records, scanned.crops, strict=True)}
    wanted = {f"{folder}/{table_name(back.id)}.jpg" for back in kept.backs}
    for back in kept.backs:
        crop = pictures.get((kept.seen.get(back.id, ""), tuple(back.polygon_px)))
        if crop is not None:
            done, data = cv2.imencode(".jpg", cv2.cvtColor(crop, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
            if done:
                place.write(f"{folder}/{table_name(back.id)}.jpg", bytes(data))
    for entry in [*place.files(folder)]:
        if entry.name.endswith(".jpg") and entry.name not in wanted:
            place.remove(entry.name)
