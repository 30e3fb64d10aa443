"""Memory of a batch while it runs, process by process, against how many photos it has read."""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import psutil

EVERY_S = 0.25
_LINE = re.compile(r"^\S+ (photo|table) ", re.M)


@dataclass(frozen=True)
class Memory:
    """MB of one process: least, most and at both ends of the time watched; early, late: the most in its first and last third.

    A process holds more in the middle of a photo than between two, so that growth shows between early and late.
    """

    what: str
    least: float
    most: float
    first: float
    last: float
    early: float
    late: float

    @property
    def growth(self) -> float:
        """Of the peak, as a share."""
        return self.late / self.early - 1 if self.early else 0.0


@dataclass(frozen=True)
class Figures:
    """main: the process that hands out the work, until the last table; end_mb: the most that it held in the end."""

    since: int
    main: Memory | None
    workers: tuple[Memory, ...]
    tesseract_mb: float
    end_mb: float

    def told(self) -> str:
        """A table for people."""
        head = f"memory in MB from photo {self.since} to the last:  least  most | first  last | peak early  late  growth"
        rows = [f"  {m.what:42}  {m.least:6.0f} {m.most:5.0f} | {m.first:5.0f} {m.last:5.0f} | {m.early:10.0f} {m.late:5.0f} "
                f"{100 * m.growth:+6.1f} %" for m in (*self.workers, *([self.main] if self.main is not None else []))]
        return "\n".join([head, *rows, f"  the process that hands out held {self.end_mb:.0f} MB at most, at the end with the tidy "
                          f"tables; a Tesseract process beside a worker {self.tesseract_mb:.0f} MB"])


class Watch:
    """Looks at a process and those below it until it is stopped."""

    def __init__(self, pid: int, out: Path) -> None:
        self._process, self._out = psutil.Process(pid), out
        self._samples: dict[int, list[tuple[str, int, float]]] = defaultdict(list)  # pid: phase, photos done in it, MB
        self._ends: dict[str, float] = {}
        self._tesseract_mb, self._going, self._old = 0.0, True, {*out.glob("journal/*.log")}
        self._start = time.perf_counter()
        self._main = pid
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends watching."""
        self._going = False
        self._thread.join()

    def phases(self) -> dict[str, float]:
        """Seconds of looking at all photos, and of reading all tables with the index at the end."""
        out, before = {}, self._start
        for name, until in self._ends.items():
            out[name], before = until - before, until
        return out

    def figures(self, settled: int, photos: int) -> Figures:
        """From that many tables on; with fewer photos from a quarter of them."""
        since = settled if photos >= 3 * settled else photos // 4
        last = max((done for samples in self._samples.values() for _, done, _ in samples), default=0)
        workers: list[Memory] = []
        main = None
        for pid, samples in self._samples.items():
            until = last if pid != self._main else last - 1  # then it writes the tidy tables
            mine = [mb for phase, done, mb in samples if phase == "reading" and since <= done <= until]
            if len(mine) > 2 and pid == self._main:
                main = _memory("the process that hands out", mine)
            elif len(mine) > 2:
                workers.append(_memory(f"worker {len(workers) + 1}", mine))
        own = [mb for _, _, mb in self._samples[self._main]]
        return Figures(since, main, tuple(workers), self._tesseract_mb, max(own, default=0.0))

    def _watch(self) -> None:
        while self._going:
            phase, done = self._progress()
            self._ends[phase] = time.perf_counter()
            for pid, name, mb in self._memory_now():
                if name == "tesseract":
                    self._tesseract_mb = max(self._tesseract_mb, mb)
                else:
                    self._samples[pid].append((phase, done, mb))
            time.sleep(EVERY_S)

    def _progress(self) -> tuple[str, int]:
        """The phase, and photos or tables that are done in it, by the journal of this run."""
        journals = sorted({*self._out.glob("journal/*.log")} - self._old)
        text = journals[-1].read_text(encoding="utf-8") if journals else ""
        kinds = _LINE.findall(text)
        tables, photos = kinds.count("table"), kinds.count("photo")
        total = re.search(r" parameters photos=(\d+)", text)
        if total is None or photos < int(total[1]):
            return "looking", photos
        return "reading", tables

    def _memory_now(self) -> list[tuple[int, str, float]]:
        found = []
        for process in [self._process, *_children(self._process)]:
            try:
                with process.oneshot():
                    name, command = process.name(), " ".join(process.cmdline())
                    if "resource_tracker" not in command:
                        found.append((process.pid, name, process.memory_info().rss / 1e6))
            except psutil.Error:
                continue
        return found


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [*process.children(recursive=True)]
    except psutil.Error:
        return []


def _memory(what: str, mb: list[float]) -> Memory:
    third = max(1, len(mb) // 3)
    return Memory(what, min(mb), max(mb), mb[0], mb[-1], max(mb[:third]), max(mb[-third:]))
