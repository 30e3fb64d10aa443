"""One batch at a time per output folder: two would overwrite each other's tables, and each would miss the other's."""

from __future__ import annotations

import errno
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from posterscan.errors import PosterscanError, UsageError
from posterscan.messages import Message
from posterscan.places import Place, shown_url
from posterscan.places_base import cannot_write

LOCK = ".posterscan/lock"
LEASE = ".posterscan/lease.json"
REFRESH_S = 15.0
DEAD_S = 60.0  # four refreshes missed: whoever held it is gone
SETTLE_S = 2.0  # between writing a lease and reading which one is there
_POLL_S = 0.2
_NO_LOCKS = frozenset({errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK})  # of some network drives


@dataclass(frozen=True)
class Clock:
    """now: seconds since 1970. sleep: waits so many seconds."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


@contextmanager
def only_one(place: Place, wait_s: float, waiting: Callable[[Message], None], clock: Clock | None = None) -> Iterator[None]:
    """Holds an output folder for as long as the block runs.

    Where another batch holds it, `waiting` is told once and up to wait_s seconds are waited; then UsageError. A folder on this
    computer is freed by the system, however the program ends; another place a minute after the program's last sign of life.
    """
    path = place.local(LOCK)
    if path is not None:
        try:
            with _locked(path, place, wait_s, waiting):
                yield
            return
        except _NoLocks:
            pass
    with _leased(place, wait_s, waiting, clock or Clock()):
        yield


class _NoLocks(Exception):
    """A drive on which files cannot be locked."""


@contextmanager
def _locked(path: Path, place: Place, wait_s: float, waiting: Callable[[Message], None]) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if wait_s > 0:
                waiting(_wait_message(place, wait_s))
            lock.acquire(timeout=max(wait_s, 0), poll_interval=_POLL_S)
    except Timeout as error:
        raise _taken(place) from error
    except NotImplementedError as error:
        raise _NoLocks from error
    except OSError as error:
        if error.errno in _NO_LOCKS:
            raise _NoLocks from error
        raise cannot_write(str(path), error) from error
    try:
        yield
    finally:
        lock.release()


class Lease:
    """A file that says who is at work and was so lately. Not kept up by itself: see `only_one`."""

    def __init__(self, place: Place, clock: Clock) -> None:
        self._place, self._clock = place, clock
        self._run = secrets.token_hex(8)
        self._refreshed_at = 0.0
        self.lost = False

    def take(self) -> bool:
        """Whether it could be had: there is none, or a dead one, and nobody else took it in the same moment."""
        start = self._clock.now()
        there = self._read()
        if there is not None and not self._dead(there):
            return False
        self._write()
        slow = self._clock.now() - start > SETTLE_S / 2  # another may have settled meanwhile: it is heard when it refreshes
        self._clock.sleep(REFRESH_S + SETTLE_S if slow else SETTLE_S)
        return self._is_mine()

    def refresh(self) -> None:
        """Writes the time anew. Somebody else's lease is overwritten, but not by one who was silent for so long as to be dead."""
        if self._clock.now() - self._refreshed_at > DEAD_S and not self._is_mine():
            self.lost = True
        else:
            self._write()

    def release(self) -> None:
        """Removes it where it is still ours."""
        if self._is_mine():
            self._place.remove(LEASE)

    def _write(self) -> None:
        now = self._clock.now()
        self._place.write(LEASE, json.dumps({"run": self._run, "at": now}).encode())
        self._refreshed_at = now

    def _read(self) -> bytes | None:
        try:
            return self._place.read(LEASE)
        except FileNotFoundError:
            return None

    def _is_mine(self) -> bool:
        there = self._read()
        return there is not None and _parsed(there)[0] == self._run

    def _dead(self, there: bytes) -> bool:
        """Old by its own time, and not renewed while one looks: another computer's clock may be wrong."""
        if abs(self._clock.now() - _parsed(there)[1]) <= DEAD_S:
            return False
        self._clock.sleep(REFRESH_S + SETTLE_S)
        return self._read() in (there, None)


def _parsed(content: bytes) -> tuple[str, float]:
    """run and at; a file that is no lease is nobody's and old."""
    try:
        data = json.loads(content)
        return str(data["run"]), float(data["at"])
    except (ValueError, KeyError, TypeError):
        return "", float("-inf")


@contextmanager
def _leased(place: Place, wait_s: float, waiting: Callable[[Message], None], clock: Clock) -> Iterator[None]:
    lease = Lease(place, clock)
    _wait_for(lease, place, wait_s, waiting, clock)
    done = threading.Event()
    thread = threading.Thread(target=_keep_up, args=(lease, done), name="posterscan-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=DEAD_S)
        _let_go(lease)
    if lease.lost:
        where = shown_url(place.url)
        raise UsageError(Message(f"Een andere posterscan-batch heeft {where} overgenomen toen deze een tijd stil lag.",
                                 f"Another posterscan batch took over {where} while this one was at a standstill."),
                         Message("Wacht tot die klaar is en voer deze dan nog eens uit: wat af is, wordt niet opnieuw gedaan.",
                                 "Wait until it is done and run this one again: what is done is not done again."))


def _wait_for(lease: Lease, place: Place, wait_s: float, waiting: Callable[[Message], None], clock: Clock) -> None:
    until = clock.now() + wait_s
    told = False
    while not lease.take():
        if clock.now() >= until:
            raise _taken(place)
        if not told:
            waiting(_wait_message(place, wait_s))
            told = True
        clock.sleep(min(SETTLE_S, max(until - clock.now(), 0.01)))


def _keep_up(lease: Lease, done: threading.Event) -> None:
    while not done.wait(REFRESH_S) and not lease.lost:
        try:
            lease.refresh()
        except (PosterscanError, OSError):  # the network may be back the next time, long before the lease is dead
            continue


def _let_go(lease: Lease) -> None:
    try:
        lease.release()
    except (PosterscanError, OSError):  # it dies by itself; the work is done
        return


def _wait_message(place: Place, wait_s: float) -> Message:
    where = shown_url(place.url)
    return Message(f"Er schrijft al een andere posterscan-batch in {where}; er wordt hoogstens {wait_s:.0f} s op gewacht.",
                   f"Another posterscan batch is writing into {where}; waiting up to {wait_s:.0f} s until it is done.")


def _taken(place: Place) -> UsageError:
    where = shown_url(place.url)
    return UsageError(Message(f"Er schrijft al een andere posterscan-batch in {where}.",
                              f"Another posterscan batch is writing into {where}."),
                      Message("Wacht tot die klaar is, of kies een andere --out.",
                              "Wait until it is done, or choose another --out."))
