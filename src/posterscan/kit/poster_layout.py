"""Where everything is on our own poster, in millimetres: the one source for what is printed and for what scanning is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from posterscan.layout import Layout, Marker, Point, Zone
from posterscan.messages import Language, Message

SIZE_MM = (841.0, 594.0)  # A1 landscape
DICTIONARY = "DICT_APRILTAG_36h11"
MARKER_MM = 40.0
QUIET_MM = 5.0  # one module of a fiducial: 8 modules with its border
TAG_MM = 20.0  # of the table code
TAG_STEP_MM = 26.0  # leaves more than two modules of white between neighbours
# Corners and edges against tilt and curl; the middle ones stand in the gaps between zones, where no card needs to lie.
MARKERS_MM: tuple[Point, ...] = (
    (14, 14), (281, 14), (593, 14), (787, 14),
    (787, 540), (593, 540), (281, 540), (14, 540),
    (14, 277), (281, 257), (548, 277), (593, 150), (593, 404))
CODE_COPIES_MM: tuple[Point, ...] = ((70.0, 550.0), (662.0, 550.0))  # two, for a cup may stand on one
_POWER = 2.6  # of the superellipses: between an ellipse (2) and a box


@dataclass(frozen=True)
class Sphere:
    """A sphere of the model: id in files, its names, and its shape as centre and half sizes in mm."""

    id: str
    name: Message
    says: Message
    center_mm: Point
    half_mm: Point


SPHERES: tuple[Sphere, ...] = (
    Sphere("persoonlijk", Message("Persoonlijk", "Personal"),
           Message("De mensen om je heen: familie, vrienden, buren", "The people around you: family, friends, neighbours"),
           (158, 175), (138, 113)),
    Sphere("gemeenschappelijk", Message("Gemeenschappelijk", "Communal"),
           Message("Wat inwoners samen doen, in groepen, clubs en initiatieven",
                   "What residents do together, in groups, clubs and initiatives"),
           (444, 175), (138, 113)),
    Sphere("institutioneel", Message("Institutioneel", "Institutional"),
           Message("Plekken, voorzieningen en professionals die dat steunen",
                   "Places, services and professionals that support it"),
           (301, 418), (160, 113)),
)
OUTSIDE_MM = (14.0, 59.0, 588.0, 535.0)  # left, top, right, bottom; the spheres lie on it
LADDER_MM = (642.0, 62.0, 827.0, 532.0)
OUTSIDE_NAME = Message("Hoort niet bij de sociale basis", "Not part of the social base")
LADDER_NAME = Message("Bedoelingen", "Intentions")


def outline_of(sphere: Sphere, count: int = 120) -> list[Point]:
    """A superellipse as a polygon, clockwise from its right end; chords are within 0.06 mm of the curve."""
    t = np.arange(count) * 2 * np.pi / count
    along = [np.sign(f(t)) * np.abs(f(t)) ** (2 / _POWER) for f in (np.cos, np.sin)]
    xy = np.stack([sphere.center_mm[k] + sphere.half_mm[k] * along[k] for k in (0, 1)], axis=1)
    return [(round(float(x), 2), round(float(y), 2)) for x, y in xy]


def square(x: float, y: float, side: float) -> list[Point]:
    """Corners clockwise from the top-left."""
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]


def _box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def poster_layout(language: Language, session: dict[str, Any] | None = None) -> Layout:
    """The layout of our poster; session: what layout.json says of the session that it is printed for."""
    zones = [Zone(id="buiten", label=OUTSIDE_NAME.to(language), kind="outside", polygon_mm=_box(*OUTSIDE_MM))]
    zones += [Zone(id=s.id, label=s.name.to(language), kind="sphere", polygon_mm=outline_of(s)) for s in SPHERES]
    zones += [Zone(id="bedoelingen", label=LADDER_NAME.to(language), kind="ladder", polygon_mm=_box(*LADDER_MM))]
    markers = [Marker(id=i, dictionary=DICTIONARY, corners_mm=square(x, y, MARKER_MM)) for i, (x, y) in enumerate(MARKERS_MM)]
    copies = [[square(x + k * TAG_STEP_MM, y, TAG_MM) for k in range(4)] for x, y in CODE_COPIES_MM]
    return Layout.model_validate({
        "schema": "posterscan-layout/1", "id": "posterscan-a1", "size_mm": SIZE_MM, "markers": markers, "zones": zones,
        "ladder_zone": "bedoelingen", "reference_image": "poster.png", "session": session,
        "table_code": {"dictionary": DICTIONARY, "copies": copies}})
