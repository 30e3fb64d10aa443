"""A card that one photo shows, and another one that looks at the same place does not."""

from __future__ import annotations

from collections.abc import Sequence

from posterscan.fusion.match import overlap
from posterscan.fusion.photos import ONE_MOMENT_S, TablePhoto, seconds_before
from posterscan.records import CardRecord

_WHOLE = 0.98  # share of the card's place in the picture: the outermost millimetres say nothing
_NEAR_MM = 60.0  # a card's reach: what is told that near may lie over it
_OTHER = 0.15  # overlap with another card that may hide this one
_NAMED = 0.9


def deniers(card: CardRecord, seen_in: Sequence[int], photos: Sequence[TablePhoto]) -> list[int]:
    """Photos, by number, that show the card's place whole and clear, and no card there; not those from before it was laid."""
    last = photos[max(seen_in)]
    return [i for i, photo in enumerate(photos) if i not in seen_in and seconds_before(photo, last) <= ONE_MOMENT_S
            and photo.sight.share_of(card.polygon_mm) >= _WHOLE and not _excused(card, photo)]


def _excused(card: CardRecord, photo: TablePhoto) -> bool:
    """Whether something in the photo explains why the card isn't seen in it."""
    return (photo.told_near(card.center_mm, _NEAR_MM) or photo.sight.burnt_out(card.polygon_mm) > 0
            or any(overlap(other.polygon_mm, card.polygon_mm) > _OTHER for other in photo.result.cards))


def is_weak(card: CardRecord) -> bool:
    """Whether little more than an outline speaks for it: no code, and no text that was surely read."""
    return card.marker_id is None and "card-uncertain" in card.needs_review and \
        (card.catalogue_id is None or card.text.confidence < _NAMED)
