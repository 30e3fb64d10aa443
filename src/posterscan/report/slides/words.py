"""What the slides say, as a facilitator would say it."""

from __future__ import annotations

from collections.abc import Iterable

from posterscan.messages import Language, Message
from posterscan.report.honesty import counted
from posterscan.report.rows import PlacementRow, TableRow

TOTAL = Message("Totaalbeeld", "Total picture")
TOTAL_LEGEND = Message("Het getal zegt op hoeveel tafels het lag.", "The number says on how many tables it lay.")
TOTAL_ONE = Message("Zo lag het op deze ene tafel.", "This is how it lay on this one table.")
NOTHING_LAID = Message("Er zijn geen ingrediënten gelegd.", "No ingredients were laid.")
RANKING = Message("Bedoelingen, op volgorde van stickers", "Intentions, in order of stickers")
STICKERS = Message("Stickers", "Stickers")
PER_PARTICIPANT = Message("Stickers per deelnemer", "Stickers per participant")
NO_INTENTIONS = Message("Er lagen geen bedoelingen.", "No intentions were laid.")
NO_STICKERS = Message("Er zijn geen stickers geplakt op de bedoelingen.", "No stickers were put on the intentions.")
AGREEMENT = Message("Eens en oneens", "Agreement and dispute")
AGREED = Message("Hierover zijn de tafels het meest eens", "What tables agree on most")
DISPUTED = Message("Hierover verschillen de tafels het meest", "What tables differ on most")
ONE_TABLE = Message("Er is één tafel. Er valt dus nog niets te vergelijken: of tafels het eens zijn, blijkt pas bij twee of meer.",
                    "There is one table, so there is nothing to compare yet: whether tables agree shows only with two or more.")
NONE_SHARED = Message("Geen enkel ingrediënt lag op meer dan één tafel. Er valt dus niets te vergelijken.",
                      "No ingredient lay on more than one table, so there is nothing to compare.")
ALL_ALIKE = Message("Nergens: wat meer dan één tafel legde, legden zij overal in dezelfde sfeer.",
                    "Nowhere: whatever more than one table laid, they laid in the same zone.")
NONE_ALIKE = Message("Nergens: over alles wat meer dan één tafel legde, was verschil.",
                     "Nothing: tables differed on whatever more than one of them laid.")
HOW_TO_READ = Message("Elke balk telt tafels. Links: het deel dat het in dezelfde sfeer legde. "
                      "Rechts: verschil van inzicht, van 0 (eensgezind) tot 1 (overal anders).",
                      "Each bar counts tables. Left: the part that laid it in the same zone. "
                      "Right: dispute, from 0 (of one mind) to 1 (different everywhere).")
GROUPS = Message("Groepen naast elkaar", "Groups side by side")
TABLES_IN = Message("Tafels", "Tables")
PARTICIPANTS = Message("Deelnemers", "Participants")
TOP_INTENTIONS = Message("Meeste stickers", "Most stickers")
NOT_LAID = Message("–", "–")
UNKNOWN = Message("niet bekend", "not known")
ABOUT = Message("Over deze cijfers", "About these figures")
METHOD_TITLE = Message("Hoe deze cijfers tot stand kwamen", "How these figures came about")
HONESTY_TITLE = Message("Wat u van deze cijfers moet weten", "What you should know of these figures")
NOT_READ = Message("(niet gelezen)", "(not read)")
BACK_UP = Message("achterkant: ", "back: ")
SIGN = Message("Een ? en een gestreepte rand: nog twijfelachtig.", "A ? and a dashed rim: still doubtful.")
IN_NO_ZONE = Message("Grijs gestreept: ligt in geen sfeer.", "Dashed grey: in no zone.")
ITALIC = Message("Schuin: met de hand geschreven.", "Slanted: written by hand.")
DOT = Message("● en een getal: stickers.", "● and a number: stickers.")
UNKNOWN_POSTER = Message("De poster van deze tafel is niet bekend; daarom staan de kaartjes hier per sfeer onder elkaar.",
                         "The poster of this table is not known, so its cards are listed by zone.")
ON_MORE_SLIDES = Message("De kaartjes zijn verdeeld over {0} dia’s, zodat ze leesbaar blijven.",
                         "The cards are divided over {0} slides, so that they stay legible.")
NO_CARDS = Message("Op deze tafel is geen kaartje gevonden.", "No card was found on this table.")
REVIEWED = {"reviewed": Message("nagekeken", "looked over"), "unreviewed": Message("nog niet nagekeken", "not looked over yet"),
            "in-progress": Message("nakijken begonnen, nog niet klaar", "being looked over, not finished yet")}
FULL_TEXTS = Message("Voluit, wat op de dia is ingekort:", "In full, what is cut short on the slide:")
MORE = Message("en nog {0}", "and {0} more")


def part_of(title: str, number: int, count: int, language: Language) -> str:
    """"Totaalbeeld (1 van 3)"; without it where there is one part."""
    return title if count == 1 else f"{title} ({number} {'van' if language == 'nl' else 'of'} {count})"


def tables(number: int) -> Message:
    """"3 tafels"."""
    return Message(counted(number, "tafel", "tafels"), counted(number, "table", "tables"))


def cards(number: int) -> Message:
    """"3 kaartjes"."""
    return Message(counted(number, "kaartje", "kaartjes"), counted(number, "card", "cards"))


def people(number: int) -> Message:
    """"3 deelnemers"."""
    return Message(counted(number, "deelnemer", "deelnemers"), counted(number, "participant", "participants"))


def stickers(number: int) -> Message:
    """"3 stickers"."""
    return Message(counted(number, "sticker", "stickers"), counted(number, "sticker", "stickers"))


def ingredients(number: int) -> Message:
    """"3 ingrediënten"."""
    return Message(counted(number, "ingrediënt", "ingrediënten"), counted(number, "ingredient", "ingredients"))


def joined(parts: Iterable[Message], between: str = " · ") -> Message:
    """Parts beside each other."""
    there = list(parts)
    return Message(between.join(part.nl for part in there), between.join(part.en for part in there))


def state(table: TableRow) -> Message:
    """How far the figures of one table can be trusted, in a line."""
    doubt = Message("geen kaartjes twijfelachtig", "no doubtful cards")
    if table.doubtful:
        doubt = Message(f"{table.doubtful} van {cards(table.cards).nl} nog twijfelachtig",
                        f"{table.doubtful} of {cards(table.cards).en} still doubtful")
    checks = [Message(counted(table.open_checks, "open melding", "open meldingen"),
                      counted(table.open_checks, "open remark", "open remarks"))] if table.open_checks else []
    return joined([REVIEWED[table.review], doubt, *checks], "; ") + Message(".", ".")


def told(row: PlacementRow, text: str, zone: str) -> Message:
    """All that is known of a card, for who can't see it."""
    parts = [Message(zone, zone)]
    if row.stickers or row.kind == "intention":
        parts.append(stickers(row.stickers))
    if row.handwritten:
        parts.append(Message("met de hand geschreven", "written by hand"))
    if row.doubtful:
        parts.append(Message("nog twijfelachtig", "still doubtful"))
    return Message(f"{text} (", f"{text} (") + joined(parts, "; ") + Message(")", ")")
