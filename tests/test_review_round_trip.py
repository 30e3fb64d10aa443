"""Results → page → what somebody says in it → `apply` → `evaluate`: exactly what was meant; and two people who differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from known_tables import true_card as true_of_table
from posterscan.cli.main import main
from posterscan.files import read_result
from review_browser import Review, reviewing, write_page
from review_pages import LAYOUT, SIZE_MM, Data, doubted, files_of, now, sticker, table_data, text_of, true_card, write_folder

STICKERS = {2: [sticker(240, 40), sticker(280, 60)], 8: [sticker(60, 150)], 10: [sticker(262, 160)]}


def meant() -> list[Data]:
    """16 cards as they lie on the table."""
    cards = [true_card(n) for n in range(16)]
    for number, items in STICKERS.items():
        cards[number]["stickers"] |= {"count": len(items), "items": items}
    cards[11]["text"] |= {"handwritten": True}
    return cards


def measured() -> list[Data]:
    """The same table as a machine might read it: each card wrong in another way, one missed, one invented, two taken for one."""
    cards = meant()
    cards[0] = doubted(cards[0], "text-uncertain", text="Kcor", catalogue_id=None)
    cards[1] = doubted(cards[1], "zone-border", zone="buurt")
    cards[2] = doubted(cards[2], "stickers-crowded", stickers=1)
    cards[3] = doubted(cards[3], "text-unknown", kind="intention")
    cards[4] = doubted(cards[4], "side-uncertain", side="back")
    both = [[620, 20], [805, 20], [805, 75], [620, 75]]
    cards[6] = doubted(cards[6] | {"polygon_mm": both, "center_mm": [712.5, 47.5]}, "outline-uncertain")
    piece = [[20, 130], [60, 130], [60, 185], [20, 185]]
    half = true_card(8, id="c08b", polygon_mm=piece, center_mm=[40, 157.5], stickers=cards[8]["stickers"])
    cards[8]["stickers"] = {"count": 0, "confidence": 0.9, "items": []}
    cards[9] = doubted(cards[9] | {"polygon_mm": [[x + 30, y] for x, y in cards[9]["polygon_mm"]], "center_mm": [192.5, 157.5]},
                       "outline-uncertain")
    cards[10]["stickers"] = {"count": 0, "confidence": 0.9, "items": []}
    cards[11]["text"] |= {"handwritten": False}
    pieces = [doubted(half, "text-unknown", text="The"), doubted(true_card(39, id="ghost"), "card-uncertain")]
    return [card for n, card in enumerate(cards) if n not in (5, 7)] + pieces


def truth_file(folder: Path) -> Path:
    """What was meant, as `evaluate` takes it."""
    cards = []
    for number, card in enumerate(meant()):
        (x, y), zone = card["center_mm"], card["zone"]["id"]
        cards.append(true_of_table(
            number, (x, y), polygon_mm=card["polygon_mm"], outline_mm=card["polygon_mm"], kind=card["kind"],
            text=card["text"]["value"], catalogue_id=card["catalogue_id"], handwritten=card["text"].get("handwritten", False),
            zone={"id": zone, "shares": {zone: 1.0}, "nearest_border_mm": 12.5}, stickers={"count": card["stickers"]["count"]}))
    stickers = [item | {"card": f"t{n}", "visible_fraction": 1.0} for n, items in STICKERS.items() for item in items]
    data = {"schema": "photolab-truth/1", "name": "tafel-1", "difficulty": "normal", "photo": "none.jpg",
            "image_size_px": [1682, 1188], "poster": {"size_mm": SIZE_MM}, "cards": cards, "stickers": stickers,
            "totals": {"stickers": len(stickers)},
            "layout": {"ladder_zone": "ladder", "zones": LAYOUT["zones"]}}
    folder.mkdir()
    (folder / "truth.json").write_text(json.dumps(data), encoding="utf-8")
    return folder / "truth.json"


def put_right(review: Review) -> None:
    """Says all that is wrong, with nothing but keys and mouse."""
    for item, pressed in (("c01", "1"), ("c02", "+"), ("c03", "i"), ("c04", "k"), ("ghost", "x"), ("c06", "s")):
        review.choose(f"card:{item}")
        review.press(pressed)
    review.choose("card:c00")
    review.press("t")
    review.type("koor 1")
    review.press("ArrowDown", "Enter", "Enter")
    review.choose("card:c08b")
    review.press("m")
    review.page.locator("#merge button", has_text=text_of(8)).click()
    review.choose("card:c09")
    review.press("d", *["ArrowLeft"] * 15, "Enter")
    review.choose("card:c11")
    review.click("#handwritten")
    review.choose("card:c10")
    review.press("g")
    review.point(262, 160)
    review.press("Escape", "f")
    review.verb("add", "#tools")
    review.drag((520, 20), (605, 75))
    review.type(text_of(5))
    review.press("Enter", "f")
    review.point(760, 47)  # the second half of what was read as one
    review.press("t")
    review.type(text_of(7))
    review.press("Enter", "f")
    review.point(660, 47)
    review.press("Enter")
    while review.chosen() is not None:
        review.press("Enter")


def apply(folder: Path, document: Data, name: str = "corrections.json") -> int:
    file = folder.parent / name
    file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return main(["apply", str(file), str(folder), "--lang", "en"])


def figures(folder: Path, truth: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["evaluate", str(folder), str(truth), "--json", *more]) == 0
    data = json.loads(capsys.readouterr().out)
    (group,) = [one for one in data["groups"] if one["name"] == "normal"]
    return {name: figure["value"] for name, figure in group["figures"].items()}


def test_what_was_meant_is_what_counts(browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, truth = write_folder(tmp_path / "uit", [table_data(cards=measured())]), truth_file(tmp_path / "waar")
    with reviewing(browser, write_page(folder)) as review:
        review.page.fill("#by", "An")
        put_right(review)
        document = review.saved()
    assert apply(folder, document) == 0
    assert read_result(folder / "tafel-1.json").review.status == "reviewed"
    right = {"found": 1, "invented": 0, "misplaced": 0, "upright": 1, "zone": 1, "kind": 1, "side": 1, "identity_printed": 1,
             "identity_handwritten": 1, "handwritten_known": 1, "stickers_exact": 1, "stickers_total": 0, "wrong": 0, "silent": 0}
    assert right.items() <= figures(folder, truth, capsys).items()
    before = figures(folder, truth, capsys, "--measured")
    assert [name for name in ("found", "zone", "kind", "side") if before[name] == 1] == []
    assert sorted((c.text.value, c.catalogue_id, c.kind, c.side, c.zone.id, c.stickers.count) for c in now(folder).cards) == sorted(
        (c["text"]["value"], c["catalogue_id"], c["kind"], c["side"], c["zone"]["id"], c["stickers"]["count"]) for c in meant())
    once = files_of(folder)
    assert apply(folder, document) == 0
    assert files_of(folder) == once
    with reviewing(browser, write_page(folder)) as review:
        assert review.chosen() is None
        assert review.page.get_attribute("body", "data-left") == "0"
        assert review.page.get_attribute("#saved", "data-unsaved") == "false"
        assert {card: review.state_of(card) for card in ("c00", "c01", "c06", "c08b", "ghost")} == {
            "c00": "changed", "c01": "changed", "c06": "deleted", "c08b": "merged", "ghost": "deleted"}
        assert review.page.locator("g.card[data-state=added]").count() == 3


def say(browser: Browser, url: str, by: str, text: str) -> Data:
    """What somebody saves who only puts another text on the first card, and calls all else right."""
    with reviewing(browser, url) as review:
        review.page.fill("#by", by)
        review.choose("card:c00")
        review.press("t")
        review.type(text)
        review.press("Enter")
        while review.chosen() is not None:
            review.press("Enter")
        return review.saved()


@pytest.mark.parametrize("choice", ["Koren", "Koor"])
def test_two_people_who_differ_and_a_third_who_decides(browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                                        choice: str) -> None:
    cards = [doubted(true_card(0), "text-uncertain", text="Kcor"), doubted(true_card(1), "zone-border")]
    folder = write_folder(tmp_path / "uit", [table_data(cards=cards)])
    url = write_page(folder)
    first, second = say(browser, url, "An", "Koor"), say(browser, url, "Bo", "Koren")
    assert apply(folder, first) == 0
    assert apply(folder, second) == 1
    assert "An says “Koor” (which counts), Bo says “Koren”" in capsys.readouterr().err
    assert now(folder).cards[0].text.value == "Koor"
    once = files_of(folder)
    assert (apply(folder, first), apply(folder, second)) == (0, 1)
    assert files_of(folder) == once
    with reviewing(browser, write_page(folder)) as review:
        assert review.chosen() == "card:c00"
        offered = review.page.locator("#panel [data-verb=decide]").all_inner_texts()
        assert [any(text in one for one in offered) for text in ("Koor", "Koren", "Bo")] == [True] * 3
        review.page.locator("#panel [data-verb=decide]", has_text=choice).first.click()
        assert review.page.locator("#panel [data-verb=decide]").count() == 0
        while review.chosen() is not None:
            review.press("Enter")
        decided = review.saved()
    assert apply(folder, decided) == 0
    result = read_result(folder / "tafel-1.json")
    assert (now(folder).cards[0].text.value, result.review.differences, result.review.status) == (choice, [], "reviewed")
    with reviewing(browser, write_page(folder)) as review:
        assert review.chosen() is None


def test_what_was_said_finds_its_card_in_a_table_that_was_read_again(browser: Browser, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "uit", [table_data(cards=measured())])
    with reviewing(browser, write_page(folder)) as review:
        put_right(review)
        document = review.saved()
    again = [card | {"id": f"new-{card['id']}", "center_mm": [card["center_mm"][0] + 1, card["center_mm"][1]]}
             for card in measured()]
    write_folder(folder, [table_data(cards=again)])
    assert apply(folder, document) == 0
    assert sorted((c.text.value, c.zone.id, c.stickers.count) for c in now(folder).cards) == sorted(
        (c["text"]["value"], c["zone"]["id"], c["stickers"]["count"]) for c in meant())
