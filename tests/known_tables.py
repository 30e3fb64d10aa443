"""A made-up table of which everything is known, and results that are wrong about it in known ways."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from posterscan.geometry import centroid, rectangle
from posterscan.records import TableResult
from posterscan.scores.truth import Truth, truth_from

Data = dict[str, Any]
PX_PER_MM, OFFSET_PX = 4.0, 100.0
SHA = "ab" * 32
LEFT = [[20, 60], [400, 60], [400, 560], [20, 560]]
LADDER = [[600, 60], [800, 60], [800, 560], [600, 560]]


def true_card(number: int, center: tuple[float, float], **changes: Any) -> Data:
    """An uncovered card of 85 x 55 mm, a little askew, in the zone of its centre."""
    outline = rectangle(center, (85, 55), 3.0 * (number % 5 - 2))
    inside = {"links": LEFT, "ladder": LADDER}
    zone = next((name for name, z in inside.items() if z[0][0] <= center[0] <= z[1][0]), None)
    border = min(abs(center[0] - x) for x in (20, 400, 600, 800))
    return {
        "id": f"t{number}", "catalogue_id": f"card-{number}", "kind": "ingredient", "side": "front",
        "text": f"Kaartje {number}", "handwritten": False, "marker_id": None, "polygon_mm": outline.tolist(),
        "outline_mm": outline.tolist(), "center_mm": list(center), "visible_fraction": 1.0, "stickers": {"count": 0},
        "zone": {"id": zone, "shares": {zone: 1.0} if zone else {}, "nearest_border_mm": border}} | changes


def truth_data(name: str = "tafel-a", difficulty: str = "normal") -> Data:
    """3 cards with a code, 3 without, 2 by hand (one on a coded blank), 1 face down, 4 intentions with 5, 3, 3 and 0 stickers."""
    cards = [true_card(n, (90 + 110 * (n % 3), 110 + 70 * (n // 3))) for n in range(9)]
    for n in (0, 1, 2):
        cards[n]["marker_id"] = 40 + n
    for n, text in ((6, "één koffietafel"), (7, "Buren helpen")):
        cards[n] |= {"catalogue_id": None, "kind": "blank", "handwritten": True, "text": text}
    cards[6] |= {"marker_id": 99}
    cards[8] |= {"side": "back"}
    stickers = []
    for place, count in enumerate((5, 3, 3, 0)):
        number, middle = 9 + place, (700.0, 120.0 + 90 * place)
        cards.append(true_card(number, middle, kind="intention", stickers={"count": count}))
        stickers += [{"center_mm": [middle[0] - 24 + 12 * k, middle[1]], "diameter_mm": 10.0, "card": f"t{number}",
                      "visible_fraction": 1.0} for k in range(count)]
    points = np.random.default_rng(1).uniform((0, 0), (841, 594), (60, 2))
    return {
        "schema": "photolab-truth/1", "name": name, "difficulty": difficulty, "photo": "photo.jpg",
        "image_size_px": [3600, 2600], "poster": {"size_mm": [841, 594]}, "cards": cards, "stickers": stickers,
        "totals": {"stickers": len(stickers)},
        "layout": {"ladder_zone": "ladder", "zones": [{"id": "links", "polygon_mm": LEFT},
                                                      {"id": "ladder", "polygon_mm": LADDER}]},
        "check_points": {"mm": points.tolist(), "px": (points * PX_PER_MM + OFFSET_PX).tolist()}}


def known_truth(data: Data | None = None, name: str = "tafel-a") -> Truth:
    return truth_from(data or truth_data(), name, SHA)


def right_result(truth: Data, sha256: str = SHA) -> Data:
    """A result that says exactly what is true, as JSON data; nothing is marked."""
    cards = [_record(number, card, truth["stickers"]) for number, card in enumerate(truth["cards"])]
    counts = {c["id"]: c["stickers"]["count"] for c in cards if c["kind"] == "intention"}
    map_to_px = [[PX_PER_MM, 0, OFFSET_PX], [0, PX_PER_MM, OFFSET_PX], [0, 0, 1]]
    return {
        "schema": "posterscan-result/1", "software": {"version": "0"}, "table": truth["name"],
        "layout": {"id": "x", "sha256": "0"}, "catalogue": {"sha256": "1"},
        "photos": [{"file": "photo.jpg", "sha256": sha256, "size_px": truth["image_size_px"], "px_per_mm": PX_PER_MM,
                    "residual_mm": {"median": 0.1, "p95": 0.3}, "sharpness": 0.8,
                    "mm_to_px": {"note": "", "homography": map_to_px}}],
        "cards": cards, "timing": {"markers": 0.5, "text": 1.5}, "peak_memory_mb": 400.0,
        "ranking": [{"card": i, "stickers": n, "rank": 1 + sum(m > n for m in counts.values())}
                    for i, n in counts.items()]}


def _record(number: int, card: Data, stickers: list[Data]) -> Data:
    back = card["side"] == "back"
    mine = [s for s in stickers if s["card"] == card["id"]]
    return {
        "id": f"r{number}", "side": card["side"],
        "kind": "unknown" if card["kind"] == "blank" or back else card["kind"],
        "catalogue_id": None if back else card["catalogue_id"],
        "text": {"value": "" if back else card["text"], "confidence": 0.95, "source": "ocr",
                 "handwritten": card["handwritten"]},
        "polygon_mm": card["polygon_mm"], "center_mm": [float(v) for v in centroid(card["polygon_mm"])],
        "rotation_deg": 0.0, "detection_confidence": 0.95,
        "zone": {"id": card["zone"]["id"], "shares": card["zone"]["shares"], "border_mm": 9.0, "confidence": 0.95},
        "stickers": {"count": len(mine), "confidence": 0.95, "items": [
            {"center_mm": s["center_mm"], "diameter_mm": s["diameter_mm"], "colour": "rood", "confidence": 0.9}
            for s in mine]},
        "needs_review": [], "marker_id": card["marker_id"]}


def changed(change: Callable[[Data], object], data: Data | None = None) -> TableResult:
    """The right result after one change to its data."""
    result = copy.deepcopy(data or right_result(truth_data()))
    change(result)
    return TableResult.model_validate(result)


def moved(card: Data, by_mm: tuple[float, float]) -> None:
    """Puts a card of a result elsewhere."""
    card["polygon_mm"] = (np.array(card["polygon_mm"]) + by_mm).tolist()
    card["center_mm"] = (np.array(card["center_mm"]) + by_mm).tolist()
