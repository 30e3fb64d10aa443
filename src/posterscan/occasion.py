"""Which session and table a photo is of: what the poster says of itself, held against what the layout and the caller say."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from posterscan.layout import Layout
from posterscan.layout import Session as PrintedSession
from posterscan.messages import Message
from posterscan.outcome import ScanOptions
from posterscan.records import Check, Session, TableCodeRecord
from posterscan.stages.table_code import ReadCode

STICKERS_PER_PERSON = 3  # as the method has it
_NUMBERED = re.compile(r"(?:tafel|table)?[\s_-]*0*(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Occasion:
    """session, table: as the result states them. options: the caller's, completed with what the layout says of its session.

    read: what the poster's code said, None for a poster without one.
    """

    session: Session
    table: str
    options: ScanOptions
    checks: tuple[Check, ...]
    read: TableCodeRecord | None

    @property
    def number(self) -> int | None:
        """The table's number, None where it was not read."""
        return self.read.table if self.read is not None else None


def occasion(code: ReadCode | None, layout: Layout, options: ScanOptions) -> Occasion:
    """code: as read in the photo, None for a poster without one."""
    printed = layout.session
    other = code is not None and code.session_read and code.session != (printed.id if printed is not None else None)
    own = None if other else printed
    completed = _completed(options, own, printed)
    read = TableCodeRecord(table=code.table, session=code.session) if code is not None else None
    return Occasion(_session(code, own, completed), _table(code, options), completed,
                    tuple(_checks(code, printed, other, options)), read)


def _completed(options: ScanOptions, own: PrintedSession | None, printed: PrintedSession | None) -> ScanOptions:
    """What the caller leaves open, the session's layout tells; for the size of stickers, any session of the same people."""
    return replace(
        options,
        participants=options.participants if options.participants is not None or own is None else own.participants,
        stickers_per_person=options.stickers_per_person or (own.stickers_per_person if own is not None else STICKERS_PER_PERSON),
        expected_sticker_mm=printed.sticker_mm if printed is not None else None)


def _session(code: ReadCode | None, own: PrintedSession | None, options: ScanOptions) -> Session:
    """Nothing of a session is stated that a code on the poster could deny but was not read."""
    if code is not None and not code.session_read:
        return Session(participants=options.participants)
    if own is None:
        return Session(id=code.session if code is not None else None, participants=options.participants)
    return Session(id=own.id, name=own.name, date=own.date, place=own.place, participants=options.participants)


def _table(code: ReadCode | None, options: ScanOptions) -> str:
    if options.table_given or code is None or code.table is None:
        return options.table
    return f"{'tafel' if options.language == 'nl' else 'table'}-{code.table}"


def _checks(code: ReadCode | None, printed: PrintedSession | None, other: bool, options: ScanOptions) -> list[Check]:
    if code is None:
        return []
    found = []
    if not code.agree:
        found.append(_check("table-codes-differ", options, Message(
            "De codes voor sessie en tafel op deze poster spreken elkaar tegen; er is niets van overgenomen.",
            "The codes for session and table on this poster contradict each other; nothing was taken from them.")))
    elif not code.whole:
        found.append(_check("table-code-unreadable", options, Message(
            f"De code voor {_unread(code).nl} op de poster is niet te lezen. Ligt er iets op?",
            f"The code for the {_unread(code).en} on the poster cannot be read. Does something lie on it?")))
    if other:
        found.append(_check("other-session", options, _other(code, printed)))
    wish = _NUMBERED.fullmatch(options.table) if options.table_given else None
    if wish and code.table is not None and int(wish[1]) != code.table:
        found.append(_check("other-table", options, Message(
            f"U noemt deze tafel {options.table}, maar op de poster staat tafel {code.table}.",
            f"You call this table {options.table}, but the poster says table {code.table}.")))
    return found


def _unread(code: ReadCode) -> Message:
    if code.table is None and not code.session_read:
        return Message("sessie en tafel", "session and table")
    return Message("tafel", "table") if code.table is None else Message("sessie", "session")


def _other(code: ReadCode, printed: PrintedSession | None) -> Message:
    wanted = printed.id if printed is not None else None
    seen = Message(f"sessie {code.session}", f"session {code.session}") if code.session else Message("geen sessie", "no session")
    meant = Message(f"van sessie {wanted}", f"of session {wanted}") if wanted else Message("van geen sessie", "of no session")
    return Message(f"Op de poster staat {seen.nl}, maar de lay-out is {meant.nl}. Kies de layout.json die bij deze poster "
                   f"is gedrukt.",
                   f"The poster says {seen.en}, but the layout is {meant.en}. Choose the layout.json that this poster was "
                   f"printed with.")


def _check(code: str, options: ScanOptions, message: Message) -> Check:
    return Check(code=code, severity="warning", message=message.to(options.language))
