"""Shared folders and object stores, through fsspec."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from posterscan.errors import PosterscanError, UsageError
from posterscan.messages import Message
from posterscan.places_base import TEMPORARY, Entry, cannot_read, cannot_write, safe_name, shown_url

# Where a file that is being written can be seen half: written under another name and moved. Object stores put whole objects.
FILE_LIKE = frozenset({"file", "local", "sftp", "ssh", "ftp", "smb", "hdfs", "arrow_hdfs", "webhdfs", "webdav"})
_DEEPEST = 40  # folders in folders; deeper, a server's links go round


class UrlPlace:
    """A `Place` that fsspec reaches. fs: one of its file systems. root: the folder there. url: how it was named."""

    def __init__(self, fs: Any, root: str, url: str | None = None) -> None:
        self._fs = fs
        self._root = str(fs._strip_protocol(root)).rstrip("/")
        self._url = url or str(fs.unstrip_protocol(root))
        protocols = {fs.protocol} if isinstance(fs.protocol, str) else set(fs.protocol)
        self._file_like = bool(protocols & FILE_LIKE)

    @property
    def url(self) -> str:
        return self._url

    def read(self, name: str) -> bytes:
        with self._explained(name, cannot_read, missing=True):
            return bytes(self._fs.cat_file(self._at(name)))

    def write(self, name: str, content: bytes) -> None:
        self._whole(name, lambda path: self._fs.pipe_file(path, content))

    def put(self, name: str, source: Path) -> None:
        self._whole(name, lambda path: self._fs.put_file(str(source), path))

    def exists(self, name: str) -> bool:
        path = self._at(name)
        try:
            with self._explained(name, cannot_read, missing=True):  # fs.exists takes a lost connection for "no"
                self._fs.invalidate_cache()
                return bool(self._fs.info(path)["type"] == "file")
        except FileNotFoundError:
            return False

    def files(self, under: str = "") -> Iterator[Entry]:
        return iter(self._files(self._at(under).rstrip("/") if under else self._root, under))

    def remove(self, name: str) -> None:
        with suppress(FileNotFoundError), self._explained(name, cannot_write, missing=True):
            self._fs.rm_file(self._at(name))

    def local(self, name: str) -> None:
        return None

    def _at(self, name: str) -> str:
        return f"{self._root}/{safe_name(name)}"

    def _files(self, folder: str, under: str) -> list[Entry]:
        try:
            with self._explained(under, cannot_read, missing=True):
                self._fs.invalidate_cache()  # other computers write here too
                infos = _found(self._fs, folder)
        except FileNotFoundError:
            return []
        inside = {path.removeprefix(self._root + "/"): info for path, info in infos.items() if path.startswith(folder + "/")}
        return [Entry(name, int(info.get("size") or 0)) for name, info in sorted(inside.items())
                if info.get("type", "file") == "file" and not name.endswith("/") and ".." not in name.split("/")
                and not TEMPORARY.fullmatch(name.rpartition("/")[2])]

    def _whole(self, name: str, fill: Callable[[str], object]) -> None:
        path = self._at(name)
        with self._explained(name, cannot_write):
            if not self._file_like:
                fill(path)
                return
            folder = path.rpartition("/")[0]
            part = f"{folder}/.posterscan-{secrets.token_hex(8)}.tmp"
            self._fs.makedirs(folder, exist_ok=True)
            try:
                fill(part)
                self._move(part, path)
            except BaseException:
                with suppress(Exception):  # why it failed matters more
                    self._fs.rm_file(part)
                raise

    def _move(self, part: str, path: str) -> None:
        """In the place of what is there. Some servers refuse that: then the old file is put aside until the new one is there."""
        try:
            self._fs.mv(part, path)
        except Exception:
            aside = f"{part[:-4]}-old.tmp"
            self._fs.mv(path, aside)
            try:
                self._fs.mv(part, path)
            except BaseException:
                self._fs.mv(aside, path)
                raise
            self._fs.rm_file(aside)

    @contextmanager
    def _explained(self, name: str, sort: Callable[[str, BaseException], UsageError], missing: bool = False) -> Iterator[None]:
        """missing: whether FileNotFoundError is an answer. The libraries below raise whatever they like."""
        try:
            yield
        except PosterscanError:
            raise
        except (FileNotFoundError, NotADirectoryError) as error:
            if missing:
                raise FileNotFoundError(error.errno, error.strerror or "not found", name) from error
            raise sort(_joined(self._url, name), error) from error
        except Exception as error:
            raise explained(_joined(self._url, name), error, sort) from error


def open_url(url: str) -> UrlPlace:
    """UsageError where fsspec or a package for this kind of url is missing, or nobody answers."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise UsageError(
            Message(f"{shown_url(url)} is geen gewone map; daarvoor ontbreekt een pakket (fsspec).",
                    f"{shown_url(url)} is no plain folder; a package for it is missing (fsspec)."),
            Message("Voer uit: pip install 'posterscan[cluster]'", "Run: pip install 'posterscan[cluster]'")) from error
    try:
        fs, root = url_to_fs(url)
    except ImportError as error:
        raise _package_missing(url, str(error)) from error
    except Exception as error:  # of whichever library is below
        if isinstance(error, ValueError) and "rotocol not known" in str(error):
            kind = url.split(":", 1)[0]
            raise UsageError(Message(f"{kind}:// is onbekend.", f"{kind}:// is unknown."),
                             Message("Gebruik bijvoorbeeld s3://, gs://, abfs://, sftp:// of smb://, of een gewone map.",
                                     "Use s3://, gs://, abfs://, sftp:// or smb://, say, or a plain folder.")) from error
        raise explained(shown_url(url), error, cannot_read) from error
    return UrlPlace(fs, root, url)


def explained(where: str, error: Exception, otherwise: Callable[[str, BaseException], UsageError]) -> UsageError:
    """What a library's error means to somebody who gave a url. otherwise: for errors that are about nothing else."""
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    why = str(error) or type(error).__name__
    if re.search(r"Credential|Authenti|AuthError|LoginError|Logon|PermissionError", names):
        return UsageError(Message(f"U hebt geen toegang tot {where} ({why}).", f"You have no access to {where} ({why})."),
                          Message("Meld u eerst aan bij deze opslag (sleutel of wachtwoord), of vraag de beheerder om rechten.",
                                  "Sign in to this storage first (key or password), or ask its owner for access."))
    if re.search(r"Connection|Connect|Endpoint|Timeout|gaierror|DNS|SSHException|Socket", names):
        return UsageError(Message(f"{where} is niet bereikbaar ({why}).", f"{where} cannot be reached ({why})."),
                          Message("Controleer het adres en de verbinding, en probeer het opnieuw: wat af is, blijft.",
                                  "Check the address and the connection and try again: what is done stays done."))
    return otherwise(where, error)


def _package_missing(url: str, hint: str) -> UsageError:
    """hint: in fsspec's words, as "Install s3fs to access S3"."""
    kind = url.split(":", 1)[0]
    named = re.search(r'"([\w.-]+)"|[Ii]nstall ([\w.-]+) ', hint)
    command = f"pip install {named[1] or named[2]}" if named else hint
    return UsageError(Message(f"Voor {kind}:// ontbreekt een pakket.", f"A package for {kind}:// is missing."),
                      Message(f"Voer uit: {command}", f"Run: {command}"))


def _found(fs: Any, folder: str) -> dict[str, dict[str, Any]]:
    """All files below a folder, by path. Stores list them at once; elsewhere fsspec would pass over folders it cannot read."""
    from fsspec.asyn import AsyncFileSystem
    from fsspec.spec import AbstractFileSystem

    walks = type(fs)._find is AsyncFileSystem._find if isinstance(fs, AsyncFileSystem) else type(fs).find is AbstractFileSystem.find
    if not walks:
        return dict(fs.find(folder, detail=True))
    found: dict[str, dict[str, Any]] = {}
    todo = [(folder, 0)]
    while todo:
        path, depth = todo.pop()
        for info in _listed(fs, path, maybe_gone=depth > 0):
            inside = str(info["name"]).rstrip("/")
            if info["type"] != "directory":
                found[inside] = info
            elif inside != path and not info.get("islink") and depth < _DEEPEST:
                todo.append((inside, depth + 1))
    return found


def _listed(fs: Any, folder: str, maybe_gone: bool) -> list[dict[str, Any]]:
    try:
        return list(fs.ls(folder, detail=True))
    except FileNotFoundError:
        if maybe_gone:  # it was there a moment ago
            return []
        raise


def _joined(url: str, name: str) -> str:
    return f"{shown_url(url).rstrip('/')}/{name}" if name else shown_url(url)
