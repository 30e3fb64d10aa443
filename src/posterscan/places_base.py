"""What a place for photos and results can do, whatever it is; names in it that are safe; and what is said when it fails."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from posterscan.errors import UsageError
from posterscan.messages import Message

TEMPORARY = re.compile(r"\.posterscan-[^/]*\.tmp")  # a file that is being written, or was when the computer stopped


@dataclass(frozen=True)
class Entry:
    """A file. name: relative to its place, "/" between folders. size: in bytes."""

    name: str
    size: int


class Place(Protocol):
    """A folder or an object store. Every name is relative, with "/" between folders, and stays inside: see `safe_name`.

    UsageError, with what to do, where the place cannot be reached, read or written.
    """

    @property
    def url(self) -> str:
        """What `open_place` takes to open the same place in another process. May hold a password: see `shown_url`."""

    def read(self, name: str) -> bytes:
        """A file's content; FileNotFoundError where there is none."""

    def write(self, name: str, content: bytes) -> None:
        """The file is there whole, or as it was before."""

    def put(self, name: str, source: Path) -> None:
        """As `write`, from a file on this computer of any size, which stays."""

    def exists(self, name: str) -> bool:
        """Whether there is a file of that name; a folder is none."""

    def files(self, under: str = "") -> Iterator[Entry]:
        """All files in a folder and below it, sorted by name, which is relative to the place; none where there is no folder."""

    def remove(self, name: str) -> None:
        """Removes a file; nothing happens where there is none."""

    def local(self, name: str) -> Path | None:
        """Where a name is on this computer's disk, file or not; "" for the place itself. None for places that are elsewhere."""


def safe_name(name: str) -> str:
    """The name itself; UsageError for one that leaves its place, or that no file can have."""
    parts = re.split(r"[/\\]", name)
    leaves = name[:1] in ("/", "\\") or re.match(r"[A-Za-z]:[/\\]", name) or (os.name == "nt" and name[1:2] == ":")
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        leaves = True
    if leaves or not name or "\0" in name or "." in parts or ".." in parts:
        raise UsageError(Message(f"{name!r} is geen naam van een bestand binnen een map.",
                                 f"{name!r} is not the name of a file inside a folder."),
                         Message("Gebruik een naam zonder '..' en zonder schijf of / vooraan.",
                                 "Use a name without '..' and without a drive or / in front."))
    return name


def shown_url(url: str) -> str:
    """A place's url fit for messages: without user name, password and what comes after a question mark."""
    if "://" not in url:
        return url
    protocol, rest = url.split("://", 1)
    host, slash, path = rest.partition("/")
    return f"{protocol}://{host.rpartition('@')[2]}{slash}{path}".partition("?")[0]


def cannot_write(where: str, error: BaseException) -> UsageError:
    """Said alike of every place."""
    why = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return UsageError(Message(f"{where} kan niet worden geschreven ({why}).", f"{where} cannot be written ({why})."),
                      Message("Kies met --out een map waarin u mag schrijven en waar ruimte is.",
                              "Choose with --out a folder that you may write to and that has room."))


def cannot_read(where: str, error: BaseException) -> UsageError:
    """A file or folder that is there and cannot be read."""
    why = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return UsageError(Message(f"{where} kan niet worden gelezen ({why}).", f"{where} cannot be read ({why})."),
                      Message("Zorg dat u het mag lezen, of haal het uit de map.",
                              "Make sure that you may read it, or take it out of the folder."))
