"""What the rows say together: where tables laid each item, how much they agree, which intentions got most stickers."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from posterscan.report.gather import Gathered
from posterscan.report.rows import STANCE_COUNTS, ArgumentRow, ItemRow, ItemZoneRow, PlacementRow, TableRow

_TRIED = 60  # for a medoid, of the points nearest to the median place: all of them where a table or an evening is looked at
FEWEST_TABLES = 5  # below it one table is more than a fifth of them, and a percentage says more than was measured
Weights = dict[str | None, float]  # zone to part of a table's cards of one item; sums to 1


@dataclass(frozen=True)
class Figures:
    """All figures of a report. fewest_tables: shares of fewer tables are left out, see docs/report.md."""

    gathered: Gathered
    fewest_tables: int = FEWEST_TABLES

    @cached_property
    def items(self) -> tuple[ItemRow, ...]:
        """Per item over all tables, then per group; most tables first, items of the catalogue that nobody laid included."""
        return tuple(row for group in self._scopes for row in self._item_rows(group))

    @cached_property
    def item_zones(self) -> tuple[ItemZoneRow, ...]:
        """Per item and zone in which a table laid it, in the order of `items`."""
        return tuple(row for group in self._scopes for row in self._zone_rows(group))

    def of_group(self, group: str | None) -> tuple[ItemRow, ...]:
        """The items of one group, None for all tables."""
        return tuple(row for row in self.items if row.group == group)

    def ingredients(self, group: str | None = None) -> tuple[ItemRow, ...]:
        """What was laid in the spheres or outside: all but intentions; most tables first, those that nobody laid last."""
        return tuple(row for row in self.of_group(group) if row.kind != "intention")

    def intentions(self, group: str | None = None) -> tuple[ItemRow, ...]:
        """By stickers, most first."""
        return tuple(sorted((row for row in self.of_group(group) if row.kind == "intention"),
                            key=lambda row: (-row.stickers, -row.tables, row.text.casefold())))

    def zones_of(self, item: str, group: str | None = None) -> Mapping[str | None, float]:
        """In how many tables an item lay in each zone."""
        return self._zones_by_item.get((group, item), {})

    def placements(self, item: str, group: str | None = None) -> tuple[PlacementRow, ...]:
        """The cards behind a number."""
        return tuple(row for row in self._cards_by_item.get(item, ()) if group is None or row.group == group)

    def likeness(self, one: TableRow, other: TableRow) -> tuple[float | None, int]:
        """Of the ingredients that both tables laid, the mean chance that they lie in the same zone; and how many these are."""
        mine, theirs = self._table_items[one.result], self._table_items[other.result]
        both = [item for item in mine if item in theirs]
        return (statistics.fmean(_same(mine[item], theirs[item]) for item in both) if both else None), len(both)

    def between_groups(self, item: str) -> float | None:
        """How far apart groups laid an item: of every two groups, the part of the tables that would have to lay it elsewhere for
        both to be alike (total variation distance), and of those the largest; None where fewer than two groups laid it."""
        parts = []
        for group in self.gathered.groups:
            zones = self.zones_of(item, group)
            if total := sum(zones.values()):
                parts.append({zone: count / total for zone, count in zones.items()})
        apart = [sum(abs(one.get(zone, 0.0) - other.get(zone, 0.0)) for zone in {*one, *other}) / 2
                 for one, other in combinations(parts, 2)]
        return round(max(apart), 4) if apart else None

    def place_of(self, item: str, poster: str, group: str | None = None) -> tuple[float, float] | None:
        """Where an item lay on one poster, mm: the card nearest to all others of it, within the zone where most tables laid it."""
        on_it = {table.result for table in self.gathered.tables if table.poster == poster}
        zones = self.zones_of(item, group)
        cards = [row for row in self.placements(item, group=group) if row.result in on_it]
        most = max(zones.values(), default=0.0)
        inside = [row for row in cards if zones.get(row.zone, 0.0) == most] or cards
        return _medoid([(row.center_x_mm, row.center_y_mm) for row in inside]) if inside else None

    @cached_property
    def _scopes(self) -> tuple[str | None, ...]:
        return (None, *self.gathered.groups)

    @cached_property
    def _cards_by_item(self) -> dict[str, list[PlacementRow]]:
        out: dict[str, list[PlacementRow]] = defaultdict(list)
        for row in self.gathered.cards:
            if row.item is not None:
                out[row.item].append(row)
        return out

    @cached_property
    def _kinds(self) -> dict[str, tuple[str, str, bool]]:
        """Kind, text and whether it is in a catalogue, of every item."""
        kinds: dict[str, tuple[str, str, bool]] = {
            card.id: (card.kind, card.text, True) for card in self.gathered.catalogue if card.id not in self.gathered.merged}
        for item, rows in self._cards_by_item.items():
            if item not in kinds:
                told = Counter(row.kind for row in rows if row.kind != "unknown")
                most = max(told, key=lambda kind: (told[kind], kind), default="unknown")
                kinds[item] = (most, rows[0].item_text, not item.startswith("~"))
        for item, backs in self._backs_by_item.items():
            if item not in kinds:  # its card lay nowhere; only ingredients have boxes
                kinds[item] = ("ingredient", backs[0].item_text or item, not item.startswith("~"))
        return kinds

    @cached_property
    def _backs_by_item(self) -> dict[str, list[ArgumentRow]]:
        """Rows in which a box was ticked, or may have been."""
        out: dict[str, list[ArgumentRow]] = defaultdict(list)
        for row in self.gathered.arguments:
            if row.item is not None and (row.stance is not None or row.stance_doubtful):
                out[row.item].append(row)
        return out

    @cached_property
    def _table_items(self) -> dict[str, dict[str, Weights]]:
        """Per table and item other than an intention: its zones."""
        laid: dict[str, dict[str, list[str | None]]] = {table.result: defaultdict(list) for table in self.gathered.tables}
        for row in self.gathered.cards:
            if row.item is not None and self._kinds[row.item][0] != "intention":
                laid[row.result][row.item].append(row.zone)
        return {table: {item: _weights(zones) for item, zones in items.items()} for table, items in laid.items()}

    @cached_property
    def _zones_by_item(self) -> dict[tuple[str | None, str], dict[str | None, float]]:
        return {(group, item): _summed(self._weights_in(group, item)) for group in self._scopes for item in self._kinds}

    def _weights_in(self, group: str | None, item: str) -> list[Weights]:
        """Per table of a group that laid the item."""
        by_table: dict[str, list[str | None]] = defaultdict(list)
        for row in self.placements(item, group=group):
            by_table[row.result].append(row.zone)
        return [_weights(zones) for zones in by_table.values()]

    def _tables_in(self, group: str | None) -> list[TableRow]:
        return [table for table in self.gathered.tables if group is None or table.group == group]

    def _item_rows(self, group: str | None) -> list[ItemRow]:
        tables = self._tables_in(group)
        intentions = frozenset(item for item, (kind, *_) in self._kinds.items() if kind == "intention")
        voted = _Votes(tables, self.gathered.cards, intentions)
        rows = [self._item_row(group, item, tables, voted) for item in self._kinds]
        stickers = [row.stickers for row in rows if row.kind == "intention" and row.tables]
        ranked = [row if row.kind != "intention" or not row.tables else
                  replace(row, rank=1 + sum(more > row.stickers for more in stickers)) for row in rows]
        shown = [row for row in ranked if row.tables or ticked(row) or (row.in_catalogue and group is None)]
        return sorted(shown, key=lambda row: (-row.tables, -row.placements, row.text.casefold(), row.item))

    def _item_row(self, group: str | None, item: str, tables: Sequence[TableRow], voted: _Votes) -> ItemRow:
        kind, text, in_catalogue = self._kinds[item]
        cards, weights = self.placements(item, group=group), self._weights_in(group, item)
        zones = self.zones_of(item, group)
        zone, most = _most(zones)
        enough = len(weights) >= self.fewest_tables
        intention = kind == "intention"
        stickers = sum(row.stickers for row in cards)
        backs = [row for row in self._backs_by_item.get(item, ()) if group is None or row.group == group]
        stances = Counter(row.stance for row in backs)
        return ItemRow(
            group=group, item=item, text=text, kind=kind, in_catalogue=in_catalogue, tables=len(weights),
            of_tables=sum(table.intentions > 0 for table in tables) if intention else len(tables), placements=len(cards),
            zone=zone, zone_tables=round(most, 3) if weights else None,
            zone_share=round(most / len(weights), 4) if enough and zone != "" else None,
            dispute=None if intention or len(weights) < 2 else round(dispute(weights), 4), stickers=stickers,
            per_participant=voted.per_participant(cards) if intention else None,
            sticker_share=voted.share(cards) if intention and voted.tables >= self.fewest_tables else None, rank=None,
            doubtful=sum(row.doubtful for row in cards), stance_yes=stances["yes"], stance_doubt=stances["doubt"],
            stance_no=stances["no"], stance_open=sum(row.stance_doubtful for row in backs))

    def _zone_rows(self, group: str | None) -> list[ItemZoneRow]:
        return [self._zone_row(row, zone) for row in self.of_group(group)
                for zone in self._in_order(self.zones_of(row.item, group))]

    def _in_order(self, zones: Iterable[str | None]) -> list[str | None]:
        """As on the poster; unknown ones after those, no zone last."""
        order = [zone.id for zone in self.gathered.zones]
        return sorted(zones, key=lambda zone: (zone is None, order.index(zone) if zone in order else len(order), zone or ""))

    def _zone_row(self, row: ItemRow, zone: str | None) -> ItemZoneRow:
        labels = {one.id: one.label for one in self.gathered.zones}
        tables = self.zones_of(row.item, row.group)[zone]
        return ItemZoneRow(
            group=row.group, item=row.item, text=row.text, kind=row.kind, zone=zone, zone_label=labels.get(zone or "", zone or ""),
            tables=round(tables, 3), placements=sum(card.zone == zone for card in self.placements(row.item, row.group)),
            share=round(tables / row.tables, 4) if row.tables >= self.fewest_tables else None)


def ticked(row: ItemRow) -> bool:
    """Whether backs say anything of an item."""
    return any(getattr(row, name) for name in STANCE_COUNTS)


def dispute(tables: Sequence[Weights]) -> float:
    """The chance that two different tables laid an item in different zones; 0 where all agree.

    One less the extent of agreement on one subject of Fleiss (1971, "Measuring nominal scale agreement among many raters",
    Psychological Bulletin 76), for which every table is a rater; a table that laid it in two zones counts half in each.
    ValueError with fewer than two tables.
    """
    if len(tables) < 2:
        raise ValueError(f"dispute is between tables: 2 or more, not {len(tables)}")
    total = _summed(tables)
    pairs = len(tables) * (len(tables) - 1)
    same = sum(value * value for value in total.values()) - sum(value * value for one in tables for value in one.values())
    return float(min(1.0, max(0.0, 1.0 - same / pairs)))


def table_pairs(figures: Figures) -> list[tuple[TableRow, TableRow, float | None, int]]:
    """Every two tables with `Figures.likeness`."""
    return [(one, other, *figures.likeness(one, other)) for one, other in combinations(figures.gathered.tables, 2)]


class _Votes:
    """Stickers on intentions of some tables."""

    def __init__(self, tables: Iterable[TableRow], cards: Iterable[PlacementRow], intentions: frozenset[str]) -> None:
        """intentions: items of that kind, which one card of may be read as another kind."""
        known = {table.result: table for table in tables if table.intentions}
        self._stickers: dict[str, int] = defaultdict(int)
        for row in cards:
            if row.result in known and (row.kind == "intention" or row.item in intentions):
                self._stickers[row.result] += row.stickers
        self._people = {name: table.participants for name, table in known.items() if table.participants}
        self.tables = sum(count > 0 for count in self._stickers.values())

    def per_participant(self, cards: Iterable[PlacementRow]) -> float | None:
        """Stickers on some cards by all participants who could have given one.

        None where no table that laid them says how many it had: nought would say that nobody chose them.
        """
        there = [row.stickers for row in cards if row.result in self._people]
        return round(sum(there) / sum(self._people.values()), 4) if there else None

    def share(self, cards: Iterable[PlacementRow]) -> float | None:
        """Mean over the tables with stickers of the part of them that lies on some cards: each table weighs the same."""
        on_it: dict[str, int] = defaultdict(int)
        for row in cards:
            on_it[row.result] += row.stickers
        parts = [on_it[table] / count for table, count in self._stickers.items() if count]
        return round(statistics.fmean(parts), 4) if parts else None


def _weights(zones: Sequence[str | None]) -> Weights:
    out: Weights = defaultdict(float)
    for zone in zones:
        out[zone] += 1 / len(zones)
    return dict(out)


def _summed(tables: Iterable[Weights]) -> dict[str | None, float]:
    out: dict[str | None, float] = defaultdict(float)
    for one in tables:
        for zone, part in one.items():
            out[zone] += part
    return dict(out)


def _same(one: Weights, other: Weights) -> float:
    return float(sum(part * other.get(zone, 0.0) for zone, part in one.items()))


def _most(zones: Mapping[str | None, float]) -> tuple[str | None, float]:
    """Where most tables laid it, and how many; an empty word where two zones got as many."""
    most = max(zones.values(), default=0.0)
    first = [zone for zone, value in zones.items() if value > most - 1e-9]
    return (first[0] if len(first) == 1 else ""), most


def _medoid(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    def total(at: tuple[float, float]) -> float:
        return sum(math.hypot(at[0] - x, at[1] - y) for x, y in points)

    middle = (statistics.median(x for x, _ in points), statistics.median(y for _, y in points))
    near = sorted(points, key=lambda at: (at[0] - middle[0]) ** 2 + (at[1] - middle[1]) ** 2)
    return min(near[:_TRIED], key=total)
