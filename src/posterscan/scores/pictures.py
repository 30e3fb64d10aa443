"""A picture per photo of what went wrong where: the rectified photo, dimmed, with outlines and labels over it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image as Pil
from PIL import ImageDraw, ImageFont

from posterscan.geometry import as_points
from posterscan.scores.scoring import CardScore, TableScore, Wrong

WIDTH_PX = 2400  # an A1 at 2.9 px/mm: labels of 24 px are then as wide as a few words on a card
LABEL_PX = 24
RIGHT, WRONG, SILENT, INVENTED, MISSED = (40, 150, 60), (215, 60, 20), (255, 0, 0), (200, 0, 200), (20, 60, 220)
ASKED = (225, 160, 0)  # marked for a look, and right
OFF_MM = 4.0  # the most that is asked of nineteen in twenty centres in hard photos
PAPER = (244, 244, 240)
Colour = tuple[int, int, int]
SHORT = {"catalogue_id": "id"}


def write_picture(score: TableScore, rectified: Path, out: Path) -> None:
    """Draws one table's score over its rectified photo (blank where there is none) into a JPEG."""
    picture = draw(score, Pil.open(rectified).convert("RGB") if rectified.is_file() else None)
    out.parent.mkdir(parents=True, exist_ok=True)
    picture.save(out, quality=88)


def draw(score: TableScore, rectified: Pil.Image | None) -> Pil.Image:
    """Right: thin green; marked though right: amber; wrong: red with what it should be; silent: loud on yellow.

    Missed cards are dashed blue, invented ones magenta.
    """
    wide, high = score.truth.size_mm
    size = (WIDTH_PX, round(WIDTH_PX * high / wide))
    canvas = Pil.new("RGB", size, PAPER)
    if rectified is not None:
        canvas = Pil.blend(rectified.resize(size, Pil.Resampling.LANCZOS), canvas, 0.35)
    pen = _Pen(canvas, WIDTH_PX / wide)
    for card in score.cards:
        _card(pen, card)
    for record in score.invented:
        loud = not record.needs_review
        pen.outline(record.polygon_mm, INVENTED, 9 if loud else 6)
        pen.label(
            record.polygon_mm, [("SILENT: " if loud else "") + "invented", record.text.value[:28]], INVENTED, loud
        )
    for record, _ in score.misplaced:
        pen.outline(record.polygon_mm, WRONG, 5)
        pen.label(record.polygon_mm, ["lies askew"], WRONG, not record.needs_review)
    silent = {w.card for w in score.silent if w.field == "card"}
    for true in score.missed:
        loud = true.id in silent
        pen.dashed(true.polygon_mm, MISSED, 9 if loud else 6)
        pen.label(true.polygon_mm, [("SILENT: " if loud else "") + "missed", true.text[:28]], MISSED, loud)
    pen.headline(_headline(score))
    return canvas


def _card(pen: _Pen, card: CardScore) -> None:
    polygon = card.record.polygon_mm
    if not card.wrong and card.corner_mm > OFF_MM:
        pen.dashed(card.truth.polygon_mm, RIGHT, 3)
        pen.outline(polygon, WRONG, 4)
        pen.label(polygon, [f"outline {card.corner_mm:.0f} mm off"], WRONG, False)
        return
    if not card.wrong:
        pen.outline(polygon, ASKED if card.marked else RIGHT, 4 if card.marked else 3)
        if card.marked:
            pen.label(polygon, ["right, marked:", *card.record.needs_review[:2]], ASKED, False)
        return
    loud = not card.marked
    pen.dashed(card.truth.polygon_mm, RIGHT, 3)
    pen.outline(polygon, SILENT if loud else WRONG, 9 if loud else 5)
    pen.label(polygon, [("SILENT " if loud else "") + _said(w) for w in card.wrong], SILENT if loud else WRONG, loud)


def _said(wrong: Wrong) -> str:
    return f"{SHORT.get(wrong.field, wrong.field)}: {_cut(wrong.got)} → {_cut(wrong.expected)}"


def _cut(text: str, longest: int = 34) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _headline(score: TableScore) -> str:
    if not score.scanned:
        return f"{score.table}: no result"
    return (
        f"{score.table}: {len(score.cards)} met, {len(score.missed)} missed, {len(score.invented)} invented, "
        f"{len(score.wrong)} wrong values of which {len(score.silent)} silent; stickers {score.stickers[0]} of "
        f"{score.stickers[1]}"
    )


class _Pen:
    """Draws in millimetres, and puts labels where no other label is."""

    def __init__(self, canvas: Pil.Image, px_per_mm: float) -> None:
        self.canvas, self.px_per_mm = canvas, px_per_mm
        self.on = ImageDraw.Draw(canvas)
        self.font, self.plain = _font()
        self.taken: list[tuple[float, float, float, float]] = []

    def _px(self, polygon_mm: ArrayLike) -> NDArray[np.float64]:
        return as_points(polygon_mm) * self.px_per_mm

    def outline(self, polygon_mm: ArrayLike, colour: Colour, width: int) -> None:
        points = self._px(polygon_mm)
        self.on.line([(float(x), float(y)) for x, y in [*points, points[0], points[1]]], colour, width, joint="curve")

    def dashed(self, polygon_mm: ArrayLike, colour: Colour, width: int, dash_px: float = 18.0) -> None:
        points = self._px(polygon_mm)
        for a, b in zip(points, np.roll(points, -1, axis=0), strict=True):
            count = max(1, int(np.hypot(*(b - a)) / dash_px / 2))
            for k in range(count):
                start, end = a + (b - a) * k / count, a + (b - a) * (k + 0.5) / count
                self.on.line([(float(start[0]), float(start[1])), (float(end[0]), float(end[1]))], colour, width)

    def label(self, polygon_mm: ArrayLike, lines: list[str], colour: Colour, loud: bool) -> None:
        text = self._writable("\n".join(lines))
        points = self._px(polygon_mm)
        left, top, right, bottom = self.on.multiline_textbbox((0, 0), text, self.font, spacing=4)
        box = self._free(points, right - left + 12, bottom - top + 12)
        self.on.rectangle(box, (255, 235, 0) if loud else (255, 255, 255), colour, 5 if loud else 2)
        ink = (160, 0, 0) if loud else tuple(int(c * 0.75) for c in colour)
        self.on.multiline_text((box[0] + 6 - left, box[1] + 6 - top), text, ink, self.font, spacing=4)

    def _free(self, points: NDArray[np.float64], wide: float, high: float) -> tuple[float, float, float, float]:
        """Below the card's top, else further down or up, where nothing is covered that says something."""
        x0, y0, y1 = float(points[:, 0].min()), float(points[:, 1].min()), float(points[:, 1].max())
        middle = (y0 + y1 - high) / 2
        for wish in (y0 - high / 2, y1 - high / 2, middle, y1 + 2, y0 - high - 2, y1 + high, y0 - 2 * high):
            x = min(max(x0 + 8, 0.0), self.canvas.width - wide)
            y = min(max(wish, 50.0), self.canvas.height - high)
            box = (x, y, x + wide, y + high)
            if not any(_meet(box, other) for other in self.taken):
                break
        self.taken.append(box)
        return box

    def _writable(self, text: str) -> str:
        """What the font can show: Pillow's own has no accents, and a box in their place would hide an error."""
        return ascii(text.replace("→", "->").replace("…", "..."))[1:-1].replace("\\n", "\n") if self.plain else text

    def headline(self, text: str) -> None:
        box = self.on.textbbox((0, 0), text, self.font)
        self.on.rectangle((0, 0, box[2] + 24, 44), (30, 30, 30))
        self.on.text((12, 8), text, (255, 255, 255), self.font)


def _font() -> tuple[ImageFont.FreeTypeFont | ImageFont.ImageFont, bool]:
    """A font of the system that has accents and arrows, else Pillow's own; and whether it is that plain one."""
    for name in ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Arial.ttf", "arial.ttf"):
        try:
            return ImageFont.truetype(name, LABEL_PX), False
        except OSError:
            continue
    return ImageFont.load_default(LABEL_PX), True


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
