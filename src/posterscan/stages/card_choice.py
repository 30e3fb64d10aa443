"""Which of the places voted for are cards: fitted and accepted best first, each against those accepted before."""

from __future__ import annotations

import heapq
from dataclasses import replace

import numpy as np

from posterscan.geometry import Points, centroid, rectangle, rotation_of
from posterscan.stages.card_fit import (
    Card,
    FindCardsParams,
    fit_card,
    mark_sides,
    near_each_other,
    overlap_iou,
    share_of,
    untaken_share,
)
from posterscan.stages.card_votes import Votes
from posterscan.stages.edges import Edges, Plane
from posterscan.stages.ink import area_inside_mm2, unexplained_ink

_STALE_MM = 3.0  # a card accepted nearer than this may own an edge that a fit relied on


def holding_ink(edges: Edges, votes: Votes, kept: list[Card], size_mm: tuple[float, float], p: FindCardsParams) -> Votes:
    """Places whose outline alone would not be believed, but that hold writing which nothing else explains."""
    ink = unexplained_ink(edges, [card.sides.corners_mm for card in kept])
    places = np.array([rectangle(center, size_mm, turn)
                       for center, turn in zip(votes.centers_mm, votes.rotations_deg, strict=True)])
    holding = np.flatnonzero(area_inside_mm2(ink, edges.px_per_mm, places.reshape(-1, 4, 2)) >= p.least_ink_mm2)
    return distinct(votes.part(holding[:10 * p.most_inked_tries])).part(np.arange(p.most_inked_tries))


def distinct(votes: Votes, near_mm: float = 5.0, near_deg: float = 9.0) -> Votes:
    """Without places that a better one lies so near to that fitting leads to the same card."""
    keep: list[int] = []
    for i in range(len(votes.scores)):
        others = votes.centers_mm[keep]
        turn = np.abs((votes.rotations_deg[keep] - votes.rotations_deg[i] + 90) % 180 - 90)
        if not keep or not np.any((np.hypot(*(others - votes.centers_mm[i]).T) < near_mm) & (turn < near_deg)):
            keep.append(i)
    return votes.part(np.array(keep, dtype=np.intp))


def accepted(edges: Edges, votes: Votes, size_mm: tuple[float, float], before: list[Card], least: float,
             p: FindCardsParams) -> list[Card]:
    """The cards found before, and those of at least this quality among the places voted for.

    Lazy greedy choice: a place is fitted when its votes lead, and again when a card beside it has been accepted since.
    """
    kept = list(before)
    taken = taken_by(edges, kept)
    fitted: dict[int, Card] = {}
    heap = [(-_expected(float(score), p), i, -1) for i, score in enumerate(votes.scores)]
    heapq.heapify(heap)
    while heap and -heap[0][0] >= least:
        _, i, fitted_at = heapq.heappop(heap)
        card = fitted.pop(i, None)
        if card is not None and not any(_near(card, k) for k in kept[fitted_at:]):
            kept.append(card)
            mark_sides(taken, card.sides.corners_mm, edges.px_per_mm)
            continue
        rough = rectangle(votes.centers_mm[i], size_mm, votes.rotations_deg[i]) if card is None else card.sides.corners_mm
        if _is_taken(rough, kept, least, p):
            continue
        if card is None and _expected(untaken_share(edges, rough, taken, p.fresh_slack_mm), p) < least:
            continue
        found = fit_card(edges, centroid(rough), rotation_of(rough), size_mm, taken, kept, p)
        fitted[i] = replace(found, least=least)
        heapq.heappush(heap, (-found.quality, i, len(kept)))
    return kept


def _expected(votes: float, p: FindCardsParams) -> float:
    """The quality that a place with so many votes (0..4) is likely to reach."""
    return p.expected[0] + p.expected[1] * votes


def _near(a: Card, b: Card) -> bool:
    return near_each_other(a.sides.corners_mm, b.sides.corners_mm, _STALE_MM)


def _is_taken(rough: Points, kept: list[Card], least: float, p: FindCardsParams) -> bool:
    """Whether a card lies there already; writing that shows at the rim of another card makes no second one."""
    if any(overlap_iou(rough, k.sides.corners_mm) > p.same_iou for k in kept):
        return True
    return least < p.least_quality and any(share_of(rough, k.sides.corners_mm) > p.most_inked_overlap for k in kept)


def taken_by(edges: Edges, cards: list[Card]) -> Plane:
    """(H, W) 1 along the sides of these cards."""
    taken = np.zeros_like(edges.cos2)
    for card in cards:
        mark_sides(taken, card.sides.corners_mm, edges.px_per_mm)
    return taken


def settled(edges: Edges, size_mm: tuple[float, float], found: list[Card], p: FindCardsParams) -> list[Card]:
    """All cards fitted again, now that it is known which edges belong to the others."""
    kept = list(found)
    moved = set(range(len(kept)))
    for _ in range(2):
        moving, moved = moved, set()
        for i, card in enumerate(kept):
            at = card.sides.corners_mm
            beside = [j for j in range(len(kept)) if j != i and near_each_other(kept[j].sides.corners_mm, at)]
            if not any(j in moving for j in beside) or not card.sides.strengths.any():
                continue
            others = [kept[j] for j in beside]
            again = fit_card(edges, centroid(at), rotation_of(at), size_mm, taken_by(edges, others), others, p,
                             p.sides if card.told is None else p.told_sides)
            if card.told is not None and again.quality < min(card.quality, p.least_quality):
                continue
            kept[i] = replace(again, least=card.least, told=card.told)
            if np.abs(kept[i].sides.corners_mm - at).max() > 0.5:
                moved.add(i)
    return [card for i, card in enumerate(kept) if card.quality >= card.least or _stays(edges, kept, i, p)]


def _stays(edges: Edges, kept: list[Card], i: int, p: FindCardsParams) -> bool:
    """Whether a card whose sides are mostly others' too holds writing of its own: then it is no gap between cards."""
    others = [card.sides.corners_mm for j, card in enumerate(kept) if j != i]
    ink = unexplained_ink(edges, others)
    own = float(area_inside_mm2(ink, edges.px_per_mm, kept[i].sides.corners_mm[None])[0])
    return own >= p.least_ink_mm2 and kept[i].quality >= p.least_coded_quality
