"""A card's picture out of the rectified picture of the whole sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from posterscan.geometry import as_points

if TYPE_CHECKING:
    from PIL.Image import Image

_LONGEST_PX = 2_000  # whatever was drawn


def cut_upright(picture: Image, polygon_mm: Sequence[tuple[float, float]], size_mm: tuple[float, float]) -> Image:
    """What lies in a quadrilateral that starts at the card's own top-left; picture: shows just the sheet of size_mm."""
    from PIL import Image as Pil

    scale = np.array(picture.size) / np.array(size_mm)
    corners = as_points(polygon_mm) * scale - 0.5
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    wide, tall = (int(np.clip(round(float(max(sides[i], sides[i + 2]))), 1, _LONGEST_PX)) for i in (0, 1))
    top_left, top_right, bottom_right, bottom_left = corners
    quad = [float(v) for corner in (top_left, bottom_left, bottom_right, top_right) for v in corner]  # the order that Pillow takes
    return picture.transform((wide, tall), Pil.Transform.QUAD, quad, Pil.Resampling.BICUBIC)
