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
        tables=len(tables), reviewed=sum(t.review == "reviewed" for t in tables),
        in_progress=sum(t.review == "in-progress" for t in tables),
        cards=_sum(g, "cards"), doubtful=_sum(g, "doubtful"), open_checks=_sum(g, "open_checks"), unread=_sum(g, "unread"),
        backs=_sum(g, "backs"), corrected=_sum(g, "corrected"), removed=_sum(g, "removed"), differences=_sum(g, "differences"),
        photos_left_out=g.left_out.photos, tables_failed=g.left_out.tables,
        no_participants=sum(t.participants is None for t in voted), no_intentions=len(tables) - len(voted),
        no_stickers=sum(t.stickers == 0 for t in voted), other_poster=sum(t.poster != g.main_poster for t in tables),
        merged=len(g.merged), sample_cards=g.left_out.sample_cards, sample_wrong=g.left_out.sample_wrong,
        fewest_tables=figures.fewest_tables)


def headline(h: Honesty) -> Message:
    """One line for the foot of a page or a slide."""
    said = _fill(_REVIEWED, h.tables, h.reviewed) + (_fill(_DOUBTFUL, h.cards, h.doubtful) if h.doubtful else _NO_DOUBT)
    for number, words in ((h.photos_left_out, _PHOTOS), (h.tables_failed, _FAILED)):
        said += _fill(words, number) if number else Message("", "")
    return said + Message(".", ".")


def sentences(h: Honesty) -> list[Message]:
    """All that there is to say, the weightiest first; what is nought is passed over, but for looking over and doubt."""
    said = [headline(h), *(_fill(words, number) for field, words in _SENTENCES.items() if (number := getattr(h, field)))]
    if h.tables < h.fewest_tables:
        said.append(Message(f"Bij minder dan {h.fewest_tables} tafels staan er geen percentages: één tafel zou te zwaar wegen.",
                            f"With fewer than {h.fewest_tables} tables there are no percentages: one table would weigh too much."))
    if h.sample_cards:
        low, high = wilson(h.sample_wrong, h.sample_cards)
        said.append(_fill(_SAMPLE, h.sample_cards, h.sample_wrong) + Message(
            f" (95\u00a0%-interval {100 * low:.0f} tot {100 * high:.0f}\u00a0%).",
            f" (95% interval {100 * low:.0f} to {100 * high:.0f}%)."))
    return said


# Of one, and of several: {n} is the number, {part} a part of it.
_REVIEWED = (Message("{part} van {n} tafel nagekeken", "{part} of {n} table looked over"),
             Message("{part} van {n} tafels nagekeken", "{part} of {n} tables looked over"))
_DOUBTFUL = (Message("; {part} van {n} kaartje nog twijfelachtig", "; {part} of {n} card still doubtful"),
             Message("; {part} van {n} kaartjes nog twijfelachtig", "; {part} of {n} cards still doubtful"))
_NO_DOUBT = Message("; geen kaartjes twijfelachtig", "; no doubtful cards")
_PHOTOS = (Message("; {n} foto niet gebruikt",
                   "; {n} photo not used"), Message("; {n} foto’s niet gebruikt", "; {n} photos not used"))
_FAILED = (Message("; {n} tafel niet gelezen",
                   "; {n} table not read"), Message("; {n} tafels niet gelezen", "; {n} tables not read"))
_SAMPLE = (Message("Steekproef: van {n} kaartje waar het programma zeker van was, bleek {part} fout",
                   "Sample: of {n} card that the program was sure of, {part} was wrong"),
           Message("Steekproef: van {n} kaartjes waar het programma zeker van was, bleken er {part} fout",
                   "Sample: of {n} cards that the program was sure of, {part} were wrong"))
_SENTENCES = {
    "in_progress": (Message("Bij {n} tafel is het nakijken begonnen, nog niet klaar.",
                            "{n} table is being looked over, not finished yet."),
                    Message("Bij {n} tafels is het nakijken begonnen, nog niet klaar.",
                            "{n} tables are being looked over, not finished yet.")),
    "open_checks": (Message("{n} melding over een hele tafel staat nog open, bijvoorbeeld over het aantal stickers.",
                            "{n} remark about a whole table is still open, on its number of stickers for instance."),
                    Message("{n} meldingen over een hele tafel staan nog open, bijvoorbeeld over het aantal stickers.",
                            "{n} remarks about whole tables are still open, on numbers of stickers for instance.")),
    "differences": (Message("Over {n} waarde zijn twee nakijkers het niet eens; wat er eerst stond, telt hier.",
                            "Two people who looked disagree about {n} value; what was there first counts here."),
                    Message("Over {n} waarden zijn twee nakijkers het niet eens; wat er eerst stond, telt hier.",
                            "Two people who looked disagree about {n} values; what was there first counts here.")),
    "unread": (Message("{n} kaartje is niet gelezen en telt bij geen enkel ingrediënt mee.",
                       "{n} card was not read and counts towards no ingredient."),
               Message("{n} kaartjes zijn niet gelezen en tellen bij geen enkel ingrediënt mee.",
                       "{n} cards were not read and count towards no ingredient.")),
    "backs": (Message("{n} kaartje ligt met de achterkant boven; wat erop staat, is bij de argumenten te vinden.",
                      "{n} card lies with its back up; what it says is among the arguments."),
              Message("{n} kaartjes liggen met de achterkant boven; wat erop staat, is bij de argumenten te vinden.",
                      "{n} cards lie with their backs up; what they say is among the arguments.")),
    "removed": (Message("{n} kaartje van de foto’s is bij het nakijken weggehaald of samengevoegd.",
                        "{n} card of the photos was taken away or merged on review."),
                Message("{n} kaartjes van de foto’s zijn bij het nakijken weggehaald of samengevoegd.",
                        "{n} cards of the photos were taken away or merged on review.")),
    "corrected": (Message("{n} kaartje is bij het nakijken verbeterd of toegevoegd.", "{n} card was corrected or added on review."),
                  Message("{n} kaartjes zijn bij het nakijken verbeterd of toegevoegd.",
                          "{n} cards were corrected or added on review.")),
    "merged": (Message("{n} opschrift telt mee onder een ander woord, zoals in het koppelbestand staat.",
                       "{n} text counts under another word, as the mapping file says."),
               Message("{n} opschriften tellen mee onder een ander woord, zoals in het koppelbestand staat.",
                       "{n} texts count under another word, as the mapping file says.")),
    "no_intentions": (Message("Op {n} tafel lagen geen bedoelingen.", "{n} table had no intentions."),
                      Message("Op {n} tafels lagen geen bedoelingen.", "{n} tables had no intentions.")),
    "no_stickers": (Message("{n} tafel met bedoelingen heeft geen enkele sticker.",
                            "{n} table with intentions has no sticker at all."),
                    Message("{n} tafels met bedoelingen hebben geen enkele sticker.",
                            "{n} tables with intentions have no sticker at all.")),
    "no_participants": (
        Message("Van {n} tafel is niet bekend hoeveel deelnemers er waren; die telt niet mee in stickers per deelnemer.",
                "Nobody said how many participants {n} table had; it does not count in stickers per participant."),
        Message("Van {n} tafels is niet bekend hoeveel deelnemers er waren; die tellen niet mee in stickers per deelnemer.",
                "Nobody said how many participants {n} tables had; they do not count in stickers per participant.")),
    "other_poster": (Message("{n} tafel met een andere of onbekende poster staat niet op de kaarten met plekken.",
                             "{n} table with another or unknown poster is not on the maps of places."),
                     Message("{n} tafels met een andere of onbekende poster staan niet op de kaarten met plekken.",
                             "{n} tables with another or unknown poster are not on the maps of places.")),
}


def _fill(words: tuple[Message, Message], n: int, part: int = 0) -> Message:
    one = words[n != 1]
    return Message(one.nl.format(n=n, part=part), one.en.format(n=n, part=part))


def counted(number: int, one: str, more: str) -> str:
    """"1 tafel", "2 tafels"."""
    return f"{number} {one if number == 1 else more}"


def _sum(gathered: Gathered, field: str) -> int:
    return sum(getattr(table, field) for table in gathered.tables)
