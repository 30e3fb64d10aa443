"""Things to draw pictures with: a small poster, cards, a phone, a cup. Flat shapes that also work in black and white."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from posterscan.kit import palette
from posterscan.kit.drawing import XY, Page, Type
from posterscan.kit.poster_layout import (
    CODE_COPIES_MM,
    LADDER_MM,
    MARKER_MM,
    MARKERS_MM,
    QUIET_MM,
    SIZE_MM,
    SPHERES,
    TAG_MM,
    TAG_STEP_MM,
    outline_of,
)

TABLE = "#E2DACB"  # what a poster lies on
SKIN = "#C99D7C"
STICKERS = ("#C8252C", "#1B7F4B", "#1F5FA8")
STICKERS_PALE = ("#F6DCE2", "#FFFFFF")
STICKER_MM = 14.5  # on a small card
GLOW = "#FFF3B8"


@contextmanager
def small_poster(page: Page, x: float, y: float, width_mm: float, *, blocks: bool = True) -> Iterator[Page]:
    """Our poster, width_mm wide; what is drawn on it next is in the poster's own millimetres."""
    scale = width_mm / SIZE_MM[0]
    with page.moved(x, y, scale=scale) as poster:
        poster.rect(0, 0, *SIZE_MM, fill=palette.PAPER, line=palette.SOFT_INK, line_mm=0.25 / scale)
        for sphere, fill, line in zip(SPHERES, palette.SPHERES, palette.SPHERE_LINES, strict=True):
            poster.polygon(outline_of(sphere), fill=fill, line=line, line_mm=0.2 / scale)
        left, top, right, bottom = LADDER_MM
        poster.rect(left, top, right - left, bottom - top, fill=palette.LADDER, line=palette.LADDER_RUNGS, line_mm=0.2 / scale,
                    radius_mm=8)
        if blocks:
            for at in MARKERS_MM:
                block(poster, *at, MARKER_MM, rim_mm=QUIET_MM)
            for x_mm, y_mm in CODE_COPIES_MM:
                for k in range(4):
                    block(poster, x_mm + k * TAG_STEP_MM, y_mm, TAG_MM, rim_mm=3)
        yield poster


def block(page: Page, x: float, y: float, side: float, *, rim_mm: float = 0.0) -> None:
    """Looks like a marker from its top-left corner, and is none: no program takes the picture for the thing."""
    page.rect(x - rim_mm, y - rim_mm, side + 2 * rim_mm, side + 2 * rim_mm, fill=palette.WHITE)
    page.rect(x, y, side, side, fill=palette.INK)
    for c, r, wide, high in ((1, 1, 2, 1), (4, 1, 1, 2), (1, 3, 1, 1), (3, 4, 2, 1)):
        page.rect(x + c * side / 6, y + r * side / 6, wide * side / 6, high * side / 6, fill=palette.WHITE)


def small_card(page: Page, x: float, y: float, width: float, *, turn_deg: float = 0.0, rim: str = palette.INGREDIENT,
               dots: Sequence[tuple[float, float, str]] = ()) -> None:
    """A card round its middle, with its code; dots: stickers as (x, y, colour), in the card's mm from its middle."""
    with page.moved(x, y, turn_deg, width / 85) as card:
        card.rect(-42.5, -27.5, 85, 55, fill=rim, radius_mm=3)
        card.rect(-38, -23, 76, 46, fill=palette.WHITE, radius_mm=1.5)
        intention = rim == palette.INTENTION
        block(card, 17, -19 if intention else 2, 17)
        card.rect(-33, -17, 44, 7, fill=palette.INK)
        if not intention:
            card.rect(-33, -4, 30, 7, fill=palette.INK)
        for dx, dy, colour in dots:
            rim_of_pale = palette.SOFT_INK if colour in STICKERS_PALE else None
            card.circle(dx, dy, STICKER_MM / 2, fill=colour, line=rim_of_pale, line_mm=0.8)


def badge(page: Page, x: float, y: float, radius: float, *, good: bool) -> None:
    """A tick or a cross in a disc; they differ in shape, so colour is not needed."""
    page.circle(x, y, radius, fill=palette.YES if good else palette.NO, line=palette.WHITE, line_mm=radius * 0.2)
    tick, cross = [[(-0.48, 0.02), (-0.12, 0.4), (0.5, -0.36)]], [[(-0.36, -0.36), (0.36, 0.36)], [(-0.36, 0.36), (0.36, -0.36)]]
    for arm in tick if good else cross:
        page.line([(x + radius * dx, y + radius * dy) for dx, dy in arm], palette.WHITE, radius * 0.26)


@contextmanager
def phone(page: Page, x: float, y: float, width: float, height: float) -> Iterator[Page]:
    """A phone on its side from its top-left corner; what is drawn next is on its screen, from the screen's top-left corner."""
    page.rect(x, y, width, height, fill=palette.INK, radius_mm=2.2)
    screen = (width - 5.5, height - 2.4)
    with page.moved(x + 2.2, y + 1.2) as glass:
        glass.rect(0, 0, *screen, fill=TABLE)
        with glass.clipped([(0, 0), (screen[0], 0), screen, (0, screen[1])]):
            yield glass
    page.circle(x + width - 1.7, y + height / 2, 0.9, line=palette.WHITE, line_mm=0.25)


def person(page: Page, x: float, ground: float, height: float, hand: XY) -> None:
    """Someone who stands at x and holds a hand somewhere, from the side."""
    head = height * 0.075
    shoulder = (x, ground - height * 0.78)
    for dx in (-0.045, 0.05):
        page.line([(x, ground - height * 0.42), (x + dx * height, ground)], palette.INK, height * 0.085)
    page.line([shoulder, (x, ground - height * 0.42)], palette.SPHERE_LINES[1], height * 0.17)
    page.circle(x + 0.2, ground - height + head, head, fill=SKIN)
    page.line([shoulder, ((shoulder[0] + hand[0]) / 2, max(shoulder[1], hand[1]) + height * 0.03), hand], palette.SPHERE_LINES[1],
              height * 0.07)
    page.circle(*hand, height * 0.04, fill=SKIN)


def cup(page: Page, x: float, y: float, radius: float) -> None:
    """From above, on its saucer."""
    page.circle(x, y, radius * 1.45, fill=palette.WHITE, line=palette.SOFT_INK, line_mm=radius * 0.08)
    page.line([(x + radius * 0.7, y + radius * 0.7), (x + radius * 1.15, y + radius * 1.15)], palette.SOFT_INK, radius * 0.32)
    page.circle(x, y, radius, fill=palette.WHITE, line=palette.SOFT_INK, line_mm=radius * 0.1)
    page.circle(x, y, radius * 0.76, fill="#5B4234")


def pen(page: Page, x: float, y: float, length: float, turn_deg: float) -> None:
    """A felt-tip round its middle."""
    with page.moved(x, y, turn_deg) as here:
        thick = length * 0.12
        here.line([(-length * 0.42, 0), (length * 0.3, 0)], palette.INK, thick)
        here.line([(-length * 0.42, 0), (-length * 0.12, 0)], palette.SPHERE_LINES[1], thick)
        here.polygon([(length * 0.34, -thick * 0.4), (length * 0.5, 0), (length * 0.34, thick * 0.4)], fill=palette.INK)


def hand(page: Page, x: float, y: float, size: float, turn_deg: float) -> None:
    """A hand and its sleeve from above; it points to (x, y) from below."""
    with page.moved(x, y, turn_deg, size) as here:
        here.line([(0, 0.95), (0, 3)], palette.SPHERE_LINES[2], 0.62)
        here.line([(0, 0.62), (0, 0.8)], SKIN, 0.5)
        for dx, tip in ((-0.2, 0.12), (-0.06, 0.02), (0.08, 0.05), (0.21, 0.16)):
            here.line([(dx, tip), (dx * 0.8, 0.6)], SKIN, 0.125)
        here.line([(-0.38, 0.42), (-0.15, 0.72)], SKIN, 0.14)


def arrow(page: Page, points: Sequence[XY], colour: str, line_mm: float) -> None:
    """A line with a head at its last point."""
    (x0, y0), (x1, y1) = points[-2:]
    along = math.atan2(y1 - y0, x1 - x0)
    long, half = line_mm * 3.2, line_mm * 2.0
    back = (x1 - long * math.cos(along), y1 - long * math.sin(along))
    side = (-half * math.sin(along), half * math.cos(along))
    page.line([*points[:-1], back], colour, line_mm)
    page.polygon([(x1, y1), (back[0] + side[0], back[1] + side[1]), (back[0] - side[0], back[1] - side[1])], fill=colour)


def arc(x: float, y: float, rx: float, ry: float, from_deg: float, to_deg: float) -> list[XY]:
    """Points on an ellipse, clockwise from the right."""
    turns = [math.radians(from_deg + (to_deg - from_deg) * k / 32) for k in range(33)]
    return [(x + rx * math.cos(t), y + ry * math.sin(t)) for t in turns]


def lamp(page: Page, x: float, y: float, size: float) -> None:
    """A hanging lamp; (x, y) is the middle of its lower edge."""
    page.line([(x, y - size * 1.6), (x, y - size * 0.6)], palette.INK, size * 0.08)
    page.polygon([(x - size * 0.3, y - size * 0.7), (x + size * 0.3, y - size * 0.7), (x + size * 0.8, y), (x - size * 0.8, y)],
                 fill=palette.INK)


def bolt(page: Page, x: float, y: float, size: float) -> None:
    """A flash of lightning round (x, y)."""
    shape = ((0.15, -0.5), (-0.3, 0.08), (-0.04, 0.08), (-0.15, 0.5), (0.3, -0.1), (0.04, -0.1))
    page.polygon([(x + size * dx, y + size * dy) for dx, dy in shape], fill="#F2B705", line=palette.INK, line_mm=size * 0.05)


def scale_bar(page: Page, x: float, y: float, length: float, *, steps: int = 10, line_mm: float = 0.4) -> None:
    """A bar with ticks upwards, longer ones at its ends and its middle."""
    page.line([(x, y), (x + length, y)], palette.INK, line_mm)
    for k in range(steps + 1):
        high = 3.0 if k in (0, steps) or 2 * k == steps else 1.8
        page.line([(x + length * k / steps, y), (x + length * k / steps, y - high)], palette.INK, line_mm)


def number_disc(page: Page, x: float, y: float, radius: float, text: str) -> None:
    """A number in a dark disc round (x, y)."""
    style = Type(radius * 4.2, "ExtraBold", palette.WHITE)
    page.circle(x, y, radius, fill=palette.YES)
    page.text(x, y + style.size_mm * 0.335, text, style, "middle")
