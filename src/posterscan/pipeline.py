"""The way of a photo to its result: each step once, in order."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.about_artwork import is_other_poster, other_poster
from posterscan.assemble import Seen, assemble
from posterscan.cameras.profile import known_lens
from posterscan.catalogue import Catalogue, LoadedCatalogue
from posterscan.code_places import KINDS, code_places
from posterscan.doubt import outline_sigma_mm, raised_sigma_mm, without_ghosts
from posterscan.errors import SheetNotFound
from posterscan.geometry import as_points, signed_area
from posterscan.layout import LoadedLayout
from posterscan.locating import fit_poster, shown_artwork
from posterscan.messages import Message
from posterscan.occasion import occasion
from posterscan.ocr.crops import cut_card, upright_polygon
from posterscan.ocr.engines import Engines, engines
from posterscan.ocr.readings import CardReading
from posterscan.ocr.second import read_cards
from posterscan.outcome import ScanOptions, ScanOutcome
from posterscan.photo import Photo
from posterscan.quality import judge_photo
from posterscan.sheet import Image, View, resample
from posterscan.sheetfit import SheetFit
from posterscan.sight import Sight
from posterscan.stages.agreement import Agreement, agreement
from posterscan.stages.anchors import Anchors
from posterscan.stages.card_fit import share_of
from posterscan.stages.cards import CardOutlines, find_cards
from posterscan.stages.codes import Codes, find_codes
from posterscan.stages.fiducials import find_fiducials
from posterscan.stages.identify import CardEvidence, Identity, identify_cards, settles
from posterscan.stages.leftovers import find_leftovers
from posterscan.stages.second_look import PrintedCode, look_again
from posterscan.stages.stickers import Stickers, find_stickers
from posterscan.stages.table_code import read_table_code, seen_tags_mm, with_tags
from posterscan.stages.zones import locate, zone_map

VIEW_PX_PER_MM = 4.0  # what a 12 MP photo of an A1 holds


def scan_photo(photo: Photo, layout: LoadedLayout, catalogue: LoadedCatalogue, options: ScanOptions,
               anchors: Anchors | None = None) -> ScanOutcome:
    """Reads one photo of one table. SheetNotFound where the poster cannot be located in it.

    anchors: points known from another photo of the table, for a close-up with too few markers.
    """
    clock = Clock()
    readers = engines(catalogue.catalogue.language)
    with clock("markers"):
        grey = np.asarray(cv2.cvtColor(photo.rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        lens = known_lens(options.cameras, photo)
        found = find_fiducials(grey, layout.layout, lenses=[lens.lens] if lens is not None else [])
    with clock("sheet"):
        fit, camera = fit_poster(found, grey, layout, _focal_px(photo), anchors, lens=lens)
    with clock("quality"):
        quality = judge_photo(photo.rgb, grey, found, fit, layout.layout, artwork=shown_artwork(found, grey, fit, layout))
    if not fit:
        raise _not_found(photo, fit)
    with clock("table"):
        tags = read_table_code(grey, fit.sheet, layout.layout.table_code)
        told = occasion(tags, layout.layout, options)
        options = told.options
        artwork = with_tags(layout.reference, layout.layout.table_code, tags, layout.layout.size_mm)
    with clock("view"):
        view = resample(photo.rgb, fit.sheet, layout.layout.size_mm, VIEW_PX_PER_MM)
    with clock("codes"):
        codes = _codes(grey, fit, layout, catalogue.catalogue)
    with clock("cards"):
        cards = find_cards(view, artwork, catalogue.catalogue.card_size_mm, code_places(codes, catalogue.catalogue),
                           np.concatenate([_markers_seen(fit, layout), seen_tags_mm(layout.layout.table_code, tags)]))
        cards, codes = look_again(photo.rgb, fit.sheet, cards, codes, catalogue.catalogue.card_dictionary,
                                  _printed_codes(catalogue.catalogue), catalogue.catalogue.card_size_mm)
    with clock("text"):
        cards, readings = _read(photo.rgb, fit, cards, codes, catalogue.catalogue, readers)
        cards, readings, ghosts_mm = without_ghosts(cards, readings, [zone.label for zone in layout.layout.zones])
    with clock("stickers"):
        stickers = find_stickers(view, cards.polygons_mm, artwork, layout.layout, diameter_mm=options.sticker_mm,
                                 expected_mm=options.expected_sticker_mm)
    with clock("identity"):
        identities = _identified(cards, codes, stickers, readings, layout, catalogue.catalogue)
    with clock("zones"):
        zones = zone_map(layout.layout)
        sheet_sigma = fit.sigma_mm(cards.polygons_mm.mean(axis=1)) if len(cards.polygons_mm) else np.zeros(0)
        sigma = np.hypot(np.hypot(sheet_sigma, outline_sigma_mm(cards)), raised_sigma_mm(cards, fit.sheet.camera_mm()))
        places = [locate(outline, zones, float(s)) for outline, s in zip(cards.polygons_mm, sigma, strict=True)]
    with clock("leftovers"):
        discs = np.column_stack([stickers.centers_mm, stickers.diameters_mm])
        leftovers = find_leftovers(view, artwork, cards.polygons_mm, discs)
    with clock("agreement"):
        agreed = _agreed(view, artwork, layout, cards, discs) if not fit.markers_used else None
        if agreed is not None and anchors is None and is_other_poster(agreed):  # what another photo placed shows too little of it
            raise SheetNotFound(*other_poster(agreed), "wrong-poster")
    seen = Seen(photo, layout, catalogue, told, found, fit, quality, cards, codes, identities, readings, stickers, places,
                leftovers, ghosts_mm, readers.notice, camera, agreed)
    result = assemble(seen, clock.seconds)
    crops = {record.id: cut_card(photo.rgb, fit.sheet, outline)
             for record, outline in zip(result.cards, cards.polygons_mm, strict=True)}
    sight = Sight(fit.sheet, (grey.shape[1], grey.shape[0]), quality.sharpness, quality.glare, sigma)
    return ScanOutcome(result, sight, view, crops, tuple(result.photos[0].problems), options)


class Clock:
    """Seconds per stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start


def _not_found(photo: Photo, fit: SheetFit) -> SheetNotFound:
    """What decoding had to say comes first: half a file shows half a poster."""
    problem, remedy, space = fit.problem, fit.remedy, Message(" ", " ")
    for notice in photo.notices:
        if notice.severity == "warning":
            problem = notice.message + space + problem
            remedy = notice.remedy + space + remedy if notice.remedy else remedy
    return SheetNotFound(problem, remedy, fit.reason or "no-sheet")


def _focal_px(photo: Photo) -> float | None:
    """From the focal length as on 35 mm film, which is 36 mm wide."""
    return photo.focal_35mm / 36 * max(photo.rgb.shape[:2]) if photo.focal_35mm else None


def _codes(grey: NDArray[np.uint8], fit: SheetFit, layout: LoadedLayout, catalogue: Catalogue) -> Codes:
    sides = [float(np.mean(np.linalg.norm(np.roll(place.corners_mm, -1, axis=0) - np.array(place.corners_mm), axis=1)))
             for place in catalogue.code_places]
    return find_codes(grey, fit.sheet, catalogue.card_dictionary, catalogue_ids=catalogue.marker_ids,
                      poster_corners_mm=layout.layout.tag_corners_mm, sides_mm=sides)


def _agreed(view: View, artwork: Image | None, layout: LoadedLayout, cards: CardOutlines,
            discs_mm: NDArray[np.float64]) -> Agreement | None:
    """How far the photo shows what is printed, between what lies on it."""
    if artwork is None:
        return None
    loose = [np.array([x, y]) + d / 2 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) for x, y, d in discs_mm]
    return agreement(view, artwork, [*cards.polygons_mm, *loose, *layout.layout.marker_corners_mm])


def _markers_seen(fit: SheetFit, layout: LoadedLayout) -> NDArray[np.float64]:
    used = [m.id in set(fit.markers_used) for m in layout.layout.markers]
    return layout.layout.marker_corners_mm[used]


def _printed_codes(catalogue: Catalogue) -> list[PrintedCode]:
    """Which codes stand where, as far as the catalogue says it."""
    kinds = catalogue.kind_of_marker
    ids = {place: tuple(number for number, kind in kinds.items() if kind == place) for place in KINDS}
    return [PrintedCode(ids[place.kind], place.side, as_points(place.corners_mm)) for place in catalogue.code_places]


def _numbers(cards: CardOutlines, codes: Codes) -> list[int]:
    """Per card the number of its code among all codes, -1 without."""
    known = np.flatnonzero(codes.known)
    return [int(known[c]) if c >= 0 else -1 for c in cards.code]


def _read(rgb: Image, fit: SheetFit, cards: CardOutlines, codes: Codes, catalogue: Catalogue,
          readers: Engines) -> tuple[CardOutlines, list[tuple[CardReading, ...]]]:
    """What each card says; and the outlines, started at the corner that the reading says is the top-left."""
    number = _numbers(cards, codes)
    texts = {card.marker_id: card.text for card in catalogue.cards}
    printed = [texts.get(int(codes.ids[n])) if n >= 0 else None for n in number]
    fronts = [i for i in range(len(number)) if not cards.back[i]]  # whose name a back carries, its code says
    crops = [cut_card(rgb, fit.sheet, cards.polygons_mm[i], hide_mm=[codes.corners_mm[number[i]]] if number[i] >= 0 else [])
             for i in fronts]
    found_on = dict(zip(fronts, read_cards(crops, readers.lead, readers.second, lambda reading: settles(reading, catalogue),
                                           [printed[i] for i in fronts]), strict=True))
    readings = [found_on.get(i, (CardReading("none"),)) for i in range(len(number))]
    turned = [outline if n >= 0 else upright_polygon(outline, found[0].turn_deg)
              for outline, n, found in zip(cards.polygons_mm, number, readings, strict=True)]
    return replace(cards, polygons_mm=np.array(turned).reshape(-1, 4, 2)), readings


def _identified(cards: CardOutlines, codes: Codes, stickers: Stickers, readings: list[tuple[CardReading, ...]],
                layout: LoadedLayout, catalogue: Catalogue) -> list[Identity]:
    ladder = _ladder(layout)
    covered = _covered_shares(cards, stickers)
    evidence = [CardEvidence(readings[i], int(codes.ids[n]) if n >= 0 else None, n >= 0 and bool(codes.duplicate[n]),
                             ladder is not None and cv2.pointPolygonTest(ladder, _middle(cards.polygons_mm[i]), False) >= 0,
                             hidden_share=covered[i], back=bool(cards.back[i]), side_lead=float(cards.side_lead[i]))
                for i, n in enumerate(_numbers(cards, codes))]
    return identify_cards(evidence, catalogue)


def _covered_shares(cards: CardOutlines, stickers: Stickers) -> list[float]:
    """Per card the share of its area under stickers, under cards that lie on it, and where no side shows."""
    shares = []
    for i, outline in enumerate(cards.polygons_mm):
        area = max(abs(signed_area(outline)), 1e-9)
        under = float(np.sum(np.pi / 4 * stickers.diameters_mm[stickers.card == i] ** 2)) / area
        under += sum(share_of(outline, upper) for upper in cards.polygons_mm[i + 1:])
        shares.append(min(1.0, under + 0.25 * float(cards.unseen[i] > 0)))
    return shares


def _ladder(layout: LoadedLayout) -> NDArray[np.float32] | None:
    for zone in layout.layout.zones:
        if zone.id == layout.layout.ladder_zone:
            return np.array(zone.polygon_mm, np.float32)
    return None


def _middle(outline: NDArray[np.float64]) -> tuple[float, float]:
    x, y = outline.mean(axis=0)
    return float(x), float(y)
