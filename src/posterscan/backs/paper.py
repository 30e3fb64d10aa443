"""Outlines without a code that are cards all the same: evenly light paper, as a patterned table is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from posterscan.backs.find import FoundBack
from posterscan.sheet import Image, SheetMap, resample


@dataclass(frozen=True)
class PaperParams:
    """share: of an outline that must be evenly light, writing left out; even: how evenly, as a share of its usual brightness.
    inset_mm: a rim that is left out: printed frames, a crooked cut. writing_mm: what is darker and narrower is writing.
    most: such outlines in one photo; more are the pattern of the table, whatever they look like.
    """

    share: float = 0.8
    even: float = 0.16
    inset_mm: float = 5.0
    writing_mm: float = 3.5
    most: int = 24
    px_per_mm: float = 2.0


def believed(rgb: Image, cards: Sequence[FoundBack], size_mm: tuple[float, float],
             params: PaperParams | None = None) -> tuple[list[FoundBack], int]:
    """The cards with a code, and those without one that are paper; how many outlines were not believed."""
    p = params or PaperParams()
    coded = [card for card in cards if card.marker_id is not None]
    loose = [card for card in cards if card.marker_id is None]
    paper = [card for card in loose if len(loose) <= p.most and _is_paper(rgb, card.sheet, size_mm, p)]
    return [*coded, *paper], len(loose) - len(paper)


def _is_paper(rgb: Image, sheet: SheetMap, size_mm: tuple[float, float], p: PaperParams) -> bool:
    inner = (size_mm[0] - 2 * p.inset_mm, size_mm[1] - 2 * p.inset_mm)
    view = resample(rgb, sheet, inner, p.px_per_mm, (p.inset_mm, p.inset_mm)).rgb
    side = round(p.writing_mm * p.px_per_mm) | 1
    grey = cv2.morphologyEx(cv2.cvtColor(view, cv2.COLOR_RGB2GRAY), cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    usual = float(np.median(grey))
    return float((np.abs(grey.astype(np.float32) - usual) < p.even * usual).mean()) >= p.share
