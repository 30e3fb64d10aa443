"""Which of the detected squares are the layout's markers: those that agree on one view of the sheet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Group:
    """Candidates that lie on one sheet. members: (K,) candidate numbers, one per marker of the layout.

    px_to_mm: (3, 3) homography that they agree on; empty members when there is none.
    """

    members: NDArray[np.int64]
    px_to_mm: Floats

    def __len__(self) -> int:
        return len(self.members)


def homographies(source: Floats, target: Floats) -> Floats:
    """(P, 3, 3) least-squares homographies of P sets of point pairs (P, N, 2), by the direct linear transform."""

    def normaliser(points: Floats) -> Floats:
        flat = points.reshape(-1, 2)
        centre, scale = flat.mean(0), max(float(flat.std()), 1e-9)
        return np.array([[1 / scale, 0, -centre[0] / scale], [0, 1 / scale, -centre[1] / scale], [0, 0, 1]])

    a, b = normaliser(source), normaliser(target)
    x, y = np.moveaxis(source * a[0, 0] + a[:2, 2], -1, 0)
    u, v = np.moveaxis(target * b[0, 0] + b[:2, 2], -1, 0)
    one, nil = np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate(
        [
            np.stack([x, y, one, nil, nil, nil, -u * x, -u * y, -u], -1),
            np.stack([nil, nil, nil, x, y, one, -v * x, -v * y, -v], -1),
        ],
        axis=1,
    )
    _, vectors = np.linalg.eigh(np.swapaxes(rows, 1, 2) @ rows)
    found = vectors[..., 0].reshape(-1, 3, 3)
    return np.asarray(np.linalg.inv(b) @ found @ a)


def mapped(matrices: Floats, points: Floats) -> Floats:
    """(P, N, 2) points through P homographies; nan where a point is not on the side of the plane that faces the
    camera."""
    out = points @ np.swapaxes(matrices[:, :, :2], 1, 2) + matrices[:, None, :, 2]
    w = out[..., 2:]
    away = np.sign(w) != np.sign(np.nanmedian(w, axis=1, keepdims=True))
    return np.asarray(out[..., :2] / np.where(away | (w == 0), np.nan, w))


def _errors_mm(matrices: Floats, corners_px: Floats, corners_mm: Floats) -> Floats:
    """(P, M) median over its corners of how far each candidate lies from its place; half-covered tags have wrong
    corners."""
    at = mapped(matrices, corners_px.reshape(1, -1, 2)).reshape(len(matrices), -1, 4, 2)
    far = np.linalg.norm(at - corners_mm[None], axis=-1)
    far = np.where(np.isfinite(far), far, 1e6)
    return np.asarray(np.sort(far, axis=-1)[..., 1:3].mean(-1))


def _distinct(errors: Floats, marker: NDArray[np.int64], limit_mm: float) -> NDArray[np.int64]:
    """Candidates within the limit, the nearest one of each marker."""
    order = [i for i in np.argsort(errors) if errors[i] < limit_mm]
    return np.array(sorted({int(marker[i]): int(i) for i in reversed(order)}.values()), dtype=np.int64)


def agreeing(
    marker: NDArray[np.int64], corners_px: Floats, corners_mm: Floats, limit_mm: float, most: int = 60
) -> Group:
    """The largest set of candidates that one view of the sheet explains, by trying all pairs.

    marker: (M,) number of the layout's marker that each candidate claims to be; corners_px, corners_mm: (M, 4, 2),
    the latter of that marker. limit_mm: how far a marker may lie from its place (relief, lens). most: only so many
    candidates, largest first.
    """
    none = Group(np.zeros(0, np.int64), np.eye(3))
    if len(marker) < 2:
        return none
    span = np.linalg.norm(corners_px[:, 2] - corners_px[:, 0], axis=1)
    big = np.argsort(-span)[:most]
    first, second = (big[i] for i in np.triu_indices(len(big), 1))
    apart = marker[first] != marker[second]
    first, second = first[apart], second[apart]
    if len(first) == 0:
        return none
    matrices = homographies(
        np.concatenate([corners_px[first], corners_px[second]], axis=1),
        np.concatenate([corners_mm[first], corners_mm[second]], axis=1),
    )
    errors = _errors_mm(matrices, corners_px, corners_mm)
    capped = np.minimum(
        errors / (2 * limit_mm), 1
    )  # a pair extrapolates: twice the limit, and near counts more than far
    score = sum((1 - capped[:, marker == m].min(axis=1) for m in np.unique(marker)), np.zeros(len(matrices)))
    best = none
    for trial in np.argsort(-score)[:5]:
        group = _settled(_distinct(errors[trial], marker, 2 * limit_mm), marker, corners_px, corners_mm, limit_mm)
        best = group if len(group) > len(best) else best
    return best


def _settled(
    members: NDArray[np.int64], marker: NDArray[np.int64], corners_px: Floats, corners_mm: Floats, limit_mm: float
) -> Group:
    """Members fitted together and looked up again until they stay the same."""
    matrix = np.eye(3)
    for _ in range(6):
        if len(members) < 2:
            return Group(np.zeros(0, np.int64), np.eye(3))
        matrix = _robust(corners_px[members].reshape(-1, 2), corners_mm[members].reshape(-1, 2))
        again = _distinct(_errors_mm(matrix[None], corners_px, corners_mm)[0], marker, limit_mm)
        if np.array_equal(again, members):
            break
        members = again
    return Group(members, matrix)


def _robust(source: Floats, target: Floats) -> Floats:
    """Homography with the worst corners left out (those beyond 3 times the median error)."""
    keep = np.ones(len(source), bool)
    matrix = np.eye(3)
    for _ in range(4):
        matrix = homographies(source[None, keep], target[None, keep])[0]
        far = np.nan_to_num(np.linalg.norm(mapped(matrix[None], source[None])[0] - target, axis=1), nan=1e6)
        keep = far <= max(3 * float(np.median(far)), 1e-9)
        if keep.sum() < 8:
            break
    return matrix
