"""Vector pages in millimetres, y down, as everything else here; reportlab writes the PDF.

The same drawing gives the same bytes: no clock and no random numbers go into the file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import FILL_EVEN_ODD, Canvas
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.ops import unary_union

from posterscan.markers.detect import bit_pattern

Weight = Literal["Regular", "SemiBold", "ExtraBold"]
Anchor = Literal["left", "middle", "right"]
XY = tuple[float, float]
POINT_MM = 25.4 / 72
BLACK = "#000000"
A4_MM = (210.0, 297.0)


@dataclass(frozen=True)
class Type:
    """How letters look: weight, size in points, colour."""

    size_pt: float
    weight: Weight = "Regular"
    colour: str = "#20262B"

    @property
    def size_mm(self) -> float:
        """The em in millimetres."""
        return self.size_pt * POINT_MM


@cache
def font_name(weight: Weight) -> str:
    """The name by which the PDF knows the font; registers it on first use."""
    name = f"AtkinsonHyperlegibleNext-{weight}"
    data = files("posterscan.kit").joinpath("fonts", f"{name}.ttf").read_bytes()
    pdfmetrics.registerFont(TTFont(name, io.BytesIO(data)))
    return name


@cache
def _letters() -> frozenset[int]:
    name = font_name("Regular")
    return frozenset(pdfmetrics.getFont(name).face.charToGlyph)


def letters_missing(text: str) -> str:
    """The letters of a text that our fonts cannot print, each once, in order."""
    return "".join(dict.fromkeys(c for c in text if ord(c) not in _letters() and not c.isspace()))


def text_width_mm(text: str, style: Type) -> float:
    """Width of one line."""
    return float(pdfmetrics.stringWidth(text, font_name(style.weight), style.size_pt)) * POINT_MM


class Page:
    """One page; the origin is the top-left corner of the trimmed sheet."""

    def __init__(self, canvas: Canvas, size_mm: XY, bleed_mm: float) -> None:
        self.canvas, self.size_mm, self.bleed_mm = canvas, size_mm, bleed_mm

    def at(self, x_mm: float, y_mm: float) -> XY:
        """The PDF's own point: origin at the bottom-left of the whole page, in points, y up."""
        return ((x_mm + self.bleed_mm) / POINT_MM, (self.size_mm[1] + self.bleed_mm - y_mm) / POINT_MM)

    def rect(self, x: float, y: float, width: float, height: float, *, fill: str | None = None, line: str | None = None,
             line_mm: float = 0.3, radius_mm: float = 0.0) -> None:
        """A rectangle from its top-left corner."""
        left, low = self.at(x, y + height)
        self._style(fill, line, line_mm)
        size = (width / POINT_MM, height / POINT_MM)
        if radius_mm:
            self.canvas.roundRect(left, low, *size, radius_mm / POINT_MM, stroke=int(line is not None), fill=int(fill is not None))
        else:
            self.canvas.rect(left, low, *size, stroke=int(line is not None), fill=int(fill is not None))

    def circle(self, x: float, y: float, radius_mm: float, *, fill: str | None = None, line: str | None = None,
               line_mm: float = 0.3) -> None:
        """A circle round its middle."""
        self._style(fill, line, line_mm)
        self.canvas.circle(*self.at(x, y), radius_mm / POINT_MM, stroke=int(line is not None), fill=int(fill is not None))

    def line(self, points: Sequence[XY], colour: str, line_mm: float = 0.3, *, dash_mm: tuple[float, float] | None = None) -> None:
        """Straight lines from point to point."""
        self._style(None, colour, line_mm)
        if dash_mm:
            self.canvas.setDash([d / POINT_MM for d in dash_mm])
        self._path([points], closed=False, fill=False)
        if dash_mm:
            self.canvas.setDash([])

    def polygon(self, points: Sequence[XY], *, fill: str | None = None, line: str | None = None, line_mm: float = 0.3) -> None:
        """A closed shape."""
        self._style(fill, line, line_mm)
        self._path([points], closed=True, fill=fill is not None, stroke=line is not None)

    def text(self, x: float, y: float, text: str, style: Type, anchor: Anchor = "left") -> None:
        """One line of text; y is its baseline."""
        self.canvas.setFont(font_name(style.weight), style.size_pt)
        self._style(style.colour, None, 0)
        draw = {"left": self.canvas.drawString, "middle": self.canvas.drawCentredString, "right": self.canvas.drawRightString}
        draw[anchor](*self.at(x, y), text)

    def lines(self, x: float, y: float, lines: Sequence[str], style: Type, anchor: Anchor = "left", leading: float = 1.22) -> None:
        """Lines of text under each other; y is the baseline of the first, leading in ems."""
        for i, line in enumerate(lines):
            self.text(x, y + i * leading * style.size_mm, line, style, anchor)

    def marker(self, x: float, y: float, side_mm: float, dictionary: str, number: int) -> None:
        """A fiducial or a card's code from its top-left corner, in the printer's black, on the white that is there already.

        All black modules are one shape: cells drawn one by one show hairlines between them, and a plain square is
        moved to whole pixels by some programs that turn pages into pictures, by up to a pixel at either side.
        """
        bits = bit_pattern(dictionary, number) > 0.5
        cell = side_mm / len(bits)
        white = unary_union([box(x + c * cell, y + r * cell, x + (c + 1) * cell, y + (r + 1) * cell) for r, c in np.argwhere(bits)])
        black = box(x, y, x + side_mm, y + side_mm).difference(white)
        parts = black.geoms if isinstance(black, MultiPolygon) else [black]
        self._style(BLACK, None, 0)
        self._path([ring for part in parts for ring in _rings(part)], closed=True, fill=True)

    @contextmanager
    def moved(self, x: float, y: float, turn_deg: float = 0.0, scale: float = 1.0) -> Iterator[Page]:
        """A page within the page whose origin is at (x, y), turned clockwise; for drawing the same thing in many places.

        With a scale all of it is smaller or larger, widths of lines and letters too.
        """
        self.canvas.saveState()
        self.canvas.translate(*self.at(x, y))
        self.canvas.rotate(-turn_deg)
        self.canvas.scale(scale, scale)
        yield Page(self.canvas, (0.0, 0.0), 0.0)
        self.canvas.restoreState()

    @contextmanager
    def clipped(self, points: Sequence[XY]) -> Iterator[None]:
        """Nothing is drawn outside this shape."""
        self.canvas.saveState()
        path = self.canvas.beginPath()
        _trace(path, [self.at(x, y) for x, y in points], closed=True)
        self.canvas.clipPath(path, stroke=0, fill=0)
        yield
        self.canvas.restoreState()

    def _style(self, fill: str | None, line: str | None, line_mm: float) -> None:
        for colour, set_colour, set_grey in ((fill, self.canvas.setFillColor, self.canvas.setFillGray),
                                             (line, self.canvas.setStrokeColor, self.canvas.setStrokeGray)):
            if colour == BLACK:
                set_grey(0)  # grey is printed with black ink alone: sharp edges, no coloured fringes
            elif colour is not None:
                set_colour(HexColor(colour))
        if line is not None:
            self.canvas.setLineWidth(line_mm / POINT_MM)
            self.canvas.setLineCap(1)
            self.canvas.setLineJoin(1)

    def _path(self, rings: Sequence[Sequence[XY]], *, closed: bool, fill: bool, stroke: bool | None = None) -> None:
        path = self.canvas.beginPath()
        for ring in rings:
            _trace(path, [self.at(x, y) for x, y in ring], closed=closed)
        stroked = not fill if stroke is None else stroke
        self.canvas.drawPath(path, stroke=int(stroked), fill=int(fill), fillMode=FILL_EVEN_ODD)


class Pdf:
    """A PDF that grows page by page and exists as bytes at the end."""

    def __init__(self, title: str, language: str) -> None:
        self._buffer = io.BytesIO()
        self._canvas = Canvas(self._buffer, invariant=1, pageCompression=1, lang=language)
        self._canvas.setTitle(title)
        self._canvas.setCreator("posterscan")

    @contextmanager
    def page(self, size_mm: XY, bleed_mm: float = 0.0) -> Iterator[Page]:
        """A page of this trimmed size; with bleed the sheet is larger all round, and the boxes say where to cut."""
        whole = [(side + 2 * bleed_mm) / POINT_MM for side in size_mm]
        self._canvas.setPageSize(whole)
        inner = (bleed_mm / POINT_MM, bleed_mm / POINT_MM, whole[0] - bleed_mm / POINT_MM, whole[1] - bleed_mm / POINT_MM)
        self._canvas.setTrimBox(inner)
        self._canvas.setBleedBox((0, 0, *whole))
        yield Page(self._canvas, size_mm, bleed_mm)
        self._canvas.showPage()

    def bytes(self) -> bytes:
        """The whole file."""
        self._canvas.save()
        return self._buffer.getvalue()


def _rings(part: Polygon) -> list[list[XY]]:
    return [[(float(x), float(y)) for x, y in ring.coords[:-1]] for ring in (part.exterior, *part.interiors)]


def _trace(path: object, points: Sequence[XY], *, closed: bool) -> None:
    path.moveTo(*points[0])  # type: ignore[attr-defined]
    for point in points[1:]:
        path.lineTo(*point)  # type: ignore[attr-defined]
    if closed:
        path.close()  # type: ignore[attr-defined]
