"""How far a result's own map of the sheet is from where the sheet really lies in the photo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posterscan.records import MmToPx, PhotoRecord
from posterscan.relief import GridShift
from posterscan.scores.truth import Truth
from posterscan.sheet import Lens, SheetMap


@dataclass(frozen=True)
class Residuals:
    """mm; stated: what the result says of itself (markers left out of the fit), true: over the truth's points."""

    stated_median: float | None = None
    stated_p95: float | None = None
    true_median: float | None = None
    true_p95: float | None = None


def sheet_of(kept: MmToPx) -> SheetMap:
    """The map that a result's `mm_to_px` describes: relief, then homography, then lens."""
    lens = kept.lens or {}
    cx, cy = lens.get("principal_px", (0.0, 0.0))
    k1, k2, p1, p2 = (float(v) for v in lens.get("coefficients", (0.0, 0.0, 0.0, 0.0)))
    known = kept.relief is not None and kept.relief.get("kind") == "grid-shift"
    relief = GridShift.from_description(kept.relief) if known and kept.relief else None
    return SheetMap(
        np.array(kept.homography, dtype=np.float64),
        Lens(float(lens.get("focal_px", 1.0)), (float(cx), float(cy)), (k1, k2, p1, p2)),
        relief,
    )


def residuals(photo: PhotoRecord, truth: Truth) -> Residuals:
    """Stated and true, the latter over the truth's points that are in the picture."""
    stated = photo.residual_mm
    inside = ((truth.check_px >= 0) & (truth.check_px <= np.array(truth.size_px) - 1)).all(axis=1)
    unknown = photo.mm_to_px.relief is not None and photo.mm_to_px.relief.get("kind") != "grid-shift"
    if unknown or not inside.any():  # another program's relief: its map cannot be followed
        return Residuals(stated.median, stated.p95, None, None)
    off = sheet_of(photo.mm_to_px).to_mm(truth.check_px[inside]) - truth.check_mm[inside]
    distance = np.hypot(off[:, 0], off[:, 1])
    return Residuals(stated.median, stated.p95, float(np.median(distance)), float(np.percentile(distance, 95)))
