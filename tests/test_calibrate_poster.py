"""`posterscan calibrate poster`: from a PDF or a picture to a layout, and markers that were taped on."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from drawn_poster import PX_PER_MM, SIZE_MM, Rgb, drawn_poster, photo_of
from posterscan.calibrate.poster import read_poster
from posterscan.calibrate.taped import Sighting, TapedMarker, measured, painted
from posterscan.cli.main import main
from posterscan.errors import PosterError
from posterscan.geometry import rectangle
from posterscan.kit.poster_layout import MARKER_MM
from posterscan.layout import open_layout

SIZE = "500x700"


def saved(path: Path, picture: Rgb) -> Path:
    Image.fromarray(picture).save(path)
    return path


def pdf(path: Path, picture: Rgb, wide_mm: float) -> Path:
    Image.fromarray(picture).save(path, "PDF", resolution=picture.shape[1] / wide_mm * 25.4, quality=92)
    return path


def run(*arguments: object) -> int:
    return main(["calibrate", "poster", *(str(a) for a in arguments), "--lang", "en"])


def test_a_picture_becomes_a_layout_that_scanning_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = saved(tmp_path / "Oude poster (2019).png", drawn_poster())
    assert run(source, "--size", SIZE, "--out", tmp_path / "cal") == 0
    layout = open_layout(tmp_path / "cal" / "layout.json")
    assert (layout.layout.id, layout.layout.size_mm, layout.layout.by_artwork) == ("oude-poster-2019", SIZE_MM, True)
    assert layout.reference is not None
    assert "no zones yet" in capsys.readouterr().out
    photo = saved(tmp_path / "photo.jpg", photo_of(drawn_poster(), 90.0)[0])
    assert main(["check", str(photo), "--layout", str(tmp_path / "cal" / "layout.json")]) == 0
    other = saved(tmp_path / "other.jpg", photo_of(drawn_poster(9, "Iets heel anders", ("a", "b", "c")), 90.0)[0][:, ::-1])
    assert main(["check", str(other), "--layout", str(tmp_path / "cal" / "layout.json"), "--lang", "nl"]) == 1


def test_a_paper_size_lies_as_the_poster_does(tmp_path: Path) -> None:
    lying = cv2.resize(np.ascontiguousarray(np.rot90(drawn_poster())), (1682, 1188), interpolation=cv2.INTER_AREA)
    for number, source in enumerate((saved(tmp_path / "p.png", lying), pdf(tmp_path / "p.pdf", lying, 420))):
        assert run(source, "--size", "a1", "--out", tmp_path / str(number)) == 0
        assert open_layout(tmp_path / str(number) / "layout.json").layout.size_mm == (841, 594)


def test_zones_that_were_drawn_stay_when_it_is_made_again(tmp_path: Path) -> None:
    source = saved(tmp_path / "p.png", drawn_poster())
    assert run(source, "--size", SIZE, "--out", tmp_path, "--id", "mijn") == 0
    data = json.loads((tmp_path / "layout.json").read_text("utf-8"))
    data["zones"] = [{"id": "a", "label": "A", "kind": "ladder", "polygon_mm": [[10, 10], [90, 10], [90, 90]]}]
    data["ladder_zone"] = "a"
    (tmp_path / "layout.json").write_text(json.dumps(data), "utf-8")
    assert run(source, "--size", SIZE, "--out", tmp_path) == 0
    again = open_layout(tmp_path / "layout.json").layout
    assert ([zone.id for zone in again.zones], again.ladder_zone, again.id) == (["a"], "a", "mijn")


def test_a_pdf_says_its_own_size_and_bleed_is_cut_off(tmp_path: Path) -> None:
    plain = read_poster(pdf(tmp_path / "p.pdf", drawn_poster(), 500), None)
    assert np.allclose(plain.size_mm, SIZE_MM, atol=0.2)
    bleed = round(3 * PX_PER_MM)
    wider = cv2.copyMakeBorder(drawn_poster(), bleed, bleed, bleed, bleed, cv2.BORDER_REPLICATE)
    cut = read_poster(pdf(tmp_path / "b.pdf", np.asarray(wider, np.uint8), 506), SIZE_MM)
    assert "bleed" in cut.notes[0].en
    same = cv2.resize(plain.rgb, (500, 700), interpolation=cv2.INTER_AREA).astype(int)
    off = np.abs(cv2.resize(cut.rgb, (500, 700), interpolation=cv2.INTER_AREA).astype(int) - same)
    assert np.median(off) <= 2
    smaller = read_poster(pdf(tmp_path / "a3.pdf", drawn_poster(), 250), SIZE_MM)  # made at half its size, printed at full size
    assert smaller.size_mm == SIZE_MM


@pytest.mark.parametrize(("picture", "size", "says"), [
    (lambda: np.full((1400, 1000, 3), 255, np.uint8), SIZE, "too little"),
    (lambda: np.tile(drawn_poster()[300:400, 300:400], (14, 10, 1)), SIZE, "too little"),  # a pattern that repeats
    (drawn_poster, "700x500", "other shape|another shape"),
    (drawn_poster, "500x715", "another shape"),
    (lambda: drawn_poster()[::9, ::9], SIZE, "too coarse"),
    (drawn_poster, "50x70", "cannot be"),
    (drawn_poster, "big", "no size of a poster"),
])
def test_artwork_that_cannot_be_used_is_refused_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str], picture: object,
                                                                size: str, says: str) -> None:
    source = saved(tmp_path / "p.png", np.ascontiguousarray(picture()))  # type: ignore[operator]
    assert run(source, "--size", size, "--out", tmp_path / "cal") == 2
    assert any(word in capsys.readouterr().err for word in says.split("|"))
    assert not (tmp_path / "cal").exists()


@pytest.mark.parametrize("content", [b"%PDF-1.7 nothing", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>", b"", b"\x89PNG\r\n\x1a\n"])
def test_broken_files_are_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.pdf"
    path.write_bytes(content)
    with pytest.raises(PosterError):
        read_poster(path, SIZE_MM)


TAPED = {0: (45.0, 130.0, 4.0), 3: (455.0, 140.0, -7.0), 5: (450.0, 650.0, 93.0), 8: (50.0, 640.0, 178.0)}


def taped_poster() -> tuple[Rgb, dict[int, np.ndarray]]:
    places = {k: rectangle((x, y), (MARKER_MM, MARKER_MM), turn) for k, (x, y, turn) in TAPED.items()}
    markers = [TapedMarker(k, at, MARKER_MM, 0.1, 1, 0.0, moved=False) for k, at in places.items()]
    return painted(drawn_poster(), SIZE_MM, markers), places


def test_taped_markers_are_measured_in_and_scanning_works_by_them(tmp_path: Path) -> None:
    source, (poster, places) = saved(tmp_path / "p.png", drawn_poster()), taped_poster()
    views = [(90, 0.05), (85, -0.08)]
    photos = [saved(tmp_path / f"{k}.png", photo_of(poster, turn, tilt, 2600)[0]) for k, (turn, tilt) in enumerate(views)]
    assert run(source, "--size", SIZE, "--out", tmp_path / "cal", *(x for p in photos for x in ("--photos", p))) == 0
    layout = open_layout(tmp_path / "cal" / "layout.json")
    assert [m.id for m in layout.layout.markers] == sorted(places)
    assert not layout.layout.by_artwork
    for marker in layout.layout.markers:
        off = np.array(marker.corners_mm) - places[marker.id]
        assert np.linalg.norm(off, axis=1).max() < 0.5
        assert marker.sigma_mm is not None and np.abs(off.mean(axis=0)).max() < 3 * marker.sigma_mm  # noqa: PT018
    assert layout.reference is not None  # and it shows them
    assert np.median(np.abs(layout.reference.astype(int) - poster)) <= 3
    assert main(["check", str(photos[0]), "--layout", str(tmp_path / "cal" / "layout.json")]) == 0


def test_photos_without_markers_or_of_another_poster_write_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = saved(tmp_path / "p.png", drawn_poster())
    bare = saved(tmp_path / "bare.jpg", photo_of(drawn_poster(), 90.0)[0])
    other = saved(tmp_path / "other.jpg", photo_of(np.full_like(drawn_poster(), 240))[0])
    assert run(source, "--size", SIZE, "--out", tmp_path / "cal", "--photos", bare, "--photos", other) == 2
    said = capsys.readouterr().err
    assert "other.jpg" in said
    assert "Not one marker" in said
    assert not (tmp_path / "cal").exists()


def sighting(x: float, sigma: float = 0.2) -> Sighting:
    return Sighting(7, np.array([x, 50.0]), 10.0, 40.0, sigma)


def test_uncertainty_shrinks_with_photos_that_agree_and_grows_with_those_that_do_not() -> None:
    [one], [three] = measured([[sighting(100.0)]]), measured([[sighting(100.0)], [sighting(100.1)], [sighting(99.95)]])
    assert three.sigma_mm < one.sigma_mm
    [apart] = measured([[sighting(100.0)], [sighting(101.0)], [sighting(99.2)]])
    assert apart.sigma_mm > 2 * three.sigma_mm
    assert not apart.moved
    [moved] = measured([[sighting(100.0)], [sighting(112.0)]])
    assert moved.moved
