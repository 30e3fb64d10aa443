"""How likely a letter is after the letters before it, in Dutch words: a character model read from one small file.

Interpolated n-grams (Witten and Bell 1991), trained by `scripts/train_characters.py` on a general word list with word
frequencies; nothing in it comes from the cards of any kit.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SYMBOLS = " abcdefghijklmnopqrstuvwxyzáàâäãåçéèêëíìîïñóòôöõúùûüý'-."  # 0 is the edge of a word; at most 64
BITS = 6  # per symbol in a key
LOG_STEP = 1 / 16  # natural-log probabilities are stored in one byte as multiples of this
FILE_NAME = "dutch-characters.npz"


def model_path() -> Path:
    """Where the file lies: beside the package when installed, in the repository's `models/` in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "models" / FILE_NAME
    return inside if inside.is_file() else package.parent.parent / "models" / FILE_NAME


class CharacterModel:
    """P(next symbol | symbols before it in the word). Contexts are tuples of symbol numbers that start with 0."""

    def __init__(self, keys: list[NDArray[np.uint64]], logs: list[NDArray[np.uint8]],
                 shares: list[NDArray[np.uint8]]) -> None:
        """Per order n (list place n - 1): sorted n-gram keys, their -log P in LOG_STEPs, and per context (the first
        n - 1 symbols, in the order of its keys) the -log share that is left to the shorter context."""
        self.order = len(keys)
        self._keys = keys
        self._logs = logs
        self._shares = shares
        self._contexts = [np.unique(k >> np.uint64(BITS)) for k in keys]
        self._known: dict[tuple[int, ...], NDArray[np.float64]] = {}

    def after(self, context: tuple[int, ...]) -> NDArray[np.float64]:
        """(len(SYMBOLS),) natural-log probabilities of the next symbol."""
        context = context[-(self.order - 1):]
        known = self._known.get(context)
        if known is None:
            known = self._known[context] = self._computed(context)
        return known

    def _computed(self, context: tuple[int, ...]) -> NDArray[np.float64]:
        shorter = self.after(context[1:]) if context else np.full(len(SYMBOLS), -np.log(len(SYMBOLS)))
        level = len(context)
        number = 0
        for symbol in context:
            number = number << BITS | symbol
        place = int(np.searchsorted(self._contexts[level], np.uint64(number)))
        if place >= len(self._contexts[level]) or int(self._contexts[level][place]) != number:
            return shorter
        out = shorter - float(self._shares[level][place]) * LOG_STEP
        keys = self._keys[level]
        first = int(np.searchsorted(keys, np.uint64(number << BITS)))
        last = int(np.searchsorted(keys, np.uint64((number + 1) << BITS)))
        symbols = (keys[first:last] & np.uint64((1 << BITS) - 1)).astype(np.intp)
        out[symbols] = self._logs[level][first:last] * -LOG_STEP
        return np.asarray(out)

    def word_score(self, word: str) -> float:
        """Mean natural-log probability per symbol of a lower-case word with its end; very low for unknown symbols."""
        total = 0.0
        context: tuple[int, ...] = (0,)
        for letter in word.lower():
            symbol = SYMBOLS.find(letter)
            if symbol <= 0:
                return -20.0
            total += float(self.after(context)[symbol])
            context = (*context, symbol)
        return (total + float(self.after(context)[0])) / (len(word) + 1)


@lru_cache(maxsize=2)
def load_characters(path: Path | None = None) -> CharacterModel | None:
    """The shipped model; None where the file is missing (reading then goes without)."""
    path = path or model_path()
    if not path.is_file():
        return None
    with np.load(path) as file:
        orders = int(file["orders"])
        keys = [np.cumsum(file[f"steps{n}"].astype(np.uint64)) for n in range(1, orders + 1)]
        return CharacterModel(keys, [file[f"logs{n}"] for n in range(1, orders + 1)],
                              [file[f"shares{n}"] for n in range(1, orders + 1)])
