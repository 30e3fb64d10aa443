"""One person's words on one table, brought together with what was said of it before: nobody is overwritten unheard."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from shapely import Polygon

from posterscan.corrections import confirmed_values, wishes_of
from posterscan.corrections_carry import carried, machine_value, measured_hash, same_value
from posterscan.corrections_fields import ADDED, BACK, CHECKED, DELETED, MERGED, full_name, seen_values
from posterscan.messages import Message
from posterscan.photo import printable
from posterscan.records import Correction, Review, TableResult
from posterscan.review.document import Document, TableWords, moment

_SAME_CARD = 0.5  # share of their common area from which two cards that people drew are one
_GOES = (DELETED, MERGED)
_OF_BACKS = ("argument.value", "stance.value")


@dataclass(frozen=True)
class Change:
    """A value that counts from now on. before: the one that counted till now."""

    card: str | None
    field: str
    before: Any
    value: Any


@dataclass(frozen=True)
class Difference:
    """Two people said different things; `here` goes on to count until somebody decides."""

    card: str | None
    field: str
    here: Any
    here_by: str | None
    value: Any
    by: str | None


@dataclass(frozen=True)
class TableUpdate:
    """A table's result with somebody's words taken up. name: of its file. reread: it was read again since they were said."""

    name: str
    result: TableResult
    changes: tuple[Change, ...] = ()
    differences: tuple[Difference, ...] = ()
    orphans: tuple[Correction, ...] = ()
    reread: bool = False
    changed: bool = False


def unknown_ids(words: TableWords, result: TableResult, zones: Collection[str] | None,
                catalogue: Collection[str] | None) -> list[Message]:
    """Cards, zones and catalogue ids that this result has nothing to do with; zones, catalogue: None where they aren't known."""
    added = {c.card for c in result.review.corrections if c.field == ADDED}
    added |= {word.card for word in words.corrections if word.field == ADDED}
    cards = {card.id for card in result.cards} | {card for card in added if card}
    wrong = [("kaartje", "card", word.card) for word in words.corrections if word.card is not None and word.card not in cards]
    for word in words.corrections:
        nl, en, known = {MERGED: ("kaartje", "card", cards), "zone.id": ("vak", "zone", zones),
                         "catalogue_id": ("kaartje in de catalogus", "catalogue card", catalogue)}.get(
                             full_name(word.field), ("", "", None))
        if known is not None and word.value is not None and word.value not in known:
            wrong.append((nl, en, word.value))
    backs = {back.id for back in result.backs}
    for word in words.corrections:
        if word.card is None and word.field.startswith(BACK):
            if word.field.removeprefix(BACK) not in backs:
                wrong.append(("achterkant", "back", word.field.removeprefix(BACK)))
            if word.value and word.value not in cards:
                wrong.append(("kaartje", "card", word.value))
    shown = printable(words.name)
    return [Message(f"tafel {shown}: onbekend {nl} {printable(str(name))}", f"table {shown}: unknown {en} {printable(str(name))}")
            for nl, en, name in dict.fromkeys(wrong)]


def take_up(words: TableWords, document: Document, name: str, result: TableResult) -> TableUpdate:
    """The result with what was said, as far as nobody else said otherwise meanwhile; taking it up twice changes nothing.

    A value counts where nobody spoke of it yet, where the one who spoke saw the value that stands there, or said it themselves.
    Otherwise it is kept beside it, as a difference. Where the table was read again, cards are found by id and place.
    """
    said = [Correction(card=w.card, field=full_name(w.field), value=w.value, machine=w.machine, by=document.by, at=w.at,
                       reason=w.reason, before=w.before, session=document.session, center_mm=w.center_mm,
                       seen=w.seen.model_dump() if w.seen is not None else None) for w in words.corrections]
    reread = measured_hash(result) != words.measured
    orphans: list[Correction] = []
    if reread:
        said, orphans = carried(said, result)
    taking = _Taking(result, words.known if not reread else 0)
    for correction in said:
        taking.take(correction)
    review = _review(result.review, taking, words, document, [o for o in orphans if o not in result.review.orphans], reread)
    new = TableResult.model_validate(result.model_dump(by_alias=True) | {"review": review.model_dump(by_alias=True)})
    return TableUpdate(name, new, tuple(taking.changes), tuple(taking.differences), tuple(orphans), reread, new != result)


def _review(old: Review, taking: _Taking, words: TableWords, document: Document, orphans: Sequence[Correction],
            reread: bool) -> Review:
    settled = [(d.card, d.field, d.value) for d in words.decided]
    apart = [d for d in old.differences if (d.card, d.field, d.value) not in settled]
    apart += [d for d in taking.apart if not any(_alike(d, other) for other in apart)
              and (d.card, d.field, d.value) not in settled]
    sample = list(dict.fromkeys([*old.sample, *(words.sample if not reread else [])]))
    done = old.status == "reviewed" or (words.status == "reviewed" and not reread)
    spoken = bool(taking.history[len(old.corrections):] or apart or orphans or done or settled)
    fields: dict[str, Any] = {"corrections": taking.history, "differences": apart, "orphans": [*old.orphans, *orphans],
                              "sample": sample, "status": "reviewed" if done and not apart else
                              "in-progress" if spoken or old.status != "unreviewed" else "unreviewed"}
    review = old.model_copy(update=fields)
    same = review == old
    return old if same else review.model_copy(update={"by": document.by or old.by, "at": document.at})


def _alike(one: Correction, other: Correction) -> bool:
    return (one.card, one.field) == (other.card, other.field) and same_value(one.card, one.field, one.value, other.value)


class _Taking:
    """Corrections of one table while words are added to them, in the order in which they were said."""

    def __init__(self, result: TableResult, known: int) -> None:
        self.history = list(result.review.corrections)
        self.changes: list[Change] = []
        self.differences: list[Difference] = []
        self.apart: list[Correction] = []  # what was not taken, as it goes into the file
        self._result, self._known, self._before = result, known, len(self.history)
        self._doubled: set[str] = set()

    def take(self, word: Correction) -> None:
        if any(_the_same_word(word, other) for other in self.history):
            return
        at, current = self._current(word.card, word.field)
        value = _value_of(current, word.field) if current is not None else machine_value(self._result, word.card, word.field)
        if self._says_nothing_new(word, current, value):
            return
        if word.field == CHECKED and word.value:
            against = [pair for pair in self._confirmed(word) if pair[1] is not None]
        else:
            against = [(word, self._against(word, at, current))]
        for one, other in against:
            if other is not None:
                here = _value_of(other, one.field) if _speaks_of(other, one.field) else other.value
                self.apart.append(one)
                self.differences.append(Difference(one.card, one.field, here, other.by, one.value, one.by))
        if not any(other for _, other in against) and not (
                current is not None and _mine(current, word) and _earlier(word, current)):
            self.history.append(word)
            self.changes.append(Change(word.card, word.field, value, word.value))

    def _current(self, card: str | None, field: str) -> tuple[int, Correction | None]:
        """The word that counts of that, and its number."""
        spoken = ((i, c) for i, c in reversed([*enumerate(self.history)]) if c.card == card and _speaks_of(c, field))
        return next(spoken, (-1, None))

    def _says_nothing_new(self, word: Correction, current: Correction | None, value: object) -> bool:
        if word.field == CHECKED and word.value:  # the same word again, but perhaps of other values
            return current is not None and bool(current.value) and seen_values(current.seen) == seen_values(word.seen)
        unmeasured = word.field.startswith(BACK) or (word.field in _OF_BACKS and value is None)
        if not (unmeasured and current is None) and (
                same_value(word.card, word.field, word.value, value) or (not word.value and value is None and not unmeasured)):
            return True
        taken_back = same_value(word.card, word.field, word.value, word.before)  # what they changed, and set back again
        return taken_back and (current is None or not _mine(current, word))

    def _confirmed(self, word: Correction) -> list[tuple[Correction, Correction | None]]:
        """Each value that `checked` confirms, as a word of its own, and what somebody else said of it unheard."""
        out = []
        for field, value in confirmed_values(word).items():
            at, current = self._current(word.card, field)
            one = word.model_copy(update={"field": field, "value": value, "seen": None})
            agreed = current is None or same_value(word.card, field, value, _value_of(current, field))
            out.append((one, None if agreed or current is None or self._knew(one, at, current) else current))
        return out

    def _against(self, word: Correction, at: int, current: Correction | None) -> Correction | None:
        """Somebody else's word that this one would silently undo: the one who spoke did not know of it."""
        if word.card in self._doubled:
            return next(c for c in reversed(self.history) if c.field == ADDED)
        if word.field == ADDED and word.value:
            other = self._drawn_by_another(word)
            if other is not None:
                self._doubled.add(str(word.card))
                return other
        if current is not None and not self._knew(word, at, current):
            return current
        others = [c for i, c in enumerate(self.history[:self._before])
                  if c.card == word.card and c.card is not None and i >= self._known and not _mine(c, word)]
        if word.field in _GOES and word.value:
            return next((c for c in others if c.field not in _GOES), None)
        gone = wishes_of(self._result)[0].get(str(word.card), {})
        if any(gone.get(field) for field in _GOES) and word.field not in _GOES:
            return next((c for c in others if c.field in _GOES and c.value), None)
        return None

    def _knew(self, word: Correction, at: int, current: Correction) -> bool:
        return (at < self._known or at >= self._before or _mine(current, word)
                or same_value(word.card, word.field, word.before, _value_of(current, word.field)))

    def _drawn_by_another(self, word: Correction) -> Correction | None:
        for i, other in enumerate(self.history[:self._before]):
            if other.field == ADDED and other.value and i >= self._known and not _mine(other, word) \
                    and _overlap(other.value["polygon_mm"], word.value["polygon_mm"]) > _SAME_CARD:
                return other
        return None


def _speaks_of(word: Correction, field: str) -> bool:
    """Whether it says that value, or confirms it among others."""
    return full_name(word.field) == field or field in confirmed_values(word)


def _value_of(word: Correction, field: str) -> Any:
    """What it says of that, of which it speaks."""
    return word.value if full_name(word.field) == field else confirmed_values(word)[field]


def _the_same_word(one: Correction, other: Correction) -> bool:
    return (one.card, one.field, one.at, one.session) == (other.card, full_name(other.field), other.at, other.session) and \
        same_value(one.card, one.field, one.value, other.value)


def _mine(one: Correction, other: Correction) -> bool:
    """Said by the same person: in the same page, or under the same name."""
    return (one.session is not None and one.session == other.session) or (bool(one.by) and one.by == other.by)


def _earlier(one: Correction, other: Correction) -> bool:
    a, b = moment(one.at), moment(other.at)
    return a is not None and b is not None and a < b


def _overlap(one: Any, other: Any) -> float:
    """Of two polygons: the area that they share over the area that either has."""
    a, b = Polygon(one).buffer(0), Polygon(other).buffer(0)
    both = float(a.union(b).area)
    return float(a.intersection(b).area) / both if both else 0.0
