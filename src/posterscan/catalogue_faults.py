"""What can be wrong in a catalogue that has the right fields: sizes, numbers and places that don't fit together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from posterscan.catalogue import Catalogue, CodePlace
from posterscan.dictionaries import code_fault, dictionary_fault
from posterscan.geometry import Points, as_points, rotated, rotation_of
from posterscan.jsonfile import Fault
from posterscan.layout_faults import square_faults
from posterscan.messages import Message
from posterscan.table_code import MOST_TABLES

CARD_SIDE_MM = (15.0, 420.0)  # smaller has no room for a word, larger (A3) is no card: then the unit is wrong
SIDES_APART_MM = 5.0  # fronts and backs whose cards would lie nearer than this to each other can't be told apart


def faults_of(catalogue: Catalogue) -> list[Fault]:
    """Every fault of a catalogue that has the right fields, in the order of the file."""
    return [*_size_faults(catalogue), *_dictionary_faults(catalogue), *_card_faults(catalogue), *_blank_faults(catalogue),
            *_place_faults(catalogue)]


def _size_faults(catalogue: Catalogue) -> Iterator[Fault]:
    least, most = CARD_SIDE_MM
    if not all(least <= side <= most for side in catalogue.card_size_mm):
        width, height = catalogue.card_size_mm
        yield Fault("card_size_mm", Message(f"een kaartje van {width:g} × {height:g} mm kan niet",
                                            f"a card of {width:g} × {height:g} mm cannot be"),
                    Message("Geef breedte en hoogte in millimeters, bijvoorbeeld [85, 55].",
                            "Give width and height in millimetres, for example [85, 55]."))


def _dictionary_faults(catalogue: Catalogue) -> Iterator[Fault]:
    name = catalogue.card_dictionary
    if name is not None and (fault := dictionary_fault("card_dictionary", name)):
        yield fault
    coded = next((f"cards[{i}]" for i, card in enumerate(catalogue.cards) if card.marker_id is not None),
                 "blanks[0]" if catalogue.blanks else None)
    if name is None and coded is not None:
        yield Fault("card_dictionary", Message(f"ontbreekt, terwijl {coded} een marker_id heeft",
                                               f"is missing, while {coded} has a marker_id"),
                    Message("Noem het woordenboek, bijvoorbeeld DICT_APRILTAG_36h10.",
                            "Name the dictionary, for example DICT_APRILTAG_36h10."))


def _card_faults(catalogue: Catalogue) -> Iterator[Fault]:
    ids: dict[str, int] = {}
    markers: dict[int, int] = {}
    for i, card in enumerate(catalogue.cards):
        at = f"cards[{i}]"
        if card.id in ids:
            yield Fault(f"{at}.id", Message(f"kaartje {card.id!r} staat er al, bij cards[{ids[card.id]}]",
                                            f"card {card.id!r} is there already, at cards[{ids[card.id]}]"),
                        Message("Geef elk kaartje een eigen id.", "Give every card an id of its own."))
        ids.setdefault(card.id, i)
        for field in ("id", "text"):
            if not getattr(card, field).strip():
                yield Fault(f"{at}.{field}", Message("is leeg", "is empty"),
                            Message("Vul in wat er op het kaartje staat; lege kaartjes horen niet in de lijst.",
                                    "Fill in what the card says; blank cards don't belong in the list."))
        if card.marker_id is None:
            continue
        if card.marker_id in markers:
            yield Fault(f"{at}.marker_id", Message(f"{card.marker_id} is al van cards[{markers[card.marker_id]}]",
                                                   f"{card.marker_id} belongs to cards[{markers[card.marker_id]}]"),
                        Message("Geef elk kaartje een eigen marker_id, of null.",
                                "Give every card a marker_id of its own, or null."))
        markers.setdefault(card.marker_id, i)
        if fault := code_fault(f"{at}.marker_id", catalogue.card_dictionary or "", card.marker_id):
            yield fault


def _blank_faults(catalogue: Catalogue) -> Iterator[Fault]:
    markers = {card.marker_id: f"cards[{i}]" for i, card in enumerate(catalogue.cards)}
    seen: dict[tuple[str, int, int], int] = {}
    for i, blank in enumerate(catalogue.blanks):
        at = f"blanks[{i}]"
        if blank.marker_id in markers:
            other = markers[blank.marker_id]
            yield Fault(f"{at}.marker_id", Message(f"{blank.marker_id} is al van {other}", f"{blank.marker_id} belongs to {other}"),
                        Message("Geef elk leeg kaartje een eigen marker_id.", "Give every blank card a marker_id of its own."))
        markers.setdefault(blank.marker_id, at)
        if fault := code_fault(f"{at}.marker_id", catalogue.card_dictionary or "", blank.marker_id):
            yield fault
        key = (blank.kind, blank.table, blank.number)
        if key in seen:
            yield Fault(f"{at}.number", Message(f"leeg kaartje {blank.number} van tafel {blank.table} staat er al, bij "
                                                f"blanks[{seen[key]}]",
                                                f"blank {blank.number} of table {blank.table} is there already, at "
                                                f"blanks[{seen[key]}]"),
                        Message("Nummer de lege kaartjes van één soort per tafel door.",
                                "Number the blanks of one kind from 1 for each table."))
        seen.setdefault(key, i)
        for field, value, most in (("table", blank.table, MOST_TABLES), ("number", blank.number, None)):
            if value < 1 or (most is not None and value > most):
                yield Fault(f"{at}.{field}", Message(f"{value} kan niet", f"{value} cannot be"),
                            Message("Tel vanaf 1.", "Count from 1.") if value < 1 else
                            Message(f"Geef een getal van 1 tot en met {most}.", f"Give a number from 1 to {most}."))


def _place_faults(catalogue: Catalogue) -> Iterator[Fault]:
    first: dict[tuple[str, str], int] = {}
    size = np.array(catalogue.card_size_mm)
    for i, place in enumerate(catalogue.code_places):
        at, name = f"code_places[{i}]", Message("de code", "the code")
        key = (place.kind, place.side)
        if key in first:
            yield Fault(at, Message(f"{place.kind}/{place.side} staat er al, bij code_places[{first[key]}]",
                                    f"{place.kind}/{place.side} is there already, at code_places[{first[key]}]"),
                        Message("Geef per soort en kant één plaats.", "Give one place per kind and side."))
        first.setdefault(key, i)
        corners = as_points(place.corners_mm)
        if (corners < 0).any() or (corners > size).any():
            yield Fault(f"{at}.corners_mm", Message(f"de code ligt buiten het kaartje van {size[0]:g} × {size[1]:g} mm",
                                                    f"the code lies outside the card of {size[0]:g} × {size[1]:g} mm"),
                        Message("Meet in millimeters vanaf de hoek linksboven van het kaartje.",
                                "Measure in millimetres from the top-left corner of the card."))
        yield from square_faults(f"{at}.corners_mm", place.corners_mm, name)
    for i, place in enumerate(catalogue.code_places):
        other = next((o for o in catalogue.code_places[:i] if o.kind == place.kind and o.side != place.side), None)
        if other is not None and np.hypot(*(_card_middle(place, size) - _card_middle(other, size))) < SIDES_APART_MM:
            yield Fault(f"code_places[{i}].corners_mm", Message("voor- en achterkant hebben de code op dezelfde plaats",
                                                                "front and back have the code in the same place"),
                        Message("Kies een andere plaats op de achterkant, of noem alleen de voorkant: de plaats zegt welke kant "
                                "boven ligt.",
                                "Choose another place on the back, or give the front only: the place tells which side is up."))


def _card_middle(place: CodePlace, size_mm: Points) -> Points:
    """(2,) the card's middle as seen from the code."""
    corners = as_points(place.corners_mm)
    return np.asarray(rotated(size_mm / 2 - corners.mean(axis=0), -rotation_of(corners))[0])
