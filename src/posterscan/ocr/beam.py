"""Prefix beam search over the recogniser's scores with a character model of Dutch (Hannun et al. 2014, "First-Pass
Large Vocabulary Continuous Speech Recognition using Bi-Directional Recurrent DNNs").

The character model knows lower case only; how case runs within a word is a small table of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from posterscan.ocr.characters import SYMBOLS, CharacterModel
from posterscan.ocr.decode import ALPHABET

_SPACE = 1  # class of the blank between words
_NEVER = -1e9
_SYMBOL_OF = np.array([0] + [SYMBOLS.find(c) for c in ALPHABET.lower()])
_CASE_OF = "-" + "".join("U" if c.isupper() else "l" if c.islower() else "-" for c in ALPHABET)

# Natural-log cost of a letter's case, by what the word holds so far: "" nothing, "u" one capital, "U" several
# capitals, "l" small letters. A capital after small letters is nearly always a misread shape (o/O, s/S, v/V).
_CASE_COST = {("", "l"): 0.0, ("", "U"): -1.0, ("u", "l"): -0.7, ("u", "U"): -0.7,
              ("U", "l"): -3.0, ("U", "U"): 0.0, ("l", "l"): 0.0, ("l", "U"): -4.0}
_CASE_NEXT = {("", "l"): "l", ("", "U"): "u", ("u", "l"): "l", ("u", "U"): "U",
              ("U", "l"): "l", ("U", "U"): "U", ("l", "l"): "l", ("l", "U"): "l"}


@dataclass(frozen=True)
class BeamParams:
    """Weights chosen on handwriting of other writers and words than those of the test photos."""

    language: float = 0.8  # weight of the character model against the recogniser
    per_letter: float = 2.5  # natural-log bonus per character: undoes the model's preference for short words
    width: int = 16  # prefixes kept per step; twice as many changed no text
    least: float = 1e-3  # classes below this score are not tried
    most_classes: int = 14  # per step
    odd_symbol: float = -6.2  # natural log for digits and marks, which the character model doesn't know


State = tuple[tuple[int, ...], str]  # context of the character model, case so far


@dataclass
class _Language:
    """Scores of one more class after a state, remembered."""

    model: CharacterModel
    params: BeamParams
    seen: dict[tuple[State, int], tuple[float, State]] = field(default_factory=dict)

    def step(self, state: State, label: int) -> tuple[float, State]:
        known = self.seen.get((state, label))
        if known is None:
            known = self.seen[state, label] = self._computed(state, label)
        return known

    def _computed(self, state: State, label: int) -> tuple[float, State]:
        context, case = state
        symbol = int(_SYMBOL_OF[label])
        weight = self.params.language
        if symbol < 0:
            return weight * self.params.odd_symbol, ((0,), case)
        score = weight * float(self.model.after(context)[symbol])
        if symbol == 0:
            return score, ((0,), "")
        follows = (*context, symbol)[-(self.model.order - 1):]
        letter = _CASE_OF[label]
        if letter == "-":
            return score, (follows, case)
        return score + _CASE_COST[case, letter], (follows, _CASE_NEXT[case, letter])

    def end(self, state: State) -> float:
        return self.params.language * float(self.model.after(state[0])[0]) if len(state[0]) > 1 else 0.0


@dataclass
class _Prefix:
    """One text so far: natural-log scores of ending in a blank or not, of the language, and its state."""

    blank: float
    letter: float
    language: float
    state: State

    @property
    def seen(self) -> float:
        return _added(self.blank, self.letter)


@dataclass(frozen=True)
class Candidate:
    """A text with its natural-log score in all, and by the recogniser alone."""

    text: str
    score: float
    seen: float


def _added(a: float, b: float) -> float:
    """log(exp(a) + exp(b))"""
    high, low = (a, b) if a > b else (b, a)
    return high if low <= _NEVER / 2 else high + math.log1p(math.exp(low - high))


def _grown(beam: dict[tuple[int, ...], _Prefix], row: NDArray[np.float64], labels: list[int],
           language: _Language) -> dict[tuple[int, ...], _Prefix]:
    """All prefixes one step on."""
    new: dict[tuple[int, ...], _Prefix] = {}

    def add(key: tuple[int, ...], blank: float, letter: float, score: float, state: State) -> None:
        old = new.get(key)
        if old is None:
            new[key] = _Prefix(blank, letter, score, state)
        else:
            old.blank, old.letter = _added(old.blank, blank), _added(old.letter, letter)

    for key, prefix in beam.items():
        last = key[-1] if key else 0
        total = prefix.seen
        stay = prefix.letter + float(row[last]) if key else _NEVER
        add(key, total + float(row[0]), stay, prefix.language, prefix.state)
        for label in labels:
            before = prefix.blank if label == last else total
            if before <= _NEVER / 2 or (label == _SPACE and last in (0, _SPACE)):
                continue
            gain, state = language.step(prefix.state, label)
            add((*key, label), _NEVER, before + float(row[label]), prefix.language + gain, state)
    return new


def beam_search(scores: NDArray[np.float32], model: CharacterModel,
                params: BeamParams | None = None) -> list[Candidate]:
    """Texts for one line, best first; scores (T, K) over blank and ALPHABET. Empty scores give one empty text."""
    p = params or BeamParams()
    language = _Language(model, p)
    logs = np.log(np.maximum(scores.astype(np.float64), 1e-9))
    beam: dict[tuple[int, ...], _Prefix] = {(): _Prefix(0.0, _NEVER, 0.0, ((0,), ""))}
    for row, shares in zip(logs, scores, strict=True):
        labels = [int(k) for k in np.argsort(-shares)[:p.most_classes] if k != 0 and shares[k] > p.least]
        grown = _grown(beam, row, labels, language)
        best = sorted(grown.items(), key=lambda kv: -(kv[1].seen + kv[1].language + p.per_letter * len(kv[0])))
        beam = dict(best[:p.width])
    found = [Candidate("".join(ALPHABET[k - 1] for k in key).strip(),
                       x.seen + x.language + language.end(x.state) + p.per_letter * len(key), x.seen)
             for key, x in beam.items()]
    return sorted(found, key=lambda c: -c.score)
