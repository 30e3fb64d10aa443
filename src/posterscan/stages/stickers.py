"""Finds round stickers on cards and on the poster, counts them per card, and says where a count is in doubt.

Clumps of saturated colour are found at reduced scale, their outlines are explained by discs of the photo's own
diameter (or two), and
area and discs are held against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import as_points
from posterscan.layout import Layout
from posterscan.palette import palette_of
from posterscan.sheet import Image, Mask, View
from posterscan.stages.sticker_clumps import Clump, covered, cut_clump, inside_by, without_narrow
from posterscan.stages.sticker_colour import Coarse, ColourParams, hue_classes, look_coarsely, thick_parts
from posterscan.stages.sticker_discs import Discs, choose_discs
from posterscan.stages.sticker_leftovers import faded_cards, uncounted_cards
from posterscan.stages.sticker_names import colour_of
from posterscan.stages.sticker_rims import DiscParams, Rims, inner_points, joined, outline_points, without_straight
from posterscan.stages.sticker_sizes import SizeParams, as_expected, estimate_diameters, of_free_discs
from posterscan.stages.sticker_trust import (
    DOUBT_NAMES,
    Doubt,
    TrustParams,
    believable,
    chroma_of,
    clear_discs,
    doubt_of,
    reasons_of,
    refused_discs,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FindStickersParams:
    """diameters_mm: of the stickers where known, else estimated from the photo."""

    diameters_mm: tuple[float, ...] | None = None
    narrow_share: float = 0.6  # of the smallest diameter: what is narrower is no sticker, and no sticker loses by it
    largest_clump_mm2: float = 9000.0  # larger than two cards: not stickers but a hand or a zone
    sizes: SizeParams = field(default_factory=SizeParams)
    colour: ColourParams = field(default_factory=ColourParams)
    discs: DiscParams = field(default_factory=DiscParams)
    trust: TrustParams = field(default_factory=TrustParams)


@dataclass(frozen=True, eq=False)
class Stickers:
    """M stickers on N cards. card (M,): index of the card it counts for, -1 for a loose one. colours: Dutch names;
    linear_rgb (M, 3): what they are made of, over white, nan where it is not known.

    count (N,), count_confidence (N,), reasons: codes per card. clump (M,): which clump it belongs to. uncounted: cards with
    colour that may be a sticker and was not counted; whether that matters hangs on the kind of card. Raw measures: see
    `sticker_features` (M, F) and `clump_features` (C, G), with their names.
    """

    centers_mm: Floats
    diameters_mm: Floats
    colours: tuple[str, ...]
    confidence: Floats
    card: NDArray[np.int64]
    count: NDArray[np.int64]
    count_confidence: Floats
    reasons: tuple[tuple[str, ...], ...]
    photo_diameters_mm: tuple[float, ...]
    clump: NDArray[np.int64]
    sticker_features: Floats
    clump_features: Floats
    uncounted: tuple[int, ...] = ()
    linear_rgb: Floats = field(default_factory=lambda: np.zeros((0, 3)))
    sticker_feature_names: tuple[str, ...] = ("arc", "own", "seen", "fill")
    clump_feature_names: tuple[str, ...] = DOUBT_NAMES

    @property
    def sizes_mm(self) -> tuple[float, ...]:
        """The photo's sticker diameters, one or two."""
        return self.photo_diameters_mm


@dataclass(frozen=True, eq=False)
class _Seen:
    clump: Clump
    rims: Rims
    discs: Discs
    hues_deg: Floats


def find_stickers(
    view: View,
    polygons_mm: Floats,
    reference: Image | None,
    layout: Layout | None = None,
    diameter_mm: float | None = None,
    params: FindStickersParams | None = None,
    expected_mm: float | None = None,
) -> Stickers:
    """Finds stickers on a view of the whole sheet.

    polygons_mm: (N, 4, 2) outlines of cards, the later ones on top. reference: (h, w, 3) artwork of the whole sheet,
    or None.
    layout: its markers are no places for stickers. diameter_mm: of the stickers where known, else estimated.
    expected_mm: the size that was to be used: it holds where the estimate is near it, or where there is none.
    """
    p = params or FindStickersParams()
    if diameter_mm is not None:
        p = replace(p, diameters_mm=(diameter_mm,))
    polygons = np.asarray(polygons_mm, dtype=np.float64).reshape(-1, 4, 2)
    coarse = look_coarsely(view, polygons, reference, p.colour)
    clumps = _clumps(view, coarse, p)
    outlines = [outline_points(c, view.px_per_mm, p.discs) for c, _ in clumps]
    estimated = estimate_diameters(outlines, view.px_per_mm, p.sizes)
    estimated = of_free_discs(estimated, [c for c, _ in clumps], view.px_per_mm, p.sizes)
    diameters = p.diameters_mm or as_expected(estimated, expected_mm, p.sizes)
    seen = _explained(view, clumps, outlines, diameters, p)
    borne_out = _borne_out(seen, diameters, view.px_per_mm, p)
    if borne_out != diameters and p.diameters_mm is None:
        diameters = borne_out
        seen = _explained(view, clumps, outlines, diameters, p)
    return _collected(view, polygons, seen, diameters, coarse, p)


def _borne_out(
    seen: list[_Seen], diameters: tuple[float, ...], px_per_mm: float, p: FindStickersParams
) -> tuple[float, ...]:
    """Those of two sizes that some sticker lying free has; both where none lies free."""
    clear = clear_discs([s.discs for s in seen], p.trust)
    radii = np.concatenate([s.discs.radii_px[c] for s, c in zip(seen, clear, strict=True)]) if seen else np.zeros(0)
    kept = tuple(d for d in diameters if (np.abs(2 * radii / px_per_mm - d) < 1e-6).sum() > p.sizes.second_share * len(radii))
    return kept or diameters


def _explained(
    view: View,
    clumps: list[tuple[Clump, Floats]],
    outlines: list[Rims],
    diameters: tuple[float, ...],
    p: FindStickersParams,
) -> list[_Seen]:
    """Clumps with the discs that explain them. outlines: of the clumps before narrow parts are cut away."""
    seen = []
    narrow_px = p.narrow_share * min(diameters, default=p.sizes.range_mm[0]) * view.px_per_mm
    radii = np.array(diameters) / 2 * view.px_per_mm
    for (whole, hues), outline in zip(clumps, outlines, strict=True):
        clump = without_narrow(whole, narrow_px, view.px_per_mm)
        same = np.array_equal(clump.label, whole.label)
        rims = outline if same else outline_points(clump, view.px_per_mm, p.discs)
        every = joined(without_straight(rims), inner_points(clump, view.px_per_mm, p.discs))
        seen.append(_Seen(clump, every, choose_discs(clump, every, radii, view.px_per_mm, p.discs), hues))
    return seen


def _clumps(view: View, coarse: Coarse, p: FindStickersParams) -> list[tuple[Clump, Floats]]:
    """Coloured regions in which a sticker could lie, with the hues in them; what is a bar all over is left out."""
    scale = view.px_per_mm / coarse.factor
    narrowest_px = p.narrow_share * min(p.sizes.range_mm[0], *(p.diameters_mm or p.sizes.range_mm)) * view.px_per_mm
    thick = thick_parts(coarse.coloured, p.colour.thinnest_mm * scale)
    count, found, stats, _ = cv2.connectedComponentsWithStats(thick.astype(np.uint8), connectivity=8)
    parts = np.asarray(found, dtype=np.int32)
    least = 0.3 * np.pi / 4 * p.sizes.range_mm[0] ** 2 * scale**2  # a third of the smallest sticker
    out = []
    for i in range(1, count):
        x, y, w, h, area = (int(n) for n in stats[i])
        if area < least or area > p.largest_clump_mm2 * scale**2:
            continue
        hues = hue_classes(coarse, parts[y : y + h, x : x + w] == i, (x, y), p.colour)
        clump = cut_clump(view, coarse, parts, i, (x, y, w, h), hues, p.colour)
        if 2 * inside_by(covered(clump, view.px_per_mm)).max() > narrowest_px:
            out.append((clump, hues))
    return out


def _collected(
    view: View, polygons: Floats, seen: list[_Seen], diameters: tuple[float, ...], coarse: Coarse, p: FindStickersParams
) -> Stickers:
    parts = [(s.clump, s.rims, s.discs) for s in seen]
    taken = believable(parts, p.trust)
    refused = refused_discs(parts, taken, p.trust)
    smallest = min(diameters, default=p.sizes.range_mm[0]) / 2 * view.px_per_mm
    doubts = [
        doubt_of(s.clump, s.rims, s.discs, t, r, smallest, view.px_per_mm, p.trust)
        for s, t, r in zip(seen, taken, refused, strict=True)
    ]
    center = _stacked(
        [view.to_mm(s.discs.centers_px[t] + s.clump.origin_px) for s, t in zip(seen, taken, strict=True)], 2
    )
    feature = _stacked(
        [
            np.column_stack([s.discs.arc, s.discs.own, s.discs.seen, s.discs.fill])[t]
            for s, t in zip(seen, taken, strict=True)
        ],
        4,
    )
    clump = np.concatenate([np.full(int(t.sum()), n) for n, t in enumerate(taken)] + [np.zeros(0)]).astype(np.int64)
    sizes = np.concatenate(
        [2 * s.discs.radii_px[t] / view.px_per_mm for s, t in zip(seen, taken, strict=True)] + [np.zeros(0)]
    )
    colour = _stacked(
        [colour_of(s.clump, s.discs, int(i))[None] for s, t in zip(seen, taken, strict=True) for i in np.flatnonzero(t)], 3
    )
    palette = palette_of(colour)
    card = owners(center, polygons)
    at_edge = near_edge(center, card, polygons, p.trust.edge_mm)
    places = _places(view, seen, taken, polygons)
    reasons = _reasons(polygons, card, clump, at_edge, doubts, places, p)
    for i in _covered_cards(view, polygons, coarse, smallest / view.px_per_mm, p):
        reasons[i].append("stickers-covered")
    hues = np.concatenate([_hues(s, t) for s, t in zip(seen, taken, strict=True)] + [np.zeros(0)])
    bare = [n for n, t in enumerate(taken) if not t.any()]
    uncounted = {*faded_cards(view, polygons, coarse, center, sizes, hues, smallest / view.px_per_mm),
                 *uncounted_cards([seen[n].hues_deg for n in bare], [doubts[n].area for n in bare], [places[n] for n in bare])}
    for i in card[palette.odd & (card >= 0)]:
        reasons[i] = sorted({*reasons[i], "stickers-colour"})
    for i in _glossy_cards(view, polygons, coarse, smallest / view.px_per_mm, p):
        reasons[i] = sorted({*reasons[i], "stickers-glare"})
    count = np.array([int((card == i).sum()) for i in range(len(polygons))], dtype=np.int64)
    confidence = np.clip(0.5 + 0.5 * feature[:, 1] / 0.4, 0, 1) * np.clip(feature[:, 3], 0, 1)
    sure = np.array([_confidence(confidence[card == i], r) for i, r in enumerate(reasons)])
    rows = np.array([[float(getattr(d, name)) for name in DOUBT_NAMES] for d in doubts]).reshape(-1, len(DOUBT_NAMES))
    return Stickers(
        center,
        sizes,
        palette.names,
        confidence,
        card,
        count,
        sure,
        tuple(tuple(r) for r in reasons),
        diameters,
        clump,
        feature,
        rows,
        tuple(sorted(uncounted)),
        colour,
    )


def _hues(s: _Seen, taken: NDArray[np.bool_]) -> Floats:
    """(K,) degrees of the stickers taken."""
    x, y = chroma_of(s.clump, s.discs)[taken].T
    return np.asarray(np.degrees(np.arctan2(y, x)), np.float64)


def _stacked(parts: list[Floats], width: int) -> Floats:
    return np.concatenate([*parts, np.zeros((0, width))])


def _confidence(each: Floats, reasons: list[str]) -> float:
    """Of a count. The multipliers rank rather than measure: each further reason makes a count less sure. They rest on
    the photos of one kit, too few to tell 0.7 from 0.8; the reasons, not this figure, say what to look at.
    """
    base = 0.995 * float(np.prod(0.97 + 0.03 * each))
    return base * (1.0, 0.7, 0.5, 0.4)[min(len(reasons), 3)]


def _places(view: View, seen: list[_Seen], taken: list[NDArray[np.bool_]], polygons: Floats) -> list[set[int]]:
    """Per clump the cards that it says something about: where its discs lie, or, without any, its own middle."""
    out = []
    for s, t in zip(seen, taken, strict=True):
        spots = s.discs.centers_px[t]
        if not t.any():
            rows, cols = np.nonzero(s.clump.label >= 0)
            spots = np.array([[cols.mean(), rows.mean()]]) if len(rows) else np.zeros((0, 2))
        out.append({int(i) for i in owners(view.to_mm(spots + s.clump.origin_px), polygons) if i >= 0})
    return out


def _reasons(
    polygons: Floats,
    card: NDArray[np.int64],
    clump: NDArray[np.int64],
    at_edge: list[set[int]],
    doubts: list[Doubt],
    places: list[set[int]],
    p: FindStickersParams,
) -> list[list[str]]:
    codes: list[set[str]] = [set() for _ in polygons]
    for doubt, cards in zip(doubts, places, strict=True):
        for i in cards:
            codes[i] |= set(reasons_of(doubt, p.trust))
    for cards in at_edge:
        for i in cards:
            codes[i].add("stickers-edge")
    return [sorted(c) for c in codes]


def near_edge(centers_mm: Floats, card: NDArray[np.int64], polygons_mm: Floats, within_mm: float) -> list[set[int]]:
    """Per sticker the cards whose count would change if its centre lay a little elsewhere."""
    out: list[set[int]] = []
    for (x, y), own in zip(centers_mm, card, strict=True):
        close = {
            i
            for i, polygon in enumerate(polygons_mm)
            if i >= own
            and abs(cv2.pointPolygonTest(as_points(polygon).astype(np.float32), (float(x), float(y)), True)) < within_mm
        }
        out.append(close | ({int(own)} if close and own >= 0 else set()))
    return out


def _glossy_cards(view: View, polygons: Floats, coarse: Coarse, radius_mm: float, p: FindStickersParams) -> list[int]:
    """Cards with gloss on them that is larger than half a sticker: colour fades in it."""
    least = 0.5 * np.pi * (radius_mm * view.px_per_mm / coarse.factor) ** 2
    gloss = coarse.brightness > p.trust.glare_ratio
    return [i for i, polygon in enumerate(polygons) if _pixels_on(gloss, view, polygon, coarse) > least]


def _pixels_on(what: Mask, view: View, polygon: Floats, coarse: Coarse) -> int:
    """Coarse pixels of `what` (h, w) that lie on a card."""
    corners = np.round((view.to_view_px(polygon) + 0.5) / coarse.factor - 0.5).astype(np.int32)
    high, wide = what.shape
    x0, y0 = np.clip(corners.min(axis=0), 0, [wide, high])
    x1, y1 = np.clip(corners.max(axis=0) + 1, 0, [wide, high])
    inside = np.zeros((y1 - y0, x1 - x0), np.uint8)
    if not inside.size:
        return 0
    cv2.fillConvexPoly(inside, corners - [x0, y0], 1)
    return int(np.count_nonzero(what[y0:y1, x0:x1] & (inside > 0)))


def _covered_cards(view: View, polygons: Floats, coarse: Coarse, radius_mm: float, p: FindStickersParams) -> list[int]:
    """Cards that a large coloured thing reaches over: a hand, a cup."""
    scale = view.px_per_mm / coarse.factor
    thick = thick_parts(coarse.coloured, p.colour.thinnest_mm * scale)
    _, parts, stats, _ = cv2.connectedComponentsWithStats(thick.astype(np.uint8), connectivity=8)
    big = stats[:, cv2.CC_STAT_AREA] > p.largest_clump_mm2 * scale**2
    big[0] = False
    if not big.any():
        return []
    thing = big[parts]
    least = 0.5 * np.pi * (radius_mm * scale) ** 2
    return [i for i, polygon in enumerate(polygons) if _pixels_on(thing, view, polygon, coarse) > least]


def owners(centers_mm: Floats, polygons_mm: Floats) -> NDArray[np.int64]:
    """(M,) index of the uppermost card that each point lies on, -1 where none."""
    out = np.full(len(centers_mm), -1, np.int64)
    for i, polygon in enumerate(polygons_mm):
        outline = as_points(polygon).astype(np.float32)
        for m, (x, y) in enumerate(centers_mm):
            if cv2.pointPolygonTest(outline, (float(x), float(y)), False) >= 0:
                out[m] = i
    return out
