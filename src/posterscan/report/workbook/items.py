"""Sheets with a row per item: where tables laid each ingredient, what stickers each intention got, and how groups differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from xlsxwriter.utility import xl_range

from posterscan.messages import Message
from posterscan.report.figures import Figures, ticked
from posterscan.report.rows import STANCE_COUNTS, ItemRow, TableRow
from posterscan.report.words import KINDS, zone_names
from posterscan.report.workbook.book import (
    FEW,
    HEAD,
    LONG,
    NUMBER,
    SHARE,
    TEXT,
    TOTAL,
    TWO_DIGITS,
    Book,
    Column,
    Placed,
)
from posterscan.report.workbook.by_table import NO_INGREDIENTS, Laid, laid_by_table, named_tables
from posterscan.report.workbook.cards import word, zone_look, zone_width
from posterscan.report.workbook.charts import sticker_chart
from posterscan.report.workbook.words import MOST, STICKERS, SUM

NO_INTENTIONS = Message("Er zijn geen bedoelingen.", "There are no intentions.")
NOTHING_LAID = Message("Er is in geen enkele groep iets gelegd.", "Nothing was laid in any group.")
STICKER_COLUMN, FIRST_ZONE, _FIRST_TABLE = 2, 6, 7  # on the sheets of intentions and of ingredients


def ingredient_sheet(book: Book, sheet: Any, figures: Figures) -> Placed:
    """Each ingredient over all tables, with a column per zone: in how many tables it lay there."""
    field = book.field
    columns = [
        field("text", 40, LONG), field("in_catalogue", 10), field("tables", 10, NUMBER), field("of_tables", 11, NUMBER),
        field("placements", 11, NUMBER), _most(book, figures),
        *(_zone_column(book, figures, zone) for zone in zones_laid(figures)),
        field("zone_share", 12, SHARE), field("dispute", 16, TWO_DIGITS), field("doubtful", 15, FEW), *_stances(book, figures)]
    return book.table(sheet, "ingredients", columns, figures.ingredients(), NO_INGREDIENTS, frozen=1)


def zones_laid(figures: Figures) -> list[str | None]:
    """Zones with a column of their own: the spheres and outside, and others where an ingredient lay in them."""
    ingredients = {row.item for row in figures.ingredients()}
    laid = dict.fromkeys(row.zone for row in figures.item_zones if row.group is None and row.item in ingredients)
    known = [zone.id for zone in figures.gathered.zones if zone.kind != "ladder" or zone.id in laid]
    return [*known, *sorted(zone for zone in laid if zone is not None and zone not in known), *([None] if None in laid else [])]


def intention_sheet(book: Book, sheet: Any, figures: Figures) -> Placed:
    """Each intention with its stickers, over all tables and by table; totals below, and a chart."""
    field, laid = book.field, laid_by_table(figures)
    columns = [
        field("text", 44, LONG), field("rank", 9, NUMBER),
        Column(STICKERS.to(book.language), 13, lambda row: row.stickers, replace(NUMBER, bold=True)),
        field("per_participant", 15, TWO_DIGITS), field("sticker_share", 16, SHARE), field("tables", 10, NUMBER),
        field("of_tables", 10, NUMBER), *(_sticker_column(laid, table, head) for table, head in named_tables(figures))]
    rows = figures.intentions()
    placed = book.table(sheet, "intentions", columns, rows, NO_INTENTIONS, frozen=1)
    if placed.last > placed.first:
        _totals(book, placed, columns, rows, [STICKER_COLUMN, *range(_FIRST_TABLE, len(placed.heads))])
        if (drawn := sticker_chart(book, placed, rows, STICKER_COLUMN)) is not None:
            drawn.put(sheet, placed.last + 3, 1)  # not on the first column, which is printed on every page
    return placed


def group_sheet(book: Book, sheet: Any, figures: Figures) -> None:
    """Each item, group by group."""
    field = book.field
    columns = [
        field("text", 40, LONG), field("group", 30, LONG), word(book, "kind", KINDS),
        field("tables", 10, NUMBER), field("of_tables", 11, NUMBER), field("placements", 11, NUMBER), _most(book, figures),
        Column(book.head("zone_tables"), 14, lambda row: row.zone_tables if _has_spheres(row) else None, NUMBER),
        Column(book.head("zone_share"), 12, lambda row: row.zone_share if _has_spheres(row) else None, SHARE),
        field("dispute", 16, TWO_DIGITS),
        field("stickers", 12, NUMBER), field("per_participant", 15, TWO_DIGITS), field("sticker_share", 16, SHARE),
        field("rank", 9, NUMBER), field("doubtful", 15, FEW), *_stances(book, figures)]
    place = {row.item: number for number, row in enumerate(figures.of_group(None))}
    rows = sorted((row for group in figures.gathered.groups for row in figures.of_group(group)), key=lambda row: place[row.item])
    book.table(sheet, "groups", columns, rows, NOTHING_LAID, frozen=1)


def _stances(book: Book, figures: Figures) -> list[Column[ItemRow]]:
    """What was ticked on backs, where any were read."""
    return [book.field(name, 12, FEW) for name in STANCE_COUNTS] if any(map(ticked, figures.items)) else []


def _has_spheres(row: ItemRow) -> bool:
    """Whether it says something where an item lies: intentions have a place of their own."""
    return row.tables > 0 and row.kind != "intention"


def _most(book: Book, figures: Figures) -> Column[ItemRow]:
    """Where most tables laid it; empty where none laid it."""
    names, look = zone_names(figures.gathered.zones, book.language), zone_look(figures)
    return Column(MOST.to(book.language), zone_width(names),
                  lambda row: names.get(row.zone, row.zone) if _has_spheres(row) else None,
                  lambda row: look(row.zone) if _has_spheres(row) else TEXT)


def _zone_column(book: Book, figures: Figures, zone: str | None) -> Column[ItemRow]:
    name = zone_names(figures.gathered.zones, book.language).get(zone, zone or "")
    colours = zone_look(figures)(zone)
    return Column(name, 22, lambda row: round(figures.zones_of(row.item).get(zone, 0.0), 3), FEW,
                  head_look=replace(HEAD, bg_color=colours.bg_color, font_color=colours.font_color))


def _sticker_column(laid: Laid, table: TableRow, head: str) -> Column[ItemRow]:
    """Stickers of one table; empty where it did not lay the intention."""
    def stickers(row: ItemRow) -> int | None:
        cards = laid.get((row.item, table.result))
        return sum(card.stickers for card in cards) if cards else None

    return Column(head, 12, stickers, NUMBER)


def _totals(book: Book, placed: Placed, columns: Sequence[Column[ItemRow]], rows: Sequence[ItemRow], summed: Sequence[int]) -> None:
    """Formulas, with their values for viewers that don't work them out."""
    at = placed.last + 1
    for number in range(len(placed.heads)):
        book.write(placed.sheet, at, number, None, TOTAL)
    book.write(placed.sheet, at, 0, SUM.to(book.language), replace(TOTAL, align="left", indent=1))
    for number in summed:
        values = [columns[number].value(row) for row in rows]
        total = sum(value for value in values if isinstance(value, int))
        formula = f"=SUM({xl_range(placed.first + 1, number, placed.last, number)})"
        placed.sheet.write_formula(at, number, formula, book.format(TOTAL), total)
