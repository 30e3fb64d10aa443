"""The command `posterscan`. Each command's work is imported when it runs, so that help appears at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from posterscan.cli import (
    apply,
    backs,
    batch,
    calibrate_camera,
    calibrate_poster,
    calibrate_zones,
    check,
    demo,
    doctor,
    evaluate,
    kit,
    report,
    review,
    scan,
    schema,
)
from posterscan.cli.words import INTERRUPTED, helped

app = typer.Typer(
    name="posterscan", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False, help=helped("Van een foto van een gevulde poster naar één JSON-bestand per tafel.",
                                                "From a photo of a filled poster to one JSON file per table."))
app.command("kit", help=kit.HELP)(kit.command)
app.command("check", help=check.HELP)(check.command)
app.command("scan", help=scan.HELP)(scan.command)
app.command("batch", help=batch.HELP)(batch.command)
app.command("backs", help=backs.HELP)(backs.command)
app.command("review", help=review.HELP)(review.command)
app.command("apply", help=apply.HELP)(apply.command)
app.command("report", help=report.HELP)(report.command)
app.command("evaluate", help=evaluate.HELP)(evaluate.command)
app.command("schema", help=schema.HELP)(schema.command)
app.command("doctor", help=doctor.HELP)(doctor.command)
app.command("demo", help=demo.HELP)(demo.command)
calibrate = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)
calibrate.command("poster", help=calibrate_poster.HELP)(calibrate_poster.command)
calibrate.command("zones", help=calibrate_zones.HELP)(calibrate_zones.command)
calibrate.command("camera", help=calibrate_camera.HELP)(calibrate_camera.command)
app.add_typer(calibrate, name="calibrate", help=helped("Maak bestaande posters en camera's bekend.",
                                                       "Make existing posters and cameras known."))


def _version(wanted: bool) -> None:
    if wanted:
        from posterscan import __version__

        typer.echo(f"posterscan {__version__}")
        raise typer.Exit


@app.callback()
def _top(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help=helped(
        "Toon de versie.", "Show the version."))] = False) -> None:
    """Options of the program itself."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="posterscan")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has gone, as in `posterscan schema | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return 0


def run() -> None:
    """The console script."""
    sys.exit(main())
