"""Made-up evenings: tables on a real kit's poster with known places, stickers and doubts, with drawn pictures."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from shapely.geometry import Point, Polygon

from conftest import ROOT
from posterscan.files import as_json, table_name
from posterscan.kept_kits import keep
from posterscan.places import FolderPlace
from posterscan.records import TableResult
from results import card_data, photo_data, result_data
from review_pages import jpeg

Data = dict[str, Any]
KIT = ROOT / "samples" / "own-kit" / "kit"
LAYOUT: Data = json.loads((KIT / "layout.json").read_text(encoding="utf-8"))
CATALOGUE: Data = json.loads((KIT / "catalogue.json").read_text(encoding="utf-8"))
INGREDIENTS = [card for card in CATALOGUE["cards"] if card["kind"] == "ingredient"]
INTENTIONS = [card for card in CATALOGUE["cards"] if card["kind"] == "intention"]
SPHERES = ("persoonlijk", "gemeenschappelijk", "institutioneel")


def laid(number: int, zone: str | None, at: tuple[float, float], card: Data | str, **changes: Any) -> Data:
    """A card in a zone, its middle at a place in mm; card: of the catalogue, or what somebody wrote on a blank one."""
    x, y = at
    known = isinstance(card, dict)
    kind = card["kind"] if isinstance(card, dict) else changes.pop("kind", "ingredient")
    return card_data(
        f"c{number:02}", kind=kind, catalogue_id=card["id"] if isinstance(card, dict) else None,
        text={"value": card["text"] if isinstance(card, dict) else card, "confidence": 0.95, "source": "code" if known else "ocr",
              "handwritten": not known},
        polygon_mm=[[x - 42.5, y - 27.5], [x + 42.5, y - 27.5], [x + 42.5, y + 27.5], [x - 42.5, y + 27.5]], center_mm=[x, y],
        zone={"id": zone, "shares": {zone: 1.0} if zone else {}, "border_mm": 20.0, "confidence": 0.97}) | changes


def with_stickers(card: Data, count: int) -> Data:
    x, y = card["center_mm"]
    items = [{"center_mm": [x - 30 + 11 * (k % 6), y - 10 + 12 * (k // 6)], "diameter_mm": 10.0, "colour": "rood",
              "confidence": 0.95} for k in range(count)]
    return card | {"stickers": {"count": count, "confidence": 0.95, "items": items}}


def place_in(zone: str, chance: random.Random) -> tuple[float, float]:
    """Somewhere in a zone of the kit's poster, a card's middle; for `buiten`, outside the spheres."""
    shapes = {one["id"]: Polygon(one["polygon_mm"]) for one in LAYOUT["zones"]}
    shape = shapes[zone]
    left, top, right, bottom = shape.bounds
    later = [shapes[one] for one in SPHERES] if zone == "buiten" else []
    while True:
        at = (round(chance.uniform(left, right), 1), round(chance.uniform(top, bottom), 1))
        if shape.buffer(-8).contains(Point(at)) and not any(one.buffer(8).contains(Point(at)) for one in later):
            return at


def table(number: int, *, cards: int = 20, participants: int | None = 8, seed: int = 0, own: Sequence[str] = ("Repaircafé",),
          session: Data | None = None, **changes: Any) -> Data:
    """A table that laid some of the kit's ingredients, mostly where others lay them, and ordered the intentions."""
    chance = random.Random(1000 * seed + number)
    out: list[Data] = []
    for card in chance.sample(INGREDIENTS, min(cards, len(INGREDIENTS))):
        usual = (*SPHERES, "buiten")[sum(card["id"].encode()) % 4]
        zone = usual if chance.random() < 0.7 else chance.choice((*SPHERES, "buiten"))
        doubt = {"needs_review": ["zone-border"]} if chance.random() < 0.08 else {}
        out.append(laid(len(out), zone, place_in(zone, chance), card, **doubt))
    for text in own:
        zone = chance.choice(SPHERES)
        doubts = ["text-uncertain"] if chance.random() < 0.3 else []
        out.append(laid(len(out), zone, place_in(zone, chance), text, needs_review=doubts))
    votes = [chance.randrange(len(INTENTIONS)) ** 2 // len(INTENTIONS) for _ in range(3 * (participants or 8))]
    order = sorted(range(len(INTENTIONS)), key=lambda i: -votes.count(i))
    for row, i in enumerate(order[:8]):
        out.append(with_stickers(laid(len(out), "bedoelingen", (735.0, 92.0 + 58 * row), INTENTIONS[i]), votes.count(i)))
    name = f"tafel-{number}"
    return result_data(
        table=name, photos=[photo_data(f"{name}.jpg", hashlib.sha256(f"{name}{seed}".encode()).hexdigest())], cards=out,
        session={"participants": participants, **(session or {})}) | changes


def exactly(number: int, *cards: Data, participants: int | None = 8, session: Data | None = None, **changes: Any) -> Data:
    """A table on which these cards lie, and no others."""
    name = f"tafel-{number}"
    return result_data(
        table=name, photos=[photo_data(f"{name}.jpg", hashlib.sha256(name.encode()).hexdigest())],
        cards=[card | {"id": f"c{place:02}"} for place, card in enumerate(cards)],
        session={"participants": participants, **(session or {})}) | changes


def bare(folder: Path, tables: Sequence[Data], *, layout: Data = LAYOUT, catalogue: Data = CATALOGUE,
         keep_kit: bool = True) -> Path:
    """A folder of results with their kit, without pictures."""
    kit = {"layout.json": json.dumps(layout).encode(), "catalogue.json": json.dumps(catalogue).encode()}
    place = FolderPlace(folder)
    if keep_kit:
        keep(place, kit)
    refs = {"layout": {"id": layout["id"], "sha256": hashlib.sha256(kit["layout.json"]).hexdigest()},
            "catalogue": {"sha256": hashlib.sha256(kit["catalogue.json"]).hexdigest()}}
    for data in tables:
        place.write(f"{table_name(data['table'])}.json", as_json(TableResult.model_validate(data | refs)))
    return folder


def evening(folder: Path, tables: Sequence[Data], *, layout: Data = LAYOUT, catalogue: Data = CATALOGUE,
            picture: Callable[[Data], Image.Image] | None = None) -> Path:
    """A folder of results with pictures and kit."""
    place = FolderPlace(bare(folder, tables, layout=layout, catalogue=catalogue))
    for data in tables:
        name = table_name(data["table"])
        sheet = (picture or drawn)(data)
        place.write(f"{name}/rectified.jpg", jpeg(sheet))
        scale = sheet.width / layout["size_mm"][0]
        for card in data["cards"]:
            (left, top), (right, bottom) = card["polygon_mm"][0], card["polygon_mm"][2]
            cut = sheet.crop(tuple(round(v * scale) for v in (left, top, right, bottom)))
            place.write(f"{name}/cards/{table_name(card['id'])}.jpg", jpeg(cut))
    return folder


def drawn(data: Data, px_per_mm: float = 2.0) -> Image.Image:
    """The sheet with its zones, cards and stickers."""
    picture = Image.new("RGB", tuple(round(v * px_per_mm) for v in LAYOUT["size_mm"]), (246, 242, 233))
    pen = ImageDraw.Draw(picture)
    colours = ((240, 238, 230), (246, 226, 174), (194, 218, 240), (191, 165, 197), (230, 231, 226))
    for zone, colour in zip(LAYOUT["zones"], colours, strict=False):
        pen.polygon([(x * px_per_mm, y * px_per_mm) for x, y in zone["polygon_mm"]], colour)
    for card in data["cards"]:
        corners = [(x * px_per_mm, y * px_per_mm) for x, y in card["polygon_mm"]]
        pen.polygon(corners, (255, 255, 255), (60, 60, 60))
        words = card["text"]["value"][:24].encode("latin-1", "replace").decode("latin-1")
        pen.text((corners[0][0] + 8, corners[0][1] + 8), words, (10, 10, 10))
        for item in card["stickers"].get("items", []):
            (x, y), r = item["center_mm"], item["diameter_mm"] / 2
            pen.ellipse([(x - r) * px_per_mm, (y - r) * px_per_mm, (x + r) * px_per_mm, (y + r) * px_per_mm], (214, 40, 40))
    return picture
