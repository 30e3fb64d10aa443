"""A log of a run that can be sent to somebody who helps: what was done and how it went, and no names of people or places.

Photos are told by the first eight digits of their sha256, tables by those of the sha256 of their name.
"""

from __future__ import annotations

import hashlib
import platform
import re
import secrets as tokens
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from posterscan import __version__
from posterscan.batch.scrub import NUMBER, PATH, TEXT, Secrets
from posterscan.batch.traces import scrubbed_trace
from posterscan.errors import PosterscanError
from posterscan.places import Place
from posterscan.places_base import cannot_write

FOLDER = "journal"
REWRITE_S = 20.0  # between two writings of the whole log to a place that cannot append
_PACKAGES = ("numpy", "opencv-python-headless", "onnxruntime", "rapidocr", "pillow", "pillow-heif", "distributed")


class Journal:
    """Writes `journal/<UTC time>-<run>.log`, a line at a time: what is there when the computer stops is there.

    Only opening it can fail, with UsageError: afterwards, a log that cannot be written is no reason to stop reading photos. To
    a place that cannot append, it is written as a whole now and then and when it is closed. May be used by several threads.
    """

    def __init__(self, place: Place, secrets: Secrets, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._place, self._secrets, self._now = place, secrets, now
        self._guard = threading.Lock()
        self._lines: list[str] = []
        self._due = time.monotonic() + REWRITE_S
        self._file: IO[str] | None = None
        self.name = f"{FOLDER}/{now():%Y%m%dT%H%M%SZ}-{tokens.token_hex(3)}.log"
        path = place.local(self.name)
        if path is None:
            place.write(self.name, b"")
        else:
            self._file = _opened(path)

    def hide(self, more: Secrets | Sequence[str]) -> None:
        """More that must not be seen from here on."""
        self._secrets.add(more.texts if isinstance(more, Secrets) else more)

    def started(self, parameters: Mapping[str, object]) -> None:
        """With what the run was started; texts that are no plain words are left out."""
        self._write("versions", {key: self._secrets.cover(value) for key, value in versions().items()})
        self._write("parameters", {_word(key): self._value(value) for key, value in parameters.items()})

    def photo(self, sha256: str, status: str, seconds: Mapping[str, float], peak_mb: float | None) -> None:
        """A photo was looked at. status: a code. seconds: per stage."""
        self._write(f"photo {sha256[:8]} {_word(status)}", _figures(seconds, peak_mb))

    def table(self, name: str, photos: Sequence[str], status: str, seconds: Mapping[str, float], peak_mb: float | None) -> None:
        """A table was read. photos: sha256 of each."""
        of = ",".join(sha256[:8] for sha256 in photos) or "-"
        self._write(f"table {_digest(name)} {_word(status)}", {"photos": of, **_figures(seconds, peak_mb)})

    def failed(self, what: str, error: BaseException | str) -> None:
        """Something went wrong with a photo (its sha256) or a table (its name). error: or its traceback as text."""
        known = re.fullmatch(r"[0-9a-f]{64}", what) is not None
        code = _word(error.code) if isinstance(error, PosterscanError) else ""
        text = error if isinstance(error, str) else "".join(traceback.format_exception(error))
        head = f"failed {'photo' if known else 'table'} {what[:8] if known else _digest(what)} {code}".rstrip()
        self._write(head, below=scrubbed_trace(text, self._secrets))

    def event(self, code: str, values: Mapping[str, object] | None = None) -> None:
        """Anything else worth telling: a worker that was started again, a cluster that grew."""
        self._write(_word(code), {_word(key): self._value(value) for key, value in (values or {}).items()})

    def finished(self, counts: Mapping[str, int]) -> None:
        """How many of what there are in the end."""
        self._write("finished", {_word(key): str(int(value)) for key, value in counts.items()})

    def close(self) -> None:
        """What is not yet written is written; a second time does nothing."""
        with self._guard:
            if self._file is not None and not self._file.closed:
                self._quietly(self._file.close)
            elif self._file is None and self._lines:
                self._quietly(self._rewrite)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None:
            self._write(f"ended by {kind.__name__}")
        self.close()

    def _write(self, head: str, values: Mapping[str, str] | None = None, below: Sequence[str] = ()) -> None:
        about = " ".join(f"{key}={value}" for key, value in (values or {}).items())
        lines = [f"{self._now():%Y-%m-%dT%H:%M:%SZ} {head} {about}".rstrip(), *(f"  {line}" for line in below)]
        text = "".join("".join(c if c.isprintable() else "?" for c in line) + "\n" for line in lines)
        with self._guard:
            self._quietly(self._append, text)

    def _append(self, text: str) -> None:
        if self._file is not None:
            self._file.write(text)
            self._file.flush()
            return
        self._lines.append(text)
        if time.monotonic() >= self._due:
            self._rewrite()

    def _rewrite(self) -> None:
        content = "".join(self._lines).encode("utf-8", "replace")
        self._due = time.monotonic() + REWRITE_S * (1 + len(content) / 2**20)  # a long log less often
        self._place.write(self.name, content)

    def _quietly(self, do: Callable[..., None], *given: str) -> None:
        try:
            do(*given)
        except (OSError, ValueError, PosterscanError):  # full, gone or closed
            return

    def _value(self, value: object) -> str:
        """A parameter's value; what could be a name is not shown."""
        if value is None or isinstance(value, bool | int):
            return str(value)
        if isinstance(value, float):
            return f"{value:g}" if len(f"{value:g}") < 7 else NUMBER
        if isinstance(value, Path):
            return PATH
        if isinstance(value, str):
            covered = self._secrets.cover(value)
            return value if covered == value and re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,23}", value) else TEXT
        if isinstance(value, list | tuple):
            return "[" + ",".join(self._value(one) for one in value) + "]"
        return f"<{type(value).__name__}>"


def versions() -> dict[str, str]:
    """What the run was done with; "-" for what is missing."""
    from posterscan.ocr.tesseract import tesseract_version

    return {"posterscan": __version__, "python": platform.python_version(), "system": platform.system(),
            "release": platform.release(), "machine": platform.machine(),
            **{name: _version(name) for name in _PACKAGES}, "tesseract": tesseract_version() or "-"}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "-"


def _opened(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a", encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise cannot_write(str(path), error) from error


def _figures(seconds: Mapping[str, float], peak_mb: float | None) -> dict[str, str]:
    stages = {_word(stage): f"{value:.2f}" for stage, value in seconds.items()}
    return {"s": f"{sum(seconds.values()):.2f}", **stages, **({"peak_mb": f"{peak_mb:.0f}"} if peak_mb is not None else {})}


def _word(text: str) -> str:
    """A code or a stage's name; anything else is none."""
    return text if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,39}", text) else TEXT


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
