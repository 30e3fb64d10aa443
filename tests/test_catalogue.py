"""A catalogue that cannot be used is refused with file, place and cure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kits import catalogue_data, layout_data, square, told_catalogue_data, write_json, write_kit
from posterscan.catalogue import check_together, load_catalogue, open_catalogue
from posterscan.errors import CatalogueError
from posterscan.layout import load_layout

Change = Callable[[dict[str, Any]], object]


def test_a_good_catalogue_is_taken_as_it_is(tmp_path: Path) -> None:
    _, path = write_kit(tmp_path)
    catalogue = load_catalogue(path)
    assert [card.id for card in catalogue.cards] == ["buurthuis", "koor", "erbij-horen"]
    assert catalogue.card_size_mm == (85, 55)
    data = catalogue_data()
    data["cards"] = []
    assert load_catalogue(write_json(path, data)).cards == []


CASES: list[tuple[str, Change, str, str]] = [
    ("unknown field", lambda d: d["cards"][1].update(marker=5), "cards[1].marker", "'marker_id'"),
    ("missing field", lambda d: d["cards"][1].pop("kind"), "cards[1].kind", "Fill in kind"),
    ("text for a number", lambda d: d["cards"][0].update(marker_id="17"), "cards[0].marker_id", "a whole number"),
    ("an unknown kind", lambda d: d["cards"][0].update(kind="ingrediënt"), "cards[0].kind", "ingredient"),
    ("two cards of one id", lambda d: d["cards"][1].update(id="buurthuis"), "cards[1].id", "id of its own"),
    ("two cards of one code", lambda d: d["cards"][1].update(marker_id=17), "cards[1].marker_id", "of its own"),
    ("a code beyond the dictionary", lambda d: d["cards"][1].update(marker_id=1000), "cards[1].marker_id", "0 to 999"),
    ("codes without a dictionary", lambda d: d.update(card_dictionary=None), "card_dictionary", "Name the dictionary"),
    ("an unknown dictionary", lambda d: d.update(card_dictionary="4X4_1000"), "card_dictionary", "DICT_4X4_1000"),
    ("an empty text", lambda d: d["cards"][0].update(text=" "), "cards[0].text", "blank cards"),
    ("a size in centimetres", lambda d: d.update(card_size_mm=[8.5, 5.5]), "card_size_mm", "millimetres"),
    ("a size of one side", lambda d: d.update(card_size_mm=[85]), "card_size_mm", ""),
]


@pytest.mark.parametrize(("change", "place", "cure"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_fault_is_told_with_place_and_cure(tmp_path: Path, change: Change, place: str, cure: str) -> None:
    refused(tmp_path, catalogue_data(), change, place, cure)


TOLD_CASES: list[tuple[str, Change, str, str]] = [
    ("unknown field of a blank", lambda d: d["blanks"][1].update(tabel=5), "blanks[1].tabel", "'table'"),
    ("a blank with a card's code", lambda d: d["blanks"][2].update(marker_id=17), "blanks[2].marker_id", "of its own"),
    ("two blanks of one code", lambda d: d["blanks"][2].update(marker_id=d["blanks"][0]["marker_id"]), "blanks[2].marker_id",
     "of its own"),
    ("two blanks of one number", lambda d: d["blanks"][1].update(number=1), "blanks[1].number", "from 1"),
    ("a blank beyond the dictionary", lambda d: d["blanks"][0].update(marker_id=2320), "blanks[0].marker_id", "0 to 2319"),
    ("a blank of table 0", lambda d: d["blanks"][0].update(table=0), "blanks[0].table", "from 1"),
    ("a blank of table 101", lambda d: d["blanks"][0].update(table=101), "blanks[0].table", "1 to 100"),
    ("blanks without a dictionary", lambda d: d.update(card_dictionary=None, cards=[]), "card_dictionary", "Name the"),
    ("two places of one side", lambda d: d["code_places"][1].update(side="front"), "code_places[1]", "one place per"),
    ("a place outside the card", lambda d: d["code_places"][0].update(corners_mm=square(70, 36, 16)),
     "code_places[0].corners_mm", "top-left"),
    ("a place against the clock", lambda d: d["code_places"][0]["corners_mm"].reverse(), "code_places[0].corners_mm",
     "order round"),
    ("a place that is no square", lambda d: d["code_places"][0]["corners_mm"].__setitem__(2, [80, 50]),
     "code_places[0].corners_mm", "four corners"),
    ("front and back alike", lambda d: d["code_places"][1].update(corners_mm=square(66, 36, 16)),
     "code_places[1].corners_mm", "front only"),
    ("a side that isn't", lambda d: d["code_places"][1].update(side="achter"), "code_places[1].side", "front, back"),
]


@pytest.mark.parametrize(("change", "place", "cure"), [c[1:] for c in TOLD_CASES], ids=[c[0] for c in TOLD_CASES])
def test_a_fault_in_blanks_or_places_is_told(tmp_path: Path, change: Change, place: str, cure: str) -> None:
    refused(tmp_path, told_catalogue_data(), change, place, cure)


def test_blanks_and_places_are_taken_as_they_are(tmp_path: Path) -> None:
    catalogue = load_catalogue(write_json(tmp_path / "kaartjes.json", told_catalogue_data()))
    assert len(catalogue.blanks) == 12
    assert catalogue.marker_ids[:3] == [17, 18, 2319]
    assert catalogue.kind_of_marker[2319] == "ingredient"
    assert [(p.kind, p.side) for p in catalogue.code_places][:2] == [("ingredient", "front"), ("ingredient", "back")]


def refused(folder: Path, data: dict[str, Any], change: Change, place: str, cure: str) -> None:
    change(data)
    path = write_json(folder / "kaartjes.json", data)
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(path)
    assert f"kaartjes.json: {place}" in caught.value.problem.en
    assert f"kaartjes.json: {place}" in caught.value.problem.nl
    assert cure in caught.value.remedy.en
    assert caught.value.remedy.nl


def test_swapped_files_are_seen(tmp_path: Path) -> None:
    layout, catalogue = write_kit(tmp_path)
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(layout)
    assert "swapped" in caught.value.remedy.en
    assert load_catalogue(catalogue)


def test_codes_on_both_poster_and_cards_are_refused(tmp_path: Path) -> None:
    layout = layout_data()
    for marker in layout["markers"]:
        marker.update(dictionary="DICT_4X4_1000", id=marker["id"] + 15)
    path, catalogue = write_kit(tmp_path)
    write_json(path, layout)
    with pytest.raises(CatalogueError) as caught:
        check_together(load_layout(path), open_catalogue(catalogue))
    assert "cards[0].marker_id" in caught.value.problem.en
    write_json(path, layout_data())
    check_together(load_layout(path), open_catalogue(catalogue))
    for marker in layout["markers"]:
        marker.update(dictionary="DICT_APRILTAG_36h10", id=marker["id"] + 2301)
    write_json(path, layout)
    with pytest.raises(CatalogueError) as caught:
        check_together(load_layout(path), open_catalogue(write_json(catalogue, told_catalogue_data())))
    assert "blanks[0].marker_id" in caught.value.problem.en
