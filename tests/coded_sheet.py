"""The drawn sheet of `drawn_sheet` with a table code on it, for tests of what the poster says of itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from drawn_sheet import INK_PX_PER_MM, make_layout
from kits import square
from posterscan.layout import Layout, Session, TableCode

DICTIONARY = "DICT_APRILTAG_36h11"
ROWS_MM = ((70.0, 14.0), (240.0, 262.0))  # top-left of the first tag of each copy
Draw = Callable[[NDArray[np.uint8]], None]


def coded_layout(session: Session | None = None) -> Layout:
    """An A3 sheet with eight markers and two copies of a table code."""
    copies = [[square(left + 25 * n, top, 20.0) for n in range(4)] for left, top in ROWS_MM]
    code = TableCode.model_validate({"dictionary": DICTIONARY, "copies": copies})
    return make_layout().model_copy(update={"table_code": code, "session": session})


def tags_on(layout: Layout, tags: Sequence[int], copies: Sequence[int] = (0, 1)) -> Draw:
    """Draws the tags at the places of the layout."""
    assert layout.table_code is not None
    places = layout.table_code.corners_mm[list(copies)]
    book = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, DICTIONARY))

    def draw(ink: NDArray[np.uint8]) -> None:
        for copy in places:
            for quad, tag in zip(copy, tags, strict=True):
                (a, b), side = np.round(quad[0] * INK_PX_PER_MM).astype(int), round(20 * INK_PX_PER_MM)
                ink[b:b + side, a:a + side] = cv2.aruco.generateImageMarker(book, tag, side)

    return draw
