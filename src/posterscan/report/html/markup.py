"""Pieces of HTML that the parts of the report's page are made of; all text in them is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from posterscan.report.charts.base import Chart
from posterscan.report.charts.pen import escaped


@dataclass(frozen=True)
class Head:
    """A column's head; number: its values stand at the right and sort as numbers."""

    text: str
    number: bool = False


def figure(chart: Chart) -> str:
    """A chart under its title."""
    return f"<figure><figcaption>{escaped(chart.title)}</figcaption>{chart.svg()}</figure>"


def sorting_table(name: str, heads: Sequence[Head], rows: Iterable[str]) -> str:
    """A table that scrolls by itself and sorts by a press on a head; name: its id."""
    cells = "".join(f'<th scope="col"{_CLASS if head.number else ""}><button type="button">{escaped(head.text)}</button></th>'
                    for head in heads)
    return (f'<div class="scroll high" tabindex="0" role="region" aria-label="{escaped(heads[0].text)}">'
            f'<table class="sorts" id="{name}"><thead><tr>{cells}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>')


_CLASS = ' class="n"'


def row(head: str, cells: Iterable[str]) -> str:
    """A row of cells after its head."""
    return f'<tr><th scope="row">{escaped(head)}</th>{"".join(cells)}</tr>'


def cell(text: str, more: str = "") -> str:
    """Text; more: HTML after it."""
    return f"<td>{escaped(text)}{more}</td>"


def value(number: float | None, shown: str) -> str:
    """A number as it is shown; None sorts below all."""
    return f'<td class="n" data-value="{-1 if number is None else number}">{escaped(shown)}</td>'


def opening(number: float, shown: str, label: str, item: str, zone: str | None = None) -> str:
    """A number that opens the cards behind it: of an item, and of one zone ("" for none) where that is given."""
    about = f' data-zone="{escaped(zone)}"' if zone is not None else ""
    return (f'<td class="n" data-value="{number:.4f}"><button type="button" class="n" data-item="{escaped(item)}"{about} '
            f'aria-label="{escaped(f"{label}: {shown}")}">{escaped(shown)}</button></td>')


def paragraph(text: str) -> str:
    """A paragraph."""
    return f'<p class="says">{escaped(text)}</p>'
