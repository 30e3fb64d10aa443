"""Seconds and memory of a scan on one core: stage by stage, against the naive way, and as cards and pixels grow.

    python benchmarks/speed.py                       # a photo with about 30 cards from ../shared/photos, else samples/
    python benchmarks/speed.py --photo PHOTO --kit DIR [--repeat 5] [--json]
    python benchmarks/speed.py --quick               # without the growth with cards and pixels

Every measurement runs in a process of its own on one core, which the Tesseract processes that it starts share. The
naive way is what a first script would do: the same crops, one Tesseract process per card. Beside the seconds on the
clock stand those that the processor worked for it, which other programs on the machine hardly change.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_THREAD_LIMIT"):
    os.environ.setdefault(name, "1")  # before numpy, OpenCV and Tesseract are there

ROOT = Path(__file__).resolve().parent.parent
CARDS, MEGAPIXELS = 30, 12  # what the targets below are for
TARGET_S, TARGET_CODED_S, TARGET_MB = 3.0, 1.2, 700.0
SIZES_MP = (6, 12, 24, 48)
DRAWN_CARDS = (8, 16, 32, 48)
Row = dict[str, Any]


# --- in the child process -----------------------------------------------------------------------------------------


def measure(photo: Path, kit: Path, repeat: int, naive: bool) -> Row:
    """Scans one photo: the first time with everything that has to be opened, then `repeat` times."""
    begin = time.perf_counter()
    import cv2

    from posterscan.catalogue import open_catalogue
    from posterscan.layout import open_layout
    from posterscan.outcome import ScanOptions
    from posterscan.photo import load_photo
    from posterscan.pipeline import scan_photo

    cv2.setNumThreads(1)
    layout, catalogue = open_layout(kit / "layout.json"), open_catalogue(kit / "catalogue.json")
    opened = time.perf_counter() - begin
    runs: list[dict[str, float]] = []
    children = ChildMemory()
    for _ in range(1 + repeat):
        start, worked = time.perf_counter(), _worked_s()
        loaded = load_photo(photo)
        decoded = time.perf_counter() - start
        outcome = scan_photo(loaded, layout, catalogue, ScanOptions(photo.parent.name, "en"))
        told = (outcome.result.model_extra or {}).get("timing") or {}
        total = time.perf_counter() - start
        runs.append({"decode": decoded, **told, "rest": total - decoded - sum(told.values()), "total": total,
                     "processor": _worked_s() - worked})
    again = runs[1:] or runs
    cards = outcome.result.cards
    return {
        "photo": photo.parent.name, "megapixels": round(loaded.size_px[0] * loaded.size_px[1] / 1e6, 1),
        "cards": len(cards), "coded": sum(c.text.source == "code" for c in cards),
        "opening_s": opened, "first_s": runs[0]["total"],
        "stages_s": {k: statistics.median(r.get(k, 0.0) for r in again) for k in again[0]},
        "spread_s": [min(r["total"] for r in again), max(r["total"] for r in again)],
        "peak_mb": _peak_mb(), "peak_of_a_tesseract_mb": children.stop(),
        "naive_s": _naive_s(list(outcome.crops.values())) if naive else None}


def _worked_s() -> float:
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


class ChildMemory:
    """The most that one child process held, looked up every hundredth of a second. ru_maxrss of children won't do: a
    child counts its parent's memory at the moment of its start as its own."""

    def __init__(self) -> None:
        self.most_mb, self._going = 0.0, True
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._going = False
        self._thread.join()
        return self.most_mb

    def _watch(self) -> None:
        while self._going:
            for listed in Path("/proc/self/task").glob("*/children"):
                for child in _text(listed).split():
                    status = _text(Path("/proc") / child / "status")
                    if "Name:\ttesseract" in status and "VmHWM:" in status:  # before that it is still its parent
                        self.most_mb = max(self.most_mb, int(status.split("VmHWM:")[1].split()[0]) / 1024)
            time.sleep(0.01)


def _text(path: Path) -> str:
    """Of a file that may go while it is read."""
    try:
        return path.read_text()
    except OSError:
        return ""


def _naive_s(crops: Sequence[Any]) -> float | None:
    """One Tesseract process per crop; None where it isn't installed."""
    import pytesseract

    start = time.perf_counter()
    try:
        for crop in crops:
            pytesseract.image_to_string(crop, lang="nld", config="--psm 6")
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError):
        return None
    return time.perf_counter() - start


# --- in the parent ------------------------------------------------------------------------------------------------


def in_child(photo: Path, kit: Path, repeat: int, naive: bool = False) -> Row:
    """`measure` in a fresh process on one core; its peak memory is then its own."""
    what = [str(photo), str(kit), str(repeat), str(naive)]
    command = [sys.executable, str(Path(__file__).resolve()), "--measure", *what]
    core = max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None

    def on_one_core() -> None:
        if core is not None:
            os.sched_setaffinity(0, {core})

    done = subprocess.run(command, stdout=subprocess.PIPE, preexec_fn=on_one_core, check=False)
    if done.returncode:
        raise SystemExit(f"{photo}: could not be scanned (see above)")
    row: Row = json.loads(done.stdout)
    return row


def known_photos() -> list[tuple[Path, Path, int]]:
    """Photo, kit and number of cards of every photo with truth at hand, by number of cards."""
    from posterscan.shipped import kit_of

    beside = ROOT.parent / "shared" / "photos"
    folder = beside if any(beside.glob("*/truth.json")) else ROOT / "samples"
    found = []
    for truth in folder.glob("*/truth.json"):
        data = json.loads(truth.read_text(encoding="utf-8"))
        photo = truth.parent / data["photo"]
        kit = kit_of(photo)
        if kit is not None and photo.is_file():
            found.append((photo, kit, len(data["cards"])))
    return sorted(found, key=lambda row: (row[2], row[0]))


def resized(photo: Path, megapixels: float, folder: Path) -> Path:
    """The same photo with more or fewer pixels, as a phone would store it."""
    import cv2

    from posterscan.photo import load_photo

    rgb = load_photo(photo).rgb
    scale = (megapixels * 1e6 / (rgb.shape[0] * rgb.shape[1])) ** 0.5
    size = (round(rgb.shape[1] * scale), round(rgb.shape[0] * scale))
    out = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    path = folder / f"{megapixels}mp" / "photo.jpg"
    path.parent.mkdir()
    cv2.imwrite(str(path), cv2.cvtColor(out, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 92])
    return path


def growth(rows: Sequence[Row], by: str) -> float:
    """The exponent b of seconds ~ by**b, fitted over the rows: at most 1 where time grows no faster than `by`."""
    import numpy as np

    x, y = (np.log([f(row) for row in rows]) for f in (lambda r: r[by], lambda r: r["stages_s"]["processor"]))
    return float(np.polyfit(x, y, 1)[0])


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Aligned plain text."""
    widths = [max(len(row[k]) for row in [head, *rows]) for k in range(len(head))]
    return "\n".join("  ".join(c.ljust(w) if k == 0 else c.rjust(w) for k, (c, w) in
                               enumerate(zip(row, widths, strict=True))) for row in [head, *rows])


def told(main: Row) -> str:
    """The main measurement for people."""
    stages = {k: v for k, v in main["stages_s"].items() if k not in ("total", "processor")}
    total, memory = main["stages_s"]["total"], main["peak_mb"]
    rows = [[k, f"{v:.2f}", f"{100 * v / total:.0f} %"] for k, v in stages.items()]
    rows.append(["all in", f"{total:.2f}", ""])
    coded = main["cards"] > 0 and main["coded"] == main["cards"]
    target = TARGET_CODED_S if coded else TARGET_S
    lines = [
        f"{main['photo']}: {main['megapixels']} MP, {main['cards']} cards, {main['coded']} of them by code; one core, "
        "median",
        "", table(["stage", "s", ""], rows), "",
        f"all in {total:.2f} s ({main['spread_s'][0]:.2f} to {main['spread_s'][1]:.2f}); "
        f"target {target} s for {CARDS} cards: {'reached' if total <= target else 'NOT REACHED'}",
        f"of which the processor worked {main['stages_s']['processor']:.2f} s for it; the difference is waiting, also "
        "for other programs",
        f"the first photo {main['first_s']:.2f} s, and {main['opening_s']:.2f} s to load the program",
        f"peak memory {memory:.0f} MB (a Tesseract process beside it {main['peak_of_a_tesseract_mb']:.0f} MB); target "
        f"{TARGET_MB:.0f} MB: {'reached' if memory + main['peak_of_a_tesseract_mb'] <= TARGET_MB else 'NOT REACHED'}"]
    if main["naive_s"] is not None:
        text = stages.get("text", 0.0)
        lines.append(f"reading alone: {text:.2f} s; the naive way, one Tesseract process per card: "
                     f"{main['naive_s']:.2f} s ({main['naive_s'] / max(text, 1e-9):.1f} times as long)")
    else:
        lines.append("the naive way: not measured, Tesseract with nld is not installed")
    return "\n".join(lines)


def grown(title: str, rows: Sequence[Row], by: str, word: Callable[[Row], str]) -> str:
    """How time grows, for people."""
    if len(rows) < 2:
        return f"{title}: not measured, too few photos"
    body = table([by, "cards", "s", "s of the processor", "peak MB"],
                 [[word(r), str(r["cards"]), f"{r['stages_s']['total']:.2f}", f"{r['stages_s']['processor']:.2f}",
                   f"{r['peak_mb']:.0f}"] for r in rows])
    b = growth(rows, by)
    return f"{title}: seconds grow as {by}^{b:.2f}; target at most 1: {'reached' if b <= 1 else 'NOT REACHED'}\n{body}"


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photo", type=Path)
    parser.add_argument("--kit", type=Path, help="folder of layout.json and catalogue.json; default: beside the photo")
    parser.add_argument("--repeat", type=int, default=3, help="scans after the first, of which the median is told")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        photo, kit, repeat, naive = options.measure
        print(json.dumps(measure(Path(photo), Path(kit), int(repeat), naive == "True")))
        return 0
    from posterscan.shipped import kit_of

    known = known_photos()
    if options.photo is None and not known:
        parser.error("no photo with a truth.json in ../shared/photos or samples/; give --photo and --kit")
    photo = options.photo or min(known, key=lambda row: abs(row[2] - CARDS))[0]
    kit = options.kit or kit_of(photo)
    if kit is None:
        parser.error(f"no layout.json beside {photo}; give --kit")
    rows = [in_child(photo, kit, max(1, options.repeat), naive=True)]
    if (kit / "cards").is_dir():
        rows.append(drawn_row(kit, max(1, options.repeat), CARDS, coded=True))
    by_cards, by_pixels = ([], []) if options.quick else series(photo, kit, known)
    if options.json:
        print(json.dumps({"main": rows, "cards": by_cards, "pixels": by_pixels}, indent=1))
        return 0
    print("\n\n".join(told(row) for row in rows))
    if not options.quick:
        print("\n" + grown("more cards", by_cards, "cards", lambda r: r["photo"]))
        print("\n" + grown("more pixels, the same picture", by_pixels, "megapixels", lambda r: f"{r['megapixels']} MP"))
    return 0


def drawn_row(kit: Path, repeat: int, cards: int, coded: bool) -> Row:
    """A drawn photo of the kit with so many cards."""
    from drawn_photo import write_drawn

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"drawn, {cards} cards{' with codes' if coded else ''}" / "photo.jpg"
        return in_child(write_drawn(kit, path, cards, MEGAPIXELS, coded), kit, repeat, naive=coded)


def series(photo: Path, kit: Path, known: Sequence[tuple[Path, Path, int]]) -> tuple[list[Row], list[Row]]:
    """Ever more cards (drawn where the kit has their pictures, else photos at hand); one photo, ever more pixels."""
    if (kit / "cards").is_dir():
        by_cards = [drawn_row(kit, 1, cards, coded=False) for cards in DRAWN_CARDS]
    else:
        places = sorted({round(k * (len(known) - 1) / 4) for k in range(5)}) if known else []
        by_cards = [in_child(known[k][0], known[k][1], 1) for k in places]
    with tempfile.TemporaryDirectory() as folder:
        by_pixels = [in_child(resized(photo, size, Path(folder)), kit, 1) for size in SIZES_MP]
    return [row for row in by_cards if row["cards"]], by_pixels


if __name__ == "__main__":
    sys.exit(main())
