"""Charts on the poster itself: where things lay, in mm."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from posterscan.kit.drawing import XY, Type, text_width_mm
from posterscan.kit.typeset import cut_short, wrapped
from posterscan.layout import Layout, Zone
from posterscan.report.arrange import Box, Room, Wish, arrange
from posterscan.report.charts.base import SMALL, WIDTH_MM, Chart, Style, shade
from posterscan.report.charts.pen import Mark, Pen
from posterscan.report.honesty import counted
from posterscan.report.looks import DOUBT, INK, WHITE
from posterscan.report.rows import ItemRow, PlacementRow

CELL_MM = 20.0  # of the heat map: a quarter of a card's width, finer than anybody lays on purpose
MAP_LEFT, MAP_TOP = 12.0, 8.0  # mm in a drawing: room for the axes' numbers
_SMALLEST_PT, _LARGEST_PT = 6.5, 13.0
_LEADING = 1.12  # ems
_ROOM_MM = 28.0  # of the poster round what is drawn: half a card
_TITLE = Type(9, "SemiBold")
_STICKER = "#C0392B"


def total_picture(style: Style, items: Sequence[ItemRow], poster: str, *, part: str = "") -> Chart:
    """Each ingredient where most tables laid it; the more tables, the larger its letters."""
    layout = style.figures.gathered.posters[poster]
    places = {row.item: at for row in items if (at := style.figures.place_of(row.item, poster)) is not None}
    window = _window(layout, list(places.values()))
    title = style.say("Totaalbeeld: waar elk ingrediënt lag", "Total picture: where each ingredient lay") + part

    def draw(pen: Pen) -> None:
        _zones(pen, style, window)
        for label in _placed([row for row in items if row.item in places], places, window):
            label.draw(pen, style)

    return Chart("total-picture", title, window.height_mm, draw)


@dataclass(frozen=True)
class _Window:
    """The part of a poster that is drawn, with its top-left corner on the poster, in mm; scale: of the drawing."""

    zones: tuple[Zone, ...]
    corner: XY
    height_mm: float
    scale: float

    def at(self, place: XY) -> XY:
        """A place on the poster, in the drawing."""
        return (place[0] - self.corner[0]) * self.scale, (place[1] - self.corner[1]) * self.scale

    def ring(self, zone: Zone) -> tuple[XY, ...]:
        """A zone's outline in the drawing."""
        return tuple(self.at(point) for point in zone.polygon_mm)


def _window(layout: Layout, places: Sequence[XY]) -> _Window:
    """Around what ingredients are laid in and where they lay: intentions have a chart of their own."""
    zones = [zone for zone in layout.zones if zone.kind != "ladder"] or layout.zones
    points = np.array([*(point for zone in zones for point in zone.polygon_mm), *places] or [(0.0, 0.0), layout.size_mm])
    (left, top), (right, bottom) = points.min(axis=0) - _ROOM_MM, points.max(axis=0) + _ROOM_MM
    scale = WIDTH_MM / (right - left)
    return _Window(tuple(zones), (float(left), float(top)), float((bottom - top) * scale), float(scale))


@dataclass(frozen=True)
class _Label:
    """An ingredient's name and number on the map; size_pt: of its letters."""

    row: ItemRow
    lines: tuple[str, ...]
    size_pt: float
    at: XY = (0.0, 0.0)

    @property
    def letters(self) -> Type:
        """Of its name."""
        return Type(self.size_pt, "SemiBold")

    @property
    def number(self) -> str:
        """Of tables; with a question mark where one of the cards is doubtful."""
        return f"{self.row.tables}{'?' if self.row.doubtful else ''}"

    @property
    def size_mm(self) -> XY:
        """Wide and high, with room for the number."""
        em = self.letters.size_mm
        wide = max(text_width_mm(line, self.letters) for line in self.lines)
        return wide + text_width_mm(self.number, self.letters) + 1.7 * em, (len(self.lines) * _LEADING + 0.5) * em

    def draw(self, pen: Pen, style: Style) -> None:
        """A white plate with the name, and the number on a dark ground at its right."""
        (x, y), (width, height), em = self.at, self.size_mm, self.letters.size_mm
        number = text_width_mm(self.number, self.letters) + 0.8 * em
        left, top = x - width / 2, y - height / 2
        tables = counted(self.row.tables, style.say("tafel", "table"), style.say("tafels", "tables"))
        told = f"{self.row.text}: {style.say('op', 'on')} {tables}"
        with pen.about(Mark(told, self.row.item)):
            rim = DOUBT if self.row.doubtful else INK
            pen.rect(left, top, width, height, fill=WHITE, line=rim, line_mm=0.25, radius_mm=0.3 * em)
            pen.rect(left + width - number, top, number, height, fill=INK, radius_mm=0.3 * em)
            pen.text(left + width - number / 2, y + 0.36 * em, self.number, replace(self.letters, colour=WHITE), "middle")
            for i, line in enumerate(self.lines):
                base = y + (i - (len(self.lines) - 1) / 2) * _LEADING * em + 0.36 * em
                pen.text(left + (width - number) / 2, base, line, self.letters, "middle")


def _placed(items: Sequence[ItemRow], places: Mapping[str, XY], window: _Window) -> list[_Label]:
    """Labels without overlap, each in the zone of its place, as near to it as there is room."""
    most = max((row.tables for row in items), default=1)
    room = Room((0.0, 0.0, WIDTH_MM, window.height_mm), tuple((zone.id, window.ring(zone)) for zone in window.zones))
    labels, wishes = [], []
    for row in items:
        size = _SMALLEST_PT + (_LARGEST_PT - _SMALLEST_PT) * math.sqrt((row.tables - 1) / max(1, most - 1))
        label = _Label(row, _in_lines(row.text, Type(size, "SemiBold")), size)
        x, y = window.at(places[row.item])
        labels.append(label)
        wishes.append(Wish(x, y, *label.size_mm, room.zone_at(x, y)))
    placed = arrange(wishes, room, least_scale=0.55, taken=tuple(_titles(window).values()))
    return [replace(label, size_pt=label.size_pt * placed.scale, at=at) for label, at in zip(labels, placed.places, strict=True)]


def _in_lines(text: str, letters: Type) -> tuple[str, ...]:
    """At most three lines of about ten ems; what is longer ends in an ellipsis."""
    width = 10 * letters.size_mm
    lines = wrapped(" ".join(text.split()), letters, width)
    if len(lines) > 3:
        lines = (*lines[:2], f"{lines[2]} …")
    return tuple(cut_short(line, letters, 1.6 * width) for line in lines)


def heat_map(style: Style, poster: str, cards: Sequence[PlacementRow], *, title: str = "", name: str = "places") -> Chart:
    """How many cards' middles lay in each square of CELL_MM; axes in mm from the poster's top-left corner."""
    layout = style.figures.gathered.posters[poster]
    left, top, scale = MAP_LEFT, MAP_TOP, map_scale(layout)
    counts = cells(layout, cards)
    most = int(counts.max(initial=0))

    def draw(pen: Pen) -> None:
        _axes(pen, layout, (left, top), scale)
        for (row, column), count in np.ndenumerate(counts):
            if count:
                x, y = left + column * CELL_MM * scale, top + row * CELL_MM * scale
                width = min(CELL_MM, layout.size_mm[0] - column * CELL_MM) * scale
                height = min(CELL_MM, layout.size_mm[1] - row * CELL_MM) * scale
                pen.rect(x, y, width, height, fill=shade(math.sqrt(count / most)))
                letters = Type(6.5, colour=WHITE if count > most * 0.4 else INK)
                pen.text(x + width / 2, y + height / 2 + 0.9, str(count), letters, "middle")
        for zone in layout.zones:
            ring = [(left + x * scale, top + y * scale) for x, y in zone.polygon_mm]
            pen.polygon(ring, line=style.looks[zone.id].line, line_mm=0.35)

    shown = title or style.say("Waar kaartjes lagen, in mm", "Where cards lay, in mm")
    return Chart(name, shown, top + layout.size_mm[1] * scale + 2, draw)


def map_scale(layout: Layout) -> float:
    """Millimetres of the drawing of a heat map to one of the poster."""
    return (WIDTH_MM - MAP_LEFT - 2) / layout.size_mm[0]


def cells(layout: Layout, cards: Sequence[PlacementRow]) -> NDArray[np.int64]:
    """(rows, columns) how many cards' middles lie in each square of CELL_MM; those beside the sheet in none."""
    width, height = layout.size_mm
    out = np.zeros((math.ceil(height / CELL_MM), math.ceil(width / CELL_MM)), np.int64)
    for card in cards:
        row, column = int(card.center_y_mm // CELL_MM), int(card.center_x_mm // CELL_MM)
        if 0 <= row < out.shape[0] and 0 <= column < out.shape[1]:
            out[row, column] += 1
    return out


def _zones(pen: Pen, style: Style, window: _Window) -> None:
    pen.rect(0, 0, WIDTH_MM, window.height_mm, fill="#FAF9F6")
    for zone in window.zones:
        look = style.looks[zone.id]
        pen.polygon(window.ring(zone), fill=look.fill, line=look.line, line_mm=0.4)
    titles = _titles(window)
    for zone in window.zones:
        left, _, right, bottom = titles[zone.id]
        letters = Type(_TITLE.size_pt, _TITLE.weight, style.looks[zone.id].name)
        pen.text((left + right) / 2, bottom - 1.2, zone.label, letters, "middle")


def _titles(window: _Window) -> dict[str, Box]:
    """Where the names of zones stand: at the top of each, over its rim."""
    out = {}
    for zone in window.zones:
        ring = np.array(window.ring(zone))
        half = text_width_mm(zone.label, _TITLE) / 2 + 1
        x, y = float(ring[:, 0].min() + ring[:, 0].max()) / 2, max(float(ring[:, 1].min()), 5.0)
        out[zone.id] = (x - half, y - 4.6, x + half, y)
    return out


def _axes(pen: Pen, layout: Layout, at: XY, scale: float) -> None:
    left, top = at
    width, height = layout.size_mm
    pen.rect(left, top, width * scale, height * scale, line="#B9BDC1", line_mm=0.3)
    for x in range(0, int(width) + 1, 100):
        pen.text(left + x * scale, top - 1.6, str(x), SMALL, "middle")
    for y in range(0, int(height) + 1, 100):
        pen.text(left - 1.6, top + y * scale + 0.9, str(y), SMALL, "right")
