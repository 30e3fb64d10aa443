"""Which outline found belongs to which card: by area in common, never by what it says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

# Below half of the area in common, an outline leaves more of the card out (or takes more of something else in) than it
# has right; it also keeps two cards that don't overlap from being matched by one outline.
LEAST_IOU = 0.5


@dataclass(frozen=True, eq=False)
class Matches:
    """pairs (K, 2): index of the outline found and of the true card; iou: (N, M) of all of them."""

    pairs: NDArray[np.int64]
    iou: NDArray[np.float64]

    def card_of(self, found: int) -> int | None:
        """The true card that an outline belongs to."""
        hit = self.pairs[self.pairs[:, 0] == found, 1]
        return int(hit[0]) if len(hit) else None

    def outline_of(self, card: int) -> int | None:
        """The outline that a true card was found as."""
        hit = self.pairs[self.pairs[:, 1] == card, 0]
        return int(hit[0]) if len(hit) else None


def match(found_mm: ArrayLike, true_mm: ArrayLike, least_iou: float = LEAST_IOU) -> Matches:
    """Pairs outlines (N, 4, 2) with cards (M, 4, 2) so that the areas in common are largest in all."""
    found, true = (np.asarray(p, np.float64).reshape(-1, 4, 2) for p in (found_mm, true_mm))
    iou = _iou(found, true)
    rows, columns = linear_sum_assignment(np.where(iou >= least_iou, iou, 0.0), maximize=True)
    good = iou[rows, columns] >= least_iou
    return Matches(np.stack([rows[good], columns[good]], axis=1).astype(np.int64), iou)


def _iou(found: NDArray[np.float64], true: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, M) area in common over area of both together."""
    if not len(found) or not len(true):
        return np.zeros((len(found), len(true)))
    a, b = (shapely.make_valid(shapely.polygons(p)) for p in (found, true))
    common = shapely.area(shapely.intersection(a[:, None], b[None, :]))
    both = shapely.area(a)[:, None] + shapely.area(b)[None, :] - common
    return np.asarray(np.divide(common, both, out=np.zeros_like(common), where=both > 0))
