"""One batch at a time: between real processes on a folder, and by a lease where no system locks files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from posterscan.batch.lock import DEAD_S, LEASE, REFRESH_S, Clock, Lease, only_one
from posterscan.errors import UsageError
from posterscan.messages import Message
from posterscan.places import FolderPlace, Place, open_place

HOLD = """
import sys
from posterscan.batch.lock import only_one
from posterscan.places import open_place
with only_one(open_place(sys.argv[1]), 0, print):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the folder until its stdin is closed."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"held"
        yield process
    finally:
        process.kill()
        process.communicate()


def _not_called(message: Message) -> None:
    raise AssertionError(message.en)


def test_a_second_batch_is_refused_and_told_why(tmp_path: Path) -> None:
    with holder(tmp_path / "uit"), pytest.raises(UsageError) as caught, only_one(open_place(str(tmp_path / "uit")), 0, _not_called):
        pass
    assert str(tmp_path / "uit") in caught.value.problem.nl
    assert "--out" in caught.value.remedy.en


def test_it_waits_and_says_so_once(tmp_path: Path) -> None:
    told: list[Message] = []
    with holder(tmp_path) as other:
        def waiting(message: Message) -> None:
            told.append(message)
            assert other.stdin is not None
            other.stdin.close()

        with only_one(FolderPlace(tmp_path), 60, waiting):
            assert len(told) == 1
        other.stdin = None
    assert "60 s" in told[0].nl


def test_one_that_waited_long_enough_gives_up(tmp_path: Path) -> None:
    told: list[Message] = []
    with holder(tmp_path), pytest.raises(UsageError), only_one(FolderPlace(tmp_path), 0.3, told.append):
        pass
    assert len(told) == 1


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_batch_that_was_killed_frees_the_folder(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
        with only_one(FolderPlace(tmp_path), 0, _not_called):
            pass
    with only_one(FolderPlace(tmp_path), 0, _not_called):
        pass


def test_an_error_inside_frees_the_folder_and_passes(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="eigen"), only_one(FolderPlace(tmp_path), 0, _not_called):
        raise OSError(38, "eigen")
    with only_one(FolderPlace(tmp_path), 0, _not_called):
        pass


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "uit").write_bytes(b"")
    with pytest.raises(UsageError, match="cannot be written"), only_one(FolderPlace(tmp_path / "uit"), 0, _not_called):
        pass


@dataclass
class FakeTime:
    """A clock that sleeps by jumping; what else happens meanwhile can be put into it."""

    at: float = 1_000_000.0
    meanwhile: Callable[[], None] = field(default=lambda: None)

    def sleep(self, seconds: float) -> None:
        self.at += seconds
        self.meanwhile()

    def clock(self, wrong_by_s: float = 0.0) -> Clock:
        return Clock(lambda: self.at + wrong_by_s, self.sleep)


@pytest.fixture
def remote() -> Place:
    return open_place(f"memory://{uuid.uuid4().hex}")


def test_a_lease_is_held_and_given_back(remote: Place) -> None:
    time = FakeTime()
    with only_one(remote, 0, _not_called, time.clock()):
        assert json.loads(remote.read(LEASE))["at"] == 1_000_000
        with pytest.raises(UsageError), only_one(remote, 0, _not_called, time.clock()):
            pass
    assert not remote.exists(LEASE)


def test_a_drive_without_locks_gets_a_lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("filelock.FileLock.acquire", none)
    with only_one(FolderPlace(tmp_path), 0, _not_called, FakeTime().clock()):
        assert (tmp_path / LEASE).is_file()
    assert not (tmp_path / LEASE).exists()


def test_a_lease_that_is_kept_up_stays(remote: Place) -> None:
    time = FakeTime()
    mine = Lease(remote, time.clock())
    assert mine.take()
    time.meanwhile = mine.refresh
    told: list[Message] = []
    with pytest.raises(UsageError), only_one(remote, 10 * DEAD_S, told.append, time.clock()):
        pass
    assert len(told) == 1
    assert not mine.lost
    mine.release()


@pytest.mark.parametrize("left", [b"", b"{", b"[1]", b'{"run": "x"}', b'{"run": "x", "at": 0}', b'{"run": "x", "at": 2e6}'])
def test_a_dead_lease_is_taken_over(remote: Place, left: bytes) -> None:
    remote.write(LEASE, left)
    with only_one(remote, 0, _not_called, FakeTime().clock()):
        assert json.loads(remote.read(LEASE))["run"] != "x"


@pytest.mark.parametrize("wrong_by_s", [-3600, 3600])
def test_a_computer_with_a_wrong_clock_keeps_its_lease(remote: Place, wrong_by_s: float) -> None:
    time = FakeTime()
    mine = Lease(remote, time.clock(wrong_by_s))
    assert mine.take()
    time.meanwhile = mine.refresh
    assert not Lease(remote, time.clock()).take()


def test_of_two_at_once_the_last_to_write_wins(remote: Place) -> None:
    time = FakeTime()
    first, second = Lease(remote, time.clock()), Lease(remote, time.clock())
    won: list[bool] = []

    def second_too() -> None:
        time.meanwhile = lambda: None
        remote.remove(LEASE)  # as if it had looked before the first one wrote
        won.append(second.take())

    time.meanwhile = second_too
    assert not first.take()
    assert won == [True]


def test_one_that_writes_late_gives_way_to_one_that_settled(remote: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    time = FakeTime()
    settled, late = Lease(remote, time.clock()), Lease(remote, time.clock())
    real = MemoryFileSystem.pipe_file

    def slowly(self: MemoryFileSystem, path: str, value: bytes, **kwargs: object) -> None:
        monkeypatch.setattr(MemoryFileSystem, "pipe_file", real)
        assert settled.take()
        time.at += 5
        real(self, path, value, **kwargs)
        time.meanwhile = settled.refresh

    monkeypatch.setattr(MemoryFileSystem, "pipe_file", slowly)
    assert not late.take()
    assert not settled.lost


def test_a_batch_that_lost_its_lease_says_so_at_its_end(remote: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    refreshed = threading.Event()

    def lose(lease: Lease) -> None:
        lease.lost = True
        refreshed.set()

    monkeypatch.setattr("posterscan.batch.lock.REFRESH_S", 0.01)
    monkeypatch.setattr(Lease, "refresh", lose)
    with pytest.raises(UsageError, match="took over"), only_one(remote, 0, _not_called, FakeTime().clock()):
        assert refreshed.wait(60)


def test_trouble_with_the_network_does_not_end_the_renewing(remote: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed = threading.Event()
    trouble = [UsageError("no network"), OSError("no network")]

    def refresh(_: Lease) -> None:
        if trouble:
            raise trouble.pop()
        renewed.set()

    monkeypatch.setattr("posterscan.batch.lock.REFRESH_S", 0.01)
    monkeypatch.setattr(Lease, "refresh", refresh)
    with only_one(remote, 0, _not_called, FakeTime().clock()):
        assert renewed.wait(60)


def test_one_who_slept_and_was_replaced_knows_and_leaves_the_others_lease(remote: Place) -> None:
    time = FakeTime()
    mine = Lease(remote, time.clock())
    assert mine.take()
    time.at += DEAD_S + 1
    assert Lease(remote, time.clock()).take()
    mine.refresh()
    assert mine.lost
    mine.release()
    assert remote.exists(LEASE)
    assert REFRESH_S < DEAD_S / 2
