"""Makes models/dutch-characters.npz from a word list and word frequencies.

    python scripts/train_characters.py WORDS FREQUENCIES OUT

WORDS: one word a line (OpenTaal, Debian package wdutch: /usr/share/dict/dutch).
FREQUENCIES: wordfreq's large_nl.msgpack.gz (in its Python package); needs `msgpack`.
See models/README.md for origins and licences.
"""

from __future__ import annotations

import gzip
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from posterscan.ocr.characters import BITS, LOG_STEP, SYMBOLS

ORDER = 6  # longer contexts won nothing on handwriting and double the file
LISTED = 1.0  # weight of every word in the list, so that rare compounds stay possible
POWER, BOOST = 0.6, 0.3  # frequency per 10^8 to this power, times this: common words weigh more, but not in full
MIN_SHARE = 2e-6  # words that no list knows must be this frequent: rarer ones are mostly typing errors


def word_weights(words: Path, frequencies: Path) -> dict[str, float]:
    """Weight per lower-case word that consists of SYMBOLS."""
    import msgpack

    letters = set(SYMBOLS[1:])
    listed = {w.strip().lower() for w in words.read_text(encoding="utf-8").splitlines()}
    weights = {w: LISTED for w in listed if w and set(w) <= letters}
    with gzip.open(frequencies) as file:
        bands = msgpack.load(file, raw=False)
    for centibels, band in enumerate(bands[1:]):
        share = 10 ** (-centibels / 100)
        for word in band:
            if set(word) <= letters and (word in weights or share > MIN_SHARE):
                weights[word] = weights.get(word, 0.0) + BOOST * (share * 1e8) ** POWER
    return weights


def counted(weights: dict[str, float]) -> list[dict[int, dict[int, float]]]:
    """Per order: context number -> next symbol -> weight."""
    place = {letter: i for i, letter in enumerate(SYMBOLS)}
    counts: list[dict[int, dict[int, float]]] = [defaultdict(lambda: defaultdict(float)) for _ in range(ORDER)]
    for word, weight in weights.items():
        line = [0, *(place[letter] for letter in word), 0]
        for i in range(1, len(line)):
            context = 0
            for back in range(min(ORDER, i + 1)):
                if back:
                    context |= line[i - back] << BITS * (back - 1)
                counts[back][context][line[i]] += weight
    return counts


def as_bytes(probabilities: np.ndarray) -> np.ndarray:
    """Natural-log probabilities in one byte each."""
    return np.asarray(np.clip(np.round(-np.log(probabilities) / LOG_STEP), 0, 255), dtype=np.uint8)


def tables(counts: list[dict[int, dict[int, float]]]) -> dict[str, np.ndarray]:
    """Witten-Bell: as much weight for the shorter context as the context has different followers."""
    done: dict[tuple[int, int], np.ndarray] = {}
    flat = np.full(len(SYMBOLS), 1 / len(SYMBOLS))
    out: dict[str, np.ndarray] = {"orders": np.array(ORDER)}
    for level, contexts in enumerate(counts):
        keys, chances, shares = [], [], []
        for context in sorted(contexts):
            shorter = done[level - 1, context & ((1 << BITS * (level - 1)) - 1)] if level else flat
            followers = contexts[context]
            total = sum(followers.values())
            share = len(followers) / (total + len(followers))
            vector = shorter * share
            for symbol, weight in followers.items():
                vector[symbol] += weight / (total + len(followers))
            done[level, context] = vector
            shares.append(share)
            for symbol in sorted(followers):
                keys.append(context << BITS | symbol)
                chances.append(vector[symbol])
        steps = np.diff(np.array(keys, dtype=np.uint64), prepend=np.uint64(0))
        out[f"steps{level + 1}"] = steps.astype(np.uint64 if int(steps.max()) > 0xFFFFFFFF else np.uint32)
        out[f"logs{level + 1}"] = as_bytes(np.array(chances))
        out[f"shares{level + 1}"] = as_bytes(np.array(shares))
    return out


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    np.savez_compressed(sys.argv[3], **tables(counted(word_weights(Path(sys.argv[1]), Path(sys.argv[2])))))
