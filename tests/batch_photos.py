"""Small drawn photos of posters with a table code and coded cards, and the kit that they are of: quick to make and to read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coded_sheet import coded_layout, tags_on
from drawn_sheet import INK_PX_PER_MM, SHEET_MM, Shot, draw_ink, photograph
from kits import square, write_json
from posterscan.layout import Layout, Session
from posterscan.table_code import session_number, session_text, tags_of

CARD_MM = (70.0, 46.0)
CODE_MM, CODE_AT_MM = 16.0, (50.0, 26.0)
CARDS = ("Buurthuis", "Koor", "Moestuin", "Eetcafé", "Fietsclub", "Leeskring", "Speeltuin", "Bibliotheek")
DICTIONARY = "DICT_APRILTAG_36h10"
PLACES_MM = ((95, 75), (200, 80), (310, 85), (100, 180), (205, 190), (315, 190))  # middles of cards, far enough apart


@dataclass(frozen=True)
class DrawnKit:
    """A kit of one session, and photos of its posters."""

    name: str = "Sociale basis Oost"

    @property
    def number(self) -> int:
        return session_number(self.name, "2026-11-24", "De Brug")

    @property
    def session(self) -> str:
        text = session_text(self.number)
        assert text is not None
        return text

    @property
    def layout(self) -> Layout:
        session = Session(id=self.session, name=self.name, date="2026-11-24", place="De Brug", tables=40, participants=8)
        zones = [{"id": "links", "label": "Links", "kind": "sphere", "polygon_mm": [[45, 45], [260, 45], [260, 255], [45, 255]]},
                 {"id": "ladder", "label": "Ladder", "kind": "ladder",
                  "polygon_mm": [[262, 45], [378, 45], [378, 255], [262, 255]]}]
        plain = coded_layout(session)
        return Layout.model_validate(plain.model_dump(by_alias=True) | {"zones": zones, "ladder_zone": "ladder",
                                                                        "reference_image": "poster.png"})

    def write(self, folder: Path) -> Path:
        """The kit's files."""
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "layout.json", self.layout.model_dump(by_alias=True, mode="json"))
        code = [{"kind": kind, "side": "front", "corners_mm": square(*CODE_AT_MM, CODE_MM)} for kind in ("ingredient", "intention")]
        cards = [{"id": text.lower(), "kind": "ingredient", "text": text, "marker_id": 40 + n} for n, text in enumerate(CARDS)]
        write_json(folder / "catalogue.json", {
            "schema": "posterscan-catalogue/1", "language": "nld", "card_size_mm": CARD_MM, "card_dictionary": DICTIONARY,
            "cards": cards, "blanks": [], "code_places": code})
        ink = draw_ink(self.layout)
        Image.fromarray(ink).convert("RGB").resize((round(SHEET_MM[0] * 4), round(SHEET_MM[1] * 4))).save(folder / "poster.png")
        return folder

    def photo(self, table: int, shot: Shot, cards: int = 2) -> NDArray[np.uint8]:
        """(H, W, 3) uint8: a table's poster with its own cards on it."""
        dice = np.random.default_rng(table)
        places, words = dice.permutation(len(PLACES_MM))[:cards], dice.permutation(len(CARDS))[:cards]
        turns = dice.uniform(-8, 8, cards)

        def lay(ink: NDArray[np.uint8]) -> None:
            for place, word, turn in zip(places, words, turns, strict=True):
                _lay(ink, PLACES_MM[place], int(word), float(turn))

        on_top = (tags_on(self.layout, tags_of(self.number, table)), lay)
        grey = photograph(self.layout, Shot(**{**vars(shot), "on_top": on_top}))
        return np.repeat(grey[..., None], 3, axis=2)


def _lay(ink: NDArray[np.uint8], middle_mm: tuple[float, float], word: int, turn_deg: float) -> None:
    """A card with its word and code."""
    wide, high = (round(side * INK_PX_PER_MM) for side in CARD_MM)
    card = np.full((high, wide), 252, np.uint8)
    cv2.rectangle(card, (0, 0), (wide - 1, high - 1), 150, 3)
    cv2.putText(card, CARDS[word], (40, 120), cv2.FONT_HERSHEY_SIMPLEX, 2.2, 20, 7, cv2.LINE_AA)
    side, (x, y) = round(CODE_MM * INK_PX_PER_MM), (round(v * INK_PX_PER_MM) for v in CODE_AT_MM)
    book = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, DICTIONARY))
    card[y:y + side, x:x + side] = cv2.aruco.generateImageMarker(book, 40 + word, side)
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), -turn_deg, 1.0)
    turn[:, 2] += np.array(middle_mm) * INK_PX_PER_MM - [wide / 2, high / 2]
    size = (ink.shape[1], ink.shape[0])
    over = cv2.warpAffine(np.full_like(card, 255), turn, size)
    drawn = cv2.warpAffine(card, turn, size)
    np.copyto(ink, drawn, where=over > 127)
