"""Quick photos of flat posters with everything known: hundreds in minutes, for how often and how far, not for how photos look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import rectangle
from posterscan.sheet import Lens, SheetMap

Rgb = NDArray[np.uint8]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FlatPhoto:
    """rgb (H, W, 3); sheet: the truth; cards_mm: outlines (4, 2) of what lies on it."""

    rgb: Rgb
    sheet: SheetMap
    cards_mm: list[Floats]


class Wave:
    """Paper that waves by some millimetres, seen at a slant: a smooth shift, different in every photo."""

    def __init__(self, rng: np.random.Generator, size_mm: tuple[float, float], most_mm: float) -> None:
        self.size = np.array(size_mm)
        self.turns = rng.uniform(-1.4, 1.4, (4, 2)) * 2 * np.pi / self.size.max()
        self.phase, self.high = rng.uniform(0, 6, 4), rng.normal(0, most_mm / 2, (4, 2))

    def __call__(self, xy_mm: Floats) -> Floats:
        return np.asarray(np.sin(xy_mm @ self.turns.T + self.phase) @ self.high)


def take(
    poster: Rgb,
    size_mm: tuple[float, float],
    rng: np.random.Generator,
    *,
    covered: float = 0.4,
    wide_px: int = 2400,
    wave_mm: float = 0.8,
    turned: bool = True,
) -> FlatPhoto:
    """A photo of the poster (H, W, 3) with so much of it under white cards; tilt, turn, light, lens and noise at random."""
    sheet_rgb, cards = with_cards(poster, size_mm, covered, rng)
    sheet = _camera(size_mm, rng, wide_px, wave_mm, turned)
    high_px = wide_px * 3 // 4
    scale = poster.shape[1] / size_mm[0]
    step = 8
    nodes = [(np.arange(n // step + 2) - 0.5) * step - 0.5 for n in (wide_px, high_px)]
    grid = np.stack([axis.ravel() for axis in np.meshgrid(*nodes)], axis=1)
    at = (sheet.to_mm(grid) * scale - 0.5).reshape(len(nodes[1]), len(nodes[0]), 2).astype(np.float32)
    fine = cv2.resize(at, (len(nodes[0]) * step, len(nodes[1]) * step), interpolation=cv2.INTER_LINEAR)[
        step : step + high_px, step : step + wide_px
    ]
    shrink = scale / float(sheet.px_per_mm([np.array(size_mm) / 2])[0])
    soft = cv2.GaussianBlur(sheet_rgb, (0, 0), max(0.4, 0.55 * shrink))
    table = tuple(int(v) for v in rng.uniform(60, 180, 3))
    seen = cv2.remap(soft, fine[..., 0], fine[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=table).astype(
        np.float32
    )
    y, x = np.mgrid[0:high_px, 0:wide_px].astype(np.float32)
    light = 0.85 + 0.12 * float(rng.normal()) * (x / wide_px - 0.5) + 0.12 * float(rng.normal()) * (y / high_px - 0.5)
    seen = (
        seen * light[..., None] * rng.uniform(0.93, 1.05, 3).astype(np.float32)
        + rng.normal(0, 3, seen.shape).astype(np.float32)
        + 6
    )
    jpeg = cv2.imencode(".jpg", np.clip(seen, 0, 255).astype(np.uint8)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])[1]
    return FlatPhoto(np.ascontiguousarray(np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR))[..., ::-1]), sheet, cards)


def with_cards(poster: Rgb, size_mm: tuple[float, float], covered: float, rng: np.random.Generator) -> tuple[Rgb, list[Floats]]:
    """The poster with white cards of 85 x 55 mm, some words on each, beside each other."""
    sheet, scale, cards = poster.copy(), poster.shape[1] / size_mm[0], list[Floats]()
    taken = np.zeros((round(size_mm[1]), round(size_mm[0])), np.uint8)
    for _ in range(20000):
        if taken.mean() >= covered:
            break
        outline = rectangle(rng.uniform(0, 1, 2) * size_mm, (85, 55), float(rng.normal(0, 6)))
        mask = cv2.fillPoly(np.zeros_like(taken), [np.round(outline).astype(np.int32)], 1)
        if (outline < 2).any() or (outline > np.array(size_mm) - 2).any() or (taken & mask).any():
            continue
        taken |= mask
        cards.append(outline)
        corners = np.round(outline * scale * 16).astype(np.int32)
        cv2.fillPoly(sheet, [corners], (250, 250, 248), cv2.LINE_AA, 4)
        cv2.polylines(sheet, [corners], True, (190, 190, 190), 1, cv2.LINE_AA, 4)
        word = "".join(rng.choice(list("abdeghiklmnoprstuvw"), int(rng.integers(4, 11))))
        at = outline[3] * scale + (outline[0] - outline[3]) * scale * 0.4 + (outline[2] - outline[3]) * scale * 0.1
        cv2.putText(
            sheet,
            word,
            (int(at[0]), int(at[1])),
            cv2.FONT_HERSHEY_SIMPLEX,
            0.35 * scale,
            (30, 30, 40),
            max(1, round(0.8 * scale)),
            cv2.LINE_AA,
        )
    return sheet, cards


def _camera(size_mm: tuple[float, float], rng: np.random.Generator, wide_px: int, wave_mm: float, turned: bool) -> SheetMap:
    high_px = wide_px * 3 // 4
    turn = float(rng.normal(0, 6)) + (
        float(rng.choice([0, 90, 180, 270])) if turned else (90.0 if size_mm[1] > size_mm[0] else 0.0)
    )
    corners = rectangle((0, 0), size_mm, turn)
    corners = corners * (np.array([wide_px, high_px]) * rng.uniform(0.80, 0.93) / np.ptp(corners, axis=0)).min()
    tilt = rng.uniform(-0.14, 0.14, 2)
    depth = 1 + corners @ (tilt / np.array([wide_px, high_px]) * 2)
    px = corners / depth[:, None] + np.array([wide_px, high_px]) / 2
    mm = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * np.array(size_mm)
    matrix = cv2.getPerspectiveTransform(mm.astype(np.float32), px.astype(np.float32)).astype(np.float64)
    lens = Lens(
        0.72 * wide_px, ((wide_px - 1) / 2, (high_px - 1) / 2), (float(rng.normal(0, 0.012)), float(rng.normal(0, 0.005)), 0.0, 0.0)
    )
    return SheetMap(matrix, lens, Wave(rng, size_mm, wave_mm) if wave_mm else None)


def points_over(size_mm: tuple[float, float], number: int = 15) -> Floats:
    """Points all over a sheet."""
    steps = (np.arange(number) + 0.5) / number
    return np.stack([axis.ravel() for axis in np.meshgrid(steps * size_mm[0], steps * size_mm[1])], axis=1)


def percentiles(values: Sequence[float]) -> str:
    """Median and 95th percentile."""
    return f"{np.median(values):.2f} / {np.percentile(values, 95):.2f}" if len(values) else "-"
