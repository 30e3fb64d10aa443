"""Loose markers on A4, to cut and tape onto a poster that is already printed, with how to do it.

They are the same ones as on our own poster (`poster_layout`), so that whatever reads that one reads these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posterscan.kit import palette
from posterscan.kit.drawing import A4_MM, Page, Pdf, Type
from posterscan.kit.pictures import badge, block, number_disc, scale_bar, small_poster
from posterscan.kit.poster_layout import DICTIONARY, MARKER_MM, MARKERS_MM, QUIET_MM, SIZE_MM
from posterscan.kit.typeset import fitted, wrapped
from posterscan.messages import Language, Message

PER_SHEET, COLUMNS = 9, 3
LABEL_MM = 7.0  # a strip under the white rim for the number: cut out, a marker still says which one it is
_WIDE = MARKER_MM + 2 * QUIET_MM
_HIGH = _WIDE + LABEL_MM
_GAP_MM = 11.0
_LEFT, _TOP = (A4_MM[0] - COLUMNS * _WIDE - (COLUMNS - 1) * _GAP_MM) / 2, 44.0
_INDENT_MM = 40.0  # of the steps' texts
_CUT = "#9AA3AB"
_BODY, _LABEL = Type(11.5, "Regular", palette.INK), Type(12, "SemiBold", palette.INK)

_TITLE = Message("Losse markers voor een poster die al gedrukt is", "Loose markers for a poster that is already printed")
_WHAT = Message("Op de volgende twee bladen staan {n} zwart-witte markers om uit te knippen (0 tot\u00a0en\u00a0met\u00a0{last}). "
                "Voor elke poster print u ze opnieuw.",
                "The next two pages have {n} black-and-white markers to cut out (0 to {last}). "
                "Print them again for every poster.")
_STEPS = (
    (Message("Printen", "Print"),
     Message("Op mat wit papier, op 100\u00a0% (ware grootte, niet “passend maken”). "
             "Meet de lijn onder aan het blad na: precies 100\u00a0mm.",
             "On matt white paper, at 100\u00a0% (actual size, not “fit to page”). "
             "Measure the bar at the foot of the page: exactly 100\u00a0mm.")),
    (Message("Knippen", "Cut"),
     Message("Op de grijze lijn. De witte rand en het nummer blijven eraan.",
             "Along the grey line. The white rim and the number stay on.")),
    (Message("Neerleggen", "Lay out"),
     Message("Zoals op de tekening, met het nummer onderaan: in de hoeken, langs de randen, en de laatste vier "
             "tussen de vakken, waar geen kaartje hoeft te liggen. Een paar centimeter ernaast mag. "
             "Elk nummer één keer per poster.",
             "As in the drawing, with the number at the bottom: in the corners, along the edges, and the last four "
             "between the areas, where no card needs to lie. A few centimetres off is fine. Each number once per poster.")),
    (Message("Vastplakken", "Tape"),
     Message("Alle vier de randen vlak, met mat plakband. Nooit over het zwart-wit.",
             "All four edges flat, with matt tape. Never over the black and white.")),
    (Message("Fotograferen", "Photograph"),
     Message("Fotografeer de poster één keer leeg, recht van boven, met alle markers in beeld, en bewaar die foto. "
             "Daarna blijven de markers zitten waar ze zitten.",
             "Photograph the poster once while it is empty, straight from above, with all markers in view, and keep that photo. "
             "From then on the markers stay where they are.")),
)
_SHEETS = (Message("Hoeken en randen", "Corners and edges"), Message("Tussen de vakken", "Between the areas"))
_NUMBER = Message("nr.", "no.")  # tells a 6 from a 9
_SHEET = Message("Losse markers, blad {k} van {of}", "Loose markers, page {k} of {of}")
_PRINT = Message("Printen op 100\u00a0% (ware grootte), mat wit papier.", "Print at 100\u00a0% (actual size), matt white paper.")
_CUT_HERE = Message("Knip op de grijze lijn; de witte rand en het nummer blijven eraan.",
                    "Cut along the grey line; the white rim and the number stay on.")
_BAR = Message("100\u00a0mm: meet na of het blad op ware grootte is", "100\u00a0mm: measure to check that the page is at full size")
_RIGHT = Message("plakband alleen op het wit", "tape on the white only")
_WRONG = Message("niet over het zwart", "not over the black")


@dataclass(frozen=True)
class LooseMarker:
    """One marker on the sheets; page counts from 0, (x, y) is the top-left corner of its black square in mm."""

    id: int
    page: int
    x: float
    y: float


def loose_markers() -> list[LooseMarker]:
    """Every marker of the poster once, in order; page 0 has the instructions."""
    out = []
    for i in range(len(MARKERS_MM)):
        sheet, place = divmod(i, PER_SHEET)
        row, column = divmod(place, COLUMNS)
        x, y = _LEFT + column * (_WIDE + _GAP_MM), _TOP + row * (_HIGH + _GAP_MM)
        out.append(LooseMarker(i, 1 + sheet, x + QUIET_MM, y + QUIET_MM))
    return out


def marker_sheet(language: Language) -> bytes:
    """A PDF: a page that says what to do, then the markers."""
    pdf = Pdf(_TITLE.to(language), language)
    markers = loose_markers()
    with pdf.page(A4_MM) as page:
        _how(page, language)
    last = markers[-1].page
    for number in range(1, last + 1):
        with pdf.page(A4_MM) as page:
            _sheet(page, language, number, last, [m for m in markers if m.page == number])
    return pdf.bytes()


def _sheet(page: Page, language: Language, number: int, of: int, markers: Sequence[LooseMarker]) -> None:
    title = _SHEET.to(language).format(k=number, of=of)
    page.text(_LEFT, 20, f"{title}: {_SHEETS[number - 1].to(language)[0].lower()}{_SHEETS[number - 1].to(language)[1:]}",
              Type(16, "ExtraBold", palette.INK))
    page.text(_LEFT, 28, _PRINT.to(language), _BODY)
    page.text(_LEFT, 34, _CUT_HERE.to(language), _BODY)
    for marker in markers:
        left, top = marker.x - QUIET_MM, marker.y - QUIET_MM
        page.rect(left, top, _WIDE, _HIGH, line=_CUT, line_mm=0.2)
        page.marker(marker.x, marker.y, MARKER_MM, DICTIONARY, marker.id)
        page.text(left + _WIDE / 2, top + _WIDE + 3.6, f"{_NUMBER.to(language)} {marker.id}", _LABEL, "middle")
    y = A4_MM[1] - 26
    scale_bar(page, _LEFT, y, 100)
    page.text(_LEFT, y + 6, _BAR.to(language), _BODY)


def _how(page: Page, language: Language) -> None:
    left, width, poster = 18.0, A4_MM[0] - 36, 152.0
    page.text(left, 24, _TITLE.to(language), fitted(_TITLE.to(language), Type(20, "ExtraBold", palette.INK), 14, [width]).style)
    what = _WHAT.to(language).format(n=len(MARKERS_MM), last=len(MARKERS_MM) - 1)
    page.lines(left, 32.5, wrapped(what, _BODY, width), _BODY)
    _places(page, (A4_MM[0] - poster) / 2, 49, poster)
    y = 49 + poster * SIZE_MM[1] / SIZE_MM[0] + 13
    for number, (name, text) in enumerate(_STEPS, start=1):
        y = _step(page, language, (left, y, width), number, name, text)
    _taping(page, language, left + _INDENT_MM, y - 1)


def _places(page: Page, x: float, y: float, width: float) -> None:
    """A poster with every marker's number where it goes."""
    scale = width / SIZE_MM[0]
    with small_poster(page, x, y, width, blocks=False) as poster:
        for number, (left, top) in enumerate(MARKERS_MM):
            side = _WIDE + 8  # a little larger than true, for the number's sake
            middle = (left + MARKER_MM / 2, top + MARKER_MM / 2)
            poster.rect(middle[0] - side / 2, middle[1] - side / 2, side, side,
                        fill=palette.WHITE, line=palette.INK, line_mm=0.6 / scale)
            style = Type(11 / scale, "ExtraBold", palette.INK)
            poster.text(middle[0], middle[1] + style.size_mm * 0.335, str(number), style, "middle")


def _step(page: Page, language: Language, place: tuple[float, float, float], number: int, name: Message, text: Message) -> float:
    """One numbered step at (left, first baseline, width); gives the first baseline of what follows."""
    left, y, width = place
    number_disc(page, left + 3.2, y - 1.4, 3.0, str(number))
    page.text(left + 9, y, name.to(language), Type(11.5, "ExtraBold", palette.INK))
    lines = wrapped(text.to(language), _BODY, width - _INDENT_MM)
    page.lines(left + _INDENT_MM, y, lines, _BODY)
    return y + len(lines) * 1.22 * _BODY.size_mm + 3.0


def _taping(page: Page, language: Language, x: float, y: float) -> None:
    """Tape on the white rim, and tape over the black."""
    side, tape = 20.0, 4.6
    rim, gap = side * QUIET_MM / _WIDE, 70.0
    for k, (says, good) in enumerate(((_RIGHT, True), (_WRONG, False))):
        left = x + k * gap
        page.rect(left - 5, y, side + 10, side + 9, fill=palette.LADDER, radius_mm=2)
        page.rect(left, y + 4.5, side, side, fill=palette.WHITE, line=_CUT, line_mm=0.2)
        block(page, left + rim, y + 4.5 + rim, side - 2 * rim)
        shift = 0.0 if good else tape * 0.75
        for dx, dy, wide, high in ((-tape + rim * 0.8, 0, tape, side), (side - rim * 0.8, 0, tape, side),
                                   (0, -tape + rim * 0.8 + shift, side, tape), (0, side - rim * 0.8 - shift, side, tape)):
            page.rect(left + dx, y + 4.5 + dy, wide, high, fill="#E9D9A6", line="#B79F5B", line_mm=0.2)
        badge(page, left + side + 10, y + 10, 3.2, good=good)
        page.lines(left + side + 8, y + 19, wrapped(says.to(language), _BODY, gap - side - 16), _BODY)
