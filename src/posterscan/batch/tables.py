"""The tidy tables of a whole batch: parquet for programs, CSV for people, written as the results come by."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack

from posterscan.places import Place
from posterscan.records import TableResult
from posterscan.rows import CardRow, StickerRow, card_rows, sticker_rows
from posterscan.tidy import TidyTable, workshop

CARDS, STICKERS = "cards", "stickers"
TIDY_FILES = ("cards.parquet", "cards.csv", "stickers.parquet", "stickers.csv")


def write_tidy(place: Place, results: Iterable[tuple[str, TableResult]]) -> None:
    """Writes `TIDY_FILES` from results and the names of their files; the old ones stay until all four new ones are ready.

    Memory does not grow with the number of results. UsageError where the files cannot be written.
    """
    with workshop(place) as folder:
        with ExitStack() as stack:
            cards = stack.enter_context(TidyTable(folder / CARDS, CardRow))
            stickers = stack.enter_context(TidyTable(folder / STICKERS, StickerRow))
            for name, result in results:
                cards.add(card_rows(result, name))
                stickers.add(sticker_rows(result, name))
        for file in TIDY_FILES:
            place.put(file, folder / file)
