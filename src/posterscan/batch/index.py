"""What a batch leaves beside the tables: index.json, problems.csv and the tidy tables, over everything in the output folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from annotated_types import Ge
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from posterscan import __version__
from posterscan.batch.look import Look
from posterscan.batch.plan import Planned
from posterscan.batch.problems import HEADER, Problem, as_rows, in_order
from posterscan.batch.tables import TIDY_FILES, write_tidy
from posterscan.batch.tasks import TableDone
from posterscan.batch.tell import of_earlier
from posterscan.corrections import corrected
from posterscan.messages import Language
from posterscan.places import Place
from posterscan.records import Software, TableResult
from posterscan.sampling import sampled, wilson
from posterscan.tidy import csv_bytes

INDEX, PROBLEMS = "index.json", "problems.csv"
Count = Annotated[int, Ge(0)]
Status = Literal["read", "unchanged", "reviewed", "not-asked", "failed", "earlier"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)


class IndexPhoto(_Record):
    """A photo of the folder. table: name of the result's file without its ending, None where it is in none.

    code: why it is in no table, or is not used in its table's result.
    """

    file: str
    sha256: str
    table: str | None
    code: str | None = None


class IndexTable(_Record):
    """One result. status: `read` now, `unchanged`, `reviewed` (left alone), `not-asked`, `failed`, or of an `earlier` batch."""

    name: str
    table: str
    session: str | None
    status: Status
    file: str | None
    photos: list[str]
    cards: Count = 0
    stickers: Count = 0
    needs_review: Count = 0
    review: str | None = None


class Counts(_Record):
    """photos: found; used: in tables that have a result; tables: with a result."""

    photos: Count
    used: Count
    tables: Count
    read: Count
    failed: Count
    problems: Count


class SampleFigures(_Record):
    """Of cards that nothing was doubted of: how many a human looked at, how many were wrong, and the 95 % interval of the share."""

    cards: Count
    wrong: Count
    interval: tuple[float, float]


class Index(_Record):
    """`index.json`: every table and every photo of the output folder's last batch; sample: None until results were reviewed."""

    schema_name: Literal["posterscan-index/1"] = Field("posterscan-index/1", alias="schema")
    software: Software
    counts: Counts
    tables: list[IndexTable]
    photos: list[IndexPhoto]
    sample: SampleFigures | None = None


_STATUS: dict[str, Status] = {"read": "read", "done": "unchanged", "reviewed": "reviewed", "left-out": "not-asked"}


def result_names(out: Place) -> list[str]:
    """Names, without .json, of results that may be there: those on disk, at other places those of the last index."""
    folder = out.local("")
    if folder is not None:
        return sorted(path.stem for path in folder.glob("*.json") if path.name != INDEX and not path.name.startswith("."))
    try:
        return sorted(table.name for table in Index.model_validate_json(out.read(INDEX)).tables)
    except (FileNotFoundError, ValidationError):
        return []


def read_results(out: Place, names: Sequence[str]) -> Iterator[tuple[str, TableResult]]:
    """Those that are results, one at a time; other JSON files are left alone."""
    for name in names:
        try:
            yield name, TableResult.model_validate_json(out.read(f"{name}.json"))
        except (FileNotFoundError, ValidationError):
            continue


def write_outputs(out: Place, planned: Sequence[Planned], done: Mapping[str, TableDone], problems: Sequence[Problem],
                  looks: Mapping[str, Look], language: Language) -> tuple[Index, tuple[Problem, ...]]:
    """Writes all of them; the index last, so that what it names is there. Also gives all problems, of what was left alone too."""
    by_name = {one.group.name: one for one in planned}
    tables: list[IndexTable] = []
    every = list(problems)
    looked: list[tuple[int, int]] = []

    def results() -> Iterator[tuple[str, TableResult]]:
        for name, result in read_results(out, sorted({*result_names(out), *by_name})):
            one = by_name.get(name)
            tables.append(_table(name, result, one, done.get(name)))
            looked.append(sampled(result))
            if one is not None and one.action != "read":
                every.extend(of_earlier(one, result, looks))
            yield f"{name}.json", result

    _swept(out)
    write_tidy(out, results())
    there = {table.name for table in tables}
    tables += [_failed(one) for one in planned if one.group.name not in there]
    out.write(PROBLEMS, csv_bytes(HEADER, as_rows(every, language)))
    index = _index(tables, planned, every, looks).model_copy(update={"sample": sample_figures(looked)})
    out.write(INDEX, _as_json(index))
    return index, tuple(every)


def refresh(out: Place) -> None:
    """Tidy tables and index again after corrections, where a batch wrote them: files of what was read stay as they are."""
    if out.exists(TIDY_FILES[0]):
        write_tidy(out, ((f"{name}.json", result) for name, result in read_results(out, result_names(out))))
    try:
        index = Index.model_validate_json(out.read(INDEX))
    except (FileNotFoundError, ValidationError):
        return
    now: dict[str, dict[str, Any]] = {}
    looked: list[tuple[int, int]] = []
    for name, result in read_results(out, [table.name for table in index.tables if table.file]):
        now[name] = _figures(result)
        looked.append(sampled(result))
    tables = [table.model_copy(update=now.get(table.name, {})) for table in index.tables]
    out.write(INDEX, _as_json(index.model_copy(update={"tables": tables, "sample": sample_figures(looked)})))


def sample_figures(looked: Sequence[tuple[int, int]]) -> SampleFigures | None:
    """Of all tables together, from what `sampling.sampled` gives of each; None where nobody has looked yet."""
    cards, wrong = sum(cards for cards, _ in looked), sum(wrong for _, wrong in looked)
    return SampleFigures(cards=cards, wrong=wrong, interval=wilson(wrong, cards)) if cards else None


def _figures(result: TableResult) -> dict[str, Any]:
    """What the index says of a result, corrections taken up."""
    now = corrected(result)
    stickers = sum(card.stickers.count for card in now.cards) + len(now.loose_stickers)
    return {"cards": len(now.cards), "stickers": stickers, "needs_review": sum(bool(card.needs_review) for card in now.cards),
            "review": result.review.status}


def _as_json(index: Index) -> bytes:
    return (json.dumps(index.model_dump(by_alias=True), ensure_ascii=False, indent=1) + "\n").encode()


def _swept(out: Place) -> None:
    """Without what runs left behind that were killed while they wrote the tidy tables."""
    folder = out.local(".posterscan")
    for left in folder.glob("tables-*") if folder is not None else ():
        shutil.rmtree(left, ignore_errors=True)


def _table(name: str, result: TableResult, planned: Planned | None, done: TableDone | None) -> IndexTable:
    status: Status = "earlier" if planned is None else _STATUS[planned.action]
    if planned is not None and planned.action == "read" and (done is None or done.status == "failed"):
        status = "failed"  # what is there is of an earlier run
    photos = list(planned.group.photos) if planned is not None else [photo.file for photo in result.photos]
    return IndexTable(name=name, table=result.table, session=result.session.id, status=status, file=f"{name}.json", photos=photos,
                      **_figures(result))


def _failed(one: Planned) -> IndexTable:
    group = one.group
    status: Status = "failed" if one.action == "read" else _STATUS[one.action]
    return IndexTable(name=group.name, table=group.table, session=group.session, status=status, file=None,
                      photos=list(group.photos))


def _index(tables: Sequence[IndexTable], planned: Sequence[Planned], problems: Sequence[Problem],
           looks: Mapping[str, Look]) -> Index:
    table_of = {photo: one.group.name for one in planned for photo in one.group.photos}
    code_of = {p.photo: p.code for p in problems if p.photo and (p.table is None or p.severity == "error")}
    photos = [IndexPhoto(file=name, sha256=look.sha256, table=table_of.get(name), code=code_of.get(name))
              for name, look in sorted(looks.items())]
    with_result = {table.name for table in tables if table.file is not None}
    counts = Counts(photos=len(looks), used=sum(photo.table in with_result and photo.code is None for photo in photos),
                    tables=len(with_result), read=sum(table.status == "read" for table in tables),
                    failed=sum(table.status == "failed" for table in tables), problems=len(in_order(problems)))
    return Index.model_validate({"schema": "posterscan-index/1", "software": Software(version=__version__), "counts": counts,
                                 "photos": photos, "tables": sorted(tables, key=lambda table: table.name)})
