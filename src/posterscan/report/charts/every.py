"""Every chart of a report with a name of its own, for pictures beside it and for pages of the PDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from posterscan.messages import Language
from posterscan.report.charts import base, maps
from posterscan.report.charts.base import Chart, Style
from posterscan.report.charts.tables import MOST_COLUMNS, groups_intentions, groups_zones, side_by_side
from posterscan.report.figures import Figures
from posterscan.report.html.sections import MOST_ALIKE, most_apart
from posterscan.report.rows import ItemRow

_ROWS = {"agreement": 25, "ranking": 18, "tables": 24, "groups": 30}  # in one chart; of groups, bars


def all_charts(figures: Figures, language: Language) -> Iterator[tuple[str, Chart]]:
    """Name and chart; of a long one the parts are numbered from the second on."""
    counts: Counter[str] = Counter()
    for _, chart in parts(Style(figures, language)):
        counts[chart.name] += 1
        yield (chart.name if counts[chart.name] == 1 else f"{chart.name}-{counts[chart.name]}"), chart


def parts(style: Style) -> Iterator[tuple[str, Chart]]:
    """The part of the report (as `section_words.TITLES`) and the chart; long ones in several, each small enough for a page."""
    figures = style.figures
    laid = [item for item in figures.ingredients() if item.tables]
    votes = [item for item in figures.intentions() if item.tables]
    poster = figures.gathered.main_poster
    if poster is not None and laid:
        yield "total", maps.total_picture(style, laid, poster)
    for part, items in _split(laid, _ROWS["agreement"]):
        yield "ingredients", base.agreement(style, items, part=part)
    if any(item.stickers for item in votes):
        for part, items in _split(votes, _ROWS["ranking"]):
            yield "intentions", base.ranking(style, items, part=part)
    yield from (("groups", chart) for chart in _groups(style))
    yield from (("tables-side-by-side", chart) for chart in _tables(style))
    if poster is not None and figures.gathered.cards:
        on_it = {table.result for table in figures.gathered.tables if table.poster == poster}
        yield "places", maps.heat_map(style, poster, [card for card in figures.gathered.cards if card.result in on_it])


def _groups(style: Style) -> Iterator[Chart]:
    groups = len(style.figures.gathered.groups)
    if groups > 1:
        each = max(1, _ROWS["groups"] // groups)
        if chosen := most_apart(style, each):
            yield groups_zones(style, chosen)
        if votes := [item for item in style.figures.intentions() if item.stickers][:each]:
            yield groups_intentions(style, votes)


def _tables(style: Style) -> Iterator[Chart]:
    tables = style.figures.gathered.tables
    items = [item for item in style.figures.ingredients() if item.tables > 1][:2 * _ROWS["tables"]]
    for start in range(0, min(len(tables), 2 * MOST_COLUMNS) if len(tables) > 1 else 0, MOST_COLUMNS):
        for part, some in _split(items, _ROWS["tables"]):
            yield side_by_side(style, some, tables[start:start + MOST_COLUMNS], part=part)
    if 3 <= len(tables) <= MOST_ALIKE:
        yield base.likeness(style)


def _split(items: Sequence[ItemRow], most: int) -> Iterator[tuple[str, Sequence[ItemRow]]]:
    """Parts of a long list, as even as can be, with what to add to the title."""
    count = -(-len(items) // most)
    for part in range(count):
        start, end = part * len(items) // count, (part + 1) * len(items) // count
        yield (f" ({part + 1}/{count})" if count > 1 else ""), items[start:end]
