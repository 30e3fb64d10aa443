"""Which files of a folder are photos, by their names alone: a folder on disk and an object store are looked at alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from posterscan.kit.names import CATALOGUE, KIT_FILES, LAYOUT

SESSION_TOML = "session.toml"
PICTURES = frozenset({"jpg", "jpeg", "jpe", "png", "webp", "tif", "tiff", "heic", "heif", "avif", "bmp", "gif"})
OTHER_PICTURES = frozenset({"dng", "cr2", "cr3", "nef", "arw", "raf", "orf", "rw2", "srw", "pef", "jxl", "jp2", "psd", "svg", "pdf",
                            "mov", "mp4", "m4v", "3gp", "avi"})
THUMBNAILS = frozenset({"@eadir", "__macosx", "thumbnails", "thumbs", "_thumbs", "thumb", "@thumb", "@__thumb"})
SYSTEM = frozenset({"$recycle.bin", "system volume information", "#recycle", "@recycle", "lost+found", "#snapshot"})
CARD_PICTURES = frozenset({"cards", "kaartjes"})  # folders of pictures of single cards, in kits and in results


@dataclass(frozen=True)
class Found:
    """What was found, by names relative to the folder, each in natural order.

    photos: to be looked at. kits: folders that hold layout.json and catalogue.json, "" for the folder itself. overrides: the
    session.toml files. skipped: how many other files there are per reason: `hidden`, `thumbnail`, `system`, `kit`, `result`,
    `left-out`, `other-format` (pictures and films that cannot be read) and `other`.
    """

    photos: tuple[str, ...]
    kits: tuple[str, ...]
    overrides: tuple[str, ...]
    skipped: Mapping[str, int]


def natural_key(name: str) -> tuple[tuple[tuple[tuple[int, int, str], ...], ...], str]:
    """Sorts names folder by folder as people number them: IMG_2 before IMG_10; the name itself settles ties."""
    parts = tuple(tuple((0, int(piece), "") if piece.isascii() and piece.isdigit() else (1, 0, piece)
                        for piece in re.split(r"([0-9]+)", part.casefold()) if piece) for part in name.split("/"))
    return parts, name


def find_photos(names: Iterable[str], leave_out: Iterable[str] = ()) -> Found:
    """Sorts out the files of a folder; names: relative, with "/" between folders.

    leave_out: folders (and what is below them) or files that are no photos: the folder that results go to, artwork that a
    layout names. A folder with a kit in it may hold photos too: only what belongs to a kit is left out of it.
    """
    files = sorted({name.strip("/") for name in names}, key=natural_key)
    there = frozenset(files)
    kits = tuple(sorted((_folder(name) for name in files if PurePosixPath(name).name == LAYOUT
                         and _joined(_folder(name), CATALOGUE) in there and _unseen(name) is None), key=natural_key))
    out = tuple(folder.strip("/") for folder in leave_out)
    why = {name: _why_not(name, there, frozenset(kits), out) for name in files}
    mine = [name for name in files if PurePosixPath(name).name == SESSION_TOML and _unseen(name) is None
            and not _below(name, out)]
    used = {name for name in files if PurePosixPath(name).name in (LAYOUT, CATALOGUE) and _folder(name) in kits}
    skipped = Counter(reason for name, reason in why.items() if reason is not None and name not in used and name not in mine)
    return Found(tuple(name for name in files if why[name] is None), kits, tuple(mine), dict(sorted(skipped.items())))


def _why_not(name: str, there: frozenset[str], kits: frozenset[str], out: tuple[str, ...]) -> str | None:
    """Why a file is no photo, None where it is one."""
    if (unseen := _unseen(name)) is not None:
        return unseen
    if _below(name, out):
        return "left-out"
    if _of_kit(name, kits):
        return "kit"
    if _of_result(name, there):
        return "result"
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    if ending in PICTURES:
        return None
    return "other-format" if ending in OTHER_PICTURES else "other"


def _unseen(name: str) -> str | None:
    """What phones, computers and file servers put beside photos without anyone's asking."""
    parts = [part.casefold() for part in name.split("/")]
    if any(part in THUMBNAILS or part == ".thumbnails" for part in parts):
        return "thumbnail"
    if any(part in SYSTEM for part in parts):
        return "system"
    if any(part.startswith(".") for part in parts):  # "._IMG_1.jpg" too, which holds no picture
        return "hidden"
    return "system" if parts[-1] in ("thumbs.db", "desktop.ini") else None


def _of_kit(name: str, kits: frozenset[str]) -> bool:
    """All in a folder that is called a kit; elsewhere the kit's own files, and the pictures of its cards."""
    own = PurePosixPath(name)
    for folder in (str(parent) if str(parent) != "." else "" for parent in own.parents):
        if folder not in kits:
            continue
        inside = name[len(folder):].strip("/").split("/")
        if re.search(r"(?<![a-z])kit(?![a-z])", PurePosixPath(folder).name.casefold()):
            return True
        if own.name in KIT_FILES and len(inside) == 1:
            return True
        if len(inside) > 1 and inside[0].casefold() in CARD_PICTURES:
            return True
    return False


def _of_result(name: str, there: frozenset[str]) -> bool:
    """What a scan writes beside `<table>.json`; photos that lie in a folder of the same name stay photos."""
    parts = name.split("/")
    for depth in range(1, len(parts)):
        table = "/".join(parts[:depth])
        inside = parts[depth:]
        if f"{table}.json" not in there:
            continue
        if len(inside) == 1 and re.fullmatch(r"rectified[^/]*\.(jpg|png)", inside[0]):
            return True
        if len(inside) > 1 and inside[0] == "cards":
            return True
    return False


def _below(name: str, folders: tuple[str, ...]) -> bool:
    return any(name == folder or name.startswith(folder + "/") for folder in folders if folder)


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
