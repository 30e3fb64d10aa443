"""Several photos of one table: which cards are the same, whose word counts, and what is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posterscan.catalogue import Catalogue
from posterscan.fusion.belong import belonging
from posterscan.fusion.fuse import fuse
from posterscan.layout import Layout
from posterscan.outcome import ScanOptions, ScanOutcome
from posterscan.records import TableResult
from posterscan.sheet import View
from results import card_data, photo_data, result_data, sight_of

OPTIONS = ScanOptions("tafel-1", "en")
SQUARE = [[10, 10], [50, 10], [50, 50], [10, 50]]
LAYOUT = Layout.model_validate({
    "schema": "posterscan-layout/1", "id": "proef", "size_mm": [841, 594],
    "markers": [{"id": 0, "dictionary": "DICT_APRILTAG_36h11", "corners_mm": SQUARE}],
    "zones": [{"id": "links", "label": "Links", "kind": "sphere", "polygon_mm": [[0, 0], [400, 0], [400, 594], [0, 594]]},
              {"id": "rechts", "label": "Rechts", "kind": "ladder", "polygon_mm": [[400, 0], [841, 0], [841, 594], [400, 594]]}],
    "ladder_zone": "rechts"})
CATALOGUE = Catalogue.model_validate({
    "schema": "posterscan-catalogue/1", "language": "nld", "card_size_mm": [85, 55], "card_dictionary": "DICT_4X4_1000",
    "cards": [{"id": "park", "kind": "ingredient", "text": "Park", "marker_id": 17}]})


def card(x: float, y: float, text: str = "", confidence: float = 0.9, **changes: Any) -> dict[str, Any]:
    """An upright card of 85 by 55 mm with its middle at x, y."""
    corners = [[x - 42.5, y - 27.5], [x + 42.5, y - 27.5], [x + 42.5, y + 27.5], [x - 42.5, y + 27.5]]
    fields = {"polygon_mm": corners, "center_mm": [x, y], "text": {"value": text, "confidence": confidence, "source": "ocr"}}
    return card_data(f"p-{x:.0f}-{y:.0f}", **(fields | changes))


def sticker(x: float, y: float) -> dict[str, Any]:
    return {"center_mm": [x, y], "diameter_mm": 12.0, "colour": "rood", "confidence": 1.0}


def stuck(*places: tuple[float, float], confidence: float = 0.95) -> dict[str, Any]:
    return {"count": len(places), "confidence": confidence, "items": [sticker(*at) for at in places]}


def photo(name: str, *cards: dict[str, Any], sharpness: float = 0.8,
          part: tuple[float, float, float] | None = None,
          glare: tuple[tuple[float, float, float], ...] = (), table_code: dict[str, Any] | None = None,
          **changes: Any) -> ScanOutcome:
    """A photo of the whole sheet; part: (left, top, width) in mm of a close-up instead."""
    cards = tuple(one | {"photo": name} for one in cards)
    record = photo_data(name, name) | {"in_view": 1.0 if part is None else (part[2] / 841) ** 2, "sharpness": sharpness,
                                       "taken_at": f"2026-11-24T20:00:{ord(name[0]) % 60:02}", "table_code": table_code}
    result = TableResult.model_validate(result_data(photos=[record], cards=list(cards), **changes))
    sight = sight_of(result, sharpness=sharpness) if part is None else \
        sight_of(result, 4032 / part[2], origin_mm=part[:2], sharpness=sharpness)
    sight = type(sight)(sight.sheet, sight.size_px, sight.sharpness, np.array(glare).reshape(-1, 3), sight.sigma_mm)
    rgb = np.full((30, 40, 3), 200, np.uint8)
    crops = {c.id: np.full((2, 2, 3), ord(name[0]), np.uint8) for c in result.cards}
    return ScanOutcome(result, sight, View(rgb, np.ones((30, 40), np.bool_), 1.0), crops, (), OPTIONS)


def together(*photos: ScanOutcome) -> ScanOutcome:
    return fuse(photos, LAYOUT, CATALOGUE, OPTIONS)


def only_card(*photos: ScanOutcome) -> Any:
    cards = together(*photos).result.cards
    assert len(cards) == 1
    return cards[0]


def test_cards_in_the_same_place_are_one_and_lie_in_the_middle_of_what_is_known() -> None:
    found = only_card(photo("a.jpg", card(200, 200, "Zangkoor")), photo("b.jpg", card(203, 200, "Zangkoor")))
    assert found.center_mm == (201.5, 200.0)
    assert found.zone.id == "links"


def test_a_code_is_the_same_card_wherever_it_lies() -> None:
    coded = {"marker_id": 17, "catalogue_id": "park", "id": "c-park"}
    fused = together(photo("a.jpg", card(200, 200, "Park", **coded)), photo("b.jpg", card(600, 300, "Park", **coded)))
    assert [(c.id, c.center_mm) for c in fused.result.cards] == [("c-park", (600.0, 300.0))]
    told = [c for c in fused.result.checks if c.code == "card-moved"]
    assert len(told) == 1
    assert "Park" in told[0].message
    assert "a.jpg" in told[0].message


def test_the_same_words_surely_read_in_two_places_are_a_card_that_moved() -> None:
    early, late = (photo(name, card(x, 200, "Park", 0.99, catalogue_id="park")) for name, x in (("a.jpg", 200), ("b.jpg", 600)))
    assert only_card(early, late).center_mm == (600.0, 200.0)


def test_an_outline_across_other_cards_did_not_move_anything() -> None:
    weak = card(220, 200, "Park", 0.7, catalogue_id="park", needs_review=["card-uncertain"], detection_confidence=0.6)
    fused = together(photo("a.jpg", weak), photo("b.jpg", card(600, 200, "Park", 0.99, catalogue_id="park")))
    assert [c.center_mm for c in fused.result.cards] == [(600.0, 200.0)]
    assert "card-moved" not in [c.code for c in fused.result.checks]


def test_one_name_on_two_cards_is_asked_about_and_a_weak_one_is_no_second_card() -> None:
    twice = [card(200, 200, "Park", 0.99, catalogue_id="park"), card(600, 300, "Park", 0.99, catalogue_id="park")]
    fused = together(photo("a.jpg", *twice), photo("b.jpg", *twice))
    assert [c.needs_review for c in fused.result.cards] == [["duplicate"], ["duplicate"]]
    weak = card(600, 300, "Park", 0.7, catalogue_id="park", needs_review=["card-uncertain"], detection_confidence=0.5)
    fused = together(photo("a.jpg", twice[0], weak), photo("b.jpg", twice[0], part=(0, 0, 450)))
    assert [(c.center_mm, c.needs_review) for c in fused.result.cards] == [((200.0, 200.0), [])]


def test_the_later_photo_counts_whichever_shows_more() -> None:
    coded = {"marker_id": 17, "catalogue_id": "park"}
    early, late = photo("a.jpg", card(600, 300, "Park", **coded)), photo("b.jpg", card(200, 200, "Park", **coded), part=(0, 0, 500))
    assert only_card(early, late).center_mm == (200.0, 200.0)


def test_two_cards_side_by_side_stay_two() -> None:
    pair = [card(200, 200, "Zangkoor"), card(290, 200, "Wandelclub")]
    assert [c.text.value for c in together(photo("a.jpg", *pair), photo("b.jpg", *pair)).result.cards] == ["Zangkoor", "Wandelclub"]


def test_the_text_comes_from_the_photo_that_is_surest_and_so_does_the_crop() -> None:
    far, near = photo("a.jpg", card(200, 200, "Zonghoor", 0.5)), photo("b.jpg", card(200, 200, "Zangkoor", 0.8), part=(0, 0, 400))
    fused = together(far, near)
    assert fused.result.cards[0].text.value == "Zangkoor"
    assert fused.result.cards[0].photo == "b.jpg"
    assert fused.crops[fused.result.cards[0].id][0, 0, 0] == ord("b")


def test_two_that_agree_outweigh_one_and_are_surer() -> None:
    texts = (("a", "Zangkoor"), ("b", "zangkoor"), ("c", "Zonghoor"))
    photos = [photo(f"{name}.jpg", card(200, 200, text, 0.7)) for name, text in texts]
    found = only_card(*photos)
    assert found.text.value.casefold() == "zangkoor"
    assert found.text.confidence > 0.7


def test_a_doubted_reading_that_saw_less_of_the_text_is_no_vote_against_the_longer_one() -> None:
    part, more = (card(200, 200, text, sure, needs_review=["handwritten"]) for text, sure in (("zodat", 0.8), ("zodat buren", 0.6)))
    assert only_card(photo("a.jpg", part), photo("b.jpg", more)).text.value == "zodat buren"


def test_two_photos_that_are_sure_of_different_words_are_told() -> None:
    found = only_card(photo("a.jpg", card(200, 200, "Zangkoor", 0.95)), photo("b.jpg", card(200, 200, "Zangklas", 0.96)))
    assert "photos-disagree" in found.needs_review
    assert found.text.confidence <= 0.6


def test_what_was_to_be_looked_at_in_all_photos_still_is() -> None:
    doubted = card(200, 200, "Zangkoor", 0.8, needs_review=["handwritten"])
    assert only_card(photo("a.jpg", doubted), photo("b.jpg", doubted)).needs_review == ["handwritten"]


def coded(confidence: float, **changes: Any) -> dict[str, Any]:
    """A card that its code names."""
    one = card(200, 200, "Park", confidence, marker_id=17, catalogue_id="park", **changes)
    return one | {"text": one["text"] | {"source": "code"}}


def test_the_side_comes_with_its_own_doubt() -> None:
    """The photo that is surer of the card may be unsure of its side, while another one has no doubt about the outline."""
    unsure = coded(0.8, side="back", needs_review=["side-uncertain"])
    found = only_card(photo("a.jpg", unsure), photo("b.jpg", coded(0.3, side="back", needs_review=["side-uncertain"])))
    assert (found.side, found.needs_review) == ("back", ["side-uncertain"])
    found = only_card(photo("a.jpg", unsure), photo("b.jpg", coded(0.995, side="back")))
    assert (found.side, found.needs_review) == ("back", [])


def test_two_photos_that_show_different_sides_surely_are_told() -> None:
    found = only_card(photo("a.jpg", coded(0.995)), photo("b.jpg", coded(0.995, side="back")))
    assert "photos-disagree" in found.needs_review


def test_a_hand_is_settled_only_by_a_photo_that_shows_all_of_its_place() -> None:
    hand = {"code": "uncovered-places", "severity": "warning", "message": "x", "center_mm": [200, 200], "area_mm2": 31400}
    small = together(photo("a.jpg", checks=[hand]), photo("b.jpg", part=(150, 150, 120)))
    assert "uncovered-places" in [c.code for c in small.result.checks]
    assert "uncovered-places" not in [c.code for c in together(photo("a.jpg", checks=[hand]), photo("b.jpg")).result.checks]


def test_what_covered_a_card_in_one_photo_only_is_no_doubt_any_more() -> None:
    covered = card(200, 200, "Zangkoor", needs_review=["partly-covered", "outline-uncertain"])
    assert only_card(photo("a.jpg", covered), photo("b.jpg", card(200, 200, "Zangkoor"))).needs_review == []


def test_a_card_at_the_edge_of_a_close_up_is_no_card_of_its_own() -> None:
    whole = photo("a.jpg", card(395, 200, "Zangkoor"))
    cut = photo("b.jpg", card(375, 200, "Zang", 0.95), part=(0, 0, 400))
    found = only_card(whole, cut)
    assert (found.text.value, found.center_mm) == ("Zangkoor", (395.0, 200.0))


def test_stickers_hidden_by_glare_in_one_are_counted_in_the_other() -> None:
    hidden = card(500, 200, kind="intention", stickers=stuck((490, 200)), needs_review=["stickers-glare"])
    clear = card(502, 200, kind="intention", stickers=stuck((492, 200), (512, 200)))
    found = only_card(photo("a.jpg", hidden), photo("b.jpg", clear))
    assert found.stickers.count == 2
    assert found.needs_review == []


def test_glare_on_other_stickers_in_each_photo_hides_none_of_them_in_the_end() -> None:
    left = card(500, 200, kind="intention", stickers=stuck((480, 200), (500, 200)), needs_review=["stickers-glare"])
    right = card(506, 200, kind="intention", stickers=stuck((501, 201), (521, 200)), needs_review=["stickers-uncounted"])
    found = only_card(photo("a.jpg", left), photo("b.jpg", right))
    assert found.stickers.count == 3
    assert len(found.stickers.items) == 3
    assert set(found.needs_review) & {"stickers-glare", "stickers-uncounted"}


def test_discs_that_were_made_up_of_washed_out_colour_are_not_added() -> None:
    hidden = card(500, 200, kind="intention", stickers=stuck((480, 200)), needs_review=["stickers-glare", "stickers-disagree"])
    washed = card(500, 200, kind="intention", stickers=stuck((500, 200), (520, 200)),
                  needs_review=["stickers-glare", "stickers-disagree"])
    assert only_card(photo("a.jpg", hidden), photo("b.jpg", washed)).stickers.count < 3


def test_of_two_that_are_as_unsure_the_close_up_is_believed() -> None:
    far = photo("a.jpg", card(200, 200, "Opengezin", 0.55, needs_review=["handwritten"]))
    near = photo("b.jpg", card(200, 200, "Oppasgezin", 0.53, needs_review=["handwritten"]), sharpness=0.95,
                 part=(0, 0, 400))
    assert only_card(far, near).text.value == "Oppasgezin"


def test_two_clear_counts_that_differ_are_told() -> None:
    one, two = (card(500, 200, kind="intention", stickers=stuck(*places)) for places in ([(490, 200)], [(490, 200), (510, 200)]))
    found = only_card(photo("a.jpg", one), photo("b.jpg", two))
    assert found.needs_review == ["photos-disagree"]


def later(outcome: ScanOutcome, minutes: int) -> ScanOutcome:
    """The same photo taken so many minutes after all others."""
    fields = outcome.result.model_dump(by_alias=True)
    fields["photos"][0]["taken_at"] = f"2026-11-24T{20 + minutes // 60}:{minutes % 60:02}:59"
    return ScanOutcome(TableResult.model_validate(fields), outcome.sight, outcome.rectified, outcome.crops, (), OPTIONS)


def test_stickers_that_came_after_the_first_photo_are_no_contradiction() -> None:
    bare = photo("a.jpg", card(500, 200, "Samen", 0.95, kind="intention"))
    voted = later(photo("b.jpg", card(500, 200, "Samen", 0.95, kind="intention", stickers=stuck((490, 200), (510, 200))),
                        card(500, 300, "Later", 0.95)), 30)
    fused = together(bare, voted)
    assert [(c.text.value, c.stickers.count, c.needs_review) for c in fused.result.cards] == [("Samen", 2, []), ("Later", 0, [])]
    assert [c.code for c in fused.result.checks] == ["photos-of-two-moments"]


def test_a_card_that_is_gone_in_a_later_photo_is_asked_about() -> None:
    fused = together(photo("a.jpg", card(500, 200, "Samen", 0.95)), later(photo("b.jpg"), 30))
    assert fused.result.cards[0].needs_review == ["photos-disagree"]


def test_a_loose_sticker_is_counted_once() -> None:
    photos = [photo(f"{name}.jpg", loose_stickers=[sticker(300 + shift, 300)]) for name, shift in (("a", 0), ("b", 3))]
    assert len(together(*photos).result.loose_stickers) == 1


def test_an_outline_that_only_one_of_two_photos_takes_for_a_card_is_told_and_not_counted() -> None:
    ghost = card(600, 400, "ij", 0.2, needs_review=["card-uncertain"], detection_confidence=0.5)
    fused = together(photo("a.jpg", ghost, card(200, 200, "Zangkoor")), photo("b.jpg", card(200, 200, "Zangkoor")))
    assert [c.text.value for c in fused.result.cards] == ["Zangkoor"]
    assert [c.code for c in fused.result.checks if c.code == "uncertain-place"] == ["uncertain-place"]


def test_a_good_card_that_another_photo_should_show_is_kept_and_told() -> None:
    fused = together(photo("a.jpg", card(600, 400, "Zangkoor")), photo("b.jpg"))
    assert fused.result.cards[0].needs_review == ["photos-disagree"]


def test_a_hand_over_a_card_in_one_photo_explains_why_it_is_not_there() -> None:
    hand = {"code": "uncovered-places", "severity": "warning", "message": "x", "center_mm": [610, 400]}
    fused = together(photo("a.jpg", card(600, 400, "Zangkoor")), photo("b.jpg", checks=[hand]))
    assert fused.result.cards[0].needs_review == []
    assert [c.code for c in fused.result.checks] == []  # the other photo looked under the hand


def test_a_card_outside_a_close_up_is_not_missed_by_it() -> None:
    fused = together(photo("a.jpg", card(600, 400, "Zangkoor")), photo("b.jpg", part=(0, 0, 300)))
    assert fused.result.cards[0].needs_review == []


def test_what_only_close_ups_show_is_told() -> None:
    fused = together(photo("a.jpg", part=(0, 0, 300)), photo("b.jpg", part=(300, 0, 300)))
    assert "poster-not-wholly-seen" in [c.code for c in fused.result.checks]


def test_a_part_is_no_fault_of_a_photo_beside_an_overview() -> None:
    cut = {"code": "poster-cut-off", "severity": "error", "message": "x"}
    close = photo("b.jpg", part=(0, 0, 300))
    fields = close.result.model_dump(by_alias=True)
    fields["photos"][0]["problems"] = [cut]
    close = ScanOutcome(TableResult.model_validate(fields), close.sight, close.rectified, close.crops, (), OPTIONS)
    assert [p.problems for p in together(photo("a.jpg"), close).result.photos] == [[], []]
    assert [p.problems for p in together(photo("a.jpg", part=(0, 0, 400)), close).result.photos] != [[], []]


def test_sums_are_worked_out_anew() -> None:
    options = ScanOptions("t", "en", participants=1)
    wrong = {"code": "stickers-total", "severity": "warning", "message": "2 counted"}
    cards = card(500, 200, kind="intention", stickers=stuck((480, 200), (500, 200), (520, 200)))
    photos = [photo("a.jpg", cards), photo("b.jpg", checks=[wrong], part=(0, 0, 300))]
    told = fuse([ScanOutcome(p.result, p.sight, p.rectified, p.crops, (), options) for p in photos], LAYOUT, CATALOGUE, options)
    assert [c.code for c in told.result.checks] == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_photos_of_other_tables_take_no_part(order: tuple[int, int]) -> None:
    three, four = ({"table": n, "session": "29P-4R6"} for n in (3, 4))
    photos = [photo("a.jpg", card(200, 200, "A"), card(300, 300, "B"), table_code=three),
              photo("b.jpg", card(200, 200, "C"), table_code=four)]
    chosen = belonging([photos[i] for i in order], OPTIONS)
    assert [o.result.photos[0].file for o in chosen.outcomes] == ["a.jpg"]
    assert "b.jpg: table 4" in chosen.checks[0].message


def test_cards_that_lie_elsewhere_altogether_are_another_table() -> None:
    def spread(shift: float) -> list[dict[str, Any]]:
        return [card(100 + 150 * i, 100 + shift, f"Woord{i}{shift}") for i in range(5)]
    coded = photo("a.jpg", *spread(0), table_code={"table": 3, "session": "29P-4R6"})
    chosen = belonging([coded, photo("b.jpg", *spread(200))], OPTIONS)
    assert [o.result.photos[0].file for o in chosen.outcomes] == ["a.jpg"]
    assert "b.jpg" in chosen.checks[0].message
    assert len(belonging([photo("a.jpg", *spread(0)), photo("b.jpg", *spread(4))], OPTIONS).outcomes) == 2


places = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), unique=True, max_size=12)


@settings(max_examples=40, deadline=None)
@given(places, st.integers(2, 4), st.randoms(use_true_random=False))
def test_however_often_a_table_is_photographed_no_card_is_doubled(cells: list[tuple[int, int]], times: int, random: Any) -> None:
    """Any number of cards, any number of photos, each a little off: as many cards as there are, with ids of their own."""
    names = ["Zangkoor", "Wandelclub", "Moestuin", "Speeltuin", "Buddyproject", "Leeskring", "Klusploeg", "Eettafel", "Taalmaatje",
             "Repaircafé", "Buurtapp", "Voorleesuur"]
    photos = [photo(f"{'abcd'[n]}.jpg", *(card(60 + 95 * x + random.uniform(-3, 3), 40 + 65 * y + random.uniform(-3, 3), text, 0.8)
                                          for (x, y), text in zip(cells, names, strict=False))) for n in range(times)]
    found = together(*photos).result
    assert len(found.cards) == len(cells)
    assert len({c.id for c in found.cards}) == len(cells)
