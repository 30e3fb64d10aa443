"""Which code every card gets: a word the same one in every kit, a blank card one that no other card of its kit has."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from itertools import chain

from posterscan.catalogue import Blank
from posterscan.dictionaries import dictionary_sizes
from posterscan.errors import KitError
from posterscan.kit.card_design import Kind
from posterscan.kit.settings import KitSettings
from posterscan.kit.wordlists import Word
from posterscan.messages import Message
from posterscan.table_code import DICTIONARY as POSTER_DICTIONARY

__all__ = ["Blank", "allot", "preferred_number"]

# Fixed, so that a word's code does not hang on how many blanks are printed. Three quarters leave 580 codes of the default
# dictionary to blanks, enough for 29 tables, before those too take what the words leave free.
WORDS_SHARE = 0.75


def preferred_number(kind: Kind, text: str, codes: int) -> int:
    """The code that a word gets where it is free, 0..codes-1: from what it says, not from where it stands in a list."""
    said = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return int.from_bytes(hashlib.sha256(f"{kind}\n{said}".encode()).digest(), "big") % codes


def allot(words: Sequence[Word], settings: KitSettings) -> tuple[dict[str, int], list[Blank]]:
    """The code of each word by its id, and the blank cards: table by table, ingredients and then intentions.

    A word that finds its preferred code taken gets the next free one, in the order of the list: words added at the end leave all
    others their codes. Blanks count down from the dictionary's last code. KitError where there are more cards than codes.
    """
    size = dictionary_sizes()[settings.card_dictionary]
    _check_room(len(words), settings, size)
    codes = _word_codes(words, max(1, int(size * WORDS_SHARE)), size)
    taken = set(codes.values())
    free = (number for number in range(size - 1, -1, -1) if number not in taken)
    kinds: tuple[tuple[Kind, int], ...] = (("ingredient", settings.blank_ingredients), ("intention", settings.blank_intentions))
    blanks = [Blank(kind=kind, marker_id=next(free), table=table, number=number)
              for table in range(1, settings.tables + 1) for kind, many in kinds for number in range(1, many + 1)]
    return codes, blanks


def _word_codes(words: Sequence[Word], usual: int, size: int) -> dict[str, int]:
    codes: dict[str, int] = {}
    taken: set[int] = set()
    for word in words:
        wish = preferred_number(word.kind, word.text, usual)
        places = chain(range(wish, usual), range(wish), range(usual, size))
        codes[word.id] = next(place for place in places if place not in taken)
        taken.add(codes[word.id])
    return codes


def _check_room(words: int, settings: KitSettings, size: int) -> None:
    """KitError where the dictionary has too few codes, with what would fit."""
    per_table = settings.blank_ingredients + settings.blank_intentions
    blanks = per_table * settings.tables
    if words + blanks <= size:
        return
    name = settings.card_dictionary
    raise KitError(
        Message(f"Voor {words + blanks} kaartjes ({words} woorden en {blanks} lege voor {settings.tables} tafels) "
                f"heeft {name} te weinig codes: {size}.",
                f"For {words + blanks} cards ({words} words and {blanks} blank ones for {settings.tables} tables) "
                f"{name} has too few codes: {size}."),
        _cure(words, per_table, settings, size))


def _cure(words: int, per_table: int, settings: KitSettings, size: int) -> Message:
    left = size - words
    if left < 0:
        cure = Message(f"Neem hoogstens {size} woorden", f"Take at most {size} words")
    elif left < per_table:
        cure = Message(f"Neem minder woorden, of hoogstens {left} lege kaartjes per tafel",
                       f"Take fewer words, or at most {left} blank cards per table")
    else:
        tables, each = left // per_table, left // settings.tables
        cure = Message(f"Neem hoogstens {tables} tafels, of hoogstens {each} lege kaartjes per tafel",
                       f"Take at most {tables} tables, or at most {each} blank cards per table")
    sizes = {known: many for known, many in dictionary_sizes().items() if known.casefold() != POSTER_DICTIONARY.casefold()}
    largest = max(sorted(sizes, reverse=True), key=lambda known: sizes[known])
    if sizes[largest] >= words + per_table * settings.tables:
        return cure + Message(f", of zet card_dictionary op {largest} ({sizes[largest]} codes).",
                              f", or set card_dictionary to {largest} ({sizes[largest]} codes).")
    return cure + Message(".", ".")
