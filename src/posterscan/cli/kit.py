"""`posterscan kit`: everything to print, and what scanning needs to know of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from posterscan.cli.words import OK, LanguageChoice, guarded, helped, language_of, show, tell
from posterscan.kit import names
from posterscan.messages import Language, Message

if TYPE_CHECKING:
    from posterscan.kit.settings import KitSettings

HELP = helped("Maak alles om te printen: poster, kaartjes, uitleg; en wat het inlezen ervan nodig heeft.",
              "Make everything to print: poster, cards, instructions; and what scanning needs to know of it.")

Folder = Annotated[Path, typer.Argument(metavar="DIR", help=helped("Nieuwe map voor de kit.", "New folder for the kit."))]
Config = Annotated[Path | None, typer.Option("--config", help=helped(
    "kit.toml met sessie, tafels, stickers en woorden.", "kit.toml with session, tables, stickers and words."))]
Words = Annotated[Path | None, typer.Option("--words", help=helped(
    "Eigen woorden: XLSX, CSV, TXT, TOML of een catalogue.json.", "Your own words: XLSX, CSV, TXT, TOML or a catalogue.json."))]
Session = Annotated[str | None, typer.Option("--session", help=helped("Naam van de sessie.", "Name of the session."))]
Day = Annotated[str | None, typer.Option("--date", help=helped("Datum, zoals 2026-11-24.", "Date, like 2026-11-24."))]
Place = Annotated[str | None, typer.Option("--place", help=helped("Plaats.", "Place."))]
Tables = Annotated[int | None, typer.Option("--tables", help=helped("Aantal tafels: elk een eigen poster.",
                                                                    "Number of tables: each gets its own poster."))]
Participants = Annotated[int | None, typer.Option("--participants", help=helped("Deelnemers per tafel.",
                                                                                "Participants per table."))]
PerPerson = Annotated[int | None, typer.Option("--stickers-per-person", help=helped("Stickers per deelnemer.",
                                                                                    "Stickers per participant."))]
StickerMm = Annotated[float | None, typer.Option("--sticker-mm", help=helped("Doorsnee van de stickers in mm.",
                                                                             "Diameter of the stickers in mm."))]
Lang = Annotated[LanguageChoice | None, typer.Option("--lang", help=helped(
    "Taal van de kit (als kit.toml er geen noemt) en van de meldingen.",
    "Language of the kit (where kit.toml names none) and of the messages."))]
Overwrite = Annotated[bool, typer.Option("--overwrite", help=helped("Vervang een kit die er al staat.",
                                                                    "Replace a kit that is there already."))]

_KEEP = f"{names.LAYOUT}, {names.CATALOGUE} en {names.ARTWORK}"
_KEEP_EN = f"{names.LAYOUT}, {names.CATALOGUE} and {names.ARTWORK}"


@guarded
def command(folder: Folder, config: Config = None, words: Words = None, session: Session = None, date: Day = None,
            place: Place = None, tables: Tables = None, participants: Participants = None,
            stickers_per_person: PerPerson = None, sticker_mm: StickerMm = None, overwrite: Overwrite = False,
            lang: Lang = None) -> int:
    """Reads what was asked for, makes the kit in memory, and writes it as a whole."""
    from posterscan.kit.make import make_kit
    from posterscan.kit.settings import read_settings, with_changes
    from posterscan.kit.wordlists import default_words, read_words
    from posterscan.kit.write import check_folder, write_kit

    said = language_of(lang)
    check_folder(folder, overwrite=overwrite)
    settings = with_changes(read_settings(config), {
        "words": words.absolute() if words else None, "tables": tables, "participants": participants,
        "stickers_per_person": stickers_per_person, "sticker_mm": sticker_mm,
        "session": {"name": session, "date": date, "place": place}})
    language: Language = settings.language or said
    kit = make_kit(settings, read_words(settings.words) if settings.words else default_words(language), language)
    write_kit(folder, kit.files, overwrite=overwrite)
    for note in kit.notes:
        tell(note.to(said))
    show(_done(folder, settings, kit.files).to(said))
    return OK


def _done(folder: Path, settings: KitSettings, files: dict[str, Any]) -> Message:
    number = len([name for name in files if name.endswith(".pdf")])
    many = settings.tables > 1
    tables = Message(f"{settings.tables} tafel{'s' * many}", f"{settings.tables} table{'s' * many}")
    return Message(
        f"De kit staat in {folder}: {number} pdf's om te printen voor {tables.nl}; begin bij {names.INSTRUCTIONS.nl}. "
        f"{_KEEP} zijn voor het inlezen van de foto's: bewaar ze.",
        f"The kit is in {folder}: {number} PDFs to print for {tables.en}; begin with {names.INSTRUCTIONS.en}. "
        f"{_KEEP_EN} are for scanning the photos: keep them.")
