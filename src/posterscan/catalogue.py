"""Which cards exist: `posterscan-catalogue/1`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Len
from pydantic import BaseModel, ConfigDict, Field

from posterscan.errors import CatalogueError
from posterscan.jsonfile import Fault, check_schema, raise_faults, read_json, validated
from posterscan.layout import Layout
from posterscan.messages import Message

SCHEMA = "posterscan-catalogue/1"


class CatalogueCard(BaseModel):
    """A printed card; marker_id is None where it carries no code."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str
    kind: Literal["ingredient", "intention"]
    text: str
    marker_id: int | None = None


class Blank(BaseModel):
    """A printed blank card. table: that it was printed for; number: which of that table's blanks of this kind."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: Literal["ingredient", "intention"]
    marker_id: int
    table: int
    number: int


class CodePlace(BaseModel):
    """Where the code stands on cards of one kind and side, in the card's own frame: mm, origin at the card's top-left.

    Corners clockwise from the code's own top-left.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: Literal["ingredient", "intention"]
    side: Literal["front", "back"]
    corners_mm: Annotated[list[tuple[float, float]], Len(4, 4)]


class Catalogue(BaseModel):
    """The cards of a kit. code_places: empty where it is not known where the codes stand."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)

    schema_name: Literal["posterscan-catalogue/1"] = Field(alias="schema")
    language: str = "nld"
    card_size_mm: tuple[float, float] = (85.0, 55.0)
    card_dictionary: str | None = None
    cards: list[CatalogueCard]
    blanks: list[Blank] = []
    code_places: list[CodePlace] = []

    @property
    def marker_ids(self) -> list[int]:
        """The codes that cards of this kit carry, blank ones too."""
        return [*(card.marker_id for card in self.cards if card.marker_id is not None), *(b.marker_id for b in self.blanks)]

    @property
    def kind_of_marker(self) -> dict[int, Literal["ingredient", "intention"]]:
        """The kind of card that carries a code."""
        return {**{card.marker_id: card.kind for card in self.cards if card.marker_id is not None},
                **{blank.marker_id: blank.kind for blank in self.blanks}}


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
    from posterscan.catalogue_faults import faults_of

    catalogue = validated(Catalogue, file, CatalogueError)
    raise_faults(file.path, faults_of(catalogue), CatalogueError)
    return LoadedCatalogue(catalogue, file.path, file.sha256)


def check_together(layout: Layout, catalogue: LoadedCatalogue) -> None:
    """A code that is printed both on the poster and on a card can't be told apart: CatalogueError names it."""
    poster = {marker.id for marker in layout.markers if marker.dictionary == catalogue.catalogue.card_dictionary}
    faults = [Fault(place, Message(f"{number} staat ook op de poster", f"{number} is also on the poster"),
                    Message("Gebruik voor de kaartjes een ander woordenboek of andere nummers dan op de poster.",
                            "Use another dictionary or other numbers for the cards than for the poster."))
              for place, number in _numbers(catalogue.catalogue) if number in poster]
    raise_faults(catalogue.path, faults, CatalogueError)


def _numbers(catalogue: Catalogue) -> Iterator[tuple[str, int]]:
    """Every code with its place in the file."""
    for i, card in enumerate(catalogue.cards):
        if card.marker_id is not None:
            yield f"cards[{i}].marker_id", card.marker_id
    for i, blank in enumerate(catalogue.blanks):
        yield f"blanks[{i}].marker_id", blank.marker_id
