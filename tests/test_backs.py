"""Cards turned over on a table: found, told apart, and their boxes read, on drawn tables of which everything is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from drawn_backs import PENCIL, STYLES, Filled, Mark, Shown, catalogue_of, drawn_table, filled_in, printed_back, some_card
from posterscan.backs.boxes import Ticked, read_boxes
from posterscan.backs.face import face_of, is_own
from posterscan.backs.find import find_backs
from posterscan.backs.paper import believed
from posterscan.backs.plane import Shape, fit_plane
from posterscan.backs.read import writing_of
from posterscan.catalogue import Catalogue
from posterscan.geometry import apply_homography, rectangle
from posterscan.sheet import Lens, SheetMap

SQUARE = rectangle((0, 0), (16, 16), 0)
LENS = Lens(1000.0, (0.0, 0.0))


def flat(face: NDArray[np.uint8], px_per_mm: float = 5.0, seed: int = 1) -> tuple[NDArray[np.uint8], SheetMap]:
    """A back as a scanner sees it, a little noisy, and the map from its mm to px."""
    small = cv2.resize(face, None, fx=px_per_mm / 12, fy=px_per_mm / 12, interpolation=cv2.INTER_AREA)
    noisy = small.astype(float) * 0.85 + np.random.default_rng(seed).normal(0, 2, small.shape)
    sheet = SheetMap(np.array([[px_per_mm, 0, -0.5], [0, px_per_mm, -0.5], [0, 0, 1.0]]), LENS)
    return np.clip(noisy, 0, 255).astype(np.uint8), sheet


def ticked(*marks: Mark, seed: int = 1, px_per_mm: float = 5.0) -> Ticked:
    face = filled_in(printed_back("ingredient", 7, "Koor"), Filled(marks), np.random.default_rng(seed))
    rgb, sheet = flat(face, px_per_mm)
    return read_boxes(rgb, sheet, face_of(catalogue_of([7]), "ingredient").boxes)


@pytest.mark.parametrize("tilt", [0.0, 15.0, 35.0])
@pytest.mark.parametrize("count", [1, 2, 6])
def test_the_table_is_known_from_its_codes(tilt: float, count: int) -> None:
    """Distances on the table are right to 1 % of what is far from the codes, whatever the tilt; the photo says its focal length."""
    rng = np.random.default_rng(count)
    wide, high, focal = 4000, 3000, 2900.0
    t = np.radians(tilt)
    turn = np.array([[1, 0, 0], [0, np.cos(t), -np.sin(t)], [0, np.sin(t), np.cos(t)]])
    to_px = np.array([[focal, 0, (wide - 1) / 2], [0, focal, (high - 1) / 2], [0, 0, 1]]) @ np.stack(
        [turn[:, 0], turn[:, 1], np.array([0, 0, 420.0])], axis=1)
    shapes = [Shape(apply_homography(to_px, rectangle(rng.uniform(-110, 110, 2), (16, 16), rng.uniform(0, 360)))
                    + rng.normal(0, 0.1, (4, 2)), SQUARE) for _ in range(count)]
    plane = fit_plane(shapes, (wide, high), focal)
    card = rectangle((30, -20), (85, 55), 20)
    found = plane.sheet.to_mm(apply_homography(to_px, card))
    sides = np.linalg.norm(np.roll(found, -1, axis=0) - found, axis=1)
    assert sides == pytest.approx([85, 55, 85, 55], rel=0.01 if count > 1 else 0.04)
    if count > 1:
        assert plane.tilt_deg == pytest.approx(tilt, abs=1.5)


def test_a_plane_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one shape"):
        fit_plane([], (100, 100))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("stance", ["yes", "no", "doubt"])
def test_one_mark_of_any_kind_is_read_and_is_sure(style: str, stance: str) -> None:
    read = ticked(Mark(stance, style))
    assert (read.value, read.sure) == (stance, True)


def test_a_faint_pencil_is_read() -> None:
    assert ticked(Mark("no", "tick", PENCIL, 0.35)).value == "no"


def test_nothing_ticked_is_nothing_and_sure() -> None:
    read = ticked()
    assert (read.value, read.sure) == (None, True)
    assert max(box.ink for box in read.boxes.values()) < 0.01 < min(box.frame for box in read.boxes.values())


@pytest.mark.parametrize("marks", [(Mark("yes", "tick"), Mark("no", "cross")), (Mark("yes", "scribble"), Mark("doubt", "tick")),
                                   (Mark("doubt", "ring"),)])
def test_what_nobody_can_tell_is_doubted(marks: tuple[Mark, ...]) -> None:
    read = ticked(*marks)
    assert not read.sure
    assert read.value is None


def test_a_covered_or_tiny_box_is_doubted() -> None:
    """A finger over the boxes, and a photo from too far."""
    face = filled_in(printed_back("ingredient", 7, "Koor"), Filled((Mark("yes", "tick"),)), np.random.default_rng(1))
    face[12 * 12:20 * 12, 40 * 12:] = (224, 180, 150)
    rgb, sheet = flat(face)
    boxes = face_of(catalogue_of([7]), "ingredient").boxes
    assert not read_boxes(rgb, sheet, boxes).sure
    assert not ticked(Mark("yes", "tick"), px_per_mm=2.0).sure


def test_a_shadow_across_a_box_is_no_ink() -> None:
    face = printed_back("ingredient", 7, "Koor").copy()
    rgb, sheet = flat(face)
    x = np.arange(rgb.shape[1]) / 5.0
    shade = 1 - 0.45 / (1 + np.exp(-(x - 46.5) * 2))  # through the middle box, over two millimetres
    read = read_boxes((rgb * shade[None, :, None]).astype(np.uint8), sheet, face_of(catalogue_of([7]), "ingredient").boxes)
    assert read.value is None
    assert max(box.ink for box in read.boxes.values()) < 0.03


def agree(found_px: NDArray[np.float64], shown: Shown) -> bool:
    side = float(np.linalg.norm(shown.polygon_px[1] - shown.polygon_px[0]))
    return float(np.abs(found_px - shown.polygon_px).max()) < 0.03 * side  # 2.5 mm


@pytest.mark.parametrize("seed", range(4))
def test_cards_with_codes_are_found_read_and_named(seed: int) -> None:
    rng = np.random.default_rng([7, seed])
    cards = [some_card(rng, marker, marks=(Mark(str(rng.choice(["yes", "no", "doubt"])), "tick"),))
             for marker in rng.choice(2000, 1 + seed, replace=False)]
    photo, shown, catalogue = drawn_table(cards, rng)
    found = {card.marker_id: card for card in find_backs(photo.rgb, catalogue).cards}
    assert set(found) == {one.marker_id for one in shown}
    boxes = face_of(catalogue, "ingredient").boxes
    for one in shown:
        assert agree(found[one.marker_id].polygon_px, one)
        read = read_boxes(photo.rgb, found[one.marker_id].sheet, boxes)
        assert read.value == one.stance


def test_cards_without_codes_are_found_by_their_outlines() -> None:
    """Which way up nobody knows. These have a dark rim, and its inner edge is the plainest rectangle of a card's shape."""
    rng = np.random.default_rng(3)
    cards = [some_card(rng, marker) for marker in (1, 2, 3, 4)]
    photo, shown, _ = drawn_table(cards, rng, coded=False)
    plain = Catalogue.model_validate({"schema": "posterscan-catalogue/1", "cards": []})
    found, _ = believed(photo.rgb, find_backs(photo.rgb, plain).cards, plain.card_size_mm)
    assert len(found) == len(shown)
    for one in shown:
        side = float(np.linalg.norm(one.polygon_px[1] - one.polygon_px[0]))
        assert any(np.linalg.norm(card.polygon_px.mean(axis=0) - one.polygon_px.mean(axis=0)) < 0.03 * side for card in found)
        assert all(card.marker_id is None and not card.upright for card in found)


def test_a_bare_table_has_no_cards() -> None:
    rng = np.random.default_rng(5)
    bare = np.clip(rng.normal(180, 4, (900, 1200, 3)), 0, 255).astype(np.uint8)
    assert find_backs(bare, catalogue_of([1])).cards == ()


def test_boxes_are_known_of_our_own_kits_only() -> None:
    own = catalogue_of([1])
    assert is_own(own)
    assert set(face_of(own, "ingredient").boxes) == {"yes", "no", "doubt"}
    assert not face_of(own, "intention").boxes
    other = own.model_copy(update={"card_size_mm": (90.0, 60.0)})
    assert not is_own(other)
    assert not face_of(other, "ingredient").boxes


def test_print_is_no_writing_and_writing_is() -> None:
    """The lines to write on are taken out, ink over them stays."""
    face = face_of(catalogue_of([7]), "ingredient")
    blank = writing_of(*flat(printed_back("ingredient", 7, "Koor")), face)
    assert not blank.is_written
    pen = printed_back("ingredient", 7, "Koor").copy()
    for x in range(120, 700, 60):
        cv2.line(pen, (x, 330), (x + 40, 430), (40, 50, 140), 6)
    wrote = writing_of(*flat(pen), face)
    assert wrote.is_written
    assert wrote.ink > 5 * blank.ink
    row = wrote.crop[round((34 - face.room_mm[1]) * 8)]
    assert row[:, 0].min() < 120  # a stroke over the line
    assert np.median(row[:, 0]) > 200  # and the line itself is paper
