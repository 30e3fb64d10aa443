"""What charts are drawn with: one drawing in mm, as SVG for pages and files, or on a page of a PDF."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from posterscan.kit.drawing import XY, Anchor, Page, Type, letters_missing

_ANCHORS = {"left": "start", "middle": "middle", "right": "end"}
_FORBIDDEN = "\x7f\ufffe\uffff"
_WEIGHTS = {"Regular": 400, "SemiBold": 600, "ExtraBold": 800}


@dataclass(frozen=True)
class Mark:
    """What a part of a chart is about: the cards behind it. says: a sentence for who points at it or hears it read.

    item, table (the name of its file): as in the rows; zone: its id, "" for no zone, None for any.
    """

    says: str
    item: str | None = None
    zone: str | None = None
    table: str | None = None


class Pen(Protocol):
    """What charts need of a drawing: lengths in mm from its top-left corner, y down; sizes of letters in points."""

    def rect(self, x: float, y: float, width: float, height: float, *, fill: str | None = None, line: str | None = None,
             line_mm: float = 0.3, radius_mm: float = 0.0) -> None:
        """A rectangle from its top-left corner."""

    def circle(self, x: float, y: float, radius_mm: float, *, fill: str | None = None, line: str | None = None,
               line_mm: float = 0.3) -> None:
        """A circle round its middle."""

    def line(self, points: Sequence[XY], colour: str, line_mm: float = 0.3, *, dash_mm: tuple[float, float] | None = None) -> None:
        """Straight lines from point to point."""

    def polygon(self, points: Sequence[XY], *, fill: str | None = None, line: str | None = None, line_mm: float = 0.3) -> None:
        """A closed shape."""

    def text(self, x: float, y: float, text: str, style: Type, anchor: Anchor = "left") -> None:
        """One line of text; y is its baseline."""

    def about(self, mark: Mark) -> AbstractContextManager[None]:
        """What is drawn within is about these cards."""

    def turned(self, x: float, y: float, turn_deg: float) -> AbstractContextManager[Pen]:
        """A pen whose origin is at (x, y), turned clockwise."""


class PdfPen:
    """On a page of a PDF, moved to a place and made smaller or larger there; letters that the fonts lack become question marks."""

    def __init__(self, page: Page) -> None:
        self.rect, self.circle, self.line, self.polygon = page.rect, page.circle, page.line, page.polygon
        self._page = page

    def text(self, x: float, y: float, text: str, style: Type, anchor: Anchor = "left") -> None:
        """One line of text; y is its baseline."""
        self._page.text(x, y, printable(text), style, anchor)

    def about(self, mark: Mark) -> AbstractContextManager[None]:
        """Paper shows nothing more."""
        return nullcontext()

    @contextmanager
    def turned(self, x: float, y: float, turn_deg: float) -> Iterator[Pen]:
        """A pen whose origin is at (x, y), turned clockwise."""
        with self._page.moved(x, y, turn_deg) as page:
            yield PdfPen(page)


class SvgPen:
    """As SVG text; marks become groups that a page's script finds, with a title."""

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self.width_mm, self.height_mm = width_mm, height_mm
        self._parts: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, *, fill: str | None = None, line: str | None = None,
             line_mm: float = 0.3, radius_mm: float = 0.0) -> None:
        """A rectangle from its top-left corner."""
        rounded = f' rx="{_n(radius_mm)}"' if radius_mm else ""
        place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
        self._parts.append(f"<rect {place}{rounded}{_look(fill, line, line_mm)}/>")

    def circle(self, x: float, y: float, radius_mm: float, *, fill: str | None = None, line: str | None = None,
               line_mm: float = 0.3) -> None:
        """A circle round its middle."""
        self._parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius_mm)}"{_look(fill, line, line_mm)}/>')

    def line(self, points: Sequence[XY], colour: str, line_mm: float = 0.3, *, dash_mm: tuple[float, float] | None = None) -> None:
        """Straight lines from point to point."""
        dash = f' stroke-dasharray="{_n(dash_mm[0])} {_n(dash_mm[1])}"' if dash_mm else ""
        self._parts.append(f'<polyline points="{_points(points)}"{_look(None, colour, line_mm)}{dash}/>')

    def polygon(self, points: Sequence[XY], *, fill: str | None = None, line: str | None = None, line_mm: float = 0.3) -> None:
        """A closed shape."""
        self._parts.append(f'<polygon points="{_points(points)}"{_look(fill, line, line_mm)}/>')

    def text(self, x: float, y: float, text: str, style: Type, anchor: Anchor = "left") -> None:
        """One line of text; y is its baseline."""
        placed = f' text-anchor="{_ANCHORS[anchor]}"' if anchor != "left" else ""
        weight = f' font-weight="{_WEIGHTS[style.weight]}"' if style.weight != "Regular" else ""
        self._parts.append(f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(style.size_mm)}"{weight} fill="{style.colour}"{placed}>'
                           f'{escaped(text)}</text>')

    @contextmanager
    def about(self, mark: Mark) -> Iterator[None]:
        """A group with a title, which can be reached and pressed like a button."""
        named = "".join(f' data-{name}="{escaped(value)}"' for name, value in
                        (("item", mark.item), ("zone", mark.zone), ("table", mark.table)) if value is not None)
        says = escaped(mark.says)
        self._parts.append(f'<g class="mark" tabindex="0" role="button" aria-label="{says}"{named}><title>{says}</title>')
        yield
        self._parts.append("</g>")

    @contextmanager
    def turned(self, x: float, y: float, turn_deg: float) -> Iterator[Pen]:
        """A pen whose origin is at (x, y), turned clockwise."""
        self._parts.append(f'<g transform="translate({_n(x)} {_n(y)}) rotate({_n(turn_deg)})">')
        yield self
        self._parts.append("</g>")

    def svg(self, title: str) -> str:
        """The drawing; title: what it shows, for who cannot see it."""
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self.width_mm)} {_n(self.height_mm)}" role="group" '
                f'aria-label="{escaped(title)}" font-family="Atkinson Hyperlegible Next, Verdana, sans-serif">'
                f'{"".join(self._parts)}</svg>')


def escaped(text: str) -> str:
    """Text from a photo as it may stand in HTML, SVG and their attributes: no markup, nor a character that XML forbids."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return html.escape("".join(c for c in whole if (c >= " " and c not in _FORBIDDEN) or c in "\n\t"), quote=True)


def printable(text: str) -> str:
    """The text with a question mark for what our fonts cannot print."""
    missing = set(letters_missing(text))
    return "".join("?" if c in missing else " " if c.isspace() else c for c in text)


def _look(fill: str | None, line: str | None, line_mm: float) -> str:
    if line is None:
        return f' fill="{fill or "none"}"'
    return f' fill="{fill or "none"}" stroke="{line}" stroke-width="{_n(line_mm)}" stroke-linejoin="round" stroke-linecap="round"'


def _points(points: Sequence[XY]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
