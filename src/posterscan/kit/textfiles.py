"""Opening the files that people write for a kit: whole, as text, or with a clear reason why not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from posterscan.errors import KitError
from posterscan.jsonfile import MAX_BYTES, suggestion
from posterscan.messages import Message

_UTF8 = Message("Sla het bestand op als UTF-8 (in Excel: Opslaan als, CSV UTF-8).",
                "Save the file as UTF-8 (in Excel: Save as, CSV UTF-8).")
_CHECK = Message("Controleer de naam en de map.", "Check the name and the folder.")
# what cp1252 has that Dutch and English texts use; other signs tell of a file in another encoding
_WESTERN = re.compile("[\x00-\x7fÀ-ÖØ-öø-ÿœŒ€‘’“”–—…´°§·\xa0\xad]*")
_MISPLACED = re.compile(r"\w[‘“”…]\w|\w[‘“]")  # curly signs where a letter with an accent should be


def stop(path: Path, problem: Message, cure: Message) -> NoReturn:
    """KitError: "<file> <problem>." and the cure."""
    name = path.name or str(path)
    raise KitError(Message(f"{name} {problem.nl}.", f"{name} {problem.en}."), cure) from None


def content_of(path: Path, endings: Sequence[str]) -> bytes:
    """The bytes of a file of one of these kinds (".csv", ...), not empty; KitError says what is wrong with it."""
    try:
        _check_kind(path, endings)
        content = path.read_bytes()
    except (OSError, ValueError) as why:
        reason = getattr(why, "strerror", None) or str(why)
        stop(path, Message(f"kan niet worden gelezen ({reason})", f"cannot be read ({reason})"),
             Message("Sluit het bestand in andere programma's en controleer de rechten.",
                     "Close the file in other programs and check its permissions."))
    if not content.strip():
        stop(path, Message("is leeg", "is empty"), Message("Zet er iets in, of noem een ander bestand.",
                                                           "Put something in it, or name another file."))
    return content


def _check_kind(path: Path, endings: Sequence[str]) -> None:
    known = ", ".join(endings)
    if path.is_dir():
        stop(path, Message("is een map, geen bestand", "is a folder, not a file"),
             Message(f"Noem het bestand in die map ({known}).", f"Name the file in that folder ({known})."))
    if not path.exists():
        near = suggestion(path.name, (p.name for p in path.parent.iterdir())) if path.parent.is_dir() else None
        stop(path, Message("bestaat niet", "does not exist"),
             Message(f"Bedoelt u {near}?", f"Did you mean {near}?") if near else _CHECK)
    if not path.is_file():
        stop(path, Message("is geen gewoon bestand", "is not a regular file"), _CHECK)
    if path.suffix.lower() not in endings:
        shown = path.suffix or Message("niets", "nothing")
        stop(path, Message(f"eindigt op {shown if isinstance(shown, str) else shown.nl}; dat kan niet worden gelezen",
                           f"ends in {shown if isinstance(shown, str) else shown.en}, which cannot be read"),
             Message(f"Sla het op als een van: {known}.", f"Save it as one of: {known}."))
    if path.stat().st_size > MAX_BYTES:
        stop(path, Message(f"is {path.stat().st_size / 2**20:.0f} MiB groot; 16 MiB is het meeste",
                           f"is {path.stat().st_size / 2**20:.0f} MiB; 16 MiB is the most"),
             Message("Dit is vast een ander bestand: controleer de naam.", "This must be another file: check the name."))


def text_of(path: Path, content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or the Windows code page; KitError where that is a guess.

    Line ends are all "\\n". The code page has a sign for nearly every byte, so that a file in yet another encoding
    would be read with wrong letters without a word: text in it counts only if its signs are usual and well placed.
    """
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = _windows(path, content)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        stop(path, Message("bevat bytes die geen tekst zijn", "holds bytes that are not text"), _UTF8)
    return text


def _windows(path: Path, content: bytes) -> str:
    for number, line in enumerate(content.splitlines(), 1):
        try:
            text = line.decode("cp1252")
        except UnicodeDecodeError:
            text = "\ufffd"
        if not _WESTERN.fullmatch(text) or _MISPLACED.search(text):
            stop(path, Message(f"regel {number}: de letters met accenten zijn niet te herkennen",
                               f"line {number}: the letters with accents cannot be told"), _UTF8)
    return content.decode("cp1252")


def cleaned(text: str) -> str:
    """Composed letters (NFC), no control or invisible signs, single spaces."""
    kept = (" " if c.isspace() else c for c in unicodedata.normalize("NFC", text)
            if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return " ".join("".join(kept).split())


def mended(text: str) -> str | None:
    """What a text said before its accents were garbled ("CafÃ©" was "Café"); None where they are sound.

    UTF-8 that was read as the Windows code page: undoing that works only where it has happened.
    """
    try:
        before = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return before if before != text else None
