"""Figures over tables: worked by hand, against a count of pairs, and none where there is too little to say."""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posterscan.report.figures import FEWEST_TABLES, Figures, Weights, dispute
from posterscan.report.gather import gather
from posterscan.report.honesty import honesty, sentences
from posterscan.report.rows import ItemRow, ItemZoneRow
from report_tables import CATALOGUE, INGREDIENTS, INTENTIONS, LAYOUT, Data, bare, exactly, laid, with_stickers

BUREN, FAMILIE, WINKEL = INGREDIENTS[2], INGREDIENTS[0], INGREDIENTS[10]
P, G, Z, B = "persoonlijk", "gemeenschappelijk", "institutioneel", "buiten"
AT = (200.0, 200.0)


def put(card: Data | str, *zones: str | None) -> list[Data]:
    return [laid(0, zone, AT, card) for zone in zones]


def voted(**stickers: int) -> list[Data]:
    """Intentions a, b, c, d with so many stickers."""
    return [with_stickers(laid(0, "bedoelingen", (735.0, 92.0), INTENTIONS["abcd".index(name)]), count)
            for name, count in stickers.items()]


def figures_of(folder: Path, tables: Sequence[Data], fewest_tables: int = FEWEST_TABLES) -> Figures:
    return Figures(gather([bare(folder, tables)]), fewest_tables)


def item(figures: Figures, card: Data | str, group: str | None = None) -> ItemRow:
    wanted = card if isinstance(card, str) else card["id"]
    return next(row for row in figures.of_group(group) if row.item == wanted)


def zones(figures: Figures, card: Data, group: str | None = None) -> list[ItemZoneRow]:
    return [row for row in figures.item_zones if row.item == card["id"] and row.group == group]


# --- dispute ----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("laid_in", "wanted"), [
    ([[P], [P]], 0), ([[P], [G]], 1), ([[P], [P], [G]], 2 / 3), ([[P], [P], [G], [G]], 2 / 3), ([[P], [G], [Z]], 1),
    ([[P], [P], [P], [G]], 1 / 2), ([[None], [None]], 0), ([[None], [P]], 1),
    ([[P, G], [P]], 1 / 2), ([[P, G], [P, G]], 1 / 2), ([[P, G], [Z, B]], 1), ([[P, P, G], [P]], 1 / 3)])
def test_dispute_by_hand(laid_in: list[list[str | None]], wanted: float, tmp_path: Path) -> None:
    tables = [exactly(number, *put(BUREN, *own)) for number, own in enumerate(laid_in, 1)]
    assert item(figures_of(tmp_path, tables), BUREN).dispute == pytest.approx(wanted, abs=1e-4)


ZONES = st.sampled_from([P, G, Z, B, None])
LAID = st.lists(st.lists(ZONES, min_size=1, max_size=4), min_size=2, max_size=8)


def weights(zones: Sequence[str | None]) -> Weights:
    return {zone: zones.count(zone) / len(zones) for zone in set(zones)}


@given(LAID)
def test_dispute_is_the_chance_that_two_tables_differ(laid_in: list[list[str | None]]) -> None:
    """By taking every two tables, and of each any of its cards."""
    apart = [sum(one != other for one in mine for other in theirs) / (len(mine) * len(theirs))
             for mine, theirs in combinations(laid_in, 2)]
    assert dispute([weights(own) for own in laid_in]) == pytest.approx(sum(apart) / len(apart), abs=1e-9)


@given(LAID, st.randoms(use_true_random=False))
def test_dispute_knows_neither_order_nor_names(laid_in: list[list[str | None]], chance: random.Random) -> None:
    known = [weights(own) for own in laid_in]
    told = dispute(known)
    assert 0 <= told <= 1
    mixed = list(known)
    chance.shuffle(mixed)
    others = {P: "rood", G: None, Z: P, B: "x", None: "y"}
    assert dispute(mixed) == pytest.approx(told, abs=1e-9)
    assert dispute([{others[zone]: part for zone, part in one.items()} for one in known]) == pytest.approx(told, abs=1e-9)


@given(st.lists(ZONES, min_size=2, max_size=8))
def test_there_is_no_dispute_exactly_where_all_laid_it_in_one_zone(chosen: list[str | None]) -> None:
    assert (dispute([weights([zone]) for zone in chosen]) == 0) == (len(set(chosen)) == 1)


@pytest.mark.parametrize("count", [0, 1])
def test_there_is_no_dispute_without_two_tables(count: int) -> None:
    with pytest.raises(ValueError, match=f"2 or more, not {count}"):
        dispute([{P: 1.0}] * count)


# --- items and zones --------------------------------------------------------------------------------------------------------

def test_a_table_that_laid_it_twice_counts_half_in_each_zone(tmp_path: Path) -> None:
    figures = figures_of(tmp_path, [exactly(1, *put(BUREN, P, G)), exactly(2, *put(BUREN, G)), exactly(3, *put(BUREN, G, G))])
    row = item(figures, BUREN)
    assert (row.tables, row.placements, row.zone, row.zone_tables) == (3, 5, G, 2.5)
    assert [(one.zone, one.zone_label, one.tables, one.placements, one.share) for one in zones(figures, BUREN)] == [
        (P, "Persoonlijk", 0.5, 1, None), (G, "Gemeenschappelijk", 2.5, 4, None)]


def test_where_most_laid_it(tmp_path: Path) -> None:
    tied = figures_of(tmp_path / "a", [exactly(1, *put(BUREN, P)), exactly(2, *put(BUREN, G))])
    nowhere = figures_of(tmp_path / "b", [exactly(number, *put(BUREN, zone)) for number, zone in enumerate((None, None, P), 1)])
    assert (item(tied, BUREN).zone, item(tied, BUREN).zone_tables) == ("", 1)
    assert (item(nowhere, BUREN).zone, item(nowhere, BUREN).zone_tables) == (None, 2)
    assert [row.zone for row in zones(nowhere, BUREN)] == [P, None]  # no zone comes last


@pytest.mark.parametrize(("count", "share"), [(4, None), (5, 1.0)])
def test_shares_of_fewer_than_five_tables_are_left_out(count: int, share: float | None, tmp_path: Path) -> None:
    tables = [exactly(number, *put(BUREN, P), *voted(a=2)) for number in range(1, count + 1)]
    figures = figures_of(tmp_path, tables)
    assert item(figures, BUREN).zone_share == zones(figures, BUREN)[0].share == share
    assert item(figures, INTENTIONS[0]).sticker_share == share
    assert item(Figures(figures.gathered, 2), BUREN).zone_share == 1.0


def test_an_item_that_few_of_many_tables_laid_has_no_share(tmp_path: Path) -> None:
    tables = [exactly(number, *put(BUREN, P if number < 5 else G), *put(FAMILIE, *[P] * (number < 5))) for number in range(1, 7)]
    figures = figures_of(tmp_path, tables)
    assert item(figures, BUREN).zone_share == pytest.approx(4 / 6, abs=1e-4)
    assert [row.share for row in zones(figures, BUREN)] == [pytest.approx(4 / 6, abs=1e-4), pytest.approx(2 / 6, abs=1e-4)]
    assert (item(figures, FAMILIE).tables, item(figures, FAMILIE).of_tables, item(figures, FAMILIE).zone_share) == (4, 6, None)


def test_where_two_zones_got_as_many_there_is_no_share_of_one(tmp_path: Path) -> None:
    tables = [exactly(number, *put(BUREN, P if number % 2 else G)) for number in range(1, 7)]
    row = item(figures_of(tmp_path, tables), BUREN)
    assert (row.zone, row.zone_share, row.zone_tables) == ("", None, 3)


def test_cards_that_nobody_laid_are_there(tmp_path: Path) -> None:
    figures = figures_of(tmp_path, [exactly(1, *put(BUREN, P), *put("Zeepkist", G))])
    unused = [row for row in figures.items if row.tables == 0]
    assert len(unused) == len(CATALOGUE["cards"]) - 1
    assert all((row.zone, row.zone_tables, row.zone_share, row.dispute, row.rank, row.stickers) == ("", None, None, None, None, 0)
               for row in unused)
    assert [(row.item, row.in_catalogue) for row in figures.ingredients()[:2]] == [("buren", True), ("~zeepkist", False)]
    assert figures.zones_of("familie") == {}
    assert figures.placements("familie") == ()


def test_groups_have_figures_of_their_own(tmp_path: Path) -> None:
    tables = [exactly(1, *put(BUREN, P), session={"place": "Oost"}), exactly(2, *put(BUREN, P), session={"place": "Oost"}),
              exactly(3, *put(BUREN, G), *put(FAMILIE, G), session={"place": "West"})]
    figures = figures_of(tmp_path, tables)
    assert figures.gathered.groups == ("Oost", "West")
    assert [(item(figures, BUREN, group).tables, item(figures, BUREN, group).of_tables, item(figures, BUREN, group).zone,
             item(figures, BUREN, group).dispute) for group in (None, "Oost", "West")] == [
        (3, 3, P, pytest.approx(2 / 3, abs=1e-4)), (2, 2, P, 0), (1, 1, G, None)]
    assert [row.item for row in figures.of_group("Oost")] == ["buren"]  # what a group did not lay is in the rows of all
    assert [row.zone for row in zones(figures, BUREN, "West")] == [G]


# --- stickers ---------------------------------------------------------------------------------------------------------------

def test_stickers_per_participant_only_of_tables_that_say_how_many_they_were(tmp_path: Path) -> None:
    figures = figures_of(tmp_path, [exactly(1, *voted(a=6, b=2), participants=8), exactly(2, *voted(a=9, c=4), participants=None),
                                    exactly(3, *voted(a=2), participants=2), exactly(4, *put(BUREN, P), participants=90),
                                    exactly(5, *voted(a=1), participants=0)])
    a, b, c, d = (item(figures, INTENTIONS[number]) for number in range(4))
    assert (a.stickers, a.per_participant) == (18, 0.8)  # 6 + 2 of 8 + 2; the table without intentions gave none
    assert (b.stickers, b.per_participant) == (2, 0.2)
    assert (c.stickers, c.per_participant) == (4, None)  # only on a table that did not say
    assert (d.stickers, d.per_participant, d.tables) == (0, None, 0)
    assert (a.of_tables, item(figures, BUREN).per_participant) == (4, None)


def test_the_share_of_stickers_is_a_mean_over_tables_which_weigh_the_same(tmp_path: Path) -> None:
    figures = figures_of(tmp_path, [exactly(1, *voted(a=1, b=3)), exactly(2, *voted(a=30, b=10)), exactly(3, *voted(b=1)),
                                    exactly(4, *voted(a=0, b=0)), exactly(5, *put(BUREN, P))], 1)
    assert item(figures, INTENTIONS[0]).sticker_share == pytest.approx((1 / 4 + 3 / 4 + 0) / 3, abs=1e-4)
    assert item(figures, INTENTIONS[1]).sticker_share == pytest.approx((3 / 4 + 1 / 4 + 1) / 3, abs=1e-4)


def test_the_share_of_stickers_wants_enough_tables_that_gave_any(tmp_path: Path) -> None:
    tables = [*(exactly(number, *voted(a=1)) for number in range(1, 5)), exactly(5, *voted(a=0))]
    assert item(figures_of(tmp_path, tables), INTENTIONS[0]).sticker_share is None


def test_equal_stickers_are_an_equal_rank(tmp_path: Path) -> None:
    figures = figures_of(tmp_path, [exactly(1, *voted(a=3, b=5, c=3, d=0))])
    assert [item(figures, INTENTIONS[number]).rank for number in range(4)] == [2, 1, 2, 4]
    assert [row.stickers for row in figures.intentions()[:4]] == [5, 3, 3, 0]
    assert item(figures, INTENTIONS[5]).rank is None  # on no table
    assert [row.rank for row in figures.ingredients()] == [None] * len(INGREDIENTS)


def test_an_own_intention_that_is_once_read_as_another_kind_has_no_more_than_all_stickers(tmp_path: Path) -> None:
    own = with_stickers(laid(0, "bedoelingen", (735, 92), "Samen zingen", kind="intention"), 3)
    stray = with_stickers(laid(0, "bedoelingen", (735, 92), "samen zingen", kind="unknown"), 6)
    figures = figures_of(tmp_path, [exactly(1, own), exactly(2, own), exactly(3, stray, *voted(a=2))], 1)
    row = item(figures, "~samen zingen")
    assert (row.kind, row.stickers, row.tables) == ("intention", 12, 3)
    assert row.sticker_share == pytest.approx((1 + 1 + 6 / 8) / 3, abs=1e-4)


COUNTS = st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=1, max_size=6)


@settings(deadline=None)
@given(counts=COUNTS)
def test_shares_of_stickers_add_up_and_ranks_follow_them(counts: list[list[int]], tmp_path_factory: pytest.TempPathFactory) -> None:
    tables = [exactly(number, *voted(**dict(zip("abcd", own, strict=True)))) for number, own in enumerate(counts, 1)]
    figures = figures_of(tmp_path_factory.mktemp("uit"), tables, 1)
    rows = [item(figures, INTENTIONS[number]) for number in range(4)]
    shares = [row.sticker_share for row in rows]
    if any(map(any, counts)):
        assert sum(share or 0 for share in shares) == pytest.approx(1, abs=1e-3)
    else:
        assert shares == [None] * 4
    assert sum(row.per_participant or 0 for row in rows) == pytest.approx(sum(map(sum, counts)) / (8 * len(counts)), abs=1e-3)
    for one, other in combinations(rows, 2):
        assert one.rank is not None
        assert other.rank is not None
        assert (one.stickers > other.stickers) == (one.rank < other.rank)


# --- places on the poster and likeness of tables ------------------------------------------------------------------------------

def test_posters_that_differ_in_their_session_only_are_the_same(tmp_path: Path) -> None:
    other = LAYOUT | {"session": {"id": "2K7-MQ4", "name": "West", "date": "2027-01-01", "participants": 6}}
    moved = copy.deepcopy(LAYOUT)
    moved["zones"][1]["polygon_mm"][0][0] += 1
    folders = [bare(tmp_path / name, [exactly(1, *put(BUREN, P))], layout=layout)
               for name, layout in (("a", LAYOUT), ("b", other), ("c", moved))]
    folders.append(bare(tmp_path / "d", [exactly(1, *put(BUREN, P))], keep_kit=False, layout=LAYOUT | {"id": "onbekend"}))
    gathered = gather(folders)
    posters = [table.poster for table in gathered.tables]
    assert posters[0] == posters[1] == gathered.main_poster
    assert len(set(posters)) == 3
    assert posters[3] == "onbekend"
    assert honesty(Figures(gathered)).other_poster == 2
    assert [zone.id for zone in gathered.zones] == [P, G, Z, B, "bedoelingen"]  # each once


def test_an_items_place_is_that_of_a_real_card_where_most_tables_laid_it(tmp_path: Path) -> None:
    places = [(P, (200.0, 200.0)), (P, (210.0, 205.0)), (P, (330.0, 300.0)), (G, (600.0, 100.0))]
    figures = figures_of(tmp_path, [exactly(number, laid(0, zone, at, BUREN)) for number, (zone, at) in enumerate(places, 1)])
    poster = figures.gathered.main_poster or ""
    assert figures.place_of("buren", poster) == (210.0, 205.0)  # not their mean, where no card lay
    assert figures.place_of("buren", "another poster") is None
    assert figures.place_of("familie", poster) is None


def test_many_cards_of_one_table_do_not_move_an_items_place_to_another_zone(tmp_path: Path) -> None:
    tables = [exactly(number, laid(0, P, (200.0 + number, 200.0), BUREN)) for number in (1, 2, 3)]
    figures = figures_of(tmp_path, [*tables, exactly(4, *(laid(0, G, (600.0, 100.0), BUREN) for _ in range(9)))])
    assert figures.place_of("buren", figures.gathered.main_poster or "") == (202.0, 200.0)


POINTS = st.lists(st.tuples(st.floats(0, 800), st.floats(0, 500)), min_size=1, max_size=5)


@settings(deadline=None)
@given(points=POINTS)
def test_no_other_card_is_nearer_to_all(points: list[tuple[float, float]], tmp_path_factory: pytest.TempPathFactory) -> None:
    tables = [exactly(number, laid(0, P, at, BUREN)) for number, at in enumerate(points, 1)]
    figures = figures_of(tmp_path_factory.mktemp("uit"), tables)
    place = figures.place_of("buren", figures.gathered.main_poster or "")
    assert place in points

    def far(at: tuple[float, float]) -> float:
        return sum(((at[0] - x) ** 2 + (at[1] - y) ** 2) ** 0.5 for x, y in points)

    assert far(place or (0, 0)) <= min(map(far, points)) + 1e-6


def test_likeness_of_two_tables(tmp_path: Path) -> None:
    figures = figures_of(tmp_path, [
        exactly(1, *put(BUREN, P), *put(FAMILIE, P, G), *put(WINKEL, B), *voted(a=3)),
        exactly(2, *put(BUREN, P), *put(FAMILIE, P), *put("Zeepkist", B), *voted(a=3)),
        exactly(3, *voted(a=3))])
    one, two, three = figures.gathered.tables
    assert figures.likeness(one, two) == figures.likeness(two, one) == (0.75, 2)  # 1 and 1/2; intentions say nothing of it
    assert figures.likeness(one, one) == (pytest.approx((1 + 0.5 + 1) / 3), 3)
    assert figures.likeness(one, three) == (None, 0)


# --- odd evenings -------------------------------------------------------------------------------------------------------------

def test_more_stickers_than_participants_had_are_counted_as_they_lie(tmp_path: Path) -> None:
    check = {"code": "stickers-more-than-given", "severity": "warning", "message": "60"}
    figures = figures_of(tmp_path, [exactly(1, *voted(a=45, b=15), participants=8, checks=[check])])
    assert (item(figures, INTENTIONS[0]).stickers, item(figures, INTENTIONS[0]).per_participant) == (45, 5.625)
    said = " ".join(one.en for one in sentences(honesty(figures)))
    assert "1 remark about a whole table" in said


def test_tables_without_intentions_without_stickers_and_without_cards(tmp_path: Path) -> None:
    figures = figures_of(tmp_path, [exactly(1, *put(BUREN, P)), exactly(2, *voted(a=0, b=0), participants=None), exactly(3)])
    h = honesty(figures)
    assert (h.tables, h.no_intentions, h.no_stickers, h.no_participants) == (3, 2, 1, 1)
    a = item(figures, INTENTIONS[0])
    assert (a.tables, a.of_tables, a.stickers, a.rank, a.per_participant, a.sticker_share) == (1, 1, 0, 1, None, None)
    assert item(figures, BUREN).of_tables == 3


def test_nothing_at_all_lay_on_the_only_table(tmp_path: Path) -> None:
    figures = figures_of(tmp_path, [exactly(1)])
    assert {row.tables for row in figures.items} == {0}
    assert figures.item_zones == ()
    assert "no doubtful cards" in sentences(honesty(figures))[0].en


def test_one_table_has_places_and_stickers_but_neither_dispute_nor_shares(tmp_path: Path) -> None:
    figures = figures_of(tmp_path, [exactly(1, *put(BUREN, P), *voted(a=4))])
    row = item(figures, BUREN)
    assert (row.tables, row.zone, row.zone_tables, row.zone_share, row.dispute) == (1, P, 1, None, None)
    a = item(figures, INTENTIONS[0])
    assert (a.stickers, a.per_participant, a.sticker_share, a.rank, a.dispute) == (4, 0.5, None, 1, None)
    assert any("fewer than 5 tables" in one.en for one in sentences(honesty(figures)))


def test_a_large_table_does_not_outvote_small_ones(tmp_path: Path) -> None:
    tables = [exactly(1, *put(BUREN, *[P] * 40), *voted(a=90), participants=30)]
    tables += [exactly(number, *put(BUREN, G), *voted(b=1), participants=1) for number in range(2, 7)]
    figures = figures_of(tmp_path, tables)
    row = item(figures, BUREN)
    assert (row.zone, row.zone_tables, row.placements, row.zone_share) == (G, 5, 45, pytest.approx(5 / 6, abs=1e-4))
    assert item(figures, INTENTIONS[0]).sticker_share == pytest.approx(1 / 6, abs=1e-4)
    assert item(figures, INTENTIONS[0]).per_participant == pytest.approx(90 / 35, abs=1e-4)


def test_doubt_goes_with_the_item(tmp_path: Path) -> None:
    doubt = {"needs_review": ["zone-border"]}
    figures = figures_of(tmp_path, [exactly(1, laid(0, P, AT, BUREN, **doubt), *put(FAMILIE, P)), exactly(2, *put(BUREN, P))])
    assert (item(figures, BUREN).doubtful, item(figures, FAMILIE).doubtful, honesty(figures).doubtful) == (1, 0, 1)
    assert "1 of 3 cards still doubtful" in sentences(honesty(figures))[0].en
