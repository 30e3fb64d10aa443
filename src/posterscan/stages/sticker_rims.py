"""Rims of stickers: points on the outline of a coloured clump and on thin edges inside it, with how they bend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import measure

from posterscan.stages.sticker_clumps import Clump
from posterscan.stages.sticker_colour import Plane

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
