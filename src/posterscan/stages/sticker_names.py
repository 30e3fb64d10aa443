"""The colour of each sticker as it was seen, over the white of what it sticks on."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.stages.sticker_clumps import Clump
from posterscan.stages.sticker_discs import Discs

Floats = NDArray[np.float64]


def colour_of(clump: Clump, discs: Discs, i: int) -> Floats:
    """(3,) linear colour over the local white of a disc: of its middle part, without ink and gloss; nan where none is left."""
    part = np.zeros(clump.label.shape, np.uint8)
    at = (round(discs.centers_px[i, 0]), round(discs.centers_px[i, 1]))
    cv2.circle(part, at, max(1, round(0.8 * discs.radii_px[i])), 1, -1)
    mine = (part > 0) & (clump.label == discs.klass[i]) & ~clump.mark & ~clump.glare
    return np.asarray(np.median(clump.rho[mine], axis=0), np.float64) if mine.any() else np.full(3, np.nan)
