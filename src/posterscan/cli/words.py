"""How the command line talks: languages, messages on stderr, machine output on stdout, and exit codes."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer

from posterscan.errors import PosterscanError
from posterscan.messages import Language, Message, default_language

P = ParamSpec("P")

OK, SOME_FAILED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


class LanguageChoice(StrEnum):
    """Values of --lang."""

    nl = "nl"
    en = "en"


def helped(nl: str, en: str) -> str:
    """Help in the locale's language; --lang comes too late for it."""
    return Message(nl, en).to(default_language())


Lang = Annotated[LanguageChoice | None, typer.Option("--lang", help=helped("Taal van de meldingen.",
                                                                           "Language of the messages."))]
AsJson = Annotated[bool, typer.Option("--json", help=helped("Alleen machineleesbare uitvoer op stdout.",
                                                            "Only machine-readable output on stdout."))]


Cameras = Annotated[Path | None, typer.Option("--cameras", help=helped(
    "Map met cameraprofielen; anders calibration/cameras, als die er is.",
    "Folder of camera profiles; else calibration/cameras, where it is there."))]


def language_of(choice: LanguageChoice | None) -> Language:
    """The language that was asked for, else the locale's."""
    return default_language() if choice is None else choice.value


def tell(text: str) -> None:
    """For people: to stderr, in whatever that can show."""
    _write(sys.stderr, text)


def show(text: str) -> None:
    """What was asked for: to stdout."""
    _write(sys.stdout, text)


def show_json(data: Any) -> None:
    """For machines: one JSON document, UTF-8 whatever the locale."""
    text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:
        sys.stdout.write(text)
    else:
        binary.write(text.encode("utf-8"))
    sys.stdout.flush()


def _write(stream: Any, text: str) -> None:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    stream.flush()


def guarded(command: Callable[P, int]) -> Callable[P, None]:
    """A command as a function that ends with the contract's exit code, whatever happens in it."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        choice = kwargs.get("lang")
        language = language_of(choice if isinstance(choice, LanguageChoice) else None)
        try:
            code = command(*args, **kwargs)
        except KeyboardInterrupt:
            tell(Message("Afgebroken; wat al klaar was, is bewaard.",
                         "Interrupted; what was done already is kept.").to(language))
            code = INTERRUPTED
        except PosterscanError as error:
            tell(error.to(language))
            code = UNUSABLE
        raise typer.Exit(code)

    return run
