"""Cards turned over on any table: found by their codes and by their outlines, each with a frame of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.backs.codes import code_side_mm, codes_in_px, on_plane
from posterscan.backs.outlines import outline_shapes
from posterscan.backs.plane import Shape, TablePlane, fit_plane, placed
from posterscan.catalogue import Catalogue, CodePlace
from posterscan.code_places import code_places
from posterscan.geometry import Points, apply_homography, as_points
from posterscan.sheet import Image, SheetMap, resample
from posterscan.stages.cards import CardOutlines, find_cards
from posterscan.stages.codes import Codes, no_codes
from posterscan.stages.second_look import PrintedCode, look_again

VIEW_PX_PER_MM = 4.0


@dataclass(frozen=True)
class FindBacksParams:
    """front_lead: by how much clearer the outline of the front must be before a code is taken to stand on a front, in a photo of
    backs. least_quality: of the outline of a card without a code: less is a shadow or a seam of the table, as often as a card.
    least_inside: share of a card that the photo must show; of less not even the boxes can be read.
    """

    front_lead: float = 0.1
    least_quality: float = 0.7
    least_inside: float = 0.6


@dataclass(frozen=True, eq=False)
class FoundBack:
    """One card. to_plane: (3, 3) from its own frame (mm, origin at its top-left) to the table's; sheet: from its own frame to px.

    marker_id: None without a code. upright: whether its own top is known (by its code), else a reader may find it upside down.
    quality 0..1: how clearly its outline shows. outline_off_mm: by how much that lies beside where the code says; nan without both.
    """

    sheet: SheetMap
    polygon_px: Points
    marker_id: int | None
    upright: bool
    quality: float
    outline_off_mm: float


@dataclass(frozen=True, eq=False)
class FoundBacks:
    """cards, with backs up; fronts: codes of cards that lie with their front up. plane: None where nothing was found."""

    cards: tuple[FoundBack, ...]
    fronts: tuple[int, ...] = ()
    plane: TablePlane | None = None


def find_backs(rgb: Image, catalogue: Catalogue, focal_px: float | None = None,
               params: FindBacksParams | None = None) -> FoundBacks:
    """Finds the cards in a photo. rgb: (H, W, 3) uint8. Nothing found: no cards and no plane."""
    p = params or FindBacksParams()
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    codes = codes_in_px(grey, catalogue) if catalogue.card_dictionary is not None else no_codes()
    shapes = _shapes(grey, codes, catalogue)
    if not shapes:
        return FoundBacks(())
    plane = fit_plane(shapes, (rgb.shape[1], rgb.shape[0]), focal_px)
    codes = on_plane(codes, plane.sheet)
    view = resample(rgb, plane.sheet, plane.size_mm, VIEW_PX_PER_MM)
    outlines = find_cards(view, None, catalogue.card_size_mm, code_places(codes, catalogue))
    outlines, codes = look_again(rgb, plane.sheet, outlines, codes, catalogue.card_dictionary, _printed(catalogue),
                                 catalogue.card_size_mm)
    known = np.flatnonzero(codes.known)
    of_code = {int(known[n]): i for i, n in enumerate(outlines.code) if n >= 0}
    cards, fronts = [], []
    for number in known:
        i = of_code.get(int(number))
        if i is not None and _front_up(outlines, i, catalogue, p):
            fronts.append(int(codes.ids[number]))
            continue
        cards.append(_coded(codes, int(number), outlines, i, plane, catalogue))
    loose = [int(k) for k in np.flatnonzero(outlines.code < 0) if outlines.quality[k] >= p.least_quality]
    cards += [_uncoded(outlines, k, plane, catalogue.card_size_mm) for k in loose]
    kept = [card for card in _distinct(cards) if _share_inside(card.polygon_px, rgb.shape[:2]) >= p.least_inside]
    return FoundBacks(tuple(kept), tuple(fronts), plane)


def _shapes(grey: NDArray[np.uint8], codes: Codes, catalogue: Catalogue) -> list[Shape]:
    """What the plane is fitted to: codes of known size, else whole cards that lie free."""
    side = code_side_mm(catalogue)
    known = codes.corners_px[codes.known]
    if side is not None and len(known):
        square = np.array([[0, 0], [side, 0], [side, side], [0, side]], float)
        return [Shape(corners, square) for corners in known]
    return outline_shapes(grey, catalogue.card_size_mm)


def _printed(catalogue: Catalogue) -> list[PrintedCode]:
    kinds = catalogue.kind_of_marker
    return [PrintedCode(tuple(n for n, kind in kinds.items() if kind == place.kind), place.side, as_points(place.corners_mm))
            for place in catalogue.code_places if place.side == "back"]


def _front_up(outlines: CardOutlines, i: int, catalogue: Catalogue, p: FindBacksParams) -> bool:
    """Whether a card lies with its front up, as its outline about the code says; not where the catalogue can't tell."""
    return bool(catalogue.code_places) and not outlines.back[i] and float(outlines.side_lead[i]) >= p.front_lead


def _back_place(catalogue: Catalogue, marker_id: int) -> CodePlace | None:
    kind = catalogue.kind_of_marker[marker_id]
    return next((place for place in catalogue.code_places if (place.kind, place.side) == (kind, "back")), None)


def _coded(codes: Codes, number: int, outlines: CardOutlines, i: int | None, plane: TablePlane,
           catalogue: Catalogue) -> FoundBack:
    """A card in the frame that its code gives, or, where nobody says where codes stand, that its outline gives."""
    marker_id = int(codes.ids[number])
    place = _back_place(catalogue, marker_id)
    if place is None:
        outline = outlines.polygons_mm[i] if i is not None else codes.corners_mm[number]
        found = _framed(outline, plane, catalogue.card_size_mm)
        return replace(found, marker_id=marker_id, upright=True, quality=float(outlines.quality[i]) if i is not None else 0.0)
    to_plane = placed(as_points(place.corners_mm), codes.corners_mm[number])
    found = _on(to_plane, plane, catalogue.card_size_mm)
    off = float("nan")
    if i is not None:
        middle = apply_homography(to_plane, [np.array(catalogue.card_size_mm) / 2])[0]
        off = float(np.linalg.norm(outlines.polygons_mm[i].mean(axis=0) - middle))
    return replace(found, marker_id=marker_id, upright=True, quality=float(outlines.quality[i]) if i is not None else 0.0,
                   outline_off_mm=off)


def _uncoded(outlines: CardOutlines, i: int, plane: TablePlane, size_mm: tuple[float, float]) -> FoundBack:
    return replace(_framed(outlines.polygons_mm[i], plane, size_mm), quality=float(outlines.quality[i]))


def _framed(outline_mm: Points, plane: TablePlane, size_mm: tuple[float, float]) -> FoundBack:
    return _on(placed(_rectangle(size_mm), outline_mm), plane, size_mm)


def _on(to_plane: NDArray[np.float64], plane: TablePlane, size_mm: tuple[float, float]) -> FoundBack:
    sheet = SheetMap(plane.sheet.homography @ to_plane, plane.sheet.lens)
    return FoundBack(sheet, sheet.to_px(_rectangle(size_mm)), None, False, 0.0, float("nan"))


def _rectangle(size_mm: tuple[float, float]) -> Points:
    width, height = size_mm
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], float)


def _distinct(cards: Sequence[FoundBack]) -> list[FoundBack]:
    """Without outlines that are another card once more: those share half of it. Codes come first, and win."""
    kept: list[FoundBack] = []
    for card in cards:
        if all(_shared(card.polygon_px, other.polygon_px) < 0.5 for other in kept):
            kept.append(card)
    return kept


def _shared(one: Points, other: Points) -> float:
    """Share of the smaller of two convex polygons (4, 2) that the other covers."""
    area, _ = cv2.intersectConvexConvex(one.astype(np.float32), other.astype(np.float32))
    return float(area) / max(min(cv2.contourArea(one.astype(np.float32)), cv2.contourArea(other.astype(np.float32))), 1.0)


def _share_inside(polygon_px: Points, hw: tuple[int, ...]) -> float:
    frame = np.array([[0, 0], [hw[1] - 1, 0], [hw[1] - 1, hw[0] - 1], [0, hw[0] - 1]], np.float32)
    area, _ = cv2.intersectConvexConvex(polygon_px.astype(np.float32), frame)
    return float(area) / max(cv2.contourArea(polygon_px.astype(np.float32)), 1.0)
