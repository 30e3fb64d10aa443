"""What lies on the poster and is no card is told; an empty poster, cards and stickers are not."""

from __future__ import annotations

import cv2
import numpy as np

from drawn_table import DrawnCard, artwork, drawn_view
from posterscan.sheet import Image, View
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


def poster_with_colours() -> Image:
    """The kit's kind of poster, flat colours on pale paper, (H, W, 3) at 2 px/mm."""
    sheet = np.full((594 * 2, 841 * 2, 3), (245, 243, 238), np.uint8)
    for at, colour in (((158, 175), (246, 226, 174)), ((444, 175), (185, 214, 232)), ((301, 418), (205, 185, 216))):
        cv2.ellipse(sheet, (2 * at[0], 2 * at[1]), (276, 226), 0, 0, 360, colour, -1)
    return sheet


def stronger(rgb: Image, saturation: float) -> Image:
    """As phones do: grey stays, colours move away from it."""
    grey = rgb.mean(axis=2, keepdims=True)
    return np.clip(grey + (rgb - grey) * saturation, 0, 255).astype(np.uint8)


def test_a_phone_that_makes_colours_stronger_lays_nothing_on_the_poster() -> None:
    poster = poster_with_colours()
    seen = View(stronger(poster, 2.5), np.ones(poster.shape[:2], np.bool_), 2.0)
    assert len(find_leftovers(seen, poster, NO_CARDS)) == 0


def test_what_lies_on_a_colour_is_told_though_the_phone_makes_it_stronger() -> None:
    poster = poster_with_colours()
    seen = stronger(poster, 2.5)
    cv2.circle(seen, (2 * 158, 2 * 175), 2 * 45, (70, 60, 50), -1)
    left = find_leftovers(View(seen, np.ones(poster.shape[:2], np.bool_), 2.0), poster, NO_CARDS)
    assert len(left) == 1
    assert np.hypot(*(left.centers_mm[0] - [158, 175])) < 5
