"""What the report's page says over each part."""

from __future__ import annotations

from posterscan.messages import Message

TITLES = {
    "overview": Message("Overzicht", "Overview"), "total": Message("Totaalbeeld", "Total picture"),
    "ingredients": Message("Ingrediënten", "Ingredients"), "intentions": Message("Bedoelingen", "Intentions"),
    "groups": Message("Groepen naast elkaar", "Groups side by side"),
    "tables-side-by-side": Message("Tafels naast elkaar", "Tables side by side"),
    "places": Message("Plekken in mm", "Places in mm"),
    "arguments": Message("Argumenten en eigen woorden", "Arguments and own words"),
    "tables": Message("Per tafel", "Table by table"),
    "method": Message("Hoe deze cijfers ontstonden", "How these figures came about"),
}
SAYS = {
    "total": Message(
        "Elk ingrediënt staat waar de meeste tafels het legden: hoe groter, hoe meer tafels; het getal zegt hoeveel. Een "
        "vraagteken: een van die kaartjes is nog twijfelachtig. Klik op een ingrediënt om de kaartjes zelf te zien.",
        "Each ingredient is where most tables laid it: the larger, the more tables; the number says how many. A question mark: "
        "one of these cards is still doubtful. Click an ingredient to see the cards themselves."),
    "ingredients": Message(
        "In welke sfeer legden tafels het, en waren ze het eens? Verschil is de kans dat twee tafels het in verschillende sferen "
        "legden: 0 is eensgezind, 1 is overal anders.",
        "In which zone did tables lay it, and did they agree? Dispute is the chance that two tables laid it in different zones: "
        "0 is of one mind, 1 is different everywhere."),
    "intentions": Message(
        "Stickers van alle tafels samen. Per deelnemer gaat over tafels waarvan het aantal deelnemers bekend is; het aandeel "
        "is het gemiddelde over tafels, zodat elke tafel even zwaar weegt.",
        "Stickers of all tables together. Per participant is over tables of which the number of participants is known; the "
        "share is the mean over tables, so that each table weighs the same."),
    "no-votes": Message("Er lagen bedoelingen, maar er zijn geen stickers geteld.",
                        "Intentions were laid, but no stickers were counted."),
    "groups": Message(
        "De meest gelegde ingrediënten, die met het grootste verschil tussen groepen bovenaan. Verschil: welk deel van de tafels "
        "het elders zou moeten leggen om twee groepen gelijk te maken.",
        "The ingredients laid most, those with the greatest difference between groups on top. Difference: what part of the tables "
        "would have to lay it elsewhere to make two groups alike."),
    "tables-side-by-side": Message(
        "Elke kolom is een tafel: kleur en letter zeggen in welke sfeer zij het ingrediënt legde. Een stip: twijfelachtig.",
        "Each column is a table: colour and letter say in which zone it laid the ingredient. A dot: doubtful."),
    "arguments": Message("Wat mensen zelf opschreven: op lege kaartjes, op achterkanten en bij het nakijken.",
                         "What people wrote themselves: on blank cards, on backs and on review."),
}


STANCES_SAY = Message(
    "Wat deelnemers op achterkanten aankruisten, ook van kaartjes die nergens op de poster lagen. Hokjes na te kijken tellen mee "
    "zoals ze zijn gelezen; eronder staat elke achterkant.",
    "What participants ticked on backs, also of cards that lay nowhere on the poster. Boxes to look at count as they were read; "
    "each back is listed below.")


def of_no_card(backs: int) -> Message:
    """Backs that no item is known of."""
    return Message(f"{backs} achterkant(en) niet geteld: het kaartje is niet bekend. Kies het bij het nakijken.",
                   f"{backs} back(s) not counted: the card is not known. Choose it in the review.")


def first_tables(shown: int, of: int) -> Message:
    """Where a chart does not have all tables."""
    return Message(f" De eerste {shown} van {of} tafels; in de werkmap staan ze allemaal.",
                   f" The first {shown} of {of} tables; the workbook has them all.")


def squares(side_mm: float) -> Message:
    """Of the heat map."""
    return Message(f"Hoeveel kaartjes met hun midden in elk vak van {side_mm:.0f} × {side_mm:.0f} mm lagen, gemeten vanaf de hoek "
                   "linksboven van de poster.",
                   f"How many cards’ middles lay in each square of {side_mm:.0f} × {side_mm:.0f} mm, measured from the poster’s "
                   "top-left corner.")


def from_tables(fewest: int) -> Message:
    """When shares are given."""
    return Message(f"Een aandeel staat er alleen bij minstens {fewest} tafels; daaronder staan aantallen.",
                   f"Shares are given from {fewest} tables on; below that there are numbers.")
