"""The samples that come along, and the demo around them; what a scan of them gives is in test_pipeline.py."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest
from PIL import Image

from conftest import ROOT
from posterscan.catalogue import check_together, open_catalogue
from posterscan.cli.main import main
from posterscan.layout import open_layout
from posterscan.shipped import kit_of

SAMPLES = ROOT / "samples"
PHOTOS = sorted(SAMPLES.glob("**/photo.jpg"))


@pytest.mark.parametrize("group", ["own-kit", "."])
def test_there_are_three_samples_of_different_difficulty_of_our_own_kit_and_of_another(group: str) -> None:
    photos = sorted((SAMPLES / group).glob("*/photo.jpg"))
    told = [json.loads((photo.parent / "truth.json").read_text(encoding="utf-8"))["difficulty"] for photo in photos]
    assert sorted(told) == ["easy", "hard", "normal"]


@pytest.mark.parametrize("photo", PHOTOS, ids=lambda photo: photo.parent.name)
def test_a_sample_says_no_place_and_has_its_kit(photo: Path) -> None:
    with Image.open(photo) as picture:
        exif = picture.getexif()
        assert exif[0x0131] == "photolab"
        assert not exif.get_ifd(0x8825)
    kit = kit_of(photo)
    assert kit == photo.parent.parent / "kit"
    layout = open_layout(kit / "layout.json")
    check_together(layout.layout, open_catalogue(kit / "catalogue.json"))
    assert layout.reference is not None


def test_every_sample_has_its_origin_and_licence_named() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    assert all(f"`{photo.relative_to(SAMPLES).as_posix()}`" in readme for photo in PHOTOS)
    assert all(words in readme for words in ("UNIPEN", "10.5281/zenodo.1195803", "CC BY 4.0", "Open Sans"))


def test_the_samples_fit_in_a_repository() -> None:
    assert sum(file.stat().st_size for file in SAMPLES.rglob("*") if file.is_file()) < 12e6


def test_the_wheel_carries_the_samples_where_the_package_looks_for_them() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    places = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert places["samples"] == "posterscan/shipped/samples"
    assert places["models"] == "posterscan/models"


def test_a_sample_that_cannot_be_read_is_named_and_the_exit_code_says_so(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("zonder-kit", "leeg"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "photo.jpg").write_bytes(b"")
    shutil.copytree(SAMPLES / "kit", tmp_path / "leeg" / "kit")
    monkeypatch.setattr("posterscan.shipped.shipped_folder", lambda _: tmp_path)
    assert main(["demo", "--out", str(tmp_path / "uit")]) == 1
    said = capsys.readouterr().err
    assert "zonder-kit: geen layout.json" in said
    assert "photo.jpg" in said


def test_without_samples_the_cure_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("posterscan.shipped.shipped_folder", lambda _: None)
    assert main(["demo"]) == 2
    assert "make demo" in capsys.readouterr().err
