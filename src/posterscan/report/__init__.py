"""Results as tidy rows, and what is made of those rows: workbook, slides, page and charts.

For analysts, one line gives a DataFrame:

>>> from posterscan.report import load
>>> cards = load("out")                      # one row per card, corrections applied
>>> tables = load("out", "tables")           # also: stickers, items, item_zones, arguments
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from posterscan.report.gather import Grouping

__all__ = ["Kind", "load"]

Kind = Literal["cards", "stickers", "tables", "items", "item_zones", "arguments"]
Folder = str | os.PathLike[str]


def load(folder: Folder | Sequence[Folder], kind: Kind = "cards", *, kit: Folder | None = None,
         same: Folder | Mapping[str, str] | None = None, by: Grouping | None = None,
         fewest_tables: int | None = None) -> pd.DataFrame:
    """The results in a folder (or several) as a pandas DataFrame, with what humans corrected.

    kind: which rows, see docs/report.md for the columns; texts are of pandas' string type, counts that may be missing Int64.
    kit: folder of layout and catalogue, for results that were made without keeping them. same: mapping file of other words for the
    same thing, or the same as a mapping. by: what tables are compared under (`session`, `place`, `date`, `folder` or `none`).
    fewest_tables: shares of fewer tables are left out. ValueError for a kind or a `by` that there is not;
    `posterscan.errors.UsageError`, which says what to do, where a folder holds no results.
    """
    from posterscan.report.figures import FEWEST_TABLES, Figures
    from posterscan.report.gather import GROUPINGS, gather
    from posterscan.report.rows import KINDS
    from posterscan.report.same import read_same, said_same
    from posterscan.report.tidy_files import rows_of, table_of

    if kind not in KINDS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}, not {kind!r}")
    if by is not None and by not in GROUPINGS:
        raise ValueError(f"by is one of {', '.join(GROUPINGS)}, not {by!r}")
    folders = [Path(folder)] if isinstance(folder, str | os.PathLike) else [Path(one) for one in folder]
    words = None if same is None else said_same(same) if isinstance(same, Mapping) else read_same(Path(same))
    gathered = gather(folders, kit=Path(kit) if kit is not None else None, same=words, by=by)
    figures = Figures(gathered, FEWEST_TABLES if fewest_tables is None else fewest_tables)
    frame: pd.DataFrame = table_of(kind, rows_of(figures, kind)).to_pandas(types_mapper=_types())
    return frame


def _types() -> Callable[[object], object]:
    import pandas as pd
    import pyarrow as pa

    types = {pa.string(): pd.StringDtype(), pa.int64(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype(),
             pa.bool_(): pd.BooleanDtype()}
    return types.get
