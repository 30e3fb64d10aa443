"""The sheet that a reader sees first, and the one that says how to read all others."""

from __future__ import annotations

from datetime import date
from typing import Any

from posterscan.messages import Message
from posterscan.report.figures import Figures, ticked
from posterscan.report.gather import Gathered
from posterscan.report.honesty import honesty, sentences
from posterscan.report.looks import NOWHERE, zone_looks
from posterscan.report.rows import STANCE_COUNTS, TableRow
from posterscan.report.words import COLUMNS, METHOD, REVIEW, TITLE
from posterscan.report.workbook.book import (
    CHAPTER,
    COUNT,
    DAY,
    FEW,
    LONG,
    NOTE,
    NUMBER,
    TITLE_LOOK,
    Book,
    Column,
    Placed,
    Value,
)
from posterscan.report.workbook.charts import WIDTH, sticker_chart, zone_chart
from posterscan.report.workbook.items import FIRST_ZONE, STICKER_COLUMN, zones_laid
from posterscan.report.workbook.words import MEANINGS, SHEETS

HOW_SURE = Message("Hoe zeker zijn deze cijfers?", "How sure are these figures?")
THE_TABLES = Message("De tafels", "The tables")
NO_TABLES = Message("Er zijn geen tafels.", "There are no tables.")
NOT_KNOWN = Message("niet bekend", "not known")
SHEET, COLUMN_NAME, MEANS = Message("Blad", "Sheet"), Message("Kolom", "Column"), Message("Wat het is", "What it is")
_SESSIONS = 6  # named one by one
_PRINTED = 60  # %: all above the tables on one page; where pages are fitted instead, Excel breaks them where it likes
_Meaning = tuple[str, Message, Message]


def overview_sheet(book: Book, sheet: Any, figures: Figures, ingredients: Placed, intentions: Placed) -> None:
    """Counts, what to know of them, the two charts, and the tables one by one."""
    columns = _table_columns(book, figures.gathered)
    widths = [column.width for column in columns]
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width)
    said = [message.to(book.language) for message in [*sentences(honesty(figures)), *book.left_out]]
    book.write(sheet, 0, 0, TITLE.to(book.language), TITLE_LOOK)
    sheet.set_row(0, 30)
    if sessions := _sessions(figures.gathered, book):
        book.paragraph(sheet, 1, sessions, sum(widths), len(columns))
    at = _counts(book, sheet, figures.gathered, 3) + 1
    book.write(sheet, at, 0, HOW_SURE.to(book.language), CHAPTER)
    for number, sentence in enumerate(said, at + 1):
        book.paragraph(sheet, number, sentence, sum(widths), len(columns))
    at = _charts(book, sheet, figures, ingredients, intentions, at + len(said) + 2)
    book.write(sheet, at, 0, THE_TABLES.to(book.language), CHAPTER)
    book.table(sheet, "tables", columns, figures.gathered.tables, NO_TABLES, at=at + 1)
    sheet.set_print_scale(_PRINTED)
    sheet.set_h_pagebreaks([at])


def method_sheet(book: Book, sheet: Any, figures: Figures) -> None:
    """How the figures came about, and what the columns hold that don't speak for themselves."""
    few = figures.fewest_tables
    rule = Message(
        f"Een aandeel (percentage) staat er pas vanaf {few} tafels: bij minder weegt één tafel te zwaar, en blijft de cel leeg.",
        f"A share (percentage) is given from {few} tables on: with fewer, one table weighs too much and the cell stays empty.")
    columns = [Column[_Meaning](SHEET.to(book.language), 26, lambda row: SHEETS[row[0]].to(book.language), LONG),
               Column(COLUMN_NAME.to(book.language), 28, lambda row: row[1].to(book.language), LONG),
               Column(MEANS.to(book.language), 90, lambda row: row[2].to(book.language), LONG)]
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
    told = [message.to(book.language) for message in (*METHOD, rule)]
    for number, text in enumerate(told):
        book.paragraph(sheet, number, text, sum(column.width for column in columns), len(columns))
    left_out = [] if any(map(ticked, figures.items)) else [COLUMNS[name] for name in STANCE_COUNTS]
    rows = [row for row in MEANINGS if (row[0] != "groups" or figures.gathered.groups) and row[1] not in left_out]
    book.table(sheet, "meanings", columns, rows, Message("", ""), at=len(told) + 1)


def _table_columns(book: Book, gathered: Gathered) -> list[Column[TableRow]]:
    head, field = book.head, book.field
    group = [field("group", 26, LONG)] if gathered.groups else []
    return [
        field("table", 24, LONG), *group, field("session_place", 16, LONG),
        Column(head("session_date"), 12, lambda row: _day(row.session_date), DAY), field("participants", 14, NUMBER),
        field("cards", 12, NUMBER), field("doubtful", 16, FEW), field("open_checks", 13, FEW),
        Column(head("review"), 13, lambda row: REVIEW[row.review].to(book.language)), field("stickers", 12, NUMBER),
        field("corrected", 13, FEW), book.picture("picture", 14)]


def _day(text: str | None) -> Value:
    """A date that sorts as one; what is written otherwise, or before Excel's days begin, stays as it is."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return text
    return day if day.year > 1900 else text


def _sessions(gathered: Gathered, book: Book) -> str:
    """The evenings that the tables are of, a line each."""
    named = list(dict.fromkeys(_session(row) for row in gathered.tables if _session(row)))
    more = len(named) - _SESSIONS
    rest = [Message(f"en nog {more}", f"and {more} more").to(book.language)] if more > 0 else []
    return "\n".join(named[:_SESSIONS] + rest)


def _session(row: TableRow) -> str:
    return " · ".join(part for part in (row.session_name or row.session_id, row.session_place, row.session_date) if part)


def _counts(book: Book, sheet: Any, gathered: Gathered, at: int) -> int:
    """Tables, participants, cards and stickers; gives the row below."""
    tables = gathered.tables
    people = [row.participants for row in tables if row.participants is not None]
    counts: dict[str, Value] = {
        "tables": len(tables), "participants": sum(people) if people else NOT_KNOWN.to(book.language),
        "cards": sum(row.cards for row in tables), "stickers": sum(row.stickers for row in tables)}
    for number, (field, value) in enumerate(counts.items(), at):
        book.write(sheet, number, 0, book.head(field))
        book.write(sheet, number, 1, value, COUNT)
    if 0 < len(people) < len(tables):
        known = Message(f"bekend van {len(people)} van de {len(tables)} tafels", f"known of {len(people)} of {len(tables)} tables")
        book.write(sheet, at + list(counts).index("participants"), 2, known.to(book.language), NOTE)
    return at + len(counts)


def _charts(book: Book, sheet: Any, figures: Figures, ingredients: Placed, intentions: Placed, at: int) -> int:
    """The two charts side by side; gives the row below."""
    looks = zone_looks(figures.gathered.zones)
    zones = [(FIRST_ZONE + number, looks.get(zone, NOWHERE)) for number, zone in enumerate(zones_laid(figures))]
    charts = (sticker_chart(book, intentions, figures.intentions(), STICKER_COLUMN),
              zone_chart(book, ingredients, figures.ingredients(), zones))
    drawn = [one for one in charts if one is not None]
    return max((one.put(sheet, at, 0, 4 + number * (WIDTH + 16)) for number, one in enumerate(drawn)), default=at)
