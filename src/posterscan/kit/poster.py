"""The poster: three calm shapes, room around them, a ladder for the intentions, and what a photo needs to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posterscan.kit import palette
from posterscan.kit.drawing import Page, Pdf, Type
from posterscan.kit.icons import draw_icon
from posterscan.kit.poster_layout import (
    CODE_COPIES_MM,
    DICTIONARY,
    LADDER_MM,
    LADDER_NAME,
    MARKER_MM,
    MARKERS_MM,
    OUTSIDE_NAME,
    QUIET_MM,
    SIZE_MM,
    SPHERES,
    TAG_MM,
    TAG_STEP_MM,
    Sphere,
    outline_of,
)
from posterscan.kit.typeset import cut_short, fitted, wrapped
from posterscan.messages import Language, Message

BLEED_MM = 3.0
CAPTION_LEAST_PT, CAPTION_STEP = 10.0, 1.2  # of the session's name and place; ems from line to line
_TITLE = (Message("Wat hoort bij onze", "What belongs to our"), Message("sociale basis?", "social base?"))
_HOW = Message("Leg elk kaartje waar het volgens jullie hoort. Op de rand mag ook. Hoort het er niet bij? "
               "Leg het dan buiten de vormen.",
               "Lay each card where you think it belongs. On the edge is fine too. Not part of it? "
               "Lay it outside the shapes.")
_CLEAR = Message("Laat de zwart-witte blokjes vrij: daaraan herkent de computer de foto.",
                 "Keep the black-and-white squares clear: they tell the computer what it sees.")
_WHY = Message("Waarom investeren wij hierin?", "Why do we invest in this?")
_MOST = Message("meeste stickers bovenaan", "most stickers on top")
_SCALE = Message("100 mm: meet na of de poster op ware grootte is", "100 mm: measure to check that the poster is at full size")


@dataclass(frozen=True)
class PosterFor:
    """One printed poster. tags: the table code's ids, or None to leave its places white (the artwork for scanning)."""

    tags: tuple[int, int, int, int] | None
    caption: Sequence[str] = ()


def poster_pdf(language: Language, posters: Sequence[PosterFor], title: str) -> bytes:
    """A PDF with one A1 page per poster, with bleed."""
    pdf = Pdf(title, language)
    for poster in posters:
        with pdf.page(SIZE_MM, BLEED_MM) as page:
            draw_poster(page, language, poster)
    return pdf.bytes()


def draw_poster(page: Page, language: Language, poster: PosterFor) -> None:
    """The whole artwork, from the ground up."""
    width, height = SIZE_MM
    page.rect(-BLEED_MM, -BLEED_MM, width + 2 * BLEED_MM, height + 2 * BLEED_MM, fill=palette.PAPER)
    for number, sphere in enumerate(SPHERES):
        _sphere(page, language, sphere, number)
    _ladder(page, language)
    _outside(page, language)
    _words_on_top(page, language)
    for number, (x, y) in enumerate(MARKERS_MM):
        page.rect(x - QUIET_MM, y - QUIET_MM, MARKER_MM + 2 * QUIET_MM, MARKER_MM + 2 * QUIET_MM, fill=palette.WHITE, radius_mm=3)
        page.marker(x, y, MARKER_MM, DICTIONARY, number)
    _foot(page, language, poster)


def _sphere(page: Page, language: Language, sphere: Sphere, number: int) -> None:
    page.polygon(outline_of(sphere), fill=palette.SPHERES[number], line=palette.SPHERE_LINES[number], line_mm=1.2)
    x, top = sphere.center_mm[0], sphere.center_mm[1] - sphere.half_mm[1]
    name = Type(40, "ExtraBold", palette.SPHERE_NAMES[number])
    draw_icon(page, sphere.id, x, top + 14.5, 15.0, name.colour)
    page.text(x, top + 36, sphere.name.to(language), name, "middle")
    says = Type(17, "Regular", palette.INK)
    page.text(x, top + 45, sphere.says.to(language), says, "middle")


def _ladder(page: Page, language: Language) -> None:
    left, top, right, bottom = LADDER_MM
    page.rect(left, top, right - left, bottom - top, fill=palette.LADDER, radius_mm=8)
    steps = 8
    for k in range(1, steps):
        y = top + (bottom - top) * k / steps
        page.line([(left + 6, y), (right - 6, y)], palette.LADDER_RUNGS, 0.8)
    page.text(left + 2, 34, LADDER_NAME.to(language), Type(46, "ExtraBold", palette.NO))
    page.text(left + 2, 46, _WHY.to(language), Type(20, "SemiBold", palette.INK))
    x = (588 + left) / 2  # in the middle of the column between the zones and the ladder
    page.line([(x, 385), (x, 214)], palette.SOFT_INK, 1.6)
    page.polygon([(x, 206), (x + 5, 217), (x - 5, 217)], fill=palette.SOFT_INK)
    with page.moved(x - 4.5, 380, -90) as turned:
        turned.text(0, 0, _MOST.to(language), Type(24, "SemiBold", palette.SOFT_INK))


def _outside(page: Page, language: Language) -> None:
    style = Type(24, "SemiBold", palette.SOFT_INK)
    lines = wrapped(OUTSIDE_NAME.to(language), style, 75)
    page.lines(20, 505, lines, style)
    page.lines(582, 505, lines, style, "right")


def _words_on_top(page: Page, language: Language) -> None:
    for k, line in enumerate(_TITLE):
        size = fitted(line.to(language), Type(60, "ExtraBold", palette.INK), 30, [205], language)
        page.text(66, 31 + k * 21, line.to(language), size.style)
    style = Type(21, "Regular", palette.INK)
    page.lines(336, 22, wrapped(_HOW.to(language), style, 245), style)
    style = Type(17, "SemiBold", palette.SOFT_INK)
    page.lines(336, 47, wrapped(_CLEAR.to(language), style, 250), style)


def _foot(page: Page, language: Language, poster: PosterFor) -> None:
    for x, y in CODE_COPIES_MM:
        quiet = TAG_STEP_MM - TAG_MM
        page.rect(x - quiet / 2, y - quiet / 2, 4 * TAG_STEP_MM, TAG_MM + quiet, fill=palette.WHITE, radius_mm=2)
        for k, tag in enumerate(poster.tags or ()):
            page.marker(x + k * TAG_STEP_MM, y, TAG_MM, DICTIONARY, tag)
    x = CODE_COPIES_MM[0][0] + 4 * TAG_STEP_MM + 4
    if poster.caption:
        page.text(x, 555, poster.caption[0], Type(30, "ExtraBold", palette.INK))
    y = 563.0
    for said in poster.caption[1:]:
        style, lines = _caption(said, MARKERS_MM[6][0] - QUIET_MM - 3 - x, language)
        for line in lines:
            page.text(x, y, line, style)
            y += CAPTION_STEP * style.size_mm
        y += 0.65
    _scale_bar(page, language, 336, 566)


def _caption(said: str, width_mm: float, language: Language) -> tuple[Type, Sequence[str]]:
    """A line of the caption as it fits between table code and marker: smaller, then on two lines, at last cut short."""
    fit = fitted(said, Type(15, "Regular", palette.INK), CAPTION_LEAST_PT, [width_mm] * 2, language)
    if fit:
        return fit.style, fit.lines
    least = Type(CAPTION_LEAST_PT, "Regular", palette.INK)
    return least, [cut_short(said, least, width_mm)]


def _scale_bar(page: Page, language: Language, x: float, y: float) -> None:
    page.line([(x, y), (x + 100, y)], palette.INK, 0.5)
    for k in range(11):
        page.line([(x + 10 * k, y), (x + 10 * k, y - (4 if k % 5 == 0 else 2.5))], palette.INK, 0.5)
    page.text(x + 106, y, _SCALE.to(language), Type(13, "Regular", palette.SOFT_INK))
