"""Zones against brute force: every square millimetre asked for itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from posterscan.geometry import centroid, rectangle
from posterscan.layout import Layout
from posterscan.stages.zones import FAR_MM, ZoneMap, ZoneParams, locate, zone_map, zone_numbers

CARD = (85.0, 55.0)
BOX = [[100, 100], [300, 100], [300, 300], [100, 300]]
EXACT = ZoneParams(outline_sigma_mm=0.0)  # the outline adds nothing to the sheet's uncertainty


def layout_of(*polygons: Any) -> Layout:
    zones = [{"id": f"z{i}", "label": "", "kind": "sphere", "polygon_mm": p} for i, p in enumerate(polygons)]
    return Layout.model_validate({"schema": "posterscan-layout/1", "id": "t", "size_mm": [841, 594], "markers": [],
                                  "zones": zones})


def painted(polygons: list[Any], points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which zone each point lies in, by crossings of a ray, the later zone over the earlier; -1 for none."""
    out = np.full(len(points), -1)
    for number, polygon in enumerate(polygons):
        corners = np.asarray(polygon, float)
        inside = np.zeros(len(points), bool)
        for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            crosses = (y0 > points[:, 1]) != (y1 > points[:, 1])
            inside ^= crosses & (points[:, 0] < (x1 - x0) * (points[:, 1] - y0) / ((y1 - y0) or 1.0) + x0)
        out[inside] = number
    return out


def spots_in(outline: NDArray[np.float64], step: float = 0.5) -> NDArray[np.float64]:
    """Points on a grid inside a convex outline."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    axes = [np.arange(a + step / 2, b, step) for a, b in zip(low, high, strict=True)]
    grid = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    sides = np.roll(outline, -1, axis=0) - outline
    return grid[np.all([s[0] * (grid - p)[:, 1] - s[1] * (grid - p)[:, 0] >= 0
                        for s, p in zip(sides, outline, strict=True)], axis=0)]


def test_a_card_in_the_middle_of_a_zone() -> None:
    place = locate(rectangle((200, 200), CARD, 10), zone_map(layout_of(BOX)), 0.5)
    assert (place.id, place.shares, place.reasons) == ("z0", {"z0": 1.0}, ())
    assert place.border_mm == pytest.approx(100, abs=0.01)
    assert place.confidence > 0.99


def test_a_card_in_no_zone_knows_how_far_the_nearest_is() -> None:
    place = locate(rectangle((400, 200), CARD, 0), zone_map(layout_of(BOX)), 0.5)
    assert (place.id, place.shares, place.border_mm, place.reasons) == (None, {}, 100, ())


def test_a_poster_without_zones() -> None:
    place = locate(rectangle((400, 200), CARD, 0), zone_map(layout_of()), 0.5)
    assert (place.id, place.shares, place.border_mm, place.reasons) == (None, {}, FAR_MM, ())


def test_later_zones_win_and_covered_borders_do_not_count() -> None:
    small, large = [[140, 140], [260, 140], [260, 260], [140, 260]], BOX
    on_top = locate(rectangle((200, 200), (40, 30), 0), zone_map(layout_of(large, small)), 0.5)
    assert (on_top.id, on_top.border_mm) == ("z1", 60)
    beneath = locate(rectangle((200, 200), (40, 30), 0), zone_map(layout_of(small, large)), 0.5)
    assert (beneath.id, beneath.border_mm) == ("z1", 100)  # the small one's border separates nothing here


def test_shares_count_the_area() -> None:
    place = locate(rectangle((300 - 85 / 2 + 20, 200), CARD, 0), zone_map(layout_of(BOX)), 0.1)
    assert place.shares == {"z0": pytest.approx(1 - 20 / 85, abs=1e-4)}
    assert place.reasons == ()


@pytest.mark.parametrize(("off_mm", "sigma_mm", "asked"), [(1.0, 1.0, True), (1.5, 1.0, True), (5.0, 1.0, False),
                                                           (1.0, 0.2, False), (5.0, 8.0, True)])
def test_the_distance_counts_against_the_uncertainty(off_mm: float, sigma_mm: float, asked: bool) -> None:
    place = locate(rectangle((300 - off_mm, 200), CARD, 0), zone_map(layout_of(BOX)), sigma_mm, EXACT)
    assert place.id == "z0"
    assert bool(place.reasons) is asked


def test_the_confidence_is_the_chance_of_a_normal_distribution() -> None:
    zones = zone_map(layout_of(BOX))
    for off, chance in ((0.5, 0.6915), (1.0, 0.8413), (2.0, 0.9772)):
        place = locate(rectangle((300 - off, 200), CARD, 0), zones, 1.0, EXACT)
        assert place.confidence == pytest.approx(chance, abs=0.006)
    corner = locate(rectangle((299.9999, 299.9999), CARD, 0), zones, 1.0, EXACT)
    assert corner.confidence == pytest.approx(0.25, abs=0.01)  # two borders: a quarter of what may be lies inside


def test_the_outline_s_own_uncertainty_comes_on_top() -> None:
    zones, outline = zone_map(layout_of(BOX)), rectangle((299.6, 200), CARD, 0)
    assert locate(outline, zones, 0.1, EXACT).confidence > 0.99
    together = locate(outline, zones, 0.3, ZoneParams(outline_sigma_mm=0.4))  # 0.5 mm in all, 0.4 mm from the border
    assert together.confidence == pytest.approx(0.7881, abs=0.006)
    assert together.reasons == ("zone-border",)


@pytest.mark.parametrize("center", [(200, 200), (500, 200)])
def test_a_place_that_nobody_knows_is_asked_about(center: tuple[float, float]) -> None:
    place = locate(rectangle(center, CARD, 0), zone_map(layout_of(BOX)), float("inf"))
    assert (place.confidence, place.reasons) == (0, ("zone-border",))


def test_a_card_that_lies_mostly_elsewhere_than_its_centre_is_asked_about() -> None:
    tongue = [[100, 100], [300, 100], [300, 190], [340, 190], [340, 210], [300, 210], [300, 300], [100, 300]]
    place = locate(rectangle((330, 200), (85, 55), 0), zone_map(layout_of(tongue)), 0.2)
    assert place.id == "z0"
    assert place.confidence > 0.99
    assert place.shares["z0"] < 0.5
    assert place.reasons == ("zone-border",)


def test_an_even_split_is_asked_about_though_the_centre_is_clear() -> None:
    zones, centre_is_enough = zone_map(layout_of(BOX)), ZoneParams(least_confidence=0.0)
    even = locate(rectangle((299.7, 200), CARD, 0), zones, 0.5, centre_is_enough)
    assert even.shares["z0"] == pytest.approx(0.5 + 0.3 / 85, abs=1e-4)
    assert even.reasons == ("zone-border",)
    assert locate(rectangle((290, 200), CARD, 0), zones, 0.5, centre_is_enough).reasons == ()


def test_zones_that_touch_or_cross_themselves_have_their_even_odd_area() -> None:
    bow = [[0, 0], [200, 200], [200, 0], [0, 200]]
    spike = [[300, 0], [500, 0], [500, 200], [300, 200], [300, 100], [250, 100], [300, 100]]
    hole = [[0, 300], [200, 300], [200, 500], [0, 500], [0, 300],
            [50, 350], [50, 450], [150, 450], [150, 350], [50, 350]]
    zones = zone_map(layout_of(bow, spike, hole))
    points = np.random.default_rng(4).uniform((-20, -20), (520, 520), (4000, 2))
    assert np.array_equal(zone_numbers(points, zones), painted([bow, spike, hole], points))
    assert locate(rectangle((260, 100), (20, 10), 0), zones, 0.2).id is None  # a line is no area


def test_zones_of_thousands_of_points() -> None:
    angle = np.linspace(0, 2 * np.pi, 5000, endpoint=False)
    radius = 200 + 8 * np.sin(60 * angle)
    wavy = np.stack([400 + radius * np.cos(angle), 300 + radius * np.sin(angle)], axis=1)
    zones = zone_map(layout_of(wavy.tolist(), [[500, 100], [700, 100], [700, 500], [500, 500]]))
    for middle in ((250, 300), (400, 300), (500, 300), (595, 340)):
        outline = rectangle(middle, CARD, 20)
        spots = painted([wavy, [[500, 100], [700, 100], [700, 500], [500, 500]]], spots_in(outline))
        place = locate(outline, zones, 0.5)
        for number in (0, 1):
            assert place.shares.get(f"z{number}", 0) == pytest.approx(np.mean(spots == number), abs=0.01)


def random_zones(rng: np.random.Generator) -> list[list[list[float]]]:
    """Star-shaped zones that overlap here and there."""
    out = []
    for _ in range(int(rng.integers(1, 6))):
        middle, count = rng.uniform((150, 150), (650, 450)), int(rng.integers(3, 12))
        angle = np.sort(rng.uniform(0, 2 * np.pi, count))
        radius = rng.uniform(30, 200, count)
        out.append((middle + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)).round(2).tolist())
    return out


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(-180, 180))
def test_place_and_shares_agree_with_counting(seed: int, turn: float) -> None:
    rng = np.random.default_rng(seed)
    polygons = random_zones(rng)
    outline = rectangle(rng.uniform((100, 100), (700, 500)), CARD, turn)
    place = locate(outline, zone_map(layout_of(*polygons)), 0.5)
    if place.border_mm > 0.01:  # nearer, rounding decides
        number = int(painted(polygons, centroid(outline)[None])[0])
        assert place.id == (None if number < 0 else f"z{number}")
    spots = painted(polygons, spots_in(outline))
    for number in range(len(polygons)):
        assert place.shares.get(f"z{number}", 0.0) == pytest.approx(float(np.mean(spots == number)), abs=0.012)
    assert sum(place.shares.values()) <= 1.0005


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_nothing_changes_nearer_than_the_border_and_something_does_there(seed: int) -> None:
    rng = np.random.default_rng(seed)
    polygons = random_zones(rng)
    zones = zone_map(layout_of(*polygons))
    center = rng.uniform((100, 100), (700, 500))
    place = locate(rectangle(center, CARD, 0), zones, 0.5)
    angle = np.linspace(0, 2 * np.pi, 3600, endpoint=False)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    here = painted(polygons, center[None])[0]
    if place.border_mm > 0.05:
        assert np.all(painted(polygons, center + (place.border_mm - 0.03) * ring) == here)
        closest = nearest_other(polygons, zones, center, ring, place.border_mm)
        assert closest <= place.border_mm + 0.5


def nearest_other(polygons: list[Any], zones: ZoneMap, center: NDArray[np.float64], ring: NDArray[np.float64],
                  border_mm: float) -> float:
    """The smallest circle about the centre, in steps, that meets another zone."""
    here = painted(polygons, center[None])[0]
    for more in np.arange(0.0, 0.51, 0.05):
        if np.any(painted(polygons, center + (border_mm + more) * ring) != here):
            return border_mm + more
    # a needle-thin tip between two rays of the ring: ask the border itself
    import shapely

    tip = shapely.get_coordinates(shapely.shortest_line(shapely.Point(center), zones.borders))[1]
    near = painted(polygons, tip + 0.01 * ring)
    return border_mm if np.any(near != here) else float("inf")


def test_agrees_with_the_truth_of_rendered_photos(shared_photos: Path) -> None:
    for path in sorted(shared_photos.glob("*/truth.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        zones = zone_map(Layout.model_validate(truth["layout"]))
        for card in truth["cards"]:
            place = locate(card["outline_mm"], zones, 0.3)
            assert place.id == card["zone"]["id"]
            for name in {*place.shares, *card["zone"]["shares"]}:
                assert place.shares.get(name, 0) == pytest.approx(card["zone"]["shares"].get(name, 0), abs=0.006)
            polygons = [np.asarray(z["polygon_mm"], np.float32) for z in truth["layout"]["zones"]]
            middle = (float(card["center_mm"][0]), float(card["center_mm"][1]))
            assert place.border_mm >= min(abs(cv2.pointPolygonTest(p, middle, True)) for p in polygons) - 0.02
