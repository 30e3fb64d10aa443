"""What a measure is, and which cards it may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from posterscan.scores.figures import Figure
from posterscan.scores.scoring import CardScore, TableScore

Scores = Sequence[TableScore]
Unit = Literal["share", "mm", "count", "s", "MB", "number"]


@dataclass(frozen=True)
class Measure:
    """of: what is counted as a case."""

    key: str
    title: str
    unit: Unit
    of: str
    meaning: str
    figure: Callable[[Scores], Figure]


def cards(scores: Scores) -> Iterator[CardScore]:
    """Matched cards of which enough can be seen."""
    return (card for score in scores for card in score.cards if card.truth.findable)


def fronts(scores: Scores) -> Iterator[CardScore]:
    """Those that lie face up."""
    return (card for card in cards(scores) if card.truth.side == "front")


def coded(card: CardScore) -> bool:
    """Printed, with a code."""
    return card.truth.coded and not card.truth.handwritten


def blank(card: CardScore) -> bool:
    """Written by hand on a blank card that carries a printed code."""
    return card.truth.coded and card.truth.handwritten


def handwritten(card: CardScore) -> bool:
    """Written by hand."""
    return card.truth.handwritten


def printed(card: CardScore) -> bool:
    """Printed, without a code."""
    return not card.truth.coded and not card.truth.handwritten


def tables(scores: Scores) -> list[TableScore]:
    """Photos that gave a result."""
    return [score for score in scores if score.scanned]
