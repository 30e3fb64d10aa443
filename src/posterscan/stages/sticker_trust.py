"""Which discs are stickers: all stickers of a photo come from a few sheets, so that the clear ones tell the
colour of the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.stages.sticker_clumps import Clump, covered, inside_by
from posterscan.stages.sticker_colour import DARK, opponents
from posterscan.stages.sticker_discs import Discs
from posterscan.stages.sticker_rims import Rims

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TrustParams:
    """Shares are of a disc's circumference or area."""

    clear_arc: float = 0.7  # seen as outline; a fingertip or a bar's end shows half
    clear_seen: float = 0.85
    clear_fill: float = 0.95
    least_seen: float = 0.6  # outline, inner edge or within another disc
    heap_arc: float = 0.3  # in a heap whose middle is unclear
    outermost_arc: float = 0.5  # of some sticker of a heap; discs along a finger show less
    least_covered: float = 0.7  # of a clump by discs; a hand or a cup keeps large parts that no disc explains
    least_round: float = 0.85  # of the outline that isn't straight, by discs: stickers on a bar of their own colour
    glare_ratio: float = 1.3  # over the card's paper: gloss; paper's own light varies by a tenth on one card
    hue_off_deg: float = 14.0  # between stickers of one sheet in different light
    spare_area: float = 0.3  # of a disc, coloured and in no disc: more of a hidden sticker shows than that
    spare_outline: float = 0.25  # of a circumference, outline that no disc explains
    weak_own: float = 0.17  # of a circumference: a disc that alone explains less may be an accident
    crowded_own: float = 0.4  # of a circumference: in heaps with room for a hidden one, some disc shows less than this
    hidden_apart: float = 0.38  # of the diameter, from the centres of others: there a whole sticker could lie unseen
    hidden_far: float = 0.55  # the same, where all others show well
    edge_mm: float = 1.5  # what outlines of cards and centres of stickers err by together
    paler: float = 0.4  # of the clear ones' saturation: gloss takes more than half
    stronger: float = 1.8


def chroma_of(clump: Clump, discs: Discs) -> Floats:
    """(K, 2) chromaticity of each disc's own colour, in the middle 80 % of it."""
    out = np.zeros((len(discs.radii_px), 2))
    for i, (c, r) in enumerate(zip(discs.centers_px, discs.radii_px, strict=True)):
        x0, y0 = np.maximum(np.floor(c - r).astype(int), 0)
        x1, y1 = np.ceil(c + r).astype(int) + 1
        part = np.s_[y0:y1, x0:x1]
        spot = np.zeros(clump.label[part].shape, np.uint8)
        cv2.circle(spot, (round(c[0] - x0), round(c[1] - y0)), max(1, round(0.8 * r)), 1, -1)
        mine = (spot > 0) & (clump.label[part] == discs.klass[i]) & ~clump.mark[part] & ~clump.glare[part]
        if mine.any():
            rho = np.median(clump.rho[part][mine], axis=0).astype(np.float32)
            out[i] = opponents(rho) / (float(rho.sum()) + DARK)
    return out


def clear_discs(discs: list[Discs], p: TrustParams) -> list[NDArray[np.bool_]]:
    """Per clump (K,) which discs lie so free that they can hardly be anything else."""
    return [(d.arc >= p.clear_arc) & (d.seen >= p.clear_seen) & (d.fill >= p.clear_fill) for d in discs]


def refused_discs(
    seen: list[tuple[Clump, Rims, Discs]], taken: list[NDArray[np.bool_]], p: TrustParams
) -> list[NDArray[np.bool_]]:
    """Per clump (K,) discs that were not taken though they have a sticker's colour, or are round where nothing else is coloured."""
    chroma = [chroma_of(clump, discs) for clump, _, discs in seen]
    palette = np.concatenate([*(c[t] for c, t in zip(chroma, taken, strict=True)), np.zeros((0, 2))])
    shaped = [(d.arc >= p.outermost_arc) & (covered_share(clump, d) >= p.least_covered) for clump, _, d in seen]
    return [~t & (_like(c, palette, p) | s) for c, t, s in zip(chroma, taken, shaped, strict=True)]


def believable(seen: list[tuple[Clump, Rims, Discs]], p: TrustParams) -> list[NDArray[np.bool_]]:
    """Per clump (K,) which discs are taken for stickers."""
    chroma = [chroma_of(clump, discs) for clump, _, discs in seen]
    clear = clear_discs([d for _, _, d in seen], p)
    palette = np.concatenate([c[k] for c, k in zip(chroma, clear, strict=True)]) if seen else np.zeros((0, 2))
    if not len(palette) and seen:  # none lies free: the most visible half of all
        least = (
            np.median(np.concatenate([d.arc for _, _, d in seen] + [np.zeros(0)]))
            if any(len(d.arc) for _, _, d in seen)
            else 0.0
        )
        palette = np.concatenate([c[d.arc >= max(least, 0.3)] for c, (_, _, d) in zip(chroma, seen, strict=True)])
    out = []
    for c, k, (clump, rims, d) in zip(chroma, clear, seen, strict=True):
        heap = covered_share(clump, d) >= p.least_covered and bool((d.arc >= p.outermost_arc).any())
        shown = (d.seen >= p.least_seen) | (heap & (d.arc >= p.heap_arc))
        on_print = _round_share(rims, d) >= p.least_round
        out.append(k | ((heap | on_print) & shown & _like(c, palette, p)))
    return out


def _round_share(rims: Rims, discs: Discs) -> float:
    """Share of the outline that isn't straight which discs explain: near 1 for stickers on a printed bar of
    their own colour.
    """
    explained = np.zeros(len(rims.points), np.bool_)
    for c, r in zip(discs.centers_px, discs.radii_px, strict=True):
        explained |= np.abs(np.hypot(*(rims.points - c).T) - r) < 0.12 * r
    weight = np.where(rims.inner, 0.0, rims.weight)
    return float(weight[explained].sum() / max(weight.sum(), 1e-9))


def covered_share(clump: Clump, discs: Discs) -> float:
    """Share of a clump's area that discs cover."""
    mask = clump.label >= 0
    union = np.zeros(mask.shape, np.uint8)
    for c, r in zip(discs.centers_px, discs.radii_px, strict=True):
        cv2.circle(union, (round(c[0] * 16), round(c[1] * 16)), round(r * 16), 1, -1, shift=4)
    return float((mask & (union > 0)).sum() / max(int(mask.sum()), 1))


def _like(chroma: Floats, palette: Floats, p: TrustParams) -> NDArray[np.bool_]:
    """(K,) which colours some colour of the palette could be in other light."""
    if not len(palette) or not len(chroma):
        return np.zeros(len(chroma), np.bool_)
    hue, own = (np.degrees(np.arctan2(c[:, 1], c[:, 0])) for c in (palette, chroma))
    off = np.abs((own[:, None] - hue[None] + 180) % 360 - 180)
    ratio = np.hypot(*chroma.T)[:, None] / np.maximum(np.hypot(*palette.T), 1e-6)[None]
    return np.asarray(((off < p.hue_off_deg) & (ratio > p.paler) & (ratio < p.stronger)).any(axis=1))


@dataclass(frozen=True, eq=False)
class Doubt:
    """What speaks against the count of a clump, each as a share of one disc.

    spare_area: largest coloured patch in no disc; spare_outline: outline that no disc explains; weakest: least
    circumference that
    one disc alone explains; refused: outline that the best refused disc explains; room: diameters
    from the other centres at which one more could lie hidden; glare: gloss. area: of the clump in discs; discs: how
    many were taken.
    """

    area: float
    discs: float
    spare_area: float
    spare_outline: float
    weakest: float
    refused: float
    room: float
    glare: float


DOUBT_NAMES = ("area", "discs", "spare_area", "spare_outline", "weakest", "refused", "room", "glare")


def doubt_of(
    clump: Clump,
    rims: Rims,
    discs: Discs,
    taken: NDArray[np.bool_],
    refused: NDArray[np.bool_],
    radius_px: float,
    px_per_mm: float,
    p: TrustParams,
) -> Doubt:
    """Holds the discs taken for stickers against the clump that they explain. radius_px: of the smallest sticker."""
    mask = covered(clump, px_per_mm)
    disc_area = np.pi * radius_px**2
    union = np.zeros(mask.shape, np.uint8)
    explained = np.zeros(len(rims.points), np.bool_)
    for c, r in zip(discs.centers_px[taken], discs.radii_px[taken], strict=True):
        at = (round(c[0] * 16), round(c[1] * 16))
        cv2.circle(union, at, round((r * 1.04 + 0.3 * px_per_mm) * 16), 1, -1, shift=4)
        explained |= np.abs(np.hypot(*(rims.points - c).T) - r) < 0.1 * r + 0.4 * px_per_mm
    _, _, stats, _ = cv2.connectedComponentsWithStats((mask & (union == 0)).astype(np.uint8), connectivity=4)
    spare = float(stats[1:, cv2.CC_STAT_AREA].max()) if len(stats) > 1 else 0.0
    length = 2 * np.pi * radius_px
    whole = inside_by(mask) >= 0.95 * radius_px
    left = discs.own[refused]
    return Doubt(
        float(mask.sum()) / disc_area,
        float(taken.sum()),
        spare / disc_area,
        float(rims.weight[~explained & ~rims.inner].sum()) / length,
        float(discs.own[taken].min()) if taken.any() else 1.0,
        float(left.max()) if len(left) else 0.0,
        _room(whole, discs.centers_px[taken], radius_px),
        float(clump.glare.sum()) / disc_area,
    )


def _room(whole: NDArray[np.bool_], centers_px: Floats, radius_px: float) -> float:
    """Diameters between the centres of discs and the farthest place where one more fits inside the clump."""
    rows, cols = np.nonzero(whole[::2, ::2])
    if not len(rows) or not len(centers_px):
        return 0.0
    spots = 2.0 * np.stack([cols, rows], axis=1)
    off = np.linalg.norm(spots[:, None] - centers_px[None], axis=2).min(axis=1)
    return float(off.max()) / (2 * radius_px)


def reasons_of(doubt: Doubt, p: TrustParams) -> tuple[str, ...]:
    """Codes for a clump's count."""
    out = []
    spare = doubt.discs > 0 and (doubt.spare_area > p.spare_area or doubt.spare_outline > p.spare_outline)
    if spare or doubt.refused > (p.weak_own if doubt.discs else p.heap_arc):  # print without stickers has no spare area
        out.append("stickers-disagree")
    hidden = doubt.room > p.hidden_far or (doubt.room > p.hidden_apart and doubt.weakest < p.crowded_own)
    if hidden or doubt.weakest < p.weak_own:
        out.append("stickers-crowded")
    if doubt.glare > 0.1:
        out.append("stickers-glare")
    return tuple(out)
