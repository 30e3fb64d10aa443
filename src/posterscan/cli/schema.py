"""`posterscan schema`: the JSON Schema of a kind of file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from posterscan.cli.words import Lang, guarded, helped

HELP = helped("Toon het JSON-schema van een soort bestand.", "Print the JSON Schema of a kind of file.")


class Kind(StrEnum):
    """The kinds of file."""

    RESULT = "result"
    LAYOUT = "layout"
    CATALOGUE = "catalogue"
    INDEX = "index"  # upper case: text has a method of that name
    CORRECTIONS = "corrections"
    CAMERA = "camera"


@guarded
def command(kind: Annotated[Kind, typer.Argument(help=helped("Soort bestand.", "Kind of file."))] = Kind.RESULT,
            lang: Lang = None) -> int:
    """Prints the schema."""
    import sys

    from posterscan.schema import schema_text

    sys.stdout.write(schema_text(kind.value))
    return 0
