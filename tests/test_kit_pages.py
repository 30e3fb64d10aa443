"""The sheets that a facilitator reads: markers where they should be, words that fit, and nothing on top of anything else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations
from typing import get_args

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from posterscan.kit.drawing import A4_MM, POINT_MM, letters_missing
from posterscan.kit.instructions import instructions
from posterscan.kit.marker_sheet import loose_markers, marker_sheet
from posterscan.kit.poster_layout import DICTIONARY, MARKER_MM, MARKERS_MM, QUIET_MM, square
from posterscan.kit.raster import page_picture
from posterscan.messages import Language

DPI_150 = 150 / 25.4  # px per mm
LANGUAGES: tuple[Language, ...] = get_args(Language)
SHEETS: dict[str, Callable[[], bytes]] = {
    **{f"markers-{language}": partial(marker_sheet, language) for language in LANGUAGES},
    **{f"instructions-{language}-{mm:g}-{n}": partial(instructions, language, sticker_mm=mm, stickers_per_person=n)
       for language in LANGUAGES for mm, n in ((12.0, 3), (8.0, 1), (19.05, 10))}}
every_sheet = pytest.mark.parametrize("make", SHEETS.values(), ids=SHEETS.keys())


def words_of(page: pypdfium2.PdfPage) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Each piece of text with its tight box (left, top, right, bottom) in mm, y down."""
    text = page.get_textpage()
    high = page.get_height()
    out = []
    for i in range(text.count_rects()):
        left, low, right, top = text.get_rect(i)
        said = text.get_text_bounded(left, low, right, top).strip()
        if said:
            out.append((said, tuple(v * POINT_MM for v in (left, high - top, right, high - low))))
    return out


@every_sheet
def test_pages_are_a4_and_the_same_every_time(make: Callable[[], bytes]) -> None:
    data = make()
    assert data == make()
    for page in pypdfium2.PdfDocument(data):
        assert np.allclose(np.array(page.get_size()) * POINT_MM, A4_MM, atol=0.1)


@every_sheet
def test_every_font_travels_with_the_file(make: Callable[[], bytes]) -> None:
    document = pypdfium2.PdfDocument(make())
    letters = [o for page in document for o in page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT])]
    assert letters
    assert all(pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(o.raw)) for o in letters)


@every_sheet
def test_words_stay_on_the_page_and_off_each_other(make: Callable[[], bytes]) -> None:
    for page in pypdfium2.PdfDocument(make()):
        words = words_of(page)
        assert words
        for said, (left, top, right, bottom) in words:
            assert min(left, top, A4_MM[0] - right, A4_MM[1] - bottom) > 8, said
        for (a, one), (b, other) in combinations(words, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            assert across < 0.1 or down < 0.1, (a, b)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_loose_marker_is_read_back_where_it_was_meant(language: Language) -> None:
    data = marker_sheet(language)
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, DICTIONARY)), parameters)
    seen = []
    for number in range(len(pypdfium2.PdfDocument(data))):
        grey = cv2.cvtColor(page_picture(data, number, DPI_150), cv2.COLOR_RGB2GRAY)
        quads, ids, _ = detector.detectMarkers(grey)
        meant = {m.id: square(m.x, m.y, MARKER_MM) for m in loose_markers() if m.page == number}
        for quad, found in zip(quads, [] if ids is None else ids.ravel(), strict=True):
            corners_mm = (quad.reshape(4, 2) + 0.5) / DPI_150
            assert np.linalg.norm(corners_mm - meant[int(found)], axis=1).max() < 0.2, found
            seen.append(int(found))
    assert sorted(seen) == list(range(len(MARKERS_MM)))  # each once, and none in the drawings


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_printed_in_the_white_round_a_loose_marker(language: Language) -> None:
    data = marker_sheet(language)
    for m in loose_markers():
        page = page_picture(data, m.page, 10.0)
        rim = np.s_[round(10 * (m.y - QUIET_MM)) + 2:round(10 * (m.y + MARKER_MM + QUIET_MM)) - 2,
                    round(10 * (m.x - QUIET_MM)) + 2:round(10 * (m.x + MARKER_MM + QUIET_MM)) - 2]
        around = page[rim].copy()
        inner = round(10 * QUIET_MM) - 2
        around[inner - 1:-inner + 1, inner - 1:-inner + 1] = 255
        assert (around == 255).all(), m


@every_sheet
def test_the_fonts_have_every_letter(make: Callable[[], bytes]) -> None:
    said = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(make()))
    assert len(said) > 200
    assert not letters_missing(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_instructions_are_one_page_in_letters_large_enough(language: Language) -> None:
    document = pypdfium2.PdfDocument(instructions(language, sticker_mm=12.0, stickers_per_person=3))
    assert len(document) == 1
    text = document[0].get_textpage()
    sizes = [pdfium.FPDFText_GetFontSize(text, i) for i in range(text.count_chars()) if not pdfium.FPDFText_IsGenerated(text, i)]
    assert min(sizes) >= 9.5


@pytest.mark.parametrize(("language", "size", "many"),
                         [("nl", "12,5", "Ieder plakt 2 stickers"), ("en", "12.5", "Everyone gets 2 stickers")])
def test_the_instructions_name_this_kits_stickers(language: Language, size: str, many: str) -> None:
    page = pypdfium2.PdfDocument(instructions(language, sticker_mm=12.5, stickers_per_person=2))[0]
    said = " ".join(page.get_textpage().get_text_bounded().split())
    assert f"{size} mm" in said
    assert many in said
