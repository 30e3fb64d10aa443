"""The review page with backs: argument, what was ticked, the card that a loose back belongs to, and what `apply` makes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from posterscan.cli.main import main
from posterscan.corrections import corrected
from posterscan.files import read_result
from review_browser import Review, reviewing, write_page
from review_pages import table_data, true_card, write_folder

BACK = {"kind": "ingredient", "catalogue_id": None, "photo": "b.jpg", "polygon_px": [[0, 0], [85, 0], [85, 55], [0, 55]],
        "needs_review": ["argument-uncertain"]}


def said(text: str) -> dict[str, Any]:
    return {"value": text, "confidence": 0.7, "source": "ocr", "handwritten": True}


def table() -> dict[str, Any]:
    """Six cards, the first with a back of its own, and two backs that nobody knows the card of."""
    cards = [true_card(n) for n in range(6)]
    cards[0] |= {"argument": said("gezelig voor iedereen"), "stance": {"value": "no", "confidence": 0.4}, "back": "r-7",
                 "needs_review": ["argument-uncertain", "stance-uncertain"]}
    loose = [BACK | {"id": name, "argument": said(f"woorden van {name}"), "stance": {"value": "yes", "confidence": 0.98}}
             for name in ("x", "y")]
    return table_data(cards=cards, backs=loose)


def go_over(review: Review) -> None:
    review.choose("card:c00")
    assert review.page.input_value("#argument") == "gezelig voor iedereen"
    assert review.page.is_checked("input[name=stance][value=no]")
    review.page.fill("#argument", "gezellig voor iedereen")
    review.click("#panel label:has-text('zeker wel')")
    review.verb("right")
    review.choose("check:back:x")
    assert review.shows("woorden van x")
    options = review.page.locator("#front option").all_inner_texts()
    assert "Koor 1" not in options  # it has its back
    review.page.select_option("#front", "c03")
    review.choose("check:back:y")
    review.page.select_option("#front", "")


def test_a_back_is_mended_given_away_and_left_out(browser: Browser, tmp_path: Path) -> None:
    url = write_page(write_folder(tmp_path, [table()]))
    with reviewing(browser, url) as review:
        go_over(review)
        review.choose("card:c03")
        assert review.page.input_value("#argument") == "woorden van x"
        review.page.fill("#argument", "anders")
        document = review.saved()
    (tmp_path / "corrections.json").write_text(json.dumps(document), encoding="utf-8")
    assert main(["apply", str(tmp_path / "corrections.json"), str(tmp_path), "--lang", "en"]) == 0
    now = {card.id: card for card in corrected(read_result(tmp_path / "tafel-1.json")).cards}
    assert now["c00"].argument is not None
    assert now["c00"].stance is not None
    assert (now["c00"].argument.value, now["c00"].stance.value, now["c00"].needs_review) == ("gezellig voor iedereen", "yes", [])
    assert now["c03"].argument is not None
    assert (now["c03"].argument.value, now["c03"].back) == ("anders", "x")
    assert corrected(read_result(tmp_path / "tafel-1.json")).backs == []
    with reviewing(browser, write_page(tmp_path)) as again:
        again.choose("card:c03")
        assert again.page.input_value("#argument") == "anders"


def test_a_card_without_a_back_shows_none(browser: Browser, tmp_path: Path) -> None:
    with reviewing(browser, write_page(write_folder(tmp_path, [table_data(cards=[true_card(0)])]))) as review:
        review.choose("card:c00")
        assert not review.page.locator("#argument, input[name=stance], #front").count()
        review.verb("right")
        seen = [word["seen"] for one in review.saved()["tables"] for word in one["corrections"] if word["field"] == "checked"]
        assert "argument" not in seen[0]
