"""Which files of a folder are taken for photos."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posterscan.batch.find import PICTURES, find_photos, natural_key

EVENING = [
    "IMG_10.jpg", "IMG_2.JPG", "IMG_3.HeIc", "oost/tafel 3/foto.png", "oost/tafel 3/foto.mov", "oost/IMG_7.dng", "notes.txt",
    ".verborgen/IMG_1.jpg", "._IMG_2.JPG", "oost/@eaDir/IMG_1.jpg", "__MACOSX/IMG_1.jpg", ".thumbnails/12.jpg", "oost/Thumbs.db",
    "kit/layout.json", "kit/catalogue.json", "kit/poster.png", "kit/poster.pdf", "kit/cards/buurthuis.png",
    "oost/session.toml", ".verborgen/session.toml"]


def test_photos_of_an_evening_and_nothing_else() -> None:
    found = find_photos(EVENING)
    assert found.photos == ("IMG_2.JPG", "IMG_3.HeIc", "IMG_10.jpg", "oost/tafel 3/foto.png")
    assert found.kits == ("kit",)
    assert found.overrides == ("oost/session.toml",)
    assert found.skipped == {"hidden": 3, "kit": 3, "other": 1, "other-format": 2, "system": 1, "thumbnail": 3}


@pytest.mark.parametrize("ending", sorted(PICTURES))
def test_endings_count_in_any_case(ending: str) -> None:
    assert len(find_photos([f"a.{ending}", f"b.{ending.upper()}"]).photos) == 2


def test_photos_beside_a_kit_stay_and_its_own_pictures_do_not() -> None:
    found = find_photos(["layout.json", "catalogue.json", "poster.png", "cards/1.png", "IMG_1.jpg", "tafel 1/IMG_2.jpg"])
    assert found.kits == ("",)
    assert found.photos == ("IMG_1.jpg", "tafel 1/IMG_2.jpg")


def test_all_in_a_folder_called_kit_belongs_to_it() -> None:
    names = ["Kit Oost/layout.json", "Kit Oost/catalogue.json", "Kit Oost/artwork.jpg", "Kit Oost/losse/marker.png"]
    assert find_photos(names).photos == ()
    assert find_photos(["kitty/layout.json", "kitty/catalogue.json", "kitty/IMG_1.jpg"]).photos == ("kitty/IMG_1.jpg",)


def test_half_a_kit_is_none() -> None:
    assert find_photos(["oost/layout.json", "oost/IMG_1.jpg"]).kits == ()


def test_results_of_an_earlier_run_are_no_photos() -> None:
    names = ["uit/tafel-1.json", "uit/tafel-1/rectified.jpg", "uit/tafel-1/cards/c01.jpg", "tafel-2.json", "tafel-2/rectified.jpg",
             "tafel-2/IMG_1.jpg", "los/rectified.jpg"]
    found = find_photos(names)
    assert found.photos == ("los/rectified.jpg", "tafel-2/IMG_1.jpg")  # one has no result beside it, one is a photo in its place
    assert found.skipped["result"] == 3


def test_what_is_named_is_left_out() -> None:
    found = find_photos(["uit/a.jpg", "uitje/a.jpg", "kunst.png"], leave_out=["uit/", "kunst.png"])
    assert found.photos == ("uitje/a.jpg",)
    assert found.skipped == {"left-out": 2}


def test_nothing_gives_nothing() -> None:
    found = find_photos([])
    assert (found.photos, found.kits, found.overrides, found.skipped) == ((), (), (), {})


names_of = st.lists(st.text(st.sampled_from("aB1_ ./é"), min_size=1, max_size=12).map(lambda name: name + ".jpg"), max_size=12)


@given(names_of, st.randoms())
def test_order_of_listing_does_not_matter(names: list[str], dice: random.Random) -> None:
    mixed = list(names)
    dice.shuffle(mixed)
    assert find_photos(mixed) == find_photos(names)
    assert find_photos(names).photos == tuple(sorted(find_photos(names).photos, key=natural_key))
