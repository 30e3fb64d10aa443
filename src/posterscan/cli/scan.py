"""`posterscan scan`: one table, one or more photos of it."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from posterscan.cli.words import OK, SOME_FAILED, AsJson, Cameras, Lang, guarded, helped, language_of, show_json, tell
from posterscan.errors import UsageError
from posterscan.kit.names import CATALOGUE, LAYOUT
from posterscan.messages import Language, Message

if TYPE_CHECKING:
    from posterscan.files import Written
    from posterscan.outcome import ScanOutcome
    from posterscan.table import TableScan

HELP = helped("Lees één tafel uit een of meer foto's.", "Read one table from one or more photos.")

Photos = Annotated[list[Path], typer.Argument(metavar="PHOTO", help=helped("Foto's van één tafel.",
                                                                              "Photos of one table."))]
KitFolder = Annotated[Path | None, typer.Option("--kit", help=helped(
    "Map van de kit die geprint is; in plaats van --layout en --catalogue.",
    "Folder of the kit that was printed; instead of --layout and --catalogue."))]
LayoutPath = Annotated[Path | None, typer.Option("--layout", help=helped("layout.json van de poster.",
                                                                         "The poster's layout.json."))]
CataloguePath = Annotated[Path | None, typer.Option("--catalogue", help=helped("catalogue.json van de kaartjes.",
                                                                               "The cards' catalogue.json."))]
Out = Annotated[Path, typer.Option("--out", help=helped("Map voor het resultaat.", "Folder for the result."))]
Table = Annotated[str | None, typer.Option("--table", help=helped(
    "Naam van de tafel; anders wat de code op de poster zegt, of de naam van de foto.",
    "The table's name; else what the poster's code says, or the photo's name."))]
Participants = Annotated[int | None, typer.Option("--participants", min=1, max=1000, help=helped(
    "Aantal deelnemers, om de stickers na te rekenen; anders wat de lay-out zegt.",
    "Number of participants, to check the stickers against; else what the layout says."))]
PerPerson = Annotated[int | None, typer.Option("--stickers-per-person", min=1, max=100, help=helped(
    "Stickers per deelnemer; anders wat de lay-out zegt, of 3.",
    "Stickers per participant; else what the layout says, or 3."))]
StickerMm = Annotated[float | None, typer.Option("--sticker-mm", min=3, max=50, help=helped(
    "Doorsnee van de stickers in mm; anders wat de lay-out zegt, of geschat.",
    "Diameter of the stickers in mm; else what the layout says, or estimated."))]


@guarded
def command(photos: Photos, out: Out, layout: LayoutPath = None, catalogue: CataloguePath = None, kit: KitFolder = None,
            table: Table = None, participants: Participants = None, stickers_per_person: PerPerson = None,
            sticker_mm: StickerMm = None, cameras: Cameras = None, lang: Lang = None, as_json: AsJson = False) -> int:
    """Scans the photos, writes the files, says what was found."""
    from posterscan.cameras.profile import load_profiles
    from posterscan.catalogue import check_together, open_catalogue
    from posterscan.files import table_name, write_table
    from posterscan.kept_kits import keep
    from posterscan.layout import open_layout
    from posterscan.outcome import ScanOptions
    from posterscan.places import FolderPlace
    from posterscan.table import scan_table

    language = language_of(lang)
    layout_file, catalogue_file = _files_of(kit, layout, catalogue)
    loaded_layout, loaded_catalogue = open_layout(layout_file), open_catalogue(catalogue_file)
    check_together(loaded_layout.layout, loaded_catalogue)
    from posterscan.pipeline import scan_photo  # after the files were found good: it loads the OCR engines

    options = ScanOptions(table_name(table or photos[0].stem), language, participants, stickers_per_person, sticker_mm,
                          table_given=table is not None, cameras=load_profiles(cameras))
    scan = scan_table(photos, loaded_layout, loaded_catalogue, options, scan_photo)
    name = table_name(scan.outcome.result.table) if scan.outcome is not None else options.table
    written = write_table(out, name, scan.outcome) if scan.outcome is not None else None
    if written is not None:
        keep(FolderPlace(out), {LAYOUT: layout_file.read_bytes(), CATALOGUE: catalogue_file.read_bytes()})
    _tell(scan, written, language)
    if as_json:
        show_json(_summary(name, photos, scan, written, language))
    return SOME_FAILED if scan.failed else OK


def _files_of(kit: Path | None, layout: Path | None, catalogue: Path | None) -> tuple[Path, Path]:
    """What was printed: as named, else as it lies in the kit's folder; UsageError where one of the two is missing."""
    if kit is not None and not (kit / LAYOUT).is_file() and layout is None:
        raise UsageError(Message(f"In {kit} staat geen {LAYOUT}: dat is niet de map van een kit.",
                                 f"There is no {LAYOUT} in {kit}: that is not a kit's folder."),
                         Message("Noem de map die posterscan kit heeft gemaakt.", "Name the folder that posterscan kit made."))
    layout = layout or (kit / LAYOUT if kit is not None else None)
    catalogue = catalogue or (kit / CATALOGUE if kit is not None else None)
    if layout is None or catalogue is None:
        raise UsageError(Message("Zonder kit is niet bekend wat er geprint is.", "Without a kit it is not known what was printed."),
                         Message("Noem de map van de kit met --kit, of --layout en --catalogue.",
                                 "Name the kit's folder with --kit, or --layout and --catalogue."))
    return layout, catalogue


def _tell(scan: TableScan, written: Written | None, language: Language) -> None:
    """What happened, in a few lines on stderr; POSTERSCAN_TRACEBACK=1 adds where an unforeseen error came from."""
    import traceback

    from posterscan.photo import shown

    for path, error in scan.failed:
        named = shown(path) in error.problem.to(language)
        tell(error.to(language) if named else f"{shown(path)}: {error.to(language)}")
        if error.__cause__ is not None and os.environ.get("POSTERSCAN_TRACEBACK"):
            tell("".join(traceback.format_exception(error.__cause__)))
    if scan.outcome is None or written is None:
        tell(Message("Geen enkele foto kon worden gebruikt; er is niets geschreven.",
                     "Not one photo could be used; nothing was written.").to(language))
        return
    for note in written.notes:
        tell(note.to(language))
    for problem in scan.outcome.problems:
        tell(f"{problem.message} {problem.remedy}".strip())
    for message, times in Counter(check.message for check in scan.outcome.result.checks).items():
        tell(message if times == 1 else f"{message} ({times}×)")  # places differ in the file; here they are words
    tell(_found(scan.outcome).to(language))
    tell(str(written.result))


def _found(outcome: ScanOutcome) -> Message:
    cards = outcome.result.cards
    stickers = sum(card.stickers.count for card in cards) + len(outcome.result.loose_stickers)
    look = sum(bool(card.needs_review) for card in cards)
    return Message(f"{len(cards)} kaartjes, {stickers} stickers; {look} kaartjes om even naar te kijken.",
                   f"{len(cards)} cards, {stickers} stickers; {look} cards need a look.")


def _summary(table: str, photos: list[Path], scan: TableScan, written: Written | None,
             language: Language) -> dict[str, Any]:
    """The machine's view: what became of each photo, where the files are, and the result itself."""
    from posterscan.photo import printable, shown

    failed = dict(scan.failed)
    result = None
    if written is not None:
        import json

        result = json.loads(written.result.read_text(encoding="utf-8"))
    return {
        "table": table, "file": str(written.result).encode("utf-8", "replace").decode() if written else None,
        "photos": [{"file": shown(path), "path": printable(str(path)),
                    "status": "failed" if path in failed else "done",
                    **({"code": failed[path].code, "message": failed[path].problem.to(language),
                        "remedy": failed[path].remedy.to(language)} if path in failed else {})} for path in photos],
        "result": result}
