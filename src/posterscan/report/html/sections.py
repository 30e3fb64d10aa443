"""What the report's page shows, part by part. Every number of cards opens those that it was counted from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posterscan.report.charts import base, maps
from posterscan.report.charts.base import Style, dispute_told
from posterscan.report.charts.pen import escaped
from posterscan.report.charts.tables import MOST_COLUMNS, groups_intentions, groups_zones, side_by_side
from posterscan.report.figures import ticked
from posterscan.report.html.markup import Head, cell, figure, opening, paragraph, row, sorting_table, value
from posterscan.report.html.pictures import Pictures
from posterscan.report.html.tables import anchor, table_articles
from posterscan.report.html.words import SAYS, STANCES_SAY, TITLES, first_tables, from_tables, of_no_card, squares
from posterscan.report.rows import STANCE_COUNTS, ItemRow
from posterscan.report.words import COLUMNS, METHOD, SOURCES, STANCES, decimal, of, percent

MOST_ALIKE = 24  # tables in the chart of every two of them
TOP = 25  # ingredients in a chart; the table beside it has all


@dataclass(frozen=True)
class Section:
    """One part. content: HTML."""

    anchor: str
    title: str
    says: str
    content: str


def sections(style: Style, shown: Pictures) -> list[Section]:
    """All that there is something to show of, in the order of the page."""
    contents = {"overview": _overview(style), "total": _total(style), "ingredients": _ingredients(style),
                "intentions": _intentions(style), "groups": _groups(style), "tables-side-by-side": _side_by_side(style),
                "places": _places(style), "arguments": _arguments(style), "tables": table_articles(style, shown),
                "method": _method(style)}
    return [Section(name, TITLES[name].to(style.language), _says(style, name), content)
            for name, content in contents.items() if content]


def _says(style: Style, name: str) -> str:
    if name == "intentions" and not any(item.stickers for item in style.figures.intentions()):
        name = "no-votes"
    said = SAYS[name].to(style.language) if name in SAYS else ""
    tables = len(style.figures.gathered.tables)
    if name == "tables-side-by-side" and tables > 2 * MOST_COLUMNS:
        said += first_tables(2 * MOST_COLUMNS, tables).to(style.language)
    return squares(maps.CELL_MM).to(style.language) if name == "places" else said


def _overview(style: Style) -> str:
    tables, figures = style.figures.gathered.tables, style.figures
    known = [table.participants for table in tables if table.participants is not None]
    tiles: list[tuple[object, str]] = [
        (len(tables), style.say("tafels", "tables")), (sum(known) if known else "–", style.say("deelnemers", "participants")),
        (sum(table.cards for table in tables), style.say("kaartjes", "cards")),
        (sum(item.tables > 0 for item in figures.ingredients()), style.say("verschillende ingrediënten", "different ingredients")),
        (sum(item.stickers for item in figures.intentions()), style.say("stickers op bedoelingen", "stickers on intentions")),
        (sum(table.doubtful for table in tables), style.say("kaartjes nog twijfelachtig", "cards still doubtful"))]
    inside = "".join(f'<div class="tile"><b>{number}</b><span>{escaped(words)}</span></div>' for number, words in tiles)
    return f'<div class="tiles">{inside}</div>'


def _total(style: Style) -> str:
    poster = style.figures.gathered.main_poster
    items = [item for item in style.figures.ingredients() if item.tables]
    return figure(maps.total_picture(style, items, poster)) if poster is not None and items else ""


def _ingredients(style: Style) -> str:
    items = style.figures.ingredients()
    if not items:
        return ""
    laid = [item for item in items if item.tables]
    chart = figure(base.agreement(style, laid[:TOP])) if laid else ""
    find = style.say("Zoek een ingrediënt", "Find an ingredient")
    tools = f'<div class="tools"><label>{find} <input type="search" data-filters="all-items"></label></div>'
    return chart + tools + _item_table(style, items)


def _item_table(style: Style, items: Sequence[ItemRow]) -> str:
    zones = [zone for zone in style.zones() if any(style.figures.zones_of(item.item).get(zone) for item in items)]
    heads = [Head(style.say("Ingrediënt", "Ingredient")), Head(style.say("Tafels", "Tables"), True),
             *(Head(style.names[zone], True) for zone in zones), Head(style.say("Meeste tafels", "Most tables")),
             Head(style.say("Verschil", "Dispute"), True), Head(style.say("Twijfelachtig", "Doubtful"), True)]
    return sorting_table("all-items", heads, (_item_row(style, item, zones) for item in items))


def _item_row(style: Style, item: ItemRow, zones: Sequence[str | None]) -> str:
    counts, fewest = style.figures.zones_of(item.item), style.figures.fewest_tables
    return row(item.text, [
        _counted(style, item.tables, item, None), *(_counted(style, counts.get(zone, 0.0), item, zone or "") for zone in zones),
        cell(most_told(style, item)), value(item.dispute, dispute_told(item, fewest, style.language)),
        value(item.doubtful, str(item.doubtful))])


def most_told(style: Style, item: ItemRow) -> str:
    """Where most tables laid an item, and which part of them."""
    if not item.tables:
        return "–"
    where = style.names.get(item.zone, item.zone or "")
    part = of(item.zone_tables or 0.0, item.tables, style.figures.fewest_tables, style.language)
    return where if item.zone == "" else f"{where} {part}"


def _counted(style: Style, count: float, item: ItemRow, zone: str | None) -> str:
    shown = decimal(count, style.language)
    if not count:
        return value(0, shown if zone is None else "·")
    label = item.text if zone is None else f"{item.text}, {style.names.get(zone or None, zone)}"
    return opening(count, shown, label, item.item, zone)


def _intentions(style: Style) -> str:
    items = style.figures.intentions()
    if not items:
        return ""
    heads = [Head(style.say("Bedoeling", "Intention")), Head("Stickers", True),
             Head(style.say("Per deelnemer", "Per participant"), True), Head(style.say("Aandeel", "Share"), True),
             Head(style.say("Tafels", "Tables"), True),
             Head(style.say("Twijfelachtig", "Doubtful"), True)]
    rows = [row(item.text, [
        _counted(style, item.stickers, item, None),
        value(item.per_participant, "–" if item.per_participant is None else decimal(item.per_participant, style.language, 2)),
        value(item.sticker_share, "–" if item.sticker_share is None else percent(item.sticker_share, style.language)),
        _counted(style, item.tables, item, None), value(item.doubtful, str(item.doubtful))]) for item in items]
    laid = [item for item in items if item.tables][:15]
    chart = figure(base.ranking(style, laid)) if any(item.stickers for item in laid) else ""
    return chart + sorting_table("all-intentions", heads, rows)


def _groups(style: Style) -> str:
    groups = style.figures.gathered.groups
    if len(groups) < 2:
        return ""
    chosen = most_apart(style, max(6, 48 // len(groups)))
    votes = [item for item in style.figures.intentions() if item.stickers][:max(5, 40 // len(groups))]
    return (figure(groups_zones(style, chosen)) if chosen else "") + \
        (figure(groups_intentions(style, votes)) if votes else "")


def most_apart(style: Style, count: int) -> list[ItemRow]:
    """Of the ingredients that most tables laid, those about which groups differ most."""
    apart = {item.item: style.figures.between_groups(item.item) for item in style.figures.ingredients()}
    usual = [item for item in style.figures.ingredients() if apart[item.item] is not None][:TOP]
    return sorted(usual, key=lambda item: (-(apart[item.item] or 0.0), -item.tables))[:count]


def _side_by_side(style: Style) -> str:
    tables = style.figures.gathered.tables
    items = [item for item in style.figures.ingredients() if item.tables > 1][:40]
    if len(tables) < 2 or not items:
        return ""
    starts = range(0, min(len(tables), 2 * MOST_COLUMNS), MOST_COLUMNS)
    content = "".join(figure(side_by_side(style, items, tables[start:start + MOST_COLUMNS])) for start in starts)
    return content + (figure(base.likeness(style)) if 3 <= len(tables) <= MOST_ALIKE else "")


def _places(style: Style) -> str:
    gathered = style.figures.gathered
    poster = gathered.main_poster
    if poster is None or not gathered.cards:
        return ""
    on_it = {table.result for table in gathered.tables if table.poster == poster}
    items = sorted((item for item in style.figures.of_group(None) if item.tables), key=lambda item: item.text.casefold())
    options = "".join(f'<option value="{escaped(item.item)}">{escaped(item.text)} ({item.tables})</option>' for item in items)
    tools = (f'<div class="tools"><label>{style.say("Laat ook zien waar dit lag", "Also show where this lay")} '
             f'<select id="places-item"><option value="">{style.say("(alles)", "(everything)")}</option>{options}</select></label>'
             '<button type="button" class="n" id="places-cards" data-item="" hidden>'
             f'{style.say("toon de kaartjes", "show the cards")}</button></div>')
    cards = [card for card in gathered.cards if card.result in on_it]
    return f'{tools}<div id="places">{figure(maps.heat_map(style, poster, cards))}</div>'


def _arguments(style: Style) -> str:
    heads = [Head(style.say("Tekst", "Text")), Head(style.say("Kaartje", "Card")),
             Head(style.say("Waar het staat", "Where it stands")), Head(style.say("Tafel", "Table")),
             Head(style.say("Sfeer", "Zone"))]
    doubt = f' <span class="doubt">? {style.say("twijfelachtig", "doubtful")}</span>'
    anchors = {table.result: anchor(table) for table in style.figures.gathered.tables}
    rows = [row(said.text or "–", [
        cell(said.item_text if said.source != "own" else ""),
        cell(" · ".join(words.to(style.language) for words in (SOURCES[said.source], STANCES.get(said.stance or "")) if words),
             doubt if said.doubtful else ""),
        f'<td><a href="#{anchors[said.result]}">{escaped(said.table)}</a></td>',
        cell(style.names.get(said.zone, said.zone or ""))]) for said in style.figures.gathered.arguments]
    return _stances(style) + sorting_table("words", heads, rows) if rows else ""


def _stances(style: Style) -> str:
    """How often each ingredient got each tick; the rows behind it are those of the table below it."""
    items = [item for item in style.figures.of_group(None) if ticked(item)]
    unknown = sum(said.item is None and (said.stance is not None or said.stance_doubtful)
                  for said in style.figures.gathered.arguments)
    told = paragraph(of_no_card(unknown).to(style.language)) if unknown else ""
    if not items:
        return told
    items.sort(key=lambda item: (-(item.stance_yes + item.stance_doubt + item.stance_no), item.text.casefold()))
    heads = [Head(style.say("Ingrediënt", "Ingredient")), *(Head(COLUMNS[name].to(style.language), True) for name in STANCE_COUNTS)]
    rows = [row(item.text, [value(count := getattr(item, name), str(count) if count else "·") for name in STANCE_COUNTS])
            for item in items]
    return paragraph(STANCES_SAY.to(style.language)) + sorting_table("stances", heads, rows) + told


def _method(style: Style) -> str:
    words = [*METHOD, from_tables(style.figures.fewest_tables)]
    return "".join(paragraph(message.to(style.language)) for message in words)
