"""Codes under stickers: read where most of a code is in sight, and never taken for another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from posterscan.geometry import Points, as_points, rectangle, rotated
from posterscan.kit.card_design import CARD_MM, CODE_AT_MM, CODE_MM, Kind, Side
from posterscan.kit.poster_layout import square
from posterscan.kit.raster import page_picture
from posterscan.kit.sheets import card_place
from posterscan.sheet import Lens, SheetMap
from posterscan.stages.cards import CardOutlines
from posterscan.stages.codes import Codes, no_codes
from posterscan.stages.second_look import PrintedCode, look_again
from printed_kits import printed_kit
from test_kit_print import catalogue

PX_PER_MM = 4.0
SHEET = SheetMap(np.array([[PX_PER_MM, 0, -0.5], [0, PX_PER_MM, -0.5], [0, 0, 1.0]]), Lens(3000.0, (420.0, 300.0)))
SIZE_PX = (840, 600)
YELLOW, BLUE, RED = (244, 206, 30), (36, 86, 170), (206, 34, 44)
FILES = {"ingredient": "kaartjes-ingredienten.pdf", "intention": "kaartjes-bedoelingen.pdf"}


@cache
def card_picture(kind: Kind, side: Side) -> NDArray[np.uint8]:
    """The first card of its kind, at 12 px/mm."""
    page = page_picture(printed_kit("nl").files[FILES[kind]], side == "back", 12.0)
    x, y = (round(v * 12) for v in card_place(0, back=side == "back"))
    return page[y:y + 660, x:x + 1020]


def first_id(kind: Kind) -> int:
    return next(c.marker_id for c in catalogue().cards if c.kind == kind and c.marker_id is not None)


@dataclass(frozen=True)
class Laid:
    """A card on a grey sheet with stickers on it: (x, y, diameter) in mm of the card, and their colour."""

    kind: Kind = "intention"
    side: Side = "front"
    turn_deg: float = 7.0
    discs_mm: tuple[tuple[float, float, float], ...] = ()
    colour: tuple[int, int, int] = YELLOW
    seed: int = 1

    @property
    def outline_mm(self) -> Points:
        return rectangle((105, 75), CARD_MM, self.turn_deg)

    def photo(self) -> NDArray[np.uint8]:
        rgb = np.full((SIZE_PX[1], SIZE_PX[0], 3), (236, 236, 230), np.uint8)
        corners = np.array([[0, 0], [1020, 0], [1020, 660], [0, 660]], np.float32) - 0.5
        matrix = cv2.getPerspectiveTransform(corners, SHEET.to_px(self.outline_mm).astype(np.float32))
        fine = cv2.GaussianBlur(card_picture(self.kind, self.side), (0, 0), 1.2)
        cv2.warpPerspective(fine, matrix, SIZE_PX, dst=rgb, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
        for x, y, across in self.discs_mm:
            middle = SHEET.to_px(rotated(np.array([x, y]) - np.array(CARD_MM) / 2, self.turn_deg) + (105, 75))[0]
            at = np.round(middle * 16).astype(int).tolist()
            cv2.circle(rgb, at, round(across / 2 * PX_PER_MM * 16), self.colour, -1, cv2.LINE_AA, 4)
        light = cv2.GaussianBlur(rgb.astype(np.float32) * np.array([0.86, 0.8, 0.7], np.float32), (0, 0), 0.8)  # under a lamp
        return np.clip(light + np.random.default_rng(self.seed).normal(0, 3, light.shape), 0, 255).astype(np.uint8)


def printed(kinds: tuple[Kind, ...] = ("ingredient", "intention")) -> list[PrintedCode]:
    numbers = catalogue().kind_of_marker
    return [PrintedCode(tuple(n for n, kind in numbers.items() if kind == place.kind), place.side, as_points(place.corners_mm))
            for place in catalogue().code_places if place.kind in kinds]


def outlines(polygon: Points, off_mm: float = 0.7) -> CardOutlines:
    """One outline without a code, a little beside the card."""
    nothing = np.zeros(1)
    place = polygon + np.array([off_mm, -off_mm])
    return CardOutlines(place[None], np.array([-1]), nothing + 0.9, nothing, np.zeros(1, np.int64), (), np.zeros((0, 2)),
                        np.zeros(1, np.bool_), np.array([np.nan]))


def looked(laid: Laid, upside_down: bool = False, codes: Codes | None = None) -> tuple[CardOutlines, Codes]:
    polygon = np.roll(laid.outline_mm, 2, axis=0) if upside_down else laid.outline_mm
    return look_again(laid.photo(), SHEET, outlines(polygon), codes or no_codes(), "DICT_APRILTAG_36h10", printed(), CARD_MM)


def on_code(kind: Kind, side: Side, dx: float, dy: float, across: float = 8.0) -> tuple[float, float, float]:
    x, y = CODE_AT_MM[kind, side]
    return x + CODE_MM / 2 + dx, y + CODE_MM / 2 + dy, across


@pytest.mark.parametrize("upside_down", [False, True])
@pytest.mark.parametrize("side", ["front", "back"])
@pytest.mark.parametrize("kind", ["ingredient", "intention"])
def test_a_sticker_on_the_corner_hides_no_code(kind: Kind, side: Side, upside_down: bool) -> None:
    for colour in (YELLOW, BLUE, RED):
        laid = Laid(kind, side, discs_mm=(on_code(kind, side, 6, 6),), colour=colour)
        cards, codes = looked(laid, upside_down)
        assert codes.ids.tolist() == [first_id(kind)]
        assert codes.known.all()
        assert (cards.code.tolist(), bool(cards.back[0])) == ([0], side == "back")
        assert np.linalg.norm(cards.polygons_mm[0] - laid.outline_mm, axis=1).max() < 1.1  # from its own top-left now
        x, y = CODE_AT_MM[kind, side]
        true = rotated(np.array(square(x, y, CODE_MM)) - np.array(CARD_MM) / 2, laid.turn_deg) + (105, 75)
        assert np.linalg.norm(codes.corners_mm[0] - true, axis=1).max() < 0.6


def test_never_another_cards_code_however_the_stickers_lie() -> None:
    """Two hundred cards with one to four stickers of up to 19 mm over the code: some are read, none wrongly."""
    rng = np.random.default_rng(5)
    read = 0
    for seed in range(200):
        discs = tuple(on_code("intention", "front", *rng.uniform(-9, 9, 2), across=float(rng.choice([8, 12, 19])))
                      for _ in range(rng.integers(1, 5)))
        colour = (YELLOW, BLUE, RED, (250, 250, 250), (30, 30, 30))[seed % 5]  # white and black look like parts of the code
        _, codes = looked(Laid(discs_mm=discs, colour=colour, turn_deg=float(rng.uniform(-60, 60)), seed=seed))
        assert codes.ids.tolist() in ([], [first_id("intention")]), seed
        read += len(codes)
    assert read > 25


def test_a_card_without_a_code_gets_none() -> None:
    blank = Laid(discs_mm=(on_code("intention", "front", 0, 0, 30.0),), colour=(250, 250, 250))
    cards, codes = looked(blank)
    assert (len(codes), cards.code.tolist()) == (0, [-1])


def test_a_code_that_was_found_elsewhere_is_not_found_again() -> None:
    one = Laid(discs_mm=(on_code("intention", "front", 6, 6),))
    _, first = looked(one)
    _, again = looked(one, codes=first)
    assert again.ids.tolist() == first.ids.tolist()


def test_without_printed_places_nothing_is_looked_for() -> None:
    laid = Laid()
    cards = outlines(laid.outline_mm)
    same, codes = look_again(laid.photo(), SHEET, cards, no_codes(), "DICT_APRILTAG_36h10", [], CARD_MM)
    assert same is cards
    assert len(codes) == 0


def test_a_card_that_lies_on_part_of_the_code_hides_it_no_more_than_a_sticker() -> None:
    """White as the paper, so that only its outline tells that it is there; without that nothing is claimed."""
    under = Laid("ingredient", turn_deg=0.0)
    rgb = under.photo()
    left, top = under.outline_mm[0]
    x, y = CODE_AT_MM["ingredient", "front"]
    near, far = left + x + CODE_MM - 5, left + 120
    over = np.array([[near, top + y - 8], [far, top + y - 8], [far, top + 60], [near, top + 60]])
    cv2.fillConvexPoly(rgb, np.round(SHEET.to_px(over)).astype(np.int32), (205, 190, 168))
    cards = outlines(under.outline_mm, 0.3)
    both = CardOutlines(np.stack([cards.polygons_mm[0], over]), np.array([-1, -1]), np.ones(2), np.zeros(2), np.zeros(2, np.int64),
                        (), np.zeros((0, 2)), np.zeros(2, np.bool_), np.full(2, np.nan))
    for found, known in ((both, True), (cards, False)):
        _, codes = look_again(rgb, SHEET, found, no_codes(), "DICT_APRILTAG_36h10", printed(), CARD_MM)
        assert codes.ids.tolist() == ([first_id("ingredient")] if known else [])
