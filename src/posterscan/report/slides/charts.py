"""Bar charts that can be edited in PowerPoint: each has its figures in a workbook of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Pt

from posterscan.report.slides.deck import Page
from posterscan.report.slides.shapes import EMU, Area
from posterscan.report.slides.text import BREAK, cell, clean, in_lines

_RGB: Any = RGBColor  # python-pptx has types for some of its charts only
_DATA: Any = CategoryChartData


@dataclass(frozen=True)
class Series:
    """Bars of one look; None for no bar."""

    name: str
    values: tuple[float | None, ...]
    fill: str
    line: str


@dataclass(frozen=True)
class Bars:
    """How a chart is set. label_mm: room for the words beside the bars, 0 for none; pt: of all words; lines: of a label at most.

    number: format of the figures in Excel's terms. most: value of the longest bar there could be, None for the largest there is.
    stacked: several series in one bar, each with its figure inside.
    """

    label_mm: float
    pt: float
    lines: int = 2
    number: str = "General"
    most: float | None = None
    stacked: bool = False


def bar_chart(page: Page, area: Area, labels: Sequence[str], series: Sequence[Series], bars: Bars, *, name: str,
              told: str) -> list[str]:
    """Horizontal bars, the first on top; the labels that had to be cut, in full."""
    clear = [clean(label) for label in labels]
    fitted = [in_lines(label, bars.pt, max(bars.label_mm, 1) - 3, bars.lines) for label in clear]
    data = _DATA(number_format=bars.number)
    # a broken word is whole again: the program that draws the chart breaks it itself
    data.categories = [cell(lines.shown.replace(f"-{BREAK}", "").replace(BREAK, " ") if bars.label_mm else label)
                       for lines, label in zip(fitted, clear, strict=True)]
    for one in series:
        data.add_series(cell(clean(one.name)), one.values)
    kind = XL_CHART_TYPE.BAR_CLUSTERED if not bars.stacked else XL_CHART_TYPE.BAR_STACKED
    frame = page.slide.shapes.add_chart(kind, *(round(one * EMU) for one in (area.left, area.top, area.width, area.height)), data)
    about = frame._element.nvGraphicFramePr.cNvPr
    about.set("name", clean(name))
    about.set("descr", clean(told))
    _style(frame.chart, series, bars, area)
    return [label for lines, label in zip(fitted, clear, strict=True) if lines.cut and bars.label_mm]


def _style(chart: Any, series: Sequence[Series], bars: Bars, area: Area) -> None:
    chart.has_title = False
    chart.font.size = Pt(bars.pt)
    chart.has_legend = False  # beside the chart, where it has room
    plot = chart.plots[0]
    plot.gap_width = 45
    if bars.stacked:
        plot.overlap = 100
    plot.has_data_labels = True
    plot.data_labels.show_value = True
    plot.data_labels.number_format, plot.data_labels.number_format_is_linked = bars.number, False
    for bar, one in zip(plot.series, series, strict=True):
        bar.format.fill.solid()
        bar.format.fill.fore_color.rgb = _RGB.from_string(one.fill[1:])
        bar.format.line.color.rgb = _RGB.from_string(one.line[1:])
        bar.format.line.width = Pt(0.75)
    _axes(chart, series, bars)
    _inner(chart, bars, area)


def _axes(chart: Any, series: Sequence[Series], bars: Bars) -> None:
    """The first label on top; no scale, since every bar says its value."""
    words, values = chart.category_axis, chart.value_axis
    words.reverse_order, words.major_tick_mark = True, XL_TICK_MARK.NONE
    words.format.line.fill.background()
    words.has_major_gridlines = values.has_major_gridlines = False
    if not bars.label_mm:
        words.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    totals = [sum(value or 0.0 for value in column) for column in zip(*(one.values for one in series), strict=True)]
    # room for the figure beyond the longest bar; a chart of noughts has a scale too
    most = bars.most or max(totals, default=0.0) or 1.0
    values.minimum_scale, values.maximum_scale = 0, most * (1.0 if bars.stacked else 1.18)
    values.visible = False


def _inner(chart: Any, bars: Bars, area: Area) -> None:
    """The bars' own rectangle, so that charts beside each other line up and labels get the room that was measured."""
    x = bars.label_mm / area.width
    plot = chart._chartSpace.chart.plotArea
    for old in plot.findall(qn("c:layout")):
        plot.remove(old)
    plot.insert(0, parse_xml(
        '<c:layout xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:manualLayout><c:layoutTarget val="inner"/>'
        '<c:xMode val="edge"/><c:yMode val="edge"/>'
        f'<c:x val="{x:.4f}"/><c:y val="0"/><c:w val="{1.0 - x:.4f}"/><c:h val="1"/></c:manualLayout></c:layout>'))
