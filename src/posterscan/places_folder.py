"""A folder on this computer, or one that it has mounted."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from posterscan.atomic import write_atomically
from posterscan.places_base import TEMPORARY, Entry, cannot_read, cannot_write, safe_name

# What systems put on a disk and let nobody read; others that cannot be read are told, since there may be photos in them.
_SYSTEM = frozenset({"lost+found", "system volume information", "$recycle.bin"})


class FolderPlace:
    """A `Place` that is a folder; it need not be there yet, and is made by the first file that is written."""

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path).absolute()

    @property
    def url(self) -> str:
        return str(self._path)

    def read(self, name: str) -> bytes:
        path = self._at(name)
        try:
            return path.read_bytes()
        except NotADirectoryError as error:
            raise FileNotFoundError(error.errno, error.strerror, str(path)) from error
        except FileNotFoundError:
            raise
        except OSError as error:
            raise cannot_read(str(path), error) from error

    def write(self, name: str, content: bytes) -> None:
        write_atomically(self._at(name), content)

    def put(self, name: str, source: Path) -> None:
        path = self._at(name)
        part = path.with_name(f".posterscan-{secrets.token_hex(8)}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, part)
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            raise cannot_write(str(path), error) from error
        finally:
            part.unlink(missing_ok=True)

    def exists(self, name: str) -> bool:
        return self._at(name).is_file()

    def files(self, under: str = "") -> Iterator[Entry]:
        prefix = f"{safe_name(under).rstrip('/')}/" if under else ""
        return iter(_files(self._path / prefix, prefix))

    def remove(self, name: str) -> None:
        path = self._at(name)
        try:
            path.unlink(missing_ok=True)
            self._without_empty(path.parent)
        except NotADirectoryError:  # a file stands where its folder would be
            return
        except OSError as error:
            raise cannot_write(str(path), error) from error

    def _without_empty(self, folder: Path) -> None:
        """An object store has no empty folders either."""
        while folder != self._path and self._path in folder.parents:
            try:
                folder.rmdir()
            except OSError:  # something is in it
                return
            folder = folder.parent

    def local(self, name: str) -> Path:
        return self._path / safe_name(name) if name else self._path

    def _at(self, name: str) -> Path:
        return self._path / safe_name(name)


@dataclass(frozen=True)
class _Folder:
    """prefix: what the names of its files begin with."""

    path: str
    prefix: str


def _files(start: Path, prefix: str) -> list[Entry]:
    """Files below a folder, sorted by name; prefix: what comes before the names.

    Links to folders are followed, since people link their cards and drives, but each folder is looked into once, by its own
    name rather than a link's, and never a folder that this one lies in: links that go round end.
    """
    seen = {_identity(str(parent)) for parent in start.resolve().parents}
    found: list[Entry] = []
    folders, links = [_Folder(str(start), prefix)], list[_Folder]()
    while folders or links:
        if not folders:
            links.sort(key=lambda link: link.prefix, reverse=True)
        folder = folders.pop() if folders else links.pop()
        identity = _identity(folder.path)
        if identity in seen:
            continue
        seen.add(identity)
        for entry in _entries(folder):
            inside = _Folder(entry.path, f"{folder.prefix}{entry.name}/")
            if entry.is_dir():
                (links if entry.is_symlink() else folders).append(inside)
            elif (size := _size(entry.path)) is not None and not TEMPORARY.fullmatch(entry.name):
                found.append(Entry(inside.prefix[:-1], size))
    return sorted(found, key=lambda entry: entry.name)


def _entries(folder: _Folder) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder.path) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):  # not there, or gone meanwhile
        return []
    except OSError as error:
        name = Path(folder.path).name.casefold()
        if folder.prefix and (name in _SYSTEM or name.startswith(".")):
            return []
        raise cannot_read(folder.path, error) from error


def _identity(path: str) -> tuple[int, int] | str:
    """The same for every name of a folder; the name itself where the system tells nothing."""
    try:
        about = os.stat(path)  # noqa: PTH116  # surrogates and all, as scandir gave it
    except OSError:
        return path
    return (about.st_dev, about.st_ino) if about.st_ino else path


def _size(path: str) -> int | None:
    """Bytes of a regular file; None for anything else, a link that leads nowhere too."""
    try:
        about = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return about.st_size if stat.S_ISREG(about.st_mode) else None
