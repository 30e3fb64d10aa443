"""`corrections.json`: what the review page saves (`posterscan-corrections/1`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from annotated_types import Ge, Len
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, StringConstraints, ValidationError

from posterscan.corrections_fields import LONGEST_NAME, LONGEST_TEXT, Name, Point, SeenValues, fits, is_field
from posterscan.errors import PosterscanError
from posterscan.messages import Message
from posterscan.photo import printable

SCHEMA = "posterscan-corrections/1"
LARGEST_BYTES = 64 * 1024 * 1024  # a country's corrections of one evening are some MB
MOST_TABLES, MOST_CORRECTIONS = 20_000, 5_000  # the second per table
_SHOWN = 8  # faults in one message

Sha256 = Annotated[StrictStr, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_Who = Annotated[StrictStr, StringConstraints(max_length=LONGEST_NAME)]
_Text = Annotated[StrictStr, StringConstraints(max_length=LONGEST_TEXT)]


class CorrectionsError(PosterscanError):
    """A file of corrections that cannot be taken up; nothing of it was."""

    code = "corrections-unusable"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)


class Word(_Part):
    """One value as a human said it; as `records.Correction`, which also says who."""

    card: Name | None
    field: Annotated[StrictStr, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
    value: Any
    before: Any = None
    machine: Any = None
    at: _Who
    reason: _Text | None = None
    center_mm: Point | None = None
    seen: SeenValues | None = None


class Decided(_Part):
    """A difference, as it stood in the result."""

    card: Name | None
    field: Annotated[StrictStr, StringConstraints(max_length=LONGEST_NAME)]
    value: Any


class TableWords(_Part):
    """What was said of one table. measured: hash of what it was said of. known: corrections in the result when the page was made.

    decided: differences that the page showed and that a human has settled. sample: ids of confident cards that were looked at.
    """

    name: Annotated[StrictStr, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
    measured: Sha256
    photos: Annotated[list[Sha256], Len(0, 1_000)]
    status: Literal["in-progress", "reviewed"]
    known: Annotated[StrictInt, Ge(0)] = 0
    sample: Annotated[list[Name], Len(0, 1_000)] = []
    decided: Annotated[list[Decided], Len(0, MOST_CORRECTIONS)] = []
    corrections: Annotated[list[Word], Len(0, MOST_CORRECTIONS)]


class _Software(_Part):
    name: _Who
    version: _Who


class Document(_Part):
    """A whole file. session: of the browser and page that it comes from, so that its later words replace its earlier ones."""

    schema_name: Literal["posterscan-corrections/1"] = Field(alias="schema")
    software: _Software
    by: _Who | None = None
    session: Annotated[StrictStr, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
    at: _Who
    tables: Annotated[list[TableWords], Len(0, MOST_TABLES)]


def read_document(content: bytes, name: str) -> Document:
    """The file as a `Document`; CorrectionsError names what is wrong where, and what to do."""
    shown = printable(name)
    if len(content) > LARGEST_BYTES:
        raise unusable(shown, [Message(f"het bestand is groter dan {LARGEST_BYTES >> 20} MB",
                                        f"the file is larger than {LARGEST_BYTES >> 20} MB")])
    try:
        data = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        what = str(error)[:200]
        raise unusable(shown, [Message(f"het is geen JSON ({what})", f"it is no JSON ({what})")]) from error
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != SCHEMA:
        told = printable(str(schema))[:80]
        raise unusable(shown, [Message(f"het is geen bestand met correcties: 'schema' is {told}, niet {SCHEMA}",
                                        f"it is no file of corrections: 'schema' is {told}, not {SCHEMA}")])
    try:
        document = Document.model_validate(data)
    except ValidationError as error:
        raise unusable(shown, [_fault(e["loc"], e["msg"]) for e in error.errors(include_url=False, include_input=False)]) from error
    if faults := list(_faults(document)):
        raise unusable(shown, faults)
    return document


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _faults(document: Document) -> Iterator[Message]:
    """What a schema of the whole file can't say: values per field, times, tables named twice."""
    names = [table.name for table in document.tables]
    for i, name in enumerate(names):
        if not _is_file_name(name):
            yield _fault(("tables", i, "name"), f"{printable(name)!r} is no name of a result")
    for name in sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else ():
        yield Message(f"tafel {printable(name)} staat er twee keer in", f"table {printable(name)} is in it twice")
    if moment(document.at) is None:
        yield _fault(("at",), "no time")
    for i, table in enumerate(document.tables):
        for j, word in enumerate(table.corrections):
            place = ("tables", i, "corrections", j)
            if not is_field(word.card, word.field):
                yield _fault((*place, "field"), f"{printable(word.field)!r} is unknown")
            elif not fits(word.card, word.field, word.value):
                yield _fault((*place, "value"), f"does not fit {printable(word.field)!r}")
            if moment(word.at) is None:
                yield _fault((*place, "at"), "no time")


def _is_file_name(name: str) -> bool:
    """Whether a result may be called so; one that leads to another folder never is."""
    return name not in (".", "..") and not set(name) & set("/\\") and name.isprintable()


def moment(text: str | None) -> datetime | None:
    """A time with its offset; None for anything else."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _fault(place: tuple[int | str, ...], what: str) -> Message:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
    return Message(f"{printable(path)}: {what}", f"{printable(path)}: {what}")


def unusable(name: str, faults: list[Message]) -> CorrectionsError:
    """Why a file is not taken up: all of its faults, or the first of them and how many more."""
    more = len(faults) - _SHOWN
    nl = "; ".join(fault.nl for fault in faults[:_SHOWN]) + (f"; en nog {more}" if more > 0 else "")
    en = "; ".join(fault.en for fault in faults[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
    return CorrectionsError(Message(f"{name} kan niet worden overgenomen: {nl}.", f"{name} cannot be taken up: {en}."),
                            Message("Er is niets veranderd. Bewaar de correcties opnieuw vanuit de pagina bij deze resultaten.",
                                    "Nothing was changed. Save the corrections again from the page that belongs to these results."))
