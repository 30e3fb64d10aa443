"""Finds cards on the rectified sheet: rectangles of the card's size whose edges are not the poster's own.

Places are voted for, fitted and accepted best first; what an accepted card explains no longer counts for the next one, so
that touching and overlapping cards come apart. Then codes and writing bring back what its outline alone did not show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from posterscan.geometry import Points, centroid, rectangle, rotation_of
from posterscan.sheet import Image, View
from posterscan.stages.card_choice import accepted, distinct, holding_ink, settled, taken_by
from posterscan.stages.card_fit import Card, FindCardsParams, fit_card, overlap_iou
from posterscan.stages.card_stacking import stacked
from posterscan.stages.card_votes import vote_rectangles
from posterscan.stages.coded_cards import placed_by_code, told_cards, without_told
from posterscan.stages.coded_places import CodePlaces, PrintedPlace, owner_of, place_of, printed_places, upright_as
from posterscan.stages.edges import Edges, find_edges
from posterscan.stages.ink import loose_words
from posterscan.stages.see_through import print_shows


@dataclass(frozen=True, eq=False)
class CardOutlines:
    """Cards, from the lowest to the uppermost.

    polygons_mm (N, 4, 2): clockwise; from the card's own top-left where a code tells, else from the corner that makes it lie
    within a quarter turn of upright. code (N,): number of its code, -1 without. quality (N,) 0..1: how clearly its sides are
    seen; hidden (N,): share of its outline that cannot be judged; unseen (N,): sides that do not show. loose_codes: numbers
    of codes that no card was found for. back (N,): whether the code says that the back shows; side_lead (N,): by how much
    quality that outline is clearer than the other side's, NaN where no code tells the side. loose_words_mm (K, 2): where something
    like writing lies outside all cards.
    """

    polygons_mm: NDArray[np.float64]
    code: NDArray[np.int64]
    quality: NDArray[np.float64]
    hidden: NDArray[np.float64]
    unseen: NDArray[np.int64]
    loose_codes: tuple[int, ...]
    loose_words_mm: Points
    back: NDArray[np.bool_]
    side_lead: NDArray[np.float64]

    def part(self, keep: NDArray[np.bool_]) -> CardOutlines:
        """Some of them, in the same order; codes of the others become loose."""
        lost = tuple(int(c) for c in self.code[~keep] if c >= 0)
        return CardOutlines(self.polygons_mm[keep], self.code[keep], self.quality[keep], self.hidden[keep], self.unseen[keep],
                            (*self.loose_codes, *lost), self.loose_words_mm, self.back[keep], self.side_lead[keep])


def find_cards(view: View, reference: Image | None, size_mm: tuple[float, float], codes: CodePlaces | None = None,
               seen_markers_mm: ArrayLike = (), params: FindCardsParams | None = None) -> CardOutlines:
    """Finds cards of about size_mm (width, height) on a view of the whole sheet.

    reference: (h, w, 3) uint8 RGB artwork of the whole sheet, or None: then the artwork's own rectangles are found too.
    codes: printed codes seen on cards. seen_markers_mm: (K, 4, 2) the poster's markers that the photo shows: no card lies there.
    """
    p = params or FindCardsParams()
    known = codes or CodePlaces.none()
    edges = find_edges(view, reference, seen_markers_mm, p.edges)
    kept = told_cards(edges, known, size_mm, p)
    votes = vote_rectangles(without_told(edges, kept, p), size_mm, p.votes)
    kept = accepted(edges, distinct(votes.part(votes.scores >= p.least_votes)), size_mm, kept, p.least_quality, p)
    kept = _with_coded(edges, kept, known, size_mm, p)
    inked = holding_ink(edges, votes, kept, size_mm, p)
    kept = accepted(edges, inked, size_mm, kept, p.least_inked_quality, p)
    kept = _with_coded(edges, settled(edges, size_mm, kept, p), known, size_mm, p)
    kept = stacked(_without_glass(view, reference, kept), edges)
    words = loose_words(edges, [card.sides.corners_mm for card in kept])
    return _as_outlines(kept, known, words)


def _as_outlines(kept: list[Card], codes: CodePlaces, words_mm: Points) -> CardOutlines:
    outlines = [upright_as(card.sides.corners_mm, card.told.turn_deg if card.told else _nearest_turn(card.sides.corners_mm))
                for card in kept]
    told = [card.told for card in kept]
    code = np.array([t.code if t else -1 for t in told], dtype=np.int64)
    loose = []
    for number, corners in enumerate(codes.corners_mm):
        if number in code:
            continue
        i = owner_of(corners, outlines)
        if i < 0 or code[i] >= 0:
            loose.append(number)
            continue
        code[i] = number
        outlines[i] = upright_as(outlines[i], rotation_of(corners))
    return CardOutlines(
        np.array(outlines).reshape(-1, 4, 2), code, np.array([card.quality for card in kept]),
        np.array([card.sides.hidden.mean() for card in kept]),
        np.array([int((card.sides.strengths == 0).sum()) for card in kept], dtype=np.int64), tuple(loose), words_mm,
        np.array([t is not None and t.back for t in told], dtype=np.bool_), np.array([t.lead if t else np.nan for t in told]))


def _with_coded(edges: Edges, kept: list[Card], codes: CodePlaces, size_mm: tuple[float, float],
                p: FindCardsParams) -> list[Card]:
    """Looks again for cards whose code says that they lie elsewhere than they were found."""
    outlines = [card.sides.corners_mm for card in kept]
    printed = printed_places(codes, outlines)
    wanted = []
    for corners, group in zip(codes.corners_mm, codes.group, strict=True):
        if int(group) in printed and int(group) not in codes.printed:
            center, turn = place_of(corners, PrintedPlace("front", printed[int(group)]))
            if not any(np.hypot(*(centroid(o) - center)) < p.code_off_mm for o in outlines):
                wanted.append((center, turn))
    for center, turn in wanted:
        place = rectangle(center, size_mm, turn)
        # what shares this much with a card that must be there is a mistake
        kept = [card for card in kept if overlap_iou(card.sides.corners_mm, place) < 0.25]
        found = replace(fit_card(edges, center, turn, size_mm, taken_by(edges, kept), kept, p), least=p.least_coded_quality)
        off = np.hypot(*(centroid(found.sides.corners_mm) - center))
        sure = found.quality >= p.least_coded_quality and off < p.code_off_mm
        kept.append(found if sure else placed_by_code(place, p))
    return kept


def _without_glass(view: View, reference: Image | None, kept: list[Card]) -> list[Card]:
    """Without outlines that the poster's own print shows inside of; a card that its code tells is one whatever shows."""
    outlines = np.array([card.sides.corners_mm for card in kept]).reshape(-1, 4, 2)
    shows = print_shows(view, reference, outlines)
    return [card for card, own in zip(kept, shows, strict=True) if card.told is not None or not own]


def _nearest_turn(outline: Points) -> float:
    """The rotation within a quarter turn of upright."""
    turn = rotation_of(outline)
    return turn if abs(turn) <= 90 else turn - np.sign(turn) * 180
