"""How alike two photos are as pictures of a filled poster: whether the same cards lie in the same places.

Each photo leaves a signature: the sheet in coarse cells, as four pictures that light, shadow and white balance hardly change:
tone, fine detail (words, edges) and two colours, each less its own surroundings and, where the layout has artwork, less
what is printed on the poster anyway. Two signatures are compared by normalised correlation of what both saw.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from posterscan.layout import LoadedLayout
from posterscan.sheet import Image, SheetMap, resample

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Verdict = Literal["alike", "different", "unsure"]
LEVELS = 7  # each way from the middle: four bits a value; 0 stands for a cell that was not seen


@dataclass(frozen=True)
class SignatureParams:
    """How a signature is made of a photo."""

    px_per_mm: float = 1.0  # of the view that it is made from: letters of a card are texture, the photo's noise is averaged away
    cell_mm: float = 6.0  # wider than a sheet is misplaced by without its artwork; a card has a hundred cells
    most_cells: int = 16_000  # A1 has 13 900; larger sheets get larger cells, for the record's size
    even_mm: float = 80.0  # light and shadow change over such lengths, cards don't
    detail_mm: float = 2.0  # what is finer counts as detail: strokes of words, edges, codes
    seen: float = 0.95  # share of a cell that must be in the picture
    printed: float = 0.35  # log contrast within a cell's surroundings of the artwork: there light and blur leave false differences
    limits: tuple[float, float, float, float] = (0.6, 1.5, 0.4, 0.6)  # tone, detail, colours: logs beyond which more says nothing


@dataclass(frozen=True)
class LikenessParams:
    """When two photos count as alike.

    Measured on 20 photos of the stand-in kit, each of another table, and 12 tables of our own with 22 more photos of those
    (close-ups by two markers and more, oblique ones under a lamp, hands in the first). With artwork, 37 pairs of one table that
    share enough: 0.54 and more, the least with a forearm over a third of the cards, nine in ten 0.65; 666 pairs of two tables:
    0.39 at most, 99 in 100 below 0.34. Without, 41 pairs: 0.60 and more; 676 pairs: 0.49 at most.
    """

    alike: float = 0.47
    different: float = 0.42
    alike_plain: float = 0.55  # without artwork the poster's own print is alike too
    different_plain: float = 0.51
    weights: tuple[float, float, float, float] = (0.3, 0.4, 0.15, 0.15)  # of the channels: hands and lamps change detail least
    least_shared: float = 0.12  # of the sheet: two strips that share less share hardly a card
    least_filled_mm2: float = 4000.0  # about a card: two empty sheets look alike whichever tables they are
    filled: float = 0.35  # of the limits: tone or detail that differs so much from its surroundings is something on the sheet
    reach: int = 1  # cells that one may be shifted by: a sheet that four markers place is off by millimetres at its far end
    hopeless: float = 0.2  # score without any shift below which shifts aren't tried: one table has 0.5 and more


class Signature(BaseModel):
    """kind: whether artwork was taken off. layout: sha256 of its file. wide, high: cells. data: base64 of packed levels."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["artwork", "plain"]
    layout: str
    cell_mm: float
    wide: int
    high: int
    data: str


@dataclass(frozen=True, eq=False)
class Cells:
    """A signature unpacked. sums: (9, H, W) the four values in -1..1, their squares, and 1; all 0 where the sheet was not seen."""

    kind: str
    layout: str
    cell_mm: float
    sums: Floats

    @property
    def values(self) -> Floats:
        """(4, H, W) in -1..1."""
        return self.sums[:4]

    @property
    def seen(self) -> Bools:
        """(H, W)."""
        return np.asarray(self.sums[8] > 0, np.bool_)


@dataclass(frozen=True)
class Likeness:
    """score: -1..1, of alike ones at least that, nan where too little is shared; shared_share: of the sheet, seen in both."""

    verdict: Verdict
    score: float
    shared_share: float


def sign(rgb: Image, sheet: SheetMap, layout: LoadedLayout, params: SignatureParams | None = None) -> Signature:
    """The signature of a photo (H, W, 3) uint8 in which the sheet was located, roughly at least."""
    p = params or SignatureParams()
    size_mm = layout.layout.size_mm
    view = resample(rgb, sheet, size_mm, p.px_per_mm)
    cell_mm = max(p.cell_mm, float(np.sqrt(size_mm[0] * size_mm[1] / p.most_cells)))
    shape = max(2, round(size_mm[0] / cell_mm)), max(2, round(size_mm[1] / cell_mm))
    printed = None if layout.reference is None else np.asarray(
        cv2.resize(layout.reference, view.rgb.shape[1::-1], interpolation=cv2.INTER_AREA), np.uint8)
    seen = (_cells(view.valid.astype(np.float32), shape) > p.seen) & ~_print_hides(layout, printed, view.px_per_mm, shape, p)
    raw = _channels(view.rgb, shape, p, 0.0)
    if printed is not None:
        raw = raw - _channels(printed, shape, p, 0.6)
    even = np.stack([channel - _around(channel, seen, p.even_mm / cell_mm) for channel in raw])
    scaled = np.clip(even / np.array(p.limits, np.float32)[:, None, None], -1, 1)
    levels = np.where(seen, np.round(scaled * LEVELS) + LEVELS + 1, 0).astype(np.uint8)
    return Signature(kind="plain" if printed is None else "artwork", layout=layout.sha256, cell_mm=cell_mm, wide=shape[0],
                     high=shape[1], data=_packed(levels))


def unpack(signature: Signature) -> Cells:
    """The signature as arrays; ValueError where its data are not what `sign` makes."""
    raw = np.frombuffer(zlib.decompress(base64.b64decode(signature.data)), np.uint8)
    both = np.stack([raw >> 4, raw & 15], axis=1).ravel()
    levels = both[:4 * signature.high * signature.wide].reshape(4, signature.high, signature.wide)
    seen = levels[:1] > 0
    values = np.where(seen, (levels.astype(np.float32) - LEVELS - 1) / LEVELS, 0).astype(np.float32)
    sums = np.concatenate([values, values * values, seen], dtype=np.float32)
    return Cells(signature.kind, signature.layout, signature.cell_mm, sums)


def compare(a: Cells, b: Cells, params: LikenessParams | None = None) -> Likeness:
    """Whether two photos show the same table; "unsure" where they share too little, or one of them shows an empty sheet."""
    p = params or LikenessParams()
    if a.layout != b.layout or a.kind != b.kind or a.sums.shape != b.sums.shape:
        return Likeness("unsure", float("nan"), 0.0)
    shared = a.seen & b.seen
    share = float(shared.mean())
    if share < p.least_shared:
        return Likeness("unsure", float("nan"), share)
    alike, different = (p.alike, p.different) if a.kind == "artwork" else (p.alike_plain, p.different_plain)
    score = _score(a, b, 0, 0, p)
    if p.hopeless < score < alike:
        steps = range(-p.reach, p.reach + 1)
        score = max(_score(a, b, dy, dx, p) for dy in steps for dx in steps)
    empty = min(_filled_mm2(cells, shared, p) for cells in (a, b)) < p.least_filled_mm2
    verdict: Verdict = "unsure" if empty else "alike" if score >= alike else "different" if score <= different else "unsure"
    return Likeness(verdict, score, share)


def _filled_mm2(cells: Cells, where: Bools, p: LikenessParams) -> float:
    something = (np.abs(cells.values[:2]) > p.filled).any(axis=0) & where
    return float(something.sum()) * cells.cell_mm ** 2


def _score(a: Cells, b: Cells, dy: int, dx: int, p: LikenessParams) -> float:
    """Weighted mean over the channels of the correlation of b with a shifted by whole cells, where both saw.

    All sums that correlations need come from one product of matrices: values, their squares and ones, 0 where not seen.
    """
    high, wide = a.sums.shape[1:]
    mine = a.sums[:, max(0, -dy):high - max(0, dy), max(0, -dx):wide - max(0, dx)].reshape(9, -1)
    theirs = b.sums[:, max(0, dy):high - max(0, -dy), max(0, dx):wide - max(0, -dx)].reshape(9, -1)
    both = (mine @ theirs.T).astype(np.float64)
    n = max(both[8, 8], 1.0)
    x, y = both[:4, 8], both[8, :4]
    power = (both[4:8, 8] - x * x / n) * (both[8, 4:8] - y * y / n)
    return float((np.diag(both)[:4] - x * y / n) / np.sqrt(np.maximum(power, 1e-6)) @ np.array(p.weights))


def _log(picture: Image) -> Floats:
    """Light that differs becomes an offset; dark noise is kept small."""
    table = np.log(np.arange(256, dtype=np.float32) + 8)
    return np.asarray(cv2.LUT(picture, table), np.float32)


def _cells(picture: Floats, shape: tuple[int, int]) -> Floats:
    return np.asarray(cv2.resize(picture, shape, interpolation=cv2.INTER_AREA), np.float32)


def _channels(rgb: Image, shape: tuple[int, int], p: SignatureParams, soften_px: float) -> Floats:
    """(4, H, W): tone, detail, red and blue against green, in logs. soften_px: for artwork, which is sharper than a photo."""
    grey = _log(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8))
    fine = cv2.GaussianBlur(grey, (0, 0), soften_px) if soften_px else grey
    fine = np.abs(fine - cv2.GaussianBlur(fine, (0, 0), p.detail_mm * p.px_per_mm))
    colours = _cells(_log(rgb), shape)
    return np.stack([_cells(grey, shape), np.log(_cells(np.asarray(fine, np.float32), shape) + 0.01),
                     colours[..., 0] - colours[..., 1], colours[..., 2] - colours[..., 1]]).astype(np.float32)


def _around(channel: Floats, seen: Bools, sigma: float) -> Floats:
    """The mean of what was seen around each cell."""
    weight = seen.astype(np.float32)
    total = cv2.GaussianBlur(channel * weight, (0, 0), sigma)
    return np.asarray(total / np.maximum(cv2.GaussianBlur(weight, (0, 0), sigma), 1e-3), np.float32)


def _print_hides(layout: LoadedLayout, printed: Image | None, px_per_mm: float, shape: tuple[int, int],
                 p: SignatureParams) -> Bools:
    """(H, W) cells with strong print: markers, the table's code, and whatever the artwork has."""
    high, wide = (round(side * px_per_mm) for side in layout.layout.size_mm[::-1])
    strong = np.zeros((high, wide), np.uint8)
    for quad in layout.layout.tag_corners_mm:
        cv2.fillPoly(strong, [np.round(quad * px_per_mm).astype(np.int32)], 1)
    around = np.ones((max(1, round(2 * p.cell_mm * px_per_mm)),) * 2, np.uint8)
    hidden = _cells(cv2.dilate(strong, around).astype(np.float32), shape) > 0.5
    if printed is None:
        return np.asarray(hidden, np.bool_)
    grey = _log(np.asarray(cv2.cvtColor(printed, cv2.COLOR_RGB2GRAY), np.uint8))
    contrast = cv2.dilate(grey, around) - cv2.erode(grey, around)
    return np.asarray(hidden | (_cells(np.asarray(contrast, np.float32), shape) > p.printed), np.bool_)


def _packed(levels: NDArray[np.uint8]) -> str:
    flat = levels.ravel()
    even = np.append(flat, np.zeros(len(flat) % 2, np.uint8))
    return base64.b64encode(zlib.compress(((even[0::2] << 4) | even[1::2]).tobytes(), 9)).decode("ascii")
