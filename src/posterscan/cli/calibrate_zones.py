"""`posterscan calibrate zones`: the page in which the zones of an existing poster are drawn, and taking up what it saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posterscan.cli.words import OK, Lang, guarded, helped, language_of, show, tell
from posterscan.errors import UsageError
from posterscan.messages import Language, Message

if TYPE_CHECKING:
    from posterscan.zones_page.take import Taken

HELP = helped("Maak de pagina waarin u de vakken van een bestaande poster tekent.",
              "Make the page in which you draw the zones of an existing poster.")

Source = Annotated[Path, typer.Argument(metavar="POSTER", help=helped(
    "Map met layout.json, een layout.json, of de afbeelding of pdf van de poster.",
    "Folder with a layout.json, a layout.json, or the poster's picture or PDF."))]
Size = Annotated[str | None, typer.Option("--size", help=helped(
    "Maat van de poster op papier: breedte x hoogte in mm, of A0 tot A4.",
    "Size of the poster on paper: width x height in mm, or A0 to A4."))]
Out = Annotated[Path | None, typer.Option("--out", help=helped("Waar de pagina komt; anders zones.html naast de poster.",
                                                               "Where the page goes; else zones.html beside the poster."))]
Take = Annotated[Path | None, typer.Option("--take", help=helped(
    "Controleer een bewaarde layout.json en zet die op zijn plaats.", "Check a saved layout.json and put it in its place."))]


@guarded
def command(source: Source, size: Size = None, out: Out = None, take: Take = None, lang: Lang = None) -> int:
    """Writes the page, or takes up what it saved."""
    language = language_of(lang)
    if not source.exists():
        raise UsageError(Message(f"{source} bestaat niet.", f"{source} does not exist."),
                         Message("Noem de map van de poster, of de afbeelding of pdf.",
                                 "Name the poster's folder, or its picture or PDF."))
    if take is not None:
        return _take(take, source if source.is_dir() else source.parent, language)
    return _make(source, size, out, language)


def _make(path: Path, size: str | None, out: Path | None, language: Language) -> int:
    from posterscan.atomic import write_atomically
    from posterscan.zones_page.page import PAGE, make_page
    from posterscan.zones_page.source import open_source

    source = open_source(path, size)
    page = source.folder / PAGE if out is None else out / PAGE if out.is_dir() else out
    if page.resolve() == path.resolve():
        raise UsageError(Message(f"{page} is de poster zelf.", f"{page} is the poster itself."),
                         Message("Kies met --out een andere naam.", "Choose another name with --out."))
    content = make_page(source, language)
    if source.artwork is not None:
        _put_artwork(page.parent / source.artwork[0], source.artwork[1], language)
    write_atomically(page, content)
    for note in source.notes:
        tell(note.to(language))
    then = f"posterscan calibrate zones {page.parent} --take layout.json"
    tell(Message(f"Open {page.name} met een dubbelklik en teken de vakken. Daarna: {then}",
                 f"Open {page.name} by a double click and draw the zones. Then: {then}").to(language))
    show(str(page))
    return OK


def _put_artwork(path: Path, content: bytes, language: Language) -> None:
    """The picture that layout.json will name, where a PDF was given; another file of that name is left alone."""
    from posterscan.atomic import write_atomically

    if path.exists() and path.read_bytes() != content:
        raise UsageError(Message(f"{path} is er al, en is een ander plaatje dan de pdf.",
                                 f"{path} is there already, and is another picture than the PDF."),
                         Message(f"Noem {path.name} zelf in plaats van de pdf, of geef het een andere naam.",
                                 f"Name {path.name} itself instead of the PDF, or rename it."))
    write_atomically(path, content)
    tell(Message(f"{path.name} is de afbeelding die bij layout.json hoort: houd ze bij elkaar.",
                 f"{path.name} is the picture that belongs to layout.json: keep them together.").to(language))


def _take(saved: Path, folder: Path, language: Language) -> int:
    from posterscan.zones_page.take import take_layout

    taken = take_layout(saved, folder)
    for note in taken.notes:
        tell(note.to(language))
    tell(_told(taken).to(language))
    show(str(taken.path))
    return OK


def _told(taken: Taken) -> Message:
    """How many zones there are, and what is another than before."""
    parts = [(taken.new, "nieuw", "new"), (taken.changed, "veranderd", "changed"), (taken.gone, "weg", "gone")]
    one = taken.zones == 1
    many = Message(f"{taken.zones} {'vak' if one else 'vakken'}", f"{taken.zones} {'zone' if one else 'zones'}")
    told = Message("; ".join(f"{nl}: {', '.join(ids)}" for ids, nl, _ in parts if ids) or "niets veranderd",
                   "; ".join(f"{en}: {', '.join(ids)}" for ids, _, en in parts if ids) or "nothing changed")
    kept = Message(f" Het vorige bestand heet nu {taken.former.name}.", f" The one before is now called {taken.former.name}.") \
        if taken.former else Message("", "")
    return many + Message(" (", " (") + told + Message(").", ").") + kept
