"""How sure a card's outline is, and when a human should look at it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from posterscan.geometry import Points, as_points
from posterscan.ocr.compare import folded
from posterscan.ocr.readings import CardReading
from posterscan.stages.cards import CardOutlines
from posterscan.stages.identify import Identity

Readings = list[tuple[CardReading, ...]]

# Logistic fit of "this outline is a card's" on its quality, from photos of several kits (see docs/accuracy.md): even chances
# at the quality that is asked of a card, nine in ten a little above it.
_EVEN, _STEEP = 0.58, 25.0


def detection_confidence(cards: CardOutlines, i: int, identity: Identity | None = None) -> float:
    """0..1 that there is a card, about there. A printed code inside, or a text that only a card has, makes that certain."""
    confidence = 1 / (1 + math.exp(-_STEEP * (float(cards.quality[i]) - _EVEN)))
    named = identity is not None and identity.catalogue_id is not None and identity.confidence >= _NAMED
    if cards.code[i] >= 0 or named:
        confidence = max(confidence, 0.95)
    return round(min(confidence, 0.999), 3)


def outline_sigma_mm(cards: CardOutlines, i: int) -> float:
    """How uncertain an outline's place is, one standard deviation: it grows as its sides are seen less clearly."""
    return float(_SIGMA_CLEAR + _SIGMA_FAINT * max(0.0, _CLEAR - float(cards.quality[i])) ** 2)


def outline_reasons(cards: CardOutlines, i: int, identity: Identity, least: float = 0.9) -> list[str]:
    """Reason codes about the outline itself."""
    reasons = []
    if detection_confidence(cards, i, identity) < least:
        reasons.append("card-uncertain")
    if cards.unseen[i] >= 2:  # two sides fix a card only if its size is right
        reasons.append("outline-uncertain")
    if cards.hidden[i] > 0.25:
        reasons.append("partly-covered")
    return reasons


def without_ghosts(cards: CardOutlines, readings: Readings, letters: int = 3) -> tuple[CardOutlines, Readings, Points]:
    """The cards without outlines that are both doubtful and empty, and the middles (K, 2) of those, for a human to look at.

    letters: what is read off a shadow, a hand or a pen is shorter.
    """
    keep = np.array([not _is_ghost(cards, i, found, letters) for i, found in enumerate(readings)], dtype=np.bool_)
    middles = as_points(cards.polygons_mm[~keep].mean(axis=1)) if len(keep) else as_points([])
    return cards.part(keep), [found for found, kept in zip(readings, keep, strict=True) if kept], middles


def _is_ghost(cards: CardOutlines, i: int, found: Sequence[CardReading], letters: int, least: float = 0.9) -> bool:
    said = max((len(folded(reading.text)) for reading in found), default=0)
    return cards.code[i] < 0 and detection_confidence(cards, i) < least and said < letters
