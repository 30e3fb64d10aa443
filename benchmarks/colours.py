"""Are sticker colours named alike under every light? Photos with truth are re-lit in linear light, then named.

    python benchmarks/colours.py ../shared/photos [--photo NAME ...] [--cache FOLDER] [--verbose]

The sheet and the cards are taken from the truth, so that only colour is measured. A light is a chromatic adaptation in
Bradford's cone space (Lam 1985), which is not a gain per channel: white can be divided out, colours still shift. A phone
takes part of a cast away itself: SHARE of it stays.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from stickers import outlines_of, sheet_of, view_of  # the benchmark beside this one

from posterscan.layout import LoadedLayout, open_layout
from posterscan.sheet import View
from posterscan.stages.sticker_colour import linear
from posterscan.stages.stickers import Stickers, find_stickers

Floats = NDArray[np.float64]
SHARE = 0.6  # of a cast that is left after the phone's own white balance
XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
TO_CONES = BRADFORD @ XYZ
DAYLIGHT = np.array([0.95047, 1.0, 1.08883])  # D65, as sRGB has it
FLUORESCENT = np.array([0.9918, 1.0, 0.6739])  # CIE F2, cool white
GREENISH = np.array([0.93, 1.0, 0.80])  # an old tube: between F2 and D65, above Planck's curve


def planck(kelvin: float) -> Floats:
    """XYZ of a lamp or of daylight (Kim et al. 2002, the Planckian locus by a cubic), Y = 1."""
    t = 1e3 / kelvin
    x = (-0.2661239 * t**3 - 0.2343589 * t**2 + 0.8776956 * t + 0.179910) if kelvin <= 4000 else \
        (-3.0258469 * t**3 + 2.1070379 * t**2 + 0.2226347 * t + 0.240390)
    y = (-0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867) if kelvin <= 4000 else \
        (3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483)
    return np.array([x / y, 1.0, (1 - x - y) / y])


def cast(white: Floats) -> Floats:
    """(3, 3) linear sRGB under daylight to linear sRGB under a light of this white, as far as the phone leaves it."""
    ratio = (BRADFORD @ white) / (BRADFORD @ DAYLIGHT)
    return np.asarray(np.linalg.inv(TO_CONES) @ np.diag(ratio**SHARE) @ TO_CONES)


def relit(view: View, matrix: Floats, other: Floats | None = None) -> View:
    """The view under another light; with `other`, from the one at the left to the other at the right."""
    lin = linear(view.rgb).astype(np.float64)
    out = lin @ matrix.T
    if other is not None:
        right = np.linspace(0, 1, view.rgb.shape[1])[None, :, None]
        out = (1 - right) * out + right * (lin @ other.T)
    bright = np.percentile(out.max(axis=2), 99.5)  # the phone exposes for the brightest channel
    out = np.clip(out * min(1.0, 0.95 / bright) if bright > 0.95 else out, 0, 1)
    srgb = np.where(out <= 0.0031308, 12.92 * out, 1.055 * out ** (1 / 2.4) - 0.055)
    return replace(view, rgb=np.round(255 * srgb).astype(np.uint8))


LIGHTS: dict[str, Callable[[View], View]] = {
    "as taken": lambda view: view,
    "lamp 2700 K": lambda view: relit(view, cast(planck(2700))),
    "daylight 6500 K": lambda view: relit(view, cast(planck(6500))),
    "shade 9000 K": lambda view: relit(view, cast(planck(9000))),
    "fluorescent F2": lambda view: relit(view, cast(FLUORESCENT)),
    "greenish tube": lambda view: relit(view, cast(GREENISH)),
    "lamp to window": lambda view: relit(view, cast(planck(2700)), cast(planck(7500))),
}


def pairs(truth: dict[str, Any], centers_mm: Floats, colours: tuple[str, ...], sheet: Any) -> list[tuple[str, str]]:
    """(true name, name given) of the stickers that were found."""
    out = []
    for sticker in truth["stickers"]:
        if sticker["colour"] is None or sticker["visible_fraction"] < 0.4 or not len(centers_mm):
            continue
        apart = np.hypot(*(centers_mm - sheet.to_mm([sticker["center_px"]])).T)
        near = int(np.argmin(apart))
        if apart[near] < 0.4 * sticker["diameter_mm"]:
            out.append((sticker["colour"], colours[near]))
    return out


def measure(folder: Path, layout: LoadedLayout, cache: Path | None) -> dict[str, tuple[list[tuple[str, str]], Stickers]]:
    """Per light what the stickers of one photo were called."""
    truth = json.loads((folder / "truth.json").read_text())
    sheet = sheet_of(truth)
    order = sorted(range(len(truth["cards"])), key=lambda i: truth["cards"][i]["stacking"])
    polygons = outlines_of(truth, sheet)[order]
    view = view_of(folder, truth, sheet, cache)
    out = {}
    for light, change in LIGHTS.items():
        found = find_stickers(change(view), polygons, layout.reference, layout.layout)
        out[light] = (pairs(truth, found.centers_mm, found.colours, sheet), found)
    return out


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--kit", type=Path, help="folder of layout.json; default: kit/ within the photos")
    parser.add_argument("--photo", action="append", help="only these")
    parser.add_argument("--cache", type=Path, help="folder that keeps the rectified views")
    parser.add_argument("--verbose", action="store_true", help="name what was confused")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    layout = open_layout((options.kit or options.photos / "kit") / "layout.json")
    named: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for truth in sorted(options.photos.glob("*/truth.json")):
        if not options.photo or truth.parent.name in options.photo:
            for light, (names, _) in measure(truth.parent, layout, options.cache).items():
                named[light].update(names)
    print("| light | stickers found | named right |", "| --- | --- | --- |", sep="\n")
    for light, counts in named.items():
        right = sum(n for (true, said), n in counts.items() if true == said)
        print(f"| {light} | {counts.total()} | {right} = {100 * right / max(counts.total(), 1):.1f} % |")
        if options.verbose:
            print("   ", {f"{true} as {said}": n for (true, said), n in counts.most_common() if true != said})


if __name__ == "__main__":
    main()
