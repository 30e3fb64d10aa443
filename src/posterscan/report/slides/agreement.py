"""What tables agree on and what they differ on: bars that count tables in the colours of the zones."""

from __future__ import annotations

from posterscan.report.rows import ItemRow
from posterscan.report.slides import words as say
from posterscan.report.slides.charts import Bars, Series, bar_chart
from posterscan.report.slides.deck import Page
from posterscan.report.slides.flow import said, stacked
from posterscan.report.slides.shapes import Area, Look
from posterscan.report.slides.story import Story
from posterscan.report.slides.text import clean, width_mm
from posterscan.report.words import decimal, of

_BODY_PT, _SMALL_PT, _ALONE_PT = 14.0, 12.0, 18.0
_MOST, _ROW_MM, _HEAD_MM, _GAP_MM = 8, 14.0, 9.0, 10.0
_KEY_MM, _SWATCH_MM = 7.0, 4.0
_LABEL_PART = 0.55


def agreement(story: Story) -> None:
    """Two charts, or in words why there is nothing to compare."""
    rows = comparable(story)
    if not rows:
        words = say.ONE_TABLE if len(story.gathered.tables) == 1 else say.NONE_SHARED
        story.texts(say.AGREEMENT, [said(story.to(words), _ALONE_PT)])
        return
    agreed, disputed = most_agreed(rows), most_disputed(rows)
    page = story.page(say.AGREEMENT)
    keyed = _key(story, page, [*agreed, *disputed])
    width, height = (page.area.width - _GAP_MM) / 2, page.area.height - keyed
    most = float(max((row.tables for row in [*agreed, *disputed]), default=1))
    cut = []
    for left, rows_here, heading, none, figure in (
            (0.0, agreed, say.AGREED, say.NONE_ALIKE, _alike), (width + _GAP_MM, disputed, say.DISPUTED, say.ALL_ALIKE, _apart)):
        area = Area(page.area.left + left, page.area.top, width, height)
        story.heading(page, area.row(0, _HEAD_MM), heading)
        if rows_here:
            labels = [f"{row.text} · {figure(story, row)}" for row in rows_here]
            cut += _chart(story, page, area, rows_here, labels, story.to(heading), most)
        else:
            page.drawing.words(area.row(_HEAD_MM, 30), stacked([said(story.to(none), _BODY_PT)], width)[0], name=story.to(heading))
    story.note_cut(page, cut)


def comparable(story: Story) -> list[ItemRow]:
    """Ingredients that enough tables laid for a percentage; where there are hardly any, all that more than one laid."""
    shared = [row for row in story.figures.ingredients() if row.dispute is not None]
    enough = [row for row in shared if row.tables >= story.figures.fewest_tables]
    return enough if len(enough) >= _MOST else shared


def most_agreed(rows: list[ItemRow]) -> list[ItemRow]:
    """What more than half of the tables that laid it laid alike: by that part, and then by how many tables laid it."""
    alike = [row for row in rows if row.zone != "" and (row.zone_tables or 0.0) * 2 > row.tables]
    return sorted(alike, key=lambda row: (-(row.zone_tables or 0.0) / row.tables, -row.tables, row.text.casefold()))[:_MOST]


def most_disputed(rows: list[ItemRow]) -> list[ItemRow]:
    """By dispute, and then by how many tables laid it."""
    apart = [row for row in rows if row.dispute]
    return sorted(apart, key=lambda row: (-(row.dispute or 0.0), -row.tables, row.text.casefold()))[:_MOST]


def _alike(story: Story, row: ItemRow) -> str:
    return of(row.zone_tables or 0.0, row.tables, story.figures.fewest_tables, story.language)


def _apart(story: Story, row: ItemRow) -> str:
    """The dispute; of few tables, which say too little of it, how many they are."""
    if row.tables < story.figures.fewest_tables:
        return story.to(say.tables(row.tables))
    return decimal(row.dispute or 0.0, story.language, 2)


def _chart(story: Story, page: Page, area: Area, rows: list[ItemRow], labels: list[str], name: str, most: float) -> list[str]:
    chart = area.row(_HEAD_MM, min(area.height - _HEAD_MM, _ROW_MM * len(rows)))
    told = "; ".join(f"{label}: {_spread(story, row)}" for label, row in zip(labels, rows, strict=True))
    bars = Bars(area.width * _LABEL_PART, _SMALL_PT, 2, "General", most, stacked=True)
    return bar_chart(page, chart, labels, _series(story, rows), bars, name=name, told=told)


def _series(story: Story, rows: list[ItemRow]) -> list[Series]:
    """Per zone the number of tables that laid each item there."""
    zones = [story.figures.zones_of(row.item) for row in rows]
    out = []
    for zone in _used(story, rows):
        look = story.looks[zone]
        values = tuple(round(tables[zone], 3) if tables.get(zone) else None for tables in zones)
        out.append(Series(str(story.zones.get(zone, zone)), values, look.fill, look.line))
    return out


def _used(story: Story, rows: list[ItemRow]) -> list[str | None]:
    """Zones that any of these lay in."""
    return story.in_order({zone for row in rows for zone in story.figures.zones_of(row.item)})


def _spread(story: Story, row: ItemRow) -> str:
    zones = story.figures.zones_of(row.item)
    return ", ".join(f"{story.zones.get(zone, zone)} {decimal(zones[zone], story.language)}" for zone in _used(story, [row]))


def _key(story: Story, page: Page, rows: list[ItemRow]) -> float:
    """What the colours mean, once for both charts, at the foot of the slide; its height in mm."""
    area = page.area
    lines: list[list[tuple[float, str | None, str]]] = [[]]
    left = 0.0
    for zone in _used(story, rows):
        name = clean(str(story.zones.get(zone, zone)))
        wide = min(area.width, width_mm(name, _SMALL_PT) + 2 * _SWATCH_MM + 2)
        if left + wide > area.width:
            lines.append([])
            left = 0.0
        lines[-1].append((left, zone, name))
        left += wide + 4
    shown, tall = stacked([said(story.to(say.HOW_TO_READ), _SMALL_PT)], area.width)
    height = _KEY_MM * len(lines) + tall + 1
    for number, line in enumerate(lines):
        top = area.bottom - height + number * _KEY_MM
        for at, zone, name in line:
            look = story.looks[zone]
            page.drawing.words(Area(area.left + at, top + 0.8, _SWATCH_MM, _SWATCH_MM), [], Look(look.fill, look.line), name=name)
            words = Area(area.left + at + _SWATCH_MM + 2, top, width_mm(name, _SMALL_PT) + 2, _KEY_MM)
            page.drawing.words(words, [said(name, _SMALL_PT)], name=name)
    page.drawing.words(area.row(area.height - tall, tall), shown, name="Legend")
    return height + 2
