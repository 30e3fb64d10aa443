"""Paragraphs over columns and slides, as many as they take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from posterscan.kit.drawing import POINT_MM
from posterscan.report.slides.shapes import Area, Paragraph, Run
from posterscan.report.slides.text import clean, in_lines

_GAP_MM = 10.0
_MOST_LINES = 12
Column = tuple[Area, list[Paragraph]]


def flowed(paragraphs: Sequence[Paragraph], area: Area, columns: int) -> list[list[Column]]:
    """Per slide its columns; a bold paragraph is a heading, which goes to the next column with what follows it."""
    width = (area.width - (columns - 1) * _GAP_MM) / columns
    filled: list[list[Paragraph]] = [[]]
    used = 0.0
    for number, paragraph in enumerate(paragraphs):
        fitted, height = _measured(paragraph, width)
        following = paragraphs[number + 1 : number + 2] if _is_heading(paragraph) else ()
        needed = height + sum(_measured(one, width)[1] for one in following)
        if filled[-1] and used + needed > area.height:
            filled.append([])
            used = 0.0
        filled[-1].append(fitted)
        used += height
    places = [Area(area.left + k * (width + _GAP_MM), area.top, width, area.height) for k in range(columns)]
    return [list(zip(places, filled[k : k + columns], strict=False)) for k in range(0, len(filled), columns)]


def stacked(paragraphs: Sequence[Paragraph], width: float) -> tuple[list[Paragraph], float]:
    """Paragraphs as they fit below each other, and their height in mm."""
    fitted = [_measured(paragraph, width) for paragraph in paragraphs]
    return [paragraph for paragraph, _ in fitted], sum(height for _, height in fitted)


def _is_heading(paragraph: Paragraph) -> bool:
    return all(run.bold for run in paragraph.runs)


def _measured(paragraph: Paragraph, width: float) -> tuple[Paragraph, float]:
    """The paragraph as it fits, broken words and all, and its height in mm."""
    whole = clean(" ".join(run.text for run in paragraph.runs))
    lines = in_lines(whole, paragraph.pt, width, _MOST_LINES, bold=_is_heading(paragraph))
    height = lines.height_mm(paragraph.pt) + paragraph.after_pt * POINT_MM
    if len(paragraph.runs) > 1:
        head = clean(paragraph.runs[0].text)
        rest = lines.shown.removeprefix(head)
        return replace(paragraph, runs=(replace(paragraph.runs[0], text=head), replace(paragraph.runs[1], text=rest))), height
    return replace(paragraph, runs=tuple(replace(run, text=lines.shown) for run in paragraph.runs)), height


def said(text: str, pt: float = 14.0, *, bold: bool = False, italic: bool = False, after_pt: float = 5.0) -> Paragraph:
    """One paragraph of one look."""
    return Paragraph((Run(text, bold=bold, italic=italic),), pt, after_pt=after_pt)
