"""Which of two overlapping cards lies on top."""

from __future__ import annotations

import cv2
import numpy as np

from posterscan.geometry import Points
from posterscan.stages.card_fit import Card, overlap_mm2
from posterscan.stages.edges import Edges


def stacked(kept: list[Card], edges: Edges) -> list[Card]:
    """From the lowest to the uppermost: of two that overlap, the one whose sides show inside the other lies on top."""
    above = {i: [j for j in range(len(kept)) if j != i and _lies_on(kept[j], kept[i], edges)] for i in range(len(kept))}
    order: list[int] = []
    left = set(above)
    while left:
        # in a circle, which paper cannot lie in, the one that lies on the fewest goes first
        lowest = min(left, key=lambda i: (sum(i in above[j] for j in left), i))
        order.append(lowest)
        left.remove(lowest)
    return [kept[i] for i in order]


def _lies_on(a: Card, b: Card, edges: Edges) -> bool:
    """Whether a's sides show within b more than b's within a."""
    if overlap_mm2(a.sides.corners_mm, b.sides.corners_mm) < 4.0:  # mm²: less is touching
        return False
    return _shown_within(a, b, edges) > _shown_within(b, a, edges)


def _shown_within(a: Card, b: Card, edges: Edges, step_mm: float = 1.0) -> float:
    """Mean strength of edges along the parts of a's sides that lie inside b, 0 where none does."""
    strengths = []
    inside = b.sides.corners_mm.astype(np.float32)
    corners = a.sides.corners_mm
    for k in range(4):
        start, end = corners[k], corners[(k + 1) % 4]
        length = float(np.hypot(*(end - start)))
        out = np.array([(end - start)[1], -(end - start)[0]]) / length
        for t in np.arange(step_mm, length, step_mm) / length:
            spot = start + t * (end - start)
            if cv2.pointPolygonTest(inside, (float(spot[0]), float(spot[1])), True) > 1.0:
                strengths.append(_strength_across(edges, spot, out))
    return float(np.mean(strengths)) if len(strengths) >= 3 else 0.0


def _strength_across(edges: Edges, spot_mm: Points, out: Points) -> float:
    best = 0.0
    for u in (-0.5, 0.0, 0.5):
        x, y = np.round((spot_mm + u * out) * edges.px_per_mm - 0.5).astype(int)
        if 0 <= y < edges.cos2.shape[0] and 0 <= x < edges.cos2.shape[1]:
            best = max(best, abs(float(edges.gradients[y, x, :2] @ out)))
    return best
