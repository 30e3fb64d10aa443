"""Sticker colours: how they are called, and which few of them a table or a session uses.

A colour is told by its hue in linear light over paper white, as red minus green against yellow minus blue: gloss and haze add
white, which fades a colour and leaves that hue where it is. Light that is even over a sticker is divided out with the white.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
UNKNOWN = "onbekend"
# Up to which hue in degrees a colour is called so, on round stickers as they are sold: red 29, orange 41, yellow 71, green 159,
# blue 260; seen through gloss red goes down to 23 and orange to 34. Pink is red with blue in it, below 20.
NAMES = ((20.0, "roze"), (33.0, "rood"), (56.0, "oranje"), (97.0, "geel"), (203.0, "groen"), (283.0, "blauw"), (335.0, "paars"),
         (360.0, "roze"))


@dataclass(frozen=True)
class PaletteParams:
    """When colours are the same, and when one is odd."""

    smooth_deg: float = 2.5  # spread of one colour over a table, light and gloss included: 1 to 3 degrees
    apart_deg: float = 8.0  # red and orange are 12 degrees apart, 9 through gloss
    valley: float = 0.6  # of the lower of two peaks: no deeper, and they are one colour
    reach_deg: float = 6.0  # no sticker is called by a group that is further from it than gloss moves a colour
    pale: float = 0.35  # darkest over brightest channel of a pale red, which is pink; a glossy red is at 0.17
    odd_of: int = 8  # stickers, among which one alone of its colour is strange: 3 people's worth
    odd_deg: float = 25.0  # from all others: twice what sets neighbouring colours apart


@dataclass(frozen=True, eq=False)
class Palette:
    """names (N,), group (N,) from 0, -1 without colour; odd (N,): alone of its colour, which no other sticker comes near."""

    names: tuple[str, ...]
    group: NDArray[np.int64]
    odd: NDArray[np.bool_]


def to_linear(srgb: ArrayLike) -> Floats:
    """Linear light 0..1 of sRGB 0..255 (IEC 61966-2-1)."""
    x = np.asarray(srgb, np.float64) / 255
    return np.asarray(np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4), np.float64)


def to_srgb(linear: ArrayLike) -> NDArray[np.int64]:
    """sRGB 0..255 of linear light, clipped to it."""
    x = np.clip(np.asarray(linear, np.float64), 0, 1)
    return np.asarray(np.round(255 * np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)), np.int64)


def hue_deg(linear: ArrayLike) -> Floats:
    """(...,) 0..360 of linear colours over white (..., 3)."""
    r, g, b = np.moveaxis(np.asarray(linear, np.float64), -1, 0)
    return np.asarray(np.degrees(np.arctan2((r + g - 2 * b) / np.sqrt(3), r - g)) % 360, np.float64)


def colour_name(linear: ArrayLike, hue: float | None = None, params: PaletteParams | None = None) -> str:
    """The Dutch name of a linear colour over white (3,). hue: of the colour's group, where that is known better than its own."""
    p = params or PaletteParams()
    own = float(hue_deg(linear)) if hue is None else hue % 360
    name = next(name for top, name in NAMES if own < top or top == 360.0)
    return "roze" if name == "rood" and _paleness(np.asarray(linear, np.float64)) > p.pale else name


def palette_of(linear: ArrayLike, params: PaletteParams | None = None) -> Palette:
    """The colours of stickers of one sheet of stickers: linear (N, 3) over white, nan for one whose colour is not known."""
    p = params or PaletteParams()
    colours = np.asarray(linear, np.float64).reshape(-1, 3)
    known = np.asarray(np.isfinite(colours).all(axis=1), np.bool_)
    hue = np.where(known, hue_deg(np.where(known[:, None], colours, 0.5)), 0.0)
    pale = np.array([_paleness(c) > p.pale for c in colours], np.bool_)
    names, group, centre = [UNKNOWN] * len(colours), np.full(len(colours), -1, np.int64), np.zeros(len(colours))
    for which in (known & ~pale, known & pale):  # pink paper and red ink have one hue
        for mode in _modes(hue[which], p):
            mine = which & (_apart(hue, mode) <= p.reach_deg) & ((group < 0) | (_apart(hue, mode) < _apart(hue, centre)))
            group[mine], centre[mine] = group.max() + 1, mode
    for i in np.flatnonzero(known):
        names[i] = colour_name(colours[i], float(centre[i]) if group[i] >= 0 else None, p)
        group[i] = group.max() + 1 if group[i] < 0 else group[i]
    return Palette(tuple(names), group, _odd(hue, group, known, p))


def _paleness(linear: Floats) -> float:
    return float(linear.min() / max(float(linear.max()), 1e-6)) if np.isfinite(linear).all() else 0.0


def _apart(hue: Floats, other: float | Floats) -> Floats:
    return np.asarray(np.abs((hue - other + 180) % 360 - 180), np.float64)


def _modes(hue: Floats, p: PaletteParams) -> list[float]:
    """Peaks of the smoothed histogram, the highest first, each with a valley between it and all others."""
    steps = np.arange(720) / 2
    smooth = np.exp(-0.5 * (_apart(steps[:, None], hue[None]) / p.smooth_deg) ** 2).sum(axis=1)
    peaks = np.flatnonzero((smooth >= np.roll(smooth, 1)) & (smooth > np.roll(smooth, -1)) & (smooth > 0.5))
    modes: list[int] = []
    for peak in sorted((int(k) for k in peaks), key=lambda k: -smooth[k]):
        if all(_apart(steps[peak:peak + 1], float(steps[m]))[0] >= p.apart_deg and _valley(smooth, peak, m, p) for m in modes):
            modes.append(peak)
    return [float(steps[m]) for m in modes]


def _valley(smooth: Floats, a: int, b: int, p: PaletteParams) -> bool:
    step = (b - a + 360) % 720 - 360
    between = smooth[(a + np.arange(0, step, 1 if step > 0 else -1)) % 720]
    return bool(between.min() < p.valley * min(smooth[a], smooth[b]))


def _odd(hue: Floats, group: NDArray[np.int64], known: NDArray[np.bool_], p: PaletteParams) -> NDArray[np.bool_]:
    odd = np.zeros(len(hue), np.bool_)
    if known.sum() < p.odd_of:
        return odd
    for i in np.flatnonzero(known):
        others = known & (group != group[i])
        odd[i] = (group == group[i]).sum() == 1 and others.any() and bool(_apart(hue[others], float(hue[i])).min() >= p.odd_deg)
    return odd
