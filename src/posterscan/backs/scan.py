"""One photo of backs, read: each step once, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.backs.boxes import Ticked, read_boxes
from posterscan.backs.face import Face, face_of
from posterscan.backs.find import FoundBack, find_backs
from posterscan.backs.paper import believed
from posterscan.backs.read import Writing, read_writing, writing_of
from posterscan.catalogue import Catalogue
from posterscan.ocr.compare import folded
from posterscan.ocr.crops import PX_PER_MM
from posterscan.ocr.engines import Engines
from posterscan.ocr.readings import CardReading
from posterscan.photo import Photo
from posterscan.records import BackRecord, Reading, Stance, Text
from posterscan.sheet import Image, SheetMap, resample

Kind = Literal["ingredient", "intention", "unknown"]


@dataclass(frozen=True)
class ScanBacksParams:
    """Gates on outlines without a code; of a card with one the code is proof enough.

    letters, sure: what must be read on it, by how sure a reader.
    covered: share of the boxes, or of the room to write in, that may lie under another card or outside the photo before what is
    there is doubted: which of two cards lies above is not known. outline_off_mm: an outline this far beside where its code says
    is of a card that does not lie flat.
    """

    letters: int = 3
    sure: float = 0.5
    covered: float = 0.01
    outline_off_mm: float = 4.0


@dataclass(frozen=True, eq=False)
class ScannedBacks:
    """records: one per back, with crops, their pictures, in the same order. fronts: codes of cards that lie with the front up.
    loose: outlines without a code that were dropped, as the table's own pattern. found: whether any card was."""

    records: tuple[BackRecord, ...]
    crops: tuple[Image, ...]
    fronts: tuple[int, ...] = ()
    dropped: int = 0


def scan_backs(photo: Photo, catalogue: Catalogue, readers: Engines, params: ScanBacksParams | None = None) -> ScannedBacks:
    """Reads one photo. Nothing found: no records; the caller says what to do about it."""
    p = params or ScanBacksParams()
    focal = photo.focal_35mm / 36 * max(photo.rgb.shape[:2]) if photo.focal_35mm else None
    found = find_backs(photo.rgb, catalogue, focal)
    cards, dropped = believed(photo.rgb, found.cards, catalogue.card_size_mm)
    faces = [face_of(catalogue, _kind(catalogue, card)) for card in cards]
    writing = [writing_of(photo.rgb, card.sheet, face) for card, face in zip(cards, faces, strict=True)]
    readings = read_writing([one.crop for one in writing], readers) if cards else []
    records, crops = [], []
    places = [card.polygon_px for card in cards]
    for card, face, wrote, read in zip(cards, faces, writing, readings, strict=True):
        if card.marker_id is None and not _says_something(read, p):
            dropped += 1
            continue
        turned = card if card.upright or read[0].turn_deg != 180 else _half_turned(card, catalogue.card_size_mm)
        ticked = read_boxes(photo.rgb, card.sheet, face.boxes) if face.boxes else None
        others = [polygon for polygon in places if polygon is not card.polygon_px]
        doubts = _doubts(card, face, others, photo.rgb.shape[:2], p)
        records.append(_record(turned, catalogue, ticked, wrote, read, photo, doubts))
        crops.append(resample(photo.rgb, turned.sheet, catalogue.card_size_mm, PX_PER_MM).rgb)
    return ScannedBacks(tuple(_named_apart(records)), tuple(crops), found.fronts, dropped)


def _says_something(read: Sequence[CardReading], p: ScanBacksParams) -> bool:
    return any(len(folded(reading.text)) >= p.letters and reading.confidence >= p.sure for reading in read)


def _kind(catalogue: Catalogue, card: FoundBack) -> Kind:
    return catalogue.kind_of_marker.get(card.marker_id, "unknown") if card.marker_id is not None else "unknown"


def _half_turned(card: FoundBack, size_mm: tuple[float, float]) -> FoundBack:
    half = np.array([[-1, 0, size_mm[0]], [0, -1, size_mm[1]], [0, 0, 1.0]])
    turned = SheetMap(card.sheet.homography @ half, card.sheet.lens)
    return replace(card, sheet=turned, polygon_px=np.roll(card.polygon_px, 2, axis=0))


def _record(card: FoundBack, catalogue: Catalogue, ticked: Ticked | None, wrote: Writing, read: Sequence[CardReading], photo: Photo,
            doubts: tuple[bool, bool]) -> BackRecord:
    """doubts: whether anything but ink speaks against the boxes, and against the writing."""
    known = next((c.id for c in catalogue.cards if c.marker_id is not None and c.marker_id == card.marker_id), None)
    doubted, covered = doubts
    value = read[0].text.strip() if wrote.is_written else ""
    reasons = ["argument-uncertain"] if wrote.is_written or covered else []
    if ticked is not None and not (ticked.sure and not doubted):
        reasons.append("stance-uncertain")
    confidence = min(max(read[0].confidence, 0.0), 0.89) if wrote.is_written else 0.97
    return BackRecord(
        id=_name(card, photo), kind=_kind(catalogue, card), catalogue_id=known, marker_id=card.marker_id,
        argument=Text(value=value, confidence=round(confidence, 3), source="ocr", handwritten=bool(value),
                      readings=[_reading(r) for r in read if r.text] if wrote.is_written else []),
        stance=_stance(ticked, doubted), photo=photo.name, polygon_px=_rounded(photo.to_original_px(card.polygon_px)),
        needs_review=reasons)


def _doubts(card: FoundBack, face: Face, others: Sequence[NDArray[np.float64]], hw: tuple[int, ...],
            p: ScanBacksParams) -> tuple[bool, bool]:
    """Whether the boxes, and the room to write in, may be covered or are not where they should be."""
    bent = bool(card.outline_off_mm > p.outline_off_mm)
    left, top, right, low = face.room_mm
    room = np.array([[left, top], [right, top], [right, low], [left, low]], float)
    if not face.boxes:
        return bent, _covered(card.sheet.to_px(room), others, hw) > p.covered
    corners = np.concatenate(list(face.boxes.values()))
    (left, top), (right, low) = corners.min(axis=0) - 1, corners.max(axis=0) + 1
    boxes = np.array([[left, top], [right, top], [right, low], [left, low]], float)
    under = [_covered(card.sheet.to_px(region), others, hw) > p.covered for region in (boxes, room)]
    return bent or under[0], under[1]


def _covered(region_px: NDArray[np.float64], others: Sequence[NDArray[np.float64]], hw: tuple[int, ...]) -> float:
    """Share of a convex region (4, 2) that other cards may cover, or that is outside the photo."""
    region = region_px.astype(np.float32)
    area = max(cv2.contourArea(region), 1.0)
    frame = np.array([[0, 0], [hw[1] - 1, 0], [hw[1] - 1, hw[0] - 1], [0, hw[0] - 1]], np.float32)
    under = sum(float(cv2.intersectConvexConvex(region, other.astype(np.float32))[0]) for other in others)
    return (under + area - float(cv2.intersectConvexConvex(region, frame)[0])) / area


def _reading(reading: CardReading) -> Reading:
    return Reading(engine=reading.engine, text=reading.text, confidence=round(min(max(reading.confidence, 0.0), 1.0), 3))


def _stance(ticked: Ticked | None, doubted: bool) -> Stance | None:
    if ticked is None:
        return None
    return Stance(value=ticked.value, confidence=min(ticked.confidence, 0.6) if doubted else ticked.confidence,
                  boxes={stance: box.ink for stance, box in ticked.boxes.items()})


def _rounded(points: NDArray[np.float64]) -> list[tuple[float, float]]:
    return [(round(float(x), 1), round(float(y), 1)) for x, y in points]


def _name(card: FoundBack, photo: Photo) -> str:
    """After its code; without one after its photo and the place in it, so that it stays the same when the photo is read again."""
    if card.marker_id is not None:
        return f"r-{card.marker_id}"
    high, wide = photo.rgb.shape[:2]
    x, y = card.polygon_px.mean(axis=0) / (wide, high)
    return f"r-{photo.sha256[:8]}-{int(x * 20):02d}-{int(y * 20):02d}"


def _named_apart(records: Sequence[BackRecord]) -> list[BackRecord]:
    """The same code twice in one photo is two cards; each gets a name of its own."""
    seen: dict[str, int] = {}
    out = []
    for record in records:
        seen[record.id] = seen.get(record.id, 0) + 1
        out.append(record if seen[record.id] == 1 else record.model_copy(update={"id": f"{record.id}-{seen[record.id]}"}))
    return out


