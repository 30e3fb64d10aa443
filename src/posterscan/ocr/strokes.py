"""Print or handwriting: from the strokes of one line, not from the design of the card.

Print stands in separate letters, on vertical and horizontal edges, with strokes of one width, and is read with ease;
handwriting hardly ever does all four. The weights are a logistic regression on the lines of 470 printed and 56
handwritten cards in photos and on 219 lines and blocks of eleven writers; left out by photo and writer, 3 % of the
print and 11 % of the handwriting fall on the wrong side of 0, 1 % of the handwriting below -3.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.sheet import Image

# Log-odds of handwriting per unit of each measure, see `stroke_measures`.
_WEIGHTS = np.array([0.41, -15.65, -13.77, -14.17, 2.69])
_OFFSET = 17.32
_UPRIGHT_DEG = 8.0  # edges within this of the line's own axes count as upright: slant of writing is 10 to 30 degrees
_LETTER_SHARE = 0.18  # of the strip's height: smaller blobs are dots and noise


def _inverted(away: NDArray[np.float32]) -> bool:
    """Whether the light side of the paper's brightness reaches further than the dark side (1 % tails: no specks)."""
    return -float(np.percentile(away, 1)) > float(np.percentile(away, 99))


def light_on_dark(strip: Image) -> bool:
    """Whether the line is light on dark: nobody writes so, printers do."""
    grey = np.asarray(cv2.cvtColor(strip, cv2.COLOR_RGB2GRAY), dtype=np.float32)
    return _inverted(np.median(grey) - grey)


def _ink(grey: NDArray[np.float32]) -> NDArray[np.uint8]:
    """1 where there is ink, dark on light or light on dark."""
    away = np.median(grey) - grey
    if _inverted(away):
        away = -away
    top = max(float(np.percentile(away, 99.5)), 1.0)
    scaled = np.clip(away / top * 255, 0, 255).astype(np.uint8)
    _, mask = cv2.threshold(scaled, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return np.asarray(mask, dtype=np.uint8)


def _upright_shares(grey: NDArray[np.float32]) -> tuple[float, float]:
    """Of the strong near-vertical edges, how many stand upright; of the near-horizontal ones, how many lie flat."""
    gx, gy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    size = np.hypot(gx, gy)
    size = size * (size > np.percentile(size, 80))
    angle = np.degrees(np.arctan2(gy, gx)) % 180
    angle = np.abs(np.where(angle > 90, angle - 180, angle))
    steep, flat = angle < 45, angle >= 45
    upright = float(size[angle < _UPRIGHT_DEG].sum() / max(float(size[steep].sum()), 1.0))
    level = float(size[angle > 90 - _UPRIGHT_DEG].sum() / max(float(size[flat].sum()), 1.0))
    return upright, level


def _width_spread(ink: NDArray[np.uint8]) -> float:
    """Spread of the strokes' half-widths along their middle lines, relative to their mean."""
    depth = np.asarray(cv2.distanceTransform(ink, cv2.DIST_L2, 5))
    ridge = depth[(depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8))) & (ink > 0)]
    return float(ridge.std() / max(float(ridge.mean()), 1e-3)) if ridge.size else 0.0


def stroke_measures(strip: Image, text: str, confidence: float) -> NDArray[np.float64]:
    """(5,): separate blobs per letter, upright and level shares of edges, spread of stroke width, log10 of doubt.

    strip: (48, w, 3) uint8 line as the recogniser saw it, text what it read there, confidence how surely.
    """
    grey = np.asarray(cv2.cvtColor(strip, cv2.COLOR_RGB2GRAY), dtype=np.float32)
    ink = _ink(grey)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    letters = np.count_nonzero(stats[1:, cv2.CC_STAT_HEIGHT] > _LETTER_SHARE * strip.shape[0])
    upright, level = _upright_shares(grey)
    blobs = min(letters / max(1, len(text.replace(" ", ""))), 1.2)  # more are specks
    return np.array([blobs, upright, level, _width_spread(ink), np.log10(max(1 - confidence, 1e-3))])


def handwriting_log_odds(strip: Image, text: str, confidence: float) -> float:
    """Above 0: rather handwriting; below: rather print. 0 for less than three letters, which tell too little."""
    if len(text.replace(" ", "")) < 3:
        return 0.0
    return float(stroke_measures(strip, text, confidence) @ _WEIGHTS + _OFFSET)
