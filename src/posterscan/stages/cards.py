"""Finds cards on the rectified sheet: rectangles of the card's size whose edges are not the poster's own.

Places are voted for, fitted and accepted best first; what an accepted card explains no longer counts for the next one, so
that touching and overlapping cards come apart.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import Points, centroid, rectangle, rotation_of
from posterscan.sheet import Image, View
from posterscan.stages.card_sides import SideParams, Sides, fit_sides
from posterscan.stages.card_votes import VoteParams, Votes, vote_rectangles
from posterscan.stages.edges import Edges, FindEdgesParams, Plane, find_edges


@dataclass(frozen=True)
class FindCardsParams:
    """least_fresh: edges (0..4 sides) that no other card explains which a place needs to be looked at.

    least_quality: of 0..1, for a card. overlap_free: share of a card that may lie under or on another without doubt;
    overlap_cost: quality lost per share beyond it. same_iou: outlines that share more are one card.
    """

    edges: FindEdgesParams = field(default_factory=FindEdgesParams)
    votes: VoteParams = field(default_factory=VoteParams)
    sides: SideParams = field(default_factory=SideParams)
    least_fresh: float = 1.2
    least_quality: float = 0.6
    overlap_free: float = 0.1
    overlap_cost: float = 0.5
    same_iou: float = 0.4


@dataclass(frozen=True, eq=False)
class CardOutlines:
    """polygons_mm (N, 4, 2) clockwise from any corner; quality (N,) 0..1; hidden (N,) share of the outline not to be seen."""

    polygons_mm: NDArray[np.float64]
    quality: NDArray[np.float64]
    hidden: NDArray[np.float64]
    features: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Card:
    sides: Sides
    quality: float
    features: NDArray[np.float64]


def find_cards(view: View, reference: Image | None, size_mm: tuple[float, float],
               params: FindCardsParams | None = None) -> CardOutlines:
    p = params or FindCardsParams()
    edges = find_edges(view, reference, p.edges)
    votes = _distinct(vote_rectangles(edges, size_mm, p.votes))
    kept = _settled(edges, size_mm, _accepted(edges, votes, size_mm, p), p)
    return CardOutlines(
        np.array([card.sides.corners_mm for card in kept]).reshape(-1, 4, 2),
        np.array([card.quality for card in kept]),
        np.array([card.sides.hidden.mean() for card in kept]),
        np.array([card.features for card in kept]),
    )


def _distinct(votes: Votes, near_mm: float = 5.0, near_deg: float = 9.0) -> Votes:
    """Without places that a better one lies so near to that fitting leads to the same card."""
    keep: list[int] = []
    for i in range(len(votes.scores)):
        others = votes.centers_mm[keep]
        turn = np.abs((votes.rotations_deg[keep] - votes.rotations_deg[i] + 90) % 180 - 90)
        if not len(keep) or not np.any((np.hypot(*(others - votes.centers_mm[i]).T) < near_mm) & (turn < near_deg)):
            keep.append(i)
    return Votes(votes.scores[keep], votes.centers_mm[keep], votes.rotations_deg[keep], votes.sides[keep])


def _accepted(edges: Edges, votes: Votes, size_mm: tuple[float, float], p: FindCardsParams) -> list[_Card]:
    """Lazy greedy choice: a place is fitted when its votes lead, and again when a card beside it has been accepted since."""
    taken = np.zeros_like(edges.gx)
    kept: list[_Card] = []
    # votes overrate: they are an optimistic first guess of the quality
    heap: list[tuple[float, int, int, _Card | None]] = [(-score / 4 - 0.1, i, -1, None) for i, score in enumerate(votes.scores)]
    heapq.heapify(heap)
    while heap and -heap[0][0] >= p.least_quality:
        _, i, fitted_at, card = heapq.heappop(heap)
        rough = rectangle(votes.centers_mm[i], size_mm, votes.rotations_deg[i]) if card is None else card.sides.corners_mm
        if card is not None and not any(near_each_other(rough, k.sides.corners_mm) for k in kept[fitted_at:]):
            kept.append(card)
            mark_sides(taken, card.sides.corners_mm, edges.px_per_mm)
            continue
        if any(overlap_iou(rough, k.sides.corners_mm) > p.same_iou for k in kept):
            continue
        if card is None and untaken_share(edges, rough, taken) < p.least_fresh:
            continue
        card = _fit(edges, centroid(rough), rotation_of(rough), size_mm, taken, kept, p)
        heapq.heappush(heap, (-card.quality, i, len(kept), card))
    return kept


def _fit(edges: Edges, center_mm: Points, rotation_deg: float, size_mm: tuple[float, float], taken: Plane, others: list[_Card],
         p: FindCardsParams) -> _Card:
    sides = fit_sides(edges, center_mm, rotation_deg, size_mm, taken, p.sides)
    moved = centroid(sides.corners_mm)
    if np.hypot(*(moved - center_mm)) > p.sides.span_mm / 3:  # some side lay near the end of the search
        sides = fit_sides(edges, moved, rotation_of(sides.corners_mm), size_mm, taken, p.sides)
    fresh = untaken_share(edges, sides.corners_mm, taken, 0.75)
    seen = max(4 - float(sides.hidden.sum()), 1.0)
    covered = max((share_of(sides.corners_mm, k.sides.corners_mm) for k in others), default=0.0)
    supported = float(sides.supported.sum())
    quality = 0.2 * fresh / seen + 0.4 * sides.score / 4 + 0.4 * supported / seen - p.overlap_cost * max(0.0, covered - p.overlap_free)
    return _Card(sides, quality, np.array([quality, fresh, seen, sides.score, covered, *sides.strengths, *sides.supported]))


def _settled(edges: Edges, size_mm: tuple[float, float], kept: list[_Card], p: FindCardsParams) -> list[_Card]:
    """All cards fitted again, now that it is known which edges belong to the others."""
    for _ in range(2):
        for i, card in enumerate(kept):
            others = [k for j, k in enumerate(kept) if j != i]
            taken = np.zeros_like(edges.gx)
            for k in others:
                if near_each_other(k.sides.corners_mm, card.sides.corners_mm):
                    mark_sides(taken, k.sides.corners_mm, edges.px_per_mm)
            at = card.sides.corners_mm
            kept[i] = _fit(edges, centroid(at), rotation_of(at), size_mm, taken, others, p)
    return [card for card in kept if card.quality >= p.least_quality]


def near_each_other(a: Points, b: Points, reach_mm: float = 8.0) -> bool:
    """Whether the boxes around two outlines come closer than the reach of the search for sides."""
    return bool(np.all(a.min(axis=0) - reach_mm < b.max(axis=0)) and np.all(b.min(axis=0) - reach_mm < a.max(axis=0)))


def overlap_iou(a: Points, b: Points) -> float:
    """Intersection over union of two convex outlines."""
    area = _overlap(a, b)
    return area / (_area(a) + _area(b) - area) if area > 0 else 0.0


def share_of(a: Points, b: Points) -> float:
    """Share of convex outline a that b covers."""
    return _overlap(a, b) / max(_area(a), 1e-9)


def _overlap(a: Points, b: Points) -> float:
    return float(cv2.intersectConvexConvex(a.astype(np.float32), b.astype(np.float32))[0])


def _area(a: Points) -> float:
    return float(cv2.contourArea(a.astype(np.float32)))


def mark_sides(taken: Plane, corners_mm: Points, px_per_mm: float, width_mm: float = 2.0) -> None:
    """Draws an outline's sides into `taken`, wide enough for what they lie beside the fitted lines."""
    spots = np.round((corners_mm * px_per_mm - 0.5) * 16).astype(np.int32)
    cv2.polylines(taken, [spots], True, 1.0, thickness=max(1, round(width_mm * px_per_mm)), shift=4)


def untaken_share(edges: Edges, corners_mm: Points, taken: Plane, slack_mm: float = 2.0, per_side: int = 24) -> float:
    """0..4: strong edges along the four sides that no card found so far explains."""
    t = np.linspace(0.04, 0.96, per_side)
    u = np.arange(-slack_mm, slack_mm + 0.1, 0.5)
    ends = np.roll(corners_mm, -1, axis=0)
    along = (ends - corners_mm) / np.linalg.norm(ends - corners_mm, axis=1, keepdims=True)
    out = np.column_stack([along[:, 1], -along[:, 0]])
    spots = corners_mm[:, None] + t[None, :, None] * (ends - corners_mm)[:, None]
    spots = (spots[:, :, None] + u[None, None, :, None] * out[:, None, None]) * edges.px_per_mm - 0.5
    c = np.clip(np.round(spots[..., 0]).astype(int), 0, edges.cos2.shape[1] - 1)
    r = np.clip(np.round(spots[..., 1]).astype(int), 0, edges.cos2.shape[0] - 1)
    c2, s2 = (out[:, 0] ** 2 - out[:, 1] ** 2)[:, None, None], (2 * out[:, 0] * out[:, 1])[:, None, None]
    strength = np.clip(c2 * edges.cos2[r, c] + s2 * edges.sin2[r, c], 0, 1) * (1 - taken[r, c])
    return float(strength.max(axis=2).mean(axis=1).sum())
