"""kit.toml and the command line: what is asked for is taken as it is, anything else is refused with key and cure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posterscan.errors import KitError
from posterscan.kit.settings import KitSettings, SessionSettings, read_settings, with_changes

FULL = """language = "en"
words = "lijsten/woorden.xlsx"
card_dictionary = "DICT_5X5_1000"
tables = 10
participants = 8
stickers_per_person = 2
sticker_mm = 8
blank_ingredients = 0
blank_intentions = 5
[session]
name = " Sociale  basis Oost "
date = 2026-11-24
place = "Café De Brug"
"""


def kit_toml(folder: Path, text: str) -> Path:
    path = folder / "kit.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_asked_for_is_taken(tmp_path: Path) -> None:
    assert read_settings(kit_toml(tmp_path, FULL)) == KitSettings(
        language="en", words=tmp_path / "lijsten" / "woorden.xlsx", card_dictionary="DICT_5X5_1000", tables=10, participants=8,
        stickers_per_person=2, sticker_mm=8.0, blank_ingredients=0, blank_intentions=5,
        session=SessionSettings(name="Sociale basis Oost", date="2026-11-24", place="Café De Brug"))


def test_nothing_needs_to_be_asked_for(tmp_path: Path) -> None:
    assert read_settings(kit_toml(tmp_path, "# niets\n")) == read_settings(None) == KitSettings()
    assert read_settings(kit_toml(tmp_path, '[session]\nname = ""\ndate = ""\nplace = " "\n')).session == SessionSettings()
    assert read_settings(kit_toml(tmp_path, '[session]\ndate = "2026-11-24"\n')).session.date == "2026-11-24"


CASES = [
    ("tabels = 3", "tabels: unknown setting", "'tables'"),
    ("[session]\ntables = 3", "session.tables: unknown setting", "above the line [session]"),
    ("name = 'x'", "name: unknown setting", "below the line [session]"),
    ("[session]\nplaats = 'x'", "session.plaats: unknown setting", "'place'"),
    ("zzz = 1", "zzz: unknown setting", "known here are: language, words"),
    ("language = 'de'", "language: 'de'", '"nl" and "en"'),
    ("tables = 0", "tables: 0", "from 1 to 100"),
    ("tables = 101", "tables: 101", "from 1 to 100"),
    ("tables = 2.0", "tables: 2.0", "a whole number"),
    ("tables = '2'", "tables: '2'", "a whole number"),
    ("tables = true", "tables: True", "a whole number"),
    ("participants = 1001", "participants: 1001", "from 1 to 1000"),
    ("sticker_mm = 31", "sticker_mm: 31", "a number from 5 to 30"),
    ("sticker_mm = nan", "sticker_mm: nan", "a number from 5 to 30"),
    ("sticker_mm = true", "sticker_mm: True", "a number from 5 to 30"),
    ("stickers_per_person = 0", "stickers_per_person: 0", "from 1 to 20"),
    ("blank_intentions = -1", "blank_intentions: -1", "from 0 to 100"),
    ("words = ''", "words: ''", "the name of a file"),
    ("words = 3", "words: 3", "the name of a file"),
    ("session = 'x'", "session: 'x'", "[session]"),
    ("[session]\nname = 5", "session.name: 5", "a text"),
    (f"[session]\nplace = '{'x' * 81}'", "session.place", "at most 80"),
    ("[session]\ndate = '24-11-2026'", "session.date: '24-11-2026'", "2026-11-24."),
    ("[session]\ndate = '2026-02-30'", "session.date: '2026-02-30'", "year-month-day"),
    ("[session]\ndate = 2026-11-24T19:00:00", "session.date", "a date like"),
    ("card_dictionary = 'DICT_APRILTAG_36h11'", "card_dictionary: DICT_APRILTAG_36h11 is on the poster", "36h10"),
    ("card_dictionary = 'APRILTAG_36h10'", "card_dictionary: unknown dictionary", "DICT_APRILTAG_36h10"),
    ("tables = \n", "line 1", "quotation marks"),
    ("tables = 1\ntables = 2\n", "line 2", "given twice"),
]


@pytest.mark.parametrize(("text", "problem", "cure"), CASES, ids=[c[0][:24] for c in CASES])
def test_a_fault_is_told_with_key_and_cure(tmp_path: Path, text: str, problem: str, cure: str) -> None:
    with pytest.raises(KitError) as caught:
        read_settings(kit_toml(tmp_path, text))
    assert caught.value.problem.en.startswith("kit.toml")
    assert problem in caught.value.problem.en
    assert cure in caught.value.remedy.en
    assert caught.value.problem.nl.startswith("kit.toml")
    assert caught.value.remedy.nl


def test_a_file_that_is_no_settings_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "kit.toml", kit_toml(tmp_path, "").rename(tmp_path / "leeg.toml"),
                 kit_toml(tmp_path, "tables = 2").rename(tmp_path / "kit.txt")):
        with pytest.raises(KitError, match=path.name):
            read_settings(path)


def test_the_command_line_has_the_last_word(tmp_path: Path) -> None:
    settings = read_settings(kit_toml(tmp_path, FULL))
    nothing: dict[str, Any] = {"words": None, "tables": None, "session": {"name": None, "date": None, "place": None}}
    assert with_changes(settings, nothing) == settings
    changed = with_changes(settings, {"tables": 3, "sticker_mm": 10.0, "session": {"name": "West", "date": None}})
    assert (changed.tables, changed.sticker_mm, changed.participants) == (3, 10.0, 8)
    assert changed.session == SessionSettings(name="West", date="2026-11-24", place="Café De Brug")


@pytest.mark.parametrize(("changes", "option"), [
    ({"tables": 0}, "--tables: 0"), ({"sticker_mm": 2.0}, "--sticker-mm: 2.0"),
    ({"session": {"name": "x" * 81}}, "--session: "), ({"session": {"date": "morgen"}}, "--date: 'morgen'")])
def test_a_fault_on_the_command_line_names_the_option(changes: dict[str, Any], option: str) -> None:
    with pytest.raises(KitError) as caught:
        with_changes(KitSettings(), changes)
    assert option in caught.value.problem.en
