"""Results of earlier runs whose photos are in other tables now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from posterscan.batch.index import read_results, result_names
from posterscan.batch.look import Look
from posterscan.batch.plan import Planned
from posterscan.batch.problems import Problem
from posterscan.messages import Message
from posterscan.places import Place

FORMER = ".posterscan/former"


def set_aside(out: Place, planned: Sequence[Planned], looks: Mapping[str, Look]) -> list[Problem]:
    """Results of earlier runs whose photos are in other tables now: nothing may count twice. Those that somebody went over stay.

    The others are kept under .posterscan/former, without their pictures.
    """
    mine = {one.group.name for one in planned}
    used = {looks[photo].sha256: one.group.name for one in planned for photo in one.group.photos}
    problems = []
    for name, result in read_results(out, [n for n in result_names(out) if n not in mine]):
        now = next((used[photo.sha256] for photo in result.photos if photo.sha256 in used), None)
        if now is None:
            continue
        reviewed = result.review.status != "unreviewed" or bool(result.review.corrections)
        if not reviewed:
            out.write(f"{FORMER}/{name}.json", out.read(f"{name}.json"))
            for entry in [*out.files(name)]:
                out.remove(entry.name)
            out.remove(f"{name}.json")
        problems.append(_former(name, now, reviewed))
    return problems


def _former(name: str, now: str, reviewed: bool) -> Problem:
    reason = Message(f"De foto's van {name} horen nu bij {now}.", f"The photos of {name} are now of {now}.")
    if not reviewed:
        return Problem("", "former-table", "info", reason + Message(f" {name}.json is weggelegd.", f" {name}.json was put aside."),
                       Message(f"Het oude resultaat staat in {FORMER}.", f"The old result is in {FORMER}."), name)
    return Problem("", "former-table", "warning", reason + Message(
        f" {name}.json is nagekeken en blijft daarom staan; deze tafel telt zo twee keer.",
        f" {name}.json was gone over and therefore stays; this table now counts twice."),
        Message(f"Zet in session.toml dat deze foto's van {name} zijn, of haal {name}.json weg.",
                f"Say in session.toml that these photos are of {name}, or remove {name}.json."), name)
