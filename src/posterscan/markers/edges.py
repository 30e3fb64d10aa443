"""Corners of a black square from lines fitted to its sides, in linear light.

Refinement on the tone-curved photo pulls corners inwards by half a pixel, because the curve makes the blurred edge's
bright side broader than its dark one. Half height in linear light is where the edge is, whatever the (symmetric)
blur.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]

_VALUE = np.arange(256) / 255.0
_LINEAR = np.where(_VALUE <= 0.04045, _VALUE / 12.92, ((_VALUE + 0.055) / 1.055) ** 2.4).astype(
    np.float32
)  # IEC 61966-2-1


@dataclass(frozen=True)
class EdgeParams:
    """How the sides of a marker are measured."""

    profiles: int = 48  # per side
    ends_share: float = 0.06  # of a side left out at either end: there the neighbouring side's blur mixes in
    reach_modules: float = 0.75  # a profile reaches so far in and out: it stays on the border and the quiet zone
    min_reach_px: float = 2.0
    step_px: float = 0.25
    min_contrast: float = 0.35  # of the marker's typical contrast; less is a covered or glared stretch
    min_noise_ratio: float = 4.0  # contrast against the plateau's own scatter
    side_share: float = 0.4  # of a side's profiles must agree with its line, else the side counts as not seen
    agree_px: float = 0.6  # a profile agrees with its line within this (or 3 sigma of the side)
    bend_gain: float = 0.7  # a side is taken as bent where a cubic lowers the scatter about a line to this share
    floor_px: float = 0.08  # what fitted edges err by in sharp, noiseless photos: pixel shape, sharpening, paper


@dataclass(frozen=True, eq=False)
class Square:
    """A measured square. sigma_px is inf at corners whose sides could not be measured (corners_px is then a guess).

    corners_px (4, 2), sigma_px (4,), residual_px: rms of the profiles about their lines, seen: (4,) share of each
    side that was measured (top, right, bottom, left), rise_px: 10-90 % width of its edges, along the direction in
    which it is larger (a shaken phone blurs one direction only). contrast, paper_light: black to white, and white, in
    linear light 0..1.
    """

    corners_px: Floats
    sigma_px: Floats
    residual_px: float
    seen: Floats
    rise_px: float
    contrast: float
    paper_light: float


def _window(grey: Grey, quad: Floats, margin_px: float) -> tuple[NDArray[np.float32], Floats]:
    """Linear light around a quad, and the (2,) px of the window's first pixel."""
    high, wide = grey.shape
    low = np.clip(np.floor(quad.min(0) - margin_px).astype(int), 0, [wide - 1, high - 1])
    top = np.clip(np.ceil(quad.max(0) + margin_px).astype(int) + 1, low + 1, [wide, high])
    return _LINEAR[grey[low[1] : top[1], low[0] : top[0]]], low.astype(np.float64)


def _profiles(
    light: NDArray[np.float32], quad: Floats, reach_px: float, p: EdgeParams
) -> tuple[NDArray[np.float32], Floats, Floats, Floats]:
    """(4, n, m) light along profiles across the sides, their base points (4, n, 2), outward normals (4, 2), steps
    (m,)."""
    far = np.roll(quad, -1, axis=0)
    along = far - quad
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    out = np.stack([along[:, 1], -along[:, 0]], axis=1)
    where = np.linspace(p.ends_share, 1 - p.ends_share, p.profiles)
    base = quad[:, None] + (far - quad)[:, None] * where[None, :, None]
    steps = np.linspace(-reach_px, reach_px, 2 * max(8, round(reach_px / p.step_px)) + 1)
    spots = (base[:, :, None] + steps[None, None, :, None] * out[:, None, None]).astype(np.float32)
    flat = spots.reshape(4 * p.profiles, len(steps), 2)
    level = cv2.remap(
        light, flat[..., 0], flat[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=-9.0
    )
    return np.asarray(level, dtype=np.float32).reshape(4, p.profiles, len(steps)), base, out, steps


def _crossings(level: NDArray[np.float32], steps: Floats, share: float) -> Floats:
    """(4, n) step where each normalised profile passes `share` for the first time, seen from the dark side."""
    above = level >= share
    first = np.clip(np.argmax(above, axis=2), 1, level.shape[2] - 1)
    hi = np.take_along_axis(level, first[..., None], axis=2)[..., 0]
    lo = np.take_along_axis(level, first[..., None] - 1, axis=2)[..., 0]
    part = np.clip((share - lo) / np.where(hi - lo > 1e-6, hi - lo, 1.0), 0, 1)
    at: Floats = steps[first - 1] + part * (steps[1] - steps[0])
    return np.where(above.any(axis=2) & ~above[..., 0], at, np.nan)


@dataclass(frozen=True, eq=False)
class _Side:
    """A fitted side: its tangent (point, direction) at either end, rms of the agreeing points, and how uncertain an
    end is."""

    start: tuple[Floats, Floats]
    end: tuple[Floats, Floats]
    agrees: NDArray[np.bool_]
    rms: float
    end_sigma: float


def _robust_poly(t: Floats, d: Floats, degree: int, p: EdgeParams) -> tuple[Floats, NDArray[np.bool_], float]:
    """Polynomial d(t) by Tukey weights started at the median, who agrees with it, and the rms of those."""
    curve = np.zeros(degree + 1)
    curve[-1] = np.median(d)
    scale = 4 * p.agree_px
    for _ in range(8):
        r = d - np.polyval(curve, t)
        weight = np.where(np.abs(r) < scale, (1 - (r / scale) ** 2) ** 2, 0.0) + 1e-9
        curve = np.polyfit(t, d, degree, w=np.sqrt(weight))
        near = np.abs(r[np.abs(r) < scale])
        scale = max(p.agree_px, 3.5 * 1.4826 * float(np.median(near)) if len(near) else p.agree_px)
    r = d - np.polyval(curve, t)
    agrees = np.abs(r) <= scale
    return curve, agrees, float(np.sqrt(np.mean(r[agrees] ** 2))) if agrees.any() else p.agree_px


def _side(points: Floats, start: Floats, along: Floats, normal: Floats, length: float, p: EdgeParams) -> _Side:
    """The side through points (n, 2): a line, or a cubic where paper that bends makes that clearly better."""
    t, d = ((points - start) @ along) / length * 2 - 1, (points - start) @ normal
    curve, agrees, rms = _robust_poly(t, d, 1, p)
    inflation = 2.0  # the end of a line is twice as uncertain as its middle
    if len(t) >= 0.8 * p.profiles:  # a covered side is a line: a cubic would run off where nothing holds it
        bent = _robust_poly(t, d, 3, p)
        if rms > 2 * p.floor_px and bent[2] < p.bend_gain * rms and bent[1].sum() >= agrees.sum():
            (curve, agrees, rms), inflation = bent, 4.0
    slope = np.polyder(curve)

    def tangent(at: float) -> tuple[Floats, Floats]:
        direction = along + normal * float(np.polyval(slope, at)) * 2 / length
        return start + along * (at + 1) / 2 * length + normal * float(
            np.polyval(curve, at)
        ), direction / np.linalg.norm(direction)

    # neighbouring profiles share pixels: about four of them to one independent one
    return _Side(tangent(-1), tangent(1), agrees, rms, inflation * rms / np.sqrt(max(1.0, agrees.sum() / 4)))


def _meet(p: Floats, u: Floats, q: Floats, v: Floats) -> Floats:
    """Where the lines p + s u and q + t v meet."""
    return np.asarray(p + u * np.linalg.solve(np.stack([u, -v], axis=1), q - p)[0])


def _measured(level: NDArray[np.float32], p: EdgeParams) -> tuple[NDArray[np.float32], NDArray[np.bool_], float]:
    """Profiles between their own dark (0) and bright (1) plateau, which of them are usable, and the typical
    contrast."""
    rim = max(3, level.shape[2] // 5)
    dark, bright = np.median(level[..., :rim], axis=2), np.median(level[..., -rim:], axis=2)
    gap = bright - dark
    inside = level.min(axis=2) > -1
    typical = float(np.percentile(gap[inside], 75)) if inside.any() else 0.0
    noise = np.std(level[..., -rim:], axis=2) + np.std(level[..., :rim], axis=2)
    usable = inside & (gap > p.min_contrast * typical) & (gap > p.min_noise_ratio * 0.5 * noise) & (typical > 0.01)
    shown = (level - dark[..., None]) / np.where(usable, gap, 1.0)[..., None]
    return np.asarray(cv2.blur(shown.reshape(-1, level.shape[2]), (3, 1)).reshape(level.shape)), usable, typical


def measure_square(
    grey: Grey, quad_px: Floats, modules: int, params: EdgeParams | None = None, reach_modules: float | None = None
) -> Square:
    """Corners of the black square of `modules` modules a side that lies near quad_px (4, 2), clockwise.

    grey: (H, W) uint8, sRGB. reach_modules: how far off the guess may be (default: the parameters' own).
    """
    p = params or EdgeParams()
    quad = np.asarray(quad_px, dtype=np.float64)
    for last in (False, True):
        side = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)
        reach = max(
            p.min_reach_px, (reach_modules if reach_modules and not last else p.reach_modules) * side.min() / modules
        )
        found = _one_round(grey, quad, reach, p)
        if not last:
            good = np.isfinite(found.sigma_px)
            moved = np.linalg.norm(found.corners_px - quad, axis=1)
            if not good.any() or moved[good].max() < 0.5:
                break
            quad = np.where(good[:, None], found.corners_px, quad)
    return found


def _one_round(grey: Grey, quad: Floats, reach: float, p: EdgeParams) -> Square:
    light, start = _window(grey, quad, reach + 2)
    level, base, out, steps = _profiles(light, quad - start, reach, p)
    shown, usable, contrast = _measured(level, p)
    half = _crossings(shown, steps, 0.5)
    usable &= np.isfinite(half)
    sides: list[_Side | None] = []
    for k, (a, b) in enumerate(zip(quad - start, np.roll(quad - start, -1, axis=0), strict=True)):
        points = (base[k] + half[k][:, None] * out[k])[usable[k]]
        length = float(np.linalg.norm(b - a))
        enough = len(points) >= max(6, p.side_share * p.profiles)
        sides.append(_side(points, a, (b - a) / length, out[k], length, p) if enough else None)
    seen = np.array([s.agrees.sum() / p.profiles if s else 0.0 for s in sides])
    corners, sigma = quad.copy(), np.full(4, np.inf)
    for k in range(4):
        here, before = sides[k], sides[k - 1]
        if here and before and min(seen[k], seen[k - 1]) >= p.side_share:
            corners[k] = _meet(*before.end, *here.start) + start
            sigma[k] = float(np.hypot(p.floor_px, np.hypot(before.end_sigma, here.end_sigma)))
    rms = np.array([s.rms for s in sides if s])
    return Square(
        corners,
        sigma,
        float(np.sqrt(np.mean(rms**2))) if len(rms) else float("nan"),
        seen,
        _rise(shown, steps, usable),
        contrast,
        float(np.median(level[usable][:, -3:])) if usable.any() else 0.0,
    )


def _rise(shown: NDArray[np.float32], steps: Floats, usable: NDArray[np.bool_]) -> float:
    """10-90 % width of the edges in px, the larger of the two directions; nan where none was measured."""
    rise = np.where(usable, _crossings(shown, steps, 0.9) - _crossings(shown, steps, 0.1), np.nan)
    both = [r[np.isfinite(r)] for r in (rise[0::2], rise[1::2])]
    return max((float(np.median(r)) for r in both if len(r)), default=float("nan"))
