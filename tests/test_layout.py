"""A layout that cannot be used is refused with file, place and cure; one that can is taken as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kits import layout_data, square, told_layout_data, write_json, write_kit
from posterscan.errors import LayoutError
from posterscan.layout import load_layout, load_reference, open_layout

Change = Callable[[dict[str, Any]], object]


def refused(path: Path) -> LayoutError:
    with pytest.raises(LayoutError) as caught:
        load_layout(path)
    error = caught.value
    assert error.exit_code == 2
    assert path.name in error.problem.nl
    assert path.name in error.problem.en
    assert error.remedy.nl
    assert error.remedy.en
    assert error.problem.nl != error.problem.en
    return error


def test_a_good_layout_is_taken_as_it_is(tmp_path: Path) -> None:
    path, _ = write_kit(tmp_path)
    layout = load_layout(path)
    assert layout.size_mm == (841, 594)
    assert layout.marker_corners_mm.shape == (4, 4, 2)
    opened = open_layout(path)
    assert opened.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert opened.reference is not None
    assert opened.reference.shape == (594, 841, 3)


CASES: list[tuple[str, Change, str, str]] = [
    ("unknown field", lambda d: d["markers"][2].update(corner_mm=[]), "markers[2].corner_mm", "'corners_mm'"),
    ("unknown field at the top", lambda d: d.update(sizes_mm=[1, 2]), "sizes_mm", "'size_mm'"),
    ("unknown field, unlike any", lambda d: d["zones"][1].update(xyzzy=1), "zones[1].xyzzy", "Remove"),
    ("missing field", lambda d: d["zones"][0].pop("label"), "zones[0].label", "Fill in label"),
    ("text for a number", lambda d: d["size_mm"].__setitem__(0, "841"), "size_mm[0]", "a number"),
    ("a number for text", lambda d: d.update(id=7), "id", "text"),
    ("a fraction for an id", lambda d: d["markers"][0].update(id=0.5), "markers[0].id", "a whole number"),
    ("true for an id", lambda d: d["markers"][0].update(id=True), "markers[0].id", "a whole number"),
    ("three corners", lambda d: d["markers"][3]["corners_mm"].pop(), "markers[3].corners_mm", "at least 4"),
    ("a list for an object", lambda d: d["zones"].__setitem__(0, []), "zones[0]", "an object"),
    ("an object for a list", lambda d: d.update(zones={}), "zones", "a list"),
    ("an unknown kind", lambda d: d["zones"][0].update(kind="spheer"), "zones[0].kind", "sphere"),
    ("a point of three numbers", lambda d: d["zones"][0]["polygon_mm"].__setitem__(1, [1, 2, 3]),
     "zones[0].polygon_mm[1]", ""),
    ("an infinite number", lambda d: d["zones"][0]["polygon_mm"].__setitem__(1, [1e999, 2]), "", "number"),
    ("a sheet in metres", lambda d: d.update(size_mm=[0.841, 0.594]), "size_mm", "millimetres"),
    ("two markers of one number", lambda d: d["markers"][2].update(id=1), "markers[2].id", "number of its own"),
    ("too few markers", lambda d: d["markers"].pop(), "markers", "List all"),
    ("an unknown dictionary", lambda d: d["markers"][1].update(dictionary="DICT_APRILTAG_36h12"),
     "markers[1].dictionary", "Did you mean DICT_APRILTAG_36"),
    ("a number beyond the dictionary", lambda d: d["markers"][1].update(dictionary="DICT_4X4_50", id=50),
     "markers[1].id", "0 to 49"),
    ("a negative number", lambda d: d["markers"][1].update(id=-1), "markers[1].id", "0 to 586"),
    ("a marker outside the sheet", lambda d: d["markers"][1].update(corners_mm=square(810, 12)),
     "markers[1].corners_mm", "top-left"),
    ("corners against the clock", lambda d: d["markers"][0].update(corners_mm=square(12, 12)[::-1]),
     "markers[0].corners_mm", "order round"),
    ("an oblong marker", lambda d: d["markers"][0].update(corners_mm=[[12, 12], [60, 12], [60, 52], [12, 52]]),
     "markers[0].corners_mm", "four corners"),
    ("a bow-tie of corners", lambda d: d["markers"][0].update(corners_mm=[[12, 12], [52, 52], [52, 12], [12, 52]]),
     "markers[0].corners_mm", "four corners"),
    ("a corner whose square overflows", lambda d: d["markers"][0]["corners_mm"][0].__setitem__(0, 1e155),
     "markers[0].corners_mm", "top-left"),
    ("corners as far apart as numbers go", lambda d: d["markers"][0].update(corners_mm=[[-1.7e308, 1.7e308]] * 3 + [[1.7e308, 0]]),
     "markers[0].corners_mm", "top-left"),
    ("a marker without size", lambda d: d["markers"][0].update(corners_mm=[[12, 12]] * 4),
     "markers[0].corners_mm", "four corners"),
    ("two zones of one name", lambda d: d["zones"][1].update(id="persoonlijk"), "zones[1].id", "id of its own"),
    ("a zone that crosses itself",
     lambda d: d["zones"][0].update(polygon_mm=[[60, 70], [400, 500], [400, 70], [60, 500]]),
     "zones[0].polygon_mm", "walk along"),
    ("a zone without area", lambda d: d["zones"][0].update(polygon_mm=[[60, 70], [400, 70], [60, 70]]),
     "zones[0].polygon_mm", ""),
    ("a zone beside the sheet", lambda d: d["zones"][0].update(polygon_mm=[[900, 0], [950, 0], [950, 50]]),
     "zones[0].polygon_mm", "top-left"),
    ("a ladder that isn't there", lambda d: d.update(ladder_zone="bedoeling"), "ladder_zone",
     "Did you mean bedoelingen"),
    ("artwork that isn't there", lambda d: d.update(reference_image="weg.png"), "reference_image", "beside it"),
    ("artwork with a name no file has", lambda d: d.update(reference_image="\0"), "reference_image", "beside it"),
]


@pytest.mark.parametrize(("change", "place", "cure"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_fault_is_told_with_place_and_cure(tmp_path: Path, change: Change, place: str, cure: str) -> None:
    path, _ = write_kit(tmp_path)
    data = layout_data()
    change(data)
    error = refused(write_json(path, data))
    assert place in error.problem.en
    assert place in error.problem.nl
    assert cure in error.remedy.en


TOLD_CASES: list[tuple[str, Change, str, str]] = [
    ("unknown field of a session", lambda d: d["session"].update(naam="x"), "session.naam", "name"),
    ("an id nobody wrote", lambda d: d["session"].update(id="2K7MQ4"), "session.id", "2K7-MQ4"),
    ("a date as people write it", lambda d: d["session"].update(date="24-11-2026"), "session.date", "year-month-day"),
    ("a date that isn't", lambda d: d["session"].update(date="2026-02-30"), "session.date", "year-month-day"),
    ("no tables", lambda d: d["session"].update(tables=0), "session.tables", "1 to 100"),
    ("no participants", lambda d: d["session"].update(participants=0), "session.participants", "1 to 1000"),
    ("stickers in centimetres", lambda d: d["session"].update(sticker_mm=1.2), "session.sticker_mm", "3 to 50"),
    ("too many stickers", lambda d: d["session"].update(stickers_per_person=101), "session.stickers_per_person", "1 to 100"),
    ("three tags", lambda d: d["table_code"]["copies"][1].pop(), "table_code.copies[1]", "at least 4"),
    ("no copy", lambda d: d["table_code"].update(copies=[]), "table_code.copies", "at least 1"),
    ("an unknown dictionary of tags", lambda d: d["table_code"].update(dictionary="DICT_APRILTAG_36h12"),
     "table_code.dictionary", "Did you mean DICT_APRILTAG_36"),
    ("a dictionary of few tags", lambda d: d["table_code"].update(dictionary="DICT_4X4_50"), "table_code.dictionary",
     "DICT_APRILTAG_36h11"),
    ("a tag outside the sheet", lambda d: d["table_code"]["copies"][0].__setitem__(3, square(830, 12, 20)),
     "table_code.copies[0][3]", "top-left"),
    ("a tag against the clock", lambda d: d["table_code"]["copies"][0][1].reverse(), "table_code.copies[0][1]", "order round"),
    ("a tag over a marker", lambda d: d["table_code"]["copies"][0].__setitem__(0, square(45, 45, 20)),
     "table_code.copies[0][0]", "Measure the places again"),
    ("a tag over another", lambda d: d["table_code"]["copies"][1].__setitem__(2, square(440, 562, 20)),
     "table_code.copies[1][2]", "Measure the places again"),
    ("a marker that says a table", lambda d: d["markers"][3].update(id=22), "markers[3].id", "up to 19"),
]


@pytest.mark.parametrize(("change", "place", "cure"), [c[1:] for c in TOLD_CASES], ids=[c[0] for c in TOLD_CASES])
def test_a_fault_in_session_or_code_is_told_with_place_and_cure(tmp_path: Path, change: Change, place: str, cure: str) -> None:
    path, _ = write_kit(tmp_path)
    data = told_layout_data()
    change(data)
    error = refused(write_json(path, data))
    assert place in error.problem.en
    assert place in error.problem.nl
    assert cure in error.remedy.en


def test_session_and_code_are_taken_as_they_are_and_may_be_missing(tmp_path: Path) -> None:
    path, _ = write_kit(tmp_path)
    bare = load_layout(path)
    assert (bare.session, bare.table_code) == (None, None)
    assert bare.tag_corners_mm.shape == (4, 4, 2)
    layout = load_layout(write_json(path, told_layout_data()))
    assert layout.session is not None
    assert (layout.session.id, layout.session.participants, layout.session.sticker_mm) == ("29P-4R6", 8, 12.0)
    assert layout.table_code is not None
    assert layout.table_code.corners_mm.shape == (2, 4, 4, 2)
    assert layout.table_code.corners_mm[1, 3, 0].tolist() == [495, 562]
    assert layout.tag_corners_mm.shape == (12, 4, 2)
    data = told_layout_data()
    data["session"] |= dict.fromkeys(("id", "name", "date", "place", "participants", "sticker_mm"))
    assert load_layout(write_json(path, data)).session is not None


def test_the_place_of_a_crossing_is_told(tmp_path: Path) -> None:
    data = layout_data()
    data["zones"][0]["polygon_mm"] = [[60, 70], [160, 170], [160, 70], [60, 170]]
    path, _ = write_kit(tmp_path)
    assert "(110, 120) mm" in refused(write_json(path, data)).problem.en


def test_several_faults_are_told_at_once_and_the_rest_counted(tmp_path: Path) -> None:
    data = layout_data()
    for zone in data["zones"]:
        zone.update(a=1, b=2, c=3)
    path, _ = write_kit(tmp_path)
    error = refused(write_json(path, data))
    assert "zones[0].a" in error.problem.en
    assert "zones[1].b" in error.problem.en
    assert "(and 1 more)" in error.problem.en
    assert "(en nog 1)" in error.problem.nl


@pytest.mark.parametrize(("content", "word"), [
    (b"", "empty"), (b"  \n", "empty"), (b"{", "not JSON"), (b"[1, 2]", "no object"), (b"\xff\xfe\x00{", "UTF-8"),
    (b'{"schema": "posterscan-layout/2"}', "version"), (b'{"schema": "posterscan-catalogue/1"}', "another kind"),
    (b'{"id": "x"}', "lacks the field schema"), (b'{"schema": 1}', "another kind"),
    (b'{"schema": "posterscan-layout/1", "id": "a", "id": "b"}', "twice"),
    (b'{"schema": "posterscan-layout/1", "size_mm": [NaN, 1]}', "NaN"), (b"[" * 100_000, "nested")])
def test_a_file_that_is_no_layout(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "layout.json"
    path.write_bytes(content)
    assert word in refused(path).problem.en


def test_a_folder_a_missing_file_and_a_huge_one(tmp_path: Path) -> None:
    assert "folder" in refused(tmp_path).problem.en
    assert "does not exist" in refused(tmp_path / "weg.json").problem.en
    with (tmp_path / "groot.json").open("wb") as huge:
        huge.truncate(20 << 20)
    assert "20 MiB" in refused(tmp_path / "groot.json").problem.en


def test_line_of_a_mistake_is_told(tmp_path: Path) -> None:
    path = tmp_path / "layout.json"
    path.write_text('{\n "schema": "posterscan-layout/1",\n "id": x\n}', encoding="utf-8")
    assert "line 3" in refused(path).problem.en


def test_artwork_of_another_shape_or_that_is_no_picture(tmp_path: Path) -> None:
    path, _ = write_kit(tmp_path)
    Image.fromarray(np.zeros((841, 594, 3), np.uint8)).save(tmp_path / "poster.png")
    layout = load_layout(path)
    with pytest.raises(LayoutError) as caught:
        load_reference(layout, path)
    assert "594 × 841" in caught.value.problem.en
    (tmp_path / "poster.png").write_text("geen plaatje", encoding="utf-8")
    with pytest.raises(LayoutError) as caught:
        open_layout(path)
    assert "poster.png" in caught.value.problem.en


def test_artwork_is_kept_no_finer_than_anything_looks_at_it(tmp_path: Path) -> None:
    path, _ = write_kit(tmp_path)
    fine = np.full((6 * 594, 6 * 841, 3), 255, np.uint8)
    fine[600:1200, 1200:2400] = (200, 30, 30)  # 100 to 200 mm down, 200 to 400 mm across
    Image.fromarray(fine).save(tmp_path / "poster.png", compress_level=1)
    kept = open_layout(path).reference
    assert kept is not None
    assert kept.shape == (5 * 594, 5 * 841, 3)
    rows, columns = np.nonzero(kept[..., 1] < 128)
    assert (rows.min(), rows.max() + 1, columns.min(), columns.max() + 1) == (500, 1000, 1000, 2000)


def test_without_artwork_there_is_none(tmp_path: Path) -> None:
    data = layout_data()
    del data["reference_image"]
    assert open_layout(write_json(tmp_path / "layout.json", data)).reference is None


def test_a_byte_order_mark_and_counterclockwise_zones_are_fine(tmp_path: Path) -> None:
    path, _ = write_kit(tmp_path)
    data = layout_data()
    data["zones"][0]["polygon_mm"].reverse()
    text = write_json(path, data).read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8-sig")
    assert len(load_layout(path).zones) == 2


def test_the_layout_of_the_shared_kit_is_good(shared_photos: Path) -> None:
    assert open_layout(shared_photos / "kit" / "layout.json").reference is not None
