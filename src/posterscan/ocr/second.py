"""A second opinion on the lines that the first reader found, and both readers over all cards of a photo."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from posterscan.ocr.compare import likeness
from posterscan.ocr.detect import strip_of
from posterscan.ocr.readings import CardReading, LeadReader, Line, Reader
from posterscan.sheet import Image

_CONFIRMED = 0.7  # share of the letters of a glance that fit the code's text; other cards' texts share about a third
_STRIP_PX = 40  # letters of about 20 px: Tesseract's favourite size, taller strips read no better and take longer


def second_opinions(second: Reader, crops: Sequence[Image], leads: Sequence[CardReading]) -> list[CardReading]:
    """What another reader makes of the lines that the lead found, all in one call; one reading per crop.

    Only the places of the lines are shared: finding lines on a card is what Tesseract does worst (a coloured bar or
    writing lines cost it half of the text), reading them is independent.
    """
    places = [(i, line.box_px) for i, lead in enumerate(leads) for line in lead.lines]
    read = second.read([strip_of(crops[i], box, _STRIP_PX) for i, box in places])
    lines: list[list[Line]] = [[] for _ in crops]
    for (i, box), reading in zip(places, read, strict=True):
        if reading.text:
            lines[i].append(Line(reading.text, reading.confidence, box, raw=reading.raw))
    return [CardReading(second.name, tuple(part), lead.turn_deg, lead.crop_size_px)
            for part, lead in zip(lines, leads, strict=True)]


def read_cards(crops: Sequence[Image], lead: LeadReader, second: Reader | None,
               settled: Callable[[CardReading], bool], printed: Sequence[str | None]) -> list[tuple[CardReading, ...]]:
    """Readings per crop: the lead's, and the second reader's where the lead alone does not settle the card.

    settled: whether a reading by the lead is enough (see `identify.settles`). printed: per crop the text that its code
    names, or None: where a glance confirms that text the card is not read in full.
    """
    out: list[tuple[CardReading, ...]] = [() for _ in crops]
    coded = [i for i, text in enumerate(printed) if text is not None]
    for i, reading in zip(coded, lead.glance([crops[i] for i in coded]), strict=True):
        like = likeness(reading.text, printed[i] or "")
        if max(like.alike, like.read) >= _CONFIRMED:
            out[i] = (reading,)
    rest = [i for i, readings in enumerate(out) if not readings]
    first = dict(zip(rest, lead.read([crops[i] for i in rest]), strict=True))
    out = [readings or (first[i],) for i, readings in enumerate(out)]
    open_ = [i for i in rest if printed[i] is None and first[i].lines and not settled(first[i])]
    if second is not None and open_:
        others = second_opinions(second, [crops[i] for i in open_], [first[i] for i in open_])
        for i, other in zip(open_, others, strict=True):
            out[i] = (first[i], other)
    return out


def upright(crop: Image, turn_deg: int) -> Image:
    """The crop turned clockwise by a multiple of 90 degrees, as a reading asks for."""
    return np.ascontiguousarray(np.rot90(crop, -(turn_deg // 90)))
