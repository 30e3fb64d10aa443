"""Which cards exist: `posterscan-catalogue/1`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class CatalogueCard(BaseModel):
    """A printed card; marker_id is None where it carries no code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: Literal["ingredient", "intention"]
    text: str
    marker_id: int | None = None


class Catalogue(BaseModel):
    """The cards of a kit."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_name: Literal["posterscan-catalogue/1"] = Field(alias="schema")
    language: str = "nld"
    card_size_mm: tuple[float, float] = (85.0, 55.0)
    card_dictionary: str | None = None
    cards: list[CatalogueCard]


def load_catalogue(path: Path) -> Catalogue:
    """Reads and checks a catalogue file; CatalogueError names file, place and cure."""
    return Catalogue.model_validate_json(path.read_text(encoding="utf-8"))
