"""Where rectangles of a card's size could lie: each edge votes for the rectangles it could be a side of.

A generalised Hough transform (Ballard 1981) for a rectangle of known size, evaluated for one angle at a time by turning the
edges upright and averaging along the sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import Points
from posterscan.stages.edges import Edges


@dataclass(frozen=True)
class VoteParams:
    """px_per_mm: grid of the votes. step_deg: between angles (half a step turns the end of an 85 mm side by 2.2 mm).

    slack_px: how far an edge may lie beside the ideal side. least: of 4.0 when all four sides are seen whole; white paper on
    white paper still reaches it by one side in the light.
    """

    px_per_mm: float = 1.0
    step_deg: float = 6.0
    slack_px: int = 2
    least: float = 1.0


@dataclass(frozen=True, eq=False)
class Votes:
    """Best first: scores (N,) of 0..4, centers_mm (N, 2), rotations_deg (N,) in 0..180."""

    scores: NDArray[np.float64]
    centers_mm: Points
    rotations_deg: NDArray[np.float64]

    def part(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Votes:
        """Some of them, in the same order; numbers beyond the end are left out."""
        if keep.dtype != np.bool_:
            keep = keep[keep < len(self.scores)]
        return Votes(self.scores[keep], self.centers_mm[keep], self.rotations_deg[keep])


def vote_rectangles(edges: Edges, size_mm: tuple[float, float], params: VoteParams | None = None) -> Votes:
    """All places where the sides of a rectangle of size_mm (width, height) are supported; empty arrays for none."""
    p = params or VoteParams()
    cos2, sin2 = _pooled(edges, p.px_per_mm)
    size_px = (size_mm[0] * p.px_per_mm, size_mm[1] * p.px_per_mm)
    count = 2 * round(90 / p.step_deg)
    strength = np.sqrt(cos2 * cos2 + sin2 * sin2)
    length = np.maximum(strength, 1e-6)
    unit = np.asarray(cos2 / length, np.float32), np.asarray(sin2 / length, np.float32)
    turned = [_turned(strength * 255, unit, 180 / count * i, p.slack_px) for i in range(count)]
    found = []
    for i in range(count):
        upright, to_turned = turned[i]
        # the same edges seen a quarter turn on: lines along the other side of the card
        across = turned[(i + count // 2) % count][0]
        across = np.rot90(across, -1 if i < count // 2 else 1)
        scores, spots = _peaks(upright, across, size_px, p)
        back = cv2.invertAffineTransform(to_turned)
        places = spots @ back[:, :2].T + back[:, 2]
        found.append(np.column_stack([scores, (places + 0.5) / p.px_per_mm, np.full(len(scores), 180 / count * i)]))
    rows = np.concatenate(found) if found else np.zeros((0, 4))
    rows = rows[np.argsort(-rows[:, 0], kind="stable")]
    return Votes(rows[:, 0], rows[:, 1:3], rows[:, 3])


def _pooled(edges: Edges, px_per_mm: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The strongest edge of each cell, so that hairlines survive the coarser grid."""
    n = max(1, round(edges.px_per_mm / px_per_mm))
    high, wide = (side // n * n for side in edges.cos2.shape)
    cells = [(edges.cos2[i:high:n, j:wide:n], edges.sin2[i:high:n, j:wide:n]) for i in range(n) for j in range(n)]
    cos2, sin2 = cells[0][0].copy(), cells[0][1].copy()
    best = cos2 * cos2 + sin2 * sin2
    for c, s in cells[1:]:
        squared = c * c + s * s
        more = squared > best
        for to, source in ((cos2, c), (sin2, s), (best, squared)):
            np.copyto(to, source, where=more)
    return cos2, sin2


def _turned(strength: NDArray[np.float32], unit: tuple[NDArray[np.float32], NDArray[np.float32]], degrees: float,
            slack_px: int) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Strength (uint8) of edges along `degrees`, turned so that they run level; and the (2, 3) matrix that turned them.

    unit: cosine and sine of twice the angle of the edges' normals.
    """
    angle = np.radians(degrees)
    along = np.maximum(-(unit[0] * np.float32(np.cos(2 * angle)) + unit[1] * np.float32(np.sin(2 * angle))), 0)
    along *= along
    # cos^4 of twice the deviation: 0.8 at 9 degrees, 0.3 at 20 (a bent side is still one), nothing across
    share = (along * along * strength).astype(np.uint8)
    high, wide = strength.shape
    c, s = np.cos(angle), np.sin(angle)
    out_wh = int(wide * abs(c) + high * abs(s)) + 2, int(wide * abs(s) + high * abs(c)) + 2
    shift = np.array(out_wh) / 2 - np.array([[c, s], [-s, c]]) @ [wide / 2, high / 2]
    matrix = np.array([[c, s, shift[0]], [-s, c, shift[1]]])
    level = cv2.warpAffine(share, matrix, out_wh, flags=cv2.INTER_LINEAR)
    return np.asarray(cv2.dilate(level, np.ones((2 * slack_px - 1, 1), np.uint8)), np.uint8), matrix


def _shifted(plane: NDArray[Any], dx: int, dy: int) -> NDArray[np.uint8]:
    """plane[y + dy, x + dx], zero where that lies outside; plane: uint8."""
    out = np.zeros(plane.shape, np.uint8)
    high, wide = plane.shape
    out[max(0, -dy):high - max(0, dy), max(0, -dx):wide - max(0, dx)] = \
        plane[max(0, dy):high - max(0, -dy), max(0, dx):wide - max(0, -dx)]
    return out


def _peaks(along: NDArray[np.uint8], across: NDArray[np.uint8], size_px: tuple[float, float],
           p: VoteParams) -> tuple[NDArray[np.float64], Points]:
    """Local maxima of the four sides' mean strengths: scores (N,) and x y (N, 2)."""
    width, height = size_px
    high, wide = min(along.shape[0], across.shape[0]), min(along.shape[1], across.shape[1])
    slack = np.ones((3, 3), np.uint8)
    level = cv2.dilate(cv2.blur(along[:high, :wide], (round(width), 1), borderType=cv2.BORDER_CONSTANT), slack)
    # `across` was turned a quarter back, so its lines run level in its own array's columns
    upright = cv2.dilate(cv2.blur(np.ascontiguousarray(across[:high, :wide]), (1, round(height)),
                                  borderType=cv2.BORDER_CONSTANT), slack)
    dx, dy = round(width / 2), round(height / 2)
    sides = [_shifted(level, 0, -dy), _shifted(upright, dx, 0), _shifted(level, 0, dy), _shifted(upright, -dx, 0)]
    total = sum(side.astype(np.uint16) for side in sides)
    total = np.asarray(total, np.uint16)
    ys, xs = np.nonzero((total > p.least * 255) & (total >= cv2.dilate(total, np.ones((7, 7), np.uint8))))
    return total[ys, xs] / 255.0, np.stack([xs, ys], axis=1).astype(np.float64)
