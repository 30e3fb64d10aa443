"""What a scan is asked and what it gives back: the seam between the pipeline and whoever calls it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from posterscan.cameras.profile import CameraProfile
from posterscan.messages import Language
from posterscan.records import Problem, TableResult
from posterscan.sheet import View
from posterscan.sight import Sight


@dataclass(frozen=True)
class ScanOptions:
    """What only the caller knows; None: as the layout says of its session, else unknown.

    table: the table's name; table_given: whether it holds against what the poster's code says. stickers_per_person: None
    and nothing in the layout: three. sticker_mm: the stickers' diameter, estimated from the photo where it is not said;
    expected_sticker_mm: what was planned, which the photo may deny. cameras: profiles, of which a photo's own is looked up.
    """

    table: str
    language: Language = "nl"
    participants: int | None = None
    stickers_per_person: int | None = None
    sticker_mm: float | None = None
    table_given: bool = True
    expected_sticker_mm: float | None = None
    cameras: tuple[CameraProfile, ...] = ()


@dataclass(frozen=True, eq=False)
class ScanOutcome:
    """One scanned photo. rectified: the whole poster; crops: by card id, (H, W, 3) uint8 upright.

    problems: about the photo as a whole, also where little else could be read. sight: what the photo shows where, and how
    well it knows the place of each card. options: as they were used, completed with what the layout says of its session.
    """

    result: TableResult
    sight: Sight
    rectified: View | None = None
    crops: dict[str, NDArray[np.uint8]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    options: ScanOptions | None = None
