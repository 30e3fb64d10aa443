"""What a human can say of a card or a table, and which values are taken."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le, Len
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StrictBool,
    StrictInt,
    StrictStr,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from posterscan.geometry import signed_area

DELETED, CHECKED, ADDED, MERGED, NOTE = "deleted", "checked", "added", "merged_into", "note"
LOOSE, CHECK = "loose_stickers", "check:"  # of a table; the second goes on with the check's own key
BACK = "back:"  # of a table, and goes on with a back's id: the card that it belongs to; "" for none, so that it doesn't count
SHORT = {"text": "text.value", "zone": "zone.id", "stickers": "stickers.count", "argument": "argument.value",
         "stance": "stance.value"}
LONGEST_TEXT, LONGEST_NAME = 20_000, 200  # characters: a card holds some hundreds; names of zones and cards are ids
MOST_STICKERS = 1_000  # on a card, or loose
FARTHEST_MM = 100_000.0  # a hundred metres: no poster is larger
_LEAST_MM2 = 1.0  # of a card: less is a click

Name = Annotated[StrictStr, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
Millimetres = Annotated[float, Ge(-FARTHEST_MM), Le(FARTHEST_MM)]
Kind = Literal["ingredient", "intention", "unknown"]
Point = tuple[Millimetres, Millimetres]


def _with_area(polygon: list[Point]) -> list[Point]:
    if not math.isfinite(area := signed_area(polygon)) or area < _LEAST_MM2:
        raise ValueError("a polygon's corners go round clockwise, and it has an area")
    return polygon


Polygon = Annotated[list[Point], Len(4, 4), AfterValidator(_with_area)]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class SaidSticker(_Said):
    """A sticker that a human pointed at, or left where the machine saw it."""

    center_mm: Point
    diameter_mm: Annotated[float, Ge(0.5), Le(500)]
    colour: Annotated[StrictStr, StringConstraints(max_length=LONGEST_NAME)]
    confidence: Annotated[float, Ge(0), Le(1)] = 1.0
    photo: Annotated[StrictStr, StringConstraints(max_length=1_000)] | None = None


class AddedCard(_Said):
    """A card that the machine missed; corners clockwise from its own top-left."""

    polygon_mm: Polygon
    kind: Kind = "unknown"


class SeenValues(_Said):
    """All that a human confirmed of a card at once."""

    text: Annotated[StrictStr, StringConstraints(max_length=LONGEST_TEXT)]
    catalogue_id: Name | None
    kind: Kind
    side: Literal["front", "back"]
    zone: Name | None
    stickers: Annotated[StrictInt, Ge(0), Le(MOST_STICKERS)]
    argument: Annotated[StrictStr, StringConstraints(max_length=LONGEST_TEXT)] | None = None
    stance: Literal["yes", "no", "doubt"] | None = None


_Text = Annotated[StrictStr, StringConstraints(max_length=LONGEST_TEXT)]
_Stickers = Annotated[list[SaidSticker], Len(0, MOST_STICKERS)]
_OF_CARDS: dict[str, TypeAdapter[Any]] = {
    "text.value": TypeAdapter(_Text),
    "text.handwritten": TypeAdapter(StrictBool),
    "argument.value": TypeAdapter(_Text),
    "stance.value": TypeAdapter(Literal["yes", "no", "doubt"] | None),
    "zone.id": TypeAdapter(Name | None),
    "stickers.count": TypeAdapter(Annotated[StrictInt, Ge(0), Le(MOST_STICKERS)]),
    "stickers.items": TypeAdapter(_Stickers),
    "kind": TypeAdapter(Kind),
    "catalogue_id": TypeAdapter(Name | None),
    "side": TypeAdapter(Literal["front", "back"]),
    "polygon_mm": TypeAdapter(Polygon),
    ADDED: TypeAdapter(AddedCard | None),
    MERGED: TypeAdapter(Name | None),
    DELETED: TypeAdapter(StrictBool),
    CHECKED: TypeAdapter(StrictBool),
    NOTE: TypeAdapter(_Text),
}
_OF_TABLES: dict[str, TypeAdapter[Any]] = {LOOSE: TypeAdapter(_Stickers)}
_SEEN_CHECK: TypeAdapter[Any] = TypeAdapter(StrictBool)
_OF_BACKS: TypeAdapter[Any] = TypeAdapter(Annotated[StrictStr, StringConstraints(max_length=LONGEST_NAME)] | None)


def full_name(field: str) -> str:
    """`text`, `zone` and `stickers` stand for the values that people mean by them."""
    return SHORT.get(field, field)


def is_field(card: str | None, field: str) -> bool:
    """Whether that can be said of a card, or (None) of a table."""
    return _adapter(card, field) is not None


def fits(card: str | None, field: str, value: object) -> bool:
    """Whether that can be said, and with such a value."""
    adapter = _adapter(card, field)
    if adapter is None:
        return False
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def taken(card: str | None, field: str, value: object) -> Any:
    """The value as plain data, defaults filled in; ValidationError where it does not fit."""
    adapter = _adapter(card, field)
    if adapter is None:
        raise ValueError(f"{field!r} is said of no {'table' if card is None else 'card'}")
    return adapter.dump_python(adapter.validate_python(value), exclude_none=True) if value is not None else None


def _adapter(card: str | None, field: str) -> TypeAdapter[Any] | None:
    if card is not None:
        return _OF_CARDS.get(full_name(field))
    if field.startswith((CHECK, BACK)) and len(field) <= LONGEST_NAME:
        return _SEEN_CHECK if field.startswith(CHECK) else _OF_BACKS
    return _OF_TABLES.get(field)


def seen_values(seen: object) -> SeenValues | None:
    """What was confirmed together with `checked`; None where nothing fit was kept."""
    try:
        return SeenValues.model_validate(seen)
    except ValidationError:
        return None
