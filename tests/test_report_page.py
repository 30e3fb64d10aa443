"""The report's page in a real browser: its numbers are those of the rows, each opens its cards, and nothing in it can do harm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Browser, Page

from posterscan.messages import Language
from posterscan.report.figures import Figures
from posterscan.report.gather import gather
from posterscan.report.html.compose import one_page
from report_tables import INGREDIENTS, INTENTIONS, SPHERES, bare, evening, exactly, laid, table, with_stickers
from review_browser import BEFORE, LOCAL

HOSTILE = ("<img src=x onerror=window.hit=1>", "</script><script>window.hit=1</script>", "=cmd|'/c calc'!A1", "{{ data }}",
           "\u202egrap", "😀 koor", "a\u2028b", "&lt;b&gt;", "\x07piep")
LONG = "Wij vinden dat de gemeente " + "en de buurt samen " * 15 + "moeten optrekken"


def figures_of(*folders: Path, **options: Any) -> Figures:
    return Figures(gather(folders, **options))


def written(folder: Path, figures: Figures, language: Language = "nl", **options: Any) -> Path:
    """The page beside the tables' folders."""
    path = folder / "report.html"
    path.write_bytes(one_page(figures, language, quote, **options))
    return path


@contextmanager
def opened(browser: Browser, path: Path, **options: Any) -> Iterator[Page]:
    """Whatever the browser complains of, or is asked for from elsewhere, fails the test."""
    faults: list[str] = []
    requests: list[str] = []
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
    context.add_init_script(BEFORE)
    page = context.new_page()
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-ready=true]")
    yield page
    assert not faults
    assert page.evaluate("window.stopped") == []
    assert all(url.startswith(LOCAL) for url in requests)
    context.close()


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Figures]:
    folder = evening(tmp_path_factory.mktemp("tien"), [
        table(n, own=("Buurtmoestuin", LONG), session={"name": "Avond", "place": "Zuid" if n < 6 else "Noord"})
        for n in range(1, 11)])
    figures = figures_of(folder)
    return written(folder, figures), figures


def test_every_number_of_the_table_is_that_of_the_rows(browser: Browser, ten: tuple[Path, Figures]) -> None:
    path, figures = ten
    with opened(browser, path) as page:
        rows = page.evaluate("""() => [...document.querySelectorAll('#all-items tbody tr')].map((row) => [
            row.cells[0].textContent,
            ...[...row.cells].slice(1).map((cell) => cell.dataset.value === undefined ? cell.textContent
            : Number(cell.dataset.value))])""")
        heads = page.eval_on_selector_all("#all-items thead th", "(heads) => heads.map((head) => head.textContent)")
    zones = {zone.label: zone.id for zone in figures.gathered.zones}
    shown = [zones[head] for head in heads if head in zones]
    wanted = [[item.text, item.tables, *(round(figures.zones_of(item.item).get(zone, 0), 4) for zone in shown)]
              for item in figures.ingredients()]
    assert [row[:2 + len(shown)] for row in rows] == wanted
    assert [row[-1] for row in rows] == [item.doubtful for item in figures.ingredients()]
    assert [row[-2] for row in rows] == [-1 if item.dispute is None else item.dispute for item in figures.ingredients()]


def test_intentions_are_those_of_the_rows(browser: Browser, ten: tuple[Path, Figures]) -> None:
    path, figures = ten
    with opened(browser, path) as page:
        rows = page.evaluate("""() => [...document.querySelectorAll('#all-intentions tbody tr')].map((row) => [
            row.cells[0].textContent, ...[1, 2, 3, 4].map((at) => Number(row.cells[at].dataset.value))])""")
        drawn = page.eval_on_selector_all("#intentions .mark", "(marks) => marks.map((mark) => mark.getAttribute('aria-label'))")
    wanted = [[item.text, item.stickers, *(-1 if value is None else value for value in (item.per_participant, item.sticker_share)),
               item.tables] for item in figures.intentions()]
    assert rows == wanted
    assert drawn == [f"{item.text}: {item.stickers} stickers" for item in figures.intentions() if item.tables][:15]


def test_each_number_opens_the_cards_behind_it(browser: Browser, ten: tuple[Path, Figures]) -> None:
    path, figures = ten
    item = next(item for item in figures.ingredients() if len(figures.zones_of(item.item)) > 1)
    with opened(browser, path) as page:
        for zone in figures.zones_of(item.item):
            page.click(f'#all-items button[data-item="{item.item}"][data-zone="{zone}"]')
            cards = [row for row in figures.placements(item.item) if row.zone == zone]
            assert page.locator("#cards-list li").count() == len(cards)
            assert page.eval_on_selector_all("#cards-list a", "(links) => links.map((link) => link.textContent)") == [
                row.table for row in cards]
            page.wait_for_function("() => [...document.querySelectorAll('#cards-list img')].every((one) => one.naturalWidth > 0)")
            assert page.locator("#cards-list img").count() == len(cards)
            page.keyboard.press("Escape")
        page.locator(f'#total .mark[data-item="{item.item}"]').focus()
        page.keyboard.press("Enter")
        assert page.locator("#cards-list li").count() == item.placements
        page.click("#cards-list li >> nth=0 >> a")
        assert page.evaluate("location.hash").startswith("#t-tafel-")
        assert not page.locator("#cards").is_visible()


def test_a_card_of_a_table_opens_by_itself(browser: Browser, ten: tuple[Path, Figures]) -> None:
    path, figures = ten
    with opened(browser, path) as page:
        for row in [row for row in figures.gathered.cards if row.table == "tafel-3"][:5]:
            page.click(f'article button[data-table="{row.result}"][data-card="{row.card_id}"]')
            assert page.locator("#cards-list li").count() == 1
            assert page.locator("#cards-list strong").text_content() == row.text
            page.click("#close")


def test_the_table_sorts_and_finds(browser: Browser, ten: tuple[Path, Figures]) -> None:
    path, figures = ten
    names = "(rows) => rows.filter((row) => !row.hidden).map((row) => row.cells[0].textContent)"
    with opened(browser, path) as page:
        page.click("#all-items thead th:nth-last-child(2) button")
        order = page.eval_on_selector_all("#all-items tbody tr", names)
        disputes = {item.text: -1.0 if item.dispute is None else item.dispute for item in figures.ingredients()}
        assert [disputes[name] for name in order] == sorted(disputes.values(), reverse=True)
        page.click("#all-items thead th:first-child button")
        assert page.eval_on_selector_all("#all-items tbody tr", names) == page.evaluate(
            "(names) => names.sort((a, b) => a.toLowerCase().localeCompare(b.toLowerCase(), 'nl'))", list(disputes))
        page.fill('input[data-filters="all-items"]', "MOESTUIN")
        assert set(page.eval_on_selector_all("#all-items tbody tr", names)) == {n for n in disputes if "moestuin" in n.lower()}


def test_the_map_shows_where_one_ingredient_lay(browser: Browser, ten: tuple[Path, Figures]) -> None:
    path, figures = ten
    item = figures.ingredients()[0]
    with opened(browser, path) as page:
        page.select_option("#places-item", item.item)
        dots = page.eval_on_selector_all(".dots circle", "(dots) => dots.map((dot) => dot.querySelector('title').textContent)")
        assert dots == [f"{row.table}: x {row.center_x_mm:.0f} mm, y {row.center_y_mm:.0f} mm"
                        for row in figures.placements(item.item)]
        page.click("#places-cards")
        assert page.locator("#cards-list li").count() == item.placements
        page.keyboard.press("Escape")
        page.select_option("#places-item", "")
        assert page.locator(".dots").count() == 0


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_can_be_read_by_everyone(browser: Browser, tmp_path: Path, language: Language) -> None:
    tables = [table(n, session={"place": "Zuid" if n < 3 else "Noord"}) for n in range(1, 5)]
    figures = figures_of(evening(tmp_path, tables), by="place")
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    with opened(browser, written(tmp_path, figures, language), bypass_csp=True) as page:
        page.evaluate(axe)
        for step in (lambda: None, lambda: page.click("#all-items button.n >> nth=0")):
            step()
            found = page.evaluate("async () => (await axe.run()).violations")
            assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_nothing_sticks_out_sideways(browser: Browser, ten: tuple[Path, Figures], width: int) -> None:
    with opened(browser, ten[0], viewport={"width": width, "height": 900}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_text_from_photos_and_names_do_no_harm(browser: Browser, tmp_path: Path) -> None:
    cards = [laid(n, "persoonlijk", (150.0, 150.0), text) for n, text in enumerate(HOSTILE)]
    session = {"name": HOSTILE[0], "place": HOSTILE[1], "id": HOSTILE[3]}
    review = {"status": "reviewed", "corrections": [{"card": "c00", "field": "note", "value": HOSTILE[1]}]}
    tables = [exactly(n, *cards, session=session, review=review) | {"table": f"{HOSTILE[0]}{n}"} for n in (1, 2)]
    figures = figures_of(evening(tmp_path, tables), groups={tables[0]["table"]: HOSTILE[0], tables[1]["table"]: HOSTILE[1]})
    with opened(browser, written(tmp_path, figures)) as page:
        for mark in page.query_selector_all(".mark[data-item]")[:12]:
            mark.press("Enter")
            page.keyboard.press("Escape")
        assert page.evaluate("window.hit") is None
        assert page.text_content("h1") == HOSTILE[0]
        shown = page.eval_on_selector_all("#all-items tbody th", "(heads) => heads.map((head) => head.textContent)")
        assert {"=cmd|'/c calc'!A1", "{{ data }}", "&lt;b&gt;", "piep"} <= set(shown)


def test_pictures_that_do_not_fit_stay_in_the_folders(browser: Browser, tmp_path: Path) -> None:
    folder = evening(tmp_path / "uit", [table(1), table(2)])
    figures = figures_of(folder)
    small, large = one_page(figures, "nl", quote, most_mb=0.001), one_page(figures, "nl", quote)
    assert b"data:image" not in small
    assert b"data:image" in large
    path = folder / "report.html"
    path.write_bytes(small)
    with opened(browser, path) as page:
        sources = page.eval_on_selector_all("img.sheet", "(all) => all.map((one) => one.getAttribute('src'))")
        assert [unquote(source) for source in sources] == ["tafel-1/rectified.jpg", "tafel-2/rectified.jpg"]
        page.click("#all-items button.n >> nth=0")
        page.wait_for_function("() => [...document.querySelectorAll('#cards-list img')].every((one) => one.naturalWidth > 0)")
        assert page.locator("#cards-list img").count() > 0


def test_a_table_without_pictures_says_so(browser: Browser, tmp_path: Path) -> None:
    figures = figures_of(bare(tmp_path, [table(1)]))
    with opened(browser, written(tmp_path, figures)) as page:
        assert "Er is geen rechtgetrokken foto." in (page.text_content("#tables") or "")
        page.click("#all-items button.n >> nth=0")
        assert page.text_content("#cards-list .no-picture") == "geen foto"


ODD = {
    "one table": [table(1)],
    "no cards": [exactly(1), exactly(2)],
    "no stickers": [exactly(n, *(laid(k, "bedoelingen", (735.0, 100.0 + 60 * k), INTENTIONS[k]) for k in range(4)))
                    for n in (1, 2)],
    "no intentions": [exactly(n, laid(0, "persoonlijk", (150.0, 150.0), INGREDIENTS[0])) for n in (1, 2, 3)],
    "uneven": [table(1, cards=60), exactly(2), exactly(3, laid(0, None, (5.0, 5.0), "los"))],
    "sixty in a sphere": [exactly(1, *(laid(n, SPHERES[0], (150.0, 150.0), INGREDIENTS[n]) for n in range(60)))],
    "only intentions": [exactly(1, with_stickers(laid(0, "bedoelingen", (735.0, 100.0), INTENTIONS[0]), 24), participants=None)],
}


@pytest.mark.parametrize("name", ODD)
def test_odd_evenings_give_a_page_that_makes_sense(browser: Browser, tmp_path: Path, name: str) -> None:
    figures = figures_of(bare(tmp_path, ODD[name]))
    with opened(browser, written(tmp_path, figures)) as page:
        tiles = page.eval_on_selector_all(".tile b", "(all) => all.map((one) => one.textContent)")
        assert tiles[0] == str(len(ODD[name]))
        assert tiles[2] == str(len(figures.gathered.cards))
        assert "NaN" not in page.inner_text("body")
        links = page.eval_on_selector_all("nav a", "(all) => all.map((one) => one.getAttribute('href'))")
        assert all(page.query_selector(link) is not None for link in links)
        assert page.locator("figure svg").count() == page.locator("figure").count()


def test_labels_of_the_total_picture_do_not_overlap(browser: Browser, ten: tuple[Path, Figures]) -> None:
    with opened(browser, ten[0]) as page:
        boxes = page.eval_on_selector_all("#total .mark", """(marks) => marks.map((mark) => {
            const box = mark.querySelector('rect').getBoundingClientRect();
            return [box.left, box.top, box.right, box.bottom]; })""")
        assert len(boxes) == sum(item.tables > 0 for item in ten[1].ingredients())
        for i, one in enumerate(boxes):
            for other in boxes[:i]:
                assert not (one[0] < other[2] - 1 and other[0] < one[2] - 1 and one[1] < other[3] - 1 and other[1] < one[3] - 1)
        words = page.evaluate("""() => [...document.querySelectorAll('#total .mark')].every((mark) => { const plate =
            mark.querySelector('rect').getBoundingClientRect(); return [...mark.querySelectorAll('text')].every((text) => {
            const box = text.getBoundingClientRect(); return box.left >= plate.left - 1 && box.right <= plate.right + 1; }); })""")
        assert words


def test_charts_as_pictures_are_sound_xml(tmp_path: Path) -> None:
    from xml.etree import ElementTree

    from posterscan.report.charts.every import all_charts

    cards = [laid(n, "persoonlijk", (150.0, 150.0), text) for n, text in enumerate(HOSTILE)]
    figures = figures_of(bare(tmp_path, [exactly(n, *cards) for n in (1, 2, 3)]))
    charts = dict(all_charts(figures, "nl"))
    assert {"total-picture", "agreement", "tables-side-by-side", "tables-alike", "places"} <= set(charts)
    for chart in charts.values():
        root = ElementTree.fromstring(chart.svg())
        assert re.fullmatch(r"0 0 277 [\d.]+", root.attrib["viewBox"])
