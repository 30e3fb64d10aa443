"""A poster without markers: placed by its artwork, and another one refused. Drawn photos with known truth."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drawn_poster import SIZE_MM, Rgb, drawn_poster, photo_of, points_mm, seen_px, with_cards
from kits import catalogue_data, write_json
from posterscan.about_artwork import about_artwork, is_other_poster
from posterscan.catalogue import open_catalogue
from posterscan.clarity import clarity
from posterscan.errors import SheetNotFound
from posterscan.layout import Layout, LoadedLayout
from posterscan.locating import fit_poster
from posterscan.markers.found import nothing_found
from posterscan.outcome import ScanOptions, ScanOutcome
from posterscan.photo import load_photo
from posterscan.pipeline import scan_photo
from posterscan.sheet import resample
from posterscan.sheetfit import SheetFit
from posterscan.stages.agreement import Agreement, agreement
from posterscan.stages.known_artwork import false_alarms


def loaded(poster: Rgb) -> LoadedLayout:
    layout = Layout.model_validate({"schema": "posterscan-layout/1", "id": "p", "size_mm": SIZE_MM, "markers": [], "zones": [],
                                    "reference_image": "poster.png"})
    return LoadedLayout(layout, Path("layout.json"), "", poster)


def placed(photo: Rgb, poster: Rgb) -> SheetFit:
    return fit_poster(nothing_found(), np.asarray(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), np.uint8), loaded(poster), None)[0]


def compared(photo: Rgb, poster: Rgb, cards: list[np.ndarray]) -> Agreement:
    fit = placed(photo, poster)
    assert fit
    return agreement(resample(photo, fit.sheet, SIZE_MM, 3.0), poster, cards)


@pytest.mark.parametrize(("turn", "cards"), [(88.0, 0), (-93.0, 30), (181.0, 30)])
def test_a_poster_under_cards_is_placed_whichever_way_it_lies(turn: float, cards: int) -> None:
    poster = drawn_poster()
    photo, to_px = photo_of(with_cards(poster, cards)[0], turn)
    fit = placed(photo, poster)
    assert fit, fit.problem
    error = np.linalg.norm(fit.sheet.to_mm(seen_px(to_px)) - points_mm(), axis=1)
    assert np.median(error) < 0.3
    assert np.percentile(error, 95) < 1.0
    assert fit.left_out.median < 0.5  # its own figure, on pieces of the artwork that were left out
    assert 2 * np.median(fit.sigma_mm(points_mm())) > np.median(error)


def blank_table() -> Rgb:
    return photo_of(np.full_like(drawn_poster(), 238))[0]


def twice() -> Rgb:
    both = [photo_of(drawn_poster(), 90.0, seed=k, wide_px=1400)[0] for k in (1, 2)]
    return np.concatenate(both, axis=1)


@pytest.mark.parametrize(("photo", "reason"), [
    (blank_table, "poster-not-recognised"),
    (lambda: photo_of(np.random.default_rng(0).integers(0, 255, (2100, 1500, 3), np.uint8))[0], "poster-not-recognised"),
    (lambda: np.ascontiguousarray(photo_of(drawn_poster(), 90.0)[0][:, ::-1]), "mirrored"),
    (twice, "two-posters"),
])
def test_what_is_not_this_poster_is_refused_with_a_remedy(photo: object, reason: str) -> None:
    fit = placed(photo(), drawn_poster())  # type: ignore[operator]
    assert fit.reason == reason
    assert fit.problem.nl and fit.problem.en  # noqa: PT018  (both languages)
    assert fit.remedy.nl and fit.remedy.en  # noqa: PT018


def test_a_logo_on_another_poster_is_not_this_poster() -> None:
    poster, other = drawn_poster(1), drawn_poster(50, "Iets anders", ("rood", "wit", "blauw"))
    other[1650:2040, 950:1400] = poster[1650:2040, 950:1400]
    fit = placed(photo_of(other, 90.0)[0], poster)
    assert fit.reason in ("poster-little-seen", "poster-not-recognised")


def test_the_right_poster_agrees_between_its_cards_whatever_the_light() -> None:
    poster = drawn_poster()
    sheet, cards = with_cards(poster, 20)
    photo, _ = photo_of(sheet, 92.0)
    ramp = np.linspace(0.75, 1.1, photo.shape[1])[None, :, None]
    seen = compared(np.clip(photo * ramp, 0, 255).astype(np.uint8), poster, cards)
    assert seen.share is not None and seen.share > 0.985  # noqa: PT018
    assert not is_other_poster(seen)
    assert about_artwork(seen, SIZE_MM) == []


def test_another_title_is_told_with_its_place_and_another_drawing_is_refused() -> None:
    poster = drawn_poster()
    sheet, cards = with_cards(drawn_poster(title="Samen op het plein"), 20)
    seen = compared(photo_of(sheet, 90.0)[0], poster, cards)
    [advice] = about_artwork(seen, SIZE_MM)
    assert advice.code == "poster-differs"
    assert seen.places_mm[0, 1] < 90  # millimetres from the top: the title stands there
    sheet, cards = with_cards(drawn_poster(seed=77), 20)
    fit = placed(photo_of(sheet, 90.0)[0], poster)
    if fit:
        assert is_other_poster(agreement(resample(photo_of(sheet, 90.0)[0], fit.sheet, SIZE_MM, 3.0), poster, cards))


def test_another_language_of_the_same_poster_is_told_with_its_places() -> None:
    other = drawn_poster(title="Tomorrow's village", spheres=("personal", "around", "council"))
    sheet, cards = with_cards(other, 10)
    [advice] = about_artwork(compared(photo_of(sheet, 90.0)[0], drawn_poster(), cards), SIZE_MM)
    assert advice.code == "poster-differs"


def test_cards_that_were_missed_are_told_and_do_not_cost_the_photo() -> None:
    sheet, cards = with_cards(drawn_poster(), 25)
    seen = compared(photo_of(sheet, 90.0)[0], drawn_poster(), cards[5:])
    assert not is_other_poster(seen)


def test_what_lies_on_the_poster_is_no_other_print() -> None:
    sheet = drawn_poster()
    cv2.circle(sheet, (1000, 1700), 190, (60, 90, 200), -1)  # a cup of 127 mm
    seen = compared(photo_of(sheet, 90.0)[0], drawn_poster(), [])
    assert not is_other_poster(seen)
    assert np.all(np.hypot(*(seen.places_mm - [1000 / 3, 1700 / 3]).T) > 50)


def test_too_little_in_sight_proves_nothing() -> None:
    assert is_other_poster(Agreement(10, 0, np.zeros((0, 2)), np.zeros(0)))
    assert is_other_poster(Agreement(0, 0, np.zeros((0, 2)), np.zeros(0)))


@given(st.integers(5, 400), st.integers(0, 400), st.floats(1e-6, 1e-2))
def test_more_agreeing_pairs_are_never_likelier_by_chance(agreeing: int, others: int, chance: float) -> None:
    pairs = agreeing + others + 1
    more, fewer = false_alarms(pairs, agreeing + 1, chance), false_alarms(pairs, agreeing, chance)
    # each step divides by chance, and multiplies by the ways to choose
    assert more <= fewer + np.log10(pairs) + np.log10(agreeing + 1)
    assert false_alarms(pairs, 4, chance) == 0.0


def test_blur_is_measured_on_the_artwork() -> None:
    poster, widths = drawn_poster(), []
    reference = np.asarray(cv2.cvtColor(poster, cv2.COLOR_RGB2GRAY), np.uint8)
    for blur in (0.5, 3.0):
        photo, _ = photo_of(poster, 90.0)
        grey = np.asarray(cv2.GaussianBlur(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), (0, 0), blur), np.uint8)
        fit = placed(photo, poster)
        seen = clarity(grey, fit.sheet, reference, SIZE_MM)
        widths.append(seen.edge_px)
        assert 0.5 < seen.paper_light < 0.85  # white is printed at 0.82 of the range and hazed by 8 levels
    assert widths[1] - widths[0] > 3  # px: 2.56 sigma of the blur that was added, less what was there


@pytest.mark.parametrize("same", [True, False])
def test_a_scan_holds_what_shows_between_the_cards_against_the_artwork(tmp_path: Path, same: bool) -> None:
    write_json(tmp_path / "catalogue.json", catalogue_data())
    printed = drawn_poster()
    if not same:
        printed[:, 750:] = drawn_poster(seed=77)[:, 750:]
    sheet, cards = with_cards(printed, 10)
    Image.fromarray(photo_of(sheet, 2.0)[0]).save(tmp_path / "photo.png")

    def scanned() -> ScanOutcome:
        return scan_photo(load_photo(tmp_path / "photo.png"), loaded(drawn_poster()), open_catalogue(tmp_path / "catalogue.json"),
                          ScanOptions("t"))

    if not same:
        with pytest.raises(SheetNotFound) as refused:
            scanned()
        assert refused.value.code == "wrong-poster"
        return
    record = scanned().result
    assert record.photos[0].artwork_agreement is not None
    assert record.photos[0].artwork_agreement > 0.97
    found = np.array([card.center_mm for card in record.cards])
    assert max(np.hypot(*(found - card.mean(axis=0)).T).min() for card in cards) < 1.5
