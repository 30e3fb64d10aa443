"""Zones drawn in a real browser: what is saved is what was drawn, everything can be undone, and what is wrong is told."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from PIL import Image, ImageDraw
from playwright.sync_api import Browser

from conftest import ROOT
from kits import layout_data, told_layout_data, write_json, write_kit
from posterscan.cli.main import main
from posterscan.geometry import signed_area
from posterscan.layout import Layout, load_layout
from posterscan.messages import Language
from posterscan.one_file_page import page_files
from posterscan.stages.zones import zone_map, zone_numbers
from zones_browser import PHONE, Data, Drawing, visiting, write_page

HOSTILE = ("<img src=x onerror=window.hit=1>", "</script><script>window.hit=1</script>", "{{ data }}", "\u202egrap", "a\u2028b", "",
           "😀" * 60)
TRIANGLE = ((100.0, 100.0), (300.0, 120.0), (200.0, 330.0))


def kit_page(folder: Path, data: Data | None = None, language: Language = "nl") -> str:
    layout, _ = write_kit(folder)
    write_json(layout, data or layout_data())
    return write_page(folder, language=language)


def poster_page(folder: Path, **options: Any) -> str:
    Image.new("RGB", (841, 594), "white").save(folder / "poster.png")
    return write_page(folder / "poster.png", "841x594", **options)


def polygon(data: Data, number: int = -1) -> Any:
    return data["zones"][number]["polygon_mm"]


def off_mm(found: Any, wanted: Any) -> float:
    """The farthest that any corner of one is from the nearest of the other, both ways."""
    apart = np.linalg.norm(np.array(found, float)[:, None] - np.array(wanted, float)[None], axis=2)
    return float(max(apart.min(axis=0).max(), apart.min(axis=1).max()))


def test_nothing_edited_is_nothing_changed(browser: Browser, tmp_path: Path) -> None:
    data = told_layout_data()
    data["zones"][0]["polygon_mm"] = [[60, 70], [60, 500.25], [400, 500], [400, 70]]  # the other way round, and no whole millimetre
    with visiting(browser, kit_page(tmp_path, data)) as visit:
        assert visit.zones() == [("Bedoelingen", "Volgorde"), ("Persoonlijk", "Sfeer")]
        assert visit.page.locator(".printed").count() == 4 + 8
        assert visit.saved() == data


@pytest.mark.parametrize("kit", ["kit", "own-kit/kit"])
def test_layouts_of_real_kits_come_back_as_they_are(browser: Browser, kit: str, tmp_path: Path) -> None:
    for name in ("layout.json", "poster.png"):
        (tmp_path / name).write_bytes((ROOT / "samples" / kit / name).read_bytes())
    with visiting(browser, write_page(tmp_path)) as visit:
        assert "Alles klopt" in visit.remarks()
        assert visit.saved() == json.loads((tmp_path / "layout.json").read_text(encoding="utf-8"))


def test_corners_that_are_clicked_are_the_corners_that_are_saved(browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, kit_page(tmp_path)) as visit:
        visit.verb("draw.corners")
        visit.point(*reversed(TRIANGLE), TRIANGLE[-1])  # against the clock, and closed by the first corner again
        visit.name("Zelf getekend")
        data = visit.saved()
        assert [zone["id"] for zone in data["zones"]] == ["persoonlijk", "bedoelingen", "zelf-getekend"]
        assert off_mm(polygon(data), TRIANGLE) <= 1
        assert signed_area(np.array(polygon(data))) > 0
        assert all(float(v).is_integer() for point in polygon(data) for v in point)
        assert {name: data[name] for name in data if name != "zones"} == {k: v for k, v in layout_data().items() if k != "zones"}
        load_layout(write_json(tmp_path / "layout.json", data))


def test_a_rectangle_and_an_oval(browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, poster_page(tmp_path)) as visit:
        visit.verb("draw.box")
        visit.drag((100, 100), (300, 250))
        visit.name("Vierkant")
        visit.verb("draw.round")
        visit.drag((700, 500), (400, 200))
        visit.name("Rond")
        visit.verb("draw.round")
        visit.point((10, 10))  # a press: of a usual size, all of it on the sheet
        visit.name("Klein")
        data = visit.saved()
    assert off_mm(polygon(data, 0), [(100, 100), (300, 100), (300, 250), (100, 250)]) <= 1
    oval = shapely.Polygon(polygon(data, 1))
    assert 48 <= len(polygon(data, 1)) <= 96
    true = shapely.affinity.scale(shapely.Point(550, 350).buffer(1, quad_segs=400), 150, 150)
    assert oval.hausdorff_distance(true) <= 1.2
    small = shapely.Polygon(polygon(data, 2))
    assert shapely.box(0, 0, 841, 594).covers(small)
    assert small.area > 10_000


def test_corners_are_dragged_put_in_and_taken_away(browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, kit_page(tmp_path)) as visit:
        visit.point((230, 280))
        visit.drag((60, 70), (90, 40))
        visit.drag((400, 285), (450, 285))  # the + halfway an edge
        visit.point((60, 500))
        visit.verb("corner.delete")
        found = polygon(visit.saved(), 0)
        assert off_mm(found, [(90, 40), (400, 70), (450, 285), (400, 500)]) <= 1
        visit.page.click('[data-verb="shape.whole"]')
        visit.drag((300, 200), (330, 260))
        assert np.abs(np.subtract(polygon(visit.saved(), 0), found) - [30, 60]).max() <= 1
        visit.drag((480, 560), (580, 560))  # the corner of the box, to the right
        left, _, right, _ = shapely.Polygon(polygon(visit.saved(), 0)).bounds
        assert (left, right) == pytest.approx((120, 580), abs=1.5)


def test_nothing_leaves_the_sheet(browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, kit_page(tmp_path)) as visit:
        visit.point((230, 280))
        visit.drag((60, 70), (-40, -15))
        visit.page.click('[data-verb="shape.whole"]')
        visit.press(*["Shift+ArrowDown"] * 30)
        corners = np.array(polygon(visit.saved(), 0))
        assert corners.min() >= 0
        assert corners[:, 1].max() == 594


def test_every_step_can_be_undone_and_done_again(browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, poster_page(tmp_path)) as visit:
        states = []
        for k in range(6):
            visit.verb("draw.box")
            visit.drag((20 + 130 * k, 20), (120 + 130 * k, 400))
            states.append(json.dumps(visit.saved(anyhow=True)["zones"]))
            visit.name(f"Vak {k}", "outside" if k % 2 else None)
        visit.page.keyboard.press("1")
        visit.verb("delete")
        steps = 0
        while visit.page.is_enabled("#undo"):
            visit.press("u")
            steps += 1
        assert steps == 6 + 6 + 3 + 1
        assert visit.zones() == []
        while visit.page.is_enabled("#redo"):
            visit.press("y")
        assert [name for name, _ in visit.zones()] == [f"Vak {k}" for k in (4, 3, 2, 1, 0)]
        visit.press("u")
        assert visit.zones()[0][0] == "Vak 5"
        assert len(set(states)) == 6


def test_by_keys_alone(browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, poster_page(tmp_path)) as visit:
        visit.press("h", *["Shift+ArrowUp"] * 10, "Space", *["Shift+ArrowRight"] * 5, "Space")
        visit.press(*["Shift+ArrowDown"] * 6, *["ArrowLeft"] * 3, "Space", "Backspace", "Space", "Enter")
        visit.page.keyboard.type("Gemeenschappelijk")
        visit.press("Enter", "n", "n", "ArrowRight", "ArrowRight", "Shift+ArrowDown", "Escape", "r", "Enter")
        visit.page.keyboard.type("Volgorde")
        visit.press("Enter")
        for _ in range(40):
            if visit.page.evaluate("document.activeElement.name") == "kind":
                break
            visit.press("Tab")
        visit.press("ArrowDown", "ArrowDown")
        visit.page.focus("#panel")
        visit.press("[")
        with visit.page.expect_download() as download:
            visit.press("b")
        data = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    # from the middle of the sheet, which is between two whole millimetres
    (x0, y0), (x1, y1), (x2, y2) = polygon(data, 1)
    assert (x1 - x0, y1 - y0, x2 - x0, y2 - y0) == (52, 10, 47, 60)
    assert (x0, y0) == pytest.approx((420.5, 197), abs=1)
    assert [(zone["id"], zone["kind"]) for zone in data["zones"]] == [("volgorde", "ladder"), ("gemeenschappelijk", "sphere")]
    assert data["ladder_zone"] == "volgorde"


def test_figures_can_be_typed(browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, kit_page(tmp_path)) as visit:
        visit.press("2", "n")
        visit.page.fill("#at-x", "77")
        visit.press("Enter")
        visit.page.fill("#at-y", "9999")
        visit.press("Enter")
        assert polygon(visit.saved(anyhow=True), 0)[0] == [77, 594]
        visit.press("u", "u", "m")
        for name, value in {"x": 100, "y": 20, "w": 200, "h": 250}.items():
            visit.page.fill(f"#at-{name}", str(value))
            visit.press("Enter")
        assert polygon(visit.saved(), 0) == [[100, 20], [300, 20], [300, 270], [100, 270]]


def test_by_finger_on_a_phone(browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, poster_page(tmp_path), **PHONE) as visit:
        visit.verb("draw.corners")
        visit.tap(*TRIANGLE)
        visit.verb("finish")
        visit.name("Vak")
        px_mm = 841 / (visit.page.locator("#drawing").bounding_box() or {"width": 1})["width"]
        assert off_mm(polygon(visit.saved()), TRIANGLE) <= px_mm + 1  # a tap is a whole pixel


def test_closer_by_the_wheel_a_click_is_right_to_a_millimetre(browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, poster_page(tmp_path)) as visit:
        visit.page.mouse.move(*visit.at(250, 200))
        visit.page.mouse.wheel(0, -1000)
        visit.settle()
        visit.verb("draw.corners")
        wanted = [(240.2, 190.3), (300.4, 195.1), (270.3, 240.2)]
        visit.point(*wanted)
        visit.verb("finish")
        assert off_mm(polygon(visit.saved(anyhow=True)), wanted) <= 0.9


def test_a_reload_brings_all_back_and_the_half_drawn_too(browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, kit_page(tmp_path)) as visit:
        visit.verb("draw.box")
        visit.drag((450, 100), (550, 200))
        visit.name("Erbij")
        visit.verb("draw.corners")
        visit.point(*TRIANGLE)
        visit.reload()
        visit.verb("finish")
        visit.name("Driehoek")
        visit.reload()
        assert [name for name, _ in visit.zones()] == ["Driehoek", "Erbij", "Bedoelingen", "Persoonlijk"]
        assert "nog niet bewaard" in visit.page.inner_text("#saved")
        visit.press("u", "u")
        assert [name for name, _ in visit.zones()] == ["Erbij", "Bedoelingen", "Persoonlijk"]
        visit.press("y")
        assert off_mm(polygon(visit.saved(anyhow=True)), TRIANGLE) <= 1
        visit.reload()
        assert "Bewaard als layout.json" in visit.page.inner_text("#saved")


@pytest.mark.parametrize("kept", ["{", '{"now":{"zones":[7]},"past":[],"future":[],"pool":[]}'])
def test_a_storage_that_makes_no_sense_is_left_behind(browser: Browser, tmp_path: Path, kept: str) -> None:
    with visiting(browser, kit_page(tmp_path)) as visit:
        visit.press("2", "t")
        visit.page.keyboard.type("x")
        visit.page.wait_for_timeout(250)
        spoilt = visit.page.evaluate("""(text) => {
            const keys = Object.keys(localStorage).filter((key) => /^posterscan-zones.1.[0-9a-f]+$/.test(key));
            window.addEventListener('pagehide', () => keys.forEach((key) => localStorage.setItem(key, text)));
            return keys.length; }""", kept)
        assert spoilt == 1
        visit.reload()
        assert visit.saved() == layout_data()


def changed(**changes: Any) -> Data:
    data = layout_data()
    data["zones"][0] |= changes
    return data


def third(**values: Any) -> Data:
    data = layout_data()
    outline = [[450, 70], [550, 70], [550, 500]]
    data["zones"].append({"id": "derde", "label": "Derde", "kind": "sphere", "polygon_mm": outline} | values)
    return data


FAULTS: dict[str, tuple[Data, str, bool]] = {
    "crossing": (changed(polygon_mm=[[60, 70], [400, 500], [400, 70], [60, 500]]), "kruist zichzelf bij 230, 285 mm", True),
    "touching": (changed(polygon_mm=[[60, 70], [400, 70], [230, 285], [400, 500], [60, 500], [230, 285]]), "kruist zich", True),
    "spike": (changed(polygon_mm=[[60, 70], [400, 70], [400, 500], [400, 300], [60, 500]]), "kruist zichzelf", True),
    "line": (changed(polygon_mm=[[60, 70], [400, 70], [200, 70]]), "geen oppervlakte", True),
    "beside": (changed(polygon_mm=[[900, 0], [950, 0], [950, 50]]), "naast de poster", True),
    "over the edge": (changed(polygon_mm=[[-20, 70], [400, 70], [400, 500]]), "steekt buiten de poster", False),
    "same id": (third(id="persoonlijk"), "dezelfde naam als een ander vak (persoonlijk)", True),
    "same label": (third(label=" persoonlijk "), "Twee vakken heten", False),
    "unnamed": (changed(label=" "), "nog geen naam", False),
    "two ladders": (third(kind="ladder"), "“Derde” is ook een volgorde, maar alleen “Bedoelingen” telt", True),
    "ladder that does not count": (layout_data() | {"ladder_zone": None}, "telt nog niet", True),
    "covered": (third(polygon_mm=[[50, 60], [410, 60], [410, 510], [50, 510]]), "“Persoonlijk” ligt helemaal onder", True),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_is_told_in_plain_words_and_before_saving(browser: Browser, tmp_path: Path, name: str) -> None:
    data, words, refused = FAULTS[name]
    with visiting(browser, kit_page(tmp_path, data)) as visit:
        assert words in visit.remarks()
        visit.page.click("#save")
        assert words in visit.page.inner_text("#check")
        assert ("kunnen foto's nog niet worden gelezen" in visit.page.inner_text("#check")) == refused
        visit.press("Escape")
        saved = visit.saved(anyhow=True)
    taken = main(["calibrate", "zones", str(tmp_path), "--take", str(write_json(tmp_path / "saved.json", saved))])
    assert (taken == 2) == refused  # the page and the library agree


def test_no_ladder_is_said_and_one_is_enough(browser: Browser, tmp_path: Path) -> None:
    data = layout_data() | {"ladder_zone": None, "zones": layout_data()["zones"][:1]}
    with visiting(browser, kit_page(tmp_path, data, "en")) as visit:
        assert "There is no ladder." in visit.remarks()
        visit.press("1")
        visit.page.check('input[value="ladder"]')
        assert "There is no ladder." not in visit.remarks()
        assert visit.saved()["ladder_zone"] == "persoonlijk"
        visit.page.check('input[value="sphere"]')
        assert visit.saved()["ladder_zone"] is None


def test_which_of_two_ladders_counts_can_be_chosen(browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, kit_page(tmp_path, third(kind="ladder"))) as visit:
        visit.press("1")
        visit.verb("ladder")
        assert "“Bedoelingen” is ook een volgorde, maar alleen “Derde” telt" in visit.remarks()
        visit.press("2")
        visit.page.check('input[value="outside"]')
        assert "is ook een volgorde" not in visit.remarks()
        assert visit.saved()["ladder_zone"] == "derde"


def test_the_id_of_a_zone_that_exists_stays_and_a_new_one_follows_its_name(browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, kit_page(tmp_path)) as visit:
        visit.press("2")
        visit.name("Heel anders")
        visit.verb("draw.box")
        visit.drag((450, 100), (550, 300))
        visit.name("Café ’t Hoekje")
        visit.verb("draw.box")
        visit.drag((450, 320), (550, 500))
        visit.name("cafe t hoekje")
        assert [zone["id"] for zone in visit.saved()["zones"]] == ["persoonlijk", "bedoelingen", "cafe-t-hoekje", "cafe-t-hoekje-2"]
        visit.press("1")
        visit.name("Weer anders")  # a file knows it now
        assert [zone["id"] for zone in visit.saved()["zones"]][-1] == "cafe-t-hoekje-2"


def test_the_order_says_who_wins_and_the_page_shows_it(browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, kit_page(tmp_path, third(polygon_mm=[[300, 100], [500, 100], [500, 300], [300, 300]]))) as visit:
        visit.page.mouse.move(*visit.at(350, 200))
        assert visit.page.inner_text("#coords") == "350, 200 mm · Derde"
        visit.press("1", "[", "[")
        assert [name for name, _ in visit.zones()] == ["Bedoelingen", "Persoonlijk", "Derde"]
        visit.page.mouse.move(*visit.at(351, 200))
        assert visit.page.inner_text("#coords") == "351, 200 mm · Persoonlijk"
        layout = Layout.model_validate(visit.saved())
    names = zone_map(layout).ids
    assert names[int(zone_numbers([[350, 200]], zone_map(layout))[0])] == "persoonlijk"


def test_names_from_outside_do_no_harm_and_come_back_whole(browser: Browser, tmp_path: Path) -> None:
    data = layout_data() | {"id": HOSTILE[1]}
    data["zones"] = [{"id": f"{text}{k}", "label": text, "kind": "sphere",
                      "polygon_mm": [[20 + 100 * k, 20], [110 + 100 * k, 20], [60 + 100 * k, 300]]}
                     for k, text in enumerate(HOSTILE)]
    data["ladder_zone"] = None
    with visiting(browser, kit_page(tmp_path, data)) as visit:
        assert visit.saved(anyhow=True) == data
        for k in range(1, len(HOSTILE) + 1):
            visit.press(str(k))
        visit.name(HOSTILE[0])
        visit.reload()
        assert visit.page.evaluate("window.hit") is None
        assert HOSTILE[0] in [name for name, _ in visit.zones()]
        assert visit.saved(anyhow=True)["zones"][0]["label"] == HOSTILE[0]


def test_from_a_poster_to_the_zone_of_a_card(browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole way: a flat picture, the page, drawn zones, the file taken up, and which zone points lie in."""
    shapes = {"persoonlijk": (80, 80, 300, 300), "samen": (340, 80, 560, 300), "bedoelingen": (620, 60, 800, 540)}
    picture = Image.new("RGB", (1682, 1188), "#f5f3ee")
    pen = ImageDraw.Draw(picture)
    for box in shapes.values():
        pen.rectangle([2 * v for v in box], fill="#c2daf0", outline="black")
    picture.save(tmp_path / "onze poster.png")
    assert main(["calibrate", "zones", str(tmp_path / "onze poster.png"), "--size", "A1"]) == 0
    page = Path(capsys.readouterr().out.strip())
    with visiting(browser, page.as_uri()) as visit:
        visit.verb("draw.box")
        visit.drag((20, 20), (600, 580))
        visit.name("Hoort er niet bij", "outside")
        for name, (left, top, right, bottom) in shapes.items():
            visit.verb("draw.round" if name == "samen" else "draw.box")
            visit.drag((left, top), (right, bottom))
            visit.name(name.capitalize(), "ladder" if name == "bedoelingen" else None)
        saved = visit.save_to(tmp_path / "downloads.json")
    assert main(["calibrate", "zones", str(tmp_path), "--take", str(saved), "--lang", "en"]) == 0
    assert "4 zones (new: hoort-er-niet-bij, persoonlijk, samen, bedoelingen)" in capsys.readouterr().err
    layout = Layout.model_validate_json((tmp_path / "layout.json").read_text(encoding="utf-8"))
    assert (layout.size_mm, layout.ladder_zone, layout.reference_image) == ((841, 594), "bedoelingen", "onze poster.png")
    zones = zone_map(layout)
    spots = {(190, 190): "persoonlijk", (85, 85): "persoonlijk", (450, 190): "samen", (345, 85): "hoort-er-niet-bij",
             (320, 190): "hoort-er-niet-bij", (700, 300): "bedoelingen", (610, 300): None, (10, 10): None}
    numbers = zone_numbers(list(spots), zones)
    assert [zones.ids[n] if n >= 0 else None for n in numbers] == list(spots.values())


def looked_at(visit: Drawing, width: int) -> list[str]:
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    visit.page.evaluate(axe)  # as in the other pages' tests: all of its findings count
    found = visit.page.evaluate("async () => (await axe.run()).violations")
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


SIZES: dict[str, Data] = {"large": {"viewport": {"width": 1280, "height": 800}}, "phone": PHONE,
                          "narrow": {"viewport": {"width": 320, "height": 640}},
                          "200 %": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
                          "forced": {"viewport": {"width": 1280, "height": 800}, "forced_colors": "active"}}


@pytest.mark.parametrize(("size", "language"), [
    ("large", "nl"), ("phone", "en"), ("narrow", "nl"), ("200 %", "nl"), ("forced", "en")])
def test_everybody_can_use_it(browser: Browser, tmp_path: Path, size: str, language: Language) -> None:
    options = SIZES[size]
    wide = options["viewport"]["width"]
    with visiting(browser, kit_page(tmp_path, FAULTS["crossing"][0], language), bypass_csp=True, **options) as visit:
        assert looked_at(visit, wide) == []
        visit.press("2", "n")
        assert looked_at(visit, wide) == []
        visit.press("h", "Space")
        assert looked_at(visit, wide) == []
        visit.press("Escape")
        visit.verb("help")
        assert looked_at(visit, wide) == []
        visit.press("Escape")
        visit.page.click("#save")
        assert looked_at(visit, wide) == []


@pytest.mark.parametrize("size", ["phone", "narrow", "200 %", "large"])
def test_no_button_is_clipped_and_the_poster_has_room(browser: Browser, tmp_path: Path, size: str) -> None:
    with visiting(browser, kit_page(tmp_path), **SIZES[size]) as visit:
        for keys in (["Escape"], ["2", "n"], ["h", "Space"]):
            visit.press(*keys)
            clipped = visit.page.eval_on_selector_all("button", """(all) => all.filter((one) => one.offsetParent
                && (one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth + 1))
                .map((one) => one.textContent)""")
            assert clipped == []
            box = visit.page.locator("#poster").bounding_box()
            assert box is not None
            assert box["width"] >= 300
            assert box["height"] >= 120


def test_the_language_changes_everything_and_is_remembered(browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, kit_page(tmp_path)) as visit:
        visit.press("2")
        visit.page.click("#language")
        text = visit.page.inner_text("body")
        assert "What is it?" in text
        assert not [word for word in ("Vakken", "Wat is het", "Bewaren", "Hoeken", "Hoger") if word in text]
        visit.reload()
        assert visit.page.evaluate("document.documentElement.lang") == "en"


def test_the_page_itself_is_small() -> None:
    own = page_files("posterscan.zones_page")
    assert sum(len(text.encode()) for name, text in own.items() if name.endswith((".js", ".css"))) < 100_000
