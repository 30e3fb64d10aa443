"""Where a close-up lies on a poster that another photo of the same table shows whole, where its own markers are too few.

Local features (SIFT, Lowe 2004) of the close-up are looked up in the other photo's rectified picture: print, cards and writing
alike. What agrees with one plane (MAGSAC++, Barath 2020) becomes points of known place, beside the markers that there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import apply_homography
from posterscan.sheet import View
from posterscan.stages.anchors import Anchors

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RegisterParams:
    """px_per_mm: of the rectified picture when features are looked for. long_side_px: of the photo then (a close-up of three
    quarters of the sheet at the same scale); at one and a half times both as many points agree, and it takes twice the time.
    ratio: of distances to the best and to the second best partner (Lowe). plane_mm: how far from the plane a point may lie:
    paper waves, and cards lie above it. least: points that agree; chance finds a dozen at most. spread: of the photo's area
    that their hull covers: a single card would fix the plane badly. cell_mm: one point is kept per cell, since neighbours
    share their errors. cells: that must be left, and steepest: how much larger the near end of the sheet may be seen than
    the far one; a false plane folds everything onto a few points. sigma_mm: how well the other photo knows a place of the
    sheet, the height of cards included.
    """

    px_per_mm: float = 1.6
    long_side_px: int = 1000
    features: int = 6000
    ratio: float = 0.8
    plane_mm: float = 4.0
    least: int = 40
    spread: float = 0.15
    cell_mm: float = 20.0
    cells: int = 20
    steepest: float = 4.0
    sigma_mm: float = 0.6


def find_anchors(grey: Grey, view: View, params: RegisterParams | None = None) -> Anchors | None:
    """Points of the sheet that the photo shows, None where it does not fit the rectified picture.

    grey: (H, W) uint8 photo. view: of the whole sheet, from another photo of the same table.
    """
    p = params or RegisterParams()
    shrink = min(1.0, p.long_side_px / max(grey.shape))
    small = np.asarray(cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    photo_px, photo_features = _features(small, None, p)
    known_mm, known_features = _known(view, p)
    pairs = _pairs(photo_features, known_features, p.ratio)
    if len(pairs) < p.least:
        return None
    px, mm = (photo_px[pairs[:, 0]] + 0.5) / shrink - 0.5, known_mm[pairs[:, 1]]
    return _agreeing(mm, px, (grey.shape[1], grey.shape[0]), p)


def _features(grey: Grey, mask: Grey | None, p: RegisterParams) -> tuple[Floats, NDArray[np.float32]]:
    """Places (N, 2) in px and RootSIFT descriptors (N, 128) (Arandjelovic 2012)."""
    found, features = cv2.SIFT_create(nfeatures=p.features).detectAndCompute(grey, mask)  # type: ignore[attr-defined]
    if features is None:
        return np.zeros((0, 2)), np.zeros((0, 128), np.float32)
    share = features / np.maximum(features.sum(axis=1, keepdims=True), 1e-6)
    return np.array([f.pt for f in found]), np.sqrt(share).astype(np.float32)


def _known(view: View, p: RegisterParams) -> tuple[Floats, NDArray[np.float32]]:
    scale = p.px_per_mm / view.px_per_mm
    grey = np.asarray(cv2.cvtColor(view.rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    seen = cv2.resize(view.valid.astype(np.uint8) * 255, small.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    px, features = _features(np.asarray(small, np.uint8), np.asarray(seen, np.uint8), p)
    return view.to_mm((px + 0.5) / scale - 0.5) if len(px) else px, features


def _pairs(one: NDArray[np.float32], other: NDArray[np.float32], ratio: float) -> NDArray[np.int64]:
    """(K, 2) numbers of features that are each other's best partner by a clear lead."""
    if len(one) < 2 or len(other) < 2:
        return np.zeros((0, 2), np.int64)
    found = cv2.BFMatcher(cv2.NORM_L2).knnMatch(one, other, k=2)
    return np.array([(a.queryIdx, a.trainIdx) for a, b in found if a.distance < ratio * b.distance], np.int64).reshape(-1, 2)


def _agreeing(mm: Floats, px: Floats, size_px: tuple[int, int], p: RegisterParams) -> Anchors | None:
    """Points on one plane that is seen from its front, thinned; None where they are too few or lie too close together."""
    cv2.setRNGSeed(0)  # the same photos give the same result
    plane, inside = cv2.findHomography(px, mm, cv2.USAC_MAGSAC, p.plane_mm, maxIters=20000, confidence=0.9999)
    if plane is None or inside is None or int(inside.sum()) < p.least or np.linalg.det(plane[:2, :2]) <= 0:
        return None
    keep = np.flatnonzero(inside.ravel())
    hull = cv2.convexHull(px[keep].astype(np.float32))
    if cv2.contourArea(hull) < p.spread * size_px[0] * size_px[1]:
        return None
    off = np.linalg.norm(apply_homography(plane, px[keep]) - mm[keep], axis=1)
    best: dict[tuple[int, int], int] = {}
    for i in np.argsort(off):
        x, y = mm[keep[i]] // p.cell_mm
        best.setdefault((int(x), int(y)), int(keep[i]))
    chosen = np.array(sorted(best.values()))
    try:
        px_per_mm = _scales(np.asarray(np.linalg.inv(plane), np.float64), mm[chosen])
    except np.linalg.LinAlgError:  # everything on one line
        return None
    if len(chosen) < p.cells or px_per_mm.max() > p.steepest * px_per_mm.min():
        return None
    return Anchors(mm[chosen], px[chosen], px_per_mm * p.sigma_mm)


def _scales(to_px: Floats, mm: Floats) -> Floats:
    """(N,) px per mm at points of the sheet: square root of the area that a square mm covers."""
    across, down = (apply_homography(to_px, mm + step) - apply_homography(to_px, mm - step) for step in ([0.5, 0], [0, 0.5]))
    return np.asarray(np.sqrt(np.abs(across[:, 0] * down[:, 1] - across[:, 1] * down[:, 0])))
