"""The charts of page, PDF and pictures: each knows its size and draws itself with any pen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from posterscan.kit.drawing import Type
from posterscan.kit.typeset import cut_short, wrapped
from posterscan.messages import Language
from posterscan.report.charts.pen import Mark, Pen, SvgPen
from posterscan.report.figures import Figures
from posterscan.report.looks import ACCENT, GRID, INK, SOFT_INK, WHITE, ZoneLook, zone_looks
from posterscan.report.rows import ItemRow
from posterscan.report.words import decimal, of, percent, zone_names

WIDTH_MM = 277.0  # what an A4 page on its side has between margins of 10 mm
LABEL = Type(9, colour=INK)
SMALL = Type(7.5, colour=SOFT_INK)
HEAD = Type(7.5, "SemiBold", SOFT_INK)
NUMBER = Type(8, "SemiBold", INK)
ROW = 6.2  # mm


@dataclass(frozen=True)
class Chart:
    """A drawing of a size in mm. name: of its file; title: what it shows."""

    name: str
    title: str
    height_mm: float
    draw: Callable[[Pen], None]
    width_mm: float = WIDTH_MM

    def svg(self, foot: str = "") -> str:
        """As SVG text; foot: a line under it, for a picture that goes its own way."""
        pen = SvgPen(self.width_mm, self.height_mm + (7.0 if foot else 0.0))
        self.draw(pen)
        if foot:
            pen.text(0, self.height_mm + 5, foot, SMALL)
        return pen.svg(self.title)


@dataclass(frozen=True)
class Style:
    """What all charts of a report share."""

    figures: Figures
    language: Language

    @property
    def looks(self) -> Mapping[str | None, ZoneLook]:
        """By zone id; what several outputs use."""
        return zone_looks(self.figures.gathered.zones)

    @property
    def names(self) -> dict[str | None, str]:
        """What zones are called."""
        return zone_names(self.figures.gathered.zones, self.language)

    def say(self, nl: str, en: str) -> str:
        """One of two."""
        return nl if self.language == "nl" else en

    def zones(self) -> list[str | None]:
        """All zones that something can lie in, no zone last."""
        return [*(zone.id for zone in self.figures.gathered.zones), None]


def agreement(style: Style, items: Sequence[ItemRow], *, part: str = "") -> Chart:
    """Per ingredient, in which zones how many tables laid it, and how much they differ. part: of a list over several pages."""
    title = style.say("Waar elk ingrediënt lag", "Where each ingredient lay") + part

    def draw(pen: Pen) -> None:
        legend(pen, style, 0.0)
        for x, text in ((_BAR_X + _BAR + 12, style.say("tafels", "tables")),
                        (WIDTH_MM - 24, style.say("waar de meeste", "where most")), (WIDTH_MM, style.say("verschil", "dispute"))):
            pen.text(x, 11, text, HEAD, "right")
        for number, row in enumerate(items):
            _agreement_row(pen, style, row, 13 + number * ROW)

    return Chart("agreement", title, 14 + len(items) * ROW, draw)


_BAR_X, _BAR = 62.0, 112.0


def _agreement_row(pen: Pen, style: Style, row: ItemRow, top: float) -> None:
    figures, names = style.figures, style.names
    base = top + 4.2
    with pen.about(Mark(f"{row.text}: {row.tables}", row.item)):
        pen.text(_BAR_X - 3, base, cut_short(row.text, LABEL, _BAR_X - 4), LABEL, "right")
        pen.text(_BAR_X + _BAR + 12, base, str(row.tables), NUMBER, "right")
    zones = figures.zones_of(row.item, row.group)
    most = max((one.tables for one in figures.ingredients(row.group)), default=1) or 1
    x = _BAR_X
    for zone in style.zones():
        if not zones.get(zone):
            continue
        width = _BAR * zones[zone] / most
        look, count = style.looks[zone], decimal(zones[zone], style.language)
        with pen.about(Mark(f"{row.text}, {names[zone]}: {count}", row.item, zone or "")):
            pen.rect(x, top + 0.8, width, ROW - 1.6, fill=look.fill, line=look.line, line_mm=0.25)
            if width > 4.5:
                pen.text(x + width / 2, base, count, Type(8, "SemiBold", look.name), "middle")
        x += width
    if row.tables:
        where = names.get(row.zone, row.zone or "")
        part = of(row.zone_tables or 0.0, row.tables, figures.fewest_tables, style.language)
        told = f"{where} {part}" if row.zone != "" else where
        pen.text(WIDTH_MM - 24, base, cut_short(told, SMALL, WIDTH_MM - 24 - _BAR_X - _BAR - 14), SMALL, "right")
        pen.text(WIDTH_MM, base, dispute_told(row, figures.fewest_tables, style.language), NUMBER, "right")


def dispute_told(row: ItemRow, fewest: int, language: Language) -> str:
    """The index where enough tables laid it, else a dash."""
    return decimal(row.dispute, language, 2) if row.dispute is not None and row.tables >= fewest else "–"


def ranking(style: Style, items: Sequence[ItemRow], *, part: str = "") -> Chart:
    """Intentions by stickers, most first."""
    title = style.say("Bedoelingen op volgorde van stickers", "Intentions by stickers") + part
    each = 8.4
    most = max((row.stickers for row in style.figures.intentions()), default=0) or 1

    def draw(pen: Pen) -> None:
        for x, text in ((214.0, style.say("stickers", "stickers")), (244.0, style.say("per deelnemer", "per participant")),
                        (WIDTH_MM, style.say("aandeel", "share"))):
            pen.text(x, 4, text, HEAD, "right")
        for number, row in enumerate(items):
            _ranking_row(pen, style, row, 7 + number * each, each, 100.0 * row.stickers / most)

    return Chart("intentions", title, 8 + len(items) * each, draw)


def _ranking_row(pen: Pen, style: Style, row: ItemRow, top: float, each: float, width: float) -> None:
    base = top + each / 2 + 1
    with pen.about(Mark(f"{row.text}: {row.stickers} {style.say('stickers', 'stickers')}", row.item)):
        pen.text(6, base, str(row.rank) if row.rank is not None else "–", NUMBER, "right")
        lines = wrapped(row.text, LABEL, 84.0)[:2]
        for n, line in enumerate(lines):
            pen.text(9, base + (n - (len(lines) - 1) / 2) * 3.7, cut_short(line, LABEL, 84.0), LABEL)
        pen.rect(96, top + 1.2, max(width, 0.3), each - 2.4, fill=ACCENT, radius_mm=0.6)
        pen.text(214, base, str(row.stickers), NUMBER, "right")
    each_person = "–" if row.per_participant is None else decimal(row.per_participant, style.language, 2)
    pen.text(244, base, each_person, SMALL, "right")
    share = "–" if row.sticker_share is None else percent(row.sticker_share, style.language)
    pen.text(WIDTH_MM, base, share, SMALL, "right")


def likeness(style: Style) -> Chart:
    """Every two tables: of the ingredients that both laid, the part in the same zone."""
    tables = style.figures.gathered.tables
    side = min(14.0, (WIDTH_MM - 60) / max(1, len(tables)))
    left, top = 52.0, 30.0

    def draw(pen: Pen) -> None:
        for i, one in enumerate(tables):
            name = cut_short(one.table, SMALL, left - 4)
            pen.text(left - 2, top + (i + 0.5) * side + 0.9, name, SMALL, "right")
            table_head(pen, left + (i + 0.5) * side, top - 1.5, one.table)
            for k, other in enumerate(tables):
                if k != i:
                    value, both = style.figures.likeness(one, other)
                    _likeness_cell(pen, style, left + k * side, top + i * side, side, value, both, f"{one.table} – {other.table}")

    title = style.say("Hoe tafels op elkaar lijken", "How tables are alike")
    return Chart("tables-alike", title, top + len(tables) * side + 2, draw)


def _likeness_cell(pen: Pen, style: Style, x: float, y: float, side: float, value: float | None, both: int, names: str) -> None:
    if value is None:
        pen.rect(x, y, side, side, line=GRID, line_mm=0.2)
        return
    shown = f"{100 * value:.0f}"
    said = style.say(f"{names}: {shown} % van {both} gedeelde ingrediënten in dezelfde sfeer",
                     f"{names}: {shown}% of {both} shared ingredients in the same zone")
    with pen.about(Mark(said)):
        pen.rect(x, y, side, side, fill=shade(value), line=WHITE, line_mm=0.3)
        if side >= 6 and both >= style.figures.fewest_tables:
            pen.text(x + side / 2, y + side / 2 + 1, shown, Type(7, "SemiBold", WHITE if value > 0.6 else INK), "middle")


def shade(part: float) -> str:
    """From nearly white to the accent, even steps in what the eye sees as lightness."""
    low, high = (0xF2, 0xF6, 0xF7), (0x1F, 0x4E, 0x5F)
    return "#" + "".join(f"{round(a + (b - a) * part):02X}" for a, b in zip(low, high, strict=True))


def table_head(pen: Pen, x: float, y: float, name: str, room_mm: float = 30.0) -> None:
    """A table's name over a narrow column."""
    with pen.turned(x + 0.9, y, -60) as steep:
        steep.text(0, 0, cut_short(name, SMALL, room_mm), SMALL)


def legend(pen: Pen, style: Style, x: float, y: float = 3.6) -> None:
    """The zones that something lies in."""
    used = {row.zone for row in style.figures.gathered.cards if row.kind != "intention"}
    for zone in style.zones():
        if zone not in used:
            continue
        look, name = style.looks[zone], cut_short(style.names[zone], SMALL, 60)
        pen.rect(x, y - 2.8, 3.6, 3.6, fill=look.fill, line=look.line, line_mm=0.3)
        pen.text(x + 5, y, name, SMALL)
        x += 10 + len(name) * 1.42
