"""What people wrote on a back, read from a picture without what is printed there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.backs.face import Face
from posterscan.geometry import as_points
from posterscan.ocr.crops import painted_over
from posterscan.ocr.engines import Engines
from posterscan.ocr.readings import CardReading
from posterscan.ocr.second import second_opinions
from posterscan.sheet import Image, SheetMap, resample


@dataclass(frozen=True)
class WritingParams:
    """px_per_mm: of the picture for the readers. search_mm: how far a printed line may lie beside its place; wide_mm: of its blur.
    over: darkness, in shares of the line's own, from which on something on a line is ink (a pen is twice as dark). written: share
    of the room that must be dark before it counts as written on: a word of five letters takes 0.5 %.
    dark: darkness of such a px.
    """

    px_per_mm: float = 8.0
    search_mm: float = 1.2
    wide_mm: float = 0.55
    over: float = 1.35
    written: float = 0.001
    dark: float = 0.3


@dataclass(frozen=True, eq=False)
class Writing:
    """crop: (h, w, 3) of the room people write in, print taken out. ink: share of it that is dark; is_written: whether anybody
    wrote there, as far as ink tells."""

    crop: Image
    ink: float
    is_written: bool


def writing_of(rgb: Image, sheet: SheetMap, face: Face, params: WritingParams | None = None) -> Writing:
    """The written part of a back. rgb: (H, W, 3) photo; sheet: from the card's own mm to px."""
    p = params or WritingParams()
    left, top, right, low = face.room_mm
    view = resample(rgb, sheet, (right - left, low - top), p.px_per_mm, (left, top))
    crop = painted_over(view.rgb, [(as_points(code) - (left, top)) * p.px_per_mm - 0.5 for code in face.hidden_mm])
    for y, first, last in face.lines_mm:
        crop = _without_line(crop, y - top, first - left, last - left, p)
    margin = round(2.0 * p.px_per_mm)
    dark = _darkness(crop)[margin // 4:-margin // 4 or None, margin:-margin]
    ink = float((dark > p.dark).mean())
    return Writing(crop, round(ink, 4), ink >= p.written)


def read_writing(crops: Sequence[Image], readers: Engines) -> list[tuple[CardReading, ...]]:
    """Readings per crop: the lead's, and the second reader's where there is one."""
    lead = readers.lead.read(crops)
    if readers.second is None:
        return [(reading,) for reading in lead]
    others = second_opinions(readers.second, crops, lead)
    return [(one, other) if one.lines else (one,) for one, other in zip(lead, others, strict=True)]


def _darkness(rgb: Image) -> NDArray[np.float32]:
    """(H, W) 0..1 against the paper about it."""
    grey = ((rgb.astype(np.float32) / 255) ** 2.2).min(axis=2)
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.GaussianBlur(cv2.dilate(cv2.medianBlur(small, 3), np.ones((13, 13), np.uint8)), (0, 0), 6)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(1 - grey / np.maximum(paper, 1e-3), 0, 1), np.float32)


def _without_line(crop: Image, y_mm: float, first_mm: float, last_mm: float, p: WritingParams) -> Image:
    """The crop with a pale printed line made paper; ink that crosses it stays. It may run a little aslant: fitted in six parts."""
    out, dark = crop.copy(), _darkness(crop)
    bounds = np.linspace(max(first_mm - 0.6, 0.0), last_mm + 0.6, 7) * p.px_per_mm
    reach, half = round(p.search_mm * p.px_per_mm), round(p.wide_mm * p.px_per_mm)
    middle = round(y_mm * p.px_per_mm)
    for a, b in zip(bounds[:-1].astype(int), bounds[1:].astype(int), strict=True):
        low, high = max(middle - reach, 0), min(middle + reach + 1, crop.shape[0])
        if high - low < 3 or b - a < 3:
            continue
        rows = np.median(dark[low:high, a:b], axis=1)  # writing covers less than half of a line
        at, level = low + int(rows.argmax()), float(rows.max())
        if level < 0.03:
            continue
        top, bottom = max(at - half, 0), min(at + half + 1, crop.shape[0])
        part = out[top:bottom, a:b].astype(np.float32)
        paper = np.median(part.reshape(-1, 3)[dark[top:bottom, a:b].ravel() < 0.5 * level + 0.02].reshape(-1, 3), axis=0) \
            if (dark[top:bottom, a:b] < 0.5 * level + 0.02).any() else np.percentile(part.reshape(-1, 3), 80, axis=0)
        keep = np.clip((dark[top:bottom, a:b] / level - p.over) / 0.4, 0, 1)[..., None]
        out[top:bottom, a:b] = np.clip(part * keep + np.maximum(part, paper) * (1 - keep), 0, 255).astype(np.uint8)
    return out
