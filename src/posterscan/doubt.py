"""How sure a card's outline is, and when a human should look at it."""

from __future__ import annotations

import math

from posterscan.stages.cards import CardOutlines

# Logistic fit of "this outline is a card's" on its quality, from photos of several kits (see docs/accuracy.md): even chances
# at the quality that is asked of a card, nine in ten a little above it.
_EVEN, _STEEP = 0.58, 25.0


def detection_confidence(cards: CardOutlines, i: int) -> float:
    """0..1 that there is a card, about there. A printed code inside makes it certain that there is one."""
    confidence = 1 / (1 + math.exp(-_STEEP * (float(cards.quality[i]) - _EVEN)))
    if cards.code[i] >= 0:
        confidence = max(confidence, 0.95)
    return round(min(confidence, 0.999), 3)


def outline_reasons(cards: CardOutlines, i: int, least: float = 0.9) -> list[str]:
    """Reason codes about the outline itself."""
    reasons = []
    if detection_confidence(cards, i) < least:
        reasons.append("card-uncertain")
    if cards.unseen[i] >= 2:  # two sides fix a card only if its size is right
        reasons.append("outline-uncertain")
    if cards.hidden[i] > 0.25:
        reasons.append("partly-covered")
    return reasons
