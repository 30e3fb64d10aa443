"""The result of one table as it stands in the file: `posterscan-result/1`. The contract's names, units and meaning."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from annotated_types import Len
from pydantic import BaseModel, ConfigDict, Field

Point = tuple[float, float]
Confidence = Annotated[float, Field(ge=0, le=1)]
Row3 = tuple[float, float, float]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)


class Software(_Record):
    name: str = "posterscan"
    version: str


class Session(_Record):
    """names_consent: whether those who looked the results over agreed to be named in reports; None where nobody recorded it."""

    id: str | None = None
    date: str | None = None
    place: str | None = None
    participants: int | None = None
    name: str | None = None
    names_consent: bool | None = None


class LayoutRef(_Record):
    id: str
    sha256: str


class CatalogueRef(_Record):
    sha256: str


class Residual(_Record):
    """Distances between printed and found corners of markers left out of the fit; without markers, of pieces of the artwork."""

    median: float | None
    p95: float | None


class MmToPx(_Record):
    """Poster mm to photo px: relief shift, then homography, then lens (see `note`)."""

    homography: tuple[Row3, Row3, Row3]
    note: str
    lens: dict[str, Any] | None = None
    relief: dict[str, Any] | None = None


class Problem(_Record):
    """Something about a whole photo, with its remedy."""

    code: str
    severity: Literal["info", "warning", "error"]
    message: str
    remedy: str = ""


class TableCodeRecord(_Record):
    """What the poster's own code said; table is None where it was not read, session also where the code names none."""

    table: int | None = None
    session: str | None = None


class CameraRecord(_Record):
    """What the profile of this photo's camera was good for: residuals at markers left out in turn, before the artwork is looked at.

    used: only where the residual with the profile is smaller.
    """

    profile: str
    residual_without_mm: Residual
    residual_with_mm: Residual
    used: bool


class PhotoRecord(_Record):
    """in_view: share of the sheet in the picture. camera: None where there is no profile of this photo's camera.
    artwork_agreement: of the print that shows between the cards, the share that is this poster's; only where the poster was placed
    by its artwork, without markers."""

    file: str
    sha256: str
    size_px: tuple[int, int]
    taken_at: str | None = None
    markers_found: list[int] = []
    residual_mm: Residual
    px_per_mm: float
    sharpness: float
    mm_to_px: MmToPx
    problems: list[Problem] = []
    table_code: TableCodeRecord | None = None
    in_view: Confidence | None = None
    camera: CameraRecord | None = None
    artwork_agreement: Confidence | None = None


class Reading(_Record):
    engine: str
    text: str
    confidence: Confidence


class Text(_Record):
    value: str
    confidence: Confidence
    source: Literal["code", "ocr", "human"]
    handwritten: bool = False
    readings: list[Reading] = []


class ZoneRecord(_Record):
    """id is None for a point in no zone; border_mm: from the card's centre to the nearest border of a zone."""

    id: str | None
    shares: dict[str, float]
    border_mm: float
    confidence: Confidence


class StickerItem(_Record):
    """colour_srgb: as it was measured, over the white of what the sticker is on; `colour` is what that is called among the
    stickers of its table, or of its session."""

    center_mm: Point
    diameter_mm: float
    colour: str
    confidence: Confidence
    colour_srgb: tuple[int, int, int] | None = None


class StickerCount(_Record):
    """photo: the file that the count comes from."""

    count: int
    confidence: Confidence
    items: list[StickerItem] = []
    photo: str | None = None


class Stance(_Record):
    """Which box on a card's back was ticked: surely, surely not, in doubt; None for none of them. boxes: ink in each, 0..1."""

    value: Literal["yes", "no", "doubt"] | None = None
    confidence: Confidence
    source: Literal["boxes", "human"] = "boxes"
    boxes: dict[str, float] = {}


class BackRecord(_Record):
    """A card's back as it was photographed by itself. id: also of its picture, `<table>/backs/<id>.jpg`.

    catalogue_id: of the card that its code names, None without one. stance: None where no boxes are known to be printed.
    polygon_px: its corners in the photo, from its own top-left.
    """

    id: str
    kind: Literal["ingredient", "intention", "unknown"]
    catalogue_id: str | None
    marker_id: int | None = None
    argument: Text
    stance: Stance | None = None
    photo: str
    polygon_px: Annotated[list[Point], Len(4, 4)]
    needs_review: list[str] = []


class CardRecord(_Record):
    """marker_id: the code that was seen on it, None without one. photo: the file that text and crop come from.

    back: id of the `BackRecord` that argument and stance were read from, where its back was photographed by itself.
    """

    id: str
    kind: Literal["ingredient", "intention", "unknown"]
    catalogue_id: str | None
    side: Literal["front", "back"]
    text: Text
    polygon_mm: Annotated[list[Point], Len(4, 4)]
    center_mm: Point
    rotation_deg: float
    detection_confidence: Confidence
    zone: ZoneRecord
    stickers: StickerCount
    needs_review: list[str] = []
    marker_id: int | None = None
    photo: str | None = None
    argument: Text | None = None
    stance: Stance | None = None
    back: str | None = None


class Rank(_Record):
    card: str
    stickers: int
    rank: int
    place_on_ladder: int | None = None


class Check(_Record):
    """center_mm: where on the poster; area_mm2: how much of it. None where it is about the whole table."""

    code: str
    severity: Literal["info", "warning", "error"]
    message: str
    center_mm: Point | None = None
    area_mm2: float | None = None


class Correction(_Record):
    """A human's word on one value; `machine` keeps what was measured.

    card: None for the table as a whole. before: the value that the human saw. session: of the browser that it was said in.
    center_mm: of the card then, by which it is found in a table that was read again. seen: with `checked`, all values confirmed.
    """

    card: str | None = None
    field: str
    value: Any
    machine: Any = None
    by: str | None = None
    at: str | None = None
    reason: str | None = None
    before: Any = None
    session: str | None = None
    center_mm: Point | None = None
    seen: dict[str, Any] | None = None


class Review(_Record):
    """corrections: in the order in which they were said, the last counts.

    differences: what a second human said otherwise, which counts only once somebody has decided. orphans: corrections of cards
    that are gone since the table was read again; kept in case they come back. sample: ids of cards that nothing was doubted of,
    which a human looked at all the same: they tell how often the machine is wrong without knowing it.
    """

    status: Literal["unreviewed", "in-progress", "reviewed"] = "unreviewed"
    by: str | None = None
    at: str | None = None
    corrections: list[Correction] = []
    differences: list[Correction] = []
    orphans: list[Correction] = []
    sample: list[str] = []


class TableResult(_Record):
    """One table: one or more photos of one poster. backs: photographed by themselves, and of which no card is known yet."""

    schema_name: Literal["posterscan-result/1"] = Field("posterscan-result/1", alias="schema")
    software: Software
    session: Session = Session()
    table: str
    layout: LayoutRef
    catalogue: CatalogueRef
    photos: list[PhotoRecord]
    cards: list[CardRecord] = []
    loose_stickers: list[StickerItem] = []
    ranking: list[Rank] = []
    checks: list[Check] = []
    review: Review = Review()
    backs: list[BackRecord] = []
    parameters: dict[str, Any] = {}
