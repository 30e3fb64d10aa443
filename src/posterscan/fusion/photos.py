"""One scanned photo of a table among others of the same table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike

from posterscan.geometry import as_points
from posterscan.outcome import ScanOutcome
from posterscan.records import Check, PhotoRecord, TableResult
from posterscan.sight import Sight


@dataclass(frozen=True, eq=False)
class TablePhoto:
    """outcome: of this one photo. sight: what it shows where."""

    outcome: ScanOutcome
    sight: Sight

    @property
    def result(self) -> TableResult:
        """What was read in it."""
        return self.outcome.result

    @property
    def record(self) -> PhotoRecord:
        """What the result says of the photo itself."""
        return self.outcome.result.photos[0]

    def told_near(self, xy_mm: ArrayLike, reach_mm: float) -> bool:
        """Whether something was told of a place within reach of a point: it may have hidden what others see there."""
        point = as_points(xy_mm)[0]
        return any(np.hypot(*(at - point)) < reach_mm + radius_mm(check) for check in self.result.checks
                   if (at := place_of_check(check)) is not None)


# Photographing one table from all sides takes a minute or two; laying cards and voting takes longer.
ONE_MOMENT_S = 180.0


def seconds_before(photo: TablePhoto, later: TablePhoto) -> float:
    """How long before the other one a photo was taken, by the clocks on the wall; 0 where one of them has no time."""
    try:
        one, other = (datetime.fromisoformat(str(p.record.taken_at)).replace(tzinfo=None) for p in (photo, later))
    except ValueError:  # no time, or one that no clock shows
        return 0.0
    return (other - one).total_seconds()


def radius_mm(check: Check) -> float:
    """Of what lies there, as if it were round; 0 where it has no size."""
    return float(np.sqrt((check.area_mm2 or 0.0) / np.pi))


def place_of_check(check: Check) -> np.ndarray | None:
    """(2,) mm where a check is about one place of the poster."""
    return np.array(check.center_mm, dtype=np.float64) if check.center_mm is not None else None


def widest(photos: Sequence[TablePhoto]) -> list[int]:
    """The photos' numbers, the one that shows most of the sheet first; of equals the sharper one."""
    return sorted(range(len(photos)), key=lambda i: (-round(photos[i].record.in_view or 0.0, 2),
                                                     sum(p.severity == "error" for p in photos[i].record.problems),
                                                     -photos[i].record.sharpness, i))
