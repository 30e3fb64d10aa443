"""Loose markers that somebody taped onto a printed poster: where they are, measured in from photos, and how well that is known.

In each photo the sheet is placed by its artwork; a marker's corners then have a place in mm. Each photo errs as a whole (how the
paper lay, what the cards left in sight), so photos are weighed by what each says of its own uncertainty, and where they scatter
more than that, the uncertainty grows to what they scatter (the Birge ratio: Birge 1932).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import rectangle, rotation_of
from posterscan.kit.marker_sheet import LABEL_MM
from posterscan.kit.poster_layout import DICTIONARY, MARKER_MM, MARKERS_MM, QUIET_MM
from posterscan.markers.detect import bit_pattern, detect, united
from posterscan.markers.edges import measure_square
from posterscan.sheetfit import SheetFit

Grey = NDArray[np.uint8]
Rgb = NDArray[np.uint8]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TapedParams:
    """long_sides_px: the photo is shrunk to these, the finest last. crooked: sides of a square may differ by this share. stretch: a
    marker that is so much larger or smaller than printed at full size is none of ours, or was printed "fit to page" twice. moved:
    in sigmas, and moved_mm: by which photos must agree, else the marker was stuck elsewhere in between. sigma_floor_mm: of a place,
    for paper under tape. corner_px: what a fitted corner errs by where the edges don't say (`EdgeParams`).
    """

    long_sides_px: tuple[int, ...] = (1008, 2016, 4032)
    crooked: float = 0.03
    stretch: float = 0.15
    moved: float = 4.0
    moved_mm: float = 1.5
    sigma_floor_mm: float = 0.1


@dataclass(frozen=True, eq=False)
class Sighting:
    """One marker in one photo: middle (2,) mm, turn in degrees clockwise, side in mm, and sigma of the middle per axis in mm."""

    id: int
    middle_mm: Floats
    turn_deg: float
    side_mm: float
    sigma_mm: float


@dataclass(frozen=True, eq=False)
class TapedMarker:
    """corners_mm: (4, 2) of the black square, clockwise from its own top-left. sigma_mm: of its place, per axis. photos: it was
    seen in. spread_mm: rms distance of the photos' places from their mean; 0 of a single one. moved: the photos contradict each
    other."""

    id: int
    corners_mm: Floats
    side_mm: float
    sigma_mm: float
    photos: int
    spread_mm: float
    moved: bool


def sightings(grey: Grey, fit: SheetFit, size_mm: tuple[float, float], params: TapedParams | None = None) -> list[Sighting]:
    """The kit's loose markers on the sheet in a grey photo (H, W), each once; one that is seen twice is left out."""
    p = params or TapedParams()
    scales = sorted({min(1.0, side / max(grey.shape)) for side in p.long_sides_px}, reverse=True)
    found = united([detect(grey, [DICTIONARY], scale) for scale in scales])
    out = []
    for number in range(len(MARKERS_MM)):
        mine = [
            one
            for k in np.flatnonzero(found.ids == number)
            if (one := _sighting(grey, number, found.corners_px[k], fit, size_mm, p))
        ]
        out += mine if len(mine) == 1 else []
    return out


def _sighting(
    grey: Grey, number: int, quad_px: Floats, fit: SheetFit, size_mm: tuple[float, float], p: TapedParams
) -> Sighting | None:
    square = measure_square(grey, quad_px, len(bit_pattern(DICTIONARY, number)))
    if not np.isfinite(square.sigma_px).all():
        return None
    corners = fit.sheet.to_mm(square.corners_px)
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    side, middle = float(sides.mean()), corners.mean(axis=0)
    on_sheet = (corners > 0).all() and (corners < np.array(size_mm)).all()
    if not on_sheet or np.ptp(sides) > p.crooked * side or abs(side / MARKER_MM - 1) > p.stretch:
        return None
    # the middle is the mean of four corners
    corner_mm = float(np.sqrt(np.mean(square.sigma_px**2))) / float(fit.sheet.px_per_mm([middle])[0]) / 2
    sigma = np.sqrt(corner_mm**2 + float(fit.sigma_mm([middle])[0]) ** 2 / 2 + p.sigma_floor_mm**2)  # the fit's is rms in the plane
    return Sighting(number, middle, rotation_of(corners), side, float(sigma))


def measured(photos: Sequence[Sequence[Sighting]], params: TapedParams | None = None) -> list[TapedMarker]:
    """Every marker of some photos, in the order of their numbers."""
    p = params or TapedParams()
    every = [sighting for photo in photos for sighting in photo]
    return [_together([s for s in every if s.id == number], p) for number in sorted({s.id for s in every})]


def _together(seen: Sequence[Sighting], p: TapedParams) -> TapedMarker:
    middles, weight = np.array([s.middle_mm for s in seen]), np.array([1 / s.sigma_mm**2 for s in seen])
    weight_sum, count = float(weight.sum()), len(seen)
    middle = (middles * weight[:, None]).sum(axis=0) / weight_sum
    off = np.hypot(*(middles - middle).T)
    birge = float(np.sqrt((off**2 * weight).sum() / (2 * (count - 1)))) if count > 1 else 1.0
    moved = count > 1 and bool((off * np.sqrt(weight)).max() > p.moved and off.max() > p.moved_mm)
    # photos share what the poster's own print errs by: their mean knows no more than the floor
    sigma = float(np.hypot(max(1.0, birge) / np.sqrt(weight_sum), p.sigma_floor_mm * np.sqrt(1 - 1 / count)))
    turns = np.radians([s.turn_deg for s in seen])
    turn = float(np.degrees(np.arctan2((np.sin(turns) * weight).sum(), (np.cos(turns) * weight).sum())))
    side = float((np.array([s.side_mm for s in seen]) * weight).sum() / weight_sum)
    spread = float(np.sqrt(np.mean(off**2)))
    return TapedMarker(seen[0].id, rectangle(middle, (side, side), turn), side, sigma, count, spread, moved)


def painted(rgb: Rgb, size_mm: tuple[float, float], markers: Sequence[TapedMarker]) -> Rgb:
    """The artwork (H, W, 3) with the markers on it, on their paper as it is cut out: what the poster looks like from now on."""
    out, px_per_mm = rgb.copy(), rgb.shape[1] / size_mm[0]
    for marker in markers:
        module = marker.side_mm / len(bit_pattern(DICTIONARY, marker.id))
        rim, strip = QUIET_MM / MARKER_MM * marker.side_mm, LABEL_MM / MARKER_MM * marker.side_mm
        pattern = np.where(bit_pattern(DICTIONARY, marker.id) > 0.5, 250, 20).astype(np.uint8)
        fine = 12
        wide, high = round((marker.side_mm + 2 * rim) / module * fine), round((marker.side_mm + 2 * rim + strip) / module * fine)
        paper = np.full((high, wide, 3), 250, np.uint8)
        at = round(rim / module * fine)
        drawn = np.kron(pattern, np.ones((fine, fine), np.uint8))
        paper[at : at + len(drawn), at : at + len(drawn)] = drawn[..., None]
        inner = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * len(drawn) + at - 0.5
        to_px = cv2.getPerspectiveTransform(inner.astype(np.float32), (marker.corners_mm * px_per_mm - 0.5).astype(np.float32))
        laid = cv2.warpPerspective(paper, to_px, out.shape[1::-1], flags=cv2.INTER_LINEAR)
        over = cv2.warpPerspective(np.ones(paper.shape[:2], np.uint8), to_px, out.shape[1::-1], flags=cv2.INTER_NEAREST)
        out[over > 0] = laid[over > 0]
    return out
