"""Which session and table a poster is of, as four tags on its sheet: what they say and how to say it.

Three tags are the digits of the session's number in base 450, most significant first, the fourth is the table. All are tags
of DICT_APRILTAG_36h11 with numbers that neither the fiducials (0..12) nor each other's meanings use, so that a tag read
alone still says what it is: a table (20..119) or a digit (130..579).
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

DICTIONARY = "DICT_APRILTAG_36h11"
MOST_TABLES = 100
TABLE_TAG_0 = 19  # table t is tag 19 + t
DIGIT_TAG_0 = 130  # digit d is tag 130 + d
DIGITS = 3
BASE = 450
SESSIONS: int = BASE ** DIGITS  # 91 million: in one of 180 archives of a thousand sessions, two share a number
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # https://www.crockford.com/base32.html: no I, L, O, U to misread

Tags = tuple[int, int, int, int]


@dataclass(frozen=True)
class SheetCode:
    """What a poster's code says. session: its id like "2K7-MQ4", None where the kit named no session. table: 1..100."""

    session: str | None
    table: int


def session_number(name: str | None, date: str | None, place: str | None) -> int:
    """The number of a session, 1..SESSIONS-1, the same wherever its kit is made; 0 where nothing of it is named.

    date: ISO, like 2026-11-24. Space around the values does not count, nor how accents are composed.
    """
    said = [unicodedata.normalize("NFC", value or "").strip() for value in (name, date, place)]
    if not any(said):
        return 0
    digest = hashlib.sha256(json.dumps(said).encode("ascii")).digest()
    return 1 + int.from_bytes(digest, "big") % (SESSIONS - 1)


def session_text(number: int) -> str | None:
    """The session's id as people and files write it, like "2K7-MQ4"; None for 0, no session named."""
    if not 0 <= number < SESSIONS:
        raise ValueError(f"session number must be in 0..{SESSIONS - 1}, not {number}")
    if number == 0:
        return None
    letters = "".join(CROCKFORD[number >> shift & 31] for shift in range(25, -1, -5))
    return f"{letters[:3]}-{letters[3:]}"


def tags_of(session: int, table: int) -> Tags:
    """The tags of a poster from left to right: three of the session's number, then the table's."""
    if not 0 <= session < SESSIONS:
        raise ValueError(f"session number must be in 0..{SESSIONS - 1}, not {session}")
    if not 1 <= table <= MOST_TABLES:
        raise ValueError(f"table must be in 1..{MOST_TABLES}, not {table}")
    high, rest = divmod(session, BASE * BASE)
    middle, low = divmod(rest, BASE)
    return DIGIT_TAG_0 + high, DIGIT_TAG_0 + middle, DIGIT_TAG_0 + low, TABLE_TAG_0 + table


def decode(tags: Sequence[int]) -> SheetCode | None:
    """What four tags, in the order of `tags_of`, say; None where they are no such code."""
    if len(tags) != DIGITS + 1:
        return None
    digits = [tag - DIGIT_TAG_0 for tag in tags[:DIGITS]]
    table = tags[DIGITS] - TABLE_TAG_0
    if not all(0 <= digit < BASE for digit in digits) or not 1 <= table <= MOST_TABLES:
        return None
    high, middle, low = digits
    return SheetCode(session_text((high * BASE + middle) * BASE + low), table)
