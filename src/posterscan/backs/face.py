"""What is printed on a back, as far as it is known: boxes to tick, room to write in, and the lines that people write on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from posterscan.backs.boxes import Stance
from posterscan.catalogue import Catalogue
from posterscan.geometry import Points, as_points
from posterscan.kit.card_design import BACK_LINES_MM, BACK_ROOM_MM, CARD_MM, CODE_CLEAR_MM, Kind, code_places, stance_boxes
from posterscan.messages import Language

_KINDS: tuple[Kind, ...] = ("ingredient", "intention")
_SAME_MM = 0.05


@dataclass(frozen=True, eq=False)
class Face:
    """One kind of back, in mm of the card. boxes: (4, 2) corners by stance. room: left, top, right, bottom of where people write;
    lines: y and first and last x of printed writing lines; hidden: polygons (4, 2) in the room that are no writing (the code)."""

    boxes: Mapping[Stance, Points] = field(default_factory=dict)
    room_mm: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    lines_mm: tuple[tuple[float, float, float], ...] = ()
    hidden_mm: tuple[Points, ...] = ()


def face_of(catalogue: Catalogue, kind: Literal["ingredient", "intention", "unknown"]) -> Face:
    """The back of a card of this kind. Of other kits only the places of codes are known: all of the card is room."""
    if kind != "unknown" and is_own(catalogue):
        language: Language = "nl" if catalogue.language == "nld" else "en"
        boxes = {box.stance: as_points(box.corners_mm) for box in stance_boxes(language)} if kind == "ingredient" else {}
        return Face(boxes, BACK_ROOM_MM[kind], BACK_LINES_MM[kind], _codes(catalogue, kind))
    width, height = catalogue.card_size_mm
    return Face({}, (1.5, 1.5, width - 1.5, height - 1.5), (), _codes(catalogue, kind))


def is_own(catalogue: Catalogue) -> bool:
    """Whether these cards were made by `posterscan kit`: their size and the places of their codes say so."""
    if catalogue.card_size_mm != CARD_MM or len(catalogue.code_places) != len(code_places()):
        return False
    own = {(place["kind"], place["side"]): np.array(place["corners_mm"]) for place in code_places()}
    return all((p.kind, p.side) in own and np.allclose(own[p.kind, p.side], p.corners_mm, atol=_SAME_MM)
               for p in catalogue.code_places)


def _codes(catalogue: Catalogue, kind: str) -> tuple[Points, ...]:
    out = []
    for place in catalogue.code_places:
        if place.side == "back" and place.kind == kind:
            corners = as_points(place.corners_mm)
            out.append(corners + np.sign(corners - corners.mean(axis=0)) * CODE_CLEAR_MM / 2)
    return tuple(out)
