"""Groups of tables side by side, in a table that can be edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.enum.text import MSO_ANCHOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Pt

from posterscan.report.looks import GRID
from posterscan.report.rows import ItemRow
from posterscan.report.slides import words as say
from posterscan.report.slides.deck import Page
from posterscan.report.slides.shapes import EMU
from posterscan.report.slides.story import Story
from posterscan.report.slides.text import clean, in_lines
from posterscan.report.words import of

_ON_A_SLIDE, _INGREDIENTS, _INTENTIONS = 4, 6, 3
_FIRST_PART, _PT, _PAD_MM = 0.22, 12.0, 1.5
_BARE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's own "no style, no grid"


def groups(story: Story) -> None:
    """Where each group laid the ingredients that groups laid most differently, and what got most of its stickers."""
    names = story.gathered.groups
    if not names:
        return
    items = _told_apart(story)
    count = -(-len(names) // _ON_A_SLIDE)
    size = -(-len(names) // count)
    for number in range(count):
        part = names[number * size : (number + 1) * size]
        page = story.page(say.GROUPS, part=(number + 1, count))
        rows = [["", *part], [story.to(say.TABLES_IN), *(str(_tables(story, group)) for group in part)],
                [story.to(say.PARTICIPANTS), *(_people(story, group) for group in part)],
                *([item.text, *(_where(story, item, group) for group in part)] for item in items),
                *([f"{story.to(say.TOP_INTENTIONS)}, {place + 1}", *(_intention(story, group, place) for group in part)]
                  for place in range(_INTENTIONS))]
        story.note_cut(page, _table(story, page, rows))


def _told_apart(story: Story) -> list[ItemRow]:
    """Ingredients that more than one group laid, those first in which they differ most."""
    by_group = [{row.item: row.tables for row in story.figures.of_group(group)} for group in story.gathered.groups]
    rows = []
    for row in story.figures.ingredients():
        apart = story.figures.between_groups(row.item)
        if apart is not None:
            # one table says little of a group: what several laid in two groups or more goes first
            told = sum(tables.get(row.item, 0) > 1 for tables in by_group) > 1
            rows.append(((not told, -apart, -row.tables, row.text.casefold(), row.item), row))
    return [row for _, row in sorted(rows, key=lambda one: one[0])[:_INGREDIENTS]]


def _tables(story: Story, group: str) -> int:
    return sum(table.group == group for table in story.gathered.tables)


def _people(story: Story, group: str) -> str:
    known = [table.participants for table in story.gathered.tables if table.group == group and table.participants is not None]
    return str(sum(known)) if len(known) == _tables(story, group) else story.to(say.UNKNOWN)


def _where(story: Story, item: ItemRow, group: str) -> str:
    """"Persoonlijk, 3 van 4"."""
    row = next((one for one in story.figures.of_group(group) if one.item == item.item), None)
    if row is None or not row.tables:
        return story.to(say.NOT_LAID)
    zone = str(story.zones.get(row.zone, row.zone))
    part = of(row.zone_tables or 0.0, row.tables, story.figures.fewest_tables, story.language)
    return zone if row.zone == "" else f"{zone}, {part}"


def _intention(story: Story, group: str, place: int) -> str:
    rows = [row for row in story.figures.intentions(group) if row.stickers]
    return f"{rows[place].text} ({rows[place].stickers})" if place < len(rows) else story.to(say.NOT_LAID)


def _table(story: Story, page: Page, rows: Sequence[Sequence[str]]) -> list[str]:
    """Puts rows into a table whose first row and column are heads; cells that are cut, in full."""
    area = page.area
    first = area.width * _FIRST_PART
    widths = [first] + [(area.width - first) / (len(rows[0]) - 1)] * (len(rows[0]) - 1)
    height = area.height / len(rows)
    place = (round(one * EMU) for one in (area.left, area.top, area.width, area.height))
    frame = page.slide.shapes.add_table(len(rows), len(widths), *place)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(story.to(say.GROUPS)))
    table = frame.table
    table._tbl.tblPr.find(qn("a:tableStyleId")).text = _BARE
    cut = []
    for column, width in enumerate(widths):
        table.columns[column].width = round(width * EMU)
    for number, row in enumerate(rows):
        table.rows[number].height = round(height * EMU)
        for column, text in enumerate(row):
            bold = number == 0 or column == 0
            lines = in_lines(clean(text), _PT, widths[column] - 2 * _PAD_MM, max(1, int(height / (_PT * 0.43))), bold=bold)
            _fill(table.cell(number, column), lines.shown, bold)
            cut += [text] if lines.cut else []
    return cut


def _fill(cell: Any, shown: str, bold: bool) -> None:
    """Words of a cell, with a thin line below it."""
    cell.margin_left = cell.margin_right = round(_PAD_MM * EMU)
    cell.margin_top = cell.margin_bottom = 0
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.text = shown  # python-pptx makes a line break of a `BREAK`
    paragraph.font.size, paragraph.font.bold = Pt(_PT), bold
    for run in paragraph.runs:
        run.font.size, run.font.bold = Pt(_PT), bold
    cell._tc.get_or_add_tcPr().append(parse_xml(_LINE))


_LINE = (f'<a:lnB xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" w="9525"><a:solidFill>'
         f'<a:srgbClr val="{GRID[1:]}"/></a:solidFill></a:lnB>')
