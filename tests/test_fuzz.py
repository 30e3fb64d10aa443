"""Whatever is in a file, the answer is a photo, a layout or an error that helps; never another exception."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from kits import catalogue_data, layout_data
from posterscan.catalogue import load_catalogue
from posterscan.errors import CatalogueError, LayoutError, PhotoError
from posterscan.layout import load_layout
from posterscan.photo import load_photo

FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "tif": "TIFF", "gif": "GIF", "heic": "HEIF", "avif": "AVIF"}
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def encoded(kind: str) -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Maker"
    exif.get_ifd(0x8769)[0x9003] = "2025:01:02 03:04:05"
    rgb = np.random.default_rng(2).integers(0, 255, (24, 32, 3), dtype=np.uint8)
    out = io.BytesIO()
    options = {} if kind == "GIF" else {"exif": exif}
    Image.fromarray(rgb).save(out, format=kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("suffix", FORMATS)
@many
@given(spots=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=30),
       keep=st.floats(0.3, 1))
def test_a_picture_with_wrong_bytes(tmp_path: Path, suffix: str, spots: list[tuple[float, int]], keep: float) -> None:
    data = bytearray(encoded(FORMATS[suffix]))
    for where, value in spots:
        data[int(where * len(data))] = value
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(bytes(data[:int(keep * len(data))]))
    try:
        photo = load_photo(path)
    except PhotoError as error:
        assert path.name in error.problem.nl
        assert error.remedy
    else:
        assert photo.rgb.ndim == 3
        assert photo.rgb.dtype == np.uint8
        assert photo.rgb.flags.c_contiguous


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
names = st.sampled_from(["id", "kind", "x", "corners_mm"])
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) |
                        st.dictionaries(names, inner, max_size=3), max_leaves=6)


def places(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    steps = list(data.items()) if isinstance(data, dict) else list(enumerate(data)) if isinstance(data, list) else []
    return [path] * bool(path) + [p for step, inner in steps for p in places(inner, (*path, step))]


@pytest.mark.parametrize("kind", ["layout", "catalogue"])
@many
@given(data=st.data())
def test_a_layout_or_catalogue_with_anything_anywhere(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    content = layout_data() | {"reference_image": None} if kind == "layout" else catalogue_data()
    place = data.draw(st.sampled_from(places(content)))
    inside: Any = content
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = data.draw(anything)
    path = tmp_path / "file.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    load, error = (load_layout, LayoutError) if kind == "layout" else (load_catalogue, CatalogueError)
    try:
        load(path)
    except error as told:
        assert "file.json" in told.problem.nl
        assert told.remedy.en
