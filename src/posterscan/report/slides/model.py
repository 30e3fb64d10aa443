"""A poster on a slide: its zones as free forms, and what lies on it as shapes that can be moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely

from posterscan.layout import Layout, Zone
from posterscan.report.arrange import XY, Arranged, Box, Room, Wish, arrange, in_column
from posterscan.report.looks import DOUBT, INK, SOFT_INK, WHITE, zone_looks
from posterscan.report.slides.labels import Label, label_in
from posterscan.report.slides.shapes import Area, Drawing, Look, Paragraph, Run
from posterscan.report.slides.text import NO_BREAK, Lines, clean, in_lines, width_mm

_STRETCH = 1.3  # a poster may become that much wider or higher than it is: zones have no round shape to lose
_RIM_MM = 8.0  # of the sheet round the zones, where cards lie that are in none
_GAP, _INSET = 1.0, 0.8  # mm between cards, and from a card's rim to its words
_FINE_MM = 0.05  # corners of a zone that don't matter by more than this are left out: they take memory
_MOST_LINES = 4
_WIDER = 1.4  # a card is that much wider, if that keeps its longest word whole
_IN_ZONES = "zones"
_UPRIGHT = 0.95  # of its bounding rectangle that a ladder fills, at least
_ON_LADDER = 0.94  # of the ladder's width: a card fills it, so that the order is easy to read


@dataclass(frozen=True)
class Piece:
    """Something that lies on the poster, its middle in mm of the poster.

    mark: before its words, a number or a sign. told: all that is known of it, for who can't see it. link: that a click opens.
    anywhere: it may lie in another zone than its own, for want of room in that.
    """

    x_mm: float
    y_mm: float
    zone: str | None
    text: str
    mark: str = ""
    doubtful: bool = False
    italic: bool = False
    name: str = ""
    told: str = ""
    link: str = ""
    anywhere: bool = False


@dataclass(frozen=True)
class Sizes:
    """How large pieces are: letters in points from the usual size to the least, width in mm at the usual size."""

    pt: float
    least_pt: float
    width: float


@dataclass(frozen=True)
class Laid:
    """A piece on a slide: the rectangle that it takes, its words in lines and their size in points."""

    piece: Piece
    area: Area
    words: Lines
    pt: float


@dataclass(frozen=True)
class Spread:
    """What lies on one slide. fits: whether it all can be read. moved: mm on the slide, of the piece farthest from its place."""

    laid: tuple[Laid, ...]
    fits: bool
    moved: float


class Model:
    """A poster drawn in an area of a slide, as large as it goes."""

    def __init__(self, layout: Layout, area: Area, zones: Sequence[Zone], *, ladder: bool) -> None:
        """zones: of all posters, which give the colours. ladder: whether the zone of the intentions is drawn too."""
        self._zones = [zone for zone in layout.zones if ladder or zone.kind != "ladder"] or list(layout.zones)
        self._looks = zone_looks(zones)
        points = np.array([point for zone in self._zones for point in zone.polygon_mm])
        low = np.maximum(points.min(axis=0) - _RIM_MM, np.minimum(points.min(axis=0), 0))
        high = np.minimum(points.max(axis=0) + _RIM_MM, np.maximum(points.max(axis=0), layout.size_mm))
        scale = np.array([area.width, area.height]) / np.maximum(high - low, 1.0)
        self._scale, self._low = np.minimum(scale, scale.min() * _STRETCH), low
        wide, tall = (float(one) for one in self._scale * (high - low))
        self.area = Area(area.left, area.top + (area.height - tall) / 2, wide, tall)

    def at(self, x_mm: float, y_mm: float) -> XY:
        """A point of the poster on the slide, mm."""
        x, y = ([x_mm, y_mm] - self._low) * self._scale
        return self.area.left + float(x), self.area.top + float(y)

    @cached_property
    def room(self) -> Room:
        """Where pieces may lie."""
        bounds = (self.area.left, self.area.top, self.area.right, self.area.bottom)
        return Room(bounds, tuple((zone.id, tuple(self.at(*point) for point in zone.polygon_mm)) for zone in self._zones))

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """Names of the zones and their places, in the zones' order."""
        return tuple(label_in(self.room, index, zone.label) for index, zone in enumerate(self._zones))

    def spread(self, pieces: Sequence[Piece], sizes: Sizes, *, in_order: bool) -> list[Spread]:
        """The pieces over as few slides as they can be read on.

        in_order: the first ones on the first slide, else a part of each zone on every slide.
        """
        whole = self._spread(pieces, sizes)
        if whole.fits:
            return [whole]
        pieces = [replace(piece, anywhere=not self._spread([piece], sizes).fits) for piece in pieces]
        for count in range(1, len(pieces) + 1):
            size = -(-len(pieces) // count)
            parts = [pieces[k * size : (k + 1) * size] if in_order else pieces[k::count] for k in range(count)]
            spreads = []
            for part in filter(None, parts):
                spreads.append(self._spread(part, sizes))
                if not spreads[-1].fits and len(part) > 1:
                    break
            else:
                return spreads
        return [whole]

    def draw(self, drawing: Drawing, spread: Spread) -> list[str]:
        """Zones, labels and pieces; the full words of those that are cut."""
        for zone, points in zip(self._zones, self._outlines, strict=True):
            look = self._looks[zone.id]
            drawing.polygon(points, Look(look.fill, look.line, 1.0), name=zone.label, told=zone.label)
        for zone, label in zip(self._zones, self.labels, strict=True):
            words = Run(label.shown, bold=True, colour=self._looks[zone.id].name)
            drawing.words(label.area, [Paragraph((words,), label.pt, "middle")], Look(anchor="middle"), name=zone.label)
        for laid in spread.laid:
            _draw(drawing, laid)
        return [laid.piece.text for laid in spread.laid if laid.words.cut]

    @cached_property
    def _outlines(self) -> list[list[XY]]:
        shapes = [shapely.Polygon(points).simplify(_FINE_MM) for _, points in self.room.zones]
        return [[(x, y) for x, y in shape.exterior.coords[:-1]] for shape in shapes]

    @cached_property
    def _ladders(self) -> dict[str | None, Box]:
        """Below their labels, zones that hold an order, by their id; a ladder of an odd shape is a zone like any other."""
        out: dict[str | None, Box] = {}
        for zone, (_, points), label in zip(self._zones, self.room.zones, self.labels, strict=True):
            left, top, right, bottom = shapely.Polygon(points).bounds
            if zone.kind == "ladder" and shapely.Polygon(points).area > _UPRIGHT * (right - left) * (bottom - top):
                out[zone.id] = (left, max(top, label.area.bottom), right, bottom)
        return out

    def _spread(self, pieces: Sequence[Piece], sizes: Sizes) -> Spread:
        """What lies on the ladder first, then what lies in no zone: little room makes their letters small, and only theirs."""
        taken: list[Box] = [(one.area.left, one.area.top, one.area.right, one.area.bottom) for one in self.labels]
        kinds = [piece.zone if piece.zone in self._ladders or piece.zone is None else _IN_ZONES for piece in pieces]
        laid: dict[int, Laid] = {}
        fits, moved = True, 0.0
        for kind in (*self._ladders, None, _IN_ZONES):
            chosen = [index for index, one in enumerate(kinds) if one == kind]
            sized = [self._sized(pieces[index], sizes) for index in chosen]
            found = self._found(kind, [wish for wish, _ in sized], sizes.least_pt / sizes.pt, taken)
            fits, moved = fits and found.fits, max(moved, found.moved)
            for index, (wish, words), (x, y) in zip(chosen, sized, found.places, strict=True):
                wide, tall = (wish.width - _GAP) * found.scale, (wish.height - _GAP) * found.scale
                laid[index] = Laid(pieces[index], Area(x - wide / 2, y - tall / 2, wide, tall), words, sizes.pt * found.scale)
                taken.append((x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2))
        return Spread(tuple(laid[index] for index in range(len(pieces))), fits, moved)

    def _found(self, kind: str | None, wishes: Sequence[Wish], least: float, taken: Sequence[Box]) -> Arranged:
        if kind in self._ladders:
            _, top, _, bottom = self._ladders[kind]
            return in_column(wishes, top, bottom, least)
        return arrange(wishes, self.room, least, taken)

    def _sized(self, piece: Piece, sizes: Sizes) -> tuple[Wish, Lines]:
        """The piece as a rectangle, and its words in lines."""
        x, y = self.at(piece.x_mm, piece.y_mm)
        text = clean(f"{piece.mark}{NO_BREAK}{piece.text}" if piece.mark else piece.text)
        longest = max(width_mm(word, sizes.pt) for word in text.split(" ")) + 2 * _INSET
        width = min(max(sizes.width, longest), sizes.width * _WIDER)
        if piece.zone in self._ladders:
            left, _, right, _ = self._ladders[piece.zone]
            x, width = (left + right) / 2, max(width, (right - left) * _ON_LADDER - _GAP)
        words = in_lines(text, sizes.pt, width - 2 * _INSET, _MOST_LINES)
        anywhere = piece.anywhere or (piece.zone is not None and piece.zone not in {zone.id for zone in self._zones})
        return Wish(x, y, width + _GAP, words.height_mm(sizes.pt) + _INSET + _GAP, piece.zone, anywhere), words


def _draw(drawing: Drawing, laid: Laid) -> None:
    piece, mark = laid.piece, clean(laid.piece.mark)
    runs = [Run(mark, bold=True, colour=DOUBT if piece.doubtful else INK)] if mark else []
    runs.append(Run(laid.words.shown.removeprefix(mark), italic=piece.italic, colour=INK))
    look = Look(WHITE, SOFT_INK, 0.5, round_mm=0.8, inset=_INSET / 2, anchor="middle")
    if piece.doubtful or piece.zone is None:
        look = replace(look, line=DOUBT if piece.doubtful else SOFT_INK, line_pt=1.25, dashed=True)
    drawing.words(laid.area, [Paragraph(tuple(runs), int(laid.pt * 10) / 10, "middle")], look,
                  name=piece.name, told=piece.told, link=piece.link)
