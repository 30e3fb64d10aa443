"""A poster's layout.json and poster.png: made of its artwork, with the zones that were drawn before and the markers taped on
since."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from posterscan.atomic import write_atomically
from posterscan.calibrate.poster import Poster
from posterscan.calibrate.taped import TapedMarker, painted
from posterscan.errors import PosterError
from posterscan.kit.names import ARTWORK, LAYOUT
from posterscan.kit.poster_layout import DICTIONARY
from posterscan.layout import SCHEMA, Layout, load_layout
from posterscan.messages import Message
from posterscan.zones_page.source import slug

ZONES_OFF_MM = 2.0  # a layout whose size differs by more is another poster's


def poster_id(name: str) -> str:
    """A name as an id: letters, digits and dashes."""
    return slug(name) or "poster"


def zones_from(path: Path, poster: Poster) -> Layout:
    """A layout whose zones are to be taken over; PosterError where it is of a poster of another size."""
    other = load_layout(path)
    if max(abs(a - b) for a, b in zip(other.size_mm, poster.size_mm, strict=True)) > ZONES_OFF_MM:
        raise PosterError(Message(f"{path} is van een poster van {other.size_mm[0]:g} × {other.size_mm[1]:g} mm; deze is "
                                  f"{poster.size_mm[0]:g} × {poster.size_mm[1]:g} mm.",
                                  f"{path} is of a poster of {other.size_mm[0]:g} × {other.size_mm[1]:g} mm; this one is "
                                  f"{poster.size_mm[0]:g} × {poster.size_mm[1]:g} mm."),
                          Message("Geef de lay-out van dezelfde poster, of een andere map met --out.",
                                  "Give the layout of the same poster, or another folder with --out."))
    return other


def layout_fields(name: str, poster: Poster, before: Layout | None, taped: Sequence[TapedMarker] | None) -> dict[str, Any]:
    """posterscan-layout/1. before: whose zones are kept, and whose markers where none were measured now (taped is None)."""
    kept = before.model_dump(by_alias=True, exclude_none=True, mode="json") if before is not None else {}
    markers = kept.get("markers", []) if taped is None else [
        {"id": m.id, "dictionary": DICTIONARY, "corners_mm": [[round(float(x), 2), round(float(y), 2)] for x, y in m.corners_mm],
         "sigma_mm": round(m.sigma_mm, 3)} for m in taped]
    fields = {"schema": SCHEMA, "id": name, "size_mm": list(poster.size_mm), "markers": markers, "zones": kept.get("zones", []),
              "ladder_zone": kept.get("ladder_zone"), "reference_image": ARTWORK}
    fields |= {key: kept[key] for key in ("session", "table_code") if key in kept}
    Layout.model_validate(fields)
    return fields


def write_layout(folder: Path, fields: dict[str, Any], poster: Poster, taped: Sequence[TapedMarker]) -> None:
    """poster.png, with what was taped on it, then layout.json; each whole or not at all."""
    picture = io.BytesIO()
    Image.fromarray(painted(poster.rgb, poster.size_mm, taped) if taped else poster.rgb).save(picture, "PNG")
    write_atomically(folder / ARTWORK, picture.getvalue())
    write_atomically(folder / LAYOUT, (json.dumps(fields, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
