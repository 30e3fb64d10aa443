"""Codes are unique in a kit, and a word's code stays its own when the list around it changes."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posterscan.dictionaries import dictionary_sizes
from posterscan.errors import KitError
from posterscan.kit.card_design import Kind
from posterscan.kit.numbers import WORDS_SHARE, allot, preferred_number
from posterscan.kit.settings import KitSettings
from posterscan.kit.wordlists import Word, default_words
from posterscan.messages import Language, Message

KINDS: tuple[Kind, ...] = ("ingredient", "intention")


def words_of(texts: list[str], kind: Kind = "ingredient") -> list[Word]:
    return [Word(kind, text, text, Message("", "")) for text in texts]


texts = st.lists(st.text("abcdefgh", min_size=1, max_size=6), unique=True, max_size=40)
small = st.builds(lambda tables, one, two: KitSettings(card_dictionary="DICT_4X4_50", tables=tables, blank_ingredients=one,
                                                       blank_intentions=two),
                  st.integers(1, 3), st.integers(0, 2), st.integers(0, 1))


@given(texts, small)
def test_every_card_has_a_code_of_its_own(texts: list[str], settings: KitSettings) -> None:
    codes, blanks = allot(words_of(texts), settings)
    numbers = [*codes.values(), *(blank.marker_id for blank in blanks)]
    assert len(set(numbers)) == len(numbers)
    assert all(0 <= number < 50 for number in numbers)
    assert list(codes) == texts
    assert [(b.table, b.kind, b.number) for b in blanks] == [
        (table, kind, n + 1) for table in range(1, settings.tables + 1)
        for kind, many in zip(KINDS, (settings.blank_ingredients, settings.blank_intentions), strict=True) for n in range(many)]
    assert [b.marker_id for b in blanks] == sorted((b.marker_id for b in blanks), reverse=True)
    assert allot(words_of(texts), settings) == (codes, blanks)


@given(texts, texts)
def test_words_added_at_the_end_leave_all_others_their_codes(texts: list[str], more: list[str]) -> None:
    settings = KitSettings()
    both = list(dict.fromkeys([*texts, *more]))
    before, after = allot(words_of(texts), settings)[0], allot(words_of(both), settings)[0]
    assert {text: after[text] for text in texts} == before


@given(texts, st.randoms())
def test_words_that_wish_for_different_codes_have_them_whatever_the_list(texts: list[str], random: Random) -> None:
    usual = int(2320 * WORDS_SHARE)
    wishes = {text: preferred_number("ingredient", text, usual) for text in texts}
    apart = list({wish: text for text, wish in wishes.items()}.values())
    random.shuffle(apart)
    assert allot(words_of(apart), KitSettings())[0] == {text: wishes[text] for text in apart}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_words_that_come_along_all_have_the_codes_that_they_wish_for(language: Language) -> None:
    """So that leaving some of them out, or adding to them, changes the code of none."""
    words = default_words(language)
    assert allot(words, KitSettings())[0] == {w.id: preferred_number(w.kind, w.text, int(2320 * WORDS_SHARE)) for w in words}


def test_leaving_words_out_moves_few() -> None:
    random = Random(1)
    words = words_of([f"kaartje {n}" for n in range(300)])
    whole, _ = allot(words, KitSettings())
    for _ in range(100):
        kept = [word for word in words if random.random() < 0.9]
        codes, _ = allot(kept, KitSettings())
        assert sum(codes[id_] != whole[id_] for id_ in codes) <= 15  # of about 270


def test_numbers_are_the_same_next_year() -> None:
    """Printed cards hold these: a change here would give every word another code."""
    usual = int(2320 * WORDS_SHARE)
    assert usual == 1740
    assert [preferred_number(kind, "Buurthuis", usual) for kind in KINDS] == [1345, 419]
    assert preferred_number("ingredient", "CAFÉ", usual) == preferred_number("ingredient", "cafe\u0301", usual)
    words = default_words("nl")
    one, ten = (allot(words, KitSettings(tables=tables)) for tables in (1, 10))
    assert one[0] == ten[0]
    assert one[1] == ten[1][:20]
    assert [(b.kind, b.marker_id) for b in one[1]] == [
        *(("ingredient", n) for n in range(2319, 2309, -1)), *(("intention", n) for n in range(2309, 2299, -1))]


def test_a_full_dictionary_is_filled_to_the_last_code() -> None:
    settings = KitSettings(card_dictionary="DICT_4X4_50", tables=1, blank_ingredients=5, blank_intentions=5)
    codes, blanks = allot(words_of([str(n) for n in range(40)]), settings)
    assert sorted([*codes.values(), *(b.marker_id for b in blanks)]) == list(range(50))


@pytest.mark.parametrize(("words", "settings", "counts", "cure"), [
    (700, KitSettings(card_dictionary="DICT_6X6_250"), ("720 cards", "700 words", "250"),
     "at most 250 words, or set card_dictionary to"),
    (241, KitSettings(card_dictionary="DICT_6X6_250"), ("261 cards",), "at most 9 blank cards per table"),
    (60, KitSettings(card_dictionary="DICT_6X6_250", tables=10), ("260 cards",), "at most 9 tables, or at most 19 blank cards"),
    (400, KitSettings(tables=100), ("2400 cards", "2000 blank"), "at most 96 tables, or at most 19 blank cards per table."),
    (2400, KitSettings(), ("2320",), "at most 2320 words."),
])
def test_too_many_cards_are_refused_with_what_would_fit(words: int, settings: KitSettings, counts: tuple[str, ...],
                                                        cure: str) -> None:
    with pytest.raises(KitError) as caught:
        allot(words_of([f"w{n}" for n in range(words)]), settings)
    assert all(count in caught.value.problem.en for count in counts)
    assert cure in caught.value.remedy.en
    named = [name for name in dictionary_sizes() if f" {name} " in caught.value.remedy.en]
    assert named == (["DICT_APRILTAG_36h10"] if settings.card_dictionary == "DICT_6X6_250" else [])
    assert "hoogstens" in caught.value.remedy.nl
