"""How many workers this machine carries: by its cores and by the memory that they may take."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from posterscan.errors import UsageError
from posterscan.messages import Message

# What a worker takes with a 12 MP photo, its libraries and readers included; `benchmarks/batch.py` prints it.
WORKER_MB = 800
# Of that, what is there without the photo and comes on top of what a larger one takes to decode.
WITHOUT_PHOTO_MB = 450
MAIN_MB = 300  # the process that hands out the work, with the tables of rows that it writes at the end
FREE_SHARE = 0.8  # of what is free may be used where nothing is said: the user has other programs
_UNITS = {"": 1e6, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}


@dataclass(frozen=True)
class Means:
    """jobs: workers at a time. decoding_mb: what decoding one photo may take in each."""

    jobs: int
    decoding_mb: int


def means(jobs: int | None, memory: str | None) -> Means:
    """jobs: asked for, None: one per core. memory: such as "4G", None: most of what is free. UsageError where it is too little."""
    total_mb = memory_mb(memory) if memory is not None else FREE_SHARE * free_mb()
    room = int((total_mb - MAIN_MB) // WORKER_MB)
    if room < 1 and memory is not None:
        least = (MAIN_MB + WORKER_MB) / 1000
        raise UsageError(Message(f"Met {memory} geheugen kan er geen foto worden gelezen.",
                                 f"With {memory} of memory no photo can be read."),
                         Message(f"Geef minstens --memory {least:.1f}G.", f"Give at least --memory {least:.1f}G."))
    count = max(1, min(jobs if jobs is not None else cores(), max(1, room)))
    return Means(count, int((total_mb - MAIN_MB) / count - WITHOUT_PHOTO_MB))


def memory_mb(text: str) -> float:
    """ "4G", "1500M", "2,5 GB": in MB (10^6 bytes); a bare number is MB."""
    found = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*([kmgt]?)i?b?\s*", text.casefold())
    if not found:
        raise UsageError(Message(f"{text!r} is geen hoeveelheid geheugen.", f"{text!r} is no amount of memory."),
                         Message("Schrijf bijvoorbeeld --memory 4G.", "Write for example --memory 4G."))
    return float(found[1].replace(",", ".")) * _UNITS[found[2]] / 1e6


def cores() -> int:
    """That this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def free_mb() -> float:
    """Memory that is free for programs, within the limit of the container if there is one."""
    import psutil

    free = float(psutil.virtual_memory().available)
    for limit, used in (("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
                        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes")):
        most, now = _number(Path(limit)), _number(Path(used))
        if most is not None and now is not None:
            free = min(free, max(0.0, most - now))
    return free / 1e6


def _number(path: Path) -> float | None:
    try:
        return float(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
