"""Other words for the same thing: the analyst says so in a small file; what looks alike is only ever suggested."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from posterscan.errors import UsageError
from posterscan.kit.textfiles import cleaned, content_of, text_of
from posterscan.messages import Language, Message
from posterscan.tidy import FORMULA, csv_bytes

ALIKE = 0.7  # of 1: below it, pairs of unlike Dutch words crowd the list; the analyst decides in any case
_TEXT, _SAME = ("tekst", "text"), ("hetzelfde als", "same as")
_HEADERS: dict[Language, tuple[str, ...]] = {
    "nl": ("tekst", "hetzelfde als", "lijkt op", "gelijkenis", "tafels"),
    "en": ("text", "same as", "looks like", "likeness", "tables")}


@dataclass(frozen=True)
class Suggestion:
    """Two items that may be the same thing. text: of the one, on so many tables; like: the other's; likeness: 0 to 1."""

    text: str
    like: str
    likeness: float
    tables: int


def normal(text: str) -> str:
    """What two spellings of the same words share: letters and digits, without case, signs or double blanks."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", plain).split())


def spelled(text: str) -> str:
    """What texts are compared by: `normal`, or as they are where they have signs only, like an emoji."""
    return normal(text) or text.strip()


def item_key(catalogue_id: str | None, text: str) -> str | None:
    """What a card counts as over tables; None where nothing was read."""
    if catalogue_id is not None:
        return catalogue_id
    words = spelled(text)
    return f"~{words}" if words else None


def said_same(words: Mapping[str, str], name: str = "same") -> dict[str, str]:
    """A mapping as `read_same` gives it, of texts as people write them. UsageError where it goes round in a circle."""
    return _followed(name, {spelled(text): same.strip() for text, same in words.items()
                            if same.strip() and spelled(text) != spelled(same)})


def read_same(path: Path) -> dict[str, str]:
    """A mapping file: a text as `spelled`, of its column "text", to the one in "same as"; rows without the latter say nothing.

    CSV with commas, semicolons or tabs, as `suggestions_csv` writes it and Excel saves it. UsageError names the line and the cure.
    """
    rows = two_columns(path, _TEXT, _SAME)
    said: dict[str, tuple[int, str]] = {}
    for number, text, same in rows:
        key = spelled(text)
        if not key or not same or key == spelled(same):
            continue
        if key in said and spelled(said[key][1]) != spelled(same):
            before = said[key][0]
            raise UsageError(Message(f"{path.name}, regel {number}: “{text}” staat ook op regel {before}, met iets anders ernaast.",
                                     f"{path.name}, line {number}: “{text}” is also on line {before}, with something else."),
                             Message("Laat één van de twee staan.", "Leave one of the two."))
        said[key] = (number, same)
    return _followed(path.name, {key: same for key, (_, same) in said.items()})


def merged(keys: Mapping[str, str], same: Mapping[str, str]) -> dict[str, str]:
    """The item that each item counts as: keys, by item, the item's text. Targets are found by catalogue id, else by text."""
    by_text: dict[str, str] = {}
    for item, text in sorted(keys.items(), key=lambda pair: pair[0].startswith("~")):  # the catalogue's own first
        by_text.setdefault(spelled(text), item)
    out = {}
    for item, text in keys.items():
        wanted = same.get(spelled(text))
        if wanted is not None:
            out[item] = wanted if wanted in keys else by_text.get(spelled(wanted), item_key(None, wanted) or item)
    return {item: last for item in out if (last := _last(item, out)) is not None}


def suggestions(own: Mapping[str, int], known: Iterable[str]) -> list[Suggestion]:
    """Own words (with how many tables laid them) that look like one of the catalogue, or like own words that more tables laid.

    Likeness: 1 less the normalised edit distance (Levenshtein 1966), of the words in order or sorted, whichever is more alike.
    """
    from rapidfuzz import fuzz, process

    order = sorted(own, key=lambda text: (-own[text], text))
    choices = {text: normal(text) for text in dict.fromkeys([*known, *order])}
    out = []
    for place, text in enumerate(order):
        later = {*order[place:]}
        others = {other: spelled for other, spelled in choices.items() if other not in later and spelled}
        best = max((process.extractOne(normal(text), others, scorer=scorer) for scorer in (fuzz.ratio, fuzz.token_sort_ratio)),
                   key=lambda found: found[1] if found else -1.0, default=None) if others and normal(text) else None
        if best is not None and best[1] / 100 >= ALIKE:
            out.append(Suggestion(text, str(best[2]), round(best[1] / 100, 2), own[text]))
    return sorted(out, key=lambda one: (-one.likeness, one.text))


def suggestions_csv(found: Iterable[Suggestion], language: Language) -> bytes:
    """A mapping file in which nothing is said yet: the analyst fills the second column."""
    return csv_bytes(_HEADERS[language], ((one.text, None, one.like, one.likeness, one.tables) for one in found))


def two_columns(path: Path, first: Sequence[str], second: Sequence[str]) -> list[tuple[int, str, str]]:
    """Line, and the values of two columns, of a CSV file whose first line names these (in any of some ways, without case).

    UsageError where it does not, or where the file cannot be read.
    """
    rows = _rows(path, text_of(path, content_of(path, (".csv", ".txt"))))
    header = [cleaned(name).casefold().replace("_", " ") for name in rows[0][1]] if rows else []
    at = [next((i for i, name in enumerate(header) if name in names), None) for names in (first, second)]
    if at[0] is None or at[1] is None:
        raise UsageError(Message(f"{path.name}, regel 1: hier horen de namen van de kolommen te staan.",
                                 f"{path.name}, line 1: the names of the columns belong here."),
                         Message(f"Zet erboven: {first[0]};{second[0]}", f"Put above it: {first[-1]};{second[-1]}"))
    left, right = at[0], at[1]
    filled = ((number, [*values, *[""] * len(header)]) for number, values in rows[1:])
    return [(number, _plain(values[left]), _plain(values[right])) for number, values in filled]


def _rows(path: Path, text: str) -> list[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [(reader.line_num, [value.strip() for value in row]) for row in reader if any(value.strip() for value in row)]
    except csv.Error as why:
        raise UsageError(Message(f"{path.name}, regel {reader.line_num}: een aanhalingsteken is niet gesloten of staat verkeerd.",
                                 f"{path.name}, line {reader.line_num}: a quotation mark is not closed or misplaced."),
                         Message('Zet een aanhalingsteken binnen een tekst dubbel ("").',
                                 'Double a quotation mark inside a text ("").')) from why


def _plain(value: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    return value[1:] if value.startswith("'") and value[1:].startswith(FORMULA) else value


def _last(item: str, into: Mapping[str, str]) -> str | None:
    """Where a chain of items ends, of which some are named by id and some by text; None where it is a circle."""
    seen: set[str] = set()
    while item in into and item not in seen:
        seen.add(item)
        item = into[item]
    return None if item in into else item


def _followed(name: str, same: Mapping[str, str]) -> dict[str, str]:
    """Each text to the last in its chain; UsageError where the chain is a circle."""
    out = {}
    for start, first in same.items():
        at, seen = first, {start}
        while (key := spelled(at)) in same:
            if key in seen:
                raise UsageError(Message(f"{name}: “{at}” is langs een omweg hetzelfde als zichzelf.",
                                         f"{name}: “{at}” is, by way of others, the same as itself."),
                                 Message("Kies één woord waar de andere onder vallen.",
                                         "Choose one word that the others come under."))
            seen.add(key)
            at = same[key]
        out[start] = at
    return out
