"""Where photos and results lie: a folder on this computer, a shared folder or an object store, all used alike."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.request import url2pathname

from posterscan.errors import UsageError
from posterscan.messages import Message
from posterscan.places_base import Entry, Place, safe_name, shown_url
from posterscan.places_folder import FolderPlace
from posterscan.places_url import UrlPlace, open_url

__all__ = ["Entry", "FolderPlace", "Place", "UrlPlace", "open_place", "safe_name", "shown_url"]


def open_place(text: str) -> Place:
    """A plain path or a file:// url as a folder, any other url through fsspec; nothing is made or looked at yet.

    UsageError where the text is empty, or no such url can be opened on this computer.
    """
    if not text or "\0" in text:
        raise UsageError(Message("Er is geen map genoemd.", "No folder was named."),
                         Message("Noem een map, of een adres als s3://emmer/map.", "Name a folder, or an address as s3://bucket/folder."))
    if re.match(r"file://", text, re.IGNORECASE):
        return FolderPlace(_path_of(text))
    if re.match(r"[A-Za-z][A-Za-z0-9+._-]+(://|::.*://)", text):  # one letter is a drive
        return open_url(text)
    return FolderPlace(text)


def _path_of(url: str) -> Path:
    """A file url's path; taken as it is written where that is there, else with %20 and the like as what they stand for."""
    rest = url[len("file://"):]
    host, slash, _ = rest.partition("/")
    if host not in ("", "localhost") or not slash:
        raise UsageError(Message(f"{url} noemt geen map op deze computer.", f"{url} names no folder on this computer."),
                         Message("Schrijf file:/// met drie strepen, of alleen de map.",
                                 "Write file:/// with three slashes, or just the folder."))
    path = rest[len(host):]
    return Path(path) if os.name != "nt" and Path(path).exists() else Path(url2pathname(path))
