"""Small drawn photos of posters with a table code and coded cards, and the kit that they are of: quick to make and to read."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import cv2
import numpy as np
import psutil
from numpy.typing import NDArray
from PIL import Image

from coded_sheet import coded_layout, tags_on
from drawn_sheet import INK_PX_PER_MM, SHEET_MM, Shot, draw_ink, photograph
from kits import square, write_json
from posterscan.batch.answers import Answer, Done
from posterscan.batch.kits import KitRef
from posterscan.batch.look import KitFacts, Look
from posterscan.batch.tasks import LookTask, TableTask, Task
from posterscan.batch.work import do
from posterscan.layout import Layout, Session
from posterscan.messages import Message
from posterscan.table_code import session_number, session_text, tags_of
from results import pretended_scan

CARD_MM = (70.0, 46.0)
CODE_MM, CODE_AT_MM = 16.0, (50.0, 26.0)
CARDS = ("Buurthuis", "Koor", "Moestuin", "Eetcafé", "Fietsclub", "Leeskring", "Speeltuin", "Bibliotheek")
DICTIONARY = "DICT_APRILTAG_36h10"
MARK, PATIENCE_S = "POSTERSCAN_TEST_MARK", 300.0
PLACES_MM = ((95, 75), (200, 80), (310, 85), (100, 180), (205, 190), (315, 190))  # middles of cards, far enough apart


@dataclass(frozen=True)
class DrawnKit:
    """A kit of one session, and photos of its posters."""

    name: str = "Sociale basis Oost"

    @property
    def number(self) -> int:
        return session_number(self.name, "2026-11-24", "De Brug")

    @property
    def session(self) -> str:
        text = session_text(self.number)
        assert text is not None
        return text

    @property
    def layout(self) -> Layout:
        session = Session(id=self.session, name=self.name, date="2026-11-24", place="De Brug", tables=40, participants=8)
        zones = [{"id": "links", "label": "Links", "kind": "sphere", "polygon_mm": [[45, 45], [260, 45], [260, 255], [45, 255]]},
                 {"id": "ladder", "label": "Ladder", "kind": "ladder",
                  "polygon_mm": [[262, 45], [378, 45], [378, 255], [262, 255]]}]
        plain = coded_layout(session)
        return Layout.model_validate(plain.model_dump(by_alias=True) | {"zones": zones, "ladder_zone": "ladder",
                                                                        "reference_image": "poster.png"})

    def write(self, folder: Path) -> Path:
        """The kit's files."""
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "layout.json", self.layout.model_dump(by_alias=True, mode="json"))
        code = [{"kind": kind, "side": "front", "corners_mm": square(*CODE_AT_MM, CODE_MM)} for kind in ("ingredient", "intention")]
        cards = [{"id": text.lower(), "kind": "ingredient", "text": text, "marker_id": 40 + n} for n, text in enumerate(CARDS)]
        write_json(folder / "catalogue.json", {
            "schema": "posterscan-catalogue/1", "language": "nld", "card_size_mm": CARD_MM, "card_dictionary": DICTIONARY,
            "cards": cards, "blanks": [], "code_places": code})
        ink = draw_ink(self.layout)
        Image.fromarray(ink).convert("RGB").resize((round(SHEET_MM[0] * 4), round(SHEET_MM[1] * 4))).save(folder / "poster.png")
        return folder

    def photo(self, table: int, shot: Shot, cards: int = 2) -> NDArray[np.uint8]:
        """(H, W, 3) uint8: a table's poster with its own cards on it."""
        dice = np.random.default_rng(table)
        places, words = dice.permutation(len(PLACES_MM))[:cards], dice.permutation(len(CARDS))[:cards]
        turns = dice.uniform(-8, 8, cards)

        def lay(ink: NDArray[np.uint8]) -> None:
            for place, word, turn in zip(places, words, turns, strict=True):
                _lay(ink, PLACES_MM[place], int(word), float(turn))

        on_top = (tags_on(self.layout, tags_of(self.number, table)), lay)
        grey = photograph(self.layout, replace(shot, on_top=on_top))
        return np.repeat(grey[..., None], 3, axis=2)


def _lay(ink: NDArray[np.uint8], middle_mm: tuple[float, float], word: int, turn_deg: float) -> None:
    """A card with its word and code."""
    wide, high = (round(side * INK_PX_PER_MM) for side in CARD_MM)
    card = np.full((high, wide), 252, np.uint8)
    cv2.rectangle(card, (0, 0), (wide - 1, high - 1), 150, 3)
    cv2.putText(card, CARDS[word], (40, 120), cv2.FONT_HERSHEY_SIMPLEX, 2.2, 20, 7, cv2.LINE_AA)
    side, (x, y) = round(CODE_MM * INK_PX_PER_MM), (round(v * INK_PX_PER_MM) for v in CODE_AT_MM)
    book = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, DICTIONARY))
    card[y:y + side, x:x + side] = cv2.aruco.generateImageMarker(book, 40 + word, side)
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), -turn_deg, 1.0)
    turn[:, 2] += np.array(middle_mm) * INK_PX_PER_MM - [wide / 2, high / 2]
    size = (ink.shape[1], ink.shape[0])
    over = cv2.warpAffine(np.full_like(card, 255), turn, size)
    drawn = cv2.warpAffine(card, turn, size)
    np.copyto(ink, drawn, where=over > 127)


@cache
def jpeg(table: int, take: int = 0, kit: DrawnKit | None = None) -> bytes:
    """A photo of a table; take: which of several, each from another place."""
    shot = Shot(seed=100 * table + take, turn_deg=4.0 - 5.0 * take, move_px=(12.0 * take, -9.0 * take), fill=0.88 - 0.03 * take)
    out = io.BytesIO()
    Image.fromarray((kit or DrawnKit()).photo(table, shot)).save(out, "JPEG", quality=88)
    return out.getvalue()


def heic(data: bytes) -> bytes:
    """The same picture as an iPhone stores it."""
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(Image.open(io.BytesIO(data))).save(out, quality=90)
    return out.getvalue()


def write_evening(folder: Path, tables: Sequence[int], kit: DrawnKit | None = None) -> Path:
    """A folder with a kit and one photo of each table, IMG_<table>.jpg."""
    (kit or DrawnKit()).write(folder / "kit")
    for table in tables:
        (folder / f"IMG_{table:02}.jpg").write_bytes(jpeg(table, kit=kit))
    return folder


def name_of(table: int) -> str:
    """Of a table's files."""
    return f"{DrawnKit().session}-tafel-{table}"


class Here:
    """Does tasks in this process; remembers which tables it read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def run(self, tasks: Iterable[Task], done: Done) -> None:
        for task in tasks:
            if isinstance(task, TableTask) and not task.probe:
                self.read.append(task.file)
            done(task, do(task))


class Silent:
    """Tells nobody; remembers what had to be known."""

    def __init__(self) -> None:
        self.said: list[Message] = []

    def say(self, message: Message) -> None:
        self.said.append(message)

    @contextmanager
    def steps(self, what: Message, total: int) -> Iterator[Callable[[], None]]:
        yield lambda: None


def files_in(folder: Path) -> dict[str, bytes]:
    """What a batch left for people: names and contents; not its own folder and its logs."""
    return {name: path.read_bytes() for path in sorted(folder.rglob("*"))
            if path.is_file() and not (name := path.relative_to(folder).as_posix()).startswith((".posterscan/", "journal/"))}


def reviewed(path: Path) -> bytes:
    """Writes into a result what somebody who went over it found; the file's new content."""
    data = json.loads(path.read_text(encoding="utf-8"))
    data["review"] = {"status": "reviewed", "by": "Mina", "at": "2026-11-25T10:00:00+01:00", "corrections": [
        {"card": data["cards"][0]["id"], "field": "text", "value": "Buurthuis De Brug", "by": "Mina"}]}
    content = (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
    path.write_bytes(content)
    return content


@dataclass
class Program:
    """`posterscan batch` as a program of its own, in a process group of its own, with all that it starts known by a mark."""

    process: subprocess.Popen[bytes]
    mark: str

    @classmethod
    def started(cls, folder: Path, out: Path, *options: str, quick: bool = False) -> Program:
        mark = uuid.uuid4().hex
        env = os.environ | {MARK: mark, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(Path(__file__).parent)}
        first = ["-c", "from batch_photos import quick_main; raise SystemExit(quick_main())"] if quick else ["-m", "posterscan"]
        command = [sys.executable, *first, "batch", str(folder), "--out", str(out), "--lang", "en", *options]
        before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by tests in the background, and else by it
        try:
            running = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        finally:
            signal.signal(signal.SIGINT, before)
        return cls(running, mark)

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def signal(self, number: int, all_of_it: bool) -> None:
        """To the program alone, or to its whole group as a terminal does."""
        with suppress(ProcessLookupError):
            (os.killpg if all_of_it else os.kill)(self.process.pid, number)

    def end(self) -> tuple[int, str, str]:
        """Exit code, stdout and stderr, once it and all that it started is gone."""
        out, err = self.process.communicate(timeout=PATIENCE_S)
        wait_until(lambda: not processes_with(self.mark))
        return self.process.returncode, out.decode(), err.decode()

    def stop(self) -> None:
        """Whatever is left of it."""
        stop_all(self.mark)
        self.process.communicate()


@contextmanager
def program(folder: Path, out: Path, *options: str, quick: bool = False) -> Iterator[Program]:
    """A running batch, quick with a pretended pipeline; nothing of it is left afterwards, whatever happens."""
    running = Program.started(folder, out, *options, quick=quick)
    try:
        yield running
    finally:
        running.stop()


def processes_with(mark: str) -> list[psutil.Process]:
    """All that were started with it in their environment and still run."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def stop_all(mark: str) -> None:
    """Ends them, and those that they started meanwhile."""
    while running := processes_with(mark):
        for process in running:
            with suppress(psutil.Error):
                process.kill()


def wait_until(done: Callable[[], object]) -> None:
    """For as long as a very slow machine may take."""
    end = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.01)


def tasks_of(*photos: str) -> Iterator[LookTask]:
    """For `plain`: of photos that need not be there."""
    kit = KitRef("kit", "0", KitFacts(None, None, None))
    return (LookTask("fotos", photo, "uit", (kit,), None, "uit") for photo in photos)


def plain(task: Task) -> Answer:
    """In place of real work: dies, hangs or answers, as the photo is called."""
    name = task.photo if isinstance(task, LookTask) else task.names[0]
    if "sterft" in name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "hangt" in name:
        time.sleep(PATIENCE_S)
    if "traag" in name:
        time.sleep(0.2)
    if "lang" in name:
        time.sleep(4)
    return Look(photo=name, sha256=name, file_bytes=0, status="nothing")


def quickly(task: Task) -> Answer:
    """Real work up to the pipeline, which is pretended."""
    import posterscan.pipeline

    posterscan.pipeline.scan_photo = pretended_scan  # type: ignore[assignment]
    time.sleep(0.2 if isinstance(task, TableTask) else 0.0)  # so that something can happen between two tables
    return do(task)


def deadly(task: Task) -> Answer:
    """As `quickly`, but a worker dies of reading certain photos."""
    if isinstance(task, TableTask) and any("sterft" in name for name in task.names):
        os.kill(os.getpid(), signal.SIGKILL)
    return quickly(task)


def quick_main() -> int:
    """The command line with quick workers."""
    from posterscan.batch import local
    from posterscan.cli.main import main

    local.Local = partial(local.Local, do=quickly)  # type: ignore[assignment, misc]
    return main(sys.argv[1:])
