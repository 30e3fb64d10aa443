"""Backs in results: put with their fronts, kept when anything is read again, mended by people, shown and reported."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook
from PIL import Image

from drawn_backs import Filled, Mark, drawn_table
from posterscan.backs.kept import BackPhoto, KeptBacks, brought_together
from posterscan.backs.pair import with_backs
from posterscan.cli.main import main
from posterscan.corrections import corrected
from posterscan.corrections_carry import carried, measured_hash
from posterscan.corrections_fields import fits
from posterscan.files import read_result, write_table
from posterscan.kept_kits import keep
from posterscan.places import FolderPlace
from posterscan.records import BackRecord, CatalogueRef, Correction, TableResult
from posterscan.report.figures import Figures, ticked
from posterscan.report.gather import gather
from posterscan.report.html.compose import one_page
from posterscan.report.pdf import pdf
from posterscan.report.slides.compose import slides
from posterscan.report.workbook.compose import workbook
from posterscan.review.document import Document, TableWords
from posterscan.review.page import make_page
from posterscan.review.take_up import take_up
from results import card_data, outcome_of, result_data

NOW = "2026-11-24T21:00:00+01:00"
LAYOUT = {"schema": "posterscan-layout/1", "id": "proef", "size_mm": [400, 300], "markers": [], "zones": [
    {"id": "links", "label": "Links", "kind": "sphere", "polygon_mm": [[0, 0], [200, 0], [200, 300], [0, 300]]}]}


def back(name: str = "r-7", marker: int | None = 7, *, said: str = "omdat het fijn is", stance: str | None = "yes",
         **changes: Any) -> BackRecord:
    return BackRecord.model_validate({
        "id": name, "kind": "ingredient", "catalogue_id": f"k{marker}" if marker is not None else None, "marker_id": marker,
        "argument": {"value": said, "confidence": 0.8, "source": "ocr", "handwritten": True},
        "stance": {"value": stance, "confidence": 0.98, "boxes": {"yes": 0.3, "no": 0.0, "doubt": 0.0}}, "photo": "b.jpg",
        "polygon_px": [[0, 0], [85, 0], [85, 55], [0, 55]], "needs_review": ["argument-uncertain"]} | changes)


def table(*cards: dict[str, Any], **changes: Any) -> TableResult:
    own = cards or (card_data("c-k7", marker_id=7, catalogue_id="k7"), card_data("p-1", center_mm=[300, 200]))
    return TableResult.model_validate(result_data(cards=list(own), **changes))


def said(field: str, value: object, card: str | None = None, **more: Any) -> Correction:
    return Correction(card=card, field=field, value=value, by="Noor", at=NOW, **more)


def with_words(result: TableResult, *words: Correction) -> TableResult:
    return TableResult.model_validate(result.model_dump(by_alias=True) | {
        "review": {"status": "in-progress", "corrections": [word.model_dump() for word in words]}})


def test_a_back_joins_the_one_card_with_its_code() -> None:
    result = with_backs(table(), [back(), back("r-8", 8)])
    card, other = result.cards
    assert card.argument is not None
    assert card.stance is not None
    assert (card.argument.value, card.stance.value, card.back) == ("omdat het fijn is", "yes", "r-7")
    assert card.needs_review == ["argument-uncertain"]
    assert other.argument is None
    assert [one.id for one in result.backs] == ["r-8"]
    assert [check.code for check in result.checks] == ["backs-unpaired"]


def test_putting_them_there_again_changes_nothing_and_none_takes_them_away() -> None:
    once = with_backs(table(), [back(), back("x", None)])
    assert with_backs(once, [back(), back("x", None)]) == once
    assert with_backs(once, []) == table()


@pytest.mark.parametrize("cards", [
    (card_data("a", marker_id=7), card_data("b", marker_id=7)),
    (card_data("a", catalogue_id="k7"), card_data("b", catalogue_id="k7"))])
def test_of_two_fronts_nobody_can_tell(cards: tuple[dict[str, Any], ...]) -> None:
    result = with_backs(table(*cards), [back()])
    assert all(card.argument is None for card in result.cards)
    assert [one.id for one in result.backs] == ["r-7"]


def test_two_backs_of_one_code_are_left_to_people() -> None:
    assert len(with_backs(table(), [back("r-7"), back("r-7-2")]).backs) == 2


def test_a_card_read_without_its_code_is_known_by_its_text() -> None:
    assert with_backs(table(card_data("c-k7", catalogue_id="k7")), [back()]).cards[0].back == "r-7"


def test_results_of_before_keep_their_hash() -> None:
    data = table().model_dump(by_alias=True, mode="json")
    for card in data["cards"]:
        for name in ("argument", "stance", "back"):
            del card[name]
    del data["backs"]
    kept = {name: value for name, value in data.items() if name not in ("review", "software", "timing", "inputs")}
    old = hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
    assert measured_hash(table()) == old
    assert measured_hash(with_backs(table(), [back()])) != old


def test_what_people_say_of_argument_and_stance_counts() -> None:
    result = with_words(with_backs(table(), [back()]), said("argument.value", "omdat het moet", "c-k7"),
                        said("stance.value", None, "c-k7"))
    card = corrected(result).cards[0]
    assert card.argument is not None
    assert card.stance is not None
    assert (card.argument.value, card.argument.source, card.argument.confidence) == ("omdat het moet", "human", 1.0)
    assert (card.stance.value, card.stance.source) == (None, "human")
    assert result.cards[0].stance is not None
    assert result.cards[0].stance.value == "yes"  # what was measured stays


@pytest.mark.parametrize(("field", "value", "good"), [
    ("stance.value", "yes", True), ("stance.value", "maybe", False), ("stance.value", None, True),
    ("argument.value", "x", True), ("argument.value", "x" * 20_001, False), ("argument.value", 3, False)])
def test_only_what_fits_is_taken(field: str, value: object, good: bool) -> None:
    assert fits("c-k7", field, value) is good


def test_a_back_is_given_to_a_card_or_put_away() -> None:
    loose = with_backs(table(), [back("x", None), back("y", None)])
    now = corrected(with_words(loose, said("back:x", "p-1"), said("back:y", "")))
    card = now.cards[1]
    assert card.argument is not None
    assert (card.argument.value, card.back, card.needs_review) == ("omdat het fijn is", "x", ["argument-uncertain"])
    assert now.backs == []
    mended = corrected(with_words(loose, said("back:x", "p-1"), said("argument.value", "anders", "p-1")))
    assert mended.cards[1].argument is not None
    assert mended.cards[1].argument.value == "anders"
    assert [one.id for one in mended.backs] == ["y"]


def test_a_card_has_one_back() -> None:
    loose = with_backs(table(), [back(), back("x", None, said="ander")])
    now = corrected(with_words(loose, said("back:x", "c-k7")))
    assert now.cards[0].argument is not None
    assert now.cards[0].argument.value == "omdat het fijn is"
    assert [one.id for one in now.backs] == ["x"]


def test_the_chosen_front_is_found_again_by_its_place() -> None:
    again = table(card_data("p-9", center_mm=[301, 199]))
    moved, lost = carried([said("back:x", "p-1", center_mm=(300.0, 200.0))], again)
    assert [(one.field, one.value) for one in moved] == [("back:x", "p-9")]
    assert not lost


def test_scanning_again_keeps_backs_and_what_was_said(tmp_path: Path) -> None:
    cards = [card_data("c-k7", marker_id=7, catalogue_id="k7")]
    write_table(tmp_path, "tafel-1", outcome_of(cards=cards))
    kept = KeptBacks(schema="posterscan-backs/1", table="tafel-1", catalogue=CatalogueRef(sha256="11"), backs=[back()])
    FolderPlace(tmp_path).write("tafel-1/backs.json", kept.model_dump_json(by_alias=True).encode())
    write_table(tmp_path, "tafel-1", outcome_of(cards=cards))
    result = read_result(tmp_path / "tafel-1.json")
    assert result.cards[0].back == "r-7"
    mended = with_words(result, said("argument.value", "van een mens", "c-k7"))
    (tmp_path / "tafel-1.json").write_text(mended.model_dump_json(by_alias=True), encoding="utf-8")
    write_table(tmp_path, "tafel-1", outcome_of(cards=cards))
    now = corrected(read_result(tmp_path / "tafel-1.json")).cards[0]
    assert now.argument is not None
    assert now.argument.value == "van een mens"


def test_broken_backs_are_put_aside(tmp_path: Path) -> None:
    FolderPlace(tmp_path).write("tafel-1/backs.json", b'{"schema": "posterscan-backs/1", "backs": 3}')
    written = write_table(tmp_path, "tafel-1", outcome_of())
    assert any("backs.json" in note.nl for note in written.notes)
    assert (tmp_path / "tafel-1" / "backs.json.unreadable").is_file()


def kept_of(photo: str, *backs: BackRecord) -> KeptBacks:
    return KeptBacks(schema="posterscan-backs/1", table="1", catalogue=CatalogueRef(sha256="11"),
                     photos=[BackPhoto(file=f"{photo}.jpg", sha256=photo, size_px=(10, 10))], backs=list(backs),
                     seen={one.id: photo for one in backs})


def test_a_photo_read_again_replaces_what_it_gave() -> None:
    first = kept_of("aa", back("r-7"), back("r-aa-1", None))
    again = brought_together(first, kept_of("aa", back("r-7", said="beter")))
    assert [(one.id, one.argument.value) for one in again.backs] == [("r-7", "beter")]
    assert len(again.photos) == 1


def test_of_two_photos_of_a_back_the_surer_one_counts_and_a_contradiction_is_told() -> None:
    unsure = back("r-7", stance="no", needs_review=["stance-uncertain"])
    both = brought_together(kept_of("aa", unsure), kept_of("bb", back("r-7")))
    assert [(one.id, one.stance.value if one.stance else None, one.needs_review) for one in both.backs] == [
        ("r-7", "yes", ["argument-uncertain", "stance-uncertain"])]
    assert both.seen == {"r-7": "bb"}
    same = brought_together(kept_of("aa", back("r-7")), kept_of("bb", back("r-7")))
    assert same.backs[0].needs_review == ["argument-uncertain"]


def test_one_photo_with_a_code_twice_shows_two_cards() -> None:
    twice = kept_of("aa", back("r-7"), back("r-7-2"))
    assert len(brought_together(None, twice).backs) == 2


def words(result: TableResult, *corrections: dict[str, Any]) -> tuple[TableWords, Document]:
    data = {"schema": "posterscan-corrections/1", "software": {"name": "posterscan", "version": "0"}, "by": "Noor",
            "session": "s1", "at": NOW, "tables": [{"name": "tafel-1", "measured": measured_hash(result), "photos": ["a" * 64],
                                   "status": "in-progress",
                                   "corrections": [{"card": None, "at": NOW, **one} for one in corrections]}]}
    document = Document.model_validate(data)
    return document.tables[0], document


def test_the_page_s_words_are_taken_up() -> None:
    result = with_backs(table(), [back("x", None), back("y", None)])
    part, document = words(result, {"field": "back:x", "value": "p-1"}, {"field": "back:y", "value": ""},
                           {"card": "p-1", "field": "stance.value", "value": None, "before": "yes"})
    update = take_up(part, document, "tafel-1", result)
    now = corrected(update.result)
    assert now.backs == []
    assert now.cards[1].stance is not None
    assert now.cards[1].stance.value is None
    assert take_up(part, document, "tafel-1", update.result).result == update.result


def results(folder: Path, name: str = "tafel-1", backs: Sequence[BackRecord] = ()) -> tuple[FolderPlace, str]:
    catalogue = {"schema": "posterscan-catalogue/1", "cards": [{"id": "k7", "kind": "ingredient", "text": "Koor"},
                                                                {"id": "k8", "kind": "ingredient", "text": "Park"}]}
    files = {"layout.json": json.dumps(LAYOUT).encode(), "catalogue.json": json.dumps(catalogue).encode()}
    shas = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    place = FolderPlace(folder)
    keep(place, files)
    kept = kept_of("bb", *(backs or (back(), back("r-8", 8), back("x", None))))
    place.write(f"{name}/backs.json", kept.model_dump_json(by_alias=True).encode())
    place.write(f"{name}/backs/r-7.jpg", b"\xff\xd8\xff")
    write_table(folder, name, outcome_of(
        table=name, cards=[card_data("c-k7", marker_id=7, catalogue_id="k7")],
        layout={"id": "proef", "sha256": shas["layout.json"]}, catalogue={"sha256": shas["catalogue.json"]}))
    return place, name


def test_the_review_page_has_backs_and_their_pictures(tmp_path: Path) -> None:
    place, _ = results(tmp_path)
    page = make_page(place, "nl").content.decode()
    data = json.loads(page.split('<script type="application/json" id="data">')[1].split("</script>")[0])["tables"][0]
    card = data["cards"][0]
    assert (card["argument"]["value"], card["stance"]["value"]) == ("omdat het fijn is", "yes")
    assert card["back"].startswith("data:image/jpeg")
    assert [(one["id"], one["name"], one["crop"]) for one in data["backs"]] == [("r-8", "Park", None), ("x", "", None)]


def test_arguments_and_stances_are_in_the_report(tmp_path: Path) -> None:
    """Also of a card that lies nowhere, and of one that nobody knows."""
    results(tmp_path)
    rows = gather([tmp_path]).arguments
    assert [(row.source, row.card_id, row.item, row.item_text, row.stance, row.text) for row in rows] == [
        ("back", "c-k7", "k7", "Koor", "yes", "omdat het fijn is"), ("back", "r-8", "k8", "Park", "yes", "omdat het fijn is"),
        ("back", "x", None, "", "yes", "omdat het fijn is")]
    assert all(row.doubtful for row in rows)
    assert not gather([tmp_path]).cards[0].doubtful  # where it lay is not in doubt


UNSEEN = {"said": "", "stance": None, "needs_review": ["stance-uncertain"]}  # boxes that cannot be told


def evening(folder: Path) -> Path:
    """Three tables; Park lay nowhere, one back is of nobody knows what, one has boxes that cannot be told."""
    results(folder, "tafel-1")
    results(folder, "tafel-2", [back(stance="no"), back("r-8", 8, stance="doubt", said="")])
    results(folder, "tafel-3", [back(**UNSEEN), back("r-8", 8, stance="yes", needs_review=["stance-uncertain"])])
    return folder


def stances(figures: Figures, group: str | None = None) -> dict[str, tuple[int, int, int, int]]:
    return {row.text: (row.stance_yes, row.stance_doubt, row.stance_no, row.stance_open) for row in figures.of_group(group)
            if ticked(row)}


def test_stances_are_counted_per_item_over_tables(tmp_path: Path) -> None:
    figures = Figures(gather([evening(tmp_path)]))
    assert stances(figures) == {"Koor": (1, 0, 1, 1), "Park": (2, 1, 0, 1)}
    groups = Figures(gather([tmp_path], groups={"tafel-1": "oost", "tafel-2": "west", "tafel-3": "west"}))
    assert stances(groups) == stances(figures)
    assert (stances(groups, "oost"), stances(groups, "west")) == (
        {"Koor": (1, 0, 0, 0), "Park": (1, 0, 0, 0)}, {"Koor": (0, 0, 1, 1), "Park": (1, 1, 0, 1)})
    result = read_result(tmp_path / "tafel-3.json")
    mended = with_words(result, said("stance.value", "doubt", "c-k7"), said("checked", True, "c-k7"))
    (tmp_path / "tafel-3.json").write_text(mended.model_dump_json(by_alias=True), encoding="utf-8")
    assert stances(Figures(gather([tmp_path])))["Koor"] == (1, 1, 1, 0)


@pytest.mark.parametrize("word", ["Koor", "Groen in de wijk"])
def test_backs_count_under_the_words_that_the_analyst_chose(tmp_path: Path, word: str) -> None:
    """Also where no card of either lay on a poster."""
    gathered = gather([evening(tmp_path)], same={"park": word})
    own = (1, 0, 1, 1)
    assert stances(Figures(gathered)) == ({"Koor": (3, 1, 1, 2)} if word == "Koor" else {"Koor": own, word: (2, 1, 0, 1)})
    assert {row.item_text for row in gathered.arguments if row.card_id == "r-8"} == {word}


def test_stances_are_in_workbook_and_page_and_nothing_else_breaks_of_them(tmp_path: Path) -> None:
    figures = Figures(gather([evening(tmp_path)]))
    heads, *rows = load_workbook(io.BytesIO(workbook(figures, "nl")))["Ingrediënten"].iter_rows(values_only=True)
    assert heads[-4:] == ("Zeker wel", "Twijfel", "Zeker niet", "Hokjes na te kijken")
    assert {row[0]: row[-4:] for row in rows} == stances(figures)
    told = [row[1] for row in load_workbook(io.BytesIO(workbook(figures, "nl")))["Uitleg"].iter_rows(values_only=True)]
    assert {"Zeker wel", "Hokjes na te kijken"} <= set(told)
    page = one_page(figures, "nl", str).decode()
    table = page.split('id="stances"')[1].split("</table>")[0]
    shown = [re.findall(r"<t[hd][^>]*>([^<]*)<", line) for line in table.split("<tr>")[2:]]
    assert shown == [["Park", "2", "1", "·", "1"], ["Koor", "1", "·", "1", "1"]]
    assert "1 achterkant(en) niet geteld" in page
    assert pdf(figures, "nl").startswith(b"%PDF")
    groups = Figures(gather([tmp_path], groups={"tafel-1": "oost", "tafel-2": "west", "tafel-3": "west"}))
    assert slides(groups, "nl")


def test_without_backs_nothing_is_said_of_stances(tmp_path: Path) -> None:
    results(tmp_path, backs=[back(said="", stance=None, needs_review=[])])
    figures = Figures(gather([tmp_path]))
    assert not stances(figures)
    heads = next(load_workbook(io.BytesIO(workbook(figures, "nl")))["Ingrediënten"].iter_rows(values_only=True))
    assert "Zeker wel" not in heads
    assert 'id="stances"' not in one_page(figures, "nl", str).decode()


def run(folder: Path, *arguments: str) -> int:
    return main(["backs", *arguments, "--catalogue", str(folder / "catalogue.json"), "--out", str(folder / "uit")])


def test_from_a_photo_to_the_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before the table is scanned, after it, and a second time."""
    photo, _, catalogue = drawn_table([(7, Filled((Mark("no", "cross"),))), (8, Filled((Mark("yes", "tick"),)))],
                                      np.random.default_rng(4))
    Image.fromarray(photo.rgb).save(tmp_path / "b.png")
    (tmp_path / "broken.jpg").write_bytes(b"no photo")
    (tmp_path / "catalogue.json").write_text(catalogue.model_dump_json(by_alias=True), encoding="utf-8")
    assert run(tmp_path, str(tmp_path / "b.png")) == 2
    assert "--table" in capsys.readouterr().err
    assert run(tmp_path, str(tmp_path / "b.png"), str(tmp_path / "broken.jpg"), "--table", "tafel-1", "--lang", "nl") == 1
    told = capsys.readouterr().err
    assert "nog niet gescand" in told
    assert "broken.jpg" in told
    write_table(tmp_path / "uit", "tafel-1", outcome_of(cards=[card_data("c-k7", marker_id=7, catalogue_id="k7")]))
    result = read_result(tmp_path / "uit" / "tafel-1.json")
    assert result.cards[0].stance is not None
    assert (result.cards[0].stance.value, result.cards[0].needs_review) == ("no", [])
    assert [one.marker_id for one in result.backs] == [8]
    assert sorted(path.name for path in (tmp_path / "uit" / "tafel-1" / "backs").iterdir()) == ["r-7.jpg", "r-8.jpg"]
    assert run(tmp_path, str(tmp_path / "b.png")) == 0
    assert read_result(tmp_path / "uit" / "tafel-1.json") == result


def test_a_photo_moves_with_its_table(tmp_path: Path) -> None:
    photo, _, catalogue = drawn_table([(7, Filled((Mark("no", "cross"),)))], np.random.default_rng(4))
    Image.fromarray(photo.rgb).save(tmp_path / "b.png")
    (tmp_path / "catalogue.json").write_text(catalogue.model_dump_json(by_alias=True), encoding="utf-8")
    for name in ("tafel-1", "tafel-2"):
        write_table(tmp_path / "uit", name, outcome_of(table=name, cards=[card_data("c-k7", marker_id=7, catalogue_id="k7")]))
    assert run(tmp_path, str(tmp_path / "b.png"), "--table", "tafel-1") == 0
    assert run(tmp_path, str(tmp_path / "b.png"), "--table", "tafel-2") == 0
    one, two = (read_result(tmp_path / "uit" / f"tafel-{n}.json").cards[0].back for n in (1, 2))
    assert (one, two) == (None, "r-7")
