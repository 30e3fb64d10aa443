"""How long a report takes, how much memory and how large its files are: tables of 40 cards with pictures of real size.

    .venv/bin/python benchmarks/report.py [--tables 50 500] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from report_tables import bare, drawn, evening, table

PX_PER_MM = 4  # as `scan` rectifies
PARTS = ("rows", "workbook", "slides", "page", "pdf", "charts")
WORDS = ("Buurtmoestuin", "Repair café", "Samen koken op dinsdag", "De bus naar het dorp", "Klusgroep voor ouderen")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, nargs="+", default=[50, 500])
    parser.add_argument("--keep", type=Path, help="make the results here, and leave them")
    arguments = parser.parse_args()
    for count in arguments.tables:
        with tempfile.TemporaryDirectory(prefix="posterscan-report-") as temporary:
            folder = (arguments.keep or Path(temporary)) / str(count)
            make(folder, count)
            print(f"\n{count} tables of 40 cards, {psutil.cpu_count()} cores")
            for part in PARTS:
                show(part, *measure(folder, Path(temporary) / "one", "--only", part))
            out = Path(temporary) / "report"
            show("all together (60 s, 1000 MB)", *measure(folder, out))
            for name in sorted(out.glob("report.*")):
                print(f"  {name.name:32} {name.stat().st_size / 1e6:8.1f} MB")


def make(folder: Path, count: int) -> None:
    """Results that differ, all with the same pictures: those of one table, with a camera's noise."""
    if folder.exists():
        return
    tables = [table(n, cards=30, own=[WORDS[n % 5], WORDS[n % 3]], session={"place": f"Gemeente {n % 8}", "name": "Avond"})
              for n in range(1, count + 1)]
    bare(folder, tables)
    noise = np.random.default_rng(1).normal(0, 6, (594 * PX_PER_MM, 841 * PX_PER_MM, 1))
    photo = Image.fromarray(np.clip(np.asarray(drawn(tables[0], PX_PER_MM)) + noise, 0, 255).astype(np.uint8))
    first = evening(folder.with_name("one-table"), tables[:1], picture=lambda _: photo) / "tafel-1"
    for n in range(1, count + 1):
        shutil.copytree(first, folder / f"tafel-{n}", copy_function=os.link)


def measure(folder: Path, out: Path, *options: str) -> tuple[float, float]:
    """Seconds, and the most memory in MB that the command used, start of the program included."""
    program = str(Path(sys.executable).with_name("posterscan"))
    command = [program, "report", str(folder), "--out", str(out), "--by", "place", *options]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    most = 0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            most = max(most, watched.memory_info().rss)
        except psutil.Error:
            break
        time.sleep(0.02)
    if process.wait() != 0:
        raise SystemExit(process.stderr.read() if process.stderr else "the report failed")
    return time.perf_counter() - start, most / 1e6


def show(name: str, seconds: float, megabytes: float) -> None:
    print(f"  {name:32} {seconds:8.1f} s {megabytes:8.0f} MB")


if __name__ == "__main__":
    main()
