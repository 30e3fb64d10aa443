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


def write_json(path: Path, data: Any) -> Path:
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def write_kit(folder: Path) -> tuple[Path, Path]:
    """layout.json and catalogue.json in `folder`, with plain artwork."""
    Image.fromarray(np.full((594, 841, 3), 240, np.uint8)).save(folder / "poster.png")
    return write_json(folder / "layout.json", layout_data()), write_json(folder / "catalogue.json", catalogue_data())
