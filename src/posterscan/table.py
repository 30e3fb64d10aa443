"""One table from one or more photos of it: each is scanned by itself, then they are brought together; none stops the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from posterscan.agreed_colours import agreed, colours_of, with_colours
from posterscan.catalogue import LoadedCatalogue
from posterscan.errors import PhotoError, PosterscanError
from posterscan.fusion.belong import belonging
from posterscan.fusion.fuse import fuse
from posterscan.fusion.register import find_anchors
from posterscan.layout import LoadedLayout
from posterscan.messages import Message
from posterscan.outcome import ScanOptions, ScanOutcome
from posterscan.photo import Photo, load_photo, shown
from posterscan.records import Check, TableResult
from posterscan.stages.anchors import Anchors

LoadPhoto = Callable[[Path], Photo]
# another photo of the table may place it all the same
_CLOSE_UP = frozenset({"too-few-markers", "no-markers", "wrong-poster", "poster-not-recognised", "poster-little-seen"})


class ScanPhoto(Protocol):
    """As `pipeline.scan_photo`."""

    def __call__(self, photo: Photo, layout: LoadedLayout, catalogue: LoadedCatalogue, options: ScanOptions, /, *,
                 anchors: Anchors | None = ...) -> ScanOutcome: ...


@dataclass(frozen=True, eq=False)
class TableScan:
    """outcome: None where no photo could be used. failed: each photo that could not, with its error."""

    outcome: ScanOutcome | None
    failed: tuple[tuple[Path, PhotoError], ...] = ()


def scan_table(paths: Sequence[Path], layout: LoadedLayout, catalogue: LoadedCatalogue, options: ScanOptions,
               scan_photo: ScanPhoto, load: LoadPhoto = load_photo) -> TableScan:
    """Scans photos of one table. A photo that cannot be used is named in `failed` and the rest goes on."""
    tried: list[ScanOutcome | PhotoError] = []
    widest: ScanOutcome | None = None
    for path in paths:
        tried.append(_attempt(path, lambda path: scan_photo(load(path), layout, catalogue, options)))
        widest = _with_one_picture(tried, widest)
    if widest is not None:
        tried = [_attempt(path, lambda path: _placed_by(widest, load(path), layout, catalogue, options, scan_photo), one)
                 if isinstance(one, PhotoError) and one.code in _CLOSE_UP else one for path, one in zip(paths, tried, strict=True)]
    done = [one for one in tried if isinstance(one, ScanOutcome)]
    failed = tuple((path, one) for path, one in zip(paths, tried, strict=True) if isinstance(one, PhotoError))
    return TableScan(_together(done, failed, layout, catalogue, options) if done else None, failed)


def _with_one_picture(tried: list[ScanOutcome | PhotoError], widest: ScanOutcome | None) -> ScanOutcome | None:
    """The outcome that shows most of the sheet; the others lose their rectified picture, 24 MB each."""
    latest = tried[-1]
    if not isinstance(latest, ScanOutcome):
        return widest
    if widest is None or _shown(latest) > _shown(widest):
        tried[:] = [replace(one, rectified=None) if one is widest else one for one in tried]
        return latest
    tried[-1] = replace(latest, rectified=None)
    return widest


def _shown(outcome: ScanOutcome) -> float:
    return (outcome.result.photos[0].in_view or 0.0) if outcome.result.photos else 0.0


def _attempt(path: Path, scan: Callable[[Path], ScanOutcome | None], before: PhotoError | None = None) -> ScanOutcome | PhotoError:
    """The outcome, or why there is none; `before` where a second attempt gives none either."""
    try:
        return scan(path) or before or _unforeseen(path, ValueError("no outcome"))
    except PhotoError as error:
        return before or error
    except PosterscanError:  # the layout, the catalogue or the call: the same for every photo
        raise
    except Exception as error:  # one photo never stops the rest; what went wrong is kept for whoever mends it
        return _unforeseen(path, error)


def _placed_by(widest: ScanOutcome, photo: Photo, layout: LoadedLayout, catalogue: LoadedCatalogue, options: ScanOptions,
               scan_photo: ScanPhoto) -> ScanOutcome | None:
    """A close-up with too few markers, placed by what the photo that shows most of the table shows of it; None: it doesn't fit."""
    if widest.rectified is None:
        return None
    anchors = find_anchors(np.asarray(cv2.cvtColor(photo.rgb, cv2.COLOR_RGB2GRAY), np.uint8), widest.rectified)
    return scan_photo(photo, layout, catalogue, options, anchors=anchors) if anchors is not None else None


def _unforeseen(path: Path, error: Exception) -> PhotoError:
    what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    wrapped = PhotoError(Message(f"{shown(path)}: er ging iets mis in posterscan zelf ({what}).",
                                 f"{shown(path)}: something went wrong inside posterscan ({what})."),
                         Message("Meld dit met de foto erbij; de andere foto's gaan door.",
                                 "Report this together with the photo; the other photos go on."), "internal-error")
    wrapped.__cause__ = error
    return wrapped


def _together(done: Sequence[ScanOutcome], failed: Sequence[tuple[Path, PhotoError]], layout: LoadedLayout,
              catalogue: LoadedCatalogue, options: ScanOptions) -> ScanOutcome:
    """What the photos say together, every photo in its list, and a check for each that took no part."""
    chosen = belonging(sorted(done, key=_time), options)
    fused = fuse(chosen.outcomes, layout.layout, catalogue.catalogue, options)
    missing = [_check("photo-failed", options, _named(path, error)) for path, error in failed]
    checks = [*fused.result.checks, *chosen.checks, *missing]
    photos = [*fused.result.photos, *(photo for outcome in chosen.left_out for photo in outcome.result.photos)]
    fields = fused.result.model_dump(by_alias=True) | {"photos": [p.model_dump(by_alias=True) for p in photos],
                                                       "checks": [c.model_dump(by_alias=True) for c in checks]}
    result = TableResult.model_validate(fields)
    return replace(fused, result=with_colours(result, agreed([colours_of(result)])[0]) if len(done) > 1 else result)


def _time(outcome: ScanOutcome) -> str:
    """Cameras tell local time, some with an offset: of one evening the first 19 characters are in order."""
    photos = outcome.result.photos
    return (photos[0].taken_at or "")[:19] if photos else ""


def _named(path: Path, error: PhotoError) -> Message:
    name = shown(path)
    return error.problem if name in error.problem.en else Message(f"{name}: ", f"{name}: ") + error.problem


def _check(code: str, options: ScanOptions, message: Message) -> Check:
    return Check(code=code, severity="warning", message=message.to(options.language))
