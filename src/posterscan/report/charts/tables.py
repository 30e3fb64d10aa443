"""Charts of tables and groups side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from posterscan.kit.drawing import Type
from posterscan.kit.typeset import cut_short
from posterscan.report.charts.base import HEAD, LABEL, NUMBER, SMALL, WIDTH_MM, Chart, Style, legend, table_head
from posterscan.report.charts.pen import Mark, Pen
from posterscan.report.looks import ACCENT, DOUBT, GRID, SOFT_INK
from posterscan.report.rows import ItemRow, PlacementRow, TableRow
from posterscan.report.words import decimal, percent

_LEFT, _CELL = 62.0, 5.6  # mm
MOST_COLUMNS = 36  # so many tables fit beside each other with letters that can be read


def side_by_side(style: Style, items: Sequence[ItemRow], tables: Sequence[TableRow], *, part: str = "") -> Chart:
    """Which table laid each ingredient in which zone: a colour and the zone's first letter; a dot where it is doubtful."""
    title = style.say("Tafels naast elkaar", "Tables side by side") + part
    laid: dict[tuple[str, str], list[PlacementRow]] = defaultdict(list)
    for row in style.figures.gathered.cards:
        if row.item is not None:
            laid[row.item, row.result].append(row)
    width = min(14.0, (WIDTH_MM - _LEFT) / max(1, len(tables)))
    top = 34.0

    def draw(pen: Pen) -> None:
        legend(pen, style, 0.0)
        for column, table in enumerate(tables):
            table_head(pen, _LEFT + (column + 0.5) * width, top - 1.5, table.table)
        for line, item in enumerate(items):
            y = top + line * _CELL
            with pen.about(Mark(f"{item.text}: {item.tables}", item.item)):
                pen.text(_LEFT - 2, y + 3.9, cut_short(item.text, LABEL, _LEFT - 3), LABEL, "right")
            for column, table in enumerate(tables):
                x = _LEFT + column * width
                pen.rect(x, y, width, _CELL, line=GRID, line_mm=0.15)
                if cards := laid.get((item.item, table.result)):
                    _cell(pen, style, item, table, cards, (x, y, width))

    return Chart("tables-side-by-side", title, top + len(items) * _CELL + 2, draw)


def _cell(pen: Pen, style: Style, item: ItemRow, table: TableRow, cards: Sequence[PlacementRow],
          at: tuple[float, float, float]) -> None:
    x, y, width = at
    each = width / len(cards)
    for number, card in enumerate(cards):
        look = style.looks.get(card.zone, style.looks[None])
        zone = style.names.get(card.zone, card.zone or "")
        with pen.about(Mark(f"{item.text}, {table.table}: {zone}", item.item, card.zone or "", table.result)):
            pen.rect(x + number * each + 0.2, y + 0.2, each - 0.4, _CELL - 0.4, fill=look.fill, line=look.line, line_mm=0.25)
            letter = zone[:1].upper() if card.zone else "–"
            pen.text(x + (number + 0.5) * each, y + 3.9, letter, Type(7.5, "SemiBold", look.name), "middle")
            if card.doubtful:
                pen.circle(x + (number + 1) * each - 1.1, y + 1.2, 0.6, fill=DOUBT)


def groups_zones(style: Style, items: Sequence[ItemRow], *, part: str = "") -> Chart:
    """Per ingredient a bar for each group: the parts of its tables that laid it in each zone."""
    groups = style.figures.gathered.groups
    each = 4.4
    block = each * len(groups) + 3.2
    title = style.say("Waar groepen ingrediënten legden", "Where groups laid ingredients") + part

    def draw(pen: Pen) -> None:
        legend(pen, style, 0.0)
        pen.text(WIDTH_MM, 4, style.say("verschil", "difference"), HEAD, "right")
        for number, item in enumerate(items):
            top = 8 + number * block
            pen.text(60, top + 3.4, cut_short(item.text, LABEL, 59), LABEL, "right")
            between = style.figures.between_groups(item.item)
            pen.text(WIDTH_MM, top + 3.4, "–" if between is None else decimal(between, style.language, 2), NUMBER, "right")
            for line, group in enumerate(groups):
                _group_bar(pen, style, item, group, top + line * each, each)

    return Chart("groups-zones", title, 10 + len(items) * block, draw)


def _group_bar(pen: Pen, style: Style, item: ItemRow, group: str, top: float, each: float) -> None:
    zones = style.figures.zones_of(item.item, group)
    total = sum(zones.values())
    pen.text(118, top + 3.3, cut_short(group, SMALL, 54), SMALL, "right")
    x, whole = 121.0, 122.0
    for zone in style.zones():
        if not zones.get(zone):
            continue
        width, look = whole * zones[zone] / total, style.looks[zone]
        count = decimal(zones[zone], style.language)
        with pen.about(Mark(f"{item.text}, {group}, {style.names[zone]}: {count}", item.item, zone or "")):
            pen.rect(x, top + 0.4, width, each - 0.8, fill=look.fill, line=look.line, line_mm=0.2)
            pen.text(x + width / 2, top + 3.2, count, Type(7, "SemiBold", look.name), "middle")
        x += width
    tables = style.say("tafels", "tables") if total != 1 else style.say("tafel", "table")
    pen.text(121 + whole + 2, top + 3.3, f"{round(total)} {tables}", SMALL)


def groups_intentions(style: Style, items: Sequence[ItemRow], *, part: str = "") -> Chart:
    """Per intention a bar for each group: its stickers, and its mean share of a table's stickers where there are tables enough."""
    groups = style.figures.gathered.groups
    by = {(row.group, row.item): row for group in groups for row in style.figures.intentions(group)}
    each = 4.4
    block = each * len(groups) + 3.2
    votes = {group: sum(row.stickers for row in style.figures.intentions(group)) or 1 for group in groups}
    title = style.say("Stickers per groep", "Stickers by group") + part

    def draw(pen: Pen) -> None:
        pen.text(238, 4, style.say("deel van de stickers van de groep", "part of the group’s stickers"), HEAD, "right")
        pen.text(WIDTH_MM, 4, style.say("per deelnemer", "per participant"), HEAD, "right")
        for number, item in enumerate(items):
            top = 7 + number * block
            pen.text(78, top + 3.4, cut_short(item.text, LABEL, 77), LABEL, "right")
            for line, group in enumerate(groups):
                row = by.get((group, item.item))
                stickers = row.stickers if row else 0
                y = top + line * each
                pen.text(122, y + 3.3, cut_short(group, SMALL, 42), SMALL, "right")
                with pen.about(Mark(f"{item.text}, {group}: {stickers}", item.item)):
                    width = max(0.3, 90 * stickers / votes[group])
                    pen.rect(125, y + 0.5, width, each - 1, fill=ACCENT if line % 2 == 0 else SOFT_INK)
                told = f"{stickers} / {votes[group]}"
                if row and row.sticker_share is not None:
                    told += f" ({percent(stickers / votes[group], style.language)})"
                pen.text(238, y + 3.3, told, SMALL, "right")
                pen.text(WIDTH_MM, y + 3.3, "–" if row is None or row.per_participant is None
                         else decimal(row.per_participant, style.language, 2), SMALL, "right")

    return Chart("groups-intentions", title, 9 + len(items) * block, draw)
