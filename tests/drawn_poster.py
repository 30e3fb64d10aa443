"""A poster without markers, drawn from a seed, and photos of it with everything known: where each millimetre lies."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import apply_homography, rectangle

Rgb = NDArray[np.uint8]
Floats = NDArray[np.float64]
SIZE_MM = (500.0, 700.0)  # portrait, and no A size
PX_PER_MM = 3.0


def drawn_poster(seed: int = 1, title: str = "Het dorp van straks",
                 spheres: Sequence[str] = ("dichtbij", "buurt", "gemeente")) -> Rgb:
    """(2100, 1500, 3): patches and strokes by the seed; a title and three named rings that are the same for every seed."""
    rng = np.random.default_rng(seed)
    wide, high = (round(side * PX_PER_MM) for side in SIZE_MM)
    sheet = np.full((high, wide, 3), (232, 240, 236), np.uint8)
    for _ in range(170):
        at, long = rng.uniform([0, 0], [wide, high]), rng.uniform(15, 60)
        corners = rectangle(at, (long, long * 0.4), float(rng.uniform(0, 360))) + rng.normal(0, 4, (4, 2))
        cv2.fillPoly(sheet, [np.round(corners).astype(np.int32)], tuple(int(v) for v in rng.uniform(60, 230, 3)), cv2.LINE_AA)
    for name, at in zip(spheres, ((430, 620), (1050, 1050), (430, 1500)), strict=True):
        cv2.circle(sheet, at, 330, (250, 250, 250), 5, cv2.LINE_AA)
        cv2.putText(sheet, name, (at[0] - 150, at[1] - 240), cv2.FONT_HERSHEY_DUPLEX, 1.9, (40, 40, 90), 4, cv2.LINE_AA)
    cv2.rectangle(sheet, (60, 60), (1440, 240), (60, 60, 110), -1)
    cv2.putText(sheet, title, (120, 180), cv2.FONT_HERSHEY_DUPLEX, 2.6, (255, 250, 235), 6, cv2.LINE_AA)
    return sheet


def with_cards(sheet: Rgb, number: int, seed: int = 3) -> tuple[Rgb, list[Floats]]:
    """White cards of 85 x 55 mm beside each other, and their outlines in mm; 30 of them are 40 % of the sheet."""
    rng, out, cards = np.random.default_rng(seed), sheet.copy(), list[Floats]()
    places = [(60 + 95 * (k % 5), 130 + 65 * (k // 5)) for k in range(40)]
    for k in rng.permutation(len(places))[:number]:
        outline = rectangle(np.array(places[k]) + rng.normal(0, 2, 2), (85, 55), float(rng.normal(0, 3)))
        cards.append(outline)
        cv2.fillPoly(out, [np.round(outline * PX_PER_MM).astype(np.int32)], (249, 249, 247), cv2.LINE_AA)
        at = np.round(outline[3] * PX_PER_MM + [25, -70]).astype(int)
        cv2.putText(out, f"kaart {k}", (int(at[0]), int(at[1])), cv2.FONT_HERSHEY_SIMPLEX, 1.3, (30, 30, 30), 3, cv2.LINE_AA)
    return out, cards


def photo_of(sheet: Rgb, turn_deg: float = 0.0, tilt: float = 0.06, wide_px: int = 2000, seed: int = 1) -> tuple[Rgb, Floats]:
    """A photo of 4:3 at a slant, with noise and haze, and the (3, 3) homography from mm to its px."""
    high_px = wide_px * 3 // 4
    corners = rectangle((0, 0), SIZE_MM, turn_deg)
    corners = corners * (0.88 * np.array([wide_px, high_px]) / np.ptp(corners, axis=0)).min()
    px = corners / (1 + corners[:, [1]] / high_px * 2 * tilt) + np.array([wide_px, high_px]) / 2
    mm = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * np.array(SIZE_MM)
    to_px = np.asarray(cv2.getPerspectiveTransform(mm.astype(np.float32), px.astype(np.float32)), np.float64)
    scale = np.array([[1 / PX_PER_MM, 0, 0.5 / PX_PER_MM], [0, 1 / PX_PER_MM, 0.5 / PX_PER_MM], [0, 0, 1]])
    soft = cv2.GaussianBlur(sheet, (0, 0), 0.8)
    seen = cv2.warpPerspective(soft, to_px @ scale, (wide_px, high_px), flags=cv2.INTER_LINEAR, borderValue=(96, 110, 120))
    noisy = seen.astype(np.float32) * 0.82 + 8 + np.random.default_rng(seed).normal(0, 2.5, seen.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8), to_px


def points_mm() -> Floats:
    """Points all over the sheet."""
    steps = (np.arange(9) + 0.5) / 9
    return np.stack([axis.ravel() for axis in np.meshgrid(steps * SIZE_MM[0], steps * SIZE_MM[1])], axis=1)


def error_mm(sheet_to_mm: Floats, to_px: Floats) -> Floats:
    """Distances of points that a fitted map puts at `sheet_to_mm` (N, 2), given those of `points_mm` through the truth."""
    return np.asarray(np.linalg.norm(sheet_to_mm - points_mm(), axis=1))


def seen_px(to_px: Floats) -> Floats:
    """Where `points_mm` lie in the photo."""
    return apply_homography(to_px, points_mm())
