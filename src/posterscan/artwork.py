"""Where the printed artwork itself says the sheet lies: windows of the reference matched in the rectified photo.

Each window is found to whole pixels by normalised correlation and then to a fraction of one by Gauss-Newton steps on
shift, gain and offset (Lucas & Kanade 1981; Baker & Matthews 2004). The normal matrix of that fit says what a window
knows: a straight outline fixes the shift across it and nothing along it, a corner or a word fixes both.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.relief import GridShift, Shifts
from posterscan.sheet import SheetMap, resample

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]
Image32 = NDArray[np.float32]


@dataclass(frozen=True)
class ArtworkParams:
    """How artwork is matched."""

    px_per_mm: float = 2.0
    blur_mm: float = 0.5  # takes noise out of faint outlines; print lines are about as wide
    window_mm: float = 20.0  # small enough to fit between cards, large enough for a word or a bow of an outline
    stride_mm: float = 5.0
    neighbourhood_mm: float = 25.0  # the most telling window of each square of this side
    search_sigmas: float = 3.0
    search_mm: tuple[float, float] = (1.0, 8.0)  # least and most
    least_contrast: float = 1.5  # per cent (rms in the window): below it the paper's own unevenness rules
    least_score: float = 0.5  # correlation below which a window isn't looked at more closely
    rest_share: float = 0.45  # what remains may be so much of what is printed, for blur and tone,
    rest_noise: float = 2.0  # and so many times the noise; more is something else, such as a card's edge
    gain_range: float = 1.6  # printed contrast is seen the same everywhere, within this factor of the median
    floor_mm: float = (
        0.07  # what a match errs by without noise: sharpening, the print's own place, bending inside the window
    )
    useful_mm: float = 0.8  # a direction known worse than this says nothing


def _softened(picture: Image32, sigma_px: float) -> Image32:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma_px), dtype=np.float32)


def _gradients(picture: Image32) -> tuple[Image32, Image32]:
    """x and y derivative per pixel."""
    kernel = np.array([[-0.5, 0, 0.5]], np.float32)
    x, y = (np.asarray(cv2.filter2D(picture, cv2.CV_32F, k), dtype=np.float32) for k in (kernel, kernel.T))
    return x, y


def _telling_windows(
    reference: Image32, known: NDArray[np.uint8], p: ArtworkParams
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Top-left px (N,), (N,) x and y of windows with something in them, spread over the sheet."""
    size, stride = round(p.window_mm * p.px_per_mm), max(1, round(p.stride_mm * p.px_per_mm))
    mean = cv2.boxFilter(reference, cv2.CV_32F, (size, size), anchor=(0, 0))
    square = cv2.boxFilter(reference * reference, cv2.CV_32F, (size, size), anchor=(0, 0))
    spread = np.sqrt(np.maximum(square - mean * mean, 0))[: -size + 1 : stride, : -size + 1 : stride]
    gx, gy = _gradients(_softened(reference, 1.0))
    a, b, c = (
        cv2.boxFilter(g, cv2.CV_32F, (size, size), anchor=(0, 0))[: -size + 1 : stride, : -size + 1 : stride]
        for g in (gx * gx, gx * gy, gy * gy)
    )
    weak = (a + c) / 2 - np.sqrt(((a - c) / 2) ** 2 + b * b)  # the smaller eigenvalue: what both directions know
    taken_by = cv2.boxFilter(known.astype(np.float32), cv2.CV_32F, (size, size), anchor=(0, 0))[
        : -size + 1 : stride, : -size + 1 : stride
    ]
    value = np.where((spread > p.least_contrast) & (taken_by == 0), (a + c) / 2 + 3 * weak, 0)
    rows, columns = np.nonzero(value)
    order = np.argsort(-value[rows, columns])
    cell = p.neighbourhood_mm * p.px_per_mm
    where = (rows * stride // cell) * 10000 + columns * stride // cell
    chosen = order[np.sort(np.unique(where[order], return_index=True)[1])]
    return columns[chosen] * stride, rows[chosen] * stride


@dataclass(frozen=True, eq=False)
class _Picture:
    """The rectified photo, and (H, W) the spread (root of the sum of squares about the mean) of the window at each
    pixel."""

    photo: Image32
    valid: NDArray[np.bool_]
    spread: Image32

    @classmethod
    def of(cls, photo: Image32, valid: NDArray[np.bool_], size: int) -> _Picture:
        """With windows of size x size px."""
        total, square = (
            cv2.boxFilter(q, cv2.CV_64F, (size, size), anchor=(0, 0), normalize=False) for q in (photo, photo * photo)
        )
        return cls(photo, valid, np.sqrt(np.maximum(square - total * total / size**2, 1e-6)).astype(np.float32))


def _coarse(wanted: Image32, seen: _Picture, x: int, y: int, reach: int) -> tuple[float, int, int]:
    """Best correlation and its shift in px; near shifts are preferred where a line leaves one direction open."""
    size = wanted.shape[0]
    around = seen.photo[y - reach : y + size + reach, x - reach : x + size + reach]
    every = np.lib.stride_tricks.sliding_window_view(around, (size, size)).reshape(-1, size * size)
    score = (every @ wanted.ravel()).reshape(2 * reach + 1, 2 * reach + 1) / (
        seen.spread[y - reach : y + reach + 1, x - reach : x + reach + 1] * float(np.linalg.norm(wanted))
    )
    far = np.arange(-reach, reach + 1, dtype=np.float32) / max(reach, 1)
    preferred = score - 0.03 * (far[:, None] ** 2 + far[None] ** 2)
    row, column = divmod(int(np.argmax(preferred)), 2 * reach + 1)
    return float(score[row, column]), column - reach, row - reach


@dataclass(frozen=True, eq=False)
class _Match:
    """Shift (2,) px of a window, its (2, 2) information matrix, the contrast's gain, and rms of what is printed and
    what remains."""

    middle_px: Floats
    shift_px: Floats
    information: Floats
    gain: float
    printed: float
    rest: float


def _refined(wanted: Image32, photo: Image32, x: int, y: int, dx: float, dy: float) -> _Match | None:
    """The match to a fraction of a pixel; None where the fit runs away. wanted: the window less its mean."""
    size = wanted.shape[0]
    gy, gx = np.gradient(wanted)
    slopes = np.stack([(gx - gx.mean()).ravel(), (gy - gy.mean()).ravel()], axis=1)
    normal = (slopes.T @ slopes).astype(np.float64)
    strength, vectors = np.linalg.eigh(normal)
    # a direction that the window says nothing about is not moved along
    usable = np.where(strength > 0.02 * strength[1], 1 / np.maximum(strength, 1e-9), 0)
    solver = (vectors * usable) @ vectors.T @ slopes.T
    flat, power = wanted.ravel(), float((wanted * wanted).sum())
    at, gain, rest = np.array([dx, dy], dtype=np.float64), 0.0, flat
    for _ in range(5):
        middle = (float(x + at[0] + (size - 1) / 2), float(y + at[1] + (size - 1) / 2))
        now = cv2.getRectSubPix(photo, (size, size), middle).ravel()
        now -= now.mean()
        gain = float(now @ flat) / power
        if gain <= 0:
            return None
        rest = np.asarray(now / gain - flat, dtype=np.float32)
        step = -(solver @ rest)
        at += np.clip(step, -1, 1)
        if np.abs(step).max() < 0.02:
            break
    if np.hypot(*(at - [dx, dy])) > 2:
        return None
    noise = float(rest @ rest) / len(rest)
    # neighbouring pixels of what remains are alike (blur, JPEG): a quarter of them counts
    return _Match(
        np.array([x, y]) + size / 2,
        at,
        normal / (4 * max(noise, 0.01)),
        gain,
        gain * float(np.sqrt(power / len(flat))),
        gain * float(np.sqrt(noise)),
    )


def match_artwork(
    grey: Grey,
    sheet: SheetMap,
    sigma: GridShift,
    reference: Grey,
    size_mm: tuple[float, float],
    known_mm: Floats,
    params: ArtworkParams | None = None,
) -> Shifts:
    """How far the artwork lies from where `sheet` puts it: shifts in mm of poster points, along one or two
    directions each.

    grey: (H, W) uint8 photo. sigma: how far the sheet may be off. reference: (h, w) uint8, artwork of the whole
    sheet. known_mm: (K, 4, 2) what needs no matching, the markers. What it claims, `sheet` would have to be told: the
    artwork of point p lies at ``sheet.to_px(p + shift)``. Empty where nothing matches.
    """
    p = params or ArtworkParams()
    shape = (round(size_mm[0] * p.px_per_mm), round(size_mm[1] * p.px_per_mm))
    view = resample(grey, sheet, size_mm, p.px_per_mm)
    soft = p.blur_mm * p.px_per_mm
    photo = _softened(_per_cent(view.rgb), soft)
    small = np.asarray(cv2.resize(reference, shape, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    drawn = _softened(_per_cent(small), 1.3 * soft)
    known = np.zeros(drawn.shape, np.uint8)
    cv2.fillPoly(known, [np.round(quad * p.px_per_mm).astype(np.int32) for quad in known_mm], 1)
    size = round(p.window_mm * p.px_per_mm)
    seen = _Picture.of(photo, view.valid, size)
    matches = []
    left, top = _telling_windows(drawn, known, p)
    middles = np.asarray((np.stack([left, top], axis=1) + size / 2) / p.px_per_mm, dtype=np.float64)
    reach = np.ceil(np.clip(p.search_sigmas * sigma(middles)[:, 0], *p.search_mm) * p.px_per_mm)
    for x, y, far in zip(left, top, reach, strict=True):
        found = _one_window(drawn, seen, int(x), int(y), int(far), size, p)
        if found is not None:
            matches.append(found)
    return _as_shifts(_genuine(matches, _noise(photo, size), p), p)


def _per_cent(grey: Grey) -> Image32:
    """100 times the logarithm: light that differs becomes an offset, printed contrast is the same everywhere."""
    return np.asarray(
        cv2.LUT(grey, (100 * np.log(np.arange(256, dtype=np.float32) + 8)).astype(np.float32)), dtype=np.float32
    )


def _noise(photo: Image32, size: int) -> float:
    """What the plainest windows of the photo scatter by."""
    mean, square = (
        cv2.boxFilter(q, cv2.CV_32F, (size, size))[size // 2 :: size, size // 2 :: size] for q in (photo, photo * photo)
    )
    return float(np.percentile(np.sqrt(np.maximum(square - mean * mean, 0)), 10))


def _genuine(matches: list[_Match], noise: float, p: ArtworkParams) -> list[_Match]:
    """Matches where the print is seen as printed: what remains is noise, and the contrast is that of all the others."""
    close = [m for m in matches if m.rest < p.rest_share * m.printed + p.rest_noise * noise]
    if not close:
        return []
    usual = float(np.median([m.gain for m in close]))
    return [m for m in close if usual / p.gain_range < m.gain < usual * p.gain_range]


def _one_window(
    drawn: Image32, seen: _Picture, x: int, y: int, reach: int, size: int, p: ArtworkParams
) -> _Match | None:
    """What one window says; None where the photo does not reach, or nothing like it is there."""
    high, wide = seen.photo.shape
    reach = min(reach, x, y, wide - x - size, high - y - size)
    if (
        reach < 2
        or not seen.valid[y - reach : y + size + reach : size // 4, x - reach : x + size + reach : size // 4].all()
    ):
        return None
    window = drawn[y : y + size, x : x + size]
    wanted = window - window.mean()
    score, dx, dy = _coarse(wanted, seen, x, y, reach)
    return _refined(wanted, seen.photo, x, y, dx, dy) if score > p.least_score else None


def _as_shifts(matches: list[_Match], p: ArtworkParams) -> Shifts:
    """The directions that matches know well, in mm."""
    points, directions, values, sigmas = [], [], [], []
    for m in matches:
        strength, vectors = np.linalg.eigh(m.information)
        sigma = np.hypot(1 / np.sqrt(np.maximum(strength, 1e-12)) / p.px_per_mm, p.floor_mm)
        for k in np.flatnonzero(sigma < p.useful_mm):
            points.append(m.middle_px / p.px_per_mm)
            directions.append(vectors[:, k])
            values.append(float(m.shift_px @ vectors[:, k]) / p.px_per_mm)
            sigmas.append(float(sigma[k]))
    return Shifts(
        np.array(points).reshape(-1, 2), np.array(directions).reshape(-1, 2), np.array(values), np.array(sigmas)
    )
