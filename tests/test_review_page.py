"""The page as a file: all of its data, none of it taken for HTML, nothing from elsewhere, and words for every doubt."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from posterscan.cli.main import main
from posterscan.corrections_carry import measured_hash
from posterscan.files import read_result, write_table
from posterscan.kept_kits import keep
from posterscan.one_file_page import in_html, page_files
from posterscan.places import FolderPlace
from posterscan.reason_words import CHECKS, REASONS
from posterscan.review.page import make_page
from results import card_data, outcome_of

LAYOUT = {"schema": "posterscan-layout/1", "id": "proef", "size_mm": [400, 300], "markers": [], "zones": [
    {"id": "links", "label": "</script><b>Links", "kind": "sphere", "polygon_mm": [[0, 0], [200, 0], [200, 300], [0, 300]]}]}
CATALOGUE = {"schema": "posterscan-catalogue/1", "cards": [{"id": "koor", "kind": "ingredient", "text": "Koor"}]}
HOSTILE = "</script><script>alert(1)</script>\u2028<!--{{data}}&lt;"


def made(folder: Path, *, kit: bool = True, **changes: Any) -> FolderPlace:
    files = {"layout.json": json.dumps(LAYOUT).encode(), "catalogue.json": json.dumps(CATALOGUE).encode()}
    shas = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    place = FolderPlace(folder)
    if kit:
        keep(place, files)
    write_table(folder, "tafel-1", outcome_of(**({
        "cards": [card_data("c01", text={"value": HOSTILE, "confidence": 0.4, "source": "ocr"}, needs_review=["text-uncertain"])],
        "layout": {"id": "proef", "sha256": shas["layout.json"]}, "catalogue": {"sha256": shas["catalogue.json"]}} | changes)))
    return place


def data_of(page: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert len(found) == 1
    data: dict[str, Any] = json.loads(found[0])
    return data


def test_everything_is_in_the_page_as_it_was_measured(tmp_path: Path) -> None:
    page = make_page(made(tmp_path), "nl")
    data = data_of(page.content.decode())
    table = data["tables"][0]
    assert (page.pictures, page.tables, page.to_look_at) == ("inside", 1, 1)
    assert table["cards"][0]["text"]["value"] == HOSTILE
    assert table["measured"] == measured_hash(read_result(tmp_path / "tafel-1.json"))
    assert data["layouts"][table["layout"]]["zones"][0]["label"] == "</script><b>Links"
    assert data["catalogues"][table["catalogue"]]["cards"] == [{"id": "koor", "kind": "ingredient", "text": "Koor"}]
    assert table["picture"]["size_px"] == [40, 30]
    assert base64.b64decode(table["cards"][0]["crop"].partition(",")[2]) == (tmp_path / "tafel-1/cards/c01.jpg").read_bytes()


def test_what_counts_already_is_what_the_page_starts_from(tmp_path: Path) -> None:
    seen = {"text": "Koor", "catalogue_id": "koor", "kind": "ingredient", "side": "front", "zone": None, "stickers": 2}
    words = [{"card": "c01", "field": "text", "value": "Loket"}, {"card": "c01", "field": "checked", "value": True, "seen": seen}]
    differing = [{"card": "c01", "field": "zone.id", "value": "links", "by": "Bo", "at": "2026-11-24T20:00:00+01:00"}]
    made(tmp_path, review={"status": "in-progress", "corrections": words, "differences": differing})
    table = data_of(make_page(FolderPlace(tmp_path), "nl").content.decode())["tables"][0]
    now = {(word["card"], word["field"]): word["value"] for word in table["applied"]}
    assert now[("c01", "text.value")] == "Koor"
    assert now[("c01", "stickers.count")] == 2
    assert now[("c01", "checked")] is True
    assert (table["known"], table["differences"]) == (2, differing)


def test_only_its_own_script_and_style_may_run_and_nothing_is_loaded(tmp_path: Path) -> None:
    page = make_page(made(tmp_path), "nl").content.decode()
    policy = html.unescape(re.findall(r'Content-Security-Policy" content="([^"]*)"', page)[0])
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert (len(scripts), len(styles)) == (1, 1)
    for kind, text in (("script", scripts[0]), ("style", styles[0])):
        assert f"{kind}-src 'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "connect-src 'none'" in policy
    outside = re.sub(r"http://www\.w3\.org/\S+", "", page)
    assert not re.findall(r"https?://", outside)
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", scripts[0])
    assert not re.findall(r"\son[a-z]+=|\sstyle=", re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL))


def test_the_page_itself_is_small() -> None:
    assert sum(len(text.encode()) for text in page_files("posterscan.review").values()) < 300_000


def test_many_pictures_stay_beside_the_page(tmp_path: Path) -> None:
    page = make_page(made(tmp_path), "nl", one_file_mb=0.0)
    table = data_of(page.content.decode())["tables"][0]
    assert page.pictures == "beside"
    assert (table["picture"]["src"], table["cards"][0]["crop"]) == ("tafel-1/rectified.jpg", "tafel-1/cards/c01.jpg")


def test_the_command_writes_it_and_says_how_large_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(tmp_path)
    assert main(["review", str(tmp_path), "--lang", "en"]) == 0
    output = capsys.readouterr()
    assert output.out.strip() == str(tmp_path / "review.html")
    assert "1 table, 1 card needs a look; all in one file (0." in output.err
    assert main(["review", str(tmp_path), "--lang", "nl", "--one-file-mb", "0"]) == 0
    assert "de foto's staan in de mappen ernaast: houd alles bij elkaar" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "told"), [
    (["--only", "tafel-9"], "no result of tafel-9"), ([], "The poster's layout is missing for tafel-1.")])
def test_what_cannot_be_shown_is_told_with_the_cure(tmp_path: Path, arguments: list[str], told: str,
                                                    capsys: pytest.CaptureFixture[str]) -> None:
    made(tmp_path, kit=False)
    assert main(["review", str(tmp_path), "--lang", "en", *arguments]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "review.html").exists()


def test_a_kit_elsewhere_can_be_named(tmp_path: Path) -> None:
    made(tmp_path / "uit", kit=False)
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit/layout.json").write_text(json.dumps(LAYOUT), encoding="utf-8")
    (tmp_path / "kit/catalogue.json").write_text(json.dumps(CATALOGUE), encoding="utf-8")
    assert main(["review", str(tmp_path / "uit"), "--kit", str(tmp_path / "kit"), "--lang", "en"]) == 0


def test_an_empty_folder_and_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(tmp_path), "--lang", "en"]) == 2
    assert "There are no results in this folder." in capsys.readouterr().err
    assert main(["review", str(tmp_path / "weg"), "--lang", "en"]) == 2
    assert "is no folder" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["</script>", "<!--", "&amp;", "\u2028\u2029", "\ud800", "é€😀", '"\\'])
def test_no_text_ends_the_data(text: str) -> None:
    written = in_html({"a": text})
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written)["a"] == text.encode("utf-8", "replace").decode("utf-8")


def test_every_doubt_has_the_words_of_the_document() -> None:
    text = (ROOT / "docs" / "reason-codes.md").read_text(encoding="utf-8")
    cards, checks = (part.split("\n## ")[0] for part in (text.split("## On a card")[1], text.split("## About the table")[1]))
    row = re.compile(r"^\| `([a-z-]+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)
    assert {code: (nl, en) for code, nl, en in row.findall(cards)} == {
        code: (reason.words.nl, reason.words.en) for code, reason in REASONS.items()}
    assert {code: (nl.replace("`", ""), en.replace("`", "")) for code, nl, en in row.findall(checks)} == {
        code: (words.nl, words.en) for code, words in CHECKS.items()}


def test_a_name_that_is_no_utf8_does_not_keep_the_page_from_being_made(tmp_path: Path) -> None:
    place = made(tmp_path)
    odd = os.fsdecode(b"tafel-\xff")
    try:
        (tmp_path / "tafel-1").rename(tmp_path / odd)
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    (tmp_path / "tafel-1.json").rename(tmp_path / f"{odd}.json")
    assert make_page(place, "nl").pictures == "inside"
    beside = data_of(make_page(place, "nl", one_file_mb=0.0).content.decode())
    assert beside["tables"][0]["picture"]["src"] == "tafel-%FF/rectified.jpg"
