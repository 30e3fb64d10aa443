"""Card codes: how often one is read where there is none, and from how far they are read.

    python benchmarks/codes.py clutter [--photos 1000] [--jobs 2] [--dictionary DICT_4X4_1000]
    python benchmarks/codes.py distance
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from posterscan.kit.card_design import CODE_MM  # noqa: E402
from posterscan.kit.cards import PrintedCard, fit_word  # noqa: E402
from posterscan.kit.drawing import Pdf  # noqa: E402
from posterscan.kit.make import make_kit  # noqa: E402
from posterscan.kit.poster_layout import SIZE_MM  # noqa: E402
from posterscan.kit.settings import KitSettings  # noqa: E402
from posterscan.kit.sheets import PER_SHEET, card_sheets  # noqa: E402
from posterscan.kit.wordlists import default_words  # noqa: E402
from posterscan.messages import NOTHING  # noqa: E402
from posterscan.sheet import Lens, SheetMap  # noqa: E402
from posterscan.stages.codes import find_codes  # noqa: E402
from print_shop import photographed  # noqa: E402  (after the path is set)

PHOTO_PX = (4032, 3024)
FILL = 0.75  # of the frame's width that the A1 takes
PX_PER_MM = FILL * PHOTO_PX[0] / SIZE_MM[0]
WORDS = ("Wat", "hoort", "bij", "onze", "sociale", "basis?", "Buurthuis", "mantelzorg", "1", "l", "I", "O", "0", "#", "%", "=", "+",
         "TAFEL", "12", "vrijwilligers", "loket")


def main() -> None:
    """One of the two measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("clutter", "distance"))
    parser.add_argument("--photos", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--dictionary", default=KitSettings().card_dictionary)
    options = parser.parse_args()
    if options.what == "clutter":
        clutter(options.photos, options.jobs, options.dictionary)
    else:
        distance()


def _flat_sheet(px_per_mm: float) -> SheetMap:
    wide, high = PHOTO_PX
    corner = (np.array(PHOTO_PX) - np.array(SIZE_MM) * px_per_mm) / 2
    return SheetMap(np.array([[px_per_mm, 0, corner[0]], [0, px_per_mm, corner[1]], [0, 0, 1.0]]),
                    Lens(wide * 0.75, (wide / 2, high / 2)))


# --- codes where there are none ---------------------------------------------------------------------------------------


def clutter(photos: int, jobs: int, dictionary: str) -> None:
    """Prints how many codes were read in photos of text, frames, grids, chequers and squares that look like codes."""
    import json

    kit = make_kit(KitSettings(tables=10, card_dictionary=dictionary), default_words("nl"), "nl")
    catalogue = json.loads(kit.files["catalogue.json"])
    ids = [card["marker_id"] for card in catalogue["cards"]] + [blank["marker_id"] for blank in catalogue["blanks"]]
    work = [(seed, catalogue["card_dictionary"], ids) for seed in range(photos)]
    proposals = found = done = 0
    with ProcessPoolExecutor(jobs) as pool:
        for squares, codes in pool.map(_clutter_photo, work, chunksize=4):
            proposals, found, done = proposals + squares, found + codes, done + 1
            if done % 50 == 0:
                print(f"{done} photos: {proposals} squares looked at, {found} codes read", flush=True)
    print(f"{photos} photos without codes, {len(ids)} ids in use: {proposals} squares looked at, {found} false identities")


def _clutter_photo(work: tuple[int, str, list[int]]) -> tuple[int, int]:
    seed, dictionary, ids = work
    cv2.setNumThreads(1)
    grey = draw_clutter(seed)
    codes = find_codes(grey, _flat_sheet(PX_PER_MM), dictionary, catalogue_ids=ids)
    return codes.proposals, len(codes)


def draw_clutter(seed: int) -> NDArray[np.uint8]:
    """(3024, 4032) uint8: a photo's worth of things on paper, none of them a code of the kit's dictionary but by chance."""
    rng = np.random.default_rng([seed, 11])
    wide, high = PHOTO_PX
    ground = cv2.resize(rng.normal(200, 25, (6, 8)).astype(np.float32), PHOTO_PX, interpolation=cv2.INTER_CUBIC)
    page = np.clip(ground, 60, 250).astype(np.uint8)
    for _ in range(140):
        at = (int(rng.integers(0, wide)), int(rng.integers(0, high)))
        if rng.random() < 0.45:
            cv2.putText(page, str(rng.choice(WORDS)), at, int(rng.choice([0, 2, 3, 4, 6, 7])), float(rng.uniform(0.5, 4)),
                        int(rng.integers(0, 90)), int(rng.integers(1, 9)), cv2.LINE_AA)
        else:
            _stick(page, _thing(rng), at, float(rng.uniform(24, 130)), rng)
    light = cv2.GaussianBlur(page.astype(np.float32), (0, 0), float(rng.uniform(0.5, 1.6)))
    return np.clip(light + rng.uniform(1, 5) * rng.standard_normal(light.shape, np.float32), 0, 255).astype(np.uint8)


def _thing(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A small picture: chequers, frames in frames, a random grid in a black border, a filled square, stripes."""
    kind, n = rng.integers(0, 5), int(rng.integers(3, 10))
    if kind == 0:
        cells = (np.indices((n, n)).sum(axis=0) % 2).astype(np.uint8)
    elif kind == 1:
        ring = np.minimum.outer(np.minimum(np.arange(n), np.arange(n)[::-1]), np.minimum(np.arange(n), np.arange(n)[::-1]))
        cells = (ring % 2).astype(np.uint8)
    elif kind == 2:  # the hardest: it has the border and the bits of a code, at random
        cells = np.zeros((n, n), np.uint8)
        cells[1:-1, 1:-1] = rng.random((n - 2, n - 2)) < 0.5
    elif kind == 3:
        cells = np.zeros((n, n), np.uint8)
    else:
        cells = np.tile((np.arange(n) % 2).astype(np.uint8), (n, 1))
    return np.pad(cells, 1, constant_values=1) * np.uint8(rng.integers(190, 255)) + np.uint8(rng.integers(0, 30))


def _stick(page: NDArray[np.uint8], thing: NDArray[np.uint8], at: tuple[int, int], side_px: float,
           rng: np.random.Generator) -> None:
    """Lays a small picture askew on the page."""
    n = len(thing)
    turn = rng.uniform(0, 2 * np.pi)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * side_px / 2 * rng.uniform(0.85, 1.15, (4, 2))
    corners = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + at
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 1, 0)
    right, low = np.ceil(corners.max(axis=0)).astype(int) + 2
    part = page[top:low, left:right]
    if 0 in part.shape:
        return
    large = cv2.resize(thing, None, fx=12, fy=12, interpolation=cv2.INTER_NEAREST)
    edge = 12.0 * n - 0.5
    matrix = cv2.getPerspectiveTransform(np.array([[-0.5, -0.5], [edge, -0.5], [edge, edge], [-0.5, edge]], np.float32),
                                         (corners - [left, top]).astype(np.float32))
    part[:] = cv2.warpPerspective(large, matrix, part.shape[1::-1], dst=part.copy(), flags=cv2.INTER_AREA,
                                  borderMode=cv2.BORDER_TRANSPARENT)


# --- from how far -----------------------------------------------------------------------------------------------------


def distance() -> None:
    """Prints the share of codes that are read as the photo holds fewer pixels per module."""
    words = [word for word in default_words("nl") if word.kind == "ingredient"][:2 * PER_SHEET]
    cards = [PrintedCard("ingredient", 37 * i, fit_word("ingredient", w.text, NOTHING, "nl"), w.text) for i, w in enumerate(words)]
    pdf = Pdf("codes", "nl")
    card_sheets(pdf, cards, "DICT_APRILTAG_36h10", "nl", 12.0, "codes")
    data, modules = pdf.bytes(), 8
    print(f"A code is {CODE_MM:g} mm, a module {CODE_MM / modules:g} mm; a 12 MP photo with an A1 over {FILL:.0%} of its width "
          f"has {PX_PER_MM:.2f} px/mm: {PX_PER_MM * CODE_MM / modules:.1f} px per module.")
    print("px per module | read, sharp (0.6 px) | read, soft (1.2 px) | wrong")
    for module_px in (7.2, 6.0, 5.0, 4.0, 3.5, 3.0, 2.5, 2.0, 1.5):
        shares, wrong = [], 0
        for blur in (0.6, 1.2):
            read, errors = _read_share(data, cards, module_px / CODE_MM * modules, blur)
            shares.append(read)
            wrong += errors
        print(f"{module_px:13.1f} | {shares[0]:20.0%} | {shares[1]:19.0%} | {wrong}", flush=True)


def _read_share(pdf: bytes, cards: list[PrintedCard], px_per_mm: float, blur_px: float) -> tuple[float, int]:
    """Share of the cards whose code is read, and how many readings are of no card there, over both sheets and three photos."""
    size = (round(210 * px_per_mm * 1.2), round(297 * px_per_mm * 1.2))
    ids = [card.marker_id for card in cards]
    read = wrong = 0
    for seed in range(3):
        for sheet in range(2):
            shot = photographed(pdf, 2 * sheet, size, seed, blur_px=blur_px, fill=1 / 1.2)
            on_map = SheetMap(shot.mm_to_px, Lens(max(size) * 0.75, (size[0] / 2, size[1] / 2)))
            found = find_codes(shot.grey, on_map, "DICT_APRILTAG_36h10", catalogue_ids=ids)
            there = set(ids[PER_SHEET * sheet:PER_SHEET * (sheet + 1)])
            read += len(there & set(found.ids.tolist()))
            wrong += len([i for i in found.ids.tolist() if i not in there])
    return read / (3 * len(cards)), wrong


if __name__ == "__main__":
    main()
