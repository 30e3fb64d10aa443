"""Whatever stands on a card or in a kit, the page shows it as text: nothing of it runs, loads, or breaks the page."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from posterscan.cli.main import main
from review_browser import Review, reviewing, write_page
from review_pages import LAYOUT, doubted, now, table_data, true_card, write_folder

HOSTILE = {
    "script": "<script>alert(1)</script>", "image": '"><img src=x onerror=alert(2)>', "end": "</script><script>alert(3)</script>",
    "comment": "<!--<script>", "attribute": "' onfocus='alert(4)' autofocus='", "lines": "een\u2028twee\u2029drie\x85vier",
    "right-to-left": "\u202ednab\u202c מילה \u2066x", "formula": "=cmd|' /C calc'!A0", "template": "{{data}} {{script}} ${1+1}",
    "url": "javascript:alert(5)", "entity": "&lt;b&gt; &amp; \\u003c \\\\",
    "svg": "<svg onload=alert(6)><style>*{display:none}</style>",
    "mixed": "\x00\x07\x1b[31m ", "proto": "__proto__", "emoji": "👩‍👩‍👧‍👦 é̂̃̄"}
LONG = "x" * 10_000


def one_line(text: str) -> str:
    """As a browser gives back what it shows."""
    return "".join(text.split())


def folder_of(path: Path, text: str) -> Path:
    """A table in which everything that comes from outside is that text."""
    cards = [true_card(n) for n in range(8)]
    cards[0] = doubted(cards[0], "text-uncertain", 0.1, text=text, catalogue_id=None)
    cards[0]["text"] |= {"readings": [{"engine": "a", "text": f"a{text}", "confidence": 0.3}]}
    cards[1] = doubted(cards[1], "no-such-reason", 0.2, text=f"b{text}")
    apart = {"card": "c02", "field": "text.value", "value": f"c{text}", "by": f"d{text}", "at": text}
    layout = LAYOUT | {"zones": [zone | {"label": f"{n}{text}"} for n, zone in enumerate(LAYOUT["zones"])]}
    catalogue = {"schema": "posterscan-catalogue/1", "cards": [{"id": "k00", "kind": "ingredient", "text": f"koor {text}"}]}
    checks = [{"code": f"g{text}", "severity": "warning", "message": f"h{text}"},
              {"code": "photo-failed", "severity": "info", "message": f"i{text}"}]
    table = table_data(cards=cards, session={"id": text, "name": f"e{text}", "date": f"f{text}"}, review={"differences": [apart]},
                       checks=checks)
    tables = {"tafel-1": table | {"table": f"t{text}"}, "tafel-2": table_data("tafel-2")}
    return write_folder(path, tables, layout=layout, catalogue=catalogue)


def visited(review: Review) -> str:
    """Goes everywhere; all the text that was seen on the way."""
    seen = []

    def look() -> None:
        seen.append(review.page.inner_text("body"))
        seen.extend(review.page.evaluate("[...document.querySelectorAll('textarea, input')].map((node) => node.value)"))
        seen.append(review.page.title())
        seen.append(review.page.evaluate("document.querySelector('#drawing').textContent"))

    for item in ("card:c00", "card:c01", "card:c02"):
        review.choose(item)
        look()
    review.page.fill("#text", "koor")
    look()
    review.press("Escape", "Escape")
    for key in ("m", "o", "?", "p"):
        review.press(key)
        look()
        review.press("Escape")
    while review.chosen() is not None and not str(review.chosen()).startswith("check:"):
        review.press("Enter")
    look()
    review.page.emulate_media(media="print")
    look()
    review.page.emulate_media(media="screen")
    return one_line("".join(seen))


@pytest.mark.parametrize("name", [*HOSTILE, "long"])
def test_a_text_is_a_text_everywhere(browser: Browser, tmp_path: Path, name: str) -> None:
    text = HOSTILE.get(name, LONG)
    folder = folder_of(tmp_path / "uit", text)
    with reviewing(browser, write_page(folder)) as review:
        review.page.fill("#by", text)
        review.press("Tab")
        review.press("f")
        seen = visited(review)
        told = one_line(text.replace("\x00", "�") if name != "mixed" else "")
        missing = [mark for mark in "abcdefht" if mark + told[:60] not in seen]
        if name not in ("long", "mixed"):
            assert missing == []
        assert review.page.evaluate("[document.scripts.length, document.styleSheets.length]") == [2, 1]
        assert not review.page.locator("[onload], [onerror], [onfocus], img[src=x]").count()
        assert review.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert review.dialogs == []
        review.choose("card:c03")
        review.press("t")
        review.page.fill("#text", text)
        review.press("Control+s")
        saved = review.saved()
    words = {(word["card"], word["field"]): word["value"] for table in saved["tables"] for word in table["corrections"]}
    if name not in ("lines", "mixed"):  # a field in a browser has its own line ends
        assert words["c03", "text.value"] == text.strip()
    file = tmp_path / "corrections.json"
    file.write_text(json.dumps(saved), encoding="utf-8")
    assert main(["apply", str(file), str(folder), "--lang", "en"]) in (0, 1)
    assert next(card for card in now(folder).cards if card.id == "c03").text.value == words["c03", "text.value"]


def test_names_of_tables_that_look_like_markup(browser: Browser, tmp_path: Path) -> None:
    names = ["a <b> & 'c' #1?x=%41", "%2e%2e", "één; tafel", "x" * 70]
    tables: dict[str, Any] = {name: table_data(name, [doubted(true_card(0), "text-uncertain", 0.2)]) for name in names}
    folder = write_folder(tmp_path, tables)
    for options in ({}, {"one_file_mb": 0}):
        with reviewing(browser, write_page(folder, **options)) as review:
            for name in sorted(names):
                review.press("o")
                review.page.locator("#tables button.link").filter(has_text=name).click()
                assert review.page.inner_text("#where") == name
                review.page.wait_for_function("() => document.querySelector('#picture').naturalWidth > 0")
                review.page.wait_for_function("() => document.querySelector('#panel img.crop').naturalWidth > 0")


def test_what_a_spreadsheet_would_take_for_a_formula_stays_text(browser: Browser, tmp_path: Path) -> None:
    from posterscan.batch.tables import write_tidy
    from posterscan.files import read_result
    from posterscan.places import FolderPlace

    folder = write_folder(tmp_path / "uit", [table_data()])
    write_tidy(FolderPlace(folder), [("tafel-1.json", read_result(folder / "tafel-1.json"))])
    with reviewing(browser, write_page(folder)) as review:
        review.choose("card:c00")
        review.page.fill("#text", HOSTILE["formula"])
        saved = review.saved()
    file = tmp_path / "corrections.json"
    file.write_text(json.dumps(saved), encoding="utf-8")
    assert main(["apply", str(file), str(folder)]) == 0
    with (folder / "cards.csv").open(encoding="utf-8-sig", newline="") as rows:
        assert next(csv.DictReader(rows))["text"] == "'" + HOSTILE["formula"]


@pytest.mark.parametrize("text", ["Koor ", " Koor", "a\r\nb", "a\rb", "a\nb", "Koor\t", "\u00a0Koor", ""])
def test_looking_on_is_no_edit_whatever_was_read(browser: Browser, tmp_path: Path, text: str) -> None:
    """Once, a text with a blank at its end was taken for one that somebody had typed."""
    note = {"card": "c01", "field": "note", "value": f"{text}\nwaarom "}
    cards = [doubted(true_card(n), "text-uncertain", text=text, catalogue_id=None) for n in range(3)]
    folder = write_folder(tmp_path / "uit", [table_data(cards=cards, review={"corrections": [note]})])
    with reviewing(browser, write_page(folder)) as review:
        review.press("n", "n", "n", "t", "Escape", "m", "Escape", "p", "f", "z")
        review.choose("card:c01")
        review.click("#save")
        assert review.page.is_disabled("#undo")
        review.press("Enter")
        assert {field for _, field in review.words()} == {"checked"}
