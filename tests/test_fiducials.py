"""Markers found, measured and sorted out from ghosts, on drawn photos whose corners are known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from drawn_sheet import INK_PX_PER_MM, Shot, make_layout, patch_on, photograph, sheet_map
from posterscan.errors import LayoutError
from posterscan.layout import Layout
from posterscan.markers.consensus import agreeing
from posterscan.stages.fiducials import Fiducials, find_fiducials


def _errors_px(found: Fiducials, layout: Layout, shot: Shot) -> NDArray[np.float64]:
    """(N, 4) distance of each corner from the truth."""
    true = sheet_map(shot).to_px(layout.marker_corners_mm[found.marker].reshape(-1, 2)).reshape(-1, 4, 2)
    return np.asarray(np.linalg.norm(found.corners_px - true, axis=2))


@pytest.mark.parametrize(
    "names",
    [
        ("DICT_APRILTAG_36h11",),
        ("DICT_4X4_50",),
        ("DICT_5X5_250",),
        ("DICT_6X6_100",),
        ("DICT_APRILTAG_25h9", "DICT_4X4_1000"),
    ],
)
def test_every_dictionary_is_found_and_measured_to_a_fraction_of_a_pixel(names: tuple[str, ...]) -> None:
    layout, shot = make_layout(names), Shot()
    found = find_fiducials(photograph(layout, shot), layout)
    assert found.ids.tolist() == [m.id for m in layout.markers]
    errors = _errors_px(found, layout, shot)
    assert np.median(errors) < 0.06
    assert errors.max() < 0.15
    assert len(found.ghosts_px) == 0
    assert not found.mirrored


def test_fitted_edges_beat_the_detectors_own_refinement() -> None:
    layout, shot = make_layout(), Shot(blur_px=1.4)
    grey = photograph(layout, shot)
    settings_ = cv2.aruco.DetectorParameters()
    settings_.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    book = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    quads, ids, _ = cv2.aruco.ArucoDetector(book, settings_).detectMarkers(grey)
    true = sheet_map(shot).to_px(layout.marker_corners_mm.reshape(-1, 2)).reshape(-1, 4, 2)
    theirs = np.concatenate([np.linalg.norm(q[0] - true[i], axis=1) for q, i in zip(quads, ids.ravel(), strict=True)])
    ours = _errors_px(find_fiducials(grey, layout), layout, shot)
    assert np.median(ours) < 0.5 * np.median(theirs)


def test_expected_sigma_covers_the_error() -> None:
    layout, shot = make_layout(), Shot(noise=0.03, blur_px=1.6)
    found = find_fiducials(photograph(layout, shot), layout)
    ratio = _errors_px(found, layout, shot) / found.corner_sigma_px
    assert np.sqrt(np.mean(ratio**2)) < 2.0


def test_a_half_covered_marker_keeps_only_the_corners_that_are_seen() -> None:
    layout = make_layout()
    shot = Shot(on_top=(patch_on(185, 0, 23, 60, 200),))  # covers the left 13 of 30 mm of marker 1
    found = find_fiducials(photograph(layout, shot), layout)
    assert 1 in found.ids
    row = found.ids.tolist().index(1)
    assert found.predicted[row]
    measured = np.isfinite(found.corner_sigma_px[row])
    assert measured.tolist() == [False, True, True, False]
    assert _errors_px(found, layout, shot)[row][measured].max() < 0.3


def test_a_wholly_covered_marker_is_not_invented() -> None:
    layout = make_layout()
    found = find_fiducials(photograph(layout, Shot(on_top=(patch_on(185, 0, 50, 50, 230),))), layout)
    assert 1 not in found.ids
    assert len(found) == 7


def _draw_marker(ink: NDArray[np.uint8], name: int, marker_id: int, x_mm: float, y_mm: float, side_mm: float) -> None:
    side, x, y = (round(v * INK_PX_PER_MM) for v in (side_mm, x_mm, y_mm))
    ink[y - 20 : y + side + 20, x - 20 : x + side + 20] = 255
    ink[y : y + side, x : x + side] = cv2.aruco.generateImageMarker(
        cv2.aruco.getPredefinedDictionary(name), marker_id, side
    )


def test_a_card_with_a_markers_code_is_a_ghost() -> None:
    layout = make_layout(("DICT_4X4_50",))
    shot = Shot(on_top=(lambda ink: _draw_marker(ink, cv2.aruco.DICT_4X4_1000, 2, 150, 150, 18),))
    found = find_fiducials(photograph(layout, shot), layout)
    assert found.ids.tolist() == list(range(8))
    assert _errors_px(found, layout, shot).max() < 0.15
    ghost = sheet_map(shot).to_px([[159, 159]])
    assert len(found.ghosts_px) == 1
    assert np.linalg.norm(found.ghosts_px - ghost) < 3


def test_a_ghost_stands_in_for_no_covered_marker() -> None:
    layout = make_layout(("DICT_4X4_50",))
    shot = Shot(
        on_top=(lambda ink: _draw_marker(ink, cv2.aruco.DICT_4X4_1000, 1, 150, 150, 18), patch_on(185, 0, 50, 50, 230))
    )
    found = find_fiducials(photograph(layout, shot), layout)
    assert 1 not in found.ids
    assert len(found.ghosts_px) == 1


def test_a_mirrored_photo_is_recognised() -> None:
    layout = make_layout()
    found = find_fiducials(np.ascontiguousarray(photograph(layout, Shot())[:, ::-1]), layout)
    assert found.mirrored
    assert len(found) == 0


def test_a_second_poster_is_noticed() -> None:
    layout = make_layout()
    one = photograph(layout, Shot(size_px=(1100, 900)))
    found = find_fiducials(np.concatenate([one, one], axis=1), layout)
    assert len(found) == 8
    assert len(found.second_sheet_px) == 8
    apart = np.linalg.norm(found.second_sheet_px.mean((0, 1)) - found.corners_px.mean((0, 1)))
    assert apart == pytest.approx(1100, abs=5)


@pytest.mark.parametrize(
    "grey",
    [
        np.full((300, 400), 128, np.uint8),
        np.zeros((60, 40), np.uint8),
        np.random.default_rng(0).integers(0, 255, (400, 500)).astype(np.uint8),
    ],
)
def test_nothing_found_is_empty_and_shaped(grey: NDArray[np.uint8]) -> None:
    found = find_fiducials(grey, make_layout())
    assert not found
    assert found.corners_px.shape == (0, 4, 2)
    assert found.corner_sigma_px.shape == (0, 4)


def test_markers_of_another_dictionary_are_named() -> None:
    found = find_fiducials(photograph(make_layout(("DICT_5X5_50",)), Shot()), make_layout(("DICT_APRILTAG_36h11",)))
    assert not found
    assert dict(found.others)["DICT_5X5_1000"] == 8


def test_an_unknown_dictionary_is_named_with_the_cure() -> None:
    with pytest.raises(LayoutError, match="DICT_9X9_50") as caught:
        find_fiducials(np.zeros((100, 100), np.uint8), make_layout(("DICT_9X9_50",)))
    assert "DICT_4X4_50" in str(caught.value.remedy)


def test_the_input_is_not_touched() -> None:
    layout = make_layout()
    grey = photograph(layout, Shot())
    before = grey.copy()
    find_fiducials(grey, layout)
    assert np.array_equal(grey, before)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turning_the_picture_turns_the_corners(quarters: int) -> None:
    layout = make_layout()
    grey = photograph(layout, Shot(size_px=(1200, 900)))
    straight, turned = (
        find_fiducials(grey, layout),
        find_fiducials(np.ascontiguousarray(np.rot90(grey, quarters)), layout),
    )
    at, (high, wide) = straight.corners_px, grey.shape
    for _ in range(quarters):  # rot90 turns counter-clockwise: (x, y) goes to (y, width - 1 - x)
        at = np.stack([at[..., 1], wide - 1 - at[..., 0]], axis=2)
        high, wide = wide, high
    assert turned.ids.tolist() == straight.ids.tolist()
    assert np.abs(turned.corners_px - at).max() < 0.03


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 8), st.integers(0, 8))
def test_consensus_finds_the_sheet_among_ghosts(seed: int, genuine: int, ghosts: int) -> None:
    rng = np.random.default_rng(seed)
    layout = make_layout()
    which = rng.permutation(8)[:genuine]
    true = (
        sheet_map(Shot(turn_deg=float(rng.uniform(-180, 180)), k1=0))
        .to_px(layout.marker_corners_mm.reshape(-1, 2))
        .reshape(-1, 4, 2)[which]
    )
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1.0]])
    fake = rng.uniform(0, 1100, (ghosts, 1, 2)) + square * rng.uniform(20, 120, (ghosts, 1, 1))
    marker = np.concatenate([which, rng.integers(0, 8, ghosts)])
    quads = np.concatenate([true + rng.normal(0, 0.3, true.shape), fake])
    group = agreeing(marker, quads, layout.marker_corners_mm[marker], 12.0)
    assert set(range(genuine)) <= set(group.members.tolist())
