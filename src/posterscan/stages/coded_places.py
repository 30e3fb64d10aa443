"""Where a card must lie that shows a printed code: as the catalogue says where codes stand, or as the cards found so far tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import Points, centroid, rotated, rotation_of


@dataclass(frozen=True, eq=False)
class PrintedPlace:
    """Where a code stands on one side of a card: its middle (2,) in mm from the card's centre, and its rotation, while the card
    lies upright."""

    side: Literal["front", "back"]
    offset_mm: Points
    rotation_deg: float = 0.0


@dataclass(frozen=True, eq=False)
class CodePlaces:
    """Codes seen on cards. corners_mm (N, 4, 2) clockwise from the code's own top-left; group (N,): codes of one group are
    printed at the same places of their cards (one kind of card). printed: those places by group, where they are known."""

    corners_mm: NDArray[np.float64]
    group: NDArray[np.int64]
    printed: Mapping[int, tuple[PrintedPlace, ...]] = field(default_factory=dict)

    @classmethod
    def none(cls) -> CodePlaces:
        """No codes at all."""
        return cls(np.zeros((0, 4, 2)), np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.group)


def owner_of(corners_mm: Points, outlines_mm: Sequence[Points]) -> int:
    """The outline that a code lies in with its whole square, the one whose border is farthest; -1 for none."""
    depth = [min(cv2.pointPolygonTest(outline.astype(np.float32), (float(x), float(y)), True) for x, y in corners_mm)
             for outline in outlines_mm]
    # a code may reach the rim of a card cut askew by a millimetre
    return int(np.argmax(depth)) if depth and max(depth) > -1.0 else -1


def upright_as(outline_mm: Points, rotation_deg: float) -> Points:
    """The outline started at the corner that makes its rotation nearest to this one."""
    turns = [np.roll(outline_mm, -k, axis=0) for k in range(4)]
    off = [abs((rotation_of(turn) - rotation_deg + 180) % 360 - 180) for turn in turns]
    return turns[int(np.argmin(off))]


def printed_places(codes: CodePlaces, outlines_mm: Sequence[Points], agree_mm: float = 3.0) -> dict[int, Points]:
    """Per group where its code is printed: its middle in mm from the card's centre, the card upright as the code is.

    The median of the offsets that agree within agree_mm, if those of at least two cards do.
    """
    offsets: dict[int, list[Points]] = {}
    for corners, group in zip(codes.corners_mm, codes.group, strict=True):
        i = owner_of(corners, outlines_mm)
        if i >= 0:
            turn = rotation_of(corners)
            offsets.setdefault(int(group), []).append(
                rotated(corners.mean(axis=0) - centroid(outlines_mm[i]), -turn)[0])
    out = {}
    pooled = [offset for found in offsets.values() for offset in found]
    for group in {int(g) for g in codes.group}:
        found = offsets.get(group, [])
        points = np.array(found if len(found) >= 2 else pooled).reshape(-1, 2)  # too few of a kind: as on the other kinds
        if not len(points):
            continue
        near = np.linalg.norm(points[:, None] - points[None], axis=2) < agree_mm
        best = near[int(near.sum(axis=1).argmax())]
        if best.sum() >= 2:
            out[group] = np.median(points[best], axis=0)
    return out


def printed_place(side: Literal["front", "back"], corners_mm: Points, size_mm: tuple[float, float]) -> PrintedPlace:
    """corners_mm: (4, 2) of the code in the frame of a card of size_mm, whose origin is its top-left corner."""
    return PrintedPlace(side, corners_mm.mean(axis=0) - np.array(size_mm) / 2, rotation_of(corners_mm))


def place_of(corners_mm: Points, printed: PrintedPlace) -> tuple[Points, float]:
    """Centre and rotation of the card that carries this code there."""
    turn = rotation_of(corners_mm) - printed.rotation_deg
    return corners_mm.mean(axis=0) - rotated(printed.offset_mm, turn)[0], turn
