"""Decoding: every format, orientation exactly once, colours, and an answer that helps for every broken file."""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms
from PIL.ImageCms import ImageCmsProfile

from posterscan import photo as photo_module
from posterscan.errors import PhotoError
from posterscan.photo import Photo, load_photo
from posterscan.pixels import upright
from posterscan.sheet import Lens, SheetMap

QUARTERS = {(50, 60): (200, 30, 40), (50, 240): (30, 180, 60), (150, 60): (40, 60, 220), (150, 240): (240, 240, 200)}
NEAR = 6  # what lossy formats may change in the middle of a plain area


def drawn() -> np.ndarray:
    """(200, 300, 3): four plain quarters, each of another colour."""
    rgb = np.zeros((200, 300, 3), np.uint8)
    for (row, column), colour in QUARTERS.items():
        rgb[row - 50:row + 50, 0 if column < 150 else 150:150 if column < 150 else 300] = colour
    return rgb


def assert_shows_quarters(rgb: np.ndarray, tolerance: int = NEAR) -> None:
    assert rgb.shape == (200, 300, 3)
    assert rgb.dtype == np.uint8
    for (row, column), colour in QUARTERS.items():
        assert np.abs(rgb[row, column].astype(int) - colour).max() <= tolerance, (row, column, rgb[row, column])


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif", "a.heic", "a.avif", "a.bmp", "a.gif"])
def test_reads_every_format(tmp_path: Path, name: str) -> None:
    pillow_heif.register_heif_opener()
    Image.fromarray(drawn()).save(tmp_path / name, quality=95)
    photo = load_photo(tmp_path / name)
    assert_shows_quarters(photo.rgb)
    assert photo.size_px == (300, 200)
    assert photo.sha256 == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
    assert not photo.notices


@pytest.mark.parametrize("name", ["deep.png", "deep.tif"])
def test_reads_16_bits(tmp_path: Path, name: str) -> None:
    cv2.imwrite(str(tmp_path / name), drawn()[..., ::-1].astype(np.uint16) * 257)
    assert_shows_quarters(load_photo(tmp_path / name).rgb, 1)


@pytest.mark.parametrize("name", ["deep.png", "deep.tif"])
@pytest.mark.parametrize("brightest", [65535, 200])
def test_reads_16_bit_grey_by_its_depth_not_its_brightness(tmp_path: Path, name: str, brightest: int) -> None:
    grey = np.linspace(0, brightest, 256).astype(np.uint16)[None].repeat(64, axis=0)
    cv2.imwrite(str(tmp_path / name), grey)
    rgb = load_photo(tmp_path / name).rgb
    assert np.abs(rgb - grey[..., None] / 257).max() <= 1


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "CMYK", "RGBA", "PA"])
def test_reads_every_colour_mode(tmp_path: Path, mode: str) -> None:
    suffix = "jpg" if mode in ("CMYK", "L") else "tif" if mode in ("PA", "1") else "png"
    picture = Image.fromarray(drawn()).convert("P").convert("PA") if mode == "PA" else \
        Image.fromarray(drawn()).convert(mode)
    picture.save(tmp_path / f"a.{suffix}", quality=95)
    rgb = load_photo(tmp_path / f"a.{suffix}").rgb
    expected = np.asarray(picture.convert("RGB"))
    assert rgb.shape == (200, 300, 3)
    assert np.abs(rgb.astype(int) - expected).mean() < 2


def test_transparent_shows_white(tmp_path: Path) -> None:
    rgba = np.dstack([drawn(), np.full((200, 300), 255, np.uint8)])
    rgba[:100, :150, 3] = 0
    rgba[100:, 150:, 3] = 128
    Image.fromarray(rgba).save(tmp_path / "a.png")
    rgb = load_photo(tmp_path / "a.png").rgb
    assert tuple(rgb[50, 60]) == (255, 255, 255)
    assert np.abs(rgb[150, 240].astype(int) - (247, 247, 227)).max() <= 1
    assert tuple(rgb[50, 240]) == (30, 180, 60)


def stored_for(orientation: int) -> np.ndarray:
    """What a camera stores so that `drawn()` is seen after EXIF's orientation, by the standard's own words."""
    rgb = drawn()
    # EXIF 2.3, tag 274: which visual side the 0th row and the 0th column are
    sides = {1: "top left", 2: "top right", 3: "bottom right", 4: "bottom left",
             5: "left top", 6: "right top", 7: "right bottom", 8: "left bottom"}
    row_side, column_side = sides[orientation].split()
    if row_side in ("left", "right"):
        rgb = rgb.transpose(1, 0, 2)
    if row_side in ("bottom", "right"):
        rgb = rgb[::-1]
    if column_side in ("right", "bottom"):
        rgb = rgb[:, ::-1]
    return np.ascontiguousarray(rgb)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.webp"])
def test_orientation_is_applied_once(tmp_path: Path, name: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(stored_for(orientation)).save(tmp_path / name, exif=exif, quality=95)
    photo = load_photo(tmp_path / name)
    assert_shows_quarters(photo.rgb)
    assert photo.size_px == (300, 200)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["a.heic", "a.avif"])
def test_heic_and_avif_are_turned_once(tmp_path: Path, name: str, orientation: int) -> None:
    """As phones do, EXIF's orientation is stored beside the container's own rotation; only one of them counts."""
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = Image.fromarray(stored_for(orientation))
    picture.info["exif"] = exif.tobytes()  # pillow-heif takes the container's rotation from here
    picture.save(tmp_path / name, exif=exif.tobytes(), quality=95)
    data = (tmp_path / name).read_bytes()
    assert (b"irot" in data or b"imir" in data) == (orientation > 1)
    assert_shows_quarters(load_photo(tmp_path / name).rgb)


@pytest.mark.parametrize("value", [0, 9, 300])
def test_nonsense_orientation_is_ignored(tmp_path: Path, value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    Image.fromarray(drawn()).save(tmp_path / "a.jpg", exif=exif)
    assert load_photo(tmp_path / "a.jpg").rgb.shape == (200, 300, 3)


def test_camera_and_moment_but_never_the_place(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Maker\0", "Phone 3"
    exif.get_ifd(0x8769).update({0x9003: "2025:09:11 19:02:56", 0x9011: "+02:00", 0xA405: 28})
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 5.0, 0.0), 3: "E", 4: (5.0, 7.0, 0.0)})
    Image.fromarray(drawn()).save(tmp_path / "a.jpg", exif=exif)
    photo = load_photo(tmp_path / "a.jpg")
    assert (photo.make, photo.model, photo.focal_35mm) == ("Maker", "Phone 3", 28.0)
    assert photo.taken_at == "2025-09-11T19:02:56+02:00"
    assert "52" not in repr([v for k, v in vars(photo).items() if k not in ("rgb", "sha256", "path")])


@pytest.mark.parametrize(("stored", "offset", "expected"), [
    ("2025:09:11 19:02:56", None, "2025-09-11T19:02:56"), ("0000:00:00 00:00:00", None, None),
    ("gisteren", "+02:00", None), ("2025:09:11 19:02:56", "zomertijd", "2025-09-11T19:02:56")])
def test_moment_without_offset_or_without_sense(tmp_path: Path, stored: str, offset: str | None,
                                                expected: str | None) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0x9003: stored} | ({0x9011: offset} if offset else {}))
    Image.fromarray(drawn()).save(tmp_path / "a.jpg", exif=exif)
    assert load_photo(tmp_path / "a.jpg").taken_at == expected


def swapped_profile() -> bytes:
    """An RGB profile whose red and green are exchanged: a picture must come out with them changed back."""
    data = bytearray(ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = {}
    for i in range(struct.unpack(">I", data[128:132])[0]):
        entry = 132 + 12 * i
        at[bytes(data[entry:entry + 4])] = entry
    red, green = at[b"rXYZ"], at[b"gXYZ"]
    data[red:red + 4], data[green:green + 4] = b"gXYZ", b"rXYZ"
    return bytes(data).replace("sRGB".encode("utf-16-be"), "other".encode("utf-16-be")[:8])


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif"])
def test_colours_of_another_profile_become_srgb(tmp_path: Path, name: str) -> None:
    stored = drawn()[..., [1, 0, 2]]
    Image.fromarray(stored).save(tmp_path / name, icc_profile=swapped_profile(), quality=95)
    assert_shows_quarters(load_photo(tmp_path / name).rgb, 8)


def test_a_broken_profile_does_no_harm(tmp_path: Path) -> None:
    Image.fromarray(drawn()).save(tmp_path / "a.jpg", icc_profile=b"no profile at all" * 20, quality=95)
    assert_shows_quarters(load_photo(tmp_path / "a.jpg").rgb)


def test_a_name_that_says_something_else_is_fine(tmp_path: Path) -> None:
    Image.fromarray(drawn()).save(tmp_path / "a.jpg", format="PNG")
    assert_shows_quarters(load_photo(tmp_path / "a.jpg").rgb, 0)


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png", "a.tif"])
def test_of_a_moving_picture_the_first_is_used_and_said(tmp_path: Path, name: str) -> None:
    other = Image.fromarray(255 - drawn())
    Image.fromarray(drawn()).save(tmp_path / name, save_all=True, append_images=[other], quality=95)
    photo = load_photo(tmp_path / name)
    assert_shows_quarters(photo.rgb)
    assert [n.code for n in photo.notices] == ["photo-several-frames"]


def test_a_preview_behind_the_photo_is_no_second_photo(tmp_path: Path) -> None:
    small = Image.fromarray(drawn()).resize((30, 20))
    Image.fromarray(drawn()).save(tmp_path / "a.jpg", format="MPO", save_all=True, append_images=[small], quality=95)
    photo = load_photo(tmp_path / "a.jpg")
    assert_shows_quarters(photo.rgb)
    assert not photo.notices


def noisy(path: Path, **options: object) -> bytes:
    rgb = np.random.default_rng(5).integers(0, 255, (400, 600, 3), dtype=np.uint8)
    Image.fromarray(cv2.GaussianBlur(rgb, (0, 0), 2)).save(path, **options)
    return path.read_bytes()


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_of_a_cut_off_photo_what_is_left_is_kept(tmp_path: Path, name: str) -> None:
    data = noisy(tmp_path / name)
    whole = load_photo(tmp_path / name).rgb
    (tmp_path / name).write_bytes(data[:len(data) * 6 // 10])
    photo = load_photo(tmp_path / name)
    assert [n.code for n in photo.notices] == ["photo-damaged"]
    assert np.array_equal(photo.rgb[:180], whole[:180])


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.heic", "a.tif", "a.avif"])
@pytest.mark.parametrize("share", [0.0, 0.005, 0.02])
def test_of_next_to_nothing_the_cure_is_told(tmp_path: Path, name: str, share: float) -> None:
    pillow_heif.register_heif_opener()
    data = noisy(tmp_path / name)
    (tmp_path / name).write_bytes(data[:int(len(data) * share)])
    with pytest.raises(PhotoError) as caught:
        load_photo(tmp_path / name)
    assert caught.value.code in ("photo-empty", "photo-damaged", "photo-not-a-picture")
    assert_helps(caught.value, name)


def assert_helps(error: PhotoError, name: str) -> None:
    for language in ("nl", "en"):
        assert name in error.problem.to(language)
        assert error.remedy.to(language)
    assert error.problem.nl != error.problem.en
    assert error.exit_code == 1


@pytest.mark.parametrize(("content", "code", "word"), [
    (b"", "photo-empty", "leeg"), (b"%PDF-1.7\n%...", "photo-not-a-picture", "PDF"),
    ("Dit is tekst, geen foto. é".encode(), "photo-not-a-picture", "tekstbestand"),
    (b"PK\x03\x04xxxx", "photo-not-a-picture", "zip"), (b"\xff\xd8\xff\xe0", "photo-damaged", "beschadigd"),
    (bytes(range(256)) * 4, "photo-not-a-picture", "onbekende"), (b"\0", "photo-not-a-picture", "")])
def test_what_is_no_photo_is_named(tmp_path: Path, content: bytes, code: str, word: str) -> None:
    (tmp_path / "foto.jpg").write_bytes(content)
    with pytest.raises(PhotoError) as caught:
        load_photo(tmp_path / "foto.jpg")
    assert caught.value.code == code
    assert word in caught.value.problem.nl
    assert_helps(caught.value, "foto.jpg")


def test_a_folder_a_missing_file_and_a_pipe(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pijp.jpg")
    (tmp_path / "map.jpg").mkdir()
    for name, code in (("map.jpg", "photo-folder"), ("weg.jpg", "photo-missing"), ("pijp.jpg", "photo-not-a-picture"),
                       ("map.jpg/weg.jpg", "photo-missing"), ("nul\0.jpg", "photo-missing")):
        with pytest.raises(PhotoError) as caught:
            load_photo(tmp_path / name)
        assert caught.value.code == code
        assert_helps(caught.value, name.rsplit("/", maxsplit=1)[-1].replace("\0", "?"))


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")

    def forbidden(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", forbidden)
    with pytest.raises(PhotoError) as caught:
        load_photo(tmp_path / "a.jpg")
    assert caught.value.code == "photo-no-permission"
    assert_helps(caught.value, "a.jpg")


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + \
        chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def test_a_decompression_bomb_is_refused_on_its_header(tmp_path: Path) -> None:
    (tmp_path / "bom.png").write_bytes(png_header(60_000, 60_000))
    with pytest.raises(PhotoError) as caught:
        load_photo(tmp_path / "bom.png")
    assert caught.value.code == "photo-too-large"
    assert "3600 megapixel" in caught.value.problem.nl
    assert_helps(caught.value, "bom.png")


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8, 5, 7])
def test_too_many_pixels_are_halved_and_lead_back(tmp_path: Path, name: str, orientation: int,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    """A dot is found in the halved photo and its place in the file's own picture is exact, odd sizes included."""
    monkeypatch.setattr(photo_module, "FULL_MP", 0.05)
    stored = np.full((301, 401, 3), 255, np.uint8)
    cv2.circle(stored, (120, 80), 12, (0, 0, 0), -1)
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(stored).save(tmp_path / name, exif=exif, quality=100)
    photo = load_photo(tmp_path / name)
    assert photo.scale == 2
    assert "photo-reduced" in [n.code for n in photo.notices]
    full = upright(stored, orientation)
    assert photo.size_px == (full.shape[1], full.shape[0])
    assert np.abs(photo.to_original_px([middle(photo.rgb)]) - middle(full)).max() < 0.05


def middle(rgb: np.ndarray) -> np.ndarray:
    """(x, y) of the dark dot."""
    dark = 255.0 - rgb[..., 1]
    rows, columns = np.indices(dark.shape)
    return np.array([(columns * dark).sum(), (rows * dark).sum()]) / dark.sum()


def test_names_are_safe_to_print(tmp_path: Path) -> None:
    name = "a\x1b[2J\n'; rm \udcff.jpg"
    Image.fromarray(drawn()).save(tmp_path / "plain.jpg")
    (tmp_path / "plain.jpg").rename(tmp_path / name)
    photo = load_photo(tmp_path / name)
    assert photo.name.isprintable()
    photo.name.encode("utf-8")


def test_a_camera_photo_decodes_to_pillows_pixels(shared_photos: Path) -> None:
    from PIL import ImageOps

    path = shared_photos / "easy-101-0002" / "photo.jpg"
    photo = load_photo(path)
    with Image.open(path) as picture:
        assert np.array_equal(photo.rgb, np.asarray(ImageOps.exif_transpose(picture)))
    assert photo.size_px == (photo.rgb.shape[1], photo.rgb.shape[0])


def test_a_sheet_found_in_a_halved_photo_lies_the_same_in_the_file() -> None:
    photo = Photo(drawn(), Path("a.jpg"), "", (599, 400), scale=2.0, origin_px=(-1.0, 0.0))
    small = SheetMap(np.array([[0.3, 0.02, 11], [-0.01, 0.31, 7], [1e-4, 2e-5, 1]]),
                     Lens(260.0, (149.5, 99.5), (0.05, -0.01, 1e-3, -2e-3)), lambda xy_mm: 0.01 * xy_mm)
    places_mm = np.random.default_rng(0).uniform(0, 500, (50, 2))
    large = small.in_larger_photo(photo.scale, photo.origin_px)
    assert np.abs(large.to_px(places_mm) - photo.to_original_px(small.to_px(places_mm))).max() < 1e-9
