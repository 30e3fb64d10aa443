"""Tesseract through pytesseract: many pictures in one process, by a file that lists them."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from posterscan.ocr.readings import CardReading, Line
from posterscan.sheet import Image


@dataclass(frozen=True, eq=False)
class TesseractParams:
    """How pictures are brought to Tesseract."""

    language: str = "nld"
    line_height_px: int = 80  # pictures up to this high are read as single lines (--psm 7), others as blocks (--psm 6)
    scale: float = 1.0  # so that crops come to about 300 dpi (11.8 px/mm)
    rim_px: int = 12  # white rim: letters that touch the edge of the picture are lost
    timeout_s: float = 60.0  # for one call; a photo's cards take a few seconds


def tesseract_version() -> str | None:
    """Version of the installed program; None where it is missing."""
    import pytesseract

    try:
        return str(pytesseract.get_tesseract_version())
    except (pytesseract.TesseractNotFoundError, OSError):
        return None


def tesseract_languages() -> list[str]:
    """Installed language packs; empty where the program is missing."""
    import pytesseract

    try:
        return [str(name) for name in pytesseract.get_languages(config="")]
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError, OSError):
        return []


def levelled(rgb: Image, rim_px: int, scale: float) -> Image:
    """(h, w) grey on white: the paper's own brightness divided out, so that shade and tint are no writing."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY) if rgb.ndim == 3 else rgb
    if scale != 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    side = max(3, round(min(grey.shape) * 0.3)) | 1  # wider than a stroke, narrower than a shadow
    paper = cv2.medianBlur(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)), 5)
    flat = np.clip(grey.astype(np.float32) / np.maximum(paper, 1) * 255, 0, 255).astype(np.uint8)
    return np.asarray(np.pad(flat, rim_px, constant_values=255), dtype=np.uint8)


class TesseractReader:
    """Reads whole cards or strips. Raises FileNotFoundError where the program or its language is not installed."""

    name = "tesseract"

    def __init__(self, params: TesseractParams | None = None) -> None:
        self.params = params or TesseractParams()
        if self.params.language not in tesseract_languages():
            raise FileNotFoundError(f"tesseract with language {self.params.language}")

    def read(self, crops: Sequence[Image]) -> list[CardReading]:
        """See `Reader`. One process for all crops."""
        import pytesseract

        if not crops:
            return []
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # its threads wait for each other on pictures this small
        p = self.params
        mode = 7 if max(crop.shape[0] for crop in crops) <= p.line_height_px else 6
        with tempfile.TemporaryDirectory(prefix="posterscan-") as folder:
            names = []
            for i, crop in enumerate(crops):
                path = Path(folder) / f"{i:04d}.pgm"  # uncompressed: written and read fastest
                cv2.imwrite(str(path), levelled(crop, p.rim_px, p.scale))
                names.append(str(path))
            listing = Path(folder) / "pictures.txt"
            listing.write_text("\n".join(names) + "\n", encoding="utf-8")
            table: dict[str, list[Any]] = pytesseract.image_to_data(
                str(listing), lang=p.language, config=f"--psm {mode} --dpi 300", timeout=p.timeout_s,
                output_type=pytesseract.Output.DICT)
        return [CardReading(self.name, lines) for lines in self._lines(table, len(crops))]

    def _lines(self, table: dict[str, list[Any]], count: int) -> list[tuple[Line, ...]]:
        """Words of the table grouped by picture and line."""
        words: dict[tuple[int, int, int, int], list[int]] = {}
        for row, (text, confidence) in enumerate(zip(table["text"], table["conf"], strict=True)):
            if float(confidence) >= 0 and re.search(r"\w", str(text)):
                key = tuple(int(table[k][row]) for k in ("page_num", "block_num", "par_num", "line_num"))
                words.setdefault((key[0], key[1], key[2], key[3]), []).append(row)
        lines: list[list[Line]] = [[] for _ in range(count)]
        for (page, *_), rows in sorted(words.items()):
            lines[page - 1].append(self._line(table, rows))
        return [tuple(part) for part in lines]

    def _line(self, table: dict[str, list[Any]], rows: Sequence[int]) -> Line:
        boxes = np.array([[table[k][r] for k in ("left", "top", "width", "height")] for r in rows], dtype=np.float64)
        low, high = boxes[:, :2].min(axis=0), (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
        box = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
        text = " ".join(str(table["text"][r]) for r in rows)
        confidence = float(np.mean([float(table["conf"][r]) for r in rows])) / 100
        return Line(text, confidence, (box - self.params.rim_px) / self.params.scale)
