"""A slide per table: its poster with every card at its place, beside it the order of its intentions."""

from __future__ import annotations

from posterscan.report.looks import ACCENT
from posterscan.report.rows import PlacementRow, TableRow
from posterscan.report.slides import words as say
from posterscan.report.slides.charts import Bars, Series, bar_chart
from posterscan.report.slides.deck import Page
from posterscan.report.slides.flow import said, stacked
from posterscan.report.slides.model import Piece, Sizes
from posterscan.report.slides.shapes import Area, Paragraph
from posterscan.report.slides.story import Story
from posterscan.report.slides.text import NO_BREAK, clean

_BESIDE_MM, _BESIDE_PART = 84.0, 0.28  # of a slide, for the chart and what there is to say of the table; the smaller of the two
_GAP_MM = 6.0
_SIZES = Sizes(pt=10.0, least_pt=8.0, width=28.0)
_CHART_PT, _LABEL_PART, _LINE_MM = 10.0, 0.62, 4.6  # of the chart: letters, labels as a part of its width, a line of a label
_LEAST_ROW_MM, _MOST_ROW_MM = 10.0, 15.0
_HEAD_MM = 7.0
_BODY_PT, _SMALL_PT = 14.0, 12.0


def table_slides(story: Story, table: TableRow, cards: list[PlacementRow]) -> None:
    """The slides of one table; a second one only where its cards would be too small to read on one."""
    title, foot = _title(story, table), f"{table.table}: {story.to(say.state(table))}"
    if table.poster not in story.gathered.posters:
        _listed(story, table, cards, title, foot)
        return
    area = story.deck.area
    beside = min(_BESIDE_MM, area.width * _BESIDE_PART)
    model = story.model(table.poster, area.column(0, area.width - beside - _GAP_MM), ladder=True)
    spreads = model.spread([_piece(story, row) for row in cards], _SIZES, in_order=False)
    left = model.area.width + _GAP_MM
    for number, spread in enumerate(spreads, 1):
        page = story.page(title, foot, (number, len(spreads)))
        cut = model.draw(page.drawing, spread)
        cut += _beside(story, page, area.column(left, area.width - left), table, cards, len(spreads))
        story.note_cut(page, cut)


def words_of(story: Story, row: PlacementRow) -> str:
    """What a card says, or that nobody could read it."""
    text = clean(row.text) or clean(row.item_text) or story.to(say.NOT_READ)
    return story.to(say.BACK_UP) + text if row.side == "back" else text


def _title(story: Story, table: TableRow) -> str:
    """The table, and the session where there are several."""
    several = len({(one.session_name, one.session_place, one.session_date) for one in story.gathered.tables}) > 1
    session = [table.session_name, table.session_place, table.session_date] if several else []
    return " · ".join(part for part in (table.table, *session) if part)


def _mark(row: PlacementRow) -> str:
    """A sign for doubt, and the stickers of a card that could have some."""
    stickers = [f"●{NO_BREAK}{row.stickers}"] if row.kind == "intention" or row.stickers else []
    return NO_BREAK.join((["?"] if row.doubtful else []) + stickers)


def _piece(story: Story, row: PlacementRow) -> Piece:
    text = words_of(story, row)
    return Piece(row.center_x_mm, row.center_y_mm, row.zone, text, _mark(row), row.doubtful, italic=_is_slanted(row),
                 name=row.card_id, told=story.to(say.told(row, text, story.zone(row))),
                 link=story.crops(row.crop) if story.crops is not None else "")


def _is_slanted(row: PlacementRow) -> bool:
    """What is not printed on the front of a card."""
    return row.handwritten or row.side == "back" or not clean(row.text)


def _beside(story: Story, page: Page, area: Area, table: TableRow, cards: list[PlacementRow], slides: int) -> list[str]:
    """What there is to say of the table, and its ranking below that; labels that are cut."""
    lines = _facts(story, table)
    nowhere = any(row.zone is None and not row.doubtful for row in cards)
    signs = [sign for sign, there in ((say.SIGN, table.doubtful), (say.IN_NO_ZONE, nowhere),
                                      (say.DOT, table.intentions or table.stickers),
                                      (say.ITALIC, any(row.handwritten for row in cards))) if there]
    lines += [said(story.to(sign), _SMALL_PT, after_pt=2) for sign in signs]
    if slides > 1:
        lines.append(said(story.to(say.ON_MORE_SLIDES).format(slides), _SMALL_PT, after_pt=2))
    if not cards:
        lines.append(said(story.to(say.NO_CARDS), _BODY_PT))
    shown, height = stacked(lines, area.width)
    page.drawing.words(area.row(0, height), shown, name=table.table)
    return _ranking(story, page, area.row(height + 4, area.height - height - 4), cards)


def _facts(story: Story, table: TableRow) -> list[Paragraph]:
    """How many people, cards and stickers, and whether somebody looked it over."""
    people = [say.people(table.participants)] if table.participants is not None else []
    reviewed = story.to(say.REVIEWED[table.review])
    lines = [story.to(say.joined([*people, say.cards(table.cards)])), story.to(say.stickers(table.stickers)),
             reviewed[0].upper() + reviewed[1:]]
    return [said(line, _BODY_PT, after_pt=2) for line in lines]


def _ranking(story: Story, page: Page, area: Area, cards: list[PlacementRow]) -> list[str]:
    """The table's intentions by stickers, as many as there is room for."""
    intentions = sorted((row for row in cards if row.kind == "intention"), key=lambda row: (-row.stickers, row.card_id))
    if not intentions:
        return []
    story.heading(page, area.row(0, _HEAD_MM), say.TOP_INTENTIONS)
    most = max(1, int((area.height - 2 * _HEAD_MM) / _LEAST_ROW_MM))
    shown = intentions[:most]
    labels = [words_of(story, row) for row in shown]
    row_mm = min(_MOST_ROW_MM, (area.height - 2 * _HEAD_MM) / len(shown))
    chart = area.row(_HEAD_MM, row_mm * len(shown))
    if len(intentions) > most:
        more = said(story.to(say.MORE).format(len(intentions) - most), _SMALL_PT)
        page.drawing.words(Area(area.left, chart.bottom, area.width, _HEAD_MM), [more], name="More")
    series = Series(story.to(say.STICKERS), tuple(float(row.stickers) for row in shown), ACCENT, ACCENT)
    told = "; ".join(f"{label}: {row.stickers}" for label, row in zip(labels, shown, strict=True))
    bars = Bars(area.width * _LABEL_PART, _CHART_PT, max(1, min(3, int(row_mm / _LINE_MM))), "0")
    return bar_chart(page, chart, labels, [series], bars, name=story.to(say.STICKERS), told=told)


def _listed(story: Story, table: TableRow, cards: list[PlacementRow], title: str, foot: str) -> None:
    """The cards by zone, for a poster that nobody knows the zones' places of."""
    lines = [*_facts(story, table), said(story.to(say.UNKNOWN_POSTER), _BODY_PT, after_pt=8)]
    for zone in story.in_order({row.zone for row in cards}):
        rows = sorted((row for row in cards if row.zone == zone), key=lambda row: (-row.stickers, row.center_y_mm, row.center_x_mm))
        lines.append(said(f"{story.zone(rows[0])} ({len(rows)})", _BODY_PT, bold=True, after_pt=2))
        lines += [said(f"{_mark(row)} {words_of(story, row)}", _BODY_PT, italic=_is_slanted(row), after_pt=2) for row in rows]
    if not cards:
        lines.append(said(story.to(say.NO_CARDS), _BODY_PT))
    story.texts(title, lines, columns=3, foot=foot)
