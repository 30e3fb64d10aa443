"""What the workbook's sheets and its own columns are called, and what each column holds."""

from __future__ import annotations

from posterscan.messages import Message
from posterscan.report.words import COLUMNS

SHEETS = {
    "overview": Message("Overzicht", "Overview"), "ingredients": Message("Ingrediënten", "Ingredients"),
    "matrix": Message("Ingrediënten per tafel", "Ingredients by table"), "intentions": Message("Bedoelingen", "Intentions"),
    "cards": Message("Kaartjes", "Cards"), "arguments": Message("Argumenten", "Arguments"),
    "doubts": Message("Twijfels", "Doubts still open"), "groups": Message("Per groep", "By group"),
    "method": Message("Uitleg", "Method"),
}
"""The sheets in their order; `groups` is there only where there are groups."""

STILL_TO_LOOK_AT = Message("Nog na te kijken", "Still to look at")
MOST = Message("Meest gelegd in", "Mostly laid in")
OUTSIDE = Message("buiten", "outside")
NO_ZONE = Message("geen sfeer", "no zone")
STICKERS = Message("Stickers in totaal", "Stickers in all")
SUM = Message("Totaal", "Total")
PER_ZONE = Message("een kolom per sfeer", "a column per zone")
PER_TABLE = Message("een kolom per tafel", "a column per table")

MEANINGS: tuple[tuple[str, Message, Message], ...] = (
    ("overview", COLUMNS["doubtful"], Message(
        "Kaartjes waarvan een waarde (tekst, sfeer, stickers) niet zeker is en die nog niemand heeft nagekeken.",
        "Cards of which a value (text, zone, stickers) is not certain and that nobody has looked over yet.")),
    ("overview", COLUMNS["open_checks"], Message(
        "Wat aan de tafel als geheel opviel en nog niemand heeft nagekeken.",
        "What stood out about the table as a whole and nobody has looked over yet.")),
    ("overview", COLUMNS["corrected"], Message(
        "Kaartjes die bij het nakijken zijn verbeterd, bevestigd of toegevoegd.",
        "Cards that were corrected, confirmed or added on review.")),
    ("ingredients", COLUMNS["in_catalogue"], Message(
        "Ja: een gedrukt kaartje uit de kit. Nee: zelf geschreven aan tafel.",
        "Yes: a printed card of the kit. No: written at the table.")),
    ("ingredients", COLUMNS["tables"], Message(
        "Op hoeveel tafels het lag; ‘van de tafels’ is hoeveel tafels het hadden kunnen leggen.",
        "On how many tables it lay; ‘of the tables’ is how many could have laid it.")),
    ("ingredients", COLUMNS["placements"], Message(
        "Aantal kaartjes: meer dan het aantal tafels als een tafel het twee keer legde.",
        "Number of cards: more than there are tables where a table laid it twice.")),
    ("ingredients", MOST, Message(
        "Waar de meeste tafels het legden; ‘verdeeld’ als evenveel tafels het ergens anders legden.",
        "Where most tables laid it; ‘divided’ where as many laid it elsewhere.")),
    ("ingredients", PER_ZONE, Message(
        "Op hoeveel tafels het in die sfeer lag. Een tafel die het in twee sferen legde, telt in elk voor de helft.",
        "On how many tables it lay in that zone. A table that laid it in two zones counts half in each.")),
    ("ingredients", COLUMNS["zone_share"], Message(
        "Welk deel van de tafels die het legden, het in de meest gekozen sfeer legde; leeg bij te weinig tafels.",
        "The part of the tables that laid it, that laid it in the zone chosen most; empty with too few tables.")),
    ("ingredients", COLUMNS["dispute"], Message(
        "De kans dat twee tafels die het legden, dat in verschillende sferen deden: 0 is eensgezind. Leeg onder de twee tafels.",
        "The chance that two tables that laid it did so in different zones: 0 is of one mind. Empty below two tables.")),
    ("ingredients", COLUMNS["stance_yes"], Message(
        "Hoe vaak dat op achterkanten is aangekruist, ook van kaartjes die nergens lagen. Net zo voor twijfel en zeker niet.",
        "How often that was ticked on backs, also of cards that lay nowhere. Likewise for in doubt and surely not.")),
    ("ingredients", COLUMNS["stance_open"], Message(
        "Achterkanten waarvan niet zeker is welk hokje is aangekruist; ze tellen mee zoals ze zijn gelezen.",
        "Backs of which it is not certain which box was ticked; they count as they were read.")),
    ("matrix", PER_TABLE, Message(
        "De sfeer waarin die tafel het legde; leeg als het er niet lag. Schuin met een vraagteken: nog na te kijken. "
        "Een klik opent de foto van het kaartje, als die bij dit rapport zit.",
        "The zone in which that table laid it; empty where it did not. In italics with a question mark: still to look at. "
        "A click opens the picture of the card, where that comes with this report.")),
    ("intentions", COLUMNS["rank"], Message(
        "1 voor de meeste stickers; gelijke aantallen krijgen dezelfde rang.",
        "1 for the most stickers; equal numbers have the same rank.")),
    ("intentions", COLUMNS["per_participant"], Message(
        "Stickers gedeeld door het aantal deelnemers, over de tafels waarvan bekend is hoeveel dat er waren.",
        "Stickers by the number of participants, over the tables of which that is known.")),
    ("intentions", COLUMNS["sticker_share"], Message(
        "Gemiddelde over de tafels van hun aandeel: elke tafel weegt even zwaar. Leeg bij te weinig tafels.",
        "Mean over the tables of their share: each table weighs the same. Empty with too few tables.")),
    ("intentions", PER_TABLE, Message(
        "Stickers op die tafel; leeg als de bedoeling er niet lag.",
        "Stickers on that table; empty where the intention was not laid.")),
    ("cards", COLUMNS["item_text"], Message(
        "Onder welk woord het kaartje is meegeteld, als verschillende schrijfwijzen hetzelfde zijn.",
        "The word that the card counts under, where several spellings are the same.")),
    ("cards", COLUMNS["text_confidence"], Message(
        "Van 0 tot 1: hoe zeker het programma is van wat het las; 1 als iemand het heeft nagekeken. Net zo voor de sfeer.",
        "From 0 to 1: how sure the program is of what it read; 1 where somebody looked it over. Likewise for the zone.")),
    ("cards", COLUMNS["center_x_mm"], Message(
        "Het midden van het kaartje, in millimeters vanaf de linkerbovenhoek van de poster.",
        "The middle of the card, in millimetres from the poster’s top-left corner.")),
    ("arguments", COLUMNS["source"], Message(
        "De achterkant van een kaartje, een zelf geschreven kaartje, of een notitie bij het nakijken.",
        "The back of a card, a card written at the table, or a note from the review.")),
    ("doubts", COLUMNS["needs_review"], Message(
        "Waarom het programma twijfelt; wie de foto bekijkt, ziet het meestal meteen.",
        "Why the program doubts; whoever looks at the picture mostly sees it at once.")),
    ("groups", COLUMNS["group"], Message(
        "Dezelfde cijfers als op de andere bladen, maar dan alleen over de tafels van die groep.",
        "The same figures as on the other sheets, but over the tables of that group only.")),
)
"""By sheet: a column, and what it holds."""
