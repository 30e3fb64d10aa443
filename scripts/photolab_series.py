"""From scenes of one photo each to series of photos of the same table: close-ups of it, or two angles with glare.

    python scripts/photolab_series.py closeups SCENES OUT normal-031-0000 …     three close-ups beside the overview
    python scripts/photolab_series.py glare SCENES OUT normal-031-0001 …        the same table from two sides, a window
                                                                                mirrors in another place in each

Cards, stickers, paper, table and lamps stay; camera, hands and the time on the phone's clock change. What comes out is rendered
like any other scene; OUT/<scene>/<photo>/scene.json.
"""

from __future__ import annotations

import argparse
import copy
import datetime
import json
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np

Scene = dict[str, Any]
SIZE_MM = np.array([841.0, 594.0])
PICTURES = ("texture", "layout")


def main() -> None:
    """One of the two kinds of series."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("closeups", "glare"))
    parser.add_argument("scenes", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="+")
    args = parser.parse_args()
    for name in args.names:
        folder = args.scenes / name
        scene = json.loads((folder / "scene.json").read_text(encoding="utf-8"))
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        series = closeups(scene, rng) if args.kind == "closeups" else glare_pair(scene, rng)
        for photo, made in series.items():
            place = args.out / name / photo
            place.mkdir(parents=True, exist_ok=True)
            text = json.dumps(_moved(made, folder, place), indent=1, ensure_ascii=False)
            (place / "scene.json").write_text(text, encoding="utf-8")


def closeups(scene: Scene, rng: np.random.Generator) -> dict[str, Scene]:
    """Left, middle and right of the sheet, upright, each a bit wider than a third; some nearer than the sheet is high."""
    out: dict[str, Scene] = {}
    for number, (name, x) in enumerate((("left", 0.18), ("middle", 0.5), ("right", 0.82)), 1):
        made = _handless(scene)
        high = float(rng.uniform(0.72, 1.04)) * SIZE_MM[1]
        y = 0.0 if high > SIZE_MM[1] * 0.95 else float(rng.uniform(-1, 1)) * (SIZE_MM[1] - high) / 2
        camera = made["camera"]
        camera |= {"image_size_px": [3024, 4032], "tilt_deg": float(rng.uniform(4, 22)), "azimuth_deg": float(rng.normal(0, 6)),
                   "roll_deg": float(rng.normal(0, 2)), "motion_px": float(rng.uniform(0.2, 1.6)),
                   "motion_deg": float(rng.uniform(0, 180)),
                   "blur_px": float(rng.uniform(0.45, 0.8)), "focus_error_mm": float(rng.normal(0, 15)),
                   "aim_offset_mm": [(x - 0.5) * SIZE_MM[0] + float(rng.normal(0, 10)), y]}
        camera["height_mm"] = _height_mm(camera, high)
        camera["exif"]["orientation"] = 6
        out[f"close-{name}"] = _rounded(_later(made, 9 * number))
    return out


def glare_pair(scene: Scene, rng: np.random.Generator) -> dict[str, Scene]:
    """Two photos from two sides of the table, both at a slant: a low window mirrors in the gloss, in another place in each."""
    first = _handless(scene)
    first["poster"]["gloss"] = float(rng.uniform(0.65, 0.8))
    first["lights"]["window"] = {"illuminance_lux": 585.0, "temperature_k": 5300.0, "direction_deg": float(rng.uniform(30, 44)),
                                 "distance_mm": 2520.0, "center_height_mm": 610.0, "size_mm": [1370.0, 1400.0]}
    first["lights"]["ambient"]["illuminance_lux"] = 40.0
    first["camera"] |= {"image_size_px": [4032, 3024], "tilt_deg": float(rng.uniform(35, 38)),
                        "azimuth_deg": float(rng.uniform(-14, -8)), "roll_deg": 0.0, "aim_offset_mm": [-20.0, 60.0],
                        "exposure_ev": 0.25}
    first["camera"]["height_mm"] = _height_mm(first["camera"], SIZE_MM[1] * 1.25)
    first["camera"]["exif"]["orientation"] = 1
    second = copy.deepcopy(first)
    second["camera"] |= {"tilt_deg": float(rng.uniform(28, 33)), "azimuth_deg": float(rng.uniform(-62, -48)),
                         "aim_offset_mm": [0.0, 30.0]}
    second["camera"]["height_mm"] = _height_mm(second["camera"], SIZE_MM[1] * 1.55)
    return {"angle-1": _rounded(first), "angle-2": _rounded(_later(second, 14))}


def _height_mm(camera: Scene, high_mm: float) -> float:
    """Of the lens, so that the picture shows high_mm of the table from bottom to top in its middle."""
    sides = camera["image_size_px"]
    distance = high_mm * max(sides) * camera["focal_equiv_mm"] / 36 / sides[1]
    return float(distance * np.cos(np.radians(camera["tilt_deg"])))


def _handless(scene: Scene) -> Scene:
    made = copy.deepcopy(scene)
    made["clutter"] = [thing for thing in made["clutter"] if thing["type"] != "hand"]
    return made


def _later(scene: Scene, seconds: int) -> Scene:
    made = copy.deepcopy(scene)
    exif = made["camera"]["exif"]
    then = datetime.datetime.strptime(exif["datetime"], "%Y:%m:%d %H:%M:%S").replace(tzinfo=datetime.UTC)
    exif["datetime"] = (then + datetime.timedelta(seconds=seconds)).strftime("%Y:%m:%d %H:%M:%S")
    return made


def _rounded(scene: Scene) -> Scene:
    scene["camera"] = {k: round(v, 4) if isinstance(v, float) else v for k, v in scene["camera"].items()}
    return scene


def _moved(scene: Scene, old: Path, new: Path) -> Scene:
    """The scene with its pictures' paths as they are seen from its new folder."""
    def there(path: str) -> str:
        return path if Path(path).is_absolute() else os.path.relpath(old / path, new)
    made = copy.deepcopy(scene)
    for holder in (made["poster"], *made["cards"]):
        holder |= {key: there(holder[key]) for key in PICTURES if isinstance(holder.get(key), str)}
    return made


if __name__ == "__main__":
    main()
