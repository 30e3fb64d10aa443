"""The same tasks done by an existing Dask cluster: any number of machines that see the photos and the output folder."""

from __future__ import annotations

import itertools
import secrets
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from dataclasses import replace
from functools import partial
from typing import Any

from posterscan import __version__
from posterscan.batch.answers import Answer, Done, died, with_second_try
from posterscan.batch.tasks import Task
from posterscan.batch.work import crash_of, do
from posterscan.errors import UsageError
from posterscan.messages import Message
from posterscan.places import open_place

_AHEAD = 3  # tasks per thread of the cluster that are handed out
_CONNECT_S = 20.0  # how long to try to reach the scheduler
_WORKERS_S = 60.0  # how long to wait for a first worker
_STRAGGLER_TIMES, _STRAGGLER_S = 4.0, 60.0  # so many times the usual time, and no less than that: it is tried elsewhere too
_LOOK_AGAIN_S = 5.0


class Cluster:
    """Hands tasks to the scheduler at `address` (tcp://host:port). Dask gives a lost worker's tasks to others; tasks write the
    same files whoever does them, so that one that is done twice does no harm. do: what a worker does with a task.
    """

    def __init__(self, address: str, do: Callable[[Task], Answer] = do) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise UsageError(Message("Voor --scheduler ontbreekt dask.distributed.", "--scheduler needs dask.distributed."),
                             Message("Installeer het met: pip install 'posterscan[cluster]'.",
                                     "Install it with: pip install 'posterscan[cluster]'.")) from None
        self._do = do
        try:
            self.client = Client(address, timeout=_CONNECT_S, set_as_default=False)
            self.client.wait_for_workers(1, timeout=_WORKERS_S)
        except (OSError, TimeoutError, ValueError) as error:
            raise UsageError(Message(f"Het cluster op {address} antwoordt niet of heeft geen werkers ({error}).",
                                     f"The cluster at {address} does not answer or has no workers ({error})."),
                             Message("Klopt het adres, en draaien er dask workers waar posterscan op staat?",
                                     "Is the address right, and do dask workers run on which posterscan is installed?")) from error

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def check(self, photos: str, out: str) -> None:
        """UsageError where a worker has another posterscan, or does not see the photos or the output folder."""
        here = open_place(out)
        mark, word = f".posterscan/seen-{secrets.token_hex(4)}", secrets.token_hex(8)
        here.write(mark, word.encode())
        first = next(iter(open_place(photos).files()), None)
        photo = first.name if first is not None else None
        try:
            answers = self.client.run(_what_it_sees, photos, photo, out, mark, on_error="return")
        except (OSError, TimeoutError) as error:
            raise UsageError(*_gone(error)) from error
        finally:
            here.remove(mark)
        for worker, answer in answers.items():
            if answer == (__version__, True, True):
                continue
            wrong = Message(f"{answer!r:.200}", f"{answer!r:.200}") if not isinstance(answer, tuple) else _wrong(answer)
            raise UsageError(Message(f"Werker {worker}: {wrong.nl}", f"Worker {worker}: {wrong.en}"),
                             Message("Zet op elke werker dezelfde posterscan, en foto's en uitvoer in een gedeelde map of op een "
                                     "adres (zoals s3://…) dat alle werkers zien.",
                                     "Install the same posterscan on each worker, and have photos and output in a shared folder or "
                                     "at an address (like s3://…) that all workers see."))

    def run(self, tasks: Iterable[Task], done: Done) -> None:
        """As `Local.run`. UsageError where the scheduler is gone: what is done stays, another run goes on.

        Dask gives a task up that was on several workers when they died; it may just have lain beside the one that they died of.
        """
        with_second_try(tasks, done, self._all, partial(self._all, most=1))

    def _all(self, left: Iterator[Task], done: Done, most: int | None = None) -> None:
        """most: tasks that are handed out at a time; None: as many as keep the cluster busy."""
        from distributed import as_completed

        out = _Out()
        try:
            ended = as_completed([], raise_errors=False, loop=self.client.loop)
            self._hand_out(left, out, ended, most)
            while out.running:
                for future in self._wait(ended, out):
                    task = out.ended(future)
                    if task is not None:
                        done(task, _answer(future))
                    future.release()
                self._hand_out(left, out, ended, most)
        except (OSError, TimeoutError) as error:
            raise UsageError(*_gone(error)) from error
        finally:
            self.client.cancel(list(out.running))

    def _hand_out(self, left: Iterator[Task], out: _Out, ended: Any, most: int | None) -> None:
        most = most or _AHEAD * max(1, sum(self.client.nthreads().values()))
        for task in itertools.islice(left, max(0, most - len(out.running))):
            self._submit(task, out, ended)

    def _submit(self, task: Task, out: _Out, ended: Any) -> None:
        future = self.client.submit(self._do, task, pure=False)
        out.running[future] = (task, time.monotonic())
        ended.add(future)

    def _wait(self, ended: Any, out: _Out) -> list[Any]:
        """Futures that have ended; looks after stragglers while none has."""
        while True:
            deadline = time.monotonic() + _LOOK_AGAIN_S
            while time.monotonic() < deadline:
                if ended.has_ready():
                    return list(ended.next_batch())
                time.sleep(0.02)
            for task in out.stragglers():
                self._submit(task, out, ended)


class _Out:
    """What is handed out: a straggler's twin shares its task, and the first of them to end counts."""

    def __init__(self) -> None:
        self.running: dict[Any, tuple[Task, float]] = {}
        self.seconds: list[float] = []

    def ended(self, future: Any) -> Task | None:
        """The future's task; None where its twin was sooner."""
        if future not in self.running:
            return None
        task, since = self.running.pop(future)
        self.seconds.append(time.monotonic() - since)
        for twin in [f for f, (other, _) in self.running.items() if other is task]:
            self.running.pop(twin)
            twin.cancel()
        return task

    def stragglers(self) -> list[Task]:
        """Tasks out for far longer than usual that have no twin yet."""
        if not self.seconds:
            return []
        limit = max(_STRAGGLER_S, _STRAGGLER_TIMES * statistics.median(self.seconds))
        tasks = [task for task, _ in self.running.values()]
        return [task for task, since in self.running.values()
                if time.monotonic() - since > limit and sum(other is task for other in tasks) == 1]


def _what_it_sees(photos: str, photo: str | None, out: str, mark: str) -> tuple[str, bool, bool]:
    """Runs on each worker: its version, and whether it sees a photo and the mark in the output folder."""
    return __version__, photo is None or open_place(photos).exists(photo), open_place(out).exists(mark)


def _wrong(answer: tuple[str, bool, bool]) -> Message:
    version, photos, _ = answer
    if version != __version__:
        return Message(f"daar staat posterscan {version}, hier {__version__}.",
                       f"it has posterscan {version}, here is {__version__}.")
    return Message("ziet de uitvoermap niet.", "it does not see the output folder.") if photos else \
        Message("ziet de map met foto's niet.", "it does not see the folder of photos.")


def _answer(future: Any) -> Answer:
    """What the task said. Tasks tell their own errors as values, so that anything else befell the worker: the answer may have
    been on one that died before it was fetched. OSError where it was the connection to the scheduler.
    """
    try:
        answer: Answer = future.result()
    except OSError:
        raise
    except CancelledError as error:  # nobody else cancels
        raise ConnectionError(str(error)) from error
    except Exception as error:
        return replace(died(type(error).__name__), trace=crash_of(error).trace)
    return answer


def _gone(error: BaseException) -> tuple[Message, Message]:
    return (Message(f"De verbinding met het cluster is weg ({error}).", f"The connection to the cluster is gone ({error})."),
            Message("Wat klaar is, is bewaard. Geef het commando nog eens als het cluster weer draait.",
                    "What is done is kept. Give the command again when the cluster is back."))
