"""Sheets with native tables, within what Excel can hold: hostile texts stay texts, and what does not fit is said."""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from operator import attrgetter
from typing import Any, Generic, TypeVar

from xlsxwriter import Workbook
from xlsxwriter.url import Url

from posterscan.messages import Language, Message
from posterscan.report.looks import ACCENT, DOUBT, GRID, INK, SOFT_INK, WHITE
from posterscan.report.words import COLUMNS, TITLE

Value = str | int | float | bool | date | None
Links = Callable[[str], str]
Row = TypeVar("Row")

MAX_ROWS, MAX_COLUMNS, MAX_LINKS = 1_048_576, 16_384, 65_530  # of one sheet
_BELOW = 100  # rows kept for a head, totals and what else stands below a table
MAX_TEXT, MAX_HEAD, MAX_URL = 32_767, 255, 2_079  # UTF-16 units
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LIKE_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # what Excel takes for a sign's code in the head of a table
_POINTS_PER_LINE, MAX_HEIGHT = 15.0, 409.0  # height of a line of 11 points, and of Excel's highest row
_WIDTH_OF_PAGE = 260.0  # digits: what fits A4 across with letters of some 6 points
YES, NO, VIEW = Message("ja", "yes"), Message("nee", "no"), Message("bekijken", "view")
_CUT = Message("Op het blad “{}” past niet alles; de rest staat in de CSV-bestanden bij dit rapport.",
               "Not everything fits on the sheet “{}”; the rest is in the CSV files of this report.")


@dataclass(frozen=True)
class Look:
    """How a cell looks, in XlsxWriter's words; colours "#RRGGBB"."""

    num_format: str = "General"
    align: str = "left"
    indent: int = 0
    text_wrap: bool = False
    bold: bool = False
    italic: bool = False
    underline: bool = False
    font_size: int = 11
    font_color: str = INK
    bg_color: str | None = None
    valign: str = "top"
    bottom: int = 1
    bottom_color: str = GRID


TEXT, LONG = Look(indent=1), Look(indent=1, text_wrap=True)
NUMBER = Look(align="right")
FEW = replace(NUMBER, num_format="General;-General;–")  # numbers that are mostly nought
SHARE, ONE_DIGIT, TWO_DIGITS = (replace(NUMBER, num_format=told) for told in ("0%", "0.0", "0.00"))
DAY = Look(indent=1, num_format="yyyy-mm-dd")
LINK = Look(indent=1, font_color=ACCENT, underline=True)
# at the top, since the filter's arrow takes the corner below
HEAD = Look(indent=1, bold=True, font_color=WHITE, bg_color=ACCENT, text_wrap=True, bottom=0)
TOTAL = Look(bold=True, align="right", bottom=2, bottom_color=ACCENT)
PLAIN = Look(indent=1, bottom=0, text_wrap=True)
NOTE = Look(indent=1, bottom=0, font_color=SOFT_INK, italic=True)
TITLE_LOOK = Look(indent=1, bottom=0, bold=True, font_size=20, font_color=ACCENT)
CHAPTER = Look(indent=1, bottom=0, bold=True, font_size=13, font_color=ACCENT)
COUNT = Look(align="right", bold=True)
WANTS_A_LOOK = Look(indent=1, bold=True, font_color=DOUBT)


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column of a table. width: in digits of the standard letter. look: of its cells, or of each by its row.

    link: name of the picture behind a cell, empty for none. head_look: HEAD, where None.
    """

    head: str
    width: float
    value: Callable[[Row], Value]
    look: Look | Callable[[Row], Look] = TEXT
    link: Callable[[Row], str] | None = None
    head_look: Look | None = None


@dataclass(frozen=True)
class Placed:
    """Where a table stands; rows and columns from 0. last: its last row, equal to `first` (the head's) where it is empty."""

    sheet: Any
    first: int
    last: int
    heads: tuple[str, ...]


@dataclass
class Book:
    """A workbook in the making. left_out: sentences on what did not fit."""

    language: Language
    links: Links | None
    left_out: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._out = io.BytesIO()
        self._book = Workbook(self._out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                          "strings_to_numbers": False})
        self._book.set_properties({"title": TITLE.to(self.language)})
        self._formats: dict[Look, Any] = {}
        self._linked: Counter[str] = Counter()

    def finish(self) -> bytes:
        """The file's content; nothing can be written after it."""
        self._book.close()
        return self._out.getvalue()

    def sheet(self, name: Message) -> Any:
        """A new sheet, A4 across and as many pages down as it takes."""
        sheet = self._book.add_worksheet(name.to(self.language))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L&9{TITLE.to(self.language)} · &A&R&9&P / &N")
        return sheet

    def chart(self, kind: Mapping[str, str]) -> Any:
        """A new chart, not on any sheet yet."""
        return self._book.add_chart(kind)

    def format(self, look: Look) -> Any:
        """The file's format of a look; each is written once."""
        if look not in self._formats:
            told = {one.name: getattr(look, one.name) for one in fields(look)}
            self._formats[look] = self._book.add_format({name: value for name, value in told.items() if value is not None})
        return self._formats[look]

    def head(self, name: str) -> str:
        """What a field of a row is called."""
        return COLUMNS[name].to(self.language)

    def field(self, name: str, width: float, look: Look = TEXT) -> Column[Any]:
        """A column that is a field of its rows."""
        return Column(self.head(name), width, attrgetter(name), look)

    def picture(self, name: str, width: float) -> Column[Any]:
        """A column that opens the picture which a field of its rows names."""
        return Column(self.head(name), width, attrgetter(name), LINK, attrgetter(name))

    def write(self, sheet: Any, row: int, column: int, value: Value, look: Look = TEXT) -> None:
        """One cell; a text is a text whatever it begins with."""
        form = self.format(look)
        if isinstance(value, bool):
            sheet.write_string(row, column, (YES if value else NO).to(self.language), form)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, form)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, form)
        elif value:
            sheet.write_string(row, column, clean(value), form)
        else:
            sheet.write_blank(row, column, None, form)

    def write_link(self, sheet: Any, row: int, column: int, value: Value, name: str, look: Look = TEXT) -> None:
        """A cell that opens a picture; a plain one where there is nothing to open, or the sheet holds no more links.

        Where the value is the picture's own name, a reader of a link is spared it.
        """
        target = self.links(name) if self.links is not None and name and value is not None else ""
        if not target or len(target) > MAX_URL or self._linked[sheet.name] >= MAX_LINKS:
            self.write(sheet, row, column, value, TEXT if look is LINK else look)
            return
        self._linked[sheet.name] += 1
        url = Url(f"external:{target}")
        url._relationship_link = target  # it would write back slashes, which only Windows takes for a path
        url.text = VIEW.to(self.language) if value == name else clean(str(value))
        sheet.write_url(row, column, url, self.format(look))

    def table(self, sheet: Any, name: str, columns: Sequence[Column[Row]], rows: Sequence[Row], empty: Message, *,
              at: int = 0, frozen: int = 0) -> Placed:
        """A native table with filters. name: of the table in formulas. empty: said below the head where there are no rows.

        at: row of its head; frozen: so many columns stay in sight, and its head with them, where it stands on top of the sheet.
        """
        columns, rows = self._that_fit(sheet, columns, rows, at)
        heads = unique_heads([column.head for column in columns])
        looks = [_head_look(column) for column in columns]
        last = at + len(rows)
        if rows:
            sheet.add_table(at, 0, last, len(columns) - 1, {"name": name, "style": None, "columns": [
                {"header": head, "header_format": self.format(look)} for head, look in zip(heads, looks, strict=True)]})
        else:
            for number, (head, look) in enumerate(zip(heads, looks, strict=True)):
                self.write(sheet, at, number, head, look)
            self.write(sheet, at + 1, 0, empty.to(self.language), NOTE)
        tallest = max(_lines(head, column.width - 2) for head, column in zip(heads, columns, strict=True))
        sheet.set_row(at, min(4, tallest + 1) * _POINTS_PER_LINE)  # a line more, for the arrows
        lines = [1] * len(rows)
        for number, column in enumerate(columns):
            self._fill(sheet, at + 1, number, column, rows, lines)
        for row, count in enumerate(lines, at + 1):
            if count > 1:  # not all that open workbooks make rows as high as their text
                sheet.set_row(row, min(MAX_HEIGHT, count * _POINTS_PER_LINE))
        if at == 0:
            _on_top(sheet, [column.width for column in columns], frozen)
        return Placed(sheet, at, last, tuple(heads))

    def _fill(self, sheet: Any, at: int, number: int, column: Column[Row], rows: Sequence[Row], lines: list[int]) -> None:
        """Writes a column's cells; lines: those that each row takes, raised where this column takes more."""
        for place, row in enumerate(rows):
            look = column.look if isinstance(column.look, Look) else column.look(row)
            value = column.value(row)
            if look.text_wrap and isinstance(value, str) and value:
                lines[place] = max(lines[place], _lines(value, column.width))
            if column.link is None:
                self.write(sheet, at + place, number, value, look)
            else:
                self.write_link(sheet, at + place, number, value, column.link(row), look)

    def _that_fit(self, sheet: Any, columns: Sequence[Column[Row]], rows: Sequence[Row], at: int,
                  ) -> tuple[Sequence[Column[Row]], Sequence[Row]]:
        room = max(0, MAX_ROWS - at - _BELOW)
        if len(columns) > MAX_COLUMNS or len(rows) > room:
            self.left_out.append(Message(_CUT.nl.format(sheet.name), _CUT.en.format(sheet.name)))
        return columns[:MAX_COLUMNS], rows[:room]

    def paragraph(self, sheet: Any, row: int, text: str, width: float, columns: int, look: Look = PLAIN) -> None:
        """A text over several columns, as high as it takes, since merged cells don't grow. width: of them all, in digits."""
        text = clean(text)
        sheet.merge_range(row, 0, row, columns - 1, "", self.format(look))
        sheet.write_string(row, 0, text, self.format(look))
        sheet.set_row(row, min(MAX_HEIGHT, _lines(text, width) * _POINTS_PER_LINE))


def _on_top(sheet: Any, widths: Sequence[float], frozen: int) -> None:
    """A table that is all of its sheet: columns, what stays in sight, and as many pages across as can be read."""
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width)
    sheet.freeze_panes(1, frozen)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(math.ceil(sum(widths) / _WIDTH_OF_PAGE), 0)
    if frozen:
        sheet.repeat_columns(0, frozen - 1)


def _head_look(column: Column[Any]) -> Look:
    """A head stands above its values, numbers at the right."""
    look = column.head_look or HEAD
    right = isinstance(column.look, Look) and column.look.align == "right"
    return replace(look, align="right", indent=0) if right else look


def _lines(text: str, width: float) -> int:
    """How many lines a text takes, in a column so many digits wide: letters are narrower on average, but words break whole."""
    return sum(1 if len(line) <= 1.08 * width else math.ceil(len(line) / (0.95 * width)) for line in text.split("\n"))


def clean(text: str) -> str:
    """The text as an XLSX file can hold it, without signs that XML knows not and no longer than a cell takes."""
    text = _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > MAX_TEXT // 2:
        text = text.encode("utf-16-le")[:2 * MAX_TEXT].decode("utf-16-le", "ignore")
    # XlsxWriter takes such a text for markup and copies it into the file as it is
    return f"{text[:MAX_TEXT - 1]} " if text.startswith("<r>") and text.endswith("</r>") else text


def unique_heads(heads: Sequence[str]) -> list[str]:
    """Heads as a native table takes them: on one line, not empty, no two alike without regard to case."""
    taken: set[str] = set()
    return [_untaken(_LIKE_ESCAPE.sub("-", " ".join(clean(head).split())) or "–", taken) for head in heads]


def _untaken(head: str, taken: set[str]) -> str:
    for ending in _endings():
        told = head.encode("utf-16-le")[:2 * (MAX_HEAD - len(ending))].decode("utf-16-le", "ignore") + ending
        if told.lower() not in taken:
            break
    taken.add(told.lower())
    return told


def _endings() -> Iterator[str]:
    yield ""
    number = 2
    while True:
        yield f" ({number})"
        number += 1
