"""The poster's own code in drawn photos: read from afar, half covered, and never made up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from coded_sheet import ROWS_MM, Draw, coded_layout, tags_on
from drawn_sheet import Shot, draw_ink, make_layout, patch_on, photograph, sheet_map
from posterscan.markers.match import chance, codebook, match
from posterscan.sheet import SheetMap
from posterscan.stages.table_code import ReadCode, read_table_code, seen_tags_mm, understood, with_tags
from posterscan.table_code import session_text, tags_of

SESSION, TABLE = 77271814, 7
TAGS = tags_of(SESSION, TABLE)
LAYOUT = coded_layout()


def read(*on_top: Draw, off_mm: tuple[float, float] = (0.0, 0.0), **about: Any) -> ReadCode:
    shot = Shot(on_top=on_top, **about)
    truth = sheet_map(shot)
    shift = np.array([[1, 0, off_mm[0]], [0, 1, off_mm[1]], [0, 0, 1]])
    found = read_table_code(photograph(LAYOUT, shot), SheetMap(truth.homography @ shift, truth.lens, truth.relief),
                            LAYOUT.table_code)
    assert found is not None
    return found


@pytest.mark.parametrize("about", [
    {}, {"turn_deg": 183.0}, {"tilt": 0.3}, {"size_px": (800, 600)}, {"blur_px": 2.0}, {"exposure": 0.25, "noise": 0.02},
    {"wave_mm": 3.0}])
def test_session_and_table_are_read(about: dict[str, Any]) -> None:
    code = read(tags_on(LAYOUT, TAGS), **about)
    assert (code.table, code.session, code.agree, code.whole) == (7, session_text(SESSION), True, True)
    assert code.tags == (TAGS, TAGS)


@pytest.mark.parametrize("off_mm", [(2.5, 0.0), (-1.5, 2.5), (0.0, -3.0)])
def test_a_tag_that_lies_beside_its_place_on_curled_paper_is_read(off_mm: tuple[float, float]) -> None:
    assert read(tags_on(LAYOUT, TAGS), off_mm=off_mm).whole


def test_a_session_without_a_name_has_no_id_but_is_read() -> None:
    code = read(tags_on(LAYOUT, tags_of(0, 3)))
    assert (code.table, code.session, code.session_read) == (3, None, True)


def test_a_card_on_one_copy_leaves_the_other() -> None:
    (x, y), _ = ROWS_MM
    code = read(tags_on(LAYOUT, TAGS), patch_on(x - 3, y - 3, 110, 30, 245))
    assert code.tags == ((None,) * 4, TAGS)
    assert code.whole


def test_what_one_copy_lacks_the_other_gives() -> None:
    (x, y), (u, v) = ROWS_MM
    code = read(tags_on(LAYOUT, TAGS), patch_on(x - 2, y - 2, 45, 30, 250), patch_on(u + 50, v, 50, 30, 20))
    assert code.tags[0][:2] == (None, None)
    assert code.tags[1][2:] == (None, None)
    assert (code.table, code.session) == (7, session_text(SESSION))


def test_the_table_is_known_where_only_part_of_the_session_is() -> None:
    (x, y), (u, v) = ROWS_MM
    code = read(tags_on(LAYOUT, TAGS), patch_on(x - 2, y - 2, 24, 30, 250), patch_on(u - 2, v - 2, 24, 30, 250))
    assert (code.table, code.session, code.session_read, code.whole) == (7, None, False, False)
    assert code.agree


def test_copies_that_contradict_each_other_say_nothing() -> None:
    code = read(tags_on(LAYOUT, TAGS, [0]), tags_on(LAYOUT, tags_of(SESSION, 8), [1]))
    assert not code.agree
    assert (code.table, code.session, code.session_read) == (None, None, False)


def test_a_sticker_or_glare_on_part_of_a_tag_does_no_harm() -> None:
    (x, y), _ = ROWS_MM
    code = read(tags_on(LAYOUT, TAGS, [0]), patch_on(x + 7.5, y + 7.5, 5, 5, 190), patch_on(x + 33, y + 9, 4, 4, 150))
    assert code.tags[0] == TAGS
    assert code.whole


@pytest.mark.parametrize("on_top", [(), (patch_on(60, 5, 130, 40, 90),), (tags_on(LAYOUT, (0, 1, 2, 3)),)])
def test_an_empty_place_or_another_tag_is_no_code(on_top: tuple[Draw, ...]) -> None:
    code = read(*on_top)
    assert code.tags == ((None,) * 4, (None,) * 4)
    assert (code.table, code.session_read, code.agree) == (None, False, True)


def test_random_modules_are_no_tag() -> None:
    """What a card's drawing could show: one in 2,000 of the worst kind is taken for a tag of the session."""
    book = codebook("DICT_APRILTAG_36h11", range(130, 580), any_turn=False)
    rng = np.random.default_rng(7)
    assert sum(match(rng.choice([40.0, 220.0], (6, 6)), 130.0, 180.0, book) is not None for _ in range(3000)) <= 2
    assert sum(match(rng.uniform(20, 240, (6, 6)), 130.0, 180.0, book) is not None for _ in range(3000)) <= 2
    assert chance(450, 36, 3) < 1e-4


def test_no_code_on_the_poster_is_no_reading() -> None:
    assert read_table_code(np.zeros((10, 10), np.uint8), sheet_map(Shot()), make_layout().table_code) is None
    assert understood((TAGS, (None,) * 4)).whole


def test_the_artwork_gets_the_tags_that_this_poster_has() -> None:
    """As they were drawn, to a pixel; also under a card, where the other copy tells what is there."""
    (x, y), _ = ROWS_MM
    code = read(tags_on(LAYOUT, TAGS), patch_on(x - 3, y - 3, 110, 30, 245))
    plain = np.full((297 * 4, 420 * 4, 3), 255, np.uint8)
    printed = with_tags(plain, LAYOUT.table_code, code, LAYOUT.size_mm)
    drawn = draw_ink(LAYOUT)
    blank = draw_ink(LAYOUT)
    tags_on(LAYOUT, TAGS)(drawn)
    assert printed is not None
    dark = (drawn != blank)[1::2, 1::2]
    assert np.mean((printed[..., 0] < 128) != dark) < 2e-4
    assert plain.min() == 255
    assert len(seen_tags_mm(LAYOUT.table_code, code)) == 4
    assert np.allclose(seen_tags_mm(LAYOUT.table_code, code)[0, 0], ROWS_MM[1])


def test_codes_that_contradict_each_other_are_not_printed_into_the_artwork() -> None:
    plain = np.full((297, 420, 3), 255, np.uint8)
    differ = understood((TAGS, tags_of(SESSION, 8)))
    assert with_tags(plain, LAYOUT.table_code, differ, LAYOUT.size_mm) is plain
    assert with_tags(None, LAYOUT.table_code, differ, LAYOUT.size_mm) is None
    assert seen_tags_mm(None, None).shape == (0, 4, 2)
