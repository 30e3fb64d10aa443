"""Pictures for a report in one file: cards and sheets, as small as it asks for; nothing of the photo's own data goes along."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.report.gather import Gathered

PICTURES_MB = 9.0  # as they stand in the file; with fonts, charts and words the whole stays below 15 MB, which mail still takes
CROP_WIDTHS = (360, 280, 220, 180, 150)  # px; at 150, printed words of a card can still be read
SHEET_WIDTHS = (1600, 1200, 960, 800, 640)
_QUALITY = 60
_TRIED_CROPS, _TRIED_SHEETS = 24, 6  # pictures, spread over all tables, from which the size of all is guessed
_WEBP = "data:image/webp;base64,"
_IN_BASE64 = 4 / 3


@dataclass(frozen=True)
class Pictures:
    """What an img element takes, by the names in the rows (`crop`, `picture`); missing where there is no such picture.

    place: `inside` the page, or `beside` it in the folders of the tables.
    """

    place: Literal["inside", "beside"]
    crops: Mapping[str, str] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)


def pictures(gathered: Gathered, link: Callable[[str], str], *, most_mb: float = PICTURES_MB) -> Pictures:
    """All pictures of cards and sheets; `link` gives the address of one that stays beside the page."""
    crops = [row.crop for row in gathered.cards]
    sheets = [table.picture for table in gathered.tables]
    widths = _fitting(gathered.base, crops, sheets, most_mb)
    if widths is None:
        there = [name for name in (*crops, *sheets) if (gathered.base / name).is_file()]
        return Pictures("beside", {name: link(name) for name in there}, {name: link(name) for name in there})
    return Pictures("inside", _inside(gathered.base, crops, widths[0]), _inside(gathered.base, sheets, widths[1]))


def jpeg(path: Path, width: int, quality: int = 70) -> bytes | None:
    """A picture as JPEG of at most this width; None where there is none that can be read."""
    rgb = _small(path, width)
    return None if rgb is None else _encoded(rgb, ".jpg", [cv2.IMWRITE_JPEG_QUALITY, quality])


def _fitting(base: Path, crops: Sequence[str], sheets: Sequence[str], most_mb: float) -> tuple[int, int] | None:
    """The largest widths of crops and sheets with which all fit; None where not even the smallest do."""
    def fit(crop: int, sheet: int) -> bool:
        guessed = _guessed(base, crops, crop, _TRIED_CROPS) + _guessed(base, sheets, sheet, _TRIED_SHEETS)
        return guessed * _IN_BASE64 <= most_mb * 1e6

    smallest = (CROP_WIDTHS[-1], SHEET_WIDTHS[-1])
    if not fit(*smallest):
        return None
    return next((widths for widths in zip(CROP_WIDTHS, SHEET_WIDTHS, strict=True) if fit(*widths)), smallest)


def _guessed(base: Path, names: Sequence[str], width: int, most: int) -> float:
    """Bytes of all pictures, from some of them."""
    tried = names[::max(1, len(names) // most)]
    sizes = [len(content) if (content := _webp(base / name, width)) is not None else 0 for name in tried]
    return float(np.mean(sizes)) * len(names) if sizes else 0.0


def _inside(base: Path, names: Sequence[str], width: int) -> dict[str, str]:
    with ThreadPoolExecutor() as pool:  # OpenCV lets go of the interpreter while it works
        made = zip(names, pool.map(lambda name: _webp(base / name, width), names), strict=True)
        return {name: _WEBP + base64.b64encode(content).decode("ascii") for name, content in made if content is not None}


def _webp(path: Path, width: int) -> bytes | None:
    rgb = _small(path, width)
    return None if rgb is None else _encoded(rgb, ".webp", [cv2.IMWRITE_WEBP_QUALITY, _QUALITY])


def _small(path: Path, width: int) -> NDArray[np.uint8] | None:
    """Read no finer than needed, then made smaller; never larger than it is."""
    try:
        content = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError:
        return None
    rgb = cv2.imdecode(content, _reading(content, width)) if len(content) else None
    if rgb is None:
        return None
    high, wide = rgb.shape[:2]
    if wide <= width:
        return np.asarray(rgb, np.uint8)
    return np.asarray(cv2.resize(rgb, (width, max(1, round(high * width / wide))), interpolation=cv2.INTER_AREA), np.uint8)


def _reading(content: NDArray[np.uint8], width: int) -> int:
    """A JPEG of twice the width and more can be read at a half or a quarter at once."""
    from posterscan.review.jpeg import size_of_jpeg

    size = size_of_jpeg(content.tobytes())
    wide = size[0] if size is not None else 0
    if wide >= 4 * width:
        return cv2.IMREAD_REDUCED_COLOR_4
    return cv2.IMREAD_REDUCED_COLOR_2 if wide >= 2 * width else cv2.IMREAD_COLOR


def _encoded(rgb: NDArray[np.uint8], ending: str, how: Sequence[int]) -> bytes:
    done, data = cv2.imencode(ending, rgb, how)
    if not done:
        raise ValueError(f"no {ending} of a picture of shape {rgb.shape}")
    return bytes(data)
