"""What the whole table tells: the ranking of intentions, and sums and orders that should agree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from posterscan.advice import place_in_words
from posterscan.catalogue import Blank
from posterscan.layout import Layout
from posterscan.messages import Message
from posterscan.occasion import STICKERS_PER_PERSON
from posterscan.outcome import ScanOptions
from posterscan.records import CardRecord, Check, Rank
from posterscan.stages.leftovers import Leftovers

SUMS = frozenset({"no-cards", "stickers-total", "ladder-order"})  # what `sums_and_orders` can say


def checks_of(cards: Sequence[CardRecord], ranking: Sequence[Rank], loose_codes: Sequence[tuple[int, NDArray[np.float64]]],
              leftovers: Leftovers, ghosts_mm: NDArray[np.float64], words_mm: NDArray[np.float64], notice: Message,
              layout: Layout, options: ScanOptions, stickers: int,
              loose_mm: NDArray[np.float64]) -> list[Check]:
    """Everything about the table as a whole that a human should know."""
    checks = sums_and_orders(cards, ranking, stickers, options)
    for number, middle in loose_codes:
        checks.append(_check("code-without-card", "warning", options, Message(
            f"Code {number} is gezien ({place_in_words(middle, layout.size_mm).nl}), maar het kaartje eromheen niet.",
            f"Code {number} was seen ({place_in_words(middle, layout.size_mm).en}), but not the card around it."), middle))
    for middle, area in zip(leftovers.centers_mm, leftovers.areas_mm2, strict=True):
        where = place_in_words(middle, layout.size_mm)
        checks.append(_check("uncovered-places", "warning", options, Message(
            f"Er ligt iets op de poster ({where.nl}, {area / 100:.0f} cm²) dat geen kaartje is; wat eronder ligt, is niet te zien.",
            f"Something lies on the poster ({where.en}, {area / 100:.0f} cm²) that is no card; what is under it cannot be seen."),
            middle, area_mm2=round(float(area))))
    for middle, count in _heaps(loose_mm):
        where = place_in_words(middle, layout.size_mm)
        checks.append(_check("stickers-without-card", "warning", options, Message(
            f"Hier liggen {count} stickers bij elkaar zonder kaartje eronder: {where.nl}. Misschien is er een kaartje gemist.",
            f"{count} stickers lie together here without a card below them: {where.en}. A card may have been missed."), middle))
    for middle in words_mm:
        where = place_in_words(middle, layout.size_mm)
        checks.append(_check("writing-without-card", "warning", options, Message(
            f"Hier staat iets geschreven of gedrukt, maar er is geen kaartje gevonden: {where.nl}.",
            f"Something is written or printed here, but no card was found: {where.en}."), middle))
    for middle in ghosts_mm:
        where = place_in_words(middle, layout.size_mm)
        checks.append(_check("uncertain-place", "warning", options, Message(
            f"Misschien ligt hier een kaartje dat niet goed te zien is: {where.nl}.",
            f"A card that cannot be seen well may lie here: {where.en}."), middle))
    if notice:
        checks.append(_check("engine-missing", "info", options, notice))
    return checks


def sums_and_orders(cards: Sequence[CardRecord], ranking: Sequence[Rank], stickers: int, options: ScanOptions) -> list[Check]:
    """What follows from the values alone. stickers: all of them, loose ones too."""
    checks = []
    if not cards:
        checks.append(_check("no-cards", "warning", options, Message(
            "Er is geen enkel kaartje gevonden. Klopt het dat de poster leeg is?",
            "Not a single card was found. Is the poster meant to be empty?")))
    return checks + _about_stickers(stickers, options) + _about_order(ranking, options)


def blanks_of_other_tables(blanks: Sequence[tuple[Blank, NDArray[np.float64]]], table: int | None, layout: Layout,
                           options: ScanOptions) -> list[Check]:
    """blanks: printed blank cards and their middles in mm. table: the poster's; where it is not known (None) nothing is told."""
    found = []
    for blank, middle in blanks:
        if table is not None and blank.table != table:
            where = place_in_words(middle, layout.size_mm)
            found.append(_check("blank-of-other-table", "warning", options, Message(
                f"Op deze poster van tafel {table} ligt een leeg kaartje van tafel {blank.table}: {where.nl}.",
                f"A blank card of table {blank.table} lies on this poster of table {table}: {where.en}."), middle))
    return found


def stickers_as_planned(sizes_mm: Sequence[float], count: int, options: ScanOptions, off: float = 0.15) -> list[Check]:
    """Stickers of another size than was planned, where the caller did not say which they are. sizes_mm: those in the photo."""
    planned = options.expected_sticker_mm
    if options.sticker_mm is not None or planned is None or count < 3 or any(abs(d / planned - 1) <= off for d in sizes_mm):
        return []
    seen = " / ".join(f"{d:.0f}" for d in sizes_mm)
    return [_check("stickers-other-size", "warning", options, Message(
        f"De stickers zijn ongeveer {seen} mm; volgens de lay-out zouden ze {planned:g} mm zijn. Ze zijn als {seen} mm geteld.",
        f"The stickers are about {seen} mm; the layout says {planned:g} mm. They were counted as {seen} mm."))]


def _heaps(loose_mm: NDArray[np.float64], reach_mm: float = 60.0) -> list[tuple[NDArray[np.float64], int]]:
    """Loose stickers that lie together as on a card (two or more within a card's length): their middle and number."""
    left = list(range(len(loose_mm)))
    heaps = []
    while left:
        near = [i for i in left if np.hypot(*(loose_mm[i] - loose_mm[left[0]])) < reach_mm]
        if len(near) >= 2:
            heaps.append((np.asarray(loose_mm[near].mean(axis=0)), len(near)))
        left = [i for i in left if i not in near]
    return heaps


def _about_stickers(stickers: int, options: ScanOptions) -> list[Check]:
    if options.participants is None:
        return []
    each = options.stickers_per_person or STICKERS_PER_PERSON
    expected = options.participants * each
    if stickers == expected:
        return []
    return [_check("stickers-total", "warning", options, Message(
        f"{stickers} stickers geteld, {expected} verwacht ({options.participants} deelnemers × {each})",
        f"{stickers} stickers counted, {expected} expected ({options.participants} participants × {each})"))]


def _about_order(ranking: Sequence[Rank], options: ScanOptions) -> list[Check]:
    """Cards on the ladder from top to bottom should have ever fewer stickers."""
    placed = sorted((row for row in ranking if row.place_on_ladder is not None), key=lambda row: row.place_on_ladder or 0)
    for upper in placed:
        for lower in placed:
            if (lower.place_on_ladder or 0) > (upper.place_on_ladder or 0) and lower.stickers > upper.stickers:
                return [_check("ladder-order", "info", options, Message(
                    "De volgorde van de bedoelingen klopt niet met de stickers: een lagere heeft er meer.",
                    "The order of the intentions does not follow the stickers: a lower one has more."))]
    return []


def _check(code: str, severity: str, options: ScanOptions, message: Message, middle: NDArray[np.float64] | None = None,
           **more: float) -> Check:
    place = {} if middle is None else {"center_mm": [round(float(v), 1) for v in middle]}
    return Check.model_validate({"code": code, "severity": severity, "message": message.to(options.language), **place, **more})
