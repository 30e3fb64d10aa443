"""Two made-up evenings on the poster of samples/own-kit, for looking at figures before there are results of one's own."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

from shapely.geometry import Point, Polygon

from posterscan import __version__
from posterscan.files import as_json, table_name
from posterscan.kept_kits import keep
from posterscan.places import FolderPlace
from posterscan.records import TableResult
from posterscan.shipped import shipped_folder

EVENINGS = {"Oost": "2026-11-24", "West": "2026-11-26"}
TABLES, PARTICIPANTS, STICKERS_EACH = 7, 8, 3
CARD_MM = (85.0, 55.0)
Data = dict[str, Any]


def example_evenings(folder: str | Path) -> list[str]:
    """Makes a folder of results for each evening, the same ones each time; their names.

    Most ingredients have a zone that most tables choose, some are disputed, and a few lie elsewhere in West than in Oost. Some
    values are doubtful, some tables were looked over, and one did not say how many participants it had.
    """
    kit = (shipped_folder("samples") or Path("samples")) / "own-kit" / "kit"
    files = {name: (kit / name).read_bytes() for name in ("layout.json", "catalogue.json")}
    made = []
    for evening, date in EVENINGS.items():
        place = FolderPlace(Path(folder) / evening.lower())
        keep(place, files)
        for number in range(1, TABLES + 1):
            session = {"id": evening.lower(), "name": f"Made-up {evening}", "date": date}
            data = _table(evening, number, files, session)
            place.write(f"{table_name(data['table'])}.json", as_json(TableResult.model_validate(data)))
        made.append(str(Path(folder) / evening.lower()))
    return made


def _table(evening: str, number: int, files: dict[str, bytes], session: Data) -> Data:
    chance = random.Random(f"{evening} {number}")
    layout, catalogue = (json.loads(files[name]) for name in ("layout.json", "catalogue.json"))
    zones = {zone["id"]: Polygon(zone["polygon_mm"]) for zone in layout["zones"]}
    spheres = [zone["id"] for zone in layout["zones"] if zone["kind"] == "sphere"]
    cards = [_laid(card, _chosen(card["id"], evening, spheres, chance), zones, spheres, chance)
             for card in catalogue["cards"] if card["kind"] == "ingredient" and chance.random() < 0.45]
    intentions = [card for card in catalogue["cards"] if card["kind"] == "intention"][:12]
    laid = sorted(chance.sample(intentions, 8), key=intentions.index)
    # those listed first are liked more
    votes = [int(len(laid) * chance.random() ** 2) for _ in range(PARTICIPANTS * STICKERS_EACH)]
    for row, card in enumerate(laid):
        stickers = {"count": votes.count(row), "confidence": 0.95}
        cards.append(_laid(card, "bedoelingen", zones, spheres, chance) | {"stickers": stickers})
    table = f"{evening.lower()}-{number}"
    return {
        "schema": "posterscan-result/1", "software": {"name": "posterscan", "version": __version__}, "table": table,
        "session": session | {"participants": None if (evening, number) == ("West", 3) else PARTICIPANTS},
        "layout": {"id": layout["id"], "sha256": hashlib.sha256(files["layout.json"]).hexdigest()},
        "catalogue": {"sha256": hashlib.sha256(files["catalogue.json"]).hexdigest()}, "photos": [],
        "cards": [card | {"id": f"c{place:02}"} for place, card in enumerate(cards)],
        "review": {"status": "reviewed" if number <= 2 else "unreviewed"}}


def _chosen(card: str, evening: str, spheres: list[str], chance: random.Random) -> str:
    """Where a table lays it: as its words say, for most, and elsewhere in West for one in four."""
    said = hashlib.sha256(card.encode()).digest()
    usual = (*spheres, *spheres, "buiten")[said[0] % 7]
    if evening == "West" and said[1] % 4 == 0:
        usual = spheres[(spheres.index(usual) + 1) % 3] if usual in spheres else spheres[0]
    return usual if chance.random() < 0.5 + said[2] / 512 else chance.choice([*spheres, "buiten"])


def _laid(card: Data, zone: str, zones: dict[str, Polygon], spheres: list[str], chance: random.Random) -> Data:
    middle, border = _place(zone, zones, spheres, chance)
    (x, y), (half_x, half_y) = middle, (CARD_MM[0] / 2, CARD_MM[1] / 2)
    doubt = ["zone-border"] if border < 4 else ["text-uncertain"] if chance.random() < 0.04 else []
    return {
        "kind": card["kind"], "catalogue_id": card["id"], "side": "front", "center_mm": [x, y], "rotation_deg": 0.0,
        "text": {"value": card["text"], "confidence": 0.7 if "text-uncertain" in doubt else 0.99, "source": "ocr"},
        "polygon_mm": [[x - half_x, y - half_y], [x + half_x, y - half_y], [x + half_x, y + half_y], [x - half_x, y + half_y]],
        "detection_confidence": 0.99, "stickers": {"count": 0, "confidence": 0.99}, "needs_review": doubt,
        "zone": {"id": zone, "shares": {zone: 1.0}, "border_mm": border, "confidence": 0.7 if border < 4 else 0.99}}


def _place(zone: str, zones: dict[str, Polygon], spheres: list[str], chance: random.Random) -> tuple[tuple[float, float], float]:
    """Somewhere in a zone, and how far that is from its border; `buiten` is what the spheres and the ladder leave of the sheet."""
    inside = [shape for name, shape in zones.items() if zone == "buiten" and name != "buiten"]
    left, top, right, bottom = zones[zone].bounds
    while True:
        at = Point(round(chance.uniform(left, right), 1), round(chance.uniform(top, bottom), 1))
        if zones[zone].contains(at) and not any(shape.contains(at) for shape in inside):
            border = min(shape.exterior.distance(at) for shape in (zones[zone], *inside))
            return (at.x, at.y), round(border, 1)
