"""How large a picture is, without decoding it."""

from __future__ import annotations

import io


def size_of_jpeg(content: bytes) -> tuple[int, int] | None:
    """Width and height in px; None for what is no picture."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as picture:
            return picture.size
    except (UnidentifiedImageError, OSError):
        return None
