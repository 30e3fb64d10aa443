"""Edges of the rectified sheet that are not the poster's own: the raw material for finding cards.

Gradients are taken of the logarithm of linear light, so that an edge weighs the same in shade and in sun, and are told in
units of the photo's own noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from posterscan.sheet import Image, View

Plane = NDArray[np.float32]

_GAMMA = 2.2  # near enough to sRGB's curve: only ratios of light matter here
_DARK = 0.02  # of full light: keeps the logarithm calm in black
_LOG_LIGHT = np.log((np.arange(256) / 255.0) ** _GAMMA + _DARK).astype(np.float32)
_GREY = (0.35, 0.45, 0.20)  # weights of R, G, B


@dataclass(frozen=True)
class FindEdgesParams:
    """px_per_mm: grid of the edges. blur_px: Gaussian before the gradient, below the width of a card's edge.

    strong_sigmas: gradients this many noise sigmas high count half (a pixel of pure noise reaches 5 once in a million).
    run_mm: length of the means whose noise is the unit of gx and gy.
    artwork_reach_mm: how far the artwork's edges may lie from where the fit puts them (paper waves under tilt).
    """

    px_per_mm: float = 2.0
    blur_px: float = 0.8
    strong_sigmas: float = 5.0
    artwork_reach_mm: float = 1.5
    run_mm: float = 12.0


@dataclass(frozen=True, eq=False)
class Edges:
    """Planes are float32 on a grid of px_per_mm.

    tone (H, W, 3): log light of R, G, B, less that of the artwork; tone_noise: sigma of the difference between two patches of
    it, run_mm long and 3 mm wide, that touch.
    gradients (H, W, 4): x and y gradient of grey log light, then of blue against red, which shadows leave alone; each in sigmas
    of the noise of its mean over run_mm along an edge.
    artwork (H, W, 2): the artwork's own edges, widened by its reach: strength 0..1 times the cosine and sine of twice the
    normal's angle.
    cos2, sin2 (H, W): the same of the photo's strong edges in any channel, those of the artwork taken away.
    printed, printed_seen (H, W): density, over 4 mm, of the artwork's edges and of those that the photo shows where they should
    be: where the poster's own print is seen lies no card. markers (H, W): 1 on markers that the photo shows.
    """

    px_per_mm: float
    tone: Plane
    tone_noise: float
    gradients: Plane
    artwork: Plane
    cos2: Plane
    sin2: Plane
    printed: Plane
    printed_seen: Plane
    markers: Plane


def find_edges(view: View, reference: Image | None, seen_markers_mm: ArrayLike = (),
               params: FindEdgesParams | None = None) -> Edges:
    """Edges of a view of the whole sheet against the poster's artwork.

    reference: (h, w, 3) uint8 RGB of the whole sheet at any resolution, or None. seen_markers_mm: (K, 4, 2) corners of the
    poster's markers that the photo shows.
    """
    p = params or FindEdgesParams()
    shrink = p.px_per_mm / view.px_per_mm
    rgb = np.asarray(cv2.resize(view.rgb, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    size_wh = (rgb.shape[1], rgb.shape[0])
    unseen = cv2.resize((~view.valid).astype(np.uint8), size_wh, interpolation=cv2.INTER_NEAREST)
    seen = cv2.dilate(unseen, np.ones((5, 5), np.uint8)) == 0
    light = [np.asarray(cv2.LUT(np.ascontiguousarray(rgb[..., c]), _LOG_LIGHT), np.float32) for c in range(3)]
    grey = np.asarray(sum(weight * plane for weight, plane in zip(_GREY, light, strict=True)), np.float32)
    run_px = round(p.run_mm * p.px_per_mm)
    gradients = np.dstack([*_gradient_in_sigmas(grey, p.blur_px, run_px, seen),
                           *_gradient_in_sigmas(light[2] - light[0], p.blur_px, run_px, seen)])
    cos2, sin2, noise = _strong_edges(rgb, p, seen)
    printed = printed_seen = art_cos2 = art_sin2 = np.zeros_like(cos2)
    if reference is not None:
        art_cos2, art_sin2 = _artwork_edges(reference, size_wh, noise, p)
        known = _alignment(cos2, sin2, art_cos2, art_sin2)
        printed, printed_seen = _printed(np.hypot(art_cos2, art_sin2), np.hypot(cos2, sin2) * known, p)
        keep = np.clip(1 - 1.5 * known, 0, 1)
        cos2, sin2 = cos2 * keep, sin2 * keep
    tone = _tone(rgb, reference, p)
    artwork = np.asarray(np.dstack([art_cos2, art_sin2]), np.float32)
    return Edges(p.px_per_mm, tone, _tone_noise(tone, p, seen), gradients, artwork, cos2, sin2, printed, printed_seen,
                 _marker_areas(cos2, seen_markers_mm, p))


def _tone(rgb: Image, reference: Image | None, p: FindEdgesParams) -> Plane:
    """(H, W, 3) log light against the artwork's, so that what is printed on the poster drops out and light becomes an offset."""
    planes = []
    art = None if reference is None else cv2.resize(reference, (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_AREA)
    for channel in range(3):
        plane = cv2.LUT(np.ascontiguousarray(rgb[..., channel]), _LOG_LIGHT)
        if art is not None:
            plane = plane - cv2.LUT(np.ascontiguousarray(art[..., channel]), _LOG_LIGHT)
        planes.append(np.asarray(cv2.blur(plane, (3, 3)), np.float32))
    return np.asarray(np.dstack(planes), np.float32)


def _tone_noise(tone: Plane, p: FindEdgesParams, seen: NDArray[np.bool_]) -> float:
    """Median over the sheet, which is plain for the most part, of what neighbouring patches differ."""
    wide, long = round(3 * p.px_per_mm), round(p.run_mm * p.px_per_mm)
    total = np.zeros(seen.shape, np.float32)
    for channel in range(3):
        patch = cv2.blur(tone[..., channel], (wide, long))
        total[:, wide:] += (patch[:, wide:] - patch[:, :-wide]) ** 2
    values = total[::3, wide::3][seen[::3, wide::3]]
    # light changes by about 1 % over 3 mm anywhere
    return max(float(np.sqrt(np.median(values))) if values.size else 0.0, 0.01)


def _sobel(log_light: Plane) -> tuple[Plane, Plane]:
    gx = cv2.Sobel(log_light, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    gy = cv2.Sobel(log_light, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    return np.asarray(gx, np.float32), np.asarray(gy, np.float32)


def _gradient_in_sigmas(plane: Plane, blur_px: float, run_px: int, seen: NDArray[np.bool_]) -> tuple[Plane, Plane]:
    """x and y gradient of a plane, zero where the photo does not reach."""
    gx, gy = _sobel(np.asarray(cv2.GaussianBlur(plane, (0, 0), blur_px), np.float32))
    gx, gy = gx * seen, gy * seen
    # Most of a sheet is plain, so the median tells the noise (0.6745: median of |normal|). It is measured on means along
    # the edge, since a camera's denoising and JPEG leave noise that does not average out as white noise would.
    # Shading that changes slowly across is none of it.
    across = gx - cv2.blur(gx, (run_px // 3 * 2 + 1, 1))
    runs = np.abs(cv2.blur(across, (1, run_px)))[::3, ::3][seen[::3, ::3]]
    noise = max(float(np.median(runs)) / 0.6745 if runs.size else 1.0, 1e-5)
    return gx / noise, gy / noise


def _strongest_channel(rgb: Image, blur_px: float) -> tuple[Plane, Plane, Plane]:
    """Gradient of the channel with the largest one, and its square."""
    gx = gy = squared = np.zeros(0, np.float32)
    for channel in range(3):
        plane = cv2.LUT(np.ascontiguousarray(rgb[..., channel]), _LOG_LIGHT)
        cx, cy = _sobel(np.asarray(cv2.GaussianBlur(plane, (0, 0), blur_px), np.float32))
        m = cx * cx + cy * cy
        if not channel:
            gx, gy, squared = cx, cy, m
        else:
            more = m > squared
            np.copyto(gx, cx, where=more)
            np.copyto(gy, cy, where=more)
            np.copyto(squared, m, where=more)
    return gx, gy, squared


def _double_angle(gx: Plane, gy: Plane, squared: Plane, half_at: float) -> tuple[Plane, Plane]:
    """Strength in 0..1 (one half at `half_at`) as a double-angle vector: edges of either sign add up."""
    scale = 1 / (squared + half_at * half_at)
    return np.asarray((gx * gx - gy * gy) * scale, np.float32), np.asarray(2 * gx * gy * scale, np.float32)


def _strong_edges(rgb: Image, p: FindEdgesParams, seen: NDArray[np.bool_]) -> tuple[Plane, Plane, float]:
    gx, gy, squared = _strongest_channel(rgb, p.blur_px)
    # median of a Rayleigh distribution is 1.1774 sigmas
    noise = float(np.sqrt(np.median(squared[::3, ::3][seen[::3, ::3]]))) / 1.1774 if seen.any() else 1.0
    cos2, sin2 = _double_angle(gx, gy, squared, p.strong_sigmas * max(noise, 1e-4))
    return cos2 * seen, sin2 * seen, max(noise, 1e-4)


def _artwork_edges(reference: Image, size_wh: tuple[int, int], noise: float, p: FindEdgesParams) -> tuple[Plane, Plane]:
    rgb = np.asarray(cv2.resize(reference, size_wh, interpolation=cv2.INTER_AREA), np.uint8)
    cos2, sin2 = _double_angle(*_strongest_channel(rgb, p.blur_px), p.strong_sigmas * noise)
    side = 2 * round(p.artwork_reach_mm * p.px_per_mm) + 1
    strength = cv2.dilate(np.hypot(cos2, sin2), np.ones((side, side), np.uint8))
    mean_cos2, mean_sin2 = cv2.blur(cos2, (side, side)), cv2.blur(sin2, (side, side))
    length = np.maximum(np.hypot(mean_cos2, mean_sin2), 1e-6)
    return (np.asarray(mean_cos2 / length * strength, np.float32), np.asarray(mean_sin2 / length * strength, np.float32))


def _printed(artwork: Plane, explained: Plane, p: FindEdgesParams) -> tuple[Plane, Plane]:
    """Densities of the artwork's edges, widened by their reach, and of the part of them that the photo shows."""
    side = 2 * round(p.artwork_reach_mm * p.px_per_mm) + 1
    there = np.asarray(artwork > 0.5, np.float32)
    seen = cv2.dilate(np.asarray(explained > 0.4, np.float32), np.ones((side, side), np.uint8)) * there
    return _dense(there, p), _dense(np.asarray(seen, np.float32), p)


def _dense(mask: Plane, p: FindEdgesParams) -> Plane:
    return np.asarray(cv2.blur(mask, (round(4 * p.px_per_mm), round(4 * p.px_per_mm))), np.float32)


def _marker_areas(like: Plane, markers_mm: ArrayLike, p: FindEdgesParams) -> Plane:
    out = np.zeros_like(like)
    for corners in np.asarray(markers_mm, dtype=np.float64).reshape(-1, 4, 2):
        cv2.fillPoly(out, [np.round(corners * p.px_per_mm).astype(np.int32)], 1.0)
    return out


def _alignment(cos2: Plane, sin2: Plane, art_cos2: Plane, art_sin2: Plane) -> Plane:
    """0..1: how strongly the artwork has an edge of the same direction there."""
    strength = np.maximum(np.hypot(cos2, sin2), 1e-6)
    return np.asarray(np.clip((cos2 * art_cos2 + sin2 * art_sin2) / strength, 0, 1), np.float32)
