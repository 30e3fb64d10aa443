"""How zones look in every output: the kit's own colours, and what a chart needs beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

from posterscan.kit.palette import INK, LADDER, PAPER, SOFT_INK, SPHERE_LINES, SPHERE_NAMES, SPHERES, WHITE
from posterscan.layout import Zone

__all__ = ["ACCENT", "DOUBT", "GRID", "INK", "PAPER", "SOFT_INK", "WHITE", "ZoneLook", "zone_looks"]

ACCENT = "#1F4E5F"
DOUBT = "#B4530A"  # what wants a look; with a sign or a dashed rim beside it, never by colour alone
GRID = "#DDE0E3"


@dataclass(frozen=True)
class ZoneLook:
    """fill: pale, under cards and words; line: rims and bars; name: words on the fill. All "#RRGGBB"."""

    fill: str
    line: str
    name: str


_OUTSIDE = ZoneLook("#ECEAE4", "#8A8578", "#5A564C")
_LADDER = ZoneLook(LADDER, "#A9ADA2", SOFT_INK)
NOWHERE = ZoneLook(WHITE, "#B9BDC1", SOFT_INK)


def zone_looks(zones: Sequence[Zone]) -> Mapping[str | None, ZoneLook]:
    """By zone id; None for what lies in no zone. Spheres take the kit's colours in the poster's order, over and over."""
    spheres = cycle(ZoneLook(*colours) for colours in zip(SPHERES, SPHERE_LINES, SPHERE_NAMES, strict=True))
    looks: dict[str | None, ZoneLook] = {
        zone.id: next(spheres) if zone.kind == "sphere" else _OUTSIDE if zone.kind == "outside" else _LADDER for zone in zones}
    return looks | {None: NOWHERE}
