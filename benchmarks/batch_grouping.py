"""Grouping of made-up looks: sessions of eight tables with two photos each, in a folder per session."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from posterscan.batch.glance import CodeSeen, Look, MarkerSeen
from posterscan.batch.group import group
from posterscan.batch.likeness import LEVELS, Signature, _packed
from posterscan.table_code import session_text

TABLES, EACH, SESSIONS_DRAWN = 8, 2, 8
WIDE, HIGH = 140, 99  # cells of an A1


@dataclass(frozen=True)
class Kind:
    """session, table: whether posters say theirs."""

    name: str
    session: bool
    table: bool


KINDS = (Kind("session and table known", True, True), Kind("table known", False, True), Kind("nothing known", False, False))


def looks(count: int, kind: Kind, seed: int = 1) -> list[Look]:
    """So many, of tables whose photos differ by noise. What lies on them comes back after a few sessions, in another folder, where
    that makes no difference.
    """
    dice = np.random.default_rng(seed)
    start = datetime(2026, 11, 24, 20, tzinfo=UTC)
    sessions = SESSIONS_DRAWN if kind.session or not kind.table else count // (TABLES * EACH) + 1
    drawn = [[_signature(dice, middle) for _ in range(EACH)]
             for middle in (dice.normal(LEVELS + 1, 2.0, (4, HIGH, WIDE)) for _ in range(TABLES * sessions))]
    out = []
    for number in range(count):
        session, place = divmod(number, TABLES * EACH)
        table, take = divmod(place, EACH)
        named = session_text(session + 1) if kind.session else None
        code = CodeSeen(table=table + 1, session=named, session_read=True) if kind.table else None
        out.append(Look(
            photo=f"sessie-{session:05}/IMG_{place:04}.jpg", sha256=hashlib.sha256(str(number).encode()).hexdigest(),
            file_bytes=3_000_000, status="located", size_px=(4000, 3000), kit="kit", kit_session=named,
            taken_at=(start + timedelta(days=session, minutes=5 * table, seconds=20 * take)).isoformat(), layout="0" * 64,
            markers=tuple(MarkerSeen(id=m, corners=_corners(dice)) for m in range(4)), in_view=1.0, px_per_mm=4.0,
            pose=_corners(dice), signature=drawn[number // EACH % len(drawn)][take], table_code=code))
    return out


def _signature(dice: np.random.Generator, middle: np.ndarray) -> Signature:
    levels = np.clip(middle + dice.normal(0, 0.7, middle.shape), 1, 2 * LEVELS + 1).astype(np.uint8)
    return Signature(kind="artwork", layout="0" * 64, cell_mm=6.0, wide=WIDE, high=HIGH, data=_packed(levels))


def _corners(dice: np.random.Generator) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 5), round(float(y), 5)) for x, y in dice.uniform(0, 1, (4, 2)))


def told(counts: list[int]) -> str:
    """Seconds for each number of photos."""
    lines = [f"{'photos':>8}  {'':23}  {'tables':>7}  {'s':>7}  {'ms per photo':>12}"]
    for kind in KINDS:
        for count in counts:
            seen = looks(count, kind)
            start = time.perf_counter()
            tables = len(group(seen).tables)
            seconds = time.perf_counter() - start
            lines.append(f"{count:8}  {kind.name:23}  {tables:7}  {seconds:7.2f}  {1000 * seconds / count:12.2f}")
    return "\n".join(lines)
