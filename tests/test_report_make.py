"""`posterscan report`: all files from one folder or several, what is asked for, what is wrong, and what must never go out."""

from __future__ import annotations

import base64
import csv
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image

from posterscan.cli.main import main
from posterscan.report.figures import Figures
from posterscan.report.gather import gather
from posterscan.report.make import PARTS, SUGGESTIONS
from posterscan.report.pdf import pdf
from posterscan.report.rows import KINDS
from report_tables import INGREDIENTS, SPHERES, Data, bare, evening, exactly, laid, table

ROWS = {f"{kind}.{ending}" for kind in KINDS for ending in ("csv", "parquet")}
FILES = {"report.html", "report.pdf", "report.xlsx", "report.pptx"}


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


def words_of_pdf(content: bytes) -> str:
    document = pdfium.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def everything(folder: Path) -> bytes:
    """All that the outputs say, whatever they are packed in."""
    out = [path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix not in (".xlsx", ".pptx", ".pdf")]
    for name in ("report.xlsx", "report.pptx"):
        with zipfile.ZipFile(folder / name) as packed:
            out += [packed.read(info) for info in packed.infolist()]
    return b"\n".join([*out, words_of_pdf((folder / "report.pdf").read_bytes()).encode()])


def test_everything_comes_out_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = evening(tmp_path / "uit", [table(1), table(2)])
    assert main(["report", str(folder)]) == 0
    told = capsys.readouterr()
    assert names_in(folder / "report") == ROWS | FILES
    assert {Path(line).name for line in told.out.splitlines()} == ROWS | FILES
    assert "0 van 2 tafels nagekeken" in told.err
    assert {path.name for path in (folder / "report" / "charts").iterdir()} >= {"total-picture.svg", "agreement.svg", "places.svg"}
    for path in (folder / "report" / "charts").iterdir():  # each says what it is worth, wherever it is pasted
        assert "0 van 2 tafels nagekeken" in path.read_text("utf-8")
    assert not (folder / "report" / ".posterscan").exists()
    assert main(["review", str(folder)]) == 0  # what a report leaves is no result


def test_only_what_is_asked_for(tmp_path: Path) -> None:
    folder = bare(tmp_path / "uit", [table(1)])
    for part in PARTS:
        assert main(["report", str(folder), "--out", str(tmp_path / part), "--only", part]) == 0
    assert {part: names_in(tmp_path / part) for part in PARTS} == {
        "rows": ROWS, "workbook": {"report.xlsx"}, "slides": {"report.pptx"}, "page": {"report.html"}, "pdf": {"report.pdf"},
        "charts": set()}


def test_folders_together_are_compared(tmp_path: Path) -> None:
    places = {"oost": {"place": "Oost"}, "west": {"place": "West"}}
    folders = [evening(tmp_path / name, [table(n, session=session) for n in (1, 2)]) for name, session in places.items()]
    out = tmp_path / "samen"
    assert main(["report", *map(str, folders), "--out", str(out), "--lang", "en"]) == 0
    rows = list(csv.DictReader(io.StringIO((out / "tables.csv").read_text("utf-8-sig"))))
    assert [(row["result"], row["group"]) for row in rows] == [
        ("oost/tafel-1.json", "Oost"), ("oost/tafel-2.json", "Oost"), ("west/tafel-1.json", "West"), ("west/tafel-2.json", "West")]
    page = (out / "report.html").read_text("utf-8")
    assert "Groups side by side" in page
    cards = list(csv.DictReader(io.StringIO((out / "cards.csv").read_text("utf-8-sig"))))
    assert all((tmp_path / row["crop"]).is_file() for row in cards)


def test_pictures_beside_the_page_are_found_from_another_folder(tmp_path: Path) -> None:
    from posterscan.report.make import _link

    assert _link(tmp_path / "uit", tmp_path / "uit" / "report")("tafel 1/cards/c00.jpg") == "../tafel%201/cards/c00.jpg"
    assert _link(tmp_path / "uit", tmp_path / "uit")("tafel-1/rectified.jpg") == "tafel-1/rectified.jpg"
    assert _link(tmp_path / "uit", tmp_path / "elders" / "diep")("a#b.jpg") == "../../uit/a%23b.jpg"


def test_groups_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = bare(tmp_path / "uit", [table(n) for n in (1, 2, 3)])
    groups = tmp_path / "groepen.csv"
    groups.write_text("tafel;groep\ntafel-1;bewoners\ntafel-2;beroepskrachten\ntafel-9;niemand\n", encoding="utf-8")
    assert main(["report", str(folder), "--groups", str(groups), "--only", "rows"]) == 0
    assert "tafel-9" in capsys.readouterr().err
    rows = list(csv.DictReader(io.StringIO((folder / "report" / "tables.csv").read_text("utf-8-sig"))))
    assert [row["group"] for row in rows] == ["bewoners", "beroepskrachten", ""]


def test_words_that_look_alike_are_suggested_and_somebodys_answers_are_kept(tmp_path: Path,
                                                                            capsys: pytest.CaptureFixture[str]) -> None:
    written = ("Buurtmoestuin", "Buurt moestuin", "Buurtmoestuin")
    folder = bare(tmp_path / "uit", [table(n, own=[text]) for n, text in enumerate(written, 1)])
    filled = folder / "report" / SUGGESTIONS
    assert main(["report", str(folder), "--only", "rows"]) == 0
    rows = list(csv.DictReader(io.StringIO(filled.read_text("utf-8-sig"))))
    assert [(row["tekst"], row["hetzelfde als"], row["lijkt op"]) for row in rows] == [("Buurt moestuin", "", "Buurtmoestuin")]
    items = (folder / "report" / "items.csv").read_text("utf-8-sig")
    assert "~buurt moestuin" in items

    filled.write_text("tekst;hetzelfde als\nBuurt moestuin;Buurtmoestuin\n", encoding="utf-8")
    assert main(["report", str(folder), "--only", "rows"]) == 0
    assert "is al ingevuld" in capsys.readouterr().err
    assert filled.read_text("utf-8").endswith("Buurt moestuin;Buurtmoestuin\n")

    assert main(["report", str(folder), "--same", str(filled), "--only", "rows"]) == 0
    assert "1 opschrift telt mee onder een ander woord" not in capsys.readouterr().err  # said in the report itself
    rows = list(csv.DictReader(io.StringIO((folder / "report" / "items.csv").read_text("utf-8-sig"))))
    own = {row["item"]: row["tables"] for row in rows if row["item"].startswith("~")}
    assert own == {"~buurtmoestuin": "3"}


WRONG: dict[str, tuple[list[str], str]] = {
    "no folder": (["weg"], "geen map"),
    "no results": (["leeg"], "geen resultaten"),
    "no such mapping": (["uit", "--same", "weg.csv"], "bestaat niet"),
    "mapping without columns": (["uit", "--same", "anders.csv"], "de namen van de kolommen"),
    "groups without columns": (["uit", "--groups", "anders.csv"], "Zet erboven: tafel;groep"),
    "no such template": (["uit", "--template", "weg.pptx"], "kan niet worden gelezen"),
    "a template that is none": (["uit", "--template", "anders.csv"], "sjabloon"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
                                             name: str) -> None:
    bare(tmp_path / "uit", [table(1)])
    (tmp_path / "leeg").mkdir()
    (tmp_path / "anders.csv").write_text("a;b\nc;d\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    arguments, says = WRONG[name]
    assert main(["report", *arguments]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "leeg" / "report").exists()


def test_results_without_their_kit_are_still_reported(tmp_path: Path) -> None:
    folder = bare(tmp_path / "uit", [table(1), table(2)], keep_kit=False)
    assert main(["report", str(folder)]) == 0
    assert names_in(folder / "report") >= ROWS | FILES
    page = (folder / "report" / "report.html").read_text("utf-8")
    assert "met een andere of onbekende poster" in page


ODD: dict[str, list[Data]] = {
    "no cards": [exactly(1), exactly(2)],
    "one card unread": [exactly(1, laid(0, None, (5.0, 5.0), ""))],
    "uneven": [table(1, cards=60), exactly(2), exactly(3, laid(0, None, (5.0, 5.0), "los"))],
    "sixty in a sphere": [exactly(1, *(laid(n, SPHERES[0], (150.0, 150.0), INGREDIENTS[n]) for n in range(60)))],
    "hostile": [exactly(n, *(laid(k, SPHERES[k % 3], (150.0, 150.0), text) for k, text in enumerate(
        ("=1+1", "<b>", "😀", "\x00\x07", "a" * 300, "woord " * 50, "\u202ertl", "{{ x }}"))),
        session={"name": "=cmd<>&\"'", "place": "<script>"}) | {"table": f"<tafel> {n}"} for n in (1, 2)],
    "six hundred stickers": [exactly(1, laid(0, "bedoelingen", (735.0, 100.0), "Samen", kind="intention",
                                             stickers={"count": 600, "confidence": 0.2, "items": []}))],
}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ODD)
def test_odd_evenings_give_every_output(tmp_path: Path, name: str, language: str) -> None:
    folder = bare(tmp_path / "uit", ODD[name])
    assert main(["report", str(folder), "--lang", language]) == 0
    assert names_in(folder / "report") >= ROWS | FILES
    assert len(pdfium.PdfDocument((folder / "report" / "report.pdf").read_bytes())) >= 2


def test_the_pdf_has_every_table_ingredient_and_argument(tmp_path: Path) -> None:
    own = ["Buurtmoestuin achter de kerk"]
    folder = evening(tmp_path, [table(n, cards=30, own=own, session={"place": "Zuid"}) for n in range(1, 7)])
    figures = Figures(gather([folder]))
    words = " ".join(words_of_pdf(pdf(figures, "nl")).split())
    assert "Zuid" in words
    assert "nog twijfelachtig" in words
    for item in figures.of_group(None):
        if item.tables:
            assert " ".join(item.text.split()[:2]) in words
    for row in figures.gathered.tables:
        assert f"{row.table} " in words
    for row in figures.intentions():
        if row.tables:
            assert re.search(rf"\b{row.stickers}\b", words)
    assert words.count("Buurtmoestuin achter de kerk") >= 6


def test_no_place_and_no_name_without_consent_goes_out(tmp_path: Path) -> None:
    review = {"status": "reviewed", "by": "Johanna Pietersen", "corrections": [
        {"card": "c00", "field": "text.value", "value": "Koor", "by": "Johanna Pietersen"}]}
    tables = [table(1, review=review, session={"names_consent": False}), table(2, review=review)]
    folder = evening(tmp_path / "uit", tables)
    for path in folder.rglob("*.jpg"):
        with_location(path)
    assert main(["report", str(folder)]) == 0
    said = everything(folder / "report")
    assert b"Johanna" not in said
    assert b"Pietersen" not in said
    for content in [*pictures_in(folder / "report"), (folder / "report" / "report.pdf").read_bytes(), said]:
        assert b"Exif\0" not in content
        assert b"EXIF" not in content
    assert len(pictures_in(folder / "report")) >= 2 + sum(len(data["cards"]) for data in tables)


def pictures_in(folder: Path) -> list[bytes]:
    """Those inside the page."""
    page = (folder / "report.html").read_text("utf-8")
    return [base64.b64decode(found) for found in re.findall(r"data:image/webp;base64,([A-Za-z0-9+/=]+)", page)]


def test_names_go_out_where_consent_was_recorded(tmp_path: Path) -> None:
    review = {"status": "reviewed", "by": "Johanna Pietersen", "corrections": []}
    folder = evening(tmp_path / "uit", [table(1, review=review, session={"names_consent": True})])
    assert main(["report", str(folder)]) == 0
    assert "Johanna Pietersen" in (folder / "report" / "report.html").read_text("utf-8")
    assert "Johanna Pietersen" in (folder / "report" / "tables.csv").read_text("utf-8-sig")


def with_location(path: Path) -> None:
    """The picture again, with a place in its EXIF data."""
    with Image.open(path) as picture:
        exif: Any = Image.Exif()
        exif.get_ifd(0x8825)[1] = "N"
        exif.get_ifd(0x8825)[2] = (52.0, 5.0, 30.0)
        picture.copy().save(path, exif=exif)
