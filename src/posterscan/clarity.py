"""How sharp and how light a photo shows the artwork, where there are no markers to measure it on.

Each of some windows of the artwork is blurred in steps until it is most like the photo (normalised correlation, so that light and
contrast don't count); how much blur that takes is how wide the photo's edges are.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.sheet import SheetMap, resample

Grey = NDArray[np.uint8]
Plane = NDArray[np.float32]
Floats = NDArray[np.float64]

_VALUE = np.arange(256) / 255.0
_LINEAR = np.where(_VALUE <= 0.04045, _VALUE / 12.92, ((_VALUE + 0.055) / 1.055) ** 2.4).astype(np.float32)  # IEC 61966-2-1
_RISE = 2.563  # 10-90 % width of an edge over the sigma of a Gaussian blur


@dataclass(frozen=True)
class ClarityParams:
    """px_per_mm: finer than a 12 MP photo of an A1. window_mm: a word. cell_mm: one window from each square of this side, the most
    telling; most: windows that are looked at. search_mm: how far the fit may be off. blurs_mm: sigmas that are tried. least:
    correlation of a window that nothing lies on. windows: that must be left.
    """

    px_per_mm: float = 5.0
    window_mm: float = 14.0
    cell_mm: float = 60.0
    most: int = 60
    search_mm: float = 0.8
    blurs_mm: tuple[float, ...] = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 1.3, 1.7)
    least: float = 0.8
    windows: int = 5


@dataclass(frozen=True, eq=False)
class Clarity:
    """As `Quality` has them: 10-90 % width of an edge, black to white and white in linear light 0..1. nan where nothing can be
    measured."""

    edge_mm: float
    edge_px: float
    contrast: float
    paper_light: float


def clarity(
    grey: Grey, sheet: SheetMap, reference: Grey, size_mm: tuple[float, float], params: ClarityParams | None = None
) -> Clarity:
    """grey: (H, W) photo. reference: (h, w) artwork of the whole sheet, both uint8 with the sRGB tone curve."""
    p = params or ClarityParams()
    seen = [
        found
        for corner in _windows(reference, size_mm, p)
        if (found := _one(grey, sheet, reference, size_mm, corner, p)) is not None
    ]
    if len(seen) < p.windows:
        return Clarity(*[float("nan")] * 4)
    blur, light, dark, scale = (float(v) for v in np.median(np.array(seen), axis=0))
    own = 0.5 * size_mm[0] / reference.shape[1]  # a picture's pixels are a blur too
    edge_mm = _RISE * float(np.hypot(blur, own))
    return Clarity(edge_mm, edge_mm * scale, light - dark, light)


def _windows(reference: Grey, size_mm: tuple[float, float], p: ClarityParams) -> list[Floats]:
    """(2,) mm of the top-left corner of windows, the most telling of each cell, the best cells first."""
    wide, high = (round(side) for side in size_mm)
    small = cv2.resize(reference, (wide, high), interpolation=cv2.INTER_AREA).astype(np.float32)  # 1 px per mm
    power = cv2.Laplacian(small, cv2.CV_32F) ** 2
    size = round(p.window_mm)
    total = cv2.boxFilter(power, cv2.CV_32F, (size, size), anchor=(0, 0), normalize=False)[2 : -size - 2, 2 : -size - 2]
    best: list[tuple[float, Floats]] = []
    cell = round(p.cell_mm)
    for top in range(0, total.shape[0], cell):
        for left in range(0, total.shape[1], cell):
            part = total[top : top + cell, left : left + cell]
            y, x = divmod(int(np.argmax(part)), part.shape[1])
            best.append((float(part[y, x]), np.array([left + x + 2.0, top + y + 2.0])))
    return [corner for value, corner in sorted(best, key=lambda one: -one[0])[: p.most] if value > 0]


def _one(
    grey: Grey, sheet: SheetMap, reference: Grey, size_mm: tuple[float, float], corner: Floats, p: ClarityParams
) -> tuple[float, float, float, float] | None:
    """Blur in mm, light of white and of black, and px per mm of one window; None where it does not show the artwork."""
    inside = (p.window_mm, p.window_mm)
    view = resample(grey, sheet, inside, p.px_per_mm, corner)
    scale = float(sheet.px_per_mm([corner + p.window_mm / 2])[0])
    if not view.valid.all() or not np.isfinite(scale):
        return None
    seen, margin = view.rgb.astype(np.float32), p.search_mm
    side = round((p.window_mm + 2 * margin) * p.px_per_mm)
    across = np.array([reference.shape[1] / size_mm[0], reference.shape[0] / size_mm[1]])
    steps = (np.arange(side) + 0.5) / p.px_per_mm - margin
    x, y = ((corner[k] + steps) * across[k] - 0.5 for k in (0, 1))
    columns, rows = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    drawn = cv2.remap(reference, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    best = (-1.0, 0.0, (0, 0), drawn)
    for blur in p.blurs_mm:
        soft = np.asarray(cv2.GaussianBlur(drawn, (0, 0), blur * p.px_per_mm), np.float32) if blur else drawn
        _, score, _, (dx, dy) = cv2.minMaxLoc(cv2.matchTemplate(soft, seen, cv2.TM_CCOEFF_NORMED))
        best = max(best, (score, blur, (dx, dy), soft), key=lambda one: one[0])
    score, blur, (dx, dy), soft = best
    if not p.least <= score <= 1.001:
        return None
    printed = soft[dy : dy + seen.shape[0], dx : dx + seen.shape[1]]
    slope, level = np.polyfit(_LINEAR[printed.clip(0, 255).astype(np.uint8)].ravel(), _LINEAR[view.rgb].ravel(), 1)
    return blur, float(slope + level), float(level), scale
