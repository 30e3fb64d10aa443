"""Makes docs/images/in-and-out.jpg: a photo as it comes in, what was found on it, and a piece of the JSON.

    posterscan demo && python scripts/make_readme_picture.py
"""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from posterscan.files import read_result
from posterscan.photo import load_photo
from posterscan.records import CardRecord, TableResult

ROOT = Path(__file__).resolve().parent.parent
SAMPLES, NAME = ROOT / "samples" / "own-kit", "hard-031-0000"
WIDE_PX, GAP_PX = 1000, 20  # of each of the two pictures
PAPER, INK, SURE, LOOK = (255, 255, 255), (40, 40, 40), (30, 130, 60), (205, 90, 0)


def font(size_px: int, name: str = "DejaVuSans.ttf") -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font with accents where the system has one."""
    try:
        return ImageFont.truetype(name, size_px)
    except OSError:
        return ImageFont.load_default(size_px)


def found(rectified: Image.Image, result: TableResult, width_mm: float) -> Image.Image:
    """The rectified picture with every card outlined and named, and how many stickers it got."""
    picture = rectified.resize((WIDE_PX, round(WIDE_PX * rectified.height / rectified.width)), Image.Resampling.LANCZOS)
    pen, scale, letters = ImageDraw.Draw(picture), WIDE_PX / width_mm, font(15)
    for card in result.cards:
        colour = LOOK if card.needs_review else SURE
        corners = [(x * scale, y * scale) for x, y in card.polygon_mm]
        pen.line([*corners, corners[0], corners[1]], colour, 3, joint="curve")
    for card in result.cards:  # after all outlines, so that no line crosses a name
        colour = LOOK if card.needs_review else SURE
        most = 12 if card.kind == "intention" else 22  # letters that fit on a card's width, with the number behind them
        words = card.text.value if len(card.text.value) <= most else f"{card.text.value[:most - 1].strip()}…"
        text = f"{words or '?'} · {card.stickers.count}" if card.kind == "intention" else words or "?"
        top = min(card.polygon_mm, key=lambda corner: corner[1])[1] * scale
        box = pen.textbbox((card.center_mm[0] * scale, top), text, letters, anchor="mm")
        pen.rectangle((box[0] - 4, box[1] - 3, box[2] + 4, box[3] + 3), colour)
        pen.text((card.center_mm[0] * scale, top), text, PAPER, letters, anchor="mm")
    return picture


def piece_of(card: CardRecord) -> str:
    """The card as it stands in the file, without what would take more room than it tells."""
    data = card.model_dump(by_alias=True, mode="json")
    text = {key: data["text"][key] for key in ("value", "confidence", "source")}
    zone = {key: data["zone"][key] for key in ("id", "border_mm", "confidence")}
    stickers = {key: data["stickers"][key] for key in ("count", "confidence")}
    rows = {"id": data["id"], "kind": data["kind"], "text": text, "center_mm": data["center_mm"],
            "rotation_deg": data["rotation_deg"], "zone": zone, "stickers": stickers,
            "needs_review": data["needs_review"]}
    return "{" + ",\n ".join(f'"{key}": {json.dumps(value, ensure_ascii=False)}' for key, value in rows.items()) + "}"


def main() -> None:
    """Left the photo, right what was found, below them the JSON."""
    result = read_result(ROOT / "out" / "demo" / f"{NAME}.json")
    width_mm = json.loads((SAMPLES / "kit" / "layout.json").read_text("utf-8"))["size_mm"][0]
    rgb = load_photo(SAMPLES / NAME / "photo.jpg").rgb
    high = round(WIDE_PX * rgb.shape[0] / rgb.shape[1])
    photo = Image.fromarray(np.asarray(cv2.resize(rgb, (WIDE_PX, high), interpolation=cv2.INTER_AREA)))
    with Image.open(ROOT / "out" / "demo" / NAME / "rectified.jpg") as rectified:
        right = found(rectified.convert("RGB"), result, width_mm)
    sure = [card for card in result.cards if not card.needs_review]
    pieces = [piece_of(max(sure, key=lambda card: card.stickers.count)),
              piece_of(next(card for card in result.cards if card.needs_review and card.text.handwritten))]
    letters = font(13, "DejaVuSansMono.ttf")
    tall = max(photo.height, right.height)
    canvas = Image.new("RGB", (2 * WIDE_PX + GAP_PX, tall + GAP_PX + 180), PAPER)
    canvas.paste(photo, (0, (tall - photo.height) // 2))
    canvas.paste(right, (WIDE_PX + GAP_PX, (tall - right.height) // 2))
    pen = ImageDraw.Draw(canvas)
    for number, piece in enumerate(pieces):
        pen.multiline_text((number * (WIDE_PX + GAP_PX) + 8, tall + GAP_PX), piece, INK, letters, spacing=6)
    out = ROOT / "docs" / "images" / "in-and-out.jpg"
    out.parent.mkdir(parents=True, exist_ok=True)
    canvas.save(out, quality=82, optimize=True)


if __name__ == "__main__":
    main()
