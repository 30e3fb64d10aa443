"""What a batch takes: seconds on one core and on two, memory while it goes on, bytes, and what that makes of 100,000 photos.

    python benchmarks/batch.py                          # 200 photos, on one core and on two: about an hour
    python benchmarks/batch.py --photos 12 --jobs 2     # a quick look
    python benchmarks/batch.py --json RUN.json          # also keeps what was measured
    python benchmarks/batch.py --scale RUN.json --set group_s=0.001 rate=900    # docs/scale.md from what was measured
    python benchmarks/batch.py --scale RUN.json --journal LOG    # the same with the seconds in the journal of any batch
    python benchmarks/batch.py --grouping 1000 10000    # grouping alone, of made-up looks
    python benchmarks/batch.py --scheduler              # tasks per second through a Dask scheduler on this machine

The photos are those of kit-photos/ and samples/ coded again, each moved by a few pixels, so that none is a copy of another,
and each put under a table of its own by a session.toml. Everything is written to a folder that is removed again. Beside
seconds on the clock stand those that the processor worked, which other programs on the machine hardly change.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from batch_grouping import told as grouping_told
from batch_scale import Measured, from_journal, section
from batch_stages import end_s, fusing_s, held_kb, scheduler_rate
from batch_watch import Figures, Watch

ROOT = Path(__file__).resolve().parent.parent
KITS = {"kit-photos": ROOT / "benchmarks" / "kit-photos", "samples": ROOT / "samples"}
STEP_PX, ACROSS = 12, 7  # copies are moved by multiples of this, so many places each way
SETTLED = 20  # photos after which memory should not grow any more
Row = dict[str, Any]


def sources() -> list[tuple[str, Path]]:
    """Photos at hand, each with the name of its kit's folder."""
    return [(name, photo) for name, folder in KITS.items() for photo in sorted(folder.glob("*/photo.jpg"))]


def write_photos(folder: Path, count: int) -> int:
    """A folder of so many photos with their kits and a session.toml; bytes of the photos."""
    import cv2

    total, tables = 0, []
    for name, source in KITS.items():
        shutil.copytree(source / "kit", folder / name / "kit")
    for number in range(count):
        kit, source = sources()[number % len(sources())]
        turn = number // len(sources())
        by = [STEP_PX * (step % ACROSS - ACROSS // 2) for step in (turn, turn // ACROSS)]
        path = folder / kit / f"IMG_{number:05}.jpg"
        total += _moved(cv2, source, by, path, 88 + turn % 6)
        tables.append(f'"foto-{number:05}" = ["{kit}/{path.name}"]\n')
    (folder / "session.toml").write_text("[tables]\n" + "".join(tables), encoding="utf-8")
    return total


def _moved(cv2: Any, source: Path, by_px: Sequence[int], path: Path, quality: int) -> int:
    """The picture moved to the right and down, what comes free filled with the pixels at its edge; its EXIF data stays."""
    from PIL import Image

    with Image.open(source) as photo:
        exif, pixels = photo.getexif(), photo.convert("RGB")
    import numpy as np

    high, wide = pixels.height, pixels.width
    move = np.array([[1.0, 0, by_px[0]], [0, 1.0, by_px[1]]])
    out = cv2.warpAffine(np.asarray(pixels), move, (wide, high), flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    Image.fromarray(out).save(path, "JPEG", quality=quality, exif=exif)
    return path.stat().st_size


def run(photos: Path, out: Path, jobs: int, more: Sequence[str] = ()) -> tuple[float, float, Watch]:
    """One `posterscan batch` on as many cores as jobs: seconds on the clock, of the processor, and what was watched."""
    command = [sys.executable, "-m", "posterscan", "batch", str(photos), "--out", str(out), "--jobs", str(jobs), *more]
    cores = sorted(os.sched_getaffinity(0))[:jobs] if hasattr(os, "sched_getaffinity") else []

    def on_cores() -> None:
        if cores:
            os.sched_setaffinity(0, cores)

    before, start = _worked_s(), time.perf_counter()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=on_cores) as process:  # noqa: PLW1509
        watch = Watch(process.pid, out)
        _, said = process.communicate()
        watch.stop()
    if process.returncode not in (0, 1):
        raise SystemExit(said)
    return time.perf_counter() - start, _worked_s() - before, watch


def _worked_s() -> float:
    """Of all processes that have ended and were waited for, those below them included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(count: int, every_jobs: Sequence[int]) -> tuple[list[Row], Measured]:
    """A batch of so many photos with each number of jobs; what the last one tells is kept."""
    with tempfile.TemporaryDirectory(prefix="posterscan-batch-") as place:
        photos = Path(place) / "photos"
        size = write_photos(photos, count)
        rows: list[Row] = []
        for jobs in every_jobs:
            out = Path(place) / f"out-{jobs}"
            wall, worked, watch = run(photos, out, jobs)
            rows.append({"jobs": jobs, "photos": count, "wall_s": wall, "worked_s": worked, "phases_s": watch.phases(),
                         "figures": watch.figures(SETTLED, count)})
        again, _, _ = run(photos, out, every_jobs[-1])
        measured = _measured(out, rows, size, count, again)
    return rows, measured


def _measured(out: Path, rows: Sequence[Row], photo_bytes: int, count: int, again_s: float) -> Measured:
    """What the extrapolation needs. A core's worth is told by what processors worked: on the clock, other programs count too."""
    first, last = rows[0], rows[-1]
    journal = min((out.with_name(f"out-{first['jobs']}") / "journal").glob("*.log"))  # names begin with the time
    figures: Figures = last["figures"]
    tables = sum(path.name != "index.json" for path in out.glob("*.json"))
    whole = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    looks = [path.stat().st_size for path in (out / ".posterscan" / "looks").glob("*.json")]
    tidy = sum((out / f"{name}.{kind}").stat().st_size for name in ("cards", "stickers") for kind in ("csv", "parquet"))
    base = from_journal(journal.read_text(encoding="utf-8"))
    further, placing = fusing_s(KITS["kit-photos"], ROOT / "benchmarks" / "series" / "closeups")
    return replace(
        base, photos=count, core_s=first["worked_s"] / count, gain=first["worked_s"] / last["worked_s"], gain_jobs=last["jobs"],
        fuse_s=further, place_s=placing, end_s=end_s(out), held_kb=held_kb(out), again_s=again_s / count,
        photo_bytes=photo_bytes / count, look_bytes=sum(looks) / max(1, len(looks)), tidy_bytes=tidy / max(1, tables),
        table_bytes=(whole - sum(looks) - tidy) / max(1, tables), main_mb=figures.end_mb,
        worker_mb=max((one.most for row in rows for one in row["figures"].workers), default=0.0))


def told(rows: Sequence[Row], m: Measured) -> str:
    """For people."""
    lines = []
    for row in rows:
        phases = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in row["phases_s"].items())
        lines += [f"{row['photos']} photos, {row['jobs']} job{'s' * (row['jobs'] > 1)}: {row['wall_s']:.0f} s "
                  f"({row['wall_s'] / row['photos']:.2f} s per photo; the processor worked {row['worked_s'] / row['photos']:.2f} s "
                  f"per photo): {phases}", row["figures"].told(), ""]
    if len(rows) > 1:
        lines += [f"{rows[-1]['jobs']} jobs are {rows[0]['wall_s'] / rows[-1]['wall_s']:.2f} times as fast as {rows[0]['jobs']}; "
                  f"by what the processors worked {m.gain * rows[-1]['jobs'] / rows[0]['jobs']:.2f} times", ""]
    stages = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in m.stages.items())
    return "\n".join([
        *lines,
        f"look {m.look_s:.2f} s, read {m.read_s:.2f} s per photo on the clock of a worker ({stages})",
        f"bringing photos together {m.fuse_s:.2f} s per photo of a table, placing a close-up without markers {m.place_s:.2f} s",
        f"the end (index.json, problems.csv, tidy tables) {1000 * m.end_s:.1f} ms per table; "
        f"a second run with nothing to do {1000 * m.again_s:.0f} ms per photo",
        f"the process in charge keeps {m.held_kb:.1f} kB per photo",
        f"bytes: a photo {m.photo_bytes / 1e6:.2f} MB, its look {m.look_bytes / 1e3:.1f} kB; a table {m.table_bytes / 1e6:.2f} MB, "
        f"its tidy rows {m.tidy_bytes / 1e3:.1f} kB"])


def _scale(options: argparse.Namespace) -> str:
    measured = Measured(**json.loads(Path(options.scale).read_text(encoding="utf-8"))) if options.scale else Measured()
    if options.journal is not None:
        log = from_journal(options.journal.read_text(encoding="utf-8"))
        measured = replace(measured, photos=log.photos, look_s=log.look_s, read_s=log.read_s, core_s=0.0,
                           worker_mb=log.worker_mb, stages=log.stages)
    changes: dict[str, Any] = {name: float(value) for name, value in (text.split("=", 1) for text in options.set)}
    return section(replace(measured, **changes))


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--json", type=Path, help="keep what was measured in this file")
    parser.add_argument("--grouping", type=int, nargs="+", metavar="PHOTOS", help="grouping alone, of so many made-up looks")
    parser.add_argument("--scheduler", action="store_true", help="tasks per second through a Dask scheduler")
    parser.add_argument("--scale", nargs="?", const="", metavar="RUN.json", help="what that makes of 100,000 photos")
    parser.add_argument("--journal", type=Path, help="with --scale: seconds from the journal of a batch")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=NUMBER", help="with --scale: other figures")
    options = parser.parse_args()
    if options.scale is not None:
        print(_scale(options))
    elif options.grouping:
        print(grouping_told(options.grouping))
    elif options.scheduler:
        print(f"{scheduler_rate():.0f} tasks per second")
    else:
        rows, measured = measure(options.photos, options.jobs)
        print(told(rows, measured))
        if options.json is not None:
            options.json.write_text(json.dumps(asdict(measured), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
