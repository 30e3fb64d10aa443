"""Reason codes and checks in plain words: what a human is to look at, as docs/reason-codes.md has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from posterscan.messages import Message

About = Literal["text", "zone", "stickers", "outline", "side", "card", "argument", "stance"]


@dataclass(frozen=True)
class Reason:
    """Why a card wants a look. about: which of its values that doubts."""

    words: Message
    about: About


REASONS: dict[str, Reason] = {
    "card-uncertain": Reason(Message(
        "Misschien is dit geen kaartje.",
        "This may not be a card."), "card"),
    "outline-uncertain": Reason(Message(
        "Van de rand is weinig te zien, of de tekst raakt de rand; plaats en stand kunnen ernaast zitten.",
        "Little of its edge can be seen, or its text touches the edge; place and angle may be off."), "outline"),
    "partly-covered": Reason(Message(
        "Een deel van het kaartje is bedekt.",
        "Part of the card is covered."), "outline"),
    "handwritten": Reason(Message(
        "Met de hand geschreven: kijk de tekst na.",
        "Handwritten: check the text."), "text"),
    "text-uncertain": Reason(Message(
        "De tekst is niet zeker gelezen.",
        "The text was not read with certainty."), "text"),
    "text-unknown": Reason(Message(
        "De tekst staat niet in de catalogus, of er is niets te lezen.",
        "The text is in no catalogue, or nothing can be read."), "text"),
    "face-down": Reason(Message(
        "Het kaartje ligt misschien met de achterkant boven.",
        "The card may lie face down."), "side"),
    "side-uncertain": Reason(Message(
        "Of de voor- of de achterkant boven ligt, is niet zeker.",
        "Whether front or back is up is not certain."), "side"),
    "code-unknown": Reason(Message(
        "De code op het kaartje staat niet in de catalogus.",
        "The card's code is not in the catalogue."), "text"),
    "code-text-differ": Reason(Message(
        "Code en gelezen tekst spreken elkaar tegen.",
        "Code and text read contradict each other."), "text"),
    "duplicate-code": Reason(Message(
        "Dezelfde code is op meer kaartjes gezien.",
        "The same code was seen on more than one card."), "text"),
    "duplicate": Reason(Message(
        "Meer kaartjes zijn als dit kaartje gelezen.",
        "More than one card was read as this one."), "text"),
    "photos-disagree": Reason(Message(
        "Foto's van deze tafel spreken elkaar hier tegen: wat er staat, hoeveel stickers, of dat er een kaartje ligt.",
        "Photos of this table contradict each other here: what it says, how many stickers, or whether there is a card."), "card"),
    "zone-border": Reason(Message(
        "Het midden ligt zo dicht bij een grens dat het vak niet zeker is.",
        "Its middle is so close to a border that the zone is uncertain."), "zone"),
    "stickers-crowded": Reason(Message(
        "Stickers liggen over elkaar; er kan er een verborgen zijn.",
        "Stickers lie over each other; one may be hidden."), "stickers"),
    "stickers-disagree": Reason(Message(
        "Oppervlak en vorm van de stickers geven niet hetzelfde aantal.",
        "Area and shape of the stickers don't give the same count."), "stickers"),
    "stickers-edge": Reason(Message(
        "Een sticker ligt op de rand: op dit kaartje of ernaast.",
        "A sticker lies on the edge: on this card or beside it."), "stickers"),
    "stickers-covered": Reason(Message(
        "Er ligt iets op het kaartje waar stickers onder kunnen zitten.",
        "Something lies on the card that may hide stickers."), "stickers"),
    "stickers-uncounted": Reason(Message(
        "Op dit kaartje is kleur te zien die een sticker kan zijn en niet is geteld.",
        "Colour shows on this card that may be a sticker and was not counted."), "stickers"),
    "stickers-glare": Reason(Message(
        "Door glans zijn stickers niet goed te tellen.",
        "Glare makes it hard to count the stickers."), "stickers"),
    "stickers-colour": Reason(Message(
        "Er is een sticker geteld van een kleur die verder nergens voorkomt; misschien is het geen sticker.",
        "A sticker was counted of a colour that none of the others has; it may not be a sticker."), "stickers"),
    "argument-uncertain": Reason(Message(
        "De argumentatie op de achterkant is met de hand geschreven of niet te lezen: kijk haar na.",
        "The argument on the back is handwritten or cannot be read: check it."), "argument"),
    "stance-uncertain": Reason(Message(
        "Welk hokje op de achterkant is aangekruist, is niet zeker: meer dan een, naast een hokje, of niet goed te zien.",
        "Which box on the back was ticked is not certain: more than one, beside a box, or not well seen."), "stance"),
}

CHECKS: dict[str, Message] = {
    "no-cards": Message(
        "Er is geen enkel kaartje gevonden.",
        "Not a single card was found."),
    "code-without-card": Message(
        "Een code is gezien, het kaartje eromheen niet.",
        "A code was seen, but not the card around it."),
    "writing-without-card": Message(
        "Er is schrift gezien buiten de kaartjes.",
        "Writing was seen outside the cards."),
    "stickers-without-card": Message(
        "Er liggen stickers bij elkaar zonder kaartje eronder.",
        "Stickers lie together without a card below them."),
    "uncertain-place": Message(
        "Misschien ligt hier een kaartje: het is niet goed te zien, of maar op één van de foto's.",
        "A card may lie here: it cannot be seen well, or in only one of the photos."),
    "uncovered-places": Message(
        "Er ligt iets op de poster dat geen kaartje is; wat eronder ligt, is niet te zien.",
        "Something on the poster is no card; what is under it cannot be seen."),
    "stickers-total": Message(
        "Het aantal stickers klopt niet met het aantal deelnemers.",
        "The number of stickers does not agree with the participants."),
    "stickers-other-size": Message(
        "De stickers zijn groter of kleiner dan de lay-out zegt.",
        "The stickers are larger or smaller than the layout says."),
    "ladder-order": Message(
        "De volgorde van de bedoelingen klopt niet met de stickers.",
        "The order of the intentions does not follow the stickers."),
    "table-code-unreadable": Message(
        "De code voor sessie of tafel op de poster is niet te lezen.",
        "The poster's code for session or table cannot be read."),
    "table-codes-differ": Message(
        "De codes voor sessie en tafel op de poster spreken elkaar tegen.",
        "The poster's codes for session and table contradict each other."),
    "other-session": Message(
        "De poster is van een andere sessie dan de lay-out.",
        "The poster is of another session than the layout."),
    "other-table": Message(
        "Op de poster staat een andere tafel dan u noemt.",
        "The poster says another table than you do."),
    "blank-of-other-table": Message(
        "Er ligt een leeg kaartje van een andere tafel.",
        "A blank card of another table lies here."),
    "different-tables": Message(
        "De foto's zijn van verschillende tafels.",
        "The photos are of different tables."),
    "engine-missing": Message(
        "Een van de twee tekstlezers ontbreekt; zie posterscan doctor.",
        "One of the two text readers is missing; see posterscan doctor."),
    "card-moved": Message(
        "Een kaartje is tussen twee foto's verplaatst; de laatste foto telt.",
        "A card was moved between two photos; the later one counts."),
    "photos-of-two-moments": Message(
        "Er zit tijd tussen de foto's; wat intussen veranderd is, telt zoals op de laatste.",
        "Time lies between the photos; what has changed meanwhile counts as in the last one."),
    "poster-not-wholly-seen": Message(
        "De foto's samen laten niet de hele poster zien.",
        "The photos together do not show the whole poster."),
    "photo-failed": Message(
        "Een van de foto's kon niet worden gebruikt.",
        "One of the photos could not be used."),
    "backs-unpaired": Message(
        "Van losse achterkanten is niet bekend bij welk kaartje ze horen: kies het zelf.",
        "Some backs belong to no card that is known: choose it yourself."),
    "corrections-orphaned": Message(
        "Er zijn correcties bij kaartjes die er nu niet meer zijn.",
        "There are corrections of cards that are gone now."),
}
