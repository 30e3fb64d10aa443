"""What people read, in Dutch and English side by side; the terminal and the records choose one."""

from __future__ import annotations

import locale
import os
from dataclasses import dataclass
from typing import Literal

Language = Literal["nl", "en"]


@dataclass(frozen=True)
class Message:
    """One message in both languages. ``str()`` gives the English one, for logs and tracebacks."""

    nl: str
    en: str

    def __str__(self) -> str:
        return self.en

    def __add__(self, other: Message) -> Message:
        return Message(self.nl + other.nl, self.en + other.en)

    def __bool__(self) -> bool:
        return bool(self.en or self.nl)

    def to(self, language: Language) -> str:
        """The message in one language."""
        return self.nl if language == "nl" else self.en


NOTHING = Message("", "")


def as_message(words: Message | str) -> Message:
    """A plain string counts as the same in both languages."""
    return words if isinstance(words, Message) else Message(words, words)


def default_language() -> Language:
    """The locale's language where it is English, else Dutch: most who use this are."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "en" if os.environ[name].lower().startswith("en") else "nl"
    try:
        code = locale.getlocale()[0] or ""
    except ValueError:  # an odd locale must not stop a scan
        code = ""
    return "en" if code.lower().startswith("en") else "nl"
