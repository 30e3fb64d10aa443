"""Writing and print that neither the poster nor a found card explains: where it is, a card lies that was missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import Points
from posterscan.stages.edges import Edges, Plane


@dataclass(frozen=True)
class InkParams:
    """rim_mm: along the sheet's rim, where its edge curls, nothing counts. card_margin_mm: around cards that were found.

    join_mm: letters nearer than this are one word. least_word_mm2, least_word_mm, least_density: area of strong edges,
    smaller side and fill of what may be a word (x-height 2.5 mm): a bare edge is thinner, the outline of a thing is emptier.
    most_one_way: how far its edges may agree in direction, of 0 (all ways) to 1 (one straight edge). group_mm: words nearer
    than this are told once.
    inset_mm: how far inside a card its text lies; what is nearer to its outline may be the outline's own edge.
    """

    join_mm: float = 3.0
    least_word_mm2: float = 12.0
    least_word_mm: float = 2.5
    least_density: float = 0.3
    most_one_way: float = 0.6
    group_mm: float = 25.0
    rim_mm: float = 6.0
    card_margin_mm: float = 3.0
    inset_mm: float = 6.0


def unexplained_ink(edges: Edges, outlines_mm: Sequence[Points], params: InkParams | None = None) -> Plane:
    """(H, W) density 0..1, over 4 mm, of strong edges that neither the artwork nor a found card accounts for."""
    side = round(4 * edges.px_per_mm)
    mask = _ink_mask(edges, outlines_mm, params or InkParams())
    return np.asarray(cv2.blur(mask.astype(np.float32), (side, side)), np.float32)


def loose_words(edges: Edges, outlines_mm: Sequence[Points], params: InkParams | None = None) -> Points:
    """Middles (K, 2) in mm of what looks like writing outside all outlines."""
    p = params or InkParams()
    mask = _ink_mask(edges, outlines_mm, p).astype(np.uint8)
    side = 2 * round(p.join_mm * edges.px_per_mm / 2) + 1
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    _, found_labels, stats, middles = cv2.connectedComponentsWithStats(joined)
    labels = np.asarray(found_labels, np.int32)
    amounts = np.bincount(labels.ravel(), weights=mask.ravel(), minlength=len(stats)) / edges.px_per_mm**2
    found: list[Points] = []
    for i in np.argsort(-amounts[1:]) + 1:
        if amounts[i] < p.least_word_mm2:
            break
        middle = np.asarray((middles[i] + 0.5) / edges.px_per_mm)
        if _like_word(edges, labels, int(i), stats[i], float(amounts[i]), p) and \
                all(np.hypot(*(middle - other)) > p.group_mm for other in found):
            found.append(middle)
    return np.array(found).reshape(-1, 2)


def _like_word(edges: Edges, labels: NDArray[np.int32], i: int, stats: NDArray[np.int32], amount_mm2: float, p: InkParams) -> bool:
    left, top, wide, tall = (int(v) for v in stats[:4])
    rows, columns = np.nonzero(labels[top:top + tall, left:left + wide] == i)
    _, sides, _ = cv2.minAreaRect(np.column_stack([columns, rows]).astype(np.float32))
    short, long = sorted((side + 1) / edges.px_per_mm for side in sides)
    # strokes run in all directions; the edge of a shadow or of a curled card in one
    cos2, sin2 = (plane[top:top + tall, left:left + wide][rows, columns] for plane in (edges.cos2, edges.sin2))
    one_way = float(np.hypot(cos2.sum(), sin2.sum()) / max(float(np.hypot(cos2, sin2).sum()), 1e-9))
    if one_way > p.most_one_way:
        return False
    return short >= p.least_word_mm and long >= 2 * p.least_word_mm and amount_mm2 >= p.least_density * short * long


def _ink_mask(edges: Edges, outlines_mm: Sequence[Points], p: InkParams) -> NDArray[np.bool_]:
    # the artwork's own words cross in all directions, so here any of its edges explains any other within its reach
    artwork = np.hypot(edges.artwork[..., 0], edges.artwork[..., 1])
    strong = np.hypot(edges.cos2, edges.sin2) * (1 - np.minimum(2 * artwork, 1)) * (1 - edges.markers)
    return np.asarray(strong * (1 - _known(edges, outlines_mm, p)) > 0.5)


def area_inside_mm2(density: Plane, px_per_mm: float, rectangles_mm: NDArray[np.float64],
                    params: InkParams | None = None) -> NDArray[np.float64]:
    """(N,) integral of a density in mm² well inside each of (N, 4, 2) rectangles, on 160 points each."""
    p = params or InkParams()
    if not len(rectangles_mm):
        return np.zeros(0)
    sides = np.linalg.norm(rectangles_mm[:, [1, 3]] - rectangles_mm[:, [0]], axis=2)  # (N, 2)
    inset = p.inset_mm / sides
    u, v = (a.ravel() for a in np.meshgrid(np.linspace(0, 1, 16), np.linspace(0, 1, 10)))
    s = inset[:, :1] + u * (1 - 2 * inset[:, :1])
    t = inset[:, 1:] + v * (1 - 2 * inset[:, 1:])
    origin, along, down = rectangles_mm[:, 0], rectangles_mm[:, 1] - rectangles_mm[:, 0], rectangles_mm[:, 3] - rectangles_mm[:, 0]
    spots = origin[:, None] + s[..., None] * along[:, None] + t[..., None] * down[:, None]
    x, y = np.moveaxis(np.round(spots * px_per_mm - 0.5).astype(np.intp), -1, 0)
    mean = density[np.clip(y, 0, density.shape[0] - 1), np.clip(x, 0, density.shape[1] - 1)].mean(axis=1)
    return np.asarray(mean * np.prod(sides - 2 * p.inset_mm, axis=1))


def _known(edges: Edges, outlines_mm: Sequence[Points], p: InkParams) -> Plane:
    mask = np.zeros(edges.cos2.shape, np.uint8)
    for outline in outlines_mm:
        spots = np.round(outline * edges.px_per_mm - 0.5).astype(np.int32)
        cv2.fillPoly(mask, [spots], 1)
        cv2.polylines(mask, [spots], True, 1, thickness=round(2 * p.card_margin_mm * edges.px_per_mm))
    rim = round(p.rim_mm * edges.px_per_mm)
    mask[:rim], mask[-rim:], mask[:, :rim], mask[:, -rim:] = 1, 1, 1, 1
    return np.asarray(mask, np.float32)
