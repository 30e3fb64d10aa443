"""Other words for the same thing: as the analyst's file says it, however it was saved, and never because texts look alike."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posterscan.errors import PosterscanError, UsageError
from posterscan.messages import Language
from posterscan.report import load
from posterscan.report.figures import Figures
from posterscan.report.gather import Gathered, gather
from posterscan.report.same import Suggestion, item_key, merged, normal, read_same, said_same, suggestions, suggestions_csv
from report_tables import CATALOGUE, Data, bare, exactly, laid

AT = (200.0, 200.0)
KNOWN = [card["text"] for card in CATALOGUE["cards"]]
CSV = "text;same as\nRepair cafe;Repaircafé\n"
SAYS = {"repair cafe": "Repaircafé"}


def saved(folder: Path, text: str, encoding: str = "utf-8", name: str = "same.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def wrote(*texts: str, zone: str = "persoonlijk") -> list[Data]:
    """A table for each text, on which one card lies."""
    return [exactly(number, laid(0, zone, AT, text)) for number, text in enumerate(texts, 1)]


def counted(gathered: Gathered) -> dict[str, int]:
    """Tables by the text of their item."""
    return {row.text: row.tables for row in Figures(gathered).of_group(None) if row.tables}


# --- the file ---------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text", [
    CSV, CSV.replace(";", ","), CSV.replace(";", "\t"), CSV.replace("\n", "\r\n"), CSV.replace("\n", "\r"), CSV.rstrip(),
    "tekst;hetzelfde als\nRepair cafe;Repaircafé\n", "TEKST; Hetzelfde Als \nRepair cafe;Repaircafé\n",
    "text;same_as\nRepair cafe;Repaircafé\n", "aantal;same as;text\n3;Repaircafé;Repair cafe\n",
    '"text";"same as"\n"Repair cafe";"Repaircafé"\n', "text;same as;looks like\n\n;;\nRepair cafe; Repaircafé ;x\n",
    "text;same as\nRepair cafe;Repaircafé\nrepair  CAFE!;repaircafé\n", "text;same as\nRepair cafe;Repaircafé\nKoor;\nZang\n",
    "text;same as\nRepair cafe;Repaircafé\nkoor;KOOR\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_however_it_was_saved(text: str, encoding: str, tmp_path: Path) -> None:
    assert {key: normal(same) for key, same in read_same(saved(tmp_path, text, encoding)).items()} == {"repair cafe": "repaircafé"}


def test_commas_and_quotation_marks_inside_a_text(tmp_path: Path) -> None:
    text = 'text,same as\n"Koor, ""De Zón""","Koor; zang"\n'
    assert read_same(saved(tmp_path, text)) == {"koor de zón": "Koor; zang"}


def test_a_text_leads_to_the_end_of_its_chain(tmp_path: Path) -> None:
    assert read_same(saved(tmp_path, "text;same as\na;b\nb;c\nc;d\n")) == {"a": "d", "b": "d", "c": "d"}


@pytest.mark.parametrize(("text", "line", "says", "cure"), [
    ("woord;is\nRepair cafe;Repaircafé\n", 1, "names of the columns", "Put above it: text;same as"),
    ("text\nRepair cafe\n", 1, "names of the columns", "Put above it: text;same as"),
    ("text;same as\na;b\nKoor;Zang\nkoor;Muziek\n", 4, "“koor” is also on line 3", "Leave one of the two"),
    ('text;same as\nKoor;Zang\n"Loket;Balie\n', 3, "quotation mark", "Double a quotation mark"),
    ('text;same as\nKoor;"Zang" x\n', 2, "quotation mark", "Double a quotation mark")])
def test_what_is_wrong_is_told_with_its_line_and_the_cure(text: str, line: int, says: str, cure: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as told:
        read_same(saved(tmp_path, text))
    assert told.value.problem.en.startswith(f"same.csv, line {line}: ")
    assert told.value.problem.nl.startswith(f"same.csv, regel {line}: ")
    assert says in told.value.problem.en
    assert cure in told.value.remedy.en


@pytest.mark.parametrize("rows", ["a;b\nb;a\n", "Koor;Zang\nZang;Muziek\nmuziek!;KOOR\n", "x;a\na;b\nb;a\n"])
def test_a_circle_is_told(rows: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"same\.csv: .*the same as itself.*Choose one word"):
        read_same(saved(tmp_path, "text;same as\n" + rows))


@pytest.mark.parametrize(("name", "content"), [("same.xlsx", b"PK"), ("same.csv", b""), ("same.csv", b"text;same as\nx\x81;y\n"),
                                               ("nergens.csv", None)])
def test_a_file_that_is_no_such_text_is_told(name: str, content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(PosterscanError) as told:
        read_same(tmp_path / name)
    assert name in told.value.problem.nl
    assert told.value.remedy


# --- what it does to the rows -----------------------------------------------------------------------------------------------

def test_a_mapping_brings_own_words_to_a_printed_card(tmp_path: Path) -> None:
    folder = bare(tmp_path / "uit", wrote("Buren", "De buurtjes", "buurtjes, de"))
    same = saved(tmp_path, "text;same as\nDe buurtjes;Buren\nBuurtjes de;de buurtjes\n")
    assert counted(gather([folder])) == {"Buren": 1, "De buurtjes": 1, "buurtjes, de": 1}
    gathered = gather([folder], same=read_same(same))
    assert counted(gathered) == {"Buren": 3}
    assert [(row.text, row.item, row.item_text) for row in gathered.cards] == [
        ("Buren", "buren", "Buren"), ("De buurtjes", "buren", "Buren"), ("buurtjes, de", "buren", "Buren")]
    assert [(row.text, row.item_text) for row in gathered.arguments if row.text != "Buren"] == [
        ("De buurtjes", "Buren"), ("buurtjes, de", "Buren")]  # what was written stays
    assert gathered.merged == {"~de buurtjes": "buren", "~buurtjes de": "buren"}
    assert load(folder, "items", same=same)["tables"].max() == 3


@pytest.mark.parametrize("to", ["Buren", "buren!", "buren"])
def test_a_mapping_may_be_given_as_such(to: str, tmp_path: Path) -> None:
    folder = bare(tmp_path, wrote("Buren", "De Buurtjes!"))
    items = load(folder, "items", same={" De  buurtjes": to})
    assert items.loc[items["item"] == "buren", "tables"].tolist() == [2]


def test_a_circle_in_a_mapping_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the same as itself"):
        load(bare(tmp_path, wrote("a", "b")), same={"a": "B", "b": "A"})


def test_a_word_that_nobody_laid_is_called_as_the_analyst_spelled_it(tmp_path: Path) -> None:
    same = said_same({"oppas": "Oppas & Opvang", "kinderoppas": "Oppas & opvang"})
    gathered = gather([bare(tmp_path, wrote("oppas", "Kinderoppas"))], same=same)
    assert [row.item for row in gathered.cards] == ["~oppas opvang"] * 2
    assert len({row.item_text for row in gathered.cards}) == 1
    assert gathered.cards[0].item_text.startswith("Oppas & ")
    (name,) = counted(gathered)
    assert name == gathered.cards[0].item_text


def test_a_printed_card_may_count_as_another(tmp_path: Path) -> None:
    gathered = gather([bare(tmp_path, wrote("Vrienden", "Familie"))], same=said_same({"Vrienden": "Familie"}))
    assert counted(gathered) == {"Familie": 2}
    assert "vrienden" not in {row.item for row in Figures(gathered).items}  # not as a card that nobody laid either


def test_a_printed_card_that_is_named_by_its_id_and_itself_counts_as_another(tmp_path: Path) -> None:
    assert merged({"k-1": "Familie", "k-2": "Vrienden", "~maten": "Maten"}, said_same({"maten": "k-2", "vrienden": "Familie"})) == {
        "~maten": "k-1", "k-2": "k-1"}


def test_one_that_counts_as_itself_by_its_id_is_left_alone() -> None:
    assert merged({"k-1": "Familie"}, said_same({"familie": "k-1"})) == {}
    assert merged({"k-1": "Familie", "k-2": "Vrienden"}, said_same({"familie": "k-2", "vrienden": "k-1"})) == {}


def test_what_the_mapping_names_and_nobody_laid_changes_nothing(tmp_path: Path) -> None:
    folder = bare(tmp_path, wrote("Buren", "Zeepkist"))
    assert counted(gather([folder], same=said_same({"nergens": "Buren", "": "Buren"}))) == counted(gather([folder]))


@pytest.mark.parametrize(("text", "key"), [
    ("👍", "~👍"), ("=", "~="), ("<", "~<"), ("<b>", "~b"), ("=SOM(A1)", "~som a1"), (" \t", None), ("ﬁets", "~fiets"),
    ("CAFÉ", "~café"), ("a_b-c", "~a b c")])
def test_what_a_text_counts_as(text: str, key: str | None) -> None:
    assert item_key(None, text) == key


def test_signs_alone_are_told_apart_and_merged_like_words(tmp_path: Path) -> None:
    folder = bare(tmp_path / "uit", wrote("👍", "👍", "❤️", "=", "<"))
    assert counted(gather([folder])) == {"👍": 2, "❤️": 1, "=": 1, "<": 1}
    same = saved(tmp_path, "text;same as\n❤️;👍\n=;<\n")
    assert counted(gather([folder], same=read_same(same))) == {"👍": 3, "<": 2}


# --- suggestions ------------------------------------------------------------------------------------------------------------

def test_suggestions_are_for_words_that_look_like_a_printed_card_or_like_those_of_more_tables() -> None:
    found = suggestions({"Repaircafé": 3, "repair cafe": 1, "De Buren": 1, "Zeepkist": 2}, KNOWN)
    pairs = {one.text: one.like for one in found}
    assert pairs["repair cafe"] == "Repaircafé"
    assert suggestions({"café repair": 1, "Repair café": 2}, [])[0].like == "Repair café"  # in any order of the words
    assert "Repaircafé" not in pairs  # that of most tables stands
    assert "Zeepkist" not in pairs
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)
    assert all(0.7 <= one.likeness <= 1 for one in found)
    assert suggestions({"Burren": 1}, ["Buren"])[0].like == "Buren"
    assert suggestions({}, KNOWN) == suggestions({"👍": 1, "=": 2}, KNOWN) == []


def test_what_looks_alike_is_not_the_same_until_somebody_says_so(tmp_path: Path) -> None:
    folder = bare(tmp_path, wrote("Buren", "Burren", "Repaircafé", "Repair cafe"))
    gathered = gather([folder])
    assert len(suggestions({"Burren": 1, "Repaircafé": 1, "Repair cafe": 1}, KNOWN)) == 2
    assert counted(gathered) == {"Buren": 1, "Burren": 1, "Repaircafé": 1, "Repair cafe": 1}
    untouched = saved(tmp_path, suggestions_csv(suggestions({"Burren": 1}, KNOWN), "nl").decode("utf-8-sig"))
    assert read_same(untouched) == {}
    assert gather([folder], same=read_same(untouched)) == gathered


def filled(content: bytes, delimiter: str = ",") -> str:
    """As an analyst saves it who finds all of them right: what it looks like, also as what it is the same as."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    for row in rows[1:]:
        row[1] = row[2]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16")])
def test_filling_the_second_column_of_the_suggestions_merges_them(
        language: Language, delimiter: str, encoding: str, tmp_path: Path) -> None:
    texts = ("Buren", "Burren", "Repaircafé", "Repaircafé", "Repair cafe", "=Repaircafé!!", "zeepkist")
    folder = bare(tmp_path / "uit", wrote(*texts))
    own = {"Burren": 1, "Repaircafé": 2, "Repair cafe": 1, "zeepkist": 1}
    content = suggestions_csv(suggestions(own, KNOWN), language)
    same = read_same(saved(tmp_path, filled(content, delimiter), encoding))
    assert counted(gather([folder], same=same)) == {"Buren": 2, "Repaircafé": 4, "zeepkist": 1}


@pytest.mark.parametrize("text", [
    "=1+1 koor", "+31 6 koor", "-koor", "@koor", "<koor>", "koor 👍", 'koor "zang"', "koor, zang; meer", "'koor"])
def test_texts_that_a_spreadsheet_would_run_survive_the_round_trip(text: str, tmp_path: Path) -> None:
    content = suggestions_csv([Suggestion(text, f"={text}s", 0.9, 1)], "en")
    cells = next(csv.reader(io.StringIO(content.decode("utf-8-sig").split("\r\n", 1)[1], newline="")))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert read_same(saved(tmp_path, filled(content))) == {normal(text): f"={text}s"}


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(str.strip)


@settings(deadline=None)
@given(pairs=st.lists(st.tuples(WORDS, WORDS), max_size=5))
def test_any_mapping_ends_in_words_that_count_as_nothing_else(pairs: list[tuple[str, str]]) -> None:
    try:
        same = said_same(dict(pairs))
    except UsageError:  # a circle, of which other tests say what is told
        return
    items: dict[str, Any] = {item_key(None, text): text for pair in pairs for text in pair}
    into = merged(items, same)
    assert set(into) <= set(items)
    assert not set(into.values()) & set(into)
