"""Reads the tags that say which session and table a poster is of, at the places where the layout has them."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import Points
from posterscan.layout import TableCode
from posterscan.markers.detect import bit_pattern
from posterscan.markers.known_place import blackest_frame, module_means, ring, straightened
from posterscan.markers.match import Codebook, MatchParams, codebook, match
from posterscan.sheet import Image, SheetMap
from posterscan.table_code import BASE, DIGIT_TAG_0, DIGITS, MOST_TABLES, TABLE_TAG_0, decode

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class ReadTagsParams:
    """px_per_module: of the tag brought upright. search_modules: how far a tag may lie beside its place (3.7 mm for one of
    20 mm: curled paper). min_contrast: grey levels between paper and ink. border_flaws: share of the black border that may
    be light, beyond which something lies on the tag; quiet_flaws: the same of the white around it that may be dark.
    """

    px_per_module: int = 8
    search_modules: float = 1.5
    min_contrast: float = 25.0
    border_flaws: float = 0.3
    quiet_flaws: float = 0.45
    match: MatchParams = field(default_factory=MatchParams)


@dataclass(frozen=True)
class ReadCode:
    """What the poster says of itself. tags: per copy its four tags, None where one could not be read.

    agree: whether no two copies contradict each other. table: None where it was not read or the copies differ; session: the
    session's id, None where session_read is False, and where the poster names no session.
    """

    tags: tuple[tuple[int | None, ...], ...]
    agree: bool
    table: int | None
    session: str | None
    session_read: bool

    @property
    def whole(self) -> bool:
        """Whether both session and table are known."""
        return self.table is not None and self.session_read


def read_table_code(grey: Grey, sheet: SheetMap, code: TableCode | None, params: ReadTagsParams | None = None) -> ReadCode | None:
    """What the tags of a photographed poster say; None for a layout without them.

    grey: (H, W) uint8 photo. Each tag is read by itself in every copy, so that a card on one of them does no harm; tags that
    the copies have differently say nothing.
    """
    if code is None:
        return None
    p = params or ReadTagsParams()
    books = [codebook(code.dictionary, range(DIGIT_TAG_0, DIGIT_TAG_0 + BASE), any_turn=False)] * DIGITS
    books.append(codebook(code.dictionary, range(TABLE_TAG_0 + 1, TABLE_TAG_0 + 1 + MOST_TABLES), any_turn=False))
    tags = tuple(tuple(_read_tag(grey, sheet, quad, book, p) for quad, book in zip(copy, books, strict=True))
                 for copy in code.corners_mm)
    return understood(tags)


def understood(tags: tuple[tuple[int | None, ...], ...]) -> ReadCode:
    """What the copies say together."""
    said = [sorted({copy[place] for copy in tags} - {None}, key=str) for place in range(DIGITS + 1)]
    agree = all(len(values) <= 1 for values in said)
    one = [values[0] if len(values) == 1 else None for values in said] if agree else [None] * (DIGITS + 1)
    table = one[DIGITS] - TABLE_TAG_0 if one[DIGITS] is not None else None  # type: ignore[operator]
    digits = [tag for tag in one[:DIGITS] if tag is not None]
    whole = decode([*digits, TABLE_TAG_0 + 1])  # the session is known without the table too
    return ReadCode(tags, agree, table, whole.session if whole else None, whole is not None)


def seen_tags_mm(code: TableCode | None, read: ReadCode | None) -> NDArray[np.float64]:
    """(K, 4, 2) corners of the tags that show: no card lies on them."""
    if code is None or read is None:
        return np.zeros((0, 4, 2))
    shown = [quad for copy, tags in zip(code.corners_mm, read.tags, strict=True) for quad, tag in zip(copy, tags, strict=True)
             if tag is not None]
    return np.array(shown).reshape(-1, 4, 2)


def with_tags(reference: Image | None, code: TableCode | None, read: ReadCode | None,
              size_mm: tuple[float, float]) -> Image | None:
    """The artwork (H, W, 3) of the whole sheet with the tags of this very poster, which it is kept without."""
    if reference is None or code is None or read is None or not read.agree:
        return reference
    scale = np.array([reference.shape[1] / size_mm[0], reference.shape[0] / size_mm[1]])
    out = reference.copy()
    for place, tags in enumerate(zip(*read.tags, strict=True)):
        known = next((tag for tag in tags if tag is not None), None)
        for copy in code.corners_mm if known is not None else ():
            _print_tag(out, copy[place] * scale, code.dictionary, int(known or 0))
    return out


def _print_tag(picture: Image, quad_px: Points, dictionary: str, tag: int) -> None:
    """Draws a tag into the picture; quad_px: its corners, (0, 0) being the picture's own corner."""
    pattern = np.round(bit_pattern(dictionary, tag) * 255).astype(np.uint8)
    left, top = np.maximum(np.floor(quad_px.min(axis=0)).astype(int), 0)
    right, low = np.ceil(quad_px.max(axis=0)).astype(int)
    part = picture[top:low, left:right]
    side = float(len(pattern))
    square = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(square, (quad_px - [left, top] - 0.5).astype(np.float32))
    drawn, inside = (cv2.warpPerspective(whole, matrix, part.shape[1::-1], flags=cv2.INTER_NEAREST)
                     for whole in (pattern, np.ones_like(pattern)))
    part[inside > 0] = drawn[inside > 0][:, None]


def _read_tag(grey: Grey, sheet: SheetMap, quad_mm: Points, book: Codebook, p: ReadTagsParams) -> int | None:
    bits = round(book.bits.shape[2] ** 0.5)
    cells, px = bits + 2, p.px_per_module
    patch = straightened(grey, sheet.to_px, quad_mm, cells, px, 1 + p.search_modules)
    modules = module_means(patch, blackest_frame(patch, cells, px), cells + 2, px)
    quiet, border, inner = ring(modules), ring(modules[1:-1, 1:-1]), modules[2:-2, 2:-2]
    light, dark = float(np.percentile(quiet, 75)), float(np.median(border))
    level = (light + dark) / 2
    if light - dark < p.min_contrast or np.mean(border > level) > p.border_flaws or np.mean(quiet < level) > p.quiet_flaws:
        return None
    found = match(inner, level, light - dark, book, p.match)
    return found.id if found is not None else None

