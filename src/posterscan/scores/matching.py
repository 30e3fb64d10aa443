"""Which card of a result is which card of the truth: by where it lies alone, never by what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment
from shapely.geometry import Polygon
from shapely.validation import make_valid

from posterscan.geometry import Points, as_points

MATCH_IOU = 0.5  # more of both is shared than not: at most one card can claim that of another
ROUGH_IOU = 0.3  # it lies askew over a card: not found, yet not made up either


@dataclass(frozen=True)
class Matches:
    """Index pairs (result, truth). rough: results that lie over a card without meeting it, and that card."""

    pairs: tuple[tuple[int, int], ...]
    rough: tuple[tuple[int, int], ...]
    invented: tuple[int, ...]
    missed: tuple[int, ...]
    iou: NDArray[np.float64]


def match(found: Sequence[ArrayLike], true: Sequence[ArrayLike]) -> Matches:
    """One-to-one assignment with the largest sum of overlaps; then what is left, at a lower overlap.

    found, true: polygons in mm. A second result on a card that was matched already counts as invented.
    """
    iou = overlaps(found, true)
    pairs = _assigned(iou, MATCH_IOU)
    rest = iou.copy()
    for i, j in pairs:
        rest[i, :] = 0
        rest[:, j] = 0
    rough = _assigned(rest, ROUGH_IOU)
    taken = {i for i, _ in (*pairs, *rough)}
    met = {j for _, j in pairs}
    return Matches(
        pairs,
        rough,
        tuple(i for i in range(len(found)) if i not in taken),
        tuple(j for j in range(len(true)) if j not in met),
        iou,
    )


def overlaps(found: Sequence[ArrayLike], true: Sequence[ArrayLike]) -> NDArray[np.float64]:
    """(results, truths) intersection over union."""
    a, b = [_shape(p) for p in found], [_shape(p) for p in true]
    out = np.zeros((len(a), len(b)))
    for i, one in enumerate(a):
        for j, other in enumerate(b):
            if one.intersects(other):
                both = one.intersection(other).area
                out[i, j] = both / max(one.area + other.area - both, 1e-9)
    return out


def _shape(polygon_mm: ArrayLike) -> Polygon:
    """A self-crossing outline is taken for the area that it encloses."""
    shape = Polygon(as_points(polygon_mm))
    return shape if shape.is_valid else make_valid(shape)


def _assigned(iou: NDArray[np.float64], least: float) -> tuple[tuple[int, int], ...]:
    gain = np.where(iou >= least, iou, 0.0)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return tuple((int(i), int(j)) for i, j in zip(rows, columns, strict=True) if gain[i, j] > 0)


def corner_distance_mm(found_mm: ArrayLike, true_mm: Points) -> tuple[float, int]:
    """Mean distance of four corners in their best cyclic order, and how many quarter turns that order is off."""
    found = as_points(found_mm)
    means = [float(np.hypot(*(np.roll(found, k, axis=0) - true_mm).T).mean()) for k in range(4)]
    best = int(np.argmin(means))
    return means[best], best
