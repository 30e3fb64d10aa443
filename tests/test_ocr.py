"""Reading: lines found, in order, the right way up, spelled as written; on drawn cards with known text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
import pytest
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont

from posterscan.ocr import tesseract
from posterscan.ocr.beam import beam_search
from posterscan.ocr.characters import SYMBOLS, CharacterModel, load_characters
from posterscan.ocr.compare import folded
from posterscan.ocr.crops import cut_card, upright_polygon
from posterscan.ocr.decode import ALPHABET, columns_of, greedy
from posterscan.ocr.detect import DetectParams, in_reading_order, joined, rect_quad
from posterscan.ocr.rapid import RapidReader
from posterscan.ocr.readings import CardReading, Line
from posterscan.ocr.second import read_cards, second_opinions, upright
from posterscan.ocr.strokes import handwriting_log_odds, light_on_dark
from posterscan.ocr.tesseract import TesseractReader, tesseract_languages
from posterscan.sheet import Image, Lens, SheetMap

needs_tesseract = pytest.mark.skipif("nld" not in tesseract_languages(), reason="Tesseract with nld is not installed")


@cache
def reader() -> RapidReader:
    return RapidReader()


@cache
def model() -> CharacterModel:
    loaded = load_characters()
    assert loaded is not None
    return loaded


def card(lines: Sequence[str], size_px: int = 44, ink: int = 40, paper: int = 225) -> Image:
    """(330, 510, 3) card of 85 x 55 mm at 6 px/mm with printed lines, blurred and noisy as in a photo."""
    picture = Pictures.new("L", (510, 330), paper)
    draw = ImageDraw.Draw(picture)
    for i, text in enumerate(lines):
        draw.text((40, 60 + i * size_px * 1.4), text, fill=ink, font=ImageFont.load_default(size_px))
    grey = cv2.GaussianBlur(np.asarray(picture, dtype=np.float32), (0, 0), 0.9)
    grey = grey + np.random.default_rng(2).normal(0, 3, grey.shape)
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def test_reads_print_in_order_with_spaces() -> None:
    texts = [["Buurthuis"], ["We werken samen", "vanuit een plan"], ["Woningcorporatie"]]
    read = reader().read([card(lines) for lines in texts])
    assert [r.text for r in read] == [" ".join(lines) for lines in texts]
    assert all(r.turn_deg == 0 and r.confidence > 0.9 for r in read)
    box = read[0].lines[0].box_px
    assert 20 < box[0, 0] < 45  # the text starts at 40 px
    assert 40 < box[0, 1] < 75
    assert read[0].crop_size_px == (510, 330)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_finds_upright(turn: int) -> None:
    """A card that lies turned counter-clockwise has to be turned clockwise by as much."""
    lying = np.ascontiguousarray(np.rot90(card(["Jongerenwerk", "in de buurt"]), turn // 90))
    read = reader().read([lying])[0]
    assert read.turn_deg == turn
    assert read.text == "Jongerenwerk in de buurt"
    assert np.array_equal(upright(lying, turn), card(["Jongerenwerk", "in de buurt"]))


def test_an_empty_card_reads_as_nothing() -> None:
    read = reader().read([card([])])[0]
    assert (read.text, read.confidence, read.lead) == ("", 0.0, 0.0)
    assert reader().read([]) == []


def test_cards_of_other_sizes_go_together() -> None:
    small = np.ascontiguousarray(card(["Moestuin"])[:200, :400])
    read = reader().read([card(["Buurthuis"]), small])
    assert [r.text for r in read] == ["Buurthuis", "Moestuin"]


def test_a_glance_tells_the_text_of_a_coded_card() -> None:
    read = reader().glance([card(["Buurthuis"]), card([])])
    assert folded(read[0].text) == "buurthuis"
    assert read[1].text == ""


class Echo:
    """A second reader that says what it was given."""

    name = "echo"

    def __init__(self) -> None:
        self.given: list[Image] = []

    def read(self, crops: Sequence[Image]) -> list[CardReading]:
        self.given = list(crops)
        box = np.zeros((4, 2))
        return [CardReading("echo", (Line(f"strip{i}", 0.5, box),)) for i in range(len(crops))]


def test_only_what_is_not_settled_is_read_again_line_by_line() -> None:
    echo = Echo()
    crops = [card(["Buurthuis"]), card(["Samen", "eten"]), card(["Moestuin"])]
    out = read_cards(crops, reader(), echo, lambda r: r.text == "Moestuin", ["Buurthuis", None, None])
    assert [len(readings) for readings in out] == [1, 2, 1]
    assert len(echo.given) == 2  # the two lines of the second card
    assert out[1][1].text == "strip0 strip1"


def test_a_code_that_the_glance_denies_is_read_in_full() -> None:
    out = read_cards([card(["Moestuin"])], reader(), None, lambda _: False, ["Sportvereniging"])
    assert out[0][0].text == "Moestuin"


@needs_tesseract
def test_tesseract_reads_all_strips_in_one_call() -> None:
    crops = [card(["Buurthuis"]), card([]), card(["Wat werkt houden we", "meerjarig vast"])]
    read = second_opinions(TesseractReader(), crops, reader().read(crops))
    assert [folded(r.text) for r in read] == ["buurthuis", "", "watwerkthoudenwemeerjarigvast"]
    assert read[0].confidence > 0.5


def test_without_tesseract_the_reader_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "tesseract_languages", list)
    with pytest.raises(FileNotFoundError, match="nld"):
        TesseractReader()


def scores_for(text: str, doubts: dict[int, dict[str, float]]) -> np.ndarray:
    """(2 len, K) scores that spell text, with other letters at some places: {place: {letter: share}}."""
    out = np.full((2 * len(text), len(ALPHABET) + 1), 1e-6, np.float32)
    for i, letter in enumerate(text):
        shares = doubts.get(i, {letter: 1.0})
        for other, share in shares.items():
            out[2 * i, ALPHABET.index(other) + 1] = share
        out[2 * i + 1, 0] = 1.0
    return out


def test_greedy_joins_repeats_only_without_a_blank_between() -> None:
    text, confidence = greedy(scores_for("buurt", {}))
    assert (text, confidence) == ("buurt", pytest.approx(1.0))
    assert greedy(np.zeros((0, 0), np.float32)) == ("", 0.0)


def test_knowing_dutch_settles_doubtful_letters() -> None:
    doubtful = scores_for("leesghoep", {5: {"h": 0.6, "r": 0.4}})
    assert greedy(doubtful)[0] == "leesghoep"
    best = beam_search(doubtful, model())
    assert best[0].text == "leesgroep"
    assert best[0].score > best[1].score


def test_accents_are_spelled() -> None:
    for word in ("Zorgcoöperatie", "één", "privé"):
        assert beam_search(scores_for(word, {}), model())[0].text == word
        assert greedy(scores_for(word, {}))[0] == word


def test_clear_letters_win_over_dutch() -> None:
    assert beam_search(scores_for("Qwzix", {}), model())[0].text == "Qwzix"


def test_case_runs_evenly_within_a_word() -> None:
    doubtful = scores_for("KOFFiE", {4: {"i": 0.7, "I": 0.3}})
    assert beam_search(doubtful, model())[0].text == "KOFFIE"


def test_character_model_is_a_distribution_and_knows_words() -> None:
    for context in [(0,), (0, SYMBOLS.index("b")), tuple(SYMBOLS.index(c) for c in " buur"), (3, 60, 2)]:
        assert np.exp(model().after(context)).sum() == pytest.approx(1.0, abs=0.05)  # a byte per probability
    assert model().word_score("ontmoeting") > -2 > -3 > model().word_score("ontmgqting")
    assert model().word_score("人") == -20.0


def test_columns_point_at_the_recognisers_own_characters() -> None:
    columns = columns_of(["b", "x", "a", " "])
    assert columns[0] == 0
    assert columns[1 + ALPHABET.index("a")] == 3
    assert columns[1 + ALPHABET.index(" ")] == 4
    assert columns[1 + ALPHABET.index("é")] == -1


def test_words_of_a_line_are_joined_and_lines_ordered() -> None:
    first = rect_quad((100, 50), (120, 30), 2)
    more = rect_quad((240, 54), (120, 28), 2)
    below = rect_quad((120, 100), (160, 30), 2)
    far = rect_quad((420, 104), (60, 30), 2)  # on the second line, past something that hides the middle
    lines = in_reading_order(joined([below, more, far, first], DetectParams()))
    assert len(lines) == 3
    assert np.linalg.norm(lines[0][1] - lines[0][0]) == pytest.approx(260, abs=4)
    assert [round(float(q.mean(axis=0)[0]), -1) for q in lines[1:]] == [120, 420]


def strip(text: str) -> Image:
    picture = card([text])
    return np.asarray(cv2.resize(picture[55:115], None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA))


def loops() -> Image:
    """(48, 400, 3) a slanted, joined-up wave of loops with a stroke that swells: no print looks so."""
    fine = np.full((192, 1600), 225, np.uint8)
    t = np.linspace(0, 14 * 2 * np.pi, 1500)
    x, y = 100 + t * 15 + 40 * np.sin(t), 96 - 45 * np.cos(t) - 12 * np.sin(0.37 * t)
    x = x + (96 - y) * 0.4
    for i in range(1, len(t)):
        cv2.line(fine, (int(x[i - 1]), int(y[i - 1])), (int(x[i]), int(y[i])), 40, int(6 + 4 * np.sin(0.9 * t[i])))
    small = cv2.GaussianBlur(cv2.resize(fine, (400, 48), interpolation=cv2.INTER_AREA), (0, 0), 0.7)
    return np.repeat(small[:, :, None], 3, axis=2)


def test_strokes_tell_handwriting_from_print() -> None:
    assert handwriting_log_odds(strip("Sportvereniging"), "Sportvereniging", 0.999) < -1
    assert handwriting_log_odds(loops(), "elelelelelel", 0.8) > 3
    assert handwriting_log_odds(loops(), "el", 0.8) == 0.0


def test_light_letters_on_dark_paper_are_told() -> None:
    assert light_on_dark(255 - strip("sociale basis"))
    assert not light_on_dark(strip("sociale basis"))


def test_a_crop_shows_the_card_as_its_polygon_starts_and_hides_what_it_should() -> None:
    scale = np.array([[6.0, 0, 0], [0, 6.0, 0], [0, 0, 1]])
    sheet = SheetMap(scale, Lens(3000.0, (255.0, 165.0)))
    photo = card(["Buurthuis"])
    polygon = np.array([[0, 0], [85, 0], [85, 55], [0, 55.0]])
    assert np.abs(cut_card(photo, sheet, polygon).astype(int) - photo).mean() < 3  # noise through a half-pixel shift
    turned = cut_card(photo, sheet, upright_polygon(polygon, 180))
    assert np.abs(turned[::-1, ::-1].astype(int) - photo).mean() < 3
    hidden = cut_card(photo, sheet, polygon, hide_mm=[np.array([[5, 8], [50, 8], [50, 22], [5, 22.0]])])
    assert hidden[60:120, 40:280].std() == 0.0
    assert np.array_equal(hidden[200:], cut_card(photo, sheet, polygon)[200:])
