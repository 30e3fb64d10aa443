"""The page to measure a camera with: a ChArUco board on A4. Once per phone, not per session."""

from __future__ import annotations

from posterscan.cameras.board import COLUMNS, DICTIONARY, MARKER_MM, SQUARE_MM, black_squares_mm, markers_mm
from posterscan.kit import palette
from posterscan.kit.drawing import A4_MM, BLACK, Pdf, Type
from posterscan.kit.typeset import wrapped
from posterscan.messages import Language, Message

LEFT_MM, TOP_MM = (A4_MM[0] - COLUMNS * SQUARE_MM) / 2, 40.0
_TITLE = Message("Camera inmeten", "Measuring a camera")
_HOW = Message("Eén keer per telefoon, en alleen als rechte lijnen op foto's krom worden. Print op 100\u00a0%, leg het blad vlak "
               "(of plak het op karton) en maak er tien foto's van, schuin van alle kanten en beeldvullend, zonder in te zoomen. "
               "Daarna: posterscan calibrate camera MAP.",
               "Once per phone, and only where straight lines are bent in photos. Print at 100\u00a0%, lay the page flat (or glue "
               "it to card) and take ten photos of it, aslant from all sides and filling the picture, without zooming. "
               "Then: posterscan calibrate camera FOLDER.")


def camera_board(language: Language) -> bytes:
    """A PDF of one page."""
    pdf = Pdf(_TITLE.to(language), language)
    body = Type(10, "Regular", palette.INK)
    with pdf.page(A4_MM) as page:
        page.text(LEFT_MM, 15, _TITLE.to(language), Type(16, "ExtraBold", palette.INK))
        page.lines(LEFT_MM, 21.5, wrapped(_HOW.to(language), body, COLUMNS * SQUARE_MM), body)
        for x, y in black_squares_mm():
            page.rect(LEFT_MM + x, TOP_MM + y, SQUARE_MM, SQUARE_MM, fill=BLACK)
        for number, x, y in markers_mm():
            page.marker(LEFT_MM + x, TOP_MM + y, MARKER_MM, DICTIONARY, number)
    return pdf.bytes()


