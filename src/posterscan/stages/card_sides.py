"""The four sides of one card, found to a fraction of a pixel from a rough place.

Each side is searched in a band of pictures sampled across it. Averaging along the side lifts an edge of less than one noise
sigma (white paper on light paper) out of the noise. The four sides are chosen together: a shadow beside a card or a bar
printed on it makes strong parallel lines, and only one pair of lines lies the card's own size apart.
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
    near_cost: cost of one mm² that a side lies beside its rough place, where that is known well (by a code).
    strip_mm, gap_mm: width of the two strips whose tone is compared, and their distance from the line.
    merge_mm: Gaussian over a profile, so that the two flanks of a hairline (a cut line, a dark rim) count as one edge.
    slow_mm: half the width of the mean that is taken off each profile. artwork_discount: how much less an edge counts where
    the artwork has one of that direction. clip_sigmas: no pixel counts for more.
    colour_trust: of a sigma of colour against one of grey: a JPEG's colour comes in blocks of 16 px, whose borders are straight.
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
    near_cost: float = 0.0
    unseen: float = 0.3
    lines_per_side: int = 5
    slow_mm: float = 2.0
    merge_mm: float = 0.4
    strip_mm: float = 3.0
    gap_mm: float = 0.5
    clip_sigmas: float = 150.0
    artwork_discount: float = 0.7
    colour_trust: float = 0.6

    @property
    def offsets_mm(self) -> NDArray[np.float64]:
        """Where beside a side it is looked for, outwards."""
        count = round(self.span_mm / self.step_mm)
        return np.arange(-count, count + 1, dtype=np.float64) * self.step_mm

    @property
    def places(self) -> NDArray[np.float64]:
        """Where along a side it is sampled, -0.5..0.5, a little short of the corners."""
        return np.linspace(-0.47, 0.47, self.samples)


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
class _Bands:
    """What lies across the four sides: gradient of grey and of colour (4, 2, samples, offsets), weight (0 hidden .. 1) and
    artwork (4, samples, offsets), and step, the difference in tone between inside and outside (4, 3, samples, offsets).
    middle, along, outwards (4, 2), length (4,).
    """

    gradient: Plane
    weight: Plane
    artwork: Plane
    step: Plane
    middle: Points
    along: Points
    outwards: Points
    length_mm: NDArray[np.float64]


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
    bands = _bands(edges, rectangle(center_mm, size_mm, rotation_deg), taken, p)
    chosen, score = _choose(_lines(bands, p), p)
    fitted = _sharpened(bands, chosen, p)
    corners = np.array([_crossing(bands, fitted, (k - 1) % 4, k) for k in range(4)])
    supported, hidden = _support(bands, fitted, p)
    strengths = np.array([line.score if line.seen else 0.0 for line in fitted])
    return Sides(corners, score, strengths, supported, hidden)


def _bands(edges: Edges, corners: Points, taken: Plane | None, p: SideParams) -> _Bands:
    ends = np.roll(corners, -1, axis=0)
    length = np.linalg.norm(ends - corners, axis=1)
    along = (ends - corners) / length[:, None]
    outwards = np.column_stack([along[:, 1], -along[:, 0]])  # left of the way, as corners run clockwise with y down
    middle = (corners + ends) / 2
    reach = round((p.strip_mm + p.gap_mm) / p.step_mm)
    near = round(p.span_mm / p.step_mm)
    far = np.arange(-near - reach, near + reach + 1) * p.step_mm
    spots = middle[:, None, None] + (p.places[None, :, None] * (ends - corners)[:, None])[:, :, None] \
        + far[None, None, :, None] * outwards[:, None, None]
    xy = (spots * edges.px_per_mm - 0.5).astype(np.float32).reshape(4 * p.samples, -1, 2)
    narrow = np.ascontiguousarray(xy[:, reach:-reach])

    def look(plane: Plane, where: Plane) -> Plane:
        found = cv2.remap(plane, where, np.empty(0, np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(found, np.float32).reshape(4, p.samples, where.shape[1], -1)

    light = look(edges.gradients, narrow)
    out = outwards[:, None, None]
    across = np.stack([trust * (out[..., 0] * light[..., k] + out[..., 1] * light[..., k + 1])
                       for k, trust in ((0, 1.0), (2, p.colour_trust))], axis=1)
    art = look(edges.artwork, narrow)
    # the artwork's edges of this direction: their normal is `outwards`
    c2, s2 = out[..., 0] ** 2 - out[..., 1] ** 2, 2 * out[..., 0] * out[..., 1]
    artwork = np.clip(c2 * art[..., 0] + s2 * art[..., 1], 0, 1)
    weight = np.ones(artwork.shape) if taken is None else 1 - look(taken, narrow)[..., 0]
    return _Bands(_sharp(np.asarray(across, np.float32), p), np.asarray(weight, np.float32), np.asarray(artwork, np.float32),
                  _step_across(look(edges.tone, xy), edges.tone_noise, p), middle, along, outwards, length)


def _sharp(across: Plane, p: SideParams) -> Plane:
    """Profiles without their slow part, which is a penumbra or a bend of the paper, no edge."""
    rows = np.ascontiguousarray(across.reshape(-1, across.shape[-1]), np.float32)
    # a penumbra is a few sigmas steep; a strong edge must not leave its echo beside it
    calm = np.clip(rows, -p.half_at, p.half_at)
    slow = cv2.blur(calm, (2 * round(p.slow_mm / p.step_mm) + 1, 1), borderType=cv2.BORDER_REFLECT)
    return np.asarray(np.clip(rows - slow, -p.clip_sigmas, p.clip_sigmas), np.float32).reshape(across.shape)


def _step_across(tone: Plane, noise: float, p: SideParams) -> Plane:
    """Tone (4, samples, far offsets, channels) to the mean of the strip inside less that outside each offset, in sigmas."""
    strip, gap = round(p.strip_mm / p.step_mm), round(p.gap_mm / p.step_mm)
    sums = np.cumsum(np.pad(tone, ((0, 0), (0, 0), (1, 0), (0, 0))), axis=2)
    means = (sums[:, :, strip:] - sums[:, :, :-strip]) / (strip * noise)
    count, outer = len(p.offsets_mm), strip + 2 * gap
    return np.asarray(np.moveaxis(means[:, :, :count] - means[:, :, outer:outer + count], 3, 1), np.float32)


def _moved(planes: Plane, shifts_mm: NDArray[np.float64], p: SideParams, beyond: float = 0.0) -> Plane:
    """planes (4, C, samples, offsets) moved along lines: (4, C, slopes, segments, offsets), the mean over each segment.

    shifts_mm: (4, slopes, samples). Samples are first joined by fours, which smears a line of 3 degrees by 0.3 mm.
    """
    sides, channels, samples, offsets = planes.shape
    joined = planes.reshape(sides, channels, samples // _JOIN, _JOIN, offsets).mean(axis=3)
    steps = np.round(shifts_mm.reshape(sides, -1, samples // _JOIN, _JOIN).mean(axis=3) / p.step_mm).astype(np.intp)
    columns = np.arange(offsets) + steps[..., None]  # (4, slopes, joined, offsets)
    edge = p.segments * 4  # no line of the allowed slopes reaches farther than this beyond the band
    padded = np.pad(joined, ((0, 0), (0, 0), (0, 0), (edge, edge)), constant_values=beyond)
    columns = np.clip(columns + edge, 0, padded.shape[-1] - 1)
    side = np.arange(sides)[:, None, None, None]
    row = np.arange(samples // _JOIN)[None, None, :, None]
    found = padded[side, :, row, columns]  # (4, slopes, joined, offsets, C)
    grouped = found.reshape(sides, steps.shape[1], p.segments, -1, offsets, channels).mean(axis=3)
    return np.asarray(np.moveaxis(grouped, -1, 1), np.float32)


def _dilated(values: Plane, kernel: int) -> Plane:
    """The maximum over `kernel` neighbouring offsets."""
    rows = np.ascontiguousarray(values.reshape(-1, values.shape[-1]))
    return np.asarray(cv2.dilate(rows, np.ones((1, kernel), np.uint8)), np.float32).reshape(values.shape)


def _merged(z: Plane, p: SideParams) -> Plane:
    """A hairline has two flanks: they are one edge."""
    rows = np.ascontiguousarray(z.reshape(-1, z.shape[-1]))
    return np.asarray(cv2.GaussianBlur(rows, (0, 0), sigmaX=p.merge_mm / p.step_mm, sigmaY=1e-3), np.float32).reshape(z.shape)


def _lines(bands: _Bands, p: SideParams) -> list[list[_Line]]:
    """Per side the best few straight lines, told apart by more than a millimetre."""
    slopes = np.radians(np.arange(-p.turn_deg, p.turn_deg + 0.01, p.turn_step_deg))
    shifts = np.tan(slopes)[None, :, None] * bands.length_mm[:, None, None] * p.places
    scores = _line_scores(bands, shifts, p)
    return [_best_lines(side, slopes, p) for side in scores]


def _line_scores(bands: _Bands, shifts: NDArray[np.float64], p: SideParams) -> Plane:
    """(4, slopes, offsets) 0..1: how much a line looks like a card's side."""
    seen = bands.weight[:, None]
    planes = np.concatenate([bands.gradient * seen, bands.artwork[:, None], bands.step * seen], axis=1)
    moved = _moved(np.asarray(planes, np.float32), shifts, p)
    z = _merged(np.abs(moved[:, :2]).max(axis=1), p)
    clear = 0.85 * z * z / (z * z + p.half_at**2) + 0.15 * z * z / (z * z + (5 * p.half_at) ** 2)
    # only the crest of an edge counts; one step beside it a little less, as a side is not quite straight
    crest = np.where(z >= _dilated(z, 5), clear, 0).astype(np.float32)
    crest = np.maximum(crest, 0.9 * _dilated(crest, 3)) * (1 - p.artwork_discount * moved[:, 2])
    # and whether the two strips beside the line differ in tone, most where they do most
    step = np.asarray((moved[:, 3:] ** 2).sum(axis=1), np.float32)
    most = _dilated(step, 2 * round(p.strip_mm / p.step_mm) + 1)
    both = 0.5 * crest + 0.5 * step / (step + p.half_at**2) * step / np.maximum(most, 1e-6)
    judged = np.maximum(_moved(np.asarray(seen), shifts, p, beyond=1.0)[:, 0], both)
    # hidden segments neither help nor harm, but a side that is mostly hidden is worth less
    return np.asarray(both.sum(axis=2) / np.maximum(judged.sum(axis=2), 0.35 * p.segments), np.float32)


def _best_lines(scores: Plane, slopes: NDArray[np.float64], p: SideParams) -> list[_Line]:
    left, out = scores.copy(), []
    for _ in range(p.lines_per_side):
        j, i = np.unravel_index(int(left.argmax()), left.shape)
        if left[j, i] <= p.unseen:
            break
        out.append(_Line(float(p.offsets_mm[i]), float(slopes[j]), float(left[j, i])))
        left[:, max(0, i - 3):i + 4] = 0
    return out


def _choose(lines: list[list[_Line]], p: SideParams) -> tuple[list[_Line], float]:
    """The four lines that together look most like the card, and their score (0..4 less costs)."""
    top_bottom, right_left = (_pairs(lines[k], lines[k + 2], p) for k in (0, 1))
    best: tuple[float, list[_Line]] | None = None
    for (score_a, a), (score_b, b) in product(top_bottom[:8], right_left[:8]):
        four = [a[0], b[0], a[1], b[1]]
        mean = sum(line.slope for line in four) / 4
        turned = sum((line.slope - mean) ** 2 for line in four) / float(np.radians(p.turn_cost_deg)) ** 2
        score = score_a + score_b - 0.05 * turned
        if best is None or score > best[0]:
            best = score, four
    assert best is not None  # `_pairs` never comes back empty
    return best[1], float(best[0])


def _pairs(one: list[_Line], other: list[_Line], p: SideParams) -> list[tuple[float, tuple[_Line, _Line]]]:
    """Pairs of opposite sides, best first; a side that cannot be seen lies the card's size from the one that can."""
    pairs = []
    for a, b in product(one, other):
        far = p.size_cost * (a.offset_mm + b.offset_mm) ** 2 + p.near_cost * (a.offset_mm**2 + b.offset_mm**2)
        pairs.append((a.score + b.score - far, (a, b)))
    pairs += [(a.score + p.unseen - 2 * p.near_cost * a.offset_mm**2, (a, _Line(-a.offset_mm, a.slope, p.unseen, seen=False)))
              for a in one]
    pairs += [(b.score + p.unseen - 2 * p.near_cost * b.offset_mm**2, (_Line(-b.offset_mm, b.slope, p.unseen, seen=False), b))
              for b in other]
    if not pairs:
        blank = _Line(0.0, 0.0, 0.0, seen=False)
        pairs.append((0.0, (blank, blank)))
    return sorted(pairs, key=lambda pair: -pair[0])


def _sharpened(bands: _Bands, lines: list[_Line], p: SideParams) -> list[_Line]:
    """The lines refitted to the centre of the gradient in each row (robust least squares, reweighted)."""
    t = p.places
    offset = np.array([line.offset_mm for line in lines])
    rise = np.array([np.tan(line.slope) for line in lines]) * bands.length_mm
    # a blur along the side lifts faint edges out of the noise before their place is taken
    smooth = [[cv2.blur(plane, (1, p.samples // 8)) for plane in side] for side in bands.gradient * bands.weight[:, None]]
    strength = (np.array(smooth) ** 2).sum(axis=1)
    for reach in (0.8, 0.6):
        beside = (p.offsets_mm - (offset[:, None] + rise[:, None] * t)[..., None]) / reach
        near = np.exp(-0.5 * beside**2) * strength
        mass = near.sum(axis=2)
        use = mass > 0.05 * np.median(mass, axis=1, keepdims=True) + 1e-6
        crest = (near * p.offsets_mm).sum(axis=2) / np.maximum(mass, 1e-9)
        offset, rise = _robust_lines(t, crest, use.astype(np.float64), (offset, rise), p.samples // 8)
    out = []
    for k, line in enumerate(lines):
        kept = line.seen and abs(offset[k] - line.offset_mm) <= 3 * p.step_mm
        out.append(_Line(float(offset[k]), float(np.arctan(rise[k] / bands.length_mm[k])), line.score) if kept else line)
    return out


def _robust_lines(t: NDArray[np.float64], u: NDArray[np.float64], use: NDArray[np.float64],
                  start: tuple[NDArray[np.float64], NDArray[np.float64]], least: int,
                  scale_mm: float = 0.15) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """u (K, N) = offset + rise * t per row, under a Cauchy loss of that scale; rows with fewer than `least` points as they were."""
    weight = use
    offset, rise = start
    for _ in range(4):
        total = np.maximum(weight.sum(axis=1), 1e-9)
        mean_t, mean_u = (weight * t).sum(axis=1) / total, (weight * u).sum(axis=1) / total
        dt = t - mean_t[:, None]
        rise = (weight * dt * u).sum(axis=1) / np.maximum((weight * dt * dt).sum(axis=1), 1e-9)
        offset = mean_u - rise * mean_t
        weight = use / (1 + ((u - offset[:, None] - rise[:, None] * t) / scale_mm) ** 2)
    few = use.sum(axis=1) < least
    return np.where(few, start[0], offset), np.where(few, start[1], rise)


def _support(bands: _Bands, lines: list[_Line], p: SideParams) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per side the shares of its segments that show an edge on the line, and that are hidden."""
    offset = np.array([line.offset_mm for line in lines])
    rise = np.array([np.tan(line.slope) for line in lines]) * bands.length_mm
    shifts = (offset[:, None] + rise[:, None] * p.places)[:, None]
    z = _merged(np.abs(_moved(bands.gradient * bands.weight[:, None], shifts, p)[:, :, 0]).max(axis=1), p)
    middle = len(p.offsets_mm) // 2
    crest = z[..., middle - 2:middle + 3].max(axis=2)
    hidden = _moved(bands.weight[:, None], shifts, p, beyond=1.0)[:, 0, 0, :, middle] < 0.4
    shown = crest > p.half_at
    return np.mean(shown, axis=1), np.mean(hidden & ~shown, axis=1)


def _crossing(bands: _Bands, lines: list[_Line], i: int, j: int) -> Points:
    """Where two neighbouring sides meet."""
    points, ways = [], []
    for k in (i, j):
        points.append(bands.middle[k] + bands.outwards[k] * lines[k].offset_mm)
        ways.append(bands.along[k] + bands.outwards[k] * np.tan(lines[k].slope))
    step = np.linalg.solve(np.column_stack([ways[0], -ways[1]]), points[1] - points[0])
    return np.asarray(points[0] + step[0] * ways[0])
