"""Corrections of a table that was read again: whose they are now, by id and by place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import numpy as np

from posterscan.corrections_fields import ADDED, BACK, MERGED, fits, full_name, taken
from posterscan.records import CardRecord, Correction, TableResult

SAME_MM = 20.0  # two readings of one photo place a card within a millimetre or two; two cards lie at least half a card apart
ORPHANED = "corrections-orphaned"
_NOT_MEASURED = ("review", "software", "timing", "inputs")


def measured_hash(result: TableResult) -> str:
    """SHA-256 of what was measured, whatever was corrected since; the same for the same values read a second time."""
    data = result.model_dump(by_alias=True, mode="json")
    kept = {name: value for name, value in data.items() if name not in _NOT_MEASURED}
    for card in kept["cards"]:  # results of before there were backs keep their hash
        for name in ("argument", "stance", "back"):
            if card.get(name) is None:
                card.pop(name, None)
    if not kept["backs"]:
        del kept["backs"]
    kept["checks"] = [check for check in data["checks"] if check["code"] != ORPHANED]
    return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")).hexdigest()


def same_photos(result: TableResult, sha256: Sequence[str]) -> bool:
    """Whether a result is of any of these photos."""
    return bool({photo.sha256 for photo in result.photos} & set(sha256))


def carried(corrections: Sequence[Correction], result: TableResult) -> tuple[list[Correction], list[Correction]]:
    """Corrections with the ids that their cards have in `result`, in their order, and those whose card is not there any more.

    A card is the same where id and place agree, else where it lies in the same place, else where only its id is known. What was
    said without a place, by hand in the file, goes by id. Nothing is dropped: orphans come back as they were.
    """
    added = {c.card for c in corrections if c.card is not None and c.field == ADDED and c.value}
    now = {card: _card_of(card, [c for c in corrections if c.card == card], result.cards)
           for card in {c.card for c in corrections if c.card is not None and c.card not in added}}
    now |= _fronts(corrections, result, now)
    taken_twice = {new for new in now.values() if new is not None and list(now.values()).count(new) > 1}
    now = {card: new if new not in taken_twice or new == card else None for card, new in now.items()}
    moved, orphans = [], []
    for correction in corrections:
        card = correction.card
        if card is None and correction.field.startswith(BACK):
            moved.append(_front_renamed(correction, now))
        elif card is None or card in added:
            moved.append(correction)
        elif (new := now[card]) is None:
            orphans.append(correction)
        else:
            moved.append(_renamed(correction, new, now))
    return moved, orphans


def _renamed(correction: Correction, card: str, now: dict[str, str | None]) -> Correction:
    changes: dict[str, object] = {"card": card}
    if correction.field == MERGED and isinstance(correction.value, str):
        changes["value"] = now.get(correction.value) or correction.value
    return correction.model_copy(update=changes)  # a name for a name: nothing that could be invalid


def _fronts(corrections: Sequence[Correction], result: TableResult, now: dict[str, str | None]) -> dict[str, str | None]:
    """The cards that backs were said to belong to, by their names of then; those in `now` are known already."""
    chosen = {str(c.value): c for c in corrections if c.card is None and c.field.startswith(BACK) and c.value}
    return {card: _card_of(card, [c], result.cards) for card, c in chosen.items() if card not in now}


def _front_renamed(correction: Correction, now: dict[str, str | None]) -> Correction:
    new = now.get(str(correction.value)) if correction.value else None
    return correction.model_copy(update={"value": new}) if new is not None else correction


def _card_of(card: str, corrections: Sequence[Correction], cards: Sequence[CardRecord]) -> str | None:
    same = next((other for other in cards if other.id == card), None)
    at = next((c.center_mm for c in reversed(corrections) if c.center_mm is not None), None)
    if at is None:
        return same.id if same is not None else None
    if same is not None and _apart_mm(same, at) <= SAME_MM:
        return same.id
    near = sorted((other for other in cards if _apart_mm(other, at) <= SAME_MM), key=lambda other: _apart_mm(other, at))
    return near[0].id if near else None


def _apart_mm(card: CardRecord, at_mm: tuple[float, float]) -> float:
    return float(np.hypot(card.center_mm[0] - at_mm[0], card.center_mm[1] - at_mm[1]))


def machine_value(result: TableResult, card: str | None, field: str) -> object:
    """What was measured of that; None of what only humans say."""
    if card is None:
        return [item.model_dump() for item in result.loose_stickers] if field == "loose_stickers" else None  # of a back: none
    record = next((one for one in result.cards if one.id == card), None)
    if record is None:
        return None
    value: object = record.model_dump()
    for name in full_name(field).split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def same_value(card: str | None, field: str, one: object, other: object) -> bool:
    """Whether two values of a field say the same; values that cannot be taken are compared as they are."""
    if fits(card, field, one) and fits(card, field, other):
        return bool(taken(card, field, one) == taken(card, field, other))
    return one == other
