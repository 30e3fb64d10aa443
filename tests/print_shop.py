"""Printed pages as a phone would see them: a PDF's page at 150 dpi, tilted, blurred, and where each of its points went."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.kit.raster import page_picture, page_size_mm
from posterscan.markers.detect import detect
from posterscan.markers.edges import measure_square

DPI_150 = 150 / 25.4  # px per mm


@dataclass(frozen=True, eq=False)
class Snapshot:
    """rgb: (H, W, 3) uint8. mm_to_px: (3, 3) homography from the page's millimetres to the photo."""

    rgb: NDArray[np.uint8]
    mm_to_px: NDArray[np.float64]

    @property
    def grey(self) -> NDArray[np.uint8]:
        return np.asarray(cv2.cvtColor(self.rgb, cv2.COLOR_RGB2GRAY), np.uint8)

    def to_mm(self, points_px: NDArray[np.float64]) -> NDArray[np.float64]:
        flat = cv2.perspectiveTransform(np.asarray(points_px, np.float64).reshape(-1, 1, 2), np.linalg.inv(self.mm_to_px))
        return np.asarray(flat.reshape(np.shape(points_px)), np.float64)


def photographed(pdf: bytes, page: int, photo_px: tuple[int, int], seed: int, *, tilt: float = 0.12, fill: float = 0.85,
                 blur_px: float = 0.8) -> Snapshot:
    """A page on a grey table. tilt: how much shorter the far side looks; fill: share of the frame that the page fills."""
    rng = np.random.default_rng(seed)
    picture = page_picture(pdf, page, DPI_150)
    high, wide = picture.shape[:2]
    size_mm = np.array(page_size_mm(pdf, page))
    width, height = photo_px
    scale = fill * min(width / size_mm[0], height / size_mm[1])
    half = size_mm * scale / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    far = rng.integers(4)
    corners[[far, (far + 1) % 4]] *= 1 - tilt
    turn = np.deg2rad(rng.uniform(-6, 6))
    corners = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + [width / 2, height / 2]
    page_mm = np.array([[0, 0], [size_mm[0], 0], size_mm, [0, size_mm[1]]])
    mm_to_px = cv2.getPerspectiveTransform(page_mm.astype(np.float32), corners.astype(np.float32)).astype(np.float64)
    step = size_mm / [wide, high]  # of a pixel; pictures have whole pixels, so pages are stretched by less than one
    raster_to_mm = np.array([[step[0], 0, step[0] / 2], [0, step[1], step[1] / 2], [0, 0, 1]])
    double = np.array([[2.0, 0, 0.5], [0, 2.0, 0.5], [0, 0, 1]])  # drawn twice as large, then averaged: no stair-steps
    ground = np.full((2 * height, 2 * width, 3), 118, np.uint8)
    large = cv2.warpPerspective(picture, double @ mm_to_px @ raster_to_mm, (2 * width, 2 * height), dst=ground,
                                flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
    # a raster's edge pixels hold shares of area: taken as light, edges stay where they are
    light = (cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA) / 255.0).astype(np.float32)
    light = cv2.GaussianBlur(light, (0, 0), blur_px) * rng.uniform(0.6, 0.9)
    seen = 255 * light ** (1 / 2.2) + rng.normal(0, 1.5, light.shape)
    return Snapshot(np.clip(np.round(seen), 0, 255).astype(np.uint8), mm_to_px)


def codes_seen(shot: Snapshot, dictionary: str, modules: int) -> dict[int, NDArray[np.float64]]:
    """The codes of a photo by id: their (4, 2) corners in mm of the page."""
    grey = shot.grey
    found = detect(grey, [dictionary], 1.0)
    squares = {int(i): measure_square(grey, quad, modules) for i, quad in zip(found.ids, found.corners_px, strict=True)}
    return {i: shot.to_mm(square.corners_px) for i, square in squares.items()}
