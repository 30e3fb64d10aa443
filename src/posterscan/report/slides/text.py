"""Texts for slides: free of what a file of slides can't hold, and broken into lines that fit whatever font stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from posterscan.kit.drawing import POINT_MM, Type, letters_missing, text_width_mm
from posterscan.kit.typeset import fitted

LINE_EMS = 1.2  # from one line to the next
NO_BREAK = "\u00a0"
BREAK = "\v"  # a line ends here whatever the width
SLACK = 1.2  # Arial is as wide as our own font; Verdana and DejaVu Sans, which may stand in for it, are that much wider
_BOLD = 1.1
_WIDE_EMS = 1.0  # emoji and signs of other scripts, beyond the half em that our font takes for them
_LEAST_SCRAP = 3  # letters that are left of a broken word
_ELLIPSIS = "…"
_BLANKS = re.compile("[ \t\r\n\x0b\x0c\x85\u2028\u2029]+")
# control characters and half surrogates can't be in XML; marks that turn the direction would turn what stands beside them too
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_RUNS_IN_A_CELL = re.compile(r"[=+\-@{＝＋－＠]|(https?|ftp)://|mailto:|(in|ex)ternal:", re.IGNORECASE)


@dataclass(frozen=True)
class Lines:
    """A text in lines. shown: as it goes into a shape, with `BREAK` only where a word had to be broken. cut: whether words are
    missing."""

    shown: str
    count: int
    cut: bool

    def height_mm(self, pt: float) -> float:
        """Of all lines together."""
        return self.count * LINE_EMS * pt * POINT_MM


def clean(text: str) -> str:
    """On one line, without what a file of slides can't hold; no-break spaces stay."""
    return " ".join(part for part in _UNFIT.sub("", _BLANKS.sub(" ", text)).split(" ") if part)


def cell(text: str) -> str:
    """For the workbook behind a chart: what a spreadsheet would run as a formula or open as a link stays text."""
    return f"\u200b{text}" if _RUNS_IN_A_CELL.match(text) else text


def width_mm(text: str, pt: float, *, bold: bool = False) -> float:
    """How wide a line may turn out in any common font."""
    wide = sum(text.count(letter) for letter in letters_missing(text)) * _WIDE_EMS * pt * POINT_MM
    return (text_width_mm(text, Type(pt)) + wide) * SLACK * (_BOLD if bold else 1.0)


@lru_cache(maxsize=50_000)
def in_lines(text: str, pt: float, room_mm: float, most: int, *, bold: bool = False) -> Lines:
    """A clean text in at most so many lines of a width; what doesn't fit is cut after a word, with an ellipsis.

    Words that are too long for a line are broken by the rules of Dutch, which cards are in.
    """
    lines: list[str] = []
    forced: list[bool] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_mm(longer, pt, bold=bold) <= room_mm:
            lines[-1] = longer
            continue
        pieces = list(_pieces(word, pt, room_mm, bold=bold))
        if lines:
            forced.append(False)
        lines += pieces
        forced += [True] * (len(pieces) - 1)
    cut = len(lines) > most
    if cut:
        lines, forced = lines[:most], forced[: most - 1]
        lines[-1] = _with_ellipsis(lines[-1], pt, room_mm, bold=bold)
    ends = [BREAK if hard else " " for hard in forced] + [""]
    return Lines("".join(line + end for line, end in zip(lines, ends, strict=True)), len(lines), cut)


def largest(text: str, most_pt: float, least_pt: float, size_mm: tuple[float, float], *, bold: bool = False) -> tuple[float, Lines]:
    """The largest size in whole points at which a clean text fits in a width and height, and its lines; cut where the smallest is
    too large."""
    pt = most_pt
    while True:
        most = max(1, int(size_mm[1] / (LINE_EMS * pt * POINT_MM)))
        lines = in_lines(text, pt, size_mm[0], most, bold=bold)
        if pt <= least_pt or not (lines.cut or BREAK in lines.shown):
            return pt, lines
        pt = max(least_pt, pt - 1)


def _pieces(word: str, pt: float, room_mm: float, *, bold: bool) -> Iterator[str]:
    """A word, broken where the language allows it if it is too long for a line, else anywhere."""
    if width_mm(word, pt, bold=bold) <= room_mm:
        yield word
        return
    if not letters_missing(word):
        narrow = room_mm / SLACK / (_BOLD if bold else 1.0)
        broken = fitted(word, Type(pt), pt, [narrow] * 4)
        if broken:
            yield from broken.lines
            return
    while word:
        end = len(word)
        while end > 1 and width_mm(word[:end] + "-", pt, bold=bold) > room_mm:
            end -= 1
        end = max(1, min(end, len(word) - _LEAST_SCRAP)) if end < len(word) else end
        yield word[:end] + ("-" if end < len(word) and word[end - 1].isalnum() else "")
        word = word[end:]


def _with_ellipsis(line: str, pt: float, room_mm: float, *, bold: bool) -> str:
    """The line with an ellipsis after its last word that leaves room for it."""
    line = line.removesuffix("-")
    while line and width_mm(line + _ELLIPSIS, pt, bold=bold) > room_mm:
        line = line[: line.rindex(" ")] if " " in line else line[:-1]
    return line.rstrip(" ,.;:-") + _ELLIPSIS
