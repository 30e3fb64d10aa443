"""Intentions by stickers, as charts that can be edited."""

from __future__ import annotations

from posterscan.report.looks import ACCENT
from posterscan.report.rows import ItemRow
from posterscan.report.slides import words as say
from posterscan.report.slides.charts import Bars, Series, bar_chart
from posterscan.report.slides.deck import Page
from posterscan.report.slides.flow import said
from posterscan.report.slides.shapes import Area
from posterscan.report.slides.story import Story
from posterscan.report.slides.text import in_lines

_BODY_PT, _SMALL_PT = 14.0, 12.0
_ON_A_SLIDE = 15
_HEAD_MM, _ROW_MM = 9.0, 15.0
_LABEL_PART, _STICKERS_PART = 0.46, 0.76  # of the slide's width: labels end, and the bars of stickers end
_PALE = "#9DB8C2"


def ranking(story: Story) -> None:
    """Stickers per intention and, where participants are known, per participant; most first, over as many slides as it takes."""
    rows = [row for row in story.figures.intentions() if row.tables]
    if not rows:
        story.texts(say.RANKING, [said(story.to(say.NO_INTENTIONS), _BODY_PT)])
        return
    count = -(-len(rows) // _ON_A_SLIDE)
    size = -(-len(rows) // count)
    for number in range(count):
        page = story.page(say.RANKING, part=(number + 1, count))
        _ranked(story, page, rows[number * size : (number + 1) * size], rows)


def _ranked(story: Story, page: Page, part: list[ItemRow], rows: list[ItemRow]) -> None:
    """One slide's part of all rows, whose bars are as long as on the others."""
    area = page.area
    people = any(row.per_participant is not None for row in rows)
    label, end = area.width * _LABEL_PART, area.width * (_STICKERS_PART if people else 1.0)
    chart = area.row(_HEAD_MM, min(area.height - _HEAD_MM - _HEAD_MM, _ROW_MM * len(part)))
    one_line = not any(in_lines(row.text, _BODY_PT, label - 3, 1).cut for row in part)
    pt, lines = (_BODY_PT, 1) if one_line else (_BODY_PT, 2) if chart.height / len(part) > 12.5 else (_SMALL_PT, 2)
    story.heading(page, area.column(label, end - label).row(0, _HEAD_MM), say.STICKERS)
    values = tuple(float(row.stickers) for row in part)
    told = "; ".join(f"{row.text}: {row.stickers}" for row in part)
    bars = Bars(label, pt, lines, "0", float(max(row.stickers for row in rows)) or 1.0)
    series = Series(story.to(say.STICKERS), values, ACCENT, ACCENT)
    cut = bar_chart(page, chart.column(0, end), [row.text for row in part], [series], bars, name=story.to(say.STICKERS), told=told)
    if people:
        _per_participant(story, page, chart.column(end, area.width - end), part, rows)
    if not any(row.stickers for row in rows):
        page.drawing.words(area.row(area.height - _HEAD_MM, _HEAD_MM), [said(story.to(say.NO_STICKERS), _BODY_PT)], name="Note")
    story.note_cut(page, cut)


def _per_participant(story: Story, page: Page, chart: Area, part: list[ItemRow], rows: list[ItemRow]) -> None:
    """A second chart in line with the first, whose labels count for both."""
    story.heading(page, Area(chart.left, page.area.top, chart.width, _HEAD_MM), say.PER_PARTICIPANT)
    series = Series(story.to(say.PER_PARTICIPANT), tuple(row.per_participant for row in part), _PALE, ACCENT)
    told = "; ".join(f"{row.text}: {row.per_participant:.2f}" for row in part if row.per_participant is not None)
    bars = Bars(0.0, _BODY_PT, 1, "0.00", max((row.per_participant or 0.0 for row in rows), default=0.0) or 1.0)
    bar_chart(page, chart, [row.text for row in part], [series], bars, name=story.to(say.PER_PARTICIPANT), told=told)
