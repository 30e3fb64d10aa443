"""Codes are found where they were drawn, and nothing else is taken for one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from posterscan.sheet import Lens, SheetMap
from posterscan.stages.codes import FindCodesParams, find_codes

PX_PER_MM = 4.0
DICTIONARY = "DICT_4X4_1000"
STRONG, STRONG_IDS = "DICT_APRILTAG_36h10", range(200)


def flat_sheet() -> SheetMap:
    scale = np.array([[PX_PER_MM, 0, 0], [0, PX_PER_MM, 0], [0, 0, 1]], dtype=np.float64)
    return SheetMap(scale, Lens(3000.0, (400.0, 300.0)))


def drawn(codes: list[tuple[int, tuple[float, float], float]], size_mm: float = 12.0,
          dictionary: str = DICTIONARY) -> np.ndarray:
    """(600, 800) grey paper with codes (id, centre in mm, clockwise degrees) on white, slightly blurred and noisy."""
    fine = 4
    page = np.full((600 * fine, 800 * fine), 225, np.uint8)
    side = round(size_mm * PX_PER_MM * fine)
    book = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, dictionary))
    for number, centre, turn in codes:
        code = cv2.aruco.generateImageMarker(book, number, side)
        code = np.where(code > 0, 225, 40).astype(np.uint8)
        matrix = cv2.getRotationMatrix2D((side / 2, side / 2), -turn, 1)
        matrix[:, 2] += np.array(centre) * PX_PER_MM * fine - side / 2
        inside = cv2.warpAffine(np.full_like(code, 255), matrix, page.shape[::-1], flags=cv2.INTER_NEAREST) > 0
        page[inside] = cv2.warpAffine(code, matrix, page.shape[::-1], borderValue=225)[inside]
    small = cv2.resize(page, (800, 600), interpolation=cv2.INTER_AREA)
    noise = np.random.default_rng(1).normal(0, 3, small.shape)
    return np.clip(cv2.GaussianBlur(small, (0, 0), 0.7) + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("turn", [0.0, 37.0, 90.0, 180.0, -100.0])
def test_finds_id_place_and_own_top_left(turn: float) -> None:
    found = find_codes(drawn([(17, (80.0, 60.0), turn)]), flat_sheet(), DICTIONARY, catalogue_ids=[17])
    assert found.ids.tolist() == [17]
    assert found.known.tolist() == [True]
    half = 6.0 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    expected = half @ np.array([[c, s], [-s, c]]) + [80.0, 60.0]
    assert np.abs(found.corners_mm[0] - expected).max() < 0.5  # 2 px


def test_the_same_code_twice_is_kept_twice_and_marked() -> None:
    found = find_codes(drawn([(17, (40.0, 60.0), 0), (17, (120.0, 60.0), 10), (30, (80.0, 110.0), 0)]),
                       flat_sheet(), DICTIONARY, catalogue_ids=[17, 30])
    assert found.ids.tolist() == [17, 17, 30]
    assert found.duplicate.tolist() == [True, True, False]


def test_an_id_outside_the_catalogue_is_told_apart() -> None:
    found = find_codes(drawn([(500, (80.0, 60.0), 0)]), flat_sheet(), DICTIONARY, catalogue_ids=[17])
    assert found.ids.tolist() == [500]
    assert found.known.tolist() == [False]


def test_an_unclear_bit_is_forgiven_only_to_the_catalogue() -> None:
    page = drawn([(17, (80.0, 60.0), 0)])
    bits = 0
    module = 2.0  # mm: 12 mm over 6 modules
    x, y = 80.0 - 6.0 + module * 1.5, 60.0 - 6.0 + module * 1.5  # the middle of the first inner module
    spot = page[round((y - 0.8) * PX_PER_MM):round((y + 0.8) * PX_PER_MM),
                round((x - 0.8) * PX_PER_MM):round((x + 0.8) * PX_PER_MM)]
    was_light = spot.mean() > 130
    spot[:] = 120 if was_light else 145  # just on the wrong side of the middle between 40 and 225
    assert len(find_codes(page, flat_sheet(), DICTIONARY, catalogue_ids=[])) == bits
    found = find_codes(page, flat_sheet(), DICTIONARY, catalogue_ids=[17])
    assert found.ids.tolist() == [17]
    assert found.flaws.tolist() == [1]


def test_codes_of_another_size_are_ghosts_once_three_agree() -> None:
    page = drawn([(17, (30.0, 40.0), 0), (18, (80.0, 40.0), 0), (19, (130.0, 40.0), 0)])
    big = drawn([(20, (80.0, 110.0), 0)], size_mm=24.0)
    both = np.minimum(page, big)
    found = find_codes(both, flat_sheet(), DICTIONARY, catalogue_ids=[17, 18, 19, 20])
    assert found.ids.tolist() == [17, 18, 19]


def test_the_posters_own_markers_are_no_cards() -> None:
    page = drawn([(17, (80.0, 60.0), 0)])
    own = np.array([[[74.0, 54.0], [86.0, 54.0], [86.0, 66.0], [74.0, 66.0]]])
    assert len(find_codes(page, flat_sheet(), DICTIONARY, catalogue_ids=[17], poster_corners_mm=own)) == 0


def test_random_squares_are_almost_never_codes() -> None:
    """Black squares with random bits: a fifteenth of them are ids of the dictionary, hardly any of the catalogue."""
    rng = np.random.default_rng(3)
    page = np.full((600, 800), 225, np.uint8)
    for row in range(6):
        for column in range(8):
            y, x = 20 + row * 95, 20 + column * 95
            page[y:y + 48, x:x + 48] = 40
            inner = np.kron(rng.integers(0, 2, (4, 4)), np.ones((8, 8), np.int64))
            page[y + 8:y + 40, x + 8:x + 40] = np.where(inner > 0, 225, 40)
    found = find_codes(page, flat_sheet(), DICTIONARY, catalogue_ids=range(10, 61, 2))
    assert found.proposals >= 40  # the squares were seen, not overlooked
    assert found.known.sum() <= 1


def test_no_dictionary_no_codes_and_an_unknown_one_is_an_error() -> None:
    page = np.full((600, 800), 225, np.uint8)
    empty = find_codes(page, flat_sheet(), None)
    assert len(empty) == 0
    assert empty.corners_px.shape == (0, 4, 2)
    with pytest.raises(ValueError, match="DICT_NONE"):
        find_codes(page, flat_sheet(), "DICT_NONE")


def test_dim_smudges_lack_contrast() -> None:
    page = drawn([(17, (80.0, 60.0), 0)])
    dim = (200 + (page.astype(np.float64) - 200) * 0.08).astype(np.uint8)
    assert len(find_codes(dim, flat_sheet(), DICTIONARY, FindCodesParams(), catalogue_ids=[17])) == 0


def with_modules(page: np.ndarray, center_mm: tuple[float, float], places: list[tuple[int, int]], level: int | None = None,
                 module_mm: float = 2.0) -> np.ndarray:
    """The page with modules of an 8 x 8 code (row, column; its border is 0 and 7) inverted, or painted over."""
    out = page.copy()
    for row, column in places:
        x, y = (center_mm[i] + (at - 4) * module_mm for i, at in enumerate((column, row)))
        spot = out[round(y * PX_PER_MM):round((y + module_mm) * PX_PER_MM), round(x * PX_PER_MM):round((x + module_mm) * PX_PER_MM)]
        spot[:] = level if level is not None else np.clip(265 - spot.astype(np.int64), 0, 255)
    return out


@pytest.mark.parametrize("turn", [0.0, 61.0, 180.0])
def test_the_codes_of_a_new_kit(turn: float) -> None:
    page = drawn([(117, (80.0, 60.0), turn), (5, (140.0, 110.0), 10.0)], 16.0, STRONG)
    found = find_codes(page, flat_sheet(), STRONG, catalogue_ids=STRONG_IDS, sides_mm=[16.0])
    assert (found.ids.tolist(), found.known.tolist(), found.flaws.tolist()) == ([5, 117], [True, True], [0, 0])


@pytest.mark.parametrize(("wrong", "read"), [(1, True), (3, True), (4, False)])
def test_where_ids_lie_far_apart_three_wrong_bits_are_put_right(wrong: int, read: bool) -> None:
    page = with_modules(drawn([(117, (80.0, 60.0), 0)], 16.0, STRONG), (80.0, 60.0), [(2, 2), (4, 5), (6, 1), (3, 6)][:wrong])
    found = find_codes(page, flat_sheet(), STRONG, catalogue_ids=STRONG_IDS, sides_mm=[16.0])
    assert found.ids.tolist() == ([117] if read else [])
    assert len(find_codes(page, flat_sheet(), STRONG, catalogue_ids=range(100), sides_mm=[16.0])) == 0


def test_what_a_sticker_hides_is_no_wrong_bit() -> None:
    """A sticker's grey lies between ink and paper: its modules say nothing, the others still say which id it is."""
    hidden = [(row, column) for row in (2, 3, 4) for column in (2, 3, 4)]
    page = with_modules(drawn([(117, (80.0, 60.0), 0)], 16.0, STRONG), (80.0, 60.0), hidden, 130)
    found = find_codes(page, flat_sheet(), STRONG, catalogue_ids=STRONG_IDS, sides_mm=[16.0])
    assert found.ids.tolist() == [117]
    assert found.flaws[0] >= 4  # half of them look right by chance


def test_codes_of_another_size_than_printed_are_none() -> None:
    page = np.minimum(drawn([(117, (50.0, 60.0), 0)], 16.0, STRONG), drawn([(118, (140.0, 60.0), 0)], 24.0, STRONG))
    assert find_codes(page, flat_sheet(), STRONG, catalogue_ids=STRONG_IDS, sides_mm=[16.0]).ids.tolist() == [117]


def test_random_squares_are_never_codes_of_a_new_kit() -> None:
    """Of 1,920 squares that pass every other gate, one may be taken for a code (three wrong bits: 1 in 11,000)."""
    rng = np.random.default_rng(5)
    seen, taken = 0, 0
    for _ in range(40):
        page = np.full((600, 800), 225, np.uint8)
        for row in range(6):
            for column in range(8):
                y, x = 16 + row * 97, 16 + column * 97
                page[y:y + 64, x:x + 64] = 40
                inner = np.kron(rng.integers(0, 2, (6, 6)), np.ones((8, 8), np.int64))
                page[y + 8:y + 56, x + 8:x + 56] = np.where(inner > 0, 225, 40)
        found = find_codes(page, flat_sheet(), STRONG, catalogue_ids=STRONG_IDS, sides_mm=[16.0])
        seen, taken = seen + found.proposals, taken + len(found)
    assert seen > 1700
    assert taken <= 1
