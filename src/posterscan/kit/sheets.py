"""A4 sheets of cards: ten to a sheet, edge to edge so that one cut serves two, fronts and backs in register."""

from __future__ import annotations

from collections.abc import Sequence

from posterscan.kit import palette
from posterscan.kit.card_design import CARD_MM
from posterscan.kit.cards import RIM, PrintedCard, draw_card
from posterscan.kit.drawing import A4_MM, Page, Pdf, Type
from posterscan.messages import Language, Message

COLUMNS, ROWS = 2, 5
PER_SHEET = COLUMNS * ROWS
_LEFT = (A4_MM[0] - COLUMNS * CARD_MM[0]) / 2
_TOP = (A4_MM[1] - ROWS * CARD_MM[1]) / 2
_XS = [_LEFT + CARD_MM[0] * k for k in range(COLUMNS + 1)]  # where to cut
_YS = [_TOP + CARD_MM[1] * k for k in range(ROWS + 1)]
_BLEED_MM = 3.0
_MARK_MM = (4.0, 9.0)  # from the cards: where a crop mark begins and ends
_PRINT = Message("Dubbelzijdig, omslaan over de lange zijde, ware grootte (100 %)",
                 "Double-sided, flip on the long edge, at full size (100 %)")
_FRONT, _BACK = Message("voorkant", "front"), Message("achterkant", "back")


def card_place(number: int, *, back: bool = False) -> tuple[float, float]:
    """Top-left corner (mm) of a card on its sheet; on backs the columns are swapped, as paper turned over its long edge is."""
    row, column = divmod(number, COLUMNS)
    return _XS[COLUMNS - 1 - column if back else column], _YS[row]


def card_sheets(pdf: Pdf, cards: Sequence[PrintedCard], dictionary: str, language: Language, sticker_mm: float,
                heading: str) -> None:
    """Adds the sheets for these cards (all of one kind): each front page is followed by its back page."""
    sheets = [cards[i:i + PER_SHEET] for i in range(0, len(cards), PER_SHEET)]
    for number, sheet in enumerate(sheets):
        of = f"{heading} · {number + 1}/{len(sheets)}"
        for back in (False, True):
            with pdf.page(A4_MM) as page:
                _sheet(page, sheet, dictionary, language, sticker_mm, back=back)
                _margins(page, f"{of} · {(_BACK if back else _FRONT).to(language)}", language)


def _sheet(page: Page, cards: Sequence[PrintedCard], dictionary: str, language: Language, sticker_mm: float, *, back: bool) -> None:
    for i, card in enumerate(cards):
        x, y = card_place(i, back=back)
        page.rect(x - _BLEED_MM, y - _BLEED_MM, CARD_MM[0] + 2 * _BLEED_MM, CARD_MM[1] + 2 * _BLEED_MM, fill=RIM[card.kind])
    for i, card in enumerate(cards):
        with page.moved(*card_place(i, back=back)) as on_card:
            draw_card(on_card, card, "back" if back else "front", dictionary, language, sticker_mm)
    rows, columns = -(-len(cards) // COLUMNS), min(len(cards), COLUMNS)
    _cut_lines(page, rows, columns, back=back)


def _cut_lines(page: Page, rows: int, columns: int, *, back: bool) -> None:
    """A hairline in the dark frame where two cards meet, and crop marks in the margins."""
    xs = sorted(A4_MM[0] - x for x in _XS[:columns + 1]) if back else _XS[:columns + 1]
    ys = _YS[:rows + 1]
    for x in xs[1:-1]:
        page.line([(x, ys[0]), (x, ys[-1])], palette.WHITE, 0.15, dash_mm=(1.5, 1.5))
    for y in ys[1:-1]:
        page.line([(xs[0], y), (xs[-1], y)], palette.WHITE, 0.15, dash_mm=(1.5, 1.5))
    near, far = _MARK_MM
    for x in xs:
        page.line([(x, ys[0] - far), (x, ys[0] - near)], palette.INK, 0.2)
        page.line([(x, ys[-1] + near), (x, ys[-1] + far)], palette.INK, 0.2)
    for y in ys:
        page.line([(xs[0] - far, y), (xs[0] - near, y)], palette.INK, 0.2)
        page.line([(xs[-1] + near, y), (xs[-1] + far, y)], palette.INK, 0.2)


def _margins(page: Page, heading: str, language: Language) -> None:
    """What this sheet is and how to print it, in the margins that are cut off, between the crop marks."""
    style = Type(7.5, "Regular", palette.SOFT_INK)
    page.text(_XS[0] + 4, 6.0, heading, style)
    page.text(_XS[1] + 4, 6.0, _PRINT.to(language), style)
    y = A4_MM[1] - 4.5
    page.line([(_LEFT + 4, y), (_LEFT + 54, y)], palette.INK, 0.3)
    for k in range(6):
        page.line([(_LEFT + 4 + 10 * k, y), (_LEFT + 4 + 10 * k, y - 1.5)], palette.INK, 0.3)
    page.text(_LEFT + 56, y, "50 mm", style)
