"""What is printed on the poster: `posterscan-layout/1`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from annotated_types import Len
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from posterscan.errors import LayoutError, PhotoError
from posterscan.jsonfile import check_schema, raise_faults, read_json, validated

SCHEMA = "posterscan-layout/1"
LEAST_MARKERS = 4  # fewer leave no marker over to check the others by
ARTWORK_PX_PER_MM = 5.0  # kept of the artwork: a little finer than a 12 MP photo of an A1 sheet, which is 4
Point = tuple[float, float]


class Marker(BaseModel):
    """A fiducial on the poster; corners clockwise from the marker's own top-left.

    sigma_mm: how well its place is known, per axis, where it was measured in and not printed with the poster.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: int
    dictionary: str
    corners_mm: Annotated[list[Point], Len(4, 4)]
    sigma_mm: Annotated[float, Field(ge=0, le=50)] | None = None


class Zone(BaseModel):
    """An area of the poster with a meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str
    label: str
    kind: Literal["sphere", "outside", "ladder"]
    polygon_mm: Annotated[list[Point], Len(3)]


class Session(BaseModel):
    """The session that a poster was printed for. id: as its code says it, like "2K7-MQ4"; date: ISO, like 2026-11-24."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str | None = None
    name: str | None = None
    date: str | None = None
    place: str | None = None
    tables: int = 1
    participants: int | None = None
    stickers_per_person: int = 3
    sticker_mm: float | None = None


class TableCode(BaseModel):
    """Where the tags of `posterscan.table_code` stand on the poster: some copies of the same four, in their order.

    Corners clockwise from the tag's own top-left.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    dictionary: str
    copies: Annotated[list[Annotated[list[Annotated[list[Point], Len(4, 4)]], Len(4, 4)]], Len(1)]

    @property
    def corners_mm(self) -> NDArray[np.float64]:
        """(copies, 4, 4, 2) corners of the tags."""
        return np.array(self.copies, dtype=np.float64).reshape(-1, 4, 4, 2)


class Layout(BaseModel):
    """A poster's layout. Where zones overlap the later one wins."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)

    schema_name: Literal["posterscan-layout/1"] = Field(alias="schema")
    id: str
    size_mm: tuple[float, float]
    markers: list[Marker]
    zones: list[Zone]
    ladder_zone: str | None = None
    reference_image: str | None = None
    session: Session | None = None
    table_code: TableCode | None = None

    @property
    def marker_corners_mm(self) -> NDArray[np.float64]:
        """(N, 4, 2) corners of all markers, in the order of `markers`."""
        return np.array([m.corners_mm for m in self.markers], dtype=np.float64).reshape(-1, 4, 2)

    @property
    def by_artwork(self) -> bool:
        """Whether the poster is recognised by its artwork, for want of markers: none, or a few that were measured in."""
        few = len(self.markers) < LEAST_MARKERS and all(m.sigma_mm is not None for m in self.markers)
        return few and self.reference_image is not None

    @property
    def tag_corners_mm(self) -> NDArray[np.float64]:
        """(N, 4, 2) corners of everything printed that looks like a card's code: markers, then tags of the table code."""
        tags = self.table_code.corners_mm.reshape(-1, 4, 2) if self.table_code is not None else np.zeros((0, 4, 2))
        return np.concatenate([self.marker_corners_mm, tags])


@dataclass(frozen=True, eq=False)
class LoadedLayout:
    """A layout with its file's hash and artwork. reference: (H, W, 3) uint8 of the whole sheet, or None."""

    layout: Layout
    path: Path
    sha256: str
    reference: NDArray[np.uint8] | None


def load_layout(path: Path) -> Layout:
    """Reads and checks a layout file; LayoutError names file, place and cure."""
    return _checked(Path(path))[0]


def open_layout(path: Path) -> LoadedLayout:
    """Reads and checks a layout file together with its artwork; LayoutError names file, place and cure."""
    layout, sha256 = _checked(Path(path))
    return LoadedLayout(layout, Path(path), sha256, load_reference(layout, Path(path)))


def _checked(path: Path) -> tuple[Layout, str]:
    from posterscan.layout_faults import faults_of
    from posterscan.session_faults import session_faults, table_code_faults

    file = read_json(path, LayoutError)
    check_schema(file, SCHEMA, LayoutError)
    layout = validated(Layout, file, LayoutError)
    faults = [*faults_of(layout, path.parent), *session_faults(layout), *table_code_faults(layout)]
    raise_faults(path, faults, LayoutError)
    return layout, file.sha256


def load_reference(layout: Layout, path: Path) -> NDArray[np.uint8] | None:
    """The artwork that a layout (read from `path`) names, (H, W, 3) uint8; None where it names none."""
    if layout.reference_image is None:
        return None
    from posterscan.layout_faults import reference_faults
    from posterscan.photo import load_photo

    try:
        rgb = load_photo(path.parent / layout.reference_image).rgb
    except PhotoError as error:
        raise LayoutError(error.problem, error.remedy) from error
    height, width = rgb.shape[:2]
    raise_faults(path, reference_faults(layout, (width, height)), LayoutError)
    return _no_finer(rgb, layout.size_mm)


def _no_finer(rgb: NDArray[np.uint8], size_mm: tuple[float, float]) -> NDArray[np.uint8]:
    """The artwork at ARTWORK_PX_PER_MM at most; as it is where it is no finer."""
    import cv2

    size = (round(size_mm[0] * ARTWORK_PX_PER_MM), round(size_mm[1] * ARTWORK_PX_PER_MM))
    if rgb.shape[1] <= size[0] and rgb.shape[0] <= size[1]:
        return rgb
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
