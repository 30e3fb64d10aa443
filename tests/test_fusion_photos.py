"""Overview and close-ups of a real (rendered) table, with truth: nothing doubled, what a hand hid is found, two markers suffice."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from posterscan.catalogue import open_catalogue
from posterscan.layout import open_layout
from posterscan.outcome import ScanOptions
from posterscan.pipeline import scan_photo
from posterscan.records import TableResult
from posterscan.scores.mapping import sheet_of
from posterscan.table import scan_table

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
KIT, TABLE = BENCHMARKS / "kit-photos" / "kit", "normal-031-0000"
CLOSE = BENCHMARKS / "series" / "closeups" / TABLE / "close-middle"


@pytest.fixture(scope="module")
def fused() -> TableResult:
    """The overview, a hand over one card, and a close-up of the middle that shows two markers."""
    layout, catalogue = open_layout(KIT / "layout.json"), open_catalogue(KIT / "catalogue.json")
    paths = [BENCHMARKS / "kit-photos" / TABLE / "photo.jpg", CLOSE / "photo.jpg"]
    scan = scan_table(paths, layout, catalogue, ScanOptions("t", "en", table_given=False), scan_photo)
    assert not scan.failed
    assert scan.outcome is not None
    return scan.outcome.result


def test_the_close_up_shows_two_markers_and_lies_where_it_should(fused: TableResult) -> None:
    overview, close = fused.photos
    assert len(close.markers_found) == 2
    assert close.in_view is not None
    assert overview.in_view is not None
    assert close.in_view < 0.7
    assert overview.in_view > 0.97
    truth = json.loads((CLOSE / "truth.json").read_text(encoding="utf-8"))
    at_mm, at_px = (np.array(truth["check_points"][key]) for key in ("mm", "px"))
    inside = np.all((at_px > 0) & (at_px < np.array(close.size_px)), axis=1)
    off_mm = np.linalg.norm(sheet_of(close.mm_to_px).to_mm(at_px[inside]) - at_mm[inside], axis=1)
    assert np.median(off_mm) < 0.7  # what an overview at this level is known to: it is all that the close-up was placed by
    assert np.percentile(off_mm, 95) < 2.5


def test_nothing_is_doubled_and_nothing_is_missed(fused: TableResult) -> None:
    truth = json.loads((BENCHMARKS / "kit-photos" / TABLE / "truth.json").read_text(encoding="utf-8"))
    assert max(Counter(card.id for card in fused.cards).values()) == 1
    assert max(Counter(card.catalogue_id for card in fused.cards if card.catalogue_id).values()) == 1
    assert len(fused.cards) == len(truth["cards"])
    for card in fused.cards:
        nearest = min(np.hypot(*np.subtract(card.center_mm, other["center_mm"])) for other in truth["cards"])
        assert nearest < 5


def test_the_card_under_the_hand_is_read_in_the_close_up(fused: TableResult) -> None:
    found = next(card for card in fused.cards if card.id == "b-ingredient-t9-8")
    assert found.text.value.startswith("Oppa")
    assert found.photo == fused.photos[1].file
    assert not [check for check in fused.checks if check.code == "photo-failed"]
