"""What is seen of a photo at a glance, on the samples that come along and on pieces and copies of them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from drawn_poster import SIZE_MM, drawn_poster, photo_of, with_cards
from posterscan.batch.copies import CopyParams, copies, same_shot
from posterscan.batch.glance import Look
from posterscan.batch.group import group
from posterscan.batch.likeness import compare, unpack
from posterscan.batch.look import KitFacts, facts_of, look, unreadable
from posterscan.batch.other_kits import other_kits
from posterscan.errors import LayoutError, PhotoError
from posterscan.layout import Layout, LoadedLayout, Session, open_layout
from posterscan.messages import Message
from posterscan.photo import load_photo

ROOT = Path(__file__).resolve().parent.parent
OWN, STANDIN = ROOT / "samples" / "own-kit", ROOT / "samples"
CARDS = "DICT_APRILTAG_36h10"


@pytest.fixture(scope="module")
def kits() -> dict[str, LoadedLayout]:
    return {"eigen/kit": open_layout(OWN / "kit" / "layout.json"), "kit": open_layout(STANDIN / "kit" / "layout.json")}


@pytest.fixture(scope="module")
def own(kits: dict[str, LoadedLayout]) -> dict[str, Look]:
    """The samples of our own kit."""
    return {name: look(f"{name}/photo.jpg", (OWN / name / "photo.jpg").read_bytes(), {"eigen/kit": kits["eigen/kit"]}, "eigen/kit")
            for name in ("easy-031-0000", "normal-031-0000", "hard-031-0000")}


@pytest.fixture(scope="module")
def rgb() -> NDArray[np.uint8]:
    """The pixels of a sample, upright."""
    return load_photo(OWN / "normal-031-0000" / "photo.jpg").rgb


def jpeg(rgb: NDArray[np.uint8], longest: int = 4032, quality: int = 85) -> bytes:
    picture = Image.fromarray(rgb)
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def seen(name: str, data: bytes, kits: Mapping[str, LoadedLayout], cards: str | None = None) -> Look:
    one = {"eigen/kit": kits["eigen/kit"]}
    return look(name, data, one, "eigen/kit", facts={"eigen/kit": facts_of(one["eigen/kit"], cards)})


def test_a_photo_of_the_whole_poster(own: dict[str, Look]) -> None:
    easy = own["easy-031-0000"]
    assert easy.status == "located"
    assert easy.code is None
    assert easy.table_code is not None
    assert easy.table_code.whole
    assert easy.table_code.session == easy.kit_session == "1SC-BM6"
    assert easy.in_view == pytest.approx(1.0, abs=0.02)
    assert easy.px_per_mm is not None
    assert 2 < easy.px_per_mm < 6
    assert easy.pose is not None
    assert np.all((np.array(easy.pose) > -0.1) & (np.array(easy.pose) < 1.1))
    assert easy.taken_at is not None
    assert (easy.kit, easy.size_px) == ("eigen/kit", (3024, 4032))  # upright


def test_a_look_survives_json_and_stays_small(own: dict[str, Look]) -> None:
    for one in own.values():
        text = one.model_dump_json()
        assert Look.model_validate_json(text) == one
        assert len(text) < 60_000


def test_tables_of_the_samples_are_told_apart(own: dict[str, Look]) -> None:
    cells = [unpack(one.signature) for one in own.values() if one.signature is not None]
    scores = [compare(a, b) for i, a in enumerate(cells) for b in cells[:i]]
    assert len(scores) == 3
    assert {found.verdict for found in scores} == {"different"}
    assert max(found.score for found in scores) < 0.35


def test_a_messengers_copy_is_the_same_shot(own: dict[str, Look], rgb: NDArray[np.uint8], kits: dict[str, LoadedLayout]) -> None:
    small = seen("whatsapp.jpg", jpeg(rgb, 1600, 60), kits)
    original = own["normal-031-0000"]
    assert small.sha256 != original.sha256
    assert small.taken_at is None
    assert same_shot(original, small)
    assert not same_shot(original, small, CopyParams(shift=1e-6))
    assert not same_shot(original, small, CopyParams(score=1.01))
    assert copies([small, original]) == {"whatsapp.jpg": "normal-031-0000/photo.jpg"}
    assert not same_shot(original, own["easy-031-0000"])


def test_a_part_of_a_photo_is_a_close_up_that_looks_like_its_table(own: dict[str, Look], rgb: NDArray[np.uint8],
                                                                  kits: dict[str, LoadedLayout]) -> None:
    high, wide = rgb.shape[:2]
    part = rgb[round(0.08 * high):round(0.55 * high), round(0.48 * wide):round(0.92 * wide)]  # two markers, 8 and 9
    near = seen("dichtbij.jpg", jpeg(np.ascontiguousarray(part)), kits)
    assert near.status == "partial"
    assert near.code == "too-few-markers"
    assert near.pose is None
    assert near.signature is not None
    verdicts = {name: compare(unpack(near.signature), unpack(one.signature)).verdict
                for name, one in own.items() if one.signature is not None}
    assert verdicts["normal-031-0000"] == "alike"
    assert "alike" not in (verdicts["easy-031-0000"], verdicts["hard-031-0000"])
    found = group([near, *(one.model_copy(update={"photo": one.photo.replace("/", "-")}) for one in own.values())])
    joined = next(table for table in found.tables if "dichtbij.jpg" in table.photos)
    assert joined.table == "tafel-9"
    assert dict(zip(joined.photos, joined.by, strict=True)) == {"normal-031-0000-photo.jpg": "code", "dichtbij.jpg": "likeness"}


def test_a_picture_of_something_else_shows_nothing(kits: dict[str, LoadedLayout]) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    found = look("feest.jpg", jpeg(noise), kits, "kit")
    assert (found.status, found.code) == ("nothing", "no-markers")
    assert group([found]).problems[0].code == "no-poster"


@pytest.mark.parametrize(("data", "code"), [
    (b"", "photo-empty"), (b"%PDF-1.7", "photo-not-a-picture"), (b"\xff\xd8\xff", "photo-damaged")])
def test_what_cannot_be_read_is_told_and_never_raised(data: bytes, code: str, kits: dict[str, LoadedLayout]) -> None:
    found = look("a/b.jpg", data, kits, "kit")
    assert (found.status, found.code) == ("unreadable", code)
    assert found.problem.nl
    assert found.remedy.en
    told = group([found]).problems
    assert [(one.photo, one.code, one.table, one.severity) for one in told] == [("a/b.jpg", code, None, "error")]


def test_a_photo_that_could_not_be_fetched_is_told() -> None:
    found = unreadable("a.jpg", b"", PhotoError(Message("weg", "gone"), Message("kijk", "look"), "photo-missing"))
    assert (found.status, found.code, found.problem) == ("unreadable", "photo-missing", Message("weg", "gone"))


def test_a_mirrored_photo_says_so(rgb: NDArray[np.uint8], kits: dict[str, LoadedLayout]) -> None:
    found = seen("spiegel.jpg", jpeg(np.ascontiguousarray(rgb[:, ::-1]), 2000), kits)
    assert (found.status, found.code) == ("nothing", "mirrored")
    assert "gespiegeld" in found.problem.nl


def test_two_posters_say_so(kits: dict[str, LoadedLayout]) -> None:
    poster = kits["kit"].reference
    assert poster is not None
    small = np.asarray(Image.fromarray(poster).resize((1400, 989)))
    both = np.full((2300, 1700, 3), 120, np.uint8)
    both[80:1069, 150:1550], both[1200:2189, 150:1550] = small, small
    found = look("twee.jpg", jpeg(both), {"kit": kits["kit"]}, "kit")
    assert (found.status, found.code) == ("nothing", "two-posters")


def test_cards_without_a_marker_are_a_close_up_where_the_kits_cards_are_known(rgb: NDArray[np.uint8], own: dict[str, Look],
                                                                             kits: dict[str, LoadedLayout]) -> None:
    hidden = rgb.copy()
    for one in own["normal-031-0000"].markers:
        corners = np.array(one.corners) * rgb.shape[1::-1]
        (left, top), (right, low) = (corners.min(axis=0) - 20).astype(int), (corners.max(axis=0) + 20).astype(int)
        hidden[max(top, 0):low, max(left, 0):right] = 128
    found = seen("kaartjes.jpg", jpeg(hidden), kits, CARDS)
    assert len(found.markers) == 0
    assert (found.status, found.code) == ("partial", "cards-only")
    assert group([found]).problems[0].code == "close-up-alone"
    without = seen("kaartjes.jpg", jpeg(hidden), kits)
    assert without.status == "nothing"


def test_a_poster_of_another_kit_is_looked_at_with_that_one(kits: dict[str, LoadedLayout]) -> None:
    data = (STANDIN / "easy-606-0000" / "photo.jpg").read_bytes()
    found = look("photo.jpg", data, kits, "eigen/kit")
    assert (found.status, found.kit, found.table_code) == ("located", "kit", None)


def test_the_kit_whose_session_the_poster_says_is_taken(kits: dict[str, LoadedLayout], own: dict[str, Look]) -> None:
    mine = kits["eigen/kit"]
    other = LoadedLayout(mine.layout.model_copy(update={"session": Session(id="2K7-MQ4")}), mine.path, "other", mine.reference)
    data = (OWN / "easy-031-0000" / "photo.jpg").read_bytes()
    found = look("photo.jpg", data, {"west": other, "oost": mine}, "west")
    assert (found.kit, found.kit_session) == ("oost", "1SC-BM6")
    alone = look("photo.jpg", data, {"west": other}, "west")
    assert group([alone]).problems[0].code == "other-session"


def test_kits_with_the_same_poster_are_not_tried_one_after_another(own: dict[str, Look]) -> None:
    nothing = own["easy-031-0000"].model_copy(update={"status": "nothing", "code": "no-markers", "table_code": None})
    known = {f"k{n}": KitFacts(None, "same") for n in range(300)} | {f"o{n}": KitFacts(None, f"poster {n}") for n in range(9)}
    assert other_kits(nothing, known, "k7") == ["o0", "o1", "o2"]
    assert other_kits(nothing.model_copy(update={"code": "mirrored"}), known, "k7") == []


def test_a_kit_that_cannot_be_opened_stops_it() -> None:
    class Broken(dict[str, LoadedLayout]):
        def __missing__(self, key: str) -> LoadedLayout:
            raise LayoutError(f"{key} is broken")

    with pytest.raises(LayoutError):
        look("a.jpg", b"", Broken(), "kit", facts={"kit": KitFacts(None, "x")})


def test_posters_without_markers_are_told_apart_by_their_artwork(kits: dict[str, LoadedLayout], tmp_path: Path) -> None:
    both = {"kit": kits["kit"]}
    for name, seed in (("dorp", 1), ("plein", 40)):
        fields = {"schema": "posterscan-layout/1", "id": name, "size_mm": SIZE_MM, "markers": [], "zones": [],
                  "reference_image": "poster.png"}
        both[name] = LoadedLayout(Layout.model_validate(fields), tmp_path / "layout.json", name,
                                  drawn_poster(seed, name, (name, f"{name} 2", f"{name} 3")))
    photo = photo_of(with_cards(both["plein"].reference, 12)[0], 4.0)[0]
    for first in both:
        found = look("a.jpg", jpeg(photo), both, first)
        assert (found.status, found.kit, found.by_artwork) == ("located", "plein", True)
    marked = look("b.jpg", (STANDIN / "easy-606-0000" / "photo.jpg").read_bytes(), both, "dorp")
    assert (marked.status, marked.kit, marked.by_artwork) == ("located", "kit", False)
