"""Which card this is and what it says: printed code first, else what the readers agree on.

The measures behind every verdict are returned beside it, so that thresholds can be changed without reading again.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from posterscan.catalogue import Blank, Catalogue, CatalogueCard
from posterscan.geometry import rotated
from posterscan.ocr.compare import Match, best_match, folded, likeness, match_fragments
from posterscan.ocr.readings import CardReading

Kind = Literal["ingredient", "intention", "unknown"]


@dataclass(frozen=True)
class IdentifyParams:
    """Scores are shares of characters (see `posterscan.ocr.compare`), leads and odds natural logs."""

    whole_score: float = 0.85  # a text read whole: one letter in seven may be misread
    whole_margin: float = 0.15  # lead over the runner-up, in the same measure
    part_read: float = 0.9  # a text partly hidden: nearly all that was read must fit
    part_matched: int = 10  # and be this many characters: short fragments fit by chance
    part_margin: float = 0.2
    part_covered: float = 0.4  # with less of the text read than this, the card is marked for a look
    scrap_letters: int = 5  # letters in scraps of a text that stickers hide: five in order fit few texts
    scrap_share: float = 0.75  # of the letters in scraps that fit
    scrap_lead: int = 3  # letters by which the runner-up fits less
    denied_score: float = 0.35  # a reading less alike than this speaks against the code's text
    denied_letters: int = 5  # if it is this long: shorter ones are noise
    trusted: float = 0.9  # texts less certain than this are marked for a look
    surely_print: float = -3.0  # log-odds of handwriting: one line in a hundred of handwriting is below this
    print_alike: float = 0.9  # both readers read the same,
    print_confidence: float = 0.9  # and Tesseract, trained on print, is this sure of it
    surely_hand: float = 3.0  # one line in a hundred of print is above this
    lead_half: float = 1.6  # a reading with this lead is right every second time (measured on 275 lines and blocks)
    lead_slope: float = 0.85  # of the logistic curve through the same measurement
    trusted_lead: float = 4.5  # handwriting with at least this lead was right 96 times in 100
    trusted_word: float = -2.4  # and whose least Dutch word is at least this likely (nonsense lies below -3)
    trusted_confidence: float = 0.9  # and whose letters were seen this clearly
    chance_letters: int = 18  # longer texts are not written again letter by letter by chance
    line_height_spread: float = 0.3  # printed lines of one kind of card differ less in height than this, relative
    hidden_share: float = 0.02  # of a card covered: more may hide a letter
    line_place_spread: float = 0.09  # and their first lines' places by less than this share of the card
    side_lead: float = 0.15  # of quality of the outline that the code has on this side over the other's: less decides nothing


@dataclass(frozen=True, eq=False)
class CardEvidence:
    """What is known of one card before its identity is decided.

    readings: one per reader, the first one leads. code_id: the printed code, None without. duplicate_code: that code
    was found twice in the photo. in_ladder: lies where intention cards are ordered. hidden_share: of the card's area
    that something covers (stickers, other cards, a hand), 0..1. back: whether the code stands where backs have it;
    side_lead: by how much quality that outline is clearer than the other side's, NaN where no code tells the side.
    """

    readings: tuple[CardReading, ...]
    code_id: int | None = None
    duplicate_code: bool = False
    in_ladder: bool = False
    hidden_share: float = 0.0
    back: bool = False
    side_lead: float = math.nan


@dataclass(frozen=True, eq=False)
class Identity:
    """The verdict on one card. measures: score, margin, read, covered, lead … (raw, for other thresholds later).

    blank: which printed blank card this is, by its code.
    """

    catalogue_id: str | None
    text: str
    confidence: float
    source: Literal["code", "ocr"]
    handwritten: bool
    side: Literal["front", "back"]
    kind: Kind
    needs_review: tuple[str, ...] = ()
    measures: dict[str, float] = field(default_factory=dict)
    blank: Blank | None = None


def settles(reading: CardReading, catalogue: Catalogue, code_id: int | None = None,
            params: IdentifyParams | None = None) -> bool:
    """Whether one reader is enough for a card: with a known code, or where it reads a printed text of the catalogue.

    Handwriting that is surely read needs no second opinion either.
    """
    p = params or IdentifyParams()
    if code_id is not None and any(card.marker_id == code_id for card in catalogue.cards):
        return True
    match = _match(reading, [card.text for card in catalogue.cards])
    return match.score >= 0.97 and match.margin >= p.whole_margin and reading.handwriting < p.surely_hand


def identify(evidence: CardEvidence, catalogue: Catalogue, params: IdentifyParams | None = None) -> Identity:
    """One card on its own; `identify_cards` adds what only all cards of a photo tell."""
    p = params or IdentifyParams()
    by_code = {card.marker_id: card for card in catalogue.cards if card.marker_id is not None}
    if evidence.code_id is not None and evidence.code_id in by_code:
        return _by_code(evidence, by_code[evidence.code_id], p)
    blank = next((b for b in catalogue.blanks if b.marker_id == evidence.code_id), None)
    if blank is not None:
        return _on_blank(evidence, blank, p)
    verdict = _by_text(evidence, catalogue, p)
    return _noted(verdict, "code-unknown") if evidence.code_id is not None else verdict


def _noted(verdict: Identity, *reasons: str, confidence: float = 1.0) -> Identity:
    """The verdict with more reasons for a look, and no more confidence than given."""
    new = tuple(r for r in reasons if r not in verdict.needs_review)
    return replace(verdict, needs_review=(*verdict.needs_review, *new), confidence=min(verdict.confidence, confidence))


def _by_code(evidence: CardEvidence, card: CatalogueCard, p: IdentifyParams) -> Identity:
    """The code decides; text is only checked, and on fronts only: backs say other things."""
    likes = [likeness(r.text, card.text) for r in evidence.readings if len(folded(r.text)) >= p.denied_letters]
    denied = bool(likes) and not evidence.back and max(max(like.alike, like.read) for like in likes) < p.denied_score
    verdict = Identity(card.id, card.text, 0.995, "code", False, "back" if evidence.back else "front", card.kind, (),
                       {"alike": max((like.alike for like in likes), default=0.0), **_side_measure(evidence)})
    if denied:
        verdict = _noted(verdict, "code-text-differ", confidence=0.5)
    return _code_doubts(verdict, evidence, p)


def _on_blank(evidence: CardEvidence, blank: Blank, p: IdentifyParams) -> Identity:
    """A printed blank card: whatever is on it was written by hand, and on its back is no name."""
    if evidence.back:
        verdict = Identity(None, "", 0.0, "code", False, "back", blank.kind, ("face-down",), _side_measure(evidence), blank)
        return _code_doubts(verdict, evidence, p)
    lead = evidence.readings[0] if evidence.readings else CardReading("none")
    measures = {"lead": lead.lead, "word_score": lead.word_score, "handwriting": lead.handwriting, **_side_measure(evidence)}
    if not folded(lead.text):
        verdict = Identity(None, "", 0.0, "ocr", False, "front", blank.kind, ("text-unknown",), measures, blank)
    else:
        verdict = Identity(None, lead.text, _chance(lead, p), "ocr", True, "front", blank.kind, (), measures, blank)
        sure = trusted(evidence, p, surely_written=True)
        verdict = verdict if sure else _noted(verdict, "handwritten", confidence=0.89)
    return _code_doubts(verdict, evidence, p)


def _side_measure(evidence: CardEvidence) -> dict[str, float]:
    return {} if math.isnan(evidence.side_lead) else {"side_lead": evidence.side_lead}


def _code_doubts(verdict: Identity, evidence: CardEvidence, p: IdentifyParams) -> Identity:
    """What may be wrong about a card that a code names."""
    if evidence.side_lead < p.side_lead:
        verdict = _noted(verdict, "side-uncertain", confidence=0.8)
    return _noted(verdict, "duplicate-code", confidence=0.6) if evidence.duplicate_code else verdict


def _by_text(evidence: CardEvidence, catalogue: Catalogue, p: IdentifyParams) -> Identity:
    texts = [card.text for card in catalogue.cards]
    matches = [_match(r, texts) for r in evidence.readings]
    measures = _measures(evidence.readings, matches)
    for lead in sorted(matches, key=lambda m: -m.score):
        confidence = _match_confidence(lead, matches, p)
        if confidence > 0:
            card = catalogue.cards[lead.index]
            verdict = Identity(card.id, card.text, confidence, "ocr", False, "front", card.kind, (), measures)
            return verdict if confidence >= p.trusted else _noted(verdict, "text-uncertain")
    return _by_scraps(evidence, catalogue, measures, p) or _unlisted(evidence, measures, p)


def _by_scraps(evidence: CardEvidence, catalogue: Catalogue, measures: dict[str, float],
               p: IdentifyParams) -> Identity | None:
    """The card whose text the scraps between stickers fit; always marked for a look."""
    texts = [card.text for card in catalogue.cards]
    for reading in evidence.readings:
        found = match_fragments(reading.raw, texts)
        if (found.letters >= p.scrap_letters and found.share >= p.scrap_share and found.lead >= p.scrap_lead
                and len(reading.raw.split()) > 1 and reading.handwriting < p.surely_hand / 2):
            card = catalogue.cards[found.index]
            return Identity(card.id, card.text, 0.7, "ocr", False, "front", card.kind, ("text-uncertain",), measures)
    return None


def _match(reading: CardReading, texts: Sequence[str]) -> Match:
    """The catalogue text that fits best, with or without what was made of the letters by knowing Dutch."""
    return max((best_match(text, texts) for text in dict.fromkeys((reading.text, reading.raw))), key=lambda m: m.score)


def _match_confidence(lead: Match, matches: Sequence[Match], p: IdentifyParams) -> float:
    """0 where the text does not settle which card it is."""
    if lead.index < 0:
        return 0.0
    agree = sum(m.index == lead.index and m.score >= 0.6 for m in matches)
    like = lead.likeness
    if lead.score >= p.whole_score and lead.margin >= p.whole_margin:
        return 0.99 if agree > 1 or lead.score > 0.97 else 0.95
    if like.read >= p.part_read and like.matched >= p.part_matched and lead.margin >= p.part_margin:
        if like.covered < p.part_covered:
            return 0.8
        return 0.95 if agree > 1 else 0.9
    if lead.score >= 0.6 and lead.margin >= p.whole_margin and agree > 1 and like.read >= 0.8:
        return 0.8
    return 0.0


def _measures(readings: Sequence[CardReading], matches: Sequence[Match]) -> dict[str, float]:
    out: dict[str, float] = {}
    for reading, match in zip(readings, matches, strict=True):
        out |= {f"{reading.engine}_score": match.score, f"{reading.engine}_margin": match.margin,
                f"{reading.engine}_read": match.likeness.read, f"{reading.engine}_covered": match.likeness.covered,
                f"{reading.engine}_confidence": reading.confidence}
    if readings:
        out |= {"lead": readings[0].lead, "word_score": readings[0].word_score, "handwriting": readings[0].handwriting}
    if len(readings) > 1:
        out["agreement"] = likeness(readings[0].text, readings[1].text).alike
    return out


def _unlisted(evidence: CardEvidence, measures: dict[str, float], p: IdentifyParams) -> Identity:
    """A text that no card of the catalogue has: handwriting, or a card that a facilitator made."""
    lead = evidence.readings[0] if evidence.readings else CardReading("none")
    kind: Kind = "intention" if evidence.in_ladder else "unknown"
    if not folded(lead.text):
        return Identity(None, "", 0.0, "ocr", False, "front", kind, ("text-unknown",), measures)
    chance = _chance(lead, p)
    if lead.handwriting < p.surely_print or lead.inverted:
        return Identity(None, lead.text, min(chance, 0.85), "ocr", False, "front", kind, ("text-unknown",), measures)
    verdict = Identity(None, lead.text, chance, "ocr", True, "front", kind, (), measures)
    return verdict if trusted(evidence, p) else _noted(verdict, "handwritten", confidence=0.89)


def _chance(lead: CardReading, p: IdentifyParams) -> float:
    """That a handwritten text is read rightly."""
    chance = 1 / (1 + math.exp(-p.lead_slope * (lead.lead - p.lead_half)))
    return chance if lead.word_score >= p.trusted_word else min(chance, 0.8)


def trusted(evidence: CardEvidence, params: IdentifyParams | None = None, *, surely_written: bool = False) -> bool:
    """Whether a text outside the catalogue is read so surely that nobody has to look: Dutch words, clearly ahead of
    any other reading, on a card of which nothing is hidden, and no second reader that reads quite another thing.

    surely_written: the card is known to be a blank one; else what looks like print may be a card's back.
    """
    p = params or IdentifyParams()
    lead = evidence.readings[0]
    sure = (lead.lead >= p.trusted_lead and lead.word_score >= p.trusted_word
            and lead.confidence >= p.trusted_confidence and len(folded(lead.text)) >= p.denied_letters
            and (surely_written or lead.handwriting > 0))
    denied = any(likeness(lead.text, other.text).alike < p.denied_score and other.confidence > p.trusted_confidence
                 for other in evidence.readings[1:])
    # Tesseract reads print that surely, and hardly any hand: what both read at once may be the print on a card's back
    print_like = any(likeness(lead.text, other.text).alike >= p.print_alike and other.confidence >= p.print_confidence
                     for other in evidence.readings[1:])
    return sure and not denied and (surely_written or not print_like) and evidence.hidden_share < p.hidden_share


def identify_cards(cards: Sequence[CardEvidence], catalogue: Catalogue,
                   params: IdentifyParams | None = None) -> list[Identity]:
    """All cards of one photo: also finds catalogue texts written by hand, cards found twice, and backs."""
    p = params or IdentifyParams()
    verdicts = [identify(card, catalogue, p) for card in cards]
    verdicts = [_written(i, cards, verdicts, p) for i in range(len(cards))]
    verdicts = [_turned_over(i, cards, verdicts, p) for i in range(len(cards))]
    times = Counter(v.catalogue_id for v in verdicts if v.catalogue_id is not None)
    return [_noted(v, "duplicate", confidence=0.8) if times[v.catalogue_id or ""] > 1 else v for v in verdicts]


def _type_area(reading: CardReading) -> np.ndarray | None:
    """(3,) left edge and middle of the first line from the card's middle, and line height, as shares of the crop."""
    if not reading.lines:
        return None
    size = np.array(reading.crop_size_px, dtype=np.float64)
    first = reading.lines[0].box_px
    at = np.array([first[[0, 3]].mean(axis=0), first.mean(axis=0)]) - size / 2
    left, middle = rotated(at, reading.turn_deg)
    wide, high = size if reading.turn_deg % 180 == 0 else size[::-1]
    height = float(np.median([np.linalg.norm(line.box_px[3] - line.box_px[0]) for line in reading.lines]))
    return np.array([left[0] / wide, middle[1] / high, height / high])


def _unlike_its_kind(i: int, cards: Sequence[CardEvidence], verdicts: Sequence[Identity], p: IdentifyParams) -> bool:
    """Whether a card's writing stands elsewhere or is of another size than the print of the other cards of its kind.

    The others are cards with a code or surely printed; three are needed to tell what is usual.
    """
    own = _type_area(cards[i].readings[0]) if cards[i].readings else None
    others = [area for j, v in enumerate(verdicts)
              if j != i and v.catalogue_id is not None and v.kind == verdicts[i].kind and cards[j].readings
              and (v.source == "code" or v.measures.get("handwriting", 0.0) < p.surely_print)
              and (area := _type_area(cards[j].readings[0])) is not None]
    if own is None or len(others) < 3:
        return False
    usual = np.median(np.array(others), axis=0)
    return bool(abs(own[2] - usual[2]) > p.line_height_spread * usual[2]
                or abs(own[0] - usual[0]) > p.line_place_spread or abs(own[1] - usual[1]) > p.line_place_spread)


def _written(i: int, cards: Sequence[CardEvidence], verdicts: Sequence[Identity], p: IdentifyParams) -> Identity:
    """A catalogue text that looks handwritten is no printed card: people write what is on other cards too."""
    verdict = verdicts[i]
    if verdict.catalogue_id is None or verdict.source == "code":
        return verdict
    odds = verdict.measures.get("handwriting", 0.0)
    elsewhere = _unlike_its_kind(i, cards, verdicts, p)
    if len(folded(verdict.text)) > p.chance_letters:
        return _noted(verdict, "text-uncertain", confidence=0.85) if odds > p.surely_hand and elsewhere else verdict
    if odds > p.surely_hand or (odds > 0 and elsewhere):
        reading = cards[i].readings[0]
        return _noted(replace(verdict, catalogue_id=None, handwritten=True, text=reading.text,
                              kind="intention" if cards[i].in_ladder else "unknown"), "handwritten", confidence=0.85)
    if odds > p.surely_print and elsewhere:
        return _noted(verdict, "text-uncertain", confidence=0.85)
    return verdict


def _turned_over(i: int, cards: Sequence[CardEvidence], verdicts: Sequence[Identity], p: IdentifyParams) -> Identity:
    """A card without any text, or with a printed text outside the catalogue that several cards share or that is light
    on dark where the other cards are dark on light, shows its back."""
    verdict = verdicts[i]
    if verdict.catalogue_id is not None or verdict.handwritten or verdict.blank is not None:
        return verdict
    text = folded(verdict.text)
    same = sum(folded(v.text) == text and v.catalogue_id is None and not v.handwritten for v in verdicts)
    inverted = bool(cards[i].readings) and cards[i].readings[0].inverted
    usual = sum(c.readings[0].inverted for c in cards if c.readings) < len(cards) / 2
    open_ = cards[i].hidden_share < p.hidden_share
    if (open_ and not text) or (text and same > 1) or (open_ and inverted and usual):
        return _noted(replace(verdict, side="back"), "face-down", confidence=0.5)
    return verdict
