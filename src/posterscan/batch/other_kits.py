"""When a photo is looked at with another kit than the likeliest, without opening hundreds of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from posterscan.batch.glance import Look
from posterscan.layout import LoadedLayout


@dataclass(frozen=True)
class OtherKitParams:
    """How far the search for a photo's kit goes."""

    markers: int = 4  # of another poster that must be found before a photo counts as one of that
    most_posters: int = 3  # that a photo without a poster is held against, half a second each


@dataclass(frozen=True)
class KitFacts:
    """What is asked of a kit before its layout is opened. poster: the same for kits whose posters have the same markers.

    cards: the dictionary of the codes on its cards, None where they carry none or it is not known.
    """

    session: str | None
    poster: str
    cards: str | None = None


def facts_of(layout: LoadedLayout, cards: str | None = None) -> KitFacts:
    """Of a layout at hand; cards: its catalogue's card_dictionary."""
    markers = sorted((marker.dictionary, marker.id, marker.corners_mm) for marker in layout.layout.markers)
    poster = repr(markers) if not layout.layout.by_artwork else layout.sha256  # what is recognised by its artwork is like no other
    return KitFacts(session_of(layout), hashlib.sha256(poster.encode()).hexdigest(), cards)


def session_of(layout: LoadedLayout) -> str | None:
    """The id of the session that a poster was printed for."""
    return layout.layout.session.id if layout.layout.session is not None else None


def other_kits(seen: Look, known: Mapping[str, KitFacts], first: str, params: OtherKitParams | None = None) -> list[str]:
    """Kits that the photo may be of rather than of the first."""
    p, code = params or OtherKitParams(), seen.table_code
    if code is not None and code.session_read and code.session != seen.kit_session:
        return [kit for kit in sorted(known) if kit != first and known[kit].session == code.session][:1]
    if seen.status in ("nothing", "partial") and seen.code not in ("mirrored", "two-posters", "cards-only"):
        one_each = {known[kit].poster: kit for kit in sorted(known, reverse=True) if known[kit].poster != known[first].poster}
        return sorted(one_each.values())[:p.most_posters]
    return []


def is_rather(new: Look, old: Look, params: OtherKitParams | None = None) -> bool:
    """Whether the photo is of the kit that it was looked at with second."""
    if new.table_code is not None and new.table_code.session_read and new.table_code.session == new.kit_session:
        return True
    enough = len(new.markers) >= (params or OtherKitParams()).markers or new.by_artwork
    return new.status == "located" and old.status != "located" and enough
