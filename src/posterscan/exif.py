"""The few things that are read from a photo's metadata. The place where it was taken is not among them, on purpose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from PIL import Image as Pil


class Camera(TypedDict):
    """Fields of a `Photo` that come from its metadata; None where the camera stored nothing usable."""

    taken_at: str | None
    make: str | None
    model: str | None
    focal_35mm: float | None


def read_exif(picture: Pil.Image) -> dict[int, Any]:
    """The few tags that are needed. The place where a photo was taken is never read."""
    try:
        tags = picture.getexif()
        return {**dict(tags), **tags.get_ifd(0x8769)}
    except Exception:  # metadata can be broken in any way; the photo is still good
        return {}


def orientation_of(exif: dict[int, Any], file_format: str) -> int:
    """1..8; HEIC and TIFF are turned by their decoders and must not be turned again."""
    value = exif.get(0x0112, 1)
    return value if file_format not in ("HEIF", "TIFF") and isinstance(value, int) and 1 <= value <= 8 else 1


def turns_of(exif: dict[int, Any], info: dict[Any, Any], file_format: str) -> int | None:
    """Quarters counter-clockwise from the picture as shown to the picture as the sensor saw it; None for a mirrored one.

    A HEIC file's decoder has turned the picture, and keeps beside it what the orientation was.
    """
    value = info.get("original_orientation") or exif.get(0x0112, 1) if file_format == "HEIF" else exif.get(0x0112, 1)
    return {1: 0, 6: 1, 3: 2, 8: 3}.get(value) if isinstance(value, int) else 0


def camera(exif: dict[int, Any]) -> Camera:
    """What the camera says about itself and the moment."""
    focal = exif.get(0xA405)
    return {"taken_at": _taken_at(exif), "make": _text(exif.get(0x010F)), "model": _text(exif.get(0x0110)),
            "focal_35mm": float(focal) if isinstance(focal, int | float) and 0 < focal < 10_000 else None}


def _text(value: object) -> str | None:
    words = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return "".join(c for c in words if c.isprintable()).strip()[:80] or None if isinstance(words, str) else None


def _taken_at(exif: dict[int, Any]) -> str | None:
    """ISO 8601, with the offset where the camera stored it."""
    for when_tag, offset_tag in ((0x9003, 0x9011), (0x9004, 0x9012), (0x0132, 0x9010)):
        when = re.fullmatch(r"(\d{4}):([01]\d):([0-3]\d) ([0-2]\d:[0-5]\d:[0-6]\d)", _text(exif.get(when_tag)) or "")
        if when and when[1] != "0000":
            offset = re.fullmatch(r"[+-]\d\d:\d\d|Z", _text(exif.get(offset_tag)) or "")
            return f"{when[1]}-{when[2]}-{when[3]}T{when[4]}" + (offset[0] if offset else "")
    return None
