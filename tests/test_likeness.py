"""How alike two photos are as pictures of a filled poster, on drawn sheets: the samples are in test_look."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from drawn_sheet import make_layout
from drawn_table import PX_PER_MM, SIZE_MM, DrawnCard, artwork, drawn_view
from posterscan.batch.likeness import Cells, Likeness, LikenessParams, Signature, compare, sign, unpack
from posterscan.layout import LoadedLayout
from posterscan.sheet import Lens, SheetMap

WORDS = ("Buurthuis", "Koor", "Mantelzorger", "Park", "Loket", "Vereniging")
LAYOUT = LoadedLayout(make_layout(), Path("layout.json"), "sha", artwork())


@cache
def picture(seed: int | None, number: int, spread_mm: float, shade: float, noise: float) -> NDArray[np.uint8]:
    """A drawn sheet with cards somewhere on it, by seed; None: none. spread_mm: how far each was pushed since."""
    if seed is None:
        return drawn_view([], shade=shade, noise=noise).rgb
    rng, pushed = np.random.default_rng(seed), np.random.default_rng(seed + 1000)
    places = rng.uniform((60, 50, -30), (360, 250, 30), (number, 3))
    places[:, :2] += pushed.normal(0, spread_mm, (number, 2))
    cards = [DrawnCard((float(x), float(y)), float(turn), WORDS[k % len(WORDS)], bar=(30, 120, 160) if k % 2 else None)
             for k, (x, y, turn) in enumerate(places)]
    return drawn_view(cards, shade=shade, noise=noise, seed=seed).rgb


def seen(seed: int | None, number: int = 6, *, spread_mm: float = 0.0, shade: float = 0.15, noise: float = 2.0,
         tint: tuple[float, float, float] = (1, 1, 1), shift_mm: tuple[float, float] = (0, 0),
         crop_mm: tuple[float, float] = (0, 420), layout: LoadedLayout = LAYOUT) -> Cells:
    """A sheet looked at. shift_mm: how far it is misplaced; crop_mm: from where to where along it the picture reaches."""
    rgb = np.clip(picture(seed, number, spread_mm, shade, noise) * np.array(tint), 0, 255).astype(np.uint8)
    left, right = (round(x * PX_PER_MM) for x in crop_mm)
    sheet = flat(PX_PER_MM, crop_mm[0] - shift_mm[0], -shift_mm[1])
    return unpack(sign(np.ascontiguousarray(rgb[:, left:right]), sheet, layout))


def flat(px_per_mm: float, left_mm: float, top_mm: float) -> SheetMap:
    """A picture straight from above that starts at a place of the sheet."""
    matrix = np.array([[px_per_mm, 0, -left_mm * px_per_mm - 0.5], [0, px_per_mm, -top_mm * px_per_mm - 0.5], [0, 0, 1.0]])
    return SheetMap(matrix, Lens(2000.0, (800.0, 600.0)))


@pytest.fixture(params=["artwork", "plain"])
def layout(request: pytest.FixtureRequest) -> LoadedLayout:
    return LAYOUT if request.param == "artwork" else replace(LAYOUT, reference=None)


def test_one_table_in_other_light_is_alike(layout: LoadedLayout) -> None:
    found = compare(seen(1, layout=layout),
                    seen(1, shade=0.5, noise=6.0, tint=(0.95, 0.85, 0.7), shift_mm=(2, -3), layout=layout))
    assert found.verdict == "alike"
    assert found.score > 0.6


def test_other_tables_are_different(layout: LoadedLayout) -> None:
    pictures = [seen(seed, layout=layout) for seed in range(5)]
    verdicts = {compare(a, b).verdict for i, a in enumerate(pictures) for b in pictures[:i]}
    assert verdicts == {"different"}


def test_a_close_up_is_alike_where_both_saw(layout: LoadedLayout) -> None:
    near = seen(1, crop_mm=(120, 300), layout=layout)
    found = compare(seen(1, layout=layout), near)
    assert found.verdict == "alike"
    assert 0.3 < found.shared_share < 0.5
    assert compare(seen(2, layout=layout), near).verdict == "different"


def test_strips_that_share_next_to_nothing_cannot_be_told() -> None:
    found = compare(seen(1, crop_mm=(0, 200)), seen(1, crop_mm=(190, 420)))
    assert found.verdict == "unsure"
    assert np.isnan(found.score)


def test_empty_sheets_cannot_be_told() -> None:
    assert compare(seen(None), seen(None, shade=0.4)).verdict == "unsure"
    assert compare(seen(None), seen(1)).verdict == "unsure"


def test_cards_that_were_pushed_a_little_are_the_same_table() -> None:
    assert compare(seen(1), seen(1, spread_mm=1.5, noise=3.0)).verdict == "alike"


def test_a_card_more_is_the_same_table() -> None:
    assert compare(seen(1, 5), seen(1, 6, noise=3.0)).verdict == "alike"


def test_signatures_of_other_layouts_say_nothing_of_each_other() -> None:
    other = replace(seen(1), layout="another")
    assert compare(seen(1), other).verdict == compare(other, seen(1)).verdict == "unsure"


def test_the_order_of_two_photos_does_not_matter() -> None:
    a, b = seen(1), seen(1, shift_mm=(5, 2), noise=3.0)
    assert compare(a, b).score == pytest.approx(compare(b, a).score, abs=1e-6)


@pytest.mark.parametrize(("score", "verdict"), [(0.0, "different"), (0.43, "unsure"), (0.9, "alike")])
def test_thresholds_are_parameters(score: float, verdict: str) -> None:
    a, b = mixed(score)
    found = compare(a, b, LikenessParams(reach=0))
    assert found.score == pytest.approx(score, abs=0.02)
    assert found.verdict == verdict
    assert compare(a, b, LikenessParams(reach=0, alike=-1, different=-1)).verdict == "alike"
    assert compare(a, b, LikenessParams(reach=0, alike=2, different=1)).verdict == "different"
    assert compare(a, b, LikenessParams(least_shared=1.1)) == Likeness("unsure", pytest.approx(float("nan"), nan_ok=True), 1.0)


def mixed(share: float) -> tuple[Cells, Cells]:
    """Two signatures of noise whose correlation is known."""
    rng = np.random.default_rng(7)
    common, own, other = (rng.normal(0, 0.3, (4, 99, 140)).astype(np.float32) for _ in range(3))

    def cells(values: NDArray[np.float32]) -> Cells:
        shown = np.ones((1, *values.shape[1:]), np.float32)
        return Cells("artwork", "sha", 6.0, np.concatenate([values, values * values, shown]))

    return cells(common * share ** 0.5 + own * (1 - share) ** 0.5), cells(common * share ** 0.5 + other * (1 - share) ** 0.5)


def test_a_signature_survives_json_and_stays_small() -> None:
    made = sign(picture(1, 6, 0.0, 0.15, 2.0), flat(PX_PER_MM, 0, 0), LAYOUT)
    text = made.model_dump_json()
    assert Signature.model_validate_json(text) == made
    assert len(text) < 40_000
    there = unpack(made)
    assert there.values.shape == (4, made.high, made.wide)
    assert np.abs(there.values).max() <= 1
    assert not there.values[:, ~there.seen].any()


def test_markers_and_strong_print_are_left_out() -> None:
    shown = seen(None).seen
    assert not shown[3:6, 3:6].any()  # the marker in the corner
    assert shown.mean() > 0.5
    assert (SIZE_MM[0] / 6, SIZE_MM[1] / 6) == (pytest.approx(shown.shape[1], abs=1), pytest.approx(shown.shape[0], abs=1))
