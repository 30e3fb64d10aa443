"""A random sample of cards that nothing was doubted of: how often is the machine wrong without knowing it?"""

from __future__ import annotations

import hashlib
import math

from posterscan.corrections import corrected
from posterscan.records import CardRecord, TableResult

SHARE = 0.05  # of the confident cards: two of a table of forty, so that a table still takes a minute
_Z95 = 1.96


def sample_of(result: TableResult, measured: str) -> frozenset[str]:
    """Ids of the cards to mix in; the same ones each time for the same measurements, and nobody chose them."""
    confident = [card.id for card in result.cards if not card.needs_review]
    drawn = sorted(confident, key=lambda card: hashlib.sha256(f"{measured}/{card}".encode()).digest())
    return frozenset(drawn[:math.ceil(SHARE * len(confident))])


def sampled(result: TableResult) -> tuple[int, int]:
    """How many sampled cards were looked at, and how many of them were wrong: in text, kind, side, zone, stickers, or as cards."""
    looked = [card for card in result.cards if card.id in result.review.sample and not card.needs_review]
    now = {card.id: card for card in corrected(result).cards} if looked else {}
    return len(looked), sum(card.id not in now or _differs(card, now[card.id]) for card in looked)


def _differs(one: CardRecord, other: CardRecord) -> bool:
    return (one.text.value, one.catalogue_id, one.kind, one.side, one.zone.id, one.stickers.count) != (
        other.text.value, other.catalogue_id, other.kind, other.side, other.zone.id, other.stickers.count)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The score interval (Wilson 1927) of a share at 95 %; (0, 1) of nothing."""
    if of == 0:
        return 0.0, 1.0
    share, z2 = hits / of, _Z95 ** 2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z95 * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return max(0.0, middle - half), min(1.0, middle + half)
