"""The tags that say session and table: what is put in comes out, and nothing else is taken for a code."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posterscan.dictionaries import dictionary_sizes
from posterscan.table_code import (
    BASE,
    CROCKFORD,
    DICTIONARY,
    MOST_TABLES,
    SESSIONS,
    SheetCode,
    decode,
    session_number,
    session_text,
    tags_of,
)

numbers = st.integers(0, SESSIONS - 1)
tables = st.integers(1, MOST_TABLES)
said = st.none() | st.text(max_size=30)


@given(numbers, tables)
def test_what_is_put_in_comes_out(session: int, table: int) -> None:
    assert decode(tags_of(session, table)) == SheetCode(session_text(session), table)


@given(numbers, tables)
def test_every_tag_exists_and_says_by_itself_what_it_is(session: int, table: int) -> None:
    *digits, last = tags_of(session, table)
    assert all(130 <= tag <= 579 for tag in digits)
    assert last == 19 + table
    assert 20 <= last <= 119
    assert max(*digits, last) < dictionary_sizes()[DICTIONARY]


@given(numbers, numbers)
def test_two_sessions_never_share_a_text(one: int, other: int) -> None:
    assert (session_text(one) == session_text(other)) == (one == other)


@given(st.integers(1, SESSIONS - 1))
def test_the_text_is_the_number_in_base_32(number: int) -> None:
    text = session_text(number)
    assert text is not None
    assert (len(text), text[3]) == (7, "-")
    value = 0
    for letter in text.replace("-", ""):
        value = value * 32 + CROCKFORD.index(letter)
    assert value == number


@given(st.lists(st.integers(-5, 600), max_size=6))
def test_anything_else_is_no_code(tags: list[int]) -> None:
    code = decode(tags)
    proper = len(tags) == 4 and all(130 <= tag <= 579 for tag in tags[:3]) and 20 <= tags[3] <= 119
    assert (code is not None) == proper


@given(said, said, said)
def test_a_session_has_one_number_however_it_is_typed(name: str | None, date: str | None, place: str | None) -> None:
    number = session_number(name, date, place)
    assert 0 <= number < SESSIONS
    assert (number == 0) == (not any((value or "").strip() for value in (name, date, place)))
    spaced = [None if value is None else f" {unicodedata.normalize('NFD', value)}\n" for value in (name, date, place)]
    assert session_number(*spaced) == number


def test_numbers_are_the_same_next_year() -> None:
    """Printed posters and archived results hold these: a change here would give sessions another name."""
    assert session_number(None, None, None) == session_number("", " ", None) == 0
    assert session_text(0) is None
    assert tags_of(0, 1) == (130, 130, 130, 20)
    assert tags_of(SESSIONS - 1, 100) == (579, 579, 579, 119)
    assert tags_of(BASE * BASE + 2 * BASE + 3, 7) == (131, 132, 133, 26)
    number = session_number("Sociale basis Oost", "2026-11-24", "Café De Brug")
    assert (number, session_text(number)) == (77271814, "29P-4R6")


def test_values_do_not_run_into_each_other() -> None:
    assert session_number("a", "b", None) != session_number("a", None, "b")
    assert session_number("ab", None, None) != session_number("a", "b", None)


@pytest.mark.parametrize(("session", "table"), [(-1, 1), (SESSIONS, 1), (0, 0), (0, MOST_TABLES + 1)])
def test_what_cannot_be_said_is_refused(session: int, table: int) -> None:
    with pytest.raises(ValueError, match="must be in"):
        tags_of(session, table)
