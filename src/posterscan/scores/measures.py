"""What is measured: each measure once, with its unit, its meaning in a line, and how it follows from the scores."""

from __future__ import annotations

from posterscan.scores.measure import Measure, Unit
from posterscan.scores.measures_doubt import COST, DOUBT
from posterscan.scores.measures_values import FINDING, VALUES

__all__ = ["MEASURES", "Measure", "Unit"]

MEASURES = (*FINDING, *VALUES, *DOUBT, *COST)
