"""From a printed kit to what a renderer of photos needs: pictures of poster and cards, and scenes filled in by hand.

    posterscan kit KIT
    python scripts/photolab_kit.py kit KIT LAB                        the kit's PDFs as pictures
    python scripts/photolab_kit.py scenes LAB SCENES --handwriting H  handwriting on the blanks of the scenes' own tables

In between, scenes are made of LAB (`--scenes-only`), and afterwards they are rendered. H holds pictures of handwriting
with an index.json: file, text, kind (title, intention), px_per_mm.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from posterscan.kit.card_design import CARD_MM
from posterscan.kit.raster import page_picture
from posterscan.kit.sheets import PER_SHEET, card_place

POSTER_PX_PER_MM, CARD_PX_PER_MM = 8.0, 12.0
TITLES = ("title", "intention")
ROOM_MM = {"ingredient": (6.5, 6.0, 61.0, 46.0), "intention": (6.5, 5.5, 60.0, 40.0)}  # left, top, right, bottom
LEAST_SCALE = 0.85  # nobody writes much smaller than they do: a text with less room is left out


def main() -> None:
    """One of the two steps."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)
    kit = steps.add_parser("kit")
    kit.add_argument("kit", type=Path)
    kit.add_argument("lab", type=Path)
    scenes = steps.add_parser("scenes")
    scenes.add_argument("lab", type=Path)
    scenes.add_argument("scenes", type=Path)
    scenes.add_argument("--handwriting", type=Path, required=True)
    options = parser.parse_args()
    if options.step == "kit":
        make_lab(options.kit, options.lab)
    else:
        for number, scene in enumerate(sorted(options.scenes.glob("*/scene.json"))):
            fill_in(scene, options.lab, options.handwriting, number)


def make_lab(kit: Path, lab: Path) -> None:
    """Posters of every table, fronts and backs of every card and every blank."""
    (lab / "cards").mkdir(parents=True, exist_ok=True)
    (lab / "handwriting").mkdir(exist_ok=True)
    for name in ("layout.json", "catalogue.json"):
        shutil.copyfile(kit / name, lab / name)
    catalogue = json.loads((kit / "catalogue.json").read_text("utf-8"))
    tables = json.loads((kit / "layout.json").read_text("utf-8"))["session"]["tables"]
    poster = (kit / "poster.pdf").read_bytes()
    for table in range(tables):
        Image.fromarray(page_picture(poster, table, POSTER_PX_PER_MM)).save(lab / f"poster-{table + 1}.png", compress_level=3)
    shutil.copyfile(lab / "poster-1.png", lab / "poster.png")
    for kind in ("ingredient", "intention"):
        names = [card["id"] for card in catalogue["cards"] if card["kind"] == kind]
        cut(_one_of(kit, {"ingredient": ("kaartjes-ingredienten", "cards-ingredients"),
                          "intention": ("kaartjes-bedoelingen", "cards-intentions")}[kind]), [names], lab / "cards")
    sets = [[f"blank-{kind}-{table + 1}-{b['number']}" for b in catalogue["blanks"] if (b["kind"], b["table"]) == (kind, table + 1)]
            for table in range(tables) for kind in ("ingredient", "intention")]
    cut(_one_of(kit, ("kaartjes-leeg", "cards-blank")), [names for names in sets if names], lab / "cards")
    white = Image.new("RGBA", (60, 30), (0, 0, 0, 0))  # stands for handwriting until `scenes` puts the real one there
    white.save(lab / "handwriting" / "none.png")
    (lab / "handwriting" / "index.json").write_text('{"none.png": "-"}', "utf-8")


def _one_of(kit: Path, stems: tuple[str, ...]) -> bytes:
    return next(kit / f"{stem}.pdf" for stem in stems if (kit / f"{stem}.pdf").exists()).read_bytes()


def cut(pdf: bytes, sets: list[list[str]], folder: Path) -> None:
    """Cuts the cards of a PDF as scissors would; each set of names starts on a new sheet."""
    sheet = 0
    for names in sets:
        for start in range(0, len(names), PER_SHEET):
            for back in (False, True):
                picture = page_picture(pdf, 2 * sheet + back, CARD_PX_PER_MM)
                for i, name in enumerate(names[start:start + PER_SHEET]):
                    x, y = (round(v * CARD_PX_PER_MM) for v in card_place(i, back=back))
                    width, height = (round(v * CARD_PX_PER_MM) for v in CARD_MM)
                    Image.fromarray(picture[y:y + height, x:x + width]).save(folder / f"{name}-{'back' if back else 'front'}.png")
            sheet += 1


def fill_in(path: Path, lab: Path, handwriting: Path, number: int) -> None:
    """Gives a scene its table's poster, and its handwritten cards a blank of that table with a text on it."""
    scene, rng = json.loads(path.read_text("utf-8")), np.random.default_rng([7, number])
    catalogue = json.loads((lab / "catalogue.json").read_text("utf-8"))
    tables = json.loads((lab / "layout.json").read_text("utf-8"))["session"]["tables"]
    table = number % tables + 1
    scene["poster"]["texture"] = str(lab.resolve() / f"poster-{table}.png")
    index = json.loads((handwriting / "index.json").read_text("utf-8"))
    free = {kind: [b for b in catalogue["blanks"] if (b["kind"], b["table"]) == (kind, table)] for kind in ROOM_MM}
    for card in scene["cards"]:
        if not card.get("handwritten"):
            continue
        kind = "intention" if card["id"].startswith("int") else "ingredient"
        blank = free[kind].pop(int(rng.integers(len(free[kind]))))
        fitting = [entry for entry in index if entry["kind"] == ("intention" if kind == "intention" else "title")
                   and room_for(handwriting / entry["file"], entry["px_per_mm"], ROOM_MM[kind]) >= LEAST_SCALE]
        entry = fitting[int(rng.integers(len(fitting)))]
        front = lab / "cards" / f"blank-{kind}-{table}-{blank['number']}-front.png"
        written(Image.open(front).convert("RGB"), handwriting / entry["file"], entry["px_per_mm"], ROOM_MM[kind], rng).save(
            path.parent / f"written-{card['id']}.png")
        card |= {"text": " ".join(entry["text"].split()), "marker_id": blank["marker_id"], "texture": f"written-{card['id']}.png"}
    path.write_text(json.dumps(scene, ensure_ascii=False, indent=1) + "\n", "utf-8")


def room_for(file: Path, px_per_mm: float, room_mm: tuple[float, float, float, float]) -> float:
    """By how much ink at its own size may grow, or must shrink, to fit."""
    with Image.open(file) as ink:
        return min((room_mm[2] - room_mm[0]) / ink.width, (room_mm[3] - room_mm[1]) / ink.height) * px_per_mm


def written(card: Image.Image, file: Path, px_per_mm: float, room_mm: tuple[float, float, float, float],
            rng: np.random.Generator) -> Image.Image:
    """A card with ink on it: at its own size where there is room, else as much smaller as it must be."""
    ink = Image.open(file).convert("RGBA").rotate(float(rng.normal(0, 1.5)), expand=True, resample=Image.Resampling.BICUBIC)
    left, top, right, bottom = (v * CARD_PX_PER_MM for v in room_mm)
    scale = min(CARD_PX_PER_MM / px_per_mm * float(rng.uniform(1.0, 1.4)), (right - left) / ink.width, (bottom - top) / ink.height)
    ink = ink.resize((max(1, round(ink.width * scale)), max(1, round(ink.height * scale))), Image.Resampling.LANCZOS)
    x = left + float(rng.uniform(0, 0.5)) * (right - left - ink.width)
    y = top + float(rng.uniform(0.1, 0.9)) * (bottom - top - ink.height)
    card.paste(ink, (round(x), round(y)), ink)
    return card


if __name__ == "__main__":
    main()
