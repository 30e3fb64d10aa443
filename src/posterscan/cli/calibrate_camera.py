"""`posterscan calibrate camera`: the lens of a phone, from photos of the printed board or of posters."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from posterscan.cli.words import OK, SOME_FAILED, AsJson, Lang, guarded, helped, language_of, show, show_json, tell
from posterscan.errors import CameraError, PhotoError
from posterscan.messages import Language, Message

if TYPE_CHECKING:
    from posterscan.cameras.make import Made
    from posterscan.cameras.seen import Seen
    from posterscan.layout import Layout

HELP = helped("Meet de lens van een telefoon, uit foto's van het camerablad of van posters.",
              "Measure a phone's lens, from photos of the camera board or of posters.")

Photos = Annotated[list[Path], typer.Argument(metavar="PHOTO", help=helped("Foto's, of mappen met foto's.",
                                                                           "Photos, or folders of photos."))]
KitFolder = Annotated[Path | None, typer.Option("--kit", help=helped(
    "Map van de kit van de posters op de foto's.", "Folder of the kit of the posters in the photos."))]
LayoutPath = Annotated[Path | None, typer.Option("--layout", help=helped(
    "layout.json van die posters.", "layout.json of those posters."))]
Out = Annotated[Path | None, typer.Option("--out", help=helped(
    "Map voor de profielen; anders calibration/cameras.", "Folder for the profiles; else calibration/cameras."))]


@guarded
def command(photos: Photos, kit: KitFolder = None, layout: LayoutPath = None, out: Out = None, lang: Lang = None,
            as_json: AsJson = False) -> int:
    """One profile per camera and focal length; a photo that shows nothing to measure by is named and the rest goes on."""
    from posterscan.atomic import write_atomically
    from posterscan.cameras.make import make_profiles
    from posterscan.cameras.profile import FOLDER
    from posterscan.kit.names import LAYOUT
    from posterscan.layout import load_layout

    language = language_of(lang)
    where = layout or (kit / LAYOUT if kit is not None else None)
    poster = load_layout(where) if where is not None else None
    failed: dict[str, str] = {}
    seen = [*_seen(photos, poster, failed, language)]
    if not seen and not failed:
        where_not = ", ".join(str(path) for path in photos)
        raise CameraError(Message(f"Er staan geen foto's in {where_not}.", f"There are no photos in {where_not}."), _HOW)
    if not seen:
        raise CameraError(_NOTHING if poster is not None else _NO_BOARD, _HOW)
    made = make_profiles(seen, poster, datetime.datetime.now(tz=datetime.UTC).date().isoformat())
    for one in made:
        if one.profile is not None:
            content = json.dumps(one.profile.model_dump(by_alias=True, mode="json"), ensure_ascii=False, indent=1) + "\n"
            write_atomically((out or Path(FOLDER)) / f"{one.profile.name}.json", content.encode())
        if not as_json:
            show(_told(one).to(language))
    if as_json:
        show_json({"cameras": [_summary(one, language) for one in made], "failed": failed})
    return SOME_FAILED if failed or any(one.profile is None or one.stray for one in made) else OK


_NO_BOARD = Message("Op geen van de foto's staat het camerablad.", "None of the photos shows the camera board.")
_NOTHING = Message("Op geen van de foto's staat het camerablad of genoeg van de poster.",
                   "None of the photos shows the camera board, or enough of the poster.")
_HOW = Message("Maak foto's van het camerablad uit de kit (camerablad.pdf), of geef met --kit de kit van de posters op de foto's.",
               "Take photos of the kit's camera board (camera-board.pdf), or give the kit of the posters in the photos as --kit.")


def _seen(photos: list[Path], poster: Layout | None, failed: dict[str, str], language: Language) -> Iterator[Seen]:
    from posterscan.cameras.seen import see
    from posterscan.photo import load_photo, shown

    for path in _files(photos):
        try:
            one = see(load_photo(path), poster)
        except PhotoError as error:
            failed[shown(path)] = error.to(language)
        else:
            if one is not None:
                yield one
                continue
            failed[shown(path)] = (_NO_BOARD if poster is None else _NOTHING).to(language)
        tell(f"{shown(path)}: {failed[shown(path)]}")


def _files(photos: list[Path]) -> Iterator[Path]:
    """The photos, and those in folders, one level deep or in folders below."""
    from posterscan.batch.find import PICTURES

    for path in photos:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.is_file() and file.suffix.casefold()[1:] in PICTURES)
        else:
            yield path


def _told(one: Made) -> Message:
    if one.profile is None:
        who = one.name or ", ".join(one.photos)
        return Message(f"{who}: ", f"{who}: ") + (one.problem or Message("", ""))
    p = one.profile
    k1, k2, _, _ = p.lens.coefficients
    s1, s2, _, _ = p.sigma.coefficients
    lens = f"f {p.lens.focal_px:.0f} px, k1 {k1:+.4f} ± {s1:.4f}, k2 {k2:+.4f} ± {s2:.4f}"
    said = Message(f"{one.name}: {p.name}.json, uit {p.photos} foto's: {lens}.",
                   f"{one.name}: {p.name}.json, from {p.photos} photos: {lens}.")
    if p.checked is not None:
        before, after = p.checked.without_mm, p.checked.with_mm
        said = said + Message(f" Nagemeten op markers die niet meededen: {before:.2f} mm zonder, {after:.2f} mm met profiel.",
                              f" Checked on markers that took no part: {before:.2f} mm without, {after:.2f} mm with it.")
    if one.stray:
        names = ", ".join(one.stray)
        said = said + Message(f" Niet gebruikt, want anders dan de rest (ingezoomd?): {names}.",
                              f" Left out, since unlike the rest (zoomed?): {names}.")
    return said


def _summary(one: Made, language: Language) -> dict[str, Any]:
    return {"camera": one.name, "file": f"{one.profile.name}.json" if one.profile is not None else None, "photos": list(one.photos),
            "stray": list(one.stray), "problem": one.problem.to(language) if one.problem is not None else None,
            "profile": one.profile.model_dump(by_alias=True, mode="json") if one.profile is not None else None}
