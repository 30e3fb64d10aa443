"""Photos as grouping sees them, and what one says of another."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from posterscan.batch.copies import clock
from posterscan.batch.find import natural_key
from posterscan.batch.likeness import Cells, Likeness, LikenessParams, compare, unpack
from posterscan.batch.look import Look
from posterscan.batch.session_toml import ForPhoto

UNSURE = Likeness("unsure", float("nan"), 0.0)
DIFFERENT = Likeness("different", -1.0, 0.0)


@dataclass(frozen=True, eq=False)
class Shot:
    """A usable photo. told: what session.toml says for it. at: on the wall's clock."""

    look: Look
    told: ForPhoto
    at: datetime | None

    @classmethod
    def of(cls, look: Look, told: ForPhoto) -> Shot:
        """From a look and what holds for the photo."""
        return cls(look, told, clock(look))

    @property
    def name(self) -> str:
        """The photo's, relative."""
        return self.look.photo

    @property
    def folder(self) -> str:
        """That the photo is in, "" for the topmost."""
        return posixpath.dirname(self.look.photo)

    @property
    def located(self) -> bool:
        """Whether it can be scanned."""
        return self.look.status == "located"

    @property
    def number(self) -> int | None:
        """The table that the poster says, where that was read."""
        return self.look.table_code.table if self.look.table_code is not None else None

    @property
    def session(self) -> str | None:
        """The session that someone said, else the poster."""
        return self.told.told.session or (self.look.table_code.session if self.look.table_code is not None else None)

    @property
    def coded(self) -> bool:
        """Whether session and table are known from the poster."""
        return self.look.table_code is not None and self.look.table_code.whole


def in_order(shots: Iterable[Shot]) -> list[Shot]:
    """By the time they were taken, those without one last; then by name."""
    return sorted(shots, key=lambda s: (s.at is None, s.at.isoformat() if s.at is not None else "", natural_key(s.name)))


@dataclass(eq=False)
class Eyes:
    """Compares photos, each pair once. most_unpacked: signatures that are held unpacked, at half a megabyte each."""

    params: LikenessParams = field(default_factory=LikenessParams)
    most_unpacked: int = 300
    known: dict[tuple[str, str], Likeness] = field(default_factory=dict)
    unpacked: dict[str, Cells] = field(default_factory=dict)

    def of(self, a: Shot, b: Shot) -> Likeness:
        """Photos of posters of two kits are different, whatever lies on them; a kit's own later print is not another kit."""
        if a.look.layout != b.look.layout and (a.look.kit_session is None or a.look.kit_session != b.look.kit_session):
            return DIFFERENT
        if a.look.signature is None or b.look.signature is None:
            return UNSURE
        first, second = (a, b) if a.name <= b.name else (b, a)
        if (first.name, second.name) not in self.known:
            self.known[first.name, second.name] = compare(self._cells(first), self._cells(second), self.params)
        return self.known[first.name, second.name]

    def _cells(self, shot: Shot) -> Cells:
        cells = self.unpacked.pop(shot.name, None)
        if cells is None:
            if shot.look.signature is None:
                raise ValueError(f"{shot.name} has no signature")
            cells = unpack(shot.look.signature)
        self.unpacked[shot.name] = cells  # the last one used comes last
        if len(self.unpacked) > self.most_unpacked:
            del self.unpacked[next(iter(self.unpacked))]
        return cells

    def score(self, a: Shot, b: Shot) -> float:
        """Of the likeness alone."""
        return self.of(a, b).score

    def together(self, some: Sequence[Shot], others: Sequence[Shot]) -> Likeness:
        """What two groups of photos say of each other: the verdict that most pairs have, alike before different."""
        pairs = [self.of(a, b) for a in some for b in others]
        alike, different = ([p for p in pairs if p.verdict == verdict] for verdict in ("alike", "different"))
        chosen = alike if len(alike) >= len(different) else different
        return max(chosen, key=lambda p: p.score) if chosen else UNSURE


def minutes(some: Sequence[Shot], others: Sequence[Shot]) -> float:
    """Between the two photos that were taken nearest to each other in time; infinite where that is not known."""
    return min((abs((a.at - b.at).total_seconds()) / 60 for a in some for b in others if a.at is not None and b.at is not None),
               default=float("inf"))
