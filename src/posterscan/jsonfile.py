"""Reading the JSON files that people make or edit: what is wrong is told by file, place and cure, in two languages."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, NoReturn, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from posterscan.errors import PosterscanError
from posterscan.messages import Message

MAX_BYTES = 16 << 20  # a layout of a thousand zones is under 1 MB: anything larger is another kind of file
MOST_FAULTS = 5  # told at once; the rest is counted
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file. place: like `markers[3].corners_mm`, empty for the file as a whole."""

    place: str
    problem: Message
    cure: Message


@dataclass(frozen=True)
class JsonFile:
    """The bytes of a JSON file, known to hold one object."""

    path: Path
    content: bytes
    data: dict[str, Any]

    @property
    def sha256(self) -> str:
        """Of the file as it is on disk."""
        return hashlib.sha256(self.content).hexdigest()


def raise_faults(path: Path, faults: Iterable[Fault], error: type[PosterscanError]) -> None:
    """Raises one error that names up to MOST_FAULTS faults with their places; does nothing when there are none."""
    found = list(faults)
    if not found:
        return
    told = found[:MOST_FAULTS]
    more = len(found) - len(told)
    where = [f"{f.place}: " if f.place else "" for f in told]
    problem = Message("; ".join(at + f.problem.nl for at, f in zip(where, told, strict=True)),
                      "; ".join(at + f.problem.en for at, f in zip(where, told, strict=True)))
    rest = Message(f" (en nog {more})", f" (and {more} more)") if more else Message("", "")
    cures = list(dict.fromkeys(f.cure for f in told))
    cure = Message(" ".join(c.nl for c in cures), " ".join(c.en for c in cures))
    name = path.name or str(path)
    raise error(Message(f"{name}: ", f"{name}: ") + problem + rest + Message(".", "."), cure)


def read_json(path: Path, error: type[PosterscanError]) -> JsonFile:
    """The file as one JSON object, or `error` with the reason why it isn't one."""
    content = _content(path, error)
    try:
        data = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError:
        _stop(path, error, Message("is geen tekst in UTF-8", "is not text in UTF-8"), _SAVE)
    except json.JSONDecodeError as broken:
        at = f"{broken.lineno}:{broken.colno}"
        _stop(path, error, Message(f"is geen JSON: op regel {at} klopt iets niet",
                                   f"is not JSON: something is wrong at line {at}"),
              Message("Kijk daar naar een ontbrekende komma, aanhalingsteken of haak.",
                      "Look there for a missing comma, quotation mark or bracket."))
    except _Unacceptable as why:
        _stop(path, error, why.problem, why.cure)
    except RecursionError:
        _stop(path, error, Message("is te diep genest", "is nested too deeply"), _SAVE)
    if not isinstance(data, dict):
        _stop(path, error, Message("bevat geen object {…}", "holds no object {…}"), _SAVE)
    return JsonFile(path, content, data)


_SAVE = Message("Haal het bestand opnieuw uit de kit.", "Take the file from the kit again.")


class _Unacceptable(ValueError):
    def __init__(self, problem: Message, cure: Message) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.cure = cure


def _stop(path: Path, error: type[PosterscanError], problem: Message, cure: Message) -> NoReturn:
    name = path.name or str(path)
    raise error(Message(f"{name} {problem.nl}.", f"{name} {problem.en}."), cure) from None


def _content(path: Path, error: type[PosterscanError]) -> bytes:
    try:
        if path.is_dir():
            _stop(path, error, Message("is een map, geen bestand", "is a folder, not a file"),
                  Message("Noem het JSON-bestand in die map.", "Name the JSON file in that folder."))
        if path.exists() and not path.is_file():
            _stop(path, error, Message("is geen gewoon bestand", "is not a regular file"), _SAVE)
        if path.stat().st_size > MAX_BYTES:
            size = f"{path.stat().st_size / 2**20:.0f} MiB"
            _stop(path, error, Message(f"is {size} groot; 16 MiB is het meeste", f"is {size}; 16 MiB is the most"),
                  Message("Dit is vast een ander bestand: controleer de naam.",
                          "This must be another file: check the name."))
        content = path.read_bytes()
    except FileNotFoundError:
        _stop(path, error, Message("bestaat niet", "does not exist"),
              Message("Controleer de naam en de map.", "Check the name and the folder."))
    except (OSError, ValueError) as why:
        reason = getattr(why, "strerror", None) or str(why)
        _stop(path, error, Message(f"kan niet worden gelezen ({reason})", f"cannot be read ({reason})"),
              Message("Controleer de naam en de rechten van het bestand.", "Check the file's name and permissions."))
    if not content.strip():
        _stop(path, error, Message("is leeg", "is empty"), _SAVE)
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are there once each; plain JSON would keep the last one without a word."""
    names = [name for name, _ in pairs]
    twice = next((n for n in names if names.count(n) > 1), None) if len(set(names)) < len(names) else None
    if twice is not None:
        raise _Unacceptable(Message(f"noemt veld {twice!r} twee keer in hetzelfde object",
                                    f"names field {twice!r} twice in one object"),
                            Message("Laat er één van staan.", "Leave one of them."))
    return dict(pairs)


def _no_constant(name: str) -> NoReturn:
    raise _Unacceptable(Message(f"bevat {name}, dat is geen getal", f"holds {name}, which is not a number"),
                        Message("Vul een gewoon getal in.", "Put in a plain number."))


def check_schema(file: JsonFile, wanted: str, error: type[PosterscanError]) -> None:
    """The `schema` field says which kind of file this is, and which version."""
    found = file.data.get("schema")
    if found == wanted:
        return
    kind = wanted.partition("/")[0]
    if found is None:
        cure = Message(f'Zet "schema": "{wanted}" vooraan in het bestand.',
                       f'Put "schema": "{wanted}" at the top of the file.')
        problem = Message("mist het veld schema", "lacks the field schema")
    elif isinstance(found, str) and found.startswith(kind + "/"):
        cure = Message(f"Deze posterscan leest {wanted}: neem een nieuwere posterscan of maak de kit opnieuw.",
                       f"This posterscan reads {wanted}: get a newer posterscan or make the kit again.")
        problem = Message(f"is van versie {found!r}", f"is of version {found!r}")
    else:
        cure = Message(f"Noem hier het bestand met {wanted}; zijn twee bestanden verwisseld?",
                       f"Name the file with {wanted} here; were two files swapped?")
        problem = Message(f"is van een andere soort: schema {found!r}", f"is of another kind: schema {found!r}")
    _stop(file.path, error, problem, cure)


def validated(model: type[M], file: JsonFile, error: type[PosterscanError]) -> M:
    """The file as a model, types taken strictly; every unknown, missing or wrong field is named with its place."""
    try:
        return model.model_validate_json(json.dumps(file.data), strict=True)
    except ValidationError as wrong:
        raise_faults(file.path, (_fault(model, dict(e)) for e in wrong.errors(include_url=False)), error)
        raise  # not reached: a ValidationError has at least one error


def place_of(path: Iterable[str | int]) -> str:
    """("markers", 3, "corners_mm") as `markers[3].corners_mm`."""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else step
    return out


def _fault(model: type[BaseModel], e: dict[str, Any]) -> Fault:
    place, kind, context = tuple(e["loc"]), str(e["type"]), e.get("ctx", {})
    if kind == "extra_forbidden":
        near = suggestion(str(place[-1]), _field_names(model, place[:-1]))
        cure = Message(f"Bedoelt u {near!r}? Haal het veld anders weg.",
                       f"Did you mean {near!r}? Else remove the field.") if near else \
            Message("Haal het veld weg.", "Remove the field.")
        return Fault(place_of(place), Message("onbekend veld", "unknown field"), cure)
    if kind == "missing":
        return Fault(place_of(place), Message("ontbreekt", "is missing"),
                     Message(f"Vul {place[-1]} in.", f"Fill in {place[-1]}."))
    shown = json.dumps(e.get("input"), ensure_ascii=False, default=str)
    given = shown if len(shown) <= 40 else shown[:37] + "…"
    wanted = _wanted(kind, context)
    return Fault(place_of(place), Message(f"{given} is geen {wanted.nl}", f"{given} is not {wanted.en}"),
                 Message(f"Maak er {wanted.nl} van.", f"Make it {wanted.en}."))


def _wanted(kind: str, context: dict[str, Any]) -> Message:
    """What should have been there, for pydantic's kinds of error."""
    if kind == "literal_error":
        choices = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "")
        return Message(f"keuze uit {choices}", f"one of {choices}")
    if kind in ("too_short", "too_long"):
        least, most = context.get("min_length"), context.get("max_length")
        limit = Message(f"minstens {least}", f"at least {least}") if kind == "too_short" else \
            Message(f"hoogstens {most}", f"at most {most}")
        return Message(f"lijst van {limit.nl}", f"a list of {limit.en}")
    for start, words in _KINDS.items():
        if kind.startswith(start):
            return words
    return Message("geldige waarde", "a valid value")


_KINDS = {
    "int": Message("heel getal", "a whole number"),
    "float": Message("getal", "a number"),
    "finite_number": Message("eindig getal", "a finite number"),
    "string": Message("tekst tussen aanhalingstekens", "text in quotation marks"),
    "list": Message("lijst [...]", "a list [...]"),
    "tuple": Message("lijst [x, y] van twee getallen", "a list [x, y] of two numbers"),
    "model": Message("object {...}", "an object {...}"),
    "dict": Message("object {...}", "an object {...}"),
}


def suggestion(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like an unknown one, if any is like it."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)  # difflib's own default for "similar"
    return near[0] if near else None


def _field_names(model: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    """Names that are allowed at a place in the file."""
    here: Any = model
    for step in place:
        if isinstance(step, str):
            fields = {f.alias or name: f for name, f in here.model_fields.items()}
            here = fields[step].annotation if step in fields else None
        here = _inner_model(here)
        if here is None:
            return []
    return [f.alias or name for name, f in here.model_fields.items()]


def _inner_model(annotation: Any) -> Any:
    """The model inside list[Model], Model | None, Annotated[...]; None where there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (list, Union, UnionType, tuple) or hasattr(annotation, "__metadata__"):
        return next((m for a in get_args(annotation) if (m := _inner_model(a)) is not None), None)
    return None
