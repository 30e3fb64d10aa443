"""A batch in processes of its own: killed, stopped, starved and hung, and in the end every table is there exactly once."""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pebble.pool.process import PoolManager
from PIL import Image

from batch_photos import (
    Program,
    Silent,
    deadly,
    jpeg,
    name_of,
    plain,
    program,
    reviewed,
    tasks_of,
    wait_until,
    write_evening,
)
from conftest import ROOT
from posterscan.batch.answers import Answer
from posterscan.batch.index import Index
from posterscan.batch.local import Local
from posterscan.batch.run import Request, run_batch
from posterscan.batch.tasks import Crash, LookTask, Task
from posterscan.batch.work import LOOKS
from posterscan.records import TableResult

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and process groups")


def answers(local: Local, *names: str) -> dict[str, str]:
    """Per photo its answer's kind; each comes once."""
    out: dict[str, str] = {}

    def done(task: Task, answer: Answer) -> None:
        assert isinstance(task, LookTask)
        assert task.photo not in out
        out[task.photo] = answer.code if isinstance(answer, Crash) else "done"

    local.run(tasks_of(*names), done)
    return out


def test_a_worker_that_dies_or_hangs_costs_only_its_own_photo() -> None:
    others = [f"{number}.jpg" for number in range(12)]
    told = answers(Local(2, longest_s=5, do=plain), *others[:5], "sterft.jpg", "hangt.jpg", *others[5:])
    assert told == dict.fromkeys(others, "done") | {"sterft.jpg": "worker-died", "hangt.jpg": "took-too-long"}


@pytest.mark.parametrize("photos", [("lang.jpg", "sterft.jpg", "2.jpg"), ("sterft.jpg", "2.jpg", "3.jpg")])
def test_a_death_that_is_seen_before_its_beginning(monkeypatch: pytest.MonkeyPatch, photos: tuple[str, ...]) -> None:
    """Where a worker died at once, its task was waited for until it timed out; or the pool broke and others died with it."""
    real = PoolManager.process_next_message

    def late(self: PoolManager, timeout: float) -> None:
        time.sleep(0.5)
        real(self, timeout)

    monkeypatch.setattr(PoolManager, "process_next_message", late)
    told = answers(Local(2, longest_s=60, do=plain), *photos)
    assert told == dict.fromkeys(photos, "done") | {"sterft.jpg": "worker-died"}


def test_a_pool_that_breaks_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first worker dies while it starts, before it has a task."""
    (tmp_path / "dies_at_first.py").write_text(
        "import os\nfrom pathlib import Path\nfrom batch_photos import plain\nflag = Path(__file__).with_name('flag')\n"
        "if flag.exists():\n    flag.unlink()\n    os._exit(9)\ndef answer(task):\n    return plain(task)\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    module = importlib.import_module("dies_at_first")
    (tmp_path / "flag").touch()
    photos = ("1.jpg", "2.jpg", "3.jpg")
    assert answers(Local(1, do=module.answer), *photos) == dict.fromkeys(photos, "done")
    assert not (tmp_path / "flag").exists()


def test_an_error_of_ours_stops_all_workers() -> None:
    def done(task: Task, answer: Answer) -> None:
        raise KeyError("stop")

    with pytest.raises(KeyError):
        Local(2, do=plain).run(tasks_of("1.jpg", "hangt.jpg", "2.jpg"), done)
    assert not multiprocessing.active_children()


def test_of_a_table_only_the_photo_is_left_out_that_a_worker_dies_of(tmp_path: Path) -> None:
    folder = write_evening(tmp_path / "avond", [1])
    (folder / "sterft.jpg").write_bytes(jpeg(1, 1))
    report = run_batch(Request(str(folder), str(tmp_path / "uit")), Local(2, do=deadly), Silent())
    assert [(problem.photo, problem.code, problem.table) for problem in report.problems] == [
        ("sterft.jpg", "worker-died", name_of(1))]
    result = TableResult.model_validate_json((tmp_path / "uit" / f"{name_of(1)}.json").read_bytes())
    assert [photo.file for photo in result.photos] == ["IMG_01.jpg"]
    index = Index.model_validate_json((tmp_path / "uit" / "index.json").read_bytes())
    assert {photo.file: photo.code for photo in index.photos} == {"IMG_01.jpg": None, "sterft.jpg": "worker-died"}


def test_the_sample_that_comes_along(tmp_path: Path) -> None:
    """As a person starts it, on a photo of our own kit."""
    sample = ROOT / "samples" / "own-kit" / "easy-031-0000"
    folder = tmp_path / "foto's"
    folder.mkdir()
    (folder / "IMG_1.JPEG").write_bytes((sample / "photo.jpg").read_bytes())
    truth = json.loads((sample / "truth.json").read_text(encoding="utf-8"))
    with program(folder, tmp_path / "uit", "--kit", str(sample.parent / "kit"), "--json") as running:
        code, out, err = running.end()
    assert code == 0
    said = json.loads(out)
    assert (said["index"]["counts"]["tables"], said["index"]["counts"]["used"]) == (1, 1)
    assert "\r" not in err
    result = TableResult.model_validate_json((tmp_path / "uit" / said["index"]["tables"][0]["file"]).read_bytes())
    assert {card.catalogue_id for card in result.cards} >= {card["catalogue_id"] for card in truth["cards"] if card["catalogue_id"]
                                                            and card["side"] == "front"}


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six tables, one of them with two photos."""
    folder = write_evening(tmp_path_factory.mktemp("avond"), range(1, 7))
    (folder / "IMG_11.jpg").write_bytes(jpeg(1, 1))
    return folder


def results_in(out: Path) -> list[Path]:
    return [path for path in out.glob("*.json") if path.name != "index.json"]


def seen_in(out: Path) -> set[tuple[str, int]]:
    """Files and times of what was written, logs and locks aside."""
    found = set()
    for path in out.rglob("*"):
        if path.name not in ("lock", "journal") and path.parent.name != "journal":
            try:
                found.add((str(path), path.stat().st_mtime_ns))
            except FileNotFoundError:
                continue
    return found


def whole(out: Path, tables: int, photos: int) -> Index:
    """All is there once, and whole."""
    index = Index.model_validate_json((out / "index.json").read_bytes())
    assert (index.counts.tables, index.counts.used, index.counts.failed) == (tables, photos, 0)
    assert sorted(path.stem for path in results_in(out)) == sorted(table.name for table in index.tables)
    results = [TableResult.model_validate_json(path.read_bytes()) for path in results_in(out)]
    assert len({photo.sha256 for result in results for photo in result.photos}) == photos
    assert sum(len(result.photos) for result in results) == photos
    for picture in out.rglob("*.jpg"):
        with Image.open(picture) as image:
            image.load()
    assert len([*out.glob("*/cards/*.jpg")]) == sum(len(result.cards) for result in results)
    assert pq.read_table(out / "cards.parquet").num_rows == sum(len(result.cards) for result in results)
    assert pq.read_table(out / "stickers.parquet").num_rows == sum(c.stickers.count for r in results for c in r.cards)
    return index


def test_killed_at_twenty_moments_and_taken_up_again_each_time(tmp_path: Path) -> None:
    """The program alone or with all its workers, until it gets through and starts anew; meanwhile somebody corrects a table."""
    evening, dice, kills, rounds = write_evening(tmp_path / "avond", range(1, 13)), random.Random(4), 0, 0
    (evening / "IMG_21.jpg").write_bytes(jpeg(1, 1))
    while kills < 20:
        out, corrected, through = tmp_path / f"uit-{rounds}", dict[Path, bytes](), False
        if rounds:
            shutil.copytree(tmp_path / "uit-0" / LOOKS, out / LOOKS)  # they were killed too, the first time
        while not through:
            with program(evening, out, "--jobs", "2", quick=True) as running:
                if kills < 20 and not (out / "index.json").exists():
                    wait_until(_moment(out, running, ("tables", "files", "tables", "end")[kills % 4], dice))
                    time.sleep(dice.uniform(0, 0.3))
                    running.signal(signal.SIGKILL, all_of_it=dice.random() < 0.5)
                code, _, err = running.end()
            through = code == 0
            assert through or code == -signal.SIGKILL, err
            kills += not through
            for path in results_in(out):
                TableResult.model_validate_json(path.read_bytes())
            if not corrected and results_in(out) and not through:
                path = dice.choice(sorted(results_in(out)))
                corrected[path] = reviewed(path)
        index = whole(out, tables=12, photos=13)
        assert {table.name for table in index.tables} == {name_of(number) for number in range(1, 13)}
        assert {path: path.read_bytes() for path in corrected} == corrected
        rounds += 1
    assert corrected
    before = {path: path.read_bytes() for path in results_in(out)}
    with program(evening, out, "--json", quick=True) as running:
        code, told, _ = running.end()
    assert code == 0
    assert {one["action"] for one in json.loads(told)["plan"]} == {"done"}
    assert {path: path.read_bytes() for path in before} == before


def _moment(out: Path, running: Program, kind: str, dice: random.Random) -> Callable[[], bool]:
    """Whether this run has written so many files or tables; or whether it writes what lies beside the tables."""
    before, tables, more = seen_in(out), len(results_in(out)), dice.randint(0, 5)
    reached = {"files": lambda: len(seen_in(out) - before) > more, "tables": lambda: len(results_in(out)) > tables + more % 2,
               "end": lambda: any(f"{os.sep}tables-" in name for name, _ in seen_in(out) - before)}[kind]
    return lambda: running.ended or reached()


def started(out: Path) -> bool:
    """Workers are about to start."""
    return (out / "journal").is_dir()


def half_way(out: Path) -> bool:
    return len(results_in(out)) > 0


@pytest.mark.parametrize(("number", "all_of_it", "moment", "after_s"), [
    (signal.SIGINT, True, started, 0.3), (signal.SIGINT, True, half_way, 0.0), (signal.SIGTERM, False, half_way, 0.0),
    (signal.SIGTERM, True, started, 1.0)])
def test_stopped_by_hand_it_says_so_leaves_nothing_running_and_goes_on_the_next_time(
        number: signal.Signals, all_of_it: bool, moment: Callable[[Path], bool], after_s: float, evening: Path,
        tmp_path: Path) -> None:
    out = tmp_path / "uit"
    with program(evening, out, "--jobs", "2") as running:
        wait_until(lambda: moment(out))
        time.sleep(after_s)
        running.signal(number, all_of_it)
        code, said, err = running.end()
    assert code == 130
    assert said == ""
    assert err.splitlines() == ["Interrupted; what was done already is kept."]
    if moment is started:
        return
    done = {path: path.stat().st_mtime_ns for path in results_in(out)}
    with program(evening, out, quick=True) as running:
        assert running.end()[0] == 0
    whole(out, tables=6, photos=7)
    assert {path: path.stat().st_mtime_ns for path in done} == done
