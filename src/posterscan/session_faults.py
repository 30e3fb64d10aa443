"""What can be wrong in what a layout says about its session and the tags that say session and table."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import cv2
import numpy as np

from posterscan.dictionaries import dictionary_fault, dictionary_sizes
from posterscan.jsonfile import Fault
from posterscan.layout import Layout, Session
from posterscan.layout_faults import on_sheet_faults, square_faults
from posterscan.messages import Message
from posterscan.table_code import BASE, CROCKFORD, DICTIONARY, DIGIT_TAG_0, MOST_TABLES, TABLE_TAG_0

SESSION_ID = re.compile(f"[{CROCKFORD}]{{3}}-[{CROCKFORD}]{{3}}")
MOST_PEOPLE, MOST_STICKERS, STICKER_MM = 1000, 100, (3.0, 50.0)  # as on the command line


def session_faults(layout: Layout) -> Iterator[Fault]:
    """Values that no session has."""
    if layout.session is None:
        return
    yield from _number_faults(layout.session)
    identity, date = layout.session.id, layout.session.date
    if identity is not None and not SESSION_ID.fullmatch(identity):
        yield Fault("session.id", Message(f"{identity!r} is geen nummer van een sessie", f"{identity!r} is no session's number"),
                    Message("Neem het over zoals posterscan kit het schreef, bijvoorbeeld \"2K7-MQ4\"; of maak er null van.",
                            "Copy it as posterscan kit wrote it, for example \"2K7-MQ4\"; or make it null."))
    if date is not None and not _is_date(date):
        yield Fault("session.date", Message(f"{date!r} is geen datum", f"{date!r} is no date"),
                    Message("Schrijf jaar-maand-dag, bijvoorbeeld \"2026-11-24\".", "Write year-month-day, like \"2026-11-24\"."))


def _number_faults(session: Session) -> Iterator[Fault]:
    limits: tuple[tuple[str, float | None, float, float], ...] = (
        ("tables", session.tables, 1, MOST_TABLES), ("participants", session.participants, 1, MOST_PEOPLE),
        ("stickers_per_person", session.stickers_per_person, 1, MOST_STICKERS), ("sticker_mm", session.sticker_mm, *STICKER_MM))
    for name, value, least, most in limits:
        if value is not None and not least <= value <= most:
            yield Fault(f"session.{name}", Message(f"{value:g} kan niet", f"{value:g} cannot be"),
                        Message(f"Geef een getal van {least:g} tot en met {most:g}.", f"Give a number from {least:g} to {most:g}."))


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def table_code_faults(layout: Layout) -> Iterator[Fault]:
    """Tags that could not be printed or read where the layout says."""
    code = layout.table_code
    if code is None:
        return
    unknown = dictionary_fault("table_code.dictionary", code.dictionary)
    if unknown:
        yield unknown
    elif dictionary_sizes()[code.dictionary] < DIGIT_TAG_0 + BASE:
        yield Fault("table_code.dictionary", Message(f"{code.dictionary} heeft te weinig codes",
                                                     f"{code.dictionary} has too few codes"),
                    Message(f"Gebruik {DICTIONARY}.", f"Use {DICTIONARY}."))
    yield from _same_tag_faults(layout, code.dictionary)
    drawn = [(f"marker {m.id}", np.array(m.corners_mm, np.float32)) for m in layout.markers]
    for k, copy in enumerate(code.copies):
        for n, quad in enumerate(copy):
            place = f"table_code.copies[{k}][{n}]"
            name = Message(f"code {n + 1} van {k + 1}", f"tag {n + 1} of copy {k + 1}")
            faults = [*on_sheet_faults(place, quad, layout.size_mm, name), *square_faults(place, quad, name)]
            yield from faults
            corners = np.array(quad, np.float32)
            below = next((other for other, at in drawn if cv2.intersectConvexConvex(at, corners)[0] > 0), None)
            if below is not None and not faults:
                yield Fault(place, name + Message(f" ligt over {below}", f" lies over {below}"),
                            Message("Meet de plaatsen nog eens na.", "Measure the places again."))
            drawn.append((place, corners))


def _same_tag_faults(layout: Layout, dictionary: str) -> Iterator[Fault]:
    """A marker that looks like a tag of the code is mistaken for it."""
    for i, marker in enumerate(layout.markers):
        if marker.dictionary == dictionary and TABLE_TAG_0 < marker.id < DIGIT_TAG_0 + BASE:
            yield Fault(f"markers[{i}].id", Message(f"{marker.id} betekent in table_code een tafel of een deel van een sessie",
                                                    f"{marker.id} means a table or part of a session in table_code"),
                        Message(f"Geef de markers nummers tot en met {TABLE_TAG_0}.",
                                f"Give the markers numbers up to {TABLE_TAG_0}."))
