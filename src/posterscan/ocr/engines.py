"""The readers of this machine: opened once, and what is missing said once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from posterscan.messages import NOTHING, Message
from posterscan.ocr.rapid import RapidReader
from posterscan.ocr.readings import LeadReader, Reader
from posterscan.ocr.tesseract import TesseractParams, TesseractReader


@dataclass(frozen=True, eq=False)
class Engines:
    """lead reads every card; second, where installed, what the lead doesn't settle. notice: what is missing."""

    lead: LeadReader
    second: Reader | None
    notice: Message = NOTHING


@cache
def engines(language: str = "nld") -> Engines:
    """The bundled reader, and Tesseract where it is installed with this language. Networks take half a second to open."""
    lead = RapidReader()
    try:
        return Engines(lead, TesseractReader(TesseractParams(language=language)))
    except FileNotFoundError:
        return Engines(lead, None, Message(
            f"Tesseract met taal “{language}” ontbreekt: er is met één lezer gelezen (zie: posterscan doctor).",
            f"Tesseract with language “{language}” is missing: one engine did the reading (see: posterscan doctor)."))
