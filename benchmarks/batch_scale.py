"""What measured figures make of 100,000 photos: hours, memory, bytes and cost, with every figure that goes in."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

PHOTOS, PER_TABLE = 100_000, 2
PHONE_MB = 3.5  # of a photo as phones of today store it; those of the benchmark are drawn, and smaller
EURO = 0.05  # per core and hour
DISK_MB_S, STORE_MB_S = 500.0, 100.0  # read from a disk in the machine, and over a network by all workers together


@dataclass(frozen=True)
class Machines:
    """spare_mb: memory for workers."""

    name: str
    cores: int
    spare_mb: float


MACHINES = (Machines("a laptop, 8 cores, 16 GB", 8, 10_000), Machines("a machine with 16 cores, 64 GB", 16, 50_000),
            Machines("a cluster, 200 cores", 200, 400_000))


@dataclass(frozen=True)
class Measured:
    """What `benchmarks/batch.py` measures; 0 where it did not.

    photos: that it was measured on. look_s, read_s: per photo, on the clock of one worker; core_s: that processors worked per
    photo, all in. gain: how much of its worth each core keeps when gain_jobs work at once. fuse_s: per photo of a table of
    several. place_s: for a close-up without enough markers. end_s: per table. group_s: per photo. again_s: per photo, of a run
    with nothing to do. main_mb, held_kb: that the process in charge held at most, and holds per photo. rate: tasks per second
    through a scheduler.
    """

    photos: float = 0
    look_s: float = 0
    read_s: float = 0
    core_s: float = 0
    gain: float = 1
    gain_jobs: float = 1
    fuse_s: float = 0
    place_s: float = 0
    end_s: float = 0
    group_s: float = 0
    again_s: float = 0
    held_kb: float = 0
    rate: float = 0
    photo_bytes: float = 0
    look_bytes: float = 0
    table_bytes: float = 0
    tidy_bytes: float = 0
    worker_mb: float = 0
    main_mb: float = 0
    stages: dict[str, float] = field(default_factory=dict)


def from_journal(text: str) -> Measured:
    """Seconds and memory of a run, from the log that it left."""
    looks = [float(value) for value in re.findall(r"^\S+ photo .* look=([\d.]+)", text, re.M)]
    tables = re.findall(r"^\S+ table \S+ done photos=(\S+) s=([\d.]+) (.*)$", text, re.M)
    photos = sum(len(names.split(",")) for names, _, _ in tables)
    stages: dict[str, float] = {}
    peaks = []
    for _, _, figures in tables:
        for name, value in re.findall(r"(\w+)=([\d.]+)", figures):
            if name == "peak_mb":
                peaks.append(float(value))
            else:
                stages[name] = stages.get(name, 0.0) + float(value) / photos
    return Measured(photos=photos, look_s=statistics.mean(looks) if looks else 0.0,
                    read_s=sum(float(s) for _, s, _ in tables) / max(1, photos), worker_mb=max(peaks, default=0.0), stages=stages)


def photo_s(m: Measured) -> float:
    """Core seconds per photo: those that processors worked where they were counted, else those on the workers' clocks."""
    return (m.core_s or m.look_s + m.read_s) + m.fuse_s


def hours(m: Measured, cores: int) -> float:
    """All in, on so many cores; the end is one process's work."""
    return PHOTOS * photo_s(m) / (cores * m.gain) / 3600 + serial_s(m) / 3600


def serial_s(m: Measured) -> float:
    """What is not divided among workers."""
    return PHOTOS * m.group_s + PHOTOS / PER_TABLE * m.end_s


def section(m: Measured) -> str:
    """The part of docs/scale.md that is worked out."""
    return "\n\n".join([_inputs(m), _machines(m), _where(m), _storage(m)])


def _inputs(m: Measured) -> str:
    rows = [
        ("`core_s`" if m.core_s else "`look_s` + `read_s`", "core seconds per photo, all in", f"{photo_s(m) - m.fuse_s:.2f} s"),
        ("`look_s`, `read_s`", "on a worker's clock: looking at a photo, reading it", f"{m.look_s:.2f} s, {m.read_s:.2f} s"),
        ("`fuse_s`", "bringing photos of a table together, per photo", f"{m.fuse_s:.2f} s"),
        ("`gain`", f"what a core is worth when {m.gain_jobs:.0f} work at once", f"{m.gain:.2f}"),
        ("`group_s`", "listing and grouping, per photo, one process", f"{1000 * m.group_s:.2f} ms"),
        ("`end_s`", "index and tidy tables, per table, one process", f"{1000 * m.end_s:.1f} ms"),
        ("`worker_mb`", "most that a worker held", f"{m.worker_mb:.0f} MB"),
        ("`main_mb`, `held_kb`", "the process in charge; what each photo adds to it", f"{m.main_mb:.0f} MB, {m.held_kb:.1f} kB"),
        ("`table_bytes`, `tidy_bytes`", "written per table: JSON and pictures; rows of the tidy tables",
         f"{m.table_bytes / 1e6:.2f} MB, {m.tidy_bytes / 1e3:.0f} kB"),
        ("`look_bytes`", "kept per photo between runs", f"{m.look_bytes / 1e3:.1f} kB"),
        ("`rate`", "tasks that a scheduler hands out", f"{m.rate:.0f} per s")]
    return f"Measured on {m.photos:.0f} photos of 12 megapixels:\n\n" + _table(("figure", "what", "value"), rows)


def _machines(m: Measured) -> str:
    rows = []
    for machine in MACHINES:
        jobs = min(machine.cores, int(machine.spare_mb // max(1.0, m.worker_mb)))
        took = hours(m, jobs)
        rows.append((machine.name, str(jobs), _time(took), f"{PHOTOS / took:,.0f}", f"€ {machine.cores * took * EURO:,.0f}"))
    return (f"```\nhours = {PHOTOS:,} × (core_s + fuse_s) / (workers × gain) / 3600\n"
            f"        + ({PHOTOS:,} × group_s + {PHOTOS // PER_TABLE:,} × end_s) / 3600\n```\n\n"
            f"That is {PHOTOS * photo_s(m) / 3600:,.0f} core hours, and {_time(serial_s(m) / 3600)} of one process.\n\n"
            + _table(("machines", "workers", "time", "photos per hour", f"cost at € {EURO:.2f} per core and hour"), rows))


def _where(m: Measured) -> str:
    biggest = MACHINES[-1]
    parallel, tables = PHOTOS * photo_s(m) / (biggest.cores * m.gain), PHOTOS / PER_TABLE
    asked = biggest.cores * m.gain / max(m.look_s, 0.1)  # the shortest tasks are looks
    end, grouping = tables * m.end_s, PHOTOS * m.group_s
    rows = [
        ("looking and reading", f"{PHOTOS * photo_s(m) / 3600:,.0f} core hours", _time(parallel / 3600), "more cores"),
        ("index and tidy tables", "one process", _time(end / 3600), "a batch per province"),
        ("listing and grouping", "one process", _time(grouping / 3600), "a batch per province"),
        ("the scheduler", f"{asked:.0f} tasks per second asked for at most, {m.rate:.0f} possible", "–", "nothing needed"),
        ("reading photos from storage", f"twice {PHOTOS * PHONE_MB / 1e3:,.0f} GB, {2 * PHOTOS * PHONE_MB / parallel:,.0f} MB/s",
         "–", "photos near the workers"),
        ("memory of the process in charge", f"{m.main_mb + PHOTOS * m.held_kb / 1e3:,.0f} MB", "–", "a batch per province")]
    return f"Where it goes, on {biggest.cores} cores:\n\n" + _table(("what", "how much", "of the time", "what helps"), rows)


def _storage(m: Measured) -> str:
    tables = PHOTOS / PER_TABLE
    rows = [("photos", f"{PHOTOS:,} × {PHONE_MB:.1f} MB", f"{PHOTOS * PHONE_MB / 1e3:,.0f} GB"),
            ("results with pictures", f"{tables:,.0f} × {m.table_bytes / 1e6:.2f} MB", f"{tables * m.table_bytes / 1e9:,.0f} GB"),
            ("looks kept between runs", f"{PHOTOS:,} × {m.look_bytes / 1e3:.1f} kB", f"{PHOTOS * m.look_bytes / 1e9:,.1f} GB"),
            ("tidy tables", f"{tables:,.0f} × {m.tidy_bytes / 1e3:.0f} kB", f"{tables * m.tidy_bytes / 1e9:,.1f} GB")]
    again = [f"{_time(PHOTOS * PHONE_MB / speed / 3600)} at {speed:.0f} MB/s" for speed in (DISK_MB_S, STORE_MB_S)]
    return ("Storage:\n\n" + _table(("what", "formula", "total"), rows) +
            "\n\nA second run reads every photo's bytes to know that it is the same photo: " + ", ".join(again) + ".")


def _time(hours_: float) -> str:
    if hours_ < 1 / 60:
        return f"{3600 * hours_:.0f} s"
    if hours_ < 1.5:
        return f"{60 * hours_:.0f} min"
    return f"{hours_:.1f} h" if hours_ < 48 else f"{hours_ / 24:.1f} days"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))
