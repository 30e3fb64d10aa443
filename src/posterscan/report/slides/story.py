"""What all slides of one report share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import cycle
from typing import Literal

from posterscan.kit.drawing import POINT_MM
from posterscan.layout import Zone
from posterscan.messages import Language, Message
from posterscan.report.figures import Figures
from posterscan.report.gather import Gathered
from posterscan.report.honesty import Honesty, headline, honesty
from posterscan.report.looks import ZoneLook, zone_looks
from posterscan.report.rows import PlacementRow
from posterscan.report.slides import words as say
from posterscan.report.slides.deck import Deck, Page
from posterscan.report.slides.flow import flowed
from posterscan.report.slides.model import Model
from posterscan.report.slides.shapes import Area, Paragraph, Run
from posterscan.report.slides.text import LINE_EMS, largest
from posterscan.report.words import zone_names

_HEAD_PT, _LEAST_HEAD_PT = 14.0, 9.0
_KINDS: tuple[Literal["sphere", "outside", "ladder"], ...] = ("sphere", "sphere", "sphere", "outside", "ladder")


@dataclass
class Story:
    """Figures, the deck that they go into, and what was drawn already. crops: the address of a card's picture."""

    figures: Figures
    deck: Deck
    language: Language
    crops: Callable[[str], str] | None = None
    _models: dict[tuple[str, Area, bool], Model] = field(default_factory=dict)

    @property
    def gathered(self) -> Gathered:
        """The rows."""
        return self.figures.gathered

    def to(self, message: Message) -> str:
        """In the language of the slides."""
        return message.to(self.language)

    @cached_property
    def honest(self) -> Honesty:
        """What the reader must know of the figures."""
        return honesty(self.figures)

    @cached_property
    def foot(self) -> str:
        """At the foot of each slide about all tables."""
        return self.to(headline(self.honest))

    @cached_property
    def zones(self) -> dict[str | None, str]:
        """What zones are called."""
        return zone_names(self.gathered.zones, self.language)

    def zone(self, row: PlacementRow) -> str:
        """What a card's zone is called; one of an unknown poster by its id."""
        return self.zones.get(row.zone) or row.zone_label or str(row.zone)

    def in_order(self, zones: Iterable[str | None]) -> list[str | None]:
        """Zones as on the posters, then unknown ones, then none, then the empty word for several alike."""
        order: dict[str | None, int] = {zone.id: place for place, zone in enumerate(self.gathered.zones)}
        return sorted(zones, key=lambda zone: (zone == "", zone is None, order.get(zone, len(order)), zone or ""))

    @cached_property
    def looks(self) -> Mapping[str | None, ZoneLook]:
        """Colours by zone; those of an unknown poster have some too, to tell them apart."""
        known = {zone.id for zone in self.gathered.zones}
        strange = sorted({row.zone for row in self.gathered.cards if row.zone is not None} - known)
        made = [Zone(id=name, label=name, kind=kind, polygon_mm=[(0, 0)] * 3)
                for name, kind in zip(strange, cycle(_KINDS), strict=False)]
        return {**zone_looks(made), **zone_looks(self.gathered.zones)}

    def heading(self, page: Page, area: Area, text: Message) -> None:
        """A bold line over a part of a slide, no larger than fits on one line."""
        pt, lines = largest(self.to(text), _HEAD_PT, _LEAST_HEAD_PT, (area.width, _HEAD_PT * POINT_MM * LINE_EMS + 0.1), bold=True)
        page.drawing.words(area, [Paragraph((Run(lines.shown, bold=True),), pt)], name=self.to(text))

    def page(self, title: Message | str, foot: str | None = None, part: tuple[int, int] = (1, 1)) -> Page:
        """A slide, with the foot of all tables unless told otherwise; part: which of how many with this title."""
        words = title if isinstance(title, str) else self.to(title)
        return self.deck.page(say.part_of(words, *part, self.language), self.foot if foot is None else foot)

    def texts(self, title: Message | str, paragraphs: list[Paragraph], *, columns: int = 1, foot: str | None = None) -> None:
        """Paragraphs over as many slides as they take."""
        slides = flowed(paragraphs, self.deck.area, columns)
        for number, parts in enumerate(slides, 1):
            page = self.page(title, foot, (number, len(slides)))
            for area, shown in parts:
                page.drawing.words(area, shown, name="Text")

    def model(self, poster: str, area: Area, *, ladder: bool) -> Model:
        """A poster drawn in an area, worked out once."""
        key = (poster, area, ladder)
        if key not in self._models:
            self._models[key] = Model(self.gathered.posters[poster], area, self.gathered.zones, ladder=ladder)
        return self._models[key]

    def note_cut(self, page: Page, cut: list[str]) -> None:
        """The full words of what is cut short on a slide, below it."""
        if cut:
            page.note([self.to(say.FULL_TEXTS), *dict.fromkeys(cut)])
