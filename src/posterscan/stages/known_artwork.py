"""Where a poster without markers lies in a photo, by its artwork; and whether it is that poster at all.

Local features (SIFT, Lowe 2004) of the photo are looked up in the artwork, both ways. A set of pairs that agrees with one plane
(MAGSAC++, Barath 2020) counts as found by its number of false alarms (a contrario: Moisan & Stival 2004): how many such sets pairs
at random would give among all the sets that could be tried. That needs no count tuned to one poster: a plain one with few features
and a busy one are held to the same odds. The set must also spread over the sheet: a logo on two posters is no poster.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from posterscan.geometry import apply_homography
from posterscan.stages.anchors import Anchors

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class KnownArtworkParams:
    """px_per_mm: of the artwork when features are looked for, for a sheet of 841 mm; larger and smaller sheets in proportion, as
    they are seen. long_sides_px: of the photo then, the second where the first does not do. ratio: of distances to the best and the
    second best partner (Lowe). plane_mm: how far from the plane a point may lie: paper waves, lenses bend. odds: log10 of the
    expected number of chance sets as large: one in a hundred million photos. least: pairs, below which no spread can be told.
    cell_share: of the sheet's longer side, a square in which one point is kept, since neighbours share their errors. cells: that
    must be left; 4 would fit any plane, and residuals need three times that. spread: of the sheet's area that their hull covers: a
    title block or a logo is less; also without what lies within patch_share of the longer side of any one of them, since a logo and
    a chance letter far from it span half the sheet. steepest: how much larger the near end may be seen than the far one. sigma_mm:
    of a feature's place, with the paper's waves on top.
    """

    px_per_mm: float = 1.6
    long_sides_px: tuple[int, ...] = (1400, 2400)
    features: int = 8000
    ratio: float = 0.8
    plane_mm: float = 4.0
    odds: float = -8.0
    least: int = 12
    cell_share: float = 0.025
    cells: int = 12
    spread: float = 0.12
    patch_share: float = 0.15
    steepest: float = 6.0
    sigma_mm: float = 0.8


@dataclass(frozen=True, eq=False)
class KnownArtwork:
    """Falsy without anchors; then reason says why: "unlike" (chance would do as well), "little" (a small part of it is seen, or
    it is another poster that shares that part), "mirrored", "two" (it is there twice).

    pairs: that agree. odds: log10 of the number of false alarms. spread: of the sheet that they span.
    """

    anchors: Anchors | None
    reason: str | None = None
    pairs: int = 0
    odds: float = 0.0
    spread: float = 0.0

    def __bool__(self) -> bool:
        return self.anchors is not None


@dataclass(frozen=True, eq=False)
class Features:
    """Places (N, 2) in mm of the sheet or px of the photo, and RootSIFT descriptors (N, 128) (Arandjelovic 2012)."""

    places: Floats
    descriptors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.places)


def find_known_artwork(
    grey: Grey, reference: Grey, size_mm: tuple[float, float], params: KnownArtworkParams | None = None
) -> KnownArtwork:
    """Points of the sheet that the photo shows.

    grey: (H, W) uint8 photo. reference: (h, w) uint8, the whole sheet's artwork of size_mm, any resolution.
    """
    p = params or KnownArtworkParams()
    known = artwork_features(reference, size_mm, p)
    best, coarse = KnownArtwork(None, "unlike"), _seen(grey, p.long_sides_px[0], p)
    for side in p.long_sides_px:
        seen = coarse if side == p.long_sides_px[0] else _seen(grey, side, p)
        found = _placed(seen, known, size_mm, p)
        if found or found.reason == "two":
            return found
        best = found if found.odds < best.odds else best
    in_mirror = _placed(_flipped(coarse, grey.shape[1]), known, size_mm, p)
    return replace(in_mirror, anchors=None, reason="mirrored") if in_mirror else best


def artwork_features(reference: Grey, size_mm: tuple[float, float], params: KnownArtworkParams | None = None) -> Features:
    """What there is to recognise on a sheet; kept for the artwork that was asked about last."""
    p = params or KnownArtworkParams()
    return _known(_Artwork(reference, hashlib.blake2b(np.ascontiguousarray(reference).data).digest()), size_mm, p)


@dataclass(frozen=True)
class _Artwork:
    """A picture that is the same as another one where its digest is."""

    grey: Grey = field(compare=False)
    digest: bytes


@lru_cache(maxsize=2)
def _known(artwork: _Artwork, size_mm: tuple[float, float], p: KnownArtworkParams) -> Features:
    reference = artwork.grey
    px_per_mm = p.px_per_mm * 841.0 / max(size_mm)
    size = (max(8, round(size_mm[0] * px_per_mm)), max(8, round(size_mm[1] * px_per_mm)))
    small = np.asarray(cv2.resize(reference, size, interpolation=cv2.INTER_AREA), np.uint8)
    found = _features(np.asarray(cv2.GaussianBlur(small, (0, 0), 0.6), np.uint8), p)
    return Features((found.places + 0.5) * np.array(size_mm) / np.array(size), found.descriptors)


def _seen(grey: Grey, side: int, p: KnownArtworkParams) -> Features:
    shrink = min(1.0, side / max(grey.shape))
    small = np.asarray(cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    found = _features(small, p)
    return Features((found.places + 0.5) / shrink - 0.5, found.descriptors)


def _features(grey: Grey, p: KnownArtworkParams) -> Features:
    sift = cv2.SIFT_create(nfeatures=p.features, contrastThreshold=0.02)  # type: ignore[attr-defined]
    found, features = sift.detectAndCompute(grey, None)
    if features is None:
        return Features(np.zeros((0, 2)), np.zeros((0, 128), np.float32))
    share = features / np.maximum(features.sum(axis=1, keepdims=True), 1e-6)
    return Features(np.array([f.pt for f in found]), np.sqrt(share).astype(np.float32))


def _flipped(seen: Features, wide: int) -> Features:
    """The features as a mirror shows them. A descriptor is 4 x 4 cells of 8 directions about its own main direction: across that
    the order of the cells is reversed, and the directions turn the other way."""
    cells = seen.descriptors.reshape(-1, 4, 4, 8)[:, ::-1][..., [0, 7, 6, 5, 4, 3, 2, 1]]
    return Features(seen.places * [-1, 1] + [wide - 1, 0], np.ascontiguousarray(cells.reshape(-1, 128)))


def _pairs(one: Features, other: Features, ratio: float) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(K, 2) features of the photo with the one that it is like by a clear lead, and (K,) whether that is so from the other side
    too.

    What repeats on the poster has no lead there; what the poster has once and the photo twice is one-sided.
    """
    if len(one) < 2 or len(other) < 2:
        return np.zeros((0, 2), np.int64), np.zeros(0, np.bool_)
    best, first, second, back = nearest(one.descriptors, other.descriptors)
    clear = np.flatnonzero(first < ratio * second)
    return np.stack([clear, best[clear]], axis=1), back[best[clear]] == clear


def nearest(
    one: NDArray[np.float32], other: NDArray[np.float32], rows: int = 1024
) -> tuple[NDArray[np.int64], Floats, Floats, NDArray[np.int64]]:
    """Per descriptor (N, 128) of one the number of the nearest of the other (M, 128), the distances to that and to the second
    nearest, and (M,) the nearest the other way round.

    RootSIFT descriptors have length 1, so that their products are all it takes: ten times as fast as matching them in a loop.
    """
    best, first, second = np.zeros(len(one), np.int64), np.zeros(len(one)), np.zeros(len(one))
    back, back_like = np.zeros(len(other), np.int64), np.full(len(other), -np.inf, np.float32)
    for start in range(0, len(one), rows):
        like = one[start : start + rows] @ other.T
        own = np.arange(len(like))
        column = like.argmax(axis=0)
        nearer = like[column, np.arange(len(other))] > back_like
        back[nearer], back_like[nearer] = column[nearer] + start, like[column, np.arange(len(other))][nearer]
        at = like.argmax(axis=1)
        best[start : start + rows], first[start : start + rows] = at, like[own, at]
        like[own, at] = -np.inf
        second[start : start + rows] = like.max(axis=1)
    return best, np.sqrt(np.maximum(2 - 2 * first, 0)), np.sqrt(np.maximum(2 - 2 * second, 0)), back


def _placed(seen: Features, known: Features, size_mm: tuple[float, float], p: KnownArtworkParams) -> KnownArtwork:
    pairs, mutual = _pairs(seen, known, p.ratio)
    px, mm = seen.places[pairs[:, 0]], known.places[pairs[:, 1]]
    plane, found = _agreeing(px[mutual], mm[mutual], size_mm, p)
    if not found:
        return found
    there = apply_homography(plane, px)
    beside = np.any((there < 0) | (there > np.array(size_mm)), axis=1)  # a second poster in the photo lies beside the first
    second = _agreeing(px[beside], mm[beside], size_mm, p)[1]
    return KnownArtwork(None, "two", found.pairs, found.odds, found.spread) if second else found


def _agreeing(px: Floats, mm: Floats, size_mm: tuple[float, float], p: KnownArtworkParams) -> tuple[Floats, KnownArtwork]:
    """The plane (3, 3, px to mm) that most pairs agree on, and what they say."""
    none = np.eye(3)
    if len(px) < p.least:
        return none, KnownArtwork(None, "unlike", len(px))
    plane_mm = p.plane_mm * max(size_mm) / 841.0
    cv2.setRNGSeed(0)  # the same photo gives the same result
    plane, inside = cv2.findHomography(px, mm, cv2.USAC_MAGSAC, plane_mm, maxIters=20000, confidence=0.9999)
    if plane is None or inside is None or not np.isfinite(plane).all() or np.linalg.det(plane[:2, :2]) <= 0:
        return none, KnownArtwork(None, "unlike")
    to_mm: Floats = np.array(plane, np.float64)
    near = np.linalg.norm(apply_homography(to_mm, px) - mm, axis=1) < plane_mm
    odds = false_alarms(len(px), int(near.sum()), np.pi * plane_mm**2 / (size_mm[0] * size_mm[1]))
    if near.sum() < p.least or odds > p.odds:
        return none, KnownArtwork(None, "unlike", int(near.sum()), odds)
    return to_mm, _spread(to_mm, mm[near], px[near], size_mm, odds, p)


def false_alarms(pairs: int, agreeing: int, chance: float) -> float:
    """log10 of how many sets of so many agreeing pairs are expected among pairs at random (Moisan & Stival 2004, for planes).

    chance: that a pair at random lies near enough to a given plane's place. 0 where four pairs, which fit any plane, are all there
    are.
    """
    if agreeing <= 4:
        return 0.0
    choose = (
        gammaln(pairs + 1)
        - gammaln(agreeing + 1)
        - gammaln(pairs - agreeing + 1)
        + gammaln(agreeing + 1)
        - gammaln(5)
        - gammaln(agreeing - 3)
    ) / np.log(10)
    return float(np.log10(max(pairs - 4, 1)) + choose + (agreeing - 4) * np.log10(chance))


def _spread(
    plane: Floats, mm: Floats, px: Floats, size_mm: tuple[float, float], odds: float, p: KnownArtworkParams
) -> KnownArtwork:
    """One point per cell, where they are enough and lie far enough apart; the plane must be one that a camera can see."""
    cell = p.cell_share * max(size_mm)
    off = np.linalg.norm(apply_homography(plane, px) - mm, axis=1)
    best: dict[tuple[int, int], int] = {}
    for i in np.argsort(off):
        best.setdefault((int(mm[i, 0] // cell), int(mm[i, 1] // cell)), int(i))
    chosen = np.array(sorted(best.values()))
    hull = _hull_without_a_patch(mm[chosen], p.patch_share * max(size_mm)) / (size_mm[0] * size_mm[1])
    little = KnownArtwork(None, "little", len(mm), odds, hull)
    if len(chosen) < p.cells or hull < p.spread:
        return little
    try:
        px_per_mm = _scales(np.asarray(np.linalg.inv(plane), np.float64), mm[chosen])
    except np.linalg.LinAlgError:
        return little
    if px_per_mm.max() > p.steepest * px_per_mm.min():
        return KnownArtwork(None, "unlike", len(mm), odds, hull)
    return KnownArtwork(Anchors(mm[chosen], px[chosen], px_per_mm * p.sigma_mm), None, len(mm), odds, hull)


def _hull_without_a_patch(mm: Floats, reach_mm: float) -> float:
    """Area in mm2 of the hull of points (N, 2) that is left, whichever patch of that radius is taken out."""
    away = np.linalg.norm(mm[:, None] - mm, axis=2) > reach_mm
    return min(float(cv2.contourArea(cv2.convexHull(mm[rest].astype(np.float32)))) if rest.sum() > 2 else 0.0 for rest in away)


def _scales(to_px: Floats, mm: Floats) -> Floats:
    """(N,) px per mm at points of the sheet: square root of the area that a square mm covers."""
    across, down = (apply_homography(to_px, mm + step) - apply_homography(to_px, mm - step) for step in ([0.5, 0], [0, 0.5]))
    return np.asarray(np.sqrt(np.abs(across[:, 0] * down[:, 1] - across[:, 1] * down[:, 0])))
