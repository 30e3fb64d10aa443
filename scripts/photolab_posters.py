"""What a renderer of photos needs of posters without markers: the drawn designs, and scenes with 20 to 60 % of the sheet under
cards.

    python scripts/photolab_posters.py LAB --cards KIT/cards --photolab FOLDER

writes LAB/<design> (poster.png, layout.json, catalogue.json, cards), LAB/<design>/scenes/<n>/scene.json, and the same poster with
loose markers taped on it: LAB/<design>-taped with taped.json, their places.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))
from poster_designs import COLOUR, LINES, Design, draw, layout_of

from posterscan.geometry import apply_homography, rectangle
from posterscan.kit.poster_layout import DICTIONARY, MARKER_MM, QUIET_MM

PX_PER_MM = 8.0
COVERED = (0.2, 0.35, 0.5, 0.6)
Rgb = NDArray[np.uint8]


def main() -> None:
    """Both designs, bare and taped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lab", type=Path)
    parser.add_argument("--cards", type=Path, required=True, help="a folder of card pictures with catalogue.json beside it")
    parser.add_argument("--photolab", type=Path, required=True)
    parser.add_argument("--python", default=sys.executable, help="with what photolab needs")
    args = parser.parse_args()
    for design, seed in ((COLOUR, 71), (LINES, 72)):
        picture, folder = draw(design, PX_PER_MM), args.lab / design.name
        kit(folder, picture, layout_of(design), args.cards)
        scenes(folder, seed, "normal", len(COVERED), args)
        for number, path in enumerate(sorted((folder / "scenes").glob("*/scene.json"))):
            fill_up(path, design, COVERED[number], seed + number)
        taped = args.lab / f"{design.name}-taped"
        picture, places = with_markers(picture, design, np.random.default_rng(seed))
        kit(taped, picture, layout_of(design), args.cards)
        (taped / "taped.json").write_text(json.dumps({str(k): corners.round(3).tolist() for k, corners in places.items()}), "utf-8")
        scenes(taped, seed + 50, "normal", 3, args)
        for path in sorted((taped / "scenes").glob("*/scene.json")):
            scene = json.loads(path.read_text("utf-8"))
            path.write_text(json.dumps(scene | {"cards": [], "stickers": [], "clutter": []}), "utf-8")


def kit(folder: Path, picture: Rgb, layout: dict[str, Any], cards: Path) -> None:
    """A kit as photolab wants it; the cards are linked."""
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(folder / "poster.png", compress_level=3)
    (folder / "layout.json").write_text(json.dumps(layout, ensure_ascii=False, indent=1), "utf-8")
    (folder / "catalogue.json").write_text((cards.parent / "catalogue.json").read_text("utf-8"), "utf-8")
    if not (folder / "cards").exists():
        (folder / "cards").symlink_to(cards.resolve())


def scenes(folder: Path, seed: int, difficulty: str, count: int, args: argparse.Namespace) -> None:
    """Random scenes by photolab."""
    subprocess.run(
        [
            args.python,
            "-m",
            "photolab",
            "--generate",
            str(count),
            "--kit",
            str(folder.resolve()),
            "--seed",
            str(seed),
            "--difficulty",
            difficulty,
            "--scenes-only",
            "--out",
            str((folder / "scenes").resolve()),
        ],
        cwd=args.photolab.parent,
        check=True,
    )


def fill_up(path: Path, design: Design, share: float, seed: int) -> None:
    """More cards (or fewer), flat beside each other, until so much of the sheet is covered."""
    rng = np.random.default_rng(seed)
    scene, catalogue = json.loads(path.read_text("utf-8")), json.loads((path.parents[2] / "catalogue.json").read_text("utf-8"))
    taken = np.zeros((int(design.size_mm[1]), int(design.size_mm[0])), np.uint8)
    kept: list[dict[str, Any]] = []
    for card in scene["cards"]:
        if taken.mean() < share - 0.005:
            _lay(taken, card["center_mm"], card.get("size_mm", [85, 55]), card["rotation_deg"])
            kept.append(card)
    known = [c for c in catalogue["cards"] if c["kind"] == "ingredient"]
    model = next(card for card in scene["cards"] if card["kind"] == "ingredient" and card["catalogue_id"])
    for number in range(40000):
        if taken.mean() >= share:
            break
        entry, angle = known[rng.integers(len(known))], float(rng.normal(0, 5))
        at = rng.uniform([45, 45], np.array(design.size_mm) - 45)
        if not _free(taken, at, (86, 56), angle):
            continue
        _lay(taken, at, (85, 55), angle)
        kept.append(
            model
            | {
                "id": f"more{number:05}",
                "catalogue_id": entry["id"],
                "text": entry["text"],
                "marker_id": entry.get("marker_id"),
                "texture": model["texture"].replace(model["catalogue_id"], entry["id"]),
                "side": "front",
                "center_mm": at.round(2).tolist(),
                "rotation_deg": round(angle, 2),
            }
        )
    names = {card["id"] for card in kept}
    stickers = [s for s in scene["stickers"] if s.get("card") in names]
    path.write_text(json.dumps(scene | {"cards": kept, "stickers": stickers}), "utf-8")


def _mask(shape: tuple[int, ...], at: Any, size: Any, angle: float) -> NDArray[np.uint8]:
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.round(rectangle(at, size, angle)).astype(np.int32)], 1)
    return mask


def _lay(taken: NDArray[np.uint8], at: Any, size: Any, angle: float) -> None:
    taken |= _mask(taken.shape, at, size, angle)


def _free(taken: NDArray[np.uint8], at: Any, size: Any, angle: float) -> bool:
    corners = rectangle(at, size, angle)
    inside = bool((corners > 2).all() and (corners < np.array(taken.shape[::-1]) - 2).all())
    return inside and not (taken & _mask(taken.shape, at, size, angle)).any()


def with_markers(
    picture: Rgb, design: Design, rng: np.random.Generator, count: int = 8, px_per_mm: float = PX_PER_MM
) -> tuple[Rgb, dict[int, NDArray[np.float64]]]:
    """The poster with loose markers stuck on it, a little crooked; and their corners in mm by number."""
    wide, high = design.size_mm
    picture, places = picture.copy(), {}
    spots = [
        (45, 130),
        (wide / 2, 130),
        (wide - 45, 130),
        (wide - 45, high / 2),
        (wide - 45, high - 45),
        (wide / 2, high - 45),
        (45, high - 45),
        (45, high / 2),
    ]
    side = MARKER_MM + 2 * QUIET_MM
    book = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, DICTIONARY))
    for number, spot in enumerate(spots[:count]):
        at, turn = np.array(spot) + rng.uniform(-12, 12, 2), float(rng.uniform(-12, 12)) + 90 * int(rng.integers(4))
        paper = np.full((1000, 1000, 3), 250, np.uint8)
        rim = round(1000 * QUIET_MM / side)
        paper[rim : 1000 - rim, rim : 1000 - rim] = (
            cv2.aruco.generateImageMarker(book, number, 1000 - 2 * rim)[..., None] // 255 * 232 + 18
        )
        to_px = cv2.getPerspectiveTransform(
            np.array([[0, 0], [1000, 0], [1000, 1000], [0, 1000]], np.float32) - 0.5,
            (rectangle(at, (side, side), turn) * px_per_mm - 0.5).astype(np.float32),
        )
        laid = cv2.warpPerspective(paper, to_px, picture.shape[1::-1], flags=cv2.INTER_AREA)
        over = cv2.warpPerspective(np.ones((1000, 1000), np.uint8), to_px, picture.shape[1::-1], flags=cv2.INTER_NEAREST)
        picture[over > 0] = laid[over > 0]
        inner = np.array([[rim, rim], [1000 - rim, rim], [1000 - rim, 1000 - rim], [rim, 1000 - rim]], np.float64) - 0.5
        places[number] = (apply_homography(to_px, inner) + 0.5) / px_per_mm
    return picture, places


if __name__ == "__main__":
    main()
