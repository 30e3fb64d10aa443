"""The served page in a browser: what is said is in the files at once, and nothing is lost when that fails."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from posterscan.batch.lock import only_one
from posterscan.files import read_result
from posterscan.places import FolderPlace
from review_browser import Review
from review_pages import Server, doubted, now, serving, table_data, true_card, words_of, write_folder
from test_review_serve import post


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cards = [doubted(true_card(0), "text-uncertain", text="Kcor"), doubted(true_card(1), "zone-border", 0.5), true_card(2)]
    return write_folder(tmp_path / "uit", [table_data(cards=cards)])


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    with serving(folder) as running:
        yield running


@pytest.fixture
def review(browser: Browser, server: Server) -> Iterator[Review]:
    visitor = Review(browser, server.url)
    yield visitor
    assert visitor.page.evaluate("window.stopped") == []
    assert [url for url in visitor.requests if not url.startswith((server.url, "data:", "blob:"))] == []
    visitor.close()


def until(true: Callable[[], bool], within_s: float = 10) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def all_saved(review: Review) -> None:
    review.page.wait_for_function("() => document.querySelector('#saved').dataset.unsaved === 'false'")


def test_edits_reach_the_files_and_a_reload_shows_them(review: Review, folder: Path) -> None:
    for picture in ("#picture", "#panel img.crop"):
        review.page.wait_for_function("(s) => document.querySelector(s)?.naturalWidth > 0", arg=picture)
    review.choose("card:c00")
    review.press("t")
    review.type("Koor 1")
    review.press("Enter")
    until(lambda: now(folder).cards[0].text.value == "Koor 1")
    review.choose("card:c01")
    review.press("2")
    until(lambda: now(folder).cards[1].zone.id == "buurt")
    all_saved(review)
    review.reload()
    review.choose("card:c00")
    assert review.page.input_value("#text") == "Koor 1"
    assert review.state_of("c00") == "changed"
    while review.chosen() is not None:
        review.press("Enter")
    until(lambda: read_result(folder / "tafel-1.json").review.status == "reviewed")
    review.press("u")
    all_saved(review)
    review.reload()
    assert review.faults == []
    assert review.dialogs == []


def test_going_back_to_what_was_measured_reaches_the_files_too(review: Review, folder: Path) -> None:
    review.choose("card:c01")
    review.press("2")
    until(lambda: now(folder).cards[1].zone.id == "buurt")
    all_saved(review)
    review.press("u")
    until(lambda: now(folder).cards[1].zone.id == "thuis")
    all_saved(review)
    review.reload()
    review.press("r")
    until(lambda: now(folder).cards[1].zone.id == "buurt")


def test_two_people_at_once_are_asked_who_is_right(review: Review, folder: Path, server: Server) -> None:
    assert post(server, words_of(folder, ("c00", "text", "Koor"), by="Bo", session="s2"))[0] == 200
    review.page.fill("#by", "An")
    review.choose("card:c00")
    review.press("t")
    review.type("Koren")
    review.press("Escape")
    review.page.fill("#text", "Koren")
    review.press("Tab")
    review.page.wait_for_selector("#panel [data-verb=decide]")
    assert now(folder).cards[0].text.value == "Koor"
    assert review.page.input_value("#text") == "Koor"
    review.page.locator("#panel [data-verb=decide]", has_text="Koren").click()
    until(lambda: now(folder).cards[0].text.value == "Koren")
    all_saved(review)
    assert read_result(folder / "tafel-1.json").review.differences == []


def test_what_cannot_be_posted_is_kept_and_tried_again(review: Review, folder: Path) -> None:
    with only_one(FolderPlace(folder), 0, lambda _: None):
        review.choose("card:c01")
        review.press("2")
        review.page.wait_for_selector("#notices [role=alert]", timeout=10_000)
        assert "Er schrijft al een andere posterscan-batch" in review.page.inner_text("#notices")
    until(lambda: now(folder).cards[1].zone.id == "buurt", 20)
    all_saved(review)
    assert not review.page.locator("#notices [role=alert]").count()


def test_work_outlives_the_server(browser: Browser, folder: Path) -> None:
    with serving(folder) as server:
        review = Review(browser, server.url)
        server.stop()
        review.choose("card:c01")
        review.press("2")
        review.page.wait_for_selector("#notices [role=alert]")
        with review.page.expect_download() as download:
            review.page.locator("#notices button").last.click()
        document = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
        review.close()
    assert [(w["card"], w["field"], w["value"]) for w in document["tables"][0]["corrections"]] == [("c01", "zone.id", "buurt")]
