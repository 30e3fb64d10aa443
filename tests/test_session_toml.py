"""session.toml: what is said of a folder of photos, and what is wrong with what is said."""

from __future__ import annotations

import pytest

from posterscan.batch.patterns import covers
from posterscan.batch.session_toml import ForPhoto, Told, read_overrides
from posterscan.errors import UsageError

PHOTOS = ["IMG_1.jpg", "IMG_20.jpg", "IMG_21.jpg", "oost/IMG_1.JPG", "oost/tafel drie/a.jpg", "oost/tafel drie/b [1].jpg"]


def overrides(text: str, folder: str = "", more: dict[str, str] | None = None) -> dict[str, bytes]:
    files = {f"{folder}/session.toml".lstrip("/"): text} | (more or {})
    return {name: content.encode() for name, content in files.items()}


def test_all_that_can_be_said() -> None:
    said = read_overrides(overrides("""
        kit = "../kits/oost"
        session = "1sc-bm6"
        name = "Sociale basis Oost"
        date = 2026-11-24
        place = "Café De Brug"
        participants = 7
        stickers_per_person = 2
        sticker_mm = 16
        leave_out = ["IMG_1.jpg"]
        [tables]
        "tafel-3" = ["tafel drie"]
        """, "oost"), PHOTOS)
    assert said.of("oost/tafel drie/a.jpg") == ForPhoto(
        Told(kit="kits/oost", session="1SC-BM6", name="Sociale basis Oost", date="2026-11-24", place="Café De Brug",
             participants=7, stickers_per_person=2, sticker_mm=16.0), "tafel-3", "oost")
    assert said.of("oost/IMG_1.JPG").left_out
    assert said.of("IMG_1.jpg") == ForPhoto()


def test_the_nearest_file_holds_and_the_rest_of_the_others_stays() -> None:
    said = read_overrides(overrides('participants = 8\nplace = "Hengelo"', "", {"oost/session.toml": "participants = 6"}), PHOTOS)
    assert said.of("oost/tafel drie/a.jpg").told == Told(participants=6, place="Hengelo")
    assert said.of("IMG_1.jpg").told == Told(participants=8, place="Hengelo")


def test_a_table_is_the_nearest_files_word() -> None:
    nearer = {"oost/session.toml": '[tables]\ntwee = ["*.jpg"]'}
    said = read_overrides(overrides('[tables]\neen = ["**/*.jpg"]', "", nearer), PHOTOS)
    assert said.of("oost/IMG_1.JPG").table == "twee"
    assert said.of("oost/IMG_1.JPG").table_folder == "oost"
    assert said.of("oost/tafel drie/a.jpg").table == "een"


@pytest.mark.parametrize(("pattern", "name", "meant"), [
    ("IMG_1.jpg", "img_1.JPG", True), ("IMG_2*.jpg", "IMG_21.jpg", True), ("IMG_2*.jpg", "sub/IMG_21.jpg", False),
    ("sub", "sub/a/b.jpg", True), ("sub/*.jpg", "sub/a.jpg", True), ("sub/*.jpg", "sub/deep/a.jpg", False),
    ("**/a.jpg", "a.jpg", True), ("**/a.jpg", "x/y/a.jpg", True), ("b [1].jpg", "b [1].jpg", True), ("./a.jpg", "a.jpg", True),
    ("cafe\u0301.jpg", "caf\u00e9.jpg", True), ("sub\\a.jpg", "sub/a.jpg", True), ("a", "ab.jpg", False), ("", "a.jpg", False)])
def test_patterns(pattern: str, name: str, meant: bool) -> None:
    assert covers(pattern, name) is meant


@pytest.mark.parametrize(("text", "place", "cure"), [
    ("deelnemers = 8", "deelnemers", "participants"),
    ('participants = "acht"', "participants", "1 tot en met 1000"),
    ("participants = 0", "participants", "1 tot en met 1000"),
    ("participants = true", "participants", "1 tot en met 1000"),
    ('session = "dinsdag"', "session", "2K7-MQ4"),
    ('date = "24-11-2026"', "date", "2026-11-24"),
    ("date = 2026-11-24T19:00:00", "date", "2026-11-24"),
    ("kit = 3", "kit", "naam van een map"),
    ("sticker_mm = nan", "sticker_mm", "3 tot en met 50"),
    ('[tables]\n"tafel-1" = "IMG_1.jpg"', "tables.tafel-1", "lijst van foto's"),
    ('[tables]\n"tafel-1" = []', "tables.tafel-1", "patroon"),
    ('[tables]\n"tafel-1" = ["IMG_9*"]', "tables.tafel-1[0]", "patroon"),
    ('leave_out = ["weg.jpg"]', "leave_out[0]", "patroon"),
    ('[tables]\na = ["IMG_1.jpg"]\nb = ["IMG_*"]', "tables.b[0]", "één tafel"),
    ("= 3", "session.toml is geen TOML", "aanhalingstekens")])
def test_a_fault_names_file_place_and_cure(text: str, place: str, cure: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_overrides(overrides(text), PHOTOS)
    assert "session.toml" in caught.value.problem.nl
    assert place in caught.value.problem.nl
    assert cure in caught.value.remedy.nl
    assert caught.value.remedy.en


def test_faults_of_all_files_are_told_together() -> None:
    with pytest.raises(UsageError) as caught:
        read_overrides(overrides("participants = 0\nnaam = 3", "", {"oost/session.toml": '[tables]\nx = ["y.jpg"]'}), PHOTOS)
    said = caught.value.problem.en
    assert said.count(";") == 2
    assert "oost/session.toml, tables.x[0]: 'y.jpg' matches no photo" in said


def test_a_photo_that_is_left_out_may_be_in_a_tables_pattern() -> None:
    said = read_overrides(overrides('leave_out = ["IMG_21.jpg"]\n[tables]\na = ["IMG_*"]'), PHOTOS)
    assert said.of("IMG_21.jpg").left_out
    assert not said.of("IMG_20.jpg").left_out


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(UsageError, match="UTF-8"):
        read_overrides({"session.toml": b"name = '\xff'"}, PHOTOS)
