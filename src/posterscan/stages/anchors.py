"""Points of the sheet whose place is known from another photo: they help to place one with too few markers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PATCH_MM = 60.0  # points this near to each other err together: they are left out of the fit together


@dataclass(frozen=True, eq=False)
class Anchors:
    """points_mm (N, 2) on the poster, points_px (N, 2) in the photo, sigma_px (N,) per axis."""

    points_mm: NDArray[np.float64]
    points_px: NDArray[np.float64]
    sigma_px: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.points_mm)

    def patches(self) -> NDArray[np.int64]:
        """(N,) which patch of the sheet each point belongs to, from 0."""
        cells = np.floor(self.points_mm / PATCH_MM).astype(np.int64)
        return np.asarray(np.unique(cells, axis=0, return_inverse=True)[1].ravel(), np.int64)
