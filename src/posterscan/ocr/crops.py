"""Crops of single cards for the readers, resampled straight from the photo."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import ArrayLike

from posterscan.geometry import as_points, rotated, rotation_of
from posterscan.ocr.readings import Quad
from posterscan.sheet import Image, SheetMap, resample

PX_PER_MM = 6.0  # half again what a 12 MP photo of an A1 holds: small writing keeps what the photo has
_RIM_MM = 0.4  # hidden areas are painted over with this much around them: their edges are blurred


def cut_card(rgb: Image, sheet: SheetMap, polygon_mm: ArrayLike, px_per_mm: float = PX_PER_MM,
             hide_mm: Sequence[ArrayLike] = ()) -> Image:
    """(h, w, 3) uint8 picture of a card, upright as its polygon (4, 2) starts: polygon_mm[0] is the top-left corner.

    hide_mm: polygons (a code, stickers) that are painted over with the card's own brightness around them.
    """
    polygon = as_points(polygon_mm)
    turn = rotation_of(polygon)
    own = rotated(polygon, -turn)
    low, high = own.min(axis=0), own.max(axis=0)
    origin = rotated(low, turn)[0]
    wide, tall = (float(v) for v in high - low)
    crop = resample(rgb, sheet, (wide, tall), px_per_mm, origin, turn).rgb
    return painted_over(crop, [(rotated(shape, -turn) - low) * px_per_mm - 0.5 for shape in map(as_points, hide_mm)],
                        _RIM_MM * px_per_mm)


def painted_over(crop: Image, shapes_px: Sequence[Quad], rim_px: float = 0.0) -> Image:
    """A copy of the crop with polygons (M, 2) and a rim around them filled with the crop's usual colour."""
    if not shapes_px:
        return crop
    mask = np.zeros(crop.shape[:2], np.uint8)
    for shape in shapes_px:
        corners = np.round(shape).astype(np.int32)
        cv2.fillPoly(mask, [corners], 255)
        cv2.polylines(mask, [corners], True, 255, max(1, round(2 * rim_px)))
    out = crop.copy()
    rest = crop[mask == 0]
    if len(rest):
        out[mask > 0] = np.median(rest[:: max(1, len(rest) // 4096)], axis=0).astype(np.uint8)
    return out


def upright_polygon(polygon_mm: ArrayLike, turn_deg: int) -> Quad:
    """The same polygon, starting at the card's own top-left, for a reading that asks to turn the crop by turn_deg.

    A crop that has to be turned clockwise by 180 shows the card's own top-left at its bottom-right: two corners on.
    """
    return np.roll(as_points(polygon_mm), turn_deg // 90, axis=0)
