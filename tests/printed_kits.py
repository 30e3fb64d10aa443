"""Kits as they are made for tests, each once: two tables with a session, in Dutch and in English."""

from __future__ import annotations

from functools import cache

from posterscan.kit.make import Kit, make_kit
from posterscan.kit.settings import KitSettings, SessionSettings
from posterscan.kit.wordlists import default_words
from posterscan.messages import Language

SESSION = SessionSettings(name="Sociale basis Oost", date="2026-11-24", place="Café De Brug")
SETTINGS = KitSettings(session=SESSION, tables=2, participants=8)


@cache
def printed_kit(language: Language = "nl") -> Kit:
    return make_kit(SETTINGS, default_words(language), language)
