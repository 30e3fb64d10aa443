"""What a photo shows to measure its camera by: the printed board, or else a poster's own markers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.cameras.board import SIGMA_PX, find_board
from posterscan.cameras.known import turned
from posterscan.cameras.solve import Sighting
from posterscan.layout import Layout
from posterscan.markers.consensus import homographies
from posterscan.markers.found import Fiducials
from posterscan.photo import Photo
from posterscan.sheet import Lens
from posterscan.stages.fiducials import find_fiducials

Floats = NDArray[np.float64]
FLAT_MM = 0.3  # how far paper that passes for flat shifts a corner
GUESSES = ((-0.1, 0.03), (-0.2, 0.05), (-0.3, 0.1), (0.1, 0.0))  # k1, k2 through which the markers of an unknown lens are looked up
LEAST_CORNERS = 16  # of a poster: four markers


@dataclass(frozen=True, eq=False)
class Seen:
    """One photo. sighting: in the picture as the sensor saw it, of stored_px (width, height). found: the poster's markers in the
    picture as shown, None where it shows the board. focal_px: from EXIF, None where it tells none."""

    name: str
    make: str | None
    model: str | None
    focal_35mm: float | None
    shown_px: tuple[int, int]
    turns: int
    sighting: Sighting
    found: Fiducials | None

    @property
    def source(self) -> Literal["board", "posters"]:
        """What it shows."""
        return "board" if self.found is None else "posters"

    @property
    def stored_px(self) -> tuple[int, int]:
        """Width and height as the sensor saw it."""
        return self.shown_px if self.turns % 2 == 0 else self.shown_px[::-1]

    @property
    def focal_px(self) -> float | None:
        """35 mm film is 36 mm wide."""
        return self.focal_35mm / 36 * max(self.shown_px) if self.focal_35mm is not None else None


def see(photo: Photo, layout: Layout | None) -> Seen | None:
    """What a photo shows; None where that is neither a board nor enough of a poster of this layout, or it is mirrored."""
    if photo.turns is None:
        return None
    grey = np.asarray(cv2.cvtColor(photo.rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    size = (grey.shape[1], grey.shape[0])
    about = (photo.name, photo.make, photo.model, photo.focal_35mm, size, photo.turns)
    mm, px = find_board(grey)
    if len(mm):
        return Seen(*about, _as_stored(mm, px, np.full(len(mm), SIGMA_PX), size, photo.turns), None)
    if layout is None:
        return None
    focal = (photo.focal_35mm / 36 if photo.focal_35mm else 0.72) * max(size)
    lenses = [Lens(focal, ((size[0] - 1) / 2, (size[1] - 1) / 2), (k1, k2, 0.0, 0.0)) for k1, k2 in GUESSES]
    found = find_fiducials(grey, layout, lenses=lenses)
    known = np.isfinite(found.corner_sigma_px)
    if known.sum() < LEAST_CORNERS:
        return None
    mm, px = layout.marker_corners_mm[found.marker][known], found.corners_px[known]
    local = homographies(mm[None], px[None])[0]
    per_mm = float(np.sqrt(abs(np.linalg.det(local[:2, :2]))) / abs(local[2, 2]))
    return Seen(*about, _as_stored(mm, px, np.hypot(found.corner_sigma_px[known], FLAT_MM * per_mm), size, photo.turns), found)


def _as_stored(mm: Floats, px: Floats, sigma_px: Floats, shown: tuple[int, int], turns: int) -> Sighting:
    stored = shown if turns % 2 == 0 else shown[::-1]
    return Sighting(mm, turned(px - (np.array(shown) - 1) / 2, turns) + (np.array(stored) - 1) / 2, sigma_px)


def rescaled(sighting: Sighting, scale: float) -> Sighting:
    """In the same picture `scale` times as large."""
    return Sighting(sighting.points_mm, (sighting.points_px + 0.5) * scale - 0.5, sighting.sigma_px * scale)
