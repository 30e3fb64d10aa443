"""Photos drawn from a kit, so that the number of cards and of pixels can be chosen: for speed, not for accuracy.

    python benchmarks/drawn_photo.py KIT PHOTO.jpg [--cards 30] [--megapixels 12] [--coded]

The kit's own artwork with its own cards in rows, seen a little from aside, with the noise of an indoor photo.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.atomic import write_atomically

PX_PER_MM = 5.0  # of the sheet before it is seen by the camera; a 12 MP photo of an A1 has about 4
MARGIN_MM, GAP_MM = 60.0, 4.0  # clear of the markers and of each other
NOISE = 2.0  # grey values


def drawn(kit: Path, cards: int, megapixels: float, coded: bool) -> NDArray[Any]:
    """(H, W, 3) uint8 BGR, 4:3. coded: only cards with a code. As many as fit; with few in the kit some lie twice."""
    catalogue = json.loads((kit / "catalogue.json").read_text(encoding="utf-8"))
    layout = json.loads((kit / "layout.json").read_text(encoding="utf-8"))
    own = [card for card in catalogue["cards"] if card["marker_id"] is not None or not coded]
    wide, high = (round(side * PX_PER_MM) for side in layout["size_mm"])
    sheet = cv2.resize(_picture(kit / layout["reference_image"]), (wide, high), interpolation=cv2.INTER_AREA)
    w, h = (round(side * PX_PER_MM) for side in catalogue["card_size_mm"])
    margin, gap = round(MARGIN_MM * PX_PER_MM), round(GAP_MM * PX_PER_MM)
    lefts = range(margin, wide - margin - w, w + gap)
    places = [(x, y) for y in range(margin, high - margin - h, h + gap) for x in lefts]
    for number, (x, y) in enumerate(places[:cards]):
        face = _picture(kit / "cards" / f"{own[number % len(own)]['id']}-front.png")
        sheet[y:y + h, x:x + w] = cv2.resize(face, (w, h), interpolation=cv2.INTER_AREA)
    return _seen(sheet, megapixels)


def _picture(path: Path) -> NDArray[Any]:
    picture = cv2.imread(str(path))
    if picture is None:
        sys.exit(f"{path} cannot be read; a kit with the pictures of its cards is needed")
    return picture


def _seen(sheet: NDArray[Any], megapixels: float) -> NDArray[Any]:
    height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    width = round(height * 4 / 3)
    rows, columns = sheet.shape[:2]
    corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    seen = np.array([[0.06, 0.09], [0.94, 0.07], [0.97, 0.94], [0.03, 0.92]]) * [width, height]
    matrix = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    photo = cv2.warpPerspective(sheet, matrix, (width, height), flags=cv2.INTER_AREA, borderValue=(96, 110, 120))
    noise = np.random.default_rng(0).normal(0, NOISE, photo.shape)
    return np.clip(photo * 0.9 + noise, 0, 255).astype(np.uint8)


def write_drawn(kit: Path, path: Path, cards: int = 30, megapixels: float = 12.0, coded: bool = False) -> Path:
    """The photo as a JPEG, as a phone would store it."""
    done, data = cv2.imencode(".jpg", drawn(kit, cards, megapixels, coded), [cv2.IMWRITE_JPEG_QUALITY, 92])
    if not done:
        sys.exit(f"{path} cannot be written")
    write_atomically(path, bytes(data))
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kit", type=Path)
    parser.add_argument("photo", type=Path)
    parser.add_argument("--cards", type=int, default=30)
    parser.add_argument("--megapixels", type=float, default=12.0)
    parser.add_argument("--coded", action="store_true")
    asked = parser.parse_args()
    print(write_drawn(asked.kit, asked.photo, asked.cards, asked.megapixels, asked.coded))
