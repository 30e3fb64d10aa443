"""The sheet in the photo: where a millimetre of the poster lies in pixels, and pictures resampled through that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from posterscan.geometry import Points, apply_homography, as_points

Image = NDArray[np.uint8]
Mask = NDArray[np.bool_]


class MmToMm(Protocol):
    """A small smooth displacement of poster points, in mm: what paper that isn't flat adds to the plane."""

    def __call__(self, xy_mm: Points) -> Points: ...


_NEAR_PX, _ROUNDS = 1e-4, 60  # when the inverse of a lens is good enough, and when it is given up


@dataclass(frozen=True, eq=False)
class Lens:
    """OpenCV's radial-tangential model (k1, k2, p1, p2) about a principal point, in units of the focal length."""

    focal_px: float
    principal_px: tuple[float, float]
    coefficients: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    @property
    def matrix(self) -> NDArray[np.float64]:
        cx, cy = self.principal_px
        return np.array([[self.focal_px, 0, cx], [0, self.focal_px, cy], [0, 0, 1]])

    def distorted(self, xy_px: ArrayLike) -> Points:
        """Where ideal (pinhole) pixels (N, 2) land in the photo."""
        k1, k2, p1, p2 = self.coefficients
        centre = np.array(self.principal_px)
        p = (as_points(xy_px) - centre) / self.focal_px
        x, y = p[:, 0], p[:, 1]
        r2 = x * x + y * y
        radial = 1 + k1 * r2 + k2 * r2 * r2
        dx = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
        dy = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
        return np.asarray(np.stack([dx, dy], axis=1) * self.focal_px + centre)

    def ideal(self, xy_px: ArrayLike) -> Points:
        """The inverse of `distorted`, by fixed-point iteration: 3 rounds for a phone's lens, 30 for a strongly bent one."""
        target = as_points(xy_px)
        guess = target.copy()
        least = np.full(len(guess), np.inf)
        for _ in range(_ROUNDS):
            miss = target - self.distorted(guess)
            size = np.abs(miss).max(axis=1, initial=0.0)
            nearer = size < least  # where the picture folds over there is no inverse: what was nearest stays
            guess = np.where(nearer[:, None], guess + miss, guess)
            least = np.where(nearer, size, least)
            if not np.any(nearer & (size > _NEAR_PX)):
                break
        return guess

    def folds(self, size_px: tuple[int, int]) -> bool:
        """Whether somewhere in a picture of this size (width, height) two ideal places lie in one: no lens is like that."""
        corners = np.array([[0, 0], [size_px[0], 0], [0, size_px[1]], size_px]) - np.array(self.principal_px)
        reach = float(np.hypot(*corners.T).max()) / self.focal_px
        r = np.linspace(0, 1.6 * reach, 80)  # of ideal places, which for a barrel lie further out than where they are seen
        k1, k2, _, _ = self.coefficients
        seen = r * (1 + k1 * r**2 + k2 * r**4)
        needed = int(np.argmax(seen >= reach)) if (seen >= reach).any() else len(r) - 1
        return bool(np.any(np.diff(seen[: needed + 1]) <= 0))


@dataclass(frozen=True, eq=False)
class SheetMap:
    """Maps poster millimetres to photo pixels: relief (smooth mm shift), then homography, then lens.

    homography: (3, 3), mm to ideal px. relief: None for flat paper.
    """

    homography: NDArray[np.float64]
    lens: Lens
    relief: MmToMm | None = None

    def to_px(self, xy_mm: ArrayLike) -> Points:
        """(N, 2) poster mm to (N, 2) photo px."""
        p = as_points(xy_mm)
        if self.relief is not None:
            p = p + self.relief(p)
        return self.lens.distorted(apply_homography(self.homography, p))

    def to_mm(self, xy_px: ArrayLike) -> Points:
        """(N, 2) photo px to (N, 2) poster mm."""
        flat = apply_homography(np.linalg.inv(self.homography), self.lens.ideal(xy_px))
        if self.relief is None:
            return flat
        guess = flat
        for _ in range(4):
            guess = flat - self.relief(guess)
        return guess

    def camera_mm(self) -> NDArray[np.float64]:
        """(3,) where the camera was: x, y on the sheet, and height above it, as homography and focal length tell.

        The columns of the homography without the camera are two axes of the sheet and its origin (Zhang 2000).
        """
        cx, cy = self.lens.principal_px
        focal = self.lens.focal_px
        bare = np.array([[1 / focal, 0, -cx / focal], [0, 1 / focal, -cy / focal], [0, 0, 1.0]]) @ self.homography
        bare = bare * 2 / (np.linalg.norm(bare[:, 0]) + np.linalg.norm(bare[:, 1]))
        u, _, v = np.linalg.svd(np.column_stack([bare[:, 0], bare[:, 1], np.cross(bare[:, 0], bare[:, 1])]))
        at = -(u @ v).T @ bare[:, 2]
        return np.asarray([at[0], at[1], abs(at[2])])

    def in_larger_photo(self, scale: float, origin_px: tuple[float, float] = (0.0, 0.0)) -> SheetMap:
        """The same sheet in the photo before it was made `scale` times smaller, as in `Photo.to_original_px`."""
        shift = 0.5 * scale - 0.5 + np.asarray(origin_px)
        larger = np.array([[scale, 0, shift[0]], [0, scale, shift[1]], [0, 0, 1]])
        x, y = np.asarray(self.lens.principal_px) * scale + shift
        return SheetMap(larger @ self.homography, Lens(self.lens.focal_px * scale, (float(x), float(y)),
                                                       self.lens.coefficients), self.relief)

    def px_per_mm(self, xy_mm: ArrayLike) -> NDArray[np.float64]:
        """(N,) local scale: square root of the area that a square millimetre covers in px."""
        p = as_points(xy_mm)
        step = 0.5
        dx = (self.to_px(p + [step, 0]) - self.to_px(p - [step, 0])) / (2 * step)
        dy = (self.to_px(p + [0, step]) - self.to_px(p - [0, step])) / (2 * step)
        return np.asarray(np.sqrt(np.abs(dx[:, 0] * dy[:, 1] - dx[:, 1] * dy[:, 0])))


@dataclass(frozen=True, eq=False)
class View:
    """A picture resampled from the photo onto an upright grid over the poster (or over one card).

    rgb: (H, W, 3) uint8. valid: (H, W) bool, False where the photo does not reach.
    Pixel (column, row) lies at mm ``to_mm``: its centre at ((column + 0.5) / px_per_mm, (row + 0.5) / px_per_mm) in the
    view's own frame, which is turned by rotation_deg about its top-left corner origin_mm.
    """

    rgb: Image
    valid: Mask
    px_per_mm: float
    origin_mm: Points = field(default_factory=lambda: np.zeros(2))
    rotation_deg: float = 0.0

    def _turn(self) -> NDArray[np.float64]:
        turn = np.radians(self.rotation_deg)
        c, s = np.cos(turn), np.sin(turn)
        return np.array([[c, s], [-s, c]])

    def to_mm(self, xy_view_px: ArrayLike) -> Points:
        """View pixels (N, 2) to poster mm."""
        return (as_points(xy_view_px) + 0.5) / self.px_per_mm @ self._turn() + self.origin_mm

    def to_view_px(self, xy_mm: ArrayLike) -> Points:
        """Poster mm (N, 2) to view pixels."""
        return (as_points(xy_mm) - self.origin_mm) @ self._turn().T * self.px_per_mm - 0.5


_GRID_MM = 8.0  # the map is smooth: it is evaluated on this grid and interpolated in between (error below 0.01 px)


def _photo_px(sheet: SheetMap, grid: View, width: int, height: int) -> NDArray[np.float32]:
    """(height, width, 2) photo px of every pixel of a view, from a coarse grid of exact ones."""
    step = max(1, round(min(_GRID_MM * grid.px_per_mm, max(width, height) / 4)))
    cols, rows = (-(-n // step) + 2 for n in (width, height))
    # cv2.resize puts source pixel i at (i + 0.5) * step - 0.5; one step of margin keeps its borders out of use
    along_x, along_y = ((np.arange(n) - 0.5) * step - 0.5 for n in (cols, rows))
    nodes = np.stack([g.ravel() for g in np.meshgrid(along_x, along_y)], axis=1)
    coarse = sheet.to_px(grid.to_mm(nodes)).reshape(rows, cols, 2).astype(np.float32)
    fine = cv2.resize(coarse, (cols * step, rows * step), interpolation=cv2.INTER_LINEAR)
    return np.asarray(fine[step:step + height, step:step + width], dtype=np.float32)


def _usual_px_per_mm(sheet: SheetMap, window: View, px: NDArray[np.float32], size_hw: tuple[int, ...]) -> float:
    """In the middle of a window; where that is not in the photo, as of a sheet that a close-up shows, of the part that is.

    px: (height, width, 2) photo px of the window's pixels. 0 where nothing of it is in the photo.
    """
    largest = np.array(size_hw[::-1]) - 1
    middle_mm = window.to_mm([[px.shape[1] / 2, px.shape[0] / 2]])
    if np.all((sheet.to_px(middle_mm) >= 0) & (sheet.to_px(middle_mm) <= largest)):
        return float(sheet.px_per_mm(middle_mm)[0])
    step = max(1, max(px.shape[:2]) // 24)
    rows, columns = (g.ravel() for g in np.meshgrid(*(np.arange(0, n, step) for n in px.shape[:2]), indexing="ij"))
    inside = np.all((px[rows, columns] >= 0) & (px[rows, columns] <= largest), axis=1)
    points = np.stack([columns[inside], rows[inside]], axis=1)
    return float(np.median(sheet.px_per_mm(window.to_mm(points)))) if len(points) else 0.0


def resample(rgb: Image, sheet: SheetMap, size_mm: tuple[float, float], px_per_mm: float,
             origin_mm: ArrayLike = (0.0, 0.0), rotation_deg: float = 0.0) -> View:
    """Resamples a window of the poster straight from the photo, once.

    rgb: (H, W, 3) or (H, W) uint8 photo. The window of size_mm (width, height) has its top-left corner at origin_mm and
    is turned clockwise by rotation_deg about it. Area-averaging is approximated by a blur of the photo where it is
    shrunk.
    """
    width, height = (max(1, round(side * px_per_mm)) for side in size_mm)
    shell = View(np.zeros((1, 1, 3), np.uint8), np.zeros((1, 1), np.bool_), px_per_mm,
                 np.asarray(origin_mm, dtype=np.float64), rotation_deg)
    fine = _photo_px(sheet, shell, width, height)
    shrink = _usual_px_per_mm(sheet, shell, fine, rgb.shape[:2]) / px_per_mm
    source = rgb if shrink < 1.5 else cv2.GaussianBlur(rgb, (0, 0), 0.4 * shrink)
    out = cv2.remap(source, fine, np.empty(0, np.float32), cv2.INTER_LINEAR if shrink > 1.2 else cv2.INTER_CUBIC,
                    borderMode=cv2.BORDER_REPLICATE)
    high, wide = rgb.shape[:2]
    x, y = fine[..., 0], fine[..., 1]
    valid = (x >= -0.5) & (x <= wide - 0.5) & (y >= -0.5) & (y <= high - 0.5)
    return View(np.asarray(out, dtype=np.uint8), valid, px_per_mm, shell.origin_mm, rotation_deg)
