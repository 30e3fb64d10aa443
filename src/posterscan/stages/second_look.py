"""A second look for codes, on cards that were found without one, where the catalogue says that codes stand.

A detector of squares needs all corners of a code. A sticker, a finger or the next card on one hides the code from it, though
most of its modules are in sight. Here the card's outline says where the code is; what is coloured, or lies under a card above,
is left out; and the code must be the only one of its kind of card that the rest can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import Points, apply_homography
from posterscan.markers.known_place import blackest_frame, module_means, ring, straightened
from posterscan.markers.match import Codebook, chance, codebook
from posterscan.sheet import Image, SheetMap
from posterscan.stages.cards import CardOutlines
from posterscan.stages.codes import Codes


@dataclass(frozen=True)
class SecondLookParams:
    """px_per_module: of the place brought upright. search_modules: how far a code may lie beside its place (1.5 mm for one with
    modules of 2 mm: what an outline without a code is right to). colour: difference between a module's channels, in shares of
    white, from which on something lies on it (ink and paper stay below 0.1, the palest stickers and skin are above 0.3).
    above_mm: how far beside its outline a card above may cover.

    min_contrast: grey levels between paper and ink. unclear: nearer to the threshold than this share of it a module says
    nothing. border_flaws, quiet_flaws: shares, of what is uncovered, of black border that may be light and of white that may
    be dark; least_seen: share of either that must be uncovered. most_wrong: bits that may be wrong; least_lead: by how many
    bits the runner-up must fit less; most_odds: chance that random bits fit one of the codes that may stand there.
    """

    px_per_module: int = 8
    search_modules: float = 0.75
    colour: float = 0.22
    min_contrast: float = 30.0
    unclear: float = 0.25
    above_mm: float = 1.0
    border_flaws: float = 0.15
    quiet_flaws: float = 0.35
    least_seen: float = 0.5
    most_wrong: int = 1
    least_lead: int = 4
    most_odds: float = 3e-4


@dataclass(frozen=True, eq=False)
class PrintedCode:
    """The codes `ids` stand at corners_mm (4, 2) on this side of their cards, in the card's own frame (origin top-left)."""

    ids: tuple[int, ...]
    side: Literal["front", "back"]
    corners_mm: Points


@dataclass(frozen=True, eq=False)
class _Found:
    """A code on a card: outline (4, 2) mm from the card's own top-left, corners of the code in px."""

    id: int
    outline_mm: Points
    corners_px: Points
    back: bool
    contrast: float
    flaws: int


def look_again(rgb: Image, sheet: SheetMap, cards: CardOutlines, codes: Codes, dictionary: str | None,
               printed: Sequence[PrintedCode], size_mm: tuple[float, float],
               params: SecondLookParams | None = None) -> tuple[CardOutlines, Codes]:
    """The cards and codes with those that a second look finds. rgb: (H, W, 3) uint8 photo; size_mm: of a card.

    Codes that were found elsewhere in the photo are not looked for again.
    """
    p = params or SecondLookParams()
    if dictionary is None or not printed:
        return cards, codes
    found: dict[int, _Found] = {}
    for i in np.flatnonzero(cards.code < 0):
        taken = {*codes.ids.tolist(), *(f.id for f in found.values())}
        here = _on_card(rgb, sheet, cards.polygons_mm[i:], dictionary, printed, taken, size_mm, p)
        if here is not None:
            found[int(i)] = here
    return _with_found(cards, codes, found, sheet)


def _on_card(rgb: Image, sheet: SheetMap, outlines_mm: NDArray[np.float64], dictionary: str, printed: Sequence[PrintedCode],
             taken: set[int], size_mm: tuple[float, float], p: SecondLookParams) -> _Found | None:
    """The code of the first card, either way up, the others lying above it; None where none or more than one can be read."""
    width, height = size_mm
    outline_mm, above = outlines_mm[0], outlines_mm[1:]
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    reads = []
    for half_turn in (0, 2):
        upright = np.roll(outline_mm, -half_turn, axis=0)
        on_sheet = np.asarray(cv2.getPerspectiveTransform(flat, upright.astype(np.float32)), np.float64)
        for place in printed:
            book = codebook(dictionary, [i for i in place.ids if i not in taken], any_turn=False)
            read = _read(rgb, sheet, on_sheet, above, place, book, 2 * len(printed), p) if len(book.ids) else None
            if read is not None:
                reads.append(replace(read, outline_mm=upright))
    return reads[0] if len(reads) == 1 else None


def _read(rgb: Image, sheet: SheetMap, on_sheet: NDArray[np.float64], above: NDArray[np.float64], place: PrintedCode,
          book: Codebook, tries: int, p: SecondLookParams) -> _Found | None:
    def to_px(card_mm: Points) -> Points:
        return sheet.to_px(apply_homography(on_sheet, card_mm))

    modules = round(book.bits.shape[2] ** 0.5) + 2
    margin = 1 + p.search_modules
    patch = straightened(rgb, to_px, place.corners_mm, modules, p.px_per_module, margin)
    grey = np.asarray(cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY), np.uint8)
    at = blackest_frame(grey, modules, p.px_per_module)
    light = module_means(grey, at, modules + 2, p.px_per_module)
    shift = np.array(at) / p.px_per_module - p.search_modules
    across, down = ((place.corners_mm[k] - place.corners_mm[0]) / modules for k in (1, 3))
    seen_mm = place.corners_mm + shift[0] * across + shift[1] * down
    spots = np.arange(modules + 2) - 0.5
    cells_mm = seen_mm[0] + spots[None, :, None] * across + spots[:, None, None] * down
    bare = _colour(module_means(patch, at, modules + 2, p.px_per_module)) < p.colour
    bare &= ~_under(apply_homography(on_sheet, cells_mm.reshape(-1, 2)), above, p.above_mm).reshape(bare.shape)
    judged = _judged(light, bare, book, tries, p)
    if judged is None:
        return None
    number, contrast, flaws = judged
    return _Found(number, np.zeros((4, 2)), to_px(seen_mm), place.side == "back", contrast, flaws)


def _under(points_mm: Points, above: NDArray[np.float64], beside_mm: float) -> NDArray[np.bool_]:
    """(N,) which points (N, 2) lie under one of these outlines (K, 4, 2) or just beside it."""
    under = np.zeros(len(points_mm), np.bool_)
    for outline in above.astype(np.float32):
        near = np.all((points_mm > outline.min(axis=0) - beside_mm) & (points_mm < outline.max(axis=0) + beside_mm), axis=1)
        for k in np.flatnonzero(near):
            under[k] |= cv2.pointPolygonTest(outline, points_mm[k].tolist(), True) > -beside_mm
    return under


def _colour(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, n) of (n, n, 3) RGB means: how far each cell is from grey, once the paper is white."""
    white = np.maximum(np.percentile(means.reshape(-1, 3), 90, axis=0), 1.0)
    level = means / white
    return np.asarray(level.max(axis=2) - level.min(axis=2), np.float64)


def _judged(light: NDArray[np.float64], bare: NDArray[np.bool_], book: Codebook, tries: int, p: SecondLookParams) -> \
        tuple[int, float, int] | None:
    """(id, contrast, flawed bits) of the one code that these modules can be, quiet zone included; bare: nothing lies on them."""
    quiet, border = ring(light), ring(light[1:-1, 1:-1])
    open_quiet, open_border = ring(bare), ring(bare[1:-1, 1:-1])
    if min(open_quiet.mean(), open_border.mean()) < p.least_seen:
        return None
    white, black = float(np.median(quiet[open_quiet])), float(np.median(border[open_border]))
    contrast, level = white - black, (white + black) / 2
    if contrast < p.min_contrast or np.mean(border[open_border] > level) > p.border_flaws or \
            np.mean(quiet[open_quiet] < level) > p.quiet_flaws:
        return None
    inner = light[2:-2, 2:-2].reshape(-1)
    clear = bare[2:-2, 2:-2].reshape(-1) & (np.abs(inner - level) >= p.unclear * contrast)
    wrong = ((book.bits[0] != (inner > level)) & clear).sum(axis=1)
    best = int(wrong.argmin())
    runner_up = int(np.partition(wrong, 1)[1]) if len(wrong) > 1 else inner.size
    flaws = int(wrong[best])
    sure = (flaws <= p.most_wrong and runner_up - flaws >= p.least_lead
            and chance(tries * len(wrong), int(clear.sum()), flaws) <= p.most_odds)
    return (int(book.ids[best]), contrast, flaws + int((~clear).sum())) if sure else None


def _with_found(cards: CardOutlines, codes: Codes, found: dict[int, _Found], sheet: SheetMap) -> tuple[CardOutlines, Codes]:
    """Codes are added behind the others, so that the numbers of those stay."""
    if not found:
        return cards, codes
    polygons, code, back = cards.polygons_mm.copy(), cards.code.copy(), cards.back.copy()
    first = int(codes.known.sum())
    for k, (i, f) in enumerate(found.items()):
        polygons[i], code[i], back[i] = f.outline_mm, first + k, f.back
    new = list(found.values())
    px = np.stack([f.corners_px for f in new])
    more = Codes(
        np.concatenate([codes.ids, [f.id for f in new]]), np.concatenate([codes.corners_px, px]),
        np.concatenate([codes.corners_mm, sheet.to_mm(px.reshape(-1, 2)).reshape(-1, 4, 2)]),
        np.concatenate([codes.known, np.ones(len(new), np.bool_)]), np.concatenate([codes.duplicate, np.zeros(len(new), np.bool_)]),
        np.concatenate([codes.contrast, [f.contrast for f in new]]), np.concatenate([codes.flaws, [f.flaws for f in new]]),
        codes.proposals)
    return replace(cards, polygons_mm=polygons, code=code, back=back), more
