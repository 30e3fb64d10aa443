"""Scans every photo with truth, compares, prints the tables and writes docs/accuracy.md.

    python benchmarks/accuracy.py       # ../shared/photos where it is there, else samples/; and benchmarks/kit-photos
    python benchmarks/accuracy.py --photos DIR --kit DIR [--photos DIR --kit DIR ...]
    python benchmarks/accuracy.py --only hard-021                   # some photos: printed, not written

Results and a picture per photo go to out/accuracy/. Each photo has a process of its own, so that its peak memory is its
own; two run at a time, each on one thread.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from one_photo import photo_in, scan_and_write

from posterscan.evaluate import Summary, run_evaluation, to_markdown, to_text
from posterscan.scores.matching import MATCH_IOU
from posterscan.scores.scoring import SPEAKS_WITHIN_MM
from posterscan.shipped import kit_of

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class PhotoSet:
    """Folders with a photo and its truth, and the kit that they show; kit None: found beside each photo."""

    photos: Path
    kit: Path | None

    def folders(self, only: list[str]) -> list[Path]:
        """Those asked for."""
        found = sorted(path.parent for path in self.photos.glob("*/truth.json"))
        return [f for f in found if not only or any(f.name.startswith(part) for part in only)]


def default_photos() -> list[Path]:
    """The photos beside the checkout, else the samples that come along, of a poster of another make; and those of our own kit."""
    beside = ROOT.parent / "shared" / "photos"
    return [beside if any(beside.glob("*/truth.json")) else ROOT / "samples", ROOT / "benchmarks" / "kit-photos"]


def scan_all(one: PhotoSet, only: list[str], out: Path, workers: int) -> None:
    """Results of one set into a folder that is emptied first; every failure is named."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn, max_tasks_per_child=1) as pool:
        jobs = {}
        for folder in one.folders(only):
            photo = photo_in(folder)
            kit = one.kit or kit_of(photo)
            if kit is None:
                print(f"{folder.name}: no layout.json with it; give --kit", file=sys.stderr)
                continue
            jobs[pool.submit(scan_and_write, photo, kit, out, folder.name)] = folder.name
        for number, job in enumerate(as_completed(jobs), 1):
            print(f"{number}/{len(jobs)} {jobs[job]} {job.result()}".rstrip(), file=sys.stderr, flush=True)


def document(summaries: list[tuple[str, Summary]], command: str) -> str:
    """docs/accuracy.md."""
    parts = [
        "# Accuracy\n",
        f"Printed by `{command}`, which scans the photos, compares with their truth and writes this file; "
        "don't edit it by hand.\n",
        "n is the number of cases that a figure rests on; in brackets the 95 % Wilson interval of a share (%). "
        "`posterscan evaluate DIR TRUTH` prints the same tables for any results. Each measure is explained in a line "
        "at the end of each part.\n",
        "A **silent error** is a wrong value (a card made up, its zone, side, kind, identity, its text beyond case and "
        "spaces, its number of stickers) on a card without any reason code, or a card missed while no check of the "
        f"result names a place within {SPEAKS_WITHIN_MM:.0f} mm of it. Cards are matched by where they lie alone "
        f"(IoU ≥ {MATCH_IOU}), never by what they say.\n",
    ]
    for name, summary in summaries:
        scores = summary.scores
        cards = sum(len(s.truth.cards) for s in scores)
        findable = sum(c.findable for s in scores for c in s.truth.cards)
        parts += [
            f"## `{name}`: {len(scores)} photos, {cards} cards, {findable} of which at least 80 % can be seen\n",
            to_markdown(summary, "en", level=3),
        ]
    return "\n".join(parts)


def main() -> int:
    """Scans, evaluates, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, action="append", help="folder of photo folders with truth.json")
    parser.add_argument("--kit", type=Path, action="append", help="folder of layout.json, one per --photos")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="photos whose name begins so")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "accuracy")
    parser.add_argument("--write", type=Path, help="the document; default docs/accuracy.md for all of the usual photos")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--again", action="store_true", help="compare the results that are there, without scanning")
    options = parser.parse_args()
    sets = [PhotoSet(p, k) for p, k in zip_longest(options.photos or default_photos(), options.kit or [])]
    write = options.write or (None if options.only or options.photos else ROOT / "docs" / "accuracy.md")
    summaries = []
    for number, one in enumerate(sets):
        name = one.photos.resolve().name
        here = options.out / (name if len(sets) == 1 else f"{number + 1}-{name}")
        if not one.folders(options.only):
            parser.error(f"no photo with a truth.json in {one.photos}")
        if not options.again:
            scan_all(one, options.only, here / "results", options.workers)
        truths = [folder / "truth.json" for folder in one.folders(options.only)]
        summary = run_evaluation(here / "results", truths, here / "pictures", unscanned_count=True)
        summaries.append((name, summary))
        print(to_text(summary))
        print(f"pictures: {here / 'pictures'}", file=sys.stderr)
    if write is not None:
        write.parent.mkdir(parents=True, exist_ok=True)
        arguments = [a for a in sys.argv[1:] if a != "--again"]
        write.write_text(document(summaries, "make accuracy" if not arguments else "benchmarks/accuracy.py"), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
