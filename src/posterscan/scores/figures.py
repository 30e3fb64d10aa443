"""A figure with what it rests on: shares with their interval, means and percentiles with their number of cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

import numpy as np


@dataclass(frozen=True)
class Figure:
    """value: None where there was no case. low, high: 95 % Wilson interval, for shares only."""

    value: float | None
    cases: int
    low: float | None = None
    high: float | None = None


def share(right: int, cases: int) -> Figure:
    """A share with the interval of E. B. Wilson (1927), which stays honest near 0 and 1 and for few cases."""
    if cases == 0:
        return Figure(None, 0)
    z, p = 1.959964, right / cases
    middle = (p + z * z / (2 * cases)) / (1 + z * z / cases)
    reach = z / (1 + z * z / cases) * sqrt(p * (1 - p) / cases + z * z / (4 * cases * cases))
    # none or all of the cases: the bound is 0 or 1 exactly, which rounding would miss
    return Figure(p, cases, max(0.0, min(p, middle - reach)), min(1.0, max(p, middle + reach)))


def share_of(answers: Iterable[bool]) -> Figure:
    """The share of yes."""
    known = list(answers)
    return share(sum(known), len(known))


def ratio(part: float, whole: int) -> Figure:
    """A part of a whole whose cases aren't independent (characters), or that is more than a share: no interval."""
    return Figure(part / whole if whole else None, whole)


def percentile(values: Iterable[float | None], percent: float) -> Figure:
    """Of the values that are known; 50 is the median."""
    known = [v for v in values if v is not None]
    return Figure(float(np.percentile(known, percent)) if known else None, len(known))


def mean(values: Iterable[float]) -> Figure:
    """The arithmetic mean."""
    known = list(values)
    return Figure(float(np.mean(known)) if known else None, len(known))


def largest(values: Iterable[float | None]) -> Figure:
    """Of the values that are known."""
    known = [v for v in values if v is not None]
    return Figure(max(known, default=None), len(known))
