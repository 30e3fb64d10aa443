"""What lies on the poster and is no card is told; an empty poster, cards and stickers are not."""

from __future__ import annotations

import numpy as np

from drawn_table import DrawnCard, artwork, drawn_view
from posterscan.stages.leftovers import find_leftovers

NO_CARDS = np.zeros((0, 4, 2))


def test_a_cup_is_told_with_its_place_and_about_its_area() -> None:
    left = find_leftovers(drawn_view([], clutter=True), artwork(), NO_CARDS)
    assert len(left) >= 1
    assert np.hypot(*(left.centers_mm[0] - [215, 60])) < 8
    assert abs(left.areas_mm2[0] / (np.pi * 40**2) - 1) < 0.25


def test_an_empty_poster_under_uneven_light_tells_nothing() -> None:
    assert len(find_leftovers(drawn_view([], shade=0.5, noise=5.0), artwork(), NO_CARDS)) == 0


def test_known_cards_and_stickers_are_not_told_again() -> None:
    dark = DrawnCard((110, 150), 12.0, paper=(60, 70, 90))
    view = drawn_view([dark])
    assert len(find_leftovers(view, artwork(), NO_CARDS)) == 1
    assert len(find_leftovers(view, artwork(), dark.outline_mm[None])) == 0


def test_what_the_photo_does_not_reach_is_not_told() -> None:
    view = drawn_view([], clutter=True)
    view.valid[:, :] = False
    assert len(find_leftovers(view, artwork(), NO_CARDS)) == 0
