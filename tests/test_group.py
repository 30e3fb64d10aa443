"""Which photos belong to one table: from looks made by hand, so that each rule is seen by itself."""

from __future__ import annotations

import base64
import random
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posterscan.batch.choose import choose_kit
from posterscan.batch.group import Grouping, TableGroup, group
from posterscan.batch.likeness import LEVELS, Signature
from posterscan.batch.look import CodeSeen, Look, MarkerSeen
from posterscan.batch.naming import table_folder, table_number
from posterscan.batch.session_toml import NO_OVERRIDES, Overrides, read_overrides
from posterscan.messages import Message

S = "2K7-MQ4"
OTHER = "1SC-BM6"


def drawn_signature(content: int | None, shown: tuple[float, float] = (0.0, 1.0), layout: str = "layout") -> Signature:
    """What lies on a table, as noise that only its own number makes; None: nothing. shown: from where to where of the width."""
    high, wide = 30, 42
    levels = np.full((4, high, wide), LEVELS + 1, np.uint8)
    if content is not None:
        levels = np.random.default_rng(content).integers(1, 2 * LEVELS + 2, levels.shape).astype(np.uint8)
    columns = (np.arange(wide) + 0.5) / wide
    levels[:, :, (columns < shown[0]) | (columns > shown[1])] = 0
    flat = levels.ravel()
    data = base64.b64encode(zlib.compress(((flat[0::2] << 4) | flat[1::2]).tobytes())).decode()
    return Signature(kind="artwork", layout=layout, cell_mm=20.0, wide=wide, high=high, data=data)


def photo(name: str, content: int | None = None, *, at: str | None = None, code: tuple[str | None, int | None] | None = None,
          status: str = "located", unseen: bool = False, kit_session: str | None = S, **more: Any) -> Look:
    """A look. at: minutes and seconds of one evening, or a whole time; code: as read whole; unseen: without a signature."""
    spot = np.random.default_rng(zlib.crc32(name.encode())).uniform(0.1, 0.8, 2)
    corners = tuple((float(spot[0] + dx), float(spot[1] + dy)) for dx, dy in ((0, 0), (0.05, 0), (0.05, 0.05), (0, 0.05)))
    usable = status in ("located", "partial")
    fields: dict[str, Any] = {
        "photo": name, "sha256": name, "file_bytes": 1000, "status": status, "size_px": (4000, 3000), "kit": "kit",
        "taken_at": at if at is None or "T" in at else f"2026-11-24T20:{at}", "kit_session": kit_session, "layout": "layout",
        "markers": (MarkerSeen(id=1, corners=corners),) if usable else (),
        "table_code": CodeSeen(table=code[1], session=code[0], session_read=True) if code is not None else None,
        "signature": drawn_signature(content) if usable and not unseen else None}
    return Look(**(fields | more))


def tables(found: Grouping) -> dict[str, list[str]]:
    return {table.name: list(table.photos) for table in found.tables}


def codes(found: Grouping) -> dict[str, list[str]]:
    """Per photo what is told of it."""
    out: dict[str, list[str]] = {}
    for problem in found.problems:
        out.setdefault(problem.photo, []).append(problem.code)
    return out


def only(found: Grouping) -> TableGroup:
    assert len(found.tables) == 1
    return found.tables[0]


def told(text: str, looks: list[Look], folder: str = "") -> Overrides:
    return read_overrides({f"{folder}/session.toml".lstrip("/"): text.encode()}, [look.photo for look in looks])


def test_what_posters_say_holds_across_folders() -> None:
    found = group([photo("a/1.jpg", code=(S, 3)), photo("b/1.jpg", code=(S, 3)), photo("b/2.jpg", code=(S, 4))])
    assert tables(found) == {f"{S}-tafel-3": ["a/1.jpg", "b/1.jpg"], f"{S}-tafel-4": ["b/2.jpg"]}
    assert [table.table for table in found.tables] == ["tafel-3", "tafel-4"]
    assert [table.session for table in found.tables] == [S, S]
    assert {table.how for table in found.tables} == {"code"}
    assert found.problems == ()


def test_tables_are_shown_in_the_language_asked_for_and_files_keep_their_names() -> None:
    table = only(group([photo("1.jpg", code=(S, 3))], language="en"))
    assert (table.name, table.table) == (f"{S}-tafel-3", "table-3")


def test_a_folder_per_table_is_that_table() -> None:
    found = group([photo("easy-021-0000/photo.jpg", 1), photo("hard-021-0000/photo.jpg", 2), photo("hard-021-0000/later.jpg", 2)])
    assert tables(found) == {"easy-021-0000": ["easy-021-0000/photo.jpg"],
                             "hard-021-0000": ["hard-021-0000/later.jpg", "hard-021-0000/photo.jpg"]}
    assert {table.how for table in found.tables} == {"folder"}
    assert found.problems == ()


def test_a_folder_whose_photos_cannot_be_told_apart_is_one_table() -> None:
    found = group([photo("jan/1.jpg", None), photo("jan/2.jpg", None), photo("jan/3.jpg", status="partial", unseen=True)])
    assert tables(found) == {"jan": ["jan/1.jpg", "jan/2.jpg", "jan/3.jpg"]}
    assert found.problems == ()


def test_a_folder_of_several_tables_is_split_by_what_lies_on_them() -> None:
    found = group([photo("avond/1.jpg", 1), photo("avond/2.jpg", 2), photo("avond/3.jpg", 1)])
    assert tables(found) == {"avond-1": ["avond/1.jpg", "avond/3.jpg"], "avond-2": ["avond/2.jpg"]}
    assert {table.how for table in found.tables} == {"likeness"}


def test_the_topmost_folder_holds_several_tables() -> None:
    found = group([photo("IMG_2.jpg", 1), photo("IMG_10.jpg", 1), photo("IMG_3.jpg", 2)])
    assert tables(found) == {"IMG_2": ["IMG_2.jpg", "IMG_10.jpg"], "IMG_3": ["IMG_3.jpg"]}
    assert found.problems == ()


def test_a_folder_named_after_a_table_is_that_table_and_takes_what_is_unread() -> None:
    found = group([photo("Tafel 3/1.jpg", code=(S, 3)), photo("Tafel 3/2.jpg", unseen=True), photo("t4/1.jpg", unseen=True),
                   photo("t4/dichtbij/2.jpg", status="partial")])
    assert tables(found) == {f"{S}-tafel-3": ["Tafel 3/1.jpg", "Tafel 3/2.jpg"], "t4": ["t4/1.jpg", "t4/dichtbij/2.jpg"]}
    assert [table.table for table in found.tables] == ["tafel-3", "tafel-4"]
    assert found.tables[0].by == ("code", "folder")


def test_the_poster_is_believed_over_the_folder_and_it_is_told() -> None:
    found = group([photo("tafel 3/1.jpg", 1, code=(S, 4)), photo("tafel 3/2.jpg", 2), photo("tafel 3/3.jpg", 1)])
    assert tables(found) == {f"{S}-tafel-4": ["tafel 3/1.jpg", "tafel 3/3.jpg"], "tafel-3": ["tafel 3/2.jpg"]}
    assert codes(found) == {"tafel 3/1.jpg": ["folder-and-code-differ"]}
    assert "tafel 4" in found.problems[0].reason.nl


def test_a_number_read_without_its_session_counts_too() -> None:
    half = CodeSeen(table=4)
    found = group([photo("a/1.jpg", 1, code=(S, 4)), photo("a/2.jpg", 2, table_code=half), photo("b/3.jpg", 3, table_code=half),
                   photo("tafel 3/4.jpg", 4, table_code=half)])
    assert tables(found) == {f"{S}-tafel-4": ["a/1.jpg", "a/2.jpg"], "b-tafel-4": ["b/3.jpg"], "tafel-3-tafel-4": ["tafel 3/4.jpg"]}
    assert codes(found)["tafel 3/4.jpg"] == ["folder-and-code-differ"]


def test_without_a_session_every_folder_has_its_own_table_1() -> None:
    looks = [photo(name, content, code=(None, 1), kit_session=None)
             for name, content in (("maandag/1.jpg", 1), ("dinsdag/1.jpg", 2), ("dinsdag/b/2.jpg", 2))]
    assert tables(group(looks)) == {"maandag-tafel-1": ["maandag/1.jpg"], "dinsdag-tafel-1": ["dinsdag/1.jpg", "dinsdag/b/2.jpg"]}


def test_a_photo_that_looks_like_a_known_table_joins_it() -> None:
    found = group([photo("1.jpg", 1, code=(S, 1)), photo("2.jpg", 2, code=(S, 2)), photo("3.jpg", 2), photo("4.jpg", 3)])
    assert tables(found) == {f"{S}-tafel-1": ["1.jpg"], f"{S}-tafel-2": ["2.jpg", "3.jpg"], "4": ["4.jpg"]}
    assert next(t for t in found.tables if t.name.endswith("2")).by == ("code", "likeness")


def test_a_close_up_goes_with_the_table_that_was_photographed_just_before() -> None:
    found = group([photo("1.jpg", 1, at="10:00", code=(S, 1)), photo("2.jpg", 2, at="14:00", code=(S, 2)),
                   photo("3.jpg", at="10:20", status="partial", unseen=True)])
    assert tables(found)[f"{S}-tafel-1"] == ["1.jpg", "3.jpg"]
    assert found.tables[0].by == ("code", "time")
    assert found.problems == ()


@pytest.mark.parametrize("at", ["12:00", "30:00", None])
def test_a_close_up_between_two_tables_or_long_after_stands_alone(at: str | None) -> None:
    found = group([photo("1.jpg", 1, at="11:00"), photo("2.jpg", 2, at="13:00"),
                   photo("3.jpg", at=at, status="partial", unseen=True)])
    assert tables(found) == {"1": ["1.jpg"], "2": ["2.jpg"]}
    assert codes(found) == {"3.jpg": ["close-up-alone"]}


def test_photos_that_nothing_tells_apart_stand_alone_at_the_top_and_are_told() -> None:
    found = group([photo("1.jpg", None), photo("2.jpg", None)])
    assert tables(found) == {"1": ["1.jpg"], "2": ["2.jpg"]}
    assert codes(found) == {"1.jpg": ["table-unknown"], "2.jpg": ["table-unknown"]}
    near = group([photo("1.jpg", None, at="10:00"), photo("2.jpg", None, at="10:30")])
    assert tables(near) == {"1": ["1.jpg", "2.jpg"]}
    assert only(near).how == "time"


def test_close_ups_alone_make_no_table() -> None:
    found = group([photo("a/1.jpg", status="partial"), photo("a/2.jpg", status="partial", code=(S, 1))])
    assert found.tables == ()
    assert codes(found) == {"a/1.jpg": ["close-up-alone"], "a/2.jpg": ["close-up-alone"]}


def test_what_cannot_be_used_is_told_with_a_cure() -> None:
    found = group([photo("feest.jpg", status="nothing", code=None), photo("kapot.jpg", status="unreadable"),
                   photo("spiegel.jpg", status="nothing")])
    by_photo = {problem.photo: problem for problem in found.problems}
    assert by_photo["feest.jpg"].code == "no-poster"
    assert by_photo["kapot.jpg"].severity == "error"
    assert all(problem.table is None for problem in found.problems)
    mirrored = photo("s.jpg", status="nothing").model_copy(
        update={"code": "mirrored", "problem": Message("De foto is gespiegeld.", "x"), "remedy": Message("Zet uit.", "y")})
    assert group([mirrored]).problems[0].code == "mirrored"
    assert group([mirrored]).problems[0].reason.nl == "s.jpg: De foto is gespiegeld."


def test_a_poster_of_another_session_is_not_read_with_this_kit() -> None:
    looks = [photo("1.jpg", code=(OTHER, 1)), photo("2.jpg", code=(OTHER, 1), kit_session=OTHER)]
    found = group(looks)
    assert tables(found) == {f"{OTHER}-tafel-1": ["2.jpg"]}
    assert codes(found) == {"1.jpg": ["other-session"]}
    assert OTHER in found.problems[0].reason.nl
    assert S in found.problems[0].reason.nl


def test_a_copy_is_left_out_and_the_larger_one_stays() -> None:
    whole = photo("IMG_1.jpg", 1)
    small = photo("WhatsApp 1.jpg", 1, size_px=(1600, 1200), markers=whole.markers)
    found = group([whole, small, photo("kopie.jpg", 1, sha256="IMG_1.jpg")])
    assert tables(found) == {"IMG_1": ["IMG_1.jpg"]}
    assert codes(found) == {"WhatsApp 1.jpg": ["duplicate"], "kopie.jpg": ["duplicate"]}
    assert "IMG_1.jpg" in found.problems[0].reason.nl


def test_a_phone_on_a_stand_makes_no_copies() -> None:
    first = photo("a/1.jpg", 1, at="10:00")
    later = photo("a/2.jpg", 2, at="15:00", markers=first.markers)
    untimed = photo("a/3.jpg", 3, markers=first.markers)
    assert not any(p.code == "duplicate" for p in group([first, later, untimed]).problems)


def test_later_photos_of_a_table_are_used_and_told() -> None:
    found = group([photo("1.jpg", 1, at="10:00", code=(S, 1)), photo("2.jpg", 1, at="19:00", code=(S, 1)),
                   photo("3.jpg", 1, at="31:00", code=(S, 1))])
    assert only(found).photos == ("1.jpg", "2.jpg", "3.jpg")
    assert codes(found) == {"3.jpg": ["later-photo"]}
    assert "21 minuten" in found.problems[0].reason.nl
    assert found.problems[0].table == only(found).name


def test_cards_that_lie_quite_differently_are_told() -> None:
    found = group([photo("1.jpg", 1, code=(S, 1)), photo("2.jpg", 2, code=(S, 1))])
    assert len(found.tables) == 1
    assert codes(found) == {"1.jpg": ["looks-different"], "2.jpg": ["looks-different"]}


def test_a_poster_used_again_on_another_day_is_another_table() -> None:
    first = photo("1.jpg", 1, at="2026-11-24T20:00:00", code=(S, 1))
    found = group([first, photo("2.jpg", 2, at="2027-01-12T20:00:00", code=(S, 1)),
                   photo("3.jpg", 2, at="2027-01-12T20:01:00", code=(S, 1))])
    assert tables(found) == {f"{S}-tafel-1": ["1.jpg"], f"{S}-tafel-1-2027-01-12": ["2.jpg", "3.jpg"]}
    assert codes(found) == {"2.jpg": ["table-again"]}
    same = group([first, photo("2.jpg", 1, at="2026-11-25T09:00:00", code=(S, 1))])
    assert codes(same) == {"2.jpg": ["later-photo"]}


def test_session_toml_holds_against_everything() -> None:
    looks = [photo("oost/1.jpg", 1, code=(S, 1)), photo("oost/2.jpg", 2, code=(S, 2)), photo("oost/3.jpg", 3)]
    said = told('participants = 7\n[tables]\nblauw = ["1.jpg", "2.jpg"]', looks, "oost")
    found = group(looks, said)
    assert tables(found) == {f"{S}-blauw": ["oost/1.jpg", "oost/2.jpg"], "oost-3": ["oost/3.jpg"]}
    assert found.tables[0].how == "override"
    assert found.tables[0].table == "blauw"
    assert all(table.told.participants == 7 for table in found.tables)


def test_session_toml_gives_a_session_to_folders_of_tables() -> None:
    looks = [photo("tafel 1/1.jpg", unseen=True), photo("tafel 2/1.jpg", code=(OTHER, 2))]
    found = group(looks, told(f'session = "{S}"', looks))
    assert tables(found) == {f"{S}-tafel-1": ["tafel 1/1.jpg"], f"{S}-tafel-2": ["tafel 2/1.jpg"]}


def test_a_table_of_session_toml_with_a_number_is_the_one_that_posters_say() -> None:
    looks = [photo("1.jpg", 1, code=(S, 3)), photo("2.jpg", 2)]
    found = group(looks, told(f'session = "{S}"\n[tables]\n"tafel 3" = ["2.jpg"]', looks))
    assert tables(found) == {f"{S}-tafel-3": ["1.jpg", "2.jpg"]}


def test_what_session_toml_leaves_out_is_in_no_table() -> None:
    looks = [photo("1.jpg"), photo("2.jpg")]
    assert codes(group(looks, told('leave_out = ["2.jpg"]', looks))) == {"2.jpg": ["left-out"]}


def test_a_person_may_make_a_table_of_close_ups() -> None:
    looks = [photo("1.jpg", status="partial")]
    assert tables(group(looks, told('[tables]\n"tafel-1" = ["1.jpg"]', looks))) == {"tafel-1": ["1.jpg"]}


def test_posters_of_two_kits_are_of_two_tables() -> None:
    found = group([photo("a/1.jpg", 1, kit_session=None), photo("a/2.jpg", 1, layout="andere", kit_session=None, kit="b")])
    assert len(found.tables) == 2
    assert [table.kit for table in found.tables] == ["kit", "b"]


def test_names_are_safe_and_differ_after_case_folding() -> None:
    found = group([photo("Café/1.jpg", 1), photo("café/1.jpg", 2), photo("a b/1.jpg", 3), photo("con/1.jpg", 4)])
    names = [table.name for table in found.tables]
    assert len({name.casefold() for name in names}) == 4
    assert "a-b" in names
    assert "tafel-con" in names
    assert sum(name.casefold().startswith("café-") for name in names) == 2


def test_names_stay_when_another_table_comes_along() -> None:
    looks = [photo("IMG_5.jpg", 1), photo("IMG_6.jpg", 1), photo("oost/1.jpg", code=(S, 1))]
    before = tables(group(looks))
    after = tables(group([*looks, photo("IMG_1.jpg", 2), photo("west/1.jpg", 3), photo("oost/2.jpg", code=(S, 2))]))
    assert before.items() <= after.items()


def test_two_looks_at_one_photo_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="two looks"):
        group([photo("1.jpg"), photo("1.jpg")])


def test_nothing_gives_nothing() -> None:
    assert group([]) == Grouping((), ())


@pytest.mark.parametrize(("folder", "number"), [
    ("tafel 3", 3), ("Table_03", 3), ("t3", 3), ("tafel-3-foto's", 3), ("Oost - Tafel 12", 12), ("24-11 tafel 3", 3), ("TAFEL4", 4),
    ("oost", None), ("tafels 1-3", None), ("tafel 1 en 2", None), ("tafel 1 t/m 4", None), ("tafel 0", None), ("2026-11-24", None),
    ("restaurant3", None), ("pit3", None), ("tafel", None), ("easy-021-0000", None), ("tafel 3 blauw", 3)])
def test_tables_in_names_of_folders(folder: str, number: int | None) -> None:
    assert table_number(folder) == number


def test_the_nearest_folder_that_names_a_table_counts() -> None:
    assert table_folder("oost/tafel 3/dichtbij/1.jpg") == "oost/tafel 3"
    assert table_folder("tafel 1/tafel 2/1.jpg") == "tafel 1/tafel 2"
    assert table_folder("1.jpg") is None


def test_choosing_a_kit() -> None:
    kits = ("kit", "oost/kit", "west", "noord/kit-2026")
    assert choose_kit("oost/tafel 1/1.jpg", kits) == "oost/kit"
    assert choose_kit("west/tafel 1/1.jpg", kits) == "west"
    assert choose_kit("noord/1.jpg", kits) == "noord/kit-2026"
    assert choose_kit("zuid/1.jpg", kits) == "kit"
    assert choose_kit("oost/1.jpg", kits, given="/elders") == "/elders"
    assert choose_kit("zuid/1.jpg", ("oost/a", "oost/b")) is None
    assert choose_kit("zuid/1.jpg", ("oost/a",)) == "oost/a"
    assert choose_kit("zuid/1.jpg", ()) is None
    said = read_overrides({"oost/session.toml": b'kit = "../west"'}, ["oost/1.jpg"])
    assert choose_kit("oost/1.jpg", kits, said) == "west"


@st.composite
def evenings(draw: st.DrawFn) -> list[Look]:
    """Any mix of photos in any folders."""
    out = []
    for number in range(draw(st.integers(0, 9))):
        folder = draw(st.sampled_from(["", "", "a/", "a/b/", "tafel 1/", "Tafel 2/x/"]))
        code = draw(st.sampled_from([None, None, None, (S, 1), (S, 2), (None, 1), (OTHER, 1)]))
        content = draw(st.sampled_from([None, 1, 2, 3]))
        out.append(photo(
            f"{folder}IMG_{number}.jpg", content, at=draw(st.sampled_from([None, "10:00", "10:10", "11:00", "12:00", "45:00"])),
            code=code, status=draw(st.sampled_from(["located"] * 4 + ["partial", "partial", "nothing", "unreadable"])),
            unseen=draw(st.booleans()), sha256=draw(st.sampled_from(["x", "y", str(number), str(number), str(number)])),
            kit_session=draw(st.sampled_from([S, S, None])),
            signature=drawn_signature(content, draw(st.sampled_from([(0.0, 1.0), (0.0, 0.4), (0.35, 1.0), (0.6, 1.0)])))))
    return out


@settings(max_examples=150, deadline=None)
@given(evenings(), st.randoms(use_true_random=False))
def test_the_order_of_photos_does_not_matter(looks: list[Look], dice: random.Random) -> None:
    mixed = list(looks)
    dice.shuffle(mixed)
    assert group(mixed) == group(looks)


@settings(max_examples=150, deadline=None)
@given(evenings(), st.booleans())
def test_every_photo_is_in_one_table_or_a_problem_says_why_not(looks: list[Look], override: bool) -> None:
    names = [look.photo for look in looks]
    said = NO_OVERRIDES
    if override and names:
        said = read_overrides({"session.toml": f'[tables]\n"tafel 2" = ["{names[0]}"]\nrood = {names[1:2]}'.encode()
                               if len(names) > 1 else f'leave_out = ["{names[0]}"]'.encode()}, names)
    found = group(looks, said)
    placed = [name for table in found.tables for name in table.photos]
    refused = {problem.photo for problem in found.problems if problem.table is None}
    assert len(placed) == len(set(placed))
    assert set(placed) | refused == set(names)
    assert not set(placed) & refused
    by_table = {table.name: table.photos for table in found.tables}
    assert len({name.casefold() for name in by_table}) == len(found.tables)
    assert all(problem.photo in by_table[problem.table] for problem in found.problems if problem.table is not None)
    assert all(problem.reason.nl and problem.reason.en for problem in found.problems if problem.code != "unreadable")
