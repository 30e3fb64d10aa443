"""What all slides of one report share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from posterscan.messages import Language, Message
from posterscan.report import slides_words as say
from posterscan.report.figures import Figures
from posterscan.report.gather import Gathered
from posterscan.report.honesty import Honesty, headline, honesty
from posterscan.report.rows import PlacementRow
from posterscan.report.slides_deck import Deck, Page
from posterscan.report.slides_flow import flowed
from posterscan.report.slides_model import Model
from posterscan.report.slides_shapes import Area, Paragraph
from posterscan.report.words import zone_names


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
        """Zones as on the posters, then unknown ones, then none."""
        order: list[str | None] = [zone.id for zone in self.gathered.zones]
        return sorted(zones, key=lambda zone: (zone is None, order.index(zone) if zone in order else len(order), zone or ""))

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
