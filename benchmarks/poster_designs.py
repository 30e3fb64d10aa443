"""Two posters that are not ours, drawn: a colourful portrait one of 594 x 841 mm, and a line drawing of 1000 x 700 mm.

Neither has markers. Each has siblings that must not be taken for it: another title, another language, another drawing in the same
style.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FONTS = files("posterscan.kit") / "fonts"

Rgb = NDArray[np.uint8]
Point = tuple[float, float]


@dataclass(frozen=True)
class Design:
    """name: "colour" or "lines". words: title, subtitle, and the names of the zones. seed: of everything drawn at random."""

    name: str
    size_mm: tuple[float, float]
    words: tuple[str, ...]
    seed: int


COLOUR = Design(
    "colour",
    (594.0, 841.0),
    ("De wijk van morgen", "Waar zijn we trots op, en wat missen we?", "Dichtbij", "In de buurt", "In de gemeente", "Waarom"),
    11,
)
LINES = Design(
    "lines",
    (1000.0, 700.0),
    (
        "Samen aan de keukentafel",
        "Wie doet wat in het dorp?",
        "Wij zelf",
        "Onze verenigingen",
        "De gemeente",
        "Past hier niet",
        "Ons doel",
    ),
    12,
)
_ENGLISH = {
    "colour": (
        "Tomorrow's neighbourhood",
        "What makes us proud, and what is missing?",
        "Close by",
        "Around here",
        "In town",
        "Why",
    ),
    "lines": (
        "Around the kitchen table",
        "Who does what in the village?",
        "Ourselves",
        "Our clubs",
        "The council",
        "Not in here",
        "Our aim",
    ),
}
_TITLE = {"colour": "Het dorp van straks", "lines": "Samen in de speeltuin"}


def siblings(design: Design) -> dict[str, Design]:
    """Posters that look like it and are another one."""
    return {
        "other drawing": replace(design, seed=design.seed + 100),
        "other language": replace(design, words=_ENGLISH[design.name]),
        "other title": replace(design, words=(_TITLE[design.name], *design.words[1:])),
    }


def layout_of(design: Design) -> dict[str, Any]:
    """posterscan-layout/1 of the poster, without markers."""
    names = design.words[2:]
    shapes = _zones(design)
    kinds = [kind for _, _, kind in shapes]
    zones = [
        {"id": name, "label": names[k], "kind": kind, "polygon_mm": [[round(x, 2), round(y, 2)] for x, y in shape]}
        for k, (name, shape, kind) in enumerate(shapes)
    ]
    order = sorted(range(len(zones)), key=lambda k: kinds[k] != "outside")  # what lies under the spheres comes first
    return {
        "schema": "posterscan-layout/1",
        "id": f"poster-{design.name}",
        "size_mm": list(design.size_mm),
        "markers": [],
        "zones": [zones[k] for k in order],
        "ladder_zone": shapes[-1][0],
        "reference_image": "poster.png",
    }


def _zones(design: Design) -> list[tuple[str, list[Point], str]]:
    if design.name == "colour":
        return [
            ("dichtbij", _oval(190, 265, 160, 140), "sphere"),
            ("buurt", _oval(405, 430, 160, 150), "sphere"),
            ("gemeente", _oval(190, 610, 160, 150), "sphere"),
            ("waarom", _box(400, 600, 575, 825), "ladder"),
        ]
    return [
        ("wij", _box(60, 130, 350, 380), "sphere"),
        ("clubs", _box(390, 130, 680, 380), "sphere"),
        ("gemeente", _box(60, 410, 350, 660), "sphere"),
        ("buiten", _box(390, 410, 680, 660), "outside"),
        ("doel", _box(730, 110, 960, 660), "ladder"),
    ]


def _oval(x: float, y: float, wide: float, high: float) -> list[Point]:
    t = np.arange(90) * 2 * np.pi / 90
    return [(float(a), float(b)) for a, b in zip(x + wide * np.cos(t), y + high * np.sin(t), strict=True)]


def _box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def draw(design: Design, px_per_mm: float) -> Rgb:
    """(H, W, 3) uint8, the whole sheet."""
    return _colour(design, px_per_mm) if design.name == "colour" else _lines(design, px_per_mm)


class _Sheet:
    """Something to draw on in mm, four times the asked size being too much memory: lines are smoothed by OpenCV."""

    def __init__(self, picture: Rgb, scale: float) -> None:
        self.picture, self.scale = np.ascontiguousarray(picture), scale

    def _px(self, points: Sequence[Point]) -> NDArray[np.int32]:
        return np.round((np.array(points) * self.scale - 0.5) * 16).astype(np.int32)

    def fill(self, points: Sequence[Point], colour: Sequence[int]) -> None:
        cv2.fillPoly(self.picture, [self._px(points)], tuple(colour), cv2.LINE_AA, 4)

    def line(self, points: Sequence[Point], colour: Sequence[int], wide_mm: float, closed: bool = False) -> None:
        cv2.polylines(self.picture, [self._px(points)], closed, tuple(colour), max(1, round(wide_mm * self.scale)), cv2.LINE_AA, 4)

    def text(self, at: Point, words: str, high_mm: float, colour: tuple[int, int, int], face: str = "ExtraBold") -> None:
        image = Image.fromarray(self.picture)
        font = ImageFont.truetype(str(FONTS / f"AtkinsonHyperlegibleNext-{face}.ttf"), high_mm * self.scale)
        ImageDraw.Draw(image).text((at[0] * self.scale, at[1] * self.scale), words, colour, font, anchor="mm")
        self.picture = np.array(image)


def _colour(design: Design, scale: float) -> Rgb:
    """Soft patches of colour as in a watercolour or a photo, with leaves, roofs and birds in it."""
    rng = np.random.default_rng(design.seed)
    wide, high = design.size_mm
    cloud = np.zeros((256, 256, 3), np.float32)
    for octave in range(1, 7):
        coarse = rng.normal(0, 1, (2**octave + 1, 2**octave + 1, 3)).astype(np.float32)
        cloud += cv2.resize(coarse, (256, 256), interpolation=cv2.INTER_CUBIC) * 0.65**octave
    ramp = np.linspace(0, 1, 256, dtype=np.float32)[:, None, None]
    base = (1 - ramp) * np.array([150, 200, 228]) + ramp * np.array([120, 170, 96]) + cloud * np.array([26, 20, 24])
    picture = cv2.resize(
        np.clip(base, 0, 255).astype(np.uint8), (round(wide * scale), round(high * scale)), interpolation=cv2.INTER_CUBIC
    )
    sheet = _Sheet(picture, scale)
    for _ in range(260):
        at, turn, long = rng.uniform([0, 0], [wide, high]), rng.uniform(0, 2 * np.pi), rng.uniform(6, 26)
        along, across = np.array([np.cos(turn), np.sin(turn)]) * long, np.array([-np.sin(turn), np.cos(turn)]) * long * 0.35
        leaf = [tuple(at + along), tuple(at + across), tuple(at - along), tuple(at - across * rng.uniform(0.3, 1.2))]
        sheet.fill(leaf, [int(v) for v in np.clip(np.array([90, 140, 90]) + rng.normal(0, 48, 3), 20, 240)])
    for k in range(14):
        _house(sheet, (30 + k * 40.0, 800 + float(rng.uniform(-14, 14))), float(rng.uniform(14, 30)), rng)
    shapes = _zones(design)
    for k, (_, shape, _) in enumerate(shapes):
        veil = sheet.picture.copy()
        other = _Sheet(veil, scale)
        other.fill(shape, ((250, 246, 236), (244, 240, 250), (240, 248, 244), (252, 240, 226))[k])
        sheet.picture = cv2.addWeighted(sheet.picture, 0.35, other.picture, 0.65, 0)
        sheet.line(shape, (255, 255, 255), 1.6, closed=True)
    sheet.fill(_box(20, 18, 574, 100), (34, 62, 92))
    sheet.text((297, 46), design.words[0], 34, (255, 252, 240))
    sheet.text((297, 82), design.words[1], 15, (238, 214, 160), "Regular")
    for name, (_, shape, _) in zip(design.words[2:], shapes, strict=True):
        middle, top = np.mean(shape, axis=0), min(y for _, y in shape)
        sheet.text((float(middle[0]), top + 22), name, 17, (34, 62, 92))
    return sheet.picture


def _house(sheet: _Sheet, at: Point, side: float, rng: np.random.Generator) -> None:
    (x, y), wall = at, [int(v) for v in rng.uniform(120, 235, 3)]
    sheet.fill([(x, y), (x + side, y), (x + side, y - side), (x, y - side)], wall)
    sheet.fill(
        [(x - 2, y - side), (x + side + 2, y - side), (x + side / 2, y - side * 1.6)], [int(v) for v in rng.uniform(60, 170, 3)]
    )
    for k in range(2):
        left = x + side * (0.18 + 0.4 * k)
        sheet.fill(
            [
                (left, y - side * 0.75),
                (left + side * 0.2, y - side * 0.75),
                (left + side * 0.2, y - side * 0.5),
                (left, y - side * 0.5),
            ],
            (252, 238, 170),
        )


def _lines(design: Design, scale: float) -> Rgb:
    """Ink on white: four equal boxes in dashes, a tree between them, rows of equal houses, hatching, and words."""
    rng, ink = np.random.default_rng(design.seed), (40, 40, 46)
    wide, high = (round(side * scale) for side in design.size_mm)
    sheet = _Sheet(np.full((high, wide, 3), 253, np.uint8), scale)
    for _, shape, kind in _zones(design):
        _dashed(sheet, shape, ink if kind != "ladder" else (190, 60, 40))
    _branch(sheet, (370, 690), -90.0, 120.0, 3.0, rng)
    _branch(sheet, (705, 690), -90.0, 130.0, 3.0, rng)
    for k in range(18):  # all the same: what repeats must not fool the registration
        x = 70 + k * 34.0
        sheet.line([(x, 690), (x, 676), (x + 9, 668), (x + 18, 676), (x + 18, 690), (x, 690)], ink, 0.5)
    for k in range(40):
        sheet.line([(965 + 0.0, 120 + k * 13.0), (990, 112 + k * 13.0)], ink, 0.3)
    for _ in range(9):
        _scribble(sheet, rng, (float(rng.uniform(80, 660)), float(rng.uniform(150, 640))))
    sheet.text((360, 44), design.words[0], 40, ink)
    sheet.text((360, 92), design.words[1], 18, (110, 110, 120), "Regular")
    for name, (_, shape, _) in zip(design.words[2:], _zones(design), strict=True):
        (left, top), (right, _) = shape[0], shape[1]
        sheet.text(((left + right) / 2, top + 14), name, 14, ink)
    return sheet.picture


def _dashed(sheet: _Sheet, shape: Sequence[Point], ink: Sequence[int]) -> None:
    corners = np.array(shape)
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        steps = int(np.linalg.norm(b - a) // 10)
        for k in range(steps):
            sheet.line([tuple(a + (b - a) * k / steps), tuple(a + (b - a) * (k + 0.6) / steps)], ink, 0.8)


def _branch(sheet: _Sheet, at: Point, turn: float, long: float, thick: float, rng: np.random.Generator) -> None:
    if long < 9:
        return
    end = (at[0] + long * float(np.cos(np.radians(turn))), at[1] + long * float(np.sin(np.radians(turn))))
    sheet.line([at, end], (40, 40, 46), thick)
    for side in (-1, 1):
        _branch(
            sheet, end, turn + side * float(rng.uniform(12, 34)), long * float(rng.uniform(0.6, 0.8)), max(0.3, thick * 0.7), rng
        )


def _scribble(sheet: _Sheet, rng: np.random.Generator, at: Point) -> None:
    """A small figure: head, body, arms."""
    x, y = at
    size = float(rng.uniform(10, 18))
    lean = float(rng.uniform(-0.4, 0.4)) * size
    t = np.arange(24) * 2 * np.pi / 24
    sheet.line(
        [(x + 0.25 * size * float(np.cos(a)), y + 0.25 * size * float(np.sin(a))) for a in t], (40, 40, 46), 0.5, closed=True
    )
    sheet.line([(x, y + 0.25 * size), (x + lean, y + size)], (40, 40, 46), 0.6)
    sheet.line(
        [
            (x - 0.5 * size, y + float(rng.uniform(0.3, 0.7)) * size),
            (x + lean / 2, y + 0.5 * size),
            (x + 0.5 * size, y + float(rng.uniform(0.3, 0.7)) * size),
        ],
        (40, 40, 46),
        0.5,
    )
