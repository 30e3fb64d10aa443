"""When an outline is believed, and when a human should look at it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from posterscan.doubt import detection_confidence, outline_reasons, outline_sigma_mm, raised_sigma_mm, text_at_rim, without_ghosts
from posterscan.ocr.readings import CardReading, Line
from posterscan.stages.cards import CardOutlines
from posterscan.stages.identify import Identity


def outlines(*quality: float) -> CardOutlines:
    n = len(quality)
    return CardOutlines(np.zeros((n, 4, 2)), np.full(n, -1), np.array(quality), np.zeros(n), np.zeros(n, np.int64),
                        (), np.zeros((0, 2)), np.zeros(n, np.bool_), np.full(n, np.nan))


def read(left: float, top: float, right: float, bottom: float) -> CardReading:
    box = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    return CardReading("drawn", (Line("Koor", 0.99, box),), 0, (510, 330))


@pytest.mark.parametrize(("box", "touches"), [((40, 100, 300, 150), False), ((40, -2, 300, 40), True), ((40, 290, 300, 329), True),
                                              ((0, 100, 300, 150), True), ((250, 100, 509, 150), True)])
def test_writing_at_the_rim_says_that_the_outline_may_lie_elsewhere(box: tuple[float, ...], touches: bool) -> None:
    assert text_at_rim(read(*box)) is touches


def test_nothing_read_touches_nothing() -> None:
    assert not text_at_rim(CardReading("drawn"))


def test_confidence_and_certainty_of_place_grow_with_what_is_seen() -> None:
    cards = outlines(0.4, 0.5, 0.6, 0.7, 0.95)
    confidence = [detection_confidence(cards, i) for i in range(5)]
    assert confidence == sorted(confidence)
    assert confidence[0] < 0.5 < confidence[2]
    sigma = outline_sigma_mm(cards)
    assert (np.diff(sigma) <= 0).all()
    assert sigma[-1] == 0


def ghosts(*confidence: float) -> list[bool]:
    """Whether a doubtful outline with writing of each confidence is let go."""
    box = np.array([[40, 100], [300, 100], [300, 150], [40, 150]])
    readings = [(CardReading("drawn", (Line("Pam", c, box),), 0, (510, 330)),) for c in confidence]
    _, kept, middles = without_ghosts(outlines(*[0.5] * len(confidence)), readings)
    assert len(kept) + len(middles) == len(confidence)
    return [found not in kept for found in readings]


def test_writing_that_its_own_reader_does_not_believe_makes_no_card_of_a_doubtful_outline() -> None:
    assert ghosts(0.12, 0.43, 0.6, 0.99) == [True, True, False, False]
    cards, kept, middles = without_ghosts(outlines(0.95), [(CardReading("drawn"),)])
    assert (len(cards.code), len(kept), len(middles)) == (1, 1, 0)  # a clear outline needs no writing


@pytest.mark.parametrize(("text", "at_rim", "own_words"), [
    ("soonlijke so", True, True), ("soonlijke so", False, False), ("Persoonlijke sociale basis", True, False),
    ("naal", True, False), ("soonlijke zo", True, False)])
def test_an_outline_that_cuts_a_piece_out_of_the_posters_words_is_no_card(text: str, at_rim: bool, own_words: bool) -> None:
    """Words of the poster that stand whole and free on a card may be a card's own."""
    left = 0 if at_rim else 60
    box = np.array([[left, 100], [300, 100], [300, 150], [left, 150]])
    readings = [(CardReading("drawn", (Line(text, 0.98, box),), 0, (510, 330)),)]
    _, kept, middles = without_ghosts(outlines(0.95), readings, ["Buiten", "Persoonlijke sociale basis"])
    assert (len(kept), len(middles)) == ((0, 1) if own_words else (1, 0))


def test_hidden_sides_are_doubted_also_where_a_code_places_the_card() -> None:
    """Bent paper shows a code millimetres beside its place: enough for another zone, so that somebody has to look."""
    cards = replace(outlines(0.9, 0.9), unseen=np.array([3, 0]), side_lead=np.array([0.4, 0.4]), code=np.array([0, 1]))
    identity = Identity("koor", "Koor", 0.995, "code", False, "front", "ingredient")
    assert outline_reasons(cards, 0, identity, CardReading("drawn")) == ["outline-uncertain"]
    assert outline_reasons(cards, 1, identity, CardReading("drawn")) == []


def test_a_card_seen_aslant_is_less_certain_of_its_place() -> None:
    cards = replace(outlines(0.9, 0.9), polygons_mm=np.array([[[400, 300]] * 4, [[100, 300]] * 4], float))
    above, aslant = raised_sigma_mm(cards, np.array([400.0, 300.0, 600.0]))
    assert above == 0
    assert aslant == pytest.approx(0.45)
