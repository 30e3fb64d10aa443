"""Cards whose code says where they lie, since the catalogue says where codes stand: fitted near there, front or back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from posterscan.geometry import Points, centroid, rectangle
from posterscan.stages.card_fit import Card, FindCardsParams, Told, fit_card, mark_sides, untaken_share
from posterscan.stages.card_sides import Sides
from posterscan.stages.coded_places import CodePlaces, PrintedPlace, place_of
from posterscan.stages.edges import Edges, Plane


@dataclass(frozen=True, eq=False)
class _Try:
    """One side of a card that may show its code. votes: edges (0..4) along the outline that it would have."""

    code: int
    printed: PrintedPlace
    center_mm: Points
    rotation_deg: float
    votes: float


def told_cards(edges: Edges, codes: CodePlaces, size_mm: tuple[float, float], p: FindCardsParams) -> list[Card]:
    """A card for each code of a group whose printed places are known; those whose side is plainest come first.

    Front and back carry the code in different places, so that only one of the two outlines lies along edges.
    """
    tries = [_tries(edges, codes, number, size_mm, p) for number in range(len(codes))]
    kept: list[Card] = []
    taken = np.zeros_like(edges.cos2)
    for of_code in sorted((t for t in tries if t), key=_lead_of_votes, reverse=True):
        kept.append(_fitted(edges, of_code, size_mm, taken, kept, p))
        mark_sides(taken, kept[-1].sides.corners_mm, edges.px_per_mm)
    return kept


def without_told(edges: Edges, told: list[Card], p: FindCardsParams) -> Edges:
    """The edges less those of cards in full view: nothing lies on such a card, so that no other card has an edge there."""
    mask = np.zeros(edges.cos2.shape, np.uint8)
    for card in told:
        if card.told is not None and card.sides.supported.min() >= p.full_view:
            spots = np.round((card.sides.corners_mm * edges.px_per_mm - 0.5) * 16).astype(np.int32)
            cv2.fillPoly(mask, [spots], 1, shift=4)
            cv2.polylines(mask, [spots], True, 1, thickness=round(2 * p.own_edge_mm * edges.px_per_mm), shift=4)
    return replace(edges, cos2=np.where(mask, np.float32(0), edges.cos2), sin2=np.where(mask, np.float32(0), edges.sin2))


def placed_by_code(place_mm: Points, p: FindCardsParams) -> Card:
    """A card whose sides do not show, where its code says that it lies."""
    nothing = np.zeros(4)
    return Card(Sides(place_mm, 0.0, nothing, nothing, nothing), p.least_coded_quality, p.least_coded_quality)


def _tries(edges: Edges, codes: CodePlaces, number: int, size_mm: tuple[float, float], p: FindCardsParams) -> list[_Try]:
    """The sides that the code may be on, the one with most edges along its outline first."""
    found = []
    nothing = np.zeros_like(edges.cos2)
    for printed in codes.printed.get(int(codes.group[number]), ()):
        center, turn = place_of(codes.corners_mm[number], printed)
        votes = untaken_share(edges, rectangle(center, size_mm, turn), nothing, p.told_sides.span_mm)
        found.append(_Try(number, printed, center, turn, votes))
    return sorted(found, key=lambda t: -t.votes)


def _lead_of_votes(tries: list[_Try]) -> float:
    return tries[0].votes - tries[1].votes if len(tries) > 1 else tries[0].votes


def _fitted(edges: Edges, tries: list[_Try], size_mm: tuple[float, float], taken: Plane, others: list[Card],
            p: FindCardsParams) -> Card:
    """The card as its clearer side has it."""
    plain = len(tries) > 1 and _lead_of_votes(tries) >= p.clear_lead
    fits = [(_near_its_code(edges, t, size_mm, taken, others, p), t) for t in (tries[:1] if plain else tries)]
    fits.sort(key=lambda fit: -fit[0].quality)
    card, chosen = fits[0]
    lead = float(card.quality - fits[1][0].quality) if len(fits) > 1 else p.expected[1] * _lead_of_votes(tries)
    return replace(card, least=0.0, told=Told(chosen.code, chosen.rotation_deg, chosen.printed.side == "back", lead))


def _near_its_code(edges: Edges, t: _Try, size_mm: tuple[float, float], taken: Plane, others: list[Card],
                   p: FindCardsParams) -> Card:
    found = fit_card(edges, t.center_mm, t.rotation_deg, size_mm, taken, others, p, p.told_sides)
    off = np.hypot(*(centroid(found.sides.corners_mm) - t.center_mm))
    if found.quality >= p.least_coded_quality and off < p.code_off_mm:
        return found
    return replace(placed_by_code(rectangle(t.center_mm, size_mm, t.rotation_deg), p), quality=min(found.quality,
                                                                                                  p.least_coded_quality))
