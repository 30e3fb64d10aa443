"""A close-up placed by what another photo shows of the same table: drawn sheets with known truth, and a real one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from posterscan.fusion.register import find_anchors
from posterscan.geometry import apply_homography
from posterscan.sheet import Lens, SheetMap, View, resample
from posterscan.stages.anchors import Anchors

PX_PER_MM = 4.0


def filled_sheet(seed: int, wide_mm: int = 600, high_mm: int = 400) -> NDArray[np.uint8]:
    """A sheet with cards, words and dots at random places, (H, W, 3) at PX_PER_MM."""
    rng = np.random.default_rng(seed)
    sheet = np.full((int(high_mm * PX_PER_MM), int(wide_mm * PX_PER_MM), 3), 235, np.uint8)
    for _ in range(40):
        x, y = (rng.uniform(0.03, 0.85, 2) * [wide_mm, high_mm] * PX_PER_MM).astype(int)
        corner, other = (int(x), int(y)), (int(x) + 260, int(y) + 150)
        cv2.rectangle(sheet, corner, other, (250, 250, 250), -1)
        cv2.rectangle(sheet, corner, other, (60, 60, 60), 3)
        word = "".join(rng.choice(list("abcdefghiklmnoprstuvw"), 9))
        cv2.putText(sheet, word, (corner[0] + 15, corner[1] + 70), cv2.FONT_HERSHEY_SIMPLEX, 1.3, (20, 20, 20), 3)
        cv2.circle(sheet, (corner[0] + 200, corner[1] + 115), 20, tuple(int(v) for v in rng.integers(0, 255, 3)), -1)
    return sheet


def close_up(sheet: NDArray[np.uint8], left_mm: float, top_mm: float,
             wide_mm: float) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """A grey photo (1500, 2000) of part of the sheet, at a slant; and the (3, 3) homography from mm to its px."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * [wide_mm, wide_mm * 0.75] + [left_mm, top_mm]
    px = np.array([[40, 90], [1930, 10], [1990, 1480], [0, 1420]], np.float32)
    to_px = cv2.getPerspectiveTransform(corners.astype(np.float32), px)
    scale = np.array([[1 / PX_PER_MM, 0, 0.5 / PX_PER_MM], [0, 1 / PX_PER_MM, 0.5 / PX_PER_MM], [0, 0, 1]])
    photo = cv2.warpPerspective(sheet, to_px @ scale, (2000, 1500), flags=cv2.INTER_CUBIC, borderValue=(120, 90, 60))
    noisy = photo.astype(np.float32) * 0.8 + np.random.default_rng(1).normal(0, 3, photo.shape)
    return cv2.cvtColor(np.clip(noisy, 0, 255).astype(np.uint8), cv2.COLOR_RGB2GRAY), to_px


def view_of(sheet: NDArray[np.uint8]) -> View:
    return View(sheet, np.ones(sheet.shape[:2], np.bool_), PX_PER_MM)


def error_mm(anchors: Anchors, to_px: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.linalg.norm(apply_homography(np.linalg.inv(to_px), anchors.points_px) - anchors.points_mm, axis=1)


@pytest.mark.parametrize(("left", "top", "wide"), [(0, 0, 300), (250, 100, 320), (380, 180, 200)])
def test_a_close_up_without_markers_is_placed_on_the_sheet(left: float, top: float, wide: float) -> None:
    sheet = filled_sheet(3)
    grey, to_px = close_up(sheet, left, top, wide)
    anchors = find_anchors(grey, view_of(sheet))
    assert anchors is not None
    assert len(anchors) >= 25
    error = error_mm(anchors, to_px)
    assert np.median(error) < 0.3
    assert np.percentile(error, 95) < 1.5


def test_a_close_up_of_another_table_fits_nowhere() -> None:
    for seed in range(4, 14):
        grey, _ = close_up(filled_sheet(seed), 100, 60, 320)
        assert find_anchors(grey, view_of(filled_sheet(3))) is None


def test_a_mirrored_close_up_fits_nowhere() -> None:
    sheet = filled_sheet(3)
    grey, _ = close_up(sheet, 100, 60, 320)
    assert find_anchors(np.ascontiguousarray(grey[:, ::-1]), view_of(sheet)) is None


def test_a_grey_photo_and_a_grey_sheet_fit_nowhere() -> None:
    sheet = filled_sheet(3)
    grey, _ = close_up(sheet, 100, 60, 320)
    assert find_anchors(np.full((900, 1200), 128, np.uint8), view_of(sheet)) is None
    assert find_anchors(grey, view_of(np.full_like(sheet, 200))) is None


def test_one_card_does_not_fix_the_sheet() -> None:
    sheet = filled_sheet(3)
    grey, _ = close_up(sheet, 100, 60, 320)
    alone = np.full_like(grey, 120)
    alone[600:900, 700:1100] = grey[600:900, 700:1100]
    assert find_anchors(alone, view_of(sheet)) is None


def test_the_same_photos_give_the_same_points() -> None:
    sheet = filled_sheet(3)
    grey, _ = close_up(sheet, 100, 60, 320)
    one, two = find_anchors(grey, view_of(sheet)), find_anchors(grey, view_of(sheet))
    assert one is not None
    assert two is not None
    assert np.array_equal(one.points_px, two.points_px)



def test_a_close_up_is_not_blurred_for_the_scale_of_what_it_does_not_show() -> None:
    """The sheet's middle lies far outside the picture, where the lens's polynomial and the perspective hold for nothing."""
    sheet = filled_sheet(3)
    grey, to_px = close_up(sheet, 0, 0, 200)
    beyond = to_px @ np.array([[1, 0, 0], [0, 1, 0], [-1 / 250, 0, 1.0]])
    view = resample(grey, SheetMap(beyond, Lens(2000.0, (1000.0, 750.0), (0.05, 0.02, 0.0, 0.0))), (600.0, 400.0), 2.0)
    assert view.valid.any()
    assert not view.valid.all()
    fine = np.abs(cv2.Laplacian(view.rgb, cv2.CV_32F))[cv2.erode(view.valid.astype(np.uint8), np.ones((9, 9))) > 0]
    assert np.percentile(fine, 99) > 30  # letters and rims are there
