"""Where saturated colour lies on the sheet: local paper white divided out, and hues at reduced scale.

Colour is judged in linear light as opponent values (red minus green, blue minus yellow) over the local white: there a
mixture of sticker and paper (blur, pixels on a rim) lies on the straight line between them, so that the middle of the
slope is the rim, and black text, grey shade and pencil are zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.sheet import Image, Mask, View

Plane = NDArray[np.float32]
Labels = NDArray[np.int32]

_SRGB = np.arange(256, dtype=np.float64) / 255
LINEAR = np.where(_SRGB <= 0.04045, _SRGB / 12.92, ((_SRGB + 0.055) / 1.055) ** 2.4).astype(np.float32)  # IEC 61966-2-1
DARK = 0.15  # of paper white, added to the sum of three: keeps the noise of black print from looking like colour
_CHROMA_BIN = 0.04  # of chromaticity: twice the noise of a coarse pixel, half of what sets a pale sticker off
_PLAIN = 0.1  # chromaticity of paper may differ that much between poster and cards that are both white


@dataclass(frozen=True)
class ColourParams:
    """How colour is told from paper and print."""

    coarse_px_per_mm: float = 1.33  # the smallest sticker (8 mm) is ten pixels wide, noise is averaged over nine
    block_mm: float = 40.0  # light is even over this, and a block holds more than one card's stickers
    least_saturation: float = (
        0.14  # chromaticity distance from white: pastel print is below 0.08, pale pink stickers are at 0.2
    )
    faint_saturation: float = 0.05  # from which on a hue means something
    thinnest_mm: float = 4.0  # half of the smallest sticker; lines, letters and narrow bars are thinner
    hue_smooth_deg: float = 4.0  # noise of hue on a coarse pixel of a pale sticker
    hue_apart_deg: float = 9.0  # red and orange stickers are 12 degrees apart here
    pad_mm: float = 3.0  # of paper around a clump


@dataclass(frozen=True, eq=False)
class Coarse:
    """The view shrunk by `factor`. white (h, w, 3): linear colour of white paper there; hue_deg, saturation,

    brightness (h, w): over white. coloured (h, w): bool."""

    factor: int
    white: Plane
    hue_deg: Plane
    saturation: Plane
    brightness: Plane
    coloured: Mask


def linear(rgb: NDArray[Any]) -> Plane:
    """Linear light 0..1 of uint8 sRGB."""
    return np.asarray(cv2.LUT(rgb, LINEAR), dtype=np.float32)


def total(rho: Plane) -> Plane:
    """The sum of three channels; numpy's own is slow along so short an axis."""
    return np.asarray(rho[..., 0] + rho[..., 1] + rho[..., 2], dtype=np.float32)


def opponents(rho: Plane) -> Plane:
    """(..., 2) red minus green and yellow minus blue of linear colour over white, at unit length per axis of the
    colour cube.
    """
    r, g, b = rho[..., 0], rho[..., 1], rho[..., 2]
    return np.stack([(r - g) * np.float32(0.5**0.5), (r + g - 2 * b) * np.float32(6**-0.5)], axis=-1)


def _saturation(o: Plane, rho: Plane) -> Plane:
    x, y = o[..., 0], o[..., 1]
    return np.asarray(np.sqrt(x * x + y * y) / (total(rho) + DARK), dtype=np.float32)


def _shrunk(picture: Image, size: tuple[int, int]) -> Image:
    """Area-averaged by a whole factor, and from there to size (width, height): three times faster than at once."""
    step = max(1, min(picture.shape[1] // size[0], picture.shape[0] // size[1]))
    high, wide = picture.shape[0] // step, picture.shape[1] // step
    whole = cv2.resize(picture[:high * step, :wide * step], (wide, high), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _block_white(lin: Plane, usable: Mask, block: int) -> Plane:
    """(h, w, 3): colour of the brighter fifth of each block, smoothed: paper, where most of a block isn't ink."""
    high, wide = lin.shape[:2]
    rows, cols = max(1, round(high / block)), max(1, round(wide / block))
    grid = np.zeros((rows, cols, 3), np.float32)
    known = np.zeros((rows, cols), np.float32)
    for i in range(rows):
        for j in range(cols):
            part = np.s_[i * high // rows : (i + 1) * high // rows, j * wide // cols : (j + 1) * wide // cols]
            pixels = lin[part][usable[part]]
            if len(pixels) > 50:
                bright = pixels[:, 1]  # green stands for luminance
                low, top = np.percentile(bright, [75, 97])
                grid[i, j] = pixels[(bright >= low) & (bright <= top)].mean(axis=0)
                known[i, j] = 1
    near = cv2.GaussianBlur(grid, (0, 0), 0.7) / np.maximum(cv2.GaussianBlur(known, (0, 0), 0.7), 1e-3)[..., None]
    near[cv2.GaussianBlur(known, (0, 0), 0.7) < 1e-3] = lin[usable].mean(axis=0) if usable.any() else 1.0
    return np.maximum(cv2.resize(near, (wide, high), interpolation=cv2.INTER_LINEAR), 0.004)


def _card_white(lin: Plane, polygon_px: NDArray[np.float64], around: Plane) -> NDArray[np.float64]:
    """(3,) of a card's paper, white or tinted: its brighter pixels of the palest colour that takes up a tenth of it."""
    x0, y0 = np.clip(np.floor(polygon_px.min(axis=0)).astype(int), 0, None)
    x1, y1 = np.ceil(polygon_px.max(axis=0)).astype(int) + 1
    window = lin[y0:y1, x0:x1]
    inside = np.zeros(window.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, np.round(polygon_px - [x0, y0]).astype(np.int32), 1)
    pixels = window[inside > 0][::2]  # every second one tells a card's paper just as well
    usual = around[y0:y1, x0:x1].reshape(-1, 3).mean(axis=0) if window.size else np.ones(3, np.float32)
    if len(pixels) < 50:
        return np.asarray(usual, dtype=np.float64)
    rho = (pixels / usual).astype(np.float32)
    chroma = opponents(rho) / (total(rho) + DARK)[:, None]
    tint, palest = np.zeros(2), 0.0
    for peak in _chroma_modes(chroma[total(rho) > 0.3 * np.percentile(total(rho), 95)]):  # darker is ink
        mine = np.hypot(*(chroma - peak).T) < 1.5 * _CHROMA_BIN
        paleness = float(np.percentile(rho[mine], 75, axis=0).min()) if mine.any() else 0.0
        if paleness > palest:  # a sticker's weakest channel is far below paper's
            tint, palest = peak, paleness
    white = float(np.hypot(*tint)) < _PLAIN
    paper = np.hypot(*chroma.T) < _PLAIN if white else np.hypot(*(chroma - tint).T) < 2 * _CHROMA_BIN
    if paper.sum() < 0.08 * len(pixels):
        return np.asarray(usual, dtype=np.float64)
    plain = pixels[paper]
    low, top = np.percentile(plain[:, 1], [50, 90])
    return np.asarray(plain[(plain[:, 1] >= low) & (plain[:, 1] <= top)].mean(axis=0), dtype=np.float64)


def _chroma_modes(chroma: Plane) -> NDArray[np.float64]:
    """(K, 2) chromaticities round which a tenth of the pixels (N, 2) lie each."""
    at = np.clip(np.floor(chroma / _CHROMA_BIN).astype(int) + 30, 0, 59)
    counts = np.bincount(at[:, 1] * 60 + at[:, 0], minlength=3600).reshape(60, 60).astype(np.float32)
    around = cv2.blur(counts, (3, 3)) * 9
    peaks = (around >= cv2.dilate(around, np.ones((3, 3), np.uint8))) & (around > 0.1 * len(chroma))
    rows, cols = np.nonzero(peaks)
    return np.asarray((np.stack([cols, rows], axis=1) - 29.5) * _CHROMA_BIN, dtype=np.float64)


def look_coarsely(view: View, polygons_mm: NDArray[np.float64], reference: Image | None, p: ColourParams) -> Coarse:
    """White, hue and saturation of the whole sheet at reduced scale, and what is coloured there and not printed so.

    reference: (h, w, 3) uint8 artwork of the same window, or None.
    """
    factor = max(1, round(view.px_per_mm / p.coarse_px_per_mm))
    high, wide = (n // factor for n in view.rgb.shape[:2])
    size = (wide, high)
    lin = linear(cv2.resize(view.rgb[: high * factor, : wide * factor], size, interpolation=cv2.INTER_AREA))
    valid = (
        cv2.resize(view.valid[: high * factor, : wide * factor].astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        > 0
    )
    cards = [(view.to_view_px(polygon) + 0.5) / factor - 0.5 for polygon in polygons_mm]
    on_card = np.zeros((high, wide), np.uint8)
    for card in cards:
        cv2.fillConvexPoly(on_card, np.round(card).astype(np.int32), 1)
    block = max(4, round(p.block_mm * view.px_per_mm / factor))
    printed = None if reference is None else np.maximum(linear(_shrunk(reference, size)), np.float32(0.01))
    white = _white(lin, printed, valid, on_card == 0, block)
    whites = [_card_white(lin, card, white) for card in cards]
    for card, own in zip(cards, whites, strict=True):
        cv2.fillConvexPoly(white, np.round(card).astype(np.int32), own.tolist())
    rho = np.minimum(lin / white, np.float32(2))
    o = opponents(rho)
    saturation = _saturation(o, rho)
    coloured = (saturation > p.least_saturation) & valid
    if printed is not None:
        rows, cols = np.nonzero(coloured & (on_card == 0))
        new = _differs(o[rows, cols], rho[rows, cols], printed[rows, cols]) > p.least_saturation
        coloured[rows, cols] = new
    hue = np.zeros((high, wide), np.float32)  # asked for where there is some colour only
    tinted = coloured | (saturation > p.faint_saturation)
    hue[tinted] = np.degrees(np.arctan2(o[..., 1][tinted], o[..., 0][tinted]))
    brightness = np.asarray(total(rho) / 3, dtype=np.float32)
    return Coarse(factor, white, hue, saturation, brightness, np.asarray(coloured, dtype=np.bool_))


def _white(lin: Plane, printed: Plane | None, valid: Mask, bare: Mask, block: int) -> Plane:
    """(h, w, 3) linear colour of white: from the artwork where cards leave enough of it bare, else from what is
    brightest.
    """
    if printed is None:
        return _block_white(lin, valid, block)
    light = _block_light(lin, printed, valid & bare, block)
    unknown = np.isnan(light)
    if unknown.any():
        light[unknown] = _block_white(lin, valid, block)[unknown]
    return light


def _block_light(lin: Plane, printed: Plane, usable: Mask, block: int) -> Plane:
    """(h, w, 3) light, from photo over artwork: the median of each block, NaN where cards leave too little."""
    high, wide = lin.shape[:2]
    rows, cols = max(1, round(high / block)), max(1, round(wide / block))
    grid, known = np.zeros((rows, cols, 3), np.float32), np.zeros((rows, cols), np.float32)
    for i in range(rows):
        for j in range(cols):
            part = np.s_[i * high // rows : (i + 1) * high // rows : 2, j * wide // cols : (j + 1) * wide // cols : 2]
            fits = usable[part] & (printed[part].min(axis=-1) > 0.1)
            if fits.sum() > 100:
                grid[i, j] = np.median(lin[part][fits] / printed[part][fits], axis=0)
                known[i, j] = 1
    weight = cv2.GaussianBlur(known, (0, 0), 0.7)
    near = cv2.GaussianBlur(grid, (0, 0), 0.7) / np.maximum(weight, 1e-3)[..., None]
    near[weight < 1e-3] = np.nan
    return np.asarray(cv2.resize(near, (wide, high), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _differs(o: Plane, rho: Plane, printed: Plane) -> Plane:
    """Chromaticity distance between what is seen and what is printed."""
    seen = o / (total(rho) + DARK)[..., None]
    meant = opponents(printed) / (total(printed) + DARK)[..., None]
    return np.asarray(np.hypot(seen[..., 0] - meant[..., 0], seen[..., 1] - meant[..., 1]), dtype=np.float32)


def hue_classes(coarse: Coarse, where: Mask, at: tuple[int, int], p: ColourParams) -> NDArray[np.float64]:
    """(K,) hues in degrees of the colours in a clump: modes of the histogram, with a valley between them.

    where: (h, w) bool, a window of the coarse picture with its top-left pixel at `at` (x, y).
    """
    inner = cv2.erode(where.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    chosen = inner if inner.sum() > 12 else where
    window = np.s_[at[1] : at[1] + where.shape[0], at[0] : at[0] + where.shape[1]]
    hue, weight = coarse.hue_deg[window][chosen], coarse.saturation[window][chosen]
    if not len(hue):
        return np.zeros(0)
    counts = np.bincount(np.floor((hue + 180) % 360).astype(int), weight, minlength=360)
    reach = int(3 * p.hue_smooth_deg)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / p.hue_smooth_deg) ** 2)
    smooth = np.convolve(np.concatenate([counts[-reach:], counts, counts[:reach]]), kernel / kernel.sum(), "valid")
    modes: list[int] = []
    for number in np.argsort(-smooth, kind="stable"):
        top = int(number)
        if smooth[top] < 0.02 * smooth.max():
            break
        apart = [abs((top - m + 180) % 360 - 180) for m in modes]
        if min(apart, default=360) >= p.hue_apart_deg and all(_valley(smooth, top, m) for m in modes):
            modes.append(top)
    return np.array([m + 0.5 - 180.0 for m in modes])


def _valley(smooth: NDArray[np.float64], a: int, b: int) -> bool:
    """Whether the histogram falls between two bins to well below the lower of the two."""
    step = (b - a + 180) % 360 - 180
    between = smooth[(a + np.arange(0, step, 1 if step > 0 else -1)) % 360]
    return bool(between.min() < 0.6 * smooth[a])


def thick_parts(mask: Mask, width_px: float) -> Mask:
    """What of a mask is at least so wide: opened by a disc, and then grown back inside the mask."""
    size = max(3, round(width_px) | 1)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    core = cv2.erode(mask.astype(np.uint8), disc)
    grown = cv2.dilate(core, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size + 4, size + 4)))
    return np.asarray((grown > 0) & mask)


def class_of(hue_deg: Plane, hues_deg: NDArray[np.float64]) -> Labels:
    """The nearest class by hue, (H, W)."""
    apart = np.stack([np.abs((hue_deg - h + 180) % 360 - 180) for h in hues_deg])
    return np.asarray(apart.argmin(axis=0), dtype=np.int32)
