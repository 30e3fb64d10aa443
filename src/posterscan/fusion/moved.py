"""A card that lies elsewhere in a later photo: the later place counts, and it is told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from posterscan.advice import place_in_words
from posterscan.fusion.match import Sighting
from posterscan.layout import Layout
from posterscan.messages import Message
from posterscan.outcome import ScanOptions
from posterscan.records import Check

# Two photos place one card that nobody touched within 5 mm of each other (raised corners seen from two sides); people who
# rearrange cards move them by a good part of their size.
MOVED_MM = 20.0
_LONGEST_TEXT = 40


def since_moved(group: Sequence[Sighting]) -> tuple[list[Sighting], Sighting | None]:
    """Those that show the card where it lies in the latest photo, and the last one that shows it elsewhere, if it moved.

    Sightings carry their photo's number in order of time.
    """
    latest = max(group, key=lambda m: m.photo)
    here = [m for m in group if np.hypot(*(m.center_mm - latest.center_mm)) < MOVED_MM]
    before = [m for m in group if m not in here]
    return here, max(before, key=lambda m: m.photo) if before else None


def moved_check(name: str, before: Sighting, here: Sighting, files: tuple[str, str], layout: Layout, options: ScanOptions) -> Check:
    """name: what the card says; files: of the earlier photo and of the later one."""
    old, new = (place_in_words(m.center_mm, layout.size_mm) for m in (before, here))
    short = name if len(name) <= _LONGEST_TEXT else name[:_LONGEST_TEXT] + "…"
    message = Message(
        f"'{short}' is tussen twee foto's verplaatst: van {old.nl} ({files[0]}) naar {new.nl} ({files[1]}). De laatste foto telt.",
        f"'{short}' was moved between two photos: from {old.en} ({files[0]}) to {new.en} ({files[1]}). The later photo counts.")
    return Check.model_validate({"code": "card-moved", "severity": "warning", "message": message.to(options.language),
                                 "center_mm": [round(float(v), 1) for v in here.center_mm], "card": here.card.id})
