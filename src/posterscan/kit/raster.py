"""Pages of a PDF as pictures; pypdfium2 (PDFium) does the drawing."""

from __future__ import annotations

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from posterscan.kit.drawing import POINT_MM


def page_picture(pdf: bytes, number: int, px_per_mm: float) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 RGB of one page cut to its trim box, where the centre of pixel (0, 0) is half a pixel inside."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[number]
        left, low, right, high = page.get_trimbox()
        _, _, _, top = page.get_mediabox()
        bitmap = page.render(scale=px_per_mm * POINT_MM)  # pixels per point
        rgb = np.array(bitmap.to_pil().convert("RGB"), dtype=np.uint8)
    finally:
        document.close()
    x, y = (round(v * POINT_MM * px_per_mm) for v in (left, top - high))
    width, height = (round(v * POINT_MM * px_per_mm) for v in (right - left, high - low))
    return np.ascontiguousarray(rgb[y:y + height, x:x + width])
