"""A fitted sheet with its figures, and how a field of shifts becomes one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from posterscan.geometry import as_points
from posterscan.messages import NOTHING, Message
from posterscan.relief import FLAT, Field, GridShift, Shifts, as_grid, grid_nodes
from posterscan.sheet import SheetMap

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SettleParams:
    """When relief is used, and what nothing can be known better than."""

    most_loss: float = (
        1.1  # relief predicts what was left out better, by its own measure, and never this much worse in mm
    )
    least_groups: int = 5  # with four markers left out in turn, three remain: they say nothing about relief
    sigma_floor_mm: float = 0.08  # printing and trimming
    sigma_step_mm: float = 40.0


@dataclass(frozen=True, eq=False)
class SheetModel:
    """What the fit rests on: the flat sheet (homography and lens), the field of shifts over it, which observations
    belong together (a marker, a patch of artwork) for leaving out, and how many of them, the first, are markers'
    corners. anchor_rows: where there are no markers, how many rows, the first, are of points that only place the sheet roughly."""

    flat: SheetMap
    field: Field
    groups: NDArray[np.int64]
    marker_rows: int
    anchor_rows: int = 0


@dataclass(frozen=True, eq=False)
class Residual:
    """Distances in mm, median and 95th percentile; nan where there is nothing to measure."""

    median: float
    p95: float

    @classmethod
    def of(cls, distances_mm: Floats) -> Residual:
        """Of a set of distances."""
        if len(distances_mm) == 0:
            return cls(float("nan"), float("nan"))
        return cls(float(np.median(distances_mm)), float(np.percentile(distances_mm, 95)))


@dataclass(frozen=True, eq=False)
class SheetFit:
    """The fitted sheet, or, falsy, why there is none.

    markers_used, markers_missing: ids. left_out: error at corners of markers that were left out of the fit in turn,
    the honest figure; in_sample: at the corners that were fitted. corners_dropped: (marker id, corner 0..3) that
    disagree with all others. used_relief: whether sheet.relief is there. artwork_matches: rows of artwork that took
    part. model: what a later step refines. reason, problem, remedy: why it failed and what to do.
    """

    sheet: SheetMap
    markers_used: tuple[int, ...] = ()
    markers_missing: tuple[int, ...] = ()
    left_out: Residual = field(default_factory=lambda: Residual(float("nan"), float("nan")))
    left_out_flat: Residual = field(default_factory=lambda: Residual(float("nan"), float("nan")))
    in_sample: Residual = field(default_factory=lambda: Residual(float("nan"), float("nan")))
    corners_dropped: tuple[tuple[int, int], ...] = ()
    used_relief: bool = False
    artwork_matches: int = 0
    sigma: GridShift | None = None
    model: SheetModel | None = None
    reason: str | None = None
    problem: Message = NOTHING
    remedy: Message = NOTHING

    def __bool__(self) -> bool:
        return self.reason is None

    def sigma_mm(self, xy_mm: ArrayLike) -> Floats:
        """(N,) how far, in mm (rms), the sheet map may be off at poster points (N, 2)."""
        points = as_points(xy_mm)
        if self.sigma is None:
            return np.full(len(points), np.inf)
        return self.sigma(points)[:, 0]


def settled(fit: SheetFit, model: SheetModel, p: SettleParams) -> SheetFit:
    """`fit` with sheet, uncertainty and residuals by `model`: with relief where cross-validation is for it."""
    bent, n = model.field, model.marker_rows
    part = bent.seen
    scatter = max(0.05, 1.4826 * float(np.median(np.abs(part.value_mm))))
    rough = Shifts(part.point_mm, part.direction, part.value_mm, np.hypot(part.sigma_mm, scatter))
    size_mm = (float(bent.size_mm[0]), float(bent.size_mm[1]))
    level = Field(rough, FLAT, bent.camera, size_mm)
    (bent_error, bent_sigma), (flat_error, flat_sigma) = (f.left_out(model.groups) for f in (bent, level))
    use = (
        len(np.unique(model.groups)) >= p.least_groups
        and _gain(bent_error, flat_error) < p.most_loss
        and _log_score(bent_error, bent_sigma) > _log_score(flat_error, flat_sigma)
    )
    chosen = bent if use else level
    change, relief = as_grid(chosen, size_mm)
    inside = part.value_mm - (chosen.at(part.point_mm) * part.direction).sum(1)
    return replace(
        fit,
        sheet=SheetMap(model.flat.homography @ change, model.flat.lens, relief if use else None),
        left_out=_residual(model, bent_error if use else flat_error),
        left_out_flat=_residual(model, flat_error),
        in_sample=_residual(model, inside),
        used_relief=use,
        sigma=_sigma_grid(bent, chosen, size_mm, _honesty(bent_error, bent_sigma), p),
        model=model,
        artwork_matches=len(part) - n - model.anchor_rows,
    )


def _residual(model: SheetModel, values: Floats) -> Residual:
    """At the markers' corners; without markers at the artwork's windows, and at the rough points where nothing else is known."""
    n, rough = model.marker_rows, model.anchor_rows
    rows = slice(0, n) if n else slice(rough, None) if len(values) > rough else slice(0, rough)
    return Residual.of(_point_errors(model.field.seen.point_mm[rows], values[rows]))


def _point_errors(points_mm: Floats, values: Floats) -> Floats:
    """Distances at points of which both directions are known: their rows follow each other."""
    if len(values) < 2:
        return np.zeros(0)
    both = np.flatnonzero((points_mm[1:] == points_mm[:-1]).all(axis=1))
    return np.asarray(np.hypot(values[both], values[both + 1]))


def _sigma_grid(bent: Field, chosen: Field, size_mm: tuple[float, float], honesty: float, p: SettleParams) -> GridShift:
    """How far the map may be off: what the bent field does not know, and what the chosen one leaves out of it."""
    nodes, (rows, columns) = grid_nodes(size_mm, p.sigma_step_mm)
    left = 0.0 if chosen is bent else np.linalg.norm(bent.at(nodes) - chosen.at(nodes), axis=1)
    total = np.sqrt((honesty * bent.sigma(nodes)) ** 2 + left**2 + p.sigma_floor_mm**2).reshape(rows, columns)
    # linear in between: a cubic could dip below zero beside a lifted corner
    return GridShift.of(
        (-p.sigma_step_mm, -p.sigma_step_mm), p.sigma_step_mm, np.stack([total, total], axis=2), order=1
    )


def _gain(with_relief: Floats, without: Floats) -> float:
    """Error with relief over error without it, by their root mean squares below the 75th percentile: a lifted
    corner is alone."""

    def level(e: Floats) -> float:
        return float(np.sqrt(np.mean(np.sort(e)[: max(1, int(0.75 * len(e)))] ** 2)))

    return level(with_relief) / max(level(without), 1e-9)


def _honesty(error: Floats, expected: Floats) -> float:
    """By how much the expected sigmas must grow, if at all, for 95 % of what was left out to lie within 2 of them."""
    return max(1.0, float(np.percentile(np.abs(error) / expected, 95)) / 1.96)


def _log_score(error: Floats, expected: Floats) -> float:
    """Mean log density of the errors under what was expected of them, without its constant; single errors count up
    to 3 sigma."""
    return float(np.mean(-0.5 * np.minimum(np.abs(error) / expected, 3.0) ** 2 - np.log(expected)))
