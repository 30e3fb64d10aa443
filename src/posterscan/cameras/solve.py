"""One lens for many photos: focal length, principal point and distortion by least squares over all of them, a pose each.

Zhang's method (2000) with OpenCV's model of a lens, and with what is known beforehand of any phone as further observations:
photos taken from nearly the same angle say little of the focal length, and then it stays where EXIF puts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from posterscan.sheet import Lens

Floats = NDArray[np.float64]
LENS, POSE = 7, 6  # unknowns: focal length, principal point, k1, k2, p1, p2; and per photo a turn and a place


@dataclass(frozen=True)
class SolveParams:
    """What is expected of a lens before anything is seen (sigmas), and how far a point may lie off."""

    focal_share: float = 0.05  # of the focal length in EXIF, which is rounded to a millimetre of 26 or so, and changes with focus
    focal_unknown_share: float = 0.3  # the same where EXIF tells none: 20 to 35 mm equivalent
    principal_share: float = 0.01  # of the longest side: how far phones' sensors are off centre, with their stabiliser
    distortion: tuple[float, float, float, float] = (0.3, 0.3, 0.005, 0.005)  # k1, k2, p1, p2: any lens but a fisheye
    robust: float = 2.0  # sigmas from where on a point counts less: a corner that something hides
    rounds: int = 4  # in which photos are weighed by how well they fit
    least_points: int = 8  # of a photo: four would fit any pose


@dataclass(frozen=True, eq=False)
class Sighting:
    """What one photo shows of flat things of known size. points_mm, points_px (N, 2): in the picture as the sensor saw it.

    sigma_px (N,): per axis, with what the paper's own unevenness adds.
    """

    points_mm: Floats
    points_px: Floats
    sigma_px: Floats

    def __len__(self) -> int:
        return len(self.points_mm)


@dataclass(frozen=True, eq=False)
class Solved:
    """lens, and sigma (7,) of focal_px, principal_px (x, y), k1, k2, p1, p2. off_px: per photo, distances (N,) of its points."""

    lens: Lens
    sigma: Floats
    off_px: tuple[Floats, ...]


def solve_lens(sightings: Sequence[Sighting], size_px: tuple[int, int], focal_px: float | None,
               params: SolveParams | None = None) -> Solved:
    """The lens of a camera whose pictures have size_px (width, height). focal_px: from EXIF, None where it tells none.

    ValueError where a photo has fewer points than `least_points`.
    """
    p = params or SolveParams()
    if not sightings or min(len(s) for s in sightings) < p.least_points:
        raise ValueError(f"each photo needs {p.least_points} points")
    start = _start(size_px, focal_px)
    expected = _expected(start, size_px, focal_px, p)
    poses = [_pose(s, start) for s in sightings]
    x = np.concatenate([start, *poses])
    weighed = list(sightings)
    for loss in ("linear", *["soft_l1"] * p.rounds):  # robust only once it is near: before, everything would be an outlier
        found = least_squares(lambda x, s: _errors(x, s, start, expected), x, lambda x, s: _slopes(x, s, expected), args=(weighed,),
                              loss=loss, f_scale=p.robust if loss != "linear" else 1.0, x_scale="jac", max_nfev=60)
        x = found.x
        weighed = [_weighed(x, k, s) for k, s in enumerate(sightings)]
    off = tuple(np.hypot(*(_projected(x, k, s) - s.points_px).T) for k, s in enumerate(sightings))
    return Solved(_lens(x), _sigma(found.jac, found.fun), off)


def _weighed(x: Floats, number: int, s: Sighting) -> Sighting:
    """The photo with its points as far off as they are: one of a flat sheet says more of the lens than one of a waving sheet."""
    errors = np.abs(_projected(x, number, s) - s.points_px) / s.sigma_px[:, None]
    return Sighting(s.points_mm, s.points_px, s.sigma_px * max(1e-3, float(np.median(errors)) / 0.6745))


def _start(size_px: tuple[int, int], focal_px: float | None) -> Floats:
    wide, high = size_px
    return np.array([focal_px or 0.72 * max(size_px), (wide - 1) / 2, (high - 1) / 2, 0, 0, 0, 0])


def _expected(start: Floats, size_px: tuple[int, int], focal_px: float | None, p: SolveParams) -> Floats:
    """(7,) sigmas of the lens before anything is seen."""
    share = p.focal_share if focal_px is not None else p.focal_unknown_share
    off_centre = p.principal_share * max(size_px)
    return np.array([share * start[0], off_centre, off_centre, *p.distortion])


def _lens(x: Floats) -> Lens:
    focal, across, down, k1, k2, p1, p2 = (float(v) for v in x[:LENS])
    return Lens(focal, (across, down), (k1, k2, p1, p2))


def _solid(points_mm: Floats) -> Floats:
    return np.column_stack([points_mm, np.zeros(len(points_mm))])


def _pose(s: Sighting, start: Floats) -> Floats:
    """(6,) turn and place of the sheet before the camera, through a lens without distortion."""
    _, turn, place = cv2.solvePnP(_solid(s.points_mm), s.points_px, _lens(start).matrix, np.zeros(4), flags=cv2.SOLVEPNP_IPPE)
    return np.concatenate([np.ravel(turn), np.ravel(place)])


def _seen(x: Floats, number: int, s: Sighting) -> tuple[Floats, Floats]:
    """(N, 2) where the points of one photo lie, and OpenCV's slopes (2N, 14)."""
    pose = x[LENS + POSE * number:][:POSE]
    at, slopes = cv2.projectPoints(_solid(s.points_mm), pose[:3], pose[3:], _lens(x).matrix, np.asarray(x[3:LENS]))
    return np.asarray(at, np.float64).reshape(-1, 2), np.asarray(slopes, np.float64)


def _projected(x: Floats, number: int, s: Sighting) -> Floats:
    return _seen(x, number, s)[0]


def _errors(x: Floats, sightings: Sequence[Sighting], start: Floats, expected: Floats) -> Floats:
    """In sigmas: of all points, then of what was expected of the lens."""
    parts = [((_projected(x, k, s) - s.points_px) / s.sigma_px[:, None]).ravel() for k, s in enumerate(sightings)]
    return np.concatenate([*parts, (x[:LENS] - start) / expected])


def _slopes(x: Floats, sightings: Sequence[Sighting], expected: Floats) -> Floats:
    rows = []
    for k, s in enumerate(sightings):
        slopes = _seen(x, k, s)[1] / np.repeat(s.sigma_px, 2)[:, None]
        row = np.zeros((2 * len(s), len(x)))
        row[:, LENS + POSE * k:][:, :POSE] = slopes[:, :6]
        row[:, :LENS] = np.column_stack([slopes[:, 6] + slopes[:, 7], slopes[:, 8:14]])  # pixels are square: one focal length
        rows.append(row)
    prior = np.zeros((LENS, len(x)))
    prior[:, :LENS] = np.diag(1 / expected)
    return np.concatenate([*rows, prior])


def _sigma(slopes: Floats, errors: Floats) -> Floats:
    """(7,) of the lens, from the curvature at the solution and by how much the points err more than was expected of them."""
    scatter = max(1.0, float(np.median(np.abs(errors)) / 0.6745))
    covariance = np.linalg.pinv(slopes.T @ slopes)
    return np.asarray(scatter * np.sqrt(np.diag(covariance)[:LENS]), np.float64)
