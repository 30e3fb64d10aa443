"""What a kit is made for: `kit.toml`, and what the command line changes in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from posterscan.dictionaries import dictionary_fault
from posterscan.errors import KitError
from posterscan.jsonfile import Fault, place_of, raise_faults, suggestion
from posterscan.kit.textfiles import cleaned, content_of, text_of
from posterscan.kit.wordlists import toml_data
from posterscan.messages import Language, Message
from posterscan.table_code import DICTIONARY, MOST_TABLES

LONGEST_NAME = 80  # letters: of a session's name and place, which are printed on the poster
LIMITS = {"tables": (1, MOST_TABLES), "participants": (1, 1000), "stickers_per_person": (1, 20), "sticker_mm": (5, 30),
          "blank_ingredients": (0, 100), "blank_intentions": (0, 100)}


def _iso(value: Any) -> Any:
    """A TOML date as text, nothing for an empty text; everything else is judged as it is."""
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else _neat(value)


def _neat(value: Any) -> Any:
    return (cleaned(value) or None) if isinstance(value, str) else value


def _within(name: str) -> Any:
    least, most = LIMITS[name]
    return Field(ge=least, le=most)


Name = Annotated[Annotated[str, Field(max_length=LONGEST_NAME)] | None, BeforeValidator(_neat)]


class SessionSettings(BaseModel):
    """The session that a kit is printed for. date: ISO, like 2026-11-24."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Name = None
    date: Annotated[str | None, BeforeValidator(_iso)] = None
    place: Name = None


class KitSettings(BaseModel):
    """What a kit is made for. words: file of one's own words; participants: at one table; blank_…: cards per table."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    language: Language | None = None
    words: Path | None = None
    card_dictionary: str = "DICT_APRILTAG_36h10"
    session: SessionSettings = SessionSettings()
    tables: Annotated[int, _within("tables")] = 1
    participants: Annotated[int | None, _within("participants")] = None
    stickers_per_person: Annotated[int, _within("stickers_per_person")] = 3
    sticker_mm: Annotated[float, _within("sticker_mm")] = 12.0
    blank_ingredients: Annotated[int, _within("blank_ingredients")] = 10
    blank_intentions: Annotated[int, _within("blank_intentions")] = 10


def read_settings(path: Path | None) -> KitSettings:
    """The settings of a kit.toml, the defaults for None; KitError names file, key and what is allowed."""
    if path is None:
        return KitSettings()
    data = toml_data(path, text_of(path, content_of(path, (".toml",))))
    if isinstance(words := data.get("words"), str) and words:
        data["words"] = path.absolute().parent / words
    return _checked(data, path, "toml")


def with_changes(settings: KitSettings, changes: Mapping[str, Any]) -> KitSettings:
    """The settings with what the command line says instead; what is None there stays. KitError names the option."""
    session = changes.get("session") or {}
    data = settings.model_dump() | _said(changes) | {"session": settings.session.model_dump() | _said(session)}
    return _checked(data, Path("posterscan kit"), "option")


def _said(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in changes.items() if value is not None}


def _checked(data: dict[str, Any], path: Path, source: Literal["toml", "option"]) -> KitSettings:
    try:
        settings = KitSettings.model_validate(data)
    except ValidationError as wrong:
        raise_faults(path, [_fault(e["loc"], e["type"], e["input"], source) for e in wrong.errors(include_url=False)], KitError)
        raise  # not reached: a ValidationError has at least one error
    faults = (_date_fault(settings.session.date, source), _dictionary_fault(settings.card_dictionary))
    raise_faults(path, filter(None, faults), KitError)
    return settings


def _fault(place: tuple[int | str, ...], kind: str, given: Any, source: Literal["toml", "option"]) -> Fault:
    key = str(place[-1])
    if kind == "extra_forbidden":
        return Fault(place_of(place), Message("onbekende instelling", "unknown setting"), _where_instead(key, place))
    wanted = _allowed(key)
    shown = repr(given) if len(repr(given)) <= 40 else repr(given)[:37] + "…"
    return Fault(_named(place, source), Message(f"{shown} is geen {wanted.nl}", f"{shown} is not {wanted.en}"),
                 Message(f"Maak er {wanted.nl} van.", f"Make it {wanted.en}."))


def _named(place: tuple[int | str, ...], source: Literal["toml", "option"]) -> str:
    """A setting as the one who gave it knows it: session.date in kit.toml, --date on the command line."""
    if source == "toml":
        return place_of(place)
    name = "session" if place == ("session", "name") else str(place[-1])
    return "--" + name.replace("_", "-")


def _where_instead(key: str, place: tuple[int | str, ...]) -> Message:
    top, inner = list(KitSettings.model_fields), list(SessionSettings.model_fields)
    if len(place) > 1 and key in top:
        return Message(f"Zet {key} boven de regel [session].", f"Put {key} above the line [session].")
    if len(place) == 1 and key in inner:
        return Message(f"Zet {key} onder de regel [session].", f"Put {key} below the line [session].")
    known = inner if len(place) > 1 else top
    if near := suggestion(_DUTCH.get(key, key), known):
        return Message(f"Bedoelt u {near!r}? Haal de regel anders weg.", f"Did you mean {near!r}? Else remove the line.")
    return Message(f"Haal de regel weg; hier kunnen staan: {', '.join(known)}.",
                   f"Remove the line; known here are: {', '.join(known)}.")


def _allowed(key: str) -> Message:
    if key in LIMITS:
        least, most = LIMITS[key]
        number = Message("getal", "a number") if key == "sticker_mm" else Message("heel getal", "a whole number")
        return number + Message(f" van {least} tot en met {most}", f" from {least} to {most}")
    return _ALLOWED.get(key, Message("tekst tussen aanhalingstekens", "text in quotation marks"))


_DUTCH = {"taal": "language", "woorden": "words", "sessie": "session", "tafels": "tables", "deelnemers": "participants",
          "naam": "name", "datum": "date", "plaats": "place"}
_NAME = Message(f"tekst van hoogstens {LONGEST_NAME} letters", f"a text of at most {LONGEST_NAME} letters")
_ALLOWED = {
    "language": Message('keuze uit "nl" en "en"', 'one of "nl" and "en"'),
    "words": Message("naam van een bestand", "the name of a file"),
    "session": Message("groep [session] met name, date en place", "a group [session] with name, date and place"),
    "date": Message("datum zoals 2026-11-24", "a date like 2026-11-24"),
    "name": _NAME, "place": _NAME}


def _date_fault(said: str | None, source: Literal["toml", "option"]) -> Fault | None:
    if said is None:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", said, re.ASCII) and date.fromisoformat(said):
            return None
    except ValueError:
        pass  # written like a date, but no day of any calendar
    wanted = _allowed("date")
    dutch = re.fullmatch(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\s*", said)
    near = f"{dutch[3]}-{int(dutch[2]):02d}-{int(dutch[1]):02d}" if dutch else "2026-11-24"
    return Fault(_named(("session", "date"), source), Message(f"{said!r} is geen {wanted.nl}", f"{said!r} is not {wanted.en}"),
                 Message(f"Schrijf jaar-maand-dag: {near}.", f"Write year-month-day: {near}."))


def _dictionary_fault(name: str) -> Fault | None:
    if name.casefold() == DICTIONARY.casefold():
        return Fault("card_dictionary", Message(f"{name} staat al op de poster", f"{name} is on the poster already"),
                     Message("Laat card_dictionary weg of neem DICT_APRILTAG_36h10.",
                             "Leave card_dictionary out or take DICT_APRILTAG_36h10."))
    return dictionary_fault("card_dictionary", name)
