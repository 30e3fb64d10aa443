"""Whether confidences mean what they say: of the values at 0.9, nine in ten should be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from posterscan.evaluation.scoring import TableScore
from posterscan.evaluation.texts import same_text

BOUNDS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 1.0)  # finer where most values lie and where it decides whether a human looks
KINDS = ("detection", "text", "zone", "stickers")


@dataclass(frozen=True)
class Bin:
    """Values with a confidence in [low, high) (the last one with its end): how many, their mean, the share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


@dataclass(frozen=True)
class Reliability:
    """expected_error: mean distance between confidence and share right, weighted by count (ECE; Guo et al. 2017)."""

    bins: tuple[Bin, ...]
    count: int
    expected_error: float | None


def reliability(pairs: Iterable[tuple[float, bool]]) -> Reliability:
    """From pairs of confidence and whether the value was right."""
    values = np.array([(c, r) for c, r in pairs], np.float64).reshape(-1, 2)
    bins = []
    for low, high in zip(BOUNDS[:-1], BOUNDS[1:], strict=True):
        inside = values[(values[:, 0] >= low) & ((values[:, 0] < high) | (high == BOUNDS[-1]))]
        if len(inside):
            bins.append(Bin(low, high, len(inside), float(inside[:, 0].mean()), float(inside[:, 1].mean())))
    count = len(values)
    off = sum(b.count * abs(b.confidence - b.right) for b in bins) / count if count else None
    return Reliability(tuple(bins), count, off)


def confidences(scores: Sequence[TableScore], kind: str) -> list[tuple[float, bool]]:
    """Confidence and whether it was right, of every value of one of KINDS. Stickers: of intention cards without hidden ones."""
    if kind == "detection":
        return [(c.detection_confidence, c not in s.invented) for s in scores if s.result for c in s.result.cards]
    out = []
    for card in (c for s in scores for c in s.cards):
        record, true = card.record, card.truth
        if record is None:
            continue
        if kind == "text" and true.side == "front":
            out.append((record.text.confidence, same_text(record.text.value, true.text)))
        elif kind == "zone":
            out.append((record.zone.confidence, "zone" not in card.wrong_fields))
        elif kind == "stickers" and card.intention and not card.hidden_stickers:
            out.append((record.stickers.confidence, "stickers" not in card.wrong_fields))
    return out
