"""Each value of a card from the photo that shows it best; what the others say raises or lowers its confidence."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from posterscan.fusion.match import Sighting, sure_of_code
from posterscan.geometry import as_points
from posterscan.ocr.compare import folded
from posterscan.records import StickerCount, Text

DISAGREE = "photos-disagree"
TEXT_CODES = frozenset({"handwritten", "text-uncertain", "text-unknown", "face-down", "code-unknown", "code-text-differ",
                        "side-uncertain", "duplicate-code", "duplicate"})
STICKER_CODES = frozenset({"stickers-crowded", "stickers-disagree", "stickers-edge", "stickers-covered", "stickers-uncounted",
                           "stickers-glare", "stickers-colour"})
HIDING_CODES = frozenset({"stickers-covered", "stickers-uncounted", "stickers-glare"})
_INVENTED = "stickers-disagree"  # colour explained by discs that are none: what two such photos show together is none either
T = TypeVar("T")
_TEXT = "text "
_MOST = 0.999  # no confidence is higher


@dataclass(frozen=True)
class ValueParams:
    """whole: share of a card in the picture from where on the photo speaks for it. sure: confidence that counts as an
    answer. contradicted: what is left of a confidence that another photo, as sure of itself, contradicts. apart: stickers of two
    photos this many diameters from each other are two: cards lie above the sheet, so that one is seen up to 3 mm beside its
    place, and people stick them on half of each other. clear: confidence of a sticker that is added from another photo.
    """

    whole: float = 0.95
    sure: float = 0.9
    contradicted: float = 0.6
    apart: float = 0.6
    clear: float = 0.5


@dataclass(frozen=True, eq=False)
class Chosen(Generic[T]):
    """A value, the sighting it comes from, and the reason codes that go with it."""

    value: T
    source: Sighting
    reasons: tuple[str, ...] = ()


def whole_ones(members: Sequence[Sighting], params: ValueParams | None = None) -> list[Sighting]:
    """Those that show the whole card, else the one that shows most of it."""
    p = params or ValueParams()
    whole = [m for m in members if m.in_view >= p.whole]
    return whole or [max(members, key=lambda m: m.in_view)]


def _codes(member: Sighting, topic: frozenset[str]) -> tuple[str, ...]:
    return tuple(code for code in member.card.needs_review if code in topic)


def text_of(members: Sequence[Sighting], params: ValueParams | None = None) -> Chosen[Text]:
    """What the card says. A code decides; else what most is said for, each photo by its own confidence.

    What a reader says of its own reading of a hand tells less than how finely the photo shows it: of texts outside the catalogue
    the close-up's counts.

    members: sightings that show the card whole. The source also tells which card of the catalogue it is, its kind and side.
    """
    p = params or ValueParams()
    told = [m for m in members if m.card.text.source == "code" and sure_of_code(m.card)] or list(members)
    votes: dict[str, list[Sighting]] = defaultdict(list)
    for m in told:
        votes[_said(m)].append(m)
    _give_to_longer(votes, p)
    finely = all(key.startswith(_TEXT) for key in votes)
    key = max(votes, key=lambda k: (sum(m.card.text.confidence / (m.detail_mm if finely else 1.0) for m in votes[k]), k))
    best = min(votes[key], key=lambda m: (len(_codes(m, TEXT_CODES)), -m.card.text.confidence, m.detail_mm))
    text, reasons = best.card.text, _codes(best, TEXT_CODES)
    readings = [r for m in sorted(told, key=lambda m: m is not best) for r in m.card.text.readings]
    confidence = _together([m.card.text.confidence for m in votes[key]])
    if any(_contradicts(m, p) for other, group in votes.items() if other != key for m in group):
        confidence, reasons = min(confidence, p.contradicted), (*reasons, DISAGREE)
    if reasons:  # agreement of one reader with itself is no second opinion: what was to be looked at still is
        confidence = min(confidence, max(best.card.text.confidence, p.sure - 0.01))
    fields = {"confidence": round(confidence, 3), "readings": [r.model_dump() for r in readings]}
    return Chosen(Text.model_validate(text.model_dump() | fields), best, reasons)


def _give_to_longer(votes: dict[str, list[Sighting]], p: ValueParams) -> None:
    """Doubted readings that are part of a longer one saw less of the text: glare or a hand lay on the rest of it."""
    for short in sorted(votes, key=len):
        part = short.removeprefix(_TEXT)
        longer = [k for k in votes if k != short and k.startswith(_TEXT) and part and part in k.removeprefix(_TEXT)]
        if short.startswith(_TEXT) and longer and not any(_contradicts(m, p) for m in votes[short]):
            del votes[short]


def _said(m: Sighting) -> str:
    return f"id {m.card.catalogue_id} {m.card.side}" if m.card.catalogue_id is not None else f"{_TEXT}{folded(m.card.text.value)}"


def _contradicts(m: Sighting, p: ValueParams) -> bool:
    return m.card.text.confidence >= p.sure and not _codes(m, TEXT_CODES)


def _together(confidences: Sequence[float]) -> float:
    """Of photos that agree: the best one's, raised by half of what the next would add were it independent."""
    best, *others = sorted(confidences, reverse=True)
    doubt = 1 - best
    for c in others:
        doubt *= math.sqrt(1 - min(c, _MOST))
    return min(1 - doubt, max(_MOST, best))


def stickers_of(members: Sequence[Sighting], glare_mm2: Sequence[float], params: ValueParams | None = None) -> Chosen[StickerCount]:
    """The stickers of a card, as the photo counts them that has least doubt; what is hidden in that one is added from others.

    members: sightings that show the card whole, in the place where it lies; glare_mm2: burnt-out area about it in each.
    """
    p = params or ValueParams()
    order = sorted(range(len(members)), key=lambda i: (len(_codes(members[i], STICKER_CODES)), glare_mm2[i] > 0,
                                                       -members[i].card.stickers.confidence, members[i].detail_mm))
    best = members[order[0]]
    reasons = _codes(best, STICKER_CODES)
    counted, confidence = best.card.stickers, best.card.stickers.confidence
    others = [members[i] for i in order[1:]]
    sure = [m for m in others if not _codes(m, STICKER_CODES)]
    if set(reasons) & HIDING_CODES:
        invented = _INVENTED in reasons
        counted = _with_hidden(best, [m for m in others if not (invented and _INVENTED in m.card.needs_review)], p)
    elif all(m.card.stickers.count == counted.count for m in others):
        confidence = _together([confidence, *(m.card.stickers.confidence for m in others)])
    elif any(m.card.stickers.count != counted.count for m in sure) or \
            (not reasons and any(m.card.stickers.count > counted.count for m in others)):
        reasons, confidence = (*reasons, DISAGREE), min(confidence, p.contradicted)
    fused = StickerCount.model_validate(counted.model_dump() | {"confidence": round(confidence, 3)})
    return Chosen(fused, best, reasons)


def _with_hidden(best: Sighting, others: Sequence[Sighting], p: ValueParams) -> StickerCount:
    """The best photo's stickers and those of other photos that lie where it has none."""
    items = list(best.card.stickers.items)
    for other in others:
        items += [item for item in other.card.stickers.items if item.confidence >= p.clear and all(
            np.hypot(*np.subtract(item.center_mm, here.center_mm)) > p.apart * item.diameter_mm for here in items)]
    return StickerCount(count=len(items), confidence=best.card.stickers.confidence, items=items)


@dataclass(frozen=True, eq=False)
class Place:
    """outline_mm (4, 2) and how well it is known, per axis."""

    outline_mm: NDArray[np.float64]
    sigma_mm: float


def place_of(members: Sequence[Sighting], outline_codes: frozenset[str]) -> Chosen[Place]:
    """Where the card lies: the mean of the photos that know it best, weighted by how well they know it.

    What they differ by beyond what each expects adds to the uncertainty.
    """
    fewest = min(len(_codes(m, outline_codes)) for m in members)
    clear = [m for m in members if len(_codes(m, outline_codes)) == fewest]
    best = min(clear, key=lambda m: (m.sigma_mm, m.detail_mm))
    sigmas = np.array([max(m.sigma_mm, 0.05) for m in clear])
    weights = sigmas**-2 / np.sum(sigmas**-2)
    corners = np.array([_from_corner(as_points(m.card.polygon_mm), as_points(best.card.polygon_mm)) for m in clear])
    outline = np.tensordot(weights, corners, axes=1)
    middles = corners.mean(axis=1)
    spread = float(np.sqrt(np.sum(weights[:, None] * (middles - outline.mean(axis=0)) ** 2) / 2))
    sigma = float(np.hypot(1 / np.sqrt(np.sum(sigmas**-2)), spread if len(clear) > 1 else 0.0))
    return Chosen(Place(outline, sigma), best, _codes(best, outline_codes))


def _from_corner(outline: NDArray[np.float64], like: NDArray[np.float64]) -> NDArray[np.float64]:
    """The outline started at the corner that lies nearest to the other's first."""
    return np.roll(outline, -int(np.argmin(np.linalg.norm(outline - like[0], axis=1))), axis=0)

