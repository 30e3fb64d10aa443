"""The report as a PDF for the archive: the page's charts and lists on paper, a table a page with its picture."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from posterscan.kit.drawing import POINT_MM, Page, Pdf, Type
from posterscan.kit.typeset import cut_short, wrapped
from posterscan.messages import Language, Message
from posterscan.report.charts.base import Chart, Style
from posterscan.report.charts.every import parts
from posterscan.report.charts.pen import PdfPen, printable
from posterscan.report.figures import Figures
from posterscan.report.honesty import headline, honesty, sentences
from posterscan.report.html.compose import lead_of, title_of
from posterscan.report.html.pictures import jpeg
from posterscan.report.html.tables import in_order, told_of
from posterscan.report.html.words import SAYS, TITLES, from_tables
from posterscan.report.looks import GRID, SOFT_INK
from posterscan.report.rows import ArgumentRow, PlacementRow, TableRow
from posterscan.report.words import METHOD, SOURCES, STANCES

A4, A3 = (297.0, 210.0), (420.0, 297.0)  # mm, on their sides
MARGIN = 10.0
_TOP, _FOOT = 26.0, 12.0  # above and below what a page holds
PICTURE_PX, PICTURES_MOST = 1100, 120  # a picture a table, for so many tables; beyond that the file gets too large to send
_H1, _H2, _TEXT, _SMALL = Type(26, "ExtraBold"), Type(16, "ExtraBold"), Type(10.5), Type(8, colour=SOFT_INK)
_LEAD = Type(13, colour=SOFT_INK)
_BOLD = replace(_TEXT, weight="SemiBold")
_LEADING = 1.32  # ems


def pdf(figures: Figures, language: Language) -> bytes:
    """The whole report; with the tables' pictures where they are no more than PICTURES_MOST."""
    book = _Book(Style(figures, language))
    book.title_page()
    for part, chart in parts(book.style):
        book.chart(chart, TITLES[part].to(language), SAYS.get(part, Message("", "")).to(language))
    book.arguments(figures.gathered.arguments)
    cards: dict[str, list[PlacementRow]] = defaultdict(list)
    for row in figures.gathered.cards:
        cards[row.result].append(row)
    with_pictures = len(figures.gathered.tables) <= PICTURES_MOST
    for table in figures.gathered.tables:
        book.table(table, cards[table.result], figures.gathered.base / table.picture if with_pictures else None)
    book.method()
    return book.bytes()


@dataclass(frozen=True)
class _Line:
    """A line of a list: bold ones head it; indent in mm."""

    text: str
    style: Type = _TEXT
    indent: float = 0.0
    before: float = 0.0


class _Book:
    """Pages under each other, all with the same foot."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self._pdf = Pdf(title_of(style.figures, style.language), style.language)
        self._foot = headline(honesty(style.figures)).to(style.language)
        self._number = 0

    def bytes(self) -> bytes:
        """The file."""
        return self._pdf.bytes()

    def title_page(self) -> None:
        """Title, where and when, and all that a reader must know of the numbers."""
        language = self.style.language
        with self._page(A4, "") as page:
            y = 52.0
            for line in wrapped(printable(title_of(self.style.figures, language)), _H1, 250):
                page.text(MARGIN + 10, y, line, _H1)
                y += 12
            page.text(MARGIN + 10, y, printable(cut_short(lead_of(self.style.figures, language), _LEAD, 250)), _LEAD)
            y += 18
            for message in sentences(honesty(self.style.figures)):
                for number, line in enumerate(wrapped(message.to(language), _TEXT, 240)):
                    page.text(MARGIN + 10, y, ("• " if number == 0 else "  ") + line, _TEXT)
                    y += _TEXT.size_mm * _LEADING
                y += 1.5

    def chart(self, chart: Chart, title: str, says: str) -> None:
        """A chart on a page of its own; on A3 where it would become too small to read."""
        room = A4[1] - _TOP - _FOOT - 10
        size = A4 if chart.height_mm <= room / 0.8 else A3
        scale = min(1.0, (size[1] - _TOP - _FOOT - 10) / chart.height_mm)
        with self._page(size, title) as page:
            y = MARGIN + 13
            for line in wrapped(says, _SMALL, size[0] - 2 * MARGIN)[:2]:
                page.text(MARGIN, y, line, _SMALL)
                y += _SMALL.size_mm * _LEADING
            left = (size[0] - chart.width_mm * scale) / 2
            with page.moved(left, _TOP + 6, scale=scale) as inner:
                chart.draw(PdfPen(inner))

    def arguments(self, rows: Sequence[ArgumentRow]) -> None:
        """What people wrote, with the table that it comes from."""
        lines = []
        for row in rows:
            mark = " (?)" if row.doubtful else ""
            lines.append(_Line(f"{row.text or '–'}{mark}", before=1.0))
            ticked = STANCES[row.stance].to(self.style.language) if row.stance in STANCES else ""
            card = row.item_text if row.source != "own" else ""  # whose own words are its name
            told = (card, row.table, SOURCES[row.source].to(self.style.language), ticked, self.style.names.get(row.zone, ""))
            lines.append(_Line(" · ".join(part for part in told if part), _SMALL, 4.0))
        self._columns(TITLES["arguments"].to(self.style.language), lines, A4[0] - 2 * MARGIN, columns=2)

    def table(self, table: TableRow, cards: Sequence[PlacementRow], picture: Path | None) -> None:
        """One table: its picture, beside it the order of its intentions and where its cards lay."""
        content = jpeg(picture, PICTURE_PX) if picture is not None else None
        lines = self._table_lines(cards)
        left = MARGIN + 172 if content is not None else MARGIN
        width = A4[0] - MARGIN - left
        rest = lines
        first = True
        while first or rest:
            with self._page(A4, table.table) as page:
                page.text(MARGIN, MARGIN + 13, printable(cut_short(told_of(self.style, table), _SMALL, 270)), _SMALL)
                if content is not None and first:
                    _picture(page, content, MARGIN, _TOP, 166.0, A4[1] - _TOP - _FOOT - 4)
                at, wide = (left, width) if first else (MARGIN, A4[0] - 2 * MARGIN)
                rest = _flow(page, rest, at, _TOP + 4, wide, A4[1] - _FOOT - 6, 1 if first and content is not None else 3)
            first = False

    def method(self) -> None:
        """How the figures came about."""
        words = [*METHOD, from_tables(self.style.figures.fewest_tables)]
        lines = [_Line(one.to(self.style.language), before=2.5) for one in words]
        self._columns(TITLES["method"].to(self.style.language), lines, 200)

    def _table_lines(self, cards: Sequence[PlacementRow]) -> list[_Line]:
        votes = in_order(cards)
        lines = [_Line(TITLES["intentions"].to(self.style.language), _BOLD)] if votes else []
        lines += [_Line(f"{card.stickers}  {self._named(card)}", indent=2.0) for card in votes]
        rest = [card for card in cards if card.kind != "intention"]
        zones = [zone for zone in self.style.zones() if any(card.zone == zone for card in rest)]
        for zone in dict.fromkeys([*zones, *(card.zone for card in rest)]):
            lines.append(_Line(self.style.names.get(zone, zone or ""), _BOLD, before=2.0))
            names = sorted((self._named(card) for card in rest if card.zone == zone), key=str.casefold)
            lines.append(_Line(" · ".join(names), indent=2.0))
        return lines

    def _named(self, card: PlacementRow) -> str:
        text = card.text.strip() or self.style.say("(niet gelezen)", "(not read)")
        return f"{text} (?)" if card.doubtful else text

    def _columns(self, title: str, lines: Sequence[_Line], width: float, columns: int = 1) -> None:
        rest = list(lines)
        while rest:
            with self._page(A4, title) as page:
                rest = _flow(page, rest, MARGIN, _TOP, width, A4[1] - _FOOT - 6, columns)

    @contextmanager
    def _page(self, size: tuple[float, float], title: str) -> Iterator[Page]:
        self._number += 1
        with self._pdf.page(size) as page:
            if title:
                page.text(MARGIN, MARGIN + 7, printable(cut_short(title, _H2, size[0] - 2 * MARGIN)), _H2)
            page.line([(MARGIN, size[1] - _FOOT), (size[0] - MARGIN, size[1] - _FOOT)], GRID, 0.25)
            page.text(MARGIN, size[1] - _FOOT + 5, self._foot, _SMALL)
            page.text(size[0] - MARGIN, size[1] - _FOOT + 5, str(self._number), _SMALL, "right")
            yield page


def _flow(page: Page, lines: Sequence[_Line], left: float, top: float, width: float, bottom: float, columns: int) -> list[_Line]:
    """Sets lines in columns; what found no room."""
    gap = 8.0
    each = (width - gap * (columns - 1)) / columns
    column, y = 0, top
    for number, line in enumerate(lines):
        set_in = wrapped(printable(line.text), line.style, each - line.indent)
        step = line.style.size_mm * _LEADING
        if y + line.before + step * len(set_in) > bottom and y > top:
            column, y = column + 1, top
            if column == columns:
                return list(lines[number:])
        y += line.before if y > top else 0.0
        for part in set_in:
            y += step
            page.text(left + column * (each + gap) + line.indent, y, cut_short(part, line.style, each - line.indent), line.style)
    return []


def _picture(page: Page, content: bytes, x: float, y: float, width: float, height: float) -> None:
    """A JPEG from its top-left corner, as large as fits."""
    from reportlab.lib.utils import ImageReader

    reader = ImageReader(io.BytesIO(content))
    wide, high = reader.getSize()
    scale = min(width / wide, height / high)
    page.canvas.drawImage(reader, *page.at(x, y + high * scale), wide * scale / POINT_MM, high * scale / POINT_MM)
