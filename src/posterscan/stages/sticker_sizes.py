"""How large a photo's stickers are: one size or two, from the bends of their outlines and from those that lie free."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.stages.sticker_clumps import Clump, covered
from posterscan.stages.sticker_rims import Rims

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SizeParams:
    """Which sizes may be, and what speaks for one."""

    range_mm: tuple[float, float] = (7.6, 20.0)  # what is sold is 8 to 19; scale on lifted paper errs by up to 5 %
    two_sizes_apart: float = 1.2  # ratio of diameters
    second_share: float = 0.12  # of the outline, and of stickers lying free, that a second size must explain
    free_round: float = 0.93  # of the circle around it that a sticker lying free fills; two that overlap by half fill 0.85
    free_apart: float = 0.12  # share by which the size of such a sticker may correct an estimate from bends
    as_expected: float = 0.08  # share by which an estimate may miss the size that was to be used


def estimate_diameters(outlines: list[Rims], px_per_mm: float, p: SizeParams) -> tuple[float, ...]:
    """One or two diameters in mm that most of the round pieces of outline have; empty where there is none."""
    bends = np.concatenate([r.bend_px for r in outlines]) if outlines else np.zeros((0, 2))
    weights = np.concatenate([r.weight for r in outlines]) if outlines else np.zeros(0)
    # a long piece tells the radius much better than a short one
    found = np.concatenate([2 * bends[:, 0], 2 * bends[:, 1]]) / px_per_mm
    weight = np.concatenate([weights, 4 * weights])
    good = np.isfinite(found) & (found > p.range_mm[0] * 0.9) & (found < p.range_mm[1] * 1.1)
    if not good.any():
        return ()
    at, weight = np.log(found[good]), weight[good]
    grid = np.log(np.arange(p.range_mm[0], p.range_mm[1], 0.05))
    density = np.array([(weight * np.exp(-0.5 * ((at - g) / 0.03) ** 2)).sum() for g in grid])
    first = int(np.argmax(density))
    sizes = [_mode(at, weight, grid[first])]
    far = density * (np.abs(grid - grid[first]) > np.log(p.two_sizes_apart))
    second = int(np.argmax(far))
    inside = 0 < second < len(grid) - 1 and density[second] >= max(density[second - 1], density[second + 1])
    if inside and far[second] > p.second_share * density[first]:
        sizes.append(_mode(at, weight, grid[second]))
    return tuple(sorted(sizes))


def _mode(at: Floats, weight: Floats, start: float) -> float:
    """The mean of what lies near, found by mean shift."""
    for _ in range(10):
        near = weight * np.exp(-0.5 * ((at - start) / 0.03) ** 2)
        start = float((near * at).sum() / near.sum())
    return float(np.exp(start))


def of_free_discs(estimated: tuple[float, ...], clumps: list[Clump], px_per_mm: float, p: SizeParams) -> tuple[float, ...]:
    """The sizes with those that stickers lying free have: an area is a hundred times as many pixels as a piece of outline.

    estimated: in mm, from bends; a size that no free sticker bears out stays.
    """
    sizes = np.array([size for clump in clumps if (size := _free_size(clump, px_per_mm, p)) is not None])
    out = []
    for size in estimated:
        near = sizes[np.abs(sizes / size - 1) < p.free_apart] if len(sizes) else sizes
        out.append(float(np.median(near)) if len(near) else size)
    return tuple(sorted(set(out)))


def _free_size(clump: Clump, px_per_mm: float, p: SizeParams) -> float | None:
    """Diameter in mm of a clump that is one whole disc, None for any other."""
    mask = covered(clump, px_per_mm).astype(np.uint8)
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    whole = max(outlines, key=len)
    _, radius = cv2.minEnclosingCircle(whole)
    area = float(np.count_nonzero(mask))
    round_enough = area >= p.free_round * np.pi * (radius + 0.5) ** 2
    return 2 * float(np.sqrt(area / np.pi)) / px_per_mm if round_enough and not clump.glare.any() else None


def as_expected(estimated: tuple[float, ...], expected_mm: float | None, p: SizeParams) -> tuple[float, ...]:
    """The sizes estimated, with the expected one in place of one that is as good as the same."""
    if expected_mm is None:
        return estimated
    return tuple(expected_mm if abs(d / expected_mm - 1) < p.as_expected else d for d in estimated) or (expected_mm,)
