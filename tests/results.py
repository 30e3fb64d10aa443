"""Made-up results for tests of what is done with a scan, not of the scan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from posterscan.catalogue import LoadedCatalogue
from posterscan.layout import LoadedLayout
from posterscan.outcome import ScanOptions, ScanOutcome
from posterscan.photo import Photo
from posterscan.records import Problem, TableResult
from posterscan.sheet import Lens, SheetMap, View
from posterscan.sight import Sight


def card_data(card: str = "c01", **changes: Any) -> dict[str, Any]:
    return {
        "id": card, "kind": "ingredient", "catalogue_id": None, "side": "front",
        "text": {"value": "Café „De Zón”", "confidence": 0.9, "source": "ocr"},
        "polygon_mm": [[0, 0], [85, 0], [85, 55], [0, 55]], "center_mm": [42.5, 27.5], "rotation_deg": 0,
        "detection_confidence": 0.9,
        "zone": {"id": None, "shares": {}, "border_mm": 3, "confidence": 0.9},
        "stickers": {"count": 0, "confidence": 1.0}} | changes


def photo_data(name: str = "a.jpg", sha256: str = "aa") -> dict[str, Any]:
    return {
        "file": name, "sha256": sha256, "size_px": [40, 30], "residual_mm": {"median": 0.1, "p95": 0.3},
        "px_per_mm": 4.0, "sharpness": 0.8,
        "mm_to_px": {"homography": [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "note": "plane"}}


def result_data(**changes: Any) -> dict[str, Any]:
    return {
        "schema": "posterscan-result/1", "software": {"name": "posterscan", "version": "0.1.0"}, "table": "tafel-1",
        "layout": {"id": "proef", "sha256": "00"}, "catalogue": {"sha256": "11"}, "photos": [photo_data()],
        "cards": [card_data()]} | changes


def outcome_of(problems: tuple[Problem, ...] = (), **changes: Any) -> ScanOutcome:
    rgb = np.full((30, 40, 3), 200, np.uint8)
    view = View(rgb, np.ones((30, 40), np.bool_), 1.0)
    result = TableResult.model_validate(result_data(**changes))
    return ScanOutcome(result, sight_of(result), view, {card.id: rgb[:10, :20] for card in result.cards}, problems)


def sight_of(result: TableResult, px_per_mm: float = 4.0, size_px: tuple[int, int] = (4032, 3024),
             origin_mm: tuple[float, float] = (-50.0, -50.0), sharpness: float = 0.8) -> Sight:
    """A photo from straight above, whose top-left corner lies at origin_mm."""
    x, y = origin_mm
    matrix = np.array([[px_per_mm, 0, -x * px_per_mm], [0, px_per_mm, -y * px_per_mm], [0, 0, 1.0]])
    lens = Lens(3000.0, (size_px[0] / 2, size_px[1] / 2))
    return Sight(SheetMap(matrix, lens), size_px, sharpness, np.zeros((0, 3)), np.full(len(result.cards), 0.3))


def pretended_scan(photo: Photo, layout: LoadedLayout, catalogue: LoadedCatalogue, options: ScanOptions) -> ScanOutcome:
    """In place of the pipeline: as many cards as the photo is bright, none read."""
    count = int(photo.rgb.mean()) // 50
    return outcome_of(table=options.table, layout={"id": layout.layout.id, "sha256": layout.sha256},
                      catalogue={"sha256": catalogue.sha256}, photos=[photo_data(photo.name, photo.sha256)],
                      cards=[card_data(f"c{i:02}") for i in range(count)])


def grey_photo(path: Path, level: int) -> Path:
    from PIL import Image

    Image.fromarray(np.full((60, 80, 3), level, np.uint8)).save(path)
    return path
