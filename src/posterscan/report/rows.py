"""The tidy rows that every output of a report is built from. The order of the fields is that of the columns."""

from __future__ import annotations

from dataclasses import dataclass

from posterscan.rows import CardRow, StickerRow


@dataclass(frozen=True)
class PlacementRow(CardRow):
    """One card as it lay, in the values of `CardRow`, with what a report makes of it.

    group: that the table is compared under, None without groups. item: what it counts as over tables, its catalogue id or
    "~" and its text without case and signs; None where nothing was read. item_text: that item's text. zone_label: as printed,
    empty in no zone. zone_kind: `sphere`, `outside` or `ladder`, None in no zone or on a poster that is not known. doubtful:
    whether a value of it still wants a look.
    """

    group: str | None
    item: str | None
    item_text: str
    zone_label: str
    zone_kind: str | None
    doubtful: bool


@dataclass(frozen=True)
class TableRow:
    """One table. poster: tables with the same word lay on the same sheet with the same zones.

    participants: None where nobody said how many. cards: all that lay; of these ingredients, intentions, unread (without any text),
    backs (with the back up), doubtful (a value wants a look). open_checks: warnings about the table as a whole that nobody has
    seen. corrected: cards that a human changed or added; removed: that a human took away or merged. stickers: on cards. review:
    `unreviewed`, `in-progress` or `reviewed`. differences: values that two humans see otherwise. residual_p95_mm: of the photo
    with the largest. picture: the rectified photo, relative to the folder of results. reviewers: who looked it over, only where
    consent for names was recorded, else empty.
    """

    session_id: str | None
    session_name: str | None
    session_date: str | None
    session_place: str | None
    group: str | None
    table: str
    result: str
    poster: str
    participants: int | None
    photos: int
    cards: int
    ingredients: int
    intentions: int
    unread: int
    backs: int
    doubtful: int
    open_checks: int
    corrected: int
    removed: int
    stickers: int
    loose_stickers: int
    review: str
    differences: int
    residual_p95_mm: float | None
    picture: str
    reviewers: str


@dataclass(frozen=True)
class ItemRow:
    """One item over the tables of a group; group None is over all tables.

    in_catalogue: else written by hand or made by the table. tables: that laid it, of_tables: that could have (for intentions,
    tables that laid any). placements: cards, more than tables where a table laid it twice. zone: where most tables laid it (empty
    where equally many laid it elsewhere, None in no zone), zone_tables: how many; zone_share: of tables that laid it, None below
    the smallest number of tables that is turned into a share. dispute: chance that two of these tables laid it in different zones,
    None below two tables. stickers: on it. per_participant: stickers by participants of tables that say how many they were and laid
    intentions, None where none of those laid it. sticker_share: mean over tables of its part of the table's stickers, None below
    the smallest number of tables. rank: by stickers among the group's intentions, None for other cards. doubtful: cards of it that
    want a look. stance_yes, stance_doubt, stance_no: backs of it on which that was ticked, also of cards that lay nowhere;
    stance_open: backs of it of which the boxes want a look, what was made of them counted along.
    """

    group: str | None
    item: str
    text: str
    kind: str
    in_catalogue: bool
    tables: int
    of_tables: int
    placements: int
    zone: str | None
    zone_tables: float | None
    zone_share: float | None
    dispute: float | None
    stickers: int
    per_participant: float | None
    sticker_share: float | None
    rank: int | None
    doubtful: int
    stance_yes: int
    stance_doubt: int
    stance_no: int
    stance_open: int


STANCE_COUNTS = ("stance_yes", "stance_doubt", "stance_no", "stance_open")
"""What an `ItemRow` says of backs."""


@dataclass(frozen=True)
class ItemZoneRow:
    """In how many tables an item lay in one zone. zone: None in no zone. tables: one that laid it in two zones counts half in each.

    share: of the tables that laid it, None below the smallest number of tables that is turned into a share.
    """

    group: str | None
    item: str
    text: str
    kind: str
    zone: str | None
    zone_label: str
    tables: float
    placements: int
    share: float | None


@dataclass(frozen=True)
class ArgumentRow:
    """Words that people wrote. source: `back` of a card, `own` words on a card's front, or a `note` from the review.

    item: of the card, None where nothing told. stance: what was ticked on the back, `yes`, `no` or `doubt`, None for nothing;
    stance_doubtful: whether that wants a look. A row of either may have no text. card_id: the back's own where its card lies
    nowhere, or is not known. crop: as in `CardRow`.
    """

    session_id: str | None
    group: str | None
    table: str
    result: str
    card_id: str
    item: str | None
    item_text: str
    zone: str | None
    source: str
    text: str
    confidence: float
    doubtful: bool
    crop: str
    stance: str | None = None
    stance_doubtful: bool = False


KINDS = {"cards": PlacementRow, "stickers": StickerRow, "tables": TableRow, "items": ItemRow, "item_zones": ItemZoneRow,
         "arguments": ArgumentRow}
"""Every kind of tidy row by the name of its file."""
