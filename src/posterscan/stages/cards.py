"""Finds cards on the rectified sheet: rectangles of the card's size whose edges are not the poster's own.

Places are voted for, fitted and accepted best first; what an accepted card explains no longer counts for the next one, so
that touching and overlapping cards come apart.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from posterscan.geometry import Points, centroid, rectangle, rotation_of
from posterscan.sheet import Image, View
from posterscan.stages.card_sides import SideParams, Sides, fit_sides
from posterscan.stages.card_votes import VoteParams, Votes, vote_rectangles
from posterscan.stages.coded_places import CodePlaces, owner_of, place_of, printed_places, upright_as
from posterscan.stages.edges import Edges, FindEdgesParams, Plane, find_edges
from posterscan.stages.ink import area_inside_mm2, loose_words, unexplained_ink


@dataclass(frozen=True)
class FindCardsParams:
    """least_fresh: edges (0..4 sides) that no other card explains which a place needs to be looked at.

    least_quality: of 0..1, for a card. overlap_free: share of a card that may lie under or on another without doubt;
    overlap_cost: quality lost per share beyond it. same_iou: outlines that share more are one card. least_coded_quality: the same
    for a place that a code tells; least_inked_quality: for one that holds at least least_ink_mm2 of writing (a short word in
    thin pen has 25 mm² of strong edges). least_votes: where no writing helps. expected: the quality that
    a place is likely to reach, a + b * votes: it decides what is fitted first. marker_mm2: of a visible marker inside
    which no card can have. printed_mm2, printed_cost: where the artwork has edges of this area (50 mm of outline, widened to
    3 mm) and the photo shows all of them, a place loses this much quality; where it shows 60 % or less, which a card's own text
    makes by chance, none.
    """

    edges: FindEdgesParams = field(default_factory=FindEdgesParams)
    votes: VoteParams = field(default_factory=VoteParams)
    sides: SideParams = field(default_factory=SideParams)
    expected: tuple[float, float] = (0.35, 0.155)
    least_fresh: float = 1.0
    fresh_slack_mm: float = 3.0
    least_votes: float = 1.7
    least_quality: float = 0.6
    least_inked_quality: float = 0.45
    least_ink_mm2: float = 20.0
    most_inked_overlap: float = 0.2
    marker_mm2: float = 100.0
    printed_mm2: float = 150.0
    printed_cost: float = 0.3
    overlap_free: float = 0.1
    overlap_cost: float = 0.5
    same_iou: float = 0.4
    least_coded_quality: float = 0.35
    code_off_mm: float = 3.0


@dataclass(frozen=True, eq=False)
class CardOutlines:
    """Cards, from the lowest to the uppermost.

    polygons_mm (N, 4, 2): clockwise; from the card's own top-left where a code tells, else from the corner that makes it lie
    within a quarter turn of upright. code (N,): number of its code, -1 without. quality (N,) 0..1: how clearly its sides are
    seen; hidden (N,): share of its outline that cannot be judged; unseen (N,): sides that do not show.
    by_ink (N,): believed only because
    it holds writing. loose_codes: numbers of codes that no card was found for.
    loose_words_mm (K, 2): where something like writing lies outside all cards.
    """

    polygons_mm: NDArray[np.float64]
    code: NDArray[np.int64]
    quality: NDArray[np.float64]
    hidden: NDArray[np.float64]
    unseen: NDArray[np.int64]
    by_ink: NDArray[np.bool_]
    loose_codes: tuple[int, ...]
    loose_words_mm: Points
    features: NDArray[np.float64]


    def part(self, keep: NDArray[np.bool_]) -> CardOutlines:
        """Some of them, in the same order; codes of the others become loose."""
        lost = tuple(int(c) for c in self.code[~keep] if c >= 0)
        return CardOutlines(self.polygons_mm[keep], self.code[keep], self.quality[keep], self.hidden[keep], self.unseen[keep],
                            self.by_ink[keep], (*self.loose_codes, *lost), self.loose_words_mm, self.features[keep])


@dataclass(frozen=True, eq=False)
class _Card:
    sides: Sides
    quality: float
    features: NDArray[np.float64]
    least: float


def find_cards(view: View, reference: Image | None, size_mm: tuple[float, float], codes: CodePlaces | None = None,
               seen_markers_mm: ArrayLike = (), params: FindCardsParams | None = None) -> CardOutlines:
    """Finds cards of about size_mm (width, height) on a view of the whole sheet.

    reference: (h, w, 3) uint8 RGB artwork of the whole sheet, or None: then the artwork's own rectangles are found too.
    codes: printed codes seen on cards. seen_markers_mm: (K, 4, 2) the poster's markers that the photo shows: no card lies there.
    """
    p = params or FindCardsParams()
    known = codes or CodePlaces.none()
    edges = find_edges(view, reference, seen_markers_mm, p.edges)
    votes = vote_rectangles(edges, size_mm, p.votes)
    kept = _accepted(edges, _distinct(votes.part(votes.scores >= p.least_votes)), size_mm, [], p.least_quality, p)
    kept = _with_coded(edges, kept, known, size_mm, p)
    inked = _distinct(_holding_ink(edges, votes, kept, size_mm, p))
    kept = _accepted(edges, inked, size_mm, kept, p.least_inked_quality, p)
    kept = _with_coded(edges, _settled(edges, size_mm, kept, p), known, size_mm, p)
    kept = _stacked(kept, edges, p)
    words = loose_words(edges, [card.sides.corners_mm for card in kept])
    return _as_outlines(kept, known, words, p.least_inked_quality)


def _as_outlines(kept: list[_Card], codes: CodePlaces, words_mm: Points, least_inked: float) -> CardOutlines:
    outlines = [upright_as(card.sides.corners_mm, _nearest_turn(card.sides.corners_mm)) for card in kept]
    code = np.full(len(kept), -1, np.int64)
    loose = []
    for number, corners in enumerate(codes.corners_mm):
        i = owner_of(corners, outlines)
        if i < 0 or code[i] >= 0:
            loose.append(number)
            continue
        code[i] = number
        outlines[i] = upright_as(outlines[i], rotation_of(corners))
    return CardOutlines(
        np.array(outlines).reshape(-1, 4, 2), code, np.array([card.quality for card in kept]),
        np.array([card.sides.hidden.mean() for card in kept]),
        np.array([int((card.sides.strengths == 0).sum()) for card in kept], dtype=np.int64),
        np.array([card.least == least_inked for card in kept], dtype=np.bool_), tuple(loose), words_mm,
        np.array([card.features for card in kept]))


def _with_coded(edges: Edges, kept: list[_Card], codes: CodePlaces, size_mm: tuple[float, float],
                p: FindCardsParams) -> list[_Card]:
    """Looks again for cards whose code says that they lie elsewhere than they were found."""
    outlines = [card.sides.corners_mm for card in kept]
    printed = printed_places(codes, outlines)
    wanted = []
    for corners, group in zip(codes.corners_mm, codes.group, strict=True):
        if int(group) in printed:
            center, turn = place_of(corners, printed[int(group)])
            if not any(np.hypot(*(centroid(o) - center)) < p.code_off_mm for o in outlines):
                wanted.append((center, turn))
    for center, turn in wanted:
        place = rectangle(center, size_mm, turn)
        # what shares this much with a card that must be there is a mistake
        kept = [card for card in kept if overlap_iou(card.sides.corners_mm, place) < 0.25]
        taken = np.zeros_like(edges.cos2)
        for card in kept:
            mark_sides(taken, card.sides.corners_mm, edges.px_per_mm)
        found = replace(_fit(edges, center, turn, size_mm, taken, kept, p), least=p.least_coded_quality)
        off = np.hypot(*(centroid(found.sides.corners_mm) - center))
        sure = found.quality >= p.least_coded_quality and off < p.code_off_mm
        kept.append(found if sure else _placed_by_code(place, p))
    return kept


def _placed_by_code(place: Points, p: FindCardsParams) -> _Card:
    """A card whose sides do not show, where its code says that it lies."""
    nothing = np.zeros(4)
    return _Card(Sides(place, 0.0, nothing, nothing, nothing), p.least_coded_quality, np.zeros(13), p.least_coded_quality)


def _stacked(kept: list[_Card], edges: Edges, p: FindCardsParams) -> list[_Card]:
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


def _lies_on(a: _Card, b: _Card, edges: Edges) -> bool:
    """Whether a's sides show within b more than b's within a."""
    if _overlap(a.sides.corners_mm, b.sides.corners_mm) < 4.0:  # mm²: less is touching
        return False
    return _shown_within(a, b, edges) > _shown_within(b, a, edges)


def _shown_within(a: _Card, b: _Card, edges: Edges, step_mm: float = 1.0) -> float:
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


def _nearest_turn(outline: Points) -> float:
    """The rotation within a quarter turn of upright."""
    turn = rotation_of(outline)
    return turn if abs(turn) <= 90 else turn - np.sign(turn) * 180


def _holding_ink(edges: Edges, votes: Votes, kept: list[_Card], size_mm: tuple[float, float], p: FindCardsParams) -> Votes:
    """Places whose outline alone would not be believed, but that hold writing which nothing else explains."""
    ink = unexplained_ink(edges, [card.sides.corners_mm for card in kept])
    places = np.array([rectangle(center, size_mm, turn) for center, turn in zip(votes.centers_mm, votes.rotations_deg, strict=True)])
    return votes.part(area_inside_mm2(ink, edges.px_per_mm, places.reshape(-1, 4, 2)) >= p.least_ink_mm2)


def _distinct(votes: Votes, near_mm: float = 5.0, near_deg: float = 9.0) -> Votes:
    """Without places that a better one lies so near to that fitting leads to the same card."""
    keep: list[int] = []
    for i in range(len(votes.scores)):
        others = votes.centers_mm[keep]
        turn = np.abs((votes.rotations_deg[keep] - votes.rotations_deg[i] + 90) % 180 - 90)
        if not len(keep) or not np.any((np.hypot(*(others - votes.centers_mm[i]).T) < near_mm) & (turn < near_deg)):
            keep.append(i)
    return votes.part(np.array(keep, dtype=np.intp))


def _accepted(edges: Edges, votes: Votes, size_mm: tuple[float, float], before: list[_Card], least: float,
              p: FindCardsParams) -> list[_Card]:
    """The cards found before, and those of at least this quality among the places voted for. Lazy greedy choice: a place is fitted when its votes lead, and again when a card beside it has been accepted since."""
    taken = np.zeros_like(edges.cos2)
    kept = list(before)
    for card in kept:
        mark_sides(taken, card.sides.corners_mm, edges.px_per_mm)
    heap: list[tuple[float, int, int, _Card | None]] = [(-p.expected[0] - p.expected[1] * score, i, -1, None)
                                                        for i, score in enumerate(votes.scores)]
    heapq.heapify(heap)
    while heap and -heap[0][0] >= least:
        _, i, fitted_at, card = heapq.heappop(heap)
        rough = rectangle(votes.centers_mm[i], size_mm, votes.rotations_deg[i]) if card is None else card.sides.corners_mm
        if card is not None and not any(near_each_other(rough, k.sides.corners_mm) for k in kept[fitted_at:]):
            kept.append(card)
            mark_sides(taken, card.sides.corners_mm, edges.px_per_mm)
            continue
        if any(overlap_iou(rough, k.sides.corners_mm) > p.same_iou for k in kept):
            continue
        if least < p.least_quality and any(share_of(rough, k.sides.corners_mm) > p.most_inked_overlap for k in kept):
            continue
        if card is None and untaken_share(edges, rough, taken, p.fresh_slack_mm) < p.least_fresh:
            continue
        card = replace(_fit(edges, centroid(rough), rotation_of(rough), size_mm, taken, kept, p), least=least)
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
    if _on_marker(edges, sides.corners_mm, p):
        return _Card(sides, 0.0, np.zeros(13), p.least_quality)
    quality = -_poster_seen(edges, sides.corners_mm, p) + 0.2 * fresh / seen + 0.4 * sides.score / 4 + 0.4 * supported / seen - p.overlap_cost * max(0.0, covered - p.overlap_free)
    return _Card(sides, quality, np.array([quality, fresh, seen, sides.score, covered, *sides.strengths, *sides.supported]),
                 p.least_quality)


def _settled(edges: Edges, size_mm: tuple[float, float], kept: list[_Card], p: FindCardsParams) -> list[_Card]:
    """All cards fitted again, now that it is known which edges belong to the others."""
    moved = set(range(len(kept)))
    for _ in range(2):
        moving, moved = moved, set()
        for i, card in enumerate(kept):
            at = card.sides.corners_mm
            beside = [j for j in range(len(kept)) if j != i and near_each_other(kept[j].sides.corners_mm, at)]
            if not any(j in moving for j in beside) or not card.sides.strengths.any():
                continue
            others = [kept[j] for j in beside]
            taken = np.zeros_like(edges.cos2)
            for other in others:
                mark_sides(taken, other.sides.corners_mm, edges.px_per_mm)
            kept[i] = replace(_fit(edges, centroid(at), rotation_of(at), size_mm, taken, others, p), least=card.least)
            if np.abs(kept[i].sides.corners_mm - at).max() > 0.5:
                moved.add(i)
    return [card for i, card in enumerate(kept) if card.quality >= card.least or _stays(edges, kept, i, p)]


def _stays(edges: Edges, kept: list[_Card], i: int, p: FindCardsParams) -> bool:
    """Whether a card whose sides are mostly others' too holds writing of its own: then it is no gap between cards."""
    others = [card.sides.corners_mm for j, card in enumerate(kept) if j != i]
    ink = unexplained_ink(edges, others)
    own = float(area_inside_mm2(ink, edges.px_per_mm, kept[i].sides.corners_mm[None])[0])
    return own >= p.least_ink_mm2 and kept[i].quality >= p.least_coded_quality


def _on_marker(edges: Edges, outline: Points, p: FindCardsParams) -> bool:
    """Whether a marker that the photo shows lies inside: then no card can lie on it."""
    return float(area_inside_mm2(edges.markers, edges.px_per_mm, outline[None])[0]) >= p.marker_mm2


def _poster_seen(edges: Edges, outline: Points, p: FindCardsParams) -> float:
    """What a place loses in quality because the poster's own print is seen inside it."""
    printed, seen = (float(area_inside_mm2(plane, edges.px_per_mm, outline[None])[0]) for plane in (edges.printed, edges.printed_seen))
    share = seen / printed if printed > 0 else 0.0
    return p.printed_cost * min(1.0, printed / p.printed_mm2) * float(np.clip((share - 0.6) / 0.4, 0, 1))


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
