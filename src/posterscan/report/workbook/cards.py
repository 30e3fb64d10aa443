"""Sheets with a row per card: all of them, what people wrote, and what still wants a look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from posterscan.messages import Language, Message
from posterscan.reason_words import REASONS
from posterscan.report.figures import Figures
from posterscan.report.looks import NOWHERE, zone_looks
from posterscan.report.rows import PlacementRow
from posterscan.report.words import KINDS, SOURCES, STANCES, zone_names
from posterscan.report.workbook.book import (
    CHAPTER,
    FEW,
    LONG,
    NUMBER,
    ONE_DIGIT,
    TEXT,
    TWO_DIGITS,
    WANTS_A_LOOK,
    Book,
    Column,
    Look,
)
from posterscan.report.workbook.words import STILL_TO_LOOK_AT

NO_CARDS = Message("Er zijn geen kaartjes.", "There are no cards.")
NO_ARGUMENTS = Message("Er is niets gevonden dat mensen zelf hebben geschreven.", "Nothing was found that people wrote themselves.")
NO_DOUBTS = Message("Er staan geen twijfels open.", "There are no doubts open.")
OPEN_REMARKS = Message("Open meldingen over een hele tafel", "Open remarks about a whole table")
NO_REMARKS = Message("Er staan geen meldingen open.", "There are no remarks open.")


def card_sheet(book: Book, sheet: Any, figures: Figures) -> None:
    """Every card as it lay."""
    field = book.field
    columns = [
        *_whose(book, figures), field("card_id", 20), field("text", 40, LONG), field("item_text", 36, LONG),
        word(book, "kind", KINDS), _zone(book, figures), field("stickers", 12, FEW), field("rank", 9, NUMBER),
        field("place_on_ladder", 14, NUMBER), field("text_confidence", 13, TWO_DIGITS), field("zone_confidence", 13, TWO_DIGITS),
        field("handwritten", 14), _doubtful(book), _reasons(book), field("center_x_mm", 11, ONE_DIGIT),
        field("center_y_mm", 11, ONE_DIGIT), field("photo", 22, LONG), book.picture("crop", 12)]
    book.table(sheet, "cards", columns, figures.gathered.cards, NO_CARDS, frozen=1)


def argument_sheet(book: Book, sheet: Any, figures: Figures) -> None:
    """What people wrote: on backs, on cards of their own, and in notes of the review."""
    field = book.field
    columns = [
        *_whose(book, figures), field("text", 60, LONG), word(book, "source", SOURCES), word(book, "stance", STANCES),
        field("item_text", 32, LONG),
        _zone(book, figures), field("confidence", 13, TWO_DIGITS), _doubtful(book), book.picture("crop", 12)]
    book.table(sheet, "arguments", columns, figures.gathered.arguments, NO_ARGUMENTS, frozen=1)


def doubt_sheet(book: Book, sheet: Any, figures: Figures) -> None:
    """The cards that still want a look, and below them the tables with remarks that nobody has seen to."""
    field = book.field
    columns = [*_whose(book, figures), field("card_id", 20), field("text", 40, LONG), _zone(book, figures),
               field("stickers", 12, FEW), _reasons(book), book.picture("crop", 12)]
    cards = [row for row in figures.gathered.cards if row.doubtful]
    placed = book.table(sheet, "doubts", columns, cards, NO_DOUBTS, frozen=1)
    at = placed.last + 3
    book.write(sheet, at, 0, OPEN_REMARKS.to(book.language), CHAPTER)
    tables = [row for row in figures.gathered.tables if row.open_checks]
    book.table(sheet, "remarks", [*_whose(book, figures), field("open_checks", 13, NUMBER)], tables, NO_REMARKS, at=at + 1)


def zone_look(figures: Figures) -> Callable[[str | None], Look]:
    """Cells in a zone's own colours."""
    looks = zone_looks(figures.gathered.zones)
    made = {zone: Look(indent=1, bg_color=look.fill, font_color=look.name, text_wrap=True) for zone, look in looks.items()}
    other = Look(indent=1, bg_color=NOWHERE.fill, font_color=NOWHERE.name, text_wrap=True)
    return lambda zone: made.get(zone, other)


def reasons(row: PlacementRow, language: Language) -> str:
    """Why a card wants a look, a line each."""
    return "\n".join(REASONS[code].words.to(language) if code in REASONS else code for code in row.needs_review.split())


def _whose(book: Book, figures: Figures) -> list[Column[Any]]:
    """Of which table a row is, and of which group where there are groups."""
    return [book.field("table", 20, LONG), *([book.field("group", 26, LONG)] if figures.gathered.groups else [])]


def _zone(book: Book, figures: Figures) -> Column[Any]:
    names, look = zone_names(figures.gathered.zones, book.language), zone_look(figures)
    return Column(book.head("zone"), zone_width(names), lambda row: names.get(row.zone, row.zone), lambda row: look(row.zone))


def zone_width(names: Mapping[str | None, str]) -> float:
    """Of a column that names zones, so that most fit on a line."""
    return max(16.0, min(32.0, 2.0 + max(len(name) for name in names.values())))


def _doubtful(book: Book) -> Column[Any]:
    return Column(STILL_TO_LOOK_AT.to(book.language), 13, lambda row: row.doubtful,
                  lambda row: WANTS_A_LOOK if row.doubtful else TEXT)


def _reasons(book: Book) -> Column[Any]:
    return Column(book.head("needs_review"), 72, lambda row: reasons(row, book.language), LONG)


def word(book: Book, name: str, words: Mapping[str, Message]) -> Column[Any]:
    """A field whose values have words of their own."""
    return Column(book.head(name), 16, lambda row: words[said].to(book.language) if (said := getattr(row, name)) else "")
