"""What is handed to a worker, and what comes back: small, and readable by another process or machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from posterscan.batch.kits import KitRef
from posterscan.cameras.profile import CameraProfile
from posterscan.messages import Language, Message
from posterscan.records import Check, Problem


@dataclass(frozen=True)
class LookTask:
    """One photo to be looked at. kits: those it may be of, the likeliest first, kept at kits_at. memory_mb: what decoding may take.

    looks_at: place where looks are kept between runs; keep: whether this one is to be kept there too.
    """

    photos: str
    photo: str
    kits_at: str
    kits: tuple[KitRef, ...]
    memory_mb: int | None
    looks_at: str
    keep: bool = True
    cameras: tuple[CameraProfile, ...] = ()


@dataclass(frozen=True)
class TableOptions:
    """What is known of a table besides its photos; None: as the layout says."""

    participants: int | None = None
    stickers_per_person: int | None = None
    sticker_mm: float | None = None
    session: str | None = None
    session_name: str | None = None
    date: str | None = None
    place: str | None = None
    names_consent: bool | None = None


@dataclass(frozen=True)
class TableTask:
    """One table to be read. photos: place of the photos; names: those of this table, in the order in which they were taken.

    file: name of the result without its ending; table: as shown. inputs: what the result is made from, kept in it. probe: read
    it, but write nothing: to find the photo that a worker dies of.
    """

    photos: str
    names: tuple[str, ...]
    out: str
    file: str
    table: str
    table_given: bool
    kit: KitRef
    options: TableOptions
    language: Language
    inputs: dict[str, Any]
    memory_mb: int | None
    probe: bool = False
    cameras: tuple[CameraProfile, ...] = ()


Task = LookTask | TableTask


@dataclass(frozen=True)
class PhotoFailure:
    """A photo of a table that could not be used. trace: of an unforeseen error, for the journal."""

    photo: str
    code: str
    problem: Message
    remedy: Message
    trace: str = ""


@dataclass(frozen=True)
class TableDone:
    """status `failed`: not one photo could be used; nothing was written. told: of single photos, as in the result."""

    file: str
    status: Literal["done", "failed"]
    cards: int = 0
    stickers: int = 0
    needs_review: int = 0
    failures: tuple[PhotoFailure, ...] = ()
    told: tuple[tuple[str, Problem], ...] = ()
    checks: tuple[Check, ...] = ()
    notes: tuple[Message, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    peak_mb: float = 0.0


@dataclass(frozen=True)
class Crash:
    """A task whose worker died or went wrong. trace: as text, it may come from another machine."""

    code: Literal["worker-died", "took-too-long", "internal-error", "output-unusable"]
    problem: Message
    remedy: Message
    trace: str = ""
