"""Coloured clumps cut out at full resolution: soft masks, colour classes, holes of ink and gloss, narrow parts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.sheet import Mask, View
from posterscan.stages.sticker_colour import Coarse, ColourParams, Labels, Plane, class_of, linear, opponents, total


@dataclass(frozen=True, eq=False)
class Clump:
    """A coloured region at full resolution. origin_px (x, y): of its window in the view.

    soft (H, W): 0 paper .. 1 sticker. label (H, W): colour class, -1 paper. rho (H, W, 3): linear colour over white.
    glare, mark (H, W): holes filled as gloss or as ink. hues_deg: of the classes. valid (H, W): within the photo.
    cut_away (H, W): coloured, but too narrow for a sticker.
    """

    origin_px: tuple[int, int]
    soft: Plane
    label: Labels
    rho: Plane
    glare: Mask
    mark: Mask
    valid: Mask
    cut_away: Mask


def cut_clump(
    view: View,
    coarse: Coarse,
    parts: Labels,
    part: int,
    box: tuple[int, int, int, int],
    hues_deg: NDArray[np.float64],
    p: ColourParams,
) -> Clump:
    """One coloured region in full resolution.

    parts: (h, w) numbers of the regions at coarse scale, 0 between them; box: x, y, width, height of region `part`
    there.
    """
    f = coarse.factor
    pad = int(np.ceil(p.pad_mm * view.px_per_mm / f))
    x0, y0 = max(0, box[0] - pad), max(0, box[1] - pad)
    x1, y1 = min(parts.shape[1], box[0] + box[2] + pad), min(parts.shape[0], box[1] + box[3] + pad)
    window = np.s_[y0 * f : y1 * f, x0 * f : x1 * f]
    size = ((x1 - x0) * f, (y1 - y0) * f)
    white = cv2.resize(coarse.white[y0:y1, x0:x1], size, interpolation=cv2.INTER_LINEAR)
    rho = np.asarray(linear(view.rgb[window]) / white, dtype=np.float32)
    o = opponents(rho)
    near = parts[y0:y1, x0:x1] == part
    paper = ~cv2.dilate(coarse.coloured[y0:y1, x0:x1].astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    small = np.asarray(cv2.resize(o, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA), dtype=np.float32)
    plain = np.median(cv2.resize(rho, paper.shape[::-1], interpolation=cv2.INTER_AREA)[paper], axis=0) if paper.sum() > 10 else 1.0
    below_paper = np.asarray(plain - rho, dtype=np.float32)
    if paper.sum() > 10:
        o = o - np.median(small[paper], axis=0).astype(np.float32)
    smooth = np.asarray(cv2.GaussianBlur(o, (0, 0), 0.25 * view.px_per_mm), dtype=np.float32)
    label = _labelled(smooth, hues_deg, view.px_per_mm)
    small_label = class_of(coarse.hue_deg[y0:y1, x0:x1], hues_deg)
    soft = np.minimum(_membership(o, small, label, small_label, near, hues_deg, f, view.px_per_mm),
                      _darkness(below_paper, label, small_label, near, len(hues_deg), f, view.px_per_mm))
    soft = np.where(_nearest_to(parts[y0:y1, x0:x1], part, size), soft, np.float32(0))
    return _filled((x0 * f, y0 * f), soft, label, rho, view.valid[window], view.px_per_mm)


def _nearest_to(parts: Labels, part: int, size: tuple[int, int]) -> Mask:
    """(H, W) what lies nearer to this region than to any other, and not far from it: lines and letters beside it
    are left out.
    """
    own = cv2.distanceTransform((parts != part).astype(np.uint8), cv2.DIST_L2, 3)
    other = cv2.distanceTransform(((parts == part) | (parts == 0)).astype(np.uint8), cv2.DIST_L2, 3)
    wins = np.clip(own - other, -9, 9) if ((parts != part) & (parts != 0)).any() else np.full_like(own, -9)
    beyond = cv2.resize(
        np.maximum(wins, own - 2.5), size, interpolation=cv2.INTER_LINEAR
    )  # coarse px: the rim, and a pixel
    return np.asarray(beyond < 0)


def _labelled(o: Plane, hues_deg: NDArray[np.float64], px_per_mm: float) -> Labels:
    """(H, W) class of each pixel; on rims, where hue is a mixture, that of the nearest fully coloured pixel."""
    label = class_of(np.degrees(np.arctan2(o[..., 1], o[..., 0])), hues_deg)
    if len(hues_deg) < 2:
        return label
    size = np.hypot(o[..., 0], o[..., 1])
    reach = round(1.2 * px_per_mm) * 2 + 1  # mm: a rim's slope from 0 to 1
    full = size > np.maximum(
        0.75 * cv2.dilate(size, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))), 0.05
    )
    if not full.any():
        return label
    _, nearest = cv2.distanceTransformWithLabels(
        (~full).astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    of_spot = np.zeros(int(nearest.max()) + 1, np.int32)
    of_spot[nearest[full]] = label[full]
    return np.asarray(of_spot[nearest], dtype=np.int32)


def _membership(
    o: Plane,
    small: Plane,
    label: Labels,
    small_label: Labels,
    core: Mask,
    hues_deg: NDArray[np.float64],
    factor: int,
    px_per_mm: float,
) -> Plane:
    """(H, W) share of sticker in each pixel: its opponent value over that of the sticker's own inside nearby."""
    inner = cv2.erode(core.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    soft = np.zeros(o.shape[:2], np.float32)
    reach = 4.0 * px_per_mm / factor  # mm: light changes little over half a sticker
    for k, hue in enumerate(hues_deg):
        mine = inner & (small_label == k)
        if mine.sum() < 4:
            continue
        way = np.array([np.cos(np.radians(hue)), np.sin(np.radians(hue))], np.float32)
        level = small @ way
        weight = cv2.GaussianBlur(mine.astype(np.float32), (0, 0), reach)
        whole = float(np.median(level[mine]))
        usual = (cv2.GaussianBlur(np.where(mine, level, 0).astype(np.float32), (0, 0), reach) + 1e-3 * whole) / (
            weight + 1e-3
        )
        full = cv2.resize(
            np.maximum(usual, 0.02).astype(np.float32), (o.shape[1], o.shape[0]), interpolation=cv2.INTER_LINEAR
        )
        soft = np.where(label == k, np.clip(o @ way / full, 0, 1.2), soft)
    return np.asarray(cv2.GaussianBlur(soft, (0, 0), 0.2 * px_per_mm), dtype=np.float32)


def _darkness(below_paper: Plane, label: Labels, small_label: Labels, core: Mask, classes: int, factor: int,
              px_per_mm: float) -> Plane:
    """(H, W) share of sticker in each pixel: how far from paper (H, W, 3: paper less what is seen) towards the sticker's own
    inside nearby.

    Photos hold colour at half the resolution of light. A dark sticker's colour is spread onto the bright paper round it, where
    as much of it weighs more than inside; light is not spread, and says where the rim is.
    """
    small = np.asarray(cv2.resize(below_paper, core.shape[::-1], interpolation=cv2.INTER_AREA), np.float32)
    inner = cv2.erode(core.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    share = np.zeros(below_paper.shape[:2], np.float32)
    reach = 4.0 * px_per_mm / factor
    for k in range(classes):
        mine = inner & (small_label == k)
        if mine.sum() < 4:
            continue
        usual = np.median(small[mine], axis=0)
        weight = cv2.GaussianBlur(mine.astype(np.float32), (0, 0), reach)[..., None]
        inside = cv2.GaussianBlur(np.where(mine[..., None], small, 0).astype(np.float32), (0, 0), reach)
        own = (inside + 1e-3 * usual) / (weight + 1e-3)
        full = cv2.resize(own.astype(np.float32), share.shape[::-1], interpolation=cv2.INTER_LINEAR)
        length = np.maximum(np.einsum("ijk,ijk->ij", full, full), np.float32(1e-3))
        share = np.where(label == k, np.clip(np.einsum("ijk,ijk->ij", below_paper, full) / length, 0, 1.2), share)
    return np.asarray(cv2.GaussianBlur(share, (0, 0), 0.2 * px_per_mm), dtype=np.float32)


def _filled(origin: tuple[int, int], soft: Plane, label: Labels, rho: Plane, valid: Mask, px_per_mm: float) -> Clump:
    """Fills holes that are ink (dark) or gloss (brighter than paper); gaps between stickers show paper and stay."""
    mask = soft > 0.5
    count, parts, stats, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8), connectivity=4)
    glare, mark = np.zeros_like(mask), np.zeros_like(mask)
    grey = np.asarray(total(rho) / 3, dtype=np.float32)
    high, wide = mask.shape
    for i in range(1, count):
        x, y, w, h, area = stats[i]
        if x == 0 or y == 0 or x + w == wide or y + h == high or area > 120 * px_per_mm**2:
            continue
        part = np.s_[y : y + h, x : x + w]
        hole = parts[part] == i
        level = float(np.median(grey[part][hole]))
        if level < 0.55:  # ink; a gap between stickers shows paper, darkened by blur at most to the mean of both
            mark[part] |= hole
        elif level > 1.1 or area < 0.5 * px_per_mm**2:  # brighter than paper
            glare[part] |= hole
    filled = np.where(mark | glare, np.float32(1), soft)
    shown = np.where(mask | mark | glare, _spread(label, mask, mark | glare), -1).astype(np.int32)
    return Clump(origin, np.asarray(filled, dtype=np.float32), shown, rho, glare, mark, valid, np.zeros_like(mask))


def covered(clump: Clump, px_per_mm: float) -> Mask:
    """(H, W) where stickers lie, seams between two colours included: there the mixture is as grey as paper."""
    several = len(np.unique(clump.label[clump.label >= 0])) > 1
    size = (
        round((1.2 if several else 0.7) * px_per_mm) * 2 + 1
    )  # mm: the slopes of two rims, or half of one on either side
    rim = cv2.copyMakeBorder((clump.label >= 0).astype(np.uint8), size, size, size, size, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(rim, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    return np.asarray(closed[size:-size, size:-size] > 0)


def opened(mask: Mask, radius_px: float) -> NDArray[np.uint8]:
    """(H, W) 0 or 1: what discs of a radius cover that lie wholly within a mask; beyond the window counts as
    outside.
    """
    core = inside_by(mask) > radius_px
    far = cv2.distanceTransform((~core).astype(np.uint8), cv2.DIST_L2, 5) if core.any() else np.full(mask.shape, np.inf)
    return np.asarray(far <= radius_px, dtype=np.uint8)


def inside_by(mask: Mask) -> Plane:
    """(H, W) distance in px to the nearest pixel outside a mask."""
    rim = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(cv2.distanceTransform(rim, cv2.DIST_L2, 5)[1:-1, 1:-1], dtype=np.float32)


def without_narrow(clump: Clump, width_px: float, px_per_mm: float) -> Clump:
    """The clump without what is narrower than width_px: printed bars that a sticker lies on. Unions of larger
    discs stay as they are.
    """
    wide = opened(covered(clump, px_per_mm), width_px / 2)
    near = cv2.dilate(wide, np.ones((5, 5), np.uint8)) > 0  # the soft rim, and a pixel of opening
    lost = ((clump.label >= 0) & ~near).astype(np.uint8)
    bar = cv2.morphologyEx(
        lost, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    )  # not just a ragged rim
    return replace(
        clump,
        cut_away=bar > 0,
        soft=np.where(near, clump.soft, np.float32(0)),
        label=np.where(near, clump.label, -1).astype(np.int32),
    )


def _spread(label: Labels, mask: Mask, holes: Mask) -> Labels:
    """Holes take the class that is commonest around them."""
    if not holes.any():
        return label
    out = label.copy()
    count, parts, stats, _ = cv2.connectedComponentsWithStats(holes.astype(np.uint8), connectivity=8)
    for i in range(1, count):
        x, y, w, h, _ = stats[i]
        part = np.s_[max(0, y - 2) : y + h + 2, max(0, x - 2) : x + w + 2]
        hole = parts[part] == i
        rim = (cv2.dilate(hole.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0) & mask[part]
        if rim.any():
            out[part][hole] = np.bincount(label[part][rim]).argmax()
    return out
