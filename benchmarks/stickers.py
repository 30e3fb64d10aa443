"""Measures the sticker stage alone on photos with truth: sheet and card outlines are taken from the truth.

    python benchmarks/stickers.py ../shared/photos [--kit ../shared/photos/kit] [--photo NAME ...] [--verbose]
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator

from posterscan.layout import LoadedLayout, open_layout
from posterscan.photo import load_photo
from posterscan.sheet import Lens, SheetMap, View, resample
from posterscan.stages.stickers import Stickers, find_stickers

PX_PER_MM = 4.0
VISIBLE = 0.4  # stickers that show less are left out of "count exact"; their card must carry a reason code
Floats = NDArray[np.float64]


@dataclass
class Score:
    """Sums over photos of one difficulty."""

    true: int = 0
    found: int = 0
    hits: int = 0
    cards: int = 0
    exact: int = 0
    silent: int = 0
    needless: int = 0
    unmarked: int = 0
    off_mm: list[float] = field(default_factory=list)
    diameter_off_mm: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    confidence: list[tuple[float, bool]] = field(default_factory=list)


def sheet_of(truth: dict[str, Any]) -> SheetMap:
    """The sheet as rendered: its camera, and the paper's relief through every point that the truth names."""
    camera, d = truth["camera"], truth["camera"]["distortion"]
    lens = Lens(camera["focal_px"], tuple(camera["principal_point_px"]), (d["k1"], d["k2"], d["p1"], d["p2"]))
    mm = np.array(truth["check_points"]["mm"] + [p for f in truth["fiducials"] for p in f["corners_mm"]])
    px = np.array(truth["check_points"]["px"] + [p for f in truth["fiducials"] for p in f["corners_px"]])
    homography, _ = cv2.findHomography(mm, lens.ideal(px), cv2.RANSAC, 30)
    flat = SheetMap(np.asarray(homography, np.float64), lens)
    relief = RBFInterpolator(mm, flat.to_mm(px) - mm, smoothing=1e-2, neighbors=40)
    return SheetMap(flat.homography, lens, lambda xy: np.asarray(relief(np.asarray(xy, float)), np.float64))


def outlines_of(truth: dict[str, Any], sheet: SheetMap) -> Floats:
    """(N, 4, 2) mm outlines of the cards as they appear in the photo, from the lowest to the uppermost."""
    return np.array([sheet.to_mm(c["polygon_px"]) for c in truth["cards"]]).reshape(-1, 4, 2)


def match(truth: dict[str, Any], sheet: SheetMap, found: Stickers, s: Score) -> None:
    """Pairs true and found stickers, each with the nearest that is left."""
    seen = [x for x in truth["stickers"] if x["visible_fraction"] >= VISIBLE]
    taken: set[int] = set()
    for x in seen:
        apart = np.hypot(*(found.centers_mm - sheet.to_mm([x["center_px"]])).T)
        near = [int(j) for j in np.argsort(apart) if apart[j] < 0.4 * x["diameter_mm"] and int(j) not in taken]
        if near:
            taken.add(near[0])
            s.off_mm.append(float(apart[near[0]]))
            s.diameter_off_mm.append(float(abs(found.diameters_mm[near[0]] - x["diameter_mm"])))
    s.true, s.found, s.hits = s.true + len(seen), s.found + len(found.centers_mm), s.hits + len(taken)


def score(truth: dict[str, Any], order: list[int], found: Stickers, s: Score) -> list[str]:
    """Adds one photo's counts; returns a line for each card that is wrong or marked."""
    rows = []
    for place, index in enumerate(order):
        card = truth["cards"][index]
        mine = [x for x in truth["stickers"] if x["card"] == card["id"]]
        clear = sum(x["visible_fraction"] >= VISIBLE for x in mine)
        count, reasons = int(found.count[place]), found.reasons[place]
        right = clear <= count <= len(mine)
        if card["kind"] == "intention":
            s.cards, s.exact = s.cards + 1, s.exact + right
            s.needless += right and bool(reasons) and clear == len(mine)
            s.unmarked += clear < len(mine) and not reasons
            s.confidence.append((float(found.count_confidence[place]), right))
        s.silent += not right and not reasons
        if not right or reasons:
            hidden = f" (+{len(mine) - clear} hidden)" if clear < len(mine) else ""
            rows.append(f"   {card['id']} {card['kind'][:3]} counted {count} true {clear}{hidden} "
                        f"{'ok' if right else 'WRONG'} {found.count_confidence[place]:.2f} {','.join(reasons)}")
    return rows


def view_of(folder: Path, truth: dict[str, Any], sheet: SheetMap, cache: Path | None) -> View:
    """The whole sheet at 4 px per mm; kept in `cache` where one is given."""
    kept = cache / f"{folder.parent.name}-{folder.name}.npz" if cache else None
    if kept is not None and kept.is_file():
        with np.load(kept) as arrays:
            return View(arrays["rgb"], arrays["valid"], PX_PER_MM)
    view = resample(load_photo(folder / truth["photo"]).rgb, sheet, tuple(truth["poster"]["size_mm"]), PX_PER_MM)
    if kept is not None:
        np.savez(kept, rgb=view.rgb, valid=view.valid)
    return view


def measure(folder: Path, layout: LoadedLayout, cache: Path | None, total: Score) -> tuple[list[str], View, Stickers]:
    """Runs the stage on one photo."""
    truth = json.loads((folder / "truth.json").read_text())
    sheet = sheet_of(truth)
    order = sorted(range(len(truth["cards"])), key=lambda i: truth["cards"][i]["stacking"])
    polygons = outlines_of(truth, sheet)[order]
    view = view_of(folder, truth, sheet, cache)
    start = time.perf_counter()
    found = find_stickers(view, polygons, layout.reference, layout.layout)
    total.seconds.append(time.perf_counter() - start)
    match(truth, sheet, found, total)
    return score(truth, order, found, total), view, found


def table(scores: dict[str, Score]) -> str:
    """One row per difficulty."""
    names = ("", "stickers", "precision", "recall", "centre mm, median / 95 %", "diameter mm", "counts exact",
             "wrong, no code", "right, marked", "hidden, no code", "s")
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    for name, s in sorted(scores.items()):
        off, cards = s.off_mm or [float("nan")], max(s.cards, 1)
        cells = (name, s.true, f"{s.hits / max(s.found, 1):.4f}", f"{s.hits / max(s.true, 1):.4f}",
                 f"{np.median(off):.2f} / {np.percentile(off, 95):.2f}",
                 f"{np.mean(s.diameter_off_mm or [float('nan')]):.2f}",
                 f"{s.exact}/{s.cards} = {100 * s.exact / cards:.1f} %", s.silent,
                 f"{s.needless} = {100 * s.needless / cards:.1f} %", s.unmarked, f"{np.median(s.seconds):.2f}")
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def reliability(scores: dict[str, Score]) -> str:
    """Of the counts of each confidence, the share that is right."""
    pairs = np.array([p for s in scores.values() for p in s.confidence]).reshape(-1, 2)
    lines = []
    for low, top in ((0, 0.5), (0.5, 0.8), (0.8, 0.95), (0.95, 1.01)):
        part = pairs[(pairs[:, 0] >= low) & (pairs[:, 0] < top)]
        if len(part):
            lines.append(f"confidence {low}-{min(top, 1)}: {len(part)} cards, mean {part[:, 0].mean():.3f}, "
                         f"right {part[:, 1].mean():.3f}")
    return "\n".join(lines)


def draw(view: View, found: Stickers, path: Path) -> None:
    """The view with a ring per sticker found."""
    picture = view.rgb.copy()
    for (x, y), d in zip(view.to_view_px(found.centers_mm), found.diameters_mm, strict=True):
        cv2.circle(picture, (round(x), round(y)), round(d * PX_PER_MM / 2), (0, 0, 0), 2)
    cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--kit", type=Path, help="folder of layout.json; default: kit/ within the photos")
    parser.add_argument("--photo", action="append", help="only these")
    parser.add_argument("--cache", type=Path, help="folder that keeps the rectified views")
    parser.add_argument("--pictures", type=Path, help="folder for a picture per photo")
    parser.add_argument("--verbose", action="store_true", help="name every card that is wrong or marked")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    layout = open_layout((options.kit or options.photos / "kit") / "layout.json")
    scores: dict[str, Score] = defaultdict(Score)
    for truth in sorted(options.photos.glob("*/truth.json")):
        name = truth.parent.name
        if options.photo and name not in options.photo:
            continue
        rows, view, found = measure(truth.parent, layout, options.cache, scores[name.split("-")[0]])
        if options.verbose:
            sizes = np.round(found.sizes_mm, 2).tolist()
            print(f"{name}: {len(found.centers_mm)} stickers, sizes {sizes}", *rows, sep="\n")
        if options.pictures:
            draw(view, found, options.pictures / f"{name}.jpg")
    print(table(scores), reliability(scores), sep="\n")


if __name__ == "__main__":
    main()
