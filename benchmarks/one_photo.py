"""One photo scanned in this process, on one thread, with its seconds and memory in the result, for the benchmarks."""

# ruff: noqa: E402  (the number of threads is set before the libraries that read it)

from __future__ import annotations

import json
import os
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_THREAD_LIMIT"):
    os.environ.setdefault(name, "1")  # before numpy, OpenCV and Tesseract are there

import cv2

from posterscan.catalogue import open_catalogue
from posterscan.files import write_table
from posterscan.layout import open_layout
from posterscan.messages import Language
from posterscan.outcome import ScanOptions, ScanOutcome
from posterscan.photo import load_photo
from posterscan.pipeline import scan_photo
from posterscan.records import TableResult


def photo_in(folder: Path) -> Path:
    """The photo that a folder's truth is about."""
    named = json.loads((folder / "truth.json").read_text(encoding="utf-8")).get("photo", "photo.jpg")
    return folder / str(named)


def peak_memory_mb() -> float:
    """Of this process so far; a Tesseract process beside it (benchmarks/speed.py tells) holds some tens of MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def scan(photo: Path, kit: Path, table: str, language: Language = "en") -> tuple[ScanOutcome, dict[str, float]]:
    """The outcome, and seconds per stage with `decode` before the pipeline's own."""
    cv2.setNumThreads(1)
    layout, catalogue = open_layout(kit / "layout.json"), open_catalogue(kit / "catalogue.json")
    start = time.perf_counter()
    loaded = load_photo(photo)
    decode = time.perf_counter() - start
    outcome = scan_photo(loaded, layout, catalogue, ScanOptions(table, language))
    told = (outcome.result.model_extra or {}).get("timing") or {}
    return outcome, {"decode": round(decode, 3), **told}


def scan_and_write(photo: Path, kit: Path, out: Path, table: str) -> str:
    """Writes the table's files; gives the reason where nothing could be read, else an empty text."""
    try:
        outcome, seconds = scan(photo, kit, table)
    except Exception as why:  # the other photos go on, and the table of accuracy names this one
        return f"{type(why).__name__}: {why}"
    kept = outcome.result.model_dump(by_alias=True)
    kept |= {"timing": seconds, "peak_memory_mb": round(peak_memory_mb(), 1)}
    write_table(out, table, replace(outcome, result=TableResult.model_validate(kept), crops={}))
    return ""
