"""Discs that explain a coloured clump: arcs of its outline vote for centres, and the fewest discs that cover outline
and area are kept.

Votes along the normals follow Kimme, Ballard & Sklansky 1975; the choice is greedy set cover over pieces of outline,
refined by least
squares. Two stickers of one colour that overlap show themselves by two bows of one outline; only where the outline
says nothing
(a sticker inside a heap) do edges inside the colour decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.sheet import Mask
from posterscan.stages.sticker_clumps import Clump, covered
from posterscan.stages.sticker_colour import Labels
from posterscan.stages.sticker_rims import DiscParams, Rims

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Discs:
    """centers_px (K, 2) in the window, radii_px (K,), klass (K,), and per disc: arc: share of its circumference seen
    as outline;

    own: share that no other disc explains; seen: share of circumference that is outline, inner edge or within another
    disc;
    fill: share of its area that is coloured.
    """

    centers_px: Floats
    radii_px: Floats
    klass: NDArray[np.int64]
    arc: Floats
    own: Floats
    seen: Floats
    fill: Floats

    @classmethod
    def none(cls) -> Discs:
        e = np.zeros(0)
        return cls(np.zeros((0, 2)), e, np.zeros(0, np.int64), e, e, e, e)


def fitting_size(rims: Rims, radii_px: Floats) -> NDArray[np.int64]:
    """(N,) number of the radius that the outline's own bend speaks for; -1 where it does not tell."""
    out = np.full(len(rims.points), -1, np.int64)
    if len(radii_px) < 2:
        return out
    # the long window tells better where it is round at all
    bend = np.where(np.isfinite(rims.bend_px[:, 1]), rims.bend_px[:, 1], rims.bend_px[:, 0])
    told = np.isfinite(bend)
    off = np.abs(np.log(np.where(told, bend, 1.0)[:, None] / radii_px[None]))
    nearest = off.argmin(axis=1)
    clear = np.sort(off, axis=1)
    sure = told & (clear[:, 1] - clear[:, 0] > 0.1)  # noise of a bend is about 10 %
    out[sure] = nearest[sure]
    return out


def _belongs(rims: Rims, centers: Floats, radius: float, px_per_mm: float, p: DiscParams) -> NDArray[np.bool_]:
    """(M, N) which rim points lie along the circumference of each disc round centers (M, 2)."""
    x, y, far = _ways(rims, centers)
    near = np.abs(far - radius) < p.off_mm * px_per_mm + p.off_share * radius
    along = x * rims.normals[:, 0] + y * rims.normals[:, 1]
    along[:, rims.inner] = np.abs(along[:, rims.inner])
    return np.asarray(near & (rims.weight > 0) & (along > np.cos(np.radians(p.turn_deg)) * np.maximum(far, 1e-9)))


def _ways(rims: Rims, centers: Floats) -> tuple[Floats, Floats, Floats]:
    """(M, N) from each centre to each rim point: x, y and distance."""
    x = rims.points[:, 0] - centers[:, :1]
    y = rims.points[:, 1] - centers[:, 1:]
    return x, y, np.sqrt(x * x + y * y)


def _votes(rims: Rims, klass: int, radius: float, shape: tuple[int, int], px_per_mm: float) -> tuple[Floats, float]:
    """Votes for centres on a coarser grid, in px of arc, and the grid's step in px."""
    cell = max(1.0, 0.4 * px_per_mm)
    grid = np.zeros((int(shape[0] / cell) + 2, int(shape[1] / cell) + 2))
    mine = rims.klass == klass
    sides = [(mine, 1.0), (mine & rims.inner, -1.0)]
    for chosen, sign in sides:
        at = (rims.points[chosen] - sign * radius * rims.normals[chosen]) / cell
        c = np.round(at).astype(int)
        good = (c[:, 0] >= 0) & (c[:, 1] >= 0) & (c[:, 0] < grid.shape[1]) & (c[:, 1] < grid.shape[0])
        np.add.at(grid, (c[good, 1], c[good, 0]), rims.weight[chosen][good])
    blurred = cv2.GaussianBlur(grid, (0, 0), max(0.8, 0.1 * radius / cell))
    return np.asarray(blurred, dtype=np.float64), cell


def _candidates(rims: Rims, klass: int, radius: float, shape: tuple[int, int], px_per_mm: float, most: int) -> Floats:
    """(M, 2) centres where votes peak."""
    grid, cell = _votes(rims, klass, radius, shape, px_per_mm)
    size = max(3, round(0.2 * radius / cell) * 2 + 1)
    top = cv2.dilate(grid, np.ones((size, size)))
    rows, cols = np.nonzero((grid >= top) & (grid > 0))
    order = np.argsort(-grid[rows, cols], kind="stable")[:most]
    return np.asarray(np.stack([cols, rows], axis=1)[order] * cell, dtype=np.float64)


def _refined(
    rims: Rims, usable: NDArray[np.bool_], centers: Floats, radius: float, px_per_mm: float, p: DiscParams
) -> Floats:
    """(M, 2) centres moved onto the rim points that each explains, the radius kept. usable: (N,) or (M, N)."""
    centers = centers.copy()
    moving = np.arange(len(centers))
    for _ in range(4):
        x, y, far = _ways(rims, centers[moving])
        chosen = _belongs(rims, centers[moving], radius, px_per_mm, p) & (usable if usable.ndim == 1 else usable[moving])
        w = rims.weight * chosen
        off = w * (far - radius)
        far = np.maximum(far, 1e-9)
        x, y = x / far, y / far
        keep = 0.02 * w.sum(axis=1)
        a, b, c = (w * x * x).sum(axis=1) + keep, (w * x * y).sum(axis=1), (w * y * y).sum(axis=1) + keep
        u, v = (x * off).sum(axis=1), (y * off).sum(axis=1)
        area = np.maximum(a * c - b * b, 1e-12)
        step = np.clip(np.stack([c * u - b * v, a * v - b * u], axis=1) / area[:, None], -0.3 * radius, 0.3 * radius)
        step[chosen.sum(axis=1) < 4] = 0
        centers[moving] += step
        moving = moving[np.abs(step).max(axis=1) >= 0.02 * px_per_mm]
        if not len(moving):
            break
    return centers


_GRID = np.stack(np.meshgrid(np.linspace(-0.94, 0.94, 17), np.linspace(-0.94, 0.94, 17)), axis=-1).reshape(-1, 2)
_DISC = _GRID[np.hypot(_GRID[:, 0], _GRID[:, 1]) < 0.95]
_AROUND = np.stack([np.cos(np.arange(72) * np.pi / 36), np.sin(np.arange(72) * np.pi / 36)], axis=1)


def _sampled(picture: NDArray[Any], xy: Floats) -> NDArray[Any]:
    """Nearest pixels, zero beyond the rim."""
    c = np.round(xy).astype(int)
    inside = (c[..., 0] >= 0) & (c[..., 1] >= 0) & (c[..., 0] < picture.shape[1]) & (c[..., 1] < picture.shape[0])
    c = np.clip(c, 0, [picture.shape[1] - 1, picture.shape[0] - 1])
    return np.where(inside, picture[c[..., 1], c[..., 0]], 0)


@dataclass(eq=False)
class _Candidate:
    center: Floats
    radius: float
    klass: int
    usable: NDArray[np.bool_]
    explains: NDArray[np.bool_]
    fill: float


def _propose(rims: Rims, mask: Mask, label: Labels, radii: Floats, px_per_mm: float, p: DiscParams) -> list[_Candidate]:
    found: list[_Candidate] = []
    size = fitting_size(rims, radii)
    for klass in np.unique(rims.klass):
        own = np.asarray(label == klass, dtype=np.uint8)
        for number, radius in enumerate(radii):
            mine = (rims.klass == klass) & ((size < 0) | (size == number))
            # stickers overlap by half at most as a rule, and each has few false peaks beside it
            most = 10 + round(5 * float(mask.sum()) / (np.pi * radius**2))
            peaks = _candidates(rims, int(klass), float(radius), mask.shape, px_per_mm, most)
            found += _fitting(rims, mine, peaks, float(radius), int(klass), mask, own, px_per_mm, p)
    return found


def _fitting(
    rims: Rims,
    usable: NDArray[np.bool_],
    peaks: Floats,
    radius: float,
    klass: int,
    mask: Mask,
    own: NDArray[np.uint8],
    px_per_mm: float,
    p: DiscParams,
) -> list[_Candidate]:
    """Peaks that, moved into place, explain enough outline and area; of several in one place the highest."""
    centers = _refined(rims, usable, peaks, radius, px_per_mm, p)
    spots = centers[:, None] + radius * _DISC
    fill, same = _sampled(mask, spots).mean(axis=1), _sampled(own, spots).mean(axis=1)
    explains = usable & _belongs(rims, centers, radius, px_per_mm, p)
    arc = explains @ rims.weight
    good = (arc >= p.least_arc * 2 * np.pi * radius) & (fill >= p.least_fill) & (same > 0.2)
    kept: list[int] = []
    for i in np.flatnonzero(good):
        if not kept or np.hypot(*(centers[kept] - centers[i]).T).min() >= 0.08 * radius:
            kept.append(int(i))
    return [_Candidate(centers[i], radius, klass, usable, explains[i], float(fill[i])) for i in kept]


def choose_discs(clump: Clump, rims: Rims, radii_px: Floats, px_per_mm: float, p: DiscParams) -> Discs:
    """The fewest discs of the given radii that explain outline, inner edges and area of a clump."""
    mask = covered(clump, px_per_mm)
    found = _propose(rims, mask, clump.label, radii_px, px_per_mm, p)
    kept = _pruned(_cover(found, rims, mask, p), rims, p)
    settled = _pruned(_apart(_settled(kept, rims, px_per_mm, p), rims, p), rims, p)
    return _measured(settled, rims, mask, px_per_mm, p)


def _apart(kept: list[_Candidate], rims: Rims, p: DiscParams) -> list[_Candidate]:
    """Of two that settled on the same place the one that explains more."""
    order = sorted(range(len(kept)), key=lambda i: -float(rims.weight[kept[i].explains].sum()))
    out: list[_Candidate] = []
    for c in (kept[i] for i in order):
        if all(np.hypot(*(c.center - k.center)) >= 2 * p.apart * min(c.radius, k.radius) for k in out):
            out.append(c)
    return out


def _cover(found: list[_Candidate], rims: Rims, mask: Mask, p: DiscParams) -> list[_Candidate]:
    """Greedy set cover: each time the disc that explains most of the outline and the area that are left, for its
    size.
    """
    kept: list[_Candidate] = []
    if not found:
        return kept
    left, open_area = rims.weight.copy(), mask.astype(np.uint8)
    explains = np.stack([c.explains for c in found]).astype(np.float64)
    centers, radii = np.stack([c.center for c in found]), np.array([c.radius for c in found])
    spots = centers[:, None] + radii[:, None, None] * _DISC
    free = np.ones(len(found), np.bool_)
    while True:
        arc = explains @ left / (2 * np.pi * radii)
        gain = arc + p.area_weight * _sampled(open_area, spots).mean(axis=1)
        gain[~free | (arc < p.least_arc)] = 0
        best = int(np.argmax(gain))
        if gain[best] <= p.least_gain:
            return kept
        kept.append(found[best])
        left[found[best].explains] = 0
        at = (round(centers[best, 0]), round(centers[best, 1]))
        cv2.circle(open_area, at, round(radii[best]), 0, -1)
        apart = np.hypot(*(centers - centers[best]).T)
        free &= apart >= 2 * p.apart * np.minimum(radii, radii[best])


def _pruned(kept: list[_Candidate], rims: Rims, p: DiscParams) -> list[_Candidate]:
    """Without discs that later ones made needless."""
    while len(kept) > 1:
        times = np.sum([c.explains for c in kept], axis=0)
        own = [float(rims.weight[c.explains & (times == 1)].sum()) / (2 * np.pi * c.radius) for c in kept]
        worst = int(np.argmin(own))
        if own[worst] >= 0.6 * p.least_arc:
            break
        kept = kept[:worst] + kept[worst + 1 :]
    return kept


def _settled(kept: list[_Candidate], rims: Rims, px_per_mm: float, p: DiscParams) -> list[_Candidate]:
    """Centres refined on the points that lie nearest to each disc."""
    if not kept:
        return kept
    off = np.stack(
        [np.where(c.explains, np.abs(np.hypot(*(rims.points - c.center).T) - c.radius), np.inf) for c in kept]
    )
    owner = np.where(np.isfinite(off.min(axis=0)), off.argmin(axis=0), -1)
    out = []
    for i, c in enumerate(kept):
        center = _refined(rims, c.usable & (owner == i), c.center[None], c.radius, px_per_mm, p)[0]
        if np.hypot(*(center - c.center)) > 0.25 * c.radius:
            center = c.center
        explains = c.usable & _belongs(rims, center[None], c.radius, px_per_mm, p)[0]
        out.append(_Candidate(center, c.radius, c.klass, c.usable, explains, c.fill))
    return out


def _measured(kept: list[_Candidate], rims: Rims, mask: Mask, px_per_mm: float, p: DiscParams) -> Discs:
    if not kept:
        return Discs.none()
    centers = np.stack([c.center for c in kept])
    radii = np.array([c.radius for c in kept])
    times = np.sum([c.explains for c in kept], axis=0)
    arc = np.array([rims.weight[c.explains & ~rims.inner].sum() for c in kept]) / (2 * np.pi * radii)
    own = np.array([rims.weight[c.explains & (times == 1)].sum() for c in kept]) / (2 * np.pi * radii)
    seen = np.array([_seen_share(i, centers, radii, kept[i], rims) for i in range(len(kept))])
    fill = np.array([float(np.mean(_sampled(mask, c.center + c.radius * _DISC))) for c in kept])
    return Discs(
        centers,
        radii,
        np.array([c.klass for c in kept], dtype=np.int64),
        np.minimum(arc, 1),
        np.minimum(own, 1),
        seen,
        fill,
    )


def _seen_share(i: int, centers: Floats, radii: Floats, c: _Candidate, rims: Rims) -> float:
    """Share of the circumference near a rim point of it, or within another disc."""
    spots = centers[i] + radii[i] * _AROUND
    within = np.zeros(len(spots), np.bool_)
    for j in range(len(centers)):
        if j != i:
            within |= np.hypot(*(spots - centers[j]).T) < radii[j]
    way = rims.points[c.explains] - centers[i]
    bins = np.floor((np.degrees(np.arctan2(way[:, 1], way[:, 0])) + 362.5) / 5).astype(int) % 72
    hit = np.zeros(72, np.bool_)
    hit[bins] = True
    hit |= np.roll(hit, 1) & np.roll(hit, -1)
    return float(np.mean(hit | within))
