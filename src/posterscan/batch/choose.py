"""Which kit a photo is most likely of, by where both lie."""

from __future__ import annotations

import posixpath
from collections.abc import Collection

from posterscan.batch.session_toml import NO_OVERRIDES, Overrides


def choose_kit(photo: str, kits: Collection[str], overrides: Overrides = NO_OVERRIDES, given: str | None = None) -> str | None:
    """The folder of the kit to look at a photo with first; None where nothing says which.

    kits: folders of kits, relative to the folder of photos. A kit that was given holds; then what session.toml says; then the
    nearest kit upward, in the photo's folder itself or in a `kit` beside it; then the only one that there is.
    """
    if given is not None:
        return given
    if (told := overrides.of(photo).told.kit) is not None:
        return told
    folder = posixpath.dirname(photo)
    while True:
        if (near := _beside(folder, kits)) is not None:
            return near
        if not folder:
            return next(iter(kits)) if len(kits) == 1 else None
        folder = posixpath.dirname(folder)


def _beside(folder: str, kits: Collection[str]) -> str | None:
    """The kit of one folder: the folder itself, its sub-folder `kit`, else its only sub-folder that is a kit."""
    if folder in kits:
        return folder
    below = sorted(kit for kit in kits if kit and posixpath.dirname(kit) == folder)
    called = [kit for kit in below if posixpath.basename(kit).casefold() == "kit"]
    return called[0] if called else below[0] if len(below) == 1 else None
