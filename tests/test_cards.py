"""Cards on drawn sheets come back where they were laid."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from drawn_table import CARD_MM, DrawnCard, artwork, drawn_view
from posterscan.doubt import without_ghosts
from posterscan.geometry import centroid, rotated
from posterscan.ocr.readings import CardReading, Line
from posterscan.stages.cards import CardOutlines, find_cards
from posterscan.stages.coded_places import CodePlaces

TEAL = (18, 112, 120)


def nearest(found: CardOutlines, card: DrawnCard) -> tuple[int, float]:
    """Number of the outline nearest to a drawn card, and its mean corner error in mm (whichever corner it starts at)."""
    errors = [min(float(np.linalg.norm(np.roll(outline, k, axis=0) - card.outline_mm, axis=1).mean()) for k in range(4))
              for outline in found.polygons_mm]
    return int(np.argmin(errors)), float(np.min(errors))


def assert_found(found: CardOutlines, cards: list[DrawnCard], within_mm: float) -> None:
    assert len(found.polygons_mm) == len(cards)
    matches = [nearest(found, card) for card in cards]
    assert len({i for i, _ in matches}) == len(cards)
    assert max(error for _, error in matches) < within_mm


def test_cards_at_any_angle_on_and_off_tinted_zones() -> None:
    cards = [DrawnCard((70, 90), 12.0), DrawnCard((110, 200), -38.0, "Koor"), DrawnCard((300, 95), 91.0, "School"),
             DrawnCard((320, 215), 176.0, "Wijkteam")]
    assert_found(find_cards(drawn_view(cards), artwork(), CARD_MM), cards, 1.0)


def test_a_bar_along_the_top_is_not_the_edge() -> None:
    cards = [DrawnCard((80, 110), 4.0, bar=TEAL), DrawnCard((320, 140), -7.0, bar=TEAL)]
    assert_found(find_cards(drawn_view(cards), artwork(), CARD_MM), cards, 1.0)


def test_touching_and_overlapping_cards_come_apart() -> None:
    cards = [DrawnCard((75, 80)), DrawnCard((160.3, 80), text="Koor"), DrawnCard((110, 125), 8.0, "School"),
             DrawnCard((330, 64)), DrawnCard((335, 119.4), text="Park")]
    assert_found(find_cards(drawn_view(cards), artwork(), CARD_MM), cards, 1.0)


def test_the_upper_of_two_overlapping_cards_comes_later() -> None:
    for lower, upper in ((DrawnCard((100, 110), 3.0), DrawnCard((150, 145), -9.0, "Koor")),
                         (DrawnCard((150, 145), -9.0, "Koor"), DrawnCard((100, 110), 3.0))):
        found = find_cards(drawn_view([lower, upper], noise=1.0), artwork(), CARD_MM)
        assert nearest(found, lower)[0] < nearest(found, upper)[0]


def test_white_cards_without_rim_on_white_paper_by_their_shadow_and_writing() -> None:
    blank = np.full((297 * 8, 420 * 8, 3), 255, np.uint8)
    cards = [DrawnCard((90, 80), 5.0, rim=None, paper=(255, 255, 255)),
             DrawnCard((300, 190), -20.0, "Koor", rim=None, paper=(255, 255, 255))]
    assert_found(find_cards(drawn_view(cards, reference=blank, noise=1.0), blank, CARD_MM), cards, 1.5)


def test_a_strong_edge_leaves_no_echo_beside_it() -> None:
    """Two cards end to end: the lower one's top is the upper one's bottom, and 2 mm below it there is nothing."""
    cards = [DrawnCard((330, 64)), DrawnCard((335, 119.4), text="Park")]
    assert_found(find_cards(drawn_view(cards), artwork(), CARD_MM), cards, 1.0)


def test_cards_are_found_without_artwork() -> None:
    cards = [DrawnCard((70, 110), 12.0), DrawnCard((315, 205), -8.0, "School")]
    found = find_cards(drawn_view(cards), None, CARD_MM)
    assert max(nearest(found, card)[1] for card in cards) < 1.0


def test_an_empty_poster_has_no_cards() -> None:
    assert find_cards(drawn_view([]), artwork(), CARD_MM).polygons_mm.shape == (0, 4, 2)


def test_a_cup_and_a_pen_are_no_cards() -> None:
    """What passes for an outline with something in it is dropped once nothing can be read there, and told."""
    cards = [DrawnCard((100, 170), 10.0)]
    found = find_cards(drawn_view(cards, clutter=True), artwork(), CARD_MM)
    said = [(CardReading("drawn", (Line("Buurthuis", 0.99, np.zeros((4, 2))),)),) if nearest(found, cards[0])[0] == i else
            (CardReading("drawn"),) for i in range(len(found.polygons_mm))]
    left, _, ghosts_mm = without_ghosts(found, said)
    assert_found(left, cards, 1.0)
    assert len(ghosts_mm) == len(found.polygons_mm) - 1


def test_faint_and_noisy_light_does_not_move_the_outline() -> None:
    cards = [DrawnCard((100, 120), 20.0), DrawnCard((310, 150), -4.0, "School")]
    found = find_cards(drawn_view(cards, noise=7.0, blur_mm=0.5, shade=0.5), artwork(), CARD_MM)
    assert_found(found, cards, 1.0)


def code_at(card: DrawnCard, offset_mm: tuple[float, float] = (30.0, 15.0), side_mm: float = 12.0) -> NDArray[np.float64]:
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * side_mm / 2 + offset_mm
    return rotated(square, card.rotation_deg) + card.center_mm


def test_a_code_tells_which_corner_is_the_top_left() -> None:
    cards = [DrawnCard((100, 120), 170.0), DrawnCard((310, 150), -88.0, "School")]
    codes = CodePlaces(np.array([code_at(card) for card in cards]), np.zeros(2, np.int64))
    found = find_cards(drawn_view(cards), artwork(), CARD_MM, codes)
    for card in cards:
        i, _ = nearest(found, card)
        assert np.linalg.norm(found.polygons_mm[i][0] - card.outline_mm[0]) < 1.0
        assert found.code[i] >= 0
    assert found.loose_codes == ()


def test_a_code_finds_the_card_whose_sides_hardly_show() -> None:
    """Three cards tell where the code is printed; the fourth is the colour of the paper, without rim, and nearly covered."""
    seen = [DrawnCard((70, 70), 3.0), DrawnCard((70, 150), -5.0, "Koor"), DrawnCard((70, 230), 8.0, "Park")]
    hidden = DrawnCard((315, 150), 5.0, "", rim=None, paper=(252, 240, 226))
    view = drawn_view([*seen, hidden], noise=6.0)
    codes = CodePlaces(np.array([code_at(card) for card in [*seen, hidden]]), np.zeros(4, np.int64))
    found = find_cards(view, artwork(), CARD_MM, codes)
    i, _ = nearest(found, hidden)
    assert np.linalg.norm(centroid(found.polygons_mm[i]) - hidden.center_mm) < 3.0


def test_a_code_without_card_is_told() -> None:
    lone = CodePlaces(np.array([[[200, 150], [212, 150], [212, 162], [200, 162]]], dtype=np.float64), np.zeros(1, np.int64))
    assert find_cards(drawn_view([]), artwork(), CARD_MM, lone).loose_codes == (0,)


@pytest.mark.parametrize("size_mm", [(90.0, 60.0), (80.0, 50.0), (60.0, 60.0)])
def test_other_card_sizes(size_mm: tuple[float, float]) -> None:
    cards = [DrawnCard((90, 110), 11.0, "Koor", size_mm=size_mm), DrawnCard((310, 150), -24.0, "Park", size_mm=size_mm)]
    assert_found(find_cards(drawn_view(cards), artwork(), size_mm), cards, 1.0)


def test_what_the_photo_does_not_reach_has_no_cards() -> None:
    view = drawn_view([DrawnCard((100, 150), 5.0)])
    view.valid[:, view.valid.shape[1] // 2:] = False
    view.rgb[:, view.valid.shape[1] // 2:] = cv2.resize(view.rgb[:, view.valid.shape[1] // 2 - 1:view.valid.shape[1] // 2],
                                                         (view.rgb.shape[1] - view.valid.shape[1] // 2, view.rgb.shape[0]))
    assert len(find_cards(view, artwork(), CARD_MM).polygons_mm) == 1
