"""The review page on a phone, a large screen, at 200 % and on paper: all of it in sight, nothing over anything, for everybody."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from posterscan.messages import Language
from review_browser import Review, reviewing, write_page
from review_pages import doubted, sticker, table_data, true_card, write_folder

LONG = "Een buurtmoestuin met een kas, een composthoek en een bankje in de zon, waar iedereen mag komen helpen op zaterdag " * 3
SIZES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True},
    "large": {"viewport": {"width": 1920, "height": 1080}},
    "200 %": {"viewport": {"width": 960, "height": 540}, "device_scale_factor": 2},
    "narrow": {"viewport": {"width": 320, "height": 640}}}
# Controls that can be seen, and the ends of those that overlap; a control inside another, or scrolled out of sight, is none.
OVERLAPS = """() => {
  const seen = [...document.querySelectorAll("button, input, textarea, [role=option]")].filter((node) => {
    const box = node.getBoundingClientRect();
    if (!box.width || !box.height || getComputedStyle(node).visibility === "hidden") return false;
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return top && (node.contains(top) || top.contains(node) || top.closest("label")?.contains(node));
  });
  const name = (node) => node.id || node.dataset.verb || node.dataset.item || node.textContent.slice(0, 30);
  const out = [];
  seen.forEach((a, i) => seen.slice(i + 1).forEach((b) => {
    if (a.contains(b) || b.contains(a)) return;
    const [p, q] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
    const [w, h] = [Math.min(p.right, q.right) - Math.max(p.left, q.left), Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top)];
    if (w > 1 && h > 1) out.push(`${name(a)} / ${name(b)}`);
  }));
  return out;
}"""
CLIPPED = """() => [...document.querySelectorAll("button")]
  .filter((node) => node.offsetParent && node.scrollWidth > node.clientWidth + 1)
  .map((node) => node.id || node.dataset.verb || node.textContent.slice(0, 40))"""
OUTSIDE = """() => [...document.querySelectorAll("header button, #panel button, textarea, #tools button, footer p")]
  .filter((node) => {
    const box = node.getBoundingClientRect();
    return box.width && (box.left < -1 || box.right > innerWidth + 1);
  }).map((node) => node.id || node.dataset.verb || node.textContent.slice(0, 30))"""

FOCUSED = """() => {
  const node = document.activeElement, box = node.getBoundingClientRect(), style = getComputedStyle(node);
  return { name: node.id || node.dataset.verb || node.dataset.item || node.name || node.tagName,
           shown: box.width > 0 && box.height > 0,
           ring: style.outlineStyle !== "none" || style.boxShadow !== "none" || ["radio", "checkbox"].includes(node.type),
           part: (node.closest("header, nav, main, section") || node).tagName };
}"""


def folder_of(path: Path) -> Path:
    """Two tables; the first has a card with a long text, stickers, a disputed word and things to look at."""
    cards = [true_card(n) for n in range(24)]
    cards[0] = doubted(cards[0], "text-uncertain", 0.1, text=LONG, catalogue_id=None)
    cards[0]["text"] |= {"readings": [{"engine": "a", "text": text, "confidence": 0.3} for text in ("Moestuin", LONG[:90])]}
    cards[1] = doubted(cards[1], "stickers-crowded", 0.3)
    cards[1]["stickers"] |= {"count": 2, "items": [sticker(130, 40), sticker(190, 60)]}
    cards[2] = doubted(cards[2], "zone-border", 0.5)
    apart = {"card": "c02", "field": "zone.id", "value": "buurt", "by": "Bo", "at": "2026-11-24T20:00:00+01:00"}
    checks = [{"code": "uncertain-place", "severity": "warning", "message": LONG, "center_mm": [500, 450], "area_mm2": 900},
              {"code": "photo-failed", "severity": "info", "message": "b.jpg"}]
    first = table_data(cards=cards, checks=checks, session={"id": "2K7", "name": "Buurt Noord, avond in het dorpshuis De Zwaan",
                                                            "date": "2026-11-24"}, review={"differences": [apart]})
    return write_folder(path, [first, table_data("tafel-2")])


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[Language, str]:
    languages: tuple[Language, ...] = ("nl", "en")
    return {language: write_page(folder_of(tmp_path_factory.mktemp(language)), language) for language in languages}


def merging(review: Review) -> None:
    review.press("m")


def typing(review: Review) -> None:
    review.page.fill("#text", "koo")


def noticed(review: Review) -> None:
    """The browser's storage is full: a lasting notice."""
    review.page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    review.press("2")
    review.page.wait_for_selector("#notices [role=alert]")


def finished(review: Review) -> None:
    while review.chosen() is not None:
        review.press("Enter")


STATES: dict[str, Callable[[Review], object]] = {
    "start": lambda review: None, "typing": typing,
    "keys": lambda review: review.press("?"), "tables": lambda review: review.press("o"),
    "merge": merging, "drawing": lambda review: review.press("v"), "stickers": lambda review: review.press("g"),
    "differ": lambda review: review.choose("card:c02"), "check": lambda review: review.choose("check:uncertain-place@500,450"),
    "notice": noticed, "all": lambda review: review.click("#all"), "finished": finished}


@pytest.mark.parametrize("size", SIZES)
def test_all_of_it_is_in_sight_and_nothing_lies_over_anything(browser: Browser, pages: dict[Language, str], tmp_path: Path,
                                                              size: str) -> None:
    wrong: dict[str, Any] = {}
    for name, reach in STATES.items():
        with reviewing(browser, pages["nl"], **SIZES[size]) as review:
            reach(review)
            review.page.wait_for_timeout(50)
            width = review.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            found = {"wide": width if width[0] > width[1] else [], "overlap": review.page.evaluate(OVERLAPS),
                     "clipped": review.page.evaluate(CLIPPED), "outside": review.page.evaluate(OUTSIDE)}
            review.page.screenshot(path=tmp_path / f"{size.replace(' %', '')}-{name}.png")
            wrong |= {f"{name}: {what}": where for what, where in found.items() if where}
    assert wrong == {}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_nothing_keeps_people_with_aids_out(browser: Browser, pages: dict[Language, str], language: Language) -> None:
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    wrong: dict[str, Any] = {}
    states = STATES if language == "nl" else {name: STATES[name] for name in ("start", "keys", "differ")}  # only words differ
    for name, reach in states.items():
        for size in ("large", "phone") if name in ("start", "keys") else ("large",):
            with reviewing(browser, pages[language], **SIZES[size]) as review:
                reach(review)
                review.page.evaluate(axe)
                found = review.page.evaluate("async () => (await axe.run()).violations")
                wrong |= {f"{name}, {size}: {one['id']}": [node["html"][:120] for node in one["nodes"][:3]]
                          for one in found if one["impact"] in ("serious", "critical")}
    assert json.dumps(wrong, indent=1) == "{}"


def test_the_focus_goes_along_with_what_is_seen(browser: Browser, pages: dict[Language, str]) -> None:
    with reviewing(browser, pages["nl"]) as review:
        assert review.page.evaluate(FOCUSED)["name"] == "panel"  # Enter says right at once
        review.page.evaluate("() => { const top = document.querySelector('#where'); top.tabIndex = -1; top.focus(); }")
        parts, names = [], []
        for _ in range(80):
            review.page.keyboard.press("Tab")
            at = review.page.evaluate(FOCUSED)
            if at["name"] == "BODY" or at["name"] in names[:1]:
                break
            assert at["shown"], at
            assert at["ring"], at
            names.append(at["name"])
            if not parts or parts[-1] != at["part"]:
                parts.append(at["part"])
        assert parts[:4] == ["HEADER", "NAV", "MAIN", "SECTION"]
        assert {"by", "save", "help", "all", "card:c00", "text", "zone", "plus", "kind", "right", "next", "add"} <= set(names)
        review.page.focus("#help")
        review.page.keyboard.press("Enter")
        assert review.page.evaluate("document.activeElement.closest('dialog')?.id") == "keys"
        review.page.keyboard.press("Escape")
        assert review.page.evaluate(FOCUSED)["name"] == "help"


def test_on_paper_the_poster_and_all_cards(browser: Browser, pages: dict[Language, str], tmp_path: Path) -> None:
    with reviewing(browser, pages["nl"], viewport={"width": 794, "height": 1123}) as review:
        review.press("2", "Enter")
        review.page.emulate_media(media="print")
        review.page.wait_for_selector("#paper table")
        assert review.page.locator("#paper tbody tr").count() == 24
        assert not review.page.locator("header.top, #panel, #tools").locator("visible=true").count()
        assert "Buurt" in review.page.inner_text("#paper tbody")
        assert review.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        review.page.screenshot(path=tmp_path / "paper.png", full_page=True)
        review.page.pdf(path=tmp_path / "paper.pdf", format="A4")


def test_forced_colours_and_no_motion(browser: Browser, pages: dict[Language, str], tmp_path: Path) -> None:
    with reviewing(browser, pages["nl"], forced_colors="active", color_scheme="dark") as review:
        review.press("Enter")
        review.page.screenshot(path=tmp_path / "forced.png")
        assert review.page.evaluate("document.getAnimations().filter((one) => one.playState === 'running').length") == 0


@pytest.mark.parametrize("size", ["phone", "200 %"])
def test_the_next_card_is_in_sight(browser: Browser, pages: dict[Language, str], size: str) -> None:
    """Where all stands in one column, going on once left the page scrolled below the next card."""
    title = "() => document.querySelector('#panel-title').getBoundingClientRect().top"
    with reviewing(browser, pages["nl"], **SIZES[size]) as review:
        for go_on in (lambda: review.verb("right"), lambda: review.page.click('#worklist [data-item="card:c02"]')):
            review.page.evaluate("() => document.querySelector('#worklist').scrollIntoView()")
            before = review.chosen()
            go_on()
            assert review.chosen() != before
            height = review.page.evaluate("innerHeight")
            assert 0 <= review.page.evaluate(title) < height * 0.7


def test_a_notice_is_seen_by_who_has_scrolled_down(browser: Browser, pages: dict[Language, str]) -> None:
    full = "Storage.prototype.setItem = () => { throw new Error('full'); }"
    with reviewing(browser, pages["nl"], **SIZES["phone"]) as review:
        review.page.evaluate(f"() => {{ {full} }}")
        review.page.evaluate("() => document.querySelector('#worklist').scrollIntoView()")
        review.verb("right")
        notice = review.page.wait_for_selector(".notice")
        review.page.wait_for_function("() => document.querySelector('.notice').getBoundingClientRect().bottom > 0")
        assert -1 < notice.bounding_box()["y"] < 400
