"""Corrections into results: all of a file or nothing of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

from posterscan.batch.index import read_results, refresh, result_names
from posterscan.batch.lock import only_one
from posterscan.corrections import corrected
from posterscan.corrections_carry import measured_hash, same_photos
from posterscan.corrections_fields import ADDED
from posterscan.files import as_json, table_name
from posterscan.kept_kits import KEPT, KeptKits, kept_kits
from posterscan.messages import Message
from posterscan.photo import printable
from posterscan.places import Place
from posterscan.records import TableResult
from posterscan.review.document import Document, TableWords, read_document, unusable
from posterscan.review.take_up import TableUpdate, take_up, unknown_ids
from posterscan.sampling import sampled

_CROP_QUALITY = 90


@dataclass(frozen=True)
class Applied:
    """What was taken up, table by table; those that nothing was said of, or nothing new, are in it as well.

    sampled: of all results there, how many confident cards somebody has looked at, and how many were wrong; None in a dry run, and
    where tables weren't to be refreshed.
    """

    tables: tuple[TableUpdate, ...]
    sampled: tuple[int, int] | None = None


def apply_corrections(place: Place, content: bytes, name: str, *, dry_run: bool = False, refresh_tables: bool = True,
                      wait_s: float = 0.0, waiting: Callable[[Message], None] = lambda _: None) -> Applied:
    """Takes up the corrections in a file's content (name: for messages) in the results at a place.

    CorrectionsError where anything in it does not belong to these results: then nothing is changed. Otherwise each changed table is
    written as a whole, then the tidy tables and the index, where there are any. Twice is as good as once.
    """
    document = read_document(content, name)
    with nullcontext() if dry_run else only_one(place, wait_s, waiting):
        applied = Applied(tuple(_updates(place, document, name)))
        if not dry_run:
            for update in applied.tables:
                if update.changed:
                    _write(place, update)
            if refresh_tables:
                if any(update.changed for update in applied.tables):
                    refresh(place)
                looked = [sampled(result) for _, result in read_results(place, result_names(place))]
                applied = replace(applied, sampled=(sum(cards for cards, _ in looked), sum(wrong for _, wrong in looked)))
    return applied


def _updates(place: Place, document: Document, name: str) -> list[TableUpdate]:
    """Every table's result with what was said of it; CorrectionsError with all that does not belong."""
    results = _Results(place)
    kits = kept_kits((place, KEPT))
    faults: list[Message] = []
    updates = []
    for words in document.tables:
        found = results.of(words)
        if found is None:
            faults.append(_not_of_here(printable(words.name), results.there(words.name)))
            continue
        file, result = found
        if measured_hash(result) == words.measured:
            faults += unknown_ids(words, result, *_known(result, kits))
        updates.append(take_up(words, document, file, result))
    if faults:
        raise unusable(printable(name), faults)
    return updates


def _not_of_here(name: str, there: bool) -> Message:
    if there:
        return Message(f"tafel {name}: deze correcties zijn van andere foto's",
                       f"table {name}: these corrections are of other photos")
    return Message(f"tafel {name}: die is er niet bij", f"table {name}: there is no such table")


def _known(result: TableResult, kits: KeptKits) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    """Ids of zones and of catalogue cards; None where the kit is not there, and nobody can tell."""
    layout, catalogue = kits.layouts.get(result.layout.sha256), kits.catalogues.get(result.catalogue.sha256)
    zones = frozenset(zone.id for zone in layout.zones) if layout is not None else None
    seen = {card.catalogue_id for card in result.cards if card.catalogue_id is not None}
    cards = frozenset({card.id for card in catalogue.cards} | seen) if catalogue is not None else None
    return zones, cards


class _Results:
    """The results at a place, read when they are asked for. Names are only compared: none becomes a path."""

    def __init__(self, place: Place) -> None:
        self._place, self._names = place, result_names(place)
        self._read: dict[str, TableResult] = {}

    def there(self, name: str) -> bool:
        return name in self._names

    def of(self, words: TableWords) -> tuple[str, TableResult] | None:
        """The result that was measured so, else one of the same photos; of its own name if it can be."""
        if words.name in self._names:
            own = self._result(words.name)
            if own is not None and (measured_hash(own) == words.measured or same_photos(own, words.photos)):
                return words.name, own
        every = [(name, result) for name in self._names if (result := self._result(name)) is not None]
        same = [pair for pair in every if measured_hash(pair[1]) == words.measured]
        return next(iter([*same, *(pair for pair in every if same_photos(pair[1], words.photos))]), None)

    def _result(self, name: str) -> TableResult | None:
        if name not in self._read:
            self._read.update(read_results(self._place, [name]))
        return self._read.get(name)


def _write(place: Place, update: TableUpdate) -> None:
    """Pictures of added cards first, then the result that names them."""
    content = as_json(update.result)
    if TableResult.model_validate_json(content) != update.result:  # what cannot be read back must not replace what could
        raise ValueError(f"the result of table {update.name} does not survive being written and read")
    added = {change.card for change in update.changes if change.field in (ADDED, "polygon_mm")}
    if added:
        for file, picture in _crops(place, update, [card for card in added if card is not None]):
            place.write(file, picture)
    place.write(f"{update.name}.json", content)


def _crops(place: Place, update: TableUpdate, cards: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Cards that a human outlined, cut upright from the rectified picture; none where that or the poster's size is gone."""
    from PIL import Image

    from posterscan.review.cut import cut_upright

    layout = kept_kits((place, KEPT)).layouts.get(update.result.layout.sha256)
    try:
        picture = Image.open(io.BytesIO(place.read(f"{update.name}/rectified.jpg"))).convert("RGB")
    except (FileNotFoundError, OSError):
        return
    if layout is None:
        return
    outlines: Mapping[str, list[tuple[float, float]]] = {card.id: card.polygon_mm for card in corrected(update.result).cards}
    for card in cards:
        if card in outlines:
            out = io.BytesIO()
            cut_upright(picture, outlines[card], layout.size_mm).save(out, "JPEG", quality=_CROP_QUALITY)
            yield f"{update.name}/cards/{table_name(card)}.jpg", out.getvalue()
