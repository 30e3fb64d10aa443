"""`posterscan calibrate zones` without a browser: what it makes its page from, and what it takes up or refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kits import catalogue_data, layout_data, told_layout_data, write_json, write_kit
from posterscan.cli.main import main
from posterscan.kit.drawing import Pdf
from posterscan.layout import Layout, load_layout
from posterscan.zones_page.sheet_size import sheet_size
from posterscan.zones_page.source import open_source, slug

Data = dict[str, Any]


def run(*arguments: object, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code, and what was said."""
    code = main(["calibrate", "zones", *(str(one) for one in arguments), "--lang", "en"])
    return code, capsys.readouterr().err


def in_page(page: Path) -> Data:
    found = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    assert len(found) == 1
    data: Data = json.loads(found[0])
    return data


def pdf(path: Path, size_mm: tuple[float, float], pages: int = 1) -> Path:
    document = Pdf("x", "en")
    for _ in range(pages):
        with document.page(size_mm) as page:
            page.rect(10, 10, 50, 50, fill="#ff0000")
    path.write_bytes(document.bytes())
    return path


@pytest.mark.parametrize(("said", "picture", "size"), [
    ("841x594", (841, 594), (841, 594)), ("841 × 594 mm", (1682, 1188), (841, 594)), ("420,5X297", (841, 594), (420.5, 297)),
    ("A1", (841, 594), (841, 594)), ("a1", (594, 841), (594, 841)), ("A3", (400, 283), (420, 297))])
def test_sizes_as_people_say_them(said: str, picture: tuple[int, int], size: tuple[float, float]) -> None:
    assert sheet_size(said, picture, "p.png") == size


@pytest.mark.parametrize(("said", "told"), [
    ("594x841", "Did you mean --size 841x594?"), ("large", "is no size"), ("841", "is no size"), ("0x0", "cannot be"),
    ("84.1x59.4", "cannot be"), ("A9", "is no size"), ("99999x70000", "cannot be"), ("700x594", "Measure the trimmed poster"),
    (None, "--size 841x594")])
def test_a_size_that_cannot_be_is_told_with_the_cure(tmp_path: Path, said: str | None, told: str,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    Image.new("RGB", (841, 594)).save(tmp_path / "p.png")
    code, text = run(tmp_path / "p.png", *(["--size", said] if said else []), capsys=capsys)
    assert code == 2
    assert told in text
    assert not (tmp_path / "zones.html").exists()


def test_a_picture_begins_a_layout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.new("RGB", (841, 594)).save(tmp_path / "Gespreksmodel Oost.png")
    code, text = run(tmp_path / "Gespreksmodel Oost.png", "--size", "A1", "--out", tmp_path / "uit" / "x.html", capsys=capsys)
    assert code == 0
    assert "no markers" in text
    assert in_page(tmp_path / "uit" / "x.html")["layout"] == {
        "schema": "posterscan-layout/1", "id": "gespreksmodel-oost", "size_mm": [841, 594], "markers": [], "zones": [],
        "ladder_zone": None, "reference_image": "Gespreksmodel Oost.png"}


def test_a_pdf_leaves_the_picture_that_the_layout_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = pdf(tmp_path / "poster.pdf", (420, 297), pages=2)
    code, text = run(path, "--size", "A1", capsys=capsys)
    assert code == 0
    assert "2 pages; the first one is taken" in text
    layout = in_page(tmp_path / "zones.html")["layout"]
    assert (layout["size_mm"], layout["reference_image"]) == ([841, 594], "poster.png")
    picture = np.asarray(Image.open(tmp_path / "poster.png"))
    assert picture.shape[1] == pytest.approx(841 * 5, abs=2)
    red = np.argwhere((picture[..., 0] > 200) & (picture[..., 1] < 50))
    assert red.min(axis=0) / 5 * 420 / 841 == pytest.approx([10, 10], abs=0.3)  # where it was drawn
    assert run(path, "--size", "A1", capsys=capsys)[0] == 0
    Image.new("RGB", (84, 59)).save(tmp_path / "poster.png")
    code, text = run(path, capsys=capsys)
    assert code == 2
    assert "another picture than the PDF" in text


def test_a_pdf_knows_its_own_size(tmp_path: Path) -> None:
    assert open_source(pdf(tmp_path / "p.pdf", (841, 594)), None).layout["size_mm"] == [841, 594]


@pytest.mark.parametrize(("name", "content", "told"), [
    ("p.pdf", b"%PDF-1.4 nothing more", "cannot be opened as a PDF"), ("p.png", b"", "is empty"),
    ("p.png", b"words", "is not a usable photo"), ("layout.json", b"{", "is not JSON"),
    ("layout.json", b'{"schema": "posterscan-catalogue/1"}', "another kind")])
def test_files_that_are_no_poster_are_refused(tmp_path: Path, name: str, content: bytes, told: str,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / name).write_bytes(content)
    code, text = run(tmp_path / name, "--size", "A1", capsys=capsys)
    assert code == 2
    assert told in text


def test_what_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "does not exist" in run(tmp_path / "weg", capsys=capsys)[1]
    assert "no layout.json" in run(tmp_path, capsys=capsys)[1]
    write_kit(tmp_path)
    (tmp_path / "poster.png").unlink()
    code, text = run(tmp_path, capsys=capsys)
    assert code == 2
    assert "Put the poster's artwork beside it" in text
    saved = write_json(tmp_path / "saved.json", layout_data())
    before = sorted(path.name for path in tmp_path.iterdir())
    assert run(tmp_path / "kitt", "--take", saved, capsys=capsys)[0] == 2  # a slip of the pen puts nothing anywhere
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_artwork_of_another_shape_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_kit(tmp_path)
    Image.new("RGB", (594, 841)).save(tmp_path / "poster.png")
    assert run(tmp_path, capsys=capsys)[0] == 2
    assert run(tmp_path, "--take", write_json(tmp_path / "s.json", layout_data()), capsys=capsys)[0] == 2


def test_zones_with_faults_can_be_opened_to_mend_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, _ = write_kit(tmp_path)
    data = layout_data()
    data["zones"][0]["polygon_mm"] = [[60, 70], [400, 500], [400, 70], [60, 500]]
    write_json(path, data)
    code, text = run(tmp_path, capsys=capsys)
    assert code == 0
    assert "crosses itself" in text
    assert in_page(tmp_path / "zones.html")["layout"] == data


def test_only_the_zones_are_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_kit(tmp_path)
    before = told_layout_data()
    write_json(tmp_path / "layout.json", before)
    saved = layout_data() | {"markers": [], "ladder_zone": "volgorde"}
    saved["zones"][0]["label"] = "Anders"
    saved["zones"][1]["id"] = "volgorde"
    code, text = run(tmp_path, "--take", write_json(tmp_path / "down.json", saved), capsys=capsys)
    assert code == 0
    assert "2 zones (new: volgorde; changed: persoonlijk; gone: bedoelingen). The one before is now called layout.former" in text
    assert "markers of the layout.json in the folder are kept" in text
    now = json.loads((tmp_path / "layout.json").read_text(encoding="utf-8"))
    assert now == before | {"zones": saved["zones"], "ladder_zone": "volgorde"}
    assert json.loads((tmp_path / "layout.former.json").read_text(encoding="utf-8")) == before
    load_layout(tmp_path / "layout.json")
    content = (tmp_path / "layout.json").read_bytes()
    assert "nothing changed" in run(tmp_path, "--take", tmp_path / "layout.json", capsys=capsys)[1]
    assert (tmp_path / "layout.json").read_bytes() == content


Change = Callable[[Data], object]
REFUSED: list[tuple[str, Change, str]] = [
    ("another poster", lambda d: d.update(id="een-ander"), "is of poster 'een-ander'"),
    ("another size", lambda d: d.update(size_mm=[594, 420]), "is of a poster of"),
    ("no zones", lambda d: d.update(zones=[], ladder_zone=None), "no zone has been drawn"),
    ("crossing", lambda d: d["zones"][0].update(polygon_mm=[[60, 70], [400, 500], [400, 70], [60, 500]]), "crosses itself"),
    ("double id", lambda d: d["zones"][1].update(id="persoonlijk"), "is there already"),
    ("beside the sheet", lambda d: d["zones"][0].update(polygon_mm=[[900, 0], [950, 0], [950, 50]]), "covers nothing of the sheet"),
    ("covered", lambda d: d["zones"].append(d["zones"][0] | {"id": "x"}), "lies under other zones"),
    ("a second ladder", lambda d: d["zones"][0].update(kind="ladder"), "is a ladder too"),
    ("a ladder that is not said", lambda d: d.update(ladder_zone=None), "it is not said"),
    ("a ladder that is not there", lambda d: d.update(ladder_zone="bedoeling"), "there is no zone"),
    ("two corners", lambda d: d["zones"][0]["polygon_mm"].__delitem__(slice(2, None)), "at least 3"),
    ("an unknown field", lambda d: d.update(kleur="rood"), "unknown field")]


@pytest.mark.parametrize(("change", "told"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_file_that_scanning_could_not_use_changes_nothing(tmp_path: Path, change: Change, told: str,
                                                            capsys: pytest.CaptureFixture[str]) -> None:
    path, _ = write_kit(tmp_path)
    before = path.read_bytes()
    saved = layout_data()
    change(saved)
    code, text = run(tmp_path, "--take", write_json(tmp_path / "down.json", saved), capsys=capsys)
    assert code == 2
    assert told in text
    assert path.read_bytes() == before
    assert not (tmp_path / "layout.former.json").exists()


def test_what_is_allowed_and_perhaps_not_meant_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_kit(tmp_path)
    saved = layout_data() | {"ladder_zone": None}
    saved["zones"][1] |= {"kind": "sphere", "label": "persoonlijk "}
    saved["zones"][0]["polygon_mm"][0] = [-30, 70]
    code, text = run(tmp_path, "--take", write_json(tmp_path / "down.json", saved), capsys=capsys)
    assert code == 0
    for words in ("No ladder has been drawn, though catalogue.json has intention cards", "More than one zone is called",
                  "sticks out of the poster"):
        assert words in text
    write_json(tmp_path / "catalogue.json", catalogue_data() | {"cards": catalogue_data()["cards"][:2]})
    assert "No ladder" not in run(tmp_path, "--take", tmp_path / "layout.json", capsys=capsys)[1]


def test_a_first_layout_is_put_beside_its_artwork(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.new("RGB", (841, 594)).save(tmp_path / "poster.png")
    saved = write_json(tmp_path / "down.json", layout_data() | {"markers": []})
    code, text = run(tmp_path / "poster.png", "--take", saved, capsys=capsys)
    assert code == 0
    assert "posterscan calibrate poster" in text
    assert len(Layout.model_validate_json((tmp_path / "layout.json").read_text(encoding="utf-8")).zones) == 2
    (tmp_path / "leeg").mkdir()
    code, text = run(tmp_path / "leeg", "--take", saved, capsys=capsys)
    assert code == 2
    assert "'poster.png' does not exist beside the file" in text


@pytest.mark.parametrize(("text", "id_"), [
    ("Café ’t Hoekje", "cafe-t-hoekje"), ("日本", ""), ("--A  b--", "a-b"), ("x" * 99, "x" * 60)])
def test_ids_of_names(text: str, id_: str) -> None:
    assert slug(text) == id_
