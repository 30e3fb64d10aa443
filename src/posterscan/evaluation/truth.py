"""What really lay on the poster: `photolab-truth/1`, as far as the evaluation needs it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Len
from pydantic import BaseModel, ConfigDict, ValidationError

from posterscan.errors import UsageError
from posterscan.jsonfile import read_json
from posterscan.messages import Message

Point = tuple[float, float]
FINDABLE = 0.8  # share of a card that can be seen, from which on it counts as findable (README of the photos)
SEEN_STICKER = 0.4  # below it a sticker can't be counted (same place)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TruthZone(_Part):
    id: str | None
    shares: dict[str, float] = {}
    nearest_border_mm: float | None = None


class TruthCount(_Part):
    count: int = 0


class TruthCard(_Part):
    """kind `blank`: a card that was filled in by hand."""

    id: str
    catalogue_id: str | None = None
    kind: str
    side: Literal["front", "back"] = "front"
    text: str = ""
    handwritten: bool = False
    marker_id: int | None = None
    polygon_mm: Annotated[list[Point], Len(4, 4)]
    center_mm: Point
    zone: TruthZone
    stickers: TruthCount = TruthCount()
    visible_fraction: float = 1.0

    @property
    def findable(self) -> bool:
        return self.visible_fraction >= FINDABLE


class TruthSticker(_Part):
    center_mm: Point
    diameter_mm: float
    card: str | None = None
    visible_fraction: float = 1.0


class CheckPoints(_Part):
    mm: list[Point] = []
    px: list[Point] = []


class TruthZoneShape(_Part):
    id: str
    polygon_mm: list[Point]


class TruthLayout(_Part):
    ladder_zone: str | None = None
    size_mm: Point | None = None
    zones: list[TruthZoneShape] = []


class TruthFile(_Part):
    name: str = ""
    difficulty: str = ""
    photo: str = "photo.jpg"
    image_size_px: tuple[float, float] | None = None
    layout: TruthLayout = TruthLayout()
    cards: list[TruthCard] = []
    stickers: list[TruthSticker] = []
    check_points: CheckPoints = CheckPoints()


class Truth(TruthFile):
    """One photo's truth, with where it was read from. photo_sha256: None where the photo isn't beside it."""

    folder: str = ""
    photo_sha256: str | None = None

    def hidden_stickers(self, card: TruthCard) -> int:
        """Stickers on a card that show too little to be counted."""
        return sum(s.card == card.id and s.visible_fraction < SEEN_STICKER for s in self.stickers)

    def is_intention(self, card: TruthCard) -> bool:
        """Cards whose stickers are counted: intentions, and cards written by hand that lie where those are ordered."""
        ladder = self.layout.ladder_zone
        return card.kind == "intention" or (card.kind == "blank" and ladder is not None and card.zone.id == ladder)


def load_truths(path: Path) -> list[Truth]:
    """From a truth.json, a folder with one, or a folder of such folders; UsageError where there is none."""
    files = [path] if path.is_file() else sorted(path.glob("truth.json")) or sorted(path.glob("*/truth.json"))
    if not files:
        raise UsageError(Message(f"In {path} staat geen truth.json, ook niet in een map daaronder.",
                                 f"There is no truth.json in {path}, nor in a folder within it."),
                         Message("Noem het bestand, de map van een foto, of de map met de mappen van foto's.",
                                 "Name the file, a photo's folder, or the folder of photo folders."))
    return [_load(file) for file in files]


def _load(path: Path) -> Truth:
    file = read_json(path, UsageError)
    try:
        known = TruthFile.model_validate(file.data)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise UsageError(Message(f"{path}: {where} klopt niet ({first['msg']}).", f"{path}: {where}: {first['msg']}."),
                         Message("Dit moet een truth.json van een gerenderde of nagemeten foto zijn.",
                                 "This should be the truth.json of a rendered or measured photo.")) from wrong
    photo = path.parent / known.photo
    sha256 = hashlib.sha256(photo.read_bytes()).hexdigest() if photo.is_file() else None
    return Truth(**{name: getattr(known, name) for name in TruthFile.model_fields},
                 folder=path.resolve().parent.name, photo_sha256=sha256)
