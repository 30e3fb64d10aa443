"""Words from every kind of file come in as written, and what is wrong is told with file, line and cure."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posterscan.errors import CatalogueError, KitError
from posterscan.kit.lookalikes import lookalikes
from posterscan.kit.textfiles import cleaned, mended
from posterscan.kit.wordlists import Word, default_words, read_words, slug
from posterscan.messages import Language, Message
from posterscan.ocr.compare import best_match
from posterscan.stages.identify import IdentifyParams

WANTED = [("ingredient", "Koor", "koor"), ("ingredient", "Café, kroeg", "kroeg"),
          ("intention", "Samen sterk staan", "samen-sterk-staan")]


def brief(words: list[Word]) -> list[tuple[str, str, str]]:
    return [(word.kind, word.text, word.id) for word in words]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def refused(path: Path) -> KitError:
    with pytest.raises(KitError) as caught:
        read_words(path)
    error = caught.value
    assert (error.exit_code, error.code) == (2, "kit-unusable")
    assert path.name in error.problem.nl
    assert path.name in error.problem.en
    assert error.remedy.nl
    assert error.remedy.en
    return error


CSV = 'tekst,soort,id\nKoor,,\n"Café, kroeg",Ingrediënt,kroeg\n\nSamen sterk staan,bedoeling,\n'
TEXT = "Koor\n\nCafé, kroeg\n# Bedoelingen\nSamen sterk staan\n"
FILES: list[tuple[str, str | bytes]] = [
    ("a.csv", CSV),
    ("with mark.csv", b"\xef\xbb\xbf" + CSV.encode()),
    ("windows.csv", CSV.replace("\n", "\r\n").encode("cp1252")),
    ("excel-unicode.csv", CSV.replace('"Café, kroeg"', "Café. kroeg").replace(",", "\t").replace("é. ", "é, ").encode("utf-16")),
    ("semicolon.csv", 'TEXT;Kind;ID\nKoor;ingredient;\nCafé, kroeg;INGREDIENT;kroeg\nSamen sterk staan;Intention;\n'),
    ("hint.csv", 'sep=;\ntekst;soort;id\nKoor;;\nCafé, kroeg;;kroeg\n"Samen\nsterk staan";bedoelingen;\n'),
    ("other order.tsv", "id\tsoort\ttekst\n\t\tKoor\nkroeg\t\tCafé, kroeg\n\tbedoeling\tSamen sterk staan\n"),
    ("a.toml", 'language = "nl"\n[ingredients]\nkoor = "Koor"\nkroeg = "Café, kroeg"\n'
               '[bedoelingen]\nsamen-sterk-staan = "Samen sterk staan"\n'),
]


@pytest.mark.parametrize(("name", "content"), FILES, ids=[f[0] for f in FILES])
def test_a_list_is_read_as_written(tmp_path: Path, name: str, content: str | bytes) -> None:
    assert brief(read_words(written(tmp_path, name, content))) == WANTED


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_plain_list_is_read_as_written(tmp_path: Path, name: str) -> None:
    words = read_words(written(tmp_path, name, "# Ingrediënten:\n- Koor\n\n2. Café, kroeg\n## intentions\nSamen sterk staan"))
    assert [word.text for word in words] == [text for _, text, _ in WANTED]
    assert [word.kind for word in words] == [kind for kind, _, _ in WANTED]
    assert words[1].where == Message(f"{name}, regel 4", f"{name}, line 4")


def test_a_workbook_is_read_sheet_by_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx",
                    Kaartjes=[["Soort", "Tekst", "id"], [None, " Koor ", None], ["ingrediënt", "Café, kroeg", "kroeg"]],
                    Leeg=[], Nog=[["tekst", "soort"], [], ["Samen\nsterk staan", "bedoeling"], [7.0]])
    words = read_words(path)
    assert brief(words) == [*WANTED, ("ingredient", "7", "7")]
    assert words[2].where == Message("a.xlsx, blad 'Nog', rij 3", "a.xlsx, sheet 'Nog', row 3")


def test_hidden_sheets_hold_no_words(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", Kaartjes=[["tekst"], ["Koor"]], Keuzes=[["ja"], ["nee"]])
    book = openpyxl.load_workbook(path)
    book["Keuzes"].sheet_state = "hidden"
    book.save(path)
    assert [word.text for word in read_words(path)] == ["Koor"]


def test_an_earlier_kit_gives_its_words(tmp_path: Path) -> None:
    path = written(tmp_path, "catalogue.json", """{"schema": "posterscan-catalogue/1", "language": "nld", "cards":
        [{"id": "Café 1", "kind": "ingredient", "text": "Café"}, {"id": "b", "kind": "intention", "text": "Samen sterk staan"}]}""")
    assert brief(read_words(path)) == [("ingredient", "Café", "Café 1"), ("intention", "Samen sterk staan", "b")]
    with pytest.raises(CatalogueError, match=r"other\.json"):
        read_words(written(tmp_path, "other.json", "{}"))


BAD: list[tuple[str, str | bytes, str, str]] = [
    ("empty.csv", " \n", "is empty", "Put something"),
    ("header.csv", "tekst,soort\n", "holds no words", "at least one"),
    ("only.txt", "# bedoelingen\n", "holds no words", "at least one"),
    ("column.csv", "tekst,sort\nKoor,x\n", "line 1: unknown column 'sort'", "'soort'"),
    ("none.csv", "Koor\nPark\n", "line 1: unknown column 'Koor'", "first row"),
    ("both.csv", "tekst,text\nKoor,Park\n", "line 1: columns 'tekst' and 'text'", "one of them"),
    ("kind.csv", "tekst,soort\nKoor,\nPark,bedoelin\n", "line 3: unknown kind 'bedoelin'", "'bedoeling'"),
    ("blank.csv", "tekst,soort\nKoor,\n,bedoeling\n", "line 3: the text is missing", "remove the row"),
    ("more.csv", "tekst,soort\nKerk, moskee, tempel\n", "line 2: 'tempel' is in a column without a name", "quotation marks"),
    ("quote.csv", 'tekst,soort\nKoor,\n"Park,\nPlein,\n', "line 3: a quotation mark", "Double"),
    ("ids.csv", "tekst,id\nKoor,a\nPark,A\n", "line 3: id 'A' belongs to line 2", "id of its own"),
    ("sign.csv", "tekst,id\nOpen plein,open plein\n", "line 2: id 'open plein'", "'open-plein'"),
    ("heading.txt", "Koor\n# Bedoelinge\n", "line 2: unknown heading", "# bedoeling"),
    ("signs.txt", "Koor\n!!!\n", "line 2: '!!!' holds no letter", "word"),
    ("garbled.txt", "Koor\nCafÃ©\n", "line 2: letters with accents are damaged", "UTF-8"),
    ("lost.txt", "Koor\nCaf\ufffd\n", "line 2: letters with accents are damaged", "UTF-8"),
    ("mac.txt", "Koor\nCafé\n".encode("mac_roman"), "line 2: the letters with accents", "UTF-8"),
    ("dos.txt", "Koor\nzorgcoöperatie\n".encode("cp850"), "line 2: the letters with accents", "UTF-8"),
    ("bytes.txt", b"Koor\n\0\1\2", "not text", "UTF-8"),
    ("broken.toml", '[ingredients]\na = "Koor\n', "line 2", "quotation"),
    ("twice.toml", '[ingredients]\na = "Koor"\na = "Park"\n', "line 3", "given twice"),
    ("number.toml", "[ingredients]\n\nkoor = 5\n", "line 3: 5 is not text", "quotation"),
    ("section.toml", '[ingredient-s]\na = "Koor"\n', "ingredient-s", "[ingredients]"),
    ("word.xls", b"\xd0\xcf\x11\xe0", "ends in .xls", ".xlsx"),
    ("list", "Koor", "ends in nothing", ".csv"),
    ("list.xlsx", "Koor", "cannot be read as an Excel workbook", "Open it in Excel"),
]


@pytest.mark.parametrize(("name", "content", "problem", "cure"), BAD, ids=[b[0] for b in BAD])
def test_a_bad_list_is_refused_with_line_and_cure(tmp_path: Path, name: str, content: str | bytes, problem: str, cure: str) -> None:
    error = refused(written(tmp_path, name, content))
    assert problem in error.problem.en
    assert cure in error.remedy.en


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    assert "is a folder" in refused(tmp_path).problem.en
    written(tmp_path, "woorden.csv", CSV)
    missing = refused(tmp_path / "worden.csv")
    assert "does not exist" in missing.problem.en
    assert "woorden.csv" in missing.remedy.en
    assert "does not exist" in refused(tmp_path / "nowhere" / "a.csv").problem.en


ROWS: list[tuple[str, list[list[Any]], str]] = [
    ("formula", [["tekst"], ["Koor"], ["=A2&A2"]], "row 3: the formula has no value"),
    ("mistake", [["tekst"], ["#N/A"]], "row 2: the cell holds the error #N/A"),
    ("truth", [["tekst"], ["Koor"], [True]], "row 3: True is not text"),
    ("column", [["tekst", "soorten"], ["Koor", "x"]], "row 1: unknown column 'soorten'"),
    ("kind", [["tekst", "soort"], [], ["Koor", "x"]], "row 3: unknown kind 'x'"),
    ("unnamed", [["tekst", None], ["Koor", "x"]], "row 2: 'x' is in a column without a name"),
]


@pytest.mark.parametrize(("rows", "problem"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
def test_a_bad_workbook_is_refused_with_sheet_and_row(tmp_path: Path, rows: list[list[Any]], problem: str) -> None:
    assert f"sheet 'Blad', {problem}" in refused(workbook(tmp_path / "a.xlsx", Blad=rows)).problem.en


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "a.xlsx", Blad=[["tekst"], ["Koor"]]).read_bytes()
    refused(written(tmp_path, "half.xlsx", whole[:len(whole) // 2]))
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "Koor")
    refused(written(tmp_path, "zip.xlsx", other.getvalue()))
    assert "holds no words" in refused(workbook(tmp_path / "leeg.xlsx", Blad=[])).problem.en


def test_up_to_five_faults_are_told_at_once(tmp_path: Path) -> None:
    error = refused(written(tmp_path, "a.csv", "tekst,soort\n" + "Koor,x\n" * 7))
    assert all(f"line {n}" in error.problem.en for n in range(2, 7))
    assert "2 more" in error.problem.en
    assert "regel 6" in error.problem.nl


@given(st.text())
def test_cleaning_leaves_nothing_that_cannot_be_seen(text: str) -> None:
    clean = cleaned(text)
    assert cleaned(clean) == clean
    assert clean == clean.strip()
    assert all(c == " " or not (c.isspace() or ord(c) < 32) for c in clean)


def test_signs_that_cannot_be_seen_are_left_out() -> None:
    assert cleaned("\ufeff Cafe\u0301\u200b \t de\xa0Brug\x07\xad ") == "Café de Brug"
    assert mended("CafÃ©") == "Café"
    assert mended("Café") is None


@given(st.lists(st.text("abé- '", min_size=1).filter(lambda t: any(c.isalnum() for c in t)), min_size=1, max_size=12))
def test_ids_are_unique_whatever_the_words(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = written(tmp_path_factory.mktemp("ids"), "a.txt", "\n".join("x" + text for text in texts))
    ids = [word.id for word in read_words(path)]
    assert len(set(ids)) == len(ids)
    assert all(id_.isascii() and id_ for id_ in ids)


def test_ids_come_from_the_text() -> None:
    assert [slug(t) for t in ("Collega's", "Zorgcoöperatie", "Kerk, moskee of tempel")] == [
        "collegas", "zorgcooperatie", "kerk-moskee-of-tempel"]
    assert slug("咖啡") != slug("茶")


def test_both_languages_have_the_same_words_in_the_same_order() -> None:
    nl, en = default_words("nl"), default_words("en")
    assert [(w.kind, w.id) for w in nl] == [(w.kind, w.id) for w in en]
    assert sum(w.kind == "ingredient" for w in nl) >= 60
    assert sum(w.kind == "intention" for w in nl) == 15


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_words_that_come_along_fit_and_differ(language: Language) -> None:
    words = default_words(language)
    assert lookalikes(words) == []
    for word in words:
        assert word.id == slug(word.id)
        assert len(word.text) <= (34 if word.kind == "ingredient" else 70)
        assert word.kind == "ingredient" or 4 <= len(word.text.split()) <= 10


def listed(*texts: str) -> list[Word]:
    return [Word("ingredient", text, f"w{i}", Message(f"a.csv, regel {i}", f"a.csv, line {i}")) for i, text in enumerate(texts, 2)]


@pytest.mark.parametrize(("one", "other"), [
    ("Café", "cafe"), ("Open plein", "Openplein!"), ("Kerk, moskee", "kerk moskee"), ("Koor", "Koor")])
def test_a_word_that_is_there_twice_is_an_error(one: str, other: str) -> None:
    with pytest.raises(KitError, match=r"a\.csv, line 2: .* also at a\.csv, line 4") as caught:
        lookalikes(listed(one, "Bibliotheek", other))
    assert "regel 2" in caught.value.problem.nl


@pytest.mark.parametrize(("one", "other"), [
    ("Kom", "Korn"), ("Ilse", "llse"), ("Zaal 10", "Zaal lO"), ("Park", "Perk"), ("Vereniging", "Verenigingen"), ("Park", "Parken"),
    ("School", "Scholen"), ("Huis", "Huizen"), ("Initiatief", "Initiatieven"), ("Library", "Libraries"), ("Foto", "Foto's"),
    ("Bewoners beslissen mee over hun straat", "Bewoners beslissen mee over de straat")])
def test_words_that_a_photo_may_confuse_are_told(one: str, other: str) -> None:
    found = lookalikes(listed("Bibliotheek", one, other))
    assert len(found) == 1
    assert f"a.csv, line 3: {one!r} is much like {other!r} (a.csv, line 4)" in found[0].en
    assert "regel 4" in found[0].nl


def test_the_same_text_on_both_kinds_is_told() -> None:
    one = listed("Meedoen")[0]
    assert len(lookalikes([one, Word("intention", "Meedoen", "m2", one.where)])) == 1


def test_many_words_alike_give_one_warning_each() -> None:
    found = lookalikes(listed(*(f"Buurthuis nummer {n}" for n in range(30))))
    assert len(found) == 29
    assert "and 26 more" in found[0].en


LETTERS = st.text("abcdei ", min_size=4, max_size=20).filter(lambda t: t.strip())


@given(st.lists(LETTERS, min_size=2, max_size=8, unique_by=lambda t: t.replace(" ", "")))
def test_whatever_scanning_leaves_open_is_told(texts: list[str]) -> None:
    words = listed(*texts)
    told = {m for message in lookalikes(words) for m in texts if f"{m!r}" in message.en}
    for text in texts:
        match = best_match(text, texts)
        if match.margin < IdentifyParams().whole_margin:
            assert text in told
