"""`posterscan review`: a page in which people look over what was doubtful."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posterscan.cli.words import OK, Lang, guarded, helped, language_of, show, tell
from posterscan.errors import UsageError
from posterscan.messages import Language, Message

if TYPE_CHECKING:
    from posterscan.places import Place
    from posterscan.review.page import Page

HELP = helped("Maak de pagina waarin u twijfelgevallen nakijkt.", "Make the page in which you look over what is doubtful.")

Folder = Annotated[Path, typer.Argument(metavar="DIR", help=helped("Map met resultaten van scan of batch.",
                                                                  "Folder of results of scan or batch."))]
Kit = Annotated[Path | None, typer.Option("--kit", help=helped(
    "Map van de kit, voor resultaten waar de lay-out niet bij staat.", "The kit's folder, for results without their layout."))]
Only = Annotated[list[str] | None, typer.Option("--only", help=helped(
    "Alleen de tafel met deze naam; mag vaker.", "Only the table of this name; may be given several times."))]
OneFileMb = Annotated[float, typer.Option("--one-file-mb", min=0, max=500, help=helped(
    "Tot hoeveel MB aan foto's alles in één bestand komt; daarboven horen de mappen van de tafels erbij.",
    "Up to how many MB of pictures all goes into one file; beyond that the tables' folders belong to it."))]
Serve = Annotated[bool, typer.Option("--serve", help=helped(
    "Open de pagina vanaf deze computer; correcties komen meteen in de resultaten.",
    "Open the page from this computer; corrections go straight into the results."))]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help=helped("Poort voor --serve; 0 kiest een vrije.",
                                                                           "Port for --serve; 0 takes a free one."))]
IdleMinutes = Annotated[float, typer.Option("--idle-minutes", min=0.01, max=1440, help=helped(
    "--serve stopt als er zo lang niets gebeurt.", "--serve stops after so long without anybody."))]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help=helped("Zeg alleen het adres.", "Only say the address."))]


@guarded
def command(folder: Folder, kit: Kit = None, only: Only = None, one_file_mb: OneFileMb = 30.0, serve: Serve = False,
            port: Port = 0, idle_minutes: IdleMinutes = 30.0, no_browser: NoBrowser = False, lang: Lang = None) -> int:
    """Writes the page, or serves it."""
    from posterscan.places import FolderPlace
    from posterscan.review.page import PAGE, make_page

    language = language_of(lang)
    if not folder.is_dir():
        raise UsageError(Message(f"{folder} is geen map.", f"{folder} is no folder."),
                         Message("Noem de map met de resultaten.", "Name the folder of results."))
    place, kits = FolderPlace(folder), FolderPlace(kit) if kit is not None else None
    if serve:
        return _serve(place, kits, only or [], language, port, idle_minutes, not no_browser)
    page = make_page(place, language, kit=kits, one_file_mb=one_file_mb, only=only or ())
    place.write(PAGE, page.content)
    tell(_told(page).to(language))
    show(str(folder / PAGE))
    return OK


def _told(page: Page) -> Message:
    mb = len(page.content) / 1e6
    tables = Message(f"{page.tables} {'tafel' if page.tables == 1 else 'tafels'}",
                     f"{page.tables} {'table' if page.tables == 1 else 'tables'}")
    look = Message(f"{page.to_look_at} {'kaartje' if page.to_look_at == 1 else 'kaartjes'} om even naar te kijken",
                   f"{page.to_look_at} {'card needs' if page.to_look_at == 1 else 'cards need'} a look")
    where = Message(f"alles in één bestand ({mb:.1f} MB)", f"all in one file ({mb:.1f} MB)") if page.pictures == "inside" else \
        Message("de foto's staan in de mappen ernaast: houd alles bij elkaar",
                "the pictures are in the folders beside it: keep them together")
    return tables + Message(", ", ", ") + look + Message("; ", "; ") + where + Message(".", ".")


def _serve(place: Place, kit: Place | None, only: list[str], language: Language, port: int, idle_minutes: float,
           browser: bool) -> int:
    from posterscan.review.serve import Served, serve

    def ready(url: str) -> None:
        tell(Message("De pagina is open op dit adres, alleen op deze computer. Stoppen: Ctrl-C.",
                     "The page is open at this address, on this computer only. To stop: Ctrl-C.").to(language))
        show(url)
        if browser:
            import webbrowser

            webbrowser.open(url)

    serve(Served(place, kit, tuple(only), language), port=port, idle_s=idle_minutes * 60, ready=ready)
    tell(Message("Gestopt; alle correcties staan in de resultaten.", "Stopped; all corrections are in the results.").to(language))
    return OK
