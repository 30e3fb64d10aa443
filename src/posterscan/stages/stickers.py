"""Finds round stickers on cards and on the poster, counts them per card, and says where a count is in doubt.

Clumps of saturated colour are found at reduced scale, their outlines are explained by discs of the photo's own diameter (or two), and
area and discs are held against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import as_points
from posterscan.layout import Layout
from posterscan.sheet import Image, Mask, View
from posterscan.stages.sticker_colour import Clump, Coarse, ColourParams, cut_clump, hue_classes, look_coarsely, thick_parts, without_narrow
from posterscan.stages.sticker_trust import TrustParams, believable, clear_discs
from posterscan.stages.sticker_discs import DiscParams, Discs, Rims, choose_discs, inner_points, joined, outline_points, without_straight

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FindStickersParams:
    """diameters_mm: of the stickers where known, else estimated from the photo."""

    diameters_mm: tuple[float, ...] | None = None
    range_mm: tuple[float, float] = (7.6, 20.0)  # what is sold is 8 to 19; scale on lifted paper errs by up to 5 %
    narrow_share: float = 0.6  # of the smallest diameter: what is narrower is no sticker, and no sticker loses by it
    two_sizes_apart: float = 1.2  # ratio of diameters
    second_share: float = 0.12  # of the outline that a second size must explain
    largest_clump_mm2: float = 9000.0  # larger than two cards: not stickers but a hand or a zone
    colour: ColourParams = field(default_factory=ColourParams)
    discs: DiscParams = field(default_factory=DiscParams)
    trust: TrustParams = field(default_factory=TrustParams)


@dataclass(frozen=True, eq=False)
class Stickers:
    """M stickers on N cards. card (M,): index of the card it counts for, -1 for a loose one. colours: Dutch names.

    count (N,), count_confidence (N,), reasons: codes per card. clump (M,): which clump it belongs to. Raw measures: see
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
    sticker_feature_names: tuple[str, ...] = ("arc", "own", "seen", "fill")
    clump_feature_names: tuple[str, ...] = ("area_mm2", "discs", "uncovered_mm2", "glare_mm2", "unexplained_mm")

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


def find_stickers(view: View, polygons_mm: Floats, reference: Image | None, layout: Layout | None = None,
                  diameter_mm: float | None = None, params: FindStickersParams | None = None) -> Stickers:
    """Finds stickers on a view of the whole sheet.

    polygons_mm: (N, 4, 2) outlines of cards, the later ones on top. reference: (h, w, 3) artwork of the whole sheet, or None.
    layout: its markers are no places for stickers. diameter_mm: of the stickers where known, else estimated.
    """
    p = params or FindStickersParams()
    if diameter_mm is not None:
        p = replace(p, diameters_mm=(diameter_mm,))
    polygons = np.asarray(polygons_mm, dtype=np.float64).reshape(-1, 4, 2)
    coarse = look_coarsely(view, polygons, reference, p.colour)
    clumps = _clumps(view, coarse, p)
    outlines = [outline_points(c, view.px_per_mm, p.discs) for c, _ in clumps]
    diameters = p.diameters_mm or estimate_diameters(outlines, view.px_per_mm, p)
    seen = _explained(view, clumps, diameters, p)
    borne_out = _borne_out(seen, diameters, view.px_per_mm, p)
    if borne_out != diameters and p.diameters_mm is None:
        diameters = borne_out
        seen = _explained(view, clumps, diameters, p)
    return _collected(view, polygons, seen, diameters, p)


def _borne_out(seen: list[_Seen], diameters: tuple[float, ...], px_per_mm: float, p: FindStickersParams) -> tuple[float, ...]:
    """Those of two sizes that some sticker lying free has; both where none lies free."""
    clear = clear_discs([(s.clump, s.discs) for s in seen], p.trust)
    radii = np.concatenate([s.discs.radii_px[c] for s, c in zip(seen, clear, strict=True)]) if seen else np.zeros(0)
    kept = tuple(d for d in diameters if (np.abs(2 * radii / px_per_mm - d) < 1e-6).any())
    return kept or diameters


def _explained(view: View, clumps: list[tuple[Clump, Floats]], diameters: tuple[float, ...], p: FindStickersParams) -> list[_Seen]:
    """Clumps with the discs that explain them."""
    seen = []
    for clump, hues in clumps:
        clump = without_narrow(clump, p.narrow_share * min(diameters, default=p.range_mm[0]) * view.px_per_mm, view.px_per_mm)
        rims = outline_points(clump, view.px_per_mm, p.discs)
        every = joined(without_straight(rims), inner_points(clump, view.px_per_mm, p.discs))
        radii = np.array(diameters) / 2 * view.px_per_mm
        seen.append(_Seen(clump, every, choose_discs(clump, every, radii, view.px_per_mm, p.discs), hues))
    return seen


def _clumps(view: View, coarse: Coarse, p: FindStickersParams) -> list[tuple[Clump, Floats]]:
    scale = view.px_per_mm / coarse.factor
    thick = thick_parts(coarse.coloured, p.colour.thinnest_mm * scale)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(thick.astype(np.uint8), connectivity=8)
    least = 0.3 * np.pi / 4 * p.range_mm[0] ** 2 * scale ** 2  # a third of the smallest sticker
    out = []
    for i in range(1, count):
        x, y, w, h, area = (int(n) for n in stats[i])
        if area < least or area > p.largest_clump_mm2 * scale ** 2:
            continue
        hues = hue_classes(coarse, parts[y:y + h, x:x + w] == i, (x, y), p.colour)
        out.append((cut_clump(view, coarse, parts, i, (x, y, w, h), hues, p.colour), hues))
    return out


def estimate_diameters(outlines: list[Rims], px_per_mm: float, p: FindStickersParams) -> tuple[float, ...]:
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


def _collected(view: View, polygons: Floats, seen: list[_Seen], diameters: tuple[float, ...], p: FindStickersParams) -> Stickers:
    centers, sizes, colours, features, clump_of, clump_features = [], [], [], [], [], []
    chosen = believable([(s.clump, s.discs) for s in seen], p.trust)
    for number, s in enumerate(seen):
        d = s.discs
        good = np.flatnonzero(chosen[number])
        at = d.centers_px[good] + s.clump.origin_px
        centers.append(view.to_mm(at))
        sizes.append(2 * d.radii_px[good] / view.px_per_mm)
        features.append(np.column_stack([d.arc, d.own, d.seen, d.fill])[good])
        clump_of.append(np.full(len(good), number))
        colours += [name_of(s, int(i)) for i in good]
        clump_features.append(_clump_measures(s, view.px_per_mm))
    center = np.concatenate(centers) if centers else np.zeros((0, 2))
    feature = np.concatenate(features) if features else np.zeros((0, 4))
    card = owners(center, polygons)
    count = np.array([int((card == i).sum()) for i in range(len(polygons))], dtype=np.int64)
    confidence = np.clip(feature[:, 2] * feature[:, 3], 0, 1)
    return Stickers(center, np.concatenate(sizes) if sizes else np.zeros(0), tuple(colours), confidence, card, count,
                    np.ones(len(polygons)), tuple(() for _ in polygons), diameters,
                    np.concatenate(clump_of).astype(np.int64) if clump_of else np.zeros(0, np.int64), feature,
                    np.array(clump_features).reshape(-1, 5))


def owners(centers_mm: Floats, polygons_mm: Floats) -> NDArray[np.int64]:
    """(M,) index of the uppermost card that each point lies on, -1 where none."""
    out = np.full(len(centers_mm), -1, np.int64)
    for i, polygon in enumerate(polygons_mm):
        outline = as_points(polygon).astype(np.float32)
        for m, (x, y) in enumerate(centers_mm):
            if cv2.pointPolygonTest(outline, (float(x), float(y)), False) >= 0:
                out[m] = i
    return out


def _clump_measures(s: _Seen, px_per_mm: float) -> tuple[float, float, float, float, float]:
    mask = s.clump.label >= 0
    left = mask & ~_union(s.discs, mask.shape, 1.06)
    explained = np.zeros(len(s.rims.points), np.bool_)
    for c, r in zip(s.discs.centers_px, s.discs.radii_px, strict=True):
        explained |= np.abs(np.hypot(*(s.rims.points - c).T) - r) < 0.15 * r
    mm2 = px_per_mm ** 2
    return (float(mask.sum()) / mm2, float(len(s.discs.radii_px)), float(left.sum()) / mm2, float(s.clump.glare.sum()) / mm2,
            float(s.rims.weight[~explained].sum()) / px_per_mm)


def _union(discs: Discs, shape: tuple[int, ...], grow: float = 1.0) -> Mask:
    out = np.zeros(shape, np.uint8)
    for c, r in zip(discs.centers_px, discs.radii_px, strict=True):
        cv2.circle(out, (round(c[0] * 16), round(c[1] * 16)), round(r * grow * 16), 1, -1, shift=4)
    return np.asarray(out > 0)


def name_of(s: _Seen, i: int) -> str:
    """The Dutch name of a disc's colour: of its middle half, in CIELAB over the local white."""
    shape = s.clump.label.shape
    part = np.zeros(shape, np.uint8)
    cv2.circle(part, (round(s.discs.centers_px[i, 0]), round(s.discs.centers_px[i, 1])), max(1, round(0.8 * s.discs.radii_px[i])), 1, -1)
    mine = (part > 0) & (s.clump.label == s.discs.klass[i]) & ~s.clump.mark & ~s.clump.glare
    if not mine.any():
        return "onbekend"
    return colour_name(np.median(s.clump.rho[mine], axis=0))


def colour_name(rho: Floats) -> str:
    """The Dutch name of a linear colour over white (3,)."""
    lab = cv2.cvtColor(np.clip(_as_srgb(rho), 0, 1).astype(np.float32).reshape(1, 1, 3), cv2.COLOR_RGB2LAB)[0, 0]
    hue = float(np.degrees(np.arctan2(lab[2], lab[1])) % 360)
    chroma = float(np.hypot(lab[1], lab[2]))
    if hue < 20 or hue >= 345:
        return "roze" if lab[0] > 45 or hue >= 345 else "rood"
    for top, name in ((47, "rood"), (74, "oranje"), (104, "geel"), (190, "groen"), (297, "blauw"), (330, "paars"), (345, "roze")):
        if hue < top:
            return "roze" if name == "rood" and lab[0] > 62 and chroma < 62 else name
    return "roze"


def _as_srgb(linear: Floats) -> Floats:
    x = np.clip(linear, 0, 1)
    return np.asarray(np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055))
