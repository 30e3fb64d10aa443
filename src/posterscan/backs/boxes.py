"""Boxes to tick on a back: which one has ink in it, by how much, and when that cannot be told.

The boxes are looked for where they are printed, all together, within a millimetre or two: their dark frames are what holds the
picture in place, however the card bends. Ink is darkness against the paper round the box itself, in linear light, so that shade
takes nothing from it; the middle of a box is white paper unless somebody drew in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import Points
from posterscan.sheet import Image, SheetMap, resample

Stance = Literal["yes", "no", "doubt"]
Plane = NDArray[np.float32]


@dataclass(frozen=True)
class BoxParams:
    """px_per_mm: of the picture that is measured in. search_mm: how far the boxes may lie beside where they are printed: cards are
    bent and printers shift a page; alone_mm: one of them beside the others. line_mm: width of the frame.

    frame: darkness of the frame over the paper beside it, below which nothing is sure: a good photo gives 0.5 and more; where
    white paper is overexposed, the thin frame fades to 0.2, and a pencil is gone. inner: half width of the part that is measured,
    in shares of the box: the frame's blur stays out. mottle: darkness that is the paper's own, its noise and what the camera made
    of both (0.05 in rendered photos); it counts for nothing. ticked, empty: darkness above that, from which on a box is ticked, and
    up to which it is empty: of 219 boxes in rendered photos the emptiest ticked one has 0.08, the fullest empty one 0.003.
    beside: the same of the strips round a box, where a ring or a stroke that missed shows. black_hat_mm: a stroke is thinner;
    what is wider is shade. solid, shade: by so much darker all over than the bare paper above and below it, a box was filled; less
    than the one and more than the other, it may be filled or in shade. least_px_per_mm: of the photo; a box has 11 px.
    trace, trace_lead: where nothing is sure, the box with this much, and so many times what any other has, is the best guess.
    """

    px_per_mm: float = 10.0
    search_mm: float = 2.0
    alone_mm: float = 0.6
    line_mm: float = 0.4
    frame: float = 0.3
    inner: float = 0.62
    ticked: float = 0.03
    empty: float = 0.008
    beside: float = 0.02
    solid: float = 0.35
    shade: float = 0.12
    black_hat_mm: float = 1.8
    least_px_per_mm: float = 2.5
    trace: float = 0.015
    trace_lead: float = 2.5
    mottle: float = 0.07


@dataclass(frozen=True)
class Box:
    """One box as it was measured. ink: darkness inside, 0..1; beside: round it; frame: how plainly its frame was seen. trace: as
    ink, the paper's own mottle counted along: what is left where little is. solid: how much darker all of it is than the paper
    above and below it."""

    ink: float
    solid: float
    trace: float
    beside: float
    frame: float


@dataclass(frozen=True)
class Ticked:
    """What was ticked. value: None where nothing was, or where that cannot be told: then `sure` is false."""

    value: Stance | None
    confidence: float
    sure: bool
    boxes: Mapping[Stance, Box]


def read_boxes(rgb: Image, sheet: SheetMap, boxes_mm: Mapping[Stance, Points], params: BoxParams | None = None) -> Ticked:
    """Reads the boxes of one card. rgb: (H, W, 3) photo; sheet: from the card's own mm to px; boxes_mm: (4, 2) corners each."""
    p = params or BoxParams()
    corners = np.concatenate(list(boxes_mm.values()))
    margin = p.search_mm + 3.0
    low, high = corners.min(axis=0) - margin, corners.max(axis=0) + margin
    view = resample(rgb, sheet, (float(high[0] - low[0]), float(high[1] - low[1])), p.px_per_mm, low)
    dark, strokes = _darkness(view.rgb, p)
    places = {stance: (np.asarray(at, float) - low) for stance, at in boxes_mm.items()}
    shift = _shift(dark, list(places.values()), np.zeros(2), p.search_mm, p)
    measured = {}
    for stance, at in places.items():
        own = _shift(dark, [at], shift, p.alone_mm, p)
        measured[stance] = _measured(dark, strokes, at + own, p)
    scale = float(sheet.px_per_mm([corners.mean(axis=0)])[0])
    seen = view.valid.mean() > 0.97 and scale >= p.least_px_per_mm
    return _judged(measured, seen, p)


def _darkness(rgb: Image, p: BoxParams) -> tuple[Plane, Plane]:
    """(H, W) 0..1: by how much less light each px gives than the paper about it; and the part of that which is thin strokes."""
    linear = (rgb.astype(np.float32) / 255) ** 2.2
    grey = linear.min(axis=2) * 0.5 + linear.mean(axis=2) * 0.5  # coloured ink is dark in one channel at least
    reach = round(7 * p.px_per_mm) | 1  # wider than a box that was filled, narrower than a shadow's slope
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(cv2.medianBlur(small, 3), np.ones((reach // 4 | 1, reach // 4 | 1), np.uint8))
    paper = cv2.resize(cv2.GaussianBlur(paper, (0, 0), reach / 12), (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    dark = np.clip(1 - grey / np.maximum(paper, 1e-3), 0, 1).astype(np.float32)
    side = round(p.black_hat_mm * p.px_per_mm) | 1
    element = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    thin = dark - cv2.morphologyEx(dark, cv2.MORPH_OPEN, element)
    return dark, np.asarray(thin, np.float32)


def _shift(dark: Plane, places: Sequence[Points], about: Points, reach_mm: float, p: BoxParams) -> Points:
    """(2,) mm by which frames lie beside their places, at most reach_mm from `about`: where they are darkest against both sides."""
    steps = round(reach_mm * p.px_per_mm)
    total = np.zeros((2 * steps + 1, 2 * steps + 1), np.float32)
    for at in places:
        kernel, margin = _frame_kernel(at, p)
        x, y = np.round((at[0] + about) * p.px_per_mm).astype(int) - margin - steps
        part = _window(dark, x, y, kernel.shape[1] + 2 * steps, kernel.shape[0] + 2 * steps)
        total += cv2.matchTemplate(part, kernel, cv2.TM_CCORR)
    far = np.hypot(*np.meshgrid(np.arange(-steps, steps + 1), np.arange(-steps, steps + 1))) / max(steps, 1)
    total -= np.float32(0.02) * far.astype(np.float32) * len(places)  # of equals the nearest
    row, column = np.unravel_index(int(total.argmax()), total.shape)
    return np.asarray(about + (np.array([column, row]) - steps) / p.px_per_mm)


def _frame_kernel(at: Points, p: BoxParams) -> tuple[Plane, int]:
    """Weights that give the darkness of a frame less that beside it, and how many px they reach beyond its middle line."""
    side, line = (at[1, 0] - at[0, 0]) * p.px_per_mm, p.line_mm * p.px_per_mm
    margin = round(1.0 * p.px_per_mm)
    size = round(side) + 2 * margin
    spot = np.abs(np.arange(size) - margin - side / 2)
    off = np.maximum(spot[:, None], spot[None, :]) - side / 2  # from the middle line, outwards
    on, beside = np.abs(off) <= line / 2, (np.abs(off) > 1.1 * line) & (np.abs(off) <= margin)
    return (on / max(on.sum(), 1) - beside / max(beside.sum(), 1)).astype(np.float32), margin


def _window(plane: Plane, x: int, y: int, width: int, height: int) -> Plane:
    """A part of a plane; 0 where it reaches beyond."""
    out = np.zeros((height, width), np.float32)
    left, top = max(x, 0), max(y, 0)
    right, low = min(x + width, plane.shape[1]), min(y + height, plane.shape[0])
    if right > left and low > top:
        out[top - y:low - y, left - x:right - x] = plane[top:low, left:right]
    return out


def _measured(dark: Plane, strokes: Plane, at: Points, p: BoxParams) -> Box:
    thin = np.asarray(np.maximum(strokes - p.mottle, 0), np.float32)
    kernel, margin = _frame_kernel(at, p)
    x, y = np.round(at[0] * p.px_per_mm).astype(int) - margin
    part = _window(dark, x, y, kernel.shape[1], kernel.shape[0])
    ink, trace = (_window(plane, x, y, kernel.shape[1], kernel.shape[0]) for plane in (thin, strokes))
    side = (at[1, 0] - at[0, 0]) * p.px_per_mm
    spot = np.abs(np.arange(kernel.shape[0]) - margin - side / 2) / (side / 2)
    off = np.maximum(spot[:, None], spot[None, :])
    inside = off <= p.inner
    solid = float(np.maximum(part - _shade(dark, at, part.shape[1], x, p), 0)[inside].mean())
    inked = solid if solid >= p.solid else float(ink[inside].mean())
    left = max(inked, float(trace[inside].mean()))
    beside = max(_strips(thin, at, p))
    frame = float((part * kernel).sum())
    return Box(round(inked, 4), round(solid, 4), round(left, 4), round(beside, 4), round(frame, 4))


def _shade(dark: Plane, at: Points, columns: int, x: int, p: BoxParams) -> Plane:
    """(columns,) darkness of the bare paper over and under a box, column by column from x on, the larger of the two.

    A shadow goes on above or below a box, whichever way its edge runs; ink that reaches so far leaves paper between its strokes.
    """
    gap, tall = (round(v * p.px_per_mm) for v in (0.55, 1.8))
    top, low = (round(float(v) * p.px_per_mm) for v in (at[0, 1], at[2, 1]))
    strips = [_window(dark, x, y, columns, tall) for y in (top - gap - tall, low + gap)]
    return np.asarray(np.maximum(*(np.percentile(strip, 30, axis=0) for strip in strips)), np.float32)


def _strips(plane: Plane, at: Points, p: BoxParams) -> list[float]:
    """Means over a box, under it and to its left, from half a millimetre on; its words stand to the right."""
    side = float(at[1, 0] - at[0, 0])
    gap, wide = 0.55, 1.1
    (x, y), low_y = at[0], at[2, 1]
    strips = [(x, y - gap - wide, side, wide), (x, low_y + gap, side, wide), (x - gap - wide, y, wide, side)]
    means = []
    for left, top, width, height in strips:
        a = np.round(np.array([left, top, width, height]) * p.px_per_mm).astype(int)
        means.append(float(_window(plane, a[0], a[1], a[2], a[3]).mean()))
    return means


def _judged(boxes: Mapping[Stance, Box], seen: bool, p: BoxParams) -> Ticked:
    """One box ticked and the others empty is sure; anything else is as sure as its least clear box."""
    inked = [stance for stance, box in boxes.items() if box.ink >= p.ticked]
    lone = len(inked) == 1
    clear = all(box.frame >= p.frame or box.solid >= p.solid for box in boxes.values())
    plain = all(box.ink <= p.empty and box.beside <= p.beside and box.solid <= p.shade
                for stance, box in boxes.items() if stance not in inked)
    value = inked[0] if lone else _best_guess(boxes, p) if not inked and not clear else None
    sure = bool(seen and clear and plain and len(inked) <= 1)
    return Ticked(value, _confidence(boxes, inked, sure, p), sure, boxes)


def _best_guess(boxes: Mapping[Stance, Box], p: BoxParams) -> Stance | None:
    """For a photo in which nothing is sure, such as one with white paper burnt out; a human looks at it in any case."""
    first, second = sorted(boxes, key=lambda stance: -boxes[stance].trace)[:2]
    lead = boxes[first].trace >= max(p.trace, p.trace_lead * boxes[second].trace)
    return first if lead else None


def _confidence(boxes: Mapping[Stance, Box], inked: Sequence[Stance], sure: bool, p: BoxParams) -> float:
    """0..1: how far the ticked box stands above the threshold and the others below it, in shares of it."""
    up = min(((boxes[s].ink - p.ticked) / p.ticked for s in inked), default=1.0)
    down = min(((p.empty - box.ink) / p.empty for s, box in boxes.items() if s not in inked), default=1.0)
    margin = float(np.clip(min(up, down), 0, 1))
    return round(0.9 + 0.099 * margin, 3) if sure else round(0.3 + 0.2 * margin, 3)
