"""Posters without markers: how well they are placed by their artwork, how surely another poster is refused, how well taped markers
are measured in.

    python benchmarks/artwork.py photos PHOTOS --lab LAB     rendered photos, scanned whole, and against posters much like theirs
    python benchmarks/artwork.py quick [--number 100] [--kind KIND]    quick flat photos: right ones, and wrong ones of every kind
    python benchmarks/artwork.py taped PHOTOS --lab LAB      markers taped on, three rendered photos
    python benchmarks/artwork.py taped-quick [--number 40]   the same from flat photos, and whether the stated uncertainty holds

LAB is what scripts/photolab_posters.py wrote; PHOTOS holds a folder per photo, named after its folder in LAB.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import one_photo  # sets the number of threads  # noqa: F401
from flat_photo import FlatPhoto, percentiles, points_over, take
from numpy.typing import NDArray
from poster_designs import COLOUR, LINES, Design, draw, layout_of, siblings

from posterscan.about_artwork import is_other_poster
from posterscan.calibrate.taped import measured, sightings
from posterscan.catalogue import open_catalogue
from posterscan.errors import SheetNotFound
from posterscan.layout import Layout, LoadedLayout
from posterscan.locating import fit_poster
from posterscan.markers.found import nothing_found
from posterscan.outcome import ScanOptions
from posterscan.photo import load_photo
from posterscan.pipeline import scan_photo
from posterscan.scores.scoring import score_table
from posterscan.scores.truth import read_truths
from posterscan.sheet import SheetMap, resample
from posterscan.stages.agreement import agreement

Rgb = NDArray[np.uint8]
PX_PER_MM = 5.0
DESIGNS = {design.name: design for design in (COLOUR, LINES)}
KINDS = ("another poster", "mirrored", "a blank table", "other drawing", "other language", "other title")
TARGET_MM, TARGET_TAPED_MM = (0.7, 2.0), 0.5


def main() -> None:
    """One of the four measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("photos", "quick", "taped", "taped-quick"))
    parser.add_argument("photos", type=Path, nargs="?")
    parser.add_argument("--lab", type=Path)
    parser.add_argument("--number", type=int, default=100)
    parser.add_argument("--kind", choices=("right", *KINDS), help="of quick photos; else all")
    parser.add_argument("--only", default="")
    parser.add_argument("--no-siblings", action="store_true")
    args = parser.parse_args()
    if args.what in ("photos", "taped") and (args.photos is None or args.lab is None):
        parser.error("PHOTOS and --lab are needed")
    {"photos": rendered, "quick": quick, "taped": taped_rendered, "taped-quick": taped_quick}[args.what](args)


def layout_for(design: Design, picture: Rgb | None = None) -> LoadedLayout:
    """As `posterscan calibrate poster` makes it, with the zones."""
    rgb = draw(design, PX_PER_MM) if picture is None else picture
    return LoadedLayout(Layout.model_validate(layout_of(design)), Path("layout.json"), "0" * 64, rgb)


def truth_points(folder: Path) -> tuple[NDArray[Any], NDArray[Any]]:
    """Check points of a photo, mm and px."""
    points = json.loads((folder / "truth.json").read_text("utf-8"))["check_points"]
    return np.array(points["mm"]), np.array(points["px"])


def rendered(args: argparse.Namespace) -> None:
    """Rendered photos: a row per photo, then what siblings gave."""
    every, centres, refusals = list[float](), list[float](), defaultdict(Counter[str])
    print(
        f"{'photo':28s} {'sheet mm (target 0.7 / 2)':26s} {'card centres mm':16s} cards found invented  zones wrong  text wrong  "
        "silent  own residual  agreement"
    )
    for folder in sorted(args.photos.iterdir()):
        name = folder.name.split("-")[0]
        if "-taped-" in folder.name or name not in DESIGNS or args.only not in folder.name or not (folder / "truth.json").exists():
            continue
        catalogue = open_catalogue(args.lab / name / "catalogue.json")
        photo = load_photo(folder / "photo.jpg")
        try:
            outcome = scan_photo(photo, layout_for(DESIGNS[name]), catalogue, ScanOptions("t"))
        except SheetNotFound as error:
            print(f"{folder.name:28s} REFUSED: {error.code}", flush=True)
            continue
        mm, px = truth_points(folder)
        sheet = np.linalg.norm(outcome.sight.sheet.to_mm(px) - mm, axis=1)
        score = score_table(outcome.result, read_truths(folder)[0])
        record, mine = outcome.result.photos[0], [card.center_mm for card in score.cards]
        every += sheet.tolist()
        centres += mine
        wrong = Counter(w.field for w in score.wrong)
        print(
            f"{folder.name:28s} {percentiles(sheet):26s} {percentiles(mine):16s} {len(score.cards) + len(score.missed):5d} "
            f"{len(score.cards):5d} "
            f"{len(score.invented):8d}  {wrong['zone']:11d}  {wrong['text']:10d}  {len(score.silent):6d}  "
            f"{record.residual_mm.median} / "
            f"{record.residual_mm.p95}  {record.artwork_agreement}  {[p.code for p in record.problems]}",
            flush=True,
        )
        for kind, other in ({} if args.no_siblings else siblings(DESIGNS[name])).items():
            refusals[kind][_refused(photo, layout_for(other), catalogue)] += 1
    print(f"\nsheet: {percentiles(every)} mm (target {TARGET_MM[0]} / {TARGET_MM[1]}); card centres: {percentiles(centres)} mm")
    for kind, counts in refusals.items():
        print(f"{kind}: {dict(counts)}")


def _refused(photo: Any, layout: LoadedLayout, catalogue: Any) -> str:
    try:
        outcome = scan_photo(photo, layout, catalogue, ScanOptions("t"))
    except SheetNotFound as error:
        return f"refused: {error.code}"
    told = any(p.code == "poster-differs" for p in outcome.result.photos[0].problems)
    return "accepted, told that it differs" if told else "ACCEPTED IN SILENCE"


def decide(photo: FlatPhoto, layout: LoadedLayout) -> tuple[str, SheetMap | None]:
    """What a scan decides, with the cards' places known: accepted, accepted with a warning, or the reason for refusal."""
    grey = np.asarray(cv2.cvtColor(photo.rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    fit, _ = fit_poster(nothing_found(), grey, layout, None)
    if not fit or layout.reference is None:
        return f"refused: {fit.reason}", None
    view = resample(photo.rgb, fit.sheet, layout.layout.size_mm, 3.0)
    # cards lie where they lie in the photo, whatever poster it is taken for
    cards = [fit.sheet.to_mm(photo.sheet.to_px(card)) for card in photo.cards_mm]
    seen = agreement(view, layout.reference, cards)
    if is_other_poster(seen):
        return "refused: wrong-poster", fit.sheet
    return ("accepted, told that it differs" if len(seen.places_mm) else "accepted"), fit.sheet


def quick(args: argparse.Namespace) -> None:
    """Flat photos: the right poster at 20 to 60 % covered, and every wrong one."""
    rng = np.random.default_rng(5)
    known = {name: layout_for(design) for name, design in DESIGNS.items()}
    pictures = {
        name: {kind: draw(other, PX_PER_MM) for kind, other in siblings(design).items()} for name, design in DESIGNS.items()
    }
    right, errors = Counter[str](), list[float]()
    for k in range(args.number if args.kind in (None, "right") else 0):
        name = ("colour", "lines")[k % 2]
        layout, size = known[name], DESIGNS[name].size_mm
        photo = take(layout.reference, size, rng, covered=0.2 + 0.4 * k / max(1, args.number - 1))
        verdict, sheet = decide(photo, layout)
        right[verdict] += 1
        if sheet is not None and verdict.startswith("accepted"):
            points = points_over(size)
            errors += np.linalg.norm(sheet.to_mm(photo.sheet.to_px(points)) - points, axis=1).tolist()
    if errors:
        print(f"right poster, 20 to 60 % covered ({args.number}): {dict(right)}; sheet {percentiles(errors)} mm (target 0.7 / 2)")
    for kind in (kind for kind in KINDS if args.kind in (None, kind)):
        counts = Counter[str]()
        for k in range(args.number):
            name = ("colour", "lines")[k % 2]
            photo = _wrong(kind, name, known, pictures[name], rng, 0.2 + 0.4 * (k % 10) / 9)
            counts[decide(photo, known[name])[0]] += 1
        print(f"{kind} ({args.number}): {dict(counts)}", flush=True)


def _wrong(
    kind: str, name: str, known: dict[str, LoadedLayout], like: dict[str, Rgb], rng: np.random.Generator, covered: float
) -> FlatPhoto:
    size = DESIGNS[name].size_mm
    if kind == "another poster":
        other = "lines" if name == "colour" else "colour"
        return take(known[other].reference, DESIGNS[other].size_mm, rng, covered=covered)
    if kind == "mirrored":
        photo = take(known[name].reference, size, rng, covered=covered)
        return replace(photo, rgb=np.ascontiguousarray(photo.rgb[:, ::-1]))
    if kind == "a blank table":
        paper = np.full((*known[name].reference.shape[:2], 3), 245, np.uint8)
        return take(paper, size, rng, covered=covered)
    return take(like[kind], size, rng, covered=covered)


def taped_rendered(args: argparse.Namespace) -> None:
    """Three rendered photos of a poster with markers taped on it: each alone, and together."""
    for name, design in DESIGNS.items():
        folders = [f for f in sorted(args.photos.glob(f"{name}-taped-*")) if (f / "truth.json").exists()]
        if not folders:
            continue
        truth = {int(k): np.array(v) for k, v in json.loads((args.lab / f"{name}-taped" / "taped.json").read_text("utf-8")).items()}
        seen = []
        for folder in folders:
            photo = load_photo(folder / "photo.jpg")
            grey = np.asarray(cv2.cvtColor(photo.rgb, cv2.COLOR_RGB2GRAY), np.uint8)
            focal = photo.focal_35mm / 36 * max(grey.shape) if photo.focal_35mm else None
            seen.append(sightings(grey, fit_poster(nothing_found(), grey, layout_for(design), focal)[0], design.size_mm))
            _print_taped(f"{folder.name} alone", measured([seen[-1]]), truth)
        _print_taped(f"{name}: {len(seen)} photos together", measured(seen), truth)


def _print_taped(what: str, found: Any, truth: dict[int, NDArray[Any]]) -> tuple[NDArray[Any], NDArray[Any]]:
    off = np.array([m.corners_mm.mean(axis=0) - truth[m.id].mean(axis=0) for m in found]).reshape(-1, 2)
    corners = [float(np.linalg.norm(m.corners_mm - truth[m.id], axis=1).max()) for m in found]
    sigma = np.array([m.sigma_mm for m in found])
    inside = float((np.abs(off) <= 1.96 * sigma[:, None]).mean()) if len(found) else float("nan")
    print(
        f"{what}: {len(found)} of {len(truth)} markers; middles {percentiles(np.hypot(*off.T))} mm, worst "
        f"{np.hypot(*off.T).max():.2f}, worst corner "
        f"{max(corners):.2f} (target {TARGET_TAPED_MM}); stated ±{np.median(sigma):.2f}; {inside:.0%} within 1.96 of "
        "it",
        flush=True,
    )
    return off, sigma


def taped_quick(args: argparse.Namespace) -> None:
    """Flat photos with waves of paper: how far off, and whether 95 % lie within 1.96 of the stated sigma."""
    import sys

    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))
    from photolab_posters import with_markers

    for count in (1, 3):
        off, sigma = [], []
        for k in range(args.number):
            rng = np.random.default_rng([9, k])
            design = (COLOUR, LINES)[k % 2]
            layout = layout_for(design)
            picture, truth = with_markers(layout.reference, design, rng, px_per_mm=PX_PER_MM)
            photos = [take(picture, design.size_mm, rng, covered=0.0, wide_px=3200, wave_mm=1.2) for _ in range(count)]
            seen = []
            for photo in photos:
                grey = np.asarray(cv2.cvtColor(photo.rgb, cv2.COLOR_RGB2GRAY), np.uint8)
                fit, _ = fit_poster(nothing_found(), grey, layout, None)
                seen.append(sightings(grey, fit, design.size_mm) if fit else [])
            for marker in measured(seen):
                off.append(marker.corners_mm.mean(axis=0) - truth[marker.id].mean(axis=0))
                sigma.append(marker.sigma_mm)
        far, stated = np.array(off), np.array(sigma)
        print(
            f"{count} photo(s), {len(far)} markers: off {percentiles(np.hypot(*far.T))} mm, worst {np.hypot(*far.T).max():.2f} "
            "(target "
            f"{TARGET_TAPED_MM}); stated ±{np.median(stated):.2f}; {(np.abs(far) <= 1.96 * stated[:, None]).mean():.1%} within "
            "1.96 of it (95 % "
            f"is honest)",
            flush=True,
        )


if __name__ == "__main__":
    main()
