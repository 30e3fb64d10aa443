"""Pages of a PDF as pictures; pypdfium2 (PDFium) does the drawing."""

from __future__ import annotations

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from posterscan.kit.drawing import POINT_MM


def page_picture(pdf: bytes, number: int, px_per_mm: float) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 RGB of one page cut to its trim box, whose top-left corner is that of pixel (0, 0)."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[number]
        trim = page.get_trimbox()
        page.set_mediabox(*trim)  # cutting the picture afterwards would move it by a part of a pixel
        page.set_cropbox(*trim)
        # pixels per point; sizes are rounded up, and 841 mm is a hair more in a PDF's single-precision points
        bitmap = page.render(scale=px_per_mm * POINT_MM * (1 - 1e-6))
        return np.array(bitmap.to_pil().convert("RGB"), dtype=np.uint8)
    finally:
        document.close()


def page_size_mm(pdf: bytes, number: int) -> tuple[float, float]:
    """Width and height of a page within its trim box."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        left, low, right, high = document[number].get_trimbox()
        return (right - left) * POINT_MM, (high - low) * POINT_MM
    finally:
        document.close()


def page_count(pdf: bytes) -> int:
    """How many pages there are."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def page_turned(pdf: bytes, number: int) -> bool:
    """Whether a page is shown on its side of how its boxes are given."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return bool(document[number].get_rotation() % 180 == 90)
    finally:
        document.close()
