"""What tables are called: in the files, and as people see it."""

from __future__ import annotations

import hashlib
import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from posterscan.batch.clusters import Key
from posterscan.files import table_name
from posterscan.messages import Language

_TABLE = re.compile(r"(?:^|[^a-z])(?:tafel|table|t)[\s_.-]*0*([0-9]{1,3})(?![0-9])(.*)", re.DOTALL)
_SEVERAL = re.compile(r"\s*(?:en|and|&|\+|,|/|t/?m|tot|to|-|–)\s*(?:tafel|table|t)?[\s_.]*0*[0-9]{1,3}(?![0-9a-z])")


def table_number(folder: str) -> int | None:
    """The table that a folder's own name says ("tafel 3", "Table_03", "t3-foto's"); None for none, and for several of them."""
    found = _TABLE.search(unicodedata.normalize("NFC", posixpath.basename(folder)).casefold())
    return int(found[1]) if found and int(found[1]) > 0 and not _SEVERAL.match(found[2]) else None


def table_folder(photo: str) -> str | None:
    """The nearest folder upward of a photo whose name says a table."""
    folder = posixpath.dirname(photo)
    while folder and table_number(folder) is None:
        folder = posixpath.dirname(folder)
    return folder or None


def shown_number(number: int, language: Language) -> str:
    """A table's number as people see it."""
    return f"{'tafel' if language == 'nl' else 'table'}-{number}"


def file_names(wishes: Mapping[Key, str]) -> dict[Key, str]:
    """Safe names of files, no two alike on any disk. A name depends on what it is made of alone, except where two would be one."""
    safe = {key: table_name(wish.replace("/", "-")) for key, wish in wishes.items()}
    times = Counter(_plain(name) for name in safe.values())
    return {key: name if times[_plain(name)] == 1 else f"{name}-{_digest(key)}" for key, name in safe.items()}


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _digest(key: Key) -> str:
    return hashlib.sha256("\0".join(key).encode("utf-8", "surrogatepass")).hexdigest()[:6]
