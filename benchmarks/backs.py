"""Cards turned over on a table: how many are found, how often the ticked box is right, how well the argument is read.

    python benchmarks/backs.py [--drawn 300] [--seed 1] [--handwriting H] [--photos SCENES --catalogue CATALOGUE.json [--no-codes]]

Drawn photos: backs of a kit with marks (and handwriting, where H holds pictures of it) lying on a table, seen by a pinhole camera
from any side, with blur, noise, a shadow and JPEG; hundreds, of one to six cards. --photos: rendered ones, of scenes by
`backs_scenes.py`.
A silent error is a wrong box without `stance-uncertain`. Boxes: `right` counts values that are right, doubted or not; of two ticked
boxes and of a ring round one, no value is right, and a doubt is asked for.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from rapidfuzz.distance import Levenshtein

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from drawn_backs import Shown, drawn_table, some_card
from posterscan.backs.find import find_backs
from posterscan.backs.paper import believed
from posterscan.backs.scan import scan_backs
from posterscan.catalogue import Catalogue, load_catalogue
from posterscan.ocr.engines import engines
from posterscan.photo import Photo, load_photo

TARGETS = {"cards found": 0.99, "boxes right": 0.99, "paired by code": 1.0}


@dataclass
class Tally:
    """What came of some photos."""

    count: Counter[str] = field(default_factory=Counter)
    worst: list[str] = field(default_factory=list)


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drawn", type=int, default=300, help="drawn photos of each difficulty")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--handwriting", type=Path)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--catalogue", type=Path)
    parser.add_argument("--no-codes", action="store_true", help="find the cards of --photos by their outlines alone, and no more")
    options = parser.parse_args()
    if options.no_codes:
        without_codes(options.photos, options.catalogue)
        return
    tallies: dict[str, Tally] = {}
    for hard in (False, True) if options.drawn else ():
        name = "drawn, hard" if hard else "drawn, normal"
        tallies[name] = Tally()
        for number in range(options.drawn):
            photo, shown, catalogue = _drawn(np.random.default_rng([options.seed, number, hard]), hard, options.handwriting)
            judge(tallies[name], photo, shown, catalogue)
    if options.photos is not None:
        catalogue = load_catalogue(options.catalogue)
        for folder in sorted(path.parent for path in options.photos.glob("*/photo.jpg")):
            table = json.loads((folder / "meant.json").read_text("utf-8"))["table"]
            for name in ("rendered, all", f"rendered, {table}"):
                judge(tallies.setdefault(name, Tally()), load_photo(folder / "photo.jpg"), list(_rendered(folder)), catalogue)
    for name, tally in tallies.items():
        report(name, tally)


def without_codes(photos: Path, path: Path) -> None:
    """Cards of a kit that has no codes: found by outline on each kind of table."""
    data = load_catalogue(path).model_dump(by_alias=True)
    plain = Catalogue.model_validate(data | {"card_dictionary": None, "code_places": [], "blanks": [],
                                             "cards": [card | {"marker_id": None} for card in data["cards"]]})
    count: Counter[tuple[str, str]] = Counter()
    for folder in sorted(one.parent for one in photos.glob("*/photo.jpg")):
        table = json.loads((folder / "meant.json").read_text("utf-8"))["table"]
        rgb = load_photo(folder / "photo.jpg").rgb
        cards, _ = believed(rgb, find_backs(rgb, plain).cards, plain.card_size_mm)
        shown = list(_rendered(folder))
        hits = sum(any(_there(card.polygon_px, one) for card in cards) for one in shown)
        for what, number in (("cards", len(shown)), ("found", hits), ("no card", len(cards) - hits)):
            count[table, what] += number
    print("| table | cards found without codes | outlines that are no card |\n| --- | --- | --- |")
    for table in sorted({table for table, _ in count}):
        print(f"| {table} | {count[table, 'found']}/{count[table, 'cards']} | {count[table, 'no card']} |")


def _there(polygon_px: np.ndarray, one: Shown) -> bool:
    side = np.linalg.norm(one.polygon_px[1] - one.polygon_px[0])
    return bool(np.linalg.norm(np.mean(polygon_px, axis=0) - one.polygon_px.mean(axis=0)) < 0.06 * side)


def _drawn(rng: np.random.Generator, hard: bool, handwriting: Path | None) -> tuple[Photo, list[Shown], Catalogue]:
    written = _written(handwriting) if handwriting is not None else []
    count = int(rng.integers(1, 7))
    cards = [some_card(rng, marker, *(written[int(rng.integers(len(written)))] if written else (None, "")))
             for marker in rng.choice(2000, count, replace=False)]
    return drawn_table(cards, rng, hard=hard)


_CACHE: list[tuple[np.ndarray, str]] = []


def _written(folder: Path) -> list[tuple[np.ndarray, str]]:
    if not _CACHE:
        index = json.loads((folder / "index.json").read_text("utf-8"))
        _CACHE.extend((np.array(Image.open(folder / one["file"]).convert("RGBA")), one["text"].replace("\n", " "))
                      for one in index if one["kind"] == "argument" and one["file"].startswith("blocks/"))
    return _CACHE


def _rendered(folder: Path) -> Iterator[Shown]:
    meant = json.loads((folder / "meant.json").read_text("utf-8"))["cards"]
    for card in json.loads((folder / "truth.json").read_text("utf-8"))["cards"]:
        one = meant[card["id"]]
        yield Shown(card["marker_id"], one["kind"], one["stance"], one["text"], np.array(card["polygon_px"]),
                    tuple(style for _, style in one["marks"]))


def judge(tally: Tally, photo: Photo, shown: list[Shown], catalogue: Catalogue) -> None:
    """Adds what one photo gave."""
    scanned = scan_backs(photo, catalogue, engines(catalogue.language))
    by_code = {record.marker_id: record for record in scanned.records if record.marker_id is not None}
    count = tally.count
    count["photos"] += 1
    count["extra"] += sum(record.marker_id not in {one.marker_id for one in shown} for record in scanned.records)
    for one in shown:
        count["cards"] += 1
        record = by_code.get(one.marker_id)
        count["found"] += any(_there(np.array(r.polygon_px), one) for r in scanned.records)
        count["paired"] += record is not None
        if record is None:
            continue
        if one.kind == "ingredient" and record.stance is not None:
            _stance(tally, one, record.stance.value, "stance-uncertain" in record.needs_review, photo.name)
        if one.text:
            count["letters"] += len(one.text)
            count["edits"] += Levenshtein.distance(one.text.casefold(), record.argument.value.casefold())
            count["texts silent"] += one.text.casefold() != record.argument.value.casefold() and not record.needs_review


def _stance(tally: Tally, one: Shown, value: str | None, doubted: bool, photo: str) -> None:
    count = tally.count
    unclear = one.stance == "two" or "ring" in one.styles
    count["boxes"] += 1
    right = doubted if unclear else value == one.stance
    count["right"] += right
    count["sure and right"] += right and not doubted and not unclear
    count["doubted"] += doubted and not unclear
    count["clear"] += not unclear
    if not right and not doubted:
        count["silent"] += 1
        tally.worst.append(f"{photo} {one.marker_id}: {one.stance} {one.styles} read as {value}")


def report(name: str, tally: Tally) -> None:
    """One table: measured against target."""
    count = tally.count
    print(f"\n{name}: {count['photos']} photos, {count['cards']} cards, {count['extra']} outlines that are no card of theirs")
    print("| what | measured | target |\n| --- | --- | --- |")
    rows = [("cards found", count["found"], count["cards"]), ("paired by code", count["paired"], count["found"]),
            ("boxes right", count["right"], count["boxes"])]
    for what, hits, of in rows:
        print(f"| {what} | {hits}/{of} = {hits / max(of, 1):.1%} | {TARGETS[what]:.0%} |")
    print(f"| boxes right and not doubted, of those marked plainly | {count['sure and right']}/{count['clear']} | – |")
    print(f"| boxes doubted, of those marked plainly | {count['doubted']}/{count['clear']} | – |")
    print(f"| silent errors | {count['silent']}/{count['boxes']} | 0 |")
    if count["letters"]:
        print(f"| argument, character errors | {count['edits'] / count['letters']:.1%} | – |")
        print(f"| arguments wrong without a code | {count['texts silent']} | 0 |")
    for line in tally.worst[:10]:
        print(f"  {line}")


if __name__ == "__main__":
    main()
