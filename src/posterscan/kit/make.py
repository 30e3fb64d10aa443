"""The way of words and settings to a kit's files, all in memory: writing them is another matter."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PIL import Image

from posterscan.catalogue import Catalogue, CatalogueCard
from posterscan.errors import KitError
from posterscan.kit import names
from posterscan.kit.camera_board import camera_board
from posterscan.kit.card_design import CARD_MM, code_places, sticker_places
from posterscan.kit.cards import PrintedCard, fit_word
from posterscan.kit.drawing import Pdf, Type, letters_missing
from posterscan.kit.instructions import instructions
from posterscan.kit.lookalikes import lookalikes
from posterscan.kit.marker_sheet import marker_sheet
from posterscan.kit.numbers import Blank, allot
from posterscan.kit.poster import PosterFor, poster_pdf
from posterscan.kit.poster_layout import poster_layout
from posterscan.kit.raster import page_picture
from posterscan.kit.settings import KitSettings
from posterscan.kit.sheets import card_sheets
from posterscan.kit.typeset import Fitted
from posterscan.kit.wordlists import Word
from posterscan.messages import Language, Message
from posterscan.table_code import session_number, session_text, tags_of

ARTWORK_PX_PER_MM = 5.0  # no finer than scanning keeps it
LANGUAGES = {"nl": "nld", "en": "eng"}
ROOM_FOR = 12  # stickers on an intention card
_MONTHS = {"nl": ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
                  "december"),
           "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
                  "December")}
_HEADINGS = {"ingredient": Message("Ingrediënten", "Ingredients"), "intention": Message("Bedoelingen", "Intentions")}
_BLANK, _TABLE = Message("lege kaartjes", "blank cards"), Message("Tafel", "Table")
_SESSION, _MODEL = Message("sessie", "session"), Message("Gesprek over de sociale basis", "Talking about the social base")


@dataclass(frozen=True)
class Kit:
    """A kit's files by name, and what whoever prints it should know."""

    files: dict[str, bytes]
    notes: tuple[Message, ...] = ()


def make_kit(settings: KitSettings, words: Sequence[Word], language: Language) -> Kit:
    """Everything to print and everything that scanning needs; KitError where words or settings allow no kit."""
    _check_letters(settings)
    notes = [*lookalikes(words), *_sticker_notes(settings)]
    numbers, blanks = allot(words, settings)
    fits = {word.id: fit_word(word.kind, word.text, word.where, language) for word in words}
    layout = poster_layout(language, _session(settings))
    catalogue = _catalogue(words, numbers, blanks, settings, language)
    files = {
        names.POSTER.to(language): poster_pdf(language, _posters(settings, language), _title(settings, language)),
        names.ARTWORK: _artwork(settings, language),
        names.LAYOUT: _json(layout.model_dump(by_alias=True, mode="json")),
        names.CATALOGUE: _json(catalogue.model_dump(by_alias=True, mode="json")),
        names.MARKERS.to(language): marker_sheet(language),
        names.CAMERA_BOARD.to(language): camera_board(language),
        names.INSTRUCTIONS.nl: instructions("nl", sticker_mm=settings.sticker_mm, stickers_per_person=settings.stickers_per_person),
        names.INSTRUCTIONS.en: instructions("en", sticker_mm=settings.sticker_mm, stickers_per_person=settings.stickers_per_person)}
    for kind in ("ingredient", "intention"):
        cards = [PrintedCard(kind, numbers[w.id], fits[w.id], w.text) for w in words if w.kind == kind]
        if cards:
            files[names.CARDS[kind].to(language)] = _card_pdf(settings, language, [(_HEADINGS[kind].to(language), cards)])
    if blanks:
        files[names.BLANKS.to(language)] = _card_pdf(settings, language, _blank_sets(blanks, settings, language))
    return Kit(files, tuple(notes))


def _check_letters(settings: KitSettings) -> None:
    """KitError where the font lacks a letter of what is printed under the table's number."""
    for key, said in (("name", settings.session.name), ("place", settings.session.place)):
        if said and (missing := letters_missing(said)):
            raise KitError(Message(f"session.{key}: het lettertype heeft geen {missing!r} (in {said!r}).",
                                   f"session.{key}: the font has no {missing!r} (in {said!r})."),
                           Message("Schrijf het met gewone letters; emoji en andere schriften kunnen niet op de poster.",
                                   "Write it in Latin letters; emoji and other scripts can't be printed on the poster."))


def _session(settings: KitSettings) -> dict[str, Any]:
    """What layout.json says of the session that the poster is printed for."""
    about = settings.session
    return {"id": session_text(_number(settings)), "name": about.name, "date": about.date, "place": about.place,
            "tables": settings.tables, "participants": settings.participants,
            "stickers_per_person": settings.stickers_per_person, "sticker_mm": settings.sticker_mm}


def _number(settings: KitSettings) -> int:
    return session_number(settings.session.name, settings.session.date, settings.session.place)


def _catalogue(words: Sequence[Word], numbers: dict[str, int], blanks: Sequence[Blank], settings: KitSettings,
               language: Language) -> Catalogue:
    cards = [CatalogueCard(id=w.id, kind=w.kind, text=w.text, marker_id=numbers[w.id]) for w in words]
    return Catalogue.model_validate({
        "schema": "posterscan-catalogue/1", "language": LANGUAGES[language], "card_size_mm": CARD_MM,
        "card_dictionary": settings.card_dictionary, "cards": cards, "code_places": code_places(),
        "blanks": [{"kind": b.kind, "marker_id": b.marker_id, "table": b.table, "number": b.number} for b in blanks]})


def _title(settings: KitSettings, language: Language) -> str:
    return settings.session.name or _MODEL.to(language)


def _posters(settings: KitSettings, language: Language) -> list[PosterFor]:
    return [PosterFor(tags_of(_number(settings), table), _caption(settings, language, table))
            for table in range(1, settings.tables + 1)]


def _caption(settings: KitSettings, language: Language, table: int) -> list[str]:
    about, named = settings.session, session_text(_number(settings))
    where = ", ".join(part for part in (about.place, _in_words(about.date, language)) if part)
    lines = [about.name, where, f"{_SESSION.to(language)} {named}" if named else None]
    return [f"{_TABLE.to(language)} {table}", *(line for line in lines if line)]


def _in_words(day: str | None, language: Language) -> str:
    if not day:
        return ""
    when = date.fromisoformat(day)
    return f"{when.day} {_MONTHS[language][when.month - 1]} {when.year}"


def _artwork(settings: KitSettings, language: Language) -> bytes:
    """The poster as scanning compares photos with it: the table code, which differs from table to table, left white."""
    blank = poster_pdf(language, [PosterFor(None, _caption(settings, language, 1))], _title(settings, language))
    buffer = io.BytesIO()
    Image.fromarray(page_picture(blank, 0, ARTWORK_PX_PER_MM)).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _blank_sets(blanks: Sequence[Blank], settings: KitSettings, language: Language) -> list[tuple[str, list[PrintedCard]]]:
    """Heading and cards of every table and kind, in the order of printing: tables stay together."""
    nothing = Fitted((), Type(10))
    sets: list[tuple[str, list[PrintedCard]]] = []
    for table in range(1, settings.tables + 1):
        for kind in ("ingredient", "intention"):
            own = [b for b in blanks if b.table == table and b.kind == kind]
            if own:
                of_table = f"{_TABLE.to(language)} {table}"
                heading = f"{of_table} · {_BLANK.to(language)} · {_HEADINGS[kind].to(language)}"
                sets.append((heading, [PrintedCard(b.kind, b.marker_id, nothing, f"{of_table} · {b.number}") for b in own]))
    return sets


def _card_pdf(settings: KitSettings, language: Language, sets: Sequence[tuple[str, Sequence[PrintedCard]]]) -> bytes:
    pdf = Pdf(sets[0][0], language)
    for heading, cards in sets:
        card_sheets(pdf, cards, settings.card_dictionary, language, settings.sticker_mm, heading)
    return pdf.bytes()


def _sticker_notes(settings: KitSettings) -> list[Message]:
    """Whether an intention card has room for the stickers."""
    room = len(sticker_places(settings.sticker_mm))
    if room >= ROOM_FOR:
        return []
    return [Message(f"Op een kaartje met een bedoeling passen {room} stickers van {settings.sticker_mm:g} mm naast elkaar. "
                    f"Neem stickers van 12 mm of kleiner, dan passen er {ROOM_FOR}.",
                    f"An intention card has room for {room} stickers of {settings.sticker_mm:g} mm side by side. "
                    f"Take stickers of 12 mm or smaller, then {ROOM_FOR} fit.")]


def _json(data: dict[str, Any]) -> bytes:
    data = _whole_numbers(data)
    return (json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def _whole_numbers(value: Any) -> Any:
    """841.0 as 841: that is how the contract writes it, and some readers want it so."""
    if isinstance(value, dict):
        return {key: _whole_numbers(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_whole_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
