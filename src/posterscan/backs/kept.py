"""`<table>/backs.json`: all backs of a table, as they were measured (`posterscan-backs/1`).

It lies in the table's folder, so that the table may be scanned later, or again: its result takes the backs from here each time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from posterscan import __version__
from posterscan.messages import Message
from posterscan.places_base import Place
from posterscan.records import BackRecord, CatalogueRef, Software

NAME = "backs.json"


class BackPhoto(BaseModel):
    """A photo that backs were read from."""

    model_config = ConfigDict(frozen=True, extra="allow")

    file: str
    sha256: str
    size_px: tuple[int, int]
    taken_at: str | None = None


class KeptBacks(BaseModel):
    """The whole file. backs: those of one code once, each from the photo that shows it best; seen: by back, the photo's hash."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    schema_name: Literal["posterscan-backs/1"] = Field("posterscan-backs/1", alias="schema")
    software: Software = Software(version=__version__)
    table: str
    catalogue: CatalogueRef
    photos: list[BackPhoto] = []
    backs: list[BackRecord] = []
    seen: dict[str, str] = {}


def kept_backs(place: Place, table: str) -> tuple[KeptBacks | None, tuple[Message, ...]]:
    """What is kept of a table; None where there is nothing. A file that can't be read is put aside, and said so."""
    name = f"{table}/{NAME}"
    try:
        content = place.read(name)
    except FileNotFoundError:
        return None, ()
    try:
        return KeptBacks.model_validate_json(content), ()
    except (ValidationError, ValueError):
        place.write(f"{name}.unreadable", content)
        place.remove(name)
        return None, (Message(f"De oude {name} was onleesbaar en is bewaard als {name}.unreadable.",
                              f"The old {name} could not be read and was kept as {name}.unreadable."),)


def as_bytes(kept: KeptBacks) -> bytes:
    """Pretty UTF-8 with a newline at the end."""
    return (json.dumps(kept.model_dump(by_alias=True, mode="json"), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def brought_together(old: KeptBacks | None, new: KeptBacks) -> KeptBacks:
    """What was kept with what was read now: a photo that was read again replaces what it gave before."""
    if old is None:
        return _once(new)
    again = {photo.sha256 for photo in new.photos}
    stays = [back for back in old.backs if old.seen.get(back.id) not in again]
    names = {back.id for back in stays}
    renamed = [back if back.id not in names else back.model_copy(update={"id": _free(back.id, names)}) for back in new.backs]
    seen = {back.id: old.seen[back.id] for back in stays if back.id in old.seen}
    seen |= {now.id: new.seen[back.id] for back, now in zip(new.backs, renamed, strict=True)}
    return _once(new.model_copy(update={"photos": [*(p for p in old.photos if p.sha256 not in again), *new.photos],
                                        "backs": [*stays, *renamed], "seen": seen}))


def _free(name: str, names: set[str]) -> str:
    return next(wish for k in range(2, 10_000) if (wish := f"{name}-{k}") not in names)


def _once(kept: KeptBacks) -> KeptBacks:
    """Of the same code the surest one; where two ticked otherwise, that is said. A code that one photo shows twice is on two cards:
    those all stay, and a human tells them apart.
    """
    groups: dict[int, list[BackRecord]] = {}
    for back in kept.backs:
        if back.marker_id is not None:
            groups.setdefault(back.marker_id, []).append(back)
    out = [back for back in kept.backs if back.marker_id is None]
    seen = {back.id: kept.seen[back.id] for back in out if back.id in kept.seen}
    for marker, group in groups.items():
        photos = [kept.seen.get(back.id) for back in group]
        same = group if len(set(photos)) < len(photos) else [_surest(group)]
        for number, back in enumerate(same):
            name = f"r-{marker}" if number == 0 else f"r-{marker}-{number + 1}"
            out.append(back.model_copy(update={"id": name}))
            if back.id in kept.seen:
                seen[name] = kept.seen[back.id]
    return kept.model_copy(update={"backs": sorted(out, key=lambda back: back.id), "seen": seen})


def _surest(group: Sequence[BackRecord]) -> BackRecord:
    """The surest of several pictures of one back, with a reason code where they contradict each other."""
    first = max(group, key=_trust)
    stances = {back.stance.value for back in group if back.stance is not None and back.stance.value is not None}
    reasons = [*first.needs_review, *(["stance-uncertain"] if len(stances) > 1 else [])]
    return first.model_copy(update={"needs_review": list(dict.fromkeys(reasons))})


def _trust(back: BackRecord) -> tuple[bool, float]:
    stance = back.stance.confidence if back.stance is not None else 0.5
    return "stance-uncertain" not in back.needs_review, stance + back.argument.confidence
