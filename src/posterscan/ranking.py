"""Which intention got most stickers, and where it lies on the ladder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from posterscan.records import CardRecord, Rank


def rank(cards: Sequence[CardRecord], ladder_zone: str | None) -> list[Rank]:
    """Intention cards by stickers, most first (equal counts share a rank), with their place on the ladder from the top."""
    intentions = [card for card in cards if card.kind == "intention"]
    on_ladder = sorted((card for card in intentions if card.zone.id == ladder_zone and ladder_zone),
                       key=lambda card: card.center_mm[1])
    rows = _rows(on_ladder)
    ordered = sorted(intentions, key=lambda card: (-card.stickers.count, card.center_mm[1], card.center_mm[0]))
    return [Rank(card=card.id, stickers=card.stickers.count, place_on_ladder=rows.get(card.id),
                 rank=1 + sum(other.stickers.count > card.stickers.count for other in intentions)) for card in ordered]


def _rows(on_ladder: Sequence[CardRecord]) -> dict[str, int]:
    """Place from the top; cards side by side (less than half a card's height apart) share one."""
    places: dict[str, int] = {}
    row, top = 0, -np.inf
    for card in on_ladder:
        height = float(np.hypot(card.polygon_mm[3][0] - card.polygon_mm[0][0], card.polygon_mm[3][1] - card.polygon_mm[0][1]))
        if card.center_mm[1] - top > height / 2:
            row, top = row + 1, card.center_mm[1]
        places[card.id] = row
    return places
