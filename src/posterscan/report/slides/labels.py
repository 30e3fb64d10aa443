"""Where a zone's name stands: in the zone, as high as it goes, clear of the zones over it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posterscan.report.arrange import XY, Room
from posterscan.report.slides.shapes import Area
from posterscan.report.slides.text import BREAK, clean, in_lines, width_mm

_PT, _LEAST_PT = 11.0, 8.0
_PARTS = (0.9, 0.6, 0.35)  # of the zone's width that a name may take, one line or two


@dataclass(frozen=True)
class Label:
    """A name in lines, its place on the slide in mm and its size in points."""

    area: Area
    pt: float
    shown: str


def label_in(room: Room, index: int, name: str) -> Label:
    """The label of a room's zone; over the zone's top where it fits nowhere in it."""
    xs, ys = (np.array(one) for one in zip(*room.zones[index][1], strict=True))
    wide, middle, text = float(np.ptp(xs)), float(xs.min() + xs.max()) / 2, clean(name)
    pt = _PT
    while True:
        for part in _PARTS:
            lines = in_lines(text, pt, wide * part, 2, bold=True)
            width, height = max(width_mm(line, pt, bold=True) for line in lines.shown.split(BREAK)) + 1, lines.height_mm(pt)
            width = min(width, wide * part)
            if not lines.cut and (at := _highest(room, index, width, height, middle)):
                return Label(Area(at[0] - width / 2, at[1] - height / 2, width, height), pt, lines.shown)
        if pt <= _LEAST_PT:
            left, top, right, bottom = room.bounds
            there = min(max(middle, left + width / 2), right - width / 2), min(max(float(ys.min()), top), bottom - height)
            return Label(Area(there[0] - width / 2, there[1], width, height), pt, lines.shown)
        pt = max(_LEAST_PT, pt - 1)


def _highest(room: Room, index: int, width: float, height: float, middle: float) -> XY | None:
    """The middle of the highest rectangle of this size that is all in one zone; of those the one nearest to a middle."""
    xs, ys = room.grid
    columns, rows = int(np.ceil(width / (xs[1] - xs[0]))) + 1, int(np.ceil(height / (ys[1] - ys[0]))) + 1
    if columns > len(xs) or rows > len(ys):
        return None
    # counts of places in the zone in every rectangle at once, by sums over all that is above and left of a place
    sums = np.pad((room.grid_zones == index).astype(np.int32).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    inside = sums[rows:, columns:] - sums[:-rows, columns:] - sums[rows:, :-columns] + sums[:-rows, :-columns] == rows * columns
    if not inside.any():
        return None
    row = int(np.argmax(inside.any(axis=1)))
    there = np.flatnonzero(inside[row])
    centres = (xs[there] + xs[there + columns - 1]) / 2
    return float(centres[np.argmin(np.abs(centres - middle))]), float((ys[row] + ys[row + rows - 1]) / 2)
