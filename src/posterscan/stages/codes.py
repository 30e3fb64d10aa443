"""Printed codes on cards: which, and where.

Small square codes are weak evidence: one random pattern of 4x4 bits in sixteen is some id of a dictionary of a
thousand. So OpenCV only proposes squares; here each is read again from its own pixels and must earn its id by contrast,
by its black border, by its quiet zone, by its size on the poster and, for ids that no catalogue names, by all of these
without a single flaw. How many bits of the catalogue's ids may be wrong or unclear depends on the dictionary: with 36 bits
and ids ten bits apart up to three may be wrong, and a random square that has passed all the other gates is taken for one of
200 ids once in 5,000 at worst (`posterscan.markers.match`); a square that passes those gates and is no code shows up in
about one photo in a hundred. Of 16 bits none may be wrong but a single unclear one, where no other id is near.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from posterscan.geometry import Points
from posterscan.markers.edges import EdgeParams, measure_square
from posterscan.markers.known_place import ring
from posterscan.markers.match import Codebook, MatchParams, chance, codebook, match
from posterscan.sheet import SheetMap

Grey = NDArray[np.uint8]
_CELL_PX = 8  # of the straightened code


@dataclass(frozen=True)
class FindCodesParams:
    """Gates on proposed squares. Modules are the cells of a code."""

    min_side_mm: float = 6.0  # smaller codes have modules under 1 mm: 4 px in a 12 MP photo of an A1
    max_side_mm: float = 40.0  # what fits on a card
    max_side_ratio: float = 1.25  # longest to shortest side in mm; more is no square, even on a curled card
    size_spread: float = 0.2  # sides of one photo's codes agree with their median within this (a lifted card is nearer)
    min_contrast: float = 30.0  # grey levels between quiet zone and border; noise in dim photos is about 8
    border_flaws: float = 0.1  # share of border modules that may be light (a fingertip, a fold)
    strong_border_flaws: float = 0.25  # the same where the bits alone say which id it is
    strong_odds: float = 1e-6  # that random bits are exactly one of the ids: below this they do
    quiet_flaws: float = 0.45  # share of the ring around the code that may be dark (another card, a sticker, a finger)
    unclear_bit: float = 0.25  # a wrong bit is forgiven if this near to the threshold, in shares of the contrast
    scales: tuple[float, ...] = (1.0, 2.0)  # of the photo; the larger ones only where codes may be small in it
    enlarge_below_px_per_mm: float = 3.0  # a module of a code of 12 mm is 6 px there: the detector starts to miss some
    known_side: tuple[float, float] = (0.75, 1.35)  # of the printed side, where that is known: bent away, or lifted
    match: MatchParams = field(default_factory=MatchParams)
    edges: EdgeParams = field(default_factory=EdgeParams)


@dataclass(frozen=True, eq=False)
class Codes:
    """Codes found on cards, N of them.

    ids: (N,) int. corners_px, corners_mm: (N, 4, 2), clockwise from the code's own top-left. known: (N,) bool, whether
    the catalogue has the id. duplicate: (N,) bool, the id lies elsewhere in this photo too. contrast: (N,) grey levels.
    flaws: (N,) bits that were wrong or unclear. proposals: how many squares were looked at.
    """

    ids: NDArray[np.int64]
    corners_px: NDArray[np.float64]
    corners_mm: NDArray[np.float64]
    known: NDArray[np.bool_]
    duplicate: NDArray[np.bool_]
    contrast: NDArray[np.float64]
    flaws: NDArray[np.int64]
    proposals: int = 0

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class _Read:
    """One square as read: corners from the code's own top-left."""

    id: int
    corners_px: Points
    side_mm: float
    known: bool
    contrast: float
    flaws: int
    clean: bool


@dataclass(frozen=True, eq=False)
class _Books:
    """every: all codes of the dictionary; known: those of the catalogue; strong: whether bits alone tell these from clutter."""

    every: Codebook
    known: Codebook
    strong: bool


def no_codes(proposals: int = 0) -> Codes:
    """An empty result of the right shapes."""
    return Codes(np.zeros(0, np.int64), np.zeros((0, 4, 2)), np.zeros((0, 4, 2)), np.zeros(0, np.bool_),
                 np.zeros(0, np.bool_), np.zeros(0), np.zeros(0, np.int64), proposals)


def find_codes(grey: Grey, sheet: SheetMap, dictionary_name: str | None, params: FindCodesParams | None = None, *,
               catalogue_ids: Collection[int] = (), poster_corners_mm: ArrayLike = (),
               sides_mm: Sequence[float] = ()) -> Codes:
    """Finds the codes on cards in a photo.

    grey: (H, W) uint8 photo. dictionary_name: as in the catalogue ("DICT_APRILTAG_36h10"), None for cards without codes.
    catalogue_ids: the ids that cards of this kit carry. poster_corners_mm: (M, 4, 2) of the poster's own markers, which
    are no cards even where they come from the same dictionary. sides_mm: how large this kit's codes are printed; empty where
    that is not known. Raises ValueError for a name that OpenCV doesn't know.
    """
    p = params or FindCodesParams()
    if sides_mm:
        least, most = p.known_side
        p = replace(p, min_side_mm=least * min(sides_mm), max_side_mm=most * max(sides_mm))
    if dictionary_name is None:
        return no_codes()
    number = getattr(cv2.aruco, dictionary_name, None)
    if not isinstance(number, int):
        raise ValueError(f"unknown marker dictionary {dictionary_name!r}")
    dictionary = cv2.aruco.getPredefinedDictionary(number)
    squares = _squares(grey, sheet, dictionary, p)
    books = _books(dictionary_name, len(dictionary.bytesList), catalogue_ids, p)
    reads = [r for s in squares if (r := _read_square(grey, s, sheet, books, p)) is not None]
    kept = _of_one_size(_apart(_off_the_poster(reads, sheet, poster_corners_mm)), p, sides_mm)
    if sides_mm:  # cards are placed by them: worth measuring to a tenth of a pixel
        kept = [replace(r, corners_px=_measured(grey, r.corners_px, dictionary.markerSize + 2, p)) if r.known else r for r in kept]
    return _as_codes(kept, sheet, len(squares))


def _measured(grey: Grey, corners_px: Points, modules: int, p: FindCodesParams) -> Points:
    """The corners from lines fitted to the code's sides; those of the detector where a side cannot be measured."""
    found = measure_square(grey, corners_px, modules, p.edges)
    off = np.linalg.norm(found.corners_px - corners_px, axis=1)
    sound = np.isfinite(found.sigma_px).all() and off.max() * modules < np.linalg.norm(corners_px[1] - corners_px[0])
    return found.corners_px if sound else corners_px


def _books(name: str, size: int, ids: Collection[int], p: FindCodesParams) -> _Books:
    every, known = codebook(name, range(size)), codebook(name, ids)
    return _Books(every, known, chance(4 * len(known.ids), known.bits.shape[2], 0) <= p.strong_odds)


def _squares(grey: Grey, sheet: SheetMap, dictionary: cv2.aruco.Dictionary, p: FindCodesParams) -> list[Points]:
    """(4, 2) corners in px of everything square-ish with a plausible size on the poster, decoded by OpenCV or not."""
    high, wide = grey.shape
    middle_px_per_mm = float(sheet.px_per_mm(sheet.to_mm([[wide / 2, high / 2]]))[0])
    found: list[Points] = []
    for scale in p.scales:
        if scale > 1 and middle_px_per_mm >= p.enlarge_below_px_per_mm:
            continue
        picture = grey if scale == 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        rates = np.array([p.min_side_mm, p.max_side_mm]) * middle_px_per_mm * 4 / max(high, wide)
        settings = cv2.aruco.DetectorParameters()
        settings.minMarkerPerimeterRate = float(rates[0] / 2)  # perspective: far codes are smaller than in the middle
        settings.maxMarkerPerimeterRate = float(rates[1] * 2)
        settings.adaptiveThreshWinSizeMin, settings.adaptiveThreshWinSizeMax = 7, 47
        settings.adaptiveThreshWinSizeStep = 20
        corners, _, rejected = cv2.aruco.ArucoDetector(dictionary, settings).detectMarkers(picture)
        found += [(np.asarray(c, np.float64).reshape(4, 2) + 0.5) / scale - 0.5 for c in (*corners, *rejected)]
    return [c for c in found if _plausible(c, sheet, p)]


def _sides_mm(corners_px: Points, sheet: SheetMap) -> NDArray[np.float64]:
    mm = sheet.to_mm(corners_px)
    return np.asarray(np.linalg.norm(np.roll(mm, -1, axis=0) - mm, axis=1))


def _plausible(corners_px: Points, sheet: SheetMap, p: FindCodesParams) -> bool:
    sides = _sides_mm(corners_px, sheet)
    fits = p.min_side_mm <= float(sides.mean()) <= p.max_side_mm
    return bool(fits and sides.max() <= p.max_side_ratio * sides.min())


def _modules(grey: Grey, corners_px: Points, bits: int) -> NDArray[np.float64]:
    """(bits + 4, bits + 4) mean brightness per module: the code's bits, its border, and one ring of quiet zone."""
    cells = bits + 4
    lo, hi = 1.0 * _CELL_PX, (cells - 1.0) * _CELL_PX
    target = np.array([[lo, lo], [hi, lo], [hi, hi], [lo, hi]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(corners_px.astype(np.float32), target)
    flat = cv2.warpPerspective(grey, matrix, (cells * _CELL_PX, cells * _CELL_PX), flags=cv2.INTER_LINEAR,
                               borderMode=cv2.BORDER_REPLICATE)
    edge = _CELL_PX // 4  # the middle half of a module: its edges are blurred
    parts = flat.reshape(cells, _CELL_PX, cells, _CELL_PX)[:, edge:-edge, :, edge:-edge]
    return np.asarray(parts.mean(axis=(1, 3)), dtype=np.float64)


def _read_square(grey: Grey, corners_px: Points, sheet: SheetMap, books: _Books, p: FindCodesParams) -> _Read | None:
    modules = _modules(grey, corners_px, round(books.every.bits.shape[2] ** 0.5))
    quiet, border, inner = ring(modules), ring(modules[1:-1, 1:-1]), modules[2:-2, 2:-2]
    light, dark = float(np.percentile(quiet, 75)), float(np.median(border))
    contrast = light - dark
    if contrast < p.min_contrast:
        return None
    level = (light + dark) / 2
    border_flaws, quiet_flaws = float(np.mean(border > level)), float(np.mean(quiet < level))
    if border_flaws > (p.strong_border_flaws if books.strong else p.border_flaws) or quiet_flaws > p.quiet_flaws:
        return None
    best = _best_id(inner, level, contrast, books, p)
    if best is None:
        return None
    number, quarter, flaws = best
    known = number in books.known.ids
    clean = flaws == 0 and border_flaws == 0 and quiet_flaws == 0
    if not known and not clean:
        return None
    return _Read(number, np.roll(corners_px, -quarter, axis=0), float(_sides_mm(corners_px, sheet).mean()), known, contrast,
                 flaws, clean)


def _best_id(inner: NDArray[np.float64], level: float, contrast: float, books: _Books,
             p: FindCodesParams) -> tuple[int, int, int] | None:
    """(id, quarter turns, flawed bits): an exact id, or the one of the catalogue that it can be; None for neither.

    The code turned clockwise by q quarters: its own top-left corner is corner q of the square as found.
    """
    bits = (inner > level).reshape(-1)
    exact = np.argwhere((books.every.bits == bits).all(axis=2))
    if len(exact):
        return int(books.every.ids[exact[0][1]]), int(exact[0][0]), 0
    like = match(inner, level, contrast, books.known, p.match)
    if like is not None:
        return like.id, like.turn, max(1, like.wrong + like.unclear)
    return _but_for_one_bit(inner, level, contrast, books.known, p)


def _but_for_one_bit(inner: NDArray[np.float64], level: float, contrast: float, known: Codebook,
                     p: FindCodesParams) -> tuple[int, int, int] | None:
    """The catalogue's id that differs in one unclear bit, where no other is near."""
    wrong = known.bits != (inner > level).reshape(-1)
    count = wrong.sum(axis=2)
    near = np.argwhere(count == 1)
    if len(near) != 1 or np.count_nonzero(count <= 2) > 1:
        return None
    quarter, m = (int(i) for i in near[0])
    off = inner.reshape(-1)[wrong[quarter, m]]
    return (int(known.ids[m]), quarter, 1) if abs(float(off[0]) - level) < p.unclear_bit * contrast else None


def _off_the_poster(reads: list[_Read], sheet: SheetMap, poster_corners_mm: ArrayLike) -> list[_Read]:
    """Without the poster's own markers: those whose middle lies within half a side of one."""
    own = np.asarray(poster_corners_mm, dtype=np.float64).reshape(-1, 4, 2).mean(axis=1)
    if len(own) == 0:
        return reads
    kept = []
    for read in reads:
        middle = sheet.to_mm(read.corners_px).mean(axis=0)
        if np.linalg.norm(own - middle, axis=1).min() > read.side_mm / 2:
            kept.append(read)
    return kept


def _apart(reads: list[_Read]) -> list[_Read]:
    """One reading per place: the one with fewest flaws, then most contrast."""
    kept: list[_Read] = []
    for read in sorted(reads, key=lambda r: (r.flaws, not r.clean, -r.contrast)):
        middle = read.corners_px.mean(axis=0)
        side = float(np.linalg.norm(read.corners_px[1] - read.corners_px[0]))
        if all(np.linalg.norm(k.corners_px.mean(axis=0) - middle) > side / 2 for k in kept):
            kept.append(read)
    return kept


def _of_one_size(reads: list[_Read], p: FindCodesParams, sides_mm: Sequence[float] = ()) -> list[_Read]:
    """Codes of one kit are printed in one size: those far from the median of the catalogue's are ghosts.

    Two codes can't outvote each other: the median needs three. Where the printed sizes are known no vote is needed.
    """
    if sides_mm:
        return reads
    sides = [r.side_mm for r in reads if r.known]
    if len(sides) < 3:
        return reads
    middle = float(np.median(sides))
    return [r for r in reads if abs(r.side_mm - middle) <= p.size_spread * middle]


def _as_codes(reads: list[_Read], sheet: SheetMap, proposals: int) -> Codes:
    if not reads:
        return no_codes(proposals)
    reads = sorted(reads, key=lambda r: (r.id, float(r.corners_px[0, 0]), float(r.corners_px[0, 1])))
    ids = np.array([r.id for r in reads], dtype=np.int64)
    px = np.stack([r.corners_px for r in reads])
    return Codes(ids, px, sheet.to_mm(px.reshape(-1, 2)).reshape(-1, 4, 2), np.array([r.known for r in reads]),
                 np.array([np.count_nonzero(ids == i) > 1 for i in ids]), np.array([r.contrast for r in reads]),
                 np.array([r.flaws for r in reads], dtype=np.int64), proposals)
