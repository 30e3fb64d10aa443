"""What several photos tell of the table as a whole: doubts that one of them settles, and what each photo is worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from posterscan.advice import place_in_words
from posterscan.checks import SUMS
from posterscan.fusion.photos import ONE_MOMENT_S, TablePhoto, place_of_check, radius_mm, seconds_before
from posterscan.geometry import as_points
from posterscan.layout import Layout
from posterscan.messages import Message
from posterscan.outcome import ScanOptions
from posterscan.records import CardRecord, Check, PhotoRecord

_SAME_MM = 40.0  # two photos tell one thing on the poster with middles this near to each other
_AROUND_MM = 25.0  # so much around a place must be in the picture for a photo to say that it is clear
_ALL = 0.99  # of the sheet: what is left is trimmed
_STEP_MM = 20.0
_CARD_EXPLAINS = frozenset({"code-without-card", "writing-without-card", "uncertain-place", "stickers-without-card"})
_OF_PART = frozenset({"poster-cut-off", "marker-out-of-frame"})  # no fault of a close-up
_OF_CODE = frozenset({"table-code-unreadable"})


def checks_together(photos: Sequence[TablePhoto], cards: Sequence[CardRecord]) -> list[Check]:
    """The photos' checks but for sums (worked out anew), for doubts that another photo or a card settles, and for repeats."""
    kept: list[Check] = []
    whole_code = any(p.record.table_code is not None and p.record.table_code.table is not None for p in photos)
    for number, photo in enumerate(photos):
        for check in photo.result.checks:
            settled = check.code in SUMS or (check.code in _OF_CODE and whole_code) or _settled(check, number, photos, cards)
            if not settled and not any(_same(check, other) for other in kept):
                kept.append(check)
    return kept


def _settled(check: Check, number: int, photos: Sequence[TablePhoto], cards: Sequence[CardRecord]) -> bool:
    at = place_of_check(check)
    if at is None or check.code == "blank-of-other-table":
        return False
    if check.code in _CARD_EXPLAINS and any(_inside(at, card) for card in cards):
        return True
    around = at + (_AROUND_MM + radius_mm(check)) * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    return any(i != number and bool(photo.sight.shows(around).all()) and not photo.told_near(at, _SAME_MM)
               for i, photo in enumerate(photos))


def _inside(at_mm: np.ndarray, card: CardRecord, margin_mm: float = 5.0) -> bool:
    outline = as_points(card.polygon_mm).astype(np.float32)
    return cv2.pointPolygonTest(outline, (float(at_mm[0]), float(at_mm[1])), True) > -margin_mm


def _same(a: Check, b: Check) -> bool:
    at, other = place_of_check(a), place_of_check(b)
    if a.code != b.code or (at is None) != (other is None):
        return False
    return a.message == b.message if at is None or other is None else bool(np.hypot(*(at - other)) < _SAME_MM)


def moments_check(photos: Sequence[TablePhoto], options: ScanOptions) -> list[Check]:
    """Whether the photos show the table at different moments, in which case the last one counts."""
    first, last = photos[0], photos[-1]
    minutes = seconds_before(first, last) / 60
    if minutes * 60 <= ONE_MOMENT_S:
        return []
    message = Message(
        f"Tussen de eerste foto ({first.record.file}) en de laatste ({last.record.file}) zit {minutes:.0f} minuten. Wat intussen "
        f"veranderd is, telt zoals op de laatste.",
        f"Between the first photo ({first.record.file}) and the last one ({last.record.file}) lie {minutes:.0f} minutes. What has "
        f"changed meanwhile counts as in the last one.")
    return [Check(code="photos-of-two-moments", severity="info", message=message.to(options.language))]


def photos_together(photos: Sequence[TablePhoto], order: Sequence[int], layout: Layout, options: ScanOptions) -> \
        tuple[list[PhotoRecord], list[Check]]:
    """The photos' records in the given order, and a check where part of the sheet is in none of them."""
    unseen = _unseen(photos, layout)
    seen_by_all = len(unseen) == 0
    records = [_of_table(photos[i].record) if seen_by_all else photos[i].record for i in order]
    return records, [] if seen_by_all else [_not_wholly(unseen, layout, options)]


def _unseen(photos: Sequence[TablePhoto], layout: Layout) -> np.ndarray:
    """(N, 2) points of the sheet, of a grid, that no photo shows; none where they are fewer than what trimming takes."""
    wide, high = layout.size_mm
    across, down = (np.arange(_STEP_MM / 2, side, _STEP_MM) for side in (wide, high))
    grid = np.stack([g.ravel() for g in np.meshgrid(across, down)], 1)
    seen = np.any([photo.sight.shows(grid) for photo in photos], axis=0)
    return grid[~seen] if seen.mean() < _ALL else grid[:0]


def _of_table(record: PhotoRecord) -> PhotoRecord:
    problems = [p.model_dump() for p in record.problems if p.code not in _OF_PART]
    return PhotoRecord.model_validate(record.model_dump() | {"problems": problems})


def _not_wholly(unseen: np.ndarray, layout: Layout, options: ScanOptions) -> Check:
    where = place_in_words(unseen.mean(axis=0), layout.size_mm)
    message = Message(
        f"De foto's samen laten niet de hele poster zien; wat ontbreekt: onder meer {where.nl}. Maak daar ook een foto van.",
        f"The photos together do not show the whole poster; missing: among others {where.en}. Take a photo of that too.")
    return Check(code="poster-not-wholly-seen", severity="error", message=message.to(options.language))


def named_once(checks: Sequence[Check]) -> Iterator[Check]:
    """Without repeats."""
    for i, check in enumerate(checks):
        if not any(_same(check, other) for other in checks[:i]):
            yield check
