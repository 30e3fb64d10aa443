"""Photos of a drawn poster with everything known: where each millimetre lies, to the pixel's fraction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.layout import Layout
from posterscan.sheet import Lens, SheetMap

SHEET_MM = (420.0, 297.0)
INK_PX_PER_MM = 8


def make_layout(
    dictionaries: tuple[str, ...] = ("DICT_APRILTAG_36h11",),
    side_mm: float = 30.0,
    first_id: int = 0,
    places_mm: tuple[tuple[float, float], ...] = (
        (10, 10),
        (195, 10),
        (380, 10),
        (380, 133),
        (380, 257),
        (195, 257),
        (10, 257),
        (10, 133),
    ),
) -> Layout:
    """Eight markers round an A3 sheet, taking turns between the dictionaries."""
    markers = []
    for k, (x, y) in enumerate(places_mm):
        corners = [(x, y), (x + side_mm, y), (x + side_mm, y + side_mm), (x, y + side_mm)]
        markers.append({"id": first_id + k, "dictionary": dictionaries[k % len(dictionaries)], "corners_mm": corners})
    return Layout.model_validate(
        {
            "schema": "posterscan-layout/1",
            "id": "drawn",
            "size_mm": SHEET_MM,
            "markers": markers,
            "zones": [],
            "ladder_zone": None,
        }
    )


def draw_ink(layout: Layout, artwork: bool = False) -> NDArray[np.uint8]:
    """The blank sheet, (H, W) uint8, 8 px per mm; with artwork: rings, lines and words."""
    wide, high = (round(s * INK_PX_PER_MM) for s in layout.size_mm)
    ink = np.full((high, wide), 255, np.uint8)
    if artwork:
        for x, y, r in ((110, 110, 62), (250, 150, 70), (335, 205, 38), (130, 215, 35)):
            at = (x * INK_PX_PER_MM, y * INK_PX_PER_MM)
            cv2.circle(ink, at, r * INK_PX_PER_MM, 225, -1)
            cv2.circle(ink, at, r * INK_PX_PER_MM, 120, 6)
            cv2.putText(ink, "sfeer", (at[0] - 150, at[1]), cv2.FONT_HERSHEY_SIMPLEX, 4, 40, 10)
    for marker in layout.markers:
        corners = np.round(np.array(marker.corners_mm) * INK_PX_PER_MM).astype(int)
        side = int(corners[1, 0] - corners[0, 0])
        book = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, marker.dictionary))
        ink[corners[0, 1] : corners[2, 1], corners[0, 0] : corners[2, 0]] = cv2.aruco.generateImageMarker(
            book, marker.id, side
        )
    return ink


@dataclass(frozen=True)
class Wave:
    """A smooth shift of the sheet's points, in mm: as seen of paper that waves under a tilted camera."""

    amplitude_mm: float
    length_mm: float = 260.0

    def __call__(self, xy_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        along = (xy_mm[:, 0] * 0.8 + xy_mm[:, 1] * 0.6) * 2 * np.pi / self.length_mm
        height = self.amplitude_mm * np.cos(along)
        return np.stack([0.15 * height, 0.5 * height], axis=1)


@dataclass(frozen=True)
class Shot:
    """How the photo is taken."""

    size_px: tuple[int, int] = (1600, 1200)
    tilt: float = 0.15  # of the picture's height by which the far edge is shorter
    turn_deg: float = 4.0
    fill: float = 0.88  # of the picture's width
    k1: float = 0.012
    wave_mm: float = 0.0
    blur_px: float = 0.9
    noise: float = 0.006
    exposure: float = 0.85
    move_px: tuple[float, float] = (0.0, 0.0)
    seed: int = 1
    on_top: tuple[Callable[[NDArray[np.uint8]], None], ...] = field(
        default_factory=tuple
    )  # draw on the sheet, 8 px per mm


def sheet_map(shot: Shot, size_mm: tuple[float, float] = SHEET_MM) -> SheetMap:
    """The truth."""
    wide, high = shot.size_px
    w = wide * shot.fill / 2
    h = w * size_mm[1] / size_mm[0]
    quad = np.array(
        [[-w * (1 - shot.tilt), -h * (1 - shot.tilt)], [w * (1 - shot.tilt), -h * (1 - shot.tilt)], [w, h], [-w, h]]
    )
    turn = np.radians(shot.turn_deg)
    quad = quad @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    quad = quad + np.array([wide / 2, high / 2]) + shot.move_px
    corners = np.array([[0, 0], [size_mm[0], 0], size_mm, [0, size_mm[1]]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners, quad.astype(np.float32)).astype(np.float64)
    lens = Lens(0.72 * max(shot.size_px), ((wide - 1) / 2, (high - 1) / 2), (shot.k1, 0.0, 0.0, 0.0))
    return SheetMap(matrix, lens, Wave(shot.wave_mm) if shot.wave_mm else None)


def photograph(layout: Layout, shot: Shot, artwork: bool = False) -> NDArray[np.uint8]:
    """(H, W) uint8 photo: blur and noise in linear light, then the sRGB curve."""
    ink = draw_ink(layout, artwork)
    for draw in shot.on_top:
        draw(ink)
    truth, over, step = sheet_map(shot), 2, 8
    wide, high = (s * over for s in shot.size_px)
    cols, rows = wide // step + 2, high // step + 2
    along = [((np.arange(n) - 0.5) * step - 0.5 + step / 2 - step / 2 + 0.5) / over - 0.5 for n in (cols, rows)]
    nodes = np.stack([g.ravel() for g in np.meshgrid(*along)], axis=1)
    at = (truth.to_mm(nodes) * INK_PX_PER_MM - 0.5).reshape(rows, cols, 2).astype(np.float32)
    fine = cv2.resize(at, (cols * step, rows * step), interpolation=cv2.INTER_LINEAR)[
        step : step + high, step : step + wide
    ]
    light = ((ink.astype(np.float32) / 255) ** 2.2) * 0.80 + 0.03
    light = cv2.GaussianBlur(light, (0, 0), 1.2)  # 8 px per mm down to about 6: no aliasing
    seen = cv2.remap(
        light, fine[..., 0], fine[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0.25
    )
    seen = cv2.resize(seen, shot.size_px, interpolation=cv2.INTER_AREA)
    seen = cv2.GaussianBlur(seen, (0, 0), shot.blur_px) * shot.exposure
    seen = seen + np.random.default_rng(shot.seed).normal(0, shot.noise, seen.shape).astype(np.float32)
    seen = np.clip(seen, 0, 1)
    curve = np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * np.power(np.maximum(seen, 1e-6), 1 / 2.4) - 0.055)
    return np.asarray(np.clip(curve * 255 + 0.5, 0, 255), dtype=np.uint8)


def patch_on(x_mm: float, y_mm: float, w_mm: float, h_mm: float, grey: int) -> Callable[[NDArray[np.uint8]], None]:
    """Something grey that lies on the sheet."""

    def draw(ink: NDArray[np.uint8]) -> None:
        a, b = (round(v * INK_PX_PER_MM) for v in (x_mm, y_mm))
        ink[b : b + round(h_mm * INK_PX_PER_MM), a : a + round(w_mm * INK_PX_PER_MM)] = grey

    return draw
