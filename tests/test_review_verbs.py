"""All that can be said on the review page, by keys and by pointer, and what `corrections.json` says then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from review_browser import Review, reviewing, write_page
from review_pages import doubted, sticker, table_data, true_card, write_folder

Words = dict[tuple[str | None, str], Any]
Do = Callable[[Review], object]
STICKERS = [sticker(130, 40), sticker(190, 60)]  # one on each half of c01, which lies from 120 to 205


def table() -> dict[str, Any]:
    """16 cards in two rows, two of them doubted; below them a place to look at, and a loose sticker."""
    cards = [true_card(n) for n in range(16)]
    readings = [{"engine": "a", "text": "Koor l", "confidence": 0.3}]
    cards[0] = doubted(cards[0], "text-uncertain", 0.2, text="Kcor", catalogue_id=None)
    cards[0]["text"] |= {"readings": readings}
    cards[1] = doubted(cards[1], "stickers-crowded", 0.3)
    cards[1]["stickers"] |= {"count": 2, "items": STICKERS}
    return table_data(cards=cards, loose_stickers=[sticker(60, 400)], checks=[
        {"code": "uncertain-place", "severity": "warning", "message": "", "center_mm": [500, 450], "area_mm2": 900}])


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_page(write_folder(tmp_path_factory.mktemp("review"), [table()]))


@pytest.fixture
def review(browser: Browser, url: str) -> Iterator[Review]:
    with reviewing(browser, url) as visitor:
        yield visitor


def of(card: str | None, **values: Any) -> Words:
    """Words on one card; `_` in a name stands for the point in the field's."""
    return {(card, name.replace("__", ".")): value for name, value in values.items()}


def keys(*pressed: str) -> Do:
    return lambda review: review.press(*pressed)


def verb(name: str, then: str | None = None) -> Do:
    def do(review: Review) -> None:
        review.verb(name)
        if then is not None:
            review.click(then)
    return do


def typed(review: Review) -> None:
    review.press("t")
    review.type("KOOR 1")
    review.press("Enter")


def picked(review: Review) -> None:
    review.page.fill("#text", "koo")
    review.click("#suggestions [role=option]:has-text('Koor 1')")


def noted(opened: Do) -> Do:
    def do(review: Review) -> None:
        opened(review)
        review.type("staat er")
        review.press("Enter")
    return do


OUTLINE = [[24, 20], [109, 20], [109, 75], [24, 75]]  # of c00, 4 mm to the right
HERE = of("c00", text__value="Koor 1", catalogue_id="k00")
SPLIT = (of("c01", deleted=True, stickers__count=0, stickers__items=[])
         | of("added-141-48", added={"polygon_mm": [[120, 20], [162.5, 20], [162.5, 75], [120, 75]], "kind": "ingredient"},
              text__value="Moestuin 1", catalogue_id="k01", zone__id="thuis", stickers__count=1, stickers__items=STICKERS[:1])
         | of("added-184-48", added={"polygon_mm": [[162.5, 20], [205, 20], [205, 75], [162.5, 75]], "kind": "ingredient"},
              zone__id="thuis", stickers__count=1, stickers__items=STICKERS[1:]))
CASES: dict[str, tuple[str, Do, Do, Words]] = {
    "right": ("card:c00", keys("Enter"), verb("right"), of("c00", checked=True)),
    "zone": ("card:c00", keys("2"), lambda r: r.click("#panel label:has-text('Buurt')"), of("c00", zone__id="buurt")),
    "no zone": ("card:c00", keys("0"), lambda r: r.click("#panel label:has-text('in geen vak')"), of("c00", zone__id=None)),
    "plus": ("card:c01", keys("+"), verb("plus"), of("c01", stickers__count=3)),
    "minus": ("card:c01", keys("-", "-", "-"), lambda r: [r.verb("minus") for _ in range(3)], of("c01", stickers__count=0)),
    "kind": ("card:c00", keys("i"), verb("kind"), of("c00", kind="intention")),
    "side": ("card:c00", keys("k"), verb("side"), of("c00", side="back")),
    "delete": ("card:c01", keys("x"), verb("delete"), of("c01", deleted=True)),
    "split": ("card:c01", keys("s"), verb("split"), SPLIT),
    "merge": ("card:c01", keys("m", "1"), verb("merge", "#merge li:first-child button"),
              of("c01", merged_into="c00") | of("c00", stickers__count=2, stickers__items=STICKERS)),
    "redraw": ("card:c00", keys("d", "ArrowRight", "ArrowRight", "Enter"), None, of("c00", polygon_mm=OUTLINE)),  # type: ignore[dict-item]
    "note": ("card:c00", noted(keys("w")), noted(lambda r: r.click("#note")), of("c00", note="staat er")),
    "handwritten": ("card:c00", lambda r: (r.page.focus("#handwritten"), r.press("Space")),
                    lambda r: r.click("#handwritten"), of("c00", text__handwritten=True)),
    "reading": ("card:c00", lambda r: (r.page.focus("[data-verb=reading]"), r.press("Enter")), verb("reading"),
                of("c00", text__value="Koor l")),
    "seen": ("check:uncertain-place@500,450", keys("Enter"), verb("right"), of(None, **{"check:uncertain-place@500,450": True})),
}
EVERY = [(name, how) for name, case in CASES.items() for how in ("keys", "pointer") if case[1 if how == "keys" else 2] is not None]


@pytest.mark.parametrize(("name", "how"), EVERY)
def test_each_verb_by_keys_and_by_pointer(review: Review, name: str, how: str) -> None:
    item, by_keys, by_pointer, expected = CASES[name]
    review.choose(item)
    (by_keys if how == "keys" else by_pointer)(review)
    said = review.words()
    if name == "split":  # what a card that was added starts from need not be said
        said = {key: value for key, value in said.items() if key in expected or value not in ("", None, False, "front")}
    assert said == expected


def test_a_text_by_keys_and_from_the_catalogue(review: Review, browser: Browser, url: str) -> None:
    review.choose("card:c00")
    typed(review)
    assert review.words() == of("c00", text__value="KOOR 1", catalogue_id="k00", checked=True)
    assert review.chosen() != "card:c00"
    with reviewing(browser, url) as other:
        other.choose("card:c00")
        picked(other)
        assert other.words() == HERE
        other.press("t")
        other.type("Iets anders")
        other.press("Escape")
        assert other.words() == HERE


def test_an_outline_by_pointer(review: Review) -> None:
    review.choose("card:c00")
    review.press("f")
    review.verb("redraw")
    review.drag((30, 300), (100, 350))
    (outline,) = [value for (card, field), value in review.words().items() if (card, field) == ("c00", "polygon_mm")]
    assert all(abs(a - b) < 2 for point, corner in zip(outline, [[30, 300], [100, 300], [100, 350], [30, 350]], strict=True)
               for a, b in zip(point, corner, strict=True))


@pytest.mark.parametrize("how", ["keys", "pointer"])
def test_a_card_that_was_missed(review: Review, how: str) -> None:
    review.press("f")
    if how == "keys":
        review.press("v", *["ArrowDown"] * 30, "Enter")
    else:
        review.verb("add", "#tools")
        review.drag((640, 400), (725, 455))
    review.type("Koor 1")
    review.press("Enter")
    said = review.words()
    (card,) = {card for card, _ in said if card is not None}
    assert card.startswith("added-")
    added = said[card, "added"]["polygon_mm"]
    middle = [sum(point[axis] for point in added) / 4 for axis in (0, 1)]
    goal, zone = ((420.5, 357), "buurt") if how == "keys" else ((682.5, 427.5), "ladder")
    assert abs(middle[0] - goal[0]) < 3
    assert abs(middle[1] - goal[1]) < 3
    assert (said[card, "zone.id"], said[card, "text.value"], said[card, "catalogue_id"], said[card, "checked"]) == (
        zone, "Koor 1", "k00", True)


def test_stickers_are_pointed_out_and_taken_away(review: Review) -> None:
    review.choose("card:c01")
    review.press("g")
    review.point(160, 50)
    said = review.words()
    assert said["c01", "stickers.count"] == 3
    (new,) = [item for item in said["c01", "stickers.items"] if item not in STICKERS]
    assert abs(new["center_mm"][0] - 160) < 1
    assert abs(new["center_mm"][1] - 50) < 1
    review.point(130, 40)  # a ring
    assert [item["center_mm"] for item in review.words()["c01", "stickers.items"]] == [[190, 60], new["center_mm"]]
    review.press("Escape", "f")
    review.verb("stickers", "#tools")
    review.point(300, 500)
    assert len(review.words()[None, "loose_stickers"]) == 2
    review.point(60, 400)
    assert len(review.words()[None, "loose_stickers"]) == 1


def test_a_card_that_is_dragged_gets_the_zone_and_stays_where_it_lies(review: Review) -> None:
    review.choose("card:c00")
    review.press("f")
    before = review.page.get_attribute('g.card[data-card="c00"] .edge', "points")
    review.drag((60, 45), (500, 300))
    assert "Buurt" in review.page.inner_text("#status")
    assert review.page.get_attribute('g.card[data-card="c00"] .edge', "points") == before
    review.drag((60, 45), (835, 580))
    assert review.words() == of("c00", zone__id=None)
    review.drag((60, 45), (100, 300))
    assert review.words() == of("c00", zone__id="thuis")  # as measured, but a file says otherwise


def test_what_was_measured_can_be_put_back(review: Review) -> None:
    for said in ({}, of("c00", text__value="Kcor", catalogue_id=None)):  # the second time a file says otherwise
        review.choose("card:c00")
        picked(review)
        if said:
            assert review.words() == HERE
        assert "gemeten: Kcor" in review.page.inner_text("#panel")
        review.verb("measured")
        assert review.page.input_value("#text") == "Kcor"
        review.press("Control+z", "Control+y")
        if said:
            assert review.words() == said
        else:
            assert review.page.get_attribute("#saved", "data-unsaved") == "false"
            assert "Nog niets veranderd" in review.page.inner_text("#saved")


def test_undo_and_redo_have_no_end_and_survive_a_reload(review: Review) -> None:
    steps: list[tuple[str, tuple[str, ...]]] = [
        ("card:c00", ("2",)), ("card:c00", ("i",)), ("card:c01", ("+",)), ("card:c01", ("s",)), ("card:c02", ("x",)),
        ("card:c03", ("m", "1")), ("card:c04", ("k",)), ("check:uncertain-place@500,450", ("Enter",)), ("card:c00", ("Enter",))]
    for item, pressed in steps:
        review.choose(item)
        review.press(*pressed)
    before = review.page.inner_html("#drawing")
    for _ in range(4):
        review.press("u")
    review.page.wait_for_timeout(400)
    review.reload()
    for _ in steps[4:]:
        review.press("u")
    assert review.page.is_disabled("#undo")
    review.press("b")
    assert "nog niets veranderd" in review.page.inner_text("#status")
    review.reload()
    for _ in steps:
        review.press("Control+y")
    assert review.page.is_disabled("#redo")
    review.press("f")
    review.choose("card:c00")
    assert {card: review.state_of(card) for card in ("c00", "c01", "c02", "c03", "c04")} == {
        "c00": "changed", "c01": "deleted", "c02": "deleted", "c03": "merged", "c04": "changed"}
    assert before.count("data-state") == review.page.inner_html("#drawing").count("data-state")
    said = review.words()
    assert (said["c00", "zone.id"], said["c01", "deleted"], said["c04", "side"]) == ("buurt", True, "back")


def test_work_that_is_in_no_file_is_not_left_unasked(review: Review, url: str) -> None:
    review.page.goto("about:blank")
    assert review.dialogs == []
    review.page.goto(url)
    review.ready()
    review.choose("card:c00")
    review.press("2")
    review.page.goto("about:blank")
    assert review.dialogs == ["beforeunload"]
    review.page.goto(url)
    review.ready()
    assert review.words() == of("c00", zone__id="buurt")
    review.page.goto("about:blank")
    assert review.dialogs == ["beforeunload"]
    review.page.goto(url)
    review.ready()


def test_pictures_beside_the_page_and_the_other_language(browser: Browser, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "één map", [table(), table_data("tafel-2")])
    inside = write_page(folder, "en")
    for url in (inside, write_page(folder, "en", one_file_mb=0)):
        with reviewing(browser, url) as review:
            for picture in ("#picture", "#panel img.crop"):
                review.page.wait_for_function("(s) => document.querySelector(s)?.naturalWidth > 0", arg=picture)
            assert review.page.get_attribute("html", "lang") == "en"
            assert review.page.inner_text("#save") == "Save"
            review.click("#language")
            assert (review.page.get_attribute("html", "lang"), review.page.inner_text("#save")) == ("nl", "Bewaren")
            review.press("o")
            review.click("#tables [data-table=tafel-2]")
            assert review.page.inner_text("#where") == "tafel-2"


def test_forty_cards_of_which_six_are_doubtful_take_fifteen_keys(browser: Browser, tmp_path: Path) -> None:
    cards = [true_card(n) for n in range(40)]
    wrong: dict[int, tuple[dict[str, Any], tuple[str, ...], str | None]] = {
        3: (doubted(cards[3], "text-uncertain", 0.2, text="Fiesten", catalogue_id=None), ("t",), "Fietsen 1"),
        8: (doubted(cards[8], "text-unknown", 0.1, text="", catalogue_id=None), ("t",), "Theetuin 1"),
        12: (doubted(cards[12], "zone-border", 0.5, zone="thuis"), ("2",), None),
        21: (doubted(cards[21], "zone-border", 0.45, zone=None), ("2",), None),
        30: (doubted(cards[30], "stickers-crowded", 0.3), ("+",), None),
        38: (doubted(cards[38], "duplicate", 0.35, kind="ingredient"), ("i",), None)}
    for number, (card, _, _) in wrong.items():
        cards[number] = card
    url = write_page(write_folder(tmp_path, [table_data(cards=cards)]))
    with reviewing(browser, url) as review:
        while (item := review.chosen()) is not None:
            _, pressed, text = wrong.get(int(item[-2:]), (None, (), None))
            review.press(*pressed)
            review.type(text or "")
            review.press("Enter")
        with review.page.expect_download() as download:
            review.press("Enter")
        assert review.keys <= 15
        import json

        (told,) = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))["tables"]
    assert (told["status"], len(told["sample"])) == ("reviewed", 2)
    said = {(word["card"], word["field"]): word["value"] for word in told["corrections"] if word["field"] != "checked"}
    assert said == (of("c03", text__value="Fietsen 1", catalogue_id="k03") | of("c08", text__value="Theetuin 1", catalogue_id="k08")
                    | of("c12", zone__id="buurt") | of("c21", zone__id="buurt") | of("c30", stickers__count=1)
                    | of("c38", kind="intention"))
    assert sum(word["field"] == "checked" for word in told["corrections"]) == 8
