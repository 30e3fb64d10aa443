"""One result from several photos of one table: overview and close-ups, or two angles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from posterscan.advice import place_in_words
from posterscan.catalogue import Catalogue
from posterscan.checks import sums_and_orders
from posterscan.fusion.about import checks_together, moments_check, named_once, photos_together
from posterscan.fusion.absent import deniers, is_weak
from posterscan.fusion.match import Sighting, same_cards, sightings
from posterscan.fusion.moved import moved_check, since_moved
from posterscan.fusion.photos import ONE_MOMENT_S, TablePhoto, seconds_before, widest
from posterscan.fusion.values import DISAGREE, place_of, stickers_of, text_of, whole_ones
from posterscan.geometry import centroid, rotation_of
from posterscan.ids import card_ids
from posterscan.layout import Layout
from posterscan.messages import Message
from posterscan.outcome import ScanOptions, ScanOutcome
from posterscan.ranking import rank
from posterscan.records import CardRecord, Check, StickerItem, TableResult, ZoneRecord
from posterscan.stages.zones import ZoneMap, locate, zone_map

OUTLINE_CODES = frozenset({"card-uncertain", "outline-uncertain", "partly-covered"})
SURE = 0.9  # as in `doubt.outline_reasons`: from here on an outline is a card's
LOOSE_MM = 6.0  # two photos see one sticker that lies on the sheet at most so far apart


class _Card:
    """One card of the table: its record, the sighting that its crop comes from, and what is to be told of it."""

    def __init__(self, record: CardRecord, crop: Sighting, checks: Sequence[Check] = ()) -> None:
        self.record, self.crop, self.checks = record, crop, tuple(checks)


def fuse(outcomes: Sequence[ScanOutcome], layout: Layout, catalogue: Catalogue, options: ScanOptions) -> ScanOutcome:
    """What all photos of one table say together.

    outcomes: of one photo each, in the order in which they were taken, all of the same table. The photo that shows most
    of the sheet comes first in the result and gives its picture.
    """
    photos = [TablePhoto(outcome, outcome.sight) for outcome in outcomes]
    if len(photos) < 2:
        return outcomes[0]
    order = widest(photos)
    groups = same_cards([sightings(i, photos[i].result.cards, photos[i].sight) for i in order])
    zones = zone_map(layout)
    cards = [_card(group, photos, zones, layout, options) for group in groups]
    kept, doubtful = _without_weak(cards, groups, photos)
    records = _named([card.record for card in kept], catalogue)
    return _outcome(photos, order, kept, records, doubtful, layout, photos[order[0]].outcome.options or options)


def _card(group: Sequence[Sighting], photos: Sequence[TablePhoto], zones: ZoneMap, layout: Layout, options: ScanOptions) -> _Card:
    """One card from the photos that show it."""
    whole, before = since_moved(whole_ones(group))  # half a card at a picture's edge says little about where it lies
    text, place = text_of(whole_ones(group)), place_of(whole, OUTLINE_CODES)
    now = _at_the_end(whole, photos)
    stickers = stickers_of(now, [photos[m.photo].sight.burnt_out(m.card.polygon_mm) for m in now])
    zone = locate(place.value.outline_mm, zones, place.value.sigma_mm)
    detection = _seen_by([m.card.detection_confidence for m in whole])
    outline = [code for code in place.reasons if code != "card-uncertain" or detection < SURE]
    told = [*outline, *text.reasons, *zone.reasons, *stickers.reasons]
    source = text.source.card
    record = CardRecord.model_validate(source.model_dump() | {
        "text": text.value, "polygon_mm": [tuple(round(float(v), 2) for v in xy) for xy in place.value.outline_mm],
        "center_mm": _point(centroid(place.value.outline_mm)), "rotation_deg": round(rotation_of(place.value.outline_mm), 2),
        "detection_confidence": round(detection, 3), "zone": ZoneRecord(
            id=zone.id, shares=zone.shares, border_mm=zone.border_mm, confidence=zone.confidence),
        "stickers": stickers.value, "needs_review": list(dict.fromkeys(told)),
        "marker_id": next((m.card.marker_id for m in group if m.card.marker_id is not None), None)})
    latest = max(whole, key=lambda m: m.photo)
    checks = [] if before is None else [moved_check(record.text.value, before, latest, (
        photos[before.photo].record.file, photos[latest.photo].record.file), layout, options)]
    return _Card(record, text.source, checks)


def _at_the_end(members: Sequence[Sighting], photos: Sequence[TablePhoto]) -> list[Sighting]:
    """Those of the last moment that shows the card: stickers come when cards are laid already."""
    last = photos[max(m.photo for m in members)]
    return [m for m in members if seconds_before(photos[m.photo], last) <= ONE_MOMENT_S]


def _seen_by(confidences: Sequence[float]) -> float:
    """That there is a card, of photos that each say so by themselves."""
    return min(0.999, 1 - float(np.prod([1 - c for c in confidences])))


def _point(xy: NDArray[np.float64]) -> tuple[float, float]:
    return round(float(xy[0]), 2), round(float(xy[1]), 2)


def _without_weak(cards: Sequence[_Card], groups: Sequence[Sequence[Sighting]], photos: Sequence[TablePhoto]) -> \
        tuple[list[_Card], list[CardRecord]]:
    """The cards, doubted where another photo shows nothing there; and outlines that only one photo took for a card."""
    denied = [bool(deniers(card.record, [m.photo for m in group], photos)) for card, group in zip(cards, groups, strict=True)]
    strong = Counter(card.record.catalogue_id or "" for card in cards if not is_weak(card.record))
    kept, doubtful = [], []
    for card, against in zip(cards, denied, strict=True):
        name = card.record.catalogue_id or ""
        if is_weak(card.record) and (against or (name and strong[name])):
            doubtful.append(card.record)
        else:
            twice = bool(name) and strong[name] > 1
            kept.append(_doubted(card, [*[DISAGREE] * against, *["duplicate"] * twice]))
    return kept, doubtful


def _doubted(card: _Card, more: Sequence[str]) -> _Card:
    """The card with more reason codes."""
    reasons = list(dict.fromkeys([*card.record.needs_review, *more]))
    return _Card(CardRecord.model_validate(card.record.model_dump() | {"needs_review": reasons}), card.crop, card.checks)


def _named(cards: Sequence[CardRecord], catalogue: Catalogue) -> list[CardRecord]:
    """The cards with ids as if one photo had shown them all."""
    blanks = {blank.marker_id: blank for blank in catalogue.blanks}
    names = card_ids([card.catalogue_id for card in cards], np.array([card.center_mm for card in cards]).reshape(-1, 2),
                     [blanks.get(card.marker_id) if card.marker_id is not None else None for card in cards])
    return [CardRecord.model_validate(card.model_dump() | {"id": name}) for card, name in zip(cards, names, strict=True)]


def _loose(photos: Sequence[TablePhoto], order: Sequence[int], cards: Sequence[CardRecord]) -> list[StickerItem]:
    """Stickers beside the cards, each once."""
    taken = [np.array(item.center_mm) for card in cards for item in card.stickers.items]
    loose: list[StickerItem] = []
    for i in order:
        for item in photos[i].result.loose_stickers:
            at = np.array(item.center_mm)
            if all(np.hypot(*(at - other)) > LOOSE_MM for other in taken):
                loose.append(item)
                taken.append(at)
    return loose


def _outcome(photos: Sequence[TablePhoto], order: Sequence[int], kept: Sequence[_Card], records: Sequence[CardRecord],
             doubtful: Sequence[CardRecord], layout: Layout, options: ScanOptions) -> ScanOutcome:
    base = photos[order[0]]
    loose = _loose(photos, order, records)
    ranking = rank(records, layout.ladder_zone)
    listed, unseen = photos_together(photos, order, layout, options)
    stickers = sum(card.stickers.count for card in records) + len(loose)
    checks = [*checks_together(photos, records), *unseen, *moments_check(photos, options),
              *(c for card in kept for c in card.checks), *(_uncertain(card, layout, options) for card in doubtful),
              *sums_and_orders(records, ranking, stickers, options)]
    named = next((p for p in photos if p.record.table_code is not None and p.record.table_code.table is not None), base)
    dated = next((p for p in photos if p.result.session.id is not None), base)
    timing = {stage: round(sum((p.result.model_extra or {}).get("timing", {}).get(stage, 0.0) for p in photos), 3)
              for stage in (base.result.model_extra or {}).get("timing", {})}
    result = TableResult.model_validate(base.result.model_dump(by_alias=True) | {
        "table": named.result.table, "session": dated.result.session.model_dump(),
        "photos": [r.model_dump() for r in listed], "cards": [c.model_dump() for c in records],
        "loose_stickers": [s.model_dump() for s in loose], "ranking": [r.model_dump() for r in ranking],
        "checks": [c.model_dump() for c in named_once(checks)], "timing": timing})
    crops = {record.id: photos[card.crop.photo].outcome.crops[card.crop.card.id]
             for record, card in zip(records, kept, strict=True)}
    picture = next((photos[i].outcome.rectified for i in order if photos[i].outcome.rectified is not None), None)
    return replace(base.outcome, result=result, rectified=picture, crops=crops,
                   problems=tuple(p for r in listed for p in r.problems))


def _uncertain(card: CardRecord, layout: Layout, options: ScanOptions) -> Check:
    where = place_in_words(np.array(card.center_mm), layout.size_mm)
    message = Message(f"Op één foto lijkt hier een kaartje te liggen, op een andere niet: {where.nl}.",
                      f"One photo seems to show a card here, another one does not: {where.en}.")
    return Check.model_validate({"code": "uncertain-place", "severity": "warning", "message": message.to(options.language),
                                 "center_mm": [round(v, 1) for v in card.center_mm]})
