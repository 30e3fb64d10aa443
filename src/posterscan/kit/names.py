"""How the files of a kit are called, per language of the kit."""

from __future__ import annotations

from posterscan.messages import Message

POSTER = Message("poster.pdf", "poster.pdf")
CARDS = {"ingredient": Message("kaartjes-ingredienten.pdf", "cards-ingredients.pdf"),
         "intention": Message("kaartjes-bedoelingen.pdf", "cards-intentions.pdf")}
BLANKS = Message("kaartjes-leeg.pdf", "cards-blank.pdf")
MARKERS = Message("losse-markers.pdf", "loose-markers.pdf")
CAMERA_BOARD = Message("camerablad.pdf", "camera-board.pdf")
INSTRUCTIONS = Message("uitleg.pdf", "instructions.pdf")  # every kit has both
LAYOUT, CATALOGUE, ARTWORK = "layout.json", "catalogue.json", "poster.png"
# every name that a kit of any language may hold: what --overwrite may take away
KIT_FILES = frozenset({LAYOUT, CATALOGUE, ARTWORK} | {
    name for message in (POSTER, *CARDS.values(), BLANKS, MARKERS, CAMERA_BOARD, INSTRUCTIONS)
    for name in (message.nl, message.en)})
