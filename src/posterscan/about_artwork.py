"""What is said of how far a photo shows the artwork that it should: nothing, that some places differ, or that it is another
poster."""

from __future__ import annotations

from dataclasses import dataclass

from posterscan.advice import Advice, place_in_words
from posterscan.messages import Message
from posterscan.stages.agreement import Agreement


@dataclass(frozen=True)
class OtherPosterParams:
    """share: of the print in sight that must be this poster's; in photos of the right one it is 0.93 and more, the less where cards
    were not found, with another drawing in the same frame 0.8 and less. A translation or a new title has 0.95 and more, as has the
    right one with a missed card: those are told with their places, not refused. least: windows in sight, about 1 % of an A1 that is
    printed all over; with fewer nothing is proved.
    """

    share: float = 0.9
    least: int = 40


def is_other_poster(seen: Agreement, params: OtherPosterParams | None = None) -> bool:
    """Whether what shows between the cards is not this poster."""
    p = params or OtherPosterParams()
    return seen.share is None or seen.same < p.least or seen.share < p.share


def other_poster(seen: Agreement) -> tuple[Message, Message]:
    """Problem and remedy."""
    share = seen.share or 0.0
    if seen.same < OtherPosterParams().least and share >= OtherPosterParams().share:
        return (Message("Tussen de kaartjes is te weinig van de poster te zien om zeker te weten dat het deze poster is.",
                        "Too little of the poster can be seen between the cards to be certain that it is this one."),
                Message("Fotografeer de poster voordat hij zo vol ligt, of plak er losse markers op (posterscan calibrate poster "
                        "--photos).",
                        "Photograph the poster before it is so full, or tape loose markers onto it (posterscan calibrate poster "
                        "--photos)."))
    return (Message(f"Dit lijkt een andere poster (of een andere uitgave): van wat ervan te zien is, klopt {share:.0%} met de "
                    "afbeelding.",
                    f"This seems to be another poster (or another edition): of what can be seen, {share:.0%} agrees with the "
                    "artwork."),
            Message("Kies de lay-out (--layout) van de poster die op de foto staat; voor een andere uitgave (taal, titel, jaar) "
                    "maakt posterscan "
                    "calibrate poster een eigen lay-out.",
                    "Choose the layout (--layout) of the poster in the photo; for another edition (language, title, year) "
                    "posterscan calibrate "
                    "poster makes a layout of its own."))


def about_artwork(seen: Agreement | None, size_mm: tuple[float, float]) -> list[Advice]:
    """Places where the photo shows other print than the artwork has."""
    if seen is None or not len(seen.places_mm):
        return []
    where = list(dict.fromkeys(place_in_words(at, size_mm) for at in seen.places_mm[:3]))
    nl, en = ", ".join(w.nl for w in where), ", ".join(w.en for w in where)
    return [Advice("poster-differs", "warning",
                   Message(f"Op de poster staat op {len(seen.places_mm)} plaats(en) iets anders dan op de afbeelding ({nl}); de "
                           "rest klopt "
                           f"({seen.share:.0%}).",
                           f"The poster shows something else than the artwork in {len(seen.places_mm)} place(s) ({en}); the rest "
                           "agrees "
                           f"({seen.share:.0%})."),
                   Message("Kijk of het dezelfde uitgave is, en of daar een kaartje ligt dat niet is gevonden.",
                           "Check that it is the same edition, and whether a card lies there that was not found."))]
