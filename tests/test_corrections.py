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
    assert [(item.model_extra or {})["photo"] for item in result.loose_stickers] == ["b.jpg"] * 5
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


@pytest.mark.parametrize("correction", [
    said("weg", "text", "x"), said(None, "text", "x"), said("c01", "text.colour", "x"), said("c01", "polygon_mm", []),
    said("c01", "text", 3), said("c01", "stickers", -1), said("c01", "stickers", "veel"), said("c01", "stickers", True),
    said("c01", "kind", "blank"), said("c01", "deleted", "ja"), said("c01", "", None)])
def test_what_cannot_be_taken_is_passed_over(correction: dict[str, Any]) -> None:
    result = table(correction)
    assert corrected(result) is result
    assert corrected_cards(result) == frozenset()


_FIELDS = st.text() | st.sampled_from(["text", "text.value", "text.handwritten", "zone", "zone.id", "stickers", "stickers.count",
                                       "kind", "side", "catalogue_id", "deleted", "checked", "polygon_mm"])


@given(st.lists(st.builds(said, st.sampled_from(["c01", "c02", "c09", None]), _FIELDS, JSON), max_size=6))
def test_no_correction_breaks_a_result(corrections: list[dict[str, Any]]) -> None:
    result = table(*corrections)
    after = corrected(result)
    assert TableResult.model_validate(after.model_dump(by_alias=True)) == after
    assert after.review == result.review
    assert corrected(after) == after
    assert sum(len(c.stickers.items) for c in after.cards) + len(after.loose_stickers) == 11
