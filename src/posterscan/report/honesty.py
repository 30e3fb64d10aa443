"""What a reader of any output must know of its numbers: what nobody has looked at, what is doubtful, and what is not in them."""

from __future__ import annotations

from dataclasses import dataclass

from posterscan.messages import Message
from posterscan.report.figures import Figures
from posterscan.report.gather import Gathered
from posterscan.sampling import wilson


@dataclass(frozen=True)
class Honesty:
    """Counts over all tables of a report; those of `TableRow` summed, and `LeftOut`.

    no_participants: tables with intentions of which nobody said how many they were. no_stickers: tables with intentions and no
    sticker. other_poster: tables whose places are not drawn, since they lay on another poster than most, or on an unknown one.
    merged: items that are counted as another.
    """

    tables: int
    reviewed: int
    in_progress: int
    cards: int
    doubtful: int
    open_checks: int
    unread: int
    backs: int
    corrected: int
    removed: int
    differences: int
    photos_left_out: int
    tables_failed: int
    no_participants: int
    no_intentions: int
    no_stickers: int
    other_poster: int
    merged: int
    sample_cards: int
    sample_wrong: int
    fewest_tables: int


def honesty(figures: Figures) -> Honesty:
    """Counts what a report says of itself."""
    g = figures.gathered
    tables = g.tables
    voted = [table for table in tables if table.intentions]
    return Honesty(
        tables=len(tables), reviewed=sum(t.review == "reviewed" for t in tables), in_progress=sum(t.review == "in-progress" for t in tables),
        cards=_sum(g, "cards"), doubtful=_sum(g, "doubtful"), open_checks=_sum(g, "open_checks"), unread=_sum(g, "unread"),
        backs=_sum(g, "backs"), corrected=_sum(g, "corrected"), removed=_sum(g, "removed"), differences=_sum(g, "differences"),
        photos_left_out=g.left_out.photos, tables_failed=g.left_out.tables,
        no_participants=sum(t.participants is None for t in voted), no_intentions=len(tables) - len(voted),
        no_stickers=sum(t.stickers == 0 for t in voted), other_poster=sum(t.poster != g.main_poster for t in tables),
        merged=len(g.merged), sample_cards=g.left_out.sample_cards, sample_wrong=g.left_out.sample_wrong, fewest_tables=figures.fewest_tables)


def headline(h: Honesty) -> Message:
    """One line for the foot of a page or a slide."""
    reviewed = Message(f"{h.reviewed} van {h.tables} {'tafel' if h.tables == 1 else 'tafels'} nagekeken",
                       f"{h.reviewed} of {h.tables} {'table' if h.tables == 1 else 'tables'} looked over")
    doubt = Message(f"; {h.doubtful} van {h.cards} kaartjes nog twijfelachtig", f"; {h.doubtful} of {h.cards} cards still doubtful") \
        if h.doubtful else Message("; geen kaartjes twijfelachtig", "; no doubtful cards")
    return reviewed + doubt + _left_out(h) + Message(".", ".")


def _left_out(h: Honesty) -> Message:
    parts = Message("", "")
    if h.photos_left_out:
        parts += Message(f"; {counted(h.photos_left_out, 'foto', 'foto’s')} niet gebruikt",
                         f"; {counted(h.photos_left_out, 'photo', 'photos')} not used")
    if h.tables_failed:
        parts += Message(f"; {counted(h.tables_failed, 'tafel', 'tafels')} niet gelezen", f"; {counted(h.tables_failed, 'table', 'tables')} not read")
    return parts


def sentences(h: Honesty) -> list[Message]:
    """All that there is to say, the weightiest first; what is nought is passed over, but for looking over and doubt."""
    low, high = wilson(h.sample_wrong, h.sample_cards)
    said: list[tuple[bool | int, Message]] = [
        (True, headline(h)),
        (h.in_progress, Message(f"Bij {counted(h.in_progress, 'tafel', 'tafels')} is het nakijken begonnen, nog niet klaar.",
                                f"{counted(h.in_progress, 'table is', 'tables are')} being looked over, not finished yet.")),
        (h.open_checks, Message(f"{counted(h.open_checks, 'melding', 'meldingen')} over een hele tafel, bijvoorbeeld over het aantal stickers, "
                                f"{_is(h.open_checks, 'staat', 'staan')} nog open.",
                                f"{counted(h.open_checks, 'remark', 'remarks')} about a whole table, on its number of stickers for instance, "
                                f"{_is(h.open_checks, 'is', 'are')} still open.")),
        (h.differences, Message(f"Over {counted(h.differences, 'waarde', 'waarden')} zijn twee nakijkers het niet eens; de eerste telt hier.",
                                f"Two people who looked disagree about {counted(h.differences, 'value', 'values')}; the first counts here.")),
        (h.unread, Message(f"{counted(h.unread, 'kaartje', 'kaartjes')} zonder gelezen tekst {_is(h.unread, 'telt', 'tellen')} bij geen enkel ingrediënt mee.",
                           f"{counted(h.unread, 'card', 'cards')} without any text that was read {_is(h.unread, 'counts', 'count')} towards no ingredient.")),
        (h.backs, Message(f"{counted(h.backs, 'kaartje ligt', 'kaartjes liggen')} met de achterkant boven; wat erop staat, is bij de argumenten te vinden.",
                          f"{counted(h.backs, 'card lies', 'cards lie')} with the back up; what it says is among the arguments.")),
        (h.removed, Message(f"{counted(h.removed, 'kaartje', 'kaartjes')} van de foto’s {_is(h.removed, 'is', 'zijn')} bij het nakijken weggehaald of samengevoegd.",
                            f"{counted(h.removed, 'card', 'cards')} of the photos {_is(h.removed, 'was', 'were')} taken away or merged on review.")),
        (h.corrected, Message(f"{counted(h.corrected, 'kaartje', 'kaartjes')} bij het nakijken verbeterd of toegevoegd.",
                              f"{counted(h.corrected, 'card', 'cards')} corrected or added on review.")),
        (h.merged, Message(f"{counted(h.merged, 'opschrift telt', 'opschriften tellen')} mee onder een ander woord, zoals in het koppelbestand staat.",
                           f"{counted(h.merged, 'text counts', 'texts count')} under another word, as the mapping file says.")),
        (h.no_intentions, Message(f"Op {counted(h.no_intentions, 'tafel', 'tafels')} lagen geen bedoelingen.",
                                  f"{counted(h.no_intentions, 'table', 'tables')} had no intentions.")),
        (h.no_stickers, Message(f"{counted(h.no_stickers, 'tafel', 'tafels')} met bedoelingen {_is(h.no_stickers, 'heeft', 'hebben')} geen enkele sticker.",
                                f"{counted(h.no_stickers, 'table', 'tables')} with intentions {_is(h.no_stickers, 'has', 'have')} no sticker at all.")),
        (h.no_participants, Message(f"Van {counted(h.no_participants, 'tafel', 'tafels')} is het aantal deelnemers niet bekend; die "
                                    f"{_is(h.no_participants, 'telt', 'tellen')} niet mee in stickers per deelnemer.",
                                    f"The number of participants of {counted(h.no_participants, 'table', 'tables')} is not known; "
                                    f"{_is(h.no_participants, 'it does', 'they do')} not count in stickers per participant.")),
        (h.other_poster, Message(f"{counted(h.other_poster, 'tafel', 'tafels')} met een andere of onbekende poster {_is(h.other_poster, 'staat', 'staan')} niet op de kaarten met plekken.",
                                 f"{counted(h.other_poster, 'table', 'tables')} with another or unknown poster {_is(h.other_poster, 'is', 'are')} not on the maps of places.")),
        (h.tables < h.fewest_tables, Message(f"Bij minder dan {h.fewest_tables} tafels staan er geen percentages: één tafel zou te zwaar wegen.",
                                             f"With fewer than {h.fewest_tables} tables there are no percentages: one table would weigh too much.")),
        (h.sample_cards, Message(f"Steekproef: van {counted(h.sample_cards, 'kaartje', 'kaartjes')} waar het programma zeker van was, "
                                 f"{_is(h.sample_wrong, 'was', 'waren')} er {h.sample_wrong} fout (95 %-interval {low:.0%} tot {high:.0%})."
                                 .replace("%%", "%"),
                                 f"Sample: of {counted(h.sample_cards, 'card', 'cards')} that the program was sure of, "
                                 f"{h.sample_wrong} {_is(h.sample_wrong, 'was', 'were')} wrong (95 % interval {low:.0%} to {high:.0%}).")),
    ]
    return [message for there, message in said if there]


def counted(number: int, one: str, more: str) -> str:
    """"1 tafel", "2 tafels"."""
    return f"{number} {one if number == 1 else more}"


def _is(number: int, one: str, more: str) -> str:
    return one if number == 1 else more


def _sum(gathered: Gathered, field: str) -> int:
    return sum(getattr(table, field) for table in gathered.tables)
