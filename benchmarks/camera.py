"""Does a camera's profile, made from posters themselves, place the sheet better? On photos bent by a known strong lens.

    python benchmarks/camera.py ../shared/photos [--photos 6] [--rendered FOLDER]

Photos with truth are seen again through lenses of our own (resampled; the truth goes the same way), a camera each, as stored by the
phone; in half of them markers are hidden. Profiles come from all other photos of the camera. --rendered: photos that photolab
made with such a lens, a camera per EXIF model. Target: left-out residual lower by a third on bent photos, never up by 5 %.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.cameras.fit import fit_through_camera
from posterscan.cameras.make import make_profiles
from posterscan.cameras.seen import Seen, see
from posterscan.layout import Layout, open_layout
from posterscan.photo import Photo, load_photo
from posterscan.sheet import Lens
from posterscan.stages.fiducials import find_fiducials
from posterscan.stages.rectify import fit_sheet

Floats = NDArray[np.float64]
CAMERAS = {"barrel": (-0.13, 0.035, 1.0e-3, -0.8e-3), "strong barrel": (-0.22, 0.06, -0.9e-3, 0.6e-3),
           "pincushion": (0.11, -0.02, 0.5e-3, 0.5e-3), "as phones are": (0.006, -0.004, 1e-4, -1e-4)}
OFF_CENTRE = (0.004, -0.003)  # of the longest side


@dataclass(frozen=True)
class Bent:
    """A photo through another lens. mm, px (N, 2): points of the sheet and where they lie in it."""

    photo: Photo
    mm: Floats
    px: Floats


def bend(photo: Photo, truth: dict[str, Any], name: str, hide: int, seed: int) -> Bent:
    """The photo as the camera `name` would have taken it from the same place, `hide` of its markers covered."""
    high, wide = photo.rgb.shape[:2]
    c = truth["camera"]
    d = c["distortion"]
    old = Lens(c["focal_px"], tuple(c["principal_point_px"]), (d["k1"], d["k2"], d["p1"], d["p2"]))
    centre = ((wide - 1) / 2 + OFF_CENTRE[0] * max(wide, high), (high - 1) / 2 + OFF_CENTRE[1] * max(wide, high))
    new = Lens(0.70 * max(wide, high), centre, CAMERAS[name])
    y, x = np.mgrid[0:high:16, 0:wide:16].astype(np.float64)
    ideal = (new.ideal(np.column_stack([x.ravel(), y.ravel()])) - centre) / new.focal_px
    seen = old.distorted(ideal * old.focal_px + old.principal_px)
    coarse = seen.reshape(*x.shape, 2).astype(np.float32)
    rows, cols = np.mgrid[0:high, 0:wide].astype(np.float32)
    fine = cv2.remap(coarse, cols / 16, rows / 16, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    rgb = cv2.remap(photo.rgb, fine, np.empty(0, np.float32), cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT,
                    borderValue=(60, 58, 55))

    def there(px: Any) -> Floats:
        return new.distorted((old.ideal(np.asarray(px)) - old.principal_px) / old.focal_px * new.focal_px + centre)

    rng = np.random.default_rng(seed)
    for k in rng.permutation(len(truth["fiducials"]))[:hide]:
        corners = there(truth["fiducials"][k]["corners_px"])
        cv2.fillConvexPoly(rgb, np.round(corners.mean(0) + 1.5 * (corners - corners.mean(0))).astype(np.int32), (120, 110, 150))
    fields = {**vars(photo), "rgb": np.asarray(rgb, np.uint8), "make": "bench", "model": name, "focal_35mm": 26.0, "turns": 0}
    points = truth["check_points"]
    return Bent(Photo(**fields), np.array(points["mm"]), there(points["px"]))


def bent_photos(root: Path, many: int) -> Iterator[tuple[str, int, Bent]]:
    """(camera, markers hidden, photo), landscape photos only: a warp keeps the frame that the sensor had."""
    folders = [t.parent for t in sorted(root.glob("*/truth.json"))]
    for name in CAMERAS:
        taken = 0
        for n, folder in enumerate(folders[list(CAMERAS).index(name)::2]):
            truth = json.loads((folder / "truth.json").read_text())
            photo = load_photo(folder / "photo.jpg")
            if photo.rgb.shape[1] < photo.rgb.shape[0] or taken == many:
                continue
            hide = 5 if taken % 2 else 0
            taken += 1
            yield name, hide, bend(photo, truth, name, hide, n)


def rendered_photos(root: Path) -> Iterator[tuple[str, int, Bent]]:
    """Photos that photolab rendered, as they are."""
    for path in sorted(root.glob("*/truth.json")):
        truth = json.loads(path.read_text())
        photo = load_photo(path.parent / "photo.jpg")
        points = truth["check_points"]
        yield f"rendered {photo.model}", 0, Bent(photo, np.array(points["mm"]), np.array(points["px"]))


@dataclass
class Row:
    """Figures of one photo: left-out residual (median, p95) and true error (median, p95), mm."""

    markers: int
    found_without: int
    without: tuple[float, float]
    given: tuple[float, float]
    true_without: tuple[float, float]
    true_given: tuple[float, float]
    used: bool


def measured(bent: Bent, seen: Seen, others: list[Seen], layout: Layout) -> Row | None:
    """One photo without a profile and with the one that its camera's other photos give."""
    made = make_profiles(others, None, "2026-01-01")[0]
    known = made.profile.known_lens(bent.photo) if made.profile is not None else None
    grey = np.asarray(cv2.cvtColor(bent.photo.rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    bare = find_fiducials(grey, layout)
    found = find_fiducials(grey, layout, lenses=[known.lens] if known is not None else [])
    plain = fit_sheet(found, layout, seen.shown_px, focal_px=seen.focal_px)
    fit, use = fit_through_camera(found, layout, seen.shown_px, seen.focal_px, known)
    if not plain or use is None:
        return None
    visible = np.all((bent.px > 0) & (bent.px < np.array(seen.shown_px)), axis=1)
    off = [np.linalg.norm(f.sheet.to_mm(bent.px[visible]) - bent.mm[visible], axis=1) for f in (plain, fit)]
    true = [(float(np.median(o)), float(np.percentile(o, 95))) for o in off]
    return Row(len(found), len(bare), (plain.left_out.median, plain.left_out.p95), (fit.left_out.median, fit.left_out.p95),
               true[0], true[1], use.used)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("--kit", type=Path)
    parser.add_argument("--photos", type=int, default=6, help="per camera")
    parser.add_argument("--rendered", type=Path)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    layout = open_layout((options.kit or options.root / "kit") / "layout.json").layout
    print("| camera | photos | used | found alone / with, markers | left out, mm: without | with | change (mean) | worst photo |"
          " true error, mm: without | with |", "|" + " --- |" * 10, sep="\n")
    sources = [*bent_photos(options.root, options.photos)] if options.rendered is None else [*rendered_photos(options.rendered)]
    bent_rows: list[Row] = []
    by_camera: dict[str, list[tuple[int, Bent]]] = defaultdict(list)
    for name, hide, bent in sources:
        by_camera[name].append((hide, bent))
    for name, photos in by_camera.items():
        seen = [see(bent.photo, layout) for _, bent in photos]
        rows = [(hide, measured(bent, one, [o for o in seen if o is not None and o is not one], layout))
                for (hide, bent), one in zip(photos, seen, strict=True) if one is not None]
        bent_rows += [row for _, row in rows if row is not None and name != "as phones are"]
        for wanted in sorted({hide for hide, _ in rows}):
            print(_line(f"{name}, {wanted} hidden", len(photos), [row for hide, row in rows if hide == wanted and row is not None]))
            for hide, row in rows:
                if options.verbose and hide == wanted:
                    print("   ", row)
    print(_line("**all bent photos**", len(bent_rows), bent_rows))


def _line(name: str, all_photos: int, rows: list[Row]) -> str:
    if not rows:
        return f"| {name} | 0 of {all_photos} | | | | | | | | |"
    change = [row.given[0] / row.without[0] - 1 for row in rows]

    def mid(part: list[tuple[float, float]]) -> str:
        return " / ".join(f"{v:.2f}" for v in np.median(np.array(part), axis=0))

    total = np.exp(np.mean(np.log1p(change))) - 1  # the geometric mean: halving one and doubling another is no gain
    return (f"| {name} | {len(rows)} | {sum(r.used for r in rows)} | {np.mean([r.found_without for r in rows]):.1f} / "
            f"{np.mean([r.markers for r in rows]):.1f} | {mid([r.without for r in rows])} | {mid([r.given for r in rows])} | "
            f"{total:+.0%} | {max(change):+.0%} | {mid([r.true_without for r in rows])} | {mid([r.true_given for r in rows])} |")


if __name__ == "__main__":
    main()
