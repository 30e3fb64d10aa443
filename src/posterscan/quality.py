"""Is this photo good enough, and what would make it better? Said as a facilitator would say it, before anything else
is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.advice import (
    Advice,
    MarkerState,
    QualityParams,
    State,
    about_fit,
    about_light,
    about_markers,
    about_sharpness,
    about_view,
    place_in_words,
    rim_points,
)
from posterscan.clarity import Clarity
from posterscan.layout import Layout
from posterscan.markers.found import Fiducials
from posterscan.relief import Camera
from posterscan.sheet import SheetMap
from posterscan.sheetfit import SheetFit

Grey = NDArray[np.uint8]
Rgb = NDArray[np.uint8]
Floats = NDArray[np.float64]
Verdict = Literal["good", "usable", "retake"]


@dataclass(frozen=True, eq=False)
class Quality:
    """The judgement of a photo, raw measures beside the verdict; measures that need the sheet are nan without it.

    sharpness: 1 / (1 + (edge_mm / 1 mm)^2), 0..1, where edge_mm is how wide (10-90 %) a printed edge of the poster has
    become, in the direction in which it is widest: 0.9 for a sharp 12 MP photo of an A1, 0.5 where an edge is a
    millimetre wide. paper_light: linear light of the white around the markers, 0..1. contrast: of black and white.
    in_view: share of the sheet's area in the picture. glare: (K, 3) x_mm, y_mm, area_mm2 of saturated blobs on the
    poster.
    """

    verdict: Verdict
    sharpness: float
    edge_px: float
    edge_mm: float
    px_per_mm: float
    px_per_mm_least: float
    tilt_deg: float
    contrast: float
    paper_light: float
    saturated_share: float
    in_view: float
    glare: Floats
    markers: tuple[MarkerState, ...]
    problems: tuple[Advice, ...]


def _marker_states(
    grey: Grey, found: Fiducials, fit: SheetFit, layout: Layout, sharpness: float, p: QualityParams
) -> tuple[MarkerState, ...]:
    number = {int(k): i for i, k in enumerate(found.marker)}
    out = []
    for k, marker in enumerate(layout.markers):
        corners = layout.marker_corners_mm[k]
        where = place_in_words(corners.mean(0), layout.size_mm)
        state: State
        if k in number:
            whole = np.isfinite(found.corner_sigma_px[number[k]]).all() and found.seen[number[k]].min() > 0.75
            state = "found" if whole else "partly-covered"
        elif not fit:
            state = "unreadable"
        else:
            state = _why_missing(grey, fit.sheet, corners, sharpness, p)
        out.append(MarkerState(marker.id, where, state))
    return tuple(out)


def _why_missing(grey: Grey, sheet: SheetMap, corners_mm: Floats, sharpness: float, p: QualityParams) -> State:
    """Why a marker was not found where it must be."""
    px = sheet.to_px(corners_mm)
    high, wide = grey.shape
    if not np.all((px >= -0.5) & (px <= np.array([wide, high]) - 0.5)):
        return "out-of-frame"
    low, top = np.floor(px.min(0)).astype(int), np.ceil(px.max(0)).astype(int) + 1
    patch = grey[low[1] : top[1], low[0] : top[0]]
    if np.mean(patch >= p.saturated) > 0.3:  # a marker is at most half white: so much of it is lost in light
        return "glare"
    return "unreadable" if sharpness < p.blurred else "covered"


def _in_view(
    sheet: SheetMap, size_mm: tuple[float, float], size_px: tuple[int, int], cut_mm: float
) -> tuple[float, list[str]]:
    """Share of the sheet in the picture, and what of it is cut off by more than cut_mm ("left", "top-left", …)."""
    grid = np.stack([g.ravel() for g in np.meshgrid(*((np.arange(40) + 0.5) / 40 * side for side in size_mm))], 1)

    def visible(points_mm: Floats) -> NDArray[np.bool_]:
        px = sheet.to_px(points_mm)
        return np.asarray(np.all((px >= -0.5) & (px <= np.asarray(size_px) - 0.5), axis=1))

    middle = np.asarray(size_mm) / 2
    rim = rim_points(size_mm)
    inner = middle + (rim - middle) * (1 - cut_mm / middle)
    lost = rim[~visible(inner)] / np.asarray(size_mm)
    return float(visible(grid).mean()), _what_is_cut(lost)


def _scale(sheet: SheetMap, size_mm: tuple[float, float], size_px: tuple[int, int]) -> Floats:
    """(N,) px per mm all over the part of the sheet that is in the picture."""
    grid = np.stack([g.ravel() for g in np.meshgrid(*(np.linspace(0, 1, 13) * side for side in size_mm))], 1)
    px = sheet.to_px(grid)
    inside = np.all((px >= -0.5) & (px <= np.asarray(size_px) - 0.5), axis=1)
    return sheet.px_per_mm(grid[inside] if inside.any() else grid)


def _what_is_cut(lost: Floats) -> list[str]:
    """Edges of which something beyond their ends is cut off, else corners; lost: (N, 2) points of the rim, 0..1."""
    along = {
        "left": lost[lost[:, 0] < 1e-6, 1],
        "right": lost[lost[:, 0] > 1 - 1e-6, 1],
        "top": lost[lost[:, 1] < 1e-6, 0],
        "bottom": lost[lost[:, 1] > 1 - 1e-6, 0],
    }
    edges = [name for name, at in along.items() if np.any((at > 0.15) & (at < 0.85))]
    corners = [
        f"{row}-{column}"
        for row in ("top", "bottom")
        for column in ("left", "right")
        if row not in edges
        and column not in edges
        and np.any(((lost[:, 0] > 0.5) == (column == "right")) & ((lost[:, 1] > 0.5) == (row == "bottom")))
    ]
    return edges + corners


def _light(rgb: Rgb, fit: SheetFit, layout: Layout, p: QualityParams) -> tuple[float, Floats]:
    """Share of the poster (of the picture, without a fit) that is saturated, and (K, 3) its blobs: x_mm, y_mm,
    area_mm2."""
    shrink = min(1.0, p.small_side_px / max(rgb.shape))
    small = cv2.resize(rgb, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) if shrink < 1 else rgb
    white = (small.min(axis=2) >= p.saturated).astype(np.uint8)
    if not fit:
        return float(white.mean()), np.zeros((0, 3))
    rim = (fit.sheet.to_px(rim_points(layout.size_mm)) + 0.5) * shrink - 0.5
    inside = np.zeros_like(white)
    corners = np.round(cv2.convexHull(rim.astype(np.float32))).astype(np.int32)
    cv2.fillConvexPoly(inside, corners, 1)
    white &= inside
    count, _, stats, middles = cv2.connectedComponentsWithStats(white, connectivity=8)
    if count <= 1:
        return 0.0, np.zeros((0, 3))
    at_mm = fit.sheet.to_mm((middles[1:] + 0.5) / shrink - 0.5)
    area = stats[1:, cv2.CC_STAT_AREA] / (fit.sheet.px_per_mm(at_mm) * shrink) ** 2
    blobs = np.concatenate([at_mm, area[:, None]], axis=1)
    return float(white.sum() / max(1, inside.sum())), blobs[np.argsort(-area)][:20]


def tilt_deg(sheet: SheetMap, size_mm: tuple[float, float]) -> float:
    """Angle between the line of sight to the middle of the sheet and the sheet's own normal."""
    place = Camera(sheet.homography, sheet.lens, (1.0, 1.0, 1.0, 1.0)).place_mm
    aside = np.linalg.norm(place[:2] - np.asarray(size_mm) / 2)
    return float(np.degrees(np.arctan2(aside, place[2])))


def _edge_width(found: Fiducials, fit: SheetFit, layout: Layout) -> tuple[float, float]:
    """Median width of the markers' edges in px and mm; nan without any."""
    good = np.isfinite(found.rise_px)
    if not good.any():
        return float("nan"), float("nan")
    middle_mm = layout.marker_corners_mm[found.marker[good]]
    side_px = np.linalg.norm(np.roll(found.corners_px[good], -1, axis=1) - found.corners_px[good], axis=2).mean(1)
    side_mm = np.linalg.norm(np.roll(middle_mm, -1, axis=1) - middle_mm, axis=2).mean(1)
    return float(np.median(found.rise_px[good])), float(np.median(found.rise_px[good] * side_mm / side_px))


def _shown(found: Fiducials, fit: SheetFit, layout: Layout, artwork: Clarity | None) -> Clarity:
    """How the markers look, or without any the artwork."""
    if not len(found) and artwork is not None:
        return artwork
    edge_px, edge_mm = _edge_width(found, fit, layout)
    light, contrast = (float(np.median(v)) if len(found) else float("nan") for v in (found.paper_light, found.contrast))
    return Clarity(edge_mm, edge_px, contrast, light)


def judge_photo(
    rgb: Rgb, grey: Grey, found: Fiducials, fit: SheetFit, layout: Layout, params: QualityParams | None = None,
    artwork: Clarity | None = None,
) -> Quality:
    """How good a photo is, from its pixels (rgb (H, W, 3), grey (H, W), uint8) and what was found of the poster in
    it.

    artwork: how the photo shows the printed artwork, where no marker tells that.
    """
    p = params or QualityParams()
    shown = _shown(found, fit, layout, artwork)
    edge_px, edge_mm, paper = shown.edge_px, shown.edge_mm, shown.paper_light
    sharpness = float(1 / (1 + edge_mm**2)) if np.isfinite(edge_mm) else 0.0
    states = _marker_states(grey, found, fit, layout, sharpness, p)
    saturated, glare = _light(rgb, fit, layout, p)
    problems = about_fit(fit, layout, p)
    scale = np.full(1, np.nan)
    tilt, share = float("nan"), float("nan")
    if fit:
        share, edges = _in_view(fit.sheet, layout.size_mm, (grey.shape[1], grey.shape[0]), p.cut_mm)
        scale = _scale(fit.sheet, layout.size_mm, (grey.shape[1], grey.shape[0]))
        tilt = tilt_deg(fit.sheet, layout.size_mm)
        problems += about_view(share, edges, p) + about_markers(states)
    if np.isfinite(paper):
        problems += about_sharpness(sharpness, float(scale.min()) if fit else 1e9, tilt if fit else 0.0, p)
        problems += about_light(paper, saturated, glare, layout, p)
    severities = {a.severity for a in problems}
    verdict: Verdict = "retake" if "error" in severities else "usable" if "warning" in severities else "good"
    return Quality(
        verdict,
        sharpness,
        edge_px,
        edge_mm,
        float(np.median(scale)),
        float(scale.min()),
        tilt,
        shown.contrast,
        paper,
        saturated,
        share,
        glare,
        states,
        tuple(problems),
    )
