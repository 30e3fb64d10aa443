"""Patterns for photos, as people write them: the name itself, `IMG_2*.jpg`, `folder/*`, a folder, `**/close*`."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from fnmatch import fnmatchcase


def covers(pattern: str, name: str) -> bool:
    """Whether a pattern means a photo; name: relative, with "/". A folder's name means all that is in it.

    `*` and `?` stay within one name, `**` stands for any folders. Case does not count, nor how accents are composed.
    """
    wanted, given = _plain(pattern).strip("/").removeprefix("./"), _plain(name)
    if wanted == given or given.startswith(wanted + "/"):  # also names with brackets, which would be a pattern
        return True
    return _matches(wanted.split("/"), given.split("/"))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\\", "/")).casefold()


def _matches(wanted: Sequence[str], given: Sequence[str]) -> bool:
    """Whether the pattern's parts match all of the name, or a folder that it is in."""
    if not wanted:
        return True
    if not given:
        return False
    if wanted[0] == "**":
        return any(_matches(wanted[1:], given[skip:]) for skip in range(len(given)))
    return fnmatchcase(given[0], wanted[0]) and _matches(wanted[1:], given[1:])
