"""Drawn tables with stickers whose place, size, colour and visible share are known: for tests, and for calibrating
confidence.

Drawn in linear light at three times the resolution, then lit, blurred, given noise and squeezed through JPEG, like a
rectified photo.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import rectangle
from posterscan.sheet import View

PX_PER_MM = 4.0
FINE = 3  # drawn so much finer
CARD_MM = (85.0, 55.0)


@dataclass(frozen=True)
class Disc:
    """A sticker as drawn; card is -1 for a loose one; visible: share that no later one covers."""

    center_mm: tuple[float, float]
    diameter_mm: float
    srgb: tuple[int, int, int]
    card: int
    mark: str | None = None
    visible: float = 1.0


@dataclass(frozen=True)
class Looks:
    """Light and camera. blur_px: of the view; shade: darkening by a shadow across the table; cast: colour of the
    light.
    """

    blur_px: float = 0.8
    motion_px: float = 0.0
    noise: float = 0.01
    shade: float = 0.0
    cast: tuple[float, float, float] = (1.0, 1.0, 1.0)
    gain: float = 0.8
    glare: float = 0.0
    jpeg: int = 92


@dataclass(frozen=True, eq=False)
class Scene:
    """What was drawn: the picture, the cards' outlines (N, 4, 2) and the stickers."""

    view: View
    polygons_mm: NDArray[np.float64]
    discs: tuple[Disc, ...]

    def count(self, card: int, least_visible: float = 0.0) -> int:
        """Stickers on a card that can be seen by at least this share."""
        return sum(d.card == card and d.visible >= least_visible for d in self.discs)


def to_linear(srgb: NDArray[np.float64]) -> NDArray[np.float64]:
    x = np.asarray(srgb, dtype=np.float64) / 255
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def to_srgb(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    x = np.clip(linear, 0, 1)
    return 255 * np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)


def draw(
    size_mm: tuple[float, float],
    polygons_mm: NDArray[np.float64],
    discs: list[Disc],
    looks: Looks,
    seed: int = 0,
    bars: list[tuple[int, int, int]] | None = None,
    table_srgb: tuple[int, int, int] = (232, 228, 220),
) -> Scene:
    """Draws cards (with a coloured bar each where bars says so, and text) and stickers in the order given."""
    rng = np.random.default_rng(seed)
    scale = PX_PER_MM * FINE
    high, wide = (round(n * scale) for n in (size_mm[1], size_mm[0]))
    picture = np.tile(to_linear(np.array(table_srgb, dtype=np.float64)).astype(np.float32), (high, wide, 1))
    for i, polygon in enumerate(polygons_mm):
        _card(picture, polygon, bars[i % len(bars)] if bars else None, scale, rng)
    visible = _visible_shares(discs)
    for d in discs:
        _sticker(picture, d, scale, rng)
    small = cv2.resize(picture, (wide // FINE, high // FINE), interpolation=cv2.INTER_AREA)
    rgb = _photographed(small, looks, rng)
    kept = tuple(
        Disc(d.center_mm, d.diameter_mm, d.srgb, d.card, d.mark, float(v)) for d, v in zip(discs, visible, strict=True)
    )
    return Scene(View(rgb, np.ones(rgb.shape[:2], np.bool_), PX_PER_MM), polygons_mm, kept)


def _spot(xy_mm: object, scale: float) -> NDArray[np.int32]:
    return np.round((np.asarray(xy_mm, dtype=np.float64) * scale - 0.5) * 16).astype(np.int32)


def _card(
    picture: NDArray[np.float32],
    polygon: NDArray[np.float64],
    bar: tuple[int, int, int] | None,
    scale: float,
    rng: np.random.Generator,
) -> None:
    cv2.polylines(picture, [_spot(polygon + [0.3, 0.4], scale)], True, (0.55, 0.55, 0.55), 4, cv2.LINE_AA, 4)
    cv2.fillPoly(picture, [_spot(polygon, scale)], (0.86, 0.86, 0.85), cv2.LINE_AA, 4)
    along, down = polygon[1] - polygon[0], polygon[3] - polygon[0]
    if bar is not None:
        strip = np.array([polygon[0], polygon[1], polygon[1] + 0.09 * down, polygon[0] + 0.09 * down])
        cv2.fillPoly(picture, [_spot(strip, scale)], tuple(to_linear(np.array(bar, dtype=np.float64))), cv2.LINE_AA, 4)
    turn = np.degrees(np.arctan2(along[1], along[0]))
    if abs(turn) < 12:
        for line in range(2):
            x, y = (polygon[0] + 0.06 * along + (0.25 + 0.16 * line) * down) * scale
            word = "".join(rng.choice(list("abdehiklmnoprstuw"), 14))
            cv2.putText(
                picture, word, (int(x), int(y)), cv2.FONT_HERSHEY_SIMPLEX, 1.7, (0.04, 0.04, 0.05), 4, cv2.LINE_AA
            )


def _sticker(picture: NDArray[np.float32], d: Disc, scale: float, rng: np.random.Generator) -> None:
    centre = tuple(int(n) for n in _spot(d.center_mm, scale))
    radius = round(d.diameter_mm / 2 * scale * 16)
    shadow = picture.copy()  # paper a tenth of a millimetre thick casts a narrow one
    cv2.circle(shadow, (centre[0] + 30, centre[1] + 30), radius, (0.0, 0.0, 0.0), -1, cv2.LINE_AA, 4)
    cv2.addWeighted(picture, 0.9, shadow, 0.1, 0, picture)
    colour = to_linear(np.clip(np.array(d.srgb, dtype=np.float64) + rng.normal(0, 3, 3), 0, 255))
    cv2.circle(picture, centre, radius, tuple(colour), -1, cv2.LINE_AA, 4)
    x, y = (int(n * scale) for n in d.center_mm)
    r, ink = int(d.diameter_mm / 4 * scale), (0.02, 0.02, 0.04)
    if d.mark == "dot":
        cv2.circle(picture, (x, y), max(2, r // 3), ink, -1, cv2.LINE_AA)
    elif d.mark == "cross":
        cv2.line(picture, (x - r, y - r), (x + r, y + r), ink, 7, cv2.LINE_AA)
        cv2.line(picture, (x - r, y + r), (x + r, y - r), ink, 7, cv2.LINE_AA)
    elif d.mark == "letter":
        cv2.putText(
            picture, "K", (x - r, y + r), cv2.FONT_HERSHEY_SIMPLEX, d.diameter_mm * scale / 60, ink, 7, cv2.LINE_AA
        )


def _photographed(linear: NDArray[np.float32], looks: Looks, rng: np.random.Generator) -> NDArray[np.uint8]:
    high, wide = linear.shape[:2]
    yy, xx = np.mgrid[0:high, 0:wide].astype(np.float32)
    slope = rng.normal(0, 0.08, 2)
    light = 1 + slope[0] * (xx / wide - 0.5) + slope[1] * (yy / high - 0.5)
    if looks.shade:
        angle = rng.uniform(0, 2 * np.pi)
        far = (xx - wide * rng.uniform(0.3, 0.7)) * np.cos(angle) + (yy - high * rng.uniform(0.3, 0.7)) * np.sin(angle)
        light *= 1 - looks.shade / (1 + np.exp(-far / (3 * PX_PER_MM)))
    lit = linear * light[..., None] * np.array(looks.cast, np.float32) * looks.gain
    if looks.glare:
        at = (rng.uniform(0.2, 0.8) * wide, rng.uniform(0.2, 0.8) * high)
        spot = np.exp(-0.5 * (((xx - at[0]) / (25 * PX_PER_MM)) ** 2 + ((yy - at[1]) / (15 * PX_PER_MM)) ** 2))
        lit = lit + looks.glare * spot[..., None]
    if looks.motion_px > 1:
        n = round(looks.motion_px) * 2 + 1
        kernel, angle = np.zeros((n, n), np.float32), rng.uniform(0, np.pi)
        reach = np.array([np.cos(angle), np.sin(angle)]) * looks.motion_px / 2
        ends = [tuple(int(v) for v in np.round((n // 2 + s * reach) * 16)) for s in (-1, 1)]
        cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
        lit = cv2.filter2D(lit, -1, kernel / kernel.sum())
    lit = cv2.GaussianBlur(lit, (0, 0), max(looks.blur_px, 0.3))
    noise = cv2.GaussianBlur(rng.normal(0, 1, lit.shape).astype(np.float32), (0, 0), 0.7) * 2.2
    lit = lit + noise * looks.noise * np.sqrt(np.maximum(lit, 0.02))
    rgb = np.clip(np.round(to_srgb(lit)), 0, 255).astype(np.uint8)
    squeezed = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, looks.jpeg])[1]
    return np.ascontiguousarray(cv2.imdecode(squeezed, cv2.IMREAD_COLOR)[..., ::-1])


def _visible_shares(discs: list[Disc]) -> list[float]:
    grid = np.stack(np.meshgrid(np.linspace(-1, 1, 41), np.linspace(-1, 1, 41)), axis=-1).reshape(-1, 2)
    grid = grid[np.hypot(grid[:, 0], grid[:, 1]) <= 1]
    out = []
    for i, d in enumerate(discs):
        spots = np.array(d.center_mm) + grid * d.diameter_mm / 2
        seen = np.ones(len(spots), np.bool_)
        for other in discs[i + 1 :]:
            seen &= np.hypot(*(spots - other.center_mm).T) > other.diameter_mm / 2
        out.append(float(seen.mean()))
    return out


def some_colour(rng: np.random.Generator) -> tuple[int, int, int]:
    """A saturated colour as sticker sheets have them: any hue, from deep to bright."""
    hue, saturation, value = rng.uniform(0, 1), rng.uniform(0.7, 0.95), rng.uniform(0.55, 0.95)
    r, g, b = colorsys.hsv_to_rgb(hue, saturation, value)
    return round(255 * r), round(255 * g), round(255 * b)


def random_looks(level: str, rng: np.random.Generator) -> Looks:
    """Light and camera of an easy, a normal or a hard photo."""
    hard = {"easy": 0.0, "normal": 0.5, "hard": 1.0}[level]
    cast = np.exp(rng.normal(0, 0.04 + 0.08 * hard, 3))
    return Looks(
        blur_px=float(rng.uniform(0.6, 0.9 + 1.4 * hard)),
        motion_px=float(rng.uniform(0, 4.5 * hard)),
        noise=float(rng.uniform(0.004, 0.008 + 0.03 * hard)),
        shade=float(rng.uniform(0, 0.5 * hard)),
        cast=(float(cast[0]), float(cast[1]), float(cast[2])),
        gain=float(rng.uniform(0.75 - 0.45 * hard, 0.95)),
        glare=float(rng.uniform(0.1, 0.5) * hard) if rng.random() < 0.4 * hard else 0.0,
        jpeg=int(rng.integers(80, 95)),
    )


def random_scene(seed: int, level: str = "normal") -> Scene:
    """Six cards on a piece of poster, with 0 to 12 stickers each, as people stick them: in groups that touch and
    overlap.
    """
    rng = np.random.default_rng([seed, 77])
    size = (290.0, 200.0)
    polygons = np.array(
        [
            rectangle((52 + 93 * c + rng.normal(0, 1), 36 + 64 * r + rng.normal(0, 1)), CARD_MM, rng.normal(0, 3))
            for r in range(3)
            for c in range(3)
        ]
    )
    diameters = [rng.choice([8.0, 10.0, 12.0, 13.0, 15.0, 16.0, 19.0])]
    if rng.random() < 0.2:
        diameters.append(rng.choice([d for d in (8.0, 12.0, 15.0, 19.0) if not 0.75 < d / diameters[0] < 1.33]))
    palette = [some_colour(rng) for _ in range(rng.choice([1, 1, 2, 3]))]
    discs: list[Disc] = []
    for card, polygon in enumerate(polygons):
        count = int(rng.choice([0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 9, 12]))
        discs += _stuck(card, polygon, count, diameters, palette, rng)
    bars = None if rng.random() < 0.4 else [some_colour(rng), (90, 90, 95)]
    return draw(size, polygons, discs, random_looks(level, rng), seed, bars)


def _stuck(
    card: int,
    polygon: NDArray[np.float64],
    count: int,
    diameters: list[float],
    palette: list[tuple[int, int, int]],
    rng: np.random.Generator,
) -> list[Disc]:
    out: list[Disc] = []
    along, down = (polygon[1] - polygon[0]) / CARD_MM[0], (polygon[3] - polygon[0]) / CARD_MM[1]
    for _ in range(count):
        d = float(rng.choice(diameters))
        for _attempt in range(150):
            if out and rng.random() < 0.72:
                other = out[rng.integers(len(out))]
                reach = (
                    (d + other.diameter_mm)
                    / 2
                    * (rng.uniform(0.96, 1.06) if rng.random() < 0.7 else rng.uniform(0.55, 0.95))
                )
                way = rng.uniform(0, 2 * np.pi)
                at = np.array(other.center_mm) + reach * np.array([np.cos(way), np.sin(way)])
            else:
                at = polygon[0] + along * rng.uniform(4, 81) + down * rng.uniform(8, 51)
            inside = np.linalg.solve(np.column_stack([along, down]), at - polygon[0])
            if not (0 < inside[0] < CARD_MM[0] and 2 < inside[1] < CARD_MM[1]):
                continue
            if all(np.hypot(*(at - o.center_mm)) > 0.5 * (d + o.diameter_mm) / 2 for o in out):
                mark = str(rng.choice(["dot", "cross", "letter"])) if rng.random() < 0.06 else None
                out.append(Disc((float(at[0]), float(at[1])), d, palette[rng.integers(len(palette))], card, mark))
                break
    return out
