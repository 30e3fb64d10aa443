"""All figures per difficulty, the targets beside them, and every silent error by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from posterscan.scores.figures import Figure
from posterscan.scores.measures import MEASURES
from posterscan.scores.reliability import Reliability, claims_of, reliability
from posterscan.scores.scoring import TableScore, Wrong

ORDER = ("easy", "normal", "hard")  # others follow by name, then all together
ALL = "all"


@dataclass(frozen=True, eq=False)
class Group:
    """The photos of one difficulty, or all. figures: by the key of the measure; seconds: per stage, mean per photo."""

    name: str
    photos: int
    cards: int
    figures: dict[str, Figure]
    reliability: dict[str, Reliability]
    seconds: dict[str, float]


@dataclass(frozen=True, eq=False)
class Summary:
    """without_truth, without_result: names of what found no counterpart and was left out of every figure."""

    groups: tuple[Group, ...]
    scores: tuple[TableScore, ...]
    without_truth: tuple[str, ...] = ()
    without_result: tuple[str, ...] = ()

    @property
    def silent(self) -> tuple[Wrong, ...]:
        """Every wrong value that nobody was warned of."""
        return tuple(w for score in self.scores for w in score.silent)


def summarise(scores: Iterable[TableScore]) -> Summary:
    """Figures per difficulty and over all; pure."""
    known = tuple(scores)
    names = sorted({s.difficulty for s in known}, key=lambda n: (ORDER.index(n) if n in ORDER else len(ORDER), n))
    groups = [_group(name, [s for s in known if s.difficulty == name]) for name in names if name != ALL]
    if len(groups) != 1 or any(s.difficulty == ALL for s in known):
        groups.append(_group(ALL, list(known)))
    return Summary(tuple(groups), known)


def _group(name: str, scores: list[TableScore]) -> Group:
    stages = list(dict.fromkeys(stage for s in scores for stage in s.seconds))
    timed = [s.seconds for s in scores if s.seconds]
    return Group(
        name,
        len(scores),
        sum(len(s.truth.cards) for s in scores),
        {measure.key: measure.figure(scores) for measure in MEASURES},
        {what: reliability(claims) for what, claims in claims_of(scores).items()},
        {stage: sum(t.get(stage, 0.0) for t in timed) / len(timed) for stage in stages},
    )


@dataclass(frozen=True)
class Target:
    """What a figure should be, per difficulty in ORDER; None: only reported."""

    key: str
    title: str
    at_least: bool
    bounds: tuple[float | None, float | None, float | None]

    def reached(self, difficulty: str, figure: Figure) -> bool | None:
        """None where nothing is asked or nothing was measured."""
        bound = self.bound(difficulty)
        if bound is None or figure.value is None:
            return None
        return figure.value >= bound - 1e-9 if self.at_least else figure.value <= bound + 1e-9

    def bound(self, difficulty: str) -> float | None:
        """The figure asked for."""
        return self.bounds[ORDER.index(difficulty)] if difficulty in ORDER else None


TARGETS = (
    Target("found", "cards found (visible ≥ 80 %)", True, (0.995, 0.99, 0.95)),
    Target("invented", "invented per photo", False, (0.05, 0.1, 0.5)),
    Target("center_median", "centre error, median", False, (0.3, 0.5, 1.0)),
    Target("center_p95", "centre error, 95 %", False, (0.8, 1.5, 4.0)),
    Target("zone", "zone right", True, (0.995, 0.99, 0.97)),
    Target("identity_coded", "identity right, coded", True, (1.0, 1.0, 0.99)),
    Target("identity_blank", "identity right, blank with a code", True, (1.0, 1.0, 0.99)),
    Target("identity_printed", "identity right, printed without code", True, (0.99, 0.98, 0.90)),
    Target("cer_handwriting", "handwriting, CER", False, (0.15, 0.20, None)),
    Target("stickers_exact", "sticker count exact per intention card", True, (0.99, 0.98, 0.92)),
    Target("silent", "silent errors per photo", False, (0.0, 0.05, 0.2)),
    Target("needless", "cards marked for a look that were right", False, (0.05, 0.08, 0.20)),
)
