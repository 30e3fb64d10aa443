"""Tracebacks for a stranger: where it went wrong in posterscan and the packages below it, and nothing of the person's own."""

from __future__ import annotations

import linecache
import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import posterscan
from posterscan.batch.scrub import NAME, Secrets, scrubbed

_FRAME = re.compile(r'\s*File "(?P<path>.*)", line (?P<line>\d+)(?:, in (?P<where>.*))?\s*')
_GROUP = re.compile(r"^ *(?:[|+] |[|+]$|\+-\+-[- \d.]*$)")  # in front of the lines of an exception group
_SAID = frozenset({
    "Traceback (most recent call last):", "Exception Group Traceback (most recent call last):",
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:"})
_REPEATED = re.compile(r"\s*\[Previous line repeated \d+ more times?\]\s*")
_KIND = re.compile(r"(?P<kind>[A-Za-z_][\w.]*)(?P<rest>: .*|:?$)", re.ASCII | re.DOTALL)
_ERROR = re.compile(r"[\w.]*(?:Error|Exception|Exit|Interrupt|Warning|NotFound|Timeout)", re.ASCII)
_INSTALLED = re.compile(r"(?:.*/)?(?:site|dist)-packages/(?P<inside>[\w.+-]+(?:/[\w.+-]+)*\.\w+)", re.ASCII)
_PACKAGE = Path(posterscan.__file__).parent


def scrubbed_trace(text: str, secrets: Secrets) -> list[str]:
    """A traceback's lines, or those of any other text about an error, scrubbed.

    Frames as `  posterscan/pipeline.py:73 in scan_photo`: of installed packages by their path in the package, of others by the
    file's name alone. A line of source is kept where it is the line in the file that is installed here.
    """
    out: list[str] = []
    said: list[str] = []  # the message that is being read, one line each
    frame: re.Match[str] | None = None  # whose source may come next
    in_frames = False
    for raw in text.splitlines():
        line = _GROUP.sub("", raw, count=1)
        found = _FRAME.fullmatch(line)
        if found or line.strip() in _SAID or (in_frames and _REPEATED.fullmatch(line)):
            out += _message(said, after_frames=bool(out))
            said, frame, in_frames = [], found, True
            out.append(_shown(found, secrets) if found else f"  {line.strip()}" if line.strip() not in _SAID else line.strip())
        elif in_frames and line[:1] in (" ", "\t"):
            out += _source(frame, line)
            frame = None
        else:
            said.append(line)
            in_frames = False
    out += _message(said, after_frames=bool(out))
    return [_finished(line, secrets) for line in out]


class _Message(str):
    """Text that is yet to be scrubbed, unlike frames, which are clean."""


def _message(lines: list[str], after_frames: bool) -> list[str]:
    """The kind of error, and what it says: the kind is known by standing after frames or by its name."""
    text = "\n".join(line for line in lines if line.strip() != '"""').strip()  # around what another process said
    if not text:
        return []
    kind = _KIND.fullmatch(text)
    if kind is None or not (after_frames or _ERROR.fullmatch(kind["kind"])):
        return [_Message(text)]
    return [kind["kind"] + "\0" + kind["rest"].removeprefix(":").strip()]


def _finished(line: str, secrets: Secrets) -> str:
    if isinstance(line, _Message):
        return _flat(scrubbed(line, secrets))
    kind, mark, rest = line.partition("\0")
    if not mark:
        return line
    return secrets.cover(kind) + (f": {_flat(scrubbed(rest, secrets))}" if rest else "")


def _flat(text: str) -> str:
    return " / ".join(line.strip() for line in text.splitlines() if line.strip())


def _shown(frame: re.Match[str], secrets: Secrets) -> str:
    path = frame["path"].replace("\\", "/")
    name = _public(path)
    if name is None:
        bare = path.rpartition("/")[2]
        name = secrets.cover(bare) if re.fullmatch(r"[\w-]+\.(py|pyx|pxi|pxd)|<[\w ]+>", bare) else NAME
    where = frame["where"] or ""
    inside = f" in {secrets.cover(where)}" if re.fullmatch(r"[\w.<>]+", where) else ""
    return f"  {name}:{frame['line']}{inside}"


def _public(path: str) -> str | None:
    """A file's path in posterscan or another installed package; None for anything else."""
    if (found := _INSTALLED.fullmatch(path)) is not None:
        return found["inside"]
    own = path.rpartition("/posterscan/")[2]
    return f"posterscan/{own}" if "/posterscan/" in path and own.endswith(".py") and (_PACKAGE / own).is_file() else None


def _source(frame: re.Match[str] | None, line: str) -> Iterator[str]:
    """The line itself where that is what stands in the file; what a person's own program says is nobody's business."""
    name = _public(frame["path"].replace("\\", "/")) if frame else None
    if frame is None or name is None:
        return
    base = _PACKAGE.parent if name.startswith("posterscan/") else Path(sysconfig.get_paths()["purelib"])
    here = linecache.getline(str(base / name), int(frame["line"])).strip()
    if here and here == line.strip():
        yield f"    {here}"
