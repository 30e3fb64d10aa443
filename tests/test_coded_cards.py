"""Cards of a kit that says where its codes stand: placed by their code, front and back told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import pytest

from drawn_table import CARD_MM, PX_PER_MM, DrawnCard, artwork, drawn_view
from posterscan.geometry import rectangle, rotated
from posterscan.sheet import View
from posterscan.stages.card_fit import FindCardsParams
from posterscan.stages.cards import CardOutlines, find_cards
from posterscan.stages.coded_cards import told_cards, without_told
from posterscan.stages.coded_places import CodePlaces, place_of, printed_place
from posterscan.stages.edges import find_edges

Side = Literal["front", "back"]
PLACES: dict[Side, tuple[float, float]] = {"front": (64.5, 34.5), "back": (4.5, 4.5)}  # as the kit prints them
CODE_MM = 16.0


def in_card(side: Side, turn_deg: float = 0.0) -> np.ndarray:
    """(4, 2) the code in the card's own frame."""
    return rectangle(np.array(PLACES[side]) + CODE_MM / 2, (CODE_MM, CODE_MM), turn_deg)


PRINTED = {0: tuple(printed_place(side, in_card(side), CARD_MM) for side in PLACES)}


@dataclass(frozen=True)
class Coded:
    """A drawn card and the side of it that shows."""

    card: DrawnCard
    side: Side = "front"

    @property
    def code_mm(self) -> np.ndarray:
        return rotated(in_card(self.side) - np.array(CARD_MM) / 2, self.card.rotation_deg) + self.card.center_mm


def view_of(cards: Sequence[Coded], off: float = 0.0, **about: float) -> tuple[View, CodePlaces]:
    """The drawn sheet with a black square for each code, and the codes as seen, their corners off by so many mm."""
    view = drawn_view([c.card for c in cards], **about)  # type: ignore[arg-type]
    rgb = view.rgb.copy()
    for c in cards:
        cv2.fillPoly(rgb, [np.round((c.code_mm * PX_PER_MM - 0.5) * 16).astype(np.int32)], (40, 40, 40), cv2.LINE_AA, 4)
    seen = np.array([c.code_mm for c in cards]).reshape(-1, 4, 2)
    seen = seen + np.random.default_rng(3).normal(0, off, seen.shape)
    return View(rgb, view.valid, view.px_per_mm), CodePlaces(seen, np.zeros(len(cards), np.int64), PRINTED)


def errors_mm(found: CardOutlines, cards: Sequence[Coded]) -> list[float]:
    """Mean corner error of each card's outline, corner by corner from its own top-left."""
    at = {int(code): i for i, code in enumerate(found.code) if code >= 0}
    return [float(np.linalg.norm(found.polygons_mm[at[n]] - c.card.outline_mm, axis=1).mean()) for n, c in enumerate(cards)]


@pytest.mark.parametrize("turn", [0.0, 90.0, -90.0, 180.0])
def test_the_place_of_a_code_is_the_place_of_its_card_however_it_is_printed(turn: float) -> None:
    printed = printed_place("front", in_card("front", turn), CARD_MM)
    seen = rotated(in_card("front", turn) - np.array(CARD_MM) / 2, 33.0) + [120.0, 80.0]
    center, rotation = place_of(seen, printed)
    assert np.allclose(center, [120.0, 80.0])
    assert (rotation - 33.0) % 360 == pytest.approx(0.0, abs=1e-6) or (rotation - 33.0) % 360 == pytest.approx(360.0)


def test_a_single_code_gives_outline_and_side() -> None:
    """No other card is needed to learn from."""
    for side in PLACES:
        for turn in (4.0, 97.0, 181.0, -60.0):
            cards = [Coded(DrawnCard((110, 130), turn), side)]
            found = find_cards(*_arguments(cards))
            assert len(found.polygons_mm) == 1
            assert bool(found.back[0]) is (side == "back")
            assert found.side_lead[0] > 0.15
            assert errors_mm(found, cards)[0] < 0.8


def _arguments(cards: Sequence[Coded], off: float = 0.05) -> tuple:  # type: ignore[type-arg]
    view, codes = view_of(cards, off)
    return view, artwork(), CARD_MM, codes


def test_fronts_and_backs_beside_and_over_each_other() -> None:
    cards = [Coded(DrawnCard((75, 80))), Coded(DrawnCard((160.3, 80), text="Koor"), "back"),
             Coded(DrawnCard((105, 132), 8.0, "School")), Coded(DrawnCard((330, 64)), "back"),
             Coded(DrawnCard((335, 119.4), 180.0, "Park"))]
    found = find_cards(*_arguments(cards))
    assert len(found.polygons_mm) == 5
    back = {int(code): bool(b) for code, b in zip(found.code, found.back, strict=True)}
    assert [back[n] for n in range(5)] == [c.side == "back" for c in cards]
    assert max(errors_mm(found, cards)) < 1.3  # where two cards touch, an edge is as much one's as the other's


def test_a_dark_frame_is_not_taken_for_the_card() -> None:
    """Its inner edge is as strong as the card's own; only the code says which of the two is the rim."""
    frames = [DrawnCard((90, 110), 11.0), DrawnCard((310, 190), -24.0, "Park")]
    view, codes = view_of([Coded(card) for card in frames], 0.1)
    rgb = view.rgb.copy()
    for card in frames:
        for inset in np.arange(0.3, 2.6, 0.2):
            ring = rectangle(card.center_mm, (CARD_MM[0] - 2 * inset, CARD_MM[1] - 2 * inset), card.rotation_deg)
            cv2.polylines(rgb, [np.round((ring * PX_PER_MM - 0.5) * 16).astype(np.int32)], True, (60, 70, 80), 2, cv2.LINE_AA, 4)
    found = find_cards(View(rgb, view.valid, view.px_per_mm), artwork(), CARD_MM, codes)
    assert max(errors_mm(found, [Coded(card) for card in frames])) < 0.8


def test_a_card_without_code_is_found_beside_coded_ones() -> None:
    coded = [Coded(DrawnCard((80, 100))), Coded(DrawnCard((320, 200), 5.0, "Koor"), "back")]
    bare = DrawnCard((110, 160), 14.0, "School")  # lies partly on the first
    view, codes = view_of([*coded, Coded(bare)], 0.1)
    seen = CodePlaces(codes.corners_mm[:2], codes.group[:2], PRINTED)
    found = find_cards(view, artwork(), CARD_MM, seen)
    assert sorted(found.code.tolist()) == [-1, 0, 1]
    own = found.polygons_mm[found.code.tolist().index(-1)]
    assert np.linalg.norm(own.mean(axis=0) - bare.center_mm) < 1.0
    assert np.isnan(found.side_lead[found.code < 0]).all()


def test_sides_that_do_not_show_are_where_the_code_says() -> None:
    """A card the colour of the paper, without rim, in noise: its code alone places it to a millimetre or two."""
    hidden = Coded(DrawnCard((315, 150), 5.0, "", rim=None, paper=(252, 240, 226)))
    view, codes = view_of([hidden], 0.1, noise=6.0)
    found = find_cards(view, artwork(), CARD_MM, codes)
    assert errors_mm(found, [hidden])[0] < 2.0


def test_nothing_else_is_searched_where_a_card_lies_in_full_view() -> None:
    view, codes = view_of([Coded(DrawnCard((90, 120), 5.0))], 0.05)
    p = FindCardsParams()
    edges = find_edges(view, artwork(), (), p.edges)
    told = told_cards(edges, codes, CARD_MM, p)
    left = without_told(edges, told, p)
    inside = (slice(round(100 * edges.px_per_mm), round(140 * edges.px_per_mm)),
              slice(round(60 * edges.px_per_mm), round(120 * edges.px_per_mm)))
    assert np.hypot(edges.cos2, edges.sin2)[inside].max() > 0.5
    assert np.hypot(left.cos2, left.sin2)[inside].max() == 0
    assert np.array_equal(left.cos2[:, 400:], edges.cos2[:, 400:])
