"""Discs that explain a coloured clump: arcs of its outline vote for centres, and the fewest discs that cover outline
and area are kept.

Votes along the normals follow Kimme, Ballard & Sklansky 1975; the choice is greedy set cover over pieces of outline,
refined by least
squares. Two stickers of one colour that overlap show themselves by two bows of one outline; only where the outline
says nothing
(a sticker inside a heap) do edges inside the colour decide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import measure

from posterscan.sheet import Mask
from posterscan.stages.sticker_colour import Clump, Labels, Plane, covered

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DiscParams:
    """How discs are fitted; lengths in mm, shares of a disc's circumference or area."""

    step_mm: float = 0.5  # between outline points: about the blur of a rim, so that neighbours are nearly independent
    off_mm: float = 0.45  # an outline point belongs to a disc within this: lifted paper bends rims by so much
    off_share: float = 0.05  # and this share of the radius: height above the sheet changes scale
    turn_deg: float = 28.0  # between outline and disc: what noise does to a normal at two pixels of blur
    least_arc: float = 0.10  # of the circumference that only this disc explains; less happens by chance on a bar's end
    area_weight: float = 0.5  # of a share of area that no other disc covers, against one of circumference
    least_gain: float = 0.28  # of both, for one more disc
    least_fill: float = 0.86  # of the disc that is coloured; pen marks and gloss at the rim take up to a tenth
    apart: float = 0.22  # of the diameter: centres nearer than this are one sticker
    inner_weight: float = 0.6  # of an edge inside one colour, against one of the outline
    inner_sigmas: float = 4.0  # of the noise, for an edge inside one colour
    windows_mm: tuple[float, float] = (7.0, 14.0)  # pieces of outline that a radius is measured on
    straight_mm: float = (
        16.0  # radius: the largest sticker has 9.5 mm, noise over the short window makes it up to half more
    )
    rest_mm: float = 0.15  # rms of such a piece about its circle: noise of a rim
    supported: float = 0.6  # of the circumference: outline, inner edge, or within another disc


@dataclass(frozen=True, eq=False)
class Rims:
    """Points of outlines (N, 2) in window px with outward unit normals; weight (N,); klass (N,) of colour; inner (N,)
    bool.

    Inner points lie on edges inside one colour: either side of their normal may be the disc's. bend_px (N, 2): radius
    of the outline
    over a short and a long window, inf where it is straight, hollow or no circle.
    """

    points: Floats
    normals: Floats
    weight: Floats
    klass: NDArray[np.int64]
    inner: NDArray[np.bool_]
    bend_px: Floats

    @classmethod
    def none(cls) -> Rims:
        e = np.zeros(0)
        return cls(
            np.zeros((0, 2)), np.zeros((0, 2)), e, np.zeros(0, np.int64), np.zeros(0, np.bool_), np.zeros((0, 2))
        )


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


def outline_points(clump: Clump, px_per_mm: float, p: DiscParams) -> Rims:
    """Points every step on the outline of each colour of a clump; none where a bar was cut away or the photo ends."""
    soft, label = clump.soft, clump.label
    cut = cv2.dilate(clump.cut_away.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    genuine = clump.valid & ~cut
    points, normals, weights, klass, bends = [], [], [], [], []
    for k in np.unique(label[label >= 0]):
        plane = np.where(label == k, soft, 0).astype(np.float32)
        if (plane > 0.5).sum() < 4 * px_per_mm**2:
            continue
        plane = np.asarray(cv2.GaussianBlur(plane, (0, 0), 0.15 * px_per_mm), dtype=np.float32)
        broad = cv2.GaussianBlur(plane, (0, 0), 0.25 * px_per_mm)
        gx, gy = cv2.Sobel(broad, cv2.CV_32F, 1, 0), cv2.Sobel(broad, cv2.CV_32F, 0, 1)
        for curve in _contours(plane):
            xy, step = _every(curve[:, ::-1], p.step_mm * px_per_mm)
            if not len(xy):
                continue
            c = np.round(xy).astype(int)
            n = -np.stack([gx[c[:, 1], c[:, 0]], gy[c[:, 1], c[:, 0]]], axis=1)
            size = np.linalg.norm(n, axis=1)
            fine = (size > 1e-6) & genuine[c[:, 1], c[:, 0]]
            unit = n / np.maximum(size, 1e-6)[:, None]
            bends.append(np.stack([_bend(xy, unit, w, px_per_mm, p) for w in p.windows_mm], axis=1)[fine])
            points.append(xy[fine])
            normals.append(unit[fine])
            weights.append(np.full(int(fine.sum()), step))
            klass.append(np.full(int(fine.sum()), k))
    if not points:
        return Rims.none()
    count = sum(map(len, points))
    return Rims(
        np.concatenate(points),
        np.concatenate(normals).astype(np.float64),
        np.concatenate(weights),
        np.concatenate(klass).astype(np.int64),
        np.zeros(count, np.bool_),
        np.concatenate(bends),
    )


def _bend(xy: Floats, unit: Floats, window_mm: float, px_per_mm: float, p: DiscParams) -> Floats:
    """(N,) radius in px of circles through windows of an outline (Kåsa 1976); inf: straight; nan: hollow or no
    circle.
    """
    half = min(max(2, round(window_mm / p.step_mm / 2)), (len(xy) - 1) // 2)
    at = (np.arange(len(xy))[:, None] + np.arange(-half, half + 1)[None]) % len(xy)
    x, y = xy[:, 0][at], xy[:, 1][at]
    jump = (np.diff(x, axis=1) ** 2 + np.diff(y, axis=1) ** 2).max(axis=1) > (3 * p.step_mm * px_per_mm) ** 2
    x -= x.mean(axis=1, keepdims=True)
    y -= y.mean(axis=1, keepdims=True)
    xx, yy = x * x, y * y
    square = xx + yy
    a, b, c = xx.sum(axis=1) + 1e-9, (x * y).sum(axis=1), yy.sum(axis=1) + 1e-9
    u, v = (x * square).sum(axis=1) / 2, (y * square).sum(axis=1) / 2
    area = a * c - b * b
    cx, cy = (c * u - b * v) / area, (a * v - b * u) / area  # the normal equations of two unknowns
    radius = np.sqrt(square.mean(axis=1) + cx**2 + cy**2)
    x -= cx[:, None]
    y -= cy[:, None]
    rest = np.sqrt(np.mean((np.sqrt(x * x + y * y) - radius[:, None]) ** 2, axis=1))
    hollow = (x * unit[:, 0][at] + y * unit[:, 1][at]).mean(axis=1) < 0
    round_one = np.where(hollow, np.nan, radius)
    whole = np.where(radius > p.straight_mm * px_per_mm, np.inf, round_one)
    return np.asarray(np.where(jump | (rest > p.rest_mm * px_per_mm), np.nan, whole))


def _contours(plane: Plane) -> list[Floats]:
    """Lines (N, 2) of rows and columns where a picture crosses one half."""
    find: Callable[[Plane, float], list[Floats]] = measure.find_contours  # typed here: the package isn't
    return find(plane, 0.5)


def _every(curve: Floats, step: float) -> tuple[Floats, float]:
    """Points at about even steps along a polyline, and the step."""
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])
    count = round(lengths[-1] / step)
    if count < 6:
        return np.zeros((0, 2)), step
    at = (np.arange(count) + 0.5) * lengths[-1] / count
    return np.stack([np.interp(at, lengths, curve[:, i]) for i in (0, 1)], axis=1), float(lengths[-1] / count)


def inner_points(clump: Clump, px_per_mm: float, p: DiscParams) -> Rims:
    """Points on thin edges inside one colour: where a sticker lies on another one of the same colour."""
    inside = (clump.soft > 0.8) & (clump.label >= 0)
    inside &= ~(cv2.dilate((clump.mark | clump.glare).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)
    same = cv2.morphologyEx(clump.label.astype(np.float32), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) == 0
    margin = max(1, round(0.9 * px_per_mm)) * 2 + 1  # mm: beyond the slope of the outline itself
    deep = (
        cv2.erode((inside & same).astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (margin, margin))) > 0
    )
    if deep.sum() < 4 * px_per_mm**2:
        return Rims.none()
    rho = cv2.GaussianBlur(np.sqrt(np.maximum(clump.rho, 0)), (0, 0), 0.3 * px_per_mm)
    gx, gy = cv2.Sobel(rho, cv2.CV_32F, 1, 0), cv2.Sobel(rho, cv2.CV_32F, 0, 1)
    spread = 1.5 * np.median(np.hypot(gx, gy)[deep], axis=0) + 1e-6  # Rayleigh: median is 1.18 sigma
    best = np.argmax(np.hypot(gx, gy) / spread, axis=-1)[..., None]
    sx = np.take_along_axis(gx / spread, best, -1)[..., 0]
    sy = np.take_along_axis(gy / spread, best, -1)[..., 0]
    size = np.hypot(sx, sy)
    # only the crest across the edge
    rows, cols = np.nonzero(deep & (size > p.inner_sigmas / 1.27))
    if not len(rows):
        return Rims.none()
    n = np.stack([sx[rows, cols], sy[rows, cols]], axis=1).astype(np.float64) / size[rows, cols, None]
    at = np.stack([cols, rows], axis=1)
    ahead, behind = (
        np.clip(np.round(at + s * n).astype(int), 0, [size.shape[1] - 1, size.shape[0] - 1]) for s in (1, -1)
    )
    mine = size[rows, cols]
    crest = (mine >= size[ahead[:, 1], ahead[:, 0]]) & (mine >= size[behind[:, 1], behind[:, 0]])
    # about one point a pixel along the crest
    weight = np.full(int(crest.sum()), 0.85 * p.inner_weight)
    return Rims(
        at[crest].astype(np.float64),
        n[crest],
        weight,
        clump.label[rows, cols][crest].astype(np.int64),
        np.ones(int(crest.sum()), np.bool_),
        np.full((int(crest.sum()), 2), np.nan),
    )


def joined(a: Rims, b: Rims) -> Rims:
    """Both sets of points."""
    return Rims(
        np.concatenate([a.points, b.points]),
        np.concatenate([a.normals, b.normals]),
        np.concatenate([a.weight, b.weight]),
        np.concatenate([a.klass, b.klass]),
        np.concatenate([a.inner, b.inner]),
        np.concatenate([a.bend_px, b.bend_px]),
    )


def without_straight(rims: Rims) -> Rims:
    """Straight pieces of outline weigh nothing: bars, fingers and edges of paper have them, stickers don't."""
    return replace(rims, weight=np.where(np.isinf(rims.bend_px[:, 0]), 0.0, rims.weight))


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
