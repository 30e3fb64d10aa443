"""The poster's printed markers in a photo: found, measured, and checked against the layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.geometry import apply_homography
from posterscan.layout import Layout
from posterscan.markers.consensus import Group, agreeing, homographies
from posterscan.markers.detect import Candidates, bit_pattern, detect, dictionary, united
from posterscan.markers.edges import EdgeParams, Square, measure_square
from posterscan.markers.found import Fiducials, nothing_found
from posterscan.sheet import Lens

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

__all__ = ["FiducialParams", "Fiducials", "find_fiducials"]

OTHER_DICTIONARIES = (
    "DICT_APRILTAG_36h11",
    "DICT_4X4_1000",
    "DICT_5X5_1000",
    "DICT_6X6_1000",
    "DICT_7X7_1000",
    "DICT_ARUCO_ORIGINAL",
    "DICT_APRILTAG_25h9",
    "DICT_APRILTAG_36h10",
)


@dataclass(frozen=True)
class FiducialParams:
    """How markers are looked for."""

    long_sides_px: tuple[int, ...] = (1008, 2016, 4032)  # sizes that the photo is shrunk to, the quickest first
    min_side_share: float = 0.006  # smallest marker side, as a share of the longest side of the picture
    enough: int = 4  # markers that fix the sheet well enough to predict where the others are
    limit_mm: float = (
        12.0  # a marker may lie so far from its place on a flat sheet: curled corners do; ghosts lie anywhere
    )
    second_sheet: int = (
        3  # as many markers that agree on another place are another poster: two agree by chance, three don't
    )
    search_modules: float = 1.5  # a predicted marker may be off by so many modules
    match_score: float = 0.4  # correlation with the printed pattern, half of it covered; then each quarter must show it
    quarter_score: float = (
        0.7  # the same for the quarter next to a corner that is measured: seen whole it is above 0.85
    )
    detected_off_modules: float = 1.2  # a fitted corner further from the detected one belongs to something else
    searched_off_modules: float = (
        0.6  # the same where the pattern was searched for: that is right to a third of a module
    )
    patch_px_per_module: int = 6
    edges: EdgeParams = field(default_factory=EdgeParams)


def _names(layout: Layout) -> list[str]:
    return sorted({m.dictionary for m in layout.markers})


def _of_layout(found: Candidates, names: Sequence[str], layout: Layout) -> tuple[Ints, Floats]:
    """Numbers in layout.markers and corners of those candidates that the layout has."""
    number = {(m.dictionary, m.id): i for i, m in enumerate(layout.markers)}
    marker = np.array(
        [number.get((names[k], int(i)), -1) for k, i in zip(found.index, found.ids, strict=True)], np.int64
    )
    return marker[marker >= 0], found.corners_px[marker >= 0]


def _scales(grey: Grey, params: FiducialParams) -> list[float]:
    """Shrinkage per round; a photo smaller than a size is taken as it is, once."""
    longest = max(grey.shape)
    return sorted({min(1.0, side / longest) for side in params.long_sides_px})


def _looked_up(
    grey: Grey, layout: Layout, params: FiducialParams, lenses: Sequence[Lens]
) -> tuple[Ints, Floats, Group, Lens | None]:
    """Candidates of the layout, the group that agrees, from as few scales as it takes to find them all, and through which lens."""
    lens: Lens | None = None
    names = _names(layout)
    marker, quads = np.zeros(0, np.int64), np.zeros((0, 4, 2))
    group = Group(np.zeros(0, np.int64), np.eye(3))
    parts: list[Candidates] = []
    for scale in _scales(grey, params):
        parts.insert(
            0, detect(grey, names, scale, params.min_side_share)
        )  # finer finds first: their corners are better
        marker, quads = _of_layout(united(parts), names, layout)
        group, lens = _agreeing(marker, quads, layout, params, lenses)
        if len(group) == len(layout.markers) or (
            len(parts) >= 2 and len(group) >= max(params.enough, len(layout.markers) // 2)
        ):
            break  # the rest is searched where this group predicts it, which also finds what no scale decodes
    return marker, quads, group, lens


def _agreeing(
    marker: Ints, quads: Floats, layout: Layout, params: FiducialParams, lenses: Sequence[Lens]
) -> tuple[Group, Lens | None]:
    """The largest group that agrees on a flat sheet, seen through no lens or through one of those given; no lens wins a draw."""
    corners_mm = layout.marker_corners_mm[marker]
    best, through = agreeing(marker, quads, corners_mm, params.limit_mm), None
    for lens in lenses if len(best) < len(np.unique(marker)) else ():
        group = agreeing(marker, _straight(quads, lens), corners_mm, params.limit_mm)
        if len(group) > len(best):
            best, through = group, lens
    return best, through


def _straight(quads_px: Floats, lens: Lens | None) -> Floats:
    """(M, 4, 2) as a lens without distortion would show them."""
    return quads_px if lens is None else lens.ideal(quads_px.reshape(-1, 2)).reshape(quads_px.shape)


def _modules(layout: Layout, marker: int) -> int:
    return int(dictionary(layout.markers[marker].dictionary).markerSize) + 2


def _local_prediction(number: int, known: Ints, squares_px: Floats, layout: Layout, lens: Lens | None) -> Floats:
    """Where a marker lies by the known ones, (4, 2): the nearest weigh most, as the sheet need not be flat."""
    corners = layout.marker_corners_mm
    away = np.linalg.norm(corners[known].mean(1) - corners[number].mean(0), axis=1)
    near = np.argsort(away)[:6]
    straight = _straight(squares_px[near], lens)
    matrix = homographies(corners[known[near]].reshape(1, -1, 2), straight.reshape(1, -1, 2))[0]
    guess = apply_homography(matrix, corners[number])
    return guess if lens is None else lens.distorted(guess)


def _upright_patch(grey: Grey, quad_px: Floats, modules: int, margin: float, px: int) -> tuple[Grey, Floats]:
    """The square brought upright with a margin (in modules), and the (3, 3) map from patch px to photo px."""
    size = round((modules + 2 * margin) * px)
    inner = np.array([[0, 0], [modules, 0], [modules, modules], [0, modules]]) * px + margin * px - 0.5
    to_photo = homographies(inner[None], quad_px[None])[0]
    side = float(np.sqrt(abs(cv2.contourArea(quad_px.astype(np.float32)))))
    shrink = side / (modules * px)
    low = np.floor(quad_px.min(0) - side).astype(int).clip(0)
    high = np.ceil(quad_px.max(0) + side).astype(int).clip(1)
    part = grey[low[1] : high[1], low[0] : high[0]]
    if part.size == 0:
        return np.zeros((size, size), np.uint8), to_photo
    if shrink > 1.5:
        part = np.asarray(cv2.GaussianBlur(part, (0, 0), 0.4 * shrink), dtype=np.uint8)
    shifted = np.array([[1.0, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ to_photo
    patch = cv2.warpPerspective(
        part,
        shifted,
        (size, size),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=128,
    )
    return np.asarray(patch, dtype=np.uint8), to_photo


def _searched(grey: Grey, number: int, guess_px: Floats, layout: Layout, params: FiducialParams) -> Floats | None:
    """(4, 2) rough corners of a marker near its predicted place, or None where the printed pattern is not there."""
    px, modules = params.patch_px_per_module, _modules(layout, number)
    patch, to_photo = _upright_patch(grey, guess_px, modules, params.search_modules + 1, px)
    score = cv2.matchTemplate(patch.astype(np.float32), _template(layout, number, px), cv2.TM_CCOEFF_NORMED)
    _, best, _, at = cv2.minMaxLoc(score)
    if best < params.match_score:
        return None
    corner = np.asarray(at, dtype=np.float64) + px - 0.5
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (modules * px) + corner
    return apply_homography(to_photo, square)


def _checked(
    grey: Grey, square: Square, number: int, quad_px: Floats, off_modules: float, layout: Layout, params: FiducialParams
) -> Square:
    """A measured square without the corners that moved away from where they were seen, or whose quarter of the
    marker does not show the printed pattern: there something lies over it whose edge was taken for the marker's."""
    modules = _modules(layout, number)
    side = np.linalg.norm(quad_px - np.roll(quad_px, -1, axis=0), axis=1).min()
    wrong = np.linalg.norm(square.corners_px - quad_px, axis=1) > off_modules * side / modules
    if not wrong.all():
        wrong |= _quarter_scores(grey, number, square.corners_px, layout, params) < params.quarter_score
    return replace(
        square,
        corners_px=np.where(wrong[:, None], quad_px, square.corners_px),
        sigma_px=np.where(wrong, np.inf, square.sigma_px),
    )


def _template(layout: Layout, number: int, px: int) -> NDArray[np.float32]:
    """The printed marker with a quiet zone of one module, a little soft, px pixels a module."""
    marker = layout.markers[number]
    pattern = np.pad(bit_pattern(marker.dictionary, marker.id), 1, constant_values=1.0)
    drawn = cv2.resize(pattern, None, fx=px, fy=px, interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.GaussianBlur(drawn, (0, 0), 0.25 * px), dtype=np.float32)


def _quarter_scores(grey: Grey, number: int, quad_px: Floats, layout: Layout, params: FiducialParams) -> Floats:
    """(4,) correlation with the printed pattern of the quarter of the marker that is next to each corner."""
    px = params.patch_px_per_module
    template = _template(layout, number, px)
    patch = _upright_patch(grey, quad_px, _modules(layout, number), 1, px)[0].astype(np.float32)
    half = len(template) // 2
    quarters = (
        (slice(None, half), slice(None, half)),
        (slice(None, half), slice(-half, None)),
        (slice(-half, None), slice(-half, None)),
        (slice(-half, None), slice(None, half)),
    )
    return np.array([float(cv2.matchTemplate(patch[q], template[q], cv2.TM_CCOEFF_NORMED)[0, 0]) for q in quarters])


def _measure_all(grey: Grey, layout: Layout, found: dict[int, Floats], params: FiducialParams) -> dict[int, Square]:
    return {
        k: _checked(
            grey,
            measure_square(grey, quad, _modules(layout, k), params.edges),
            k,
            quad,
            params.detected_off_modules,
            layout,
            params,
        )
        for k, quad in found.items()
    }


def _searched_again(
    grey: Grey, layout: Layout, squares: dict[int, Square], params: FiducialParams, lens: Lens | None
) -> dict[int, Square]:
    """Markers that are missing, or were found with corners covered, looked for where the others predict them."""
    sound = [k for k, s in squares.items() if np.isfinite(s.sigma_px).all()]
    if len(sound) < params.enough:
        return {}
    known, corners = np.array(sound), np.array([squares[k].corners_px for k in sound])
    out: dict[int, Square] = {}
    for number in range(len(layout.markers)):
        if number in sound:
            continue
        guess = _local_prediction(number, known, corners, layout, lens)
        if not np.all((guess.mean(0) > 0) & (guess.mean(0) < grey.shape[::-1])):
            continue
        rough = _searched(grey, number, guess, layout, params)
        if rough is None:
            continue
        modules = _modules(layout, number)
        square = _checked(
            grey,
            measure_square(grey, rough, modules, params.edges),
            number,
            rough,
            params.searched_off_modules,
            layout,
            params,
        )
        if np.isfinite(square.sigma_px).sum() > (
            np.isfinite(squares[number].sigma_px).sum() if number in squares else 0
        ):
            out[number] = square
    return out


def _other_dictionaries(grey: Grey, layout: Layout, params: FiducialParams) -> tuple[tuple[str, int], ...]:
    """Dictionaries that the layout does not use, with as many of their markers as lie in the photo (2 or more)."""
    scale = _scales(grey, params)[min(1, len(_scales(grey, params)) - 1)]
    counts: Counter[str] = Counter()
    for name in OTHER_DICTIONARIES:
        if name not in _names(layout):
            counts[name] = len(detect(grey, [name], scale, 2 * params.min_side_share))
    return tuple((name, n) for name, n in counts.most_common() if n >= 2)


def _is_mirrored(grey: Grey, layout: Layout, params: FiducialParams) -> bool:
    flipped = np.ascontiguousarray(grey[:, ::-1])
    return len(_looked_up(flipped, layout, params, ())[2]) >= 2


def find_fiducials(
    grey: Grey, layout: Layout, params: FiducialParams | None = None, lenses: Sequence[Lens] = ()
) -> Fiducials:
    """The layout's markers in grey (H, W) uint8, an upright photo as stored by a camera (sRGB tone curve).

    Detection on the photo at several scales, ghosts thrown out by the layout, corners measured on fitted edges, and
    what is still missing searched where the rest predicts it. lenses: what the photo may have been taken through, for one that
    bends the sheet so much that its markers seem to be out of place. Never raises for a photo without markers; LayoutError
    for an unknown dictionary.
    """
    p = params or FiducialParams()
    if not layout.markers:
        return nothing_found()
    marker, quads, group, lens = _looked_up(grey, layout, p, lenses)
    found = {int(marker[i]): quads[i] for i in group.members}
    squares = _measure_all(grey, layout, found, p)
    again = _searched_again(grey, layout, squares, p, lens)
    left = np.setdiff1d(np.arange(len(marker)), group.members)
    second = agreeing(marker[left], quads[left], layout.marker_corners_mm[marker[left]], p.limit_mm)
    twin = quads[left][second.members] if len(second) >= p.second_sheet else np.zeros((0, 4, 2))
    few = len(found) < p.enough
    return _gathered(
        layout,
        {**squares, **again},
        frozenset(set(again) - set(found)),
        quads[left].mean(1).reshape(-1, 2),
        twin,
        few and _is_mirrored(grey, layout, p),
        _other_dictionaries(grey, layout, p) if few else (),
    )


def _gathered(
    layout: Layout,
    squares: dict[int, Square],
    predicted: frozenset[int],
    ghosts: Floats,
    twin: Floats,
    mirrored: bool,
    others: tuple[tuple[str, int], ...],
) -> Fiducials:
    order = sorted(squares)
    rows = [squares[k] for k in order]
    return Fiducials(
        np.array(order, np.int64),
        np.array([layout.markers[k].id for k in order], np.int64),
        np.array([s.corners_px for s in rows]).reshape(-1, 4, 2),
        np.array([s.sigma_px for s in rows]).reshape(-1, 4),
        np.array([s.residual_px for s in rows]),
        np.array([s.seen for s in rows]).reshape(-1, 4),
        np.array([s.rise_px for s in rows]),
        np.array([s.contrast for s in rows]),
        np.array([s.paper_light for s in rows]),
        np.array([k in predicted for k in order], bool),
        ghosts,
        twin,
        mirrored,
        others,
    )
