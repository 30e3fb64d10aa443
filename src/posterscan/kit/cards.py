"""Cards: fronts and backs, printed or blank, and the A4 sheets to cut them from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from posterscan.errors import KitError
from posterscan.kit import palette
from posterscan.kit.card_design import (
    BACK_LINES_MM,
    CARD_MM,
    CODE_AT_MM,
    CODE_MM,
    RIM_MM,
    SENTENCE_BOX,
    SENTENCE_LEAST_PT,
    SENTENCE_PT,
    STANCE_TYPE,
    STANCES,
    TICK_LINE_MM,
    TICK_MM,
    TICK_TEXT_MM,
    WORD_BOX,
    WORD_LEAST_PT,
    WORD_LOW_WIDTH_MM,
    WORD_PT,
    Box,
    Kind,
    Side,
    stance_boxes,
    sticker_places,
)
from posterscan.kit.drawing import Page, Type, letters_missing
from posterscan.kit.typeset import Fitted, cut_short, fitted
from posterscan.messages import Language, Message

LEADING = 1.16
RIM = {"ingredient": palette.INGREDIENT, "intention": palette.INTENTION}
_WHY = {"ingredient": Message("Waarom? Schrijf het kort op, in hele woorden.", "Why? Briefly, in whole words."),
        "intention": Message("Toelichting", "Notes")}


@dataclass(frozen=True)
class PrintedCard:
    """One card to print. fit: its text as it fits on the front, empty for a blank one; name: small print on the back."""

    kind: Kind
    marker_id: int
    fit: Fitted
    name: str = ""


def fit_word(kind: Kind, text: str, where: Message, language: Language) -> Fitted:
    """A card's text as it fits on its front; KitError names the line where it doesn't."""
    if missing := letters_missing(text):
        raise KitError(
            where + Message(f": het lettertype heeft geen {missing!r} (in {text!r}).",
                            f": the font has no {missing!r} (in {text!r})."),
            Message("Schrijf het met gewone letters; emoji en andere schriften kunnen niet op een kaartje.",
                    "Write it in Latin letters; emoji and other scripts can't be printed on a card."))
    box, style, least, widths = _room(kind)
    fit = fitted(text, style, least, widths, language, large_first=kind == "intention", height_mm=box.height, leading=LEADING)
    if not fit:
        raise KitError(
            where + Message(f": {text!r} past niet op een kaartje, ook niet in {least:g} punt op {len(widths)} regels.",
                            f": {text!r} does not fit on a card, not even in {least:g} points on {len(widths)} lines."),
            Message("Maak de tekst korter, of zet een streepje (-) waar een lang woord gebroken mag worden.",
                    "Make the text shorter, or put a hyphen (-) where a long word may be broken."))
    return fit


def _room(kind: Kind) -> tuple[Box, Type, float, list[float]]:
    if kind == "ingredient":
        return WORD_BOX, Type(WORD_PT, "SemiBold", palette.INK), WORD_LEAST_PT, [WORD_BOX.width] * 2 + [WORD_LOW_WIDTH_MM] * 2
    return SENTENCE_BOX, Type(SENTENCE_PT, "SemiBold", palette.INK), SENTENCE_LEAST_PT, [SENTENCE_BOX.width] * 3


def draw_card(page: Page, card: PrintedCard, side: Side, dictionary: str, language: Language, sticker_mm: float) -> None:
    """A card at the page's origin; its rim is the ground that it stands on (see `draw_ground`)."""
    page.rect(RIM_MM, RIM_MM, CARD_MM[0] - 2 * RIM_MM, CARD_MM[1] - 2 * RIM_MM, fill=palette.WHITE, radius_mm=2)
    if side == "front":
        _front(page, card, sticker_mm)
    else:
        _back(page, card, language)
    page.marker(*CODE_AT_MM[card.kind, side], CODE_MM, dictionary, card.marker_id)


def _front(page: Page, card: PrintedCard, sticker_mm: float) -> None:
    """Blank fronts have no writing lines: a line through letters is the surest way to have them misread."""
    box = _room(card.kind)[0]
    if card.fit:
        style = card.fit.style
        page.lines(box.left, box.top + 0.82 * style.size_mm, card.fit.lines, style, leading=LEADING)
    if card.kind == "intention":
        for x, y in sticker_places(sticker_mm):
            page.circle(x, y, sticker_mm / 2, line=palette.STICKER_PLACE, line_mm=0.25)


def _back(page: Page, card: PrintedCard, language: Language) -> None:
    if card.kind == "ingredient":
        _one_line(page, 24.0, 10.0, card.name, Type(12, "SemiBold", palette.INK), 79.0, language)
        for tick in stance_boxes(language):
            x, y = tick.corners_mm[0]
            page.rect(x, y, TICK_MM, TICK_MM, line=palette.INK, line_mm=TICK_LINE_MM)
            page.text(x + TICK_MM + TICK_TEXT_MM, y + 3.7, STANCES[tick.stance].to(language), STANCE_TYPE)
        page.text(6.5, 26.0, _WHY["ingredient"].to(language), Type(8, "Regular", palette.SOFT_INK))
    else:
        _one_line(page, 6.5, 10.0, card.name, Type(9.5, "SemiBold", palette.INK), 79.0, language)
        page.text(6.5, 15.0, _WHY["intention"].to(language), Type(8, "Regular", palette.SOFT_INK))
    for y, left, right in BACK_LINES_MM[card.kind]:
        page.line([(left, y), (right, y)], palette.WRITING_LINE, 0.3)


def _one_line(page: Page, x: float, y: float, text: str, style: Type, right: float, language: Language) -> None:
    """A text on one line that ends before `right`: smaller if need be, then cut with an ellipsis."""
    fit = fitted(text, style, 7.0, [right - x], language)
    if not fit or len(fit.lines) > 1 or fit.lines[0] != text:
        style = replace(style, size_pt=7.0)
        text = cut_short(text, style, right - x)
    else:
        style = fit.style
    page.text(x, y, text, style)
