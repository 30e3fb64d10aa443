"""From what was seen to what the file says: records, reason codes, ranking and checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posterscan import __version__
from posterscan.about_artwork import about_artwork
from posterscan.cameras.fit import CameraUse
from posterscan.catalogue import LoadedCatalogue
from posterscan.checks import blanks_of_other_tables, checks_of, stickers_as_planned
from posterscan.doubt import detection_confidence, outline_reasons
from posterscan.geometry import centroid, rotation_of
from posterscan.ids import card_ids
from posterscan.layout import LoadedLayout
from posterscan.markers.found import Fiducials
from posterscan.messages import Message
from posterscan.occasion import Occasion
from posterscan.ocr.readings import CardReading
from posterscan.palette import to_srgb
from posterscan.photo import Photo
from posterscan.quality import Quality
from posterscan.ranking import rank
from posterscan.records import (
    CameraRecord,
    CardRecord,
    CatalogueRef,
    Check,
    LayoutRef,
    MmToPx,
    PhotoRecord,
    Reading,
    Residual,
    Software,
    StickerCount,
    StickerItem,
    TableResult,
    Text,
    ZoneRecord,
)
from posterscan.relief import GridShift
from posterscan.sheetfit import SheetFit
from posterscan.stages.agreement import Agreement
from posterscan.stages.cards import CardOutlines
from posterscan.stages.codes import Codes
from posterscan.stages.identify import Identity
from posterscan.stages.leftovers import Leftovers
from posterscan.stages.stickers import Stickers
from posterscan.stages.zones import ZonePlace

UNCOUNTED_TRUST = 0.7  # of a count's confidence, as another doubt takes from it
_AROUND_MM = 20.0  # a hand's or a cup's own edges lie this near to what is told of it


@dataclass(frozen=True, eq=False)
class Seen:
    """Everything that the stages found in one photo. identities, readings, places: one per card of `cards`.

    ghosts_mm: (K, 2) middles of outlines that were not believed. agreed: how far the photo shows the artwork that placed it.
    """

    photo: Photo
    layout: LoadedLayout
    catalogue: LoadedCatalogue
    told: Occasion
    fiducials: Fiducials
    fit: SheetFit
    quality: Quality
    cards: CardOutlines
    codes: Codes
    identities: Sequence[Identity]
    readings: Sequence[tuple[CardReading, ...]]
    stickers: Stickers
    places: Sequence[ZonePlace]
    leftovers: Leftovers
    ghosts_mm: NDArray[np.float64]
    notice: Message
    camera: CameraUse | None = None
    agreed: Agreement | None = None


def assemble(seen: Seen, seconds: Mapping[str, float]) -> TableResult:
    """The table's result; seconds: per stage, kept beside it."""
    cards = _cards(seen)
    ranking = rank(cards, seen.layout.layout.ladder_zone)
    return TableResult.model_validate({
        "software": Software(version=__version__), "session": seen.told.session, "table": seen.told.table,
        "layout": LayoutRef(id=seen.layout.layout.id, sha256=seen.layout.sha256),
        "catalogue": CatalogueRef(sha256=seen.catalogue.sha256),
        "photos": [_photo(seen)], "cards": cards,
        "loose_stickers": [_sticker(seen.stickers, int(i)) for i in np.flatnonzero(seen.stickers.card < 0)],
        "ranking": ranking,
        "checks": [*seen.told.checks, *_strange_blanks(seen), *stickers_as_planned(
            seen.stickers.sizes_mm, len(seen.stickers.card), seen.told.options), *checks_of(
            cards, ranking, _loose_codes(seen), seen.leftovers, seen.ghosts_mm, _words(seen), seen.notice, seen.layout.layout,
            seen.told.options, len(seen.stickers.card), seen.stickers.centers_mm[seen.stickers.card < 0])],
        "parameters": {"sticker_sizes_mm": [round(float(s), 1) for s in seen.stickers.sizes_mm]},
        "timing": {stage: round(value, 3) for stage, value in seconds.items()},
    })


def _strange_blanks(seen: Seen) -> list[Check]:
    """Blank cards that were printed for another table than the poster's."""
    blanks = [(identity.blank, centroid(outline)) for identity, outline in zip(seen.identities, seen.cards.polygons_mm, strict=True)
              if identity.blank is not None]
    return blanks_of_other_tables(blanks, seen.told.number, seen.layout.layout, seen.told.options)


def _cards(seen: Seen) -> list[CardRecord]:
    outlines = seen.cards.polygons_mm
    centers = np.array([centroid(outline) for outline in outlines]).reshape(-1, 2)
    names = card_ids([identity.catalogue_id for identity in seen.identities], centers, [i.blank for i in seen.identities])
    return [_card(seen, i, names[i], centers[i]) for i in range(len(outlines))]


def _card(seen: Seen, i: int, name: str, center_mm: NDArray[np.float64]) -> CardRecord:
    outline, identity, place, stickers = seen.cards.polygons_mm[i], seen.identities[i], seen.places[i], seen.stickers
    items = [_sticker(stickers, int(j)) for j in np.flatnonzero(stickers.card == i)]
    uncounted = i in stickers.uncounted and identity.kind != "ingredient"  # stickers are given to intentions
    reasons = [*outline_reasons(seen.cards, i, identity, seen.readings[i][0]), *identity.needs_review, *place.reasons,
               *stickers.reasons[i], *(["stickers-uncounted"] if uncounted else [])]
    sure = float(stickers.count_confidence[i]) * (UNCOUNTED_TRUST if uncounted else 1.0)
    return CardRecord(
        id=name, kind=identity.kind, catalogue_id=identity.catalogue_id, side=identity.side, text=_text(identity, seen.readings[i]),
        polygon_mm=[(round(float(x), 2), round(float(y), 2)) for x, y in outline],
        center_mm=_point(center_mm), rotation_deg=round(rotation_of(outline), 2),
        detection_confidence=detection_confidence(seen.cards, i, identity),
        zone=ZoneRecord(id=place.id, shares=place.shares, border_mm=place.border_mm, confidence=place.confidence),
        stickers=StickerCount(count=int(stickers.count[i]), confidence=round(sure, 3), items=items,
                              photo=seen.photo.name),
        needs_review=list(dict.fromkeys(reasons)), marker_id=_marker_id(seen, i), photo=seen.photo.name)


def _marker_id(seen: Seen, i: int) -> int | None:
    number = int(seen.cards.code[i])
    return int(seen.codes.ids[np.flatnonzero(seen.codes.known)[number]]) if number >= 0 else None


def _text(identity: Identity, readings: Sequence[CardReading]) -> Text:
    return Text(value=identity.text, confidence=round(identity.confidence, 3), source=identity.source,
                handwritten=identity.handwritten,
                readings=[Reading(engine=r.engine, text=r.text, confidence=round(min(max(r.confidence, 0.0), 1.0), 3))
                          for r in readings])


def _sticker(stickers: Stickers, j: int) -> StickerItem:
    return StickerItem(center_mm=_point(stickers.centers_mm[j]), diameter_mm=round(float(stickers.diameters_mm[j]), 1),
                       colour=stickers.colours[j], confidence=round(float(stickers.confidence[j]), 3),
                       colour_srgb=_srgb(stickers.linear_rgb[j]))


def _srgb(linear: NDArray[np.float64]) -> tuple[int, int, int] | None:
    if not np.isfinite(linear).all():
        return None
    red, green, blue = (int(v) for v in to_srgb(linear))
    return red, green, blue


def _point(xy: NDArray[np.float64]) -> tuple[float, float]:
    return round(float(xy[0]), 2), round(float(xy[1]), 2)


def _photo(seen: Seen) -> PhotoRecord:
    photo, fit, quality = seen.photo, seen.fit, seen.quality
    language = seen.told.options.language
    problems = [notice.record(language) for notice in photo.notices]
    problems += [advice.record(language) for advice in quality.problems]
    problems += [advice.record(language) for advice in about_artwork(seen.agreed, seen.layout.layout.size_mm)]
    return PhotoRecord(
        file=photo.name, sha256=photo.sha256, size_px=photo.size_px, taken_at=photo.taken_at,
        markers_found=sorted(int(m) for m in fit.markers_used),
        residual_mm=Residual(median=_figure(fit.left_out.median), p95=_figure(fit.left_out.p95)),
        px_per_mm=round(quality.px_per_mm * photo.scale, 3), sharpness=round(quality.sharpness, 3),
        mm_to_px=_mapping(photo, fit), problems=problems, table_code=seen.told.read,
        in_view=round(quality.in_view, 3), camera=_camera(seen.camera), artwork_agreement=_share(seen.agreed))


def _camera(use: CameraUse | None) -> CameraRecord | None:
    if use is None:
        return None
    without, given = (Residual(median=_figure(r.median), p95=_figure(r.p95)) for r in (use.without, use.given))
    return CameraRecord(profile=use.profile, residual_without_mm=without, residual_with_mm=given, used=use.used)


def _share(agreed: Agreement | None) -> float | None:
    return round(agreed.share, 3) if agreed is not None and agreed.share is not None else None


def _figure(value: float) -> float | None:
    return round(value, 3) if np.isfinite(value) else None


def _mapping(photo: Photo, fit: SheetFit) -> MmToPx:
    """How poster mm become px of the photo as stored and turned upright, in the record's own words."""
    sheet = fit.sheet.in_larger_photo(photo.scale, photo.origin_px)
    matrix, lens, relief = sheet.homography / sheet.homography[2, 2], sheet.lens, sheet.relief
    about: dict[str, Any] = {"model": "opencv-k1-k2-p1-p2", "focal_px": lens.focal_px,
                             "principal_px": list(lens.principal_px), "coefficients": list(lens.coefficients)}
    return MmToPx(homography=tuple(tuple(float(v) for v in row) for row in matrix),  # type: ignore[arg-type]
                  note="mm + relief(mm), then homography to ideal px, then lens distortion to px",
                  lens=about, relief=relief.describe() if isinstance(relief, GridShift) else None)


def _words(seen: Seen) -> NDArray[np.float64]:
    """Places of writing outside cards, but for stickers, the poster's markers, and what is told already as lying on it."""
    words, stickers, left = seen.cards.loose_words_mm, seen.stickers, seen.leftovers
    markers = seen.layout.layout.marker_corners_mm
    middles, sides = markers.mean(axis=1), np.linalg.norm(markers[:, 1] - markers[:, 0], axis=1)
    about = np.sqrt(left.areas_mm2 / np.pi) + _AROUND_MM
    free = [bool(np.all(np.hypot(*(stickers.centers_mm - word).T) > stickers.diameters_mm)
                 and np.all(np.hypot(*(middles - word).T) > sides)
                 and np.all(np.hypot(*(left.centers_mm - word).T) > about)) for word in words]
    return words[np.array(free, dtype=np.bool_)]


def _loose_codes(seen: Seen) -> list[tuple[int, NDArray[np.float64]]]:
    """Catalogue codes that lie on no card that was found: id and middle in mm."""
    codes = seen.codes
    known = np.flatnonzero(codes.known)
    return [(int(codes.ids[known[n]]), codes.corners_mm[known[n]].mean(axis=0)) for n in seen.cards.loose_codes]
