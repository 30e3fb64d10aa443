"""Photos of one folder that belong together, by what lies on the poster and then by the time they were taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, product
from typing import Literal

from posterscan.batch.find import natural_key
from posterscan.batch.seen import Eyes, Shot, minutes

How = Literal["code", "folder", "likeness", "time", "override"]
Key = tuple[str, ...]


@dataclass(frozen=True)
class TimeParams:
    """When time says which table a photo is of."""

    near_minutes: float = 3.0  # a table is photographed in a minute or two; then the next one's turn may have come
    clear_times: float = 2.0  # the next nearest table must be so many times further away, or time says nothing


@dataclass(frozen=True, eq=False)
class Cluster:
    """Photos of one table. seed: the group that is known already, whose photos these are. joined: how each photo came in."""

    shots: tuple[Shot, ...]
    seed: Key | None = None
    joined: tuple[How, ...] = ()

    @property
    def name(self) -> str:
        """Of its first photo: a steady order between clusters."""
        return min((shot.name for shot in self.shots), key=natural_key)

    @property
    def numbers(self) -> frozenset[int]:
        """Tables that posters in it say."""
        return frozenset(shot.number for shot in self.shots if shot.number is not None)

    @property
    def stands(self) -> bool:
        """Whether it is a table by itself: a known one, or one with a photo of the whole poster."""
        return self.seed is not None or any(shot.located for shot in self.shots)


def clusters_of(open_shots: Sequence[Shot], seeds: dict[Key, list[Shot]], eyes: Eyes) -> list[Cluster]:
    """Photos that look alike brought together with each other and with groups that are known; each photo in one cluster."""
    code: How = "code"
    out = [Cluster(tuple(shots), key, (code,) * len(shots)) for key, shots in sorted(seeds.items())]
    known = [shot for cluster in out for shot in cluster.shots]
    out += [Cluster((shot,), None, ("likeness",)) for shot in open_shots]
    pairs = [(likeness.score, a, b) for a, b in chain(combinations(open_shots, 2), product(open_shots, known))
             if (likeness := eyes.of(a, b)).verdict == "alike"]
    for _, a, b in sorted(pairs, key=lambda p: (-p[0], *sorted([p[1].name, p[2].name]))):
        out = _united(out, a, b, "likeness", lambda x, y: _agree(x, y) and eyes.together(x.shots, y.shots).verdict == "alike")
    return out


def joined_by_time(clusters: Sequence[Cluster], eyes: Eyes, p: TimeParams) -> tuple[list[Cluster], list[Cluster]]:
    """Clusters that likeness leaves open put with the nearest in time; and those that stay alone for want of a sign."""
    doubtful = [c for c in clusters if c.seed is None and _doubtful(c, clusters, eyes)]
    near = {c.name: target for c in doubtful if (target := _nearest(c, clusters, eyes, p)) is not None}
    out = list(clusters)
    for c in sorted(doubtful, key=lambda c: (minutes(c.shots, near[c.name].shots) if c.name in near else 0, natural_key(c.name))):
        if c.name in near:
            out = _united(out, c.shots[0], near[c.name].shots[0], "time",
                          lambda x, y: _agree(x, y) and eyes.together(x.shots, y.shots).verdict != "different")
    whole = {c.shots for c in out}
    return out, [c for c in doubtful if c.shots in whole]


def could_be_one(clusters: Sequence[Cluster], eyes: Eyes) -> bool:
    """Whether nothing says that these are of several tables."""
    return all(_agree(a, b) and eyes.together(a.shots, b.shots).verdict != "different" for a, b in combinations(clusters, 2))


def _agree(a: Cluster, b: Cluster) -> bool:
    """Whether two clusters may be of one table, as far as known tables and the numbers on posters say."""
    return (a.seed is None or b.seed is None) and (not a.numbers or not b.numbers or a.numbers == b.numbers)


def _doubtful(c: Cluster, clusters: Sequence[Cluster], eyes: Eyes) -> bool:
    """Whether it shows no whole poster, or could be of another table's photos too."""
    others = [o for o in clusters if o is not c and o.stands and _agree(c, o)]
    return not c.stands or any(eyes.together(c.shots, o.shots).verdict == "unsure" for o in others)


def _nearest(c: Cluster, clusters: Sequence[Cluster], eyes: Eyes, p: TimeParams) -> Cluster | None:
    """The table whose photos were taken nearest in time, where that is near and clear."""
    able = [o for o in clusters if o is not c and o.stands and _agree(c, o)
            and eyes.together(c.shots, o.shots).verdict != "different"]
    order = sorted(((minutes(c.shots, o.shots), natural_key(o.name), o) for o in able), key=lambda entry: entry[:2])
    if not order or order[0][0] > p.near_minutes:
        return None
    return order[0][2] if len(order) == 1 or order[1][0] >= p.clear_times * max(order[0][0], 1 / 60) else None


def _united(clusters: list[Cluster], a: Shot, b: Shot, how: How, may: Callable[[Cluster, Cluster], bool]) -> list[Cluster]:
    """With the clusters of two photos made one, where they may be; else as they are."""
    one, two = (next(c for c in clusters if shot in c.shots) for shot in (a, b))
    if one is two or not may(one, two):
        return clusters
    into, other = (one, two) if one.seed is not None else (two, one)
    came = tuple("time" if how == "time" else way for way in other.joined)
    both = replace(into, shots=into.shots + other.shots, joined=into.joined + came)
    return [both if c is into else c for c in clusters if c is not other]
