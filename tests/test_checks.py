"""What the whole table tells, and names that stay."""

from __future__ import annotations

import numpy as np
import pytest

from posterscan.catalogue import Blank
from posterscan.checks import blanks_of_other_tables, checks_of, stickers_as_planned
from posterscan.ids import card_ids
from posterscan.layout import Layout
from posterscan.messages import NOTHING, Message
from posterscan.outcome import ScanOptions
from posterscan.ranking import rank
from posterscan.records import CardRecord, Check
from posterscan.stages.leftovers import Leftovers

LAYOUT = Layout.model_validate({
    "schema": "posterscan-layout/1", "id": "x", "size_mm": [841, 594], "markers": [], "ladder_zone": "ladder",
    "zones": [{"id": "ladder", "label": "Bedoelingen", "kind": "ladder",
               "polygon_mm": [[600, 60], [780, 60], [780, 540], [600, 540]]}]})
NO_LEFTOVERS = Leftovers(np.zeros((0, 2)), np.zeros(0))
NOWHERE = np.zeros((0, 2))


def intention(name: str, y: float, stickers: int, x: float = 690.0, zone: str | None = "ladder") -> CardRecord:
    return CardRecord.model_validate({
        "id": name, "kind": "intention", "catalogue_id": name, "side": "front",
        "text": {"value": name, "confidence": 0.99, "source": "ocr"},
        "polygon_mm": [[x - 42, y - 27], [x + 42, y - 27], [x + 42, y + 27], [x - 42, y + 27]], "center_mm": [x, y],
        "rotation_deg": 0.0, "detection_confidence": 0.99,
        "zone": {"id": zone, "shares": {}, "border_mm": 30.0, "confidence": 0.99},
        "stickers": {"count": stickers, "confidence": 0.99}})


def checks(cards: list[CardRecord], *, participants: int | None = None, stickers: int = 0, loose: np.ndarray = NOWHERE,
           words: np.ndarray = NOWHERE, notice: Message = NOTHING) -> list[Check]:
    options = ScanOptions("tafel", participants=participants)
    return checks_of(cards, rank(cards, "ladder"), [], NO_LEFTOVERS, NOWHERE, words, notice, LAYOUT, options, stickers, loose)


def codes(found: list[Check]) -> set[str]:
    return {check.code for check in found}


def test_equal_counts_share_a_rank_and_the_next_one_is_skipped() -> None:
    ranking = rank([intention("a", 100, 2), intention("b", 200, 7), intention("c", 300, 2), intention("d", 400, 0)], "ladder")
    assert [(row.card, row.rank) for row in ranking] == [("b", 1), ("a", 2), ("c", 2), ("d", 4)]


def test_cards_side_by_side_share_a_place_and_cards_off_the_ladder_have_none() -> None:
    cards = [intention("a", 100, 5, x=650), intention("b", 112, 4, x=740), intention("c", 180, 3),
             intention("d", 300, 1, zone=None)]
    places = {row.card: row.place_on_ladder for row in rank(cards, "ladder")}
    assert places == {"a": 1, "b": 1, "c": 2, "d": None}


def test_a_lower_card_with_more_stickers_is_told() -> None:
    assert "ladder-order" in codes(checks([intention("a", 100, 2), intention("b", 200, 3)]))
    assert "ladder-order" not in codes(checks([intention("a", 100, 3), intention("b", 200, 3)]))


@pytest.mark.parametrize(("participants", "counted", "told"), [(8, 24, False), (8, 23, True), (None, 23, False)])
def test_the_total_is_held_against_the_participants(participants: int | None, counted: int, told: bool) -> None:
    found = checks([intention("a", 100, counted)], participants=participants, stickers=counted)
    assert ("stickers-total" in codes(found)) is told
    if told:
        assert "23 stickers geteld, 24 verwacht (8 deelnemers × 3)" in [check.message for check in found]


def test_stickers_together_without_a_card_are_told_one_alone_is_not() -> None:
    card = [intention("a", 100, 0)]
    assert "stickers-without-card" not in codes(checks(card, loose=np.array([[100.0, 100.0], [400.0, 400.0]])))
    heap = checks(card, loose=np.array([[100.0, 100.0], [112.0, 104.0], [400.0, 400.0]]))
    told = next(check for check in heap if check.code == "stickers-without-card")
    assert np.allclose(told.model_dump()["center_mm"], [106.0, 102.0])


def test_an_empty_poster_is_never_success_without_a_word() -> None:
    assert codes(checks([])) == {"no-cards"}


def test_writing_outside_all_cards_says_where() -> None:
    told = next(c for c in checks([intention("a", 100, 0)], words=np.array([[60.0, 60.0]])) if c.code == "writing-without-card")
    assert "linksboven" in told.message


def test_ids_come_from_content_else_from_place_not_from_order() -> None:
    known = ["Buurthuis één", None, "koor", None]
    places = np.array([[100, 100], [200, 200], [300, 300], [500, 100]], dtype=np.float64)
    ids = card_ids(known, places)
    assert ids[0] == "c-buurthuis-een"
    assert len(set(ids)) == 4
    turned = [3, 1, 0, 2]
    assert card_ids([known[i] for i in turned], places[turned]) == [ids[i] for i in turned]


def test_cards_of_one_name_are_numbered_from_top_to_bottom() -> None:
    places = np.array([[100, 300], [100, 100]], dtype=np.float64)
    assert card_ids(["koor", "koor"], places) == ["c-koor-2", "c-koor"]


def test_stickers_of_another_size_than_planned_are_told_unless_the_caller_said_which() -> None:
    planned = ScanOptions("tafel", "en", expected_sticker_mm=12.0)
    told = stickers_as_planned([8.1], 24, planned)
    assert [check.code for check in told] == ["stickers-other-size"]
    assert "about 8 mm; the layout says 12 mm" in told[0].message
    assert stickers_as_planned([8.1, 12.4], 24, planned) == []
    assert stickers_as_planned([8.1], 2, planned) == []
    assert stickers_as_planned([8.1], 24, ScanOptions("tafel", sticker_mm=8.0, expected_sticker_mm=12.0)) == []
    assert stickers_as_planned([8.1], 24, ScanOptions("tafel")) == []


def test_blank_cards_of_another_table_are_told_where_the_table_is_known() -> None:
    blanks = [(Blank(kind="ingredient", marker_id=9, table=table, number=1), np.array([100.0, 100.0])) for table in (2, 3)]
    found = blanks_of_other_tables(blanks, 3, LAYOUT, ScanOptions("tafel", "en"))
    assert [check.code for check in found] == ["blank-of-other-table"]
    assert "of table 2 lies on this poster of table 3" in found[0].message
    assert found[0].center_mm == (100.0, 100.0)
    assert blanks_of_other_tables(blanks, None, LAYOUT, ScanOptions("tafel")) == []


def test_a_blank_card_is_named_after_its_code_wherever_it_lies() -> None:
    blank = Blank(kind="intention", marker_id=9, table=2, number=4)
    for middle in ((100.0, 100.0), (700.0, 400.0)):
        assert card_ids([None], np.array([middle]), [blank]) == ["b-intention-t2-4"]
    twice = card_ids([None, None, "koor"], np.array([[100.0, 300], [100, 100], [5, 5]]), [blank, blank, None])
    assert twice == ["b-intention-t2-4-2", "b-intention-t2-4", "c-koor"]
