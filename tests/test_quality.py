"""The judgement of a photo, and whether its advice names the right thing in the right place."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from drawn_sheet import Shot, make_layout, patch_on, photograph
from posterscan.advice import place_in_words
from posterscan.layout import Layout
from posterscan.quality import Quality, judge_photo
from posterscan.stages.fiducials import find_fiducials
from posterscan.stages.rectify import fit_sheet

Grey = NDArray[np.uint8]


def _judged(grey: Grey, layout: Layout | None = None) -> Quality:
    chosen = layout or make_layout()
    found = find_fiducials(grey, chosen)
    fit = fit_sheet(found, chosen, (grey.shape[1], grey.shape[0]))
    return judge_photo(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), grey, found, fit, chosen)


def _codes(quality: Quality) -> set[str]:
    return {a.code for a in quality.problems}


def test_a_good_photo_gets_no_advice() -> None:
    quality = _judged(photograph(make_layout(), Shot()))
    assert quality.verdict == "good"
    assert quality.problems == ()
    assert quality.in_view == 1.0
    assert quality.px_per_mm == pytest.approx(3.1, abs=0.4)
    assert {m.state for m in quality.markers} == {"found"}


def test_sharpness_falls_with_blur_and_says_so() -> None:
    found = [_judged(photograph(make_layout(), Shot(blur_px=b))) for b in (0.8, 1.5, 2.5, 3.5)]
    assert [q.sharpness for q in found] == sorted((q.sharpness for q in found), reverse=True)
    assert "unsharp" not in _codes(found[0])
    assert "unsharp" in _codes(found[-1])


def test_a_shaken_photo_counts_as_unsharp_in_the_direction_it_was_shaken() -> None:
    grey = photograph(make_layout(), Shot(turn_deg=0, tilt=0))
    shaken = cv2.blur(grey, (9, 1))
    assert _judged(shaken).edge_px > _judged(grey).edge_px + 3


@pytest.mark.parametrize(
    ("move", "words"),
    [((-230, 0), "linkerrand"), ((230, 0), "rechterrand"), ((0, -240), "bovenrand"), ((0, 240), "onderrand")],
)
def test_an_edge_out_of_the_picture_is_named(move: tuple[float, float], words: str) -> None:
    quality = _judged(photograph(make_layout(), Shot(move_px=move, turn_deg=0, tilt=0.05)))
    advice = next(a for a in quality.problems if a.code == "poster-cut-off")
    assert words in advice.message.nl
    assert sum(w in advice.message.nl for w in ("linkerrand", "rechterrand", "bovenrand", "onderrand")) == 1
    assert "naar achteren" in advice.remedy.nl
    assert quality.in_view < 1
    assert "marker-out-of-frame" in _codes(quality)


def test_a_covered_marker_is_named_by_its_place() -> None:
    quality = _judged(photograph(make_layout(), Shot(on_top=(patch_on(370, 247, 50, 50, 120),))))
    advice = next(a for a in quality.problems if a.code == "marker-covered")
    assert advice.message.nl == "Marker rechtsonder is bedekt."
    assert advice.message.en == "Marker bottom right is covered."
    assert "wat erop ligt" in advice.remedy.nl
    assert quality.verdict == "usable"


def test_a_half_covered_marker_is_told_apart() -> None:
    quality = _judged(photograph(make_layout(), Shot(on_top=(patch_on(185, 0, 23, 60, 200),))))
    assert "marker-partly-covered" in _codes(quality)
    assert "marker-covered" not in _codes(quality)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda g: (g * 0.15).astype(np.uint8), "dark"),
        (lambda g: np.clip(g * 1.6, 0, 255).astype(np.uint8), "overexposed"),
        (lambda g: cv2.circle(g.copy(), (800, 600), 90, 255, -1), "glare"),
    ],
)
def test_light(change: Callable[[Grey], Grey], code: str) -> None:
    quality = _judged(change(photograph(make_layout(), Shot())))
    assert code in _codes(quality) & {"dark", "overexposed", "glare"}
    assert len(_codes(quality) & {"dark", "overexposed", "glare"}) == 1
    assert quality.verdict != "good"


def test_glare_is_measured_in_mm_and_placed() -> None:
    grey = photograph(make_layout(), Shot())
    quality = _judged(cv2.circle(grey.copy(), (800, 600), 90, 255, -1))
    x, y, area = quality.glare[0]
    assert abs(x - 210) < 25
    assert abs(y - 148) < 25
    assert area == pytest.approx(np.pi * (90 / quality.px_per_mm) ** 2, rel=0.25)


def test_a_small_poster_asks_for_a_closer_look() -> None:
    quality = _judged(photograph(make_layout(), Shot(fill=0.45)))
    assert "coarse" in _codes(quality)
    assert quality.px_per_mm_least < 2


def test_a_photo_without_poster_says_so() -> None:
    quality = _judged(np.full((600, 800), 90, np.uint8))
    assert quality.verdict == "retake"
    assert _codes(quality) == {"no-markers"}
    assert "8 markers" in quality.problems[0].message.nl
    assert np.isnan(quality.px_per_mm)


def test_advice_becomes_a_record_in_either_language() -> None:
    advice = _judged(np.full((600, 800), 90, np.uint8)).problems[0]
    assert advice.record("nl").message == advice.message.nl
    assert advice.record("en").remedy == advice.remedy.en


@pytest.mark.parametrize(
    ("at", "nl"),
    [
        ((20, 20), "linksboven"),
        ((820, 570), "rechtsonder"),
        ((420, 20), "midden boven"),
        ((230, 570), "onder, links van het midden"),
        ((20, 297), "links halverwege"),
        ((420, 297), "in het midden"),
        ((610, 30), "boven, rechts van het midden"),
    ],
)
def test_places_in_words(at: tuple[float, float], nl: str) -> None:
    assert place_in_words(np.array(at, dtype=float), (841, 594)).nl == nl
