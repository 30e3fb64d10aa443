"""What is seen of one photo at a glance: where the poster is, which session and table it says, and what lies on it coarsely.

Enough to tell which photos belong together, in about half a second: cards are not read. A `Look` survives JSON: it is kept
between runs and may be made on another machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from posterscan.batch.glance import CodeSeen, Look, MarkerSeen
from posterscan.batch.likeness import sign
from posterscan.batch.other_kits import KitFacts, facts_of, is_rather, other_kits, session_of
from posterscan.cameras.profile import CameraProfile, known_lens
from posterscan.errors import PhotoError, PosterscanError
from posterscan.layout import LoadedLayout
from posterscan.locating import fit_poster
from posterscan.markers.consensus import homographies
from posterscan.markers.found import Fiducials
from posterscan.messages import Message
from posterscan.photo import Photo, decode_photo, printable
from posterscan.sheet import Lens, SheetMap
from posterscan.sheetfit import SheetFit
from posterscan.stages.fiducials import find_fiducials
from posterscan.stages.table_code import ReadCode, read_table_code

__all__ = ["KitFacts", "Look", "LookParams", "facts_of", "look", "unreadable"]

Grey = NDArray[np.uint8]
GRID = 24  # points each way that the sheet is asked about


@dataclass(frozen=True)
class LookParams:
    """What is made of a photo that does not show enough to place the sheet."""

    rough_corners: int = 6  # of two markers at least: a close-up is then placed well enough for its cards to be compared
    far: float = 4.0  # in pictures: corners of the sheet that are further out than this are not known anyway
    least_cards: int = 2  # codes of cards that make a photo without any marker a close-up: one is found by chance


def look(name: str, data: bytes, kits: Mapping[str, LoadedLayout], first: str, params: LookParams | None = None,
         facts: Mapping[str, KitFacts] | None = None, memory_mb: int | None = None,
         cameras: Sequence[CameraProfile] = ()) -> Look:
    """Looks at the photo in a file's bytes. Never raises for what is in them, which is told in the Look; LayoutError for a kit.

    kits: layouts by the folder of their kit; first: the one that the photo most likely shows. The others are tried where the
    poster's code names their session, or where the photo shows no poster of the first. facts: of the same kits, so that only
    layouts that are needed are opened. memory_mb: what decoding may take. cameras: profiles, of which the photo's own is used.
    """
    p = params or LookParams()
    known = facts or {kit: facts_of(kits[kit]) for kit in kits}
    likeliest = kits[first]
    try:
        photo = decode_photo(data, Path(name), memory_mb)
    except PhotoError as error:
        return unreadable(name, data, error)
    except Exception as error:  # one photo never stops the rest
        return unreadable(name, data, _unforeseen(name, error))
    try:
        grey = np.asarray(cv2.cvtColor(photo.rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        about = {"photo": name, "file_bytes": len(data), "sha256": photo.sha256}
        seen = _with_kit(about, photo, grey, first, likeliest, known[first].cards, p, cameras)
        for other in other_kits(seen, known, first):
            again = _with_kit(about, photo, grey, other, kits[other], known[other].cards, p, cameras)
            seen = again if is_rather(again, seen) else seen
    except PosterscanError:  # a kit that cannot be opened: the same for every photo
        raise
    except Exception as error:
        return unreadable(name, data, _unforeseen(name, error))
    return seen


def unreadable(name: str, data: bytes, error: PhotoError) -> Look:
    """A photo that could not be read; data: as far as there are any."""
    return Look(photo=name, sha256=hashlib.sha256(data).hexdigest(), file_bytes=len(data), status="unreadable", code=error.code,
                problem=error.problem, remedy=error.remedy)


def _unforeseen(name: str, error: Exception) -> PhotoError:
    what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    return PhotoError(Message(f"{printable(name)}: er ging iets mis in posterscan zelf ({what}).",
                              f"{printable(name)}: something went wrong inside posterscan ({what})."),
                      Message("Meld dit met de foto erbij; de andere foto's gaan door.",
                              "Report this together with the photo; the other photos go on."), "internal-error")


def _with_kit(about: Mapping[str, Any], photo: Photo, grey: Grey, kit: str, layout: LoadedLayout, cards: str | None,
              p: LookParams, cameras: Sequence[CameraProfile]) -> Look:
    size_px = (grey.shape[1], grey.shape[0])
    lens = known_lens(cameras, photo)
    found = find_fiducials(grey, layout.layout, lenses=[lens.lens] if lens is not None else [])
    focal = photo.focal_35mm / 36 * max(size_px) if photo.focal_35mm else None  # 35 mm film is 36 mm wide
    fit, _ = fit_poster(found, grey, layout, focal, finely=False, lens=lens)
    fields = {**about, **_verdict(fit, found, cards, p), "size_px": photo.size_px, "taken_at": photo.taken_at, "kit": kit,
              "kit_session": session_of(layout), "layout": layout.sha256, "camera": lens.name if lens is not None else None,
              "by_artwork": bool(fit) and layout.layout.by_artwork,
              "markers": _markers(found, size_px)}
    sheet = fit.sheet if fit else _rough(found, layout, size_px, p) if fields["status"] == "partial" else None
    if sheet is not None:
        fields["table_code"] = _code(read_table_code(grey, sheet, layout.layout.table_code), bool(fit))
        fields["signature"] = sign(photo.rgb, sheet, layout)
    return Look(**fields, **(_place(photo, sheet, layout.layout.size_mm, p) if fit and sheet is not None else {}))


def _verdict(fit: SheetFit, found: Fiducials, cards: str | None, p: LookParams) -> dict[str, Any]:
    """status, and for a photo in which the sheet was not located: code, problem and remedy."""
    said = {"code": fit.reason, "problem": fit.problem, "remedy": fit.remedy}
    if fit:
        return said | {"status": "located"}
    seen = dict(found.others).get(cards, 0) if cards is not None else 0
    if len(found) == 0 and seen >= p.least_cards and fit.reason in ("no-markers", "wrong-poster"):
        return {"status": "partial", "code": "cards-only", "problem": CARDS_ONLY, "remedy": FURTHER}
    if fit.reason == "wrong-poster":
        said["remedy"] = OTHER_KIT
    return said | {"status": "partial" if fit.reason == "too-few-markers" and len(found) else "nothing"}


CARDS_ONLY = Message("Er zijn wel kaartjes te zien, maar geen hoekmarkering.", "Cards can be seen, but no marker of the poster.")
FURTHER = Message("Ga verder naar achteren tot er hoekmarkeringen in beeld zijn.", "Move back until markers are in view.")
OTHER_KIT = Message("Geef met --kit de kit waarmee deze poster is geprint, of leg die kit bij de foto's.",
                    "Give the kit that this poster was printed with as --kit, or put that kit beside the photos.")


def _markers(found: Fiducials, size_px: tuple[int, int]) -> tuple[MarkerSeen, ...]:
    return tuple(MarkerSeen(id=int(number), corners=_shares(corners, size_px))
                 for number, corners, sigma in zip(found.ids, found.corners_px, found.corner_sigma_px, strict=True)
                 if np.isfinite(sigma).all())


def _shares(corners_px: NDArray[np.float64], size_px: tuple[int, int]) -> tuple[tuple[float, float], ...]:
    """Of the picture's width and height, to a fiftieth of a pixel of a 12 MP photo."""
    shares = (corners_px + 0.5) / np.array(size_px)
    return tuple((round(float(x), 5), round(float(y), 5)) for x, y in shares)


def _rough(found: Fiducials, layout: LoadedLayout, size_px: tuple[int, int], p: LookParams) -> SheetMap | None:
    """Where the sheet lies by two or three markers; None where they don't say that."""
    known = np.isfinite(found.corner_sigma_px)
    if known.sum() < p.rough_corners:
        return None
    corners_mm = layout.layout.marker_corners_mm[found.marker][known]
    matrix = homographies(corners_mm[None], found.corners_px[known][None])[0]
    sheet = SheetMap(matrix, Lens(float(max(size_px)), (size_px[0] / 2, size_px[1] / 2)))
    return sheet if np.isfinite(matrix).all() else None


def _code(read: ReadCode | None, placed: bool) -> CodeSeen | None:
    """What the poster says; on a sheet that was only placed roughly, all of it or nothing."""
    if read is None or not (placed or read.whole):
        return None
    return CodeSeen(table=read.table, session=read.session, session_read=read.session_read)


def _place(photo: Photo, sheet: SheetMap, size_mm: tuple[float, float], p: LookParams) -> dict[str, Any]:
    """How much of the sheet is in the picture, how large, and where its corners are."""
    high, wide = photo.rgb.shape[:2]
    corners = sheet.to_px(np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * np.array(size_mm))
    pose = np.clip((corners + 0.5) / [wide, high], -p.far, 1 + p.far)
    steps = (np.arange(GRID) + 0.5) / GRID
    grid = np.stack([axis.ravel() for axis in np.meshgrid(steps * size_mm[0], steps * size_mm[1])], axis=1)
    px = sheet.to_px(grid)
    inside = np.all((px >= -0.5) & (px <= np.array([wide, high]) - 0.5), axis=1)
    scale = np.median(sheet.px_per_mm(grid[inside])) * photo.scale if inside.any() else 0.0
    return {"in_view": round(float(inside.mean()), 4), "px_per_mm": round(float(scale), 4),
            "pose": tuple((round(float(x), 5), round(float(y), 5)) for x, y in pose)}
