"""Measures of doubt (who was warned of what, and in vain) and of cost."""

from __future__ import annotations

from collections.abc import Callable

from posterscan.scores.figures import Figure, largest, mean, percentile, share, share_of
from posterscan.scores.measure import Measure, Scores, handwritten, tables
from posterscan.scores.reliability import claims_of, reliability
from posterscan.scores.scoring import TableScore


def _needless(scores: Scores, by_hand: bool) -> Figure:
    """A card with stickers out of sight has to be marked, and one that lies face down can't be known."""
    own = [c for score in scores for c in score.cards if by_hand or not handwritten(c)]
    extra = sum(len(s.invented) + len(s.misplaced) for s in scores)
    needless = sum(c.marked and not c.wrong and not c.truth.hidden_stickers and c.truth.side == "front" for c in own)
    return share(needless, len(own) + extra)


def _marked(scores: Scores) -> Figure:
    records = [c.record for score in scores for c in score.cards]
    records += [r for s in scores for r in (*s.invented, *(record for record, _ in s.misplaced))]
    return share_of(bool(record.needs_review) for record in records)


def _calibration(what: str, sure: bool) -> Callable[[Scores], Figure]:
    def figure(scores: Scores) -> Figure:
        told = reliability(claims_of(scores)[what])
        return told.sure if sure else told.error

    return figure


def _total(score: TableScore) -> float | None:
    return sum(score.seconds.values()) if score.seconds else None


DOUBT = (
    Measure(
        "silent",
        "silent errors per photo",
        "number",
        "photos",
        "wrong values (card, zone, side, kind, identity or text, stickers) without a reason code",
        lambda s: mean(len(t.silent) for t in tables(s)),
    ),
    Measure(
        "wrong",
        "wrong values per photo",
        "number",
        "photos",
        "all wrong values, with or without a reason code",
        lambda s: mean(len(t.wrong) for t in tables(s)),
    ),
    Measure("marked", "cards marked for a look", "share", "cards in the result", "cards with a reason code", _marked),
    Measure(
        "needless",
        "marked for a look but right",
        "share",
        "cards in the result",
        "cards with a reason code although every value is right, of all cards in the result; those with hidden "
        "stickers and those face down must be marked and don't count as such",
        lambda s: _needless(s, True),
    ),
    Measure(
        "needless_not_handwritten",
        "the same without handwritten cards",
        "share",
        "cards in the result",
        "handwriting is marked unless there is good reason for trust",
        lambda s: _needless(s, False),
    ),
    *(
        Measure(
            f"calibration_{what}",
            f"calibration error, {what}",
            "share",
            "values",
            "mean distance between confidence and share right, over bins",
            _calibration(what, False),
        )
        for what in ("text", "zone", "stickers", "detection")
    ),
    *(
        Measure(
            f"sure_{what}",
            f"right at confidence ≥ 0.9, {what}",
            "share",
            "values",
            "should be at least nine in ten",
            _calibration(what, True),
        )
        for what in ("text", "zone", "stickers", "detection")
    ),
)
COST = (
    Measure(
        "residual_stated",
        "residual stated, median",
        "mm",
        "photos",
        "median over photos of the distance of markers left out of the fit, as the result states it",
        lambda s: percentile((t.residuals.stated_median for t in s), 50),
    ),
    Measure(
        "residual_true",
        "residual true, median",
        "mm",
        "photos",
        "median over photos of the distance between where "
        "the result says that points of the sheet lie and where they do",
        lambda s: percentile((t.residuals.true_median for t in s), 50),
    ),
    Measure(
        "residual_stated_p95",
        "residual stated, 95 %",
        "mm",
        "photos",
        "median over photos of the stated 95 %",
        lambda s: percentile((t.residuals.stated_p95 for t in s), 50),
    ),
    Measure(
        "residual_true_p95",
        "residual true, 95 %",
        "mm",
        "photos",
        "median over photos of the true 95 %",
        lambda s: percentile((t.residuals.true_p95 for t in s), 50),
    ),
    Measure(
        "unscanned",
        "photos without a result",
        "count",
        "photos",
        "photos that gave no result at all; their cards count as missed",
        lambda s: Figure(float(sum(not t.scanned for t in s)), len(s)),
    ),
    Measure(
        "seconds",
        "seconds, median",
        "s",
        "photos",
        "all stages of a photo, as measured while scanning",
        lambda s: percentile((_total(t) for t in s), 50),
    ),
    Measure(
        "seconds_max", "seconds, most", "s", "photos", "the slowest photo", lambda s: largest(_total(t) for t in s)
    ),
    Measure(
        "memory",
        "peak memory, most",
        "MB",
        "photos",
        "of the process that scanned it",
        lambda s: largest(t.peak_memory_mb for t in s),
    ),
)
