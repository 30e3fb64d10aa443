"""From whatever a file holds to upright 8-bit sRGB pixels."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image as Pil

Rgb = NDArray[np.uint8]

STRIP_ROWS = 64  # pixels are turned strip by strip: half the time and none of the memory of a whole picture


def eight_bit_rgb(picture: Pil.Image) -> Rgb:
    """Any of Pillow's modes as (H, W, 3) uint8, strip by strip: a second copy of the whole would cost its memory."""
    turn = _turn_to_rgb(picture)
    width, height = picture.size
    out = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, STRIP_ROWS):
        out[top:top + STRIP_ROWS] = turn(picture.crop((0, top, width, min(top + STRIP_ROWS, height))))
    return out


def _turn_to_rgb(picture: Pil.Image) -> Callable[[Pil.Image], Rgb]:
    """How a strip (h, w) of a picture becomes (h, w, 3) uint8; what is transparent shows white, as on paper."""
    if picture.mode.startswith(("I", "F")):
        top = 65535.0 if picture.mode.startswith("I;16") else float(np.ravel(picture.getextrema())[-1])
        full = 65535.0 if top > 255 else 255.0 if top > 1 else 1.0
        return lambda strip: _grey_as_rgb(strip, full)
    if picture.mode == "CMYK":
        return _cmyk_turn(picture.info.get("icc_profile"))
    if picture.has_transparency_data:
        return _on_white
    return lambda strip: np.asarray(strip.convert("RGB"), dtype=np.uint8)


def _grey_as_rgb(strip: Pil.Image, full: float) -> Rgb:
    values = np.asarray(strip, dtype=np.float32)
    grey = np.nan_to_num(np.clip(values * (255 / full), 0, 255)).round().astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), dtype=np.uint8)


def _on_white(strip: Pil.Image) -> Rgb:
    from PIL import Image

    rgba = strip.convert("RGBA")
    paper = Image.new("RGB", rgba.size, "white")
    paper.paste(rgba, mask=rgba.getchannel("A"))
    return np.asarray(paper, dtype=np.uint8)


def _cmyk_turn(profile: bytes | None) -> Callable[[Pil.Image], Rgb]:
    """Printers' inks by their own profile, plainly where there is none or it cannot be used."""
    from PIL import ImageCms

    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turn = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), "CMYK", "RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
        else:
            return lambda strip: np.asarray(ImageCms.applyTransform(strip, turn), dtype=np.uint8)
    return lambda strip: np.asarray(strip.convert("RGB"), dtype=np.uint8)


def is_srgb(profile: bytes) -> bool:
    """By the profile's own name; every maker has his own sRGB profile, a few bytes different."""
    return b"sRGB" in profile[:4096] or "sRGB".encode("utf-16-be") in profile[:4096]


def to_srgb(picture: Rgb, profile: bytes) -> Rgb:
    """Colours of another profile (Display P3 on iPhones) as sRGB; unchanged where the profile cannot be used."""
    from PIL import Image, ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turn = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    out = np.empty_like(picture)
    for top in range(0, len(picture), STRIP_ROWS):
        strip = Image.fromarray(picture[top:top + STRIP_ROWS])
        ImageCms.applyTransform(strip, turn, inPlace=True)
        out[top:top + STRIP_ROWS] = np.asarray(strip)
    return out


def upright(rgb: Rgb, orientation: int) -> Rgb:
    """Turns stored pixels (H, W, 3) the way EXIF's orientation 1..8 says they were meant."""
    if orientation in (5, 7):
        rgb = np.asarray(cv2.transpose(rgb), dtype=np.uint8)
    turn = {3: cv2.ROTATE_180, 6: cv2.ROTATE_90_CLOCKWISE, 7: cv2.ROTATE_180, 8: cv2.ROTATE_90_COUNTERCLOCKWISE}
    if orientation in turn:
        rgb = np.asarray(cv2.rotate(rgb, turn[orientation]), dtype=np.uint8)
    elif orientation in (2, 4):
        rgb = np.asarray(cv2.flip(rgb, 1 if orientation == 2 else 0), dtype=np.uint8)
    return np.ascontiguousarray(rgb)
