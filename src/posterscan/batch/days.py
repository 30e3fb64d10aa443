"""Photos of one table at different times: later the same evening, and the same poster on another day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from posterscan.batch.clusters import Key
from posterscan.batch.folders import Draft
from posterscan.batch.seen import Eyes, Shot, in_order


@dataclass(frozen=True)
class DayParams:
    """later_minutes: a series of one table is taken in a minute or two; after ten, cards may have been moved in between.

    other_day_hours: a session takes two and a half; a poster that shows other cards so much later was used again.
    """

    later_minutes: float = 10.0
    other_day_hours: float = 6.0


def later_ones(shots: Sequence[Shot], p: DayParams) -> list[tuple[Shot, int]]:
    """Photos taken well after the first one, with the minutes between."""
    timed = [(shot, shot.at) for shot in in_order(shots) if shot.at is not None]
    gaps = [(shot, (at - timed[0][1]).total_seconds() / 60) for shot, at in timed]
    return [(shot, round(gap)) for shot, gap in gaps if gap > p.later_minutes]


def split_by_day(drafts: dict[Key, Draft], eyes: Eyes, p: DayParams) -> dict[Key, Draft]:
    """Tables that a code holds together taken apart where long passed in between and other cards lie there."""
    out: dict[Key, Draft] = {}
    for key, draft in drafts.items():
        parts = _days(draft, eyes, p) if draft.how == "code" else [draft]
        for part in parts:
            out[key if part.day is None else (*key, part.day)] = part
    return out


def _days(draft: Draft, eyes: Eyes, p: DayParams) -> list[Draft]:
    """The draft, or one for each time that the poster was used; photos without a time stay with the first."""
    times: list[list[Shot]] = [[]]
    for shot in in_order(draft.shots):
        before = [other.at for other in times[-1] if other.at is not None]
        if shot.at is not None and before and (shot.at - before[-1]).total_seconds() > 3600 * p.other_day_hours:
            times.append([])
        times[0 if shot.at is None else -1].append(shot)
    used = [times[0]]
    for shots in times[1:]:  # with the latest one whose cards still lie there
        same = next((earlier for earlier in reversed(used) if eyes.together(earlier, shots).verdict != "different"), None)
        if same is not None or not any(shot.located for shot in shots):
            (same or used[-1]).extend(shots)
        else:
            used.append(shots)
    how = dict(zip(draft.shots, draft.joined, strict=True))
    return [replace(draft, shots=tuple(shots), joined=tuple(how[shot] for shot in shots), day=day,
                    wish=draft.wish if day is None else f"{draft.wish}-{day}")
            for shots in used for day in [None if shots is used[0] else _day(shots)]]


def _day(shots: Sequence[Shot]) -> str:
    return next(shot.at.date().isoformat() for shot in in_order(shots) if shot.at is not None)
