"""Whether what is printed shows in the photo wherever nothing lies on it: is it this poster, or one that is much like it?

Windows of the artwork are held against the photo by normalised correlation, each at its place give or take what the fit may be off
by. Registration itself cannot tell: two editions of one poster share most of their features, and a fit holds on to what they share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.sheet import Image, View

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Plane = NDArray[np.float32]


@dataclass(frozen=True)
class AgreementParams:
    """px_per_mm: print of 2 mm shows. window_mm: a word of a zone's name, or a few leaves. stride_mm: half of it. contrast: of the
    artwork in a window, in per cent of its light (rms), that shows in any usable photo. search_mm: each way. same: correlation from
    where on a window shows what is printed; other: below which it shows something else; in between it says nothing. ground: share
    of the window's area that must have the printed colour all the same, for a hand or a cup is no other print, and letters take a
    third of theirs; ground_step: in log light, what counts as one colour. light_mm: over which light is even. margin_mm: around
    cards, for their shadows and curls. windows: that differ side by side before a place is told: 25 mm each way, a word or two.
    """

    px_per_mm: float = 2.0
    window_mm: float = 14.0
    stride_mm: float = 7.0
    contrast: float = 5.0
    search_mm: float = 1.5
    same: float = 0.6
    other: float = 0.35
    ground: float = 0.55
    ground_step: float = 0.15
    light_mm: float = 60.0
    margin_mm: float = 4.0
    windows: int = 4


@dataclass(frozen=True, eq=False)
class Agreement:
    """same, other: numbers of windows that show what is printed, and that show other print. places_mm (N, 2) and areas_mm2 (N,):
    where it differs, largest first."""

    same: int
    other: int
    places_mm: Floats
    areas_mm2: Floats

    @property
    def share(self) -> float | None:
        """0..1 of the windows that say anything; None where there are none."""
        told = self.same + self.other
        return self.same / told if told else None


def agreement(view: View, reference: Image, covered_mm: Sequence[Floats], params: AgreementParams | None = None) -> Agreement:
    """view: the whole sheet from the photo. reference: (h, w, 3) artwork. covered_mm: outlines (K, 2) of what lies on it."""
    p = params or AgreementParams()
    shrink = p.px_per_mm / view.px_per_mm
    seen_rgb = np.asarray(cv2.resize(view.rgb, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    high, wide = seen_rgb.shape[:2]
    drawn_rgb = np.asarray(cv2.resize(reference, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
    free = _free(view, (wide, high), covered_mm, p)
    seen, drawn = _log_light(seen_rgb), _log_light(drawn_rgb)
    columns, rows = _telling(drawn.mean(axis=2), free, p)
    score = _scores(drawn.mean(axis=2), seen.mean(axis=2), columns, rows, p)
    same, other = score >= p.same, score < p.other
    if same.any() and other.any():
        other[other] = _ground(seen, drawn, (columns, rows), same, other, p) >= p.ground
    places, areas = _together(columns[other], rows[other], p)
    return Agreement(int(same.sum()), int(other.sum()), places, areas)


def _free(view: View, size_wh: tuple[int, int], covered_mm: Sequence[Floats], p: AgreementParams) -> NDArray[np.uint8]:
    """(H, W) 1 where the photo shows the sheet and nothing lies on it."""
    free = cv2.erode(cv2.resize(view.valid.astype(np.uint8), size_wh, interpolation=cv2.INTER_NEAREST), np.ones((3, 3), np.uint8))
    for outline in covered_mm:
        corners = [np.round(outline * p.px_per_mm).astype(np.int32)]
        cv2.fillPoly(free, corners, 0)
        cv2.polylines(free, corners, True, 0, round(2 * p.margin_mm * p.px_per_mm))
    return np.asarray(free, np.uint8)


def _log_light(rgb: Image) -> Plane:
    """(H, W, 3) logarithm of the values: light that differs becomes an offset. A little soft, as photos are."""
    table = np.log(np.arange(256, dtype=np.float32) + 8).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(cv2.LUT(rgb, table), (0, 0), 1.0), np.float32)


def _size_px(p: AgreementParams) -> tuple[int, int]:
    return round(p.window_mm * p.px_per_mm), round(p.search_mm * p.px_per_mm)


def _telling(drawn: Plane, free: NDArray[np.uint8], p: AgreementParams) -> tuple[Ints, Ints]:
    """x and y px of the top-left corner of windows with print in them, all of which can be seen."""
    (size, reach), step = _size_px(p), round(p.stride_mm * p.px_per_mm)
    mean, square = (cv2.boxFilter(q, cv2.CV_32F, (size, size), anchor=(0, 0)) for q in (drawn, drawn * drawn))
    telling = np.sqrt(np.maximum(square - mean * mean, 0)) > p.contrast / 100
    telling &= cv2.boxFilter(free.astype(np.float32), cv2.CV_32F, (size, size), anchor=(0, 0)) > 0.999
    rows, columns = np.nonzero(telling[reach : -size - reach : step, reach : -size - reach : step])
    return columns * step + reach, rows * step + reach


def _scores(drawn: Plane, seen: Plane, columns: Ints, rows: Ints, p: AgreementParams) -> Floats:
    """(N,) best correlation of each window near its place."""
    size, reach = _size_px(p)
    out = np.zeros(len(columns))
    for k, (x, y) in enumerate(zip(columns, rows, strict=True)):
        around = seen[y - reach : y + size + reach, x - reach : x + size + reach]
        found = cv2.matchTemplate(around, drawn[y : y + size, x : x + size], cv2.TM_CCOEFF_NORMED)
        out[k] = float(np.nan_to_num(found, posinf=0, neginf=0).max())
    return out


def _ground(
    seen: Plane, drawn: Plane, windows: tuple[Ints, Ints], same: NDArray[np.bool_], other: NDArray[np.bool_], p: AgreementParams
) -> Floats:
    """(M,) share of each differing window that has the printed colour, as agreeing windows show it: at the same tone (haze and a
    phone's curve change dark and light differently), and in the light around."""
    size, middles = _size_px(p)[0], np.stack(windows, axis=1) / p.px_per_mm
    agreeing = [(slice(y, y + size), slice(x, x + size)) for x, y in zip(*(axis[same] for axis in windows), strict=True)]
    tone = _tones(seen, drawn, agreeing)

    def apart(window: tuple[slice, slice]) -> Plane:
        return np.asarray(seen[window] - drawn[window] - tone(drawn[window]), np.float32)

    light = np.array([np.median(apart(window).reshape(-1, 3), axis=0) for window in agreeing])
    out = []
    for x, y, at in zip(*(axis[other] for axis in windows), middles[other], strict=True):
        away = np.hypot(*(middles[same] - at).T)
        near = np.argsort(away)[:12]
        weight = np.exp(-0.5 * (away[near] / p.light_mm) ** 2) + 1e-6
        usual = (light[near] * weight[:, None]).sum(axis=0) / weight.sum()
        out.append(float((np.abs(apart((slice(y, y + size), slice(x, x + size))) - usual).max(axis=2) < p.ground_step).mean()))
    return np.array(out)


def _tones(seen: Plane, drawn: Plane, agreeing: Sequence[tuple[slice, slice]]) -> Callable[[Plane], Plane]:
    """By how much the photo differs from the artwork per printed tone, per channel; medians over agreeing windows."""
    some = agreeing[:: max(1, len(agreeing) // 300)]
    printed, shown = (np.concatenate([plane[window][::2, ::2].reshape(-1, 3) for window in some]) for plane in (drawn, seen))
    edges = np.linspace(np.log(8), np.log(263), 17)
    middles = (edges[1:] + edges[:-1]) / 2
    curves = []
    for channel in range(3):
        number = np.digitize(printed[:, channel], edges[1:-1])
        full = [k for k in range(16) if (number == k).sum() >= 20]
        curves.append((middles[full], [float(np.median((shown - printed)[number == k, channel])) for k in full]))
    return lambda tones: np.stack([np.interp(tones[..., c], *curves[c]) for c in range(3)], axis=-1).astype(np.float32)


def _together(columns: Ints, rows: Ints, p: AgreementParams) -> tuple[Floats, Floats]:
    """Middles (N, 2) and areas (N,) in mm of windows that touch each other, where they are enough."""
    size, step = _size_px(p)[0], round(p.stride_mm * p.px_per_mm)
    if len(columns) == 0:
        return np.zeros((0, 2)), np.zeros(0)
    grid = np.zeros((rows.max() // step + 1, columns.max() // step + 1), np.uint8)
    grid[rows // step, columns // step] = 1
    _, _, stats, middles = cv2.connectedComponentsWithStats(grid, connectivity=8)
    number = stats[1:, cv2.CC_STAT_AREA]
    order = [i for i in np.argsort(-number) if number[i] >= p.windows]
    return np.asarray((middles[1:][order] * step + size / 2) / p.px_per_mm, np.float64), number[order].astype(
        np.float64
    ) * p.stride_mm**2
