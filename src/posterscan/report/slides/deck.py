"""A deck to which slides are added: our own, calm and wide, or in the masters, sizes and fonts of somebody's template."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.packuri import PackURI

from posterscan.messages import Language
from posterscan.report.slides.shapes import EMU, Area, Drawing, Paragraph, Run
from posterscan.report.slides.template import MARGIN_MM, TITLES, own_deck, template_deck, titled
from posterscan.report.slides.text import BREAK, clean, largest

_FOOTS = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.SLIDE_NUMBER)
_FOOT_MM, _NUMBER_MM, _ABOVE_FOOT_MM = 8.0, 16.0, 2.0
_FOOT_PT, _TITLE_PT, _LEAST_TITLE_PT = 10.0, 28.0, 16.0
_COVER_PT, _LEAST_COVER_PT, _BELOW_PT, _LEAST_BELOW_PT = 40.0, 20.0, 20.0, 12.0


@dataclass
class Page:
    """A slide with its title and foot. area: what is left between them, in mm."""

    slide: Any
    drawing: Drawing
    area: Area

    def note(self, lines: list[str]) -> None:
        """Words below the slide; nothing where there are none."""
        if lines:
            self.slide.notes_slide.notes_text_frame.text = "\n".join(clean(line) for line in lines)


class Deck:
    """Slides in the making."""

    def __init__(self, language: Language, template: bytes | None = None) -> None:
        self.language = language
        self._deck = own_deck() if template is None else template_deck(template)
        self.width, self.height = self._deck.slide_width / EMU, self._deck.slide_height / EMU
        package = self._deck.part.package
        package.next_partname = _Names({part.partname for part in package.iter_parts()})
        self._cover, self._plain = _cover(self._deck), _plain(self._deck)
        self.area = self._area(self._plain)

    def cover(self, title: str, below: list[str], foot: str) -> None:
        """The first slide; below: lines under its title."""
        page = self._slide(self._cover, title, foot, _COVER_PT, _LEAST_COVER_PT)
        place = next((shape for shape in page.slide.placeholders if shape.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE), None)
        lines = [clean(line) for line in below]
        if place is None:
            rest = page.area.row(page.area.height / 2, page.area.height / 2)
            page.drawing.words(rest, [Paragraph((Run(line),), _BELOW_PT) for line in lines], name="Subtitle")
        else:
            _fill(place, lines, _BELOW_PT, _LEAST_BELOW_PT)

    def page(self, title: str, foot: str) -> Page:
        """A slide with a title and an otherwise empty area."""
        return self._slide(self._plain, title, foot, _TITLE_PT, _LEAST_TITLE_PT)

    def saved(self, title: str) -> bytes:
        """The file. title: among the document's properties."""
        about = self._deck.core_properties
        about.title, about.language = clean(title)[:200], self.language
        buffer = io.BytesIO()
        self._deck.save(buffer)
        return buffer.getvalue()

    def _slide(self, layout: Any, title: str, foot: str, most_pt: float, least_pt: float) -> Page:
        slide = self._deck.slides.add_slide(layout)
        _fill(slide.shapes.title, [clean(title)], most_pt, least_pt)
        for shape in list(slide.placeholders):
            if shape.placeholder_format.type not in (*TITLES, PP_PLACEHOLDER.SUBTITLE):
                shape.element.getparent().remove(shape.element)  # else it asks to be filled in
        drawing = Drawing(slide, self.language)
        area = self._area(layout)
        numbers = {shape.placeholder_format.type: shape.placeholder_format.idx for shape in layout.placeholders}
        low = Area(area.left, area.bottom + _ABOVE_FOOT_MM, area.width, _FOOT_MM)
        size, lines = largest(clean(foot), _FOOT_PT, 8, (low.width - _NUMBER_MM, low.height))
        drawing.placeholder("ftr", numbers.get(PP_PLACEHOLDER.FOOTER, 11), low.column(0, low.width - _NUMBER_MM),
                            Paragraph((Run(lines.shown.replace(BREAK, "")),), size))
        drawing.placeholder("sldNum", numbers.get(PP_PLACEHOLDER.SLIDE_NUMBER, 12), low.column(low.width - _NUMBER_MM, _NUMBER_MM),
                            Paragraph((), _FOOT_PT, "right"), number=True)
        return Page(slide, drawing, area)

    def _area(self, layout: Any) -> Area:
        """Between title and foot, as wide as the title; a title in an odd place is passed by."""
        title = next(shape for shape in layout.placeholders if shape.placeholder_format.type in TITLES)
        left, right = title.left / EMU, (title.left + title.width) / EMU
        if not (0 <= left <= 0.25 * self.width and 0.7 * self.width <= right <= self.width):
            left, right = MARGIN_MM, self.width - MARGIN_MM
        bottom = (title.top + title.height) / EMU
        top = bottom + 3 if bottom <= 0.35 * self.height else MARGIN_MM if title.top / EMU > self.height / 2 else 0.3 * self.height
        return Area(left, top, right - left, self._foot_top(layout) - _ABOVE_FOOT_MM - top)

    def _foot_top(self, layout: Any) -> float:
        """Where the template has its foot, else near the lower edge."""
        tops = [shape.top / EMU for shape in layout.placeholders if shape.placeholder_format.type in _FOOTS]
        low = [top for top in tops if 0.8 * self.height <= top <= self.height - _FOOT_MM]
        return float(min(low, default=self.height - _FOOT_MM - 4))


class _Names:
    """Names for new parts of the file, in the place of python-pptx's own way.

    That looks through all parts for each name, which would take most of the time of a deck of hundreds of slides.
    """

    def __init__(self, taken: set[str]) -> None:
        self._taken, self._last = taken, Counter[str]()

    def __call__(self, template: str) -> PackURI:
        self._last[template] += 1
        while (name := template % self._last[template]) in self._taken:
            self._last[template] += 1
        return PackURI(name)


def _cover(deck: Any) -> Any:
    """The layout with a title and a subtitle, else that of the other slides."""
    for layout in deck.slide_layouts:
        kinds = [shape.placeholder_format.type for shape in layout.placeholders]
        if PP_PLACEHOLDER.SUBTITLE in kinds and any(kind in TITLES for kind in kinds):
            return layout
    return _plain(deck)


def _plain(deck: Any) -> Any:
    """The layout with a title and the fewest other things to fill in."""
    return min(titled(deck), key=lambda layout: sum(shape.placeholder_format.type not in (PP_PLACEHOLDER.TITLE, *_FOOTS)
                                                    for shape in layout.placeholders))


def _fill(place: Any, lines: list[str], most_pt: float, least_pt: float) -> None:
    """Words in a placeholder, no larger than it holds."""
    size = (max(20.0, place.width / EMU - 6), max(8.0, place.height / EMU - 3) / max(1, len(lines)))
    fits = [largest(line, most_pt, least_pt, size, bold=True) for line in lines]
    pt = min((one for one, _ in fits), default=most_pt)
    frame = place.text_frame
    for number, (_, found) in enumerate(fits):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text, run.font.size = found.shown.replace(f"-{BREAK}", "").replace(BREAK, ""), int(pt * 12_700)
