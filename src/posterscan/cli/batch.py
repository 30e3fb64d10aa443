"""`posterscan batch`: every table in a folder of photos."""

from __future__ import annotations

import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from posterscan.cli.words import OK, SOME_FAILED, AsJson, Cameras, Lang, guarded, helped, language_of, show_json, tell
from posterscan.errors import UsageError
from posterscan.messages import NOTHING, Language, Message

if TYPE_CHECKING:
    from posterscan.batch.problems import Problem
    from posterscan.batch.run import Report, Request, Runner

HELP = helped("Lees alle tafels in een map met foto's.", "Read all tables in a folder of photos.")
SHOWN, SHOWN_TABLES = 3, 40  # on the screen, of each kind of problem, and tables; all of them are in the files

Folder = Annotated[str, typer.Argument(metavar="FOLDER", help=helped("Map met foto's, of een adres als s3://emmer/map.",
                                                                    "Folder of photos, or an address like s3://bucket/folder."))]
Out = Annotated[str, typer.Option("--out", help=helped("Map (of adres) voor de resultaten.",
                                                       "Folder (or address) for the results."))]
Kits = Annotated[list[str] | None, typer.Option("--kit", help=helped(
    "Map van de kit; mag vaker. Anders de kit die bij de foto's ligt.",
    "The kit's folder; may be given several times. Else the kit that lies with the photos."))]
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, max=1024, help=helped(
    "Hoeveel foto's tegelijk; anders zoveel als er processorkernen zijn.", "How many photos at a time; else one per core."))]
Memory = Annotated[str | None, typer.Option("--memory", help=helped(
    "Hoeveel geheugen het mag kosten, zoals 4G; anders het meeste van wat vrij is.",
    "How much memory it may take, like 4G; else most of what is free."))]
Scheduler = Annotated[str | None, typer.Option("--scheduler", help=helped(
    "Adres van een Dask-cluster, zoals tcp://host:8786.", "Address of a Dask cluster, like tcp://host:8786."))]
Force = Annotated[bool, typer.Option("--force", help=helped("Lees ook wat al klaar is opnieuw; correcties blijven.",
                                                            "Read again what is done already; corrections stay."))]
Only = Annotated[list[str] | None, typer.Option("--only", help=helped(
    "Alleen tafels of foto's met deze naam of dit patroon; mag vaker.",
    "Only tables or photos of this name or pattern; may be given several times."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=helped("Zeg wat er zou gebeuren, en schrijf niets.",
                                                               "Say what would be done, and write nothing."))]
Wait = Annotated[float, typer.Option("--wait", min=0, help=helped(
    "Zoveel seconden wachten als een andere batch in dezelfde map schrijft.",
    "Wait for so many seconds while another batch writes to the same folder."))]
Participants = Annotated[int | None, typer.Option("--participants", min=1, max=1000, help=helped(
    "Aantal deelnemers per tafel; anders wat session.toml of de lay-out zegt.",
    "Number of participants per table; else what session.toml or the layout says."))]
PerPerson = Annotated[int | None, typer.Option("--stickers-per-person", min=1, max=100, help=helped(
    "Stickers per deelnemer; anders wat session.toml of de lay-out zegt, of 3.",
    "Stickers per participant; else what session.toml or the layout says, or 3."))]
StickerMm = Annotated[float | None, typer.Option("--sticker-mm", min=3, max=50, help=helped(
    "Doorsnee van de stickers in mm; anders wat session.toml of de lay-out zegt, of geschat.",
    "Diameter of the stickers in mm; else what session.toml or the layout says, or estimated."))]


@guarded
def command(folder: Folder, out: Out, kit: Kits = None, jobs: Jobs = None, memory: Memory = None, scheduler: Scheduler = None,
            force: Force = False, only: Only = None, dry_run: DryRun = False, wait: Wait = 0.0, participants: Participants = None,
            stickers_per_person: PerPerson = None, sticker_mm: StickerMm = None, cameras: Cameras = None, lang: Lang = None,
            as_json: AsJson = False) -> int:
    """Finds, groups and reads the photos; says what became of each that is not in a table."""
    from posterscan.batch.means import means
    from posterscan.batch.run import Request, run_batch
    from posterscan.batch.tasks import TableOptions
    from posterscan.cameras.profile import load_profiles

    language = language_of(lang)
    if scheduler is not None and (jobs is not None or memory is not None):
        raise UsageError(Message("--jobs en --memory gelden voor deze computer, niet voor een cluster.",
                                 "--jobs and --memory are about this computer, not about a cluster."),
                         Message("Laat ze weg bij --scheduler.", "Leave them out with --scheduler."))
    scheduler = scheduler if not dry_run else None  # a cluster needs files in the output folder, which a dry run does not write
    carried = means(jobs, memory) if scheduler is None else None
    request = Request(_absolute(folder), _absolute(out), tuple(_absolute(path) for path in kit or ()),
                      TableOptions(participants, stickers_per_person, sticker_mm), language, force, tuple(only or ()), dry_run,
                      wait, carried.decoding_mb if carried is not None else None,
                      {"jobs": carried.jobs, "decoding_mb": carried.decoding_mb} if carried is not None else {"scheduler": True},
                      load_profiles(cameras))
    with _stoppable(), _runner(request, scheduler, carried.jobs if carried is not None else 1) as runner:
        report = run_batch(request, runner, _Screen(language))
    _tell(report, request, language)
    if as_json:
        show_json(_summary(report, language))
    failed = any(problem.severity == "error" for problem in report.problems)
    return SOME_FAILED if failed else OK


def _absolute(text: str) -> str:
    """A path as other processes see it; an address as it is."""
    return text if "://" in text else str(Path(text).expanduser().absolute())


@contextmanager
def _runner(request: Request, scheduler: str | None, jobs: int) -> Iterator[Runner]:
    if scheduler is None:
        from posterscan.batch.local import Local

        yield Local(jobs)
    else:
        from posterscan.batch.cluster import Cluster

        with Cluster(scheduler) as cluster:
            cluster.check(request.photos, request.out)
            yield cluster


@contextmanager
def _stoppable() -> Iterator[None]:
    """Being told to stop, as by a queue of a cluster, is taken like Ctrl-C."""
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Screen:
    """Progress on stderr, on a terminal only; what must be known in any case."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, message: Message) -> None:
        tell(message.to(self.language))

    @contextmanager
    def steps(self, what: Message, total: int) -> Iterator[Callable[[], None]]:
        """A bar with rate and remaining time."""
        from tqdm import tqdm

        left = Message("nog", "left").to(self.language)
        form = f"{{l_bar}}{{bar}}| {{n_fmt}}/{{total_fmt}} [{{elapsed}}, {left} {{remaining}}, {{rate_fmt}}]"
        with tqdm(total=total, desc=what.to(self.language), unit="", disable=None, file=sys.stderr, bar_format=form,
                  dynamic_ncols=True) as bar:
            yield lambda: bar.update(1)


def _tell(report: Report, request: Request, language: Language) -> None:
    """What became of the tables, then what is wrong, then where it all is."""
    from posterscan.batch.problems import in_order

    told = [one for one in report.plan if request.dry_run or one.action == "read"]
    for one in told[:SHOWN_TABLES]:
        photos = ", ".join(one.group.photos) if len(one.group.photos) <= 4 else f"{len(one.group.photos)} ×"
        tell(f"{one.group.name}: {_ACTIONS[one.action].to(language)} ({one.why.to(language)}): {photos}")
    if len(told) > SHOWN_TABLES:
        tell(Message(f"En nog {len(told) - SHOWN_TABLES} tafels.", f"And {len(told) - SHOWN_TABLES} more tables.").to(language))
    where = Message("alle met --json", "all of them with --json") if request.dry_run else \
        Message("alle in problems.csv", "all of them in problems.csv")
    for line in _problems(in_order(report.problems), where):
        tell(line.to(language))
    tell(_sum(report).to(language))
    if report.index is not None:
        tell(str(request.out))


def _problems(problems: Sequence[Problem], where: Message) -> Iterator[Message]:
    """The first few of each kind, and where the rest is; forty photos without a poster are one piece of news."""
    times = Counter(problem.code for problem in problems)
    said: Counter[str] = Counter()
    for problem in problems:
        said[problem.code] += 1
        if said[problem.code] <= SHOWN:
            yield problem.reason + (Message(" ", " ") + problem.remedy if problem.remedy else NOTHING)
        if said[problem.code] == SHOWN + 1:
            left = times[problem.code] - SHOWN
            yield Message(f"En nog {left} keer zoiets ({problem.code}; {where.nl}).",
                          f"And {left} more of that kind ({problem.code}; {where.en}).")


_ACTIONS = {"read": Message("lezen", "read"), "done": Message("klaar", "done"), "reviewed": Message("blijft staan", "left alone"),
            "left-out": Message("overgeslagen", "left out")}


def _sum(report: Report) -> Message:
    from posterscan.batch.problems import in_order

    actions, remarks = Counter(one.action for one in report.plan), len(in_order(report.problems))
    look = sum(table.needs_review for table in report.index.tables) if report.index is not None else 0
    used = sum(len(one.group.photos) for one in report.plan)
    tables, read, done = len(report.plan), len(report.done), actions["done"]
    photos, from_photos = _many(report.photos, "foto", "foto's"), _many(used, "foto", "foto's")
    return Message(
        f"{photos}: {_many(tables, 'tafel', 'tafels')} uit {from_photos}; {read} gelezen, {done} {'was' if done == 1 else 'waren'} "
        f"al klaar; {_many(look, 'kaartje', 'kaartjes')} om even naar te kijken; {_many(remarks, 'opmerking', 'opmerkingen')}.",
        f"{_many(report.photos, 'photo', 'photos')}: {_many(tables, 'table', 'tables')} from {_many(used, 'photo', 'photos')}; "
        f"{read} read, {done} {'was' if done == 1 else 'were'} done already; {_many(look, 'card needs', 'cards need')} a look; "
        f"{_many(remarks, 'remark', 'remarks')}.")


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _summary(report: Report, language: Language) -> dict[str, Any]:
    """The machine's view: the index, the plan and every problem."""
    from posterscan.batch.problems import in_order

    plan = [{"name": one.group.name, "table": one.group.table, "action": one.action, "why": one.why.to(language),
             "how": one.group.how, "photos": list(one.group.photos)} for one in report.plan]
    problems = [{"severity": p.severity, "photo": p.photo or None, "table": p.table, "code": p.code,
                 "message": p.reason.to(language), "remedy": p.remedy.to(language)} for p in in_order(report.problems)]
    index = report.index.model_dump(by_alias=True) if report.index is not None else None
    return {"plan": plan, "problems": problems, "index": index}
