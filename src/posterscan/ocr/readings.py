"""What a reader gives back, and the Protocol that every reader follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from posterscan.sheet import Image

Quad = NDArray[np.float64]  # (4, 2) corners, clockwise from the top-left of the writing


def no_scores() -> NDArray[np.float32]:
    """The scores of a reader that keeps none: shape (0, 0)."""
    return np.zeros((0, 0), np.float32)


@dataclass(frozen=True, eq=False)
class Line:
    """One line of writing.

    box_px: (4, 2) in the crop, clockwise from the line's own top-left. scores: (T, K) probabilities per step and
    character class (class 0 is the CTC blank, the others are `posterscan.ocr.decode.ALPHABET`), (0, 0) where a reader
    has none.
    plausibility: natural-log score per character of text and picture together, 0 where a reader has none; comparable
    between readings of one line, not between lines. raw: what was read before any knowledge of Dutch came in.
    lead: natural-log score by which the text beats the next one with other letters. handwriting: log-odds of that
    against print, 0 where a reader does not tell. word_score: of the least Dutch word (`CharacterModel.word_score`).
    inverted: light letters on dark paper.
    """

    text: str
    confidence: float
    box_px: Quad
    scores: NDArray[np.float32] = field(default_factory=no_scores)
    plausibility: float = 0.0
    raw: str = ""
    lead: float = 0.0
    handwriting: float = 0.0
    word_score: float = 0.0
    inverted: bool = False


@dataclass(frozen=True, eq=False)
class CardReading:
    """What one reader makes of one card.

    turn_deg: 0, 90, 180 or 270: by how much the crop has to be turned clockwise to stand upright.
    crop_size_px: (w, h) of the crop that the lines' boxes are in.
    """

    engine: str
    lines: tuple[Line, ...] = ()
    turn_deg: int = 0
    crop_size_px: tuple[int, int] = (1, 1)

    @property
    def text(self) -> str:
        """The lines in reading order, joined by spaces."""
        return " ".join(line.text for line in self.lines if line.text)

    @property
    def raw(self) -> str:
        """As `text`, before any knowledge of Dutch came in."""
        return " ".join(line.raw or line.text for line in self.lines if line.text)

    @property
    def lead(self) -> float:
        """Of the line whose text is least sure; 0 where nothing was read."""
        return min((line.lead for line in self.lines if line.text), default=0.0)

    @property
    def word_score(self) -> float:
        """Of the least Dutch word; 0 where nothing was read."""
        return min((line.word_score for line in self.lines if line.text), default=0.0)

    @property
    def inverted(self) -> bool:
        """Whether most of the text is light on dark."""
        return sum(len(line.text) * (1 if line.inverted else -1) for line in self.lines) > 0

    @property
    def handwriting(self) -> float:
        """Mean log-odds of the lines, weighed by their length; 0 where nothing was read."""
        total = sum(len(line.text) for line in self.lines)
        return sum(len(line.text) * line.handwriting for line in self.lines) / total if total else 0.0

    @property
    def plausibility(self) -> float:
        """Mean plausibility of the lines, weighed by their length; -inf where nothing was read."""
        total = sum(len(line.text) for line in self.lines)
        if total == 0:
            return float("-inf")
        return sum(len(line.text) * line.plausibility for line in self.lines) / total

    @property
    def confidence(self) -> float:
        """Mean confidence of the lines, weighed by their length; 0 where nothing was read."""
        weights = [len(line.text) for line in self.lines]
        total = sum(weights)
        if total == 0:
            return 0.0
        return sum(w * line.confidence for w, line in zip(weights, self.lines, strict=True)) / total


class Reader(Protocol):
    """Reads many crops at once, because starting an engine costs more than reading one card."""

    @property
    def name(self) -> str: ...

    def read(self, crops: Sequence[Image]) -> list[CardReading]:
        """One reading per crop, in order. Crops: (h, w, 3) uint8 RGB of whole cards. Nothing read: no lines."""
        ...


class LeadReader(Reader, Protocol):
    """A reader that can also take a quick look, to check print against what a code says."""

    def glance(self, crops: Sequence[Image]) -> list[CardReading]:
        """One reading per crop of its longest line, as the crop stands."""
        ...
