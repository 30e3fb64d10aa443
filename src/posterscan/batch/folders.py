"""Photos sorted into tables folder by folder, around those that a person or a poster named."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from posterscan.batch.clusters import Cluster, How, Key, TimeParams, clusters_of, could_be_one, joined_by_time
from posterscan.batch.naming import table_folder, table_number
from posterscan.batch.seen import Eyes, Shot, in_order


@dataclass(frozen=True, eq=False)
class Draft:
    """A table to be. wish: for its file's name; number or else shown: what people see; joined: how each photo came in.

    day: of a poster's later use, where it was used more than once.
    """

    shots: tuple[Shot, ...]
    joined: tuple[How, ...]
    how: How
    wish: str
    session: str | None = None
    number: int | None = None
    shown: str | None = None
    day: str | None = None


def by_folder(shots: Sequence[Shot], eyes: Eyes, p: TimeParams) -> tuple[dict[Key, Draft], list[Shot], frozenset[str]]:
    """The tables; close-ups that belong to none; and the photos that stand alone for want of a sign."""
    named = {shot.name: key for shot in shots if (key := _named(shot)) is not None}
    named |= _alike_elsewhere(shots, named, eyes)
    keys: dict[str, tuple[Key, How]] = {name: (key, "override" if key[0] == "override" else "code") for name, key in named.items()}
    doubtful: set[str] = set()
    scopes: dict[str, list[Shot]] = defaultdict(list)
    for shot in shots:
        scopes[_scope(shot)].append(shot)
    for scope, inside in sorted(scopes.items()):
        known = {shot.name: keys[shot.name][0] for shot in inside if shot.name in keys}
        found, unsure = _in_scope(scope, inside, known, eyes, p)
        keys |= found
        doubtful |= unsure
    return _drafts(shots, keys, frozenset(doubtful))


def _named(shot: Shot) -> Key | None:
    """The table that a person or the poster named; None where neither did."""
    if shot.told.table is not None:
        number = table_number(shot.told.table)
        if number is not None and shot.session is not None:
            return "code", shot.session, str(number)
        return "override", shot.told.table_folder, shot.told.table
    if shot.coded or (shot.told.told.session is not None and shot.number is not None):
        scope = () if shot.session is not None else (_scope(shot),)  # without a session, every evening has a table 1
        return "code", shot.session or "", str(shot.number), *scope
    return None


def _alike_elsewhere(shots: Sequence[Shot], named: dict[str, Key], eyes: Eyes) -> dict[str, Key]:
    """Photos whose posters name a table but no session, in several folders: one table where they look alike."""
    open_ones: dict[str, dict[Key, list[Shot]]] = defaultdict(lambda: defaultdict(list))
    for shot in shots:
        key = named.get(shot.name)
        if key is not None and key[0] == "code" and not key[1]:
            open_ones[key[2]][key].append(shot)
    out: dict[str, Key] = {}
    for per_folder in open_ones.values():
        done: list[tuple[Key, list[Shot]]] = []
        for key, mine in sorted(per_folder.items()):
            same = next((entry for entry in done if eyes.together(entry[1], mine).verdict == "alike"), (key, []))
            done = [entry for entry in done if entry[0] != same[0]] + [(same[0], same[1] + mine)]
            out |= {shot.name: same[0] for shot in mine}
    return out


def _scope(shot: Shot) -> str:
    """The folder whose photos are looked at together: the one that is named after a table, else the photo's own."""
    return table_folder(shot.name) or shot.folder


def _in_scope(scope: str, shots: Sequence[Shot], named: dict[str, Key], eyes: Eyes,
              p: TimeParams) -> tuple[dict[str, tuple[Key, How]], set[str]]:
    """Tables of the photos of one folder that nobody named yet; and those of them that stand alone for want of a sign."""
    seeds: dict[Key, list[Shot]] = defaultdict(list)
    for shot in shots:
        if shot.name in named:
            seeds[named[shot.name]].append(shot)
    out = _same_number(scope, [shot for shot in shots if shot.name not in named], seeds)
    rest = [shot for shot in shots if shot.name not in named and shot.name not in out]
    clusters = clusters_of(rest, seeds, eyes)
    if (number := table_number(scope)) is not None:
        return out | _of_table_folder(scope, number, clusters), set()
    if scope and any(c.stands for c in clusters) and could_be_one(clusters, eyes):
        return out | _all_one(scope, clusters), set()
    clusters, alone = joined_by_time(clusters, eyes, p)
    for cluster in clusters:
        out |= _keyed(cluster, cluster.seed or ("split", scope, _anchor(cluster.shots).name))
    return out, {shot.name for c in alone for shot in c.shots}


def _same_number(scope: str, shots: Sequence[Shot], seeds: dict[Key, list[Shot]]) -> dict[str, tuple[Key, How]]:
    """Photos whose poster says a table, while its session was not read: of the table with that number in this folder."""
    out: dict[str, tuple[Key, How]] = {}
    for shot in shots:
        able = [key for key in seeds if _number(key) == shot.number]
        if shot.number is not None and len(able) <= 1:  # of two with that number, what lies on them may tell
            out[shot.name] = able[0] if able else ("code", "", str(shot.number), scope), "code"
    return out


def _of_table_folder(scope: str, number: int, clusters: Sequence[Cluster]) -> dict[str, tuple[Key, How]]:
    """All that is not plainly of another table is of the folder's."""
    homes = sorted({c.seed for c in clusters if c.seed is not None and _number(c.seed) == number})
    said = sorted({shot.told.told.session for c in clusters for shot in c.shots if shot.told.told.session is not None})
    home: Key = homes[0] if len(homes) == 1 else ("code", said[0], str(number)) if len(said) == 1 else ("folder", scope)
    out: dict[str, tuple[Key, How]] = {}
    for cluster in clusters:
        out |= _keyed(cluster, cluster.seed) if cluster.seed is not None else _keyed(cluster, home, "folder")
    return out


def _all_one(scope: str, clusters: Sequence[Cluster]) -> dict[str, tuple[Key, How]]:
    """A folder that holds photos of one table, as far as can be told."""
    seed = next((c.seed for c in clusters if c.seed is not None), None)
    out: dict[str, tuple[Key, How]] = {}
    for cluster in clusters:
        out |= _keyed(cluster, cluster.seed) if cluster.seed is not None else _keyed(cluster, seed or ("folder", scope), "folder")
    return out


def _keyed(cluster: Cluster, key: Key, how: How | None = None) -> dict[str, tuple[Key, How]]:
    """The cluster's photos under a key; those that came with its seed are left as they are."""
    seeded = 0 if cluster.seed is None else sum(way == "code" for way in cluster.joined)
    return {shot.name: (key, how or way) for shot, way in list(zip(cluster.shots, cluster.joined, strict=True))[seeded:]}


def _anchor(shots: Sequence[Shot]) -> Shot:
    """The photo that a table is named after: the first of the whole poster."""
    return min(in_order(shots), key=lambda shot: not shot.located)


def _number(key: Key) -> int | None:
    return int(key[2]) if key[0] == "code" else table_number(key[2]) if key[0] == "override" else None


def _drafts(shots: Sequence[Shot], keys: dict[str, tuple[Key, How]],
            doubtful: frozenset[str]) -> tuple[dict[Key, Draft], list[Shot], frozenset[str]]:
    """Tables of what has a key; without a photo of the whole poster, only what a person put together stays a table."""
    groups: dict[Key, list[Shot]] = defaultdict(list)
    for shot in shots:
        groups[keys[shot.name][0]].append(shot)
    drafts: dict[Key, Draft] = {}
    alone: list[Shot] = []
    for key, mine in sorted(groups.items()):
        if any(shot.located or shot.told.table is not None for shot in mine):
            drafts[key] = _draft(key, in_order(mine), keys)
        else:
            alone += mine
    return drafts, alone, doubtful - {shot.name for shot in alone}


def _draft(key: Key, shots: Sequence[Shot], keys: dict[str, tuple[Key, How]]) -> Draft:
    joined = tuple(keys[shot.name][1] for shot in shots)
    how = next(way for way in ("override", "code", "folder", "time", "likeness") if way in joined)
    base = Draft(tuple(shots), joined, how, "")
    sessions = sorted({shot.session for shot in shots if shot.session is not None})
    session = sessions[0] if len(sessions) == 1 else None
    if key[0] == "code":
        number, scope = int(key[2]), key[3] if len(key) > 3 else ""
        inside = scope if table_number(scope) == number else posixpath.join(scope, f"tafel-{number}")
        return replace(base, session=key[1] or None, number=number, wish=f"{key[1]}-tafel-{number}" if key[1] else inside)
    if key[0] == "override":
        wish = f"{session}-{key[2]}" if session else posixpath.join(key[1], key[2])
        return replace(base, session=session, shown=key[2], wish=wish)
    if key[0] == "folder":
        return replace(base, session=session, number=table_number(key[1]), wish=key[1])
    return replace(base, session=session, wish=posixpath.splitext(key[2])[0])
