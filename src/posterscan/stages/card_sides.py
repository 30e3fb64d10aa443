"""The four sides of one card, found to a fraction of a pixel from a rough place.

Each side is searched in a band of gradients across it. Averaging along the side lifts an edge of less than one noise sigma
(white paper on light paper) out of the noise. The four sides are chosen together: a shadow beside a card or a bar printed on
it makes strong parallel lines, and only one pair of lines lies the card's own size apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import Points, rectangle
from posterscan.stages.edges import Edges, Plane


_JOIN = 4  # samples joined before lines are tried


@dataclass(frozen=True)
class SideParams:
    """span_mm: how far beside the rough place a side is searched. step_mm: of that search.

    samples, segments: along a side; each segment's mean counts by itself, so that the sign of the edge may change along it.
    half_at: a segment's mean in sigmas of that mean that counts half. turn_deg, turn_step_deg: range and step of slopes.
    size_cost: cost of one mm² that opposite sides lie off the card's size, against a whole clear side as 1 (2 mm, more than
    people cut askew, cost a quarter of a side). turn_cost_deg: slope against the others that costs 0.05.
    strip_mm, gap_mm: width of the two strips whose tone is compared, and their distance from the line.
    merge_mm: Gaussian over a profile, so that the two flanks of a hairline (a cut line, a dark rim) count as one edge.
    slow_mm: half the width of the mean that is taken off each profile. artwork_discount: how much less an edge counts where
    the artwork has one of that direction. clip_sigmas: no pixel counts for more.
    unseen: what a side without any edge counts: less than a faint edge, more than noise reaches.
    """

    span_mm: float = 6.0
    step_mm: float = 0.25
    samples: int = 48
    segments: int = 6
    half_at: float = 3.0
    turn_deg: float = 6.0
    turn_step_deg: float = 1.5
    size_cost: float = 0.06
    turn_cost_deg: float = 1.5
    unseen: float = 0.3
    lines_per_side: int = 5
    slow_mm: float = 2.0
    merge_mm: float = 0.4
    strip_mm: float = 3.0
    gap_mm: float = 0.5
    clip_sigmas: float = 150.0
    artwork_discount: float = 0.7


@dataclass(frozen=True, eq=False)
class Sides:
    """corners_mm (4, 2), clockwise. score: of the choice. strengths (4,) 0..1 of each side where it can be seen, 0 unseen.

    supported (4,): share of each side's segments that show an edge; hidden (4,): share that cannot be judged, as it lies
    under or along another card.
    """

    corners_mm: Points
    score: float
    strengths: NDArray[np.float64]
    supported: NDArray[np.float64]
    hidden: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Band:
    """Gradients across one side: (samples, offsets) in sigmas, and how far each can be trusted (0 hidden .. 1)."""

    gradient: Plane
    weight: Plane
    artwork: Plane
    step: Plane
    middle: Points
    along: Points
    outwards: Points
    length_mm: float


@dataclass(frozen=True)
class _Line:
    offset_mm: float
    slope: float
    score: float
    seen: bool = True


def fit_sides(edges: Edges, center_mm: Points, rotation_deg: float, size_mm: tuple[float, float],
              taken: Plane | None = None, params: SideParams | None = None) -> Sides:
    """Fits a card of about size_mm (width, height) near a rough place.

    taken: (H, W) float32 on the grid of `edges`, 1 along the sides of cards found already (their edges explain themselves).
    """
    p = params or SideParams()
    rough = rectangle(center_mm, size_mm, rotation_deg)
    bands = [_band(edges, rough[k], rough[(k + 1) % 4], taken, p) for k in range(4)]
    offsets = np.arange(-p.span_mm, p.span_mm + p.step_mm / 2, p.step_mm)
    slopes = np.radians(np.arange(-p.turn_deg, p.turn_deg + 0.01, p.turn_step_deg))
    lines = [_lines(band, offsets, slopes, p) for band in bands]
    chosen, score = _choose(lines, p)
    fitted = [_sharpened(band, line, offsets, p) for band, line in zip(bands, chosen, strict=True)]
    corners = np.array([_crossing(bands[k - 1], fitted[k - 1], bands[k], fitted[k]) for k in range(4)])
    support = np.array([_support(band, line, offsets, p) for band, line in zip(bands, fitted, strict=True)])
    strengths = np.array([line.score if line.seen else 0.0 for line in fitted])
    return Sides(corners, score, strengths, support[:, 0], support[:, 1])


def _band(edges: Edges, start: Points, end: Points, taken: Plane | None, p: SideParams) -> _Band:
    length = float(np.hypot(*(end - start)))
    along = (end - start) / length
    outwards = np.array([along[1], -along[0]])  # left of the way, as the corners run clockwise with y down
    t = _places(p)
    u = np.arange(-p.span_mm, p.span_mm + p.step_mm / 2, p.step_mm)
    spots = ((start + end) / 2 + t[:, None] * (end - start))[:, None] + u[None, :, None] * outwards
    x, y = (np.ascontiguousarray(axis, np.float32) for axis in np.moveaxis(spots * edges.px_per_mm - 0.5, -1, 0))

    def look(plane: Plane) -> Plane:
        return np.asarray(cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT), np.float32)

    def look_wide(plane: Plane) -> Plane:
        reach = p.strip_mm + p.gap_mm
        v = np.arange(-p.span_mm - reach, p.span_mm + reach + p.step_mm / 2, p.step_mm)
        far = ((start + end) / 2 + t[:, None] * (end - start))[:, None] + v[None, :, None] * outwards
        fx, fy = (np.ascontiguousarray(axis, np.float32) for axis in np.moveaxis(far * edges.px_per_mm - 0.5, -1, 0))
        return np.asarray(cv2.remap(plane, fx, fy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)

    across = outwards[0] * look(edges.gx) + outwards[1] * look(edges.gy)
    # the artwork's edges of this direction: their normal is `outwards`
    c2, s2 = outwards[0] ** 2 - outwards[1] ** 2, 2 * outwards[0] * outwards[1]
    artwork = np.clip(c2 * look(edges.art_cos2) + s2 * look(edges.art_sin2), 0, 1)
    weight = np.ones_like(across) if taken is None else 1 - look(taken)
    # the slow part of the profile is a penumbra or a bend of the paper, no edge
    slow = cv2.blur(across, (2 * round(p.slow_mm / p.step_mm) + 1, 1), borderType=cv2.BORDER_REFLECT)
    sharp = np.clip(across - slow, -p.clip_sigmas, p.clip_sigmas)
    step = np.stack([_step_across(look_wide(plane), p) for plane in edges.tone]) / edges.tone_noise
    return _Band(np.asarray(sharp, np.float32), np.asarray(weight, np.float32), np.asarray(artwork, np.float32), step,
                 (start + end) / 2, along, outwards, length)


def _step_across(tone: Plane, p: SideParams) -> Plane:
    """Mean of the strip inside less that of the strip outside each offset: (samples, offsets)."""
    strip, gap = round(p.strip_mm / p.step_mm), round(p.gap_mm / p.step_mm)
    sums = np.cumsum(np.pad(tone, ((0, 0), (1, 0))), axis=1)
    means = (sums[:, strip:] - sums[:, :-strip]) / strip
    count = 2 * round(p.span_mm / p.step_mm) + 1
    outer = strip + 2 * gap
    return np.asarray(means[:, :count] - means[:, outer:outer + count], np.float32)


def _places(p: SideParams) -> NDArray[np.float64]:
    """Where along a side it is sampled, -0.5..0.5, a little short of the corners."""
    return np.linspace(-0.47, 0.47, p.samples)


def _moved(plane: Plane, shifts: NDArray[np.float64], p: SideParams, beyond: float = 0.0) -> Plane:
    """plane (samples, offsets) moved along lines: (slopes, segments, offsets), the mean over each segment.

    shifts: (slopes, samples) in mm. Samples are first joined by fours, which smears a line of 3 degrees by 0.3 mm.
    """
    joined = plane.reshape(p.samples // _JOIN, _JOIN, -1).mean(axis=1)
    steps = np.round(shifts.reshape(len(shifts), -1, _JOIN).mean(axis=2) / p.step_mm).astype(int)
    offsets = joined.shape[1]
    columns = np.arange(offsets)[None, None, :] + steps[:, :, None]
    inside = (columns >= 0) & (columns < offsets)
    found = np.where(inside, joined[np.arange(len(joined))[None, :, None], np.clip(columns, 0, offsets - 1)], beyond)
    return np.asarray(found.reshape(len(shifts), p.segments, -1, offsets).mean(axis=2), np.float32)


def _along_side(values: Plane, kernel: int) -> Plane:
    """The maximum over `kernel` neighbouring offsets, row by row."""
    rows = np.ascontiguousarray(values.reshape(-1, values.shape[-1]))
    return np.asarray(cv2.dilate(rows, np.ones((1, kernel), np.uint8)), np.float32).reshape(values.shape)


def _contrast(band: _Band, shifts: NDArray[np.float64], p: SideParams) -> Plane:
    """(slopes, segments, offsets): |mean gradient| of each segment in sigmas of such a mean."""
    total = np.abs(_moved(band.gradient * band.weight, shifts, p))
    rows = total.reshape(-1, total.shape[-1])
    # a hairline has two flanks: they are one edge
    merged = cv2.GaussianBlur(rows, (0, 0), sigmaX=p.merge_mm / p.step_mm, sigmaY=1e-3)
    return np.asarray(merged, np.float32).reshape(total.shape)


def _step_clarity(band: _Band, shifts: NDArray[np.float64], p: SideParams) -> Plane:
    """(slopes, segments, offsets) 0..1: whether the two strips beside a line differ in tone, most where they do most."""
    total = np.zeros((len(shifts), p.segments, band.step.shape[2]), np.float32)
    for channel in band.step:
        total += _moved(channel * band.weight, shifts, p) ** 2
    most = _along_side(total, 2 * round(p.strip_mm / p.step_mm) + 1)
    return np.asarray(total / (total + p.half_at**2) * total / np.maximum(most, 1e-6), np.float32)


def _clarity(z: Plane, p: SideParams) -> Plane:
    """0..1 from sigmas: mostly whether there is an edge, a little how strong it is."""
    return np.asarray(0.85 * z * z / (z * z + p.half_at**2) + 0.15 * z * z / (z * z + (5 * p.half_at) ** 2), np.float32)


def _lines(band: _Band, offsets: NDArray[np.float64], slopes: NDArray[np.float64], p: SideParams) -> list[_Line]:
    """The best few straight lines in a band, told apart by more than a millimetre."""
    shifts = np.tan(slopes)[:, None] * band.length_mm * _places(p)[None, :]
    z = _contrast(band, shifts, p)
    # only the crest of an edge counts; one step beside it a little less, as a side is not quite straight
    crest = np.where(z >= _along_side(z, 5), _clarity(z, p), 0).astype(np.float32)
    crest = np.maximum(crest, 0.9 * _along_side(crest, 3))
    crest = crest * (1 - p.artwork_discount * _moved(band.artwork, shifts, p))
    crest = 0.5 * crest + 0.5 * _step_clarity(band, shifts, p)
    judged = np.maximum(_moved(band.weight, shifts, p, beyond=1.0), crest)
    # hidden segments neither help nor harm, but a side that is mostly hidden is worth less
    scores = (crest.sum(axis=1) / np.maximum(judged.sum(axis=1), 0.35 * p.segments)).T
    out = []
    for _ in range(p.lines_per_side):
        i, j = np.unravel_index(int(scores.argmax()), scores.shape)
        if scores[i, j] <= p.unseen:
            break
        out.append(_Line(float(offsets[i]), float(slopes[j]), float(scores[i, j])))
        scores[max(0, i - 3):i + 4] = 0
    return out


def _choose(lines: list[list[_Line]], p: SideParams) -> tuple[list[_Line], float]:
    """The four lines that together look most like the card, and their score (0..4 less costs)."""
    top_bottom, right_left = (_pairs(lines[k], lines[k + 2], p) for k in (0, 1))
    best: tuple[float, list[_Line]] | None = None
    for (score_a, a), (score_b, b) in product(top_bottom[:8], right_left[:8]):
        four = [a[0], b[0], a[1], b[1]]
        mean = sum(line.slope for line in four) / 4
        turned = sum((line.slope - mean) ** 2 for line in four) / np.radians(p.turn_cost_deg) ** 2
        score = score_a + score_b - 0.05 * turned
        if best is None or score > best[0]:
            best = score, four
    assert best is not None  # `_pairs` never comes back empty
    return best[1], float(best[0])


def _pairs(one: list[_Line], other: list[_Line], p: SideParams) -> list[tuple[float, tuple[_Line, _Line]]]:
    """Pairs of opposite sides, best first; a side that cannot be seen lies the card's size from the one that can."""
    pairs = []
    for a, b in product(one, other):
        pairs.append((a.score + b.score - p.size_cost * (a.offset_mm + b.offset_mm) ** 2, (a, b)))
    for a in one:
        pairs.append((a.score + p.unseen, (a, _Line(-a.offset_mm, a.slope, p.unseen, seen=False))))
    for b in other:
        pairs.append((b.score + p.unseen, (_Line(-b.offset_mm, b.slope, p.unseen, seen=False), b)))
    if not pairs:
        blank = _Line(0.0, 0.0, 0.0, seen=False)
        pairs.append((0.0, (blank, blank)))
    return sorted(pairs, key=lambda pair: -pair[0])


def _sharpened(band: _Band, line: _Line, offsets: NDArray[np.float64], p: SideParams) -> _Line:
    """The line refitted to the centre of the gradient in each row (robust least squares, reweighted)."""
    if not line.seen:
        return line
    t = _places(p)
    # a blur along the side lifts faint edges out of the noise before their place is taken
    strength = cv2.blur(band.gradient * band.weight, (1, p.samples // 8)) ** 2
    offset, rise = line.offset_mm, np.tan(line.slope) * band.length_mm
    for reach in (0.8, 0.6):
        near = np.exp(-0.5 * ((offsets[None] - (offset + rise * t)[:, None]) / reach) ** 2) * strength
        mass = near.sum(axis=1)
        use = mass > 0.05 * np.median(mass) + 1e-6
        if use.sum() < p.samples // 8:
            return line
        crest = (near * offsets).sum(axis=1)[use] / mass[use]
        offset, rise = _robust_line(t[use], crest)
    if abs(offset - line.offset_mm) > 3 * p.step_mm:
        return line
    return _Line(offset, float(np.arctan(rise / band.length_mm)), line.score)


def _robust_line(t: NDArray[np.float64], u: NDArray[np.float64], scale: float = 0.15) -> tuple[float, float]:
    """u = offset + rise * t under a Cauchy-like loss of that scale (mm)."""
    basis = np.column_stack([np.ones_like(t), t])
    weight = np.ones_like(t)
    solution = np.zeros(2)
    for _ in range(4):
        solution = np.linalg.lstsq(basis * weight[:, None], u * weight, rcond=None)[0]
        weight = 1 / np.sqrt(1 + ((u - basis @ solution) / scale) ** 2)
    return float(solution[0]), float(solution[1])


def _support(band: _Band, line: _Line, offsets: NDArray[np.float64], p: SideParams) -> tuple[float, float]:
    """Shares of a side's segments that show an edge on the line, and that are hidden."""
    shifts = (line.offset_mm + np.tan(line.slope) * band.length_mm * _places(p))[None, :]
    z = _contrast(band, shifts, p)[0]
    middle = len(offsets) // 2
    crest = z[:, middle - 2:middle + 3].max(axis=1)
    hidden = _moved(band.weight, shifts, p, beyond=1.0)[0, :, middle] < 0.4
    shown = crest * crest / (crest * crest + p.half_at**2) > 0.5
    return float(np.mean(shown)), float(np.mean(hidden & ~shown))


def _crossing(a: _Band, line_a: _Line, b: _Band, line_b: _Line) -> Points:
    """Where two neighbouring sides meet."""
    point_a, point_b = a.middle + a.outwards * line_a.offset_mm, b.middle + b.outwards * line_b.offset_mm
    way_a = a.along + a.outwards * np.tan(line_a.slope)
    way_b = b.along + b.outwards * np.tan(line_b.slope)
    step = np.linalg.solve(np.column_stack([way_a, -way_b]), point_b - point_a)
    return np.asarray(point_a + step[0] * way_a)
