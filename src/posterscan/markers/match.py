"""Which code a square of light and dark modules is: bits held against those of the codes that may lie there."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.bool_]


@dataclass(frozen=True)
class MatchParams:
    """unclear: a module this near to the threshold, in shares of the contrast, says nothing (a sticker, a finger, glare).

    most_wrong: clear bits that may be wrong. most_odds: chance that a square of random bits is taken for some code; with
    most_wrong it decides how far a dictionary is trusted. 200 codes of 36 bits, in any turn, reach 9e-5 with three wrong
    bits; 100 codes of 16 bits reach 6e-3 without any, so nothing is forgiven there.
    """

    unclear: float = 0.25
    most_wrong: int = 3
    most_odds: float = 3e-4


@dataclass(frozen=True, eq=False)
class Codebook:
    """Codes that may be seen. ids: (M,). bits: (T, M, n * n), for each of T turns: True is white.

    distance: least number of bits in which two of them differ, in any turn; n * n for a single code seen one way round.
    """

    ids: NDArray[np.int64]
    bits: Bits
    distance: int


@dataclass(frozen=True)
class Match:
    """turn: quarter turns clockwise by which the square must be turned back to stand upright. wrong, unclear: numbers of bits."""

    id: int
    turn: int
    wrong: int
    unclear: int


def codebook(dictionary_name: str, ids: Collection[int], any_turn: bool = True) -> Codebook:
    """The codes of an OpenCV dictionary with these ids; ids that it does not have are left out."""
    return _codebook(dictionary_name, tuple(sorted(set(ids))), any_turn)


@lru_cache(maxsize=8)
def _codebook(name: str, ids: tuple[int, ...], any_turn: bool) -> Codebook:
    book = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, name))
    there = [i for i in ids if 0 <= i < len(book.bytesList)]
    side = book.markerSize
    upright = np.array([cv2.aruco.Dictionary.getBitsFromByteList(book.bytesList[i][None], side) for i in there],
                       dtype=np.bool_).reshape(-1, side, side)
    # A code turned clockwise by q quarters shows rot90 of it by -q.
    turns = [np.rot90(upright, -q, axes=(1, 2)).reshape(len(there), side * side) for q in range(4 if any_turn else 1)]
    bits = np.stack(turns)
    return Codebook(np.array(there, np.int64), bits, _least_distance(bits))


def _least_distance(bits: Bits) -> int:
    count, size = int(bits.shape[1]), int(bits.shape[2])
    signs = np.where(bits, np.float32(1), np.float32(-1))
    least = size
    for turn in range(len(bits)):
        apart = (size - signs[0] @ signs[turn].T) / 2
        if turn == 0:
            apart[np.arange(count), np.arange(count)] = size
        least = min(least, int(apart.min())) if count else least
    return least


def chance(codes: int, bits: int, wrong: int) -> float:
    """That random bits are within so many of one of the codes (an upper bound)."""
    return codes * sum(math.comb(bits, k) for k in range(min(wrong, bits) + 1)) / 2.0 ** bits


def match(light: NDArray[np.float64], level: float, contrast: float, book: Codebook,
          params: MatchParams | None = None) -> Match | None:
    """The one code that these modules can be, or None.

    light: (n, n) mean brightness of the modules inside the border; level: the threshold between dark and light; contrast:
    grey levels between the two. Unclear modules are erasures: a code with w clear bits wrong and u unclear ones is the only
    one that fits when 2 w + u is less than the least distance between two codes (Hamming 1950).
    """
    p = params or MatchParams()
    if len(book.ids) == 0:
        return None
    values = light.reshape(-1)
    clear = np.abs(values - level) >= p.unclear * contrast
    wrong = ((book.bits != (values > level)) & clear).sum(axis=2)  # (T, M)
    turn, best = (int(i) for i in np.unravel_index(int(wrong.argmin()), wrong.shape))
    flaws, unclear = int(wrong[turn, best]), int((~clear).sum())
    sure = (flaws <= p.most_wrong and 2 * flaws + unclear < book.distance
            and chance(wrong.size, int(clear.sum()), flaws) <= p.most_odds)
    return Match(int(book.ids[best]), turn, flaws, unclear) if sure else None
