"""The table top in a photo, from shapes of known size that lie on it: codes on cards, or whole cards.

Without a poster nothing says where the camera was. But every code is a square of the same known size, and all of them lie in one
plane: a pinhole camera over a plane has two angles, a height and a focal length, and each shape tells five more things than its
own place and turn take (Zhang 2000). One code fixes the plane roughly, several fix it well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from posterscan.geometry import Points, apply_homography
from posterscan.sheet import Lens, SheetMap


@dataclass(frozen=True)
class PlaneParams:
    """focal_prior: how far (natural log) the focal length may be off, where the photo says it and where it is guessed; phones
    have 24 to 28 mm, which the guess is, and zoom or a crop is seldom more than twice. start_deg: angles that the search starts
    from, since small shapes look alike from two sides. most_tilt_deg: nobody photographs cards flatter than that. robust_px:
    residuals larger than this count less (a card that bends). margin: share of a card's size kept round what the photo shows.
    least_scale: parts of the photo where the table is smaller than this share of the scale on the shapes are beyond reach.
    """

    focal_prior: tuple[float, float] = (0.08, 0.35)
    guessed_focal: float = 26 / 36
    start_deg: float = 25.0
    most_tilt_deg: float = 65.0
    robust_px: float = 1.0
    least_scale: float = 0.4


@dataclass(frozen=True, eq=False)
class Shape:
    """Something of known size: corners_px (4, 2) in the photo, corners_mm (4, 2) in its own frame, sigma_px of its corners."""

    corners_px: Points
    corners_mm: Points
    sigma_px: float = 0.3


@dataclass(frozen=True, eq=False)
class TablePlane:
    """The table. sheet: its millimetres to photo px; size_mm: the part that the photo shows, from (0, 0); residual_px: rms of the
    shapes that were fitted; tilt_deg: of the camera against straight above."""

    sheet: SheetMap
    size_mm: tuple[float, float]
    residual_px: float
    tilt_deg: float


def fit_plane(shapes: Sequence[Shape], photo_wh: tuple[int, int], focal_px: float | None = None,
              params: PlaneParams | None = None) -> TablePlane:
    """The plane that the shapes lie in. ValueError without any shape. focal_px: as the photo says it, None where it doesn't."""
    if not shapes:
        raise ValueError("a plane needs at least one shape")
    p = params or PlaneParams()
    middle = (np.array(photo_wh, float) - 1) / 2
    prior = focal_px or p.guessed_focal * max(photo_wh)
    spread = p.focal_prior[0 if focal_px else 1]
    side_px = float(np.median([np.linalg.norm(s.corners_px[1] - s.corners_px[0]) / np.linalg.norm(s.corners_mm[1] - s.corners_mm[0])
                               for s in shapes]))
    start = np.log(prior / side_px)  # height at which the shapes have their size in the photo

    def misfit(x: NDArray[np.float64]) -> NDArray[np.float64]:
        matrix = _homography(x, prior, middle)
        parts = [_off_px(matrix, s) / s.sigma_px for s in shapes]
        return np.concatenate([*parts, [x[3] / spread]])

    lean = np.radians(p.start_deg)
    bound = np.radians(p.most_tilt_deg)
    starts = [(0.0, 0.0), (lean, 0.0), (-lean, 0.0), (0.0, lean), (0.0, -lean)]
    fits = [least_squares(misfit, [a, b, start, 0.0], loss="soft_l1", f_scale=p.robust_px / 0.3, max_nfev=60,
                          bounds=([-bound, -bound, start - 3, -1.5], [bound, bound, start + 3, 1.5])) for a, b in starts]
    best = min(fits, key=lambda fit: fit.cost)
    matrix = _homography(best.x, prior, middle)
    residual = np.concatenate([_off_px(matrix, s) for s in shapes])
    lens = Lens(prior * float(np.exp(best.x[3])), (float(middle[0]), float(middle[1])))
    low, high = _extent(SheetMap(matrix, lens), shapes, photo_wh, p)
    moved = matrix @ np.array([[1, 0, low[0]], [0, 1, low[1]], [0, 0, 1.0]])
    tilt = float(np.degrees(np.arccos(np.clip(np.cos(best.x[0]) * np.cos(best.x[1]), -1, 1))))
    return TablePlane(SheetMap(moved, lens), (float(high[0] - low[0]), float(high[1] - low[1])),
                      float(np.sqrt(np.mean(residual ** 2))), tilt)


def _homography(x: NDArray[np.float64], focal: float, middle: NDArray[np.float64]) -> NDArray[np.float64]:
    """mm of the plane to px, from the two angles, log of the height and log of the focal length against the prior."""
    ca, sa, cb, sb = np.cos(x[0]), np.sin(x[0]), np.cos(x[1]), np.sin(x[1])
    f = focal * np.exp(x[3])
    camera = np.array([[f, 0, middle[0]], [0, f, middle[1]], [0, 0, 1.0]])
    first, second = np.array([cb, sa * sb, -ca * sb]), np.array([0.0, ca, sa])
    return np.asarray(camera @ np.stack([first, second, np.array([0, 0, np.exp(x[2] + x[3])])], axis=1))


def placed(corners_mm: Points, on_plane_mm: Points) -> NDArray[np.float64]:
    """(3, 3) rigid motion from a shape's own frame to the plane that fits its corners best (Kabsch 1976)."""
    a, b = corners_mm - corners_mm.mean(axis=0), on_plane_mm - on_plane_mm.mean(axis=0)
    turn = np.arctan2(float(np.sum(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])), float(np.sum(a * b)))
    c, s = np.cos(turn), np.sin(turn)
    rotation = np.array([[c, -s], [s, c]])
    move = on_plane_mm.mean(axis=0) - rotation @ corners_mm.mean(axis=0)
    return np.array([[c, -s, move[0]], [s, c, move[1]], [0, 0, 1.0]])


def _off_px(matrix: NDArray[np.float64], shape: Shape) -> NDArray[np.float64]:
    """(8,) px by which the shape's corners lie beside where a rigid one would put them."""
    mm = apply_homography(np.linalg.inv(matrix), shape.corners_px)
    back = apply_homography(matrix @ placed(shape.corners_mm, mm), shape.corners_mm)
    return np.asarray(np.clip((back - shape.corners_px).ravel(), -1e4, 1e4))


def _extent(sheet: SheetMap, shapes: Sequence[Shape], photo_wh: tuple[int, int], p: PlaneParams) -> tuple[Points, Points]:
    """Two corners (2,) in mm of the part of the table that the photo shows large enough to be read."""
    x, y = np.meshgrid(np.linspace(0, photo_wh[0] - 1, 25), np.linspace(0, photo_wh[1] - 1, 19))
    px = np.stack([x.ravel(), y.ravel()], axis=1)
    inverse = np.linalg.inv(sheet.homography)
    depth = px @ inverse[2, :2] + inverse[2, 2]
    at = np.concatenate([s.corners_px for s in shapes])
    ahead = depth * float(np.median(at @ inverse[2, :2] + inverse[2, 2])) > 0
    mm = sheet.to_mm(px[ahead])
    own_mm = sheet.to_mm(at)
    near = sheet.px_per_mm(mm) >= p.least_scale * float(np.median(sheet.px_per_mm(own_mm)))
    every = np.concatenate([mm[near], own_mm])
    return every.min(axis=0), every.max(axis=0)
