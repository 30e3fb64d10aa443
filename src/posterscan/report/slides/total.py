"""The total picture: each ingredient where most tables laid it, with the number of tables."""

from __future__ import annotations

from posterscan.messages import Message
from posterscan.report.rows import ItemRow
from posterscan.report.slides import words as say
from posterscan.report.slides.flow import said, stacked
from posterscan.report.slides.model import Piece, Sizes
from posterscan.report.slides.shapes import Paragraph
from posterscan.report.slides.story import Story
from posterscan.report.slides.text import NO_BREAK

_BODY_PT = 14.0
_ASIDE_MM, _ASIDE_PART, _GAP_MM = 62.0, 0.24, 6.0
_MAP = Sizes(pt=12.0, least_pt=10.0, width=35.0)


def total_picture(story: Story) -> None:
    """Each ingredient where most tables laid it, on as many slides as it takes to read them."""
    laid = [row for row in story.figures.ingredients() if row.tables]
    poster = story.gathered.main_poster
    if not laid:
        story.texts(say.TOTAL, [said(story.to(say.NOTHING_LAID), _BODY_PT)])
    elif poster is None:
        _listed(story, laid)
    else:
        _drawn(story, laid, poster)


def _drawn(story: Story, laid: list[ItemRow], poster: str) -> None:
    area = story.deck.area
    model = story.model(poster, area.column(0, area.width - min(_ASIDE_MM, area.width * _ASIDE_PART) - _GAP_MM), ladder=False)
    placed = [(row, place) for row in laid if (place := story.figures.place_of(row.item, poster)) is not None]
    pieces = [_piece(story, row, place, model.room.zone_at(*model.at(*place))) for row, place in placed]
    spreads = model.spread(pieces, _MAP, in_order=True)
    first = 0
    for number, spread in enumerate(spreads, 1):
        page = story.page(say.TOTAL, part=(number, len(spreads)))
        cut = model.draw(page.drawing, spread)
        shown = [row for row, _ in placed[first : first + len(spread.laid)]]
        first += len(spread.laid)
        lines = _aside(story, shown, len(placed), len(spreads)) + _elsewhere(story, len(laid) - len(placed))
        aside = area.column(model.area.width + _GAP_MM, area.width - model.area.width - _GAP_MM)
        page.drawing.words(aside, stacked(lines, aside.width)[0], name="Legend")
        story.note_cut(page, cut)


def _piece(story: Story, row: ItemRow, place: tuple[float, float], at: str | None) -> Piece:
    """at: the zone there, which counts where as many tables laid it elsewhere."""
    zone = at if row.zone == "" else row.zone
    told = f"{row.text} ({story.zones.get(row.zone, row.zone)}; {story.to(say.tables(row.tables))})"
    return Piece(*place, zone, row.text, str(row.tables), italic=not row.in_catalogue, name=row.item, told=told)


def _aside(story: Story, shown: list[ItemRow], placed: int, slides: int) -> list[Paragraph]:
    """What the numbers mean, which ingredients these are, and how many lie in each zone."""
    one = len(story.gathered.tables) == 1
    lines = [said(story.to(say.TOTAL_ONE if one else say.TOTAL_LEGEND), _BODY_PT)]
    if slides > 1 and shown:
        lines.append(said(story.to(_which(shown, placed)), _BODY_PT))
    for zone in (*story.gathered.zones, None):
        count = sum(row.zone == (zone.id if zone else None) for row in story.figures.ingredients() if row.tables)
        if count:
            lines.append(said(f"{zone.label if zone else story.zones[None]}: {count}", _BODY_PT, after_pt=3))
    if any(row.zone is None for row in shown):
        lines.append(said(story.to(say.IN_NO_ZONE), _BODY_PT))
    divided = sum(row.zone == "" for row in story.figures.ingredients() if row.tables)
    return [*lines, *([said(f"{story.zones['']}: {divided}", _BODY_PT)] if divided else [])]


def _which(shown: list[ItemRow], placed: int) -> Message:
    most, least = shown[0].tables, shown[-1].tables
    span = Message(f"{most} tot {least} tafels", f"{most} to {least} tables") if most != least else say.tables(most)
    return (Message(f"Hier {len(shown)} van {placed} ingrediënten, op ", f"Here {len(shown)} of {placed} ingredients, on ")
            + span + Message(".", "."))


def _elsewhere(story: Story, count: int) -> list[Paragraph]:
    """Ingredients that nobody laid on this poster."""
    if not count:
        return []
    what = say.ingredients(count)
    words = Message(f"Niet getekend: {what.nl} van een andere poster.", f"Not drawn: {what.en} of another poster.")
    return [said(story.to(words), _BODY_PT)]


def _listed(story: Story, laid: list[ItemRow]) -> None:
    """By zone, where no poster is known."""
    lines = [said(story.to(say.TOTAL_LEGEND), _BODY_PT)]
    for zone in story.in_order({row.zone for row in laid}):
        lines.append(said(str(story.zones.get(zone, zone)), _BODY_PT, bold=True, after_pt=2))
        lines += [said(f"{row.tables}{NO_BREAK}{NO_BREAK}{row.text}", _BODY_PT, after_pt=2) for row in laid if row.zone == zone]
    story.texts(say.TOTAL, lines, columns=3)
