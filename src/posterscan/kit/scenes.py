"""The pictures of the instructions; each fills a box of SCENE_MM from the page's origin."""

from __future__ import annotations

from posterscan.kit import palette
from posterscan.kit.drawing import Page, Type
from posterscan.kit.pictures import (
    GLOW,
    STICKERS,
    STICKERS_PALE,
    TABLE,
    arc,
    arrow,
    badge,
    bolt,
    cup,
    hand,
    lamp,
    pen,
    person,
    phone,
    scale_bar,
    small_card,
    small_poster,
)

SCENE_MM = (57.0, 24.0)
STEP_MM = (22.0, 12.0)
_SHADOW = "#B9B6AE"
# on the poster, in its own mm: middles and turns of cards (ingredients), then of intentions on the ladder
_LAID = ((105, 150, -8), (215, 205, 5), (400, 140, 4), (490, 215, -6), (250, 400, 6), (370, 455, -4), (90, 440, 3))
_RANKED = ((734, 120, 1), (734, 230, -2), (734, 340, 2))
_ROW = tuple((-27.0 + 17.5 * k, 11.0, colour) for k, colour in enumerate(STICKERS))


def _laid_out(poster: Page, size: float = 100.0) -> None:
    """Cards on a small poster, a little larger than true."""
    for x, y, turn in _LAID:
        small_card(poster, x, y, size, turn_deg=turn)
    for k, (x, y, turn) in enumerate(_RANKED):
        small_card(poster, x, y, size, turn_deg=turn, rim=palette.INTENTION, dots=_ROW[:3 - k])


def _table(page: Page) -> None:
    page.rect(0, 0, *SCENE_MM, fill=TABLE, radius_mm=2)


def _room(page: Page) -> None:
    page.rect(0, 0, *SCENE_MM, fill=palette.LADDER, radius_mm=2)


def printing(page: Page) -> None:
    """A poster with its scale bar, and a sheet of cards that turns over its long side."""
    _room(page)
    with small_poster(page, 3, 2.2, 21):
        pass
    scale_bar(page, 3, 22.2, 21)
    left, top, wide, high = 31.0, 6.5, 11.0, 15.6
    page.rect(left, top, wide, high, fill=palette.WHITE, line=palette.SOFT_INK, line_mm=0.25)
    for k in range(10):
        small_card(page, left + 3 + 5 * (k % 2), top + 1.9 + 2.95 * (k // 2), 4.3)
    hinge = left + wide
    page.polygon([(hinge, top), (hinge + 10, top - 2.4), (hinge + 10, top + high - 2.4), (hinge, top + high)],
                 fill="#D5D6D0", line=palette.SOFT_INK, line_mm=0.25)
    page.line([(hinge, top - 2), (hinge, top + high + 1.4)], palette.INK, 0.3, dash_mm=(0.9, 0.9))
    arrow(page, arc(hinge, top - 0.6, 7.5, 4.2, 200, 322), palette.INK, 0.6)


def stickers(page: Page) -> None:
    """Side by side; not on the code, on top of each other, or pale."""
    _room(page)
    small_card(page, 15.5, 12.6, 23, rim=palette.INTENTION, dots=_ROW)
    badge(page, 4.6, 5.4, 2.9, good=True)
    small_card(page, 42.5, 12.6, 23, rim=palette.INTENTION, dots=(
        (25.5, -11, STICKERS[0]), (-25, 9, STICKERS[1]), (-16, 12, STICKERS[2]),
        (3, 11, STICKERS_PALE[0]), (20, 11, STICKERS_PALE[1])))
    badge(page, 31.6, 5.4, 2.9, good=False)


def laying(page: Page) -> None:
    """Cards apart on the poster; cup and pens beside it."""
    _table(page)
    with small_poster(page, 13.5, 1.9, 28.6) as poster:
        _laid_out(poster)
    cup(page, 51, 7.5, 2.5)
    pen(page, 50.5, 18, 9, -60)
    pen(page, 6.5, 13, 10, 100)


def from_above(page: Page) -> None:
    """Someone beside the table, the phone over its middle; and what the phone shows."""
    _room(page)
    ground, top = 22.6, 14.2
    lens = (16.2, 4.6)
    page.polygon([lens, (24.6, top), (7.8, top)], fill=GLOW)
    page.rect(5.6, top, 21.2, 1.1, fill="#8B7355", radius_mm=0.3)
    for x in (7.6, 24.2):
        page.rect(x, top + 1.1, 0.9, ground - top - 1.1, fill="#8B7355")
    page.line([(7.8, top - 0.2), (24.6, top - 0.2)], palette.SPHERE_LINES[2], 0.6)
    person(page, 3.6, ground, 20.4, (13.6, 4.7))
    page.rect(12.8, 3.9, 6.8, 0.9, fill=palette.INK, radius_mm=0.3)
    with phone(page, 28.2, 4.3, 24.6, 16.8) as glass, small_poster(glass, 0.5, 0.8, 18.1) as poster:
        _laid_out(poster, 110)


def even_light(page: Page) -> None:
    """Light from more than one side on a table."""
    _room(page)
    top = 18.2
    for x in (12, 28.5, 45):
        page.polygon([(x - 3, 6), (x + 3, 6), (x + 11, top), (x - 11, top)], fill=GLOW)
    for x in (12, 28.5, 45):
        lamp(page, x, 6, 3.6)
    page.rect(8, top, 41, 1.3, fill="#8B7355", radius_mm=0.3)
    for x in (12, 43.7):
        page.rect(x, top + 1.3, 1.3, 3.4, fill="#8B7355")
    page.line([(14, top - 0.3), (43, top - 0.3)], palette.SPHERE_LINES[2], 0.8)


def hold_still(page: Page) -> None:
    """A phone that has focused, and two photos."""
    _table(page)
    with phone(page, 3.5, 3.6, 24.6, 16.8) as glass, small_poster(glass, 0.5, 0.8, 18.1) as poster:
        _laid_out(poster, 110)
    x, y, half, arm = 15.25, 12.0, 3.6, 1.5
    for sx in (-1, 1):
        for sy in (-1, 1):
            corner, dx, dy = (x + sx * half, y + sy * half), sx * arm, sy * arm
            page.line([(corner[0], corner[1] - dy), corner, (corner[0] - dx, corner[1])], palette.NO, 0.7)
    for x, y in ((35.5, 6.6), (33.5, 4.6)):
        page.rect(x, y, 18.5, 13.6, fill=palette.WHITE, line=palette.SOFT_INK, line_mm=0.25)
        with small_poster(page, x + 1, y + 1, 16.5) as poster:
            _laid_out(poster, 110)
    page.circle(51.5, 18.6, 3.9, fill=palette.YES, line=palette.WHITE, line_mm=0.5)
    style = Type(11, "ExtraBold", palette.WHITE)
    page.text(51.5, 18.6 + 0.335 * style.size_mm, "2×", style, "middle")


def mirrored(page: Page) -> None:
    """A flash, and its white spot on the poster."""
    _table(page)
    with small_poster(page, 4, 1.9, 28.6) as poster:
        _laid_out(poster)
    x, y = 19.5, 11.2
    for radius, colour in ((6.4, GLOW), (5.0, palette.WHITE)):
        page.circle(x, y, radius, fill=colour)
    for k in range(8):
        ray = arc(x, y, 1, 1, 45 * k, 45 * k)[0]
        dx, dy = ray[0] - x, ray[1] - y
        page.line([(x + 7.4 * dx, y + 7.4 * dy), (x + 9.4 * dx, y + 9.4 * dy)], GLOW, 0.8)
    page.rect(39.5, 5.2, 8.2, 14.2, fill=palette.INK, radius_mm=1.4)
    page.rect(40.3, 6.9, 6.6, 10.6, fill="#5A646C")
    bolt(page, 49.3, 7.6, 9.5)


def covered(page: Page) -> None:
    """A cup on a marker, a hand, and the shadow of a head."""
    _table(page)
    with small_poster(page, 12, 1.9, 28.6) as poster:
        _laid_out(poster)
        width, height = 841, 594
        with poster.clipped([(0, 0), (width, 0), (width, height), (0, height)]):
            poster.circle(330, 40, 120, fill=_SHADOW)
            poster.polygon(arc(330, -60, 260, 130, 0, 180), fill=_SHADOW)
    cup(page, 13.8, 18.6, 2.6)
    hand(page, 34.6, 9.4, 7.0, -52)


def chatted(page: Page) -> None:
    """A photo cut off at its sides, and one made coarse in a chat."""
    _table(page)
    left, top, wide, high = 5.0, 4.2, 18.0, 15.6
    with page.clipped([(left, top), (left + wide, top), (left + wide, top + high), (left, top + high)]), \
            small_poster(page, left - 4.6, top - 1.6, 27) as poster:
        _laid_out(poster)
    page.rect(left, top, wide, high, line=palette.WHITE, line_mm=0.9)
    for x, sx in ((left, 1), (left + wide, -1)):
        for y, sy in ((top, 1), (top + high, -1)):
            page.line([(x, y + sy * 3), (x, y), (x + sx * 3, y)], palette.INK, 1.0)
    page.rect(29, 2.8, 22.5, 15.4, fill=palette.WHITE, line=palette.SOFT_INK, line_mm=0.25, radius_mm=2.4)
    page.polygon([(45, 17.9), (50.6, 22), (49.4, 17.4)], fill=palette.WHITE)
    page.line([(45, 18.2), (50.6, 22), (49.4, 17.7)], palette.SOFT_INK, 0.25)
    coarse = ("PPWPPPPL", "SSPBBWPL", "SWPBBBPW", "PPPPPPPL", "PMMWPPPW", "PMMMPPPL")
    colours = dict(zip("PSBMLW", (palette.PAPER, *palette.SPHERES, palette.LADDER_RUNGS, palette.SOFT_INK), strict=True))
    for r, row in enumerate(coarse):
        for c, cell in enumerate(row):
            page.rect(31.4 + 2.2 * c, 4.2 + 2.1 * r, 2.25, 2.15, fill=colours[cell])


def step_choose(page: Page) -> None:
    """Three cards."""
    for x, turn in ((5.6, -14), (14.6, 14), (10.1, 0)):
        small_card(page, x, 6.6 if turn else 5.6, 10.5, turn_deg=turn)


def step_lay(page: Page) -> None:
    """A poster with cards."""
    with small_poster(page, 2.8, 0.2, 16.4) as poster:
        _laid_out(poster, 115)


def step_rank(page: Page) -> None:
    """Intentions under each other, with fewer stickers each."""
    for k in range(2):
        small_card(page, 6.2, 2.9 + 6.1 * k, 8.9, rim=palette.INTENTION, dots=_ROW[:3 - 2 * k])
    arrow(page, [(14.5, 11.2), (14.5, 0.6)], palette.SOFT_INK, 0.8)


def step_photo(page: Page) -> None:
    """A phone with the poster on it."""
    with phone(page, 1, 0.1, 18.5, 12.2) as glass, small_poster(glass, 0.4, 0.6, 12.2) as poster:
        _laid_out(poster, 115)
