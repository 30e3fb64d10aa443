"""Which photos are of the same table: what someone said, what posters say, in which folder they lie, what they show, and when.

A pure function of what was seen of the photos; the order in which they are given does not matter. Every photo ends up in one
table, or in a problem without a table that says why not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from posterscan.batch import problems as tell
from posterscan.batch.clusters import How, Key, TimeParams
from posterscan.batch.copies import CopyParams, copies
from posterscan.batch.days import DayParams, later_ones, split_by_day
from posterscan.batch.find import natural_key
from posterscan.batch.folders import Draft, by_folder
from posterscan.batch.likeness import LikenessParams
from posterscan.batch.look import Look
from posterscan.batch.naming import file_names, shown_number, table_folder, table_number
from posterscan.batch.problems import Problem
from posterscan.batch.seen import Eyes, Shot, in_order
from posterscan.batch.session_toml import NO_OVERRIDES, Overrides, Told
from posterscan.messages import Language


@dataclass(frozen=True)
class GroupParams:
    """How photos are grouped."""

    time: TimeParams = field(default_factory=TimeParams)
    days: DayParams = field(default_factory=DayParams)
    copies: CopyParams = field(default_factory=CopyParams)
    likeness: LikenessParams = field(default_factory=LikenessParams)


@dataclass(frozen=True)
class TableGroup:
    """One table's photos, by the time they were taken and then by name.

    name: of its files; table: as people see it. session: its id, where someone or the poster says it. told: what session.toml says
    of it. how: what made it a table; by: what put each photo in it. kit: the folder of the kit that it was looked at with.
    """

    name: str
    table: str
    session: str | None
    photos: tuple[str, ...]
    told: Told
    how: How
    by: tuple[How, ...]
    kit: str | None


@dataclass(frozen=True)
class Grouping:
    """tables, in natural order of their names. problems, in natural order of photos: those without a table are in none."""

    tables: tuple[TableGroup, ...]
    problems: tuple[Problem, ...]


def group(looks: Iterable[Look], overrides: Overrides = NO_OVERRIDES, language: Language = "nl",
          params: GroupParams | None = None) -> Grouping:
    """Groups photos into tables; ValueError where two looks are of one photo."""
    p = params or GroupParams()
    every = sorted(looks, key=lambda look: natural_key(look.photo))
    if len({look.photo for look in every}) != len(every):
        raise ValueError("two looks of the same photo")
    eyes = Eyes(p.likeness)
    shots, problems = _usable(every, overrides, eyes, p)
    drafts, alone, doubtful = by_folder(shots, eyes, p.time)
    drafts = split_by_day(drafts, eyes, p.days)
    names = file_names({key: draft.wish for key, draft in drafts.items()})
    problems += [tell.close_up_alone(shot.name) for shot in alone]
    for key, draft in drafts.items():
        problems += _told(draft, names[key], doubtful, eyes, p)
    tables = [_table(key, draft, names[key], language) for key, draft in drafts.items()]
    return Grouping(tuple(sorted(tables, key=lambda table: natural_key(table.name))),
                    tuple(sorted(problems, key=lambda problem: (natural_key(problem.photo), problem.code))))


def _usable(looks: Sequence[Look], overrides: Overrides, eyes: Eyes, p: GroupParams) -> tuple[list[Shot], list[Problem]]:
    """Photos that belong to some table, and why the others don't."""
    shots: list[Shot] = []
    problems: list[Problem] = []
    for look in looks:
        told = overrides.of(look.photo)
        if told.left_out:
            problems.append(tell.left_out(look.photo))
        elif look.status in ("unreadable", "nothing"):
            problems.append(tell.unusable(look))
        elif _is_of_other_session(look, told.told):
            problems.append(tell.other_session(look))
        else:
            shots.append(Shot.of(look, told))
    known = {shot.name: shot for shot in shots}
    double = copies([shot.look for shot in shots], p.copies, lambda a, b: eyes.score(known[a.photo], known[b.photo]),
                    lambda look: 0 if known[look.photo].told.table is not None else 1)
    problems += [tell.duplicate(photo, original) for photo, original in double.items()]
    return [shot for shot in shots if shot.name not in double], problems


def _is_of_other_session(look: Look, told: Told) -> bool:
    code = look.table_code
    return code is not None and code.session_read and told.session is None and code.session != look.kit_session


def _told(draft: Draft, table: str, doubtful: frozenset[str], eyes: Eyes, p: GroupParams) -> list[Problem]:
    """What is worth knowing about the photos of one table."""
    found = [tell.later_photo(shot.name, table, minutes) for shot, minutes in later_ones(draft.shots, p.days)]
    if draft.day is not None:
        found.append(tell.table_again(in_order(draft.shots)[0].name, table, draft.day))
    for shot in draft.shots:
        folder = table_folder(shot.name)
        number = table_number(folder) if folder is not None else None
        if folder is not None and number is not None and shot.told.table is None and shot.number not in (None, number):
            found.append(tell.folder_and_code_differ(shot.name, table, folder, number, shot.number or 0))
        if shot.name in doubtful:
            found.append(tell.table_unknown(shot.name, table))
        others = [other for other in draft.shots if other is not shot]
        verdicts = {eyes.of(shot, other).verdict for other in others}
        if "different" in verdicts and "alike" not in verdicts:
            found.append(tell.looks_different(shot.name, table))
    return found


def _table(key: Key, draft: Draft, name: str, language: Language) -> TableGroup:
    shots = in_order(draft.shots)
    how = dict(zip((shot.name for shot in draft.shots), draft.joined, strict=True))
    said: dict[str, object] = {}
    for shot in shots:
        said = {k: v for k, v in shot.told.told.model_dump().items() if v is not None} | said
    kits: dict[str | None, int] = defaultdict(int)
    for shot in shots:
        kits[shot.look.kit] += shot.located
    kit = min(kits, key=lambda one: (-kits[one], one or ""))
    shown = shown_number(draft.number, language) if draft.number is not None else draft.shown or name
    return TableGroup(name, shown, draft.session, tuple(shot.name for shot in shots), Told.model_validate(said), draft.how,
                      tuple(how[shot.name] for shot in shots), kit)
