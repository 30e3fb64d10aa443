"""`posterscan demo`: the shipped samples, scanned into a folder, the page to look them over, and the report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from posterscan.cli.words import OK, SOME_FAILED, Lang, guarded, helped, language_of, show, tell
from posterscan.errors import UsageError
from posterscan.messages import Message

HELP = helped("Lees de meegeleverde voorbeelden en zeg waar het resultaat staat.",
              "Read the shipped samples and say where the result is.")

Out = Annotated[Path, typer.Option("--out", help=helped("Map voor het resultaat.", "Folder for the result."))]


@guarded
def command(out: Out = Path("out/demo"), lang: Lang = None) -> int:
    """Scans every sample with the kit beside it."""
    from posterscan.shipped import kit_of, shipped_folder

    language = language_of(lang)
    samples = shipped_folder("samples")
    photos = sorted(path for depth in ("*", "*/*") for path in samples.glob(f"{depth}/photo.*")) if samples is not None else []
    if not photos:
        raise UsageError(Message("Er zijn geen voorbeelden meegeleverd.", "No samples came along."),
                         Message("Haal de broncode op en voer daar `make demo` uit.",
                                 "Get the source and run `make demo` there."))
    failed = 0
    for photo in photos:
        kit = kit_of(photo)
        if kit is None:
            tell(Message(f"{photo.parent.name}: geen layout.json erbij.",
                         f"{photo.parent.name}: no layout.json with it.").to(language))
            failed += 1
            continue
        failed += _scan(photo, kit, out, language_of(lang)) != OK
    read = failed < len(photos)
    page = _made(out, language, "review", "review.html") if read else None
    report = _made(out, language, "report", "report/report.html") if read else None
    show(Message(f"Per tafel staat er een JSON-bestand in {out}, met ernaast een map met de rechtgetrokken foto en de "
                 f"kaartjes.",
                 f"{out} holds one JSON file per table and, beside it, a folder with the rectified picture and the "
                 f"cards.").to(language))
    if page is not None:
        show(Message(f"Nakijken: open {page} met een dubbelklik.",
                     f"To look them over, open {page} by a double click.").to(language))
    if report is not None:
        show(Message(f"Het verslag: open {report}, of een van de andere bestanden in {report.parent}.",
                     f"The report: open {report}, or one of the other files in {report.parent}.").to(language))
    return SOME_FAILED if failed else OK


def _made(out: Path, language: str, command: str, name: str) -> Path | None:
    """The same as that command on the results; None where it could not be made, which was told."""
    from posterscan.cli.main import main

    return out / name if main([command, str(out), "--lang", language]) == OK else None


def _scan(photo: Path, kit: Path, out: Path, language: str) -> int:
    """The same as `posterscan scan`."""
    from posterscan.cli.main import main

    tell(f"— {photo.parent.name}")
    return main(["scan", str(photo), "--layout", str(kit / "layout.json"), "--catalogue", str(kit / "catalogue.json"),
                 "--out", str(out), "--table", photo.parent.name, "--lang", language])
