"""What is told of tables that are read, or were; of photos that are grouped, `problems.py` tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from posterscan.batch.look import Look
from posterscan.batch.plan import KEY, Planned
from posterscan.batch.problems import Problem
from posterscan.batch.tasks import Crash, TableDone, TableTask
from posterscan.messages import NOTHING, Message
from posterscan.photo import printable
from posterscan.records import Check, TableResult
from posterscan.records import Problem as PhotoProblem

_OF_TABLE = frozenset({"card-moved", "poster-not-wholly-seen", "different-tables"})  # of several photos; the rest is for the review


def of_table(done: TableDone) -> Iterator[Problem]:
    """Photos that could not be used, photos that should be taken again, and what several photos disagree about."""
    for failure in done.failures:
        yield Problem(failure.photo, failure.code, "error", failure.problem, failure.remedy, done.file)
    yield from _of_photos(done.told, done.file)
    yield from _of_checks(done.checks, done.file)
    for note in done.notes:
        yield Problem("", "older-result", "warning", note, NOTHING, done.file)


def of_earlier(one: Planned, result: TableResult, looks: Mapping[str, Look]) -> Iterator[Problem]:
    """What was told of a table when it was read, and holds for as long as its result stays."""
    table, names = one.group.name, {looks[photo].sha256: photo for photo in one.group.photos}
    yield from _of_photos([(names.get(photo.sha256, photo.file), problem) for photo in result.photos for problem in photo.problems],
                          table)
    yield from _of_checks(result.checks, table)
    before = (result.model_extra or {}).get(KEY)
    tried = before["photos"] if isinstance(before, dict) and isinstance(before.get("photos"), list) else []
    used = {photo.sha256 for photo in result.photos}
    for photo in [names[sha256] for sha256 in tried if sha256 in names and sha256 not in used]:
        name = printable(photo)
        yield Problem(photo, "photo-failed", "error", Message(f"{name} kon niet worden gebruikt toen deze tafel werd gelezen.",
                                                              f"{name} could not be used when this table was read."),
                      Message("Lees de tafel opnieuw met --force --only, of maak een nieuwe foto.",
                              "Read the table again with --force --only, or take a new photo."), table)


def _of_photos(told: Iterable[tuple[str, PhotoProblem]], table: str) -> Iterator[Problem]:
    """Photos that should be taken again."""
    for photo, problem in told:
        if problem.severity == "error":
            name = printable(photo)
            yield Problem(photo, problem.code, "warning", Message(f"{name}: {problem.message}", f"{name}: {problem.message}"),
                          Message(problem.remedy, problem.remedy), table)


def _of_checks(checks: Iterable[Check], table: str) -> Iterator[Problem]:
    """What photos disagree about."""
    for check in checks:
        if check.code in _OF_TABLE:
            yield Problem("", check.code, "error" if check.severity == "error" else "warning",
                          Message(check.message, check.message), NOTHING, table)


def of_crash(task: TableTask, crash: Crash) -> Problem:
    """A table that could not be read, or the photo that it went wrong on."""
    photo = task.names[0] if len(task.names) == 1 else ""
    what = printable(photo) or task.table
    return Problem(photo, crash.code, "error", Message(f"{what}: ", f"{what}: ") + crash.problem, crash.remedy, task.file)


def of_plan(one: Planned) -> Problem:
    """A table that has changed and was left alone, since somebody went over it."""
    return Problem("", "reviewed-and-changed", "warning", Message(f"{one.group.table}: ", f"{one.group.table}: ") + one.why,
                   Message("Lees hem opnieuw met --force --only; de correcties blijven.",
                           "Read it again with --force --only; the corrections stay."), one.group.name)
