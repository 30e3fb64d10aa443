"""`posterscan apply`: takes corrections up in the results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from posterscan.cli.words import OK, SOME_FAILED, AsJson, Lang, guarded, helped, language_of, show_json, tell
from posterscan.errors import UsageError
from posterscan.messages import Message

if TYPE_CHECKING:
    from posterscan.review.apply import Applied
    from posterscan.review.take_up import Change, Difference, TableUpdate

HELP = helped("Neem correcties uit de nakijkpagina over in de resultaten.",
              "Take corrections from the review page up in the results.")
SHOWN = 60  # of a value, characters

File = Annotated[Path, typer.Argument(metavar="CORRECTIONS", help=helped("corrections.json, bewaard vanuit de pagina.",
                                                                        "corrections.json, saved from the page."))]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help=helped("Map met resultaten.", "Folder of results."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=helped("Laat zien wat er zou veranderen, en schrijf niets.",
                                                               "Show what would change, and write nothing."))]


@guarded
def command(corrections: File, folder: Folder, dry_run: DryRun = False, lang: Lang = None, as_json: AsJson = False) -> int:
    """Applies the file and says what changed, where people differ, and what belongs to no card any more."""
    from posterscan.places import FolderPlace
    from posterscan.review.apply import apply_corrections
    from posterscan.review.document import LARGEST_BYTES

    language = language_of(lang)
    if not folder.is_dir():
        raise UsageError(Message(f"{folder} is geen map.", f"{folder} is no folder."),
                         Message("Noem de map met de resultaten.", "Name the folder of results."))
    try:
        with corrections.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise UsageError(Message(f"{corrections} kan niet worden gelezen ({error.strerror}).",
                                 f"{corrections} cannot be read ({error.strerror})."),
                         Message("Noem het bestand dat de pagina heeft bewaard.",
                                 "Name the file that the page has saved.")) from error
    applied = apply_corrections(FolderPlace(folder), content, corrections.name, dry_run=dry_run, wait_s=30.0,
                                waiting=lambda message: tell(message.to(language)))
    for line in _lines(applied, dry_run):
        tell(line.to(language))
    if as_json:
        show_json(_summary(applied))
    return SOME_FAILED if any(table.differences or table.orphans for table in applied.tables) else OK


def _lines(applied: Applied, dry_run: bool) -> list[Message]:
    lines = []
    for table in applied.tables:
        lines += _about(table)
    changes = sum(len(table.changes) for table in applied.tables)
    apart = sum(len(table.differences) for table in applied.tables)
    orphans = sum(len(table.orphans) for table in applied.tables)
    done = Message("zouden worden overgenomen", "would be taken up") if dry_run else Message("overgenomen", "taken up")
    text = Message(f"{changes} {'correctie' if changes == 1 else 'correcties'} {done.nl}",
                   f"{changes} {'correction' if changes == 1 else 'corrections'} {done.en}")
    if apart:
        text += Message(f"; {apart} × zeggen twee mensen iets anders: kijk dat na op een nieuwe pagina (posterscan review)",
                        f"; {apart} × two people differ: look at it in a new page (posterscan review)")
    if orphans:
        text += Message(f"; {orphans} bij kaartjes die er niet meer zijn (bewaard, niet toegepast)",
                        f"; {orphans} of cards that are gone (kept, not applied)")
    return [*lines, text + Message(".", "."), *_sampled(applied.sampled)]


def _sampled(looked: tuple[int, int] | None) -> list[Message]:
    """How often the machine was wrong where it was sure, as far as people have looked."""
    from posterscan.sampling import wilson

    if looked is None or looked[0] == 0:
        return []
    cards, wrong = looked
    low, high = (round(100 * share) for share in wilson(wrong, cards))
    return [Message(f"Steekproef: van {cards} {'kaartje' if cards == 1 else 'kaartjes'} waar niets aan getwijfeld werd, "
                    f"{'was' if wrong == 1 else 'waren'} er {wrong} fout (met 95 % zekerheid tussen {low} en {high} %).",
                    f"Sample: of {cards} {'card' if cards == 1 else 'cards'} that nothing was doubted of, {wrong} "
                    f"{'was' if wrong == 1 else 'were'} wrong (95 % interval {low} to {high} %).")]


def _about(table: TableUpdate) -> list[Message]:
    """A table of changes, as lines of text."""
    lines = [_change(table.name, change) for change in table.changes if change.field != "checked"]
    right = sum(change.field == "checked" and bool(change.value) for change in table.changes)
    if right:
        lines.append(Message(f"{table.name}  {right} × klopt", f"{table.name}  {right} × right as it is"))
    if table.reread:
        lines.append(Message(f"{table.name}  is sindsdien opnieuw gelezen: kaartjes zijn op naam en plaats teruggezocht",
                             f"{table.name}  was read again since: cards were found by id and place"))
    lines += [_difference(table.name, difference) for difference in table.differences]
    lines += [Message(f"{table.name}  {orphan.card}: dit kaartje is er niet meer ({orphan.field}: {_shown(orphan.value)})",
                      f"{table.name}  {orphan.card}: this card is gone ({orphan.field}: {_shown(orphan.value)})")
              for orphan in table.orphans]
    return lines


def _change(table: str, change: Change) -> Message:
    what = f"{table}  {change.card or '–'}  {change.field}: {_shown(change.before)} → {_shown(change.value)}"
    return Message(what, what)


def _difference(table: str, one: Difference) -> Message:
    return Message(f"{table}  {one.card or '–'}  {one.field}: {one.here_by or 'iemand'} zegt {_shown(one.here)} (dat telt nog), "
                   f"{one.by or 'iemand'} zegt {_shown(one.value)}",
                   f"{table}  {one.card or '–'}  {one.field}: {one.here_by or 'somebody'} says {_shown(one.here)} (which counts), "
                   f"{one.by or 'somebody'} says {_shown(one.value)}")


def _shown(value: Any) -> str:
    """A value in a line: whatever a terminal would take for an order is out of it."""
    from posterscan.photo import printable

    text = printable(f"“{value}”" if isinstance(value, str) else "–" if value is None else str(value))
    return text if len(text) <= SHOWN else text[:SHOWN - 1] + "…"


def _summary(applied: Applied) -> list[dict[str, Any]]:
    return [{"name": table.name, "changed": table.changed, "reread": table.reread,
             "changes": [vars(change) for change in table.changes],
             "differences": [vars(difference) for difference in table.differences],
             "orphans": [orphan.model_dump() for orphan in table.orphans]} for table in applied.tables]
