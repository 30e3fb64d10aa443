"""The tidy rows as tables in memory and as CSV and Parquet files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from posterscan.places import Place
from posterscan.report.figures import Figures
from posterscan.report.rows import KINDS
from posterscan.tidy import TidyTable, arrow_table, workshop


def rows_of(figures: Figures, kind: str) -> Sequence[Any]:
    """The rows of one of `rows.KINDS`."""
    rows: Sequence[Any] = getattr(figures if kind in ("items", "item_zones") else figures.gathered, kind)
    return rows


def table_of(kind: str, rows: Sequence[Any]) -> Any:
    """A pyarrow table."""
    return arrow_table(KINDS[kind], rows)


def write_rows(place: Place, figures: Figures) -> list[str]:
    """Writes `<kind>.csv` and `<kind>.parquet` of every kind; their names."""
    names = []
    with workshop(place) as folder:
        for kind, row in KINDS.items():
            with TidyTable(folder / kind, row) as table:
                table.add(rows_of(figures, kind))
            names += [f"{kind}.csv", f"{kind}.parquet"]
        for name in names:
            place.put(name, folder / name)
    return names
