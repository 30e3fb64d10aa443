"""Corrections into real files: all or nothing, twice as once, everything beside the results brought up to date."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from posterscan.batch.index import Index
from posterscan.batch.tables import write_tidy
from posterscan.cli.main import main
from posterscan.corrections import corrected
from posterscan.corrections_carry import measured_hash
from posterscan.files import read_result, write_table
from posterscan.kept_kits import keep
from posterscan.places import FolderPlace
from posterscan.records import TableResult
from posterscan.review.document import MOST_CORRECTIONS
from results import card_data, outcome_of, photo_data

LAYOUT = {"schema": "posterscan-layout/1", "id": "proef", "size_mm": [400, 300], "markers": [], "zones": [
    {"id": "links", "label": "Links", "kind": "sphere", "polygon_mm": [[0, 0], [200, 0], [200, 300], [0, 300]]}]}
CATALOGUE = {"schema": "posterscan-catalogue/1", "cards": [{"id": "koor", "kind": "ingredient", "text": "Koor"}]}
OUTLINE = [[100, 200], [180, 200], [180, 250], [100, 250]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two tables in a folder, the second of another photo, with tidy tables and an index."""
    import hashlib

    place = FolderPlace(tmp_path)
    kit = {"layout.json": json.dumps(LAYOUT).encode(), "catalogue.json": json.dumps(CATALOGUE).encode()}
    keep(place, kit)
    shas = {name: hashlib.sha256(content).hexdigest() for name, content in kit.items()}
    results = []
    for number, letter in ((1, "a"), (2, "b")):
        outcome = outcome_of(table=f"tafel-{number}", photos=[photo_data(sha256=letter * 64)], cards=[
            card_data("c01", needs_review=["text-uncertain"]), card_data("c02", center_mm=[300, 100])],
            layout={"id": "proef", "sha256": shas["layout.json"]}, catalogue={"sha256": shas["catalogue.json"]})
        write_table(tmp_path, f"tafel-{number}", outcome)
        Image.fromarray(_picture()).save(tmp_path / f"tafel-{number}" / "rectified.jpg", quality=95)
        results.append((f"tafel-{number}.json", outcome.result))
    write_tidy(place, results)
    tables = [{"name": name[:-5], "table": name[:-5], "session": None, "status": "read", "file": name, "photos": ["a.jpg"],
               "cards": 2, "needs_review": 1, "review": "unreviewed"} for name, _ in results]
    index = Index.model_validate({
        "schema": "posterscan-index/1", "software": {"version": "0"}, "tables": tables, "photos": [],
        "counts": {"photos": 2, "used": 2, "tables": 2, "read": 2, "failed": 0, "problems": 0}})
    place.write("index.json", index.model_dump_json(by_alias=True).encode())
    return tmp_path


def _picture() -> np.ndarray:
    """The sheet at 2 px per mm: grey, with a red quarter where OUTLINE begins."""
    rgb = np.full((600, 800, 3), 128, np.uint8)
    rgb[400:450, 200:280] = (250, 10, 10)
    return rgb


def word(card: str | None, field: str, value: object, **more: Any) -> dict[str, Any]:
    return {"card": card, "field": field, "value": value, "at": "2026-11-24T20:00:00+01:00", **more}


def document(folder: Path, *words: dict[str, Any], table: str = "tafel-1", **changes: Any) -> dict[str, Any]:
    result = read_result(folder / f"{table}.json")
    of = {"name": table, "measured": measured_hash(result), "photos": [p.sha256 for p in result.photos], "status": "in-progress",
          "corrections": list(words)}
    return {"schema": "posterscan-corrections/1", "software": {"name": "posterscan", "version": "0"}, "by": "An", "session": "s1",
            "at": "2026-11-24T21:00:00+01:00", "tables": [of | changes]}


def apply(folder: Path, data: object, *more: str) -> int:
    file = folder.parent / "corrections.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return main(["apply", str(file), str(folder), "--lang", "en", *more])


def everything(folder: Path) -> dict[str, bytes]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "lock"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def now(folder: Path, table: str = "tafel-1") -> TableResult:
    return corrected(read_result(folder / f"{table}.json"))


def test_corrections_reach_result_tidy_tables_and_index(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [word("c01", "text", "Koor"), word("c01", "catalogue_id", "koor"), word("c01", "checked", True),
             word("c02", "zone", "links")]
    assert apply(folder, document(folder, *words, sample=["c02"], status="reviewed")) == 0
    assert now(folder).cards[0].text.value == "Koor"
    with (folder / "cards.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["result"], r["text"], r["zone"]) for r in rows][:2] == [
        ("tafel-1.json", "Koor", ""), ("tafel-1.json", "Café „De Zón”", "links")]
    index = Index.model_validate_json((folder / "index.json").read_bytes())
    assert [(t.review, t.needs_review) for t in index.tables] == [("reviewed", 0), ("unreviewed", 1)]
    assert index.sample is not None
    assert (index.sample.cards, index.sample.wrong) == (1, 1)
    assert "Sample: of 1 card that nothing was doubted of, 1 was wrong (95 % interval 21 to 100 %)." in capsys.readouterr().err


def test_twice_changes_no_byte(folder: Path) -> None:
    data = document(folder, word("c01", "text", "Koor"),
                    word("added-140-225", "added", {"polygon_mm": OUTLINE, "kind": "ingredient"}))
    assert apply(folder, data) == 0
    once = everything(folder)
    assert apply(folder, data) == 0
    assert everything(folder) == once


def test_a_dry_run_shows_the_changes_and_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = everything(folder)
    assert apply(folder, document(folder, word("c01", "text", "Koor\x1b[2J")), "--dry-run") == 0
    told = capsys.readouterr().err
    assert "tafel-1  c01  text.value: “Café „De Zón”” → “Koor?[2J”" in told
    assert "1 correction would be taken up." in told
    assert everything(folder) == before


def test_an_added_card_gets_its_picture(folder: Path) -> None:
    turned = OUTLINE[1:] + OUTLINE[:1]  # its own top is the right side
    assert apply(folder, document(folder, word("a-1", "added", {"polygon_mm": OUTLINE, "kind": "ingredient"}),
                                  word("a-2", "added", {"polygon_mm": turned, "kind": "ingredient"}))) == 0
    upright = np.asarray(Image.open(folder / "tafel-1/cards/a-1.jpg"))
    assert upright.shape == (100, 160, 3)
    assert upright[20, 20, 0] > 200
    assert upright[20, 140, 0] < 150
    sideways = np.asarray(Image.open(folder / "tafel-1/cards/a-2.jpg"))
    assert sideways.shape == (160, 100, 3)
    assert sideways[140, 80, 0] < 150
    assert sideways[140, 20, 0] > 200


def test_people_who_differ_are_told_and_the_first_word_stays(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert apply(folder, document(folder, word("c01", "text", "Koor"))) == 0
    other = document(folder, word("c01", "text", "Koren")) | {"by": "Bo", "session": "s2"}
    assert apply(folder, other, "--json") == 1
    output = capsys.readouterr()
    assert "An says “Koor” (which counts), Bo says “Koren”" in output.err
    assert json.loads(output.out)[0]["differences"][0]["value"] == "Koren"
    assert now(folder).cards[0].text.value == "Koor"


@pytest.mark.parametrize(("words", "changes", "told"), [
    ([word("c99", "text", "x")], {}, "unknown card c99"),
    ([word("c01", "zone", "maan")], {}, "unknown zone maan"),
    ([word("c01", "catalogue_id", "geheim")], {}, "unknown catalogue card geheim"),
    ([word("c01", "merged_into", "c99")], {}, "unknown card c99"),
    ([word("c01", "stickers", -1)], {}, "tables[0].corrections[0].value: does not fit 'stickers'"),
    ([word("c01", "stickers", 10**30)], {}, "does not fit 'stickers'"),
    ([word("c01", "stickers", 1.5)], {}, "does not fit 'stickers'"),
    ([word("c01", "text", ["x"])], {}, "does not fit 'text'"),
    ([word("c01", "polygon_mm", [[0, 0], [1e300, 0], [1, 1], [0, 1]])], {}, "does not fit 'polygon_mm'"),
    ([word("c01", "__class__", "x")], {}, "'__class__' is unknown"),
    ([word(None, "text", "x")], {}, "'text' is unknown"),
    ([word("c01", "text", "x") | {"at": "gisteren"}], {}, "corrections[0].at: no time"),
    ([word("c01", "text", "x") | {"extra": 1}], {}, "extra"),
    ([], {"photos": ["c" * 64], "measured": "0" * 64}, "table tafel-1: these corrections are of other photos"),
    ([], {"photos": ["c" * 64], "measured": "0" * 64, "name": "tafel-9"}, "table tafel-9: there is no such table"),
    ([], {"name": "../tafel-1"}, "tables[0].name: '../tafel-1' is no name of a result"),
    ([], {"name": "C:\\tafel-1"}, "tables[0].name"), ([], {"name": ".."}, "tables[0].name"),
    ([], {"name": "a\0b"}, "tables[0].name"),
    ([], {"measured": "kort"}, "tables[0].measured"),
    ([], {"known": -1}, "tables[0].known"),
    ([word("c01", "text", "x")] * (MOST_CORRECTIONS + 1), {}, "tables[0].corrections"),
])
def test_what_does_not_belong_is_refused_as_a_whole(folder: Path, words: list[dict[str, Any]], changes: dict[str, Any], told: str,
                                                    capsys: pytest.CaptureFixture[str]) -> None:
    data = document(folder, *words, **changes)
    data["tables"].append(document(folder, word("c01", "text", "goed"), table="tafel-2")["tables"][0])
    before = everything(folder)
    assert apply(folder, data) == 2
    message = capsys.readouterr().err
    assert told in message
    assert "Nothing was changed." in message
    assert everything(folder) == before


@pytest.mark.parametrize(("content", "told"), [
    ("", "no JSON"), ("{", "no JSON"), ("[" * 100_000, "no JSON"), ("[]", "'schema' is None"),
    ('{"schema": "posterscan-result/1"}', "posterscan-result/1"),
    ('{"schema": "posterscan-corrections/1", "tables": NaN}', "no JSON"), ('{"schema": "posterscan-corrections/1"}', "tables"),
])
def test_what_is_no_file_of_corrections_is_refused(folder: Path, content: str, told: str,
                                                    capsys: pytest.CaptureFixture[str]) -> None:
    before = everything(folder)
    assert apply(folder, content) == 2
    assert told in capsys.readouterr().err
    assert everything(folder) == before


def test_a_file_that_is_not_there_or_a_folder_that_is_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", str(folder / "weg.json"), str(folder), "--lang", "en"]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert main(["apply", str(folder / "index.json"), str(folder / "index.json"), "--lang", "en"]) == 2
    assert "is no folder" in capsys.readouterr().err


def test_a_table_under_another_name_is_found(folder: Path) -> None:
    data = document(folder, word("c01", "text", "Koor"))
    for name in ("tafel-1.json", "tafel-1"):
        (folder / name).rename(folder / name.replace("1", "7"))
    assert apply(folder, data) == 0
    assert now(folder, "tafel-7").cards[0].text.value == "Koor"


def test_a_table_that_was_scanned_again_keeps_what_was_said(folder: Path) -> None:
    old = read_result(folder / "tafel-1.json")
    data = document(folder, word("c01", "text", "Koor", center_mm=[42.5, 27.5]), word("c02", "text", "Loket", center_mm=[300, 100]))
    write_table(folder, "tafel-1", outcome_of(
        table="tafel-1", photos=[photo_data(sha256="a" * 64)], cards=[card_data("c-koor", center_mm=[43, 28])],
        layout=old.layout.model_dump(), catalogue=old.catalogue.model_dump()))
    assert apply(folder, data) == 1  # one card is gone, which has to be known
    result = read_result(folder / "tafel-1.json")
    assert corrected(result).cards[0].text.value == "Koor"
    assert [(o.card, o.value) for o in result.review.orphans] == [("c02", "Loket")]
