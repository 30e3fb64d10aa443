"""A human's corrections, applied on reading: the file keeps what was measured, and whoever reads it gets what is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from posterscan.corrections_fields import (
    ADDED,
    BACK,
    CHECK,
    CHECKED,
    DELETED,
    LOOSE,
    MERGED,
    NOTE,
    fits,
    full_name,
    seen_values,
    taken,
)
from posterscan.geometry import centroid, rotation_of
from posterscan.ranking import rank
from posterscan.records import CardRecord, Check, Correction, TableResult

Data = dict[str, Any]

_BESIDE: dict[str, Data] = {  # what a human's word on a value makes of the values beside it
    "text.value": {"source": "human", "confidence": 1.0},
    "zone.id": {"confidence": 1.0},
    "stickers.count": {"confidence": 1.0},
    "argument.value": {"source": "human", "confidence": 1.0},
    "stance.value": {"source": "human", "confidence": 1.0},
}
# what a card has that no back was photographed of, and a human says what stands on it
_NO_BACK: dict[str, Data] = {"argument": {"value": "", "confidence": 1.0, "source": "human", "handwritten": True, "readings": []},
                             "stance": {"value": None, "confidence": 1.0, "source": "human", "boxes": {}}}
_READ = frozenset({"text.value", "argument.value", "stance.value"})  # with a source
_ABOUT_IT = frozenset({DELETED, CHECKED, ADDED, MERGED, NOTE})  # said of a card, and no value of it
_VALUES = frozenset({"text.value", "text.handwritten", "zone.id", "stickers.count", "stickers.items", "kind", "side",
                     "catalogue_id", "polygon_mm", "argument.value", "stance.value"})


def corrected(result: TableResult) -> TableResult:
    """The result as humans corrected it; the very same one where they did not.

    Of several corrections of one value the last counts. What was measured beside it stays (readings, shares, stickers seen), and
    so do reason codes, unless the card was checked, which confirms all its values as they were then (`seen`). A merged card is part
    of another one; stickers of a deleted card lie loose, and say which card that was. Checks that a human has seen are left out.
    Rows of the ranking are counted anew. Unknown fields, values of another type and cards that are gone are passed over.
    """
    cards, table = wishes_of(result)
    if not cards and not table:
        return result
    data = result.model_dump(by_alias=True)
    data |= _with_backs(data, table)
    there = data["cards"] + _added(cards, {card["id"] for card in data["cards"]})
    merged = _merged(cards, {card["id"] for card in there})
    gone = {card for card, wishes in cards.items() if wishes.get(DELETED)} - merged
    told = {item.get("card") for item in data["loose_stickers"]}
    leaving = [_card(card, cards[card["id"]]) for card in there if card["id"] in gone - told]
    data["loose_stickers"] = _loose(data["loose_stickers"], table) + [
        _with_photo(item, card) for card in leaving for item in card["stickers"]["items"]]
    data["cards"] = [_card(card, cards.get(card["id"], {})) for card in there if card["id"] not in gone | merged]
    data["ranking"] = _ranking(data["ranking"], data["cards"], cards)
    data["checks"] = [check for check, key in zip(data["checks"], check_keys(result.checks), strict=True)
                      if not table.get(CHECK + key)]
    return TableResult.model_validate(data)


def corrected_cards(result: TableResult) -> frozenset[str]:
    """Ids of the cards of which a human changed a value, or that a human added."""
    added = {correction.card for correction in result.review.corrections if correction.card and correction.field == ADDED}
    ids = {card.id for card in result.cards} | added
    return frozenset(correction.card for correction in result.review.corrections
                     if correction.card in ids and full_name(correction.field) in _VALUES | {ADDED}
                     and fits(correction.card, correction.field, correction.value))


def check_keys(checks: Sequence[Check]) -> list[str]:
    """A name for each check of a table: its code, and its place or number where the table has several of that code."""
    names = [check.code if check.center_mm is None else f"{check.code}@{check.center_mm[0]:.0f},{check.center_mm[1]:.0f}"
             for check in checks]
    seen: Counter[str] = Counter()
    out = []
    for name in names:
        seen[name] += 1
        out.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return out


def wishes_of(result: TableResult) -> tuple[dict[str, Data], Data]:
    """The value to take: by card and full name of the field, and by field of the table. Only what fits; the last counts."""
    corrections = [c for c in result.review.corrections if fits(c.card, c.field, c.value)]
    known = {card.id for card in result.cards} | {c.card for c in corrections if c.field == ADDED}
    cards: dict[str, Data] = {}
    table: Data = {}
    for correction in corrections:
        if correction.card is None:
            table[correction.field] = taken(None, correction.field, correction.value)
        elif correction.card in known:
            cards.setdefault(correction.card, {}).update(_said(correction, correction.card))
    return cards, table


def confirmed_values(correction: Correction) -> Data:
    """By full name of the field, the values that `checked` confirms; none for other corrections, or where they weren't kept."""
    seen = seen_values(correction.seen) if correction.field == CHECKED and correction.value else None
    if seen is None:
        return {}
    of_back = {} if seen.argument is None else {"argument.value": seen.argument, "stance.value": seen.stance}
    return of_back | {"text.value": seen.text, "catalogue_id": seen.catalogue_id, "kind": seen.kind,
                      "side": seen.side, "zone.id": seen.zone, "stickers.count": seen.stickers}


def _said(correction: Correction, card: str) -> Data:
    """The values that one correction is about."""
    return confirmed_values(correction) | {full_name(correction.field): taken(card, correction.field, correction.value)}


def _added(wishes: dict[str, Data], known: set[str]) -> list[Data]:
    """Cards that a human added, as if they had been measured."""
    return [added_card(card, fields[ADDED]) for card, fields in wishes.items() if fields.get(ADDED) and card not in known]


def added_card(card: str, added: Data) -> Data:
    """A card of which nothing is known but where it lies; added: as `corrections_fields.AddedCard`."""
    return {"id": card, "kind": added["kind"], "catalogue_id": None, "side": "front",
            "text": {"value": "", "confidence": 1.0, "source": "human"}, **_place(added["polygon_mm"]), "detection_confidence": 1.0,
            "zone": {"id": None, "shares": {}, "border_mm": 0.0, "confidence": 1.0},
            "stickers": {"count": 0, "confidence": 1.0, "items": []}, "needs_review": []}


def _place(polygon_mm: list[tuple[float, float]]) -> Data:
    x, y = (round(float(v), 2) for v in centroid(polygon_mm))
    return {"polygon_mm": polygon_mm, "center_mm": (x, y), "rotation_deg": round(rotation_of(polygon_mm), 2)}


def _merged(wishes: dict[str, Data], there: set[str]) -> set[str]:
    """Cards that are part of another one; not where that leads to no card, or round in a circle."""
    into = {card: fields[MERGED] for card, fields in wishes.items() if fields.get(MERGED) and card in there}
    out = set()
    for card in into:
        at, seen = card, set()
        while at in into and at not in seen:
            seen.add(at)
            at = into[at]
        if at in there and at not in into and not wishes.get(at, {}).get(DELETED):
            out.add(card)
    return out


def _with_backs(data: Data, table: Data) -> Data:
    """Cards with the backs that a human gave them, and the backs that are left. A card has one back: the first it was given."""
    cards, left = list(data["cards"]), []
    for back in data["backs"]:
        chosen = table.get(BACK + back["id"])
        at = next((i for i, card in enumerate(cards) if card["id"] == chosen and not card.get("back")), None)
        if at is not None:
            cards[at] = cards[at] | {
                "argument": back["argument"], "stance": back["stance"], "back": back["id"],
                "needs_review": list(dict.fromkeys([*cards[at]["needs_review"], *back["needs_review"]]))}
        elif chosen != "":
            left.append(back)
    return {"cards": cards, "backs": left}


def _card(card: Data, fields: Data) -> Data:
    """A card's data with its corrections."""
    out: Data = card | {name: dict(card[name]) for name in ("text", "zone", "stickers")}
    for name in ("argument", "stance"):
        if card.get(name) is not None or any(field.startswith(f"{name}.") for field in fields):
            out[name] = dict(card.get(name) or _NO_BACK[name])
    for field, value in fields.items():
        part, _, name = field.partition(".")
        if field == "polygon_mm":
            out |= _place(value)
        elif name:
            same = out[part][name] == value  # a value that was confirmed stays what it was: read, or from a code
            out[part] |= {name: value} | (_BESIDE.get(field, {}) if not same or field not in _READ else {"confidence": 1.0})
        elif field not in _ABOUT_IT:
            out[part] = value
    return out | {"needs_review": []} if fields.get(CHECKED) else out


def _loose(measured: list[Data], table: Data) -> list[Data]:
    """Those on no card; of deleted cards' stickers, which name their card, nothing was said."""
    said = table.get(LOOSE)
    return measured if said is None else [*said, *(item for item in measured if item.get("card"))]


def _with_photo(sticker: Data, card: Data) -> Data:
    """card: that was deleted; photo: the file that its stickers were counted in."""
    photo = sticker.get("photo") or card["stickers"].get("photo") or card.get("photo")
    return {**sticker, "card": card["id"], **({"photo": photo} if photo else {})}


def _ranking(rows: list[Data], cards: Iterable[Data], wishes: dict[str, Data]) -> list[Data]:
    """Intentions that were ranked, or that a human called intentions, most stickers first.

    Their place on the ladder is seen anew where it is known which zone that is, else it stays.
    """
    old = {row["card"]: row for row in rows}
    said = {card for card, fields in wishes.items() if "kind" in fields or ADDED in fields}
    ranked = [CardRecord.model_validate(card) for card in cards
              if card["kind"] == "intention" and (card["id"] in old or card["id"] in said)]
    ladder = _ladder(old, ranked, wishes)
    new = [row.model_dump() for row in rank(ranked, ladder)]
    if ladder is None:
        new = [row | {"place_on_ladder": old.get(row["card"], row)["place_on_ladder"]} for row in new]
    return [old.get(row["card"], {}) | row for row in new]


def _ladder(old: dict[str, Data], cards: Sequence[CardRecord], wishes: dict[str, Data]) -> str | None:
    """The zone that intentions with a place on the ladder were measured in."""
    zones = Counter(card.zone.id for card in cards if old.get(card.id, {}).get("place_on_ladder") is not None
                    and "zone.id" not in wishes.get(card.id, {}) and card.zone.id is not None)
    return zones.most_common(1)[0][0] if zones else None
