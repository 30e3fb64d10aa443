"""Rectangles near their places: never over each other, each in its own zone, and none moved without need."""

from __future__ import annotations

import random
import time
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posterscan.report.arrange import Arranged, Box, Room, Wish, arrange, in_column
from report_tables import LAYOUT

SQUARES = Room((0, 0, 200, 150), (("all", ((0, 0), (140, 0), (140, 150), (0, 150))),
                                  ("over", ((60, 40), (140, 40), (140, 120), (60, 120)))))
POSTER = Room((0, 0, 230, 156), tuple((zone["id"], tuple(((x - 14) * 0.277, (y - 59) * 0.327) for x, y in zone["polygon_mm"]))
                                      for zone in LAYOUT["zones"]))
SPHERE = (42.0, 45.0)  # the middle of one


def boxes(wishes: list[Wish], found: Arranged) -> list[Box]:
    return [(x - wish.width * found.scale / 2, y - wish.height * found.scale / 2, x + wish.width * found.scale / 2,
             y + wish.height * found.scale / 2) for wish, (x, y) in zip(wishes, found.places, strict=True)]


def overlap(one: Box, other: Box) -> bool:
    close = 1e-6
    return one[0] < other[2] - close and other[0] < one[2] - close and one[1] < other[3] - close and other[1] < one[3] - close


def check(wishes: list[Wish], found: Arranged, room: Room, taken: tuple[Box, ...] = ()) -> None:
    laid = boxes(wishes, found)
    assert not any(overlap(one, other) for one, other in combinations([*laid, *taken], 2) if one not in taken)
    left, top, right, bottom = room.bounds
    for box in laid:
        assert left - 1e-6 <= box[0] < box[2] <= right + 1e-6
        assert top - 1e-6 <= box[1] < box[3] <= bottom + 1e-6
    assert all(wish.anywhere or room.zone_at(*place) == wish.zone for wish, place in zip(wishes, found.places, strict=True))
    away = [((x - wish.x) ** 2 + (y - wish.y) ** 2) ** 0.5 for wish, (x, y) in zip(wishes, found.places, strict=True)]
    assert found.moved == pytest.approx(max(away, default=0.0))


WISHES = st.lists(st.builds(Wish, st.floats(-20, 220), st.floats(-20, 170), st.floats(1, 40), st.floats(1, 25),
                            st.sampled_from(["all", "over", None]), st.booleans()), max_size=25)


@settings(max_examples=150, deadline=None)
@given(WISHES)
def test_no_overlap_within_bounds_and_in_the_own_zone(wishes: list[Wish]) -> None:
    taken = ((20.0, 10.0, 50.0, 18.0),)
    found = arrange(wishes, SQUARES, 0.3, taken)
    assert 0.3 <= found.scale <= 1.0
    if found.fits:
        check(wishes, found, SQUARES, taken)
    else:
        assert len(found.places) == len(wishes)
        assert found.scale == pytest.approx(0.3)


@settings(max_examples=60, deadline=None)
@given(WISHES)
def test_what_needs_no_moving_is_not_moved_at_all(wishes: list[Wish]) -> None:
    found = arrange(wishes, SQUARES, 0.3)
    if found.fits:
        again = [Wish(x, y, wish.width * found.scale, wish.height * found.scale, wish.zone, wish.anywhere)
                 for wish, (x, y) in zip(wishes, found.places, strict=True)]
        settled = arrange(again, SQUARES)
        assert settled.places == found.places
        assert (settled.scale, settled.moved) == (1.0, 0.0)


def test_the_same_wishes_give_the_same_places() -> None:
    wishes = [Wish(*SPHERE, 24, 8, "persoonlijk") for _ in range(20)]
    assert arrange(wishes, POSTER, 0.4) == arrange(list(wishes), POSTER, 0.4)


@pytest.mark.parametrize("count", [1, 2, 7, 20, 40, 60])
def test_all_cards_at_the_very_same_place_in_one_sphere(count: int) -> None:
    wishes = [Wish(*SPHERE, 24, 8, "persoonlijk") for _ in range(count)]
    found = arrange(wishes, POSTER, 0.4)
    assert found.fits
    check(wishes, found, POSTER)
    assert found.scale == 1.0 or count > 20


def test_a_hundred_cards_take_less_than_a_second() -> None:
    chance = random.Random(3)
    wishes = []
    while len(wishes) < 100:
        x, y = chance.uniform(0, 230), chance.uniform(0, 156)
        if zone := POSTER.zone_at(x, y):
            wishes.append(Wish(x, y, 24, 8, zone))
    start = time.process_time()
    found = arrange(wishes, POSTER, 0.4)
    assert time.process_time() - start < 1.0
    assert found.fits
    check(wishes, found, POSTER)


def test_the_later_zone_wins_where_zones_overlap() -> None:
    assert (SQUARES.zone_at(100, 80), SQUARES.zone_at(30, 80), SQUARES.zone_at(170, 80)) == ("over", "all", None)
    found = arrange([Wish(100, 80, 10, 10, "all")], SQUARES)
    assert SQUARES.zone_at(*found.places[0]) == "all"


def test_what_does_not_fit_says_so() -> None:
    found = arrange([Wish(10, 10, 300, 10, "all")], SQUARES, 0.9)
    assert (found.fits, found.scale) == (False, pytest.approx(0.9))
    assert arrange([], SQUARES) == Arranged((), 1.0, 0.0, True)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(-20, 170), st.floats(1, 20)), max_size=20))
def test_a_column_keeps_its_order(drawn: list[tuple[float, float]]) -> None:
    wishes = [Wish(50.0, y, 40.0, height) for y, height in drawn]
    found = in_column(wishes, 0.0, 150.0, 0.5)
    if not found.fits:
        assert sum(height for _, height in drawn) * 0.5 > 150
        return
    check(wishes, found, Room((0, 0, 200, 150)))
    order = sorted(range(len(wishes)), key=lambda index: wishes[index].y)
    ys = [found.places[index][1] for index in order]
    assert ys == sorted(ys)
    assert all(x == 50.0 for x, _ in found.places)


def test_a_column_without_overlap_stays_where_it_is() -> None:
    found = in_column([Wish(5, 90, 10, 8), Wish(5, 20, 10, 8), Wish(5, 28, 10, 8)], 0, 100)
    assert [y for _, y in found.places] == pytest.approx([90, 20, 28])
    assert (found.scale, found.moved) == (1.0, pytest.approx(0.0))
