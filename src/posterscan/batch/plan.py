"""Which tables are to be read: what is new, what has changed since it was read and why, and what is left alone."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from posterscan import __version__
from posterscan.batch.group import TableGroup
from posterscan.batch.kits import KitRef
from posterscan.batch.look import Look
from posterscan.batch.tasks import TableOptions
from posterscan.cameras.profile import CameraProfile
from posterscan.messages import Message
from posterscan.places import Place
from posterscan.records import TableResult

Action = Literal["read", "done", "reviewed", "left-out"]
KEY = "inputs"  # of a result: what it was made from


@dataclass(frozen=True)
class Planned:
    """action: `read` it; `done`: nothing changed; `reviewed`: changed, but a human went over it; `left-out`: not asked for."""

    group: TableGroup
    kit: KitRef
    action: Action
    why: Message
    inputs: dict[str, Any]


def inputs_of(group: TableGroup, looks: Mapping[str, Look], kit: KitRef, options: TableOptions,
              cameras: Sequence[CameraProfile] = ()) -> dict[str, Any]:
    """All that a result's values hang on. Photos count by their content: one that was renamed or moved is the same.

    The language of its messages is not among them: nothing is read again for that. Profiles of cameras count where a photo
    is of one.
    """
    taken_by = {looks[name].camera for name in group.photos}
    profiles = sorted(camera.sha256 for camera in cameras if camera.name in taken_by)
    of_cameras = {"cameras": profiles} if profiles else {}
    return of_cameras | {
            "photos": sorted(looks[name].sha256 for name in group.photos), "kit": kit.sha256, "software": __version__,
            "options": {key: value for key, value in vars(options).items() if value is not None}}


def plan(group: TableGroup, kit: KitRef, inputs: dict[str, Any], out: Place, force: bool, only: Sequence[str]) -> Planned:
    """What is to be done with one table. only: patterns of tables' or photos' names, empty for all."""
    if only and not any(fnmatch.fnmatch(name, pattern) for pattern in only for name in (group.name, group.table, *group.photos)):
        return Planned(group, kit, "left-out", Message("niet gevraagd (--only)", "not asked for (--only)"), inputs)
    older = _older(out, group.name)
    if older is None:
        return Planned(group, kit, "read", Message("nieuw", "new"), inputs)
    changed = _changes((older.model_extra or {}).get(KEY), inputs)
    if force:
        return Planned(group, kit, "read", Message("gevraagd (--force)", "asked for (--force)"), inputs)
    if not changed:
        return Planned(group, kit, "done", Message("niets veranderd", "nothing changed"), inputs)
    why = Message("; ".join(m.nl for m in changed), "; ".join(m.en for m in changed))
    if older.review.status != "unreviewed" or older.review.corrections:
        why = why + Message("; toch niet opnieuw gelezen, want iemand heeft deze tafel nagekeken (--force leest hem wel, en houdt "
                            "de correcties)",
                            "; not read again all the same, since somebody has gone over this table (--force does, and keeps the "
                            "corrections)")
        return Planned(group, kit, "reviewed", why, inputs)
    return Planned(group, kit, "read", why, inputs)


def _older(out: Place, name: str) -> TableResult | None:
    """The result that is there; None where there is none that can be read (writing keeps such a file under another name)."""
    try:
        return TableResult.model_validate_json(out.read(f"{name}.json"))
    except (FileNotFoundError, ValidationError, ValueError):
        return None


def _changes(before: Any, now: Mapping[str, Any]) -> list[Message]:
    if not isinstance(before, dict):
        return [Message("niet door posterscan batch gemaakt", "not made by posterscan batch")]
    was: list[Any] = before["photos"] if isinstance(before.get("photos"), list) else []
    told = {"cameras": Message("een ander cameraprofiel", "another camera profile"),
            "kit": Message("een andere kit", "another kit"), "options": Message("andere instellingen", "other settings"),
            "software": Message(f"een andere versie van posterscan ({before.get('software')})",
                                f"another version of posterscan ({before.get('software')})")}
    out = [words for key, words in told.items() if before.get(key) != now.get(key)]
    new, gone = (sum(p not in other for p in some) for some, other in ((now["photos"], was), (was, now["photos"])))
    if new:
        out.append(Message(f"{new} nieuwe foto{'s' * (new > 1)}", f"{new} new photo{'s' * (new > 1)}"))
    if gone:
        out.append(Message(f"{gone} foto{'s' * (gone > 1)} minder", f"{gone} photo{'s' * (gone > 1)} fewer"))
    return out
