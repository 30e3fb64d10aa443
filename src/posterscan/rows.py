"""Results as tidy rows: one per card and one per sticker, with what humans corrected."""

from __future__ import annotations

from dataclasses import dataclass

from posterscan.corrections import corrected, corrected_cards
from posterscan.files import table_name
from posterscan.records import CardRecord, StickerItem, TableResult


@dataclass(frozen=True)
class CardRow:
    """One card, in the contract's values and units. The order of the fields is that of the columns.

    session_...: of the whole evening, None where not known. result: file name of the table's JSON. text_source: `code`, `ocr` or
    `human`. zone: None in no zone. zone_border_mm: from the card's middle to the nearest border of a zone. center_...: from the
    poster's top-left corner. rotation_deg: clockwise. stickers: how many. rank: among the table's intentions, 1 for the most, None
    for other cards. place_on_ladder: from the top, None for cards that don't lie on it. needs_review: reason codes with blanks
    between. corrected: whether a human changed or confirmed a value. photo: file that the text was read from. crop: picture of the
    card, relative to the folder of results.
    """

    session_id: str | None
    session_name: str | None
    session_date: str | None
    session_place: str | None
    table: str
    result: str
    card_id: str
    kind: str
    catalogue_id: str | None
    text: str
    text_source: str
    text_confidence: float
    handwritten: bool
    side: str
    zone: str | None
    zone_confidence: float
    zone_border_mm: float
    center_x_mm: float
    center_y_mm: float
    rotation_deg: float
    stickers: int
    stickers_confidence: float
    rank: int | None
    place_on_ladder: int | None
    detection_confidence: float
    needs_review: str
    corrected: bool
    photo: str | None
    crop: str


@dataclass(frozen=True)
class StickerRow:
    """One sticker as it was measured: where a human corrected a card's count, there are as many rows as were seen, not as counted.

    card_id: None for a sticker on no card. photo: file that it was seen in. The rest as in `CardRow`.
    """

    session_id: str | None
    table: str
    result: str
    card_id: str | None
    center_x_mm: float
    center_y_mm: float
    diameter_mm: float
    colour: str
    confidence: float
    photo: str | None


def card_rows(result: TableResult, name: str) -> list[CardRow]:
    """A table's cards; name: of its file, relative to the folder of results."""
    changed, now = corrected_cards(result), corrected(result)
    places = {row.card: (row.rank, row.place_on_ladder) for row in now.ranking}
    return [_card_row(now, name, card, places.get(card.id, (None, None)), card.id in changed) for card in now.cards]


def sticker_rows(result: TableResult, name: str) -> list[StickerRow]:
    """A table's stickers, those on cards first; name: as for `card_rows`."""
    now = corrected(result)
    first = _first_photo(now)
    on_cards = [_sticker_row(now, name, card.id, item, card.stickers.photo or card.photo or first)
                for card in now.cards for item in card.stickers.items]
    return on_cards + [_sticker_row(now, name, None, item, first) for item in now.loose_stickers]


def _card_row(result: TableResult, name: str, card: CardRecord, place: tuple[int | None, int | None], changed: bool) -> CardRow:
    session = result.session
    return CardRow(
        session_id=session.id, session_name=session.name, session_date=session.date, session_place=session.place,
        table=result.table, result=name, card_id=card.id, kind=card.kind, catalogue_id=card.catalogue_id,
        text=card.text.value, text_source=card.text.source, text_confidence=card.text.confidence,
        handwritten=card.text.handwritten, side=card.side,
        zone=card.zone.id, zone_confidence=card.zone.confidence, zone_border_mm=card.zone.border_mm,
        center_x_mm=card.center_mm[0], center_y_mm=card.center_mm[1], rotation_deg=card.rotation_deg,
        stickers=card.stickers.count, stickers_confidence=card.stickers.confidence, rank=place[0], place_on_ladder=place[1],
        detection_confidence=card.detection_confidence, needs_review=" ".join(card.needs_review), corrected=changed,
        photo=card.photo or _first_photo(result), crop=f"{name.removesuffix('.json')}/cards/{table_name(card.id)}.jpg")


def _sticker_row(result: TableResult, name: str, card: str | None, item: StickerItem, photo: str | None) -> StickerRow:
    own = (item.model_extra or {}).get("photo")
    return StickerRow(
        session_id=result.session.id, table=result.table, result=name, card_id=card,
        center_x_mm=item.center_mm[0], center_y_mm=item.center_mm[1], diameter_mm=item.diameter_mm, colour=item.colour,
        confidence=item.confidence, photo=own if isinstance(own, str) else photo)


def _first_photo(result: TableResult) -> str | None:
    return result.photos[0].file if result.photos else None
