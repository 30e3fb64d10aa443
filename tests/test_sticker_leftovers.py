"""Stickers that gloss has washed out: too faint to be counted, never passed over in silence."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from posterscan.geometry import rectangle
from posterscan.sheet import View
from posterscan.stages.sticker_leftovers import uncounted_cards
from posterscan.stages.sticker_sizes import SizeParams, of_free_discs
from posterscan.stages.stickers import Stickers, find_stickers

PX_PER_MM = 4.0
CARDS = np.array([rectangle(center, (85, 55), 0.0) for center in ((70, 60), (200, 60), (70, 150), (200, 150))])
PAPER, YELLOW = np.array([235.0, 232, 225]), np.array([244.0, 206, 30])


def scene(*discs: tuple[float, float, float], tint: float = 0.0) -> View:
    """Four white cards with stickers (x, y, share of colour that is left) of 12 mm, and a soft tint over the last card."""
    rgb = np.full((round(220 * PX_PER_MM), round(280 * PX_PER_MM), 3), 205.0)
    for card in CARDS:
        cv2.fillConvexPoly(rgb, np.round(card * PX_PER_MM).astype(np.int32), PAPER.tolist())
    for x, y, left in discs:
        at = (round(x * PX_PER_MM), round(y * PX_PER_MM))
        cv2.circle(rgb, at, round(6 * PX_PER_MM), (PAPER + left * (YELLOW - PAPER)).tolist(), -1)
    far = np.hypot(*np.meshgrid(np.arange(rgb.shape[1]) / PX_PER_MM - 215, np.arange(rgb.shape[0]) / PX_PER_MM - 150))
    rgb += tint * np.exp(-0.5 * (far / 22) ** 2)[..., None] * (YELLOW - PAPER)
    rgb = cv2.GaussianBlur(rgb, (0, 0), 2.0) + np.random.default_rng(2).normal(0, 3, rgb.shape)
    return View(np.clip(rgb, 0, 255).astype(np.uint8), np.ones(rgb.shape[:2], np.bool_), PX_PER_MM)


def found(view: View) -> Stickers:
    return find_stickers(view, CARDS, None)


CLEAR = ((60, 60, 1.0), (85, 65, 1.0))


@pytest.mark.parametrize("left", [0.18, 0.22])
def test_a_washed_out_sticker_is_told(left: float) -> None:
    seen = found(scene(*CLEAR, (205, 55, left)))
    assert seen.count.tolist() == [2, 0, 0, 0]
    assert seen.uncounted == (1,)


def test_cards_without_and_with_plain_stickers_are_not() -> None:
    assert found(scene(*CLEAR)).uncounted == ()
    assert found(scene(*CLEAR, (205, 55, 1.0), (217, 55, 1.0))).uncounted == ()


def test_the_soft_tint_that_a_hand_throws_is_no_sticker() -> None:
    assert found(scene(*CLEAR, tint=0.35)).uncounted == ()


def test_another_colour_than_the_stickers_is_none() -> None:
    view = scene(*CLEAR)
    rgb: NDArray[np.uint8] = view.rgb.copy()
    cv2.circle(rgb, (800, 240), 24, (215, 220, 240), -1)  # pale blue print
    assert found(View(rgb, view.valid, PX_PER_MM)).uncounted == ()


def test_without_any_clear_sticker_nothing_is_known_of_their_colour() -> None:
    assert found(scene((205, 55, 0.2))).uncounted == ()


def test_a_sticker_of_a_colour_of_its_own_that_is_half_hidden_is_not_passed_over() -> None:
    """No other sticker vouches for its colour, and too little of its outline shows to count it."""
    told = []
    for hidden_mm in (1.5, 2.0, 2.5, 3.0, 3.5, 4.0):
        view = scene(*CLEAR)
        rgb: NDArray[np.uint8] = view.rgb.copy()
        x, y = round(205 * PX_PER_MM), round(55 * PX_PER_MM)
        cv2.circle(rgb, (x, y), round(6 * PX_PER_MM), (36, 86, 170), -1, cv2.LINE_AA)
        edge = x + round((6 - hidden_mm) * PX_PER_MM)
        cv2.rectangle(rgb, (edge, y - 40), (edge + 60, y + 40), (60, 60, 60), -1)  # a pen
        seen = found(View(rgb, view.valid, PX_PER_MM))
        told.append(bool(seen.count[1] == 1 or seen.reasons[1] or 1 in seen.uncounted))
    assert all(told)


def test_sizes_are_those_of_stickers_that_lie_free() -> None:
    seen = found(scene(*CLEAR, (190, 60, 1.0), (215, 60, 1.0)))
    assert len(seen.sizes_mm) == 1
    assert seen.sizes_mm[0] == pytest.approx(12.0, abs=0.6)
    assert of_free_discs((11.0, 18.0), [], PX_PER_MM, SizeParams()) == (11.0, 18.0)  # none lies free


def test_a_coloured_spot_that_is_printed_on_many_cards_is_no_sticker() -> None:
    spots = [np.array([40.0 + k]) for k in range(4)]
    assert uncounted_cards(spots, [1.0] * 4, [{k} for k in range(4)]) == []
    assert uncounted_cards(spots[:2], [1.0] * 2, [{0}, {1}]) == [0, 1]
    assert uncounted_cards([*spots, np.array([-100.0])], [1.0] * 5, [{k} for k in range(5)]) == [4]
    assert uncounted_cards(spots[:1], [9.0], [{0}]) == []  # larger than stickers
    assert uncounted_cards([], [], []) == []
