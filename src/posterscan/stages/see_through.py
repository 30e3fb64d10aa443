"""Whether the poster's own print shows inside an outline: then no card lies there, for cards are not transparent."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import Points
from posterscan.sheet import Image, View

_FINER = 2  # sampled so much finer than compared, about as fine as a 12 MP photo of an A1 is


@dataclass(frozen=True)
class SeeThroughParams:
    """px_per_mm: of the comparison. inset_mm: how far inside the outline it is made. search_mm: how far the print may lie beside
    its place. least_print: standard deviation (grey levels) of the artwork there, below which it says nothing.
    alike: correlation from which on it is the same print: of 259 cards that lie on print none was above 0.40, and 95 % of 691 bare
    places were above 0.44 to 0.97, by set and difficulty (`benchmarks/thresholds.py`).
    """

    px_per_mm: float = 2.0
    inset_mm: float = 4.0
    search_mm: float = 1.5
    least_print: float = 8.0
    alike: float = 0.5


def print_shows(view: View, reference: Image | None, outlines_mm: NDArray[np.float64],
                params: SeeThroughParams | None = None) -> NDArray[np.bool_]:
    """(N,) of outlines (N, 4, 2): whether the photo shows the artwork's own print inside.

    reference: (h, w, 3) uint8 artwork of the whole sheet, or None. Where the artwork has no print the answer is no.
    """
    p = params or SeeThroughParams()
    if reference is None or not len(outlines_mm):
        return np.zeros(len(outlines_mm), np.bool_)
    scale = reference.shape[1] / (view.rgb.shape[1] / view.px_per_mm)
    return np.array([likeness(view, reference, scale, outline, p) >= p.alike for outline in outlines_mm])


def likeness(view: View, reference: Image, reference_px_per_mm: float, outline: Points, p: SeeThroughParams) -> float:
    """Best correlation of the artwork inside the outline with the photo there, -1..1; 0 where there is no print."""
    sides = np.linalg.norm(np.roll(outline, -1, axis=0) - outline, axis=1)
    if sides.min() < 4 * p.inset_mm:  # too small to look into
        return 0.0
    printed = _inside(reference, reference_px_per_mm, outline, p.inset_mm, p.px_per_mm)
    if printed.std() < p.least_print:
        return 0.0
    seen = _inside(view.rgb, view.px_per_mm, outline, p.inset_mm - p.search_mm, p.px_per_mm)
    return float(cv2.matchTemplate(seen, printed, cv2.TM_CCOEFF_NORMED).max())


def _inside(rgb: Image, rgb_px_per_mm: float, outline: Points, inset_mm: float, px_per_mm: float) -> NDArray[np.float32]:
    """(h, w) grey of what lies inside the outline, brought upright, without a strip of this width along its sides."""
    across, down = (outline[1] - outline[0]), (outline[3] - outline[0])
    wide, tall = (float(np.linalg.norm(side)) for side in (across, down))
    size = round((wide - 2 * inset_mm) * px_per_mm), round((tall - 2 * inset_mm) * px_per_mm)
    corner = outline[0] + inset_mm * (across / wide + down / tall)
    steps = np.stack([across / wide, down / tall], axis=1) / (px_per_mm * _FINER) * rgb_px_per_mm
    start = corner * rgb_px_per_mm - 0.5 + steps @ [0.5, 0.5]
    flat = cv2.warpAffine(rgb, np.column_stack([steps, start]), (size[0] * _FINER, size[1] * _FINER),
                          flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(cv2.cvtColor(flat, cv2.COLOR_RGB2GRAY), size, interpolation=cv2.INTER_AREA), np.float32)
