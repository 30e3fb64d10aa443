"""The one door for decoding pictures: a file becomes upright sRGB pixels, or an error that says what to do.

Memory while decoding, besides Python and its libraries and the file itself: JPEG at most 7 bytes per pixel that is kept
(12 MP 0.08 GB, 50 MP 0.3 GB, 200 MP 0.35 GB); PNG, HEIC and TIFF at most 9 bytes per pixel in the file (200 MP 1.8 GB),
WebP and AVIF at most 17 (12 MP 0.2 GB). Pictures above `FULL_MP` are halved while they are decoded; `Photo.scale`
tells.
"""

from __future__ import annotations

import hashlib
import io
import stat
import threading
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn

import cv2
import numpy as np
from numpy.typing import ArrayLike

from posterscan.errors import PhotoError
from posterscan.exif import camera, orientation_of, read_exif, turns_of
from posterscan.geometry import Points, as_points
from posterscan.messages import NOTHING, Language, Message
from posterscan.pixels import Rgb, eight_bit_rgb, is_srgb, to_srgb, upright
from posterscan.records import Problem

if TYPE_CHECKING:
    from PIL import Image as Pil

MAX_MP = 250.0  # larger than any phone's picture (200 MP): refused on its header, before any pixel is decoded
FULL_MP = 50.0  # up to here every pixel is kept; half of 200 MP each way still shows an A1 at more than 8 px per mm
MAX_FILE_BYTES = 1 << 30  # 250 MP at 4 bytes a pixel
LEAST_SHARE = 0.1  # of a damaged picture's rows: in less than a tenth no four markers of a poster can be seen
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF", "BMP", "GIF")
CONVERT = Message("Sla de foto op als JPEG en probeer het opnieuw.", "Save the photo as JPEG and try again.")
AGAIN = Message("Haal de foto opnieuw van de telefoon of maak een nieuwe.",
                "Copy the photo from the phone again, or take a new one.")

_truncated_lock = threading.Lock()  # Pillow's switch for damaged files is one for the whole process


@dataclass(frozen=True)
class Notice:
    """Something worth knowing about a photo that could be used all the same."""

    code: str
    message: Message
    remedy: Message = NOTHING
    severity: Literal["info", "warning"] = "warning"

    def record(self, language: Language) -> Problem:
        """As it stands in the result."""
        return Problem(code=self.code, severity=self.severity, message=self.message.to(language),
                       remedy=self.remedy.to(language))


@dataclass(frozen=True, eq=False)
class Photo:
    """A decoded photo.

    rgb: (H, W, 3) uint8 sRGB, upright. size_px: (width, height) of the file's picture, upright. Where that was too
    large to keep, rgb is smaller: `to_original_px` leads back to the photo frame of the results. taken_at: ISO 8601,
    with an offset only where the camera stored one. focal_35mm: focal length as on 35 mm film. turns: quarters
    counter-clockwise that lead to how the sensor saw it, None for a mirrored picture. called: where the file's name alone
    would not tell which of many photos it is.
    """

    rgb: Rgb
    path: Path
    sha256: str
    size_px: tuple[int, int]
    scale: float = 1.0
    origin_px: tuple[float, float] = (0.0, 0.0)
    taken_at: str | None = None
    make: str | None = None
    model: str | None = None
    focal_35mm: float | None = None
    turns: int | None = 0
    notices: tuple[Notice, ...] = ()
    called: str = ""

    @property
    def name(self) -> str:
        """What it is called in results: the file's name, or as the caller calls it; always valid Unicode."""
        return self.called or shown(self.path)

    def to_original_px(self, xy_px: ArrayLike) -> Points:
        """Pixels (N, 2) of rgb to pixels of the picture in the file; the same where scale is 1."""
        return np.asarray((as_points(xy_px) + 0.5) * self.scale - 0.5 + np.asarray(self.origin_px))


def shown(path: Path) -> str:
    """A file's name fit for a message or a file: no surrogates, no control characters that move a terminal's cursor."""
    return printable(path.name or str(path))


def printable(text: str) -> str:
    """Text from outside without what a terminal or a file cannot take."""
    return "".join(c if c.isprintable() else "?" for c in text.encode("utf-8", "replace").decode("utf-8"))


def load_photo(path: Path) -> Photo:
    """Reads one photo; PhotoError names the file, what is wrong with it and what to do."""
    path = Path(path)
    return decode_photo(_read(path), path)


def decode_photo(data: bytes, path: Path, memory_mb: int | None = None) -> Photo:
    """The photo in a file's bytes; path: what it is called, in messages and results. PhotoError as from `load_photo`.

    memory_mb: what decoding may take; a picture whose header says that it takes more is refused before any pixel is decoded.
    """
    name = shown(path)
    if not data:
        _refuse("photo-empty", Message(f"{name} is leeg (0 bytes).", f"{name} is empty (0 bytes)."), AGAIN)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns about odd metadata: the pixels are what counts
        try:
            return _decode(data, path, memory_mb)
        except PhotoError:
            raise
        except MemoryError:
            _refuse("photo-too-large", Message(f"{shown(path)} past niet in het geheugen.",
                                               f"{shown(path)} does not fit into memory."),
                    Message("Sla de foto kleiner op (12 megapixel is genoeg).",
                            "Save the photo smaller (12 megapixels are enough)."))
        except Exception as error:  # a decoder can fail in any way on a hostile file
            reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
            _refuse("photo-damaged", Message(f"{shown(path)} is beschadigd en kan niet worden gelezen ({reason}).",
                                             f"{shown(path)} is damaged and cannot be read ({reason})."), AGAIN)


def _refuse(code: str, problem: Message, remedy: Message) -> NoReturn:
    raise PhotoError(problem, remedy, code) from None


def _read(path: Path) -> bytes:
    """The file's bytes, or the reason why there are none."""
    name = shown(path)
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            _refuse("photo-folder", Message(f"{name} is een map, geen foto.", f"{name} is a folder, not a photo."),
                    Message("Noem de foto's van één tafel zelf, bijvoorbeeld map/*.jpg, of lees een hele map met posterscan batch.",
                            "Name the photos of one table themselves, for example folder/*.jpg, or read a whole folder with "
                            "posterscan batch."))
        if not stat.S_ISREG(about.st_mode):
            _refuse("photo-not-a-picture", Message(f"{name} is geen gewoon bestand.", f"{name} is not a regular file."),
                    CONVERT)
        if about.st_size > MAX_FILE_BYTES:
            gib = f"{about.st_size / 2**30:.1f} GiB"
            _refuse("photo-too-large", Message(f"{name} is {gib} groot; 1 GiB is het meeste.",
                                               f"{name} is {gib}; 1 GiB is the most."), CONVERT)
        data = path.read_bytes()
    except PermissionError:
        _refuse("photo-no-permission", Message(f"{name} mag niet worden gelezen.", f"{name} may not be read."),
                Message("Geef uzelf leesrechten op het bestand, of kopieer het naar een eigen map.",
                        "Give yourself permission to read the file, or copy it to a folder of your own."))
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError | NotADirectoryError)
        why = Message("bestaat niet", "does not exist") if missing else Message("kan niet worden geopend",
                                                                                "cannot be opened")
        _refuse("photo-missing", Message(f"{name} {why.nl}.", f"{name} {why.en}."),
                Message("Controleer de naam en de map.", "Check the name and the folder."))
    return data


def _decode(data: bytes, path: Path, memory_mb: int | None) -> Photo:
    header = _open(data, path)
    megapixels = header.width * header.height / 1e6
    if megapixels > MAX_MP:
        _refuse("photo-too-large",
                Message(f"{shown(path)} zou {megapixels:.0f} megapixel zijn; {MAX_MP:.0f} is het meeste.",
                        f"{shown(path)} would be {megapixels:.0f} megapixels; {MAX_MP:.0f} is the most."),
                Message("Sla de foto kleiner op (12 megapixel is genoeg).",
                        "Save the photo smaller (12 megapixels are enough)."))
    factor = 1 if megapixels <= FULL_MP else 2
    needed_mb = decoding_mb(header.format or "", megapixels)
    if memory_mb is not None and needed_mb > memory_mb:
        _refuse("photo-needs-memory",
                Message(f"{shown(path)} heeft {megapixels:.0f} megapixel en vraagt {needed_mb / 1000:.1f} GB geheugen; er is "
                        f"{memory_mb / 1000:.1f} GB voor.",
                        f"{shown(path)} has {megapixels:.0f} megapixels and takes {needed_mb / 1000:.1f} GB of memory; there are "
                        f"{memory_mb / 1000:.1f} GB for it."),
                Message("Geef meer geheugen (--memory), lees er minder tegelijk (--jobs 1), of sla de foto kleiner op.",
                        "Give more memory (--memory), read fewer at a time (--jobs 1), or save the photo smaller."))
    exif = read_exif(header)
    quick = header.format in ("JPEG", "MPO") and header.mode in ("RGB", "L")
    notices = _frame_notices(header, path)
    profile = header.info.get("icc_profile") if header.mode == "RGB" else None
    stored_wh = header.size
    turns = turns_of(exif, header.info, header.format or "")
    damaged = False
    rgb = _quick_jpeg(data, factor) if quick else None
    if rgb is None:
        rgb, damaged = _any_format(data, header, factor)
    header.close()
    notices += _damage_notices(rgb, path) if damaged else ()
    if profile and not is_srgb(profile):
        rgb = to_srgb(rgb, profile)
    orientation = orientation_of(exif, header.format or "")
    photo = Photo(upright(rgb, orientation), path, hashlib.sha256(data).hexdigest(),
                  stored_wh if orientation < 5 else (stored_wh[1], stored_wh[0]), **camera(exif), turns=turns,
                  notices=notices)
    return photo if factor == 1 else _reduced(photo, factor, stored_wh, orientation)


def decoding_mb(picture_format: str, megapixels: float) -> float:
    """Memory in MB (10^6 bytes) that decoding takes at most, as at the top of this file."""
    if picture_format in ("JPEG", "MPO"):
        return 7.0 * (megapixels if megapixels <= FULL_MP else megapixels / 4)
    return (17.0 if picture_format in ("WEBP", "AVIF") else 9.0) * megapixels


def _open(data: bytes, path: Path) -> Pil.Image:
    """The picture's header; no pixel is decoded."""
    from PIL import AvifImagePlugin, Image, TiffImagePlugin, UnidentifiedImageError, WebPImagePlugin

    del AvifImagePlugin, TiffImagePlugin, WebPImagePlugin  # importing them is what makes Pillow know their formats
    Image.preinit()  # JPEG, PNG, GIF and BMP
    Image.MAX_IMAGE_PIXELS = None  # our own limit, which names the remedy, is checked right after this
    if data[4:8] == b"ftyp" and b"avi" not in data[8:32]:
        import pillow_heif

        pillow_heif.register_heif_opener()
    try:
        return Image.open(io.BytesIO(data), formats=[f for f in FORMATS if f in Image.OPEN])
    except UnidentifiedImageError:
        what = _kind_of(data)
        remedy = Message("Bewaar de bladzijde als JPEG of PNG.", "Save the page as JPEG or PNG.") \
            if data.startswith(b"%PDF") else AGAIN if what.en == "a damaged picture" else CONVERT
        code = "photo-damaged" if what.en == "a damaged picture" else "photo-not-a-picture"
        _refuse(code, Message(f"{shown(path)} is geen bruikbare foto maar {what.nl}.",
                              f"{shown(path)} is not a usable photo but {what.en}."), remedy)


def _kind_of(data: bytes) -> Message:
    """What a file that isn't a picture looks like."""
    if data.startswith(b"%PDF"):
        return Message("een PDF", "a PDF")
    if data.startswith((b"\xff\xd8", b"\x89PNG", b"RIFF", b"II*\0", b"MM\0*", b"GIF8")) or data[4:8] == b"ftyp":
        return Message("een beschadigde afbeelding", "a damaged picture")
    if data.startswith(b"PK"):
        return Message("een zip- of Office-bestand", "a zip or Office file")
    try:
        data[:4096].decode("utf-8", "strict")
    except UnicodeDecodeError:
        return Message("een bestand van een onbekende soort", "a file of an unknown kind")
    return Message("een tekstbestand", "a text file")


def _quick_jpeg(data: bytes, factor: int) -> Rgb | None:
    """RGB or grey JPEG through OpenCV, the same pixels as Pillow's in half the time. None where it is cut off."""
    flags = cv2.IMREAD_COLOR_RGB if factor == 1 else cv2.IMREAD_REDUCED_COLOR_2
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags | cv2.IMREAD_IGNORE_ORIENTATION)
    if pixels is not None and factor != 1:
        cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB, dst=pixels)
    return None if pixels is None else np.asarray(pixels, dtype=np.uint8)


def _any_format(data: bytes, picture: Pil.Image, factor: int) -> tuple[Rgb, bool]:
    """Every other format through Pillow, damaged ones as far as they go: (H, W, 3) uint8, and whether damaged."""
    from PIL import Image, ImageFile

    damaged = False
    try:
        picture.load()
    except OSError:
        damaged = True
        with _truncated_lock:
            ImageFile.LOAD_TRUNCATED_IMAGES = True
            try:
                picture = Image.open(io.BytesIO(data))
                picture.load()
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = False
    if factor != 1:
        picture = picture.reduce(factor)
    return eight_bit_rgb(picture), damaged


def _reduced(photo: Photo, factor: int, stored_wh: tuple[int, int], orientation: int) -> Photo:
    """A photo that was halved, with the way back: a last, half-filled row or column may have become the first."""
    across, down = (size - factor * -(-size // factor) for size in stored_wh)  # 0, or -1 for an odd size
    corner = {2: (across, 0), 3: (across, down), 4: (0, down), 6: (down, 0), 7: (down, across),
              8: (0, across)}.get(orientation, (0, 0))
    message = Message(f"{photo.size_px[0]} × {photo.size_px[1]} pixels: gelezen op halve grootte.",
                      f"{photo.size_px[0]} × {photo.size_px[1]} pixels: read at half the size.")
    return replace(photo, scale=float(factor), origin_px=corner,
                   notices=(*photo.notices, Notice("photo-reduced", message, severity="info")))


def _frame_notices(picture: Pil.Image, path: Path) -> tuple[Notice, ...]:
    """Says so where a file holds more pictures than the one that is used; gain maps and previews don't count."""
    frames = getattr(picture, "n_frames", 1)
    if frames < 2 or picture.format == "HEIF":
        return ()
    if picture.format == "MPO":
        size = picture.size
        picture.seek(1)
        other = picture.size
        picture.seek(0)
        if other != size:
            return ()
    return (Notice("photo-several-frames",
                   Message(f"{shown(path)} bevat {frames} beelden; het eerste is gebruikt.",
                           f"{shown(path)} holds {frames} pictures; the first one is used."),
                   Message("Maak een gewone foto, geen bewegende.", "Take a plain photo, not a moving one.")),)


def _damage_notices(rgb: Rgb, path: Path) -> tuple[Notice, ...]:
    """What is left of a damaged picture; PhotoError where that is next to nothing."""
    flat = np.ptp(rgb[:, :: max(1, rgb.shape[1] // 256)].astype(np.int16), axis=1).max(axis=1) == 0
    readable = 1.0 - (int(np.argmin(flat[::-1])) / len(flat) if not flat.all() else 1.0)
    if readable < LEAST_SHARE:
        _refuse("photo-damaged", Message(f"{shown(path)} is afgebroken: er is vrijwel niets van over.",
                                         f"{shown(path)} is cut off: next to nothing of it is left."), AGAIN)
    return (Notice("photo-damaged", Message(f"{shown(path)} is beschadigd; ongeveer {readable:.0%} is leesbaar.",
                                            f"{shown(path)} is damaged; about {readable:.0%} can be read."), AGAIN),)
