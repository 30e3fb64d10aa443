"""Cards with colour on them that was not counted: washed out by gloss to near white, or of a shape that no disc explains.

Nothing is counted here. A count that may lack a sticker is marked, for a person sees at once what a threshold misses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.sheet import Mask, View
from posterscan.stages.sticker_colour import Coarse, thick_parts

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FadedParams:
    """saturation: half of what a clump of stickers needs, and at least `over_card` times the card's own median, which a tinted
    light raises. hue_off_deg: from a sticker's hue. rim_mm: of a card that is left out: printed frames, and shadow beside
    outlines. beside_mm: round stickers that were counted, their own blur. least_share: of a sticker's area; thinnest_mm as wide.
    step: in saturation within 2 mm of its edge: a sticker ends at once, the tint that a hand or a shadow throws does not.
    """

    saturation: float = 0.07
    over_card: float = 2.5
    hue_off_deg: float = 20.0
    rim_mm: float = 4.0
    beside_mm: float = 2.0
    least_share: float = 0.3
    thinnest_mm: float = 4.0
    step: float = 0.035


@dataclass(frozen=True)
class UncountedParams:
    """stickers: least and most area of such a spot, in stickers: one that is half hidden, two that lie over each other.
    printed_on: cards on which the same hue shows so are printed with it. hue_off_deg: between spots of one hue.
    """

    stickers: tuple[float, float] = (0.4, 2.0)
    printed_on: int = 3
    hue_off_deg: float = 12.0


def faded_cards(view: View, polygons_mm: Floats, coarse: Coarse, centers_mm: Floats, diameters_mm: Floats, hues_deg: Floats,
                radius_mm: float, params: FadedParams | None = None) -> list[int]:
    """Numbers of the cards (N, 4, 2) that show more of the stickers' hues than the stickers that were counted.

    centers_mm (M, 2), diameters_mm (M,), hues_deg (M,): of the stickers counted; without any nothing is known of their hue.
    radius_mm: of the smallest sticker.
    """
    p = params or FadedParams()
    if not len(hues_deg):
        return []
    scale = view.px_per_mm / coarse.factor
    counted = np.zeros(coarse.saturation.shape, np.uint8)
    for center, across in zip(_coarse_px(view, coarse, centers_mm), diameters_mm, strict=True):
        reach_px = (across / 2 + p.beside_mm) * scale
        cv2.circle(counted, np.round(center * 16).astype(int).tolist(), round(reach_px * 16), 1, -1, shift=4)
    least = p.least_share * np.pi * (radius_mm * scale) ** 2
    found = []
    for i, polygon in enumerate(polygons_mm):
        inner = _inside(view, coarse, polygon, polygons_mm[i + 1:], p.rim_mm * scale)
        if not inner.any():
            continue
        faint = _faint(coarse, inner, counted > 0, hues_deg, p)
        if _ends_at_once(coarse, faint, inner & (counted == 0), least, scale, p):
            found.append(i)
    return found


def uncounted_cards(hues_deg: Sequence[Floats], areas: Sequence[float], cards: Sequence[set[int]],
                    params: UncountedParams | None = None) -> list[int]:
    """Numbers of the cards with a coloured spot of a sticker's size that no disc explains, one of a kind in the photo.

    Per such spot: the hues in it (K,), its area in stickers, and the cards that it lies on.
    """
    p = params or UncountedParams()
    found: set[int] = set()
    for hues, area, where in zip(hues_deg, areas, cards, strict=True):
        alike = set().union(*(other for others, other in zip(hues_deg, cards, strict=True) if _near(hues, others, p.hue_off_deg)))
        if p.stickers[0] <= area <= p.stickers[1] and len(alike) < p.printed_on:
            found |= where
    return sorted(found)


def _near(one: Floats, other: Floats, within_deg: float) -> bool:
    return bool(len(one) and len(other) and (np.abs((one[:, None] - other[None] + 180) % 360 - 180) < within_deg).any())


def _faint(coarse: Coarse, inner: Mask, counted: Mask, hues_deg: Floats, p: FadedParams) -> Mask:
    """What of a card has a sticker's hue, however pale, and no counted sticker on it."""
    usual = float(np.median(coarse.saturation[inner]))
    faint = inner & ~counted & (coarse.saturation > max(p.saturation, p.over_card * usual))
    rows, cols = np.nonzero(faint)
    off = np.abs((coarse.hue_deg[rows, cols][:, None] - hues_deg[None] + 180) % 360 - 180).min(axis=1)
    faint[rows, cols] = off < p.hue_off_deg
    return faint


def _inside(view: View, coarse: Coarse, polygon: Floats, above: Floats, rim_px: float) -> Mask:
    """(h, w) the card without its rim and without the cards that lie on it."""
    mask = np.zeros(coarse.saturation.shape, np.uint8)
    cv2.fillConvexPoly(mask, np.round(_coarse_px(view, coarse, polygon)).astype(np.int32), 1)
    for other in above:
        cv2.fillConvexPoly(mask, np.round(_coarse_px(view, coarse, other)).astype(np.int32), 0)
    side = 2 * round(rim_px) + 1
    return np.asarray(cv2.erode(mask, np.ones((side, side), np.uint8), borderValue=0) > 0)


def _coarse_px(view: View, coarse: Coarse, mm: Floats) -> Floats:
    return np.asarray((view.to_view_px(mm) + 0.5) / coarse.factor - 0.5, np.float64)


def _ends_at_once(coarse: Coarse, faint: Mask, around: Mask, least_px: float, scale: float, p: FadedParams) -> bool:
    """Whether some large part of it has an edge. around: where there is card to compare with."""
    if not faint.any():
        return False
    count, found, stats, _ = cv2.connectedComponentsWithStats(thick_parts(faint, p.thinnest_mm * scale).astype(np.uint8))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(2 * scale) + 1,) * 2)
    for i in range(1, count):
        if stats[i, cv2.CC_STAT_AREA] <= least_px:
            continue
        part = (found == i).astype(np.uint8)
        core = cv2.erode(part, np.ones((3, 3), np.uint8)) > 0
        beside = (cv2.dilate(part, disc) > 0) & ~(cv2.dilate(part, np.ones((3, 3), np.uint8)) > 0) & around
        if core.any() and beside.any() and np.median(coarse.saturation[core]) - np.median(coarse.saturation[beside]) >= p.step:
            return True
    return False
