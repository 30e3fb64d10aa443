"""Where codes stand on cards, as the catalogue says it, for those that search a picture for cards."""

from __future__ import annotations

import numpy as np

from posterscan.catalogue import Catalogue
from posterscan.geometry import as_points
from posterscan.stages.coded_places import CodePlaces, printed_place
from posterscan.stages.codes import Codes

KINDS = ("ingredient", "intention")


def code_places(codes: Codes, catalogue: Catalogue) -> CodePlaces:
    """The catalogue's codes among those seen; cards of one kind carry theirs at one place, on each side."""
    kinds, known = catalogue.kind_of_marker, codes.known
    printed = {KINDS.index(kind): tuple(printed_place(place.side, as_points(place.corners_mm), catalogue.card_size_mm)
                                        for place in catalogue.code_places if place.kind == kind) for kind in KINDS}
    return CodePlaces(codes.corners_mm[known], np.array([KINDS.index(kinds[int(i)]) for i in codes.ids[known]], np.int64),
                      {group: places for group, places in printed.items() if places})
