"""Which zone a card lies in, how clearly, and how far the nearest border is."""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, sqrt

import shapely
from numpy.typing import ArrayLike
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from posterscan.geometry import as_points, centroid
from posterscan.layout import Layout


@dataclass(frozen=True)
class ZoneParams:
    """least_confidence: below it a human should look."""

    least_confidence: float = 0.95


@dataclass(frozen=True, eq=False)
class ZoneMap:
    """The parts of the sheet that each zone really has: later zones take from earlier ones. Ids in the layout's order."""

    ids: tuple[str, ...]
    parts: tuple[BaseGeometry, ...]
    borders: BaseGeometry


@dataclass(frozen=True)
class ZonePlace:
    """id None: in no zone. shares: of the card's area, zones with none left out. border_mm: from the centre to the nearest
    place where the answer changes. confidence 0..1 that the centre lies where it seems to; reasons: codes for a human."""

    id: str | None
    shares: dict[str, float]
    border_mm: float
    confidence: float
    reasons: tuple[str, ...] = ()


def zone_map(layout: Layout) -> ZoneMap:
    """The layout's zones, cut so that they don't overlap. Zones that cross themselves are repaired by their even-odd area."""
    parts: list[BaseGeometry] = []
    for zone in layout.zones:
        shape = shapely.make_valid(Polygon(zone.polygon_mm))
        parts = [part.difference(shape) for part in parts]
        parts.append(shape)
    # only what separates two answers is a border: a zone's outline, not the seam of two zones of one id
    borders = shapely.union_all([part.boundary for part in parts]) if parts else Point().boundary
    for shape in parts:
        shapely.prepare(shape)
    return ZoneMap(tuple(zone.id for zone in layout.zones), tuple(parts), borders)


def locate(polygon_mm: ArrayLike, zones: ZoneMap, sigma_mm: float, params: ZoneParams | None = None) -> ZonePlace:
    """The zone at the centre of a card's outline (N, 2); sigma_mm: how uncertain the place is, one standard deviation."""
    p = params or ZoneParams()
    outline = as_points(polygon_mm)
    card, center = shapely.make_valid(Polygon(outline)), Point(*centroid(outline))
    shares: dict[str, float] = {}
    for name, part in zip(zones.ids, zones.parts, strict=True):
        share = card.intersection(part).area / card.area if card.area else 0.0
        if share > 0.0005:
            shares[name] = shares.get(name, 0.0) + round(share, 4)
    inside = [name for name, part in zip(zones.ids, zones.parts, strict=True) if part.intersects(center)]
    name = inside[-1] if inside else None
    border = float(center.distance(zones.borders)) if not zones.borders.is_empty else 1e4
    # one straight border: the chance that the centre lies on this side of it
    confidence = 0.5 * (1 + erf(border / max(sigma_mm, 1e-3) / sqrt(2)))
    outside = 1 - sum(shares.values())
    most = max([*((share, known) for known, share in shares.items()), (outside, "")])[1] or None
    # where the centre says one thing and most of the card another, neither is taken for granted
    reasons = ("zone-border",) if confidence < p.least_confidence or most != name else ()
    return ZonePlace(name, shares, round(border, 2), round(min(confidence, 0.999), 4), reasons)
