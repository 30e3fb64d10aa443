"""The sheet through a camera's known lens, where that is better than without, by the markers that are left out in turn."""

from __future__ import annotations

from dataclasses import dataclass

from posterscan.cameras.known import KnownLens
from posterscan.layout import Layout
from posterscan.markers.found import Fiducials
from posterscan.sheetfit import Residual, SheetFit
from posterscan.stages.anchors import Anchors
from posterscan.stages.rectify import fit_sheet

WORSE = 1.05  # the median may not grow by more than this, whatever the far end gains


@dataclass(frozen=True, eq=False)
class CameraUse:
    """What a profile did for one photo: residuals at markers that were left out in turn, before the artwork is looked at."""

    profile: str
    without: Residual
    given: Residual
    used: bool


def fit_through_camera(found: Fiducials, layout: Layout, size_px: tuple[int, int], focal_px: float | None,
                       known: KnownLens | None, anchors: Anchors | None = None) -> tuple[SheetFit, CameraUse | None]:
    """The sheet as `fit_sheet` gives it, and, for a camera with a profile, what that was good for.

    focal_px: from EXIF. The profile is used where it makes the left-out residual smaller, and nowhere else: EXIF may name a
    camera whose phone straightens its pictures now, or that has been repaired.
    """
    plain = fit_sheet(found, layout, size_px, focal_px=focal_px, anchors=anchors)
    if known is None or not plain:
        return plain, None
    through = fit_sheet(found, layout, size_px, anchors=anchors, known=known)
    used = bool(through) and is_better(through.left_out, plain.left_out)
    return through if used else plain, CameraUse(known.name, plain.left_out, through.left_out, used)


def is_better(given: Residual, without: Residual) -> bool:
    """Whether the sum of median and 95th percentile shrinks, and the median does not grow; False where nothing can be compared.

    Of few markers the percentile is one corner: by itself it may go up or down by chance.
    """
    return given.median + given.p95 < without.median + without.p95 and given.median <= WORSE * without.median
