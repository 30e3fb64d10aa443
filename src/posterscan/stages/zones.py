"""Which zone a card lies in, how clearly, and how far the nearest border is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from posterscan.geometry import as_points, centroid
from posterscan.layout import Layout

FAR_MM = 1e4  # the distance to a border where the poster has none; a file can't hold infinity
_MOST = 0.999  # no confidence is higher: the layout itself may be a millimetre off


@dataclass(frozen=True)
class ZoneParams:
    """least_confidence: below it a human should look. share_sigmas: how many standard deviations of its own position a
    card may move without another zone getting most of it; two of them leave 1 in 20, as least_confidence does.
    outline_sigma_mm: how far an outline's middle is off where the sheet is known exactly, along x and along y; it
    comes on top of the sheet's own uncertainty. Outlines are fitted to about a px of a 12 MP photo, 0.25 mm, a little
    more with a shadow; rendered photos in even light showed 0.16 mm (most cards) to 0.33 mm (rms of all)."""

    least_confidence: float = 0.95
    share_sigmas: float = 2.0
    outline_sigma_mm: float = 0.3


@dataclass(frozen=True, eq=False)
class ZoneMap:
    """The parts of the sheet that each zone really has: later zones take from earlier ones. In the layout's order."""

    ids: tuple[str, ...]
    parts: tuple[BaseGeometry, ...]
    borders: BaseGeometry


@dataclass(frozen=True)
class ZonePlace:
    """id None: in no zone. shares: of the card's area, zones with none left out. border_mm: from the centre to the
    nearest place where the answer changes. confidence 0..1: that the centre lies in that zone. reasons: codes."""

    id: str | None
    shares: dict[str, float]
    border_mm: float
    confidence: float
    reasons: tuple[str, ...] = ()


def zone_map(layout: Layout) -> ZoneMap:
    """The layout's zones, cut so that they don't overlap. One that touches or crosses itself has its even-odd area."""
    shapes = [_areas(Polygon(zone.polygon_mm)) for zone in layout.zones]
    # from the last to the first, so that each is cut once, by all that win over it
    taken: BaseGeometry = Polygon()
    parts: list[BaseGeometry] = []
    for shape in reversed(shapes):
        parts.append(_areas(shape.difference(taken)))
        taken = taken.union(shape)
    parts.reverse()
    # only what separates two answers is a border: a zone that another one covers has none there
    borders = shapely.union_all([part.boundary for part in parts]) if parts else Polygon().boundary
    for shape in (*parts, borders):
        shapely.prepare(shape)
    return ZoneMap(tuple(zone.id for zone in layout.zones), tuple(parts), borders)


def _areas(shape: BaseGeometry) -> BaseGeometry:
    """What of a shape has an area: spikes and doubled edges, which repairing leaves as lines, are no part of a zone."""
    valid = shapely.make_valid(shape)
    pieces = [g for g in shapely.get_parts(shapely.get_parts([valid])) if g.geom_type == "Polygon"]
    return shapely.union_all(pieces) if pieces else Polygon()


def locate(polygon_mm: ArrayLike, zones: ZoneMap, sigma_mm: float, params: ZoneParams | None = None) -> ZonePlace:
    """The zone at the centre of a card's outline (N, 2).

    sigma_mm: how uncertain the sheet's place is there, along x and along y; infinite where nobody knows.
    """
    p = params or ZoneParams()
    sigma = float(np.hypot(sigma_mm, p.outline_sigma_mm))
    outline = as_points(polygon_mm)
    card, center = _areas(Polygon(outline)), centroid(outline)
    number = int(zone_numbers(center[None], zones)[0])
    shares, meets = _shares(card, zones)
    border = float(Point(center).distance(zones.borders)) if not zones.borders.is_empty else FAR_MM
    confidence = _chance(center, number, border, zones, sigma)
    # where the centre says one thing and most of the card another, or might after a small shift, people may differ
    settled = confidence >= p.least_confidence and _leads(shares, number, meets, p.share_sigmas * sigma)
    return ZonePlace(zones.ids[number] if number >= 0 else None, _named(shares, zones.ids), round(border, 2),
                     round(min(confidence, _MOST), 4), () if settled else ("zone-border",))


def zone_numbers(points_mm: ArrayLike, zones: ZoneMap) -> NDArray[np.int64]:
    """(N,) which zone each of (N, 2) points lies in, -1 for none; on a border the later zone."""
    points = as_points(points_mm)
    out = np.full(len(points), -1, np.int64)
    for number, part in enumerate(zones.parts):
        out[shapely.intersects_xy(part, points)] = number
    return out


def _shares(card: BaseGeometry, zones: ZoneMap) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares of the card's area (zones..., none) that add up to 1, and per square mm of card the length of border on it
    that each of them has, in 1/mm: by how much its share changes at most per mm that the card moves."""
    count = len(zones.parts)
    shares, meets = np.zeros(count + 1), np.zeros(count + 1)
    if not card.area:
        shares[count] = 1.0
        return shares, meets
    for number, part in enumerate(zones.parts):
        shares[number] = card.intersection(part).area / card.area
        if 0 < shares[number] < 1:
            meets[number] = part.boundary.intersection(card).length / card.area
    shares[count] = max(0.0, 1.0 - shares[:count].sum())
    meets[count] = zones.borders.intersection(card).length / card.area if shares[count] > 0 else 0.0
    return shares, meets


def _leads(shares: NDArray[np.float64], number: int, meets: NDArray[np.float64], shift_mm: float) -> bool:
    """Whether the zone at the centre (-1: none, which is the last share) has most of the card, also after a shift."""
    mine = shares[number]
    others = np.arange(len(shares)) != number % len(shares)
    loss = shift_mm * (meets[number] + meets)
    return bool(np.all((shares == 0)[others] | (mine - shares > loss)[others]))


def _named(shares: NDArray[np.float64], ids: Sequence[str]) -> dict[str, float]:
    rounded = (round(float(share), 4) for share in shares)
    return {name: share for name, share in zip(ids, rounded, strict=False) if share > 0}  # the last share has no name


# A round normal distribution as 24 rings of equal probability, 48 points each (about 0.5 % exact on a straight border)
_RINGS, _ROUND = 24, 48


def _normal_points() -> NDArray[np.float64]:
    radius = np.sqrt(-2 * np.log1p(-(np.arange(_RINGS) + 0.5) / _RINGS))
    # turned by a part of a step from ring to ring, so that no straight border meets many points at once
    angle = 2 * np.pi * (np.arange(_ROUND) + (np.arange(_RINGS)[:, None] + 0.5) / _RINGS) / _ROUND
    return np.stack([radius[:, None] * np.cos(angle), radius[:, None] * np.sin(angle)], axis=-1).reshape(-1, 2)


_POINTS = _normal_points()


def _chance(center: NDArray[np.float64], number: int, border_mm: float, zones: ZoneMap, sigma_mm: float) -> float:
    """The chance that the true centre lies in the same zone (or in none), near corners and in narrow zones too."""
    if not np.isfinite(sigma_mm):
        return 0.0
    if border_mm > 4 * sigma_mm:  # a normal distribution leaves less than 1 in 1000 beyond
        return 1.0
    if sigma_mm <= 0:
        return 0.5  # on the border itself
    return float(np.mean(zone_numbers(center + sigma_mm * _POINTS, zones) == number))
