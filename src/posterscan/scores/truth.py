"""What is known to be true about a photo: `truth.json` (`photolab-truth/1`), as far as results are compared with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from posterscan.errors import UsageError
from posterscan.geometry import Points, as_points
from posterscan.jsonfile import read_json
from posterscan.messages import Message

STICKER_VISIBLE = 0.4  # less of a sticker than this can't be counted by anyone (README of the photos)
FINDABLE = 0.8  # a card of which this share can be seen has to be found (same source)


@dataclass(frozen=True, eq=False)
class TrueCard:
    """One card that lies on the table. zone_id: the zone of its centre, None for none; marker_id: its printed code.

    polygon_mm: (4, 2) from the card's own top-left; outline_mm: (N, 2) its rim as cut; border_mm: from its centre to
    the nearest border of a zone. stickers: all that lie on it; hidden_stickers: how many of those can't be seen.
    """

    id: str
    kind: str
    side: str
    text: str
    handwritten: bool
    marker_id: int | None
    catalogue_id: str | None
    polygon_mm: Points
    outline_mm: Points
    center_mm: Points
    zone_id: str | None
    border_mm: float
    stickers: int
    hidden_stickers: int
    visible: float

    @property
    def coded(self) -> bool:
        """Carries a printed code."""
        return self.marker_id is not None

    @property
    def findable(self) -> bool:
        """Enough of it can be seen to be found."""
        return self.visible >= FINDABLE


@dataclass(frozen=True, eq=False)
class Truth:
    """One photo's truth. check_mm, check_px: (N, 2) points of the sheet and where they are in the photo."""

    name: str
    difficulty: str
    sha256: str | None
    size_mm: tuple[float, float]
    size_px: tuple[float, float]
    ladder_zone: str | None
    cards: tuple[TrueCard, ...]
    stickers: int
    check_mm: Points
    check_px: Points

    def is_intention(self, card: TrueCard) -> bool:
        """Printed as one, or a blank card that lies on the ladder."""
        on_ladder = self.ladder_zone is not None and card.zone_id == self.ladder_zone
        return card.kind == "intention" or (card.kind == "blank" and on_ladder)


def truth_from(data: dict[str, Any], name: str, sha256: str | None = None) -> Truth:
    """The truth in a decoded truth.json; KeyError, TypeError or ValueError where it has another form."""
    hidden: dict[str, int] = {}
    stickers = data.get("stickers", [])
    for sticker in stickers:
        if sticker["visible_fraction"] < STICKER_VISIBLE and sticker.get("card") is not None:
            hidden[sticker["card"]] = hidden.get(sticker["card"], 0) + 1
    check = data.get("check_points", {"mm": [], "px": []})
    wide, high = data["poster"]["size_mm"]
    width, height = data["image_size_px"]
    return Truth(
        name=str(data.get("name") or name),
        difficulty=str(data.get("difficulty") or "all"),
        sha256=sha256,
        size_mm=(float(wide), float(high)),
        size_px=(float(width), float(height)),
        ladder_zone=data.get("layout", {}).get("ladder_zone"),
        cards=tuple(_card(card, hidden.get(card["id"], 0)) for card in data["cards"]),
        stickers=int(data.get("totals", {}).get("stickers", len(stickers))),
        check_mm=as_points(check["mm"]),
        check_px=as_points(check["px"]),
    )


def _card(card: dict[str, Any], hidden_stickers: int) -> TrueCard:
    polygon = as_points(card["polygon_mm"])
    outline = as_points(card.get("outline_mm") or card["polygon_mm"])
    if len(polygon) != 4 or not np.isfinite(polygon).all():
        raise ValueError(f"card {card['id']}: polygon_mm has {len(polygon)} corners")
    return TrueCard(
        id=str(card["id"]),
        kind=str(card["kind"]),
        side=str(card["side"]),
        text=str(card["text"] or ""),
        handwritten=bool(card["handwritten"]),
        marker_id=card.get("marker_id"),
        catalogue_id=card["catalogue_id"],
        polygon_mm=polygon,
        outline_mm=outline,
        center_mm=as_points(card["center_mm"])[0],
        zone_id=card["zone"]["id"],
        border_mm=_or_far(card["zone"].get("nearest_border_mm")),
        stickers=int(card["stickers"]["count"]),
        hidden_stickers=hidden_stickers,
        visible=float(card["visible_fraction"]),
    )


def read_truths(path: Path) -> list[Truth]:
    """From a truth.json, a photo folder with one, or a folder of photo folders; UsageError where there is none."""
    if path.is_dir():
        own = path / "truth.json"
        files = [own] if own.is_file() else sorted(path.glob("*/truth.json"))
    else:
        files = [path]
    if not files:
        raise UsageError(
            Message(f"In {path} staat geen truth.json.", f"There is no truth.json in {path}."),
            Message(
                "Noem een truth.json, de map van een foto of een map vol zulke mappen.",
                "Name a truth.json, a photo's folder or a folder of such folders.",
            ),
        )
    return [_read(file) for file in files]


def _read(path: Path) -> Truth:
    data = read_json(path, UsageError).data
    try:
        photo = path.parent / str(data.get("photo", "photo.jpg"))
        digest = hashlib.sha256(photo.read_bytes()).hexdigest() if photo.is_file() else None
        return truth_from(data, path.resolve().parent.name, digest)
    except (KeyError, TypeError, ValueError) as why:
        raise UsageError(
            Message(
                f"{path}: dit is geen waarheid bij een foto ({why!r}).",
                f"{path}: this is no truth of a photo ({why!r}).",
            ),
            Message(
                "Verwacht wordt een truth.json van de vorm photolab-truth/1.",
                "A truth.json of the form photolab-truth/1 is expected.",
            ),
        ) from None


def truth_of(photo_sha256: Iterable[str], table: str, truths: Iterable[Truth]) -> Truth | None:
    """The truth that belongs to a table: by the content of its photos, else by its name."""
    digests, known = set(photo_sha256), list(truths)
    by_content = [truth for truth in known if truth.sha256 is not None and truth.sha256 in digests]
    by_name = [truth for truth in known if truth.name == table]
    return next(iter(by_content or by_name), None)


def _or_far(border_mm: float | None) -> float:
    """A poster without zones has no border near."""
    return np.inf if border_mm is None else float(border_mm)
