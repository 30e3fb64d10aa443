"""Paper that isn't flat: a smooth shift of poster points, estimated from observed shifts, with its uncertainty.

The model is a Gaussian process (kriging; Rasmussen & Williams 2006, chapters 2 and 5). A point of the sheet raised by
z over the table is seen shifted away from the camera's foot by z * (x - foot) / camera height, so that most of the
shift is one scalar field, the height, along a known direction. A small free shift (paper that stretches, printers
that scale) and the tangents of the homography (which is refined along the way) complete it. Leaving out a group of
observations has a closed form, so that cross-validation costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.linalg.lapack import dpotri
from scipy.ndimage import map_coordinates, spline_filter

from posterscan.geometry import Points, apply_homography, as_points
from posterscan.markers.consensus import homographies, mapped
from posterscan.sheet import Lens

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GridShift:
    """A shift in mm given on a regular grid, interpolated by splines of an order and constant beyond the grid's rim.

    shift_mm: (rows, columns, 2); node (row, column) lies at origin_mm + step_mm * (column, row).
    """

    origin_mm: tuple[float, float]
    step_mm: float
    shift_mm: Floats
    order: int
    _coefficients: Floats

    @classmethod
    def of(cls, origin_mm: tuple[float, float], step_mm: float, shift_mm: Floats, order: int = 3) -> GridShift:
        """The shift through the given nodes."""
        nodes = np.moveaxis(shift_mm, 2, 0)
        filtered = np.stack([spline_filter(n, order=order, mode="nearest") for n in nodes]) if order > 1 else nodes
        return cls(origin_mm, step_mm, shift_mm, order, filtered)

    def __call__(self, xy_mm: Points) -> Points:
        at = ((as_points(xy_mm) - self.origin_mm) / self.step_mm)[:, ::-1].T
        return np.stack(
            [map_coordinates(c, at, order=self.order, mode="nearest", prefilter=False) for c in self._coefficients],
            axis=1,
        )

    def describe(self) -> dict[str, object]:
        """What a file keeps of it; `from_description` reads it back to 0.001 mm."""
        return {
            "kind": "grid-shift",
            "origin_mm": list(self.origin_mm),
            "step_mm": self.step_mm,
            "spline_order": self.order,
            "shift_mm": np.round(self.shift_mm, 3).tolist(),
        }

    @classmethod
    def from_description(cls, kept: dict[str, object]) -> GridShift:
        """The inverse of `describe`."""
        x, y = np.asarray(kept["origin_mm"], dtype=np.float64)
        return cls.of(
            (float(x), float(y)),
            float(np.asarray(kept["step_mm"])),
            np.asarray(kept["shift_mm"], dtype=np.float64),
            int(np.asarray(kept["spline_order"])),
        )


@dataclass(frozen=True, eq=False)
class Shifts:
    """Observed shifts: at point (N, 2) mm, along direction (N, 2) unit vectors, value (N,) mm with sigma (N,) mm."""

    point_mm: Floats
    direction: Floats
    value_mm: Floats
    sigma_mm: Floats

    def __len__(self) -> int:
        return len(self.value_mm)

    def part(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Shifts:
        """Some of the observations."""
        return Shifts(self.point_mm[keep], self.direction[keep], self.value_mm[keep], self.sigma_mm[keep])

    def and_also(self, other: Shifts) -> Shifts:
        """Both sets of observations."""
        return Shifts(
            *(
                np.concatenate([getattr(self, k), getattr(other, k)])
                for k in ("point_mm", "direction", "value_mm", "sigma_mm")
            )
        )


@dataclass(frozen=True)
class Paper:
    """How a sheet may lie.

    Height: sigma and length over which it varies. Free: sigma of the shift that no height explains. Curl: sigma of
    the further height that the sheet's corners may have.
    """

    height_mm: float
    length_mm: float
    free_mm: float
    curl_mm: float = 0.0
    curl_reach_mm: float = 50.0
    curl_length_mm: float = 80.0
    curl_free: float = (
        0.25  # paper that curls up also ends nearer: part of the height that is seen as shift in any direction
    )
    free_length_mm: float = 250.0
    tangent_mm: float = 5.0  # how far the homography itself may still be off


FLAT = Paper(0.0, 180.0, 0.0)
# Paper on a table lies within some millimetres; below 0.3 mm nothing is gained. Each property is tried at these values.
HABITS: dict[str, tuple[float, ...]] = {
    "height_mm": (0.3, 0.7, 1.5, 3.0, 6.0),
    "length_mm": (70.0, 120.0, 220.0),
    "curl_mm": (0.0, 12.0),
    "free_mm": (0.05, 0.2, 0.6),
}


@dataclass(frozen=True, eq=False)
class Camera:
    """The camera over the sheet: homography (mm to ideal px) and lens as fitted so far, and what its coefficients were
    expected to be before anything was seen, give or take lens_sigma."""

    homography: Floats
    lens: Lens
    lens_sigma: tuple[float, float, float, float]
    lens_mean: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    @cached_property
    def place_mm(self) -> Floats:
        """(3,) where the lens is in the poster's frame; the third is its height over the sheet, positive."""
        columns = np.linalg.inv(self.lens.matrix) @ self.homography
        columns = columns / np.sqrt(np.linalg.norm(columns[:, 0]) * np.linalg.norm(columns[:, 1]))
        third = np.cross(columns[:, 0], columns[:, 1])
        u, _, vt = np.linalg.svd(np.stack([columns[:, 0], columns[:, 1], third], axis=1))
        place = -(u @ vt).T @ columns[:, 2]
        return np.array([place[0], place[1], max(abs(place[2]), 50.0)])

    def parallax(self, xy_mm: Floats) -> Floats:
        """(N, 2) shift in mm per mm of height."""
        place = self.place_mm
        return np.asarray((xy_mm - place[:2]) / place[2])

    def lens_shifts(self, xy_mm: Floats) -> Floats:
        """(N, 2, 4) shift in mm by one prior sigma of each lens coefficient."""
        ideal = apply_homography(self.homography, xy_mm)
        back = np.linalg.inv(self.homography)
        out = np.empty((len(xy_mm), 2, 4))
        for k, sigma in enumerate(self.lens_sigma):
            step = np.zeros(4)
            step[k] = 0.1 * sigma  # small enough for the tangent
            moved = Lens(self.lens.focal_px, self.lens.principal_px, (step[0], step[1], step[2], step[3])).distorted(
                ideal
            )
            out[:, :, k] = (apply_homography(back, moved) - xy_mm) * 10
        return out

    @property
    def lens_units(self) -> Floats:
        """(4,) how far the lens coefficients as fitted so far are from what was expected, in prior sigmas."""
        return np.asarray(np.subtract(self.lens.coefficients, self.lens_mean) / self.lens_sigma, dtype=np.float64)


def _matern(a: Floats, b: Floats, length: float) -> Floats:
    """Matern 5/2 correlation of points (N, 2) and (M, 2): smooth, but paper with a crease is not out of its reach."""
    squared = (a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * a @ b.T
    r = np.sqrt(np.maximum(squared, 0)) * (np.sqrt(5) / length)
    return np.asarray((1 + r + r * r / 3) * np.exp(-r))


def _tangents(xy_mm: Floats, size_mm: Floats) -> Floats:
    """(N, 2, 8) shifts by which a homography can change, about 1 at the sheet's rim."""
    x, y = ((xy_mm / size_mm) * 2 - 1).T
    one, nil = np.ones_like(x), np.zeros_like(x)
    return np.stack(
        [
            np.stack([one, nil, x, nil, y, nil, x * x, x * y], -1),
            np.stack([nil, one, nil, x, nil, y, x * y, y * y], -1),
        ],
        axis=1,
    )


class Field:
    """The shift over a sheet, given observations of it and a Paper: what to expect where, and how well it is known."""

    def __init__(self, seen: Shifts, paper: Paper, camera: Camera, size_mm: tuple[float, float]) -> None:
        self.seen, self.paper, self.camera, self.size_mm = seen, paper, camera, np.asarray(size_mm)
        covariance = self._between(seen.point_mm, seen.direction, seen.point_mm, seen.direction)
        self._factor = cho_factor(covariance + np.diag(seen.sigma_mm**2 + 1e-8), lower=True, check_finite=False)
        # the lens coefficients have a mean before anything is seen: what was fitted so far may be taken back to it
        self._beyond = seen.value_mm + np.einsum(
            "nck,nc,k->n", camera.lens_shifts(seen.point_mm), seen.direction, camera.lens_units
        )
        self._weights = cho_solve(self._factor, self._beyond)

    def _between(self, a: Floats, na: Floats, b: Floats, nb: Floats) -> Floats:
        p = self.paper
        out = (
            p.tangent_mm**2
            * np.einsum("nck,nc->nk", _tangents(a, self.size_mm), na)
            @ np.einsum("nck,nc->nk", _tangents(b, self.size_mm), nb).T
        )
        out += (
            np.einsum("nck,nc->nk", self.camera.lens_shifts(a), na)
            @ np.einsum("nck,nc->nk", self.camera.lens_shifts(b), nb).T
        )
        if p.height_mm:
            along_a, along_b = (self.camera.parallax(a) * na).sum(1), (self.camera.parallax(b) * nb).sum(1)
            out += p.height_mm**2 * _matern(a, b, p.length_mm) * along_a[:, None] * along_b[None]
        if p.curl_mm:
            along_a, along_b = (self.camera.parallax(a) * na).sum(1), (self.camera.parallax(b) * nb).sum(1)
            both = along_a[:, None] * along_b[None] + p.curl_free**2 * (na @ nb.T)
            out += (
                p.curl_mm**2
                * self._corners(a)[:, None]
                * self._corners(b)[None]
                * _matern(a, b, p.curl_length_mm)
                * both
            )
        if p.free_mm:
            out += p.free_mm**2 * _matern(a, b, p.free_length_mm) * (na @ nb.T)
        return np.asarray(out)

    def at(self, xy_mm: Floats) -> Floats:
        """(N, 2) expected shift in mm of points (N, 2)."""
        shift = -self.camera.lens_shifts(xy_mm) @ self.camera.lens_units
        for k in (0, 1):
            shift[:, k] += self._cross(xy_mm, k) @ self._weights
        return np.asarray(shift)

    def sigma(self, xy_mm: Floats) -> Floats:
        """(N,) rms distance in mm of the true shift from the expected one."""
        variance = np.zeros(len(xy_mm))
        for k in (0, 1):
            part = solve_triangular(self._factor[0], self._cross(xy_mm, k).T, lower=True, check_finite=False)
            variance += np.maximum(self._variance(xy_mm, k) - (part * part).sum(0), 0)
        return np.sqrt(variance)

    def _cross(self, xy_mm: Floats, axis: int) -> Floats:
        along = np.zeros_like(xy_mm)
        along[:, axis] = 1
        return self._between(xy_mm, along, self.seen.point_mm, self.seen.direction)

    def _corners(self, xy_mm: Floats) -> Floats:
        """(N,) 1 at the sheet's corners, fading away from them."""
        away = np.hypot(*np.maximum(np.minimum(xy_mm, self.size_mm - xy_mm), 0).T)
        return np.asarray(np.exp(-0.5 * (away / self.paper.curl_reach_mm) ** 2))

    def _variance(self, xy_mm: Floats, axis: int) -> Floats:
        p = self.paper
        out = p.tangent_mm**2 * (_tangents(xy_mm, self.size_mm)[:, axis] ** 2).sum(1) + p.free_mm**2
        out += (self.camera.lens_shifts(xy_mm)[:, axis] ** 2).sum(1)
        out += (p.curl_mm * self._corners(xy_mm)) ** 2 * (self.camera.parallax(xy_mm)[:, axis] ** 2 + p.curl_free**2)
        return np.asarray(out + (p.height_mm * self.camera.parallax(xy_mm)[:, axis]) ** 2)

    @property
    def lens_coefficients(self) -> Floats:
        """(4,) the lens that the observations speak for."""
        shifts = np.einsum("nck,nc->nk", self.camera.lens_shifts(self.seen.point_mm), self.seen.direction)
        return np.asarray((shifts.T @ self._weights) * np.asarray(self.camera.lens_sigma) + self.camera.lens_mean)

    @property
    def log_evidence(self) -> float:
        """How well the paper explains the observations (log marginal likelihood, without its constant)."""
        return float(-0.5 * self._beyond @ self._weights - np.log(np.diag(self._factor[0])).sum())

    def left_out(self, group: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """(N,) error of each observation predicted from all but its own group, and the (N,) sigma that was expected
        of it."""
        lower = dpotri(self._factor[0], lower=1)[0]
        inverse = np.tril(lower) + np.tril(lower, -1).T
        error, expected = np.zeros(len(self.seen)), np.zeros(len(self.seen))
        for g in np.unique(group):
            own = group == g
            block = np.linalg.inv(inverse[np.ix_(own, own)])
            error[own] = block @ self._weights[own]
            expected[own] = np.sqrt(np.diag(block))
        return error, expected


def likeliest(
    seen: Shifts, camera: Camera, size_mm: tuple[float, float], start: Paper = Paper(1.5, 120.0, 0.05)
) -> Field:
    """The field of the paper that explains the observations best, one property improved after the other, twice over."""
    best = Field(seen, start, camera, size_mm)
    tried = {start: best.log_evidence}
    for name, values in [*HABITS.items(), *HABITS.items()]:
        for value in values:
            paper = replace(best.paper, **{name: value})
            if paper in tried:
                continue
            field = Field(seen, paper, camera, size_mm)
            tried[paper] = field.log_evidence
            best = field if tried[paper] > tried[best.paper] else best
    return best


def grid_nodes(size_mm: tuple[float, float], step_mm: float) -> tuple[Floats, tuple[int, int]]:
    """(N, 2) nodes of a grid that reaches one step beyond the sheet, and its rows and columns."""
    columns, rows = (int(np.ceil(side / step_mm)) + 3 for side in size_mm)
    x, y = np.meshgrid(np.arange(columns) * step_mm - step_mm, np.arange(rows) * step_mm - step_mm)
    return np.stack([x.ravel(), y.ravel()], axis=1), (rows, columns)


def as_grid(field: Field, size_mm: tuple[float, float], step_mm: float = 20.0) -> tuple[Floats, GridShift]:
    """A field as a change of the homography (3, 3 in mm) and the shift that remains.

    A point lies where it would lie on flat paper at ``homography(point + shift)``.
    """
    nodes, (rows, columns) = grid_nodes(size_mm, step_mm)
    shift = field.at(nodes)
    plane = homographies(nodes[None], (nodes + shift)[None])[0]
    rest = mapped(np.linalg.inv(plane)[None], (nodes + shift)[None])[0] - nodes
    return plane, GridShift.of((-step_mm, -step_mm), step_mm, rest.reshape(rows, columns, 2))
