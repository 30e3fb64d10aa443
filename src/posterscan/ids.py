"""Names of cards that stay the same when a table is photographed or scanned again: from content or code, else from place."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from posterscan.catalogue import Blank
from posterscan.geometry import Points

# A card that no catalogue knows is named after the square of the poster that its centre lies in. Two photos place it within
# about a millimetre of each other, so that one in fifty or so changes its name; two such cards rarely share a square.
CELL_MM = 60.0


def card_ids(catalogue_ids: Sequence[str | None], centers_mm: Points, blanks: Sequence[Blank | None] = ()) -> list[str]:
    """One id per card, unique in the table; what shares a name is numbered by place, from top to bottom.

    blanks: per card which printed blank card it is, None for the others.
    """
    names = [_name(known, blank, center)
             for known, blank, center in zip(catalogue_ids, blanks or [None] * len(catalogue_ids), centers_mm, strict=True)]
    times = Counter(names)
    order = sorted(range(len(names)), key=lambda i: (round(float(centers_mm[i][1])), float(centers_mm[i][0])))
    seen: Counter[str] = Counter()
    out = list(names)
    for i in order:
        seen[names[i]] += 1
        if times[names[i]] > 1 and seen[names[i]] > 1:
            out[i] = f"{names[i]}-{seen[names[i]]}"
    return out


def _name(catalogue_id: str | None, blank: Blank | None, center_mm: Points) -> str:
    if catalogue_id is not None:
        return f"c-{_slug(catalogue_id)}"
    return f"b-{blank.kind}-t{blank.table}-{blank.number}" if blank is not None else _of_place(center_mm)


def _of_place(center_mm: Points) -> str:
    return f"p-{int(center_mm[0] // CELL_MM):02d}-{int(center_mm[1] // CELL_MM):02d}"


def _slug(text: str) -> str:
    """Letters, digits and hyphens, since ids become file names."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_]+", "-", plain).strip("-").lower() or "x"
