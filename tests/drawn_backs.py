"""Backs of cards as people fill them in, with what they said known: marks in boxes to tick and handwriting, drawn on the print."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.catalogue import Catalogue
from posterscan.geometry import apply_homography, rectangle
from posterscan.kit.card_design import CARD_MM, RIM_MM, STANCES, Kind, code_places, stance_boxes
from posterscan.kit.cards import RIM, PrintedCard, draw_card
from posterscan.kit.drawing import Pdf, Type
from posterscan.kit.raster import page_picture
from posterscan.kit.typeset import Fitted
from posterscan.messages import Language
from posterscan.photo import Photo

Picture = NDArray[np.uint8]
PX_PER_MM = 12.0
STYLES = ("tick", "cross", "fill", "scribble", "small", "slash")
PENS = {"blue": (40, 55, 150), "black": (28, 28, 34), "red": (185, 40, 45), "felt": (20, 90, 60)}
PENCIL = (128, 128, 132)  # a soft hand: about half as dark as a ballpoint


@dataclass(frozen=True)
class Mark:
    """A mark in the box of one stance."""

    stance: str
    style: str
    colour: tuple[int, int, int] = PENS["blue"]
    pen_mm: float = 0.45


@dataclass(frozen=True, eq=False)
class Filled:
    """What stands on a back. writing: (h, w, 4) RGBA at PX_PER_MM, or None."""

    marks: tuple[Mark, ...] = ()
    writing: Picture | None = None
    text: str = ""

    @property
    def stance(self) -> str | None:
        """What was meant: None for nothing; "two" where two boxes were marked, which nobody can tell."""
        said = {mark.stance for mark in self.marks}
        return None if not said else said.pop() if len(said) == 1 else "two"


@lru_cache(maxsize=64)
def printed_back(kind: Kind, marker_id: int, name: str, dictionary: str = "DICT_APRILTAG_36h10",
                 language: Language = "nl") -> Picture:
    """(660, 1020, 3) uint8 RGB of a back as the kit prints it."""
    pdf = Pdf("back", language)
    with pdf.page(CARD_MM) as page:
        page.rect(0, 0, *CARD_MM, fill=RIM[kind])
        draw_card(page, PrintedCard(kind, marker_id, Fitted((), Type(10)), name), "back", dictionary, language, 12.0)
    return page_picture(pdf.bytes(), 0, PX_PER_MM)


def filled_in(back: Picture, filled: Filled, rng: np.random.Generator, language: Language = "nl", top_mm: float = 27.0) -> Picture:
    """The back with marks and writing on it."""
    out = back.copy()
    boxes = {box.stance: np.array(box.corners_mm) for box in stance_boxes(language)}
    for mark in filled.marks:
        out = _inked(out, strokes(mark.style, boxes[mark.stance], rng), mark.colour, mark.pen_mm)
    return _written(out, filled.writing, top_mm) if filled.writing is not None else out


def strokes(style: str, box_mm: NDArray[np.float64], rng: np.random.Generator) -> list[NDArray[np.float64]]:  # noqa: PLR0911
    """Pen strokes (N, 2) in mm of the card, as a hand makes them: never twice the same."""
    middle, half = box_mm.mean(axis=0), (box_mm[2, 0] - box_mm[0, 0]) / 2
    middle = middle + rng.normal(0, 0.25, 2)
    shake = lambda points: np.array(points) * half + middle + rng.normal(0, 0.12, (len(points), 2))  # noqa: E731
    over = float(rng.uniform(0.8, 1.5))
    if style == "tick":
        return [shake([[-0.7, -0.1], [-0.2, 0.75], [0.9 * over, -1.1 * over]])]
    if style == "cross":
        return [shake([[-0.75 * over, -0.75 * over], [0.75 * over, 0.75 * over]]),
                shake([[0.75 * over, -0.75 * over], [-0.75 * over, 0.75 * over]])]
    if style == "fill":
        rows = np.linspace(-0.85, 0.85, 11)
        return [shake([[0.85 * (-1) ** i, y] for i, y in enumerate(rows)])]
    if style == "scribble":
        rows = np.linspace(-1.4, 1.4, 12)
        return [shake([[float(rng.uniform(1.0, 1.7)) * (-1) ** i, y] for i, y in enumerate(rows)])]
    if style == "small":
        return [shake([[-0.3, 0.0], [0.0, 0.3], [0.4, -0.4]])]
    if style == "slash":
        return [shake([[-0.9 * over, 0.9 * over], [0.9 * over, -0.9 * over]])]
    if style == "ring":  # round the box, not in it
        turns = np.linspace(0, 2 * np.pi, 40)
        return [np.stack([np.cos(turns), np.sin(turns)], 1) * half * 1.75 + middle]
    raise ValueError(f"unknown style {style!r}")


def _inked(picture: Picture, lines: Sequence[NDArray[np.float64]], colour: tuple[int, int, int], pen_mm: float) -> Picture:
    """Ink takes from what is under it, as on paper."""
    mask = np.zeros(picture.shape[:2], np.uint8)
    for line in lines:
        points = np.round((line * PX_PER_MM - 0.5) * 16).astype(np.int32)
        cv2.polylines(mask, [points], False, 255, max(1, round(pen_mm * PX_PER_MM)), cv2.LINE_AA, shift=4)
    share = mask[..., None].astype(np.float64) / 255
    return np.asarray(picture * (1 - share) + np.minimum(picture, np.array(colour)) * share, np.uint8)


def _written(picture: Picture, writing: Picture, top_mm: float) -> Picture:
    room = (CARD_MM[0] - 13.0, CARD_MM[1] - RIM_MM - top_mm)
    high, wide = writing.shape[:2]
    scale = min(1.0, room[0] * PX_PER_MM / wide, room[1] * PX_PER_MM / high)
    small = cv2.resize(writing, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    x, y = round(6.5 * PX_PER_MM), round(top_mm * PX_PER_MM)
    part = picture[y:y + small.shape[0], x:x + small.shape[1]].astype(np.float64)
    share = small[..., 3:].astype(np.float64) / 255
    out = picture.copy()
    out[y:y + small.shape[0], x:x + small.shape[1]] = part * (1 - share) + np.minimum(part, small[..., :3]) * share
    return out


def random_marks(rng: np.random.Generator, stances: Sequence[str] = tuple(STANCES)) -> tuple[Mark, ...]:
    """One box mostly; now and then none or two, now and then in faint pencil."""
    several = rng.choice([1, 0, 2], p=[0.86, 0.07, 0.07])
    chosen = rng.permutation(list(stances))[:several]
    pencil = rng.random() < 0.12
    colour = PENCIL if pencil else PENS[str(rng.choice(list(PENS)))]
    pen = float(rng.uniform(0.3, 0.45)) if pencil else float(rng.uniform(0.35, 0.8))
    return tuple(Mark(str(s), str(rng.choice(STYLES)), colour, pen) for s in chosen)


@dataclass(frozen=True, eq=False)
class Shown:
    """What a photo shows of one card. stance as of `Filled`; polygon_px (4, 2); styles of its marks."""

    marker_id: int
    kind: str
    stance: str | None
    text: str
    polygon_px: NDArray[np.float64]
    styles: tuple[str, ...] = ()


def some_card(rng: np.random.Generator, marker_id: int, writing: Picture | None = None, text: str = "",
              marks: tuple[Mark, ...] | None = None) -> tuple[int, Filled]:
    """An ingredient's back, filled in somehow; now and then with a ring round a box, which is no tick."""
    chosen = random_marks(rng) if marks is None else marks
    if marks is None and rng.random() < 0.03:
        chosen = (Mark(str(rng.choice(list(STANCES))), "ring"),)
    return int(marker_id), Filled(chosen, writing, text)


def catalogue_of(markers: Sequence[int], kind: Kind = "ingredient") -> Catalogue:
    """Cards as the kit says them; named after their codes."""
    return Catalogue.model_validate({
        "schema": "posterscan-catalogue/1", "language": "nld", "card_size_mm": CARD_MM, "card_dictionary": "DICT_APRILTAG_36h10",
        "code_places": code_places(),
        "cards": [{"id": f"k{m}", "kind": kind, "text": f"Kaartje {m}", "marker_id": int(m)} for m in markers]})


def drawn_table(cards: Sequence[tuple[int, Filled]], rng: np.random.Generator, *, hard: bool = False,
                coded: bool = True, ground: Picture | None = None) -> tuple[Photo, list[Shown], Catalogue]:
    """A photo of ingredients' backs on a plain or grained table, in two rows, a little askew, seen from aside.

    hard: more tilt, blur, noise and shade than people should allow. coded: else the codes are painted over. The photo is about 5 px
    per mm of the table (normal) or 4 (hard).
    """
    columns = min(3, len(cards))
    step = np.array([95.0, 64.0])
    size = step * [columns, -(-len(cards) // columns)] + 30
    scale = 6.0
    table = np.array(ground if ground is not None else _ground(size * scale, rng))
    shown = []
    for i, (marker, filled) in enumerate(cards):
        face = filled_in(printed_back("ingredient", marker, f"Kaartje {marker}"), filled, rng)
        if not coded:
            face[round(4 * PX_PER_MM):round(21 * PX_PER_MM), round(4 * PX_PER_MM):round(21 * PX_PER_MM)] = 255
        middle = np.array([i % columns, i // columns]) * step + step / 2 + 15 + rng.uniform(-3, 3, 2)
        corners = rectangle(middle, CARD_MM, float(rng.normal(0, 3) + rng.choice([0, 180])))
        table = _laid(table, face, corners * scale)
        shown.append((marker, filled, corners))
    rgb, to_px = _seen(table, size, scale, rng, hard)
    told = [Shown(marker, "ingredient", filled.stance, filled.text, apply_homography(to_px, corners),
                  tuple(mark.style for mark in filled.marks)) for marker, filled, corners in shown]
    photo = Photo(rgb, Path("drawn.jpg"), hashlib.sha256(rgb.tobytes()).hexdigest(), (rgb.shape[1], rgb.shape[0]))
    return photo, told, catalogue_of([marker for marker, _ in cards])


def _ground(size_px: NDArray[np.float64], rng: np.random.Generator) -> Picture:
    wide, high = (int(v) for v in size_px)
    base = np.array([(188, 150, 108), (222, 219, 212), (112, 80, 58), (90, 100, 110)][int(rng.integers(4))], float)
    grain = cv2.resize(rng.normal(0, 9, (high, 24)).astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC)
    return np.clip(base + grain[..., None], 0, 255).astype(np.uint8)


def _laid(table: Picture, face: Picture, corners_px: NDArray[np.float64]) -> Picture:
    high, wide = face.shape[:2]
    own = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(own, (corners_px - 0.5).astype(np.float32))
    size = (table.shape[1], table.shape[0])
    soft = cv2.GaussianBlur(face, (0, 0), 0.5 * PX_PER_MM / 6)
    flat = cv2.warpPerspective(soft, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = np.zeros(table.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round((corners_px - 0.5) * 16).astype(np.int32)], 255, cv2.LINE_AA, shift=4)
    shadow = cv2.GaussianBlur(mask, (0, 0), 6).astype(float)[..., None] / 255 * 0.25
    share = mask[..., None].astype(float) / 255
    return np.asarray(table * (1 - shadow) * (1 - share) + flat * share, np.uint8)


def _seen(table: Picture, size_mm: NDArray[np.float64], scale: float, rng: np.random.Generator,
          hard: bool) -> tuple[Picture, NDArray[np.float64]]:
    """The table as a phone sees it, and (3, 3) from mm to px."""
    px_per_mm = 4.0 if hard else 5.0
    tilt = np.radians(rng.uniform(20, 40) if hard else rng.uniform(0, 25))
    around = rng.uniform(0, 2 * np.pi)
    wide, high = (int(v) for v in size_mm * px_per_mm * 1.15)
    focal = 0.72 * max(wide, high)
    axis = np.array([np.cos(around), np.sin(around), 0.0])
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    turn = np.eye(3) + np.sin(tilt) * cross + (1 - np.cos(tilt)) * cross @ cross
    far = focal / px_per_mm * (1.12 if hard else 1.05)
    camera = np.array([[focal, 0, wide / 2], [0, focal, high / 2], [0, 0, 1.0]])
    to_middle = np.array([[1, 0, -size_mm[0] / 2], [0, 1, -size_mm[1] / 2], [0, 0, 1.0]])
    to_px = camera @ np.stack([turn[:, 0], turn[:, 1], np.array([0, 0, far])], axis=1) @ to_middle
    own = to_px @ np.array([[1 / scale, 0, 0.5 / scale], [0, 1 / scale, 0.5 / scale], [0, 0, 1.0]])
    rgb = cv2.warpPerspective(table, own, (wide, high), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE).astype(np.float64)
    rgb = cv2.GaussianBlur(rgb, (0, 0), float(rng.uniform(1.0, 1.5) if hard else rng.uniform(0.4, 0.9)))
    x, y = np.meshgrid(np.linspace(-1, 1, wide), np.linspace(-1, 1, high))
    way = rng.uniform(0, 2 * np.pi)
    light = 1 + (0.3 if hard else 0.18) * (x * np.cos(way) + y * np.sin(way))
    edge = rng.uniform(-0.6, 0.6)
    shade = 1 / (1 + np.exp(-((x * np.sin(way) + y * np.cos(way)) - edge) * rng.uniform(6, 30)))
    light *= 1 - (0.5 if hard else 0.3) * shade
    rgb = rgb * (light * rng.uniform(0.75, 1.0))[..., None] + rng.normal(0, 5.0 if hard else 2.5, rgb.shape)
    quality = [cv2.IMWRITE_JPEG_QUALITY, 80 if hard else 88]
    done, data = cv2.imencode(".jpg", np.clip(rgb, 0, 255).astype(np.uint8)[..., ::-1], quality)
    if not done:
        raise ValueError("no JPEG")
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]).copy(), to_px
