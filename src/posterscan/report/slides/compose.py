"""The slides of a report: shapes that can be moved and charts that can be edited, in the user's own template if there is one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from posterscan.messages import Language, Message
from posterscan.report.figures import Figures
from posterscan.report.honesty import sentences
from posterscan.report.rows import PlacementRow
from posterscan.report.slides import words as say
from posterscan.report.slides.agreement import agreement
from posterscan.report.slides.deck import Deck
from posterscan.report.slides.flow import said, stacked
from posterscan.report.slides.groups import groups
from posterscan.report.slides.ranking import ranking
from posterscan.report.slides.story import Story
from posterscan.report.slides.tables import table_slides
from posterscan.report.slides.total import total_picture
from posterscan.report.words import METHOD, TITLE

__all__ = ["slides"]

_GAP_MM = 12.0


def slides(figures: Figures, language: Language, *, template: bytes | None = None,
           crops: Callable[[str], str] | None = None) -> bytes:
    """A .pptx of all figures and a slide per table.

    template: a .pptx or .potx whose masters, sizes and fonts are used; its own slides are left out. crops: turns a row's `crop`
    into the address that a card's shape links to; without it no shape links to anything. UsageError, which says what to do, where
    the template can't be used.
    """
    story = Story(figures, Deck(language, template), language, crops)
    title = _cover(story)
    total_picture(story)
    ranking(story)
    agreement(story)
    groups(story)
    cards: dict[str, list[PlacementRow]] = defaultdict(list)
    for row in figures.gathered.cards:
        cards[row.result].append(row)
    for table in figures.gathered.tables:
        table_slides(story, table, cards[table.result])
    _method(story)
    return story.deck.saved(title)


def _cover(story: Story) -> str:
    """Whose evening it was, how many came, and how far it was looked over; its title."""
    tables = story.gathered.tables
    names = list(dict.fromkeys(table.session_name for table in tables if table.session_name))
    title = names[0] if len(names) == 1 else story.to(TITLE)
    below = [story.to(TITLE)] if len(names) == 1 else [" | ".join(names)]
    places = dict.fromkeys(" · ".join(part for part in (table.session_place, table.session_date) if part) for table in tables)
    below += [" | ".join(filter(None, places)), story.to(_size(story)), story.foot]
    story.deck.cover(title, [line for line in below if line], story.foot)
    return title


def _size(story: Story) -> Message:
    """"10 tafels · 80 deelnemers · 290 kaartjes"."""
    tables = story.gathered.tables
    known = [table.participants for table in tables if table.participants is not None]
    people = say.people(sum(known))
    if not known:
        people = Message("aantal deelnemers niet bekend", "number of participants not known")
    elif unknown := len(tables) - len(known):
        people += Message(f" (van {say.tables(unknown).nl} niet bekend)", f" (not known of {say.tables(unknown).en})")
    return say.joined([say.tables(len(tables)), people, say.cards(len(story.gathered.cards))])


def _method(story: Story) -> None:
    """How the figures came about, and all that there is to know of them; side by side if both fit."""
    area = story.deck.area
    width = (area.width - _GAP_MM) / 2
    how = [said(story.to(paragraph), after_pt=7) for paragraph in METHOD]
    known = [said(story.to(sentence), after_pt=7) for sentence in sentences(story.honest)]
    heads = [said(story.to(title), bold=True, after_pt=7) for title in (say.METHOD_TITLE, say.HONESTY_TITLE)]
    columns = [stacked([head, *lines], width) for head, lines in zip(heads, (how, known), strict=True)]
    if max(height for _, height in columns) > area.height:
        story.texts(say.METHOD_TITLE, how)
        story.texts(say.HONESTY_TITLE, known)
        return
    page = story.page(say.ABOUT)
    for number, (shown, _) in enumerate(columns):
        page.drawing.words(area.column(number * (width + _GAP_MM), width), shown, name="Text")
