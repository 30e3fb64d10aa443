"""Rows as tidy tables: parquet for programs, CSV for people; a dataclass gives the columns."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

from posterscan.places import Place
from posterscan.places_base import cannot_write

GROUP_ROWS = 10_000  # rows kept in memory: some tens of MB
BOM = "\ufeff"  # without it, Excel takes UTF-8 for something else
# A cell that begins with one of these is a formula to a spreadsheet, whoever wrote it on a card.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def schema(kind: type[Any]) -> Any:
    """The pyarrow schema of a kind of row; a column can be null where a field can be None."""
    import pyarrow as pa

    types = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    hints = get_type_hints(kind)
    columns = []
    for field in fields(kind):
        hint = hints[field.name]
        plain = next(t for t in types if t is hint or hint == t | None)
        columns.append(pa.field(field.name, types[plain], nullable=hint is not plain))
    return pa.schema(columns)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A whole CSV file as a spreadsheet opens it: UTF-8 with BOM, commas, texts that are no formulas. None is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return (BOM + text.getvalue()).encode("utf-8")


class TidyTable:
    """One kind of row, into `<path>.parquet` and `<path>.csv`."""

    def __init__(self, path: Path, kind: type[Any]) -> None:
        self._path, self._schema = path, schema(kind)
        self._rows: list[Any] = []

    def __enter__(self) -> TidyTable:
        from pyarrow.parquet import ParquetWriter

        with ExitStack() as stack, _writing(self._path):
            file = stack.enter_context(self._path.with_suffix(".csv").open("w", encoding="utf-8", newline=""))
            self._parquet = stack.enter_context(ParquetWriter(self._path.with_suffix(".parquet"), self._schema))
            file.write(BOM)
            self._csv = csv.writer(file)
            self._csv.writerow(self._schema.names)
            self._open = stack.pop_all()
        return self

    def add(self, rows: Sequence[Any]) -> None:
        self._rows += rows
        if len(self._rows) >= GROUP_ROWS:
            self._flush()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._flush()
                with _writing(self._path):
                    self._open.close()
        finally:
            with suppress(OSError):  # where it is not closed yet, what went wrong before matters more
                self._open.close()

    def _flush(self) -> None:
        rows, self._rows = self._rows, []
        if not rows:
            return
        values = _columns(self._schema, rows)
        with _writing(self._path):
            self._parquet.write_table(_arrow(self._schema, values))
            self._csv.writerows([_cell(value) for value in row] for row in zip(*values, strict=True))


def arrow_table(kind: type[Any], rows: Sequence[Any]) -> Any:
    """Rows of one kind as a pyarrow table; with its columns also where there are no rows."""
    columns = schema(kind)
    return _arrow(columns, _columns(columns, rows))


def _columns(columns: Any, rows: Sequence[Any]) -> list[list[Any]]:
    return [[_valid(getattr(row, name)) for row in rows] for name in columns.names]


def _arrow(columns: Any, values: Sequence[Sequence[Any]]) -> Any:
    import pyarrow as pa

    arrays = [pa.array(column, field.type) for column, field in zip(values, columns, strict=True)]
    return pa.Table.from_arrays(arrays, schema=columns)


@contextmanager
def workshop(place: Place) -> Iterator[Path]:
    """A folder for files that are being made: beside the results where those are on this computer, since they may be large."""
    beside = place.local(".posterscan")
    with _writing(beside or Path(tempfile.gettempdir())):
        if beside is not None:
            beside.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(prefix="tables-", dir=beside, ignore_cleanup_errors=True)
    with folder as path:
        yield Path(path)
    if beside is not None:
        with suppress(OSError):  # where nothing else is kept there
            beside.rmdir()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise cannot_write(str(path), error) from error


def _valid(value: object) -> object:
    """Text that can be encoded: a file name may hold bytes that are none."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return no_formula(value) if isinstance(value, str) else value


def no_formula(text: str) -> str:
    """The text as a cell may hold it: what a spreadsheet would take for a formula begins with an apostrophe."""
    text = str(_valid(text))
    return f"'{text}" if text.startswith(FORMULA) else text
