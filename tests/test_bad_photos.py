"""Photos that can be read but show the wrong thing: each is named with what to do, through the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from kits import layout_data, write_kit
from posterscan.cli.main import main

PX_PER_MM = 2
SHEET = (1682, 1188)


def poster(first_id: int = 0, dictionary: str = "DICT_APRILTAG_36h11") -> np.ndarray:
    """The test kit's poster, 2 px per mm, (1188, 1682, 3)."""
    rgb = np.full((SHEET[1], SHEET[0], 3), 235, np.uint8)
    book = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, dictionary))
    for marker in layout_data()["markers"]:
        left, top = (round(v * PX_PER_MM) for v in marker["corners_mm"][0])
        picture = cv2.aruco.generateImageMarker(book, marker["id"] + first_id, 40 * PX_PER_MM)
        rgb[top:top + 80, left:left + 80] = picture[..., None]
    return rgb


def on_table(*posters: np.ndarray) -> np.ndarray:
    """Side by side on a grey table, as a camera at some distance sees it."""
    rim = 150
    tall = max(p.shape[0] for p in posters) + 2 * rim
    table = np.full((tall, sum(p.shape[1] + rim for p in posters) + rim, 3), 110, np.uint8)
    left = rim
    for one in posters:
        table[rim:rim + one.shape[0], left:left + one.shape[1]] = one
        left += one.shape[1] + rim
    grain = np.random.default_rng(1).normal(0, 2, table.shape)
    return np.clip(cv2.GaussianBlur(table, (0, 0), 0.8) + grain, 0, 255).astype(np.uint8)


def judged(folder: Path, rgb: np.ndarray, language: str = "nl") -> tuple[int, dict[str, Any]]:
    import contextlib
    import io

    write_kit(folder)
    cv2.imwrite(str(folder / "foto.jpg"), rgb[..., ::-1])
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main(["check", str(folder / "foto.jpg"), "--json", "--lang", language])
    return code, json.loads(out.getvalue())["photos"][0]


def test_a_good_photo_is_not_refused(tmp_path: Path) -> None:
    code, answer = judged(tmp_path, on_table(poster()))
    assert code == 0
    assert answer["verdict"] != "retake"
    assert [m["state"] for m in answer["markers"]] == ["found"] * 4


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_upside_down_is_as_good(tmp_path: Path, turns: int) -> None:
    code, answer = judged(tmp_path, np.rot90(on_table(poster()), turns))
    assert code == 0
    assert [m["state"] for m in answer["markers"]] == ["found"] * 4


CASES = {
    "no poster": (lambda: on_table(np.full((900, 1200, 3), 240, np.uint8)), {"no-markers"}),
    "the wrong poster": (lambda: on_table(poster(first_id=100)), {"wrong-poster", "no-markers"}),
    "another kind of marker": (lambda: on_table(poster(dictionary="DICT_5X5_100")), {"wrong-poster", "no-markers"}),
    "two posters": (lambda: on_table(poster(), poster()), {"two-posters"}),
    "mirrored": (lambda: on_table(poster())[:, ::-1], {"mirrored"}),
    "half a poster": (lambda: on_table(poster())[:, :900], {"too-few-markers", "poster-cut-off"}),
    "black": (lambda: np.zeros((1200, 1600, 3), np.uint8), {"no-markers", "too-dark"}),
    "white": (lambda: np.full((1200, 1600, 3), 255, np.uint8), {"no-markers", "overexposed"}),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_said_with_its_cure(tmp_path: Path, name: str) -> None:
    make, codes = CASES[name]
    for language in ("nl", "en"):
        code, answer = judged(tmp_path, np.ascontiguousarray(make()), language)
        assert code == 1
        assert answer["verdict"] == "retake"
        serious = [p for p in answer["problems"] if p["severity"] == "error"]
        assert codes & {p["code"] for p in serious}, serious
        assert all(p["message"] and p["remedy"] for p in serious)


def test_a_tiny_photo(tmp_path: Path) -> None:
    for size in ((1, 1), (3, 200), (200, 3), (16, 16)):
        code, answer = judged(tmp_path, np.full((*size, 3), 90, np.uint8))
        assert code == 1
        assert answer["problems"][0]["remedy"]
