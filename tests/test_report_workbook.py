"""The workbook of a report, read back: numbers as in the rows, formulas, charts, links, filters, and texts that want to be more."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from openpyxl import Workbook, load_workbook

from posterscan.messages import Language
from posterscan.reason_words import REASONS
from posterscan.report.figures import Figures
from posterscan.report.gather import gather
from posterscan.report.honesty import honesty, sentences
from posterscan.report.workbook import book as workbook_book
from posterscan.report.workbook.book import clean, unique_heads
from posterscan.report.workbook.compose import workbook
from posterscan.report.workbook.words import SHEETS
from report_tables import INGREDIENTS, INTENTIONS, evening, laid, table

Rows = list[dict[str, Any]]
SESSION = {"name": "Sociale basis Oost", "date": "2026-11-24", "place": "Enschede"}
HOSTILE = ('=HYPERLINK("http://x","y")', "+31 6", "@SUM(A1)", "-1", "<b>&amp;</b>", "<r>nep</r>", "https://example.org", "🌻 buurt",
           "_x0041_", "a\x01b\x0bc", "lang " * 60)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """Six tables of one evening; one said nothing of participants, one laid a card twice, the last has an open remark."""
    tables = [table(number, session=SESSION) for number in range(1, 7)]
    tables[1]["session"]["participants"] = None
    twice = next(card for card in tables[2]["cards"] if card["kind"] == "ingredient" and card["catalogue_id"])
    other = "gemeenschappelijk" if twice["zone"]["id"] == "persoonlijk" else "persoonlijk"
    tables[2]["cards"].append(twice | {"id": "c98", "zone": twice["zone"] | {"id": other},
                                       "needs_review": ["zone-border", "text-uncertain"]})
    tables[5]["checks"] = [{"code": "stickers-total", "severity": "warning", "message": "x"}]
    return Figures(gather([evening(tmp_path_factory.mktemp("avond"), tables)]))


@pytest.fixture(scope="module")
def book(figures: Figures) -> Workbook:
    return opened(workbook(figures, "nl", links=quote))


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def rows_of(book: Workbook, key: str, name: str | None = None, language: Language = "nl") -> Rows:
    """The rows of a native table of a sheet, by its heads. name: of the table, where the sheet has several."""
    sheet = book[SHEETS[key].to(language)]
    native = sheet.tables[name] if name else next(iter(sheet.tables.values()))
    heads, *rows = [[cell.value for cell in row] for row in sheet[native.ref]]
    assert heads == [column.name for column in native.tableColumns]
    return [dict(zip(heads, row, strict=True)) for row in rows]


def made(tmp_path: Path, tables: list[dict[str, Any]], language: Language = "nl", links: Callable[[str], str] | None = quote,
         ) -> tuple[Figures, Workbook]:
    figures = Figures(gather([evening(tmp_path / "avond", tables)]))
    return figures, opened(workbook(figures, language, links=links))


def links_of(sheet: Any) -> dict[str, str]:
    return {cell.coordinate: cell.hyperlink.target for row in sheet for cell in row if cell.hyperlink}


def test_sheets_in_both_languages(figures: Figures, book: Workbook) -> None:
    without_groups = [message for key, message in SHEETS.items() if key != "groups"]
    assert book.sheetnames == [message.nl for message in without_groups]
    english = opened(workbook(figures, "en"))
    assert english.sheetnames == [message.en for message in without_groups]
    assert english["Overview"]["A1"].value == "Conversation about the social basis"
    assert not any(links_of(sheet) for sheet in english)


def test_ingredients_are_the_rows(figures: Figures, book: Workbook) -> None:
    zones = {zone.label: zone.id for zone in figures.gathered.zones if zone.kind != "ladder"}
    read = rows_of(book, "ingredients")
    assert len(read) == len(figures.ingredients())
    for row, item in zip(read, figures.ingredients(), strict=True):
        assert [row[name] for name in ("Tekst", "Uit de kit", "Tafels", "Van de tafels", "Keren gelegd", "Aandeel",
                                       "Verschil van inzicht (0–1)", "Twijfelachtig")] == [
            item.text, "ja" if item.in_catalogue else "nee", item.tables, item.of_tables, item.placements, item.zone_share,
            item.dispute, item.doubtful]
        by_zone = {one.zone: one.tables for one in figures.item_zones if one.group is None and one.item == item.item}
        assert {zone: row[label] for label, zone in zones.items() if row[label]} == by_zone
        assert row["Meest gelegd in"] == (None if not item.tables else
                                          next((label for label, zone in zones.items() if zone == item.zone), "verdeeld"))
    unused = [row for row in read if row["Tafels"] == 0]
    assert unused, "cards of the kit that nobody laid are rows too"


def test_matrix_says_where_each_table_laid_each(figures: Figures, book: Workbook) -> None:
    short = {zone.id: "buiten" if zone.kind == "outside" else zone.label for zone in figures.gathered.zones}
    read = {row["Tekst"]: row for row in rows_of(book, "matrix")}
    laid_items = [item for item in figures.ingredients() if item.tables]
    assert set(read) == {item.text for item in laid_items}
    for item in laid_items:
        for one in figures.gathered.tables:
            cards = [card for card in figures.placements(item.item) if card.result == one.result]
            told = " + ".join(dict.fromkeys(short[card.zone] for card in cards))
            assert (read[item.text][one.table] or "") == told + (" ?" if any(card.doubtful for card in cards) else "")
    assert any(" + " in str(value) and str(value).endswith(" ?") for row in read.values() for value in row.values())


def test_matrix_cells_carry_colour_doubt_and_link(figures: Figures, book: Workbook) -> None:
    sheet = book[SHEETS["matrix"].nl]
    doubtful = [cell for row in sheet.iter_rows(min_row=2, min_col=3) for cell in row if str(cell.value).endswith(" ?")]
    assert doubtful
    assert all(cell.font.i for cell in doubtful)
    persoonlijk = next(cell for row in sheet.iter_rows(min_row=2, min_col=3) for cell in row if cell.value == "Persoonlijk")
    assert persoonlijk.fill.fgColor.rgb == "FFF6E2AE"
    assert not persoonlijk.font.i
    item = next(one.item for one in figures.ingredients() if one.text == sheet.cell(persoonlijk.row, 1).value)
    crops = {card.crop for card in figures.placements(item) if card.table == sheet.cell(1, persoonlijk.column).value}
    assert persoonlijk.hyperlink.target in crops


def test_intentions_and_their_totals(figures: Figures, book: Workbook) -> None:
    read = rows_of(book, "intentions")
    for row, item in zip(read, figures.intentions(), strict=True):
        assert list(row.values())[:7] == [item.text, item.rank, item.stickers, item.per_participant, item.sticker_share,
                                          item.tables, item.of_tables]
        for one in figures.gathered.tables:
            cards = [card.stickers for card in figures.placements(item.item) if card.result == one.result]
            assert row[one.table] == (sum(cards) if cards else None)
    last = len(read) + 2
    values = load_workbook(io.BytesIO(workbook(figures, "nl")), data_only=True)[SHEETS["intentions"].nl]
    sheet = book[SHEETS["intentions"].nl]
    assert sheet.cell(last, 1).value == "Totaal"
    assert sheet.cell(last, 3).value == f"=SUM(C2:C{last - 1})"
    assert values.cell(last, 3).value == sum(item.stickers for item in figures.intentions())
    for column, one in enumerate(figures.gathered.tables, 8):
        assert values.cell(last, column).value == sum(row[one.table] or 0 for row in read) > 0


def test_cards_are_the_rows(figures: Figures, book: Workbook) -> None:
    labels = {zone.id: zone.label for zone in figures.gathered.zones} | {None: "in geen sfeer"}
    read = rows_of(book, "cards")
    for row, card in zip(read, figures.gathered.cards, strict=True):
        assert [row[name] for name in (
            "Tafel", "Kaartje", "Tekst", "Telt als", "Sfeer", "Stickers", "Rang", "Plek in de volgorde", "Zekerheid tekst",
            "Zekerheid sfeer", "Plek x (mm)", "Plek y (mm)", "Foto")] == [
            card.table, card.card_id, card.text, card.item_text, labels[card.zone], card.stickers, card.rank, card.place_on_ladder,
            card.text_confidence, card.zone_confidence, card.center_x_mm, card.center_y_mm, card.photo]
        yes = {True: "ja", False: "nee"}
        assert (row["Handschrift"], row["Nog na te kijken"]) == (yes[card.handwritten], yes[card.doubtful])
        assert row["Soort"] == {"ingredient": "ingrediënt", "intention": "bedoeling"}[card.kind]
        assert (row["Waarom even kijken"] or "") == "\n".join(REASONS[code].words.nl for code in card.needs_review.split())
    assert set(links_of(book[SHEETS["cards"].nl]).values()) == {card.crop for card in figures.gathered.cards}


def test_arguments_and_doubts_are_the_rows(figures: Figures, book: Workbook) -> None:
    for row, said in zip(rows_of(book, "arguments"), figures.gathered.arguments, strict=True):
        assert [row[name] for name in ("Tafel", "Tekst", "Waar het staat", "Telt als", "Zekerheid")] == [
            said.table, said.text, "eigen kaartje", said.item_text, said.confidence]
    doubtful = [card for card in figures.gathered.cards if card.doubtful]
    read = rows_of(book, "doubts", "doubts")
    assert [(row["Tafel"], row["Kaartje"]) for row in read] == [(card.table, card.card_id) for card in doubtful]
    assert all(row["Waarom even kijken"] for row in read)
    assert rows_of(book, "doubts", "remarks") == [{"Tafel": "tafel-6", "Open meldingen": 1}]


def test_overview_counts_says_how_sure_and_lists_tables(figures: Figures, book: Workbook) -> None:
    sheet = book["Overzicht"]
    told = [cell.value for cell in sheet["A"] if cell.value]
    assert told[:2] == ["Gesprek over de sociale basis", "Sociale basis Oost · Enschede · 2026-11-24"]
    counts = {sheet.cell(row, 1).value: (sheet.cell(row, 2).value, sheet.cell(row, 3).value) for row in range(4, 8)}
    tables = figures.gathered.tables
    assert counts == {"Tafels": (6, None), "Deelnemers": (40, "bekend van 5 van de 6 tafels"),
                      "Kaartjes": (sum(one.cards for one in tables), None), "Stickers": (sum(one.stickers for one in tables), None)}
    assert {message.nl for message in sentences(honesty(figures))} <= set(told)
    for row, one in zip(rows_of(book, "overview"), tables, strict=True):
        assert list(row.values()) == [one.table, "Enschede", datetime(2026, 11, 24), one.participants, one.cards,  # noqa: DTZ001 - as read
                                      one.doubtful, one.open_checks, "nog niet", one.stickers, one.corrected, "bekijken"]
    assert list(links_of(sheet).values()) == [one.picture for one in tables]


def test_charts_draw_from_the_cells(figures: Figures) -> None:
    content = workbook(figures, "nl")
    intentions = sum(item.tables > 0 for item in figures.intentions())
    by_sticker, by_zone = opened(content)["Overzicht"]._charts
    assert by_sticker.series[0].val.numRef.f == f"Bedoelingen!$C$2:$C${intentions + 1}"
    assert by_sticker.series[0].cat.strRef.f == f"Bedoelingen!$A$2:$A${intentions + 1}"
    assert by_zone.grouping == "stacked"
    assert [series.val.numRef.f for series in by_zone.series] == [f"Ingrediënten!${column}$2:${column}$21" for column in "GHIJ"]
    assert [series.tx.strRef.f for series in by_zone.series] == [f"Ingrediënten!${column}$1" for column in "GHIJ"]
    cached = [float(point.v) for point in by_sticker.series[0].val.numRef.numCache.pt]
    assert cached == [item.stickers for item in figures.intentions()[:intentions]]
    assert len(opened(content)["Bedoelingen"]._charts) == 1
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.read("xl/drawings/drawing1.xml").decode().count('descr="') == 2


def test_sheets_filter_freeze_and_print(book: Workbook) -> None:
    for key in ("ingredients", "matrix", "intentions", "cards", "arguments", "doubts"):
        sheet = book[SHEETS[key].nl]
        native = next(iter(sheet.tables.values()))
        assert native.autoFilter.ref == native.ref
        assert sheet.freeze_panes == "B2"
        assert sheet.print_title_rows == "$1:$1"
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    for sheet in book.worksheets[1:]:
        assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
    assert [one.id for one in book["Overzicht"].row_breaks.brk] == [
        next(cell.row for cell in book["Overzicht"]["A"] if cell.value == "De tafels") - 1]
    heads = {cell.value: cell.column for cell in book["Ingrediënten"][1]}
    assert book["Ingrediënten"].cell(2, heads["Aandeel"]).number_format == "0%"
    assert book["Ingrediënten"].cell(2, heads["Verschil van inzicht (0–1)"]).number_format == "0.00"
    assert book["Kaartjes"]["O2"].number_format == "0.0"
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row if "SUM" not in str(cell.value))


def test_every_column_told_about_exists(figures: Figures, book: Workbook) -> None:
    heads = {sheet.title: {column.name for native in sheet.tables.values() for column in native.tableColumns} for sheet in book}
    told = rows_of(book, "method")
    assert [row for row in told if row["Kolom"] not in heads[row["Blad"]]] == [
        row for row in told if row["Kolom"].startswith("een kolom per")]
    said = " ".join(str(cell.value) for cell in book["Uitleg"]["A"])
    assert f"vanaf {figures.fewest_tables} tafels" in said


def test_groups_have_a_sheet_and_tables_called_alike_stay_apart(tmp_path: Path) -> None:
    folders = [evening(tmp_path / name, [table(n, session={"place": name}) for n in (1, 2)]) for name in ("oost", "west")]
    figures = Figures(gather(folders, by="place"), fewest_tables=2)
    book = opened(workbook(figures, "en"))
    assert book.sheetnames == [message.en for message in SHEETS.values()]
    read = {(row["Text"], row["Group"]): row for row in rows_of(book, "groups", language="en")}
    expected = [item for item in figures.items if item.group is not None]
    assert len(read) == len(expected)
    for item in expected:
        row = read[item.text, item.group]
        sphere = item.kind != "intention"
        assert list(row.values())[3:6] == [item.tables, item.of_tables, item.placements]
        assert list(row.values())[7:] == [
            item.zone_tables if sphere else None, item.zone_share if sphere else None, item.dispute, item.stickers,
            item.per_participant, item.sticker_share, item.rank, item.doubtful]
    heads = list(rows_of(book, "matrix", language="en")[0])
    assert heads[2:] == [f"tafel-{n} · {name}" for name in ("oost", "west") for n in (1, 2)]
    assert {row["Group"] for row in rows_of(book, "cards", language="en")} == {"oost", "west"}


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    cards = [laid(n, "persoonlijk", (300.0, 300.0), text) for n, text in enumerate(HOSTILE)]
    tables = [table(n, own=(), session={"name": "=1+1 & <b>\x02"}) | {"cards": cards, "table": name}
              for n, name in enumerate(("=A1", "_x0041_ [1]#'@", "B"), 1)]
    figures, book = made(tmp_path, tables)
    read = rows_of(book, "cards")
    # openpyxl leaves what stands for an underscore as it is in the file
    assert [row["Tekst"].replace("_x005F_", "_").strip() for row in read[:len(HOSTILE)]] == [
        "".join(sign for sign in text if sign >= " ").strip() for text in HOSTILE]
    assert all(cell.data_type == "s" for cell in book["Kaartjes"]["C"])
    assert book["Overzicht"]["A2"].value == "=1+1 & <b>"
    assert book["Overzicht"]["A2"].data_type == "s"
    assert {"=A1", "_x0041_ [1]#'@".replace("_x0041_", "-x0041_")} <= set(rows_of(book, "matrix")[0])
    assert {unquote(target) for target in links_of(book["Kaartjes"]).values()} == {card.crop for card in figures.gathered.cards}


@pytest.mark.parametrize(("change", "charts"), [
    ("no stickers", 1), ("no intentions", 1), ("no participants", 2), ("no cards", 0), ("only intentions", 1)])
def test_what_is_not_there_leaves_sheets_whole(tmp_path: Path, change: str, charts: int) -> None:
    one = table(1, participants=None if change == "no participants" else 8)
    kinds = {"no intentions": "ingredient", "only intentions": "intention"}
    none = {"stickers": {"count": 0, "confidence": 1.0}} if change == "no stickers" else {}
    one["cards"] = [card | none for card in one["cards"]
                    if change != "no cards" and card["kind"] == kinds.get(change, card["kind"])]
    _, book = made(tmp_path, [one], "en")
    assert len(book["Overview"]._charts) == charts
    assert len(rows_of(book, "overview", language="en")) == 1
    if change == "no cards":
        said = {"Ingredients by table": "No ingredients were laid.", "Cards": "There are no cards.",
                "Arguments": "Nothing was found that people wrote themselves.", "Doubts still open": "There are no doubts open."}
        assert {name: book[name]["A2"].value for name in said} == said
        assert not any(book[name].tables for name in said)
        assert len(rows_of(book, "ingredients", language="en")) == len(INGREDIENTS)
        assert len(rows_of(book, "intentions", language="en")) == len(INTENTIONS)
    if change == "no participants":
        assert book["Overview"]["B5"].value == "not known"


def test_shares_stay_empty_for_few_tables(tmp_path: Path) -> None:
    _, book = made(tmp_path, [table(1), table(2)])
    assert {row["Aandeel"] for row in rows_of(book, "ingredients")} == {None}
    assert {row["Aandeel van de stickers"] for row in rows_of(book, "intentions")} == {None}
    assert any(row["Verschil van inzicht (0–1)"] is not None for row in rows_of(book, "ingredients"))


def test_more_than_excel_holds_is_left_out_and_said(figures: Figures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_book, "MAX_ROWS", 150)
    monkeypatch.setattr(workbook_book, "MAX_LINKS", 20)
    book = opened(workbook(figures, "nl", links=quote))
    assert len(rows_of(book, "cards")) == 50
    targets = [row["Uitsnede"] for row in rows_of(book, "cards")]
    assert targets[:20] == ["bekijken"] * 20
    assert targets[20:] == [card.crop for card in figures.gathered.cards[20:50]]
    assert len(links_of(book["Kaartjes"])) == 20
    assert any("blad “Kaartjes”" in str(cell.value) for cell in book["Overzicht"]["A"])
    monkeypatch.setattr(workbook_book, "MAX_COLUMNS", 12)
    book = opened(workbook(figures, "nl"))
    assert len(rows_of(book, "intentions")[0]) == 12
    assert any("blad “Bedoelingen”" in str(cell.value) for cell in book["Overzicht"]["A"])


def test_a_link_that_is_too_long_is_only_named(figures: Figures) -> None:
    book = opened(workbook(figures, "nl", links=lambda name: name if name.endswith("rectified.jpg") else "x" * 2_080))
    assert not links_of(book["Kaartjes"])
    assert rows_of(book, "cards")[0]["Uitsnede"] == figures.gathered.cards[0].crop
    assert len(links_of(book["Overzicht"])) == len(figures.gathered.tables)


def test_clean_texts_and_unique_heads() -> None:
    assert clean("a\x00\ud800b\r\nc\rd") == "ab\nc\nd"
    assert len(clean("🌻" * 40_000).encode("utf-16-le")) // 2 <= 32_767
    assert clean("x" * 40_000) == "x" * 32_767
    assert unique_heads(["Tafel", "tafel", " ", "a\nb", "TAFEL"]) == ["Tafel", "tafel (2)", "–", "a b", "TAFEL (3)"]
    long = unique_heads(["y" * 300, "y" * 300])
    assert [len(head) for head in long] == [255, 255]
    assert long[0] != long[1]


def test_hundreds_of_tables_keep_their_numbers(figures: Figures) -> None:
    few = [card for card in figures.gathered.cards if card.zone == "persoonlijk"]
    evenings = range(84)
    tables = [replace(one, table=f"{one.table}-{k}", result=f"{k}/{one.result}") for k in evenings
              for one in figures.gathered.tables]
    cards = [replace(card, result=f"{k}/{card.result}") for k in evenings for card in few]
    many = Figures(replace(figures.gathered, tables=tuple(tables), cards=tuple(cards)))
    book = load_workbook(io.BytesIO(workbook(many, "nl", links=quote)), read_only=True)
    sheet = book["Ingrediënten per tafel"]
    first, *rows = sheet.iter_rows(values_only=True)
    assert len(first) == 506
    laid_items = [item for item in many.ingredients() if item.tables]
    assert [sum(value is not None for value in row[2:]) for row in rows] == [item.tables for item in laid_items]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_another_program_opens_it(figures: Figures, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b.xlsx").write_bytes(workbook(figures, "nl", links=quote))
    subprocess.run(["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx",
                    "--outdir", str(tmp_path), str(tmp_path / "in" / "b.xlsx")], check=True, capture_output=True, timeout=120)
    again = load_workbook(tmp_path / "b.xlsx", data_only=True)
    assert again.sheetnames == [message.nl for key, message in SHEETS.items() if key != "groups"]
    sheet = again["Bedoelingen"]
    total = next(row for row in sheet.iter_rows() if row[0].value == "Totaal")
    assert total[2].value == sum(item.stickers for item in figures.intentions())
    assert [again["Ingrediënten"].cell(row, 3).value for row in range(2, 2 + len(figures.ingredients()))] == [
        item.tables for item in figures.ingredients()]
    assert len(again["Overzicht"]._charts) == 2
    assert all(re.search(r"/cards/c\d+\.jpg$", cell.hyperlink.target) for cell in again["Kaartjes"]["R"][1:])
