"""What the page starts from: a layout.json with its artwork, or a picture or PDF of a poster that has no layout yet."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posterscan.errors import LayoutError, PhotoError, UsageError
from posterscan.jsonfile import Fault, check_schema, raise_faults, read_json, validated
from posterscan.kit.names import LAYOUT
from posterscan.layout import ARTWORK_PX_PER_MM, LEAST_MARKERS, SCHEMA, Layout
from posterscan.messages import Message
from posterscan.zones_page.sheet_size import SizeMm, check_shape, sheet_size

MOST_PX = 8_000  # a picture of a PDF is no larger, however large the paper
NO_MARKERS = Message(f"Deze poster heeft te weinig markers in {LAYOUT}, en geen afbeelding om hem aan te herkennen.",
                     f"This poster has too few markers in {LAYOUT}, and no artwork to recognise it by.")
BY_ARTWORK = Message("Deze poster heeft geen markers: hij wordt herkend aan wat erop staat. Of dat genoeg is, zegt "
                     "posterscan calibrate poster.",
                     "This poster has no markers: it is recognised by what is printed on it. Whether that is enough, "
                     "posterscan calibrate poster tells.")


@dataclass(frozen=True, eq=False)
class Source:
    """layout: as it stands in the file, or to begin with. rgb: (H, W, 3) uint8 of the whole sheet; None: a white sheet.

    key: another one for another layout or picture; work that a browser kept belongs to it. artwork: a file (name, content)
    to put beside the page, where the layout names one that is not there yet. notes: what somebody should know.
    """

    layout: dict[str, Any]
    folder: Path
    key: str
    rgb: NDArray[np.uint8] | None
    artwork: tuple[str, bytes] | None = None
    notes: list[Message] = field(default_factory=list)


def open_source(path: Path, size: str | None) -> Source:
    """Reads what was named; LayoutError, PhotoError or UsageError say what is wrong with it.

    A layout with faults in its zones is opened: the page is where they are mended. size: of the paper, as people say it; for a
    layout that knows its own it must be the same.
    """
    if path.is_dir():
        if not (path / LAYOUT).exists():
            raise UsageError(Message(f"In {path} staat geen {LAYOUT}.", f"There is no {LAYOUT} in {path}."),
                             Message("Noem de afbeelding of pdf van de poster, met de maat: poster.png --size 841x594.",
                                     "Name the poster's picture or PDF, with its size: poster.png --size 841x594."))
        return _from_layout(path / LAYOUT, size)
    if path.suffix.lower() == ".json":
        return _from_layout(path, size)
    return _from_pdf(path, size) if _is_pdf(path) else _from_picture(path, size)


def _from_layout(path: Path, size: str | None) -> Source:
    from posterscan.layout_faults import faults_of
    from posterscan.photo import load_photo

    file = read_json(path, LayoutError)
    check_schema(file, SCHEMA, LayoutError)
    layout = validated(Layout, file, LayoutError)
    faults = faults_of(layout, path.parent)
    raise_faults(path, [fault for fault in faults if not _mended_here(fault)], LayoutError)
    notes = [Message(f"{path.name}: {f.place}: {f.problem.nl}. {f.cure.nl}", f"{path.name}: {f.place}: {f.problem.en}. {f.cure.en}")
             for f in faults if f.place != "markers"]
    if len(layout.markers) < LEAST_MARKERS and not layout.by_artwork:
        notes.append(NO_MARKERS)
    rgb, key = None, file.sha256
    if layout.reference_image is not None:
        photo = load_photo(path.parent / layout.reference_image)
        rgb, key = photo.rgb, _key(file.sha256, photo.sha256)
        check_shape(layout.size_mm, (rgb.shape[1], rgb.shape[0]), layout.reference_image)
    else:
        notes.append(Message(f"{path.name} noemt geen afbeelding van de poster (reference_image): de pagina toont een wit vel.",
                             f"{path.name} names no picture of the poster (reference_image): the page shows a white sheet."))
    if size is not None:
        _check_same(sheet_size(size, _wh(layout.size_mm), path.name), layout.size_mm, path)
    return Source(file.data, path.parent, key, rgb, notes=notes)


def _mended_here(fault: Fault) -> bool:
    """Whether drawing can go on, and may mend it."""
    return fault.place == "markers" or fault.place.startswith("zones[") or fault.place == "ladder_zone"


def _wh(size_mm: SizeMm) -> tuple[int, int]:
    return max(1, round(size_mm[0])), max(1, round(size_mm[1]))


def _check_same(said: SizeMm, has: SizeMm, path: Path) -> None:
    if np.abs(np.subtract(said, has)).max() > 1:
        raise UsageError(Message(f"{path.name} is van een poster van {has[0]:g} × {has[1]:g} mm, niet {said[0]:g} × {said[1]:g}.",
                                 f"{path.name} is of a poster of {has[0]:g} × {has[1]:g} mm, not {said[0]:g} × {said[1]:g}."),
                         Message("Laat --size weg: de maat staat in het bestand.", "Leave --size out: the file knows the size."))


def _is_pdf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b"%PDF-" in file.read(1024)
    except (OSError, ValueError):
        return False  # reading it as a picture says what is wrong


def _from_picture(path: Path, size: str | None) -> Source:
    from posterscan.photo import load_photo, shown

    photo = load_photo(path)
    wh = (photo.rgb.shape[1], photo.rgb.shape[0])
    if size is None:
        raise UsageError(Message(f"Hoe groot is de poster van {shown(path)} op papier?",
                                 f"How large is the poster of {shown(path)} on paper?"),
                         Message("Zeg het erbij: --size 841x594 (breedte × hoogte in mm), of --size A1.",
                                 "Say so: --size 841x594 (width × height in mm), or --size A1."))
    return _new(path, path.name, sheet_size(size, wh, shown(path)), photo.sha256, photo.rgb, None)


def _from_pdf(path: Path, size: str | None) -> Source:
    """The first page within its trim box; the layout's artwork becomes a picture of it."""
    from PIL import Image

    from posterscan.kit.raster import page_picture
    from posterscan.photo import shown

    content = path.read_bytes()
    page_mm, pages = _page_of(content, path)
    wh = _wh((page_mm[0] * 10, page_mm[1] * 10))
    size_mm = (round(page_mm[0], 1), round(page_mm[1], 1)) if size is None else sheet_size(size, wh, shown(path))
    if size is None:
        sheet_size(f"{size_mm[0]}x{size_mm[1]}", wh, shown(path))
    rgb = page_picture(content, 0, min(ARTWORK_PX_PER_MM * max(size_mm), MOST_PX) / max(page_mm))
    check_shape(size_mm, (rgb.shape[1], rgb.shape[0]), shown(path))
    png = io.BytesIO()
    Image.fromarray(rgb).save(png, "PNG")
    notes = [Message(f"{shown(path)} heeft {pages} bladzijden; de eerste is genomen.",
                     f"{shown(path)} has {pages} pages; the first one is taken.")] if pages > 1 else []
    name = f"{path.stem}.png"
    return _new(path, name, size_mm, hashlib.sha256(content).hexdigest(), rgb, (name, png.getvalue()), notes)


def _page_of(content: bytes, path: Path) -> tuple[SizeMm, int]:
    """Size in mm of the first page as it is shown, and how many pages there are."""
    import pypdfium2

    from posterscan.kit.raster import page_size_mm
    from posterscan.photo import shown

    try:
        wide, high = page_size_mm(content, 0)
        document = pypdfium2.PdfDocument(content)
        try:
            pages, turned = len(document), document[0].get_rotation() % 180 != 0
        finally:
            document.close()
    except (pypdfium2.PdfiumError, ValueError, IndexError) as error:
        raise PhotoError(Message(f"{shown(path)} kan niet worden geopend als pdf ({error}).",
                                 f"{shown(path)} cannot be opened as a PDF ({error})."),
                         Message("Exporteer de poster opnieuw, zonder wachtwoord, als pdf of als PNG.",
                                 "Export the poster again, without a password, as PDF or PNG."), "photo-damaged") from error
    return ((high, wide) if turned else (wide, high)), pages


def _new(path: Path, name: str, size_mm: SizeMm, sha256: str, rgb: NDArray[np.uint8], artwork: tuple[str, bytes] | None,
         notes: list[Message] | None = None) -> Source:
    whole = [int(v) if float(v).is_integer() else v for v in size_mm]
    layout = {"schema": SCHEMA, "id": slug(path.stem) or "poster", "size_mm": whole, "markers": [], "zones": [],
              "ladder_zone": None, "reference_image": name}
    notes = [*(notes or []), BY_ARTWORK]
    if (path.parent / LAYOUT).exists():
        notes.append(Message(f"Naast {path.name} staat al een {LAYOUT}; de pagina begint zonder de vakken daarvan. Verder werken "
                             f"eraan: posterscan calibrate zones {path.parent}",
                             f"There is a {LAYOUT} beside {path.name} already; the page begins without its zones. To go on with "
                             f"them: posterscan calibrate zones {path.parent}"))
    return Source(layout, path.parent, _key(sha256, str(whole)), rgb, artwork, notes)


def slug(text: str) -> str:
    """Letters, digits and hyphens only, for ids; empty where nothing of the text is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def _key(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode("utf-8", "replace")).hexdigest()
