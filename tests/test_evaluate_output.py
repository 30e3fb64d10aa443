"""What `evaluate` shows people: words in two languages, a picture in which every kind of error stands out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFont

from known_tables import changed, known_truth, right_result, truth_data
from posterscan.evaluate import evaluate_table, summarise, to_markdown, to_text
from posterscan.geometry import rectangle
from posterscan.scores.dutch import DUTCH
from posterscan.scores.measures import MEASURES
from posterscan.scores.pictures import draw
from posterscan.scores.scoring import TableScore
from posterscan.scores.summary import TARGETS

COLOURS = {"missed": (20, 60, 220), "silent": (255, 0, 0), "invented": (200, 0, 200), "loud": (255, 235, 0)}


def score(*changes: Any) -> TableScore:
    """Of the known table's right result after some changes."""
    data = right_result(truth_data())
    for change in changes:
        change(data)
    return evaluate_table(changed(lambda _: None, data), known_truth(truth_data()))


def missed(data: dict[str, Any]) -> None:
    data["cards"].pop(1)


def wrong_zone(data: dict[str, Any]) -> None:
    data["cards"][2]["zone"]["id"] = "elders"


def invented(data: dict[str, Any]) -> None:
    data["cards"].append(data["cards"][3] | {"id": "x", "polygon_mm": rectangle((790, 560), (60, 40), 0).tolist()})


def shows(picture: Image.Image, colour: tuple[int, int, int]) -> bool:
    return bool((np.abs(np.asarray(picture).astype(int) - colour).sum(axis=2) < 30).any())


@pytest.mark.parametrize(("change", "seen"), [
    (missed, {"missed", "loud"}), (wrong_zone, {"silent", "loud"}), (invented, {"invented", "loud"})])
def test_each_kind_of_error_has_its_own_colour_and_silence_is_loud(change: Any, seen: set[str]) -> None:
    picture = draw(score(change), None)
    assert {name for name, colour in COLOURS.items() if shows(picture, colour)} == seen


def test_a_picture_without_errors_is_quiet() -> None:
    picture = draw(score(), Image.new("RGB", (841, 594), (230, 230, 230)))
    assert not any(shows(picture, colour) for colour in COLOURS.values())


def test_a_wrong_value_that_is_marked_is_not_loud() -> None:
    def mark(data: dict[str, Any]) -> None:
        data["cards"][2]["needs_review"] = ["zone-border"]

    picture = draw(score(wrong_zone, mark), None)
    assert not shows(picture, COLOURS["silent"])
    assert not shows(picture, COLOURS["loud"])


def test_a_system_without_fonts_gives_a_picture_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise OSError("cannot open resource")

    plain = ImageFont.load_default_imagefont()
    monkeypatch.setattr(ImageFont, "truetype", none)
    monkeypatch.setattr(ImageFont, "load_default", lambda _: plain)
    assert shows(draw(score(missed), None), COLOURS["missed"])


def test_every_measure_and_target_has_a_dutch_name() -> None:
    assert {m.title for m in MEASURES} | {t.title for t in TARGETS} <= set(DUTCH)


def test_the_same_figures_in_either_language() -> None:
    summary = summarise([score(missed)])
    dutch, english = to_text(summary, "nl"), to_text(summary, "en")
    assert "kaartjes gevonden" in dutch
    assert "cards found" in english
    assert "cards found" not in dutch
    figures = [word for word in english.split() if word.startswith("n=")]
    assert figures == [word for word in dutch.split() if word.startswith("n=")]
    assert "Stille fouten: 1" in to_markdown(summary, "nl")
