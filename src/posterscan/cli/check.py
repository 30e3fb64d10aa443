"""`posterscan check`: is this photo good enough, and what would make it better?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from posterscan.cli.words import OK, SOME_FAILED, AsJson, Cameras, Lang, guarded, helped, language_of, show, show_json, tell
from posterscan.errors import PhotoError
from posterscan.messages import Language, Message

if TYPE_CHECKING:
    from posterscan.cameras.profile import CameraProfile
    from posterscan.layout import LoadedLayout
    from posterscan.photo import Photo
    from posterscan.quality import Quality

HELP = helped("Zeg in een seconde of een foto goed genoeg is, en wat er beter kan.",
              "Say in a second whether a photo is good enough, and what to do better.")

Photos = Annotated[list[Path], typer.Argument(metavar="PHOTO", help=helped("Foto's.", "Photos."))]
LayoutPath = Annotated[Path | None, typer.Option("--layout", help=helped(
    "layout.json van de poster; anders die naast de foto.", "The poster's layout.json; else the one beside it."))]


@guarded
def command(photos: Photos, layout: LayoutPath = None, cameras: Cameras = None, lang: Lang = None, as_json: AsJson = False) -> int:
    """Judges each photo by itself; one that can't be read doesn't stop the rest."""
    from posterscan.cameras.profile import load_profiles

    language = language_of(lang)
    layouts = [_opened(layout)] if layout is not None else _guessed(photos[0])
    profiles = load_profiles(cameras)
    answers: list[dict[str, Any]] = []
    for path in photos:
        answers.append(_answer(path, layouts, profiles, language))
        if not as_json:
            _say(answers[-1], language)
    if as_json:
        show_json({"photos": answers})
    return SOME_FAILED if any(a["verdict"] in ("unreadable", "retake") for a in answers) else OK


def _opened(path: Path) -> LoadedLayout:
    """Its artwork only where the poster is recognised by that: reading it takes as long as judging a photo."""
    from posterscan.layout import LoadedLayout, load_layout, load_reference

    layout = load_layout(path)
    return LoadedLayout(layout, path, "", load_reference(layout, path) if layout.by_artwork else None)


def _guessed(photo: Path) -> list[LoadedLayout]:
    """The layout beside the photo, else every one that comes along; the error names the option where there is none."""
    from posterscan.errors import UsageError
    from posterscan.shipped import kit_of, known_layouts

    kit = kit_of(photo)
    layouts = [_opened(kit / "layout.json")] if kit is not None else [_opened(p) for p in known_layouts()]
    if not layouts:
        raise UsageError(Message("Er ligt geen layout.json bij de foto.", "There is no layout.json beside the photo."),
                         Message("Geef de layout.json van de poster met --layout.",
                                 "Give the poster's layout.json with --layout."))
    return layouts


def _answer(path: Path, layouts: list[LoadedLayout], profiles: Sequence[CameraProfile], language: Language) -> dict[str, Any]:
    from posterscan.photo import load_photo, printable, shown

    names = {"file": shown(path), "path": printable(str(path))}
    try:
        photo = load_photo(path)
    except PhotoError as error:
        return {**names, "verdict": "unreadable", "problems": [
            {"code": error.code, "severity": "error", "message": error.problem.to(language),
             "remedy": error.remedy.to(language)}]}
    return {**names, **_judged(photo, _judge(photo, layouts, profiles), language)}


def _judge(photo: Photo, layouts: list[LoadedLayout], profiles: Sequence[CameraProfile]) -> Quality:
    """The same first steps as a scan's, for the layout of which most markers are in the photo."""
    import cv2
    import numpy as np

    from posterscan.cameras.profile import known_lens
    from posterscan.locating import fit_poster, shown_artwork
    from posterscan.quality import judge_photo
    from posterscan.stages.fiducials import find_fiducials

    grey = np.asarray(cv2.cvtColor(photo.rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    size_px = (grey.shape[1], grey.shape[0])
    lens = known_lens(profiles, photo)
    lenses = [lens.lens] if lens is not None else []
    found, layout = max(((find_fiducials(grey, one.layout, lenses=lenses), one) for one in layouts), key=lambda pair: len(pair[0]))
    focal = photo.focal_35mm / 36 * max(size_px) if photo.focal_35mm else None
    fit, _ = fit_poster(found, grey, layout, focal, finely=layout.layout.by_artwork, lens=lens)
    return judge_photo(photo.rgb, grey, found, fit, layout.layout, artwork=shown_artwork(found, grey, fit, layout))


def _judged(photo: Photo, quality: Quality, language: Language) -> dict[str, Any]:
    problems = [*(n.record(language) for n in photo.notices), *(a.record(language) for a in quality.problems)]
    return {
        "verdict": quality.verdict, "problems": [p.model_dump() for p in problems],
        "size_px": list(photo.size_px), "sharpness": _number(quality.sharpness),
        "px_per_mm": _number(quality.px_per_mm * photo.scale), "tilt_deg": _number(quality.tilt_deg),
        "in_view": _number(quality.in_view), "paper_light": _number(quality.paper_light),
        "saturated_share": _number(quality.saturated_share),
        "markers": [{"id": m.id, "state": m.state, "where": m.where.to(language)} for m in quality.markers]}


def _number(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None


VERDICTS = {"good": Message("goed", "good"), "usable": Message("bruikbaar", "usable"),
            "retake": Message("maak een nieuwe foto", "take a new photo"),
            "unreadable": Message("kan niet worden gelezen", "cannot be read")}


def _say(answer: dict[str, Any], language: Language) -> None:
    say = tell if answer["verdict"] == "unreadable" else show
    say(f"{answer['path']}: {VERDICTS[answer['verdict']].to(language)}")
    for problem in answer["problems"]:
        say(f"  {problem['message']} {problem['remedy']}".rstrip())
