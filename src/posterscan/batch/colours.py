"""After reading: the tables of one session call their stickers alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from posterscan.agreed_colours import agreed, colours_of, with_colours
from posterscan.batch.index import read_results
from posterscan.batch.plan import Planned
from posterscan.files import as_json
from posterscan.places import Place
from posterscan.records import TableResult


def agree_on_colours(out: Place, planned: Sequence[Planned]) -> tuple[str, ...]:
    """Names of results that were written again, since the stickers of all their session's tables together tell it better.

    Only sessions of which something was read now; what somebody has gone over helps to tell, and stays as it is. A table of which
    no session is known keeps the names that its own stickers gave.
    """
    read = {one.group.name for one in planned if one.action == "read"}
    if not read:
        return ()
    colours: dict[str, dict[str, list[tuple[int, int, int] | None]]] = defaultdict(dict)
    for name, result in read_results(out, sorted(one.group.name for one in planned)):
        if result.session.id is not None:
            colours[result.session.id][name] = colours_of(result)
    changed: list[str] = []
    for tables in colours.values():
        if len(tables) > 1 and read & set(tables):
            told = dict(zip(tables, agreed(list(tables.values())), strict=True))
            for name, before in read_results(out, list(tables)):
                after = with_colours(before, told[name]) if _untouched(before) else before
                if after != before:
                    out.write(f"{name}.json", as_json(after))
                    changed.append(name)
    return tuple(changed)


def _untouched(result: TableResult) -> bool:
    return result.review.status == "unreviewed" and not result.review.corrections and not result.review.differences
