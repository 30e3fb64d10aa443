"""Labelled rectangles near the places where they belong, without overlap and each in its own zone.

Lengths are in any one unit, y down; the slides use millimetres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

Floats = NDArray[np.float64]
XY = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom
_COLUMNS = 160  # of the grid on which places are tried, along the longer side of a room
_TOUCH = 1e-9  # rectangles that share an edge don't overlap
_STEP = 0.94  # from one size to the next smaller one


@dataclass(frozen=True)
class Wish:
    """A rectangle and where its middle would best be. zone: where its middle has to stay, None in no zone.

    anywhere: its middle may be in any zone or none.
    """

    x: float
    y: float
    width: float
    height: float
    zone: str | None = None
    anywhere: bool = False


@dataclass(frozen=True)
class Arranged:
    """places: middles, in the order of the wishes. scale: by which all sizes were multiplied. moved: the largest distance between a
    place and its wish. fits: False where even the smallest size was too large; places are then the wishes, kept within the room."""

    places: tuple[XY, ...]
    scale: float
    moved: float
    fits: bool


@dataclass(frozen=True)
class Room:
    """Where rectangles may lie. zones: id and polygon, where they overlap the later one wins."""

    bounds: Box
    zones: tuple[tuple[str, tuple[XY, ...]], ...] = ()

    def zone_of(self, x: Floats, y: Floats) -> NDArray[np.int16]:
        """Per point the index of its zone, -1 in none."""
        out = np.full(np.shape(x), -1, np.int16)
        for index, shape in enumerate(self._shapes):
            out[shapely.contains_xy(shape, x, y)] = index
        return out

    def zone_at(self, x: float, y: float) -> str | None:
        """The zone of one point, None in no zone."""
        index = int(self.zone_of(np.array([x]), np.array([y]))[0])
        return None if index < 0 else self.zones[index][0]

    @cached_property
    def _shapes(self) -> list[shapely.Polygon]:
        shapes = [shapely.Polygon(points) for _, points in self.zones]
        for shape in shapes:
            shapely.prepare(shape)
        return shapes

    @cached_property
    def grid(self) -> tuple[Floats, Floats]:
        """Coordinates of columns and of rows of places that are tried."""
        left, top, right, bottom = self.bounds
        step = max(right - left, bottom - top) / _COLUMNS
        return (np.linspace(left, right, max(2, round((right - left) / step) + 1)),
                np.linspace(top, bottom, max(2, round((bottom - top) / step) + 1)))

    @cached_property
    def grid_zones(self) -> NDArray[np.int16]:
        """(rows, columns) zones of the places that are tried."""
        xs, ys = self.grid
        return self.zone_of(*np.meshgrid(xs, ys))


def arrange(wishes: Sequence[Wish], room: Room, least_scale: float = 1.0, taken: Sequence[Box] = ()) -> Arranged:
    """Moves rectangles as little as possible until no two overlap, none is over what is taken or out of bounds, and each middle is
    in its own zone; sizes shrink step by step, down to least_scale, while that can't be done.

    taken: what is to be kept free. Rectangles that overlap nothing, in their zone and within bounds, stay exactly where they
    are. The same wishes give the same places.
    """
    scale = 1.0
    while True:
        places = _Places(wishes, room, scale, taken).found()
        if places is not None or scale <= least_scale:
            break
        scale = max(least_scale, scale * _STEP)
    kept = places if places is not None else _kept_within(wishes, room.bounds, scale)
    away = np.hypot(*(kept - _centres(wishes)).T)
    return Arranged(tuple((float(x), float(y)) for x, y in kept), scale, float(away.max(initial=0.0)), places is not None)


def in_column(wishes: Sequence[Wish], top: float, bottom: float, least_scale: float = 1.0) -> Arranged:
    """Moves rectangles up and down as little as possible until no two overlap and all are between two heights.

    Their order from top to bottom stays; sizes shrink step by step, down to least_scale, while they don't fit.
    """
    high = sum(wish.height for wish in wishes)
    scale = 1.0
    while high * scale > bottom - top + _TOUCH and scale > least_scale:
        scale = max(least_scale, scale * _STEP)
    wished = _centres(wishes)
    order = np.lexsort((wished[:, 0], wished[:, 1]))
    heights = np.array([wishes[index].height for index in order], np.float64) * scale
    above = np.cumsum(heights) - heights / 2  # of each in a stack without gaps
    places = wished.copy()
    if len(order):
        free = isotonic_regression(wished[order, 1] - above).x  # the gaps may only grow, from top to bottom
        places[order, 1] = np.clip(free, top, max(top, bottom - high * scale)) + above
    moved = float(np.abs(places[:, 1] - wished[:, 1]).max(initial=0.0))
    return Arranged(tuple((float(x), float(y)) for x, y in places), scale, moved, high * scale <= bottom - top + _TOUCH)


class _Places:
    """Places for all wishes at one size."""

    def __init__(self, wishes: Sequence[Wish], room: Room, scale: float, taken: Sequence[Box]) -> None:
        self._room, self._wished = room, _centres(wishes)
        self._sizes = np.array([(wish.width, wish.height) for wish in wishes], np.float64).reshape(-1, 2) * scale
        ids = [name for name, _ in room.zones]
        self._zones = [ids.index(wish.zone) if wish.zone in ids else -1 for wish in wishes]
        self._anywhere = [wish.anywhere for wish in wishes]
        self._own = self._allowed()
        kept = np.array(taken, np.float64).reshape(-1, 4)
        # what is taken comes after the rectangles, as rectangles that lie already
        self._middles = np.concatenate([self._wished, (kept[:, :2] + kept[:, 2:]) / 2])
        self._all_sizes = np.concatenate([self._sizes, kept[:, 2:] - kept[:, :2]])
        self._lies = np.concatenate([np.zeros(len(wishes), np.bool_), np.ones(len(kept), np.bool_)])

    def found(self) -> Floats | None:
        """(n, 2) middles; None where they don't all fit."""
        count = len(self._wished)
        if not self._may_fit():
            return None
        alone = self._alone()
        self._lies[:count][alone] = True
        rest = self._middle_first(~alone)
        for index in rest:
            if not self._lay(index):
                return None
        self._move_back(rest)
        return self._middles[:count]

    def _may_fit(self) -> bool:
        """Quickly seen: whether the rectangles together are smaller than the room."""
        left, top, right, bottom = self._room.bounds
        return bool(self._all_sizes.prod(axis=1).sum() <= (right - left) * (bottom - top))

    def _alone(self) -> NDArray[np.bool_]:
        """Those that may stay where they are whatever the others do: nothing else wants any of that room."""
        count = len(self._wished)
        apart = np.abs(self._wished[:, None] - self._middles[None]) >= (self._sizes[:, None] + self._all_sizes[None]) / 2 - _TOUCH
        free = apart.any(axis=2)
        free[np.arange(count), np.arange(count)] = True
        alone: NDArray[np.bool_] = self._own & free.all(axis=1)
        return alone

    def _allowed(self) -> NDArray[np.bool_]:
        """Per wish whether it is in bounds and in its own zone."""
        left, top, right, bottom = self._room.bounds
        low, high = self._wished - self._sizes / 2, self._wished + self._sizes / 2
        inside = np.all((low >= [left, top]) & (high <= [right, bottom]), axis=1)
        zones = self._room.zone_of(self._wished[:, 0], self._wished[:, 1])
        own = (zones == np.array(self._zones, np.int16)) | np.array(self._anywhere, np.bool_)
        allowed: NDArray[np.bool_] = inside & own
        return allowed

    def _middle_first(self, chosen: NDArray[np.bool_]) -> list[int]:
        """From the middle of each zone's crowd outwards, so that the outer ones make way."""
        order: list[tuple[float, int]] = []
        for zone in set(self._zones):
            crowd = [int(index) for index in np.flatnonzero(chosen) if self._zones[index] == zone]
            if crowd:
                middle = np.median(self._wished[crowd], axis=0)
                order += [(float(np.hypot(*(self._wished[index] - middle))), index) for index in crowd]
        return [index for _, index in sorted(order)]

    def _lay(self, index: int) -> bool:
        """Puts one at the free place nearest to its wish; False where there is none."""
        if self._own[index] and self._free(index, self._wished[index]):
            self._put(index, self._wished[index])
            return True
        xs, ys = self._room.grid
        column, row = self._window(index)
        distance = np.square(xs[column] - self._wished[index, 0])[None] + np.square(ys[row] - self._wished[index, 1])[:, None]
        distance[self._blocked(index)[row, column]] = np.inf
        if not distance.size or not np.isfinite(nearest := distance.min()):
            return False
        at = np.unravel_index(int(np.argmax(distance == nearest)), distance.shape)
        self._put(index, np.array([xs[column][at[1]], ys[row][at[0]]]))
        return True

    def _window(self, index: int) -> tuple[slice, slice]:
        """Columns and rows of the grid at which a rectangle is within bounds."""
        left, top, right, bottom = self._room.bounds
        width, height = self._sizes[index]
        xs, ys = self._room.grid
        return (slice(int(np.searchsorted(xs, left + width / 2)), int(np.searchsorted(xs, right - width / 2, "right"))),
                slice(int(np.searchsorted(ys, top + height / 2)), int(np.searchsorted(ys, bottom - height / 2, "right"))))

    def _blocked(self, index: int) -> NDArray[np.bool_]:
        """Places of the grid in another zone, or where it would overlap what lies."""
        xs, ys = self._room.grid
        zones = self._room.grid_zones
        blocked = np.zeros(zones.shape, np.bool_) if self._anywhere[index] else zones != self._zones[index]
        near = (self._sizes[index] + self._all_sizes[self._lies]) / 2 - _TOUCH
        low, high = self._middles[self._lies] - near, self._middles[self._lies] + near
        columns = np.stack([np.searchsorted(xs, low[:, 0], "right"), np.searchsorted(xs, high[:, 0])], axis=1)
        rows = np.stack([np.searchsorted(ys, low[:, 1], "right"), np.searchsorted(ys, high[:, 1])], axis=1)
        for (x0, x1), (y0, y1) in zip(columns.tolist(), rows.tolist(), strict=True):
            blocked[y0:y1, x0:x1] = True
        return blocked

    def _free(self, index: int, at: Floats) -> bool:
        near = (self._sizes[index] + self._all_sizes[self._lies]) / 2 - _TOUCH
        return not bool((np.abs(self._middles[self._lies] - at) < near).all(axis=1).any())

    def _put(self, index: int, at: Floats) -> None:
        self._middles[index], self._lies[index] = at, True

    def _move_back(self, indices: Sequence[int]) -> None:
        """Each once more to the free place nearest to its wish, the farthest first: what lay in its way may lie elsewhere now."""
        away = np.hypot(*(self._middles[: len(self._wished)] - self._wished).T)
        for index in sorted(indices, key=lambda one: (-away[one], one)):
            if away[index] > 0:
                was, self._lies[index] = self._middles[index].copy(), False
                if not self._lay(index):
                    self._put(index, was)


def _centres(wishes: Sequence[Wish]) -> Floats:
    return np.array([(wish.x, wish.y) for wish in wishes], np.float64).reshape(-1, 2)


def _kept_within(wishes: Sequence[Wish], bounds: Box, scale: float) -> Floats:
    left, top, right, bottom = bounds
    half = np.array([(wish.width, wish.height) for wish in wishes], np.float64).reshape(-1, 2) * scale / 2
    least, most = np.array([left, top]) + half, np.array([right, bottom]) - half
    return np.maximum(np.minimum(_centres(wishes), most), least)
