"""Measures of what was found and what was read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from posterscan.scores.figures import Figure, mean, percentile, ratio, share, share_of
from posterscan.scores.measure import Measure, Scores, blank, cards, coded, fronts, handwritten, printed, tables
from posterscan.scores.scoring import CardScore

NEAR_BORDER_MM = 2.0  # nearer to a border than this, people at the table would not agree either


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
        lambda s: mean(len(t.invented) for t in tables(s)),
    ),
    Measure(
        "misplaced",
        "badly outlined per photo",
        "number",
        "photos",
        "cards in the result that lie over a card (IoU 0.3 to 0.5) without meeting it",
        lambda s: mean(len(t.misplaced) for t in tables(s)),
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
        "printed cards face up with a code",
        "catalogue id and text right",
        _identified(coded),
    ),
    Measure(
        "identity_blank",
        "identity right, blank with a code",
        "share",
        "handwritten cards with a printed code",
        "known by its code: the same card in every photo, whatever is read on it",
        lambda s: share_of(c.record.marker_id == c.truth.marker_id for c in fronts(s) if blank(c)),
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
        lambda s: mean(abs(t.stickers[0] - t.stickers[1]) for t in tables(s)),
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
        lambda s: share_of(t.order.right == t.order.pairs for t in tables(s) if t.order.pairs),
    ),
)
