"""Words made to fit: first smaller down to a stated minimum, then over more lines, else it can't be done."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from posterscan.kit.drawing import Type, text_width_mm

SOFT_HYPHEN = "\u00ad"
LINE_EMS = 1.04  # from the top of an É to the bottom of a g
_STEP = 0.97  # from one size to the next smaller one


@dataclass(frozen=True)
class Fitted:
    """Lines of one style that fit; empty lines mean that they don't fit even at the smallest size."""

    lines: tuple[str, ...]
    style: Type

    def __bool__(self) -> bool:
        return bool(self.lines)


def fitted(text: str, style: Type, least_pt: float, widths_mm: Sequence[float], language: str = "nl", *,
           large_first: bool = False, height_mm: float = math.inf, leading: float = 1.2) -> Fitted:
    """A text set in as many lines as there are widths (mm) at most, between style.size_pt and least_pt.

    Fewer lines win over larger letters: a word that is only a little too long becomes smaller before the text is
    wrapped. With large_first it is the other way round, as suits a sentence. Words are broken last of all, where a
    hyphen or soft hyphen asks for it, else where the language allows it. height_mm: of the lines together, leading in ems.
    """
    counts, sizes = range(1, len(widths_mm) + 1), _sizes(style.size_pt, least_pt)
    trials = [(c, s) for s in sizes for c in counts] if large_first else [(c, s) for c in counts for s in sizes]
    for breaking in (None, language):
        for count, size in trials:
            trial = replace(style, size_pt=size)
            if (LINE_EMS + (count - 1) * leading) * trial.size_mm > height_mm:
                continue
            if lines := _fill(text.split(), trial, widths_mm[:count], breaking):
                return Fitted(lines, trial)
    return Fitted((), style)


def _sizes(most_pt: float, least_pt: float) -> list[float]:
    """From the largest size down to exactly the least one."""
    sizes = [most_pt]
    while sizes[-1] * _STEP > least_pt:
        sizes.append(sizes[-1] * _STEP)
    return sizes if sizes[-1] <= least_pt else [*sizes, least_pt]


def wrapped(text: str, style: Type, width_mm: float) -> tuple[str, ...]:
    """As many lines as it takes, without breaking words; a no-break space keeps two words together."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width_mm(longer, style) > width_mm:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(lines)


def cut_short(text: str, style: Type, width_mm: float) -> str:
    """As much of a text as one line of this width holds, with an ellipsis for the rest; empty where not even that fits."""
    if text_width_mm(text, style) <= width_mm:
        return text
    while text and text_width_mm(text + "…", style) > width_mm:
        text = text[:-1]
    return text.rstrip() + "…" if text else ""


def _fill(words: Sequence[str], style: Type, widths_mm: Sequence[float], language: str | None) -> tuple[str, ...]:
    """Greedy filling; with a language, words may be broken at their last place that fits."""
    lines: list[str] = []
    rest = list(words)
    for width in widths_mm:
        line = ""
        while rest:
            longer = f"{line} {rest[0]}".strip()
            if _width(longer, style) <= width:
                line = longer
                rest.pop(0)
                continue
            if language is not None and len(rest[0]) > 1:
                for head, tail in _breaks(rest[0], language):
                    longer = f"{line} {head}".strip()
                    if _width(longer, style) <= width:
                        line, rest[0] = longer, tail
                        break
            break
        if line:
            lines.append(line.replace(SOFT_HYPHEN, ""))
    return tuple(lines) if not rest else ()


def _width(line: str, style: Type) -> float:
    return text_width_mm(line.replace(SOFT_HYPHEN, ""), style)


def _breaks(word: str, language: str) -> Iterator[tuple[str, str]]:
    """Ways to break a word, the last one first: where it asks for it itself, else by the language's rules."""
    asked = [m.end() for m in re.finditer(f"[-–/{SOFT_HYPHEN}](?=.)", word)]
    if asked:
        for at in reversed(asked):
            head = word[:at]
            yield (head.removesuffix(SOFT_HYPHEN) + "-" if head.endswith(SOFT_HYPHEN) else head), word[at:]
        return
    yield from ((head + "-", tail) for head, tail in _hyphenator(language).iterate(word))


@cache
def _hyphenator(language: str):  # type: ignore[no-untyped-def]
    import pyphen

    # three letters stay together at either end: shorter scraps are hard to read across a table
    return pyphen.Pyphen(lang={"nl": "nl_NL", "en": "en_GB"}[language], left=3, right=3)
