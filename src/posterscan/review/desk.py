"""What the served page shows and takes: read from the results and written into them, one writer at a time."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

from posterscan.batch.index import read_results, refresh, result_names
from posterscan.batch.lock import only_one
from posterscan.errors import UsageError
from posterscan.messages import Language, Message
from posterscan.places import Place
from posterscan.records import Correction
from posterscan.review.apply import Applied, apply_corrections
from posterscan.review.page import make_page
from posterscan.review.take_up import TableUpdate

QUIET_S = 5.0  # nobody posted for so long: time for the tidy tables, which take longer than the results themselves
LOCK_WAIT_S = 3.0  # somebody who posts waits for it


@dataclass(frozen=True)
class Served:
    """Results and where they are. kit: for those whose layout isn't kept beside them. only: names of tables; all where empty."""

    place: Place
    kit: Place | None
    only: tuple[str, ...]
    language: Language


class Busy(UsageError):
    """Another process is writing into the results."""


class Desk:
    """The results of one `Served`. Its methods may be called from any thread."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._writing = threading.Lock()  # the folder's own lock is between processes
        self._old_since: float | None = None  # when the last words came that the tidy tables lack; None where they lack nothing

    def page(self) -> bytes:
        """As the results are now."""
        served = self._served
        return make_page(served.place, served.language, kit=served.kit, served=True, only=served.only).content

    def picture(self, name: str) -> bytes | None:
        """A picture of a result; None for anything else, be it there or not."""
        place, (table, _, file) = self._served.place, name.partition("/")
        folder, _, last = file.rpartition("/")
        of_card = folder in ("cards", "backs")
        if not last.endswith(".jpg") or (not of_card and file != "rectified.jpg") or not self._is_result(table):
            return None
        there = any(entry.name == name for entry in place.files(f"{table}/{folder}" if folder else table))
        return place.read(name) if there else None

    def _is_result(self, table: str) -> bool:
        place, only = self._served.place, self._served.only
        return table in result_names(place) and (not only or table in only) and any(read_results(place, [table]))

    def take(self, body: bytes) -> dict[str, Any]:
        """Takes corrections up; they are in the results when this returns. Raises what `apply_corrections` does, and `Busy`."""
        busy: list[Message] = []
        with self._writing:
            try:
                applied = apply_corrections(self._served.place, body, "corrections", refresh_tables=False, wait_s=LOCK_WAIT_S,
                                            waiting=busy.append)
            except UsageError as error:
                raise (Busy(error.problem, _SAVED_LATER) if busy else error) from error
            if any(update.changed for update in applied.tables):
                self._old_since = time.monotonic()
        return _answer(applied)

    def is_quiet(self) -> bool:
        """Whether the tidy tables are old, and nobody has posted for a while."""
        return self._old_since is not None and time.monotonic() - self._old_since >= QUIET_S

    def refresh(self, wait_s: float = 0.0) -> None:
        """Tidy tables and index again where they are old; UsageError where they can't be written: then they stay old."""
        with self._writing:
            if self._old_since is None:
                return
            self._old_since = time.monotonic()
            with only_one(self._served.place, wait_s, lambda _: None):
                refresh(self._served.place)
            self._old_since = None


_SAVED_LATER = Message("Uw correcties zijn nog niet bewaard: probeer het zo nog eens.",
                       "Your corrections are not saved yet: try again in a moment.")


def _answer(applied: Applied) -> dict[str, Any]:
    """What the page is told: how many values changed, all that stands undecided, and what belongs to no card."""
    return {"changes": sum(len(update.changes) for update in applied.tables),
            "differences": [_difference(update, word) for update in applied.tables for word in update.result.review.differences],
            "orphans": [{"table": update.name, "card": orphan.card, "field": orphan.field, "value": orphan.value}
                        for update in applied.tables for orphan in update.orphans]}


def _difference(update: TableUpdate, word: Correction) -> dict[str, Any]:
    """A word that was not taken, as the page's data has it; of one that was posted just now also what counts, and who said that."""
    posted = (one for one in update.differences if (one.card, one.field, one.value) == (word.card, word.field, word.value))
    here = next(({"here": one.here, "here_by": one.here_by} for one in posted), {})
    return {"table": update.name, "card": word.card, "field": word.field, "value": word.value, "by": word.by, "at": word.at, **here}
