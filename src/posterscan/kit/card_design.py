"""What stands where on a card, in the card's own frame (mm, origin top-left): the one source for print and for scanning.

The four kinds of printed side (front and back of both kinds) carry their code in four different places of the upright
card, so that the place of a code tells which side of which kind it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from posterscan.kit.drawing import Type, text_width_mm
from posterscan.kit.palette import INK
from posterscan.kit.poster_layout import square
from posterscan.layout import Point
from posterscan.messages import Language, Message

Kind = Literal["ingredient", "intention"]
Side = Literal["front", "back"]
CARD_MM = (85.0, 55.0)
RIM_MM = 2.5  # a dark frame: cut half a millimetre askew it is still there, and white cards stand out on any ground
CODE_MM = 16.0
_NEAR, _RIGHT, _LOW = 4.5, 64.5, 34.5  # a module of 2 mm of white between code and rim
CODE_AT_MM: dict[tuple[Kind, Side], Point] = {
    ("ingredient", "front"): (_RIGHT, _LOW), ("ingredient", "back"): (_NEAR, _NEAR),
    ("intention", "front"): (_RIGHT, _NEAR), ("intention", "back"): (_NEAR, _LOW)}
CODE_CLEAR_MM = 2.0  # kept white round a code
Stance = Literal["yes", "no", "doubt"]
STANCES: dict[Stance, Message] = {
    "yes": Message("zeker wel", "surely"), "no": Message("zeker niet", "surely not"), "doubt": Message("twijfel", "in doubt")}
STANCE_TYPE = Type(8.5, "Regular", INK)
TICK_MM = 4.5  # a box to tick: 18 px in a 12 MP photo of an A1, more in a close-up
TICK_LINE_MM = 0.4
TICK_TEXT_MM = 1.2  # from a box to its words
_TICKS_AT_MM, _TICKS_APART_MM = (24.0, 13.5), 2.4  # of the first box; from a box's words to the next box


@dataclass(frozen=True)
class Box:
    """A part of a card, mm."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """mm"""
        return self.right - self.left

    @property
    def height(self) -> float:
        """mm"""
        return self.bottom - self.top


WORD_PT, WORD_LEAST_PT = 34.0, 24.0  # of ingredients: read from across the table
WORD_BOX = Box(6.5, 6.0, 78.5, 46.5)
WORD_LOW_WIDTH_MM = 55.0  # of a third and fourth line, which stand beside the code
SENTENCE_PT, SENTENCE_LEAST_PT = 16.0, 12.0  # of intentions: a sentence, read by who holds the card
SENTENCE_BOX = Box(6.5, 5.5, 61.5, 24.5)
STICKER_BOX = Box(5.5, 25.5, 79.5, 50.5)


def code_places() -> list[dict[str, object]]:
    """As the catalogue says it: where the code stands on each kind and side."""
    return [{"kind": kind, "side": side, "corners_mm": square(*at, CODE_MM)} for (kind, side), at in CODE_AT_MM.items()]


def sticker_places(diameter_mm: float) -> list[Point]:
    """Middles of the places for stickers of this size on an intention card, in rows; they don't touch each other."""
    step = diameter_mm + 0.4
    across, down = int((STICKER_BOX.width + 0.4) // step), int((STICKER_BOX.height + 0.4) // step)
    dx, dy = STICKER_BOX.width / max(across, 1), STICKER_BOX.height / max(down, 1)
    return [(STICKER_BOX.left + dx * (c + 0.5), STICKER_BOX.top + dy * (r + 0.5)) for r in range(down) for c in range(across)]

# where people write on a back: left, top, right, bottom, and the lines they write on: y, first and last x
BACK_ROOM_MM: dict[Kind, tuple[float, float, float, float]] = {
    "ingredient": (3.5, 26.9, 81.5, 52.0), "intention": (3.5, 16.0, 81.5, 52.0)}
BACK_LINES_MM: dict[Kind, tuple[tuple[float, float, float], ...]] = {
    "ingredient": ((34.0, 6.5, 78.5), (42.0, 6.5, 78.5), (50.0, 6.5, 78.5)),
    "intention": ((23.0, 6.5, 78.5), (31.0, 6.5, 78.5), (39.5, 24.0, 78.5), (48.5, 24.0, 78.5))}


@dataclass(frozen=True)
class TickBox:
    """A box to tick on the back of an ingredient: its middle line, clockwise from the top-left, mm."""

    stance: Stance
    corners_mm: list[Point]


def stance_boxes(language: Language) -> list[TickBox]:
    """The boxes on the back of an ingredient, from the left; they stand as far apart as their words are long."""
    x, y = _TICKS_AT_MM
    boxes = []
    for stance, words in STANCES.items():
        boxes.append(TickBox(stance, square(x, y, TICK_MM)))
        x += TICK_MM + TICK_TEXT_MM + text_width_mm(words.to(language), STANCE_TYPE) + _TICKS_APART_MM
    return boxes
