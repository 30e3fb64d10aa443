"""The colours of a session's stickers, learned from all its tables together: every table buys from one packet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from posterscan.palette import Palette, palette_of, to_linear
from posterscan.records import CardRecord, StickerItem, TableResult

ODD = "stickers-colour"


@dataclass(frozen=True)
class Agreed:
    """A sticker's name, and whether it is alone of its colour among all."""

    colour: str
    odd: bool


def colours_of(result: TableResult) -> list[tuple[int, int, int] | None]:
    """What each sticker of a table was measured to be, card by card and then the loose ones; None in older files."""
    return [item.colour_srgb for item in _items(result)]


def agreed(tables: Sequence[Sequence[tuple[int, int, int] | None]]) -> list[list[Agreed | None]]:
    """What the stickers of tables of one session are called together: colours as from `colours_of`, None where not known."""
    every = [colour for table in tables for colour in table]
    linear = [to_linear(colour) if colour is not None else np.full(3, np.nan) for colour in every]
    palette = palette_of(np.array(linear).reshape(-1, 3))
    told = iter([_told(palette, i) if colour is not None else None for i, colour in enumerate(every)])
    return [[next(told) for _ in table] for table in tables]


def with_colours(result: TableResult, told: Sequence[Agreed | None]) -> TableResult:
    """The result with these names (as many as `colours_of` gives) and the reason codes that go with them."""
    names = iter(told)
    cards = [_card(card, [next(names) for _ in card.stickers.items]) for card in result.cards]
    loose = [_item(item, next(names)) for item in result.loose_stickers]
    data = result.model_dump(by_alias=True)
    data |= {"cards": [card.model_dump() for card in cards], "loose_stickers": [item.model_dump() for item in loose]}
    return TableResult.model_validate(data)


def _items(result: TableResult) -> Iterator[StickerItem]:
    for card in result.cards:
        yield from card.stickers.items
    yield from result.loose_stickers


def _told(palette: Palette, i: int) -> Agreed:
    return Agreed(palette.names[i], bool(palette.odd[i]))


def _item(item: StickerItem, told: Agreed | None) -> StickerItem:
    return item if told is None else item.model_copy(update={"colour": told.colour})


def _card(card: CardRecord, told: Sequence[Agreed | None]) -> CardRecord:
    if all(one is None for one in told):
        return card
    items = [_item(item, one) for item, one in zip(card.stickers.items, told, strict=True)]
    reasons = [code for code in card.needs_review if code != ODD]
    if any(one is not None and one.odd for one in told):
        reasons.append(ODD)
    return card.model_copy(update={"stickers": card.stickers.model_copy(update={"items": items}), "needs_review": reasons})
