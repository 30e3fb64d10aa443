"""Words of one person and of another, on one table: what counts, what differs, and that nothing is lost or said twice."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posterscan.corrections import corrected
from posterscan.corrections_carry import measured_hash
from posterscan.records import TableResult
from posterscan.review.document import Document
from posterscan.review.take_up import TableUpdate, take_up
from results import card_data, photo_data, result_data

OUTLINE = [[100, 200], [180, 200], [180, 250], [100, 250]]
SEEN = {"text": "Café „De Zón”", "catalogue_id": None, "kind": "ingredient", "side": "front", "zone": None, "stickers": 0}


def table(*texts: str) -> TableResult:
    cards = [card_data(f"c0{i}", center_mm=[42.5 + 100 * i, 27.5], text={"value": text, "confidence": 0.5, "source": "ocr"})
             for i, text in enumerate(texts or ("Kcor", "Loket"), start=1)]
    return TableResult.model_validate(result_data(cards=cards, photos=[photo_data(sha256="a" * 64)]))


def word(card: str | None, field: str, value: object, minute: int = 0, **more: Any) -> dict[str, Any]:
    return {"card": card, "field": field, "value": value, "at": f"2026-11-24T20:{minute:02}:00+01:00", **more}


def said(result: TableResult, *words: dict[str, Any], by: str | None = "An", session: str = "s1", known: int = 0,
         measured: str | None = None, **more: Any) -> Document:
    of = {"name": "tafel-1", "measured": measured or measured_hash(result), "photos": ["a" * 64], "status": "in-progress",
          "known": known, "corrections": list(words), **more}
    return Document.model_validate({"schema": "posterscan-corrections/1", "software": {"name": "posterscan", "version": "0"},
                                    "by": by, "session": session, "at": "2026-11-24T21:00:00+01:00", "tables": [of]})


def taken(result: TableResult, document: Document) -> TableUpdate:
    return take_up(document.tables[0], document, "tafel-1", result)


def text_of(result: TableResult, card: str = "c01") -> str:
    return next(c.text.value for c in corrected(result).cards if c.id == card)


def test_a_word_counts_and_keeps_what_was_measured_and_who_said_it() -> None:
    update = taken(table(), said(table(), word("c01", "text", "Koor", before="Kcor", machine="Kcor", reason="staat er")))
    assert text_of(update.result) == "Koor"
    kept = update.result.review.corrections[0]
    assert (kept.field, kept.machine, kept.by, kept.reason) == ("text.value", "Kcor", "An", "staat er")
    assert kept.at == "2026-11-24T20:00:00+01:00"
    assert [(c.before, c.value) for c in update.changes] == [("Kcor", "Koor")]
    assert (update.result.review.status, update.result.review.by) == ("in-progress", "An")
    assert update.result.cards == table().cards


def test_twice_is_as_good_as_once() -> None:
    right = word("c01", "checked", True, seen=SEEN | {"text": "Koor"})
    document = said(table(), word("c01", "text", "Koor"), right, sample=["c02"])
    once = taken(table(), document)
    again = taken(once.result, document)
    assert once.changed
    assert not again.changed
    assert again.result == once.result
    assert again.changes == again.differences == ()


def test_ones_own_later_word_replaces_the_earlier_one_and_not_the_other_way_round() -> None:
    early, late = said(table(), word("c01", "text", "Koor", 1)), said(table(), word("c01", "text", "Koren", 2))
    both = taken(taken(table(), early).result, late).result
    assert text_of(both) == "Koren"
    assert text_of(taken(both, early).result) == "Koren"
    assert text_of(taken(taken(table(), late).result, early).result) == "Koren"


def test_setting_a_value_back_that_was_taken_up_already_counts() -> None:
    once = taken(table(), said(table(), word("c01", "text", "Koor", 1, before="Kcor"))).result
    back = taken(once, said(table(), word("c01", "text", "Kcor", 2, before="Kcor"))).result
    assert text_of(back) == "Kcor"


def test_two_people_who_agree_do_not_differ() -> None:
    once = taken(table(), said(table(), word("c01", "text", "Koor"))).result
    update = taken(once, said(table(), word("c01", "text", "Koor"), by="Bo", session="s2"))
    assert update.differences == ()
    assert not update.changed


def test_two_people_who_differ_are_both_heard() -> None:
    once = taken(table(), said(table(), word("c01", "text", "Koor"), word("c02", "zone", "links"))).result
    update = taken(once, said(table(), word("c01", "text", "Koren"), word("c02", "kind", "intention"), by="Bo", session="s2",
                              status="reviewed"))
    assert text_of(update.result) == "Koor"
    assert [(d.here, d.here_by, d.value, d.by) for d in update.differences] == [("Koor", "An", "Koren", "Bo")]
    assert [(d.card, d.value) for d in update.result.review.differences] == [("c01", "Koren")]
    assert update.result.review.status == "in-progress"  # somebody has to decide
    assert next(c for c in corrected(update.result).cards if c.id == "c02").kind == "intention"
    again = taken(update.result, said(table(), word("c01", "text", "Koren"), by="Bo", session="s2"))
    assert again.result == update.result


@pytest.mark.parametrize(("text", "now"), [("Koren", "Koren"), (None, "Koor")])
def test_a_difference_that_was_shown_can_be_decided(text: str | None, now: str) -> None:
    once = taken(table(), said(table(), word("c01", "text", "Koor"))).result
    apart = taken(once, said(table(), word("c01", "text", "Koren"), by="Bo", session="s2")).result
    words = [word("c01", "text", text, 30, before="Koor")] if text else []
    document = said(table(), *words, word("c01", "checked", True, 31), by="Cas", session="s3", known=1, status="reviewed",
                    decided=[{"card": "c01", "field": "text.value", "value": "Koren"}])
    update = taken(apart, document)
    assert update.differences == ()
    assert text_of(update.result) == now
    assert update.result.review.differences == []
    assert update.result.review.status == "reviewed"
    again = taken(update.result, document)
    assert again.result == update.result
    late = taken(update.result, said(table(), word("c01", "text", "Koren"), by="Bo", session="s2"))  # Bo's file once more
    assert text_of(late.result) == now


def test_who_saw_the_others_word_may_change_it() -> None:
    once = taken(table(), said(table(), word("c01", "text", "Koor"))).result
    for document in (said(table(), word("c01", "text", "Koren", before="Kcor"), by="Bo", session="s2", known=1),
                     said(table(), word("c01", "text", "Koren", before="Koor"), by="Bo", session="s2")):
        update = taken(once, document)
        assert update.differences == ()
        assert text_of(update.result) == "Koren"


def test_what_one_changed_and_set_back_is_no_word_against_another() -> None:
    once = taken(table(), said(table(), word("c01", "text", "Koor"))).result
    update = taken(once, said(table(), word("c01", "text", "Kcor", before="Kcor"), by="Bo", session="s2"))
    assert update.differences == ()
    assert text_of(update.result) == "Koor"


def test_confirming_what_another_one_changed_is_a_difference() -> None:
    once = taken(table(), said(table(), word("c01", "text", "Koor"))).result
    update = taken(once, said(table(), word("c01", "checked", True, seen=SEEN | {"text": "Kcor"}), by="Bo", session="s2"))
    assert [(d.field, d.here, d.value) for d in update.differences] == [("text.value", "Koor", "Kcor")]
    assert text_of(update.result) == "Koor"


def test_changing_what_another_one_confirmed_is_a_difference() -> None:
    once = taken(table(), said(table(), word("c01", "checked", True, seen=SEEN | {"text": "Kcor"}))).result
    update = taken(once, said(table(), word("c01", "text", "Koor", before="Kcor!"), by="Bo", session="s2"))
    assert [(d.field, d.here, d.value) for d in update.differences] == [("text.value", "Kcor", "Koor")]


@pytest.mark.parametrize("gone", [word("c01", "deleted", True), word("c01", "merged_into", "c02")])
def test_deleting_what_another_one_mended_is_a_difference(gone: dict[str, Any]) -> None:
    mended = taken(table(), said(table(), word("c01", "text", "Koor"))).result
    update = taken(mended, said(table(), gone, by="Bo", session="s2"))
    assert len(update.differences) == 1
    assert text_of(update.result) == "Koor"
    deleted = taken(table(), said(table(), gone)).result
    other = taken(deleted, said(table(), word("c01", "text", "Koor"), by="Bo", session="s2"))
    assert len(other.differences) == 1
    assert [c.value for c in other.result.review.differences] == ["Koor"]


def test_a_card_that_two_people_added_is_not_there_twice() -> None:
    one = [word("added-140-225", "added", {"polygon_mm": OUTLINE, "kind": "ingredient"}), word("added-140-225", "text", "Koor")]
    shifted = [[x + 3, y + 2] for x, y in OUTLINE]
    two = [word("added-143-227", "added", {"polygon_mm": shifted, "kind": "ingredient"}), word("added-143-227", "text", "Koren")]
    once = taken(table(), said(table(), *one)).result
    update = taken(once, said(table(), *two, by="Bo", session="s2"))
    assert [card.id for card in corrected(update.result).cards] == ["c01", "c02", "added-140-225"]
    assert len(update.result.review.differences) == 2
    beside = taken(once, said(table(), word("added-400-225", "added", {
        "polygon_mm": [[x + 260, y] for x, y in OUTLINE], "kind": "ingredient"}), by="Bo", session="s2"))
    assert len(corrected(beside.result).cards) == 4


def test_words_find_their_card_in_a_table_that_was_read_again() -> None:
    document = said(table(), word("c01", "text", "Koor", center_mm=[142.5, 27.5]),
                    word("c02", "zone", "links", center_mm=[600, 500]), word("c02", "kind", "intention"), status="reviewed",
                    sample=["c01"])
    cards = [card_data("c01", center_mm=[300, 27.5]), card_data("p-02-00", center_mm=[143, 28])]
    again = TableResult.model_validate(result_data(cards=cards, photos=[photo_data(sha256="a" * 64)]))
    update = taken(again, document)
    assert update.reread
    assert text_of(update.result, "p-02-00") == "Koor"
    assert text_of(update.result, "c01") == "Café „De Zón”"
    assert {(o.card, o.field) for o in update.orphans} == {("c02", "zone.id"), ("c02", "kind")}
    assert update.result.review.orphans == list(update.orphans)
    assert (update.result.review.status, update.result.review.sample) == ("in-progress", [])
    assert taken(update.result, document).result == update.result


def test_what_was_confirmed_counts_in_a_table_that_was_read_otherwise() -> None:
    document = said(table("Koor"), word("c01", "checked", True, seen=SEEN | {"text": "Koor"}, center_mm=[142.5, 27.5]))
    update = taken(table("Kool"), document)
    assert text_of(update.result) == "Koor"


def test_corrections_do_not_change_what_was_measured() -> None:
    update = taken(table(), said(table(), word("c01", "text", "Koor")))
    assert measured_hash(update.result) == measured_hash(table())
    assert measured_hash(table()) != measured_hash(table("Koor"))


_FIELDS = [("text", st.sampled_from(["Koor", "Koren", "Kcor"])), ("zone", st.sampled_from([None, "links"])),
           ("stickers", st.integers(0, 3)), ("deleted", st.booleans()), ("merged_into", st.sampled_from([None, "c01", "c02"]))]
_WORD = st.one_of([st.builds(word, st.sampled_from(["c01", "c02"]), st.just(field), values, st.integers(0, 59))
                   for field, values in _FIELDS])
_DOCUMENT = st.tuples(st.lists(_WORD, max_size=4, unique_by=lambda w: (w["card"], w["field"])), st.sampled_from(["An", "Bo", None]),
                      st.sampled_from(["s1", "s2"]))


@given(st.lists(_DOCUMENT, max_size=4))
def test_whatever_is_said_taking_it_up_again_changes_nothing(documents: list[tuple[list[dict[str, Any]], str | None, str]]) -> None:
    result = table()
    for words, by, session in documents:
        document = said(table(), *words, by=by, session=session)
        update = taken(result, document)
        assert update.result.cards == table().cards
        assert len(update.result.review.corrections) >= len(result.review.corrections)
        again = taken(update.result, document)
        assert again.result == update.result
        result = update.result
    corrected(result)
