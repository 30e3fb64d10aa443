"""What a batch starts from: the photos in a folder, what session.toml files say of them, and the kits that they are of."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from posterscan.batch.choose import choose_kit
from posterscan.batch.find import Found, find_photos
from posterscan.batch.kits import KitRef, artwork_of, keep_kit
from posterscan.batch.session_toml import Overrides, read_overrides
from posterscan.errors import UsageError
from posterscan.kit.names import CATALOGUE, LAYOUT
from posterscan.messages import Message
from posterscan.photo import printable
from posterscan.places import Place, open_place, shown_url


@dataclass(frozen=True)
class Gathered:
    """kits: by the folder that names them; given: the folder of the kit that was given, None where photos tell themselves."""

    found: Found
    overrides: Overrides
    kits: dict[str, KitRef]
    given: str | None

    def kits_for(self, photo: str) -> tuple[KitRef, ...]:
        """Those that a photo may be of, the likeliest first."""
        first = choose_kit(photo, self.kits.keys(), self.overrides, self.given)
        likeliest = [self.kits[first]] if first is not None and first in self.kits else []
        return (*likeliest, *(kit for folder, kit in sorted(self.kits.items()) if kit not in likeliest))


def gather(photos: Place, out: Place, given: Sequence[str], keep_at: Place | None) -> Gathered:
    """Looks through the folder and keeps the kits. UsageError where there are no photos, or no kit at all."""
    found = find_photos((entry.name for entry in photos.files()), leave_out=_inside(photos, out))
    if not found.photos:
        where = shown_url(photos.url)
        raise UsageError(Message(f"In {where} staan geen foto's.", f"There are no photos in {where}."),
                         Message("Klopt de map? Foto's eindigen op .jpg, .jpeg, .heic, .png, .webp of .tif.",
                                 "Is it the right folder? Photos end in .jpg, .jpeg, .heic, .png, .webp or .tif."))
    overrides = read_overrides({name: photos.read(name) for name in found.overrides}, found.photos)
    named = [kit for file in overrides.files.values() if (kit := file.kit) is not None]
    kits = {folder: _kept(photos, folder, keep_at) for folder in (*found.kits, *(k for k in named if k not in found.kits))}
    for folder in given:
        kits[folder] = _kept(None, folder, keep_at)
    if not kits:
        raise UsageError(Message("Er is geen kit bij deze foto's: zonder layout.json en catalogue.json is niet bekend wat er "
                                 "geprint is.",
                                 "There is no kit with these photos: without layout.json and catalogue.json it is not known what "
                                 "was printed."),
                         Message("Noem de map van de kit met --kit, of leg die map bij de foto's.",
                                 "Name the kit's folder with --kit, or put that folder beside the photos."))
    return Gathered(found, overrides, kits, given[0] if len(given) == 1 else None)


def check_folder(photos: Place) -> None:
    """UsageError where a folder on this computer is none."""
    folder = photos.local("")
    if folder is not None and not folder.is_dir():
        what = Message("bestaat niet", "does not exist") if not folder.exists() else Message("is geen map", "is no folder")
        raise UsageError(Message(f"{folder} {what.nl}.", f"{folder} {what.en}."),
                         Message("Noem de map met de foto's.", "Name the folder with the photos."))


def _inside(photos: Place, out: Place) -> list[str]:
    """The output folder, where it lies among the photos: what is in it was written by us."""
    folder, results = photos.local(""), out.local("")
    if folder is None or results is None:
        inside = out.url.rstrip("/").removeprefix(photos.url.rstrip("/") + "/")
        return [inside] if inside != out.url.rstrip("/") else []
    folder, results = folder.resolve(), results.resolve()
    return [results.relative_to(folder).as_posix()] if folder in results.parents else []


def _kept(photos: Place | None, folder: str, keep_at: Place | None) -> KitRef:
    """A kit's files, from the folder of photos (folder relative to it) or from a place of its own."""
    place, below = _where(photos, folder)
    if not place.exists(posixpath.join(below, LAYOUT)):
        where = printable(folder)
        raise UsageError(Message(f"In {where} staat geen {LAYOUT}: dat is niet de map van een kit.",
                                 f"There is no {LAYOUT} in {where}: that is not a kit's folder."),
                         Message("Noem de map die posterscan kit heeft gemaakt.", "Name the folder that posterscan kit made."))
    layout, catalogue = place.read(posixpath.join(below, LAYOUT)), place.read(posixpath.join(below, CATALOGUE))
    artwork = artwork_of(layout)
    picture = posixpath.join(below, artwork) if artwork is not None else None
    content = (artwork, place.read(picture)) if artwork is not None and picture is not None and place.exists(picture) else None
    return keep_kit(layout, catalogue, content, folder, keep_at)


def _where(photos: Place | None, folder: str) -> tuple[Place, str]:
    """The place that a kit's folder lies in, and its name there."""
    elsewhere = "://" in folder or Path(folder).is_absolute()
    if photos is None or elsewhere:
        return open_place(folder), ""
    beside = photos.local("")
    if folder.startswith("..") and beside is not None:
        return open_place(str(beside / folder)), ""
    return photos, folder
