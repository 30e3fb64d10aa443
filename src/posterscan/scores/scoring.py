"""One table's result held against its truth: every card, every value, and which wrong ones nobody was warned of."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from rapidfuzz.distance import Levenshtein

from posterscan.records import CardRecord, Check, Problem, TableResult
from posterscan.scores.mapping import Residuals, residuals
from posterscan.scores.matching import Matches, corner_distance_mm, match
from posterscan.scores.truth import TrueCard, Truth

SPEAKS_WITHIN_MM = 60.0  # half the diagonal of an 85 x 55 mm card, and some: on the card or at its rim
SPEAKING = ("uncovered-places", "code-without-card", "writing-without-card", "stickers-without-card", "uncertain-place")


@dataclass(frozen=True)
class Wrong:
    """One wrong value. card: the result's card id, or the truth's for a card that was missed."""

    table: str
    card: str
    field: str
    got: str
    expected: str
    marked: bool


@dataclass(frozen=True, eq=False)
class CardScore:
    """A card of the result with the card of the truth that it is. quarter_turns: how far its top-left is off."""

    record: CardRecord
    truth: TrueCard
    intention: bool
    iou: float
    corner_mm: float
    quarter_turns: int
    center_mm: float
    wrong: tuple[Wrong, ...]

    @property
    def marked(self) -> bool:
        """Carries a reason code."""
        return bool(self.record.needs_review)

    def is_wrong(self, *fields: str) -> bool:
        """Whether one of these values is."""
        return any(w.field in fields for w in self.wrong)

    def edits(self, fold: bool = False) -> tuple[int, int]:
        """Character errors of the text, and the true text's length; fold: case ignored."""
        got, true = tidy(self.record.text.value), tidy(self.truth.text)
        if fold:
            got, true = got.casefold(), true.casefold()
        return Levenshtein.distance(got, true), len(true)


@dataclass(frozen=True)
class Order:
    """Pairs of intention cards that the ranking puts in the right order, of all pairs."""

    right: int
    pairs: int


@dataclass(frozen=True, eq=False)
class TableScore:
    """missed: findable cards that nothing met; misplaced: results that lie askew over a card; no result: scanned False.

    stickers: counted and true total. seconds: per stage, as the result tells.
    """

    table: str
    difficulty: str
    truth: Truth
    scanned: bool
    cards: tuple[CardScore, ...] = ()
    missed: tuple[TrueCard, ...] = ()
    invented: tuple[CardRecord, ...] = ()
    misplaced: tuple[tuple[CardRecord, TrueCard], ...] = ()
    wrong: tuple[Wrong, ...] = ()
    stickers: tuple[int, int] = (0, 0)
    order: Order = Order(0, 0)
    residuals: Residuals = field(default_factory=Residuals)
    seconds: dict[str, float] = field(default_factory=dict)
    peak_memory_mb: float | None = None

    @property
    def silent(self) -> tuple[Wrong, ...]:
        """Wrong, and not a word of warning."""
        return tuple(w for w in self.wrong if not w.marked)

    @property
    def results(self) -> int:
        """Cards in the result."""
        return len(self.cards) + len(self.invented) + len(self.misplaced)


def tidy(text: str) -> str:
    """Composed characters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def same_text(a: str, b: str) -> bool:
    """The same but for case and spaces."""
    return tidy(a).casefold().replace(" ", "") == tidy(b).casefold().replace(" ", "")


def unscanned(truth: Truth) -> TableScore:
    """A photo that gave no result: every card is missed, and whoever scanned it was told."""
    missed = tuple(card for card in truth.cards if card.findable)
    wrong = tuple(Wrong(truth.name, c.id, "card", "no result", c.text, True) for c in missed)
    return TableScore(
        truth.name, truth.difficulty, truth, False, missed=missed, wrong=wrong, stickers=(0, truth.stickers)
    )


def score_table(result: TableResult, truth: Truth) -> TableScore:
    """Everything that is compared, for one table."""
    found = match([card.polygon_mm for card in result.cards], [card.outline_mm for card in truth.cards])
    cards = tuple(_card(result, result.cards[i], truth.cards[j], truth, float(found.iou[i, j])) for i, j in found.pairs)
    missed = tuple(truth.cards[j] for j in found.missed if truth.cards[j].findable)
    invented = tuple(result.cards[i] for i in found.invented)
    extra = result.model_extra or {}
    memory = extra.get("peak_memory_mb")
    photo = next((p for p in result.photos if p.sha256 == truth.sha256), result.photos[0] if result.photos else None)
    counted = sum(card.stickers.count for card in result.cards) + len(result.loose_stickers)
    return TableScore(
        table=result.table,
        difficulty=truth.difficulty,
        truth=truth,
        scanned=True,
        cards=cards,
        missed=missed,
        invented=invented,
        misplaced=tuple((result.cards[i], truth.cards[j]) for i, j in found.rough),
        wrong=(*(w for card in cards for w in card.wrong), *_lost(result, truth, found)),
        stickers=(counted, truth.stickers),
        order=_order(result, cards, truth),
        residuals=residuals(photo, truth) if photo is not None else Residuals(),
        seconds={str(k): float(v) for k, v in (extra.get("timing") or {}).items()},
        peak_memory_mb=float(memory) if memory is not None else None,
    )


def _card(result: TableResult, record: CardRecord, true: TrueCard, truth: Truth, iou: float) -> CardScore:
    corner, turns = corner_distance_mm(record.polygon_mm, true.polygon_mm)
    center = float(np.hypot(*(np.array(record.center_mm) - true.center_mm)))
    marked = bool(record.needs_review)
    wrong = tuple(
        Wrong(result.table, record.id, name, got, expected, marked)
        for name, got, expected in _wrong(record, true, truth)
    )
    return CardScore(record, true, truth.is_intention(true), iou, corner, turns, center, wrong)


def _wrong(record: CardRecord, true: TrueCard, truth: Truth) -> Iterator[tuple[str, str, str]]:
    """Field, got and expected of each wrong value of a card."""
    if record.zone.id != true.zone_id:
        yield "zone", str(record.zone.id), str(true.zone_id)
    if record.side != true.side:
        yield "side", record.side, true.side
    if record.kind not in _kinds(true, truth):
        yield "kind", record.kind, " / ".join(sorted(_kinds(true, truth)))
    if record.stickers.count != true.stickers:
        yield "stickers", str(record.stickers.count), str(true.stickers)
    if true.kind == "blank" and record.marker_id is not None and record.marker_id != true.marker_id:
        yield "marker_id", str(record.marker_id), str(true.marker_id)
    hidden = true.side == "back" and record.catalogue_id is None  # nothing to read, and nothing claimed
    if record.catalogue_id != true.catalogue_id and not hidden:
        yield "catalogue_id", f"{record.catalogue_id} ({record.text.value})", f"{true.catalogue_id} ({true.text})"
    elif true.side == "front" and not same_text(record.text.value, true.text):
        yield "text", record.text.value, true.text


def _kinds(true: TrueCard, truth: Truth) -> set[str]:
    """What may be said of a card: a blank one is told by the zone it lies in, or not at all; a back tells nothing."""
    if true.kind == "blank" or true.side == "back":
        by_place = "intention" if truth.ladder_zone is not None and true.zone_id == truth.ladder_zone else "ingredient"
        return {"unknown", by_place} | ({true.kind} - {"blank"})
    return {true.kind}


def _lost(result: TableResult, truth: Truth, found: Matches) -> Iterator[Wrong]:
    """Cards that were missed, made up or badly outlined."""
    for i in found.invented:
        card = result.cards[i]
        yield Wrong(result.table, card.id, "card", card.text.value, "no card", bool(card.needs_review))
    rough = {j: result.cards[i] for i, j in found.rough}
    for i, j in found.rough:
        if not truth.cards[j].findable and not result.cards[i].needs_review:
            yield Wrong(result.table, result.cards[i].id, "polygon", f"IoU {found.iou[i, j]:.2f}", "IoU ≥ 0.50", False)
    places = _spoken_places(result)
    for j in found.missed:
        true = truth.cards[j]
        if true.findable:
            near = bool((np.hypot(*(places - true.center_mm).T) <= SPEAKS_WITHIN_MM).any())
            warned = near or (j in rough and bool(rough[j].needs_review))
            yield Wrong(
                result.table, true.id, "card", f"askew: {rough[j].id}" if j in rough else "missed", true.text, warned
            )


def _spoken_places(result: TableResult) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """(N, 2) mm: where the result itself says that something lies that it could not place."""
    notes: list[Check | Problem] = [*result.checks, *(p for photo in result.photos for p in photo.problems)]
    places = [note.center_mm if isinstance(note, Check) else (note.model_extra or {}).get("center_mm")
              for note in notes if note.code in SPEAKING]
    return np.array([place for place in places if place is not None], dtype=np.float64).reshape(-1, 2)


def _order(result: TableResult, cards: tuple[CardScore, ...], truth: Truth) -> Order:
    """Pairs of findable intention cards without hidden stickers whose order (or tie) the ranking has right."""
    rank = {row.card: row.rank for row in result.ranking}
    met = {id(card.truth): rank.get(card.record.id) for card in cards}
    wanted = [
        c for c in truth.cards if truth.is_intention(c) and c.findable and c.side == "front" and not c.hidden_stickers
    ]
    right = pairs = 0
    for a, b in combinations(wanted, 2):
        pairs += 1
        ra, rb = met.get(id(a)), met.get(id(b))
        if ra is not None and rb is not None:
            right += int(np.sign(rb - ra) == np.sign(a.stickers - b.stickers))
    return Order(right, pairs)
