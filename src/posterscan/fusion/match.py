"""Which cards in several photos of one table are the same card: by code, by place, by what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from posterscan.geometry import as_points, signed_area
from posterscan.ocr.compare import folded, likeness
from posterscan.records import CardRecord
from posterscan.sight import Sight

_CODE_DOUBTS = frozenset({"code-text-differ", "duplicate-code"})


@dataclass(frozen=True)
class MatchParams:
    """overlap: intersection over union from where on two outlines are one card; cards that people lay over each other share less,
    and an outline that is 8 mm off along both sides still shares 0.62. surely: from where on that holds against what was read.
    alike: share of letters from where on two handwritten texts are one; letters: shorter texts are too often alike by chance.
    sure: confidence of a reading that can tell two cards apart.
    """

    overlap: float = 0.4
    surely: float = 0.6
    alike: float = 0.85
    letters: int = 6
    sure: float = 0.9


@dataclass(frozen=True, eq=False)
class Sighting:
    """One card as one photo shows it. photo: index of the photo. in_view: share of it in the picture. detail_mm: see `Sight`.

    sigma_mm: how well its place is known, per axis.
    """

    photo: int
    card: CardRecord
    in_view: float
    detail_mm: float
    sigma_mm: float

    @property
    def center_mm(self) -> NDArray[np.float64]:
        """(2,) of its outline."""
        return np.array(self.card.center_mm)


def sightings(photo: int, cards: Sequence[CardRecord], sight: Sight) -> list[Sighting]:
    """The cards of one photo."""
    return [Sighting(photo, card, sight.share_of(card.polygon_mm), sight.detail_mm(card.polygon_mm), float(sigma))
            for card, sigma in zip(cards, sight.sigma_mm, strict=True)]


def same_cards(photos: Sequence[Sequence[Sighting]], params: MatchParams | None = None) -> list[list[Sighting]]:
    """Groups of sightings of one card, at most one per photo.

    photos: per photo its sightings, the photo that shows most first: the others join what it shows.
    """
    p = params or MatchParams()
    groups: list[list[Sighting]] = []
    for seen in photos:
        for group, sighting in _pairs(groups, seen, p):
            (groups[group] if group >= 0 else _new(groups)).append(sighting)
    return groups


def _new(groups: list[list[Sighting]]) -> list[Sighting]:
    groups.append([])
    return groups[-1]


def _pairs(groups: Sequence[Sequence[Sighting]], seen: Sequence[Sighting], p: MatchParams) -> Iterator[tuple[int, Sighting]]:
    """Each sighting with the number of the group that it joins, -1 for none; no group twice."""
    scores = np.array([[max(_score(a, b, p) for a in group) for b in seen] for group in groups]).reshape(len(groups), len(seen))
    rows, columns = linear_sum_assignment(-scores) if scores.size else ((), ())
    joined = {int(c): int(r) for r, c in zip(rows, columns, strict=True) if scores[r, c] > 0}
    for number, sighting in enumerate(seen):
        yield joined.get(number, -1), sighting


def _score(a: Sighting, b: Sighting, p: MatchParams) -> float:
    """How much speaks for one card: 0 nothing, up to 1 the place alone, more what is on it."""
    shared = overlap(a.card.polygon_mm, b.card.polygon_mm)
    same = says_the_same(a.card, b.card, p)
    if sure_of_code(a.card) and sure_of_code(b.card):
        return 3.0 + shared if a.card.marker_id == b.card.marker_id else 0.0
    if shared >= p.overlap and (same or shared >= p.surely or not _surely_differ(a.card, b.card, p)):
        return shared + 1.0 * same
    return 0.1 if same and _elsewhere(a, b, p) else 0.0  # the same words in two places: moved, if no better partner is there


def sure_of_code(card: CardRecord) -> bool:
    """Whether a code was seen that nothing speaks against: a blurred one can be taken for another."""
    return card.marker_id is not None and not set(card.needs_review) & _CODE_DOUBTS


def _elsewhere(a: Sighting, b: Sighting, p: MatchParams) -> bool:
    """Whether both are seen whole and read surely: half a card at the picture's edge says little about where it lies, and a
    doubtful outline across the cards around it reads like one of them.
    """
    return all(s.in_view > 0.95 and (s.card.text.confidence >= p.sure or sure_of_code(s.card)) for s in (a, b))


def says_the_same(a: CardRecord, b: CardRecord, params: MatchParams | None = None) -> bool:
    """Whether two records carry one catalogue id, or, where neither has one, texts that are nearly the same."""
    p = params or MatchParams()
    if a.catalogue_id is not None or b.catalogue_id is not None:
        return a.catalogue_id == b.catalogue_id
    shortest = min(len(folded(a.text.value)), len(folded(b.text.value)))
    return shortest >= p.letters and likeness(a.text.value, b.text.value).alike >= p.alike


def _surely_differ(a: CardRecord, b: CardRecord, p: MatchParams) -> bool:
    return min(a.text.confidence, b.text.confidence) >= p.sure and not says_the_same(a, b, p) and \
        folded(a.text.value) != folded(b.text.value)


def overlap(a_mm: object, b_mm: object) -> float:
    """Intersection over union of two convex outlines (4, 2)."""
    a, b = (as_points(outline).astype(np.float32) for outline in (a_mm, b_mm))  # type: ignore[arg-type]
    shared = float(cv2.intersectConvexConvex(a, b)[0])
    union = abs(signed_area(a)) + abs(signed_area(b)) - shared
    return shared / union if union > 0 else 0.0
