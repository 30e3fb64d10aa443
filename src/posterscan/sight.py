"""What one photo shows where, and how finely: what several photos of one table are weighed by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from posterscan.geometry import Points, as_points, centroid
from posterscan.sheet import SheetMap

_STEPS = 7  # a card is asked about at so many points each way
_RIM_PX = 4.0  # the outermost pixels are sharpened against nothing


@dataclass(frozen=True, eq=False)
class Sight:
    """sheet: where the poster lies in the photo of size_px (width, height). sharpness: as in `Quality`.

    glare_mm: (K, 3) x, y in mm and area in mm2 of places that are burnt out. sigma_mm: (N,) how well the place of each card of
    the photo's result is known, per axis.
    """

    sheet: SheetMap
    size_px: tuple[int, int]
    sharpness: float
    glare_mm: NDArray[np.float64]
    sigma_mm: NDArray[np.float64]

    def shows(self, xy_mm: ArrayLike) -> NDArray[np.bool_]:
        """(N,) whether points (N, 2) of the poster are in the picture."""
        px = self.sheet.to_px(xy_mm)
        return np.asarray(np.all((px >= _RIM_PX) & (px <= np.array(self.size_px) - 1 - _RIM_PX), axis=1))

    def share_of(self, polygon_mm: ArrayLike) -> float:
        """0..1 of a four-sided outline (4, 2) that is in the picture."""
        return float(self.shows(_spread(as_points(polygon_mm))).mean())

    def share_of_sheet(self, size_mm: tuple[float, float]) -> float:
        """0..1 of the whole sheet."""
        wide, high = size_mm
        grid = np.stack([g.ravel() for g in np.meshgrid((np.arange(40) + 0.5) / 40 * wide, (np.arange(30) + 0.5) / 30 * high)], 1)
        return float(self.shows(grid).mean())

    def detail_mm(self, polygon_mm: ArrayLike) -> float:
        """How wide an edge becomes there: the width that `Quality.sharpness` stands for, at the scale of that place."""
        middle = centroid(as_points(polygon_mm))
        edge_mm = float(np.sqrt(1 / max(self.sharpness, 1e-3) - 1))
        here, usual = self.sheet.px_per_mm([middle])[0], self.usual_px_per_mm()
        return max(edge_mm * usual / float(here), 1 / float(here))

    def usual_px_per_mm(self) -> float:
        """In the middle of the picture."""
        middle = self.sheet.to_mm([[self.size_px[0] / 2, self.size_px[1] / 2]])
        return float(self.sheet.px_per_mm(middle)[0])

    def burnt_out(self, polygon_mm: ArrayLike) -> float:
        """mm2 of glare within an outline's own reach."""
        outline = as_points(polygon_mm)
        reach = float(np.linalg.norm(outline - outline.mean(axis=0), axis=1).max())
        near = np.hypot(*(self.glare_mm[:, :2] - outline.mean(axis=0)).T) < reach
        return float(self.glare_mm[near, 2].sum())


def _spread(outline_mm: Points) -> Points:
    """Points all over a four-sided outline, its rim included."""
    u, v = (g.ravel()[:, None] for g in np.meshgrid(np.linspace(0, 1, _STEPS), np.linspace(0, 1, _STEPS)))
    a, b, c, d = outline_mm
    return np.asarray((1 - u) * (1 - v) * a + u * (1 - v) * b + u * v * c + (1 - u) * v * d)
