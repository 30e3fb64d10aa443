"""Folders of results as tidy rows, corrections applied: what every other part of a report starts from."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from posterscan.backs.pair import REASONS as OF_BACKS
from posterscan.backs.pair import STANCE_UNCERTAIN
from posterscan.batch.index import INDEX, Index, read_results, result_names
from posterscan.catalogue import CatalogueCard
from posterscan.corrections import corrected, corrected_cards
from posterscan.errors import UsageError
from posterscan.files import table_name
from posterscan.kept_kits import KEPT, KeptKits, kept_kits
from posterscan.layout import Layout, Zone
from posterscan.messages import Message
from posterscan.places import FolderPlace, Place
from posterscan.records import CardRecord, TableResult
from posterscan.report.rows import ArgumentRow, PlacementRow, TableRow
from posterscan.report.same import item_key, merged, spelled
from posterscan.rows import StickerRow, card_rows, sticker_rows
from posterscan.sampling import sampled

Grouping = Literal["session", "place", "date", "folder", "none"]
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)


@dataclass(frozen=True)
class LeftOut:
    """What is not in the rows. photos: in no table, or not used; tables: whose photos could not be read; sample: cards that nothing
    was doubted of and a human looked at, and how many of those were wrong."""

    photos: int = 0
    tables: int = 0
    sample_cards: int = 0
    sample_wrong: int = 0


@dataclass(frozen=True)
class Gathered:
    """Rows of all tables, in the order of their names.

    catalogue: the cards of all kits, with their item as id; those with the same words once. zones: of all posters, in the poster's
    order, each id once. posters: layouts by `TableRow.poster`. merged: items that the analyst counts as another, to that one.
    base: what names in the rows are relative to. grouped: by what the tables were brought into groups.
    """

    tables: tuple[TableRow, ...]
    cards: tuple[PlacementRow, ...]
    stickers: tuple[StickerRow, ...]
    arguments: tuple[ArgumentRow, ...]
    catalogue: tuple[CatalogueCard, ...]
    zones: tuple[Zone, ...]
    posters: Mapping[str, Layout]
    left_out: LeftOut
    merged: Mapping[str, str]
    base: Path
    grouped: Grouping

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups, in the order of their first tables; empty without groups."""
        return tuple(dict.fromkeys(table.group for table in self.tables if table.group is not None))

    @property
    def main_poster(self) -> str | None:
        """The poster that most tables lay on; None where no layout is known."""
        counts = Counter(table.poster for table in self.tables if table.poster in self.posters)
        return counts.most_common(1)[0][0] if counts else None


@dataclass(frozen=True)
class _Read:
    """One result with what its folder is called; name: of its file, relative to `Gathered.base`."""

    name: str
    folder: str
    measured: TableResult
    now: TableResult


def gather(folders: Sequence[Path], *, kit: Path | None = None, same: Mapping[str, str] | None = None, by: Grouping | None = None,
           groups: Mapping[str, str] | None = None) -> Gathered:
    """Reads all results of some folders. UsageError where a folder is none, or none of them holds a result.

    kit: where layout and catalogue are, for results without their own. same: `same.read_same`. by: what tables are compared under;
    None: by session where there are several, else by folder where there are several. groups: group by a table's name or file,
    instead.
    """
    _are_folders(folders)
    if kit is not None and not kit.is_dir():
        raise UsageError(Message(f"{kit} is geen map.", f"{kit} is no folder."),
                         Message("Noem de map met layout.json en catalogue.json.",
                                 "Name the folder of layout.json and catalogue.json."))
    folders = list(dict.fromkeys(folder.resolve() for folder in folders))  # named twice, its tables still count once
    places = [FolderPlace(folder) for folder in folders]
    base = Path(os.path.commonpath(folders))
    read = [one for folder, place in zip(folders, places, strict=True) for one in _read(folder, place, base)]
    read = _told_apart(read)
    if not read:
        raise UsageError(Message("In deze map staan geen resultaten.", "There are no results in this folder."),
                         Message("Noem de map die posterscan scan of batch heeft gevuld.",
                                 "Name the folder that posterscan scan or batch has filled."))
    kits = kept_kits(*((place, KEPT) for place in places), *([(FolderPlace(kit), "")] if kit is not None else []))
    posters = {name: poster_key(kits.layouts[name]) for name in {one.now.layout.sha256 for one in read} & set(kits.layouts)}
    grouped: Grouping = "none" if groups else by or _natural(read)
    group_of = {one.name: _group(one, grouped, groups or {}) for one in read}
    layouts = _layouts(read, kits, posters)
    zones = {zone.id: zone for layout in reversed(layouts.values()) for zone in layout.zones}
    catalogue, items = _catalogue(read, kits)
    tables = tuple(_table_row(one, group_of[one.name], posters) for one in read)
    known: dict[tuple[str, str], str] = {(card.kind, spelled(card.text)): card.id for card in catalogue}
    arguments: list[ArgumentRow] = []
    cards: list[PlacementRow] = []
    for one in read:
        rows = _placements(one, group_of[one.name], zones, known, items)
        cards += rows
        arguments += [*_arguments(one, rows), *_loose_backs(one, group_of[one.name], items, catalogue)]
    cards, arguments, now_as = _counted_as(cards, arguments, _item_texts(cards, catalogue), same or {})
    stickers = tuple(row for one in read for row in sticker_rows(one.measured, one.name))
    return Gathered(tables, tuple(cards), stickers, tuple(arguments), catalogue, _ordered(zones, layouts), layouts,
                    _left_out(places, read), now_as, base, grouped)


def _counted_as(cards: Sequence[PlacementRow], arguments: Sequence[ArgumentRow], texts: Mapping[str, str],
                same: Mapping[str, str]) -> tuple[list[PlacementRow], list[ArgumentRow], dict[str, str]]:
    """Each row with the item that it counts as and that item's text; and which items count as another."""
    now_as = merged(texts, same)
    named: dict[str | None, str] = {item_key(None, word): word for word in same.values()}
    named.update((item, text) for item, text in texts.items())
    cards = [replace(row, item=(to := now_as.get(row.item or "", row.item)), item_text=named.get(to, "")) for row in cards]
    of_card = {(row.result, row.card_id): row for row in cards}
    said = []
    for row in arguments:
        card = of_card.get((row.result, row.card_id))
        # a back that lies nowhere on a poster has no card to take its item from
        item = card.item if card is not None else now_as.get(row.item or "", row.item)
        said.append(replace(row, item=item, item_text=named.get(item, row.item_text if card is None else "")))
    return cards, said, now_as


def poster_key(layout: Layout) -> str:
    """A short word for a sheet with its zones: the same for kits that differ in their session only."""
    drawn = [layout.size_mm, [[zone.id, zone.kind, zone.polygon_mm] for zone in layout.zones]]
    return f"{layout.id}-{hashlib.sha256(json.dumps(drawn).encode()).hexdigest()[:8]}"


def _are_folders(folders: Sequence[Path]) -> None:
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(Message(f"{folder} is geen map.", f"{folder} is no folder."),
                             Message("Noem de map met de resultaten.", "Name the folder of results."))


def _read(folder: Path, place: Place, base: Path) -> Iterator[_Read]:
    prefix = folder.relative_to(base).as_posix()
    prefix = "" if prefix == "." else f"{prefix}/"
    for name, result in read_results(place, sorted(result_names(place), key=_natural_order)):
        yield _Read(f"{prefix}{name}.json", folder.name, result, corrected(result))


def _told_apart(read: Sequence[_Read]) -> list[_Read]:
    """Folders of the same name, like oost/out and west/out, go by their whole names."""
    paths: dict[str, set[str]] = {}
    for one in read:
        paths.setdefault(one.folder, set()).add(one.name.rpartition("/")[0])
    return [replace(one, folder=one.name.rpartition("/")[0] or one.folder) if len(paths[one.folder]) > 1 else one for one in read]


def _natural_order(name: str) -> list[tuple[int, str]]:
    """Table 2 before table 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in re.split(r"(\d+)", name)]


def _natural(read: Sequence[_Read]) -> Grouping:
    if len({_session(one) for one in read}) > 1:
        return "session"
    return "folder" if len({one.folder for one in read}) > 1 else "none"


def _session(one: _Read) -> str | None:
    """What tells two evenings apart, in words where there are any."""
    session = one.now.session
    return " · ".join(part for part in (session.name or session.id, session.place, session.date) if part) or None


def _group(one: _Read, grouped: Grouping, groups: Mapping[str, str]) -> str | None:
    if groups:
        return groups.get(one.name.removesuffix(".json"), groups.get(one.now.table))
    return {"session": _session(one), "place": one.now.session.place, "date": one.now.session.date, "folder": one.folder,
            "none": None}[grouped]


def _layouts(read: Sequence[_Read], kits: KeptKits, posters: Mapping[str, str]) -> dict[str, Layout]:
    """Known posters, that of most tables first."""
    counts = Counter(one.now.layout.sha256 for one in read if one.now.layout.sha256 in posters)
    return {posters[sha]: kits.layouts[sha] for sha, _ in reversed(counts.most_common())} if counts else {}


def _ordered(zones: Mapping[str, Zone], layouts: Mapping[str, Layout]) -> tuple[Zone, ...]:
    """Spheres first, then outside, then the ladder; else as on the poster."""
    order = ("sphere", "outside", "ladder")
    ids = dict.fromkeys(zone.id for layout in layouts.values() for zone in layout.zones)
    return tuple(sorted((zones[name] for name in ids), key=lambda zone: order.index(zone.kind)))


def _catalogue(read: Sequence[_Read], kits: KeptKits) -> tuple[tuple[CatalogueCard, ...], dict[tuple[str, str], str]]:
    """The cards of all kits, and the item of each id in a catalogue with a hash: another kit may give the same words another id,
    or the same id other words."""
    cards: dict[str, CatalogueCard] = {}
    known: dict[tuple[str, str], str] = {}
    items: dict[tuple[str, str], str] = {}
    for sha in dict.fromkeys(one.now.catalogue.sha256 for one in read):
        for card in kits.catalogues[sha].cards if sha in kits.catalogues else ():
            words = (card.kind, spelled(card.text))
            if words not in known:
                known[words] = card.id if card.id not in cards else f"{card.id}@{sha[:8]}"
                cards[known[words]] = card.model_copy(update={"id": known[words]})
            items[sha, card.id] = known[words]
    return tuple(cards.values()), items


def _item_texts(cards: Iterable[PlacementRow], catalogue: Sequence[CatalogueCard]) -> dict[str, str]:
    """Each item's text: the catalogue's, else the one that was written most often on fronts, else its id."""
    written: dict[str, Counter[str]] = {}
    for row in cards:
        if row.item is not None:
            counts = written.setdefault(row.item, Counter())
            counts.update([row.text.strip()] if row.side == "front" and row.text.strip() else [])
    most = {item: max(counts, key=lambda text: (counts[text], text), default=item) for item, counts in written.items()}
    return most | {card.id: card.text for card in catalogue}


def _placements(one: _Read, group: str | None, zones: Mapping[str, Zone], known: Mapping[tuple[str, str], str],
                items: Mapping[tuple[str, str], str]) -> list[PlacementRow]:
    """known: items by kind and text as `spelled`: who writes a printed card's very words means that card.

    items: of `_catalogue`.
    """
    out = []
    for row, card in zip(card_rows(one.measured, one.name), one.now.cards, strict=True):
        zone = zones.get(row.zone) if row.zone is not None else None
        # what stands on a back is an argument: it counts as an item only where a code tells which card it is
        text = card.text.value if card.side == "front" else ""
        told = items.get((one.now.catalogue.sha256, card.catalogue_id), card.catalogue_id) if card.catalogue_id else None
        item = item_key(told or known.get((card.kind, spelled(text))), text)
        out.append(PlacementRow(**vars(row), group=group, item=item, item_text="",
                                zone_label=zone.label if zone else row.zone or "", zone_kind=zone.kind if zone else None,
                                doubtful=bool(set(card.needs_review) - OF_BACKS)))
    return out


def _table_row(one: _Read, group: str | None, posters: Mapping[str, str]) -> TableRow:
    now, session = one.now, one.now.session
    named = session.names_consent is True and now.review.by
    p95 = [photo.residual_mm.p95 for photo in now.photos if photo.residual_mm.p95 is not None]
    there = {card.id for card in now.cards}
    return TableRow(
        session_id=session.id, session_name=session.name, session_date=session.date, session_place=session.place, group=group,
        table=now.table, result=one.name, poster=posters.get(now.layout.sha256, now.layout.id), participants=session.participants,
        photos=len(now.photos), cards=len(now.cards), ingredients=_count(now, "ingredient"), intentions=_count(now, "intention"),
        unread=sum(not card.text.value.strip() and card.catalogue_id is None for card in now.cards),
        backs=sum(card.side == "back" for card in now.cards),
        doubtful=sum(bool(set(card.needs_review) - OF_BACKS) for card in now.cards),
        open_checks=sum(check.severity != "info" for check in now.checks), corrected=len(corrected_cards(one.measured) & there),
        removed=sum(card.id not in there for card in one.measured.cards), stickers=sum(card.stickers.count for card in now.cards),
        loose_stickers=len(now.loose_stickers), review=now.review.status, differences=len(now.review.differences),
        residual_p95_mm=max(p95) if p95 else None, picture=f"{one.name.removesuffix('.json')}/rectified.jpg",
        reviewers=str(now.review.by) if named else "")


def _count(now: TableResult, kind: str) -> int:
    return sum(card.kind == kind for card in now.cards)


def _arguments(one: _Read, rows: Sequence[PlacementRow]) -> Iterator[ArgumentRow]:
    notes = {correction.card: str(correction.value) for correction in one.measured.review.corrections
             if correction.field == "note" and isinstance(correction.value, str)}
    for row, card in zip(rows, one.now.cards, strict=True):
        for source, text in _written(card, notes.get(card.id, "")):
            yield ArgumentRow(session_id=row.session_id, group=row.group, table=row.table, result=row.result, card_id=row.card_id,
                              item=row.item, item_text=row.item_text, zone=row.zone, source=source, text=text,
                              confidence=1.0 if source == "note" else row.text_confidence,
                              doubtful=row.doubtful and source != "note", crop=row.crop)
        stance = card.stance.value if card.stance is not None else None
        unsure = STANCE_UNCERTAIN in card.needs_review
        if card.argument is not None and (card.argument.value.strip() or stance or unsure):
            yield ArgumentRow(session_id=row.session_id, group=row.group, table=row.table, result=row.result, card_id=row.card_id,
                              item=row.item, item_text=row.item_text, zone=row.zone, source="back",
                              text=card.argument.value.strip(), confidence=card.argument.confidence,
                              doubtful=bool(set(card.needs_review) & OF_BACKS), crop=_back_crop(one, card.back) or row.crop,
                              stance=stance, stance_doubtful=unsure)


def _loose_backs(one: _Read, group: str | None, items: Mapping[tuple[str, str], str],
                 catalogue: Sequence[CatalogueCard]) -> Iterator[ArgumentRow]:
    """Backs whose card lies nowhere on the poster, or is not known: what was argued is not lost."""
    texts = {card.id: card.text for card in catalogue}
    for back in one.now.backs:
        stance = back.stance.value if back.stance is not None else None
        unsure = STANCE_UNCERTAIN in back.needs_review
        if back.argument.value.strip() or stance or unsure:
            item = items.get((one.now.catalogue.sha256, back.catalogue_id), back.catalogue_id) if back.catalogue_id else None
            yield ArgumentRow(session_id=one.now.session.id, group=group, table=one.now.table, result=one.name, card_id=back.id,
                              item=item, item_text=texts.get(item or "", ""), zone=None, source="back",
                              text=back.argument.value.strip(), confidence=back.argument.confidence,
                              doubtful=bool(back.needs_review), crop=_back_crop(one, back.id), stance=stance,
                              stance_doubtful=unsure)


def _back_crop(one: _Read, back: str | None) -> str:
    return f"{one.name.removesuffix('.json')}/backs/{table_name(back)}.jpg" if back else ""


def _written(card: CardRecord, note: str) -> Iterator[tuple[str, str]]:
    text = card.text.value.strip()
    if card.side == "back" and text:
        yield "back", text
    elif card.text.handwritten and text:
        yield "own", text
    if note.strip():
        yield "note", note.strip()


def _left_out(places: Sequence[Place], read: Sequence[_Read]) -> LeftOut:
    photos = tables = 0
    for place in places:
        try:
            index = Index.model_validate_json(place.read(INDEX))
        except (FileNotFoundError, ValueError):
            continue
        photos += index.counts.photos - index.counts.used
        tables += index.counts.failed
    looked = [sampled(one.measured) for one in read]
    return LeftOut(photos, tables, sum(cards for cards, _ in looked), sum(wrong for _, wrong in looked))
