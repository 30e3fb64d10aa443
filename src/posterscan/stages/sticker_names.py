"""Dutch names of sticker colours."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.stages.sticker_clumps import Clump
from posterscan.stages.sticker_discs import Discs

Floats = NDArray[np.float64]


def name_of(clump: Clump, discs: Discs, i: int) -> str:
    """The Dutch name of a disc's colour: of its middle half, in CIELAB over the local white."""
    shape = clump.label.shape
    part = np.zeros(shape, np.uint8)
    cv2.circle(
        part,
        (round(discs.centers_px[i, 0]), round(discs.centers_px[i, 1])),
        max(1, round(0.8 * discs.radii_px[i])),
        1,
        -1,
    )
    mine = (part > 0) & (clump.label == discs.klass[i]) & ~clump.mark & ~clump.glare
    if not mine.any():
        return "onbekend"
    return colour_name(np.median(clump.rho[mine], axis=0))


def colour_name(rho: Floats) -> str:
    """The Dutch name of a linear colour over white (3,)."""
    lab = cv2.cvtColor(np.clip(_as_srgb(rho), 0, 1).astype(np.float32).reshape(1, 1, 3), cv2.COLOR_RGB2LAB)[0, 0]
    hue = float(np.degrees(np.arctan2(lab[2], lab[1])) % 360)
    chroma = float(np.hypot(lab[1], lab[2]))
    if hue < 20 or hue >= 345:
        return "roze" if lab[0] > 45 or hue >= 345 else "rood"
    for top, name in (
        (47, "rood"),
        (74, "oranje"),
        (104, "geel"),
        (190, "groen"),
        (297, "blauw"),
        (330, "paars"),
        (345, "roze"),
    ):
        if hue < top:
            return "roze" if name == "rood" and lab[0] > 62 and chroma < 62 else name
    return "roze"


def _as_srgb(linear: Floats) -> Floats:
    x = np.clip(linear, 0, 1)
    return np.asarray(np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055))
