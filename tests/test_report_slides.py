"""The slide deck: shapes and charts that say what the rows say, in anybody's template, whatever people wrote on cards."""

from __future__ import annotations

import io
import random
import re
import shutil
import subprocess
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.util import Emu

from posterscan.errors import UsageError
from posterscan.messages import Language
from posterscan.report.figures import Figures
from posterscan.report.gather import gather
from posterscan.report.honesty import headline, honesty, sentences
from posterscan.report.slides.compose import slides
from posterscan.report.slides.text import BREAK, LINE_EMS, cell, clean, in_lines, width_mm
from posterscan.report.words import METHOD
from report_tables import INGREDIENTS, Data, evening, laid, place_in, table, with_stickers

MM = 36_000
LONG = ("Wij willen dat de gemeente niet alleen subsidie geeft maar ook echt komt kijken wat er in de buurt gebeurt, en dat "
        "er een vaste plek is waar iedereen zomaar binnen kan lopen zonder afspraak, met koffie, een luisterend oor en iemand "
        "die de weg weet naar formulierenhulp, taalles en mantelzorgondersteuning.")
LONGEST = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
HOSTILE = ["=1+1", "<script>alert(1)</script>", "😀 blij 🎉", "bel\x07en\x0bzo", "\ud800half", "שלום עולם", "中文" * 12,
           "& \"quote\" 'enk'", LONGEST, "http://x.nl/" + "y" * 60, LONG, "x" * 300, "", "_x000D_", "\u202eomgekeerd"]


def figures_of(folder: Path, tables: Sequence[Data], **how: Any) -> Figures:
    evening(folder, tables, picture=lambda _: Image.new("RGB", (84, 60)))
    return Figures(gather([folder], **how))


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    tables = [table(n, own=("Repaircafé",) if n % 2 else ("Buurtmoestuin",)) for n in range(1, 11)]
    return figures_of(tmp_path_factory.mktemp("ten"), tables)


_MADE: dict[tuple[Path, Language], Any] = {}


def deck_of(figures: Figures, language: Language = "nl") -> Any:
    """Made once per evening."""
    key = (figures.gathered.base, language)
    if key not in _MADE:
        _MADE[key] = opened(slides(figures, language))
    return _MADE[key]


def opened(deck: bytes) -> Any:
    """A deck, of which every part is XML that can be read, and no two shapes of a slide have the same number."""
    with zipfile.ZipFile(io.BytesIO(deck)) as file:
        assert len(set(file.namelist())) == len(file.namelist())
        for name in file.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(file.read(name))
    shown = Presentation(io.BytesIO(deck))
    for slide in shown.slides:
        numbers = [int(one) for one in slide.element.xpath(".//p:cNvPr/@id")]
        assert len(set(numbers)) == len(numbers)
    return shown


def titles(deck: Any) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in deck.slides]


def slide_called(deck: Any, title: str) -> Any:
    return next(slide for slide in deck.slides if slide.shapes.title.text_frame.text.startswith(title))


def words(slide: Any) -> str:
    """All words of a slide, broken ones whole again."""
    texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    return "\n".join(text.replace(f"-{BREAK}", "").replace(BREAK, "") for text in texts)


def charts(slide: Any) -> list[Any]:
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def cards(slide: Any, names: set[str]) -> dict[str, Any]:
    return {shape.name: shape for shape in slide.shapes if shape.name in names and shape.has_text_frame}


def test_slides_in_order_each_with_a_title_and_a_foot(ten: Figures) -> None:
    deck = deck_of(ten)
    first = ["Gesprek over de sociale basis", "Totaalbeeld", "Bedoelingen, op volgorde van stickers", "Eens en oneens"]
    assert titles(deck) == [*first, *(row.table for row in ten.gathered.tables), "Over deze cijfers"]
    about = headline(honesty(ten)).nl
    for slide, title in zip(deck.slides, titles(deck), strict=True):
        [foot] = [shape.text_frame.text for shape in slide.placeholders if shape.element.xpath(".//p:ph[@type='ftr']")]
        assert foot == about or foot.startswith(f"{title}: nog niet nagekeken; ")
    assert titles(deck_of(ten, "en"))[1:4] == ["Total picture", "Intentions, in order of stickers", "Agreement and dispute"]


def test_the_cover_counts_tables_people_and_cards(ten: Figures) -> None:
    text = words(deck_of(ten).slides[0])
    assert f"10 tafels · 80 deelnemers · {len(ten.gathered.cards)} kaartjes" in text
    assert headline(honesty(ten)).nl in text


def test_each_ingredient_lies_in_the_total_picture_with_its_tables(ten: Figures) -> None:
    rows = {row.item: row for row in ten.ingredients() if row.tables}
    there = cards(slide_called(deck_of(ten), "Totaalbeeld"), set(rows))
    assert set(there) == set(rows)
    for item, shape in there.items():
        text = shape.text_frame.text.replace(f"-{BREAK}", "").replace(BREAK, "").replace("\u00a0", " ")
        assert text == f"{rows[item].tables} {rows[item].text}"


def test_zones_are_free_forms_with_their_names(ten: Figures) -> None:
    for title, zones in (("Totaalbeeld", 4), ("tafel-1", 5)):
        slide = slide_called(deck_of(ten), title)
        forms = [shape for shape in slide.shapes if shape.element.xpath("./p:spPr/a:custGeom")]
        assert len(forms) == zones
        assert all(form.name in words(slide) for form in forms)


def test_every_card_is_a_shape_in_its_zone_and_none_over_another(ten: Figures) -> None:
    deck = deck_of(ten)
    for name in ("tafel-1", "tafel-7"):
        slide = slide_called(deck, name)
        rows = {row.card_id: row for row in ten.gathered.cards if row.table == name}
        there = cards(slide, set(rows))
        assert set(there) == set(rows)
        for card, shape in there.items():
            row = rows[card]
            text = shape.text_frame.text.replace("\u00a0", " ").replace(f"-{BREAK}", "")
            mark = ("? " if row.doubtful else "") + (f"● {row.stickers} " if row.kind == "intention" else "")
            assert text == mark + row.text
            assert shape.element.xpath("./p:nvSpPr/p:cNvPr/@descr")[0].startswith(f"{row.text} ({row.zone_label}")
            assert bool(shape.element.xpath(".//a:prstDash")) == row.doubtful
            assert all(run.font.size.pt >= 8 for run in shape.text_frame.paragraphs[0].runs)
            assert all(bool(run.font.italic) == row.handwritten for run in shape.text_frame.paragraphs[0].runs[-1:])
        assert not any(overlap(one, other) for one, other in combinations(there.values(), 2))


def overlap(one: Any, other: Any) -> bool:
    return bool(one.left < other.left + other.width and other.left < one.left + one.width
                and one.top < other.top + other.height and other.top < one.top + one.height)


def test_charts_have_the_figures_of_the_rows(ten: Figures) -> None:
    deck = deck_of(ten)
    rows = [row for row in ten.intentions() if row.tables]
    stickers, per_participant = charts(slide_called(deck, "Bedoelingen"))
    assert list(stickers.plots[0].categories) == [row.text for row in rows]
    assert list(stickers.plots[0].series[0].values) == [row.stickers for row in rows]
    assert list(per_participant.plots[0].series[0].values) == [row.per_participant for row in rows]
    book = openpyxl.load_workbook(io.BytesIO(stickers.part.chart_workbook.xlsx_part.blob))
    assert [cell.value for cell in book.active["B"]][1:] == [row.stickers for row in rows]
    [ladder] = charts(slide_called(deck, "tafel-3"))
    mine = sorted((row.stickers for row in ten.gathered.cards if row.table == "tafel-3" and row.kind == "intention"), reverse=True)
    assert list(ladder.plots[0].series[0].values) == mine[: len(list(ladder.plots[0].categories))]
    assert len(mine) - len(list(ladder.plots[0].categories)) in (0, 1)


def test_agreement_counts_tables_by_zone(ten: Figures) -> None:
    deck = deck_of(ten)
    labels = {zone.label: zone.id for zone in ten.gathered.zones}
    by_text = {row.text: row for row in ten.ingredients()}
    agreed, disputed = charts(slide_called(deck, "Eens"))
    for chart in (agreed, disputed):
        for place, category in enumerate(chart.plots[0].categories):
            row = by_text[str(category).split(" · ")[0]]
            laid_in = {labels.get(one.name): one.values[place] for one in chart.plots[0].series if one.values[place]}
            assert laid_in == pytest.approx(dict(ten.zones_of(row.item)))
    shares = [by_text[str(category).split(" · ")[0]].zone_share for category in agreed.plots[0].categories]
    assert shares == sorted(shares, reverse=True)
    for category, share in zip(agreed.plots[0].categories, shares, strict=True):
        assert str(category).endswith(f"{share * 100:.0f}\u00a0%")


def test_pictures_of_charts_and_tables_are_told(ten: Figures) -> None:
    for slide in deck_of(ten).slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table:
                assert len(shape.element.nvGraphicFramePr.cNvPr.get("descr")) > 5


def test_method_and_all_that_must_be_known_are_there(ten: Figures) -> None:
    for language in ("nl", "en"):
        text = words(deck_of(ten, language).slides[-1])  # type: ignore[arg-type]
        assert all(paragraph.to(language) in text for paragraph in (*METHOD, *sentences(honesty(ten))))  # type: ignore[arg-type]


def test_one_table_says_that_there_is_nothing_to_compare(tmp_path: Path) -> None:
    deck = opened(slides(figures_of(tmp_path / "one", [table(1)]), "nl"))
    slide = slide_called(deck, "Eens")
    assert not charts(slide)
    assert "één tafel" in words(slide)


def test_few_tables_give_counts_instead_of_percentages(tmp_path: Path) -> None:
    deck = opened(slides(figures_of(tmp_path / "few", [table(n) for n in range(1, 4)]), "en"))
    for chart in charts(slide_called(deck, "Agreement")):
        assert not any("%" in str(category) or "0." in str(category) for category in chart.plots[0].categories)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """Sixty cards in one sphere; hostile words; no cards at all; no intentions and an unknown number of people; no stickers."""
    sixty = table(1) | {"table": "zestig", "cards": [laid(i, "persoonlijk", (150.0, 170.0), INGREDIENTS[i]) for i in range(60)]}
    spheres = ("persoonlijk", "gemeenschappelijk", "institutioneel")
    # a result's file can't hold half a surrogate either
    written = [laid(i, spheres[i % 3], place_in(spheres[i % 3], random.Random(i)), text.encode("utf-8", "replace").decode())
               for i, text in enumerate(HOSTILE)]
    wishes = [with_stickers(laid(40 + i, "bedoelingen", (735.0, 92.0 + 60 * i), text, kind="intention"), i)
              for i, text in enumerate(["=SUM(A1:A9)", LONG, "<&> \"x\"", "😀"])]
    nowhere = [laid(60, None, (630.0, 272.0), "Zwerfkaart"), laid(61, "onbekende zone", (300.0, 300.0), "Vreemd vak")]
    hostile = table(2) | {"table": "=tafel <2> & 😀", "cards": written + wishes + nowhere}
    still = table(4, participants=None)
    still["cards"] = [card for card in still["cards"] if card["kind"] != "intention"]
    unstuck = table(5)
    unstuck["cards"] = [with_stickers(card, 0) for card in unstuck["cards"]]
    return figures_of(tmp_path_factory.mktemp("odd"), [sixty, hostile, table(3) | {"table": "leeg", "cards": []}, still, unstuck])


def test_sixty_cards_in_one_sphere_are_spread_over_slides_that_can_be_read(odd: Figures) -> None:
    there = [slide for slide, title in zip(deck_of(odd).slides, titles(deck_of(odd)), strict=True) if title.startswith("zestig")]
    assert len(there) > 1
    assert words(there[0]).count(f"verdeeld over {len(there)} dia’s") == 1
    found = [cards(slide, {f"c{i:02}" for i in range(60)}) for slide in there]
    assert Counter(name for one in found for name in one) == Counter(f"c{i:02}" for i in range(60))
    for one in found:
        assert not any(overlap(left, right) for left, right in combinations(one.values(), 2))
        assert all(run.font.size.pt >= 8 for shape in one.values() for run in shape.text_frame.paragraphs[0].runs)


def test_hostile_words_stay_words(odd: Figures) -> None:
    slide = slide_called(deck_of(odd), "=tafel <2> & 😀")
    rows = {row.card_id: row for row in odd.gathered.cards if row.table == "=tafel <2> & 😀"}
    for card, shape in cards(slide, set(rows)).items():
        told_all = shape.element.xpath("./p:nvSpPr/p:cNvPr/@descr")[0]
        assert told_all.startswith(clean(rows[card].text) or "(niet gelezen)")
    notes = slide.notes_slide.notes_text_frame.text
    assert LONG in notes
    [chart] = charts(slide)
    book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    assert {one.data_type for row in book.active.iter_rows(min_row=2, max_col=1) for one in row} == {"s"}
    assert any("=SUM(A1:A9)" in str(one) for one in chart.plots[0].categories)


def test_a_card_beside_the_order_of_intentions_lies_over_none_of_them(odd: Figures) -> None:
    slide = slide_called(deck_of(odd), "=tafel <2> & 😀")
    there = cards(slide, {row.card_id for row in odd.gathered.cards})
    assert not any(overlap(one, other) for one, other in combinations(there.values(), 2))


def test_tables_without_anything_say_so(odd: Figures) -> None:
    deck = deck_of(odd)
    assert "geen kaartje" in words(slide_called(deck, "leeg"))
    assert not charts(slide_called(deck, "leeg"))
    assert not charts(slide_called(deck, "tafel-4"))
    assert set(charts(slide_called(deck, "tafel-5"))[0].plots[0].series[0].values) == {0}


def test_nothing_laid_at_all(tmp_path: Path) -> None:
    tables = [table(n, participants=None) | {"cards": []} for n in (1, 2)]
    deck = opened(slides(figures_of(tmp_path / "nothing", tables), "en"))
    assert "No ingredients were laid." in words(slide_called(deck, "Total"))
    assert "No intentions were laid." in words(slide_called(deck, "Intentions"))
    assert "nothing to compare" in words(slide_called(deck, "Agreement"))


def test_an_unknown_poster_gives_lists_by_zone(tmp_path: Path) -> None:
    evening(tmp_path / "lost", [table(1), table(2)], picture=lambda _: Image.new("RGB", (84, 60)))
    for kept in list((tmp_path / "lost").rglob("*")):
        if kept.is_file() and b"posterscan-layout/1" in kept.read_bytes():
            kept.unlink()
    figures = Figures(gather([tmp_path / "lost"]))
    assert figures.gathered.main_poster is None
    deck = opened(slides(figures, "nl"))
    text = "\n".join(words(slide) for slide, title in zip(deck.slides, titles(deck), strict=True) if title.startswith("tafel-1"))
    assert all(row.text in text for row in figures.gathered.cards if row.table == "tafel-1")
    assert "niet bekend" in text


def test_groups_stand_side_by_side(tmp_path: Path) -> None:
    names = ["Oost", "West & Zuid"]
    tables = [table(n, session={"id": f"s{n % 2}", "name": names[n % 2]}) for n in range(1, 9)]
    figures = figures_of(tmp_path / "groups", tables)
    deck = opened(slides(figures, "nl"))
    shown = next(shape.table for shape in slide_called(deck, "Groepen").shapes if shape.has_table)
    rows = [[one.text for one in row.cells] for row in shown.rows]
    assert rows[0][1:] == list(figures.gathered.groups)
    assert rows[1][1:] == ["4", "4"]
    assert rows[2][1:] == ["32", "32"]
    for row in rows[3:9]:
        for group, text in zip(figures.gathered.groups, row[1:], strict=True):
            item = next((one for one in figures.of_group(group) if one.text == row[0]), None)
            told = "–" if item is None else "verdeeld" if item.zone == "" else f", {item.zone_tables:g} van {item.tables}"
            assert text.endswith(told)
    first = [figures.intentions(group)[0] for group in figures.gathered.groups]
    assert [text.replace(BREAK, " ") for text in rows[9][1:]] == [f"{row.text} ({row.stickers})" for row in first]
    assert slide_called(deck, "tafel-1").shapes.title.text_frame.text == "tafel-1 · West & Zuid"


def test_cards_link_to_their_pictures(ten: Figures) -> None:
    deck = opened(slides(ten, "nl", crops=lambda crop: f"./{crop}?a&b"))
    slide = slide_called(deck, "tafel-2")
    rows = {row.card_id: row for row in ten.gathered.cards if row.table == "tafel-2"}
    for card, shape in cards(slide, set(rows)).items():
        assert shape.click_action.hyperlink.address == f"./{rows[card].crop}?a&b"
    assert not deck_of(ten).slides[5].element.xpath(".//a:hlinkClick")


def template(size: tuple[int, int] = (9144000, 6858000), kind: str = "presentation") -> bytes:
    """Somebody's own: with a slide, a section that names it, and a font."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Emu(size[0]), Emu(size[1])
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Voorbeelddia"
    main = "http://schemas.openxmlformats.org/presentationml/2006/main"
    later = "http://schemas.microsoft.com/office/powerpoint/2010/main"
    section = (f'<p:extLst xmlns:p="{main}"><p:ext uri="{{521415D9-36F7-43E2-AB2F-B90AF26B5E84}}">'
               f'<p14:sectionLst xmlns:p14="{later}">'
               '<p14:section name="A" id="{00000000-0000-0000-0000-000000000001}"><p14:sldIdLst>'
               '<p14:sldId id="256"/></p14:sldIdLst></p14:section></p14:sectionLst></p:ext></p:extLst>')
    deck.part._element.append(etree.fromstring(section))
    buffer, out = io.BytesIO(), io.BytesIO()
    deck.save(buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name).replace(b'typeface="Calibri"', b'typeface="Verdana"')
            new.writestr(name, data.replace(b"presentationml.presentation.main", f"presentationml.{kind}.main".encode()))
    return out.getvalue()


@pytest.mark.parametrize("kind", ["presentation", "template", "slideshow"])
def test_a_template_gives_its_size_and_masters_but_not_its_slides(ten: Figures, kind: str) -> None:
    made = slides(ten, "nl", template=template(kind=kind))
    deck = opened(made)
    assert (deck.slide_width, deck.slide_height) == (9144000, 6858000)
    assert len(deck.slides) >= 15
    assert "Voorbeelddia" not in titles(deck)
    assert len(deck.slide_layouts) == 11
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        assert b"sectionLst" not in file.read("ppt/presentation.xml")
        assert b"Verdana" in file.read("ppt/theme/theme1.xml")
        assert not any(b"Voorbeelddia" in file.read(name) for name in file.namelist())
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= 9144000
            assert shape.top + shape.height <= 6858000


def untitled() -> bytes:
    deck = Presentation()
    for number in reversed(range(len(deck.slide_layouts))):
        if number != 6:
            deck.slide_layouts.remove(deck.slide_layouts[number])
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("broken", [b"", b"no zip", template()[:5000], untitled()], ids=["empty", "text", "torn", "untitled"])
def test_a_template_that_is_none_says_what_to_do(ten: Figures, broken: bytes) -> None:
    with pytest.raises(UsageError) as caught:
        slides(ten, "nl", template=broken)
    assert caught.value.problem.nl
    assert caught.value.remedy.nl != caught.value.remedy.en


def test_another_zip_is_no_template(ten: Figures) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("hallo.txt", "hallo")
    with pytest.raises(UsageError):
        slides(ten, "nl", template=buffer.getvalue())


def test_lines_hold_every_word_and_no_line_is_too_long() -> None:
    for text in (clean(one) for one in HOSTILE if one):
        lines = in_lines(text, 10, 30, 99)
        assert not lines.cut
        assert lines.shown.replace(f"-{BREAK}", "").replace(BREAK, "").replace("-", "") == text.replace("-", "")
    assert all(width_mm(line, 10) <= 30 for line in in_lines(LONGEST, 10, 30, 9).shown.split(BREAK))
    short = in_lines(LONG, 10, 30, 4)
    assert short.cut
    assert short.count == 4
    assert short.shown.endswith("…")
    assert LONG.startswith(re.sub(rf"-{BREAK}", "", short.shown)[:-1])
    assert short.height_mm(10) == pytest.approx(4 * LINE_EMS * 10 * 25.4 / 72)


def test_words_that_a_spreadsheet_would_run_stay_words() -> None:
    for text in ("=1", "+1", "-1", "@x", "{=1}", "http://a", "mailto:b"):
        assert cell(text) == f"\u200b{text}"
    assert cell("Koor") == "Koor"


def test_time_grows_with_tables_not_with_their_square(ten: Figures) -> None:
    """A hundred tables here; five hundred of forty cards took 11 seconds and 410 MB."""
    tables, rows = [], []
    for copy in range(10):
        tables += [replace(one, table=f"{one.table}-{copy}", result=f"{copy}/{one.result}") for one in ten.gathered.tables]
        rows += [replace(one, table=f"{one.table}-{copy}", result=f"{copy}/{one.result}") for one in ten.gathered.cards]
    figures = Figures(replace(ten.gathered, tables=tuple(tables), cards=tuple(rows)))
    assert figures.items
    start = time.process_time()
    made = slides(figures, "nl")
    assert time.process_time() - start < 8
    assert len(Presentation(io.BytesIO(made)).slides) >= 105


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_shows_every_word_of_every_card(ten: Figures, tmp_path: Path) -> None:
    made = slides(ten, "nl")
    (tmp_path / "deck.pptx").write_bytes(made)
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
                    "--outdir", tmp_path, tmp_path / "deck.pptx"], check=True, capture_output=True, timeout=180)
    pdf = pypdfium2.PdfDocument(tmp_path / "deck.pdf")
    pages = [page.get_textpage().get_text_range() for page in pdf]
    pdf.close()
    assert len(pages) == len(Presentation(io.BytesIO(made)).slides)
    first = titles(deck_of(ten)).index(ten.gathered.tables[0].table)
    for page, result in zip(pages[first:], ten.gathered.tables, strict=False):
        # a PDF may hold a soft hyphen or a mark of its own where a line ends
        together = re.sub(r"[\s\ufffe\u0002\u00ad-]", "", page)
        for row in ten.gathered.cards:
            if row.table == result.table:
                assert all(word.replace("-", "") in together for word in row.text.split())
