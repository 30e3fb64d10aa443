"""Scenes of cards turned over on a table, for the renderer of photos: backs of a kit, filled in, and what was meant.

    posterscan kit KIT; python scripts/photolab_kit.py kit KIT LAB
    python benchmarks/backs_scenes.py LAB HANDWRITING SCENES [--count 8] [--seed 1]
    photolab SCENES/NAME/scene.json --out SCENES/NAME --scale 0.5        (for each)
    python benchmarks/backs.py --photos SCENES --catalogue LAB/catalogue.json

A scene has 4 to 12 cards lying anyhow: in any direction, some touching, some overlapping by some millimetres.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from drawn_backs import PX_PER_MM, Filled, filled_in, random_marks

TABLES = ("oak", "laminate", "beech", "walnut", "cloth")
CARD_MM = np.array([85.0, 55.0])


def main() -> None:
    """Writes the scenes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lab", type=Path)
    parser.add_argument("handwriting", type=Path)
    parser.add_argument("scenes", type=Path)
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for number in range(options.count):
        rng = np.random.default_rng([options.seed, number])
        write_scene(options.scenes / f"backs-{options.seed:02d}-{number:02d}", options.lab, options.handwriting, number, rng)


def write_scene(folder: Path, lab: Path, handwriting: Path, number: int, rng: np.random.Generator) -> None:
    """One scene with its textures, and `meant.json`: by card what was marked and written."""
    folder.mkdir(parents=True, exist_ok=True)
    catalogue = json.loads((lab / "catalogue.json").read_text("utf-8"))
    faces = [(card["id"], card["kind"], card["marker_id"]) for card in catalogue["cards"]]
    faces += [(f"blank-{b['kind']}-{b['table']}-{b['number']}", b["kind"], b["marker_id"])
              for b in catalogue["blanks"] if b["table"] == 1]
    written = [w for w in json.loads((handwriting / "index.json").read_text("utf-8"))
               if w["kind"] == "argument" and w["file"].startswith("blocks/")]
    count = int(rng.integers(4, 13))
    weights = np.array([3.0 if kind == "ingredient" else 1.0 for _, kind, _ in faces])
    chosen = rng.choice(len(faces), count, replace=False, p=weights / weights.sum())
    places = lying(count, rng)
    meant, cards = {}, []
    for (x, y, turn), i in zip(places, chosen, strict=True):
        name, kind, marker = faces[int(i)]
        block = written[int(rng.integers(len(written)))]
        filled = Filled(random_marks(rng) if kind == "ingredient" else (),
                        np.array(Image.open(handwriting / block["file"]).convert("RGBA")), block["text"].replace("\n", " "))
        back = np.array(Image.open(lab / "cards" / f"{name}-back.png").convert("RGB"))
        top = 27.0 if kind == "ingredient" else 16.0
        if kind == "intention":  # beside the code little room is left: a text of two lines
            back = filled_in(back, Filled((), filled.writing[:round(17 * PX_PER_MM)] if filled.writing is not None else None), rng,
                             top_mm=top)
            filled = Filled((), None, "")
        else:
            back = filled_in(back, filled, rng, top_mm=top)
        Image.fromarray(back).save(folder / f"{name}.png")
        meant[name] = {"kind": kind, "marker_id": marker, "stance": filled.stance, "text": filled.text,
                       "marks": [[m.stance, m.style] for m in filled.marks]}
        cards.append({"id": name, "kind": kind, "side": "back", "texture": f"{name}.png", "marker_id": marker, "text": filled.text,
                      "center_mm": [round(x, 1), round(y, 1)], "rotation_deg": round(turn, 1),
                      "curl_mm": round(float(rng.uniform(-0.6, 1.2)), 2), "cut_jitter_mm": 0.6})
    material = TABLES[number % len(TABLES)]
    (folder / "scene.json").write_text(json.dumps(_scene(cards, folder, material, rng), indent=1), "utf-8")
    (folder / "meant.json").write_text(json.dumps({"table": material, "cards": meant}, indent=1, ensure_ascii=False), "utf-8")


def lying(count: int, rng: np.random.Generator) -> list[tuple[float, float, float]]:
    """Centres (mm, about the origin) and rotations: loosely in rows, some shoved against or over their neighbour."""
    columns = 4 if count > 9 else 3 if count > 4 else 2
    step = np.array([92.0, 62.0]) + rng.uniform(-5, 14, 2)  # less than a card's size: they overlap a little
    rows = -(-count // columns)
    out = []
    for i in range(count):
        row, column = divmod(i, columns)
        at = (np.array([column, row]) - (np.array([columns, rows]) - 1) / 2) * step + rng.normal(0, 2.5, 2)
        out.append((float(at[0]), float(at[1]), float(rng.normal(0, 6) + rng.choice([0, 180], p=[0.6, 0.4]))))
    if rng.random() < 0.3:  # the photographer stood at another side
        out = [(y, -x, turn - 90) for x, y, turn in out]
    return out


def _scene(cards: list[dict[str, Any]], folder: Path, material: str, rng: np.random.Generator) -> dict[str, Any]:
    """Nothing of a poster: a scrap of paper of 10 mm under the first card stands for it, since the renderer wants one."""
    Image.fromarray(np.full((20, 20, 3), 245, np.uint8)).save(folder / "scrap.png")
    at = np.array([card["center_mm"] for card in cards])
    shift = np.array([5.0, 5.0])
    for card in cards:
        card["center_mm"] = [round(float(v), 1) for v in np.array(card["center_mm"]) + shift]
    reach = np.abs(at).max(axis=0) + 62
    azimuth = float(rng.choice([0, 0, 0, 90, 180]))
    wide, deep = reach if azimuth != 90 else reach[::-1]
    height = float(max(wide * 2 * 26 / 36, deep * 2 * 26 / 27) * rng.uniform(1.15, 1.5))
    table: dict[str, Any] = {"material": material, "seed": int(rng.integers(99)), "center_mm": [5, 5]}
    if material == "cloth":
        Image.fromarray(cloth(rng)).save(folder / "cloth.png")
        table = {"texture": "cloth.png", "center_mm": [5, 5], "size_mm": [1500, 1000]}
    return {
        "schema": "photolab-scene/1", "seed": int(rng.integers(10_000)),
        "poster": {"texture": "scrap.png", "size_mm": [10, 10], "thickness_mm": 0.1,
                   "relief": {"amplitude_mm": 0.0, "wavelength_mm": 380, "seed": 0}},
        "cards": cards, "table": table,
        "lights": {"ambient": {"illuminance_lux": float(rng.uniform(100, 260))},
                   "window": {"illuminance_lux": float(rng.uniform(200, 600)), "direction_deg": float(rng.uniform(0, 360))},
                   "lamps": [{"illuminance_lux": float(rng.uniform(50, 300)), "temperature_k": 3200}]},
        "camera": {"height_mm": round(height, 1), "tilt_deg": float(rng.uniform(4, 25)), "azimuth_deg": azimuth,
                   "roll_deg": float(rng.normal(0, 4)), "iso": float(rng.uniform(64, 400)),
                   "motion_px": float(rng.uniform(0.2, 1.2)),
                   "motion_deg": float(rng.uniform(0, 180)), "blur_px": float(rng.uniform(0.5, 0.8)),
                   "jpeg_quality": int(rng.integers(84, 94)), "focus_error_mm": float(rng.uniform(-15, 15))}}


def cloth(rng: np.random.Generator) -> NDArray[np.uint8]:
    """(2000, 3000, 3) a checked tablecloth, 2 px per mm: the worst ground for finding rectangles."""
    y, x = np.mgrid[:2000, :3000]
    check = ((x // 60) % 2).astype(np.int16) + ((y // 60) % 2)
    light, dark = np.array([236, 228, 214]), np.array([172, 60, 62])
    out = light + (dark - light) * check[..., None] / 2
    return np.clip(out + rng.normal(0, 4, (2000, 3000, 1)), 0, 255).astype(np.uint8)


if __name__ == "__main__":
    main()
