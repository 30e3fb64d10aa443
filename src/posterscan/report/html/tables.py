"""The page's part about each table: its picture, its order of intentions, its cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from posterscan.files import table_name
from posterscan.report.charts.base import Style
from posterscan.report.charts.pen import escaped
from posterscan.report.html.pictures import Pictures
from posterscan.report.rows import PlacementRow, TableRow
from posterscan.report.words import REVIEW


def anchor(table: TableRow) -> str:
    """A table's place in the page."""
    return "t-" + table_name(table.result.removesuffix(".json"))


def table_articles(style: Style, shown: Pictures) -> str:
    """All tables, as HTML."""
    cards: dict[str, list[PlacementRow]] = defaultdict(list)
    for row in style.figures.gathered.cards:
        cards[row.result].append(row)
    return "".join(_article(style, table, cards[table.result], shown) for table in style.figures.gathered.tables)


def told_of(style: Style, table: TableRow) -> str:
    """Where, when, how many, and whether somebody looked it over."""
    told = [part for part in (table.group, table.session_place, table.session_date) if part]
    if table.participants is not None:
        told.append(f"{table.participants} {style.say('deelnemers', 'participants')}")
    looked = f"{style.say('nagekeken', 'looked over')}: {REVIEW[table.review].to(style.language)}"
    by = f" {style.say('door', 'by')} {table.reviewers}" if table.reviewers else ""
    cards = style.say("kaartje" if table.cards == 1 else "kaartjes", "card" if table.cards == 1 else "cards")
    return " · ".join(dict.fromkeys([*told, f"{table.cards} {cards}", f"{table.stickers} stickers", looked + by]))


def in_order(cards: Sequence[PlacementRow]) -> list[PlacementRow]:
    """The intentions of one table: most stickers first, then from the top of the ladder."""
    intentions = [card for card in cards if card.kind == "intention"]
    return sorted(intentions, key=lambda card: (-card.stickers, card.place_on_ladder is None, card.place_on_ladder))


def _article(style: Style, table: TableRow, cards: Sequence[PlacementRow], shown: Pictures) -> str:
    head = f"<header><h3>{escaped(table.table)}</h3><p>{escaped(told_of(style, table))}</p></header>"
    side = f'<div class="side">{_order(style, cards)}{_laid(style, cards)}</div>'
    return f'<article class="table" id="{anchor(table)}">{head}<div>{_sheet(style, table, shown)}</div>{side}</article>'


def _sheet(style: Style, table: TableRow, shown: Pictures) -> str:
    source = shown.sheets.get(table.picture)
    if source is None:
        return f'<p>{style.say("Er is geen rechtgetrokken foto.", "There is no rectified picture.")}</p>'
    return f'<img class="sheet" loading="lazy" src="{escaped(source)}" alt="{escaped(table.table)}">'


def _order(style: Style, cards: Sequence[PlacementRow]) -> str:
    votes = in_order(cards)
    items = "".join(f"<li>{_button(card, f'{_named(style, card)} ({card.stickers})')}</li>" for card in votes)
    return f"<div><h3>{style.say('Bedoelingen', 'Intentions')}</h3><ol>{items}</ol></div>" if votes else ""


def _laid(style: Style, cards: Sequence[PlacementRow]) -> str:
    rest = sorted((card for card in cards if card.kind != "intention"), key=lambda card: _named(style, card).casefold())
    by_zone: dict[str | None, list[PlacementRow]] = defaultdict(list)
    for card in rest:
        by_zone[card.zone].append(card)
    known = [zone for zone in style.zones() if zone in by_zone]
    return "".join(_chips(style, style.names.get(zone, zone or ""), by_zone[zone]) for zone in dict.fromkeys([*known, *by_zone]))


def _chips(style: Style, title: str, cards: Sequence[PlacementRow]) -> str:
    inside = "".join(f"<li>{_button(card, _named(style, card))}</li>" for card in cards)
    return f'<div><h3>{escaped(title)}</h3><ul class="chips">{inside}</ul></div>'


def _named(style: Style, card: PlacementRow) -> str:
    return card.text.strip() or style.say("(niet gelezen)", "(not read)")


def _button(card: PlacementRow, text: str) -> str:
    doubtful = ' class="doubtful"' if card.doubtful else ""
    return (f'<button type="button"{doubtful} data-table="{escaped(card.result)}" data-card="{escaped(card.card_id)}">'
            f'{escaped(text)}{" ?" if card.doubtful else ""}</button>')
