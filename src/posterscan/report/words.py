"""Words that several outputs share, as a facilitator would say them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from posterscan.layout import Zone
from posterscan.messages import Language, Message

COLUMNS: Mapping[str, Message] = {
    "session_id": Message("Code sessie", "Session code"), "session_name": Message("Sessie", "Session"),
    "session_date": Message("Datum", "Date"), "session_place": Message("Plaats", "Place"), "group": Message("Groep", "Group"),
    "table": Message("Tafel", "Table"), "result": Message("Bestand", "File"), "poster": Message("Poster", "Poster"),
    "participants": Message("Deelnemers",
                            "Participants"), "photos": Message("Foto’s", "Photos"), "cards": Message("Kaartjes", "Cards"),
    "ingredients": Message("Ingrediënten", "Ingredients"), "intentions": Message("Bedoelingen", "Intentions"),
    "unread": Message("Niet gelezen", "Not read"), "backs": Message("Achterkant boven", "Back up"),
    "doubtful": Message("Twijfelachtig", "Doubtful"), "open_checks": Message("Open meldingen", "Open remarks"),
    "corrected": Message("Verbeterd", "Corrected"), "removed": Message("Weggehaald", "Taken away"),
    "stickers": Message("Stickers", "Stickers"), "loose_stickers": Message("Losse stickers", "Loose stickers"),
    "review": Message("Nagekeken", "Looked over"), "differences": Message("Meningsverschillen", "Disagreements"),
    "residual_p95_mm": Message("Meetfout 95 % (mm)", "Residual 95 % (mm)"), "picture": Message("Foto", "Picture"),
    "reviewers": Message("Nagekeken door",
                         "Looked over by"), "card_id": Message("Kaartje", "Card"), "kind": Message("Soort", "Kind"),
    "item": Message("Sleutel", "Key"), "item_text": Message("Telt als", "Counts as"), "text": Message("Tekst", "Text"),
    "text_source": Message("Gelezen uit", "Read from"), "text_confidence": Message("Zekerheid tekst", "Confidence of text"),
    "handwritten": Message("Handschrift", "Handwritten"), "side": Message("Kant", "Side"), "zone": Message("Sfeer", "Zone"),
    "zone_label": Message("Sfeer", "Zone"), "zone_confidence": Message("Zekerheid sfeer", "Confidence of zone"),
    "zone_border_mm": Message("Tot de grens (mm)", "To the border (mm)"), "center_x_mm": Message("Plek x (mm)", "Place x (mm)"),
    "center_y_mm": Message("Plek y (mm)", "Place y (mm)"), "rank": Message("Rang", "Rank"),
    "place_on_ladder": Message("Plek in de volgorde",
                               "Place in the order"), "needs_review": Message("Waarom even kijken", "Why a look"),
    "photo": Message("Foto", "Photo"), "crop": Message("Uitsnede", "Crop"), "in_catalogue": Message("Uit de kit", "Of the kit"),
    "tables": Message("Tafels", "Tables"), "of_tables": Message("Van de tafels", "Of the tables"),
    "placements": Message("Keren gelegd", "Times laid"), "zone_tables": Message("Tafels in die sfeer", "Tables in that zone"),
    "zone_share": Message("Aandeel", "Share"), "dispute": Message("Verschil van inzicht (0–1)", "Dispute (0–1)"),
    "per_participant": Message("Stickers per deelnemer", "Stickers per participant"),
    "sticker_share": Message("Aandeel van de stickers",
                             "Share of the stickers"), "source": Message("Waar het staat", "Where it stands"),
    "stance": Message("Aangekruist", "Ticked"), "stance_yes": Message("Zeker wel", "Surely"),
    "stance_doubt": Message("Twijfel", "In doubt"), "stance_no": Message("Zeker niet", "Surely not"),
    "stance_open": Message("Hokjes na te kijken", "Boxes to look at"),
    "confidence": Message("Zekerheid", "Confidence"), "share": Message("Aandeel", "Share"),
}
"""What a column of `report.rows` is called where people read it."""

KINDS = {"ingredient": Message("ingrediënt", "ingredient"), "intention": Message("bedoeling", "intention"),
         "unknown": Message("onbekend", "unknown")}
REVIEW = {"unreviewed": Message("nog niet",
                                "not yet"), "in-progress": Message("begonnen", "begun"), "reviewed": Message("ja", "yes")}
STANCES = {"yes": Message("zeker wel", "surely"), "no": Message("zeker niet", "surely not"),
           "doubt": Message("twijfel", "in doubt")}
SOURCES = {"back": Message("achterkant", "back"), "own": Message("eigen kaartje", "own card"), "note": Message("notitie", "note")}
TITLE = Message("Gesprek over de sociale basis", "Conversation about the social basis")
NO_ZONE = Message("in geen sfeer", "in no zone")
DIVIDED = Message("verdeeld", "divided")
METHOD = (
    Message("Per tafel legden deelnemers kaartjes met ingrediënten waar die volgens hen horen: in een van de sferen, of erbuiten. "
            "Daarna gaf ieder stickers aan de bedoelingen: waarom zou een gemeente hierin investeren?",
            "At each table participants laid cards with ingredients where they belong in their view: in one of the spheres, or "
            "outside. Then each gave stickers to the intentions: why should a municipality invest in it?"),
    Message("De tafels zijn gefotografeerd en de foto’s uitgelezen met posterscan. Elk getal is terug te vinden op "
            "de foto waar het vandaan komt.",
            "The tables were photographed and the photos read by posterscan. Each number can be traced to the "
            "photo it comes from."),
    Message("Het totaalbeeld zet elk ingrediënt waar de meeste tafels het legden; het getal zegt op hoeveel tafels het lag.",
            "The total picture puts each ingredient where most tables laid it; the number says on how many tables it lay."),
    Message("Verschil van inzicht is de kans dat twee tafels het in verschillende sferen legden: 0 is eensgezind, 1 is overal "
            "anders. Er is geen goed antwoord; verschil is ook een uitkomst.",
            "Dispute is the chance that two tables laid it in different zones: 0 is of one mind, 1 is different "
            "everywhere. There is no right answer; a difference is a result too."),
    Message("Stickers per deelnemer telt alleen tafels mee waarvan het aantal deelnemers bekend is.",
            "Stickers per participant counts only tables of which the number of participants is known."))
"""How the figures came about, a paragraph each."""


def zone_names(zones: Sequence[Zone], language: Language) -> dict[str | None, str]:
    """What each zone is called; None for no zone, the empty word for several alike (as in `ItemRow.zone`)."""
    return {zone.id: zone.label for zone in zones} | {None: NO_ZONE.to(language), "": DIVIDED.to(language)}


def of(count: float, all_of_them: int, fewest: int, language: Language) -> str:
    """A part of some tables: "3 van 4", and as a percentage where they are enough."""
    number = decimal(count, language)
    if all_of_them < fewest or all_of_them == 0:
        return f"{number} {'van' if language == 'nl' else 'of'} {all_of_them}"
    return percent(count / all_of_them, language)


def percent(share: float, language: Language) -> str:
    """A share as a whole percentage."""
    return f"{100 * share:.0f}" + ("\u00a0%" if language == "nl" else "%")


def decimal(value: float, language: Language, digits: int = 1) -> str:
    """A number as it is written: 2,5 or 2.5; whole ones without a fraction."""
    text = str(int(value)) if abs(value - round(value)) < 1e-9 and digits <= 1 else f"{value:.{digits}f}"
    return text.replace(".", ",") if language == "nl" else text
