"""Words in tables: rows of XLSX and CSV under a header that names the columns."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posterscan.errors import KitError
from posterscan.jsonfile import Fault, raise_faults, suggestion
from posterscan.kit.textfiles import cleaned, stop, text_of
from posterscan.messages import NOTHING, Message

COLUMNS = {"tekst": "text", "text": "text", "soort": "kind", "kind": "kind", "id": "id"}
MOST_ROWS = 10_000  # far more than any dictionary has codes
MOST_UNPACKED = 256 << 20  # bytes: a workbook of ten thousand words is under 2 MB unpacked
_HEADER = Message("De eerste rij noemt de kolommen: tekst, en zo nodig soort en id.",
                  "The first row names the columns: text, and where needed kind and id.")


@dataclass(frozen=True)
class Entry:
    """One word as a file has it. at: where in the file, like "regel 12"; kind and id: empty where the file says none."""

    at: Message
    text: str
    kind: str = ""
    id: str = ""


@dataclass(frozen=True)
class Row:
    """Cleaned values of one row, with the place in the file."""

    at: Message
    values: tuple[str, ...]


def line(number: int) -> Message:
    """Where something is in a text file."""
    return Message(f"regel {number}", f"line {number}")


def fault(at: Message, problem: Message, cure: Message = NOTHING) -> Fault:
    """A fault whose place has a name in either language."""
    return Fault("", at + Message(": ", ": ") + problem, cure)


def csv_entries(path: Path, content: bytes) -> list[Entry]:
    """The words of a CSV file with commas, semicolons or tabs."""
    return _entries(path, _csv_rows(path, text_of(path, content)))


def _csv_rows(path: Path, text: str) -> list[Row]:
    first, _, rest = text.partition("\n")
    named = re.fullmatch(r"sep=(.)\s*", first, re.IGNORECASE)  # Excel's own hint
    skipped, text = (1, rest) if named else (0, text)
    delimiter = named.group(1) if named else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, start = [], 1
    try:
        for values in reader:
            row = Row(line(start + skipped), tuple(map(cleaned, values)))
            start = reader.line_num + 1
            if any(row.values):
                rows.append(row)
    except csv.Error:
        raise_faults(path, [fault(line(start + skipped), Message("een aanhalingsteken is niet gesloten of staat verkeerd",
                                                                 "a quotation mark is not closed or misplaced"),
                                  Message('Zet een aanhalingsteken binnen een tekst dubbel ("").',
                                          'Double a quotation mark inside a text ("").'))], KitError)
    return rows


def _delimiter(text: str) -> str:
    """The sign by which the header falls into the most known columns; a tab, which no word has, for a single column."""
    header = next((row for row in text.split("\n") if row.strip()), "")
    counts = {sign: sum(cleaned(name).strip('"').casefold() in COLUMNS for name in header.split(sign)) for sign in ",;\t"}
    best = max(counts, key=lambda sign: (counts[sign], header.count(sign)))
    return best if best in header else "\t"


def xlsx_entries(path: Path, content: bytes) -> list[Entry]:
    """The words of a workbook: all visible sheets that hold something, each with a header of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(info.file_size for info in packed.infolist()) > MOST_UNPACKED:
                raise ValueError("too large when unpacked")
        values, formulas = _workbook(content, data_only=True), _workbook(content, data_only=False)
        return [entry for name, rows in values.items() for entry in _sheet_entries(path, name, rows, formulas[name])]
    except KitError:
        raise
    except Exception as why:  # openpyxl raises whatever a damaged part of the archive makes it stumble over
        stop(path, Message(f"kan niet als Excel-werkmap worden gelezen ({why})", f"cannot be read as an Excel workbook ({why})"),
             Message("Open het in Excel en sla het zonder wachtwoord opnieuw op als .xlsx.",
                     "Open it in Excel and save it again as .xlsx without a password."))


def _workbook(content: bytes, *, data_only: bool) -> dict[str, list[tuple[Any, ...]]]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and drop-down lists, which no word depends on
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
        sheets = {}
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()  # some programs write a wrong size, and rows would be missed
                sheets[sheet.title] = list(sheet.iter_rows())
        book.close()
    return sheets


def _sheet_entries(path: Path, name: str, values: list[tuple[Any, ...]], formulas: list[tuple[Any, ...]]) -> list[Entry]:
    faults: list[Fault] = []
    rows = []
    for number, (cells, written) in enumerate(zip(values, formulas, strict=True), 1):
        at = Message(f"blad {name!r}, rij {number}", f"sheet {name!r}, row {number}")
        texts = [_cell(at, value, formula, faults) for value, formula in zip(cells, written, strict=True)]
        if any(texts):
            rows.append(Row(at, tuple(texts)))
    raise_faults(path, faults, KitError)
    return _entries(path, rows) if rows else []


def _cell(at: Message, value: Any, formula: Any, faults: list[Fault]) -> str:
    """A cell's value as text; what is no word is added to the faults."""
    said = value.value
    if said is None and formula.data_type == "f":
        faults.append(fault(at, Message("de formule heeft geen waarde", "the formula has no value"),
                            Message("Open de werkmap in Excel en sla haar op, of typ de tekst in.",
                                    "Open the workbook in Excel and save it, or type in the text.")))
    elif value.data_type == "e":
        faults.append(fault(at, Message(f"de cel bevat de fout {said}", f"the cell holds the error {said}"),
                            Message("Herstel de formule of typ de tekst in.", "Mend the formula or type in the text.")))
    elif isinstance(said, (int, float)) and not isinstance(said, bool):
        return f"{said:.15g}"  # Excel's own precision: 3, not 3.0
    elif said is not None and not isinstance(said, str):
        faults.append(fault(at, Message(f"{said} is geen tekst", f"{said} is not text"),
                            Message("Maak de cel op als tekst en typ het woord opnieuw.",
                                    "Format the cell as text and type the word again.")))
    elif said is not None:
        return cleaned(re.sub("_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), said))
    return ""


def _entries(path: Path, rows: Sequence[Row]) -> list[Entry]:
    """Words under a header; KitError names every row that does not fit it."""
    if not rows:
        return []
    header, rows = rows[0], rows[1:]
    raise_faults(path, _header_faults(header), KitError)
    if len(rows) > MOST_ROWS:
        stop(path, Message(f"heeft {len(rows)} rijen; {MOST_ROWS} is het meeste", f"has {len(rows)} rows; {MOST_ROWS} is the most"),
             Message("Houd alleen de woorden voor de kaartjes over.", "Keep only the words for the cards."))
    fields = [COLUMNS.get(name.casefold(), "") for name in header.values]
    raise_faults(path, _row_faults(fields, rows), KitError)
    return [Entry(row.at, **{f: v for f, v in zip(fields, row.values, strict=False) if f}) for row in rows]


def _header_faults(header: Row) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for name in filter(None, header.values):
        field = COLUMNS.get(name.casefold())
        if field is None:
            near = suggestion(name.casefold(), COLUMNS)
            yield fault(header.at, Message(f"onbekende kolom {name!r}", f"unknown column {name!r}"),
                        Message(f"Bedoelt u {near!r}? {_HEADER.nl}", f"Did you mean {near!r}? {_HEADER.en}") if near else _HEADER)
        elif field in seen:
            yield fault(header.at, Message(f"kolommen {seen[field]!r} en {name!r} zeggen hetzelfde",
                                           f"columns {seen[field]!r} and {name!r} say the same"),
                        Message("Laat er één van staan.", "Leave one of them."))
        seen.setdefault(field or "", name)
    if "text" not in seen:
        yield fault(header.at, Message("geen kolom 'tekst'", "no column 'text'"), _HEADER)


def _row_faults(fields: Sequence[str], rows: Sequence[Row]) -> Iterator[Fault]:
    text = fields.index("text")
    for row in rows:
        extra = [v for i, v in enumerate(row.values) if v and (i >= len(fields) or not fields[i])]
        if extra:
            yield fault(row.at, Message(f"{extra[0]!r} staat in een kolom zonder naam",
                                        f"{extra[0]!r} is in a column without a name"),
                        Message("Zet een tekst met het scheidingsteken erin tussen aanhalingstekens, of geef de kolom een naam.",
                                "Put a text that holds the separating sign in quotation marks, or name the column."))
        elif text >= len(row.values) or not row.values[text]:
            yield fault(row.at, Message("de tekst ontbreekt", "the text is missing"),
                        Message("Vul in wat er op het kaartje komt, of haal de rij weg.",
                                "Fill in what the card is to say, or remove the row."))
