"""What can be wrong in a layout that has the right fields: places, shapes and names that don't fit together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import shapely
from shapely.validation import explain_validity

from posterscan.dictionaries import code_fault, dictionary_fault
from posterscan.geometry import as_points, signed_area
from posterscan.jsonfile import Fault, suggestion
from posterscan.layout import LEAST_MARKERS, Layout, Point
from posterscan.messages import Message

LEAST_SHEET_MM = 100.0  # smaller than an A6: then the numbers are centimetres or inches
SQUARE_TOLERANCE = 0.02  # of the side; printers stretch paper by less than 1 %
ASPECT_TOLERANCE = 0.02  # artwork exported with bleed or rounded to whole pixels differs by less


def faults_of(layout: Layout, folder: Path) -> list[Fault]:
    """Every fault of a layout whose file lies in `folder`, in the order of the file."""
    return [*_sheet_faults(layout), *_marker_faults(layout), *_zone_faults(layout), *_name_faults(layout, folder)]


def _sheet_faults(layout: Layout) -> Iterator[Fault]:
    if min(layout.size_mm) <= 0 or max(layout.size_mm) < LEAST_SHEET_MM:
        width, height = layout.size_mm
        yield Fault("size_mm", Message(f"een poster van {width:g} × {height:g} mm kan niet",
                                       f"a poster of {width:g} × {height:g} mm cannot be"),
                    Message("Geef breedte en hoogte in millimeters, bijvoorbeeld [841, 594].",
                            "Give width and height in millimetres, for example [841, 594]."))


def _marker_faults(layout: Layout) -> Iterator[Fault]:
    if len(layout.markers) < LEAST_MARKERS and not layout.by_artwork:
        yield Fault("markers", Message(f"{len(layout.markers)} markers, minstens {LEAST_MARKERS} nodig",
                                       f"{len(layout.markers)} markers, at least {LEAST_MARKERS} needed"),
                    Message("Noem alle hoekmarkeringen die op de poster staan; of, voor een poster zonder markers, zijn afbeelding "
                            "met reference_image (posterscan calibrate poster maakt die).",
                            "List all the markers that are printed on the poster; or, for a poster without markers, its artwork as "
                            "reference_image (posterscan calibrate poster makes it)."))
    first: dict[tuple[str, int], int] = {}
    for i, marker in enumerate(layout.markers):
        at = f"markers[{i}]"
        key = (marker.dictionary, marker.id)
        if key in first:
            yield Fault(f"{at}.id", Message(f"marker {marker.id} staat er al, bij markers[{first[key]}]",
                                            f"marker {marker.id} is there already, at markers[{first[key]}]"),
                        Message("Geef elke marker een eigen nummer.", "Give every marker a number of its own."))
        first.setdefault(key, i)
        yield from filter(None, [dictionary_fault(f"{at}.dictionary", marker.dictionary),
                                 code_fault(f"{at}.id", marker.dictionary, marker.id)])
        name = Message(f"marker {marker.id}", f"marker {marker.id}")
        yield from on_sheet_faults(f"{at}.corners_mm", marker.corners_mm, layout.size_mm, name)
        yield from square_faults(f"{at}.corners_mm", marker.corners_mm, name)


def on_sheet_faults(place: str, corners_mm: Sequence[Point], size_mm: tuple[float, float], name: Message) -> Iterator[Fault]:
    """A marker or tag that is not on the sheet."""
    corners = as_points(corners_mm)
    if (corners < 0).any() or (corners > np.array(size_mm)).any():
        yield Fault(place, name + Message(f" ligt buiten het vel van {size_mm[0]:g} × {size_mm[1]:g} mm",
                                          f" lies outside the sheet of {size_mm[0]:g} × {size_mm[1]:g} mm"),
                    Message("Meet in millimeters vanaf de hoek linksboven van de afgesneden poster.",
                            "Measure in millimetres from the top-left corner of the trimmed poster."))


def square_faults(place: str, corners_mm: Sequence[Point], name: Message) -> Iterator[Fault]:
    """A marker, tag or code whose corners make no square, or run the wrong way round."""
    corners = as_points(corners_mm)
    corners = corners / max(np.abs(corners).max(), np.finfo(float).tiny)  # squares of a slip such as 1e154 would overflow
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(sides, axis=1)
    turns = np.abs(np.sum(sides * np.roll(sides, -1, axis=0), axis=1))
    square = lengths.min() > 0 and np.ptp(lengths) <= SQUARE_TOLERANCE * lengths.max() \
        and turns.max() <= SQUARE_TOLERANCE * lengths.max() ** 2
    if not square:
        yield Fault(place, Message(f"de hoeken van {name.nl} vormen geen vierkant",
                                   f"the corners of {name.en} make no square"),
                    Message("Geef de vier hoeken om de beurt: linksboven, rechtsboven, rechtsonder, linksonder.",
                            "Give the four corners in turn: top-left, top-right, bottom-right, bottom-left."))
    elif signed_area(corners) < 0:
        yield Fault(place, Message(f"de hoeken van {name.nl} lopen tegen de klok in",
                                   f"the corners of {name.en} run anticlockwise"),
                    Message("Keer de volgorde om, te beginnen linksboven.",
                            "Turn the order round, starting at the top-left."))


def _zone_faults(layout: Layout) -> Iterator[Fault]:
    first: dict[str, int] = {}
    sheet = shapely.box(0, 0, *layout.size_mm)
    for i, zone in enumerate(layout.zones):
        if zone.id in first:
            yield Fault(f"zones[{i}].id", Message(f"zone {zone.id!r} staat er al, bij zones[{first[zone.id]}]",
                                                  f"zone {zone.id!r} is there already, at zones[{first[zone.id]}]"),
                        Message("Geef elke zone een eigen id.", "Give every zone an id of its own."))
        first.setdefault(zone.id, i)
        place = f"zones[{i}].polygon_mm"
        polygon = shapely.Polygon(zone.polygon_mm)
        if not polygon.is_valid:
            where = explain_validity(polygon).partition("[")[2].rstrip("]").replace(" ", ", ")
            near = Message(f" bij ({where}) mm", f" near ({where}) mm") if where else Message("", "")
            yield Fault(place, Message(f"de rand van zone {zone.id!r} kruist zichzelf",
                                       f"the outline of zone {zone.id!r} crosses itself") + near,
                        Message("Geef de hoekpunten in de volgorde waarin u langs de rand loopt.",
                                "Give the corners in the order of a walk along the outline."))
        elif polygon.area == 0 or not polygon.intersects(sheet):
            yield Fault(place, Message(f"zone {zone.id!r} beslaat niets van het vel",
                                       f"zone {zone.id!r} covers nothing of the sheet"),
                        Message("Meet in millimeters vanaf de hoek linksboven van de poster.",
                                "Measure in millimetres from the top-left corner of the poster."))


def _name_faults(layout: Layout, folder: Path) -> Iterator[Fault]:
    zones = [zone.id for zone in layout.zones]
    if layout.ladder_zone is not None and layout.ladder_zone not in zones:
        near = suggestion(layout.ladder_zone, zones)
        names = near or ", ".join(zones) or "-"
        yield Fault("ladder_zone", Message(f"er is geen zone {layout.ladder_zone!r}",
                                           f"there is no zone {layout.ladder_zone!r}"),
                    Message(f"Bedoelt u {names}?", f"Did you mean {names}?") if near else
                    Message(f"Kies uit: {names}; of haal het veld weg.", f"Choose from: {names}; or remove the field."))
    if layout.reference_image is not None and not _exists(folder, layout.reference_image):
        yield Fault("reference_image", Message(f"{layout.reference_image!r} bestaat niet naast het bestand",
                                               f"{layout.reference_image!r} does not exist beside the file"),
                    Message("Zet de afbeelding van de poster ernaast, of haal het veld weg.",
                            "Put the poster's artwork beside it, or remove the field."))


def _exists(folder: Path, name: str) -> bool:
    try:
        return (folder / name).is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def reference_faults(layout: Layout, size_px: tuple[int, int]) -> Iterator[Fault]:
    """Artwork of another shape than the sheet belongs to another poster, or is turned."""
    sheet = layout.size_mm[0] / layout.size_mm[1]
    artwork = size_px[0] / size_px[1]
    if abs(artwork / sheet - 1) > ASPECT_TOLERANCE:
        yield Fault("reference_image", Message(f"{layout.reference_image!r} is {size_px[0]} × {size_px[1]} pixels: een "
                                               f"andere verhouding dan size_mm",
                                               f"{layout.reference_image!r} is {size_px[0]} × {size_px[1]} pixels: "
                                               f"another shape than size_mm"),
                    Message("Exporteer de hele poster, rechtop en zonder afloop, als afbeelding.",
                            "Export the whole poster, upright and without bleed, as a picture."))
