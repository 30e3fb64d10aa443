"""A small made-up kit for tests: a layout, a catalogue and artwork that no photo belongs to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def square(left: float, top: float, side: float = 40.0) -> list[list[float]]:
    return [[left, top], [left + side, top], [left + side, top + side], [left, top + side]]


def layout_data() -> dict[str, Any]:
    corners = [(12, 12), (789, 12), (789, 542), (12, 542)]
    return {
        "schema": "posterscan-layout/1", "id": "proef-a1", "size_mm": [841, 594],
        "markers": [{"id": i, "dictionary": "DICT_APRILTAG_36h11", "corners_mm": square(*at)}
                    for i, at in enumerate(corners)],
        "zones": [
            {"id": "persoonlijk", "label": "Persoonlijk", "kind": "sphere",
             "polygon_mm": [[60, 70], [400, 70], [400, 500], [60, 500]]},
            {"id": "bedoelingen", "label": "Bedoelingen", "kind": "ladder",
             "polygon_mm": [[620, 70], [780, 70], [780, 520], [620, 520]]}],
        "ladder_zone": "bedoelingen", "reference_image": "poster.png"}


def catalogue_data() -> dict[str, Any]:
    return {
        "schema": "posterscan-catalogue/1", "language": "nld", "card_size_mm": [85, 55],
        "card_dictionary": "DICT_4X4_1000",
        "cards": [{"id": "buurthuis", "kind": "ingredient", "text": "Buurthuis", "marker_id": 17},
                  {"id": "koor", "kind": "ingredient", "text": "Koor", "marker_id": 18},
                  {"id": "erbij-horen", "kind": "intention", "text": "Erbij horen", "marker_id": None}]}


def told_layout_data() -> dict[str, Any]:
    """The same poster as a kit prints it: with a session, and its code twice."""
    rows = [[square(left + 25 * n, top, 20.0) for n in range(4)] for left, top in ((420, 12), (420, 562))]
    return layout_data() | {
        "session": {"id": "29P-4R6", "name": "Sociale basis Oost", "date": "2026-11-24", "place": "Café De Brug", "tables": 3,
                    "participants": 8, "stickers_per_person": 2, "sticker_mm": 12.0},
        "table_code": {"dictionary": "DICT_APRILTAG_36h11", "copies": rows}}


def told_catalogue_data() -> dict[str, Any]:
    """The same cards as a kit prints them: coded on both sides, with blanks."""
    places = [{"kind": kind, "side": side, "corners_mm": square(*at, 16.0)}
              for kind in ("ingredient", "intention") for side, at in (("front", (66.0, 36.0)), ("back", (3.0, 3.0)))]
    blanks = [{"kind": kind, "marker_id": first - 2 * table - number, "table": table, "number": number}
              for kind, first in (("ingredient", 2322), ("intention", 2200)) for table in (1, 2, 3) for number in (1, 2)]
    return catalogue_data() | {"card_dictionary": "DICT_APRILTAG_36h10", "blanks": blanks, "code_places": places}


def write_json(path: Path, data: Any) -> Path:
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def write_kit(folder: Path) -> tuple[Path, Path]:
    """layout.json and catalogue.json in `folder`, with plain artwork."""
    Image.fromarray(np.full((594, 841, 3), 240, np.uint8)).save(folder / "poster.png")
    return write_json(folder / "layout.json", layout_data()), write_json(folder / "catalogue.json", catalogue_data())
