"""Compares the readers: character errors on print and handwriting, and seconds, on cards cut from photos with truth.

    python benchmarks/readers.py [../shared/photos] [--lines ../shared/handwriting] [--every N]

CER counts every character, (ci) ignores case. Crops are cut with the truth's own outlines, so that only reading is
compared. Seconds are of one core: set OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image as Pictures
from rapidfuzz.distance import Levenshtein

from posterscan.ocr.crops import cut_card
from posterscan.ocr.rapid import RapidReader
from posterscan.ocr.readings import CardReading
from posterscan.ocr.second import second_opinions
from posterscan.ocr.tesseract import TesseractReader
from posterscan.photo import load_photo
from posterscan.sheet import Image, Lens, SheetMap

FINDABLE = 0.8  # share of a card that must be seen, as in the accuracy table


@dataclass(frozen=True, eq=False)
class Sample:
    """A crop with its text; group: what it is reported under."""

    crop: Image
    text: str
    group: str


def cards_of(folder: Path) -> list[Sample]:
    """All readable fronts of one photo."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    rgb = load_photo(folder / "photo.jpg").rgb
    out = []
    for card in truth["cards"]:
        if card["side"] != "front" or card["visible_fraction"] < FINDABLE:
            continue
        flat, _ = cv2.findHomography(np.array(card["outline_mm"]), np.array(card["outline_px"]), 0)
        sheet = SheetMap(np.asarray(flat, np.float64), Lens(3000.0, (rgb.shape[1] / 2, rgb.shape[0] / 2)))
        kind = "handwritten" if card["handwritten"] else "printed"
        group = f"{truth['difficulty']} {kind}" + (" under stickers" if card["stickers"]["count"] else "")
        out.append(Sample(cut_card(rgb, sheet, card["polygon_mm"]), card["text"], group))
    return out


def lines_of(folder: Path, every: int) -> list[Sample]:
    """Handwritten lines and blocks laid on a card of 85 x 55 mm, at a photo's 4 px/mm, blur and noise."""
    index: list[dict[str, Any]] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    rng = np.random.default_rng(0)
    out = []
    for entry in index[::every]:
        ink = np.asarray(Pictures.open(folder / entry["file"]).convert("RGBA"), dtype=np.float32)
        fit = min(1.0, 960 / ink.shape[1], 600 / ink.shape[0])
        ink = np.asarray(cv2.resize(ink, None, fx=fit, fy=fit, interpolation=cv2.INTER_AREA), np.float32)
        paper = rng.uniform(170, 240)
        page = np.full((660, 1020, 3), paper, np.float32)
        part = page[20:20 + ink.shape[0], 20:20 + ink.shape[1]]
        alpha = ink[:, :, 3:] / 255
        part[:] = part * (1 - alpha) + (ink[:, :, :3] * paper / 255 * 0.9 + 20) * alpha
        small = cv2.resize(page, (340, 220), interpolation=cv2.INTER_AREA)
        photo = cv2.GaussianBlur(small, (0, 0), rng.uniform(.3, .8))
        photo = np.clip(photo + rng.normal(0, rng.uniform(1, 4), photo.shape), 0, 255).astype(np.uint8)
        crop = np.asarray(cv2.resize(photo, (510, 330), interpolation=cv2.INTER_CUBIC), np.uint8)
        out.append(Sample(crop, entry["text"].replace("\n", " "), f"{entry['file'].split('/')[0]} (loose)"))
    return out


def error_rate(pairs: Sequence[tuple[str, str]]) -> float:
    return sum(Levenshtein.distance(a, b) for a, b in pairs) / max(1, sum(len(b) for _, b in pairs))


def ways() -> dict[str, Callable[[Sequence[Image]], list[str]]]:
    """Name of a way of reading -> texts of crops."""
    rapid, tesseract = RapidReader(), TesseractReader()

    def texts(readings: Sequence[CardReading]) -> list[str]:
        return [reading.text for reading in readings]

    return {"rapidocr + Dutch": lambda crops: texts(rapid.read(crops)),
            "rapidocr as read": lambda crops: [reading.raw for reading in rapid.read(crops)],
            "tesseract on its lines": lambda crops: texts(second_opinions(tesseract, crops, rapid.read(crops))),
            "tesseract, whole cards": lambda crops: texts(tesseract.read(crops))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path, nargs="?", default=Path("../shared/photos"))
    parser.add_argument("--lines", type=Path, help="folder of loose handwritten lines with index.json")
    parser.add_argument("--every", type=int, default=5, help="of the loose lines, every Nth")
    args = parser.parse_args()
    samples = [s for truth in sorted(args.photos.glob("*/truth.json")) for s in cards_of(truth.parent)]
    if args.lines is not None:
        samples += lines_of(args.lines, args.every)
    groups = sorted({s.group for s in samples})
    print(f"{'reader':<24}{'group':<32}{'cards':>6}{'CER':>8}{'(ci)':>8}{'s/card':>8}")
    for name, read in ways().items():
        for group in groups:
            part = [s for s in samples if s.group == group]
            start = time.perf_counter()
            pairs = list(zip(read([s.crop for s in part]), (s.text for s in part), strict=True))
            seconds = (time.perf_counter() - start) / len(part)
            lower = [(a.lower(), b.lower()) for a, b in pairs]
            print(f"{name:<24}{group:<32}{len(part):>6}{error_rate(pairs):>8.1%}{error_rate(lower):>8.1%}{seconds:>8.3f}",
                  flush=True)


if __name__ == "__main__":
    main()
