"""What comes back of tasks, wherever they are done, and the second try of those whose worker died."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from posterscan.batch.glance import Look
from posterscan.batch.tasks import Crash, TableDone, Task
from posterscan.messages import Message

Answer = Look | TableDone | Crash
Done = Callable[[Task, Answer], None]


def died(how: str) -> Crash:
    """A worker that is gone."""
    return Crash("worker-died", Message(f"Het proces dat deze foto las, is gestopt ({how}).",
                                        f"The process that read this photo has died ({how})."),
                 Message("Vaak was er te weinig geheugen: probeer --jobs 1, of sla de foto kleiner op.",
                         "Often memory was short: try --jobs 1, or save the photo smaller."))


def with_second_try(tasks: Iterable[Task], done: Done, together: Callable[[Iterator[Task], Done], None],
                    alone: Callable[[Iterator[Task], Done], None]) -> None:
    """Does tasks together, then each whose worker died once more, alone; `done` gets each task once."""
    again: list[Task] = []

    def first(task: Task, answer: Answer) -> None:
        if isinstance(answer, Crash) and answer.code == "worker-died":
            again.append(task)
        else:
            done(task, answer)

    together(iter(tasks), first)
    alone(iter(again), done)
