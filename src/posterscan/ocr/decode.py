"""From the recogniser's scores to text: only characters that Dutch writing can hold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Class 0 of every score matrix is the CTC blank; class i is ALPHABET[i - 1].
ALPHABET = (" 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
            "áàâäãåçéèêëíìîïñóòôöõøúùûüýÿÁÀÂÄÇÉÈÊËÍÌÎÏÑÓÒÔÖÚÙÛÜ"
            "!\"#%&'()*+,-./:;=?@–—’‘“”…€°½")


def columns_of(characters: Sequence[str]) -> NDArray[np.intp]:
    """Which of a recogniser's classes (class 0 is its blank, class i is characters[i - 1]) hold blank and ALPHABET.

    -1 for characters that the recogniser does not know.
    """
    place = {c: i + 1 for i, c in reversed(list(enumerate(characters)))}
    return np.array([0] + [place.get(c, -1) for c in ALPHABET], dtype=np.intp)


def greedy(scores: NDArray[np.float32]) -> tuple[str, float]:
    """The best class per step, repeats joined, blanks dropped; confidence is the mean score of the kept steps."""
    if scores.size == 0:
        return "", 0.0
    best = scores.argmax(axis=1)
    kept = np.flatnonzero((best != 0) & (np.concatenate([[0], best[:-1]]) != best))
    if kept.size == 0:
        return "", 0.0
    text = "".join(ALPHABET[best[i] - 1] for i in kept)
    return " ".join(text.split()), float(scores[kept, best[kept]].mean())
