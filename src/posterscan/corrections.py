"""A human's corrections, applied on reading: the file keeps what was measured, and whoever reads it gets what is right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import NonNegativeInt, StrictBool, StrictStr, TypeAdapter, ValidationError

from posterscan.records import Correction, TableResult

Data = dict[str, Any]

SHORT = {"text": "text.value", "zone": "zone.id", "stickers": "stickers.count"}
DELETED, CHECKED = "deleted", "checked"
# What can be said of a card, and which values are taken; `deleted`: it is no card. `checked`: all about it is right as it now is.
_FIELDS: dict[str, TypeAdapter[Any]] = {
    "text.value": TypeAdapter(StrictStr),
    "text.handwritten": TypeAdapter(StrictBool),
    "zone.id": TypeAdapter(StrictStr | None),
    "stickers.count": TypeAdapter(NonNegativeInt),
    "kind": TypeAdapter(Literal["ingredient", "intention", "unknown"]),
    "catalogue_id": TypeAdapter(StrictStr | None),
    "side": TypeAdapter(Literal["front", "back"]),
    DELETED: TypeAdapter(StrictBool),
    CHECKED: TypeAdapter(StrictBool),
}
_BESIDE: dict[str, Data] = {  # what a human's word on a value makes of the values beside it
    "text.value": {"source": "human", "confidence": 1.0},
    "zone.id": {"confidence": 1.0},
    "stickers.count": {"confidence": 1.0},
}


def corrected(result: TableResult) -> TableResult:
    """The result as humans corrected it; the very same one where they did not.

    Of several corrections of one value the last counts. What was measured beside it stays (readings, shares, stickers seen), and
    so do reason codes, unless the card was checked. Stickers of a deleted card lie loose. Rows of the ranking are counted anew and
    keep their place on the ladder. Unknown fields, values of another type and cards that are gone are passed over.
    """
    wishes = _wishes(result)
    if not wishes:
        return result
    data = result.model_dump(by_alias=True)
    deleted = {card for card, fields in wishes.items() if fields.get(DELETED)}
    gone = [card for card in data["cards"] if card["id"] in deleted]
    data["cards"] = [_card(card, wishes.get(card["id"], {})) for card in data["cards"] if card["id"] not in deleted]
    data["loose_stickers"] += [_with_photo(item, card) for card in gone for item in card["stickers"]["items"]]
    data["ranking"] = _ranking(data["ranking"], data["cards"], wishes)
    return TableResult.model_validate(data)


def corrected_cards(result: TableResult) -> frozenset[str]:
    """Ids of the cards of which a human changed or confirmed a value."""
    return frozenset(card for card, fields in _wishes(result).items() if fields.keys() - {CHECKED, DELETED})


def _wishes(result: TableResult) -> dict[str, Data]:
    """By card, by full name of the field, the value to take."""
    cards = {card.id for card in result.cards}
    wishes: dict[str, Data] = {}
    for correction in result.review.corrections:
        field = SHORT.get(correction.field, correction.field)
        if correction.card in cards and field in _FIELDS and _fits(field, correction):
            wishes.setdefault(str(correction.card), {})[field] = _FIELDS[field].validate_python(correction.value)
    return wishes


def _fits(field: str, correction: Correction) -> bool:
    if field == "stickers.count" and isinstance(correction.value, bool):  # which Python takes for 0 and 1
        return False
    try:
        _FIELDS[field].validate_python(correction.value)
    except ValidationError:
        return False
    return True


def _card(card: Data, fields: Data) -> Data:
    """A card's data with its corrections."""
    out: Data = card | {name: dict(card[name]) for name in ("text", "zone", "stickers")}
    for field, value in fields.items():
        part, _, name = field.partition(".")
        if name:
            out[part] |= {name: value} | _BESIDE.get(field, {})
        elif field not in (DELETED, CHECKED):
            out[part] = value
    return out | {"needs_review": []} if fields.get(CHECKED) else out


def _with_photo(sticker: Data, card: Data) -> Data:
    """photo: the file that the card's stickers were counted in."""
    photo = card["stickers"].get("photo") or card.get("photo")
    return {**sticker, "photo": photo} if photo else sticker


def _ranking(rows: list[Data], cards: Iterable[Data], wishes: dict[str, Data]) -> list[Data]:
    """Intentions that were ranked, or that a human called intentions, most stickers first."""
    old = {row["card"]: row for row in rows}
    ranked = [card for card in cards if card["kind"] == "intention"
              and (card["id"] in old or "kind" in wishes.get(card["id"], {}))]
    counts = [card["stickers"]["count"] for card in ranked]
    ranked.sort(key=lambda card: (-card["stickers"]["count"], card["center_mm"][1], card["center_mm"][0]))
    return [old.get(card["id"], {"place_on_ladder": None}) | {
        "card": card["id"], "stickers": card["stickers"]["count"],
        "rank": 1 + sum(count > card["stickers"]["count"] for count in counts)} for card in ranked]
