"""`posterscan backs`: photos of cards turned over; what was argued joins the cards of a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from posterscan.cli.words import OK, SOME_FAILED, AsJson, Lang, guarded, helped, language_of, show_json, tell
from posterscan.errors import UsageError
from posterscan.kit.names import CATALOGUE
from posterscan.messages import Language, Message

if TYPE_CHECKING:
    from posterscan.backs.run import BacksDone

HELP = helped("Lees de achterkanten van kaartjes uit foto's zonder poster: argumentatie en aangekruist hokje.",
              "Read the backs of cards from photos without a poster: argument and ticked box.")

Photos = Annotated[list[Path], typer.Argument(metavar="PHOTO", help=helped(
    "Foto's van omgedraaide kaartjes van één tafel.", "Photos of one table's cards, turned over."))]
KitFolder = Annotated[Path | None, typer.Option("--kit", help=helped(
    "Map van de kit die geprint is; in plaats van --catalogue.", "Folder of the kit that was printed; instead of --catalogue."))]
CataloguePath = Annotated[Path | None, typer.Option("--catalogue", help=helped(
    "catalogue.json van de kaartjes.", "The cards' catalogue.json."))]
Out = Annotated[Path, typer.Option("--out", help=helped("Map met de resultaten.", "Folder of the results."))]
Table = Annotated[str | None, typer.Option("--table", help=helped(
    "Naam van de tafel, zoals het JSON-bestand heet; niet nodig als er maar één is.",
    "The table's name, as its JSON file is called; not needed where there is only one."))]
WAIT_S = 60.0  # for another program that writes into the same folder


@guarded
def command(photos: Photos, out: Out, kit: KitFolder = None, catalogue: CataloguePath = None, table: Table = None,
            lang: Lang = None, as_json: AsJson = False) -> int:
    """Reads the photos, writes the files, says what was found."""
    from posterscan.backs.run import run_backs
    from posterscan.catalogue import open_catalogue
    from posterscan.places import FolderPlace

    language = language_of(lang)
    loaded = open_catalogue(_catalogue_of(kit, catalogue))
    out.mkdir(parents=True, exist_ok=True)
    done = run_backs(photos, loaded, FolderPlace(out), table, wait_s=WAIT_S)
    _tell(done, language)
    if as_json:
        show_json(_summary(done, language))
    return SOME_FAILED if done.failed else OK


def _catalogue_of(kit: Path | None, catalogue: Path | None) -> Path:
    if catalogue is None and kit is None:
        raise UsageError(Message("Zonder kit is niet bekend welke kaartjes er zijn.",
                                 "Without a kit it is not known which cards there are."),
                         Message("Noem de map van de kit met --kit, of --catalogue.",
                                 "Name the kit's folder with --kit, or --catalogue."))
    if catalogue is None and kit is not None and not (kit / CATALOGUE).is_file():
        raise UsageError(Message(f"In {kit} staat geen {CATALOGUE}: dat is niet de map van een kit.",
                                 f"There is no {CATALOGUE} in {kit}: that is not a kit's folder."),
                         Message("Noem de map die posterscan kit heeft gemaakt.", "Name the folder that posterscan kit made."))
    return catalogue if catalogue is not None else kit / CATALOGUE  # type: ignore[operator]


def _tell(done: BacksDone, language: Language) -> None:
    from posterscan.photo import shown

    for path, error in done.failed:
        words = error.to(language)
        tell(words if shown(path) in words else f"{shown(path)}: {words}")
    for note in done.notes:
        tell(note.to(language))
    look = sum(bool(back.needs_review) for back in done.kept.backs)
    count = len(done.kept.backs)
    tell(Message(f"{count} achterkanten, {done.paired} bij hun kaartje; {look} om even naar te kijken.",
                 f"{count} backs, {done.paired} with their card; {look} need a look.").to(language))


def _summary(done: BacksDone, language: Language) -> dict[str, Any]:
    from posterscan.photo import shown

    return {"table": done.table, "paired": done.paired, "backs": [back.model_dump() for back in done.kept.backs],
            "failed": [{"file": shown(path), "code": error.code, "message": error.problem.to(language),
                        "remedy": error.remedy.to(language)} for path, error in done.failed],
            "notes": [note.to(language) for note in done.notes]}
