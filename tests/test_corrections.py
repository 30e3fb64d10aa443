"""What humans said counts, what they did not speak of stays, and nothing they said can break a file."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posterscan.corrections import corrected, corrected_cards
from posterscan.records import CardRecord, TableResult
from results import card_data, result_data

STICKER = {"center_mm": [10, 10], "diameter_mm": 8, "colour": "rood", "confidence": 0.9}
JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=4)


def table(*corrections: dict[str, Any]) -> TableResult:
    """An ingredient and three intentions with 5, 3 and 3 stickers, ranked."""
    cards = [card_data("c01", needs_review=["text-uncertain", "zone-border"])]
    for number, count in ((2, 5), (3, 3), (4, 3)):
        cards.append(card_data(f"c0{number}", kind="intention", center_mm=[700, 100 * number], photo="b.jpg",
                               stickers={"count": count, "confidence": 0.8, "items": [STICKER] * count}))
    ranking = [{"card": "c02", "stickers": 5, "rank": 1, "place_on_ladder": 1},
               {"card": "c03", "stickers": 3, "rank": 2, "place_on_ladder": 3, "note": "kept"},
               {"card": "c04", "stickers": 3, "rank": 2, "place_on_ladder": 2}]
    return TableResult.model_validate(result_data(cards=cards, ranking=ranking, extra={"kept": True},
                                                  review={"corrections": list(corrections)}))


def said(card: str | None, field: str, value: object) -> dict[str, Any]:
    return {"card": card, "field": field, "value": value}


def card_of(result: TableResult, card: str) -> CardRecord:
    return next(c for c in result.cards if c.id == card)


def ranks(result: TableResult) -> list[tuple[str, int, int, int | None]]:
    return [(row.card, row.stickers, row.rank, row.place_on_ladder) for row in result.ranking]


def test_without_corrections_it_is_the_same() -> None:
    result = table()
    assert corrected(result) is result
    assert corrected_cards(result) == frozenset()


@pytest.mark.parametrize("field", ["text", "text.value"])
def test_a_text_is_the_humans(field: str) -> None:
    before = table(said("c01", field, "Koor"))
    after = card_of(corrected(before), "c01")
    assert (after.text.value, after.text.source, after.text.confidence) == ("Koor", "human", 1.0)
    assert after.needs_review == ["text-uncertain", "zone-border"]
    assert card_of(before, "c01").text.value == "Café „De Zón”"  # what was measured is as it was
    assert corrected_cards(before) == {"c01"}


@pytest.mark.parametrize("value", ["links", None])
def test_a_zone_is_the_humans(value: str | None) -> None:
    after = card_of(corrected(table(said("c01", "zone", value))), "c01")
    assert (after.zone.id, after.zone.confidence, after.zone.border_mm) == (value, 1.0, 3)


@pytest.mark.parametrize(("field", "value"), [
    ("kind", "intention"), ("side", "back"), ("catalogue_id", "koor"), ("catalogue_id", None)])
def test_other_values(field: str, value: object) -> None:
    assert getattr(card_of(corrected(table(said("c01", field, value))), "c01"), field) == value


def test_stickers_are_counted_and_ranked_anew() -> None:
    result = corrected(table(said("c04", "stickers", 9)))
    card = card_of(result, "c04")
    assert (card.stickers.count, card.stickers.confidence, len(card.stickers.items)) == (9, 1.0, 3)
    assert ranks(result) == [("c04", 9, 1, 2), ("c02", 5, 2, 1), ("c03", 3, 3, 3)]
    assert (result.ranking[2].model_extra or {})["note"] == "kept"
    assert (result.model_extra or {})["extra"] == {"kept": True}


def test_a_deleted_card_leaves_its_stickers() -> None:
    result = corrected(table(said("c02", "deleted", True)))
    assert [card.id for card in result.cards] == ["c01", "c03", "c04"]
    assert ranks(result) == [("c03", 3, 1, 3), ("c04", 3, 1, 2)]
    assert [item.model_extra for item in result.loose_stickers] == [{"card": "c02", "photo": "b.jpg"}] * 5
    assert corrected(result) == result


def test_the_last_word_counts() -> None:
    result = table(said("c02", "deleted", True), said("c01", "text", "a"),
                   said("c02", "deleted", False), said("c01", "text.value", "b"))
    assert len(corrected(result).cards) == 4
    assert card_of(corrected(result), "c01").text.value == "b"


def test_a_card_that_was_checked_is_asked_about_no_more() -> None:
    result = table(said("c01", "checked", True))
    assert card_of(corrected(result), "c01").needs_review == []
    assert corrected_cards(result) == frozenset()


def test_a_kind_changes_who_is_ranked() -> None:
    result = corrected(table(said("c01", "kind", "intention"), said("c02", "kind", "ingredient")))
    assert ranks(result) == [("c03", 3, 1, 3), ("c04", 3, 1, 2), ("c01", 0, 3, None)]


def test_a_check_confirms_all_that_was_seen() -> None:
    seen = {"text": "Koor", "catalogue_id": "koor", "kind": "intention", "side": "back", "zone": "links", "stickers": 4}
    right = {**said("c01", "checked", True), "seen": seen}
    result = corrected(table(said("c01", "text", "Loket"), right, said("c01", "zone", None)))
    card = card_of(result, "c01")
    assert (card.text.value, card.catalogue_id, card.kind, card.side) == ("Koor", "koor", "intention", "back")
    assert card.stickers.count == 4
    assert card.zone.id is None  # said later
    assert card.needs_review == []


def test_a_text_that_was_only_confirmed_is_still_what_was_read() -> None:
    seen = {"text": "Café „De Zón”", "catalogue_id": None, "kind": "ingredient", "side": "front", "zone": None, "stickers": 0}
    card = card_of(corrected(table({**said("c01", "checked", True), "seen": seen})), "c01")
    assert (card.text.source, card.text.confidence) == ("ocr", 1.0)


OUTLINE = [[100, 200], [180, 200], [180, 250], [100, 250]]


def test_a_card_that_was_missed_is_there_with_what_was_said_of_it() -> None:
    result = corrected(table(said("added-140-225", "added", {"polygon_mm": OUTLINE, "kind": "intention"}),
                             said("added-140-225", "text", "Meedoen"), said("added-140-225", "stickers", 4)))
    card = card_of(result, "added-140-225")
    assert (card.text.value, card.text.source, card.center_mm, card.rotation_deg) == ("Meedoen", "human", (140, 225), 0)
    assert (card.detection_confidence, card.zone.id, card.needs_review) == (1.0, None, [])
    assert ranks(result)[1] == ("added-140-225", 4, 2, None)
    assert corrected_cards(table(said("added-140-225", "added", {"polygon_mm": OUTLINE, "kind": "intention"}))) == {"added-140-225"}


def test_a_card_that_was_added_and_taken_back_is_not_there() -> None:
    result = table(said("added-1-1", "added", {"polygon_mm": OUTLINE, "kind": "unknown"}), said("added-1-1", "text", "x"),
                   said("added-1-1", "added", None))
    assert [card.id for card in corrected(result).cards] == ["c01", "c02", "c03", "c04"]


def test_a_merged_card_is_part_of_the_other_one() -> None:
    result = corrected(table(said("c03", "merged_into", "c02"), said("c02", "stickers", 8),
                             said("c02", "stickers.items", [STICKER] * 8)))
    assert [card.id for card in result.cards] == ["c01", "c02", "c04"]
    assert result.loose_stickers == []
    assert ranks(result) == [("c02", 8, 1, 1), ("c04", 3, 2, 2)]
    assert corrected(result) == result


@pytest.mark.parametrize("corrections", [
    [said("c03", "merged_into", "c03")], [said("c03", "merged_into", "weg")],
    [said("c03", "merged_into", "c04"), said("c04", "merged_into", "c03")],
    [said("c03", "merged_into", "c02"), said("c03", "merged_into", None)]])
def test_a_card_never_vanishes_into_nothing(corrections: list[dict[str, Any]]) -> None:
    assert len(corrected(table(*corrections)).cards) == 4


def test_a_card_that_is_merged_into_a_deleted_one_is_kept() -> None:
    result = corrected(table(said("c03", "merged_into", "c02"), said("c02", "deleted", True)))
    assert [card.id for card in result.cards] == ["c01", "c03", "c04"]


def test_another_outline_is_another_place() -> None:
    card = card_of(corrected(table(said("c01", "polygon_mm", OUTLINE))), "c01")
    assert (card.center_mm, card.polygon_mm[2]) == ((140, 225), (180, 250))


def test_loose_stickers_are_the_humans_but_for_those_of_deleted_cards() -> None:
    result = corrected(table(said(None, "loose_stickers", [STICKER]), said("c04", "deleted", True)))
    assert [(item.model_extra or {}).get("card") for item in result.loose_stickers] == [None, "c04", "c04", "c04"]
    assert corrected(result) == result


def test_a_check_that_was_seen_is_not_told_again() -> None:
    checks = [{"code": "uncertain-place", "severity": "warning", "message": str(i), "center_mm": at}
              for i, at in enumerate([[10, 20], [10, 20], [30, 40]])]
    result = TableResult.model_validate(result_data(checks=checks, review={"corrections": [
        said(None, "check:uncertain-place@10,20#2", True)]}))
    assert [check.message for check in corrected(result).checks] == ["0", "2"]


def test_the_ladder_is_seen_anew() -> None:
    cards = [card_data(f"c{i}", kind="intention", center_mm=[700, y],
                       polygon_mm=[[660, y - 25], [740, y - 25], [740, y + 25], [660, y + 25]],
                       zone={"id": zone, "shares": {}, "border_mm": 9, "confidence": 0.9})
             for i, (y, zone) in enumerate([(100, "ladder"), (200, None), (300, "ladder")])]
    ranking = [{"card": f"c{i}", "stickers": 0, "rank": 1, "place_on_ladder": place} for i, place in enumerate([1, None, 2])]
    result = corrected(TableResult.model_validate(result_data(cards=cards, ranking=ranking, review={"corrections": [
        said("c1", "zone", "ladder")]})))
    assert {row.card: row.place_on_ladder for row in result.ranking} == {"c0": 1, "c1": 2, "c2": 3}


@pytest.mark.parametrize("correction", [
    said("c01", "polygon_mm", [[0, 0], [1e9, 0], [1e9, 1e9], [0, 1e9]]),
    said("c01", "polygon_mm", [[0, 0], [0, 50], [80, 50], [80, 0]]),
    said("c01", "stickers", 10**9), said("c01", "text", "x" * 30_000), said("x", "added", {"polygon_mm": OUTLINE, "kind": "deur"}),
    said(None, "check", True), said(None, "loose_stickers", "veel"),
    said("weg", "text", "x"), said(None, "text", "x"), said("c01", "text.colour", "x"), said("c01", "polygon_mm", []),
    said("c01", "text", 3), said("c01", "stickers", -1), said("c01", "stickers", "veel"), said("c01", "stickers", True),
    said("c01", "kind", "blank"), said("c01", "deleted", "ja"), said("c01", "", None)])
def test_what_cannot_be_taken_is_passed_over(correction: dict[str, Any]) -> None:
    result = table(correction)
    assert corrected(result) is result
    assert corrected_cards(result) == frozenset()


_FIELDS = st.text() | st.sampled_from(["text", "text.value", "text.handwritten", "zone", "zone.id", "stickers", "stickers.count",
                                       "kind", "side", "catalogue_id", "deleted", "checked", "polygon_mm", "added", "merged_into",
                                       "note", "loose_stickers", "check:x"])
_WORDS = st.builds(said, st.sampled_from(["c01", "c02", "c09", None]), _FIELDS, JSON) | st.sampled_from([
    said("c09", "added", {"polygon_mm": OUTLINE, "kind": "intention"}), said("c09", "deleted", True), said("c02", "deleted", True),
    said("c02", "merged_into", "c09"), said("c09", "merged_into", "c02"), said("c03", "merged_into", "c02"),
    said("c02", "polygon_mm", OUTLINE), said("c09", "added", None)])


@given(st.lists(_WORDS, max_size=8))
def test_no_correction_breaks_a_result(corrections: list[dict[str, Any]]) -> None:
    result = table(*corrections)
    after = corrected(result)
    assert TableResult.model_validate(after.model_dump(by_alias=True)) == after
    assert after.review == result.review
    assert corrected(after) == after
    assert {card.id for card in after.cards} <= {"c01", "c02", "c03", "c04", "c09"}
    if not any(c["field"] in ("stickers.items", "loose_stickers", "merged_into") for c in corrections):
        assert sum(len(c.stickers.items) for c in after.cards) + len(after.loose_stickers) == 11
