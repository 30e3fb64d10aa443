"""A batch from a folder of photos to results: the order of its steps, on one page."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from posterscan.batch.answers import Answer, Done
from posterscan.batch.colours import agree_on_colours
from posterscan.batch.former import set_aside
from posterscan.batch.gather import Gathered, check_folder, gather
from posterscan.batch.group import Grouping, TableGroup, group
from posterscan.batch.index import Index, write_outputs
from posterscan.batch.journal import Journal
from posterscan.batch.lock import only_one
from posterscan.batch.look import Look
from posterscan.batch.plan import Planned, inputs_of, plan
from posterscan.batch.problems import Problem
from posterscan.batch.scrub import secrets_of
from posterscan.batch.tasks import Crash, LookTask, TableDone, TableOptions, TableTask, Task
from posterscan.batch.tell import of_crash, of_plan, of_table
from posterscan.cameras.profile import CameraProfile
from posterscan.errors import UsageError
from posterscan.messages import Language, Message
from posterscan.photo import printable
from posterscan.places import FolderPlace, Place, open_place


class Runner(Protocol):
    """Does tasks somewhere: `local.Local`, `cluster.Cluster`."""

    def run(self, tasks: Iterable[Task], done: Done) -> None: ...


class Teller(Protocol):
    """Tells somebody how far it is."""

    def say(self, message: Message) -> None: ...

    def steps(self, what: Message, total: int) -> AbstractContextManager[Callable[[], None]]: ...


@dataclass(frozen=True)
class Request:
    """photos, out, kits: paths or URLs. only: patterns of names of tables or photos. wait_s: for another batch to end."""

    photos: str
    out: str
    kits: tuple[str, ...] = ()
    options: TableOptions = field(default_factory=TableOptions)
    language: Language = "nl"
    force: bool = False
    only: tuple[str, ...] = ()
    dry_run: bool = False
    wait_s: float = 0.0
    decoding_mb: int | None = None
    about: dict[str, Any] = field(default_factory=dict)
    cameras: tuple[CameraProfile, ...] = ()


@dataclass(frozen=True)
class Report:
    """What became of a batch. done: what was read now, by table."""

    plan: tuple[Planned, ...]
    done: dict[str, TableDone]
    problems: tuple[Problem, ...]
    photos: int
    index: Index | None = None


def run_batch(request: Request, runner: Runner, tell: Teller) -> Report:
    """Everything from the folder to index.json. UsageError where nothing can be done at all."""
    photos, out = open_place(request.photos), open_place(request.out)
    check_folder(photos)  # before the output folder, which may lie in it, is made
    with _alone(request, out, tell), tempfile.TemporaryDirectory(prefix="posterscan-") as scratch:
        keep_at: Place = FolderPlace(scratch) if request.dry_run else out
        gathered = gather(photos, out, request.kits, keep_at)
        with _journal(request, out, gathered, photos) as journal:
            looks = _looked_at(request, gathered, keep_at, runner, tell, journal)
            grouping = group(looks.values(), gathered.overrides, request.language)
            looks = {name: look.model_copy(update={"signature": None}) for name, look in looks.items()}  # they were for grouping
            planned = _planned(request, grouping, looks, gathered, out)
            _anything_meant(request, planned)
            if journal is None:
                return Report(tuple(planned), {}, grouping.problems, len(looks))
            superseded = set_aside(out, planned, looks)
            done, read = _read(request, planned, out, looks, runner, tell, journal)
            agree_on_colours(out, planned)
            every = (*grouping.problems, *read, *superseded, *(of_plan(one) for one in planned if one.action == "reviewed"))
            index, every = write_outputs(out, planned, done, every, looks, request.language)
            journal.finished(index.counts.model_dump())
    return Report(tuple(planned), done, every, len(looks), index)


def _alone(request: Request, out: Place, tell: Teller) -> AbstractContextManager[None]:
    return nullcontext() if request.dry_run else only_one(out, request.wait_s, tell.say)


def _journal(request: Request, out: Place, gathered: Gathered, photos: Place) -> AbstractContextManager[Journal | None]:
    """The log of this run; none where nothing may be written."""
    if request.dry_run:
        return nullcontext()
    told = [file for one in gathered.overrides.files.values() for file in (one.name, one.place, one.session) if file]
    journal = Journal(out, secrets_of(gathered.found.photos, [photos.url, out.url, *request.kits], [*told, *gathered.kits]))
    options = {key: value for key, value in vars(request.options).items() if isinstance(value, int | float)}
    journal.started({"photos": len(gathered.found.photos), "kits": len(gathered.kits), "language": request.language,
                     "force": request.force, "only": len(request.only), **options, **request.about})
    return journal


def _looked_at(request: Request, gathered: Gathered, keep_at: Place, runner: Runner, tell: Teller,
               journal: Journal | None) -> dict[str, Look]:
    """Every photo at a glance, by name."""
    looks: dict[str, Look] = {}
    tasks = [LookTask(request.photos, name, keep_at.url, gathered.kits_for(name), request.decoding_mb, request.out,
                      not request.dry_run, request.cameras) for name in gathered.found.photos]

    with tell.steps(Message("Foto's bekijken", "Looking at photos"), len(tasks)) as step:
        def done(task: Task, answer: Answer) -> None:
            assert isinstance(task, LookTask)
            _stop_without_output(answer)
            look = _not_looked_at(task, answer) if isinstance(answer, Crash) else answer
            assert isinstance(look, Look)
            looks[task.photo] = look
            if journal is not None:
                if isinstance(answer, Crash):
                    journal.failed(look.sha256, f"{answer.code}\n{answer.trace}")
                journal.photo(look.sha256, look.status if look.code is None else look.code, {"look": look.seconds}, None)
            step()

        runner.run(iter(tasks), done)
    return looks


def _stop_without_output(answer: Answer) -> None:
    """A place that cannot be reached, or written to, stops everything: the rest would fail alike."""
    if isinstance(answer, Crash) and answer.code == "output-unusable":
        raise UsageError(answer.problem, answer.remedy)


def _not_looked_at(task: LookTask, crash: Crash) -> Look:
    """A photo that a worker died of. Its bytes may be what is wrong with it, so its name stands for them."""
    name = printable(task.photo)
    sha256 = hashlib.sha256(task.photo.encode("utf-8", "surrogateescape")).hexdigest()
    return Look(photo=task.photo, sha256=sha256, file_bytes=0, status="unreadable", code=crash.code,
                problem=Message(f"{name}: ", f"{name}: ") + crash.problem, remedy=crash.remedy)


def _planned(request: Request, grouping: Grouping, looks: dict[str, Look], gathered: Gathered, out: Place) -> list[Planned]:
    planned = []
    for table in grouping.tables:
        kit = gathered.kits[table.kit if table.kit is not None else next(iter(gathered.kits))]
        inputs = inputs_of(table, looks, kit, options_of(table, request.options), request.cameras)
        planned.append(plan(table, kit, inputs, out, request.force, request.only))
    return planned


def _anything_meant(request: Request, planned: Sequence[Planned]) -> None:
    """UsageError where --only leaves everything out: a name was mistyped."""
    if request.only and planned and all(one.action == "left-out" for one in planned):
        names = ", ".join(one.group.name for one in planned[:5])
        raise UsageError(Message("Geen enkele tafel of foto heet zoals --only zegt.",
                                 "No table or photo is called what --only says."),
                         Message(f"Er zijn onder meer: {names}. Een patroon kan ook, zoals '*tafel-3'.",
                                 f"There are, among others: {names}. A pattern will do too, like '*tafel-3'."))


def options_of(table: TableGroup, given: TableOptions) -> TableOptions:
    """What was given on the command line holds for every table; what session.toml says, for its own."""
    told = table.told
    return TableOptions(given.participants or told.participants, given.stickers_per_person or told.stickers_per_person,
                        given.sticker_mm or told.sticker_mm, told.session, told.name, told.date, told.place,
                        told.names_consent)


@dataclass
class _Reading:
    """What has been read so far."""

    done: dict[str, TableDone] = field(default_factory=dict)
    crashed: list[tuple[TableTask, Crash]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def _read(request: Request, planned: Sequence[Planned], out: Place, looks: dict[str, Look], runner: Runner, tell: Teller,
          journal: Journal) -> tuple[dict[str, TableDone], list[Problem]]:
    """Reads what is to be read. A photo that a worker dies of costs only itself: its table is read again without it."""
    tasks = [_task(request, one, out) for one in planned if one.action == "read"]
    reading = _Reading()

    def note(task: TableTask, answer: Answer) -> None:
        _stop_without_output(answer)
        shas = [looks[name].sha256 for name in task.names]
        if isinstance(answer, Crash):
            journal.failed(task.file, f"{answer.code}\n{answer.trace}")
            reading.crashed.append((task, answer))
        elif isinstance(answer, TableDone):
            for failure in answer.failures:
                if failure.trace:
                    journal.failed(looks[failure.photo].sha256, failure.trace)
            journal.table(task.file, shas, answer.status, answer.seconds, answer.peak_mb)
            reading.done[task.file] = answer
            reading.problems += of_table(answer)

    with tell.steps(Message("Tafels lezen", "Reading tables"), len(tasks)) as step:
        def done(task: Task, answer: Answer) -> None:
            assert isinstance(task, TableTask)
            note(task, answer)
            step()

        runner.run(iter(tasks), done)
    again = [*_without_culprits(reading, runner)]
    runner.run(iter(again), lambda task, answer: note(task, answer) if isinstance(task, TableTask) else None)
    reading.problems += [of_crash(task, crash) for task, crash in reading.crashed]
    return reading.done, reading.problems


def _without_culprits(reading: _Reading, runner: Runner) -> list[TableTask]:
    """Tables of several photos that went wrong, without the photos that go wrong by themselves; those are told."""
    several = [(task, crash) for task, crash in reading.crashed if len(task.names) > 1]
    reading.crashed = [(task, crash) for task, crash in reading.crashed if len(task.names) == 1]
    bad: dict[str, Crash] = {}

    def probed(task: Task, answer: Answer) -> None:
        if isinstance(answer, Crash) and isinstance(task, TableTask):
            bad[task.names[0]] = answer

    runner.run((replace(task, names=(name,), probe=True) for task, _ in several for name in task.names), probed)
    again = []
    for task, crash in several:
        good = tuple(name for name in task.names if name not in bad)
        reading.problems += [of_crash(replace(task, names=(name,)), bad[name]) for name in task.names if name in bad]
        if good and len(good) < len(task.names):
            again.append(replace(task, names=good))
        else:  # none is bad by itself: together they are, which nothing can be done about here
            reading.crashed.append((task, crash))
    return again


def _task(request: Request, one: Planned, out: Place) -> TableTask:
    table = one.group
    return TableTask(request.photos, table.photos, out.url, table.name, table.table, table.how == "override", one.kit,
                     options_of(table, request.options), request.language, one.inputs, request.decoding_mb,
                     cameras=request.cameras)
