"""Which cards exist: `posterscan-catalogue/1`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from posterscan.errors import CatalogueError
from posterscan.jsonfile import Fault, check_schema, raise_faults, read_json, validated
from posterscan.layout import Layout
from posterscan.messages import Message

SCHEMA = "posterscan-catalogue/1"
CARD_SIDE_MM = (15.0, 420.0)  # smaller has no room for a word, larger (A3) is no card: then the unit is wrong


class CatalogueCard(BaseModel):
    """A printed card; marker_id is None where it carries no code."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str
    kind: Literal["ingredient", "intention"]
    text: str
    marker_id: int | None = None


class Catalogue(BaseModel):
    """The cards of a kit."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)

    schema_name: Literal["posterscan-catalogue/1"] = Field(alias="schema")
    language: str = "nld"
    card_size_mm: tuple[float, float] = (85.0, 55.0)
    card_dictionary: str | None = None
    cards: list[CatalogueCard]


@dataclass(frozen=True, eq=False)
class LoadedCatalogue:
    """A catalogue with its file's hash."""

    catalogue: Catalogue
    path: Path
    sha256: str


def load_catalogue(path: Path) -> Catalogue:
    """Reads and checks a catalogue file; CatalogueError names file, place and cure."""
    return open_catalogue(path).catalogue


def open_catalogue(path: Path) -> LoadedCatalogue:
    """Reads and checks a catalogue file, and keeps the file's hash; CatalogueError names file, place and cure."""
    file = read_json(Path(path), CatalogueError)
    check_schema(file, SCHEMA, CatalogueError)
    catalogue = validated(Catalogue, file, CatalogueError)
    raise_faults(file.path, faults_of(catalogue), CatalogueError)
    return LoadedCatalogue(catalogue, file.path, file.sha256)


def faults_of(catalogue: Catalogue) -> list[Fault]:
    """Every fault of a catalogue that has the right fields, in the order of the file."""
    return [*_size_faults(catalogue), *_dictionary_faults(catalogue), *_card_faults(catalogue)]


def _size_faults(catalogue: Catalogue) -> Iterator[Fault]:
    least, most = CARD_SIDE_MM
    if not all(least <= side <= most for side in catalogue.card_size_mm):
        width, height = catalogue.card_size_mm
        yield Fault("card_size_mm", Message(f"een kaartje van {width:g} × {height:g} mm kan niet",
                                            f"a card of {width:g} × {height:g} mm cannot be"),
                    Message("Geef breedte en hoogte in millimeters, bijvoorbeeld [85, 55].",
                            "Give width and height in millimetres, for example [85, 55]."))


def _dictionary_faults(catalogue: Catalogue) -> Iterator[Fault]:
    from posterscan.dictionaries import dictionary_fault

    name = catalogue.card_dictionary
    if name is not None and (fault := dictionary_fault("card_dictionary", name)):
        yield fault
    coded = next((i for i, card in enumerate(catalogue.cards) if card.marker_id is not None), None)
    if name is None and coded is not None:
        yield Fault("card_dictionary", Message(f"ontbreekt, terwijl cards[{coded}] een marker_id heeft",
                                               f"is missing, while cards[{coded}] has a marker_id"),
                    Message("Noem het woordenboek, bijvoorbeeld DICT_4X4_1000.",
                            "Name the dictionary, for example DICT_4X4_1000."))


def _card_faults(catalogue: Catalogue) -> Iterator[Fault]:
    from posterscan.dictionaries import code_fault

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


def check_together(layout: Layout, catalogue: LoadedCatalogue) -> None:
    """A code that is printed both on the poster and on a card can't be told apart: CatalogueError names it."""
    poster = {marker.id for marker in layout.markers if marker.dictionary == catalogue.catalogue.card_dictionary}
    faults = [Fault(f"cards[{i}].marker_id",
                    Message(f"{card.marker_id} staat ook op de poster", f"{card.marker_id} is also on the poster"),
                    Message("Gebruik voor de kaartjes een ander woordenboek of andere nummers dan op de poster.",
                            "Use another dictionary or other numbers for the cards than for the poster."))
              for i, card in enumerate(catalogue.catalogue.cards) if card.marker_id in poster]
    raise_faults(catalogue.path, faults, CatalogueError)
