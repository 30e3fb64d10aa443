"""How alike texts are: readings with each other and with the texts of a catalogue."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq, Levenshtein


def folded(text: str) -> str:
    """Lower case without accents, marks and spaces: what must agree for texts to be the same words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isalnum())


@dataclass(frozen=True)
class Likeness:
    """A reading against one text, both folded.

    alike: 1 - edits / longer length. read: share of the reading's characters that the text explains, in order.
    covered: share of the text that was read. matched: number of characters in common, in order.
    """

    alike: float
    read: float
    covered: float
    matched: int


def likeness(reading: str, text: str) -> Likeness:
    """Compares two texts; nothing read is like nothing."""
    a, b = folded(reading), folded(text)
    if not a or not b:
        return Likeness(0.0, 0.0, 0.0, 0)
    matched = int(LCSseq.similarity(a, b))
    return Likeness(float(Levenshtein.normalized_similarity(a, b)), matched / len(a), matched / len(b), matched)


@dataclass(frozen=True)
class Match:
    """The best text for a reading: its place in the list (-1 for none), how alike, and the lead over the runner-up.

    score: the F-mean of read and covered with edits counted, 0..1. margin: score less the runner-up's.
    """

    index: int
    score: float
    margin: float
    likeness: Likeness


def partial_score(like: Likeness) -> float:
    """How well a reading fits where text may be hidden: what was read must fit, what is missing costs half.

    Equal to `alike` for a text read whole.
    """
    return max(like.alike, like.read ** 2 * (0.5 + 0.5 * like.covered) if like.matched >= 6 else 0.0)


def best_match(reading: str, texts: Sequence[str]) -> Match:
    """The text that a reading fits best."""
    likes = [likeness(reading, text) for text in texts]
    scores = [partial_score(like) for like in likes]
    if not scores or max(scores) == 0:
        return Match(-1, 0.0, 0.0, Likeness(0.0, 0.0, 0.0, 0))
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    second = scores[order[1]] if len(order) > 1 else 0.0
    return Match(order[0], scores[order[0]], scores[order[0]] - second, likes[order[0]])


@dataclass(frozen=True)
class FragmentMatch:
    """The text that the read scraps fit best, in order: its place (-1 for none), letters that fit, their share of all
    letters in scraps of two or more, and by how many letters it beats the runner-up."""

    index: int
    letters: int
    share: float
    lead: int


def match_fragments(reading: str, texts: Sequence[str]) -> FragmentMatch:
    """For texts of which stickers leave only scraps: each scrap must stand in the text in one piece, in the same order.

    The letter at a scrap's edge may be misread, because a sticker cuts through it.
    """
    scraps = [scrap for word in reading.split() if len(scrap := folded(word)) >= 2]
    total = sum(map(len, scraps))
    hits = []
    for text in map(folded, texts):
        at = found = 0
        for scrap in scraps:
            for part in (scrap, scrap[:-1], scrap[1:]):
                place = text.find(part, at) if len(part) >= 2 else -1
                if place >= 0:
                    found, at = found + len(part), place + len(part)
                    break
        hits.append(found)
    if total == 0 or not hits or max(hits) == 0:
        return FragmentMatch(-1, 0, 0.0, 0)
    order = sorted(range(len(hits)), key=lambda i: -hits[i])
    second = hits[order[1]] if len(order) > 1 else 0
    return FragmentMatch(order[0], hits[order[0]], hits[order[0]] / total, hits[order[0]] - second)
