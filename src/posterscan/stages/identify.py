"""Which card this is and what it says: printed code first, else what the readers agree on.

The measures behind every verdict are returned beside it, so that thresholds can be changed without reading again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from posterscan.catalogue import Catalogue, CatalogueCard
from posterscan.ocr.compare import Match, best_match, folded, likeness
from posterscan.ocr.readings import CardReading

Kind = Literal["ingredient", "intention", "unknown"]


@dataclass(frozen=True)
class IdentifyParams:
    """Scores are shares of characters (see `posterscan.ocr.compare`)."""

    whole_score: float = 0.85  # a text read whole: one letter in seven may be misread
    whole_margin: float = 0.15  # lead over the runner-up, in the same measure
    part_read: float = 0.9  # a text partly hidden: nearly all that was read must fit
    part_matched: int = 10  # and be this many characters: short fragments fit by chance
    part_margin: float = 0.2
    denied_score: float = 0.35  # a reading less alike than this speaks against the code's text
    denied_letters: int = 5  # if it is this long: shorter ones are noise
    trusted: float = 0.9  # texts less certain than this are marked for a look


@dataclass(frozen=True, eq=False)
class CardEvidence:
    """What is known of one card before its identity is decided.

    readings: one per reader, the first one leads. code_id: the printed code, None without. duplicate_code: that code
    was found twice in the photo. in_ladder: lies where intention cards are ordered. word_score: how Dutch the
    words of the leading reading are (`CharacterModel.word_score`), None where unknown.
    """

    readings: tuple[CardReading, ...]
    code_id: int | None = None
    duplicate_code: bool = False
    in_ladder: bool = False
    word_score: float | None = None
    handwriting: float | None = None


@dataclass(frozen=True, eq=False)
class Identity:
    """The verdict on one card. measures: score, margin, read, covered, agreement (raw, for other thresholds later)."""

    catalogue_id: str | None
    text: str
    confidence: float
    source: Literal["code", "ocr"]
    handwritten: bool
    side: Literal["front", "back"]
    kind: Kind
    needs_review: tuple[str, ...] = ()
    measures: dict[str, float] = field(default_factory=dict)


def identify(evidence: CardEvidence, catalogue: Catalogue, params: IdentifyParams | None = None) -> Identity:
    """One card on its own; `identify_cards` adds what only all cards of a photo tell."""
    p = params or IdentifyParams()
    by_code = {card.marker_id: card for card in catalogue.cards if card.marker_id is not None}
    if evidence.code_id is not None and evidence.code_id in by_code:
        return _by_code(evidence, by_code[evidence.code_id], p)
    verdict = _by_text(evidence, catalogue, p)
    if evidence.code_id is not None:
        return replace(verdict, needs_review=(*verdict.needs_review, "code-unknown"))
    return verdict


def _by_code(evidence: CardEvidence, card: CatalogueCard, p: IdentifyParams) -> Identity:
    """The code decides; text is only checked."""
    reasons = []
    likes = [likeness(r.text, card.text) for r in evidence.readings if len(folded(r.text)) >= p.denied_letters]
    denied = bool(likes) and max(max(like.alike, like.read) for like in likes) < p.denied_score
    if denied:
        reasons.append("code-text-differ")
    if evidence.duplicate_code:
        reasons.append("duplicate-code")
    confidence = 0.5 if denied else 0.6 if evidence.duplicate_code else 0.995
    return Identity(card.id, card.text, confidence, "code", False, "front", card.kind, tuple(reasons),
                    {"alike": max((like.alike for like in likes), default=0.0)})


def _by_text(evidence: CardEvidence, catalogue: Catalogue, p: IdentifyParams) -> Identity:
    texts = [card.text for card in catalogue.cards]
    matches = [best_match(r.text, texts) for r in evidence.readings]
    measures = _measures(evidence.readings, matches)
    for lead in sorted(matches, key=lambda m: -m.score):
        confidence = _match_confidence(lead, matches, p)
        if confidence > 0:
            card = catalogue.cards[lead.index]
            reasons = () if confidence >= p.trusted else ("text-uncertain",)
            return Identity(card.id, card.text, confidence, "ocr", False, "front", card.kind, reasons, measures)
    return _unlisted(evidence, measures)


def _match_confidence(lead: Match, matches: Sequence[Match], p: IdentifyParams) -> float:
    """0 where the text does not settle which card it is."""
    if lead.index < 0:
        return 0.0
    agree = sum(m.index == lead.index and m.score >= 0.6 for m in matches)
    if lead.score >= p.whole_score and lead.margin >= p.whole_margin:
        return 0.99 if agree > 1 or lead.score > 0.97 else 0.95
    like = lead.likeness
    if like.read >= p.part_read and like.matched >= p.part_matched and lead.margin >= p.part_margin:
        return 0.95 if agree > 1 else 0.9
    if lead.score >= 0.6 and lead.margin >= p.whole_margin and agree > 1:
        return 0.8
    return 0.0


def _measures(readings: Sequence[CardReading], matches: Sequence[Match]) -> dict[str, float]:
    out: dict[str, float] = {}
    for reading, match in zip(readings, matches, strict=True):
        out |= {f"{reading.engine}_score": match.score, f"{reading.engine}_margin": match.margin,
                f"{reading.engine}_read": match.likeness.read, f"{reading.engine}_covered": match.likeness.covered,
                f"{reading.engine}_confidence": reading.confidence}
    if len(readings) > 1:
        out["agreement"] = likeness(readings[0].text, readings[1].text).alike
    return out


def _unlisted(evidence: CardEvidence, measures: dict[str, float]) -> Identity:
    """A text that no card of the catalogue has: handwriting, or a card that a facilitator made."""
    lead = evidence.readings[0] if evidence.readings else CardReading("none")
    kind: Kind = "intention" if evidence.in_ladder else "unknown"
    if not folded(lead.text):
        return Identity(None, "", 0.0, "ocr", False, "front", kind, ("text-unknown",), measures)
    confidence = min(0.85, lead.confidence)
    return Identity(None, lead.text, confidence, "ocr", True, "front", kind, ("handwritten",), measures)


def identify_cards(cards: Sequence[CardEvidence], catalogue: Catalogue,
                   params: IdentifyParams | None = None) -> list[Identity]:
    """All cards of one photo: also marks a catalogue card that is found twice."""
    verdicts = [identify(card, catalogue, params) for card in cards]
    times = Counter(v.catalogue_id for v in verdicts if v.catalogue_id is not None)
    return [replace(v, needs_review=(*v.needs_review, "duplicate")) if times[v.catalogue_id or ""] > 1 else v
            for v in verdicts]
