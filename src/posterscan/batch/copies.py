"""The same photo twice: a copy of the file, or one that a messenger made smaller."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from posterscan.batch.find import natural_key
from posterscan.batch.likeness import Cells, compare, unpack
from posterscan.batch.look import Look

Spot = tuple[str, str, int, int]


@dataclass(frozen=True)
class CopyParams:
    """When two photos are one shot. Measured on 21 copies of 7 photos, made 2048 to 1280 px wide: markers lay within 0.0007 of the
    picture, likeness was 0.93 and more.
    """

    shift: float = 0.0015  # of the picture, 6 px of 4000: no hand holds a phone so still
    score: float = 0.8  # a phone on a stand keeps its place, while cards are laid in between
    seconds: float = 1.0  # clocks of copies agree, where they were kept


def same_shot(a: Look, b: Look, params: CopyParams | None = None, likeness: Callable[[Look, Look], float] | None = None) -> bool:
    """Whether two photos are the same picture, re-encoded or made smaller: all their common markers lie in the same places.

    likeness: the score of two looks, where it is known already.
    """
    p = params or CopyParams()
    if a.sha256 == b.sha256:
        return True
    if a.layout != b.layout or _apart(a, b) > p.seconds or not _one_place(a, b, p):
        return False
    if a.signature is None or b.signature is None:
        return a.taken_at is not None and a.taken_at == b.taken_at  # one marker alone says too little
    score = (likeness or _likeness)(a, b)
    return bool(np.isnan(score)) or score >= p.score


def copies(looks: Sequence[Look], params: CopyParams | None = None,
           likeness: Callable[[Look, Look], float] | None = None, first: Callable[[Look], int] = lambda look: 0) -> dict[str, str]:
    """Per photo that is a copy, the photo that stays: the largest. first: 0 for a photo that comes before others in this."""
    p = params or CopyParams()
    order = sorted(looks, key=lambda look: (first(look), -_pixels(look), look.taken_at is None, -look.file_bytes,
                                            natural_key(look.photo)))
    out: dict[str, str] = {}
    kept: dict[Spot, list[tuple[int, Look]]] = defaultdict(list)  # by where markers are: a country has too many pairs
    for number, look in enumerate(order):
        spots = [("sha256", look.sha256, 0, 0), *_spots(look, p.shift)]
        near = {k: other for x in spots for spot in _around(x) for k, other in kept.get(spot, ())}
        original = next((near[k] for k in sorted(near) if same_shot(look, near[k], p, likeness)), None)
        if original is not None:
            out[look.photo] = original.photo
            continue
        for spot in spots:
            kept[spot].append((number, look))
    return out


def _spots(look: Look, size: float) -> Iterator[Spot]:
    """Squares of the picture that markers' first corners lie in."""
    for marker in look.markers:
        x, y = marker.corners[0]
        yield f"{marker.id}", look.layout or "", int(x // size), int(y // size)


def _around(spot: Spot) -> Iterator[Spot]:
    """A square and those beside it."""
    kind, layout, column, row = spot
    return ((kind, layout, column + dx, row + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))


def _pixels(look: Look) -> int:
    return look.size_px[0] * look.size_px[1] if look.size_px is not None else 0


def _apart(a: Look, b: Look) -> float:
    """Seconds between two photos; 0 where one of them has no time."""
    times = [clock(look) for look in (a, b)]
    return abs((times[0] - times[1]).total_seconds()) if times[0] is not None and times[1] is not None else 0.0


def clock(look: Look) -> datetime | None:
    """When a photo was taken, as the clock on the wall had it: phones of one evening agree on that with or without an offset."""
    try:
        return datetime.fromisoformat(look.taken_at).replace(tzinfo=None) if look.taken_at is not None else None
    except ValueError:  # a camera may have stored a minute 73
        return None


def _one_place(a: Look, b: Look, p: CopyParams) -> bool:
    """Whether the common markers, at least half of those that either found, lie in the same places."""
    mine, theirs = ({marker.id: marker.corners for marker in look.markers} for look in (a, b))
    common = sorted(mine.keys() & theirs.keys())
    if not common or 2 * len(common) < min(len(mine), len(theirs)):
        return False
    return all(max(abs(x - y) for at, to in zip(mine[number], theirs[number], strict=True) for x, y in zip(at, to, strict=True))
               <= p.shift for number in common)  # most pairs are told apart by their first marker


def _likeness(a: Look, b: Look) -> float:
    cells: list[Cells] = [unpack(look.signature) for look in (a, b) if look.signature is not None]
    return compare(cells[0], cells[1]).score
