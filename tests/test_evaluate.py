"""Every figure of `evaluate`, by results that are wrong in a known way about a table that is known."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from known_tables import changed, known_truth, moved, right_result, truth_data
from posterscan.cli.main import main
from posterscan.errors import UsageError
from posterscan.evaluate import Summary, evaluate_table, run_evaluation, summarise, to_json, to_markdown, to_text
from posterscan.records import TableResult
from posterscan.scores.figures import share
from posterscan.scores.matching import match
from posterscan.scores.pictures import draw
from posterscan.scores.reliability import reliability
from posterscan.scores.summary import TARGETS

Data = dict[str, Any]


def judged(change: Callable[[Data], object], truth: Data | None = None) -> Summary:
    """Of the known table's right result after one change."""
    data = truth or truth_data()
    return summarise([evaluate_table(changed(change, right_result(data)), known_truth(data))])


def value(summary: Summary, key: str, group: str | None = None) -> float | None:
    """A figure's value; group None: that of the only group."""
    chosen = next(g for g in summary.groups if group in (None, g.name))
    return chosen.figures[key].value


def untouched(result: Data) -> None:
    """No change."""


def put(path: str, new: Any, *cards: int) -> Callable[[Data], None]:
    """A change that sets a field, named like `zone.id`, of these cards."""
    def change(result: Data) -> None:
        for card in cards:
            *way, last = path.split(".")
            at = result["cards"][card]
            for step in way:
                at = at[step]
            at[last] = new
    return change


def both(*changes: Callable[[Data], object]) -> Callable[[Data], None]:
    def change(result: Data) -> None:
        for one in changes:
            one(result)
    return change


PERFECT = {
    "found": 1, "invented": 0, "misplaced": 0, "iou": 1, "corner_median": 0, "corner_p95": 0, "center_median": 0,
    "center_p95": 0, "upright": 1, "zone": 1, "zone_clear": 1, "identity_coded": 1, "identity_blank": 1, "identity_printed": 1,
    "identity_handwritten": 1, "back": 1, "kind": 1, "side": 1, "cer_handwriting": 0, "cer_print": 0,
    "handwritten_known": 1, "stickers_exact": 1, "stickers_total": 0, "order_pairs": 1, "order_tables": 1, "silent": 0,
    "wrong": 0, "marked": 0, "needless": 0, "calibration_zone": 0.05, "sure_text": 1, "residual_stated": 0.1,
    "residual_true": 0, "residual_true_p95": 0, "unscanned": 0, "seconds": 2.0, "memory": 400}


def test_a_result_that_is_right_in_everything() -> None:
    summary = judged(untouched)
    for key, expected in PERFECT.items():
        assert value(summary, key) == pytest.approx(expected, abs=1e-6), key
    normal = summary.groups[0]
    assert all(t.reached("normal", normal.figures[t.key]) for t in TARGETS)
    assert summary.silent == ()


# what is changed, the measure that tells, and its value then; of 13 cards, 3 coded, 7 printed without code, 2 by hand,
# 1 face down, and of 4 intentions
CHANGES = {
    "zone": (put("zone.id", None, 0), "zone", 12 / 13),
    "zone of two": (put("zone.id", "ladder", 0, 3), "zone_clear", 11 / 13),
    "kind": (put("kind", "unknown", 3), "kind", 12 / 13),
    "side": (put("side", "back", 3), "side", 12 / 13),
    "coded identity": (put("catalogue_id", "card-5", 1), "identity_coded", 2 / 3),
    "unknown identity": (put("catalogue_id", None, 4), "identity_printed", 6 / 7),
    "printed text": (put("text.value", "Kaartje x", 4), "identity_printed", 6 / 7),
    "text by hand": (put("text.value", "een koffietafel", 6), "identity_handwritten", 1 / 2),
    "identity of a card by hand": (put("catalogue_id", "card-5", 6), "identity_handwritten", 1 / 2),
    "code of a blank card": (put("marker_id", 98, 6), "identity_blank", 0),
    "sticker count": (put("stickers.count", 4, 9), "stickers_exact", 3 / 4),
}


@pytest.mark.parametrize(("change", "key", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_one_wrong_value_is_one_silent_error_unless_its_card_is_marked(
        change: Callable[[Data], object], key: str, expected: float) -> None:
    silent = judged(change)
    assert value(silent, key) == pytest.approx(expected)
    assert len(silent.silent) == value(silent, "wrong") == (2 if key == "zone_clear" else 1)
    everyone = both(change, put("needs_review", ["some-code"], *range(13)))
    marked = judged(everyone)
    assert value(marked, key) == pytest.approx(expected)
    assert (marked.silent, value(marked, "marked")) == ((), 1)


def test_a_silent_error_is_named() -> None:
    (error,) = judged(put("zone.id", "ladder", 0)).silent
    assert (error.table, error.card, error.field, error.got, error.expected) == (
        "tafel-a", "r0", "zone", "ladder", "links")


def test_a_missed_card_is_silent_unless_a_check_names_its_place() -> None:
    def without(check: Data | None) -> Callable[[Data], None]:
        def change(result: Data) -> None:
            del result["cards"][3]
            result["checks"] = [check] if check else []
        return change

    middle = truth_data()["cards"][3]["center_mm"]
    here = {"code": "uncovered-places", "severity": "warning", "message": "", "center_mm": middle}
    for check, count in ((None, 1), (here, 0), (here | {"center_mm": [700, 500]}, 1)):
        summary = judged(without(check))
        assert value(summary, "found") == pytest.approx(12 / 13)
        assert [w.field for w in summary.silent] == ["card"] * count


def test_a_card_that_hardly_shows_need_not_be_found_and_is_not_invented() -> None:
    truth = truth_data()
    truth["cards"][3]["visible_fraction"] = 0.5
    there = judged(untouched, truth)
    gone = judged(lambda result: result["cards"].pop(3), truth)
    for summary in (there, gone):
        assert (value(summary, "found"), value(summary, "invented"), summary.silent) == (1, 0, ())
        assert summary.groups[0].figures["found"].cases == 12


def test_a_wrong_value_of_a_card_that_hardly_shows_is_an_error_all_the_same() -> None:
    truth = truth_data()
    truth["cards"][3]["visible_fraction"] = 0.5
    summary = judged(put("text.value", "Iets anders", 3), truth)
    assert [w.field for w in summary.silent] == ["text"]


@pytest.mark.parametrize("center_mm", [(500.0, 300.0), (90.0, 110.0)], ids=["nowhere", "a second one on a card"])
def test_an_invented_card(center_mm: tuple[float, float]) -> None:
    def invent(result: Data) -> None:
        card = copy.deepcopy(result["cards"][0]) | {"id": "extra", "detection_confidence": 0.95}
        moved(card, tuple(np.subtract(center_mm, card["center_mm"]) + 2))
        result["cards"].append(card)

    summary = judged(invent)
    assert (value(summary, "found"), value(summary, "invented")) == (1, 1)
    assert [w.card for w in summary.silent] == ["extra"]
    assert summary.groups[0].reliability["detection"].bins[0].right.value == pytest.approx(13 / 14)


def test_cards_are_matched_by_place_never_by_text() -> None:
    def swap(result: Data) -> None:
        a, b = result["cards"][3], result["cards"][4]
        for field in ("text", "catalogue_id"):
            a[field], b[field] = b[field], a[field]

    summary = judged(swap)
    assert (value(summary, "found"), value(summary, "center_median")) == (1, pytest.approx(0, abs=1e-9))
    assert value(summary, "identity_printed") == pytest.approx(5 / 7)


@settings(max_examples=30, deadline=None)
@given(st.floats(-8, 8), st.floats(-8, 8))
def test_a_shift_is_the_centre_error_and_the_corner_error(x: float, y: float) -> None:
    summary = judged(lambda result: [moved(card, (x, y)) for card in result["cards"]])
    for key in ("center_median", "center_p95", "corner_median", "corner_p95"):
        assert value(summary, key) == pytest.approx(np.hypot(x, y), abs=1e-6)
    assert value(summary, "found") == 1


def test_an_outline_a_third_of_its_length_off_does_not_count_as_found() -> None:
    assert value(judged(lambda r: moved(r["cards"][10], (25, 0))), "found") == 1  # IoU 60/110
    off = judged(lambda r: moved(r["cards"][10], (32, 0)))  # IoU 53/117
    assert (value(off, "found"), value(off, "invented"), value(off, "misplaced")) == (pytest.approx(12 / 13), 0, 1)
    assert [w.field for w in off.silent] == ["card"]


def test_an_outline_that_starts_elsewhere_is_not_upright_but_in_place() -> None:
    def turn(result: Data) -> None:
        result["cards"][3]["polygon_mm"] = result["cards"][3]["polygon_mm"][2:] + result["cards"][3]["polygon_mm"][:2]

    summary = judged(turn)
    assert value(summary, "upright") == pytest.approx(11 / 12)
    assert value(summary, "corner_p95") == pytest.approx(0, abs=1e-6)


def test_character_errors_per_true_character() -> None:
    # "één koffietafel" (15) and "Buren helpen" (12)
    summary = judged(both(put("text.value", "één kofietafel", 6), put("text.value", "buren  helpen ", 7)))
    assert value(summary, "cer_handwriting") == pytest.approx(2 / 27)
    assert value(summary, "cer_handwriting_folded") == pytest.approx(1 / 27)
    split = judged(put("text.value", "e\u0301e\u0301n koffie tafel", 6))  # decomposed accents; a space too many
    assert value(split, "cer_handwriting") == pytest.approx(1 / 27)
    assert split.silent == ()


def test_case_and_spaces_alone_are_no_silent_error() -> None:
    assert judged(put("text.value", "KAARTJE4", 4)).silent == ()
    assert len(judged(put("text.value", "Kaartje 5", 4)).silent) == 1


def test_from_the_back_unknown_is_right_and_a_claim_may_be_wrong() -> None:
    assert judged(put("text.value", "sociale basis", 8)).silent == ()
    assert [w.field for w in judged(put("catalogue_id", "card-3", 8)).silent] == ["catalogue_id"]
    front = judged(put("side", "front", 8))
    assert (value(front, "back"), [w.field for w in front.silent]) == (0, ["side"])


def hidden_sticker() -> Data:
    truth = truth_data()
    next(s for s in truth["stickers"] if s["card"] == "t9")["visible_fraction"] = 0.2
    return truth


def test_hidden_stickers_leave_their_card_out_of_exact_but_it_must_be_marked() -> None:
    short = put("stickers.count", 4, 9)
    unmarked = judged(short, hidden_sticker())
    marked = judged(both(short, put("needs_review", ["stickers-crowded"], 9)), hidden_sticker())
    assert unmarked.groups[0].figures["stickers_exact"].cases == 3
    assert (value(unmarked, "hidden_marked"), len(unmarked.silent)) == (0, 1)
    assert (value(marked, "hidden_marked"), len(marked.silent), value(marked, "needless")) == (1, 0, 0)


def test_the_total_of_the_stickers_counts_loose_ones_too() -> None:
    loose = {"center_mm": [5, 5], "diameter_mm": 10, "colour": "rood", "confidence": 1}
    summary = judged(both(put("stickers.count", 1, 9), lambda result: result.update(loose_stickers=[loose])))
    assert value(summary, "stickers_total") == 3


def test_the_order_of_intentions_by_pairs() -> None:
    def rank(result: Data, ranks: tuple[int, ...]) -> None:
        for row, new in zip(result["ranking"], ranks, strict=True):
            row["rank"] = new

    assert value(judged(lambda r: rank(r, (1, 2, 2, 4))), "order_pairs") == 1
    assert value(judged(lambda r: rank(r, (1, 2, 3, 4))), "order_pairs") == pytest.approx(5 / 6)  # a tie broken
    upside_down = judged(lambda r: rank(r, (4, 2, 2, 1)))
    assert (value(upside_down, "order_pairs"), value(upside_down, "order_tables")) == (pytest.approx(1 / 6), 0)
    assert value(judged(lambda r: r["ranking"].pop(0)), "order_pairs") == pytest.approx(3 / 6)


def test_the_sheet_s_true_error_is_told_beside_the_stated_one() -> None:
    def shift(result: Data) -> None:
        result["photos"][0]["mm_to_px"]["homography"][0][2] += 2  # half a millimetre at 4 px per mm

    summary = judged(shift)
    assert value(summary, "residual_true") == pytest.approx(0.5, abs=1e-6)
    assert value(summary, "residual_stated") == pytest.approx(0.1)


def test_marked_but_right_is_counted_also_without_handwriting() -> None:
    summary = judged(put("needs_review", ["handwritten"], 6, 3))
    assert value(summary, "needless") == pytest.approx(2 / 13)
    assert value(summary, "needless_not_handwritten") == pytest.approx(1 / 11)


def test_marked_and_wrong_is_not_counted_as_needless() -> None:
    summary = judged(both(put("needs_review", ["text-uncertain"], 3), put("text.value", "Iets anders", 3)))
    assert (value(summary, "needless"), value(summary, "marked")) == (0, pytest.approx(1 / 13))


def test_reliability_of_known_claims() -> None:
    claims = [(0.97, True)] * 9 + [(0.97, False)] + [(0.6, True)] * 3 + [(0.6, False)] * 7 + [(1.0, True)]
    told = reliability(claims)
    assert [(b.low, b.right.cases) for b in told.bins] == [(0.5, 10), (0.95, 10), (0.99, 1)]
    assert told.error.value == pytest.approx((10 * 0.3 + 10 * 0.07 + 0) / 21)
    assert told.sure.value == pytest.approx(10 / 11)
    assert reliability([]).error.value is None


@given(st.integers(0, 200), st.integers(1, 200))
def test_the_interval_of_a_share_holds_it(right: int, cases: int) -> None:
    right = min(right, cases)
    figure = share(right, cases)
    assert figure.low is not None
    assert figure.high is not None
    rounding = 1e-12
    assert 0 <= figure.low <= right / cases + rounding
    assert right / cases - rounding <= figure.high <= 1
    assert (figure.high - figure.low) > 0


def test_the_interval_is_wilson_s() -> None:
    figure = share(9, 10)  # 0.596 to 0.982: Newcombe 1998, method 3
    assert (figure.low, figure.high) == (pytest.approx(0.5958, abs=1e-3), pytest.approx(0.9821, abs=1e-3))


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(13)), st.permutations(range(13)))
def test_the_order_of_cards_changes_nothing(in_result: list[int], in_truth: list[int]) -> None:
    truth, wrong = truth_data(), both(put("zone.id", None, 2), lambda r: moved(r["cards"][5], (3, 1)))

    def reorder(result: Data) -> None:
        wrong(result)
        result["cards"] = [result["cards"][n] for n in in_result]

    expected = judged(wrong, truth)
    result = changed(reorder, right_result(truth))
    shuffled = truth | {"cards": [truth["cards"][n] for n in in_truth]}
    got = summarise([evaluate_table(result, known_truth(shuffled))])
    assert {k: f.value for k, f in got.groups[0].figures.items()} == pytest.approx(
        {k: f.value for k, f in expected.groups[0].figures.items()}, nan_ok=True)


def test_matching_gives_each_card_its_own_outline() -> None:
    square = np.array([[0, 0], [40, 0], [40, 40], [0, 40]], float)
    true = [square, square + [12, 0]]
    found = [square + [11, 0], square + [2, 0]]  # each overlaps both cards by more than half
    assert set(match(found, true).pairs) == {(0, 1), (1, 0)}
    assert match([], true).missed == (0, 1)
    assert match(found, []).invented == (0, 1)


def test_groups_by_difficulty_and_all_together() -> None:
    scores = []
    for name, card in (("easy", 0), ("hard", None)):
        data = truth_data(f"tafel-{name}", name)
        change = put("zone.id", None, card) if card is not None else untouched
        scores.append(evaluate_table(changed(change, right_result(data)), known_truth(data)))
    summary = summarise(scores)
    assert [(g.name, g.photos) for g in summary.groups] == [("easy", 1), ("hard", 1), ("all", 2)]
    assert [value(summary, "silent", g) for g in ("easy", "hard", "all")] == [1, 0, 0.5]


def test_a_photo_without_a_result_has_missed_everything_but_not_in_silence() -> None:
    summary = summarise([evaluate_table(None, known_truth())])
    assert (value(summary, "found"), value(summary, "unscanned"), summary.silent) == (0, 1, ())


def folders(root: Path) -> tuple[Path, Path]:
    """Two photo folders with truth, and a folder with results of both; the second result has another table name."""
    results, photos = root / "results", root / "photos"
    results.mkdir()
    for name, table in (("tafel-a", "tafel-a"), ("tafel-b", "anders")):
        folder = photos / name
        folder.mkdir(parents=True)
        data = truth_data(name)
        (folder / "truth.json").write_text(json.dumps(data), encoding="utf-8")
        (folder / "photo.jpg").write_bytes(name.encode())
        result = right_result(data, sha256(name.encode()).hexdigest()) | {"table": table}
        (results / f"{table}.json").write_text(json.dumps(result), encoding="utf-8")
    return results, photos


def test_results_meet_their_truth_by_the_photo_s_content(tmp_path: Path) -> None:
    results, photos = folders(tmp_path)
    summary = run_evaluation(results, photos)
    assert [(s.table, s.truth.name) for s in summary.scores] == [("anders", "tafel-b"), ("tafel-a", "tafel-a")]
    assert value(summary, "found") == 1
    one = run_evaluation(results, photos / "tafel-a")
    assert ([s.table for s in one.scores], one.without_truth) == (["tafel-a"], ("anders",))


def test_without_the_photo_the_name_decides(tmp_path: Path) -> None:
    results, photos = folders(tmp_path)
    for photo in photos.glob("*/photo.jpg"):
        photo.unlink()
    summary = run_evaluation(results, photos)
    assert [s.table for s in summary.scores] == ["tafel-a"]
    assert (summary.without_truth, summary.without_result) == (("anders",), ("tafel-b",))


def test_photos_without_a_result_are_named_or_counted(tmp_path: Path) -> None:
    results, photos = folders(tmp_path)
    (results / "anders.json").unlink()
    named = run_evaluation(results, photos)
    assert (named.without_result, value(named, "found")) == (("tafel-b",), 1)
    assert "tafel-b" in to_text(named)
    assert value(run_evaluation(results, photos, unscanned_count=True), "found") == pytest.approx(0.5)


def test_what_cannot_be_compared_is_named_with_its_cure(tmp_path: Path) -> None:
    results, photos = folders(tmp_path)
    for results_dir, truth in ((tmp_path / "geen", photos), (results, tmp_path / "geen"), (results, results),
                               (photos, photos)):
        with pytest.raises(UsageError) as error:
            run_evaluation(results_dir, truth)
        assert error.value.remedy
    (photos / "tafel-a" / "truth.json").write_text('{"cards": [{}]}', encoding="utf-8")
    with pytest.raises(UsageError, match=r"truth\.json"):
        run_evaluation(results, photos)


def test_text_markdown_and_json_tell_the_same(tmp_path: Path) -> None:
    results, photos = folders(tmp_path)
    data = json.loads((results / "tafel-a.json").read_text(encoding="utf-8"))
    data["cards"][0]["zone"]["id"] = None
    data["cards"][3]["text"]["value"] = "a | b\nc"
    (results / "tafel-a.json").write_text(json.dumps(data), encoding="utf-8")
    summary = run_evaluation(results, photos)
    told = json.loads(json.dumps(to_json(summary), allow_nan=False))
    assert {(e["photo"], e["card"], e["field"], e["expected"]) for e in told["silent_errors"]} == {
        ("tafel-a", "r0", "zone", "links"), ("tafel-a", "r3", "text", "Kaartje 3")}
    zone = told["groups"][0]["figures"]["zone"]
    assert (zone["value"], zone["cases"]) == (pytest.approx(25 / 26, abs=1e-4), 26)
    for text in (to_text(summary, "nl"), to_text(summary, "en"), to_markdown(summary)):
        assert "96.2 %" in text
        assert "Kaartje 3" in text
    missed = next(t for t in told["groups"][0]["targets"] if t["measure"] == "zone")
    assert missed["reached"] is False
    rows = [line for line in to_markdown(summary).splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)


def test_the_command_prints_tables_or_json_and_draws(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results, photos = folders(tmp_path)
    assert main(["evaluate", str(results), str(photos), "--json", "--pictures", str(tmp_path / "p")]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "posterscan-evaluation/1"
    assert sorted(p.stem for p in (tmp_path / "p").iterdir()) == ["anders", "tafel-a"]
    assert main(["evaluate", str(results), str(photos), "--lang", "en"]) == 0
    assert "sticker count exact" in capsys.readouterr().out
    assert main(["evaluate", str(tmp_path / "geen"), str(photos)]) == 2


def picture_of(change: Callable[[Data], object]) -> np.ndarray[Any, Any]:
    score = evaluate_table(changed(change), known_truth())
    return np.asarray(draw(score, Image.new("RGB", (841, 594), (250, 250, 250))), np.int64)


def colour_along(picture: np.ndarray[Any, Any], polygon_mm: Any) -> tuple[float, float, float]:
    """Mean colour around the middles of a polygon's lower half, where labels rarely are."""
    scale = picture.shape[1] / 841
    corners = np.array(polygon_mm)
    x, y = (corners[2] * 0.7 + corners[3] * 0.3) * scale
    patch = picture[round(y) - 2:round(y) + 3, round(x) - 2:round(x) + 3].reshape(-1, 3)
    worst = patch[np.argmax(np.abs(patch - patch.mean(axis=1, keepdims=True)).sum(axis=1))]
    return tuple(float(v) for v in worst)


def test_the_picture_shows_right_cards_in_green_and_silent_errors_in_red() -> None:
    cards = truth_data()["cards"]
    picture = picture_of(put("zone.id", None, 5))
    red, green, _ = colour_along(picture, cards[3]["polygon_mm"])
    assert green > red + 50
    red, green, _ = colour_along(picture, cards[5]["polygon_mm"])
    assert red > green + 100


def test_a_right_result_of_every_rendered_photo_is_right(shared_photos: Path) -> None:
    scores = []
    for path in sorted(shared_photos.glob("*/truth.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        result = TableResult.model_validate(right_result(data))
        scores.append(evaluate_table(result, known_truth(data, path.parent.name)))
    summary = summarise(scores)
    for key in ("found", "zone", "identity_coded", "identity_printed", "identity_handwritten", "kind", "side"):
        assert value(summary, key, "all") == 1, key
    assert {(w.table, w.field) for w in summary.silent} == set()
    assert value(summary, "center_p95", "all") < 1.5  # the polygon's centre against that of the edge as cut


def test_other_json_beside_the_results_and_a_truth_without_zones_are_no_trouble(tmp_path: Path) -> None:
    results, photos = folders(tmp_path)
    (results / "lijst.json").write_text("[1, 2]", encoding="utf-8")
    (results / "iets-anders.json").write_text('{"schema": "x"}', encoding="utf-8")
    for file in photos.rglob("truth.json"):
        data = json.loads(file.read_text(encoding="utf-8"))
        for card in data["cards"]:
            card["zone"]["nearest_border_mm"] = None
        file.write_text(json.dumps(data), encoding="utf-8")
    assert run_evaluation(results, photos, None).groups


def test_what_humans_corrected_counts_unless_the_machine_is_asked_about(tmp_path: Path) -> None:
    results, photos = folders(tmp_path)
    path = results / "tafel-a.json"
    result = json.loads(path.read_text(encoding="utf-8"))
    card = result["cards"][0]
    right, wrong = card["text"]["value"], "iets heel anders"
    card["text"]["value"], card["catalogue_id"], known = wrong, None, card["catalogue_id"]
    result["review"] = {"corrections": [{"card": card["id"], "field": "text", "value": right},
                                        {"card": card["id"], "field": "catalogue_id", "value": known}]}
    path.write_text(json.dumps(result), encoding="utf-8")
    assert not run_evaluation(results, photos / "tafel-a").scores[0].wrong
    assert run_evaluation(results, photos / "tafel-a", measured=True).scores[0].wrong
