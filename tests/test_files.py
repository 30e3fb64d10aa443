"""Results on disk: whole or not at all, valid, safe names, and no correction lost."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posterscan.atomic import write_atomically
from posterscan.corrections import corrected
from posterscan.errors import UsageError
from posterscan.files import as_json, read_result, table_name, write_table
from results import card_data, outcome_of, photo_data

CORRECTION = {"card": "c01", "field": "text.value", "value": "Koor", "machine": "Kcor", "by": "M."}
REVIEWED = {"status": "in-progress", "by": "M.", "at": "2026-01-01T10:00:00+01:00", "corrections": [CORRECTION]}


def test_writes_the_contracts_files_and_reads_them_back(tmp_path: Path) -> None:
    outcome = outcome_of()
    written = write_table(tmp_path / "uit", "tafel-1", outcome)
    assert written.result == tmp_path / "uit" / "tafel-1.json"
    text = written.result.read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert "Café „De Zón”" in text
    assert json.loads(text)["schema"] == "posterscan-result/1"
    assert read_result(written.result) == outcome.result
    assert cv2.imread(str(tmp_path / "uit/tafel-1/rectified.jpg")).shape == (30, 40, 3)
    assert cv2.imread(str(tmp_path / "uit/tafel-1/cards/c01.jpg")).shape == (10, 20, 3)
    assert not list((tmp_path / "uit").rglob("*.tmp"))


def test_a_scan_again_keeps_what_people_corrected(tmp_path: Path) -> None:
    path = write_table(tmp_path, "t", outcome_of(review=REVIEWED)).result
    written = write_table(tmp_path, "t", outcome_of())
    assert not written.notes
    again = read_result(path)
    assert again.review.status == "in-progress"
    assert [c.value for c in again.review.corrections] == ["Koor"]
    assert again.cards[0].text.value == "Café „De Zón”"
    assert "corrections-orphaned" not in [c.code for c in again.checks]


def test_corrections_of_a_card_that_is_gone_stay_and_are_said(tmp_path: Path) -> None:
    path = write_table(tmp_path, "t", outcome_of(review=REVIEWED)).result
    write_table(tmp_path, "t", outcome_of(cards=[card_data("c09")]))
    again = read_result(path)
    assert again.review.corrections == []
    assert [(c.card, c.value) for c in again.review.orphans] == [("c01", "Koor")]
    check = next(c for c in again.checks if c.code == "corrections-orphaned")
    assert "c01" in check.message


def test_orphaned_corrections_come_back_with_their_card(tmp_path: Path) -> None:
    write_table(tmp_path, "t", outcome_of(review=REVIEWED))
    write_table(tmp_path, "t", outcome_of(cards=[card_data("c09")]))
    again = read_result(write_table(tmp_path, "t", outcome_of()).result)
    assert [(c.card, c.value) for c in again.review.corrections] == [("c01", "Koor")]
    assert again.review.orphans == []
    assert "corrections-orphaned" not in [c.code for c in again.checks]


def test_corrections_follow_a_card_that_got_another_name(tmp_path: Path) -> None:
    placed = REVIEWED | {"corrections": [CORRECTION | {"center_mm": [42.0, 28.0]}]}
    path = write_table(tmp_path, "t", outcome_of(review=placed)).result
    elsewhere = card_data("c01", center_mm=[400, 300])
    write_table(tmp_path, "t", outcome_of(cards=[elsewhere, card_data("c-koor")]))
    again = read_result(path)
    assert [(c.card, c.value) for c in again.review.corrections] == [("c-koor", "Koor")]
    assert corrected(again).cards[0].text.value == "Café „De Zón”"


def test_crops_of_cards_that_are_gone_go_too(tmp_path: Path) -> None:
    write_table(tmp_path, "t", outcome_of(cards=[card_data("c01"), card_data("c02")]))
    (tmp_path / "t" / "cards" / "notitie.txt").write_text("van mij", encoding="utf-8")
    write_table(tmp_path, "t", outcome_of(cards=[card_data("c02")]))
    assert sorted(p.name for p in (tmp_path / "t" / "cards").iterdir()) == ["c02.jpg", "notitie.txt"]


def test_an_unreadable_older_result_is_kept_aside(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('{"review": "half', encoding="utf-8")
    written = write_table(tmp_path, "t", outcome_of())
    assert (tmp_path / "t.json.unreadable").read_text(encoding="utf-8") == '{"review": "half'
    assert "t.json.unreadable" in written.notes[0].en
    assert read_result(written.result)


def test_replacing_the_result_of_another_photo_is_said(tmp_path: Path) -> None:
    write_table(tmp_path, "t", outcome_of())
    written = write_table(tmp_path, "t", outcome_of(photos=[photo_data("b.jpg", "bb")]))
    assert "a.jpg" in written.notes[0].nl


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.json"
    path.write_text("oud", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("posterscan.atomic.os.fsync", full)
    with pytest.raises(UsageError) as caught:
        write_atomically(path, b"nieuw")
    assert "No space left" in caught.value.problem.nl
    assert path.read_text(encoding="utf-8") == "oud"
    assert [p.name for p in tmp_path.iterdir()] == ["t.json"]


def test_a_result_that_is_no_number_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_table(tmp_path, "t", outcome_of(cards=[card_data(rotation_deg=float("nan"))]))
    assert not (tmp_path / "t.json").exists()


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    assert as_json(outcome_of().result) == as_json(read_result(write_table(tmp_path, "t", outcome_of()).result))


@pytest.mark.parametrize(("wish", "name"), [
    ("IMG_1", "IMG_1"), ("tafel 3", "tafel-3"), ("../../etc/passwd", "etc-passwd"), ("/", "tafel"), ("", "tafel"),
    (".verborgen", "verborgen"), ("Café Ü", "Café-Ü"), ("con", "tafel-con"), ("a\0b\nc", "a-b-c"),
    ("é" * 300, "é" * 40)])
def test_table_names_are_safe(wish: str, name: str) -> None:
    assert table_name(wish) == name


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_becomes_a_single_file_name(wish: str) -> None:
    name = table_name(wish)
    assert name
    assert Path(name).name == name
    assert name not in (".", "..")
    assert len(name.encode("utf-8")) < 100
    assert table_name(name) == name
