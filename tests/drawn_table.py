"""A rectified sheet with cards on it, drawn: what lies where is known exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import rectangle
from posterscan.sheet import Image, View

PX_PER_MM = 4.0
SIZE_MM = (420.0, 297.0)
CARD_MM = (85.0, 55.0)
_FINE = 2  # drawn finer than it is looked at, so that edges fall between pixels


@dataclass(frozen=True)
class DrawnCard:
    """A card to draw: rim is the grey of a printed outline (None: none), bar the colour of a bar along its top."""

    center_mm: tuple[float, float]
    rotation_deg: float = 0.0
    text: str = "Buurthuis"
    paper: tuple[int, int, int] = (250, 250, 248)
    bar: tuple[int, int, int] | None = None
    rim: int | None = 170
    size_mm: tuple[float, float] = CARD_MM

    @property
    def outline_mm(self) -> NDArray[np.float64]:
        return rectangle(self.center_mm, self.size_mm, self.rotation_deg)


def artwork(size_mm: tuple[float, float] = SIZE_MM) -> Image:
    """A poster with two tinted zones, outlines, a title and ruled lines, at 8 px/mm."""
    scale = 8
    sheet = np.full((round(size_mm[1] * scale), round(size_mm[0] * scale), 3), 255, np.uint8)
    cv2.ellipse(sheet, (110 * scale, 150 * scale), (95 * scale, 110 * scale), 0, 0, 360, (214, 232, 228), -1, cv2.LINE_AA)
    cv2.ellipse(sheet, (110 * scale, 150 * scale), (95 * scale, 110 * scale), 0, 0, 360, (130, 150, 146), 10, cv2.LINE_AA)
    cv2.rectangle(sheet, (230 * scale, 30 * scale), (405 * scale, 280 * scale), (252, 240, 226), -1)
    cv2.rectangle(sheet, (230 * scale, 30 * scale), (405 * scale, 280 * scale), (160, 140, 120), 8)
    for y in (100, 170, 240):
        cv2.line(sheet, (240 * scale, y * scale), (395 * scale, y * scale), (230, 190, 150), 6)
    cv2.putText(sheet, "De sociale basis", (40 * scale, 24 * scale), cv2.FONT_HERSHEY_SIMPLEX, 5.0, (30, 110, 120), 14, cv2.LINE_AA)
    return sheet


def drawn_view(cards: Sequence[DrawnCard], *, reference: Image | None = None, noise: float = 2.0, blur_mm: float = 0.2,
               shade: float = 0.15, clutter: bool = False, seed: int = 1) -> View:
    """The sheet with cards laid in this order, each with a soft shadow, under light that falls off to one side."""
    art = artwork() if reference is None else reference
    scale = PX_PER_MM * _FINE
    size = round(SIZE_MM[0] * scale), round(SIZE_MM[1] * scale)
    sheet = cv2.resize(art, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    for card in cards:
        _lay(sheet, card, scale)
    if clutter:
        cv2.circle(sheet, (round(215 * scale), round(60 * scale)), round(40 * scale), (40, 60, 160), -1, cv2.LINE_AA)
        cv2.line(sheet, (round(20 * scale), round(280 * scale)), (round(150 * scale), round(262 * scale)), (20, 20, 20),
                 round(9 * scale), cv2.LINE_AA)
    sheet = cv2.GaussianBlur(sheet, (0, 0), blur_mm * scale)
    sheet *= np.linspace(1.0, 1.0 - shade, size[0], dtype=np.float32)[None, :, None] * 0.85
    small = cv2.resize(sheet, None, fx=1 / _FINE, fy=1 / _FINE, interpolation=cv2.INTER_AREA)
    small += np.random.default_rng(seed).normal(0, noise, small.shape)
    rgb = np.clip(np.round(small), 0, 255).astype(np.uint8)
    return View(rgb, np.ones(rgb.shape[:2], np.bool_), PX_PER_MM)


def _lay(sheet: NDArray[np.float32], card: DrawnCard, scale: float) -> None:
    def spots(outline: NDArray[np.float64]) -> NDArray[np.int32]:
        return np.round((outline * scale - 0.5) * 16).astype(np.int32)

    shadow = np.zeros(sheet.shape[:2], np.float32)
    cv2.fillPoly(shadow, [spots(card.outline_mm + [0.6, 0.9])], 0.25, cv2.LINE_AA, 4)
    sheet *= (1 - cv2.GaussianBlur(shadow, (0, 0), 0.8 * scale))[..., None]
    cv2.fillPoly(sheet, [spots(card.outline_mm)], card.paper, cv2.LINE_AA, 4)
    if card.bar is not None:
        top = card.outline_mm.copy()
        down = (top[3] - top[0]) / np.linalg.norm(top[3] - top[0]) * 5
        cv2.fillPoly(sheet, [spots(np.array([top[0], top[1], top[1] + down, top[0] + down]))], card.bar, cv2.LINE_AA, 4)
    if card.rim is not None:
        cv2.polylines(sheet, [spots(card.outline_mm)], True, (card.rim,) * 3, max(1, round(0.25 * scale)), cv2.LINE_AA, 4)
    _write(sheet, card, scale)


def _write(sheet: NDArray[np.float32], card: DrawnCard, scale: float) -> None:
    wide, tall = (round(side * scale) for side in card.size_mm)
    ink = np.zeros((tall, wide), np.uint8)
    cv2.putText(ink, card.text, (round(8 * scale), round(30 * scale)), cv2.FONT_HERSHEY_SIMPLEX, 0.27 * scale, 255,
                max(1, round(0.8 * scale)), cv2.LINE_AA)
    target = ((card.outline_mm[[0, 1, 3]]) * scale - 0.5).astype(np.float32)
    matrix = cv2.getAffineTransform(np.array([[0, 0], [wide, 0], [0, tall]], np.float32), target)
    mask = cv2.warpAffine(ink, matrix, (sheet.shape[1], sheet.shape[0]), flags=cv2.INTER_LINEAR)[..., None] / np.float32(255)
    sheet *= 1 - mask * 0.85
