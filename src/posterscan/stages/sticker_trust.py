"""Which discs are stickers: all stickers of a photo come from a few sheets, so that the clear ones tell the colour of the others."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.stages.sticker_colour import _DARK, Clump, opponents
from posterscan.stages.sticker_discs import Discs

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TrustParams:
    """Shares are of a disc's circumference or area."""

    clear_arc: float = 0.7  # seen as outline; a fingertip or a bar's end shows half
    clear_seen: float = 0.85
    clear_fill: float = 0.95
    least_seen: float = 0.6  # outline, inner edge or within another disc
    heap_arc: float = 0.3  # in a heap whose middle is unclear
    least_covered: float = 0.7  # of a clump by discs; a hand or a cup keeps large parts that no disc explains
    hue_off_deg: float = 14.0  # between stickers of one sheet in different light
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
            out[i] = opponents(rho) / (float(rho.sum()) + _DARK)
    return out


def clear_discs(seen: list[tuple[Clump, Discs]], p: TrustParams) -> list[NDArray[np.bool_]]:
    """Per clump (K,) which discs lie so free that they can hardly be anything else."""
    return [(d.arc >= p.clear_arc) & (d.seen >= p.clear_seen) & (d.fill >= p.clear_fill) for _, d in seen]


def believable(seen: list[tuple[Clump, Discs]], p: TrustParams) -> list[NDArray[np.bool_]]:
    """Per clump (K,) which discs are taken for stickers."""
    chroma = [chroma_of(clump, discs) for clump, discs in seen]
    clear = clear_discs(seen, p)
    palette = np.concatenate([c[k] for c, k in zip(chroma, clear, strict=True)]) if seen else np.zeros((0, 2))
    if not len(palette) and seen:  # none lies free: the most visible half of all
        least = np.median(np.concatenate([d.arc for _, d in seen] + [np.zeros(0)])) if any(len(d.arc) for _, d in seen) else 0.0
        palette = np.concatenate([c[d.arc >= max(least, 0.3)] for c, (_, d) in zip(chroma, seen, strict=True)])
    out = []
    for c, k, (clump, d) in zip(chroma, clear, seen, strict=True):
        heap = covered_share(clump, d) >= p.least_covered
        shown = (d.seen >= p.least_seen) | (d.arc >= p.heap_arc)
        out.append(k | (heap & shown & _like(c, palette, p)))
    return out


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
