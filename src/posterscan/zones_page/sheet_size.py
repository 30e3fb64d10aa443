"""How large the paper is, as people say it: `841x594`, `841 × 594 mm` or `A1`."""

from __future__ import annotations

import re

from posterscan.errors import UsageError
from posterscan.layout_faults import ASPECT_TOLERANCE, LEAST_SHEET_MM
from posterscan.messages import Message

SizeMm = tuple[float, float]
# ISO 216, upright
PAPER_MM: dict[str, SizeMm] = {"A0": (841, 1189), "A1": (594, 841), "A2": (420, 594), "A3": (297, 420), "A4": (210, 297)}
MOST_MM = 10_000.0  # ten metres of paper: beyond that somebody gave another unit
_TWO = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*(?:mm)?\s*[x×X*]\s*(\d+(?:[.,]\d+)?)\s*(?:mm)?\s*")
_HOW = Message("Geef breedte × hoogte in millimeters, bijvoorbeeld --size 841x594, of een papiermaat: --size A1.",
               "Give width × height in millimetres, as in --size 841x594, or a paper size: --size A1.")


def sheet_size(said: str, picture_wh: tuple[int, int], name: str) -> SizeMm:
    """Width and height in mm; a paper size lies as the picture does. UsageError where it cannot be this picture's.

    picture_wh: the picture in pixels. name: how messages call it.
    """
    paper = PAPER_MM.get(said.strip().upper())
    upright = picture_wh[0] <= picture_wh[1]
    size = sides(said) if paper is None else paper if upright else (paper[1], paper[0])
    if not (min(size) > 0 and LEAST_SHEET_MM <= max(size) <= MOST_MM):
        raise UsageError(Message(f"Een poster van {size[0]:g} × {size[1]:g} mm kan niet.",
                                 f"A poster of {size[0]:g} × {size[1]:g} mm cannot be."), _HOW)
    check_shape(size, picture_wh, name)
    return size


def sides(said: str) -> SizeMm:
    """The two numbers of `841x594`; UsageError where there are none."""
    found = _TWO.fullmatch(said)
    if found is None:
        raise UsageError(Message(f"{said!r} is geen maat van een poster.", f"{said!r} is no size of a poster."), _HOW)
    return float(found[1].replace(",", ".")), float(found[2].replace(",", "."))


def check_shape(size_mm: SizeMm, picture_wh: tuple[int, int], name: str) -> None:
    """UsageError where a picture is not of the sheet's shape: what is drawn on it would lie elsewhere on the paper."""
    sheet, picture = size_mm[0] / size_mm[1], picture_wh[0] / picture_wh[1]
    if abs(picture / sheet - 1) <= ASPECT_TOLERANCE:
        return
    turned = abs(picture * sheet - 1) <= ASPECT_TOLERANCE
    cure = Message(f"Bedoelt u --size {size_mm[1]:g}x{size_mm[0]:g}? Breedte komt eerst.",
                   f"Did you mean --size {size_mm[1]:g}x{size_mm[0]:g}? Width comes first.") if turned else \
        Message("Meet de afgesneden poster na, of neem een afbeelding van de hele poster zonder afloop en snijtekens.",
                "Measure the trimmed poster, or take a picture of the whole poster without bleed and crop marks.")
    raise UsageError(Message(f"{name} is {picture_wh[0]} × {picture_wh[1]} pixels: een andere verhouding dan {size_mm[0]:g} × "
                             f"{size_mm[1]:g} mm.",
                             f"{name} is {picture_wh[0]} × {picture_wh[1]} pixels: another shape than {size_mm[0]:g} × "
                             f"{size_mm[1]:g} mm."), cure)
