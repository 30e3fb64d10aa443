"""A printed poster's artwork from its PDF or a flat picture of it, cut to the trimmed sheet, and whether it can be recognised."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.errors import PhotoError, PosterError
from posterscan.layout import ARTWORK_PX_PER_MM
from posterscan.messages import Message
from posterscan.photo import load_photo, shown
from posterscan.stages.known_artwork import KnownArtworkParams, artwork_features, nearest

Rgb = NDArray[np.uint8]
Size = tuple[float, float]


@dataclass(frozen=True)
class PosterParams:
    """aspect: of the stated size and of the picture may differ by this share: printers stretch by some per mille, and 1 % would put
    things at the rim of an A1 4 mm from where they are said to be. sides_mm: an A6 to a banner; beyond, the numbers are in other
    units. bleed_mm: most that a page without a trim box may be larger than the poster, on each side. coarse_px_per_mm: below it,
    letters of 5 mm are no longer letters. cells: of the sheet, a fortieth of its longer side each, that must hold something that is
    nowhere else on it: with two thirds of them under cards, and half of the rest lost in blur and glare, twelve remain
    (`KnownArtworkParams`). distinct: descriptor distance to the next that is alike; a feature in a photo is about 0.3 from its own
    print.
    """

    aspect: float = 0.01
    sides_mm: tuple[float, float] = (100.0, 3000.0)
    bleed_mm: float = 12.0
    coarse_px_per_mm: float = 1.0
    cells: int = 72
    distinct: float = 0.4


@dataclass(frozen=True, eq=False)
class Poster:
    """rgb: (H, W, 3) uint8 of the trimmed sheet of size_mm. cells: that hold something to recognise it by. notes: to be told."""

    rgb: Rgb
    size_mm: Size
    cells: int
    notes: tuple[Message, ...] = ()


def read_poster(
    path: Path, size_mm: Size | None, page: int = 1, params: PosterParams | None = None, *, either_way: bool = False
) -> Poster:
    """The artwork in a file. PosterError says why it can't be used. size_mm: width and height as printed; a PDF's own where
    None. either_way: of the two sides it is not known which is the width."""
    p = params or PosterParams()
    if size_mm is not None and not all(p.sides_mm[0] <= side <= p.sides_mm[1] for side in size_mm):
        raise PosterError(
            Message(
                f"Een poster van {size_mm[0]:g} × {size_mm[1]:g} mm kan niet.",
                f"A poster of {size_mm[0]:g} × {size_mm[1]:g} mm cannot be.",
            ),
            Message(
                "Geef breedte x hoogte in millimeters, zoals --size 841x594.",
                "Give width x height in millimetres, as in --size 841x594.",
            ),
        )
    rgb, size, notes = _from_pdf(path, size_mm, page, either_way, p) if _is_pdf(path) else \
        _from_picture(path, size_mm, either_way, p)
    cells = recognisable_cells(rgb, size, p)
    if cells < p.cells:
        raise PosterError(
            Message(
                f"Op {shown(path)} staat te weinig om de poster aan te herkennen: op {cells} plekken iets eigens, minstens "
                f"{p.cells} nodig.",
                f"There is too little in {shown(path)} to recognise the poster by: something of its own in {cells} places, at "
                "least "
                f"{p.cells} needed.",
            ),
            Message(
                "Een leeg vel, een effen vlak of een patroon dat zich herhaalt is niet te herkennen. Gebruik een poster met "
                "markers "
                "(posterscan kit).",
                "A blank sheet, a plain area or a repeating pattern cannot be recognised. Use a poster with markers "
                "(posterscan kit).",
            ),
        )
    return Poster(rgb, size, cells, notes)


def recognisable_cells(rgb: Rgb, size_mm: Size, params: PosterParams | None = None) -> int:
    """In how many squares of the sheet there is something that is nowhere else on it."""
    p = params or PosterParams()
    found = artwork_features(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8), size_mm)
    if len(found) < 2:
        return 0
    own = nearest(found.descriptors, found.descriptors)[2] > p.distinct  # each is its own nearest
    cell = KnownArtworkParams().cell_share * max(size_mm)
    return len(np.unique((found.places[own] // cell).astype(np.int64), axis=0))


def _is_pdf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b"%PDF-" in file.read(1024)
    except OSError:
        return False  # loading it as a picture says what is wrong


def _from_picture(path: Path, size_mm: Size | None, either_way: bool, p: PosterParams) -> tuple[Rgb, Size, tuple[Message, ...]]:
    if size_mm is None:
        raise PosterError(
            Message("Hoe groot de poster is, staat niet in een afbeelding.", "A picture does not say how large the poster is."),
            Message(
                "Geef breedte x hoogte van de afgesneden poster in millimeters, zoals --size 841x594.",
                "Give width x height of the trimmed poster in millimetres, as in --size 841x594.",
            ),
        )
    try:
        photo = load_photo(path)
    except PhotoError as error:
        raise PosterError(error.problem, error.remedy) from error
    if either_way:
        size_mm = _as_it_lies(size_mm, (photo.rgb.shape[1], photo.rgb.shape[0]))
    _check_shape(shown(path), (photo.rgb.shape[1], photo.rgb.shape[0]), size_mm, Message("pixels", "pixels"), p)
    px_per_mm = photo.rgb.shape[1] / size_mm[0]
    if px_per_mm < p.coarse_px_per_mm:
        raise PosterError(
            Message(
                f"{shown(path)} is te grof: {px_per_mm:.1f} pixel per mm van de poster.",
                f"{shown(path)} is too coarse: {px_per_mm:.1f} pixels per mm of the poster.",
            ),
            Message(
                "Exporteer de poster groter, minstens 2 pixels per mm (een A1: 1700 pixels breed).",
                "Export the poster larger, at least 2 pixels per mm (an A1: 1700 pixels wide).",
            ),
        )
    return _sized(photo.rgb, size_mm), size_mm, tuple(notice.message for notice in photo.notices)


def _as_it_lies(size_mm: Size, found: Size | tuple[int, int]) -> Size:
    """Width and height, where a paper size says neither."""
    return size_mm if (size_mm[0] < size_mm[1]) == (found[0] < found[1]) else (size_mm[1], size_mm[0])


def _from_pdf(
    path: Path, size_mm: Size | None, page: int, either_way: bool, p: PosterParams
) -> tuple[Rgb, Size, tuple[Message, ...]]:
    import pypdfium2

    from posterscan.kit.raster import page_count, page_picture, page_size_mm, page_turned

    data = path.read_bytes()
    try:
        count = page_count(data)
        if not 1 <= page <= count:
            raise PosterError(
                Message(
                    f"{shown(path)} heeft {count} pagina('s); pagina {page} is er niet.",
                    f"{shown(path)} has {count} page(s); there is no page {page}.",
                ),
                Message("Kies een pagina met --page.", "Choose a page with --page."),
            )
        wide, high = page_size_mm(data, page - 1)
        if page_turned(data, page - 1):
            wide, high = high, wide
        size = size_mm or (round(wide, 1), round(high, 1))
        if either_way:
            size = _as_it_lies(size, (wide, high))
        if not all(p.sides_mm[0] <= side <= p.sides_mm[1] for side in size) or min(wide, high) <= 0:
            raise PosterError(
                Message(
                    f"De pagina is {wide:.0f} × {high:.0f} mm: dat is geen poster.",
                    f"The page is {wide:.0f} × {high:.0f} mm: that is no poster.",
                ),
                Message("Geef met --size hoe groot hij geprint is.", "Say with --size how large it was printed."),
            )
        bleed = _bleed_mm((wide, high), size, p)
        if not bleed:
            _check_shape(shown(path), (wide, high), size, Message("mm", "mm"), p)
        rgb = page_picture(data, page - 1, ARTWORK_PX_PER_MM * (1.0 if bleed else size[0] / wide))
    except pypdfium2.PdfiumError as error:
        raise PosterError(
            Message(
                f"{shown(path)} kan niet als pdf worden gelezen ({error}).", f"{shown(path)} cannot be read as a PDF ({error})."
            ),
            Message(
                "Exporteer de poster opnieuw, zonder wachtwoord, of als PNG.",
                "Export the poster again, without a password, or as a PNG.",
            ),
        ) from error
    notes = []
    if bleed:
        cut = round(bleed * ARTWORK_PX_PER_MM)
        rgb = rgb[cut : rgb.shape[0] - cut, cut : rgb.shape[1] - cut]
        notes.append(
            Message(
                f"De pagina is rondom {bleed:.1f} mm groter dan de poster: dat is als afloop afgesneden.",
                f"The page is {bleed:.1f} mm larger than the poster all round: cut off as bleed.",
            )
        )
    if count > 1:
        notes.append(Message(f"Pagina {page} van {count} is gebruikt.", f"Page {page} of {count} was used."))
    return _sized(rgb, size), size, tuple(notes)


def _bleed_mm(page_mm: Size, size_mm: Size, p: PosterParams) -> float:
    """By how much the page is larger on each side, where that is the same all round; else 0."""
    more = (page_mm[0] - size_mm[0]) / 2, (page_mm[1] - size_mm[1]) / 2
    return sum(more) / 2 if min(more) > 0.5 and max(more) <= p.bleed_mm and abs(more[0] - more[1]) < 0.5 else 0.0


def _check_shape(name: str, found: Size | tuple[int, int], size_mm: Size, unit: Message, p: PosterParams) -> None:
    wanted, seen = size_mm[0] / size_mm[1], found[0] / found[1]
    if abs(seen / wanted - 1) <= p.aspect:
        return
    turned = abs(1 / seen / wanted - 1) <= p.aspect
    raise PosterError(
        Message(
            f"{name} is {found[0]:.0f} × {found[1]:.0f} {unit.nl}: een andere verhouding dan {size_mm[0]:g} × {size_mm[1]:g} mm.",
            f"{name} is {found[0]:.0f} × {found[1]:.0f} {unit.en}: another shape than {size_mm[0]:g} × {size_mm[1]:g} mm.",
        ),
        Message(
            f"Breedte en hoogte staan omgekeerd: --size {size_mm[1]:g}x{size_mm[0]:g}.",
            f"Width and height are the wrong way round: --size {size_mm[1]:g}x{size_mm[0]:g}.",
        )
        if turned
        else Message(
            "Meet de poster na, of snijd de afbeelding precies op de rand van de poster, zonder afloop of wit eromheen.",
            "Measure the poster, or cut the picture exactly to the poster's edge, without bleed or white around it.",
        ),
    )


def _sized(rgb: Rgb, size_mm: Size) -> Rgb:
    """At ARTWORK_PX_PER_MM at most, with exactly the sheet's shape."""
    px_per_mm = min(ARTWORK_PX_PER_MM, rgb.shape[1] / size_mm[0])
    size = (round(size_mm[0] * px_per_mm), round(size_mm[1] * px_per_mm))
    return rgb if size == rgb.shape[1::-1] else np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
