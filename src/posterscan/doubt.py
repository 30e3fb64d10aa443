"""How sure a card's outline is, and when a human should look at it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import Points, as_points
from posterscan.ocr.compare import folded
from posterscan.ocr.crops import PX_PER_MM
from posterscan.ocr.readings import CardReading
from posterscan.stages.cards import CardOutlines
from posterscan.stages.identify import Identity

_EVEN_ODDS = 0.5  # of a reader in its own reading

Readings = list[tuple[CardReading, ...]]

# Logistic fit of "this outline is a card's" on its quality, over the outlines found in photos of four kits: of those at 0.5
# half were cards, at 0.6 six in seven, above 0.65 all.
_EVEN, _STEEP = 0.50, 18.0
# Errors of the centres of the same outlines, per axis: 0.3 mm where all sides are clear, 1.2 mm where half of them are.
_CLEAR, _MM_PER_QUALITY = 0.9, 2.2
# How high cards stand over the sheet as a whole: rms of the centres' errors towards the camera over the slope of sight, where the
# sheet is well known (0.8 to 1.0 mm on easy photos and normal ones of our kit, `benchmarks/thresholds.py`). Where it is not the
# figure is above 2; what of that comes from the sheet is the sheet's own sigma.
_RAISED_MM = 0.9
_NAMED = 0.9  # a text of the catalogue, read this surely, stands on a card and nowhere else


def detection_confidence(cards: CardOutlines, i: int, identity: Identity | None = None) -> float:
    """0..1 that there is a card, about there. A printed code inside, or a text that only a card has, makes that certain."""
    confidence = 1 / (1 + math.exp(-_STEEP * (float(cards.quality[i]) - _EVEN)))
    named = identity is not None and identity.catalogue_id is not None and identity.confidence >= _NAMED
    if cards.code[i] >= 0 or named:
        confidence = max(confidence, 0.95)
    return round(min(confidence, 0.999), 3)


def outline_sigma_mm(cards: CardOutlines) -> NDArray[np.float64]:
    """(N,) by how much more than a clear one each outline's place is uncertain, per axis: as its sides are seen less well."""
    return np.asarray(_MM_PER_QUALITY * np.maximum(0.0, _CLEAR - cards.quality))


def raised_sigma_mm(cards: CardOutlines, camera_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N,) by how much the place of each card is uncertain since it does not lie flat: a raised corner is seen beside its place,
    the more so the more aslant it is seen. camera_mm: (3,) where the camera was over the sheet.
    """
    aside = np.linalg.norm(cards.polygons_mm.mean(axis=1) - camera_mm[:2], axis=1)
    return np.asarray(_RAISED_MM * aside / max(float(camera_mm[2]), 1.0))


def text_at_rim(reading: CardReading, rim_mm: float = 0.5) -> bool:
    """Whether a line of writing touches the crop's rim: nobody writes there, so the outline may lie elsewhere."""
    wide, tall = reading.crop_size_px
    corners = np.concatenate([line.box_px for line in reading.lines if line.text] or [np.zeros((0, 2))])
    inside = np.minimum(corners, np.array([wide - 1, tall - 1]) - corners)
    return bool(len(corners) and inside.min() < rim_mm * PX_PER_MM)


def outline_reasons(cards: CardOutlines, i: int, identity: Identity, reading: CardReading, least: float = 0.9) -> list[str]:
    """Reason codes about the outline itself."""
    reasons = []
    if detection_confidence(cards, i, identity) < least:
        reasons.append("card-uncertain")
    # two sides fix a card only if its size is right; with a code too, for a card that bends away is seen millimetres off
    if cards.unseen[i] >= 2 or text_at_rim(reading):
        reasons.append("outline-uncertain")
    if cards.hidden[i] > 0.25:
        reasons.append("partly-covered")
    return reasons


def without_ghosts(cards: CardOutlines, readings: Readings, poster_words: Sequence[str] = (), letters: int = 3) -> \
        tuple[CardOutlines, Readings, Points]:
    """The cards without outlines that are both doubtful and empty, or round a piece of the poster's own words, and the middles
    (K, 2) of those, for a human to look at.

    poster_words: what is printed on the poster, as far as it is known. letters: what is read off a shadow, a hand or a pen is
    shorter, or believed by its reader at less than even odds.
    """
    keep = np.array([not _is_ghost(cards, i, found, letters) and not (cards.code[i] < 0 and _cuts_out(found[0], poster_words))
                     for i, found in enumerate(readings)], dtype=np.bool_)
    middles = as_points(cards.polygons_mm[~keep].mean(axis=1)) if len(keep) else as_points([])
    return cards.part(keep), [found for found, kept in zip(readings, keep, strict=True) if kept], middles


def _cuts_out(reading: CardReading, poster_words: Sequence[str], letters: int = 5) -> bool:
    """Whether the outline cuts a piece out of the poster's words: "soonlijke so" of "Persoonlijke sociale basis"."""
    said = folded(reading.text)
    pieces = [words for words in map(folded, poster_words) if said in words and said != words]
    return len(said) >= letters and bool(pieces) and text_at_rim(reading)


def _is_ghost(cards: CardOutlines, i: int, found: Sequence[CardReading], letters: int, least: float = 0.9) -> bool:
    said = max((len(folded(reading.text)) for reading in found if reading.confidence >= _EVEN_ODDS), default=0)
    return cards.code[i] < 0 and detection_confidence(cards, i) < least and said < letters
