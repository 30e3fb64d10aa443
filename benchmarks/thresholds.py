"""What two figures in the code rest on: how alike cards and bare poster look to its print, and how high cards stand over the sheet.

    make accuracy                       # first: its results are read here
    python benchmarks/thresholds.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from one_photo import photo_in
from shapely.geometry import Polygon

from posterscan.files import read_result
from posterscan.geometry import rectangle
from posterscan.layout import open_layout
from posterscan.photo import load_photo
from posterscan.scores.mapping import sheet_of
from posterscan.scores.scoring import score_table
from posterscan.scores.truth import Truth, read_truths
from posterscan.sheet import resample
from posterscan.shipped import kit_of
from posterscan.stages.see_through import SeeThroughParams, likeness

ROOT = Path(__file__).resolve().parent.parent
SETS = ((ROOT.parent / "shared" / "photos", "1-photos"), (ROOT / "benchmarks" / "kit-photos", "2-kit-photos"))
CARD_MM = (85.0, 55.0)


def main() -> None:
    """A row per set and difficulty."""
    for photos, name in SETS:
        rows: dict[str, list[tuple[list[float], list[float], list[float]]]] = {}
        for truth in read_truths(photos) if photos.is_dir() else []:
            result = ROOT / "out" / "accuracy" / name / "results" / f"{truth.name}.json"
            if result.is_file():
                rows.setdefault(truth.difficulty, []).append(_measured(photos / truth.name, result, truth))
        for difficulty, found in rows.items():
            cards, bare, heights = (np.concatenate([np.array(row[k]) for row in found]) for k in range(3))
            print(f"{photos.name} {difficulty}: likeness to the print of {len(cards)} cards 99 % below "
                  f"{np.percentile(cards, 99):.2f}, most {cards.max():.2f}; of {len(bare)} places without a card 95 % above "
                  f"{np.percentile(bare, 5):.2f}; cards stand {np.sqrt(np.mean(heights ** 2)):.2f} mm high (rms)")


def _measured(folder: Path, result: Path, truth: Truth) -> tuple[list[float], list[float], list[float]]:
    """Likeness of true cards on print, of places on print without a card, and error towards the camera over slope of sight."""
    table, photo, p = read_result(result), photo_in(folder), SeeThroughParams()
    kit = kit_of(photo)
    assert kit is not None
    layout, sheet = open_layout(kit / "layout.json"), sheet_of(table.photos[0].mm_to_px)
    assert layout.reference is not None
    view, scale = resample(load_photo(photo).rgb, sheet, truth.size_mm, 4.0), layout.reference.shape[1] / truth.size_mm[0]

    def like(outline: np.ndarray) -> float:
        return likeness(view, layout.reference, scale, outline, p)

    camera, heights = sheet.camera_mm(), []
    cards = [value for card in truth.cards if (value := like(card.polygon_mm)) != 0]
    for card in score_table(table, truth).cards:
        away = card.truth.center_mm - camera[:2]
        far = max(float(np.hypot(*away)), 1.0)
        off = np.array(card.record.center_mm) - card.truth.center_mm
        if card.truth.findable:
            heights.append(float(off @ away) / far / max(far / camera[2], 0.15))
    return cards, _bare(truth, json.loads((folder / "truth.json").read_text("utf-8")), like), heights


def _bare(truth: Truth, data: dict, like: object) -> list[float]:  # type: ignore[type-arg]
    """Likeness at random places with print, away from cards, stickers and things."""
    rng, out = np.random.default_rng(3), []
    taken = [Polygon(card.outline_mm).buffer(3) for card in truth.cards]
    things = [np.array(thing["center_mm"]) for thing in data["clutter"]]
    for _ in range(300):
        place = rectangle(rng.uniform((50, 40), np.array(truth.size_mm) - (50, 40)), CARD_MM, float(rng.normal(0, 8)))
        clear = all(np.hypot(*(place.mean(axis=0) - thing)) > 300 for thing in things)
        if clear and not any(Polygon(place).intersects(card) for card in taken):
            value = like(place)  # type: ignore[operator]
            out += [value] if value != 0 else []
    return out


if __name__ == "__main__":
    main()
