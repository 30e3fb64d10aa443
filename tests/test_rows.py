"""Tidy tables: every card and sticker once, corrections in, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from known_tables import right_result, truth_data
from posterscan.batch.tables import TIDY_FILES, write_tidy
from posterscan.errors import UsageError
from posterscan.places import FolderPlace, Place, open_place
from posterscan.records import TableResult
from posterscan.rows import CardRow, StickerRow, card_rows, sticker_rows
from posterscan.tidy import FORMULA, TidyTable, csv_bytes, schema
from results import card_data, photo_data, result_data


def known(**changes: Any) -> TableResult:
    session = {"id": "s1", "name": "Sociale basis", "date": "2026-05-03", "place": "Zuid"}
    return TableResult.model_validate(right_result(truth_data()) | {"session": session} | changes)


def parquet(place: Place, name: str) -> pa.Table:
    return pq.read_table(io.BytesIO(place.read(name)))


def cells(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_row_per_card_with_all_that_is_known() -> None:
    result = known(review={"corrections": [{"card": "r0", "field": "text", "value": "Koor"}]})
    rows = card_rows(result, "oost/tafel-a.json")
    assert len(rows) == len(result.cards)
    first, ranked = rows[0], next(row for row in rows if row.rank is not None)
    assert (first.session_id, first.session_name, first.session_date, first.session_place) == (
        "s1", "Sociale basis", "2026-05-03", "Zuid")
    assert (first.text, first.text_source, first.corrected, first.rank) == ("Koor", "human", True, None)
    assert (first.photo, first.crop) == ("photo.jpg", "oost/tafel-a/cards/r0.jpg")
    assert (first.center_x_mm, first.center_y_mm) == result.cards[0].center_mm
    assert (ranked.rank, ranked.stickers, ranked.corrected) == (1, 5, False)
    assert {row.table for row in rows} == {"tafel-a"}


def test_a_row_per_sticker_loose_ones_too() -> None:
    loose = {"center_mm": [1, 2], "diameter_mm": 12, "colour": "blauw", "confidence": 0.5, "photo": "c.jpg"}
    rows = sticker_rows(known(loose_stickers=[loose]), "t.json")
    assert [row.card_id for row in rows] == ["r9"] * 5 + ["r10"] * 3 + ["r11"] * 3 + [None]
    assert rows[0].photo == "photo.jpg"
    assert rows[-1] == StickerRow("s1", "tafel-a", "t.json", None, 1.0, 2.0, 12.0, "blauw", 0.5, "c.jpg")


def test_the_photo_is_the_one_that_was_read_from() -> None:
    card = card_data(photo="b.jpg", needs_review=["zone-border", "text-uncertain"], stickers={
        "count": 1, "confidence": 1, "photo": "d.jpg",
        "items": [{"center_mm": [1, 2], "diameter_mm": 12, "colour": "rood", "confidence": 0.5}]})
    result = TableResult.model_validate(result_data(cards=[card], photos=[photo_data("a.jpg"), photo_data("b.jpg")]))
    row = card_rows(result, "t.json")[0]
    assert (row.photo, row.needs_review) == ("b.jpg", "zone-border text-uncertain")
    assert sticker_rows(result, "t.json")[0].photo == "d.jpg"
    without = TableResult.model_validate(result_data(photos=[]))
    assert card_rows(without, "t.json")[0].photo is None


@pytest.fixture(params=["folder", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return FolderPlace(tmp_path) if request.param == "folder" else open_place(f"memory://{uuid.uuid4().hex}")


def test_both_kinds_of_file_hold_the_same_rows(place: Place) -> None:
    results = [("a.json", known()), ("b.json", known(cards=[], ranking=[])), ("c.json", known())]
    write_tidy(place, iter(results))
    wanted = [asdict(row) for name, result in results for row in card_rows(result, name)]
    assert parquet(place, "cards.parquet").to_pylist() == wanted
    assert [row["card_id"] for row in cells(place.read("cards.csv"))] == [row["card_id"] for row in wanted]
    wanted = [asdict(row) for name, result in results for row in sticker_rows(result, name)]
    assert parquet(place, "stickers.parquet").to_pylist() == wanted
    assert len(cells(place.read("stickers.csv"))) == len(wanted)
    assert [entry.name for entry in place.files()] == sorted(TIDY_FILES)


def test_no_results_give_tables_with_columns(place: Place) -> None:
    write_tidy(place, [])
    table = parquet(place, "cards.parquet")
    assert (table.num_rows, table.schema) == (0, schema(CardRow))
    assert place.read("cards.csv").decode("utf-8-sig").split("\r\n") == [",".join(f.name for f in fields(CardRow)), ""]
    assert parquet(place, "stickers.parquet").schema == schema(StickerRow)


def test_the_schema_says_what_can_be_missing() -> None:
    cards = schema(CardRow)
    assert cards.field("rank") == pa.field("rank", pa.int64(), nullable=True)
    assert cards.field("zone_border_mm") == pa.field("zone_border_mm", pa.float64(), nullable=False)
    assert cards.field("corrected") == pa.field("corrected", pa.bool_(), nullable=False)
    assert [f.name for f in cards if f.nullable] == ["session_id", "session_name", "session_date", "session_place", "catalogue_id",
                                                     "zone", "rank", "place_on_ladder", "photo"]


def test_rows_are_written_as_they_come(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posterscan.tidy.GROUP_ROWS", 20)
    kept: list[int] = []
    real = TidyTable.add

    def add(self: TidyTable, rows: Any) -> None:
        real(self, rows)
        kept.append(len(self._rows))

    monkeypatch.setattr(TidyTable, "add", add)
    write_tidy(place, ((f"{i}.json", known()) for i in range(20)))
    assert max(kept) < 20
    file = pq.ParquetFile(io.BytesIO(place.read("cards.parquet")))
    assert file.num_row_groups > 5
    assert file.metadata.num_rows == 20 * len(known().cards)


def test_when_it_fails_the_old_tables_stay(place: Place, tmp_path: Path) -> None:
    write_tidy(place, [("a.json", known())])
    before = {name: place.read(name) for name in TIDY_FILES}

    def results() -> Iterator[tuple[str, TableResult]]:
        yield "b.json", known()
        raise FileNotFoundError("b.json")

    with pytest.raises(FileNotFoundError, match=r"b\.json"):
        write_tidy(place, results())
    assert {name: place.read(name) for name in TIDY_FILES} == before
    assert not list(tmp_path.rglob("tables-*"))


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    place = FolderPlace(tmp_path)
    monkeypatch.setattr("pyarrow.parquet.ParquetWriter.write_table", full)
    with pytest.raises(UsageError, match="No space left"):
        write_tidy(place, [("a.json", known())])
    monkeypatch.setattr("pyarrow.parquet.ParquetWriter.close", full)
    with pytest.raises(UsageError, match="No space left"):
        write_tidy(place, [("a.json", known())])
    (tmp_path / "dicht").write_bytes(b"")
    with pytest.raises(UsageError):
        write_tidy(FolderPlace(tmp_path / "dicht"), [])


@pytest.mark.parametrize(("text", "cell"), [
    ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"), ("+31 6", "'+31 6"), ("-", "'-"), ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), ("＝1", "'＝1"), ("Koor", "Koor"), ("a=b", "a=b"), ("'=1", "'=1"), ("", "")])
def test_texts_are_no_formulas(place: Place, text: str, cell: str) -> None:
    card = card_data(text={"value": text, "confidence": 0.5, "source": "ocr"}, rotation_deg=-3.5)
    write_tidy(place, [("t.json", TableResult.model_validate(result_data(cards=[card])))])
    (row,) = cells(place.read("cards.csv"))
    assert (row["text"], row["rotation_deg"], row["handwritten"]) == (cell, "-3.5", "false")
    assert parquet(place, "cards.parquet")["text"].to_pylist() == [text]


def test_a_file_name_that_is_no_text_stops_nothing(place: Place) -> None:
    write_tidy(place, [("foto-\udcff.json", known())])
    assert parquet(place, "cards.parquet")["result"][0].as_py() == "foto-?.json"
    assert cells(place.read("cards.csv"))[0]["result"] == "foto-?.json"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.tuples(TEXTS, st.none() | TEXTS, st.floats(-1e6, 1e6), st.none() | st.integers(0, 99)), max_size=5))
def test_any_text_and_number_comes_back(tmp_path: Path, drawn: list[tuple[str, str | None, float, int | None]]) -> None:
    base = card_rows(known(), "t.json")[0]
    rows = [replace(base, text=text, zone=zone, rotation_deg=turn, rank=rank) for text, zone, turn, rank in drawn]
    with TidyTable(tmp_path / "x", CardRow) as table:
        table.add(rows)
    assert pq.read_table(tmp_path / "x.parquet").to_pylist() == [asdict(row) for row in rows]
    back = cells((tmp_path / "x.csv").read_bytes())
    for row, cell in zip(rows, back, strict=True):
        assert cell["text"].removeprefix("'") == row.text.removeprefix("'")
        assert cell["zone"].removeprefix("'") == (row.zone or "").removeprefix("'")
        assert not cell["text"].startswith(FORMULA)
        assert float(cell["rotation_deg"]) == row.rotation_deg
        assert cell["rank"] == ("" if row.rank is None else str(row.rank))


def test_a_small_table_as_csv() -> None:
    content = csv_bytes(["a", "b"], [["é\nü", 1], ["=1,2", None], ["", True]])
    assert content == '\ufeffa,b\r\n"é\nü",1\r\n"\'=1,2",\r\n,true\r\n'.encode()
    assert csv_bytes(["a"], []) == "\ufeffa\r\n".encode()
