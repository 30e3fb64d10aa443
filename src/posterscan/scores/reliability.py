"""Whether confidences mean what they say: of the values at 0.9, nine in ten should be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from posterscan.scores.figures import Figure, share_of
from posterscan.scores.scoring import CardScore, TableScore

# finer towards 1, where most values are and where a wrong one does harm
EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
Claims = list[tuple[float, bool]]  # a confidence, and whether the value was right


@dataclass(frozen=True)
class Bin:
    """Values of which the confidence is from low up to high: what was said on average, and what came true."""

    low: float
    high: float
    stated: float
    right: Figure


@dataclass(frozen=True)
class Reliability:
    """error: expected calibration error (Naeini et al. 2015), said against true; sure: right at 0.9 and up."""

    bins: tuple[Bin, ...]
    error: Figure
    sure: Figure


def reliability(claims: Sequence[tuple[float, bool]]) -> Reliability:
    """From (confidence, right) of each value."""
    bins = []
    for low, high in pairwise(EDGES):
        own = [(c, ok) for c, ok in claims if low <= c < high or (high == EDGES[-1] and c == high)]
        if own:
            bins.append(Bin(low, high, sum(c for c, _ in own) / len(own), share_of(ok for _, ok in own)))
    off = sum(b.right.cases * abs(b.stated - (b.right.value or 0.0)) for b in bins)
    error = Figure(off / len(claims) if claims else None, len(claims))
    return Reliability(tuple(bins), error, share_of(ok for c, ok in claims if c >= 0.9))


def claims_of(scores: Iterable[TableScore]) -> dict[str, Claims]:
    """Claims: text of fronts, zones, sticker counts of intention cards, that a card is there."""
    out: dict[str, Claims] = {"text": [], "zone": [], "stickers": [], "detection": []}
    for score in scores:
        for card in score.cards:
            _add(out, card)
        wrong = (*score.invented, *(record for record, _ in score.misplaced))
        out["detection"] += [(record.detection_confidence, False) for record in wrong]
    return out


def _add(out: dict[str, Claims], card: CardScore) -> None:
    record = card.record
    out["detection"].append((record.detection_confidence, True))
    out["zone"].append((record.zone.confidence, not card.is_wrong("zone")))
    if card.truth.side == "front":
        out["text"].append((record.text.confidence, not card.is_wrong("text", "catalogue_id")))
    if card.intention and not card.truth.hidden_stickers:
        out["stickers"].append((record.stickers.confidence, not card.is_wrong("stickers")))
