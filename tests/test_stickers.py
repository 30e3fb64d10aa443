"""Stickers on drawn cards, whose place, size, colour and number are known."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from posterscan.geometry import rectangle
from posterscan.layout import open_layout
from posterscan.photo import load_photo
from posterscan.sheet import Lens, SheetMap, View, resample
from posterscan.stages.sticker_rims import DiscParams
from posterscan.stages.stickers import FindStickersParams, Stickers, find_stickers, near_edge, owners
from sticker_scenes import CARD_MM, Disc, Looks, Scene, draw, random_scene

RED, BLUE, YELLOW, GREEN, ORANGE = (207, 36, 46), (37, 81, 169), (244, 207, 30), (37, 142, 70), (236, 117, 32)
SIZE = (200.0, 80.0)
CARDS = np.array([rectangle((50, 40), CARD_MM, 1.5), rectangle((145, 40), CARD_MM, -2)])


def stuck(
    spots: list[tuple[float, float]],
    d: float = 12.0,
    srgb: tuple[int, int, int] = RED,
    card: int = 0,
    mark: str | None = None,
) -> list[Disc]:
    return [Disc(spot, d, srgb, card, mark) for spot in spots]


def seen(
    discs: list[Disc],
    looks: Looks | None = None,
    bars: list[tuple[int, int, int]] | None = None,
    params: FindStickersParams | None = None,
) -> tuple[Scene, Stickers]:
    scene = draw(SIZE, CARDS, discs, looks or Looks(), 1, bars)
    return scene, find_stickers(scene.view, CARDS, None, params=params)


def farthest(scene: Scene, found: Stickers) -> float:
    """The largest distance from a drawn sticker to the nearest found one, in mm."""
    drawn = np.array([d.center_mm for d in scene.discs])
    return float(np.linalg.norm(drawn[:, None] - found.centers_mm[None], axis=2).min(axis=1).max())


@pytest.mark.parametrize("diameter", [8.0, 10.0, 12.0, 15.0, 19.0])
def test_place_and_diameter_of_free_stickers(diameter: float) -> None:
    scene, found = seen(stuck([(25, 40), (50, 45), (75, 40)], diameter))
    assert found.count.tolist() == [3, 0]
    assert farthest(scene, found) < 0.2
    assert found.diameters_mm == pytest.approx(diameter, abs=0.04 * diameter)
    assert found.reasons == ((), ())


@pytest.mark.parametrize(
    ("srgb", "name"),
    [
        (RED, "rood"),
        (BLUE, "blauw"),
        (YELLOW, "geel"),
        (GREEN, "groen"),
        (ORANGE, "oranje"),
        ((120, 60, 160), "paars"),
        ((235, 120, 170), "roze"),
    ],
)
def test_colours_have_dutch_names(srgb: tuple[int, int, int], name: str) -> None:
    found = seen(stuck([(40, 40)], 15, srgb))[1]
    assert found.colours == (name,)


@pytest.mark.parametrize("apart", [0.55, 0.7, 0.9, 1.0])
def test_two_of_one_colour_that_overlap(apart: float) -> None:
    scene, found = seen(stuck([(40, 40), (40 + 15 * apart, 43)], 15))
    assert found.count.tolist() == [2, 0]
    assert farthest(scene, found) < 0.5


def test_a_sticker_under_one_of_another_colour() -> None:
    scene, found = seen(stuck([(40, 40)], 15, BLUE) + stuck([(48, 42)], 15, YELLOW) + stuck([(70, 45)], 15, BLUE))
    assert found.count.tolist() == [3, 0]
    assert farthest(scene, found) < 0.6
    assert sorted(found.colours) == ["blauw", "blauw", "geel"]


def test_two_sizes_in_one_photo() -> None:
    scene, found = seen(stuck([(25, 40), (50, 45), (58, 45)], 8) + stuck([(70, 40), (30, 55)], 15))
    assert found.count.tolist() == [5, 0]
    assert found.photo_diameters_mm == pytest.approx((8, 15), rel=0.04)
    assert farthest(scene, found) < 0.4


@pytest.mark.parametrize("mark", ["dot", "cross", "letter"])
def test_pen_marks_on_stickers(mark: str) -> None:
    found = seen(stuck([(30, 42), (60, 42)], 15, YELLOW, mark=mark))[1]
    assert found.count.tolist() == [2, 0]


def test_a_coloured_bar_is_no_sticker_and_costs_none() -> None:
    found = seen(stuck([(30, 18), (60, 42)], 12, ORANGE), bars=[(217, 96, 48)])[1]
    assert found.count.tolist() == [2, 0]
    assert not seen([], bars=[(217, 96, 48)])[1].count.any()


def test_red_felt_tip_and_letters_are_no_stickers() -> None:
    scene = draw(SIZE, CARDS, [], Looks(), 1)
    rgb = scene.view.rgb.copy()
    cv2.line(rgb, (80, 150), (300, 200), (200, 30, 40), 6, cv2.LINE_AA)
    cv2.circle(rgb, (200, 180), 50, (200, 30, 40), 5, cv2.LINE_AA)
    cv2.putText(rgb, "Zorg!", (450, 200), cv2.FONT_HERSHEY_SIMPLEX, 2, (30, 60, 200), 6, cv2.LINE_AA)
    found = find_stickers(View(rgb, scene.view.valid, scene.view.px_per_mm), CARDS, None)
    assert found.count.tolist() == [0, 0]
    assert not len(found.centers_mm)


def test_a_sticker_counts_for_the_uppermost_card_under_its_centre() -> None:
    low, high = rectangle((50, 40), CARD_MM, 0), rectangle((90, 40), CARD_MM, 0)
    at = np.array([[70.0, 40], [20, 40], [5, 5]])
    assert owners(at, np.array([low, high])).tolist() == [1, 0, -1]
    assert owners(at, np.array([high, low])).tolist() == [1, 1, -1]


def test_a_centre_on_a_cards_edge_is_in_doubt_for_both() -> None:
    cards = np.array([rectangle((50, 40), CARD_MM, 0), rectangle((136, 40), CARD_MM, 0)])
    at = np.array([[93.0, 40.0], [60.0, 40.0]])
    assert near_edge(at, owners(at, cards), cards, 1.5) == [{0, 1}, set()]


def test_hanging_over_an_edge_and_loose_on_the_poster() -> None:
    found = seen(stuck([(14, 40), (60, 45)], 15) + stuck([(98, 8)], 15, card=-1))[1]
    assert found.count.tolist() == [2, 0]
    assert (found.card < 0).sum() == 1


def test_printed_discs_of_the_poster_are_no_stickers() -> None:
    printed = np.full((320, 800, 3), 228, np.uint8)
    cv2.circle(printed, (390, 40), 28, BLUE, -1, cv2.LINE_AA)
    rgb = cv2.GaussianBlur(printed, (0, 0), 0.7)
    view = View(rgb, np.ones(rgb.shape[:2], np.bool_), 4.0)
    none = np.zeros((0, 4, 2))
    assert not len(find_stickers(view, none, printed).centers_mm)
    assert len(find_stickers(view, none, None).centers_mm) == 1


def test_glare_gives_a_reason() -> None:
    scene = draw(SIZE, CARDS, stuck([(40, 40), (60, 45)], 15), Looks(glare=0.0), 1)
    rgb = scene.view.rgb.astype(np.float32)
    yy, xx = np.mgrid[0 : rgb.shape[0], 0 : rgb.shape[1]]
    spot = np.exp(-0.5 * (((xx - 200) / 60) ** 2 + ((yy - 170) / 40) ** 2))
    glossy = np.clip(rgb * 0.8 + 200 * spot[..., None], 0, 255).astype(np.uint8)
    found = find_stickers(View(glossy, scene.view.valid, 4.0), CARDS, None)
    assert found.count[0] == 2 or "stickers-glare" in found.reasons[0]
    assert "stickers-glare" in found.reasons[0]


def test_a_heap_that_could_hide_one_gives_a_reason() -> None:
    ring = [(50 + 11 * np.cos(a), 40 + 11 * np.sin(a)) for a in np.arange(6) * np.pi / 3]
    scene, found = seen(stuck([(50, 40)], 15) + stuck([(float(x), float(y)) for x, y in ring], 15))
    assert scene.discs[0].visible < 0.4
    assert "stickers-crowded" in found.reasons[0] or found.count[0] == 7
    assert found.reasons[1] == ()


def test_nothing_there_gives_empty_arrays_of_the_right_shape() -> None:
    found = seen([])[1]
    assert found.centers_mm.shape == (0, 2)
    assert found.sticker_features.shape[1] == len(found.sticker_feature_names)
    assert found.count.tolist() == [0, 0]
    assert found.photo_diameters_mm == ()
    assert find_stickers(
        View(np.zeros((40, 40, 3), np.uint8), np.zeros((40, 40), np.bool_), 4.0), CARDS[:0], None
    ).count.shape == (0,)


def test_a_known_diameter_is_used_as_it_is() -> None:
    found = seen(stuck([(40, 40)], 12), params=FindStickersParams(diameters_mm=(12.5,)))[1]
    assert found.diameters_mm.tolist() == [12.5]


def test_gates_are_parameters() -> None:
    strict = FindStickersParams(discs=DiscParams(least_fill=1.01))
    assert not seen(stuck([(40, 40)], 12), params=strict)[1].count.any()


@pytest.mark.parametrize("level", ["easy", "normal", "hard"])
def test_random_tables_are_counted_or_marked(level: str) -> None:
    right = wrong_silent = total = 0
    for seed in range(4):
        scene = random_scene(seed, level)
        found = find_stickers(scene.view, scene.polygons_mm, None)
        for i in range(len(scene.polygons_mm)):
            fits = scene.count(i, 0.4) <= found.count[i] <= scene.count(i)
            right, total = right + fits, total + 1
            wrong_silent += not fits and not found.reasons[i]
    assert right / total >= {"easy": 0.99, "normal": 0.97, "hard": 0.92}[level]
    assert wrong_silent == 0


def test_counts_on_a_photo(shared_photos: Path) -> None:
    folder = sorted(shared_photos.glob("easy-*"))[0]
    truth = json.loads((folder / "truth.json").read_text())
    layout = open_layout(shared_photos / "kit" / "layout.json")
    photo = load_photo(folder / truth["photo"])
    mm = np.array(truth["check_points"]["mm"])
    lens = Lens(1.0, (0.0, 0.0))
    homography = cv2.findHomography(mm, np.array(truth["check_points"]["px"]), 0)[0]
    view = resample(photo.rgb, SheetMap(np.asarray(homography, dtype=np.float64), lens), layout.layout.size_mm, 4.0)
    found = find_stickers(view, np.array([card["polygon_mm"] for card in truth["cards"]]), layout.reference)
    for i, card in enumerate(truth["cards"]):
        own = [s["visible_fraction"] for s in truth["stickers"] if s["card"] == card["id"]]
        assert sum(v >= 0.4 for v in own) <= found.count[i] <= len(own) or found.reasons[i], card["id"]
    assert len(found.centers_mm) == len(truth["stickers"])


@pytest.mark.parametrize("colour", [(36, 86, 170), (40, 140, 70), (206, 34, 44), (244, 206, 30)])
def test_the_rim_of_a_sticker_is_where_light_says_though_photos_blur_colour(colour: tuple[int, int, int]) -> None:
    """A JPEG file holds colour at half the resolution of light; a dark sticker's colour is then seen beyond its rim too."""
    fine = np.full((120 * 8, 200 * 8, 3), 230, np.uint8)
    for x, y in ((70, 60), (100, 75), (130, 60)):
        cv2.circle(fine, (x * 8, y * 8), 6 * 8, colour, -1)
    light = cv2.resize((fine / 255.0) ** 2.2, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    drawn = np.round(255 * cv2.GaussianBlur(light, (0, 0), 1.6) ** (1 / 2.2)).astype(np.uint8)
    written = cv2.imencode(".jpg", drawn[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
    rgb = np.asarray(cv2.imdecode(written, cv2.IMREAD_COLOR)[..., ::-1])
    seen = find_stickers(View(np.ascontiguousarray(rgb), np.ones(rgb.shape[:2], np.bool_), 4.0),
                         np.array([[[50, 40], [160, 40], [160, 95], [50, 95]]], float), None)
    assert len(seen.centers_mm) == 3
    assert seen.sizes_mm[0] == pytest.approx(12.0, abs=0.25)
