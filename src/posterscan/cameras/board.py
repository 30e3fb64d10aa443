"""The ChArUco board that is printed to measure a camera with, and its corners in a photo (Garrido-Jurado 2014; OpenCV's own)."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

DICTIONARY = "DICT_5X5_100"  # posters have 36h11, cards 36h10 or 4X4: a board on the table is mistaken for none
COLUMNS, ROWS = 8, 11
SQUARE_MM, MARKER_MM = 22.0, 16.0  # on A4 with a rim that every printer leaves free
LEAST_CORNERS = 20  # of 70: a board half in view is fine, a corner of it says little
SIGMA_PX = 0.3  # of a corner, as OpenCV refines them in phone photos
_LONG_SIDES_PX = (2016, 4032)  # sizes that a photo is shrunk to: more pixels hide markers in their own noise

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]


@cache
def board() -> cv2.aruco.CharucoBoard:
    """The board as OpenCV knows it, in mm."""
    book = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, DICTIONARY))
    return cv2.aruco.CharucoBoard((COLUMNS, ROWS), SQUARE_MM, MARKER_MM, book)


def black_squares_mm() -> list[tuple[float, float]]:
    """Top-left corners of the board's black squares."""
    return [(c * SQUARE_MM, r * SQUARE_MM) for r in range(ROWS) for c in range(COLUMNS) if (r + c) % 2 == 0]


def markers_mm() -> list[tuple[int, float, float]]:
    """(id, x, y) of the markers in the white squares, by their top-left corners."""
    return [(int(number), float(corners[0][0]), float(corners[0][1]))
            for number, corners in zip(np.ravel(board().getIds()), board().getObjPoints(), strict=True)]


def find_board(grey: Grey) -> tuple[Floats, Floats]:
    """Corners (N, 2) in mm on the board and (N, 2) in px of grey (H, W) uint8; both empty where no board is seen."""
    best = (np.zeros((0, 2)), np.zeros((0, 2)))
    for side in _LONG_SIDES_PX:
        scale = min(1.0, side / max(grey.shape))
        small = grey if scale == 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        corners, ids, _, _ = cv2.aruco.CharucoDetector(board()).detectBoard(small)
        if ids is not None and len(ids) >= max(LEAST_CORNERS, len(best[0])):
            ratio = np.array(grey.shape[::-1]) / np.array(small.shape[::-1])
            mm = np.asarray(board().getChessboardCorners(), np.float64)[np.ravel(ids), :2]
            best = (mm, (np.asarray(corners, np.float64).reshape(-1, 2) + 0.5) * ratio - 0.5)
    return best
