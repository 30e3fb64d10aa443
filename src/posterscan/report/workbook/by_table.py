"""The sheet of ingredients by table, and what sheets with a column per table share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from posterscan.messages import Language, Message
from posterscan.report.figures import Figures
from posterscan.report.rows import ItemRow, PlacementRow, TableRow
from posterscan.report.workbook.book import LONG, NUMBER, Book, Column, Look
from posterscan.report.workbook.cards import zone_look
from posterscan.report.workbook.words import NO_ZONE, OUTSIDE

NO_INGREDIENTS = Message("Er zijn geen ingrediënten gelegd.", "No ingredients were laid.")
_LONGEST = 20  # of a zone's name in a narrow column
Laid = Mapping[tuple[str, str], Sequence[PlacementRow]]


def matrix_sheet(book: Book, sheet: Any, figures: Figures) -> None:
    """Each ingredient by table: in which zone that table laid it."""
    cells = _Cells(figures, book.language)
    columns = [book.field("text", 36, LONG), book.field("tables", 10, NUMBER),
               *(cells.column(table, head) for table, head in named_tables(figures))]
    book.table(sheet, "by_table", columns, [row for row in figures.ingredients() if row.tables], NO_INGREDIENTS, frozen=1)


def laid_by_table(figures: Figures) -> Laid:
    """Cards by item and file of the table."""
    laid: dict[tuple[str, str], list[PlacementRow]] = defaultdict(list)
    for card in figures.gathered.cards:
        if card.item is not None:
            laid[card.item, card.result].append(card)
    return laid


def named_tables(figures: Figures) -> list[tuple[TableRow, str]]:
    """Each table with a head for it, which names its group where several tables are called alike."""
    tables = figures.gathered.tables
    counts = Counter(table.table for table in tables)
    return [(table, f"{table.table} · {table.group}" if table.group and counts[table.table] > 1 else table.table)
            for table in tables]


def short_names(figures: Figures, language: Language) -> dict[str | None, str]:
    """What zones are called where there is little room: without the words in which the spheres' names all end."""
    zones = figures.gathered.zones
    names: dict[str | None, str] = {None: NO_ZONE.to(language)}
    spheres = [zone.label.split() for zone in zones if zone.kind == "sphere"]
    while len(spheres) > 1 and all(len(words) > 1 for words in spheres) and len({words[-1] for words in spheres}) == 1:
        spheres = [words[:-1] for words in spheres]
    shorter = iter(spheres)
    for zone in zones:
        label = " ".join(next(shorter)) if zone.kind == "sphere" else zone.label
        names[zone.id] = label if len(label) <= _LONGEST else f"{label[:_LONGEST - 1].rstrip()}…"
    outside = [zone.id for zone in zones if zone.kind == "outside"]
    return names | ({outside[0]: OUTSIDE.to(language)} if len(outside) == 1 else {})


class _Cells:
    """The cells of the matrix: a zone's name on its colour; in italics with a question mark where a card wants a look."""

    def __init__(self, figures: Figures, language: Language) -> None:
        self._laid = laid_by_table(figures)
        self._names, self._look = short_names(figures, language), zone_look(figures)

    def column(self, table: TableRow, head: str) -> Column[ItemRow]:
        """What one table laid."""
        def cards(row: ItemRow) -> Sequence[PlacementRow]:
            return self._laid.get((row.item, table.result), ())

        return Column(head, 20, lambda row: self._text(cards(row)), lambda row: self._looks(cards(row)),
                      lambda row: self._crop(cards(row)))

    def _text(self, cards: Sequence[PlacementRow]) -> str:
        zones = dict.fromkeys(card.zone for card in cards)
        text = " + ".join(self._names.get(zone, zone or "") for zone in zones)
        return f"{text} ?" if any(card.doubtful for card in cards) else text

    def _looks(self, cards: Sequence[PlacementRow]) -> Look:
        zones = {card.zone for card in cards}
        look = self._look(zones.pop()) if len(zones) == 1 else LONG
        return replace(look, italic=True) if any(card.doubtful for card in cards) else look

    def _crop(self, cards: Sequence[PlacementRow]) -> str:
        """Of several cards the doubtful one, which somebody will want to see."""
        return min(cards, key=lambda card: not card.doubtful).crop if cards else ""
