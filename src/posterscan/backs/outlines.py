"""Whole cards that lie free, from the light paper itself: what tells the table's plane where no code does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.backs.plane import Shape, fit_plane
from posterscan.geometry import Points, apply_homography


@dataclass(frozen=True)
class OutlineParams:
    """long_side_px: of the picture that outlines are looked for in. least_share, most_share: of the picture's area that one card
    takes: 1 to 12 cards fill a photo. solid: share of its hull that a card's blob fills. side_ratio: longest to shortest side of
    a card of 85 x 55 mm under any tilt is less. sigma_px: how well such corners are known. agree: how far, as a share, the size of
    another card may be off for it to count as one that agrees. levels: of brightness that cut cards from the table.
    """

    long_side_px: int = 1600
    least_share: float = 0.004
    most_share: float = 0.9
    solid: float = 0.93
    side_ratio: float = 4.0
    sigma_px: float = 1.5
    agree: float = 0.12
    levels: int = 9


def outline_shapes(grey: NDArray[np.uint8], size_mm: tuple[float, float], params: OutlineParams | None = None) -> list[Shape]:
    """The free cards that agree best with each other on where the table is; empty where there is none."""
    p = params or OutlineParams()
    scale = p.long_side_px / max(grey.shape)
    small = grey if scale >= 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    quads = [(quad + 0.5) / min(scale, 1.0) - 0.5 for quad in _quads(np.asarray(small, np.uint8), p)]
    width, height = size_mm
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    shapes = [Shape(_refined(grey, _lengthwise(quad, width >= height)), corners, p.sigma_px) for quad in quads]
    return _agreeing(shapes, (grey.shape[1], grey.shape[0]), p)


def _quads(grey: NDArray[np.uint8], p: OutlineParams) -> list[Points]:
    """Convex quadrilaterals (4, 2), clockwise, of blobs lighter or darker than what is around them, each once."""
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.2)
    found: list[tuple[float, Points]] = []
    for level in np.unique(np.percentile(smooth, np.linspace(8, 92, p.levels)).astype(int)):
        for mode in (cv2.THRESH_BINARY, cv2.THRESH_BINARY_INV):
            _, mask = cv2.threshold(smooth, int(level), 255, mode)
            contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
            tried = (_as_quad(np.asarray(contour), grey.shape, p) for contour in contours)
            found += [one for one in tried if one is not None]
    kept: list[Points] = []
    for _, quad in sorted(found, key=lambda pair: -pair[0]):
        if all(np.linalg.norm(quad.mean(axis=0) - k.mean(axis=0)) > 0.25 * np.sqrt(_area(k)) for k in kept):
            kept.append(quad)
    return kept


def _as_quad(contour: NDArray[np.int32], hw: tuple[int, ...], p: OutlineParams) -> tuple[float, Points] | None:
    """(how well it fills its quadrilateral, corners) of a contour that is one."""
    area, whole = cv2.contourArea(contour), float(hw[0] * hw[1])
    if not p.least_share * whole <= area <= p.most_share * whole:
        return None
    hull = cv2.convexHull(contour)
    four = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, True), True).reshape(-1, 2).astype(np.float64)
    if len(four) != 4 or area < p.solid * cv2.contourArea(hull) or area < p.solid * _area(four):
        return None
    if four.min() < 2 or (four > np.array(hw[::-1]) - 3).any():
        return None
    sides = np.linalg.norm(np.roll(four, -1, axis=0) - four, axis=1)
    if sides.max() > p.side_ratio * sides.min():
        return None
    clockwise = four if _signed(four) > 0 else four[::-1]
    return float(area / _area(four)), clockwise


def _lengthwise(quad: Points, wide: bool) -> Points:
    """Started so that the first side is a long one; which of the two nobody knows yet."""
    sides = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    long_first = sides[0] + sides[2] >= sides[1] + sides[3]
    return quad if long_first == wide else np.roll(quad, -1, axis=0)


def _refined(grey: NDArray[np.uint8], quad: Points) -> Points:
    """Corners moved to where lines through the sides' strongest edges meet."""
    lines = []
    for a, b in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        along = (b - a) / max(float(np.linalg.norm(b - a)), 1.0)
        out = np.array([along[1], -along[0]])
        at = a + (b - a) * np.linspace(0.12, 0.88, 60)[:, None]
        reach = max(4.0, 0.02 * float(np.linalg.norm(b - a)))
        steps = np.arange(-reach, reach + 0.5, 0.5)
        spots = (at[:, None] + steps[None, :, None] * out).astype(np.float32)
        light = cv2.GaussianBlur(cv2.remap(grey, spots[..., 0], spots[..., 1], cv2.INTER_LINEAR,
                                           borderMode=cv2.BORDER_REPLICATE).astype(np.float32), (5, 3), 0)
        slope = np.abs(np.gradient(light, axis=1))
        points = at + steps[slope.argmax(axis=1)][:, None] * out
        vx, vy, x, y = (float(v[0]) for v in cv2.fitLine(points.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01))
        lines.append((np.array([x, y]), np.array([vx, vy])))
    corners = []
    for k, corner in enumerate(quad):
        (p0, u), (q0, v) = lines[k - 1], lines[k]
        matrix = np.stack([u, -v], axis=1)
        met = p0 + u * np.linalg.solve(matrix, q0 - p0)[0] if abs(np.linalg.det(matrix)) > 0.1 else corner
        corners.append(met if np.linalg.norm(met - corner) < 0.05 * np.sqrt(_area(quad)) else corner)
    return np.array(corners)


def _agreeing(shapes: Sequence[Shape], photo_wh: tuple[int, int], p: OutlineParams) -> list[Shape]:
    """The largest set of shapes that are cards of one size on one plane; both ways round of each are tried."""
    best: list[Shape] = []
    for seed in shapes:
        plane = fit_plane([seed], photo_wh)
        matrix = np.linalg.inv(plane.sheet.homography)
        if plane.residual_px > 0.02 * float(np.sqrt(_area(seed.corners_px))):
            continue  # no rectangle of these sides, whatever the tilt
        agree = [shape for shape in shapes if _alike(apply_homography(matrix, shape.corners_px), shape.corners_mm, p)]
        if len(agree) > len(best) or (len(agree) == len(best) == 1 and _area(agree[0].corners_px) > _area(best[0].corners_px)):
            best = agree
    return best


def _alike(found_mm: Points, wanted_mm: Points, p: OutlineParams) -> bool:
    sides = np.linalg.norm(np.roll(found_mm, -1, axis=0) - found_mm, axis=1)
    wanted = np.linalg.norm(np.roll(wanted_mm, -1, axis=0) - wanted_mm, axis=1)
    return bool(np.all(np.abs(sides / wanted - 1) < p.agree))


def _area(quad: Points) -> float:
    return abs(_signed(quad))


def _signed(quad: Points) -> float:
    q = np.roll(quad, -1, axis=0)
    return float(np.sum(quad[:, 0] * q[:, 1] - q[:, 0] * quad[:, 1]) / 2)
