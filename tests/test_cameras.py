"""Cameras: a lens measured from a printed board or from posters, its profile, and where it is used."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from typer.testing import CliRunner

from drawn_sheet import Shot, make_layout, photograph, sheet_map
from posterscan.cameras.board import COLUMNS, ROWS, SQUARE_MM, find_board
from posterscan.cameras.fit import fit_through_camera, is_better
from posterscan.cameras.known import KnownLens, turned, turned_lens
from posterscan.cameras.make import make_profiles
from posterscan.cameras.profile import CameraProfile, known_lens, load_profile, load_profiles, profile_name
from posterscan.cameras.seen import see
from posterscan.cameras.solve import Sighting, solve_lens
from posterscan.cli.main import app
from posterscan.errors import CameraError
from posterscan.exif import turns_of
from posterscan.kit.camera_board import LEFT_MM, TOP_MM, camera_board
from posterscan.kit.raster import page_picture
from posterscan.layout import Layout
from posterscan.markers.found import Fiducials
from posterscan.photo import Photo
from posterscan.sheet import Lens
from posterscan.sheetfit import Residual
from posterscan.stages.fiducials import FiducialParams, find_fiducials
from posterscan.stages.rectify import fit_sheet

Floats = NDArray[np.float64]
SIZE = (1600, 1200)
BENT = Lens(1150.0, (806.0, 596.0), (-0.21, 0.05, 1e-3, -6e-4))
SURE = (0.003, 0.003, 2e-4, 2e-4)


def seen_through(lens: Lens, points_mm: Floats, middle_mm: tuple[float, float], number: int, fill: float = 0.8) -> Floats:
    """(N, 2) px of flat points, the camera aslant in a direction of its own per number."""
    rng = np.random.default_rng(number)
    around, tilt = rng.uniform(0, 2 * np.pi), np.radians(rng.uniform(10, 32))
    turn, _ = cv2.Rodrigues(tilt * np.array([np.cos(around), np.sin(around), 0]))
    away = lens.focal_px * 2 * max(middle_mm) / (SIZE[0] * fill)
    place = np.array([0, 0, away]) - turn @ np.array([*middle_mm, 0.0])
    solid = np.column_stack([points_mm, np.zeros(len(points_mm))]) @ np.asarray(turn).T + place
    return lens.distorted(solid[:, :2] / solid[:, 2:] * lens.focal_px + np.array(lens.principal_px))


def exact(layout: Layout, lens: Lens, which: list[int], number: int, noise_px: float = 0.05) -> Fiducials:
    """Markers as the lens shows them."""
    marker, n = np.array(which), len(which)
    wide, high = layout.size_mm
    px = seen_through(lens, layout.marker_corners_mm[marker].reshape(-1, 2), (wide / 2, high / 2), number)
    px = px + np.random.default_rng(number).normal(0, noise_px, px.shape)
    one = np.ones(n)
    return Fiducials(marker, np.array([layout.markers[k].id for k in which]), px.reshape(-1, 4, 2), np.full((n, 4), noise_px),
                     0.05 * one, np.ones((n, 4)), 2 * one, 0.6 * one, 0.6 * one, np.zeros(n, bool), np.zeros((0, 2)),
                     np.zeros((0, 4, 2)))


def profile(lens: Lens = BENT, **changes: object) -> CameraProfile:
    record = {"focal_px": lens.focal_px, "principal_px": lens.principal_px, "coefficients": lens.coefficients}
    sigma = {"focal_px": 5.0, "principal_px": (2.0, 2.0), "coefficients": SURE}
    return CameraProfile.model_validate({
        "schema": "posterscan-camera/1", "make": "Maker", "model": "Phone 7", "focal_35mm": 26.0, "size_px": SIZE, "lens": record,
        "sigma": sigma, "residual_px": {"median": 0.2, "p95": 0.5}, "source": "board", "photos": 8, "points": 500,
        "date": "2026-11-24"} | changes)


def photo(size: tuple[int, int] = SIZE, **changes: object) -> Photo:
    rgb = np.zeros((size[1], size[0], 3), np.uint8)
    return replace(Photo(rgb, Path("a.jpg"), "0", size, make="Maker", model="Phone 7", focal_35mm=26.0), **changes)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3, -1])
def test_a_lens_turns_with_its_picture(quarters: int) -> None:
    points = np.random.default_rng(0).uniform(0, 1, (50, 2)) * SIZE
    after = np.array(SIZE if quarters % 2 == 0 else SIZE[::-1])

    def turn(px: Floats) -> Floats:
        return turned(px - (np.array(SIZE) - 1) / 2, quarters) + (after - 1) / 2

    assert turned_lens(BENT, SIZE, quarters).distorted(turn(points)) == pytest.approx(turn(BENT.distorted(points)), abs=1e-6)


def test_the_inverse_of_a_strongly_bent_lens_holds_to_the_corners() -> None:
    x, y = np.meshgrid(np.linspace(0, SIZE[0], 15), np.linspace(0, SIZE[1], 11))
    points = np.column_stack([x.ravel(), y.ravel()])
    assert BENT.distorted(BENT.ideal(points)) == pytest.approx(points, abs=1e-3)
    assert not BENT.folds(SIZE)
    assert replace(BENT, coefficients=(-0.6, 0.0, 0.0, 0.0)).folds(SIZE)
    assert np.isfinite(replace(BENT, coefficients=(-3.0, 0.0, 0.0, 0.0)).ideal(points)).all()


def test_one_lens_from_many_photos_to_within_what_it_says_of_itself() -> None:
    layout = make_layout()
    corners = layout.marker_corners_mm.reshape(-1, 2)
    shots = [Sighting(corners, exact(layout, BENT, list(range(8)), n, 0.1).corners_px.reshape(-1, 2), np.full(32, 0.1))
             for n in range(8)]
    found = solve_lens(shots, SIZE, 1100.0)
    off = np.array(found.lens.coefficients) - BENT.coefficients
    assert np.all(np.abs(off) < 4 * found.sigma[3:])
    assert np.abs(off[:2]).max() < 0.01
    assert found.lens.principal_px == pytest.approx(BENT.principal_px, abs=6)
    assert found.lens.focal_px == pytest.approx(BENT.focal_px, rel=0.02)
    with pytest.raises(ValueError, match="needs 8 points"):
        solve_lens([Sighting(corners[:4], corners[:4], np.ones(4))], SIZE, None)


@pytest.mark.parametrize("which", [[0, 1, 2, 3, 4, 5, 6, 7], [0, 2, 3, 4, 6, 7], [0, 1, 2, 4, 6]])
def test_a_profile_places_a_bent_sheet_better(which: list[int]) -> None:
    layout = make_layout()
    for number in range(4):
        found = exact(layout, BENT, which, number)
        fit, use = fit_through_camera(found, layout, SIZE, 1155.0, KnownLens(BENT, SURE, "maker"))
        assert use is not None
        assert use.used
        without = use.without
        assert fit.left_out.median + fit.left_out.p95 < 2 / 3 * (without.median + without.p95)
        assert fit.left_out.median == use.given.median


def test_a_wrong_profile_is_told_and_not_used() -> None:
    layout, straight = make_layout(), replace(BENT, coefficients=(0.004, -0.002, 0.0, 0.0))
    for number in range(4):
        found = exact(layout, straight, [0, 1, 2, 3, 4, 6], number)
        plain = fit_sheet(found, layout, SIZE, focal_px=1155.0)
        fit, use = fit_through_camera(found, layout, SIZE, 1155.0, KnownLens(BENT, SURE, "maker"))
        assert use is not None
        assert not use.used
        assert use.profile == "maker"
        assert use.given.median > use.without.median
        assert fit.left_out.median == plain.left_out.median


def test_better_means_smaller_and_nan_is_never_better() -> None:
    assert is_better(Residual(0.2, 0.8), Residual(0.3, 0.8))
    assert not is_better(Residual(0.3, 0.8), Residual(0.3, 0.8))
    assert not is_better(Residual(0.33, 0.5), Residual(0.3, 0.8))
    assert not is_better(Residual(float("nan"), float("nan")), Residual(0.3, 0.8))


def test_a_bent_sheet_without_a_profile_is_no_crash() -> None:
    layout, worse = make_layout(), replace(BENT, coefficients=(-0.3, 0.1, 0.0, 0.0))
    for number in range(4):
        assert fit_sheet(exact(layout, worse, [0, 2, 4, 6, 7], number), layout, SIZE, focal_px=1150.0)


def test_markers_that_a_lens_moves_out_of_place_are_found_through_it() -> None:
    layout, shot = make_layout(), Shot(k1=-0.33, fill=0.99, tilt=0.05)
    grey = photograph(layout, shot)
    strict = FiducialParams(limit_mm=3.0)  # of this A3 sheet, as the usual limit is of an A1
    alone = find_fiducials(grey, layout, strict)
    lens = sheet_map(shot).lens
    through = find_fiducials(grey, layout, strict, lenses=[lens])
    assert len(alone.ghosts_px) > 0
    assert len(through.ghosts_px) == 0
    assert len(through) == 8
    wanted = sheet_map(shot).to_px(layout.marker_corners_mm.reshape(-1, 2)).reshape(-1, 4, 2)
    assert np.abs(through.corners_px - wanted).max() < 1.5


@pytest.mark.parametrize(("changes", "fits"), [
    ({}, True), ({"model": "Phone 8"}, False), ({"focal_35mm": 13.0}, False), ({"focal_35mm": None}, False),
    ({"turns": None}, False)])
def test_a_profile_is_for_its_own_camera(changes: dict[str, object], fits: bool) -> None:
    assert (known_lens([profile()], photo(**changes)) is not None) == fits


def test_a_profile_fits_other_sizes_and_turns_but_no_other_shape() -> None:
    half = known_lens([profile()], photo((800, 600)))
    assert half is not None
    assert half.lens.focal_px == pytest.approx(575)
    assert known_lens([profile()], photo((1600, 900))) is None
    upright = known_lens([profile()], photo((1200, 1600), turns=1))
    assert upright is not None
    there = upright.lens.distorted([[300.0, 900.0]])
    stored = turned(np.array([[300.0, 900.0]]) - [599.5, 799.5], 1) + [799.5, 599.5]
    assert turned(there - [599.5, 799.5], 1) + [799.5, 599.5] == pytest.approx(BENT.distorted(stored), abs=1e-6)
    assert known_lens([profile()], photo((1200, 1600))) is None


def test_the_profile_from_most_photos_wins() -> None:
    other = profile(replace(BENT, focal_px=1100.0), photos=20)
    chosen = known_lens([profile(), other], photo())
    assert chosen is not None
    assert chosen.lens.focal_px == 1100.0


@pytest.mark.parametrize(("content", "said"), [
    ("{", "is not JSON"), ('{"schema": "posterscan-layout/1"}', "another kind"),
    (json.dumps(profile().model_dump(by_alias=True) | {"photos": "8"}), "photos"),
    (json.dumps(profile(replace(BENT, coefficients=(-0.9, 0, 0, 0))).model_dump(by_alias=True)), "folds")])
def test_a_profile_that_cannot_be_used_names_file_and_cure(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "mijn.json").write_text(content)
    with pytest.raises(CameraError, match=r"mijn\.json") as error:
        load_profiles(tmp_path)
    assert said in error.value.to("en")


def test_a_folder_without_profiles_matters_only_where_it_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_profiles(None) == ()
    with pytest.raises(CameraError, match="no camera profile"):
        load_profiles(tmp_path)


def test_names_of_profiles_are_fit_for_files() -> None:
    assert profile_name("Fairphone", "FP4", 26.0) == "fairphone-fp4-26mm"
    assert "/" not in profile_name("../../etc", "a\\b:c", None)
    assert profile_name(None, None, None) == "camera"
    assert len(profile_name("x" * 500, None, None)) <= 100


def test_how_the_sensor_saw_a_picture() -> None:
    assert [turns_of({0x0112: o}, {}, "JPEG") for o in (1, 6, 3, 8, 2)] == [0, 1, 2, 3, None]
    assert turns_of({}, {}, "JPEG") == 0
    assert turns_of({0x0112: 1}, {"original_orientation": 6}, "HEIF") == 1


def board_photo(number: int) -> NDArray[np.uint8]:
    """The printed page on a grey table through the bent lens, (H, W, 3) uint8."""
    page = page_picture(camera_board("nl"), 0, 6.0)
    y, x = np.mgrid[0:SIZE[1]:8, 0:SIZE[0]:8].astype(np.float64)
    ideal = BENT.ideal(np.column_stack([x.ravel(), y.ravel()]))
    corners_mm = np.array([[0, 0], [210, 0], [210, 297], [0, 297.0]])
    flat = BENT.ideal(seen_through(BENT, corners_mm, (105, 148.5), number, 0.95))
    to_mm = cv2.getPerspectiveTransform(flat.astype(np.float32), corners_mm.astype(np.float32))
    mm = cv2.perspectiveTransform(ideal[None], to_mm)[0]
    coarse = (mm * 6.0 - 0.5).reshape(*x.shape, 2).astype(np.float32)
    rows, cols = np.mgrid[0:SIZE[1], 0:SIZE[0]].astype(np.float32)
    fine = cv2.remap(coarse, cols / 8, rows / 8, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    seen = cv2.remap(cv2.GaussianBlur(page, (0, 0), 1.2), fine, np.empty(0, np.float32), cv2.INTER_LINEAR,
                     borderMode=cv2.BORDER_CONSTANT, borderValue=(120, 118, 115))
    return np.clip(seen + np.random.default_rng(number).normal(0, 2, seen.shape), 0, 255).astype(np.uint8)


def test_the_printed_board_is_the_board_that_is_looked_for() -> None:
    mm, px = find_board(np.asarray(cv2.cvtColor(page_picture(camera_board("nl"), 0, 8.0), cv2.COLOR_RGB2GRAY), np.uint8))
    assert len(mm) == (COLUMNS - 1) * (ROWS - 1)
    assert (px + 0.5) / 8.0 - [LEFT_MM, TOP_MM] == pytest.approx(mm, abs=0.1)
    assert mm.max(axis=0).tolist() == [(COLUMNS - 1) * SQUARE_MM, (ROWS - 1) * SQUARE_MM]
    assert len(find_board(np.full((600, 800), 200, np.uint8))[0]) == 0


def test_from_photos_of_the_board_to_a_profile_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "fotos").mkdir()
    for number in range(5):
        exif = Image.Exif()
        exif[0x010F], exif[0x0110] = "Maker", "Phone 7"
        exif.get_ifd(0x8769)[0xA405] = 26
        Image.fromarray(board_photo(number)).save(tmp_path / "fotos" / f"{number}.jpg", quality=93, exif=exif)
    Image.new("RGB", (400, 300), "grey").save(tmp_path / "fotos" / "tafel.jpg")
    ran = CliRunner().invoke(app, ["calibrate", "camera", str(tmp_path / "fotos"), "--out", str(tmp_path / "cameras"), "--json",
                                   "--lang", "en"])
    assert ran.exit_code == 1, ran.output
    told = json.loads(ran.stdout)
    assert list(told["failed"]) == ["tafel.jpg"]
    made = load_profile(tmp_path / "cameras" / "maker-phone-7-26mm.json")
    assert (made.source, made.photos, made.size_px) == ("board", 5, SIZE)
    k1, k2, _, _ = made.lens.coefficients
    assert k1 == pytest.approx(BENT.coefficients[0], abs=0.012)
    assert k2 == pytest.approx(BENT.coefficients[1], abs=0.02)
    assert load_profiles(tmp_path / "cameras") == (made,)


def test_a_photo_that_is_unlike_the_others_is_left_out() -> None:
    layout = make_layout()
    shots = [exact(layout, BENT if n else replace(BENT, coefficients=(0.3, 0.0, 0.0, 0.0)), list(range(8)), n) for n in range(7)]
    one = see(photo(), None)
    assert one is None
    from posterscan.cameras.seen import Seen

    corners = layout.marker_corners_mm.reshape(-1, 2)
    seen = [Seen(f"{n}.jpg", "Maker", "Phone 7", 26.0, SIZE, 0, Sighting(corners, f.corners_px.reshape(-1, 2), np.full(32, 0.8)), f)
            for n, f in enumerate(shots)]
    made = make_profiles(seen, layout, "2026-11-24")
    assert [m.stray for m in made] == [("0.jpg",)]
    assert made[0].profile is not None
    assert made[0].profile.lens.coefficients[0] == pytest.approx(-0.21, abs=0.01)
    assert made[0].profile.checked is not None
    assert made[0].profile.checked.with_mm < 2 / 3 * made[0].profile.checked.without_mm
    few = make_profiles(seen[1:3], layout, "2026-11-24")[0]
    assert few.profile is None
    assert few.problem is not None
    assert "minstens 3" in few.problem.nl


def test_a_folder_without_photos_is_named(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["calibrate", "camera", str(tmp_path), "--lang", "en"])
    assert ran.exit_code == 2
    assert f"There are no photos in {tmp_path}" in ran.output
