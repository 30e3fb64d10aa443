"""What is told about photos that are grouped: each with what a facilitator can do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from posterscan.batch.look import Look
from posterscan.messages import NOTHING, Language, Message
from posterscan.photo import printable

Severity = Literal["info", "warning", "error"]
BY_HAND = Message("Klopt dat niet, zet dan in session.toml welke foto's bij welke tafel horen: [tables] "
                  '"tafel-1" = ["foto.jpg"].',
                  'If that is wrong, say in session.toml which photos are of which table: [tables] "table-1" = ["photo.jpg"].')


@dataclass(frozen=True)
class Problem:
    """Something about one photo, or with photo "" about a table.

    table: the file name of the table that it is in, None where it is in none, and code says why.
    """

    photo: str
    code: str
    severity: Severity
    reason: Message
    remedy: Message = NOTHING
    table: str | None = None


def unusable(look: Look) -> Problem:
    """A photo that cannot be read, or that shows no poster that can be used."""
    name = printable(look.photo)
    if look.status == "unreadable":
        return Problem(look.photo, look.code or "unreadable", "error", look.problem, look.remedy)
    if look.code in ("no-markers", "poster-not-recognised", None):
        return Problem(look.photo, "no-poster", "warning",
                       Message(f"Op {name} is geen poster gevonden.", f"No poster was found in {name}."),
                       Message("Hoort er wel een op te staan, fotografeer dan de hele poster van boven, scherp en met genoeg "
                               "licht. Anders hoeft u niets te doen.",
                               "If there should be one, take the photo from above, with the whole poster in view, sharp and with "
                               "enough light. Otherwise nothing needs to be done."))
    return Problem(look.photo, look.code or "no-poster", "error", Message(f"{name}: ", f"{name}: ") + look.problem, look.remedy)


def left_out(photo: str) -> Problem:
    """A photo that session.toml leaves out."""
    return Problem(photo, "left-out", "info", Message(f"{printable(photo)} is overgeslagen, zoals session.toml zegt.",
                                                      f"{printable(photo)} was left out, as session.toml says."))


def other_session(look: Look) -> Problem:
    """A photo of a poster that no kit at hand was printed for."""
    said = look.table_code.session if look.table_code is not None else None
    seen = Message(f"sessie {said}", f"session {said}") if said else Message("geen sessie", "no session")
    kit = look.kit_session
    meant = Message(f"sessie {kit}", f"session {kit}") if kit else Message("geen sessie", "no session")
    name = printable(look.photo)
    return Problem(look.photo, "other-session", "error",
                   Message(f"Op de poster van {name} staat {seen.nl}, maar de kit is van {meant.nl}.",
                           f"The poster in {name} says {seen.en}, but the kit is of {meant.en}."),
                   Message("Leg de kit van die sessie bij deze foto's, of haal de foto's weg als ze er niet bij horen.",
                           "Put that session's kit beside these photos, or take the photos away if they do not belong here."))


def duplicate(photo: str, original: str) -> Problem:
    """A copy of a photo that stays."""
    return Problem(photo, "duplicate", "info",
                   Message(f"{printable(photo)} is dezelfde foto als {printable(original)} en is overgeslagen.",
                           f"{printable(photo)} is the same photo as {printable(original)} and was left out."),
                   Message("U hoeft niets te doen; de grootste van de twee is gebruikt.",
                           "Nothing needs to be done; the larger of the two was used."))


def close_up_alone(photo: str) -> Problem:
    """A close-up of which nothing tells the table, or whose table has no photo of the whole poster."""
    name = printable(photo)
    return Problem(photo, "close-up-alone", "warning",
                   Message(f"{name} laat maar een stuk van een poster zien, en er is geen foto van de hele poster die erbij hoort.",
                           f"{name} shows only a part of a poster, and no photo of the whole poster goes with it."),
                   Message("Maak ook een foto van de hele poster, of zet in session.toml bij welke tafel deze foto hoort.",
                           "Take a photo of the whole poster too, or say in session.toml which table this photo is of."))


def later_photo(photo: str, table: str, minutes: int) -> Problem:
    """A photo taken well after the table's first one."""
    return Problem(photo, "later-photo", "warning",
                   Message(f"{printable(photo)} is {minutes} minuten na de eerste foto van deze tafel gemaakt. Beide zijn "
                           f"gebruikt; ligt er een kaartje anders, dan telt de laatste.",
                           f"{printable(photo)} was taken {minutes} minutes after this table's first photo. Both were used; "
                           f"where a card lies elsewhere, the later one counts."),
                   Message("Telt maar één van beide momenten, noem de andere foto's dan in session.toml bij leave_out.",
                           "If only one of the two moments counts, name the other photos in session.toml under leave_out."), table)


def table_unknown(photo: str, table: str) -> Problem:
    """A photo that stands alone because nothing tells whether it is of a table that other photos show."""
    return Problem(photo, "table-unknown", "warning",
                   Message(f"Van welke tafel {printable(photo)} is, is niet te zien; de foto is als aparte tafel gelezen.",
                           f"Nothing shows which table {printable(photo)} is of; it was read as a table of its own."),
                   BY_HAND, table)


def folder_and_code_differ(photo: str, table: str, folder: str, said: int, coded: int) -> Problem:
    """A poster of one table in a folder that is named after another."""
    name = printable(folder)
    return Problem(photo, "folder-and-code-differ", "warning",
                   Message(f"{printable(photo)} ligt in de map van tafel {said} ({name}), maar op de poster staat tafel {coded}; "
                           f"de poster is gevolgd.",
                           f"{printable(photo)} lies in the folder of table {said} ({name}), but the poster says table {coded}; "
                           f"the poster was followed."), BY_HAND, table)


def looks_different(photo: str, table: str) -> Problem:
    """A photo that folder or code put with photos that show other cards."""
    return Problem(photo, "looks-different", "warning",
                   Message(f"Op {printable(photo)} liggen de kaartjes heel anders dan op de andere foto's van deze tafel.",
                           f"In {printable(photo)} the cards lie quite differently from the other photos of this table."),
                   BY_HAND, table)


def table_again(photo: str, table: str, day: str) -> Problem:
    """The same poster on another day, with other cards."""
    return Problem(photo, "table-again", "warning",
                   Message(f"{printable(photo)} is van een poster met dezelfde code, maar van {day} en met andere kaartjes; als "
                           f"aparte tafel gelezen.",
                           f"{printable(photo)} is of a poster with the same code, but of {day} and with other cards; it was read "
                           f"as a table of its own."), BY_HAND, table)


HEADER = ("severity", "photo", "table", "code", "reason", "remedy")
_ORDER = ("error", "warning", "info")


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Errors first, then by table and photo; the same again only once."""
    unique = {(p.code, p.photo, p.table, p.reason): p for p in problems}
    return sorted(unique.values(), key=lambda p: (_ORDER.index(p.severity), p.table or "", p.photo, p.code, p.reason.en))


def as_rows(problems: Iterable[Problem], language: Language) -> list[tuple[str, ...]]:
    """For problems.csv, under HEADER."""
    return [(p.severity, p.photo, p.table or "", p.code, p.reason.to(language), p.remedy.to(language)) for p in in_order(problems)]
