"""`zones.html`: the poster, its zones and the page's own script and style in one file that opens by a double click."""

from __future__ import annotations

import base64
import html
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posterscan import __version__
from posterscan.kit import palette
from posterscan.messages import Language, Message
from posterscan.one_file_page import filled, in_html
from posterscan.zones_page.source import Source

PAGE = "zones.html"
PX_PER_MM, MOST_PX = 4.0, 4_096  # of the picture in the page: an A1 is 3364 × 2376, about 1 MB; phones decode no more than 16 MP
JPEG_QUALITY = 88
BORROWED = {"posterscan.review": ("15-dom.js", "20-geometry.js", "60-view.js", "style.css")}


def make_page(source: Source, language: Language) -> bytes:
    """The page as a file."""
    data = {"language": language, "software": __version__, "key": source.key, "layout": source.layout,
            "picture": _picture(source.rgb, source.layout["size_mm"]) if source.rgb is not None else None,
            "colours": {"sphere": list(zip(palette.SPHERE_LINES, palette.SPHERE_NAMES, strict=True)),
                        "outside": [palette.SOFT_INK, palette.INK], "ladder": [palette.YES, palette.YES]}}
    title = Message("Vakken op de poster", "Zones on the poster").to(language)
    return filled("posterscan.zones_page", {"lang": language, "title": html.escape(title), "data": in_html(data)},
                  borrowed=BORROWED).encode("utf-8")


def _picture(rgb: NDArray[np.uint8], size_mm: list[float]) -> dict[str, Any]:
    """As a JPEG, no finer than it can be seen."""
    import cv2
    from PIL import Image

    height, width = rgb.shape[:2]
    least = min(1.0, PX_PER_MM * max(size_mm) / max(width, height), MOST_PX / max(width, height))
    if least < 1:
        size = (max(1, round(width * least)), max(1, round(height * least)))
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=JPEG_QUALITY, subsampling=0, optimize=True)
    return {"src": "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode("ascii")}
