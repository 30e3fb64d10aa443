"""Charts that Excel can edit, drawn from the cells of the sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from posterscan.messages import Message
from posterscan.report.looks import ACCENT, GRID, INK, SOFT_INK, WHITE, ZoneLook
from posterscan.report.rows import ItemRow
from posterscan.report.workbook.book import Book, Placed

MOST_BARS = 20
WIDTH = 580  # px
_LINE, _AROUND = 24, 100  # px: of a bar with its room, and of title, legend and axis
_ROW = 20  # px: Excel's height of a row
_STICKERS_ON = Message("Bedoelingen: aantal stickers", "Intentions: number of stickers")
_WHERE_LAID = Message("Ingrediënten: op hoeveel tafels, in welke sfeer", "Ingredients: on how many tables, in which zone")


@dataclass(frozen=True)
class Drawn:
    """A chart and what it shows, in words. height: px."""

    chart: Any
    told: str
    height: int

    def put(self, sheet: Any, row: int, column: int, left: int = 4) -> int:
        """Puts it on a sheet, so many px from the edge of a column; gives the first row below it."""
        sheet.insert_chart(row, column, self.chart, {"x_offset": left, "description": self.told, "object_position": 2})
        return row + self.height // _ROW + 2


def sticker_chart(book: Book, intentions: Placed, rows: Sequence[ItemRow], column: int) -> Drawn | None:
    """Stickers on the intentions that were laid, most on top; None where nobody gave any. rows: as on the sheet."""
    bars = min(MOST_BARS, sum(row.tables > 0 for row in rows))
    if not bars or not rows[0].stickers:
        return None
    chart = book.chart({"type": "bar"})
    chart.add_series({**_cells(intentions, column, bars), "fill": {"color": ACCENT}, "gap": 45,
                      "data_labels": {"value": True, "font": {"color": INK, "size": 9}}})
    chart.set_legend({"none": True})
    drawn = _dressed(chart, _STICKERS_ON.to(book.language), bars, rows[0].stickers)
    # each bar says its number
    chart.set_x_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
    return drawn


def zone_chart(book: Book, ingredients: Placed, rows: Sequence[ItemRow], zones: Sequence[tuple[int, ZoneLook]]) -> Drawn | None:
    """On how many tables the ingredients that lay on most tables lay, by zone; None where none was laid.

    rows: as on the sheet. zones: the sheet's column of each, with its look.
    """
    bars = min(MOST_BARS, sum(row.tables > 0 for row in rows))
    if not bars:
        return None
    chart = book.chart({"type": "bar", "subtype": "stacked"})
    for column, look in zones:
        chart.add_series({**_cells(ingredients, column, bars), "fill": {"color": look.line},
                          "border": {"color": WHITE, "width": 0.75}, "gap": 45})
    chart.set_legend({"position": "bottom", "font": {"size": 9, "color": INK}})
    return _dressed(chart, _WHERE_LAID.to(book.language), bars, rows[0].tables)


def _cells(placed: Placed, column: int, bars: int) -> dict[str, list[str | int]]:
    """A series' name, categories and values on a sheet whose first column names the items."""
    name, first = placed.sheet.name, placed.first + 1
    return {"name": [name, placed.first, column], "categories": [name, first, 0, first + bars - 1, 0],
            "values": [name, first, column, first + bars - 1, column]}


def _dressed(chart: Any, title: str, bars: int, highest: int) -> Drawn:
    """highest: the largest value, or sum of stacked ones."""
    height = _AROUND + _LINE * max(bars, 4)
    chart.set_title({"name": title, "name_font": {"size": 12, "bold": True, "color": INK}})
    chart.set_size({"width": WIDTH, "height": height})
    chart.set_chartarea({"border": {"color": GRID}})
    chart.show_hidden_data()  # a filter on the sheet is no reason to draw less
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9, "color": INK}, "line": {"color": GRID}, "major_tick_mark": "none"})
    whole = {"major_unit": 1} if highest <= 12 else {}  # there is no half table to point at
    chart.set_x_axis({"num_font": {"size": 9, "color": SOFT_INK}, "num_format": "0", "line": {"none": True}, "min": 0,
                      "label_position": "high", "major_gridlines": {"visible": True, "line": {"color": GRID}},
                      "major_tick_mark": "none", **whole})
    return Drawn(chart, title, height)
