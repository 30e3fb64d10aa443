"""The same batch on a Dask cluster: real schedulers and workers on this computer, some of which are killed."""

from __future__ import annotations

import getpass
import json
import os
import re
import signal
import socket
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from batch_photos import (
    MARK,
    Here,
    Silent,
    files_in,
    name_of,
    plain,
    processes_with,
    program,
    stop_all,
    tasks_of,
    wait_until,
    write_evening,
)
from posterscan.batch.answers import Answer
from posterscan.batch.cluster import Cluster, _answer
from posterscan.batch.index import Index
from posterscan.batch.run import Request, run_batch
from posterscan.batch.tasks import Crash, LookTask, Task
from posterscan.cli.main import main
from posterscan.errors import UsageError
from posterscan.places import open_place

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and process groups")


@dataclass
class Machines:
    """A scheduler and its workers, each a process group of its own, on the loopback address only.

    They end by themselves where the tests are killed.
    """

    folder: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    address: str = ""

    def start(self, allowed_failures: int = 3) -> None:
        about = self.folder / "scheduler.json"
        self._run("dask_scheduler", "--port", "0", "--scheduler-file", str(about), "--idle-timeout", "10 minutes",
                  DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES=str(allowed_failures))
        wait_until(lambda: about.is_file() and about.read_text(encoding="utf-8").endswith("}"))
        self.address = json.loads(about.read_text(encoding="utf-8"))["address"]
        assert self.address.startswith("tcp://127.0.0.1:")

    def worker(self) -> subprocess.Popen[bytes]:
        """A nanny with its worker."""
        place = str(self.folder / f"worker-{len(self.processes)}")
        return self._run("dask_worker", self.address, "--nthreads", "1", "--nanny", "--death-timeout", "60",
                         "--local-directory", place)

    def _run(self, module: str, *arguments: str, **settings: str) -> subprocess.Popen[bytes]:
        env = os.environ | settings | {MARK: self.mark, "PYTHONPATH": str(Path(__file__).parent), "OMP_NUM_THREADS": "1"}
        with (self.folder / f"{module}-{len(self.processes)}.log").open("wb") as log:
            command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--host", "127.0.0.1",
                       "--dashboard-address", "127.0.0.1:0"]
            self.processes.append(subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True))
        return self.processes[-1]


@contextmanager
def machines(folder: Path, workers: int, allowed_failures: int = 3) -> Iterator[Machines]:
    """They are gone afterwards, whatever happens."""
    folder.mkdir()
    running = Machines(folder)
    try:
        running.start(allowed_failures)
        for _ in range(workers):
            running.worker()
        yield running
    finally:
        stop_all(running.mark)
        for process in running.processes:
            process.wait()


def child(nanny: subprocess.Popen[bytes]) -> psutil.Process:
    """The worker that a nanny keeps; not the tracker that Python starts beside it."""
    return next(process for process in psutil.Process(nanny.pid).children() if "spawn_main" in " ".join(process.cmdline()))


def results_in(out: Path) -> list[Path]:
    return [path for path in out.glob("*.json") if path.name != "index.json"]


def without_timing(name: str, content: bytes) -> Any:
    """What must be the same wherever it was made."""
    if not name.endswith(".json"):
        return content
    data = json.loads(content)
    data.pop("timing")
    return data


def test_thirty_tables_on_two_workers_that_are_killed_are_as_read_here(tmp_path: Path) -> None:
    """One is killed with its nanny and stays away; the other one's nanny starts it again."""
    folder, out = write_evening(tmp_path / "avond", range(1, 31)), tmp_path / "uit"
    with machines(tmp_path / "cluster", workers=2) as cluster:
        first, second = cluster.processes[1:]
        with program(folder, out, "--scheduler", cluster.address) as running:
            wait_until(lambda: len(results_in(out)) >= 8 or running.ended)
            os.killpg(first.pid, signal.SIGKILL)
            wait_until(lambda: len(results_in(out)) >= 16 or running.ended)
            child(second).kill()
            code, _, err = running.end()
    assert code == 0, err
    index = Index.model_validate_json((out / "index.json").read_bytes())
    assert {table.name: table.status for table in index.tables} == {name_of(number): "read" for number in range(1, 31)}
    assert index.counts.used == 30
    log = next((out / "journal").iterdir()).read_text(encoding="utf-8")
    done = Counter(re.findall(r"table (\S+) done", log))
    assert (len(done), set(done.values())) == (30, {1})
    for told in (str(folder), folder.name, out.name, "IMG_", socket.gethostname(), getpass.getuser(), "127.0.0.1"):
        assert told not in log

    some = write_evening(tmp_path / "enkele", range(1, 31, 3))
    run_batch(Request(str(some), str(tmp_path / "hier"), language="en"), Here(), Silent())
    for name, content in files_in(tmp_path / "hier").items():
        if name.startswith(name_of(1)[:3]):
            assert without_timing(name, (out / name).read_bytes()) == without_timing(name, content), name


def test_a_task_that_kills_workers_is_given_up_and_those_beside_it_are_done(tmp_path: Path) -> None:
    others = [f"{number}.jpg" for number in range(10)]
    with machines(tmp_path / "cluster", workers=1, allowed_failures=0) as running:
        told: dict[str, str] = {}

        def done(task: Task, answer: Answer) -> None:
            assert isinstance(task, LookTask)
            assert task.photo not in told
            told[task.photo] = answer.code if isinstance(answer, Crash) else "done"

        with Cluster(running.address, do=plain) as cluster:
            cluster.run(tasks_of(*others[:2], "sterft.jpg", *others[2:]), done)
    assert told == dict.fromkeys(others, "done") | {"sterft.jpg": "worker-died"}


def test_a_scheduler_that_dies_is_told(tmp_path: Path) -> None:
    with machines(tmp_path / "cluster", workers=1) as running:
        def done(task: Task, answer: Answer) -> None:
            assert not isinstance(answer, Crash)
            running.processes[0].kill()

        with Cluster(running.address, do=plain) as cluster, pytest.raises(UsageError) as caught:
            cluster.run(tasks_of(*(f"traag-{number}.jpg" for number in range(20))), done)
    assert "What is done is kept" in caught.value.remedy.en


class Fails:
    """A future whose answer cannot be had."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def result(self) -> Answer:
        raise self.error


def test_an_answer_lost_with_its_worker_is_no_loss_of_the_scheduler() -> None:
    lost = _answer(Fails(RuntimeError("all workers died")))
    assert isinstance(lost, Crash)
    assert lost.code == "worker-died"
    for error in (CancelledError("lost"), OSError("closed"), TimeoutError()):
        with pytest.raises(OSError):  # noqa: PT011
            _answer(Fails(error))


def test_no_scheduler_there_is_2_and_says_what_to_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                        capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("posterscan.batch.cluster._CONNECT_S", 1.0)
    with socket.socket() as taken:  # nobody listens on it, and nobody else gets it
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        assert main(["batch", str(tmp_path), "--out", str(tmp_path / "uit"), "--scheduler", address, "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert address in said.err
    assert "Is the address right" in said.err
    assert not (tmp_path / "uit").exists()


def test_workers_that_cannot_do_the_work_are_2_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                         capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_evening(tmp_path / "avond", [1])
    away = f"memory://{uuid.uuid4().hex}"  # in this process alone
    open_place(away).write("IMG_1.jpg", (folder / "IMG_01.jpg").read_bytes())
    with machines(tmp_path / "cluster", workers=1) as cluster:
        def said(photos: str, out: str) -> str:
            assert main(["batch", photos, "--out", out, "--scheduler", cluster.address, "--lang", "en"]) == 2
            told = capsys.readouterr()
            assert not told.out
            assert "Worker tcp://127.0.0.1:" in told.err
            return told.err

        assert "does not see the folder of photos" in said(away, str(tmp_path / "uit"))
        assert "does not see the output folder" in said(str(folder), f"{away}/uit")
        monkeypatch.setattr("posterscan.batch.cluster.__version__", "99.0")
        assert "here is 99.0" in said(str(folder), str(tmp_path / "uit"))
    assert not processes_with(cluster.mark)
    assert not results_in(tmp_path / "uit")
