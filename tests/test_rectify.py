"""The sheet fitted from markers and artwork, against drawn truth."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from drawn_sheet import SHEET_MM, Shot, draw_ink, make_layout, patch_on, photograph, sheet_map
from posterscan.layout import Layout, load_layout
from posterscan.markers.found import Fiducials
from posterscan.relief import GridShift
from posterscan.sheetfit import SheetFit
from posterscan.stages.fiducials import find_fiducials
from posterscan.stages.rectify import fit_sheet
from posterscan.stages.refine import refine_on_artwork

GRID_MM = np.stack([g.ravel() for g in np.meshgrid(np.linspace(5, 415, 18), np.linspace(5, 292, 13))], axis=1)


def _off_mm(fit: SheetFit, shot: Shot, points_mm: NDArray[np.float64] = GRID_MM) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(fit.sheet.to_mm(sheet_map(shot).to_px(points_mm)) - points_mm, axis=1))


def _exact(layout: Layout, shot: Shot, which: list[int] | None = None, sigma_px: float = 0.05) -> Fiducials:
    """Fiducials as the truth has them."""
    marker = np.array(range(len(layout.markers)) if which is None else which, dtype=np.int64)
    corners = sheet_map(shot).to_px(layout.marker_corners_mm[marker].reshape(-1, 2)).reshape(-1, 4, 2)
    n, one = len(marker), np.ones(len(marker))
    return Fiducials(
        marker,
        np.array([layout.markers[k].id for k in marker]),
        corners,
        np.full((n, 4), sigma_px),
        0.05 * one,
        np.ones((n, 4)),
        2 * one,
        0.6 * one,
        0.6 * one,
        np.zeros(n, bool),
        np.zeros((0, 2)),
        np.zeros((0, 4, 2)),
    )


def _fit(layout: Layout, shot: Shot, artwork: bool = False) -> tuple[SheetFit, NDArray[np.uint8]]:
    grey = photograph(layout, shot, artwork)
    return fit_sheet(find_fiducials(grey, layout), layout, (grey.shape[1], grey.shape[0])), grey


@pytest.mark.parametrize("k1", [-0.03, 0.0, 0.03])
def test_flat_sheet_and_lens(k1: float) -> None:
    shot = Shot(k1=k1)
    fit, _ = _fit(make_layout(), shot)
    assert fit
    assert _off_mm(fit, shot).max() < 0.12
    assert fit.left_out.p95 < 0.15
    assert fit.markers_used == tuple(range(8))
    assert fit.markers_missing == ()


def test_upside_down_just_works() -> None:
    shot = Shot(turn_deg=178)
    fit, _ = _fit(make_layout(), shot)
    assert _off_mm(fit, shot).max() < 0.12


def test_any_four_markers_are_enough() -> None:
    layout, shot = make_layout(), Shot()
    for which in ([0, 2, 4, 6], [0, 1, 2, 7], [1, 3, 5, 7]):
        fit = fit_sheet(_exact(layout, shot, which), layout, shot.size_px)
        assert fit, fit.reason
        inside = GRID_MM[(np.abs(GRID_MM - np.array(SHEET_MM) / 2) < np.array(SHEET_MM) / 4).all(axis=1)]
        assert np.all(_off_mm(fit, shot, inside) < np.maximum(3 * fit.sigma_mm(inside), 0.2))


def test_three_markers_are_told_apart_from_none() -> None:
    layout, shot = make_layout(), Shot()
    fit = fit_sheet(_exact(layout, shot, [0, 2, 5]), layout, shot.size_px)
    assert not fit
    assert fit.reason == "too-few-markers"
    assert "3 of 8" in fit.problem.en
    assert "1, 3, 4, 6, 7" in fit.problem.en
    assert "verder naar achteren" in fit.remedy.nl
    none = fit_sheet(_exact(layout, shot, []), layout, shot.size_px)
    assert none.reason == "no-markers"
    assert np.isinf(none.sigma_mm([[10, 10]])).all()


def test_mirrored_two_posters_and_the_wrong_one_have_reasons_of_their_own() -> None:
    layout, size = make_layout(), (1600, 1200)
    grey = photograph(layout, Shot())
    mirrored = fit_sheet(find_fiducials(np.ascontiguousarray(grey[:, ::-1]), layout), layout, size)
    assert mirrored.reason == "mirrored"
    twice = np.concatenate([grey, grey], axis=1)
    assert fit_sheet(find_fiducials(twice, layout), layout, (3200, 1200)).reason == "two-posters"
    other = fit_sheet(find_fiducials(grey, make_layout(("DICT_5X5_50",))), make_layout(("DICT_5X5_50",)), size)
    assert other.reason == "wrong-poster"
    assert "36h11" in other.problem.nl
    moved = make_layout(
        places_mm=((10, 257), (195, 10), (10, 10), (100, 133), (380, 257), (10, 133), (380, 10), (250, 133))
    )
    assert fit_sheet(find_fiducials(grey, moved), moved, size).reason == "wrong-poster"


def test_a_wrong_corner_is_thrown_out_and_does_no_harm() -> None:
    layout, shot = make_layout(), Shot()
    found = _exact(layout, shot)
    bad = found.corners_px.copy()
    bad[3, 1] += [7.0, -4.0]
    fit = fit_sheet(replace(found, corners_px=bad), layout, shot.size_px)
    assert fit.corners_dropped == ((3, 1),)
    assert _off_mm(fit, shot).max() < 0.1


def test_relief_is_left_out_on_flat_paper_and_used_on_waves() -> None:
    layout = make_layout()
    flat, _ = _fit(layout, Shot(seed=3))
    wave = Shot(wave_mm=2.0)
    bent = fit_sheet(_exact(layout, wave), layout, wave.size_px)
    assert np.median(_off_mm(flat, Shot())) < 0.05
    assert np.median(_off_mm(bent, wave)) < 1.0
    assert np.median(bent.sigma_mm(GRID_MM)) > 5 * np.median(flat.sigma_mm(GRID_MM))


def test_artwork_lowers_the_error_between_the_markers() -> None:
    layout, shot = make_layout(), Shot(wave_mm=1.5, tilt=0.1)
    fit, grey = _fit(layout, shot, artwork=True)
    refined = refine_on_artwork(fit, grey, draw_ink(layout, artwork=True), layout)
    assert refined.artwork_matches > 50
    assert refined.used_relief
    before, after = _off_mm(fit, shot), _off_mm(refined, shot)
    assert np.median(after) < 0.5 * np.median(before)
    assert np.median(after) < 0.15


def test_cards_over_the_artwork_do_not_mislead() -> None:
    layout = make_layout()
    cards = tuple(
        patch_on(x, y, 60, 40, 250) for x, y in ((60, 60), (140, 90), (230, 80), (230, 190), (80, 180), (300, 170))
    )
    shot = Shot(wave_mm=1.0, on_top=cards)
    fit, grey = _fit(layout, shot, artwork=True)
    refined = refine_on_artwork(fit, grey, draw_ink(layout, artwork=True), layout)
    off = _off_mm(refined, shot)
    assert np.median(off) < np.median(_off_mm(fit, shot))
    assert np.mean(off > 3 * refined.sigma_mm(GRID_MM)) < 0.05


def test_without_artwork_nothing_is_made_up() -> None:
    layout, shot = make_layout(), Shot()
    fit, grey = _fit(layout, shot)
    blank = np.full((594, 840), 255, np.uint8)
    assert refine_on_artwork(fit, grey, blank, layout).artwork_matches == 0
    failed = fit_sheet(_exact(layout, shot, []), layout, shot.size_px)
    assert refine_on_artwork(failed, grey, blank, layout) is failed


@pytest.mark.parametrize("wave_mm", [0.0, 1.0, 2.5])
def test_the_stated_uncertainty_is_honest(wave_mm: float) -> None:
    layout, shot = make_layout(), Shot(wave_mm=wave_mm, noise=0.02)
    fit, _ = _fit(layout, shot)
    ratio = _off_mm(fit, shot) / fit.sigma_mm(GRID_MM)
    assert np.percentile(ratio, 95) < 3.0


def test_a_relief_survives_its_description() -> None:
    rng = np.random.default_rng(0)
    grid = GridShift.of((-20.0, -20.0), 20.0, rng.normal(0, 1, (19, 25, 2)))
    kept = json.loads(json.dumps(grid.describe()))
    assert np.abs(GridShift.from_description(kept)(GRID_MM) - grid(GRID_MM)).max() < 0.002


@settings(max_examples=25, deadline=None)
@given(st.floats(-180, 180), st.floats(0, 0.25), st.floats(-0.03, 0.03), st.floats(0.4, 0.9))
def test_exact_corners_give_the_exact_sheet(turn: float, tilt: float, k1: float, fill: float) -> None:
    layout, shot = make_layout(), Shot(turn_deg=turn, tilt=tilt, k1=k1, fill=fill)
    fit = fit_sheet(_exact(layout, shot, sigma_px=0.02), layout, shot.size_px)
    assert _off_mm(fit, shot).max() < 0.05


@pytest.mark.parametrize("name", ["easy-101-0000", "normal-202-0001", "hard-021-0001"])
def test_photos_with_truth(shared_photos: Path, name: str) -> None:
    cv2 = pytest.importorskip("cv2")
    layout = load_layout(shared_photos / "kit" / "layout.json")
    grey = cv2.imread(str(shared_photos / name / "photo.jpg"), cv2.IMREAD_GRAYSCALE)
    reference = cv2.imread(str(shared_photos / "kit" / "poster.png"), cv2.IMREAD_GRAYSCALE)
    truth = json.loads((shared_photos / name / "truth.json").read_text(encoding="utf-8"))["check_points"]
    fit = fit_sheet(find_fiducials(grey, layout), layout, (grey.shape[1], grey.shape[0]))
    refined = refine_on_artwork(fit, grey, reference, layout)
    off = np.linalg.norm(refined.sheet.to_mm(truth["px"]) - truth["mm"], axis=1)
    assert np.median(off) < 0.3
    assert np.percentile(off, 95) < 1.2
    assert np.percentile(off / refined.sigma_mm(truth["mm"]), 95) < 3.5
