"""`session.toml`: what someone says about the photos in a folder and below it, which holds against what photos tell."""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from posterscan.batch.patterns import covers
from posterscan.errors import UsageError
from posterscan.jsonfile import MOST_FAULTS, Fault, place_of, suggestion
from posterscan.messages import Message
from posterscan.photo import printable

_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}")  # as `table_code.session_text` writes it
LONGEST_NAME = 80  # letters of a session's name and place, as in kit.toml
PATTERN_CURE = Message("Noem foto's zoals ze in deze map heten, of een patroon zoals IMG_2*.jpg of map/*.",
                       "Name photos as they are called in this folder, or a pattern like IMG_2*.jpg or folder/*.")


def _iso(value: Any) -> Any:
    """A TOML date as text; everything else is judged as it is."""
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


def _wide(value: Any) -> Any:
    """A whole number where a number is wanted, which strict types refuse."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Patterns = Annotated[tuple[Annotated[str, Field(min_length=1)], ...],
                     BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]


class Told(BaseModel):
    """What is said of a session; None: nothing. kit: a folder, relative to the folder of photos, with "/".

    session: as the poster's code says it, like "2K7-MQ4"; date: ISO, like 2026-11-24. names_consent: whether those who look the
    results over agreed to be named in reports.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    kit: Text | None = None
    session: str | None = None
    name: Text | None = None
    date: Annotated[str | None, BeforeValidator(_iso)] = None
    place: Text | None = None
    participants: Annotated[int, Field(ge=1, le=1000)] | None = None
    stickers_per_person: Annotated[int, Field(ge=1, le=100)] | None = None
    sticker_mm: Annotated[float, BeforeValidator(_wide), Field(ge=3, le=50)] | None = None
    names_consent: bool | None = None

    @field_validator("session")
    @classmethod
    def _session(cls, value: str | None) -> str | None:
        if value is None or _ID.fullmatch(value.strip().upper()):
            return value.strip().upper() if value is not None else None
        raise ValueError("session")

    @field_validator("date")
    @classmethod
    def _date(cls, value: str | None) -> str | None:
        if value is None or (re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) and date.fromisoformat(value)):
            return value
        raise ValueError("date")


class SessionToml(Told):
    """One session.toml. tables: per table its photos, by name or pattern; leave_out: photos that are not used."""

    tables: dict[str, Patterns] = {}
    leave_out: Patterns = ()


@dataclass(frozen=True)
class ForPhoto:
    """What holds for one photo. table: that it was put under, with table_folder, where the session.toml lies."""

    told: Told = field(default_factory=Told)
    table: str | None = None
    table_folder: str = ""
    left_out: bool = False


@dataclass(frozen=True)
class Overrides:
    """All session.toml files of a folder of photos, by the folder ("" for the topmost) that each lies in."""

    files: Mapping[str, SessionToml]

    def of(self, photo: str) -> ForPhoto:
        """What holds for a photo: of two files that say the same thing, the one nearest to it."""
        said: dict[str, Any] = {}
        table, table_folder, left_out = None, "", False
        for folder in _upward(photo):
            file = self.files.get(folder)
            if file is None:
                continue
            inside = photo[len(folder):].lstrip("/")
            said = {key: value for key in Told.model_fields if (value := getattr(file, key)) is not None} | said
            mine = next((name for name, patterns in file.tables.items() if any(covers(p, inside) for p in patterns)), None)
            if table is None and mine is not None:
                table, table_folder = mine, folder
            left_out |= any(covers(pattern, inside) for pattern in file.leave_out)
        return ForPhoto(Told.model_validate(said), table, table_folder, left_out)


NO_OVERRIDES = Overrides({})


def read_overrides(files: Mapping[str, bytes], photos: Sequence[str]) -> Overrides:
    """The session.toml files (name to content) for these photos; one UsageError names the file, key and cure of every fault."""
    read: dict[str, SessionToml] = {}
    faults: list[tuple[str, Fault]] = []
    for name, content in sorted(files.items()):
        parsed = _parsed(content, posixpath.dirname(name))
        if isinstance(parsed, SessionToml):
            read[posixpath.dirname(name)] = parsed
            parsed = [*_tables_faults(parsed, name, photos)]
        faults += [(name, fault) for fault in parsed]
    _raise(faults)
    return Overrides(read)


def _parsed(content: bytes, folder: str) -> SessionToml | list[Fault]:
    """One file, or what is wrong with it."""
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return [Fault("", Message("is geen tekst in UTF-8", "is not text in UTF-8"),
                      Message("Sla het bestand op als UTF-8.", "Save the file as UTF-8."))]
    except tomllib.TOMLDecodeError as why:
        return [Fault("", Message(f"is geen TOML ({why})", f"is not TOML ({why})"),
                      Message("Kijk daar naar aanhalingstekens, haken en dubbele namen.",
                              "Look there for quotation marks, brackets and names given twice."))]
    try:
        file = SessionToml.model_validate(data)
    except ValidationError as wrong:
        return [_fault(tuple(e["loc"]), str(e["type"]), e["input"]) for e in wrong.errors(include_url=False)]
    return file if file.kit is None else file.model_copy(update={"kit": _kit_folder(folder, file.kit)})


def _kit_folder(folder: str, said: str) -> str:
    """As seen from the folder of photos; an absolute one as it is."""
    said = said.replace("\\", "/")
    if said.startswith("/") or re.match(r"[A-Za-z]:/", said):
        return said
    whole = posixpath.normpath(posixpath.join(folder, said))
    return "" if whole == "." else whole


def _fault(place: tuple[int | str, ...], kind: str, given: Any) -> Fault:
    key, at = str(place[0]), place_of(place)
    if kind == "extra_forbidden":
        near = suggestion(_DUTCH.get(key, key), SessionToml.model_fields)
        cure = Message(f"Bedoelt u {near}? Haal de regel anders weg.", f"Did you mean {near}? Else remove the line.") if near else \
            Message(f"Haal de regel weg; hier kunnen staan: {', '.join(SessionToml.model_fields)}.",
                    f"Remove the line; known here are: {', '.join(SessionToml.model_fields)}.")
        return Fault(at, Message("onbekende instelling", "unknown setting"), cure)
    wanted = _WANTED[key]
    shown = repr(given) if len(repr(given)) <= 40 else repr(given)[:37] + "…"
    return Fault(at, Message(f"{shown} is geen {wanted.nl}", f"{shown} is not {wanted.en}"),
                 Message(f"Maak er {wanted.nl} van.", f"Make it {wanted.en}."))


_NAME = Message(f"tekst van 1 tot en met {LONGEST_NAME} letters", f"a text of 1 to {LONGEST_NAME} letters")
_WANTED = {
    "kit": Message("naam van een map", "the name of a folder"),
    "session": Message('code zoals op de poster, "2K7-MQ4"', 'a code as on the poster, "2K7-MQ4"'),
    "name": _NAME, "place": _NAME,
    "date": Message("datum zoals 2026-11-24", "a date like 2026-11-24"),
    "participants": Message("heel getal van 1 tot en met 1000", "a whole number from 1 to 1000"),
    "stickers_per_person": Message("heel getal van 1 tot en met 100", "a whole number from 1 to 100"),
    "sticker_mm": Message("getal van 3 tot en met 50", "a number from 3 to 50"),
    "names_consent": Message("true of false", "true or false"),
    "tables": Message('lijst van foto\'s, zoals "tafel-3" = ["IMG_1.jpg"]', 'a list of photos, as in "table-3" = ["IMG_1.jpg"]'),
    "leave_out": Message('lijst van foto\'s, zoals ["IMG_9.jpg"]', 'a list of photos, as in ["IMG_9.jpg"]')}
_DUTCH = {"sessie": "session", "naam": "name", "datum": "date", "plaats": "place", "deelnemers": "participants",
          "toestemming_namen": "names_consent", "tafels": "tables", "overslaan": "leave_out", "weglaten": "leave_out"}


_IDLE = Message("tafel zonder naam of zonder foto's", "a table without a name or without photos")


def _tables_faults(file: SessionToml, name: str, photos: Sequence[str]) -> Iterator[Fault]:
    """Names of tables that say nothing, patterns that match no photo, and photos under two tables."""
    folder = posixpath.dirname(name)
    inside = [photo[len(folder):].lstrip("/") for photo in photos if not folder or photo.startswith(folder + "/")]
    owner: dict[str, str] = {}
    for table, patterns in file.tables.items():
        if not table.strip() or not patterns:
            yield Fault(f"tables.{table}", _IDLE, PATTERN_CURE)
        for i, pattern in enumerate(patterns):
            matched = [photo for photo in inside if covers(pattern, photo)]
            if not matched:
                yield _nothing(f"tables.{table}[{i}]", pattern)
            for photo in matched:
                if (other := owner.setdefault(photo, table)) != table:
                    yield Fault(f"tables.{table}[{i}]", Message(f"{printable(photo)} staat ook onder {other}",
                                                                f"{printable(photo)} is also under {other}"),
                                Message("Laat elke foto bij één tafel staan.", "Leave every photo with one table."))
    for i, pattern in enumerate(file.leave_out):
        if not any(covers(pattern, photo) for photo in inside):
            yield _nothing(f"leave_out[{i}]", pattern)


def _nothing(place: str, pattern: str) -> Fault:
    return Fault(place, Message(f"bij {pattern!r} hoort geen enkele foto", f"{pattern!r} matches no photo"), PATTERN_CURE)


def _raise(faults: Sequence[tuple[str, Fault]]) -> None:
    """One error over all files; does nothing without faults."""
    if not faults:
        return
    told = [fault for _, fault in faults[:MOST_FAULTS]]
    at = [printable(file) + (f", {fault.place}: " if fault.place else " ") for file, fault in faults[:MOST_FAULTS]]
    more = len(faults) - len(told)
    rest = Message(f" (en nog {more})", f" (and {more} more)") if more else Message("", "")
    cures = list(dict.fromkeys(fault.cure for fault in told))
    raise UsageError(Message("; ".join(where + fault.problem.nl for where, fault in zip(at, told, strict=True)) + f"{rest.nl}.",
                             "; ".join(where + fault.problem.en for where, fault in zip(at, told, strict=True)) + f"{rest.en}."),
                     Message(" ".join(c.nl for c in cures), " ".join(c.en for c in cures)))


def _upward(photo: str) -> Iterator[str]:
    """The folders that a photo is in, the nearest first, "" last."""
    folder = posixpath.dirname(photo)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""
