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
_GROW = 0.15  # hidden areas are painted over with this share of their size around them: their edges are blurred


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
    return painted_over(crop, [(rotated(shape, -turn) - low) * px_per_mm - 0.5 for shape in map(as_points, hide_mm)])


def painted_over(crop: Image, shapes_px: Sequence[Quad]) -> Image:
    """A copy of the crop with polygons (M, 2) filled from their surroundings."""
    if not shapes_px:
        return crop
    mask = np.zeros(crop.shape[:2], np.uint8)
    for shape in shapes_px:
        middle = shape.mean(axis=0)
        grown = middle + (shape - middle) * (1 + 2 * _GROW)
        cv2.fillPoly(mask, [np.round(grown).astype(np.int32)], 255)
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
