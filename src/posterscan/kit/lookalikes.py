"""Words that would be taken for each other when they are read from a photo."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import LCSseq, Levenshtein

from posterscan.errors import KitError
from posterscan.kit.wordlists import Word
from posterscan.messages import Message
from posterscan.ocr.compare import folded, likeness, partial_score
from posterscan.stages.identify import IdentifyParams

SHORT = 7  # letters: up to here one other letter makes too little difference, beyond it two
NAMED = 3  # look-alikes of a word that are named; the rest is counted
# what readers of print take for each other, each written as the first of its kind
_SHAPES = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("1", "l"), ("|", "l"), ("!", "l"), ("i", "l"), ("j", "l"), ("0", "o"),
           ("5", "s"), ("8", "b"), ("2", "z"), ("6", "g"), ("9", "g"), ("q", "g"))
_ENDINGS = ("s", "en", "eren", "es", "e")


def lookalikes(words: Sequence[Word]) -> list[Message]:
    """A warning per word about later ones that a photo may confuse it with; KitError where one kind has a text twice.

    Printed codes still tell such cards apart, which is why they are allowed. The same text on both kinds counts as alike.
    """
    _check_twice(words)
    found: dict[int, list[int]] = {}
    for i, j in _pairs(words):
        found.setdefault(i, []).append(j)
    return [_warning(words[i], [words[j] for j in others]) for i, others in found.items()]


def _check_twice(words: Sequence[Word]) -> None:
    first: dict[tuple[str, str], Word] = {}
    for word in words:
        other = first.setdefault((word.kind, folded(word.text)), word)
        if other is not word:
            written = "" if other.text == word.text else f" ({word.text!r})"
            raise KitError(
                other.where + Message(f": {other.text!r} staat er twee keer, ook bij {word.where.nl}{written}.",
                                      f": {other.text!r} is there twice, also at {word.where.en}{written}."),
                Message("Laat er één van staan: andere hoofdletters, accenten of leestekens maken geen ander kaartje.",
                        "Leave one of them: other capitals, accents or punctuation make no other card."))


def _pairs(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Indices (i, j), i < j, of words that are alike."""
    folds = [folded(word.text) for word in words]
    shapes = [_shape(word.text) for word in words]
    stems = [_stems(word.text) for word in words]
    margin = IdentifyParams().whole_margin
    for i, text in enumerate(folds):
        for j in range(i + 1, len(words)):
            if shapes[i] == shapes[j] or _one_stem(stems[i], stems[j]) or _few_edits(text, folds[j]) \
                    or _ambiguous(words[i].text, words[j].text, text, folds[j], margin):
                yield i, j


def _few_edits(one: str, other: str) -> bool:
    allowed = 1 if max(len(one), len(other)) <= SHORT else 2
    return Levenshtein.distance(one, other, score_cutoff=allowed) <= allowed


def _ambiguous(one: str, other: str, one_folded: str, other_folded: str, margin: float) -> bool:
    """Whether scanning would leave it open which of the two was read, though every letter was read right."""
    shorter = min(len(one_folded), len(other_folded))
    if LCSseq.similarity(one_folded, other_folded) < (1 - margin) * shorter:
        return False  # far too little in common: the measure itself takes thirty times as long
    return 1 - max(partial_score(likeness(one, other)), partial_score(likeness(other, one))) < margin


def _shape(text: str) -> str:
    """A text as a hasty reader sees it: signs of one shape are one sign."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    plain = plain.replace("I", "l").casefold()
    for sign, shape in _SHAPES:
        plain = plain.replace(sign, shape)
    return folded(plain)


def _stems(text: str) -> list[set[str]]:
    """Per word of a text what it may be the plural of, itself too: park of parken, huis of huizen, library of libraries."""
    return [_singulars(word) for part in re.split(r"[\s-]+", text) if (word := folded(part))]


def _singulars(word: str) -> set[str]:
    bases = [word, *(word.removesuffix(end) for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= 3)]
    if word.endswith("ies"):
        bases.append(word.removesuffix("ies") + "y")
    return {re.sub("v$", "f", re.sub("z$", "s", re.sub(r"(.)\1", r"\1", base))) for base in bases}


def _one_stem(one: list[set[str]], other: list[set[str]]) -> bool:
    return len(one) == len(other) and not any(a.isdisjoint(b) for a, b in zip(one, other, strict=True))


def _warning(word: Word, others: Sequence[Word]) -> Message:
    named = others[:NAMED]
    more = len(others) - len(named)
    rest = Message(f" en nog {more}", f" and {more} more") if more else Message("", "")
    return word.where + Message(
        f": {word.text!r} lijkt op {', '.join(f'{w.text!r} ({w.where.nl})' for w in named)}{rest.nl}. "
        "Op een foto zonder leesbare code zijn ze te verwisselen; kies liever woorden die meer verschillen.",
        f": {word.text!r} is much like {', '.join(f'{w.text!r} ({w.where.en})' for w in named)}{rest.en}. "
        "In a photo without a readable code they may be confused; better choose words that differ more.")
