"""`posterscan report`: workbook, slides, page, PDF, charts and tidy rows of what tables laid."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from posterscan.cli.words import OK, Lang, guarded, helped, language_of, show, tell
from posterscan.messages import Message

HELP = helped("Maak het verslag: werkmap, dia's, pagina, PDF en tabellen.",
              "Make the report: workbook, slides, page, PDF and tables.")
FOLDER = "report"


class By(StrEnum):
    """Values of --by."""

    session = "session"
    place = "place"
    date = "date"
    folder = "folder"
    none = "none"


class Part(StrEnum):
    """Values of --only."""

    rows = "rows"
    workbook = "workbook"
    slides = "slides"
    page = "page"
    pdf = "pdf"
    charts = "charts"


Folders = Annotated[list[Path], typer.Argument(metavar="DIR...", help=helped(
    "Een of meer mappen met resultaten van scan of batch.", "One or more folders of results of scan or batch."))]
Out = Annotated[Path | None, typer.Option("--out", help=helped(
    "Map voor het verslag; anders de map report in de eerste map.",
    "Folder for the report; else the folder report in the first folder."))]
Kit = Annotated[Path | None, typer.Option("--kit", help=helped(
    "Map van de kit, voor resultaten waar de lay-out niet bij staat.", "The kit's folder, for results without their layout."))]
Same = Annotated[Path | None, typer.Option("--same", help=helped(
    "CSV-bestand met andere woorden voor hetzelfde (kolommen: tekst; hetzelfde als).",
    "CSV file of other words for the same thing (columns: text; same as)."))]
GroupBy = Annotated[By | None, typer.Option("--by", help=helped(
    "Waarop tafels worden vergeleken: sessie, plaats, datum, map of niets.",
    "What tables are compared by: session, place, date, folder or none."))]
Groups = Annotated[Path | None, typer.Option("--groups", help=helped(
    "CSV-bestand met een groep per tafel (kolommen: tafel; groep).",
    "CSV file with a group for each table (columns: table; group)."))]
Fewest = Annotated[int, typer.Option("--fewest-tables", min=1, max=1000, help=helped(
    "Bij minder tafels staan er aantallen in plaats van percentages.",
    "With fewer tables there are numbers instead of percentages."))]
Template = Annotated[Path | None, typer.Option("--template", help=helped(
    "Eigen PowerPoint-sjabloon (.pptx of .potx).", "A PowerPoint template of one's own (.pptx or .potx)."))]
Only = Annotated[list[Part] | None, typer.Option("--only", help=helped(
    "Alleen dit deel; mag vaker.", "Only this part; may be given several times."))]


@guarded
def command(folders: Folders, out: Out = None, kit: Kit = None, same: Same = None, by: GroupBy = None, groups: Groups = None,
            fewest_tables: Fewest = 5, template: Template = None, only: Only = None, lang: Lang = None) -> int:
    """Writes the report."""
    from posterscan.report.make import PARTS, Request, write_report

    language = language_of(lang)
    where = out if out is not None else folders[0] / FOLDER
    request = Request(folders, kit, same, by.value if by is not None else None, groups, fewest_tables, template,
                      [part.value for part in only] if only else PARTS)
    report = write_report(request, where, language)
    for message in report.told:
        tell(message.to(language))
    tell(Message(f"Verslag van {report.tables} {'tafel' if report.tables == 1 else 'tafels'}:",
                 f"Report of {report.tables} {'table' if report.tables == 1 else 'tables'}:").to(language))
    for name in report.files:
        if "/" not in name:
            show(str(where / name))
    return OK
