"""Identity: codes first, text with a margin, unknown where nothing settles it, and never wrong in silence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from posterscan.catalogue import Catalogue
from posterscan.ocr.compare import best_match, folded, likeness
from posterscan.ocr.readings import CardReading, Line
from posterscan.stages.identify import CardEvidence, Identity, identify, identify_cards, settles

TEXTS = ["Buurthuis", "Sportvereniging", "Taalcafé", "Repair café", "Buurtbus", "Kledingbank", "Moestuin",
         "Iedereen in de wijk kent een plek waar je zomaar binnen kunt lopen",
         "We maken ruimte voor ontmoeting in elk nieuw gebouw"]


@pytest.fixture
def catalogue() -> Catalogue:
    cards = [{"id": f"card-{i}", "kind": "intention" if len(text) > 20 else "ingredient", "text": text,
              "marker_id": 10 + i if i % 2 == 0 else None} for i, text in enumerate(TEXTS)]
    return Catalogue.model_validate({"schema": "posterscan-catalogue/1", "card_dictionary": "DICT_4X4_1000",
                                     "cards": cards})


def reading(text: str, *, engine: str = "rapidocr", confidence: float = 0.99, lead: float = 9.0, hand: float = -6.0,
            word: float = -1.5, at: tuple[float, float] = (40, 100), height: float = 40, inverted: bool = False,
            turn: int = 0) -> CardReading:
    """One line of print unless told otherwise, on a crop of 510 x 330 px."""
    x, y = at
    wide = height * 0.5 * len(text)
    box = np.array([[x, y], [x + wide, y], [x + wide, y + height], [x, y + height]], dtype=np.float64)
    line = Line(text, confidence, box, raw=text, lead=lead, handwriting=hand, word_score=word, inverted=inverted)
    return CardReading(engine, (line,) if text else (), turn, (510, 330))


def seen(text: str, second: str | None = None, **about: object) -> CardEvidence:
    readings = [reading(text, **about)]  # type: ignore[arg-type]
    if second is not None:
        readings.append(reading(second, engine="tesseract", confidence=0.7))  # as sure as it is of a neat hand
    return CardEvidence(tuple(readings))


def test_code_decides_and_text_confirms(catalogue: Catalogue) -> None:
    verdict = identify(CardEvidence((reading("Buurthvis"),), code_id=10), catalogue)
    assert (verdict.catalogue_id, verdict.source, verdict.needs_review) == ("card-0", "code", ())
    assert verdict.confidence > 0.99


def test_code_that_the_text_denies_is_marked(catalogue: Catalogue) -> None:
    verdict = identify(CardEvidence((reading("Sportvereniging"),), code_id=10), catalogue)
    assert verdict.catalogue_id == "card-0"
    assert "code-text-differ" in verdict.needs_review
    assert verdict.confidence <= 0.5


def test_code_with_only_a_scrap_of_text_is_not_denied(catalogue: Catalogue) -> None:
    assert identify(CardEvidence((reading("ui"),), code_id=10), catalogue).needs_review == ()


def test_unknown_code_falls_back_to_text_and_is_marked(catalogue: Catalogue) -> None:
    verdict = identify(CardEvidence((reading("Sportvereniging"),), code_id=999), catalogue)
    assert verdict.catalogue_id == "card-1"
    assert "code-unknown" in verdict.needs_review


@pytest.mark.parametrize(("text", "wanted"), [("Sportvereniging", "card-1"), ("Sportvereninging", "card-1"),
                                              ("taalcafe", "card-2"), ("Repaircafé", "card-3")])
def test_printed_text_without_code(catalogue: Catalogue, text: str, wanted: str) -> None:
    verdict = identify(seen(text), catalogue)
    assert (verdict.catalogue_id, verdict.needs_review, verdict.handwritten) == (wanted, (), False)


def test_text_between_two_cards_is_not_guessed(catalogue: Catalogue) -> None:
    """"Buurt" fits Buurthuis and Buurtbus alike."""
    verdict = identify(seen("Buurt"), catalogue)
    assert verdict.catalogue_id is None
    assert verdict.needs_review


def test_a_text_of_which_the_middle_is_hidden_is_found_by_the_rest(catalogue: Catalogue) -> None:
    verdict = identify(seen("Iedereen in de wi een plek zomaar binnen"), catalogue)
    assert verdict.catalogue_id == "card-7"
    assert verdict.kind == "intention"


def test_scraps_between_stickers_give_a_guess_that_is_marked(catalogue: Catalogue) -> None:
    verdict = identify(seen("ake ont geb"), catalogue)
    assert verdict.catalogue_id == "card-8"
    assert verdict.needs_review == ("text-uncertain",)
    assert identify(seen("te vo"), catalogue).catalogue_id is None
    assert identify(seen("ake ont geb", hand=4.0), catalogue).catalogue_id is None


def test_an_unlisted_text_is_handwriting_and_asks_for_a_look_unless_surely_read(catalogue: Catalogue) -> None:
    doubtful = identify(seen("Wandelynoep", hand=4.0, lead=0.4, word=-4.0, confidence=0.8), catalogue)
    assert doubtful.handwritten
    assert doubtful.needs_review == ("handwritten",)
    assert doubtful.confidence < 0.5
    sure = identify(seen("Wandelgroep", "wandelgroep", hand=4.0, lead=9.0, word=-1.3, confidence=0.97), catalogue)
    assert sure.handwritten
    assert sure.needs_review == ()
    assert sure.text == "Wandelgroep"


def test_sure_handwriting_under_a_cover_still_asks(catalogue: Catalogue) -> None:
    evidence = CardEvidence((reading("groep", hand=4.0, lead=9.0, word=-1.3),), hidden_share=0.1)
    assert "handwritten" in identify(evidence, catalogue).needs_review


def test_unlisted_print_is_told_as_unknown(catalogue: Catalogue) -> None:
    verdict = identify(seen("Dorpswinkel"), catalogue)
    assert (verdict.catalogue_id, verdict.handwritten) == (None, False)
    assert "text-unknown" in verdict.needs_review


def test_nothing_read_is_unknown_never_empty_and_sure(catalogue: Catalogue) -> None:
    verdict = identify(CardEvidence((reading(""),)), catalogue)
    assert (verdict.text, verdict.confidence) == ("", 0.0)
    assert "text-unknown" in verdict.needs_review
    assert identify(CardEvidence(()), catalogue).needs_review


def test_kind_of_handwriting_comes_from_where_it_lies(catalogue: Catalogue) -> None:
    lead = reading("Samen wandelen", hand=4.0)
    assert identify(CardEvidence((lead,), in_ladder=True), catalogue).kind == "intention"
    assert identify(CardEvidence((lead,)), catalogue).kind == "unknown"


def printed_table() -> list[CardEvidence]:
    return [CardEvidence((reading(TEXTS[i]),), code_id=10 + i) for i in (0, 2, 4, 6)]


def test_a_catalogue_text_written_by_hand_is_no_catalogue_card(catalogue: Catalogue) -> None:
    large = seen("Kledingbank", hand=1.0, at=(120, 200), height=70)  # neat, but large and elsewhere on the card
    clear = seen("Sportvereniging", hand=5.0)
    verdicts = identify_cards([*printed_table(), large, clear], catalogue)
    for verdict in verdicts[4:]:
        assert (verdict.catalogue_id, verdict.handwritten) == (None, True)
        assert "handwritten" in verdict.needs_review


def test_a_catalogue_text_elsewhere_on_its_card_is_asked_about(catalogue: Catalogue) -> None:
    """Neat capitals, or an outline that is a little off: neither the card nor the doubt may be lost."""
    verdict = identify_cards([*printed_table(), seen("Kledingbank", hand=-1.0, at=(120, 200), height=70)], catalogue)[-1]
    assert verdict.catalogue_id is not None
    assert "text-uncertain" in verdict.needs_review


def test_what_the_reader_of_print_reads_surely_is_not_trusted_as_handwriting(catalogue: Catalogue) -> None:
    lead = seen("Samen aan zet", hand=1.0).readings[0]
    sure = replace(lead, engine="tesseract", lines=(replace(lead.lines[0], confidence=0.96),))
    assert identify(CardEvidence((lead, sure)), catalogue).needs_review


def test_print_outside_the_catalogue_is_never_trusted(catalogue: Catalogue) -> None:
    """It may be the back of a card, however surely it is read."""
    assert identify(CardEvidence((seen("Samen aan zet", hand=-1.0).readings[0],)), catalogue).needs_review


def test_print_among_its_like_stays_print_even_with_odd_strokes(catalogue: Catalogue) -> None:
    verdict = identify_cards([*printed_table(), seen("Sportvereniging", hand=1.0)], catalogue)[-1]
    assert (verdict.catalogue_id, verdict.needs_review) == ("card-1", ())


def test_a_card_found_twice_is_marked_twice(catalogue: Catalogue) -> None:
    verdicts = identify_cards([seen("Sportvereniging"), seen("Sportvereniging"), seen("Repair café")], catalogue)
    assert ["duplicate" in v.needs_review for v in verdicts] == [True, True, False]


def backs(verdicts: list[Identity]) -> list[bool]:
    return [v.side == "back" and "face-down" in v.needs_review for v in verdicts]


def test_backs_share_a_print_or_are_light_on_dark_or_bare(catalogue: Catalogue) -> None:
    same = [seen("gespreksmodel"), seen("gespreksmodel")]
    inverted = seen("sociale basis", inverted=True, hand=2.0)
    bare = CardEvidence((reading(""),))
    assert backs(identify_cards([*printed_table(), *same, inverted, bare], catalogue)) == [False] * 4 + [True] * 4


def test_two_handwritten_cards_alike_are_no_backs(catalogue: Catalogue) -> None:
    twice = [seen("Opa-dag", hand=4.0, at=(60, 120)), seen("Opa-dag", hand=4.0)]
    assert backs(identify_cards([*printed_table(), *twice], catalogue)) == [False] * 6


def test_settled_only_by_codes_and_clear_print(catalogue: Catalogue) -> None:
    assert settles(reading("Sportvereniging"), catalogue)
    assert settles(reading(""), catalogue, code_id=10)
    assert not settles(reading("Sportverg"), catalogue)
    assert not settles(reading("Sportvereniging", hand=6.0), catalogue)


def test_likeness_ignores_case_accents_and_spaces() -> None:
    assert folded("Eén plan, per buurt!") == "eenplanperbuurt"
    assert likeness("REPAIR CAFE", "Repair café").alike == 1.0
    assert likeness("", "Repair café").alike == 0.0


def test_margin_is_small_between_near_twins() -> None:
    match = best_match("Wijkteam", ["Wijkteam", "Wijkteams", "School"])
    assert match.index == 0
    assert match.margin < 0.15
    assert best_match("", ["School"]).index == -1
    assert best_match("School", []).index == -1


@pytest.fixture
def with_blanks(catalogue: Catalogue) -> Catalogue:
    blanks = [{"kind": "ingredient", "marker_id": 90, "table": 1, "number": 4}, {"kind": "intention", "marker_id": 91, "table": 1,
                                                                                "number": 2}]
    return Catalogue.model_validate(catalogue.model_dump(by_alias=True) | {"blanks": blanks})


def test_what_stands_on_a_blank_card_was_written_by_hand(with_blanks: Catalogue) -> None:
    """Its code says so; a neat hand that looks like print is then as good as any other."""
    for hand, second in ((4.0, None), (-5.0, None), (-5.0, "Tuinhulp")):
        evidence = replace(seen("Tuinhulp", second, hand=hand), code_id=90)
        verdict = identify(evidence, with_blanks)
        assert (verdict.catalogue_id, verdict.text, verdict.kind, verdict.side) == (None, "Tuinhulp", "ingredient", "front")
        assert verdict.handwritten
        assert verdict.needs_review == ()
        assert verdict.blank is not None
        assert verdict.blank.number == 4
    assert "handwritten" in identify(replace(seen("Tuinhulp", lead=1.0), code_id=90), with_blanks).needs_review
    assert identify(seen("Tuinhulp", "Tuinhulp"), with_blanks).needs_review != ()  # without a code it may be a card's back


def test_a_word_of_the_catalogue_on_a_blank_card_is_not_that_card(with_blanks: Catalogue) -> None:
    verdict = identify(replace(seen("Buurthuis", hand=4.0), code_id=90), with_blanks)
    assert (verdict.catalogue_id, verdict.text) == (None, "Buurthuis")


def test_a_blank_card_on_which_nothing_is_read_and_one_face_down_are_asked_about(with_blanks: Catalogue) -> None:
    empty = identify(replace(seen(""), code_id=91), with_blanks)
    assert (empty.kind, empty.text, empty.needs_review) == ("intention", "", ("text-unknown",))
    turned = identify(replace(seen("Tuinhulp"), code_id=91, back=True), with_blanks)
    assert (turned.side, turned.text, turned.needs_review) == ("back", "", ("face-down",))


def test_the_back_of_a_printed_card_keeps_its_name(catalogue: Catalogue) -> None:
    verdict = identify(CardEvidence((reading("Waarom? Schrijf het kort op"),), code_id=10, back=True), catalogue)
    assert (verdict.catalogue_id, verdict.text, verdict.side, verdict.needs_review) == ("card-0", "Buurthuis", "back", ())
    doubtful = identify(CardEvidence((reading("Waarom?"),), code_id=10, back=True, side_lead=0.05), catalogue)
    assert "side-uncertain" in doubtful.needs_review
