"""A lens as it is known beforehand, in a photo's own pixels, and how it turns with the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posterscan.sheet import Lens

Floats = NDArray[np.float64]
Four = tuple[float, float, float, float]


@dataclass(frozen=True)
class KnownLens:
    """lens: in px of the photo at hand. sigma: how well k1, k2, p1, p2 are known of it. name: of the profile it comes from."""

    lens: Lens
    sigma: Four
    name: str = ""


def turned(xy: Floats, quarters: int) -> Floats:
    """Directions (N, 2) in the picture as shown, in the picture turned counter-clockwise by so many quarters; y points down."""
    x, y = xy[..., 0], xy[..., 1]
    return np.asarray(np.stack([(x, y), (y, -x), (-x, -y), (-y, x)][quarters % 4], axis=-1), np.float64)


def turned_lens(lens: Lens, size_px: tuple[int, int], quarters: int) -> Lens:
    """The lens of a picture of this size (width, height), in that picture turned counter-clockwise by so many quarters.

    What is round stays; the tangential terms (p2, p1) are a direction: their shift is r² t + 2 (t·r) r.
    """
    size = np.array(size_px, np.float64)
    after = size if quarters % 2 == 0 else size[::-1]
    x, y = turned(np.array(lens.principal_px) - (size - 1) / 2, quarters) + (after - 1) / 2
    k1, k2, p1, p2 = lens.coefficients
    across, down = turned(np.array([p2, p1]), quarters)
    return Lens(lens.focal_px, (float(x), float(y)), (k1, k2, float(down), float(across)))
