"""The tidy tables of a whole batch: parquet for programs, CSV for people, written as the results come by."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import Any, get_type_hints

from posterscan.places import Place
from posterscan.places_base import cannot_write
from posterscan.records import TableResult
from posterscan.rows import CardRow, StickerRow, card_rows, sticker_rows

CARDS, STICKERS = "cards", "stickers"
TIDY_FILES = ("cards.parquet", "cards.csv", "stickers.parquet", "stickers.csv")
GROUP_ROWS = 10_000  # rows kept in memory: some tens of MB
BOM = "\ufeff"  # without it, Excel takes UTF-8 for something else
# A cell that begins with one of these is a formula to a spreadsheet, whoever wrote it on a card.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Row = CardRow | StickerRow


def write_tidy(place: Place, results: Iterable[tuple[str, TableResult]]) -> None:
    """Writes `TIDY_FILES` from results and the names of their files; the old ones stay until all four new ones are ready.

    Memory does not grow with the number of results. UsageError where the files cannot be written.
    """
    with _workshop(place) as folder:
        with ExitStack() as stack:
            cards = stack.enter_context(_Table(folder / CARDS, CardRow))
            stickers = stack.enter_context(_Table(folder / STICKERS, StickerRow))
            for name, result in results:
                cards.add(card_rows(result, name))
                stickers.add(sticker_rows(result, name))
        for file in TIDY_FILES:
            place.put(file, folder / file)


def schema(kind: type[Row]) -> Any:
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


class _Table:
    """One kind of row, into `<path>.parquet` and `<path>.csv`."""

    def __init__(self, path: Path, kind: type[Row]) -> None:
        self._path, self._schema = path, schema(kind)
        self._values = attrgetter(*self._schema.names)
        self._rows: list[Row] = []

    def __enter__(self) -> _Table:
        from pyarrow.parquet import ParquetWriter

        with ExitStack() as stack, _writing(self._path):
            file = stack.enter_context(self._path.with_suffix(".csv").open("w", encoding="utf-8", newline=""))
            self._parquet = stack.enter_context(ParquetWriter(self._path.with_suffix(".parquet"), self._schema))
            file.write(BOM)
            self._csv = csv.writer(file)
            self._csv.writerow(self._schema.names)
            self._open = stack.pop_all()
        return self

    def add(self, rows: Sequence[Row]) -> None:
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
        import pyarrow as pa

        rows = [[_valid(value) for value in self._values(row)] for row in self._rows]
        self._rows = []
        if not rows:
            return
        columns = [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), self._schema, strict=True)]
        with _writing(self._path):
            self._parquet.write_table(pa.Table.from_arrays(columns, schema=self._schema))
            self._csv.writerows([_cell(value) for value in row] for row in rows)


@contextmanager
def _workshop(place: Place) -> Iterator[Path]:
    """A folder for files that are being made: beside the results where those are on this computer, since they may be large."""
    beside = place.local(".posterscan")
    with _writing(beside or Path(tempfile.gettempdir())):
        if beside is not None:
            beside.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(prefix="tables-", dir=beside, ignore_cleanup_errors=True)
    with folder as path:
        yield Path(path)


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
    if not isinstance(value, str):
        return value
    text = str(_valid(value))
    return f"'{text}" if text.startswith(FORMULA) else text
