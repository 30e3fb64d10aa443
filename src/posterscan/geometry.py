"""Plane geometry on arrays of points; x to the right, y down, angles in degrees clockwise."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]  # (N, 2), x and y


def as_points(xy: ArrayLike) -> Points:
    """Any nested sequence of x, y pairs as an (N, 2) float64 array; empty gives (0, 2)."""
    return np.asarray(xy, dtype=np.float64).reshape(-1, 2)


def rotated(xy: ArrayLike, degrees: float) -> Points:
    """Points turned clockwise (y down) about the origin."""
    turn = np.radians(degrees)
    c, s = np.cos(turn), np.sin(turn)
    return np.asarray(as_points(xy) @ np.array([[c, s], [-s, c]]))


def rectangle(center_xy: ArrayLike, size_wh: ArrayLike, rotation_deg: float) -> Points:
    """(4, 2) corners, clockwise from the rectangle's own top-left."""
    half = np.asarray(size_wh, dtype=np.float64) / 2
    corners = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]) * half
    return rotated(corners, rotation_deg) + np.asarray(center_xy, dtype=np.float64)


def signed_area(polygon_xy: ArrayLike) -> float:
    """Shoelace area; positive for clockwise polygons (y down)."""
    p = as_points(polygon_xy)
    q = np.roll(p, -1, axis=0)
    return float(np.sum(p[:, 0] * q[:, 1] - q[:, 0] * p[:, 1]) / 2)


def centroid(polygon_xy: ArrayLike) -> Points:
    """(2,) centre of area of a simple polygon."""
    p = as_points(polygon_xy)
    q = np.roll(p, -1, axis=0)
    cross = p[:, 0] * q[:, 1] - q[:, 0] * p[:, 1]
    total = cross.sum()
    if abs(total) < 1e-12:
        return np.asarray(p.mean(axis=0))
    return np.asarray(((p + q) * cross[:, None]).sum(axis=0) / (3 * total))


def rotation_of(polygon_xy: ArrayLike) -> float:
    """Clockwise rotation in degrees (-180, 180] of a quadrilateral that starts at its own top-left.

    The mean direction of its top and bottom edge, so that a crooked cut weighs half.
    """
    p = as_points(polygon_xy)
    along = (p[1] - p[0]) + (p[2] - p[3])
    return float(np.degrees(np.arctan2(along[1], along[0])))


def apply_homography(matrix: ArrayLike, xy: ArrayLike) -> Points:
    """Maps (N, 2) points by a (3, 3) homography."""
    p = as_points(xy)
    m = np.asarray(matrix, dtype=np.float64)
    mapped = p @ m[:, :2].T + m[:, 2]
    return np.asarray(mapped[:, :2] / mapped[:, 2:])
