"""What is printed on the poster: `posterscan-layout/1`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from annotated_types import Len
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

Point = tuple[float, float]


class Marker(BaseModel):
    """A fiducial on the poster; corners clockwise from the marker's own top-left."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int
    dictionary: str
    corners_mm: Annotated[list[Point], Len(4, 4)]


class Zone(BaseModel):
    """An area of the poster with a meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    label: str
    kind: Literal["sphere", "outside", "ladder"]
    polygon_mm: Annotated[list[Point], Len(3)]


class Layout(BaseModel):
    """A poster's layout. Where zones overlap the later one wins."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_name: Literal["posterscan-layout/1"] = Field(alias="schema")
    id: str
    size_mm: tuple[float, float]
    markers: list[Marker]
    zones: list[Zone]
    ladder_zone: str | None = None
    reference_image: str | None = None

    @property
    def marker_corners_mm(self) -> NDArray[np.float64]:
        """(N, 4, 2) corners of all markers, in the order of `markers`."""
        return np.array([m.corners_mm for m in self.markers], dtype=np.float64).reshape(-1, 4, 2)


def load_layout(path: Path) -> Layout:
    """Reads and checks a layout file; LayoutError names file, place and cure."""
    return Layout.model_validate_json(path.read_text(encoding="utf-8"))
