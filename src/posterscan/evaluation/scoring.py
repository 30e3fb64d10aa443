"""One table's result against its truth: what was found, how well, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from posterscan.evaluation.matching import Matches, match
from posterscan.evaluation.residual import Residuals, residuals
from posterscan.evaluation.texts import same_text
from posterscan.evaluation.truth import Point, Truth, TruthCard
from posterscan.records import CardRecord, Check, TableResult

Way = Literal["coded", "printed", "handwritten", "back"]


@dataclass(frozen=True)
class Wrong:
    """One value that is wrong. card: its id in the result, or in the truth where the result has none. reasons: codes on
    the card (or what else in the result says that something is amiss); none makes the error silent."""

    table: str
    card: str
    field: str
    got: str
    expected: str
    center_mm: Point
    reasons: tuple[str, ...]

    @property
    def silent(self) -> bool:
        return not self.reasons

    @property
    def marked_elsewhere(self) -> bool:
        """The card is marked, but for another of its values, so that a human in a hurry may miss this one."""
        fields = {f for code in self.reasons for f in fields_of(code)}
        return not self.silent and bool(fields) and self.field not in fields


@dataclass(frozen=True)
class CardScore:
    """A true card and what the result made of it; record None: missed. corner_mm: mean distance of the four corners,
    wherever the outline starts; upright: it starts at the card's own top-left."""

    truth: TruthCard
    record: CardRecord | None
    way: Way
    intention: bool
    hidden_stickers: int
    iou: float = 0.0
    corner_mm: float = float("nan")
    center_mm: float = float("nan")
    upright: bool = False
    wrong: tuple[Wrong, ...] = ()

    @property
    def wrong_fields(self) -> frozenset[str]:
        return frozenset(w.field for w in self.wrong)


@dataclass(frozen=True, eq=False)
class TableScore:
    """stickers_true: fewest and most that may be counted (some show too little). failed: there is no result at all."""

    truth: Truth
    result: TableResult | None
    cards: tuple[CardScore, ...]
    invented: tuple[CardRecord, ...]
    wrong: tuple[Wrong, ...]
    residual: Residuals | None
    stickers_got: int
    stickers_true: tuple[int, int]
    seconds: float | None = None
    stage_seconds: dict[str, float] | None = None
    peak_memory_mb: float | None = None

    @property
    def table(self) -> str:
        return self.result.table if self.result else self.truth.folder or self.truth.name

    @property
    def failed(self) -> bool:
        return self.result is None

    @property
    def silent(self) -> tuple[Wrong, ...]:
        return tuple(w for w in self.wrong if w.silent)


def way_of(card: TruthCard) -> Way:
    """How a card can be recognised."""
    if card.side == "back":
        return "back"
    if card.handwritten:
        return "handwritten"
    return "coded" if card.marker_id is not None else "printed"


_FIELDS = {"text": ("identity", "text", "kind", "side"), "hand": ("identity", "text", "kind"), "face": ("side", "identity", "text", "kind"),
           "zone": ("zone",), "sticker": ("stickers", "stickers-hidden"), "identity": ("identity", "text", "kind")}


def fields_of(code: str) -> tuple[str, ...]:
    """The values that a reason code sends a human to; none: the card as a whole."""
    return next((fields for start, fields in _FIELDS.items() if code.startswith(start)), ())


def evaluate_table(result: TableResult, truth: Truth) -> TableScore:
    """Compares one result with the truth of the photo that it was made from."""
    matches = match([c.polygon_mm for c in result.cards], [c.polygon_mm for c in truth.cards])
    invented = [c for i, c in enumerate(result.cards) if matches.card_of(i) is None]
    cards = [_score(result, truth, matches, number) for number in range(len(truth.cards))]
    wrong = [w for card in cards for w in card.wrong]
    wrong += [_missed(result, card.truth, invented) for card in cards if card.record is None and card.truth.findable]
    wrong += [Wrong(result.table, c.id, "invented", f"{c.kind} {c.text.value!r}", "no card there", c.center_mm, tuple(c.needs_review))
              for c in invented]
    extra = result.model_extra or {}
    timing = extra.get("timing") or result.parameters.get("timing") or {}
    photo = next((p for p in result.photos if p.sha256 == truth.photo_sha256), result.photos[0] if result.photos else None)
    return TableScore(
        truth=truth, result=result, cards=tuple(cards), invented=tuple(invented), wrong=tuple(wrong),
        residual=residuals(photo, truth) if photo else None,
        stickers_got=sum(c.stickers.count for c in result.cards) + len(result.loose_stickers), stickers_true=_sticker_range(truth),
        seconds=extra.get("seconds", sum(timing.values()) if timing else None), stage_seconds=dict(timing) or None,
        peak_memory_mb=extra.get("peak_memory_mb"))


def failed_table(truth: Truth) -> TableScore:
    """A photo that gave no result: everything on it is missed, but the failure itself was told."""
    cards = [CardScore(c, None, way_of(c), truth.is_intention(c), truth.hidden_stickers(c)) for c in truth.cards]
    told = ("photo-failed",)
    name = truth.folder or truth.name
    wrong = [Wrong(name, c.id, "missed", "no result", _shown(c), c.center_mm, told) for c in truth.cards if c.findable]
    return TableScore(truth, None, tuple(cards), (), tuple(wrong), None, 0, _sticker_range(truth))


def _sticker_range(truth: Truth) -> tuple[int, int]:
    hidden = sum(s.visible_fraction < 0.4 for s in truth.stickers)
    return len(truth.stickers) - hidden, len(truth.stickers)


def _score(result: TableResult, truth: Truth, matches: Matches, number: int) -> CardScore:
    card, found = truth.cards[number], matches.outline_of(number)
    base = CardScore(card, None, way_of(card), truth.is_intention(card), truth.hidden_stickers(card))
    if found is None:
        return base
    record = result.cards[found]
    got, true = np.array(record.polygon_mm), np.array(card.polygon_mm)
    turned = [float(np.linalg.norm(np.roll(got, -start, axis=0) - true, axis=1).mean()) for start in range(4)]
    wrong = tuple(Wrong(result.table, record.id, field, is_, should, record.center_mm, tuple(record.needs_review))
                  for field, is_, should in _faults(record, base))
    return CardScore(card, record, base.way, base.intention, base.hidden_stickers, iou=float(matches.iou[found, number]),
                     corner_mm=min(turned), center_mm=float(np.hypot(*np.subtract(record.center_mm, card.center_mm))),
                     upright=int(np.argmin(turned)) == 0, wrong=wrong)


def _faults(got: CardRecord, card: CardScore) -> list[tuple[str, str, str]]:
    """Field, what the result says, what it should say; for every value that is wrong."""
    true, out = card.truth, list[tuple[str, str, str]]()
    if got.zone.id != true.zone.id:
        out.append(("zone", str(got.zone.id), str(true.zone.id)))
    if got.side != true.side:
        out.append(("side", got.side, true.side))
    if not _kind_right(got, true):
        out.append(("kind", got.kind, true.kind))
    if not _identity_right(got, true):
        out.append(("identity", f"{got.catalogue_id} {got.text.value!r}", f"{true.catalogue_id} {true.text!r}"))
    elif true.side == "front" and not same_text(got.text.value, true.text):  # a wrong identity brings its text along
        out.append(("text", got.text.value, true.text))
    fewest = true.stickers.count - card.hidden_stickers
    if not fewest <= got.stickers.count <= true.stickers.count:
        out.append(("stickers", str(got.stickers.count), str(true.stickers.count)))
    elif card.hidden_stickers and not got.needs_review:
        out.append(("stickers-hidden", f"{got.stickers.count}, no reason code", f"{true.stickers.count}, marked"))
    return out


def _kind_right(got: CardRecord, true: TruthCard) -> bool:
    """A card filled in by hand may be either; the back of a card need not tell."""
    return got.kind == true.kind or true.kind == "blank" or (true.side == "back" and got.kind == "unknown")


def _identity_right(got: CardRecord, true: TruthCard) -> bool:
    """The catalogue's id, or none where there is none; from the back, "unknown" is right too. A card written by hand with
    a text of the catalogue may be given that card's id."""
    if got.catalogue_id == true.catalogue_id:
        return True
    if true.side == "back":
        return got.catalogue_id is None
    return true.catalogue_id is None and same_text(got.text.value, true.text)


def _missed(result: TableResult, card: TruthCard, invented: Sequence[CardRecord]) -> Wrong:
    """A findable card without an outline; silent unless a check names its place, or a marked outline lies there."""
    outline, center = shapely.Polygon(card.polygon_mm), shapely.Point(card.center_mm)
    told = [check.code for check in result.checks if check.code == "no-cards" or _lies_in(check, outline)]
    told += [code for other in invented if shapely.Polygon(other.polygon_mm).contains(center) for code in other.needs_review]
    return Wrong(result.table, card.id, "missed", "no card", _shown(card), card.center_mm, tuple(dict.fromkeys(told)))


def _lies_in(check: Check, outline: shapely.Polygon) -> bool:
    place = (check.model_extra or {}).get("center_mm")
    return place is not None and bool(outline.contains(shapely.Point(place)))


def _shown(card: TruthCard) -> str:
    return f"{card.kind} {card.text!r}"
