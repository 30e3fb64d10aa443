"""Where the sheet lies in the photo: one robust fit of homography, lens and relief over all measured corners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from posterscan.cameras.known import KnownLens
from posterscan.geometry import apply_homography
from posterscan.layout import Layout
from posterscan.markers.consensus import homographies
from posterscan.markers.found import Fiducials
from posterscan.messages import Message
from posterscan.relief import Camera, Field, Shifts, likeliest
from posterscan.sheet import Lens, SheetMap
from posterscan.sheetfit import SettleParams, SheetFit, SheetModel, settled
from posterscan.stages.anchors import Anchors

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FitParams:
    """How the sheet is fitted."""

    enough: int = 4  # markers; with fewer, one wrong corner passes unseen
    enough_corners: int = 10  # of them that are measured: 8 would fit any homography without contradiction
    focal_share: float = 0.72  # focal length over the picture's longest side where EXIF tells none: 26 mm equivalent
    lens_sigma: tuple[float, float, float, float] = (
        0.02,
        0.01,
        5e-4,
        5e-4,
    )  # k1, k2, p1, p2 of phones as they leave the phone
    flat_mm: float = 0.3  # how far paper that passes for flat shifts a corner: what the first fit expects
    outlier: float = 4.5  # a corner so many sigmas from where all others put it is not used
    settle: SettleParams = field(default_factory=SettleParams)


def _nowhere(size_px: tuple[int, int]) -> SheetMap:
    return SheetMap(np.eye(3), Lens(float(max(size_px)), (size_px[0] / 2, size_px[1] / 2)))


def _failed(
    reason: str,
    size_px: tuple[int, int],
    missing: Sequence[int],
    used: Sequence[int],
    problem: tuple[str, str],
    remedy: tuple[str, str],
) -> SheetFit:
    return SheetFit(
        _nowhere(size_px),
        tuple(used),
        tuple(missing),
        reason=reason,
        problem=Message(*problem),
        remedy=Message(*remedy),
    )


def _listed(ids: Sequence[int]) -> str:
    return ", ".join(str(i) for i in ids)


def _why_not(
    found: Fiducials, layout: Layout, size_px: tuple[int, int], params: FitParams, anchored: bool
) -> SheetFit | None:
    """The failed fit that says why these markers fix no sheet, or None when they do, or anchors do."""
    used = [int(i) for i in found.ids]
    missing = [m.id for k, m in enumerate(layout.markers) if k not in set(found.marker.tolist())]
    total = len(layout.markers)
    if found.mirrored:
        return _failed(
            "mirrored",
            size_px,
            missing,
            used,
            ("De foto is gespiegeld.", "The photo is mirrored."),
            (
                "Zet spiegelen uit (vaak bij de selfiecamera) of spiegel de foto terug, en probeer opnieuw.",
                "Switch mirroring off (often set for the selfie camera) or flip the photo back, and try again.",
            ),
        )
    if len(found.second_sheet_px) >= params.enough and _rivals(found):
        return _failed(
            "two-posters",
            size_px,
            missing,
            used,
            ("Er staan twee posters op de foto.", "The photo shows two posters."),
            ("Fotografeer elke poster apart.", "Take a photo of each poster by itself."),
        )
    measured = np.isfinite(found.corner_sigma_px)
    if anchored:
        return None
    if measured.any(axis=1).sum() >= params.enough and measured.sum() >= params.enough_corners:
        return None
    return _too_few(found, size_px, missing, used, total)


def _too_few(
    found: Fiducials, size_px: tuple[int, int], missing: Sequence[int], used: Sequence[int], total: int
) -> SheetFit:
    if len(found.ghosts_px) >= max(4, len(found)):  # more of them in the wrong places than in the right ones
        return _failed(
            "wrong-poster",
            size_px,
            missing,
            used,
            (
                f"Er zijn {len(found.ghosts_px)} markers gevonden, maar niet op de plaatsen van deze poster.",
                f"{len(found.ghosts_px)} markers were found, but not in the places of this poster.",
            ),
            (
                "Kies de lay-out (--layout) die bij deze poster hoort.",
                "Choose the layout (--layout) that belongs to this poster.",
            ),
        )
    if len(found) < 2 and found.others and found.others[0][1] >= 4:
        name, count = found.others[0]
        return _failed(
            "wrong-poster",
            size_px,
            missing,
            used,
            (
                f"De markers van deze poster zijn niet gevonden, wel {count} markers van een andere soort ({name}).",
                f"This poster's markers were not found, but {count} markers of another kind were ({name}).",
            ),
            (
                "Staat er een andere poster op de foto, kies dan de lay-out (--layout) die daarbij hoort; "
                "zo niet, zorg dat de hele poster in beeld is.",
                "If the photo shows another poster, choose the layout (--layout) that belongs to it; "
                "if not, get the whole poster into view.",
            ),
        )
    if len(found) == 0:
        return _failed(
            "no-markers",
            size_px,
            missing,
            used,
            (
                f"Geen van de {total} markers van de poster is gevonden.",
                f"None of the poster's {total} markers was found.",
            ),
            (
                "Fotografeer de hele poster van boven, scherp en met genoeg licht.",
                "Take the photo from above, with the whole poster in view, sharp and with enough light.",
            ),
        )
    return _failed(
        "too-few-markers",
        size_px,
        missing,
        used,
        (
            f"{len(found)} van {total} markers gevonden (niet: {_listed(missing)}).",
            f"{len(found)} of {total} markers found (missing {_listed(missing)}).",
        ),
        (
            "Ga verder naar achteren tot de hele poster in beeld is, en haal weg wat op de markers ligt.",
            "Move back until the whole poster is in view, and take away what lies on the markers.",
        ),
    )


def _rivals(found: Fiducials) -> bool:
    """Whether the second sheet is no smaller than half the first (by the size of its markers and how many there
    are)."""

    def weight(squares: Floats) -> float:
        return float(np.linalg.norm(squares[:, 2] - squares[:, 0], axis=1).sum())

    return weight(found.second_sheet_px) > 0.5 * weight(found.corners_px)


def _plane(corners_mm: Floats, corners_px: Floats, sigma_px: Floats, lens: Lens) -> Floats:
    """(3, 3) homography, mm to ideal px of the given lens, by robust least squares (soft L1)."""
    ideal = lens.ideal(corners_px)
    middle, span = corners_mm.mean(0), corners_mm.std() * 2
    unit = np.array([[1 / span, 0, -middle[0] / span], [0, 1 / span, -middle[1] / span], [0, 0, 1]])
    to_px = lens.matrix
    start = np.linalg.inv(to_px) @ homographies(corners_mm[None], ideal[None])[0] @ np.linalg.inv(unit)
    start = start / start[2, 2]

    def unpacked(x: Floats) -> Floats:
        return np.asarray(to_px @ np.append(x, 1.0).reshape(3, 3) @ unit)

    def residual(x: Floats) -> Floats:
        return np.asarray(((apply_homography(unpacked(x), corners_mm) - ideal) / sigma_px[:, None]).ravel())

    found = least_squares(residual, start.ravel()[:8], loss="soft_l1", f_scale=1.5, x_scale="jac", max_nfev=60)
    return unpacked(found.x)


def _observed(sheet: SheetMap, corners_mm: Floats, corners_px: Floats, sigma_px: Floats) -> Shifts:
    """Shifts of corners from the flat sheet, along x and y."""
    back = np.linalg.inv(sheet.homography)
    ideal = sheet.lens.ideal(corners_px)
    shift = apply_homography(back, ideal) - corners_mm
    per_px = np.stack(
        [apply_homography(back, ideal + step) - apply_homography(back, ideal) for step in ([1.0, 0], [0, 1.0])], 2
    )
    sigma = sigma_px[:, None] * np.linalg.norm(per_px, axis=2)
    n = len(corners_mm)
    return Shifts(np.repeat(corners_mm, 2, axis=0), np.tile(np.eye(2), (n, 1)), shift.ravel(), sigma.ravel())


def _unfolded(lens: Lens, size_px: tuple[int, int]) -> Lens:
    """The lens, or one between it and none: a step from a flat picture of a strongly bent one can overshoot."""
    while lens.folds(size_px):
        k1, k2, p1, p2 = (0.7 * c for c in lens.coefficients)
        lens = Lens(lens.focal_px, lens.principal_px, (k1, k2, p1, p2))
    return lens


def _without_outliers(
    seen: Shifts, camera: Camera, size_mm: tuple[float, float], params: FitParams
) -> tuple[Field, NDArray[np.bool_]]:
    """The likeliest field and which corners it uses: those that the others predict are kept, worst first out."""
    keep = np.ones(len(seen) // 2, bool)
    while True:
        both = np.repeat(keep, 2)
        best = likeliest(seen.part(both), camera, size_mm)
        error, expected = best.left_out(np.repeat(np.arange(keep.sum()), 2))
        off = np.sqrt((error**2 / expected**2).reshape(-1, 2).sum(1) / 2)
        worst = int(np.argmax(off))
        if off[worst] < params.outlier or keep.sum() <= 2 * params.enough:
            return best, keep
        keep[np.flatnonzero(keep)[worst]] = False


def fit_sheet(
    found: Fiducials,
    layout: Layout,
    size_px: tuple[int, int],
    params: FitParams | None = None,
    focal_px: float | None = None,
    anchors: Anchors | None = None,
    known: KnownLens | None = None,
) -> SheetFit:
    """The sheet in a photo of size_px (width, height) from its markers; falsy, with reason and remedy, where they
    are too few.

    focal_px: from EXIF (35 mm equivalent / 36 mm times the longest side); guessed where it is None. anchors: points
    known from another photo of the same table; with them no marker is needed. known: the camera's lens where a profile tells it;
    focal_px is then not looked at.
    """
    p = params or FitParams()
    failed = _why_not(found, layout, size_px, p, anchors is not None)
    if failed is not None:
        return failed
    usable = np.isfinite(found.corner_sigma_px)
    sigma_px = found.corner_sigma_px[usable]
    mm, px = layout.marker_corners_mm[found.marker][usable], found.corners_px[usable]
    owner, corner = np.nonzero(usable)
    placed_mm = np.array([layout.markers[k].sigma_mm or 0.0 for k in found.marker])[owner]  # of markers that were measured in
    corners = len(owner)  # anchors come after them
    if anchors is not None:
        mm, px = np.concatenate([mm, anchors.points_mm]), np.concatenate([px, anchors.points_px])
        sigma_px = np.concatenate([sigma_px, anchors.sigma_px])
        placed_mm = np.concatenate([placed_mm, np.zeros(len(anchors))])
        owner = np.concatenate([owner, anchors.patches() + len(found)])
    local = homographies(mm[None], px[None])[0]
    px_per_mm = np.sqrt(abs(np.linalg.det(local[:2, :2]))) / abs(local[2, 2])
    sigma_px = np.hypot(sigma_px, placed_mm * px_per_mm)
    loose = np.hypot(sigma_px, p.flat_mm * px_per_mm)
    focal = focal_px or p.focal_share * max(size_px)
    lens = known.lens if known is not None else Lens(focal, ((size_px[0] - 1) / 2, (size_px[1] - 1) / 2))
    sigma, mean = (known.sigma, known.lens.coefficients) if known is not None else (p.lens_sigma, lens.coefficients)
    for _ in range(2):  # the lens as the field sees it, then once more about that lens: the field is linear in it
        flat = SheetMap(_plane(mm, px, loose, lens), lens)
        camera = Camera(flat.homography, lens, sigma, mean)
        seen = _observed(flat, mm, px, sigma_px)
        bent, keep = _without_outliers(seen, camera, layout.size_mm, p)
        k1, k2, p1, p2 = bent.lens_coefficients
        lens = _unfolded(Lens(lens.focal_px, lens.principal_px, (float(k1), float(k2), float(p1), float(p2))), size_px)
    ids = found.ids.tolist()
    fit = SheetFit(
        flat,
        tuple(ids),
        tuple(m.id for k, m in enumerate(layout.markers) if k not in set(found.marker.tolist())),
        corners_dropped=tuple((ids[owner[i]], int(corner[i])) for i in np.flatnonzero(~keep[:corners])),
    )
    groups = np.repeat(owner[keep], 2)
    rows = 2 * int(keep[:corners].sum())
    return settled(fit, SheetModel(flat, bent, groups, rows, 0 if rows else len(groups)), p.settle)
