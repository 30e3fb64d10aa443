"""A whole report: from folders of results to a folder with everything that a municipality shows and decides on."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from posterscan.errors import UsageError
from posterscan.messages import Language, Message
from posterscan.places import FolderPlace, Place
from posterscan.report.figures import FEWEST_TABLES, Figures
from posterscan.report.gather import Grouping, gather
from posterscan.report.honesty import headline, honesty
from posterscan.report.same import Suggestion, read_same, suggestions, suggestions_csv, two_columns

PAGE, PDF, WORKBOOK, SLIDES = "report.html", "report.pdf", "report.xlsx", "report.pptx"
SUGGESTIONS, CHARTS = "suggestions.csv", "charts"
# In the order in which they are made: what takes most memory first, on bare ground.
PARTS = ("slides", "workbook", "rows", "page", "pdf", "charts")
_TABLE, _GROUP = ("tafel", "table"), ("groep", "group")


@dataclass(frozen=True)
class Request:
    """What is asked for. folders: of results; the rest as `gather.gather` and `Figures`, but for files that are still to be read.

    template: a .pptx or .potx of one's own. parts: of PARTS.
    """

    folders: Sequence[Path]
    kit: Path | None = None
    same: Path | None = None
    by: Grouping | None = None
    groups: Path | None = None
    fewest_tables: int = FEWEST_TABLES
    template: Path | None = None
    parts: Sequence[str] = PARTS


@dataclass(frozen=True)
class Report:
    """What was made. files: names in the folder, in the order in which they were written. told: what the reader should know."""

    files: tuple[str, ...]
    tables: int
    told: tuple[Message, ...] = field(default=())


def write_report(request: Request, out: Path, language: Language) -> Report:
    """Makes and writes it all; each file is there whole or as it was before.

    UsageError where something that was named cannot be used.
    """
    same = read_same(request.same) if request.same is not None else {}
    groups = read_groups(request.groups) if request.groups is not None else None
    template = _content(request.template) if request.template is not None else None
    gathered = gather(request.folders, kit=request.kit, same=same, by=request.by, groups=groups)
    figures = Figures(gathered, request.fewest_tables)
    link = _link(gathered.base, out)
    place = FolderPlace(out)
    makers: dict[str, Callable[[], list[str]]] = {
        "rows": lambda: _rows(place, figures), "workbook": lambda: _put(place, WORKBOOK, _workbook(figures, language, link)),
        "slides": lambda: _put(place, SLIDES, _slides(figures, language, template, link)),
        "page": lambda: _put(place, PAGE, _page(figures, language, link)), "pdf": lambda: _put(place, PDF, _pdf(figures, language)),
        "charts": lambda: _charts(place, figures, language)}
    files = [name for part in PARTS if part in request.parts for name in makers[part]()]
    told = [headline(honesty(figures))]
    if "rows" in request.parts and (found := _suggestions(figures)):
        name, message = _suggest(place, found, language)
        files += [name] if name else []
        told.append(message)
    if groups is not None:
        told += _unknown_tables(groups, figures)
    return Report(tuple(files), len(gathered.tables), tuple(told))


def read_groups(path: Path) -> dict[str, str]:
    """Which group a table belongs to, by its name: a CSV file with the columns "table" and "group". UsageError as `two_columns`."""
    return {table: group for _, table, group in two_columns(path, _TABLE, _GROUP) if table and group}


def _unknown_tables(groups: Mapping[str, str], figures: Figures) -> list[Message]:
    known = {name for table in figures.gathered.tables for name in (table.table, table.result.removesuffix(".json"))}
    unknown = [table for table in groups if table not in known]
    names = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
    return [Message(f"Geen resultaat heet zoals in de indeling in groepen staat: {names}.",
                    f"No result is called what the file of groups says: {names}.")] if unknown else []


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(Message(f"{path} kan niet worden gelezen ({why}).", f"{path} cannot be read ({why})."),
                         Message("Controleer de naam van het sjabloon.", "Check the template’s name.")) from error


def _link(base: Path, out: Path) -> Callable[[str], str]:
    """The address of a file of the results as seen from the report's folder."""
    way = Path(os.path.relpath(base, out.resolve())).as_posix()
    return lambda name: quote(f"{way}/{name}" if way != "." else name, errors="surrogateescape")


def _put(place: Place, name: str, content: bytes) -> list[str]:
    place.write(name, content)
    return [name]


def _rows(place: Place, figures: Figures) -> list[str]:
    from posterscan.report.tidy_files import write_rows

    return write_rows(place, figures)


def _workbook(figures: Figures, language: Language, link: Callable[[str], str]) -> bytes:
    from posterscan.report.workbook.compose import workbook

    return workbook(figures, language, links=link)


def _slides(figures: Figures, language: Language, template: bytes | None, link: Callable[[str], str]) -> bytes:
    from posterscan.report.slides.compose import slides

    return slides(figures, language, template=template, crops=link)


def _page(figures: Figures, language: Language, link: Callable[[str], str]) -> bytes:
    from posterscan.report.html.compose import one_page

    return one_page(figures, language, link)


def _pdf(figures: Figures, language: Language) -> bytes:
    from posterscan.report.pdf import pdf

    return pdf(figures, language)


def _charts(place: Place, figures: Figures, language: Language) -> list[str]:
    """One picture a chart; those of an earlier report that are no longer made are removed."""
    from posterscan.report.charts.every import all_charts

    foot = headline(honesty(figures)).to(language)
    files = {f"{CHARTS}/{name}.svg": chart.svg(foot).encode("utf-8") for name, chart in all_charts(figures, language)}
    for name, content in files.items():
        place.write(name, content)
    for entry in [*place.files(CHARTS)]:
        if entry.name.endswith(".svg") and entry.name not in files:
            place.remove(entry.name)
    return list(files)


def _suggestions(figures: Figures) -> list[Suggestion]:
    own = {item.text: item.tables for item in figures.of_group(None) if not item.in_catalogue and item.tables}
    return suggestions(own, [card.text for card in figures.gathered.catalogue])


def _suggest(place: Place, found: Sequence[Suggestion], language: Language) -> tuple[str | None, Message]:
    """Writes them; not over a file in which somebody has begun to fill in."""
    folder = place.local("")
    filled = folder is not None and (folder / SUGGESTIONS).exists() and bool(_filled(folder / SUGGESTIONS))
    many = Message(f"{len(found)} {'opschrift lijkt' if len(found) == 1 else 'opschriften lijken'} op een ander",
                   f"{len(found)} {'text looks' if len(found) == 1 else 'texts look'} like another")
    if filled:
        return None, many + Message(f"; {SUGGESTIONS} is al ingevuld en blijft zoals het is: gebruik het met --same.",
                                    f"; {SUGGESTIONS} has been filled in and stays as it is: use it with --same.")
    place.write(SUGGESTIONS, suggestions_csv(found, language))
    return SUGGESTIONS, many + Message(f". Vul in {SUGGESTIONS} in wat hetzelfde is, en maak het verslag opnieuw met --same.",
                                       f". Fill in {SUGGESTIONS} what is the same, and make the report again with --same.")


def _filled(path: Path) -> Mapping[str, str]:
    try:
        return read_same(path)
    except UsageError:
        return {"": ""}  # somebody's work, whatever is wrong with it
