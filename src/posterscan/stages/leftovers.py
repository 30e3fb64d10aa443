"""What lies on the poster and is no card that was found: hands, cups, or a card that was missed.

A value that nobody could see must not pass in silence, so the larger of these places are told.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from posterscan.geometry import Points, as_points
from posterscan.sheet import Image, View

_LOG_LIGHT = np.log((np.arange(256) / 255.0) ** 2.2 + 0.02).astype(np.float32)  # of 8-bit values at gamma 2.2


@dataclass(frozen=True)
class LeftoverParams:
    """px_per_mm: of the coarse look. least_mm2: smaller places cannot hide half a card's width of 20 mm squared.

    contrast: difference in log light from the light around that no unevenness of paper and lamp makes over light_mm.
    margin_mm: around known cards and at the sheet's rim, for shadows and curled edges. colour_step: in log light, what counts
    as one printed colour. colour_mm2: of it must show, so that what lies on it is the smaller part.
    """

    px_per_mm: float = 0.5
    least_mm2: float = 900.0
    contrast: float = 0.35
    light_mm: float = 150.0
    light_step: int = 5  # coarse pixels a side that the slow light is worked out on: a fifth of its own reach
    margin_mm: float = 5.0
    colour_step: float = 0.1
    colour_mm2: float = 5000.0


@dataclass(frozen=True, eq=False)
class Leftovers:
    """centers_mm (N, 2) and areas_mm2 (N,), largest first."""

    centers_mm: Points
    areas_mm2: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.areas_mm2)


def find_leftovers(view: View, reference: Image | None, polygons_mm: NDArray[np.float64], discs_mm: ArrayLike = (),
                   params: LeftoverParams | None = None) -> Leftovers:
    """Places that differ from the artwork, or without artwork from the paper around, outside cards and stickers.

    polygons_mm: (N, 4, 2). discs_mm: (M, 3) centre x, y and diameter of stickers.
    """
    p = params or LeftoverParams()
    known = _explained(view, polygons_mm, discs_mm, p)
    odd = _differs(view, reference, known, p) & ~known
    whole = cv2.morphologyEx(odd.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _, _, stats, middles = cv2.connectedComponentsWithStats(whole)
    areas = stats[1:, cv2.CC_STAT_AREA] / p.px_per_mm**2
    order = [i for i in np.argsort(-areas) if areas[i] >= p.least_mm2]
    return Leftovers(as_points(middles[1:][order] / p.px_per_mm), np.asarray(areas[order], dtype=np.float64))


def _log_light(rgb: Image, size_wh: tuple[int, int]) -> NDArray[np.float32]:
    """(h, w, 3) of a picture shrunk: averaged by a whole factor first, which is much faster than at once."""
    step = max(1, min(rgb.shape[1] // size_wh[0], rgb.shape[0] // size_wh[1]))
    whole = cv2.resize(rgb[: rgb.shape[0] // step * step, : rgb.shape[1] // step * step],
                       (rgb.shape[1] // step, rgb.shape[0] // step), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.LUT(cv2.resize(whole, size_wh, interpolation=cv2.INTER_AREA), _LOG_LIGHT), np.float32)


def _largest(difference: NDArray[np.float32]) -> NDArray[np.float32]:
    """(h, w) of (h, w, 3): the largest of three channels either way; numpy's own max is slow along so short an axis."""
    r, g, b = (np.abs(difference[..., i]) for i in range(3))
    return np.asarray(np.maximum(np.maximum(r, g), b), np.float32)


def _differs(view: View, reference: Image | None, known: NDArray[np.bool_], p: LeftoverParams) -> NDArray[np.bool_]:
    """(h, w) of a coarse look. known: (h, w), what cards and stickers explain: it says nothing of how the paper looks."""
    size_wh = known.shape[1], known.shape[0]
    tone = _log_light(view.rgb, size_wh)
    valid = cv2.resize(view.valid.astype(np.uint8), size_wh, interpolation=cv2.INTER_NEAREST) > 0
    if reference is not None:
        ink = _log_light(reference, size_wh)
        tone = tone - ink
        bare = valid & ~known
        tone = tone - _tone_curve(tone - _light(tone, valid, p), ink, bare if bare.any() else valid)
        tone = tone - _colours(tone - _light(tone, valid, p), ink, bare, p)
    light = _light(tone, valid, p)
    return np.asarray((_largest(tone - light) > p.contrast) & valid)


def _tone_curve(rest: NDArray[np.float32], ink: NDArray[np.float32], valid: NDArray[np.bool_], steps: int = 12) -> \
        NDArray[np.float32]:
    """How much darker or lighter than printed each tone of the artwork comes out in this photo, per channel.

    A phone's tone curve, a printer's blacks and haze bend it; the median over all places of one tone says how.
    """
    out = np.zeros_like(rest)
    for channel in range(3):
        levels, values = ink[..., channel], rest[..., channel]
        edges = np.quantile(levels[valid], np.linspace(0, 1, steps + 1)) if valid.any() else np.zeros(steps + 1)
        which = np.clip(np.searchsorted(edges, levels) - 1, 0, steps - 1)
        usual = np.array([np.median(values[valid & (which == k)]) if (valid & (which == k)).any() else 0 for k in range(steps)])
        out[..., channel] = usual[which]
    return out


def _colours(rest: NDArray[np.float32], ink: NDArray[np.float32], bare: NDArray[np.bool_], p: LeftoverParams) -> \
        NDArray[np.float32]:
    """What is left of that for a large printed colour as a whole.

    Phones make colours stronger: yellow loses blue that grey of the same blue keeps, so that no curve per channel can tell.
    """
    out = np.zeros_like(rest)
    keys = np.round(ink / p.colour_step).astype(np.int64) @ np.array([1 << 20, 1 << 10, 1])
    values, which = np.unique(keys, return_inverse=True)
    which = which.reshape(keys.shape)
    areas = np.bincount(which[bare], minlength=len(values)) / p.px_per_mm**2
    for k in np.flatnonzero(areas >= p.colour_mm2):
        out[which == k] = np.median(rest[bare & (which == k)], axis=0)
    return out


def _light(tone: NDArray[np.float32], valid: NDArray[np.bool_], p: LeftoverParams) -> NDArray[np.float32]:
    """The slowly changing light: a wide mean from which what differs is left out in turns."""
    high, wide = valid.shape
    size = max(1, wide // p.light_step), max(1, high // p.light_step)
    reach = p.light_mm / 3 * p.px_per_mm * size[0] / wide
    light = np.full_like(tone, np.median(tone[::2, ::2][valid[::2, ::2]], axis=0) if valid[::2, ::2].any() else 0)
    for limit in (3 * p.contrast, 1.5 * p.contrast, p.contrast):
        near = (valid & (_largest(tone - light) < limit)).astype(np.float32)
        few = cv2.resize(np.dstack([tone * near[..., None], near]), size, interpolation=cv2.INTER_AREA)
        few = cv2.GaussianBlur(few, (0, 0), reach)
        wide_light = few[..., :3] / np.maximum(few[..., 3:], 0.02)
        slow = cv2.resize(np.dstack([wide_light, few[..., 3]]), (wide, high), interpolation=cv2.INTER_LINEAR)
        light = np.where(slow[..., 3:] > 0.02, slow[..., :3], light)
    return np.asarray(light, np.float32)


def _explained(view: View, polygons_mm: NDArray[np.float64], discs_mm: ArrayLike, p: LeftoverParams) -> NDArray[np.bool_]:
    shrink = p.px_per_mm / view.px_per_mm
    mask = np.zeros((round(view.rgb.shape[0] * shrink), round(view.rgb.shape[1] * shrink)), np.uint8)
    for polygon in polygons_mm:
        cv2.fillPoly(mask, [np.round(polygon * p.px_per_mm).astype(np.int32)], 1)
    for x, y, across in np.asarray(discs_mm, dtype=np.float64).reshape(-1, 3):
        cv2.circle(mask, (round(x * p.px_per_mm), round(y * p.px_per_mm)), round(across / 2 * p.px_per_mm), 1, -1)
    side = 2 * round(p.margin_mm * p.px_per_mm) + 1
    mask = cv2.dilate(mask, np.ones((side, side), np.uint8))
    rim = side // 2
    mask[:rim], mask[-rim:], mask[:, :rim], mask[:, -rim:] = 1, 1, 1, 1
    return np.asarray(mask > 0)
