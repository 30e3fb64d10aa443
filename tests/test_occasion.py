"""Session and table of a result: what the poster's code says, held against layout and caller."""

from __future__ import annotations

import pytest

from coded_sheet import coded_layout
from posterscan.layout import Layout, Session
from posterscan.occasion import Occasion, occasion
from posterscan.outcome import ScanOptions
from posterscan.stages.table_code import ReadCode, understood
from posterscan.table_code import session_text, tags_of

NUMBER = 77271814
OWN = Session(id=session_text(NUMBER), name="Oost", date="2026-11-24", place="De Brug", tables=3, participants=8,
              stickers_per_person=2, sticker_mm=12.0)
UNREAD = understood(((None,) * 4, (None,) * 4))


def code(table: int = 3, number: int = NUMBER) -> ReadCode:
    return understood((tags_of(number, table),) * 2)


def told(read: ReadCode | None, session: Session | None = OWN, options: ScanOptions | None = None) -> Occasion:
    layout: Layout = coded_layout(session)
    return occasion(read, layout, options or ScanOptions("foto", table_given=False))


def codes(found: Occasion) -> list[str]:
    return [check.code for check in found.checks]


def test_the_code_names_the_table_and_finds_its_session() -> None:
    found = told(code())
    assert (found.table, found.number, codes(found)) == ("tafel-3", 3, [])
    assert found.session.model_dump() == {"id": OWN.id, "name": "Oost", "date": "2026-11-24", "place": "De Brug",
                                          "participants": 8, "names_consent": None}
    options = found.options
    assert (options.participants, options.stickers_per_person) == (8, 2)
    assert (options.sticker_mm, options.expected_sticker_mm) == (None, 12.0)
    assert told(code(), options=ScanOptions("foto", "en", table_given=False)).table == "table-3"


def test_what_the_caller_says_holds() -> None:
    found = told(code(), options=ScanOptions("Noord", "en", 5, 4, 10.0))
    assert (found.table, codes(found)) == ("Noord", [])
    assert (found.options.participants, found.options.stickers_per_person, found.options.sticker_mm) == (5, 4, 10.0)
    assert found.session.participants == 5


@pytest.mark.parametrize(("name", "contradicts"), [
    ("tafel-4", True), ("Tafel 4", True), ("table_04", True), ("4", True), ("tafel-3", False), ("3", False), ("003", False),
    ("noord-4", False), ("normal-202-0000", False), ("tafel", False)])
def test_a_number_other_than_the_codes_is_told(name: str, contradicts: bool) -> None:
    found = told(code(), options=ScanOptions(name, "en"))
    assert ("other-table" in codes(found)) is contradicts
    assert found.table == name
    if contradicts:
        assert name in found.checks[0].message
        assert "table 3" in found.checks[0].message


def test_another_session_keeps_only_its_id_and_is_told() -> None:
    found = told(code(number=NUMBER + 1))
    assert codes(found) == ["other-session"]
    assert found.session.model_dump(exclude_none=True) == {"id": session_text(NUMBER + 1)}
    assert str(OWN.id) in found.checks[0].message
    assert (found.options.participants, found.options.stickers_per_person, found.options.expected_sticker_mm) == (None, 3, 12.0)
    assert found.table == "tafel-3"
    assert codes(told(code(), session=None)) == ["other-session"]
    assert codes(told(code(number=0))) == ["other-session"]


def test_no_session_named_anywhere_is_no_contradiction() -> None:
    found = told(code(number=0), session=Session(tables=2, participants=6))
    assert (codes(found), found.session.id, found.session.participants) == ([], None, 6)
    assert codes(told(code(number=0), session=None)) == []


def test_an_unreadable_code_states_nothing_but_is_told() -> None:
    found = told(UNREAD)
    assert codes(found) == ["table-code-unreadable"]
    assert (found.table, found.number) == ("foto", None)
    assert found.session.model_dump(exclude_none=True) == {"participants": 8}
    table_only = understood(((None, *tags_of(NUMBER, 5)[1:]),) * 2)
    assert (told(table_only).table, codes(told(table_only))) == ("tafel-5", ["table-code-unreadable"])
    assert "sessie" in told(table_only).checks[0].message
    assert "tafel" not in told(table_only).checks[0].message


def test_codes_that_differ_state_nothing() -> None:
    found = told(understood((tags_of(NUMBER, 1), tags_of(NUMBER, 2))))
    assert codes(found) == ["table-codes-differ"]
    assert (found.table, found.session.id) == ("foto", None)


def test_a_poster_without_a_code_takes_the_layouts_session() -> None:
    found = told(None)
    assert (found.session.id, found.session.participants, found.read, codes(found)) == (OWN.id, 8, None, [])
    assert told(None, session=None).session.model_dump(exclude_none=True) == {}
    assert told(None, session=None).options.stickers_per_person == 3
