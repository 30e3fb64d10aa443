"""The sample of confident cards: nobody chose it, and it tells how often they were wrong."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from posterscan.records import TableResult
from posterscan.sampling import sample_of, sampled, wilson
from results import card_data, result_data


def table(confident: int, doubtful: int = 0, **review: object) -> TableResult:
    cards = [card_data(f"c{i}") for i in range(confident)] + [
        card_data(f"d{i}", needs_review=["text-uncertain"]) for i in range(doubtful)]
    return TableResult.model_validate(result_data(cards=cards, review=review))


@pytest.mark.parametrize(("confident", "size"), [(0, 0), (1, 1), (20, 1), (34, 2), (100, 5)])
def test_one_in_twenty_and_at_least_one(confident: int, size: int) -> None:
    drawn = sample_of(table(confident, 6), "aa")
    assert len(drawn) == size
    assert all(card.startswith("c") for card in drawn)


def test_the_same_measurements_give_the_same_sample_and_others_another() -> None:
    result = table(40)
    assert sample_of(result, "aa") == sample_of(result, "aa")
    assert len({sample_of(result, str(i)) for i in range(20)}) > 10


def test_every_card_is_drawn_as_often_as_any_other() -> None:
    result = table(40)
    times = np.zeros(40)
    for i in range(3000):
        for card in sample_of(result, str(i)):
            times[int(card[1:])] += 1
    assert times.sum() == 6000
    assert np.all(np.abs(times - 150) < 5 * np.sqrt(150))


def test_wrong_are_those_that_a_human_changed() -> None:
    words = [{"card": "c0", "field": "text", "value": "Koor"}, {"card": "c1", "field": "checked", "value": True},
             {"card": "c2", "field": "deleted", "value": True}, {"card": "c3", "field": "text", "value": "Café „De Zón”"},
             {"card": "d0", "field": "text", "value": "Loket"}, {"card": "c9", "field": "text", "value": "not in the sample"}]
    assert sampled(table(10, 2, sample=["c0", "c1", "c2", "c3", "d0", "weg"], corrections=words)) == (4, 2)
    assert sampled(table(10, 2, corrections=words)) == (0, 0)


@pytest.mark.parametrize(("hits", "of"), [(0, 1), (0, 40), (3, 40), (40, 40), (7, 200)])
def test_the_interval_is_wilsons(hits: int, of: int) -> None:
    other = binomtest(hits, of).proportion_ci(0.95, method="wilson")
    assert wilson(hits, of) == pytest.approx((other.low, other.high), abs=1e-3)


def test_of_nothing_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
