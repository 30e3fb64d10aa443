"""One card fitted and judged: how much its outline is believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from posterscan.geometry import Points, centroid, rotation_of
from posterscan.stages.card_sides import SideParams, Sides, fit_sides
from posterscan.stages.card_votes import VoteParams
from posterscan.stages.edges import Edges, FindEdgesParams, Plane
from posterscan.stages.ink import area_inside_mm2


@dataclass(frozen=True)
class FindCardsParams:
    """expected: the quality that a place is likely to reach, a + b * votes: it decides what is fitted first, and what is not
    worth it once other cards have taken their edges (those within fresh_slack_mm of its sides are its own).

    least_quality: of 0..1, for a card. overlap_free: share of a card that may lie under or on another without doubt;
    overlap_cost: quality lost per share beyond it. same_iou: outlines that share more are one card. least_coded_quality: the same
    for a place that a code tells; least_inked_quality: for one that holds at least least_ink_mm2 of writing (a short word in
    thin pen has 25 mm² of strong edges). least_votes: where no writing helps;
    told_sides: for a card whose place its code tells to a millimetre or two (more where paper bends away). clear_lead: votes (0..4)
    by which one side's outline must lead for the other not to be fitted. full_view: share of each of its sides that shows on
    a card that nothing lies on; own_edge_mm: width of the edge and its shadow beside it.
    most_inked_tries: places looked at where it does, best first. marker_mm2: of a visible marker inside
    which no card can have. printed_mm2, printed_cost: where the artwork has edges of this area (50 mm of outline, widened to
    3 mm) and the photo shows all of them, a place loses this much quality; where it shows 60 % or less, which a card's own text
    makes by chance, none.
    """

    edges: FindEdgesParams = field(default_factory=FindEdgesParams)
    votes: VoteParams = field(default_factory=VoteParams)
    sides: SideParams = field(default_factory=SideParams)
    told_sides: SideParams = field(default_factory=lambda: SideParams(span_mm=3.0, turn_deg=3.0, near_cost=0.15))
    expected: tuple[float, float] = (0.35, 0.155)
    fresh_slack_mm: float = 3.0
    least_votes: float = 1.7
    least_quality: float = 0.6
    least_inked_quality: float = 0.45
    least_ink_mm2: float = 20.0
    most_inked_overlap: float = 0.2
    most_inked_tries: int = 80
    marker_mm2: float = 100.0
    printed_mm2: float = 150.0
    printed_cost: float = 0.3
    overlap_free: float = 0.1
    overlap_cost: float = 0.5
    same_iou: float = 0.4
    least_coded_quality: float = 0.35
    code_off_mm: float = 3.0
    clear_lead: float = 1.2
    full_view: float = 0.8
    own_edge_mm: float = 1.5


@dataclass(frozen=True, eq=False)
class Told:
    """What a card's code tells, where it is known where codes stand. code: its number. turn_deg: the card's rotation.

    back: whether its back shows; lead: by how much quality that outline is clearer than the other side's.
    """

    code: int
    turn_deg: float
    back: bool
    lead: float


@dataclass(frozen=True, eq=False)
class Card:
    """sides: its outline. quality 0..1: how far it is believed; least: how much it needs to be kept. told: by its code."""

    sides: Sides
    quality: float
    least: float
    told: Told | None = None


def fit_card(edges: Edges, center_mm: Points, rotation_deg: float, size_mm: tuple[float, float], taken: Plane,
             others: Sequence[Card], p: FindCardsParams, search: SideParams | None = None) -> Card:
    """Fits a card near a place. taken: where edges belong to others; others: cards that it may lie on or under.

    search: how its sides are searched, p.sides unless told otherwise.
    """
    how = search or p.sides
    sides = fit_sides(edges, center_mm, rotation_deg, size_mm, taken, how)
    middle = centroid(sides.corners_mm)
    if np.hypot(*(middle - center_mm)) > how.span_mm / 2:  # some side lay near the end of the search
        sides = fit_sides(edges, middle, rotation_of(sides.corners_mm), size_mm, taken, how)
    if _on_marker(edges, sides.corners_mm, p):
        return Card(sides, 0.0, p.least_quality)
    seen = max(4 - float(sides.hidden.sum()), 1.0)
    fresh = untaken_share(edges, sides.corners_mm, taken, 0.75)
    covered = max((share_of(sides.corners_mm, k.sides.corners_mm) for k in others), default=0.0)
    quality = 0.2 * fresh / seen + 0.4 * sides.score / 4 + 0.4 * float(sides.supported.sum()) / seen
    quality -= p.overlap_cost * max(0.0, covered - p.overlap_free) + _poster_seen(edges, sides.corners_mm, p)
    return Card(sides, quality, p.least_quality)


def _on_marker(edges: Edges, outline: Points, p: FindCardsParams) -> bool:
    """Whether a marker that the photo shows lies inside: then no card can lie on it."""
    return float(area_inside_mm2(edges.markers, edges.px_per_mm, outline[None])[0]) >= p.marker_mm2


def _poster_seen(edges: Edges, outline: Points, p: FindCardsParams) -> float:
    """What a place loses in quality because the poster's own print is seen inside it."""
    printed, seen = (float(area_inside_mm2(plane, edges.px_per_mm, outline[None])[0])
                     for plane in (edges.printed, edges.printed_seen))
    share = seen / printed if printed > 0 else 0.0
    return p.printed_cost * min(1.0, printed / p.printed_mm2) * float(np.clip((share - 0.6) / 0.4, 0, 1))


def near_each_other(a: Points, b: Points, reach_mm: float = 8.0) -> bool:
    """Whether the boxes around two outlines come closer than the reach of the search for sides."""
    return bool(np.all(a.min(axis=0) - reach_mm < b.max(axis=0)) and np.all(b.min(axis=0) - reach_mm < a.max(axis=0)))


def overlap_iou(a: Points, b: Points) -> float:
    """Intersection over union of two convex outlines."""
    area = overlap_mm2(a, b)
    return area / (_area(a) + _area(b) - area) if area > 0 else 0.0


def share_of(a: Points, b: Points) -> float:
    """Share of convex outline a that b covers."""
    return overlap_mm2(a, b) / max(_area(a), 1e-9)


def overlap_mm2(a: Points, b: Points) -> float:
    if np.any(a.min(axis=0) > b.max(axis=0)) or np.any(b.min(axis=0) > a.max(axis=0)):
        return 0.0
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
