"""Tidy rows of a report: every documented column, what humans corrected in them, and each card, sticker and word counted once."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posterscan.errors import UsageError
from posterscan.places import FolderPlace
from posterscan.report import load
from posterscan.report.figures import Figures
from posterscan.report.gather import Gathered, gather
from posterscan.report.honesty import honesty
from posterscan.report.rows import KINDS
from posterscan.report.tidy_files import rows_of, write_rows
from posterscan.tidy import FORMULA
from report_tables import CATALOGUE, INGREDIENTS, INTENTIONS, LAYOUT, Data, bare, exactly, laid, table, with_stickers

AT = (200.0, 200.0)
BUREN, FAMILIE = INGREDIENTS[2], INGREDIENTS[0]
WORDS_ON_BACK = {"text": {"value": "want die helpen", "confidence": 0.6, "source": "ocr"}}


def said(card: str | None, field: str, value: object, **more: object) -> Data:
    return {"card": card, "field": field, "value": value, **more}


def corrected_by(*corrections: Data, **more: Any) -> Data:
    return {"review": {"status": "reviewed", "corrections": list(corrections), **more}}


def one(tables: list[Data], folder: Path) -> Gathered:
    return gather([bare(folder, tables)])


def items_of(gathered: Gathered) -> list[str | None]:
    return [row.item for row in gathered.cards]


# --- load -------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_columns_with_rows_and_without(kind: str, tmp_path: Path) -> None:
    wanted = [field.name for field in fields(KINDS[kind])]
    note = corrected_by(said("c00", "note", "hier was iedereen het over eens"))
    full = load(bare(tmp_path / "vol", [table(1, **note), table(2)]), kind)
    empty = load(bare(tmp_path / "leeg", [exactly(1)]), kind)
    assert list(full.columns) == list(empty.columns) == wanted
    assert len(full) > 0
    assert [str(dtype) for dtype in full.dtypes] == [str(dtype) for dtype in empty.dtypes]
    # a table without cards is still a table, and a catalogue's card that nobody laid still an item
    assert len(empty) == {"tables": 1, "items": len(CATALOGUE["cards"])}.get(kind, 0)


def test_kinds_of_columns_suit_an_analyst(tmp_path: Path) -> None:
    folder = bare(tmp_path, [table(1, participants=None), table(2)])
    tables, cards = load(folder, "tables"), load(folder)
    assert tables["participants"].dtype == pd.Int64Dtype()
    assert tables["participants"].isna().tolist() == [True, False]
    assert cards["text"].dtype == pd.StringDtype()
    assert cards["doubtful"].dtype == pd.BooleanDtype()
    assert cards["center_x_mm"].mean() > 0


def test_each_kind_of_row_is_that_of_the_figures(tmp_path: Path) -> None:
    folder = bare(tmp_path, [table(n) for n in (1, 2, 3)])
    figures = Figures(gather([folder]))
    for kind in KINDS:
        rows = [asdict(row) for row in rows_of(figures, kind)]
        assert _plain(load(folder, kind)) == rows


@pytest.mark.parametrize("wrong", [{"kind": "kaarten"}, {"by": "gemeente"}])
def test_a_kind_or_grouping_that_there_is_not_is_named_with_those_that_there_are(wrong: dict[str, Any], tmp_path: Path) -> None:
    folder = bare(tmp_path, [table(1)])
    with pytest.raises(ValueError, match=r"(cards, stickers|session, place).*'(kaarten|gemeente)'"):
        load(folder, **wrong)


@pytest.mark.parametrize("what", ["missing", "file", "empty", "other json"])
def test_a_folder_without_results_says_what_to_do(what: str, tmp_path: Path) -> None:
    folder = tmp_path / "uit"
    if what == "file":
        folder.write_text("", encoding="utf-8")
    elif what != "missing":
        folder.mkdir()
    if what == "other json":
        (folder / "notes.json").write_text('{"schema": "iets-anders/1"}', encoding="utf-8")
    with pytest.raises(UsageError) as told:
        load(folder)
    assert told.value.remedy.en.startswith("Name the folder")


def test_a_kit_that_is_no_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"layout\.json"):
        load(bare(tmp_path / "uit", [table(1)]), kit=tmp_path / "nergens")


def test_results_without_their_kit_take_one_that_is_given(tmp_path: Path) -> None:
    folder = bare(tmp_path / "uit", [exactly(1, laid(0, "persoonlijk", AT, BUREN))], keep_kit=False)
    kit = tmp_path / "kit"
    kit.mkdir()
    for name, data in (("layout.json", LAYOUT), ("catalogue.json", CATALOGUE)):
        (kit / name).write_text(json.dumps(data), encoding="utf-8")
    alone, known = load(folder, "item_zones"), load(folder, "item_zones", kit=kit)
    assert alone["zone_label"].tolist() == ["persoonlijk"]  # its id, for want of its name
    assert known["zone_label"].tolist() == ["Persoonlijk"]
    assert (len(load(folder, "items")), len(load(folder, "items", kit=kit))) == (1, len(CATALOGUE["cards"]))


# --- folders and groups -----------------------------------------------------------------------------------------------------

def evenings(tmp_path: Path) -> list[Path]:
    oost = {"name": "Oost", "date": "2026-11-24", "place": "Enschede"}
    west = {"name": "West", "date": "2026-11-25", "place": "Enschede"}
    return [bare(tmp_path / "oost", [table(n, session=oost) for n in (1, 2)]), bare(tmp_path / "west", [table(1, session=west)])]


@pytest.mark.parametrize(("by", "wanted"), [
    (None, ["Oost · Enschede · 2026-11-24"] * 2 + ["West · Enschede · 2026-11-25"]),
    ("session", ["Oost · Enschede · 2026-11-24"] * 2 + ["West · Enschede · 2026-11-25"]),
    ("place", ["Enschede"] * 3), ("date", ["2026-11-24"] * 2 + ["2026-11-25"]), ("folder", ["oost", "oost", "west"]),
    ("none", [None] * 3)])
def test_groups(by: Any, wanted: list[str | None], tmp_path: Path) -> None:
    folders = evenings(tmp_path)
    tables = _plain(load(folders, "tables", by=by))
    assert [row["group"] for row in tables] == wanted
    assert [row["result"] for row in tables] == ["oost/tafel-1.json", "oost/tafel-2.json", "west/tafel-1.json"]
    cards = load(folders, by=by)
    if by != "none":
        assert cards.groupby("group").size().sum() == len(cards)
    groups = {row["group"] for row in _plain(load(folders, "items", by=by))}
    assert groups == {None, *wanted}


def test_folders_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    folders = [bare(tmp_path / where / "uit", [table(1)]) for where in ("oost", "west")]
    assert load(folders, "tables")["group"].tolist() == ["oost/uit", "west/uit"]


def test_a_folder_that_is_named_twice_counts_once(tmp_path: Path) -> None:
    folder = bare(tmp_path / "uit", [table(1)])
    twice = [folder, folder.parent / "." / "uit"]
    assert load(twice, "tables").equals(load(folder, "tables"))
    assert load(twice).equals(load(folder))


def test_one_session_needs_no_groups(tmp_path: Path) -> None:
    assert load(bare(tmp_path, [table(1), table(2)]), "tables")["group"].isna().all()


# --- corrections ------------------------------------------------------------------------------------------------------------

def test_what_humans_said_is_in_the_rows(tmp_path: Path) -> None:
    polygon = [[100, 100], [185, 100], [185, 155], [100, 155]]
    cards = [laid(0, "persoonlijk", AT, "Burne", needs_review=["text-uncertain"]), laid(1, "persoonlijk", AT, FAMILIE),
             with_stickers(laid(2, "bedoelingen", AT, INTENTIONS[0]), 2), laid(3, "institutioneel", AT, "niets"),
             laid(4, "institutioneel", (300, 400), "half"), laid(5, None, (20, 20), "twijfel", needs_review=["zone-border"])]
    review = corrected_by(
        said("c00", "text", "Buren"), said("c01", "zone", "institutioneel"), said("c02", "stickers", 5),
        said("c03", "deleted", True), said("c04", "merged_into", "c01"), said("c05", "checked", True),
        said("h1", "added", {"polygon_mm": polygon, "kind": "ingredient"}), said("h1", "text", "Moestuin"),
        said("h1", "zone", "gemeenschappelijk"), said("c01", "note", "dichtbij huis"))
    gathered = one([exactly(1, *cards, **review)], tmp_path)
    rows = {row.card_id: row for row in gathered.cards}
    assert list(rows) == ["c00", "c01", "c02", "c05", "h1"]
    assert (rows["c00"].text, rows["c00"].item, rows["c00"].text_source) == ("Buren", BUREN["id"], "human")
    assert rows["c00"].doubtful  # its text was mended, but nobody said that it is right now
    assert (rows["c01"].zone, rows["c01"].zone_label) == ("institutioneel", "Institutioneel")
    assert (rows["c02"].stickers, rows["c02"].rank) == (5, None)  # the made-up table was not ranked
    assert (rows["c05"].doubtful, rows["c05"].needs_review, rows["c05"].zone_label) == (False, "", "")
    assert (rows["h1"].item, rows["h1"].item_text, rows["h1"].zone_kind) == ("~moestuin", "Moestuin", "sphere")
    (told,) = gathered.tables
    assert (told.cards, told.doubtful, told.corrected, told.removed, told.stickers) == (5, 1, 4, 2, 5)
    notes = [row for row in gathered.arguments if row.source == "note"]
    assert [(row.card_id, row.text, row.item, row.confidence, row.doubtful) for row in notes] == [
        ("c01", "dichtbij huis", FAMILIE["id"], 1.0, False)]


def test_reviewers_are_named_only_where_they_agreed_to_it(tmp_path: Path) -> None:
    tables = [exactly(number, session={"names_consent": consent}, review={"status": "reviewed", "by": "Noor"})
              for number, consent in enumerate((True, False, None), 1)]
    tables.append(exactly(4, session={"names_consent": True}))
    folder = bare(tmp_path / "uit", tables)
    assert load(folder, "tables")["reviewers"].tolist() == ["Noor", "", "", ""]
    write_rows(FolderPlace(tmp_path / "rijen"), Figures(gather([bare(tmp_path / "zonder", tables[1:3])])))
    written = [file.read_bytes() for file in (tmp_path / "rijen").iterdir() if file.is_file()]
    assert len(written) == 2 * len(KINDS)
    assert not any(b"Noor" in content for content in written)


def test_what_two_people_see_otherwise_and_checks_that_nobody_saw_are_counted(tmp_path: Path) -> None:
    checks = [{"code": code, "severity": severity, "message": "x"}
              for code, severity in (("few-stickers", "warning"), ("many-stickers", "warning"), ("fine", "info"))]
    review = corrected_by(said(None, "check:few-stickers", True), differences=[said("c00", "text", "Koor")], status="in-progress")
    gathered = one([exactly(1, laid(0, None, AT, "Zeepkist"), checks=checks, **review)], tmp_path)
    told = gathered.tables[0]
    assert (told.open_checks, told.differences, told.review, told.corrected) == (1, 1, "in-progress", 0)
    h = honesty(Figures(gathered))
    assert (h.open_checks, h.differences, h.in_progress, h.reviewed) == (1, 1, 1, 0)


def test_the_sample_of_confident_cards_tells_how_many_were_wrong(tmp_path: Path) -> None:
    cards = [laid(0, "persoonlijk", AT, BUREN), laid(1, "persoonlijk", AT, FAMILIE), laid(2, "persoonlijk", AT, "Zeepkist")]
    gathered = one([exactly(1, *cards, **corrected_by(said("c01", "zone", "buiten"), sample=["c00", "c01"]))], tmp_path)
    assert (gathered.left_out.sample_cards, gathered.left_out.sample_wrong) == (2, 1)


def test_what_a_batch_could_not_use_is_told(tmp_path: Path) -> None:
    folder = bare(tmp_path, [table(1)])
    counts = {"photos": 9, "used": 6, "tables": 1, "read": 1, "failed": 2, "problems": 0}
    index = {"schema": "posterscan-index/1", "software": {"name": "posterscan", "version": "1"}, "counts": counts, "tables": [],
             "photos": []}
    (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
    gathered = gather([folder])
    assert (gathered.left_out.photos, gathered.left_out.tables, len(gathered.tables)) == (3, 2, 1)


# --- what a card counts as --------------------------------------------------------------------------------------------------

def test_an_unread_card_counts_for_no_item(tmp_path: Path) -> None:
    gathered = one([exactly(1, *(laid(0, "persoonlijk", AT, text) for text in ("", "  \n", "Zeepkist")))], tmp_path)
    assert items_of(gathered) == [None, None, "~zeepkist"]
    assert gathered.tables[0].unread == 2
    assert [row.item for row in Figures(gathered).items if row.tables] == ["~zeepkist"]


def test_a_printed_sign_is_not_what_unread_cards_say(tmp_path: Path) -> None:
    catalogue = CATALOGUE | {"cards": [*CATALOGUE["cards"], {"id": "hart", "kind": "ingredient", "text": "♥", "marker_id": None}]}
    tables = [exactly(1, laid(0, "persoonlijk", AT, ""), laid(1, "persoonlijk", AT, "♥"), laid(2, "persoonlijk", AT, "★"))]
    assert items_of(gather([bare(tmp_path, tables, catalogue=catalogue)])) == [None, "hart", "~★"]


@pytest.mark.parametrize("text", ["Buren", "buren", " BUREN! ", "“Buren”"])
def test_a_printed_cards_very_words_by_hand_mean_that_card(text: str, tmp_path: Path) -> None:
    row = one([exactly(1, laid(0, "persoonlijk", AT, text))], tmp_path).cards[0]
    assert (row.catalogue_id, row.item, row.item_text) == (None, "buren", "Buren")


def test_the_same_words_of_another_kind_are_another_item(tmp_path: Path) -> None:
    row = one([exactly(1, laid(0, "bedoelingen", (735, 92), "Buren", kind="intention"))], tmp_path).cards[0]
    assert row.item == "~buren"


def test_own_words_go_by_the_spelling_that_most_tables_wrote(tmp_path: Path) -> None:
    written = ("repair café", "Repair Café", "Repair Café")
    tables = [exactly(n, laid(0, "persoonlijk", AT, text)) for n, text in enumerate(written, 1)]
    gathered = one(tables, tmp_path)
    assert {(row.item, row.item_text) for row in gathered.cards} == {("~repair café", "Repair Café")}


def test_what_stands_on_a_back_is_an_argument_and_no_item(tmp_path: Path) -> None:
    back = {"side": "back"}
    coded = laid(1, "persoonlijk", AT, BUREN, **back) | WORDS_ON_BACK
    gathered = one([exactly(1, laid(0, "persoonlijk", AT, "Omdat het moet", **back), coded, laid(2, "buiten", AT, "Zeepkist"),
                            laid(3, "persoonlijk", AT, "", **back))], tmp_path)
    assert items_of(gathered) == [None, "buren", "~zeepkist", None]
    assert gathered.tables[0].backs == 3
    assert [(row.source, row.text, row.item) for row in gathered.arguments] == [
        ("back", "Omdat het moet", None), ("back", "want die helpen", "buren"), ("own", "Zeepkist", "~zeepkist")]
    assert gathered.cards[1].item_text == "Buren"


def test_without_a_catalogue_an_item_is_called_as_on_fronts_else_by_its_id(tmp_path: Path) -> None:
    back = laid(0, "persoonlijk", AT, BUREN, side="back") | WORDS_ON_BACK
    tables = [exactly(1, back), exactly(2, back), exactly(3, laid(0, "persoonlijk", AT, BUREN))]
    named = gather([bare(tmp_path / "a", tables, keep_kit=False)])
    assert {row.item_text for row in named.cards} == {"Buren"}
    assert gather([bare(tmp_path / "b", tables[:2], keep_kit=False)]).cards[0].item_text == "buren"


def test_two_kits_share_cards_by_their_words_and_not_by_their_ids(tmp_path: Path) -> None:
    other = CATALOGUE | {"cards": [{"id": "k-1", "kind": "ingredient", "text": "Buren", "marker_id": 1},
                                   {"id": "familie", "kind": "ingredient", "text": "Schaakclub", "marker_id": 2}]}
    mine = bare(tmp_path / "a", [exactly(1, laid(0, "persoonlijk", AT, BUREN), laid(1, "persoonlijk", AT, FAMILIE))])
    theirs = bare(tmp_path / "b", [exactly(1, *(laid(0, "persoonlijk", AT, card) for card in other["cards"]),
                                           laid(0, "buiten", AT, "schaakclub"))], catalogue=other)
    gathered = gather([mine, theirs])
    items = items_of(gathered)
    assert [row.catalogue_id for row in gathered.cards] == ["buren", "familie", "k-1", "familie", None]
    assert items[0] == items[2] == "buren"
    assert items[1] == "familie" != items[3] == items[4]
    assert {row.item: row.item_text for row in gathered.cards}[items[3] or ""] == "Schaakclub"
    assert len(gathered.catalogue) == len(CATALOGUE["cards"]) + 1
    assert {row.item: row.tables for row in Figures(gathered).items if row.group is None and row.tables} == {
        "buren": 2, "familie": 1, items[3]: 1}


# --- files ------------------------------------------------------------------------------------------------------------------

NASTY = ["=HYPERLINK(\"http://x\")", "+31 6", "-1", "@SUM(A1)", "\t=1", "＝1", "<b>vet</b>", "a,b;c", 'zei "ja"', "twee\nregels",
         "👍🏽", "ﬁets", "Café „De Zón”", "'=1"]


def test_csv_parquet_and_dataframe_say_the_same(tmp_path: Path) -> None:
    cards = [laid(n, "persoonlijk" if n % 2 else None, AT, text, needs_review=["text-uncertain"] * (n % 3))
             for n, text in enumerate(NASTY)]
    first = exactly(1, *cards, session={"name": "=1+1", "place": "@Oost"}, **corrected_by(said("c00", "note", "=NOTE()")))
    folder = bare(tmp_path / "uit", [first, table(2, participants=None)])
    figures = Figures(gather([folder]))
    rows = FolderPlace(tmp_path / "rijen")
    assert sorted(write_rows(rows, figures)) == sorted(f"{kind}.{end}" for kind in KINDS for end in ("csv", "parquet"))
    for kind in KINDS:
        frame = _plain(load(folder, kind))
        assert pq.read_table(io.BytesIO(rows.read(f"{kind}.parquet"))).to_pylist() == frame
        cells = list(csv.DictReader(io.StringIO(rows.read(f"{kind}.csv").decode("utf-8-sig"), newline="")))
        assert [list(row.values()) for row in cells] == [[_cell(value) for value in row.values()] for row in frame]
        texts = [cell[name] for row, cell in zip(frame, cells, strict=True) for name in cell if isinstance(row[name], str)]
        assert not any(text.startswith(FORMULA) for text in texts)


def _cell(value: object) -> str:
    """What a spreadsheet shows: nothing for None, and an apostrophe before what it would run."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else str(value)


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): None if pd.isna(value) else value for name, value in row.items()}
            for row in frame.astype(object).to_dict("records")]


# --- sums -------------------------------------------------------------------------------------------------------------------

CARDS = st.tuples(st.sampled_from(["persoonlijk", "gemeenschappelijk", "buiten", "bedoelingen", "elders", None]),
                  st.sampled_from([BUREN, FAMILIE, *INTENTIONS[:3], "", "Zeepkist", "zeepkist!", "👍"]), st.integers(0, 4),
                  st.sampled_from(["front", "back"]), st.booleans())
TABLES = st.lists(st.tuples(st.lists(CARDS, max_size=6), st.none() | st.integers(0, 60), st.sampled_from(["Oost", "West"])),
                  min_size=1, max_size=4)


def drawn_tables(drawn: list[Any]) -> list[Data]:
    return [exactly(number, *(with_stickers(laid(0, zone, AT, card, side=side, needs_review=["zone-border"] * doubt), count)
                              for zone, card, count, side, doubt in cards), participants=people, session={"name": name})
            for number, (cards, people, name) in enumerate(drawn, 1)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TABLES)
def test_every_card_and_sticker_is_counted_once(tmp_path_factory: pytest.TempPathFactory, drawn: list[Any]) -> None:
    gathered = one(drawn_tables(drawn), tmp_path_factory.mktemp("uit"))
    figures = Figures(gathered)
    names = [row.result for row in gathered.tables]
    assert len(set(names)) == len(names) == len(drawn)
    assert {row.result for row in gathered.cards} <= set(names)
    assert len({(row.result, row.card_id) for row in gathered.cards}) == len(gathered.cards)
    assert len(gathered.cards) == sum(row.cards for row in gathered.tables)
    assert sum(row.stickers for row in gathered.cards) == sum(row.stickers for row in gathered.tables) == len(gathered.stickers)
    assert sum(row.doubtful for row in gathered.cards) == sum(row.doubtful for row in gathered.tables)
    known = [row for row in gathered.cards if row.item is not None]
    for group in (None, *gathered.groups):
        cards = [row for row in known if group is None or row.group == group]
        items = figures.of_group(group)
        zones = [row for row in figures.item_zones if row.group == group]
        assert sum(row.placements for row in items) == sum(row.placements for row in zones) == len(cards)
        assert sum(row.stickers for row in items) == sum(row.stickers for row in cards)
        for item in items:
            own = [row for row in zones if row.item == item.item]
            assert sum(row.tables for row in own) == pytest.approx(item.tables, abs=0.01)
            assert item.tables == len({row.result for row in cards if row.item == item.item}) <= item.placements
            assert item.tables <= item.of_tables or item.kind == "intention"
    if gathered.groups:
        assert sum(row.tables for group in gathered.groups for row in figures.of_group(group)) == sum(
            row.tables for row in figures.of_group(None))
