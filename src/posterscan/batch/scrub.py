"""Text that may be sent to a stranger: names, places, paths and what people wrote are taken out, rather too much than too little.

Two means work together: what is known to be secret (file names, folders, session) is found wherever it stands, and what looks
like a path, an address or a quotation goes whether it is known or not.
"""

from __future__ import annotations

import getpass
import json
import platform
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

NAME, PATH, TEXT, HOST, NUMBER = "<name>", "<path>", "<text>", "<host>", "<number>"
WHOLE_WORD = 4  # secrets shorter than this count only as whole words: "jo" is not in "join"
MOST = 4000  # characters of one message that are kept

_START = re.compile(r"""(?<![\w.<~])(?:[A-Za-z][\w+.-]+://|~[\w.-]*[\\/]|[A-Za-z]:[\\/]|\\\\(?=\S)|\.\.?[\\/]|/(?=[^\s/]))""")
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}(?!\w)")  # .jpg
_AFTER_PATH = re.compile(r"""[:;,)\]}>|'](?=\s|$)|["“”»`]""")
_RELATIVE = re.compile(r"[^\s<>]*[\\/][^\s<>]*")
_DOTTED = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}[\w-]*(?::\d+)?")  # a.jpg, host.nl:8786, module.name
_KNOWN_MODULES = frozenset({"posterscan", "numpy", "cv2", "PIL", "onnxruntime", "rapidocr", "pytesseract", "pydantic", "pyarrow",
                            "fsspec", "distributed", "skimage", "scipy", "shapely", "pebble", "builtins"})
_SHAPES = (
    (re.compile(r"\S+@\S+"), TEXT),
    (re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?![\d.])"), HOST),
    (re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){3,}[0-9A-Fa-f]{0,4}(?![\w:])"), HOST),
    (re.compile(r"-?\d{1,3}\.\d{4,}|\d+(?:\.\d+)?\s?°(?:\s?[\d.]+\s?['′\"″]){0,2}"), NUMBER),  # as exact as a place on earth
)
_QUOTES = {"'": "'", '"': '"', "`": "`", "‘": "’'", "“": "”\"", "„": "”“\"", "«": "»", "‚": "‘’'", "»": "«"}


class Secrets:
    """Texts that must not be seen, found in any case, composed or decomposed, escaped or not. More can be added at any time."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.texts: set[str] = set()
        self._starts: set[str] = set()
        self._lengths: list[int] = []
        self.add(texts)

    def add(self, texts: Iterable[str]) -> None:
        """More of them; what holds nothing but ASCII punctuation is no secret."""
        new = {_lower(form) for text in texts for form in _forms(text.strip()) if re.search(r"[^\W_]|[^\x00-\x7f]", form)}
        self.texts |= new
        self._starts |= {text[:2] for text in new}
        self._lengths = sorted({*self._lengths, *map(len, new)}, reverse=True)

    def cover(self, text: str, by: str = NAME) -> str:
        """The text with each secret in it, overlapping ones together, replaced."""
        low, out, end = _lower(text), list[str](), 0
        for start, stop in _merged(self._found(low)):
            out += [text[end:start], by]
            end = stop
        return "".join([*out, text[end:]])

    def _found(self, low: str) -> Iterator[tuple[int, int]]:
        for start in range(len(low)):
            if low[start:start + 2] not in self._starts and low[start] not in self._starts:
                continue
            for length in self._lengths:
                stop = start + length
                if stop <= len(low) and low[start:stop] in self.texts and (length >= WHOLE_WORD or _word(low, start, stop)):
                    yield start, stop
                    break


def secrets_of(files: Iterable[str] = (), folders: Iterable[str] = (), texts: Iterable[str] = ()) -> Secrets:
    """What a run knows, and what the computer says of its owner.

    files: names of photos, with their folders; folders: paths and URLs; texts: of the session, its place, the tables.
    """
    known, wholes = set(texts), list(folders)
    for path in files:
        *above, name = re.split(r"[/\\]", path)
        known.update((*above, name.rpartition(".")[0] or name))  # the ending may be seen
    for path in wholes:
        known.update((path, *re.split(r"[/\\]", path), *_of_url(path)))
    return Secrets({*_of_this_computer(), *known})


def scrubbed(text: str, secrets: Secrets) -> str:
    """A message without secrets, paths, addresses, exact numbers and quotations; those are replaced by <name>, <path>, ...."""
    whole = secrets.cover(text)
    short = whole if len(whole) <= MOST else whole[:MOST].rpartition(" ")[0] + " …"
    lines = "\n".join(_without_paths(line) for line in _without_quotations(short).split("\n"))
    for shape, by in _SHAPES:
        lines = shape.sub(by, lines)
    return _DOTTED.sub(_dotted, _RELATIVE.sub(_relative, lines))


def _without_quotations(text: str) -> str:
    """From quote to quote; where they don't pair off, from the first of them to the end. Two characters or fewer stay.

    Typographic ones, of which the same may open and close, from the first to the last.
    """
    out, end = list[str](), 0
    while (found := _opening(text, end)) is not None:
        start, closing = found
        marks = _closing(text, start + 1, closing)
        plain = closing in "'\"`"
        stop = len(text) if not marks or (plain and len(marks) % 2 == 0) else marks[0 if plain else -1] + 1
        out += [text[end:start], text[start:stop] if stop - start <= 4 else TEXT]
        end = stop
    return "".join([*out, text[end:]])


def _opening(text: str, start: int) -> tuple[int, str] | None:
    """Place of the next quote that opens, and what would close it. An apostrophe inside a word opens nothing; b'' and f"" do."""
    for found in re.finditer("[" + "".join(_QUOTES) + "]", text[start:]):
        at = start + found.start()
        before = re.search(r"\w+$", text[max(start, at - 20):at])
        if before is None or before[0].lower() in ("b", "r", "u", "f", "br", "rb"):
            return at, _QUOTES[text[at]]
    return None


def _closing(text: str, start: int, closing: str) -> list[int]:
    """Where quotes of a kind stand that are no apostrophe inside a word."""
    return [at for at in range(start, len(text)) if text[at] in closing
            and not (text[at - 1].isalnum() and text[at + 1:at + 2].isalnum() and text[at] in "'’")]


def _without_paths(line: str) -> str:
    """From where a path begins to where its last name ends: names may hold blanks, so everything up to the last slash goes."""
    start = _START.search(line)
    if start is None:
        return line
    last = max(line.rfind("/"), line.rfind("\\"), start.end() - 1)
    rest = line[last + 1:]
    endings = list(_ENDING.finditer(rest))
    after = _AFTER_PATH.search(rest)
    stop = endings[-1].end() if endings else after.start() if after else len(rest)
    protocol = start[0] if "://" in start[0] else ""
    return line[:start.start()] + protocol.replace("://", ":") + PATH + rest[stop:]


def _relative(found: re.Match[str]) -> str:
    return PATH if re.search(r"[^\W\d_]", found[0]) else found[0]


def _dotted(found: re.Match[str]) -> str:
    return found[0] if found[0].partition(".")[0] in _KNOWN_MODULES else NAME


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Sorted spans, those that overlap as one."""
    now: tuple[int, int] | None = None
    for start, stop in spans:
        if now is not None and start < now[1]:
            now = now[0], max(now[1], stop)
        else:
            if now is not None:
                yield now
            now = start, stop
    if now is not None:
        yield now


def _word(text: str, start: int, stop: int) -> bool:
    return not (text[start - 1:start].isalnum() and text[start].isalnum()) and \
        not (text[stop:stop + 1].isalnum() and text[stop - 1].isalnum())


def _lower(text: str) -> str:
    """In small letters and as long as it was."""
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


def _forms(text: str) -> Iterator[str]:
    """How a text can stand in a message."""
    if re.fullmatch(r"""[ !#-&(-[\]-~]*""", text):  # plain, as most names are, and there can be a hundred thousand
        yield from {text, quote(text), re.sub(r"[^\w.-]", "-", text)}
        return
    for form in {text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)}:
        yield form
        yield from (repr(form)[1:-1], ascii(form)[1:-1], json.dumps(form)[1:-1], json.dumps(form, ensure_ascii=False)[1:-1])
        yield repr(form.encode("utf-8", "surrogateescape" if _bytes_in(form) else "surrogatepass"))[2:-1]
        yield quote(form, errors="replace")
        yield re.sub(r"[^\w.-]", "-", form)
        yield form.encode("utf-8", "replace").decode()


def _bytes_in(text: str) -> bool:
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def _of_this_computer() -> Iterator[str]:
    """Names that say whose computer it is."""
    with suppress(Exception):  # no user, no home: nothing to hide
        yield getpass.getuser()
    with suppress(RuntimeError):
        home = Path.home()
        yield from (str(home), home.name)
    host = platform.node()
    yield from (host, host.partition(".")[0])


def _of_url(url: str) -> Iterator[str]:
    with suppress(ValueError):
        parts = urlsplit(url if "://" in url else "")
        yield from (part for part in (parts.netloc, parts.username, parts.password, parts.hostname, parts.query) if part)
