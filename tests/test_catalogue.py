"""A catalogue that cannot be used is refused with file, place and cure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kits import catalogue_data, layout_data, write_json, write_kit
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
    data = catalogue_data()
    change(data)
    path = write_json(tmp_path / "kaartjes.json", data)
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
