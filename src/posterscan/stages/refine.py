"""The sheet once more, with the printed artwork as witness: the markers stand at the rim, paper bends in the middle."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from posterscan.artwork import ArtworkParams, match_artwork
from posterscan.layout import Layout
from posterscan.relief import Camera, Field, Paper, Shifts, likeliest
from posterscan.sheet import SheetMap
from posterscan.sheetfit import SettleParams, SheetFit, SheetModel, settled

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RefineParams:
    """How artwork refines a fit."""

    narrow_mm: float = (
        0.6  # sheets known this well by their markers lie within the narrow search: the wide one is left out
    )
    outlier: float = 4.0  # a match so many sigmas from where all others put it is a card's edge or a shadow
    sample: int = 120  # rows from which the paper's stiffness is judged: more cost time and change nothing
    patch_mm: float = 30.0  # matches within a square of this side are left out together in cross-validation
    # first with a wide search at coarse resolution, then with a narrow one at a fine one
    first: ArtworkParams = field(
        default_factory=lambda: ArtworkParams(px_per_mm=1.0, search_mm=(2.0, 8.0), neighbourhood_mm=35.0)
    )
    second: ArtworkParams = field(default_factory=lambda: ArtworkParams(search_mm=(1.0, 2.0)))
    settle: SettleParams = field(default_factory=SettleParams)


def _over_flat(matches: Shifts, sheet: SheetMap, flat: SheetMap) -> Shifts:
    """Shifts against the fitted sheet, told against the flat one."""
    there = matches.point_mm + matches.value_mm[:, None] * matches.direction
    value = ((flat.to_mm(sheet.to_px(there)) - matches.point_mm) * matches.direction).sum(1)
    return Shifts(matches.point_mm, matches.direction, value, matches.sigma_mm)


def _windows(points_mm: Floats) -> NDArray[np.int64]:
    """(N,) number of the window that each row belongs to: rows of one window share their point."""
    return np.unique(points_mm, axis=0, return_inverse=True)[1].reshape(-1)


def _believable(
    markers: Shifts, matches: Shifts, camera: Camera, paper: Paper, size_mm: tuple[float, float], params: RefineParams
) -> Field:
    """The field of markers and those matches that agree with all the others; the worst tenth goes first, again and
    again."""
    keep = np.ones(len(matches), bool)
    fixed = np.arange(len(markers))
    while True:
        part = matches.part(keep)
        found = Field(markers.and_also(part), paper, camera, size_mm)
        if len(part) == 0:
            return found
        groups = np.concatenate([fixed, len(fixed) + _windows(part.point_mm)])
        error, expected = found.left_out(groups)
        off = np.abs(error / expected)[len(fixed) :]
        bad = off > params.outlier
        if not bad.any():
            return found
        worst = bad & (off >= np.quantile(off, 0.9))
        keep[np.flatnonzero(keep)[worst]] = False


def _stiffness(
    markers: Shifts, matches: Shifts, camera: Camera, size_mm: tuple[float, float], params: RefineParams
) -> Paper:
    every = max(1, -(-len(matches) // params.sample))
    return likeliest(markers.and_also(matches.part(np.arange(0, len(matches), every))), camera, size_mm).paper


def refine_on_artwork(
    fit: SheetFit, grey: Grey, reference: Grey, layout: Layout, params: RefineParams | None = None
) -> SheetFit:
    """`fit` refined by the artwork between the cards; `fit` itself where it failed or nothing of the artwork is
    recognised.

    grey: (H, W) uint8 photo; reference: (h, w) uint8 picture of the whole blank sheet, any resolution.
    """
    p = params or RefineParams()
    if not fit or fit.model is None or fit.sigma is None:
        return fit
    flat, rows = fit.model.flat, fit.model.marker_rows + fit.model.anchor_rows
    markers = fit.model.field.seen.part(np.arange(rows))
    camera, paper = fit.model.field.camera, fit.model.field.paper
    paper = replace(paper, height_mm=max(paper.height_mm, 1.5))  # until the artwork has spoken
    known_mm = float(np.percentile(fit.sigma.shift_mm[1:-1, 1:-1, 0], 90))
    stages = (p.first, p.second) if known_mm > p.narrow_mm else (p.second,)
    for settings in stages:
        assert fit.sigma is not None
        matches = _over_flat(
            match_artwork(grey, fit.sheet, fit.sigma, reference, layout.size_mm, layout.marker_corners_mm, settings),
            fit.sheet,
            flat,
        )
        found = _believable(markers, matches, camera, paper, layout.size_mm, p)
        agreed = found.seen.part(np.arange(rows, len(found.seen)))
        if settings is stages[0]:
            paper = _stiffness(markers, agreed, camera, layout.size_mm, p)
            found = Field(found.seen, paper, camera, layout.size_mm)
        groups = np.concatenate([fit.model.groups[:rows], 1000 + _patches(found.seen.point_mm[rows:], p.patch_mm)])
        fit = settled(fit, SheetModel(flat, found, groups, fit.model.marker_rows, fit.model.anchor_rows), p.settle)
    return fit


def _patches(points_mm: Floats, side_mm: float) -> NDArray[np.int64]:
    cell = np.floor(points_mm / side_mm).astype(np.int64)
    return np.asarray(cell[:, 0] + 100 * cell[:, 1])
