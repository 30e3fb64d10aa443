"""Tasks done by processes on this machine: as many as it carries, each task's death its own."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import Any

from pebble import ProcessExpired, ProcessPool

from posterscan.batch.answers import Answer, Done, died, with_second_try
from posterscan.batch.tasks import Crash, Task
from posterscan.batch.work import do
from posterscan.messages import Message

LONGEST_S = 900.0  # for one task: a table of many photos takes a minute on a slow machine; what takes longer hangs
_LOOK_S = 1.0  # between two looks whether a task's worker is still there
_AHEAD = 2  # tasks per worker that are handed out at first: enough to keep it busy, few enough to stop soon


class Local:
    """Runs tasks in `jobs` processes of their own. A worker that dies or hangs costs its task alone.

    Pebble's pool and not the standard library's: there a worker that is killed breaks the whole pool and nobody knows which
    task it had. do: what a worker does with a task.
    """

    def __init__(self, jobs: int, longest_s: float = LONGEST_S, do: Callable[[Task], Answer] = do) -> None:
        self.jobs, self.longest_s, self._do = jobs, longest_s, do

    def run(self, tasks: Iterable[Task], done: Done) -> None:
        """Does all tasks; `done` gets each with its answer, in the order in which they end.

        A task whose worker died is tried once more at the end, alone: it may have died for want of memory.
        """
        with_second_try(tasks, done, partial(self._all, jobs=self.jobs, out=_AHEAD * self.jobs), partial(self._all, jobs=1, out=1))

    def _all(self, tasks: Iterator[Task], done: Done, jobs: int, out: int) -> None:
        """In another pool where one breaks, as it does when workers die that have no task, or die before Pebble has read which.

        All that was handed out (at most `out` tasks) has died then; in the second try that is one, so none pays for another.
        """
        while (task := next(tasks, None)) is not None:
            self._in_pool(itertools.chain([task], tasks), done, jobs, out)

    def _in_pool(self, tasks: Iterator[Task], done: Done, jobs: int, out: int) -> None:
        context = multiprocessing.get_context("spawn")  # a forked process would share locks of libraries that have threads
        pool = ProcessPool(max_workers=jobs, initializer=_worker_starts, initargs=[os.getpid()], context=context)
        running: dict[Any, Task] = {}
        lost = False
        try:
            with _one_thread_each():
                with _deaf_to_ctrl_c():
                    pool.active  # noqa: B018  # starts it
                missed: set[Any] = set()
                while self._filled(pool, running, tasks, out):
                    ended, _ = wait(running, _LOOK_S, FIRST_COMPLETED)
                    for future in ended:
                        done(running.pop(future), _answer(future))
                    if not ended:
                        before, missed = missed, _without_worker(pool) & running.keys()
                        for future in before & missed:
                            lost = True
                            done(running.pop(future), died("it ended at once"))
            if lost:  # all answers are in, but Pebble would wait for those
                pool.stop()
            else:
                pool.close()
        except BaseException:
            pool.stop()
            raise
        finally:
            pool.join()

    def _filled(self, pool: ProcessPool, running: dict[Any, Task], tasks: Iterator[Task], most: int) -> bool:
        """Hands out tasks until enough are out; whether any is."""
        while len(running) < most and pool.active and (task := next(tasks, None)) is not None:
            running[self._scheduled(pool, task)] = task
        return bool(running)

    def _scheduled(self, pool: ProcessPool, task: Task) -> Any:
        try:
            return pool.schedule(self._do, args=[task], timeout=self.longest_s)
        except RuntimeError as error:  # it broke in this moment
            broken: Future[Answer] = Future()
            broken.set_exception(BrokenProcessPool(str(error)))
            return broken


def _without_worker(pool: ProcessPool) -> set[Any]:
    """Futures of tasks that a worker began that is gone.

    Where it dies at once, Pebble can see its end before it has read which task it began, and then waits for that task forever. In
    the moment between a worker's end and its task's, tasks are here too that Pebble is about to answer: look twice.
    """
    manager = pool._pool_manager
    there = [0, *manager.worker_manager.workers.copy()]  # 0: not begun yet
    return {task.future for task in [*manager.task_manager.tasks.copy().values()] if task.worker_id not in there}


def _answer(future: Any) -> Answer:
    try:
        answer: Answer = future.result()
        return answer
    except TimeoutError:
        return Crash("took-too-long", Message("Het lezen duurde te lang en is gestopt.", "Reading took too long and was stopped."),
                     Message("Sla de foto opnieuw op als JPEG, of maak een nieuwe.",
                             "Save the photo as JPEG again, or take a new one."))
    except ProcessExpired as error:
        return died(f"exit code {error.exitcode}")
    except BrokenProcessPool as error:
        return died(str(error))


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Sets what libraries read when they are loaded, for the processes that are started meanwhile."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_THREAD_LIMIT")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """What is started meanwhile leaves Ctrl-C, which a terminal sends to all, to its parent: also while it is still importing."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # where it is started by the first process, it lets the signal through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _worker_starts(parent: int) -> None:
    """A worker leaves Ctrl-C to its parent, and ends when that is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
