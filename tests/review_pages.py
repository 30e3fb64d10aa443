"""Made-up results with drawn pictures, as a folder to review: 8 × 5 cards on a poster of three zones."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image, ImageDraw, ImageFont

from conftest import ROOT
from posterscan.corrections import corrected
from posterscan.corrections_carry import measured_hash
from posterscan.files import as_json, read_result, table_name
from posterscan.kept_kits import keep
from posterscan.places import FolderPlace
from posterscan.records import TableResult
from results import card_data, photo_data, result_data

Data = dict[str, Any]
SIZE_MM, PX_PER_MM = (841, 594), 2
COLUMNS, CARD_MM = 8, (85, 55)
ZONES = {"thuis": (0, 310), "buurt": (310, 610), "ladder": (610, 830)}  # left and right of each
WORDS = ("Koor", "Moestuin", "Repaircafé", "Fietsen", "Buurtlunch", "Speelplek", "Leeskring", "Zwemclub", "Theetuin", "Klusdag")
LAYOUT: Data = {
    "schema": "posterscan-layout/1", "id": "proef", "size_mm": SIZE_MM, "markers": [], "ladder_zone": "ladder",
    "zones": [{"id": name, "label": name.capitalize(), "kind": "ladder" if name == "ladder" else "sphere",
               "polygon_mm": [[left, 0], [right, 0], [right, 594], [left, 594]]} for name, (left, right) in ZONES.items()]}


def text_of(number: int) -> str:
    """What stands on a card; no two say the same."""
    return f"{WORDS[number % 10]} {number // 10 + 1}"


def catalogue_data(count: int = 40) -> Data:
    cards = [true_card(n) for n in range(count)]
    return {"schema": "posterscan-catalogue/1", "card_size_mm": CARD_MM, "cards": [
        {"id": card["catalogue_id"], "kind": card["kind"], "text": card["text"]["value"]} for card in cards]}


def true_card(number: int, **changes: Any) -> Data:
    """A card as it lies, read rightly and surely."""
    x, y = 20.0 + 100 * (number % COLUMNS), 20.0 + 110 * (number // COLUMNS)
    outline = [[x, y], [x + 85, y], [x + 85, y + 55], [x, y + 55]]
    zone = next(name for name, (left, right) in ZONES.items() if left <= x + 42.5 < right)
    return card_data(
        f"c{number:02}", kind="intention" if zone == "ladder" else "ingredient", catalogue_id=f"k{number:02}",
        text={"value": text_of(number), "confidence": 0.97, "source": "ocr"}, polygon_mm=outline, center_mm=[x + 42.5, y + 27.5],
        zone={"id": zone, "shares": {zone: 1.0}, "border_mm": 20.0, "confidence": 0.97},
        stickers={"count": 0, "confidence": 0.97, "items": []}) | changes


def sticker(x: float, y: float, **changes: Any) -> Data:
    return {"center_mm": [x, y], "diameter_mm": 10.0, "colour": "rood", "confidence": 0.9} | changes


def doubted(card: Data, reason: str, confidence: float = 0.4, **values: Any) -> Data:
    """A card of which one value is marked; values: what was read of it, like `text="Kcor"`."""
    part = {"text": "text", "zone": "zone", "stickers": "stickers"}.get(reason.partition("-")[0], "text")
    out = card | {"needs_review": [reason], part: card[part] | {"confidence": confidence}}
    for name, value in values.items():
        inner = {"text": "value", "zone": "id", "stickers": "count"}.get(name)
        out[name] = out[name] | {inner: value} if inner else value
    return out


def table_data(name: str = "tafel-1", cards: Sequence[Data] | None = None, **changes: Any) -> Data:
    """A result of that name; cards: of the first row where None."""
    sha = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
    return result_data(table=name, photos=[photo_data(f"{table_name(name)}.jpg", sha)],
                       cards=list(cards) if cards is not None else [true_card(n) for n in range(8)]) | changes


def write_folder(folder: Path, tables: Mapping[str, Data] | Sequence[Data], *, layout: Data = LAYOUT,
                 catalogue: Data | None = None, pictures: Callable[[Data], Image.Image] | None = None) -> Path:
    """Results by the name of their file, their pictures and their kit; drawn as the cards say."""
    kit = {"layout.json": json.dumps(layout).encode(), "catalogue.json": json.dumps(catalogue or catalogue_data()).encode()}
    place = FolderPlace(folder)
    keep(place, kit)
    refs = {"layout": {"id": "proef", "sha256": hashlib.sha256(kit["layout.json"]).hexdigest()},
            "catalogue": {"sha256": hashlib.sha256(kit["catalogue.json"]).hexdigest()}}
    by_name = tables if isinstance(tables, Mapping) else {table_name(data["table"]): data for data in tables}
    for name, data in by_name.items():
        picture = (pictures or drawn)(data)
        place.write(f"{name}/rectified.jpg", jpeg(picture))
        for card in data["cards"]:
            left, top = card["polygon_mm"][0]
            right, bottom = card["polygon_mm"][2]
            crop = picture.crop(tuple(round(v * picture.width / SIZE_MM[0]) for v in (left, top, right, bottom)))
            place.write(f"{name}/cards/{table_name(card['id'])}.jpg", jpeg(crop))
        place.write(f"{name}.json", as_json(TableResult.model_validate(data | refs)))
    return folder


def drawn(table: Data, px_per_mm: float = PX_PER_MM) -> Image.Image:
    """The sheet with its zones, cards and stickers."""
    picture = Image.new("RGB", tuple(round(v * px_per_mm) for v in SIZE_MM), (246, 242, 233))
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(8 * px_per_mm)
    for name, (left, right) in ZONES.items():
        pen.rectangle([left * px_per_mm, 0, right * px_per_mm, picture.height], outline=(150, 150, 150), width=3)
        pen.text((left * px_per_mm + 6, picture.height - 12 * px_per_mm), name, (120, 120, 120), font)
    for card in table["cards"]:
        corners = [(x * px_per_mm, y * px_per_mm) for x, y in card["polygon_mm"]]
        pen.polygon(corners, (255, 255, 255), (60, 60, 60))
        pen.text((corners[0][0] + 8, corners[0][1] + 8), card["text"]["value"][:18].encode("latin-1", "replace").decode("latin-1"),
                 (10, 10, 10), font)
    stickers = [item for card in table["cards"] for item in card["stickers"].get("items", [])] + table.get("loose_stickers", [])
    for item in stickers:
        (x, y), r = item["center_mm"], item["diameter_mm"] / 2
        pen.ellipse([(x - r) * px_per_mm, (y - r) * px_per_mm, (x + r) * px_per_mm, (y + r) * px_per_mm], (214, 40, 40))
    return picture


def jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def now(folder: Path, table: str = "tafel-1") -> TableResult:
    """A result as it was corrected."""
    return corrected(read_result(folder / f"{table}.json"))


def files_of(folder: Path) -> dict[str, bytes]:
    """Everything but the lock."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "lock"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def words_of(folder: Path, *words: tuple[str | None, str, Any], table: str = "tafel-1", session: str = "s1", by: str | None = "An",
             **changes: Any) -> Data:
    """`corrections.json` as the page makes it, of card, field and value."""
    result = read_result(folder / f"{table}.json")
    said = [{"card": card, "field": field, "value": value, "at": f"2026-11-24T20:00:{n % 60:02}+01:00"}
            for n, (card, field, value) in enumerate(words)]
    of = {"name": table, "measured": measured_hash(result), "photos": [p.sha256 for p in result.photos], "status": "in-progress",
          "corrections": said}
    return {"schema": "posterscan-corrections/1", "software": {"name": "posterscan", "version": "0"}, "by": by, "session": session,
            "at": "2026-11-24T21:00:00+01:00", "tables": [of | changes]}


class Server:
    """A running `posterscan review --serve`. path: of its page, token and all."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.url = (process.stdout.readline() if process.stdout else "").strip()
        self.at = urlsplit(self.url)
        self.host, self.path, self.port = self.at.netloc, self.at.path, self.at.port or 0

    def ends(self, within_s: float = 30) -> tuple[int, str, str]:
        """Exit code, and what it said on stdout after the address and on stderr."""
        out, err = self.process.communicate(timeout=within_s)
        return self.process.returncode, out, err

    def stop(self, how: int = signal.SIGTERM) -> tuple[int, str, str]:
        self.process.send_signal(how)
        return self.ends()


@contextmanager
def serving(folder: Path, *more: str, first: str = "") -> Iterator[Server]:
    """The folder's page, served by a process of its own; first: Python that it runs before anything else."""
    program = [sys.executable, "-c", f"{first}\nfrom posterscan.cli.main import run\nrun()"]
    with subprocess.Popen([*program, "review", str(folder), "--serve", "--no-browser", *more], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}) as process:
        try:
            yield Server(process)
        finally:
            if process.poll() is None:
                process.kill()
