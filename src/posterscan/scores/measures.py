"""What is measured: each measure once, with its unit, its meaning in a line, and how it follows from the scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from posterscan.scores.figures import Figure, largest, mean, percentile, ratio, share, share_of
from posterscan.scores.reliability import claims_of, reliability
from posterscan.scores.scoring import CardScore, TableScore

Scores = Sequence[TableScore]
Unit = Literal["share", "mm", "count", "s", "MB", "number"]
NEAR_BORDER_MM = 2.0  # nearer to a border than this, people at the table would not agree either


@dataclass(frozen=True)
class Measure:
    """of: what is counted as a case."""

    key: str
    title: str
    unit: Unit
    of: str
    meaning: str
    figure: Callable[[Scores], Figure]


def cards(scores: Scores) -> Iterator[CardScore]:
    """Matched cards of which enough can be seen."""
    return (card for score in scores for card in score.cards if card.truth.findable)


def fronts(scores: Scores) -> Iterator[CardScore]:
    """Those that lie face up."""
    return (card for card in cards(scores) if card.truth.side == "front")


def coded(card: CardScore) -> bool:
    """Carries a printed code."""
    return card.truth.coded


def handwritten(card: CardScore) -> bool:
    """Written by hand."""
    return card.truth.handwritten


def printed(card: CardScore) -> bool:
    """Printed, without a code."""
    return not card.truth.coded and not card.truth.handwritten


def _found(scores: Scores) -> Figure:
    met = sum(1 for _ in cards(scores))
    return share(met, met + sum(len(score.missed) for score in scores))


def _identified(which: Callable[[CardScore], bool]) -> Callable[[Scores], Figure]:
    return lambda scores: share_of(not c.is_wrong("catalogue_id", "text") for c in fronts(scores) if which(c))


def _cer(which: Callable[[CardScore], bool], fold: bool) -> Callable[[Scores], Figure]:
    def figure(scores: Scores) -> Figure:
        edits = [card.edits(fold) for card in fronts(scores) if which(card)]
        return ratio(sum(e for e, _ in edits), sum(n for _, n in edits))

    return figure


def _back_known(scores: Scores) -> Figure:
    return share_of(c.record.side == "back" or c.marked for c in cards(scores) if c.truth.side == "back")


def _counted(scores: Scores) -> Iterator[CardScore]:
    return (c for c in cards(scores) if c.intention and not c.truth.hidden_stickers)


def _tables(scores: Scores) -> list[TableScore]:
    return [score for score in scores if score.scanned]


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


FINDING = (
    Measure(
        "found",
        "cards found",
        "share",
        "cards",
        "cards of which at least 80 % can be seen and that a polygon of the result meets (IoU ≥ 0.5, one to one)",
        _found,
    ),
    Measure(
        "invented",
        "invented per photo",
        "number",
        "photos",
        "cards in the result where no card lies, or a second one where one lies",
        lambda s: mean(len(t.invented) for t in _tables(s)),
    ),
    Measure(
        "misplaced",
        "badly outlined per photo",
        "number",
        "photos",
        "cards in the result that lie over a card (IoU 0.3 to 0.5) without meeting it",
        lambda s: mean(len(t.misplaced) for t in _tables(s)),
    ),
    Measure(
        "iou",
        "overlap, median",
        "number",
        "cards",
        "intersection over union of the polygon and the card as cut",
        lambda s: percentile((c.iou for c in cards(s)), 50),
    ),
    Measure(
        "corner_median",
        "corners, median",
        "mm",
        "cards",
        "mean distance of a card's four corners",
        lambda s: percentile((c.corner_mm for c in cards(s)), 50),
    ),
    Measure(
        "corner_p95",
        "corners, 95 %",
        "mm",
        "cards",
        "the same, exceeded by one card in twenty",
        lambda s: percentile((c.corner_mm for c in cards(s)), 95),
    ),
    Measure(
        "center_median",
        "centre, median",
        "mm",
        "cards",
        "distance of the card's centre",
        lambda s: percentile((c.center_mm for c in cards(s)), 50),
    ),
    Measure(
        "center_p95",
        "centre, 95 %",
        "mm",
        "cards",
        "the same, exceeded by one card in twenty",
        lambda s: percentile((c.center_mm for c in cards(s)), 95),
    ),
    Measure(
        "upright",
        "right way up",
        "share",
        "cards face up",
        "cards whose polygon starts at their own top-left",
        lambda s: share_of(c.quarter_turns == 0 for c in fronts(s)),
    ),
)
VALUES = (
    Measure(
        "zone",
        "zone right",
        "share",
        "cards",
        "cards in the zone in which their true centre lies",
        lambda s: share_of(not c.is_wrong("zone") for c in cards(s)),
    ),
    Measure(
        "zone_clear",
        "zone right, 2 mm or more from a border",
        "share",
        "cards",
        "the same without cards whose true centre is nearer than 2 mm to a border",
        lambda s: share_of(not c.is_wrong("zone") for c in cards(s) if c.truth.border_mm >= NEAR_BORDER_MM),
    ),
    Measure(
        "identity_coded",
        "identity right, coded",
        "share",
        "cards face up with a code",
        "catalogue id and text right",
        _identified(coded),
    ),
    Measure(
        "identity_printed",
        "identity right, printed without code",
        "share",
        "printed cards face up without a code",
        "catalogue id and text right",
        _identified(printed),
    ),
    Measure(
        "identity_handwritten",
        "identity right, handwritten",
        "share",
        "handwritten cards",
        "no catalogue id claimed and the text right but for case and spaces",
        _identified(handwritten),
    ),
    Measure(
        "back",
        "face down known",
        "share",
        "cards face down",
        "cards face down called so, or marked for a look",
        _back_known,
    ),
    Measure(
        "kind",
        "kind right",
        "share",
        "cards",
        "ingredient or intention; a blank card or a back may also be unknown or told by its zone",
        lambda s: share_of(not c.is_wrong("kind") for c in cards(s)),
    ),
    Measure(
        "side",
        "side right",
        "share",
        "cards",
        "front or back",
        lambda s: share_of(not c.is_wrong("side") for c in cards(s)),
    ),
    Measure(
        "cer_handwriting",
        "handwriting, CER",
        "share",
        "characters",
        "character errors (Levenshtein) per true character, spaces tidied, case counts",
        _cer(handwritten, False),
    ),
    Measure(
        "cer_handwriting_folded",
        "handwriting, CER without case",
        "share",
        "characters",
        "the same, case ignored",
        _cer(handwritten, True),
    ),
    Measure(
        "cer_print",
        "print without code, CER",
        "share",
        "characters",
        "character errors of printed cards without a code",
        _cer(printed, False),
    ),
    Measure(
        "cer_print_folded",
        "print without code, CER without case",
        "share",
        "characters",
        "the same, case ignored",
        _cer(printed, True),
    ),
    Measure(
        "handwritten_known",
        "handwriting known as such",
        "share",
        "cards face up",
        "`handwritten` right",
        lambda s: share_of(c.record.text.handwritten == c.truth.handwritten for c in fronts(s)),
    ),
    Measure(
        "stickers_exact",
        "sticker count exact",
        "share",
        "intention cards",
        "without cards that have a sticker of which less than 40 % can be seen",
        lambda s: share_of(not c.is_wrong("stickers") for c in _counted(s)),
    ),
    Measure(
        "hidden_marked",
        "cards with hidden stickers marked",
        "share",
        "cards with a hidden sticker",
        "those cards carry a reason code",
        lambda s: share_of(c.marked for c in cards(s) if c.truth.hidden_stickers),
    ),
    Measure(
        "stickers_total",
        "stickers per photo, error of the total",
        "number",
        "photos",
        "mean of |counted − true|, loose ones included",
        lambda s: mean(abs(t.stickers[0] - t.stickers[1]) for t in _tables(s)),
    ),
    Measure(
        "order_pairs",
        "pairs of intentions in the right order",
        "share",
        "pairs",
        "of two intention cards the one with more stickers ranks higher, equal ones rank equal",
        lambda s: ratio(sum(t.order.right for t in s), sum(t.order.pairs for t in s)),
    ),
    Measure(
        "order_tables",
        "rankings wholly right",
        "share",
        "photos",
        "all those pairs right",
        lambda s: share_of(t.order.right == t.order.pairs for t in _tables(s) if t.order.pairs),
    ),
)
DOUBT = (
    Measure(
        "silent",
        "silent errors per photo",
        "number",
        "photos",
        "wrong values (card, zone, side, kind, identity or text, stickers) without a reason code",
        lambda s: mean(len(t.silent) for t in _tables(s)),
    ),
    Measure(
        "wrong",
        "wrong values per photo",
        "number",
        "photos",
        "all wrong values, with or without a reason code",
        lambda s: mean(len(t.wrong) for t in _tables(s)),
    ),
    Measure("marked", "cards marked for a look", "share", "cards in the result", "cards with a reason code", _marked),
    Measure(
        "needless",
        "marked for a look but right",
        "share",
        "cards in the result",
        "of all cards in the result",
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
MEASURES = (*FINDING, *VALUES, *DOUBT, *COST)
