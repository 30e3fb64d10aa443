"""Several photos of one table: none stops the others, all are listed, those of another table take no part."""

from __future__ import annotations

from pathlib import Path

import pytest

from kits import write_kit
from posterscan.catalogue import LoadedCatalogue, open_catalogue
from posterscan.errors import LayoutError, SheetNotFound
from posterscan.layout import LoadedLayout, open_layout
from posterscan.outcome import ScanOptions, ScanOutcome
from posterscan.photo import Photo
from posterscan.table import TableScan, scan_table
from results import card_data, grey_photo, outcome_of, photo_data, pretended_scan

OPTIONS = ScanOptions("tafel-1", "en")


@pytest.fixture
def kit(tmp_path: Path) -> tuple[LoadedLayout, LoadedCatalogue]:
    layout, catalogue = write_kit(tmp_path)
    return open_layout(layout), open_catalogue(catalogue)


def scanned(kit: tuple[LoadedLayout, LoadedCatalogue], *paths: Path) -> TableScan:
    return scan_table(paths, *kit, OPTIONS, pretended_scan)


def test_one_photo_is_passed_through(tmp_path: Path, kit: tuple[LoadedLayout, LoadedCatalogue]) -> None:
    scan = scanned(kit, grey_photo(tmp_path / "a.png", 110))
    assert scan.outcome is not None
    assert len(scan.outcome.result.cards) == 2
    assert not scan.outcome.result.checks
    assert not scan.failed


def test_the_photo_that_shows_most_comes_first_and_all_are_listed(
        tmp_path: Path, kit: tuple[LoadedLayout, LoadedCatalogue]) -> None:
    shown = {"a.png": 0.4, "b.png": 1.0, "c.png": 0.6}

    def scan_photo(photo: Photo, *_: object) -> ScanOutcome:
        return outcome_of(photos=[photo_data(photo.name) | {"in_view": shown[photo.name]}], cards=[card_data()])

    scan = scan_table([grey_photo(tmp_path / name, 100) for name in shown], *kit, OPTIONS, scan_photo)
    assert scan.outcome is not None
    assert [p.file for p in scan.outcome.result.photos] == ["b.png", "c.png", "a.png"]
    assert len(scan.outcome.result.cards) == 1
    assert scan.outcome.rectified is not None


def test_of_two_that_show_as_much_the_one_with_a_serious_problem_comes_last(
        tmp_path: Path, kit: tuple[LoadedLayout, LoadedCatalogue]) -> None:
    bad = {"code": "x", "severity": "error", "message": "x"}

    def scan_photo(photo: Photo, *_: object) -> ScanOutcome:
        problems = [bad] if photo.name == "a.png" else []
        return outcome_of(photos=[photo_data(photo.name) | {"problems": problems, "in_view": 1.0}])

    paths = [grey_photo(tmp_path / name, 100) for name in ("a.png", "b.png")]
    scan = scan_table(paths, *kit, OPTIONS, scan_photo)
    assert scan.outcome is not None
    assert [p.file for p in scan.outcome.result.photos] == ["b.png", "a.png"]


def test_a_close_up_with_too_few_markers_is_tried_again_beside_an_overview(
        tmp_path: Path, kit: tuple[LoadedLayout, LoadedCatalogue]) -> None:
    def scan_photo(photo: Photo, *_: object) -> ScanOutcome:
        if photo.name == "dichtbij.png":
            raise SheetNotFound("2 of 4 markers found", "move back", "too-few-markers")
        return outcome_of(photos=[photo_data(photo.name) | {"in_view": 1.0}])

    paths = [grey_photo(tmp_path / "dichtbij.png", 100), grey_photo(tmp_path / "alles.png", 100)]
    scan = scan_table(paths, *kit, OPTIONS, scan_photo)  # nothing on a grey photo fits the overview: the first answer stands
    assert [(p.name, e.code) for p, e in scan.failed] == [("dichtbij.png", "too-few-markers")]


def test_failures_are_named_and_the_rest_goes_on(tmp_path: Path, kit: tuple[LoadedLayout, LoadedCatalogue]) -> None:
    (tmp_path / "leeg.jpg").write_bytes(b"")

    def scan_photo(photo: Photo, layout: LoadedLayout, catalogue: LoadedCatalogue, options: ScanOptions) -> ScanOutcome:
        if photo.name == "vreemd.png":
            raise SheetNotFound("no poster", "move back")
        if photo.name == "stuk.png":
            raise ZeroDivisionError("division by zero")
        return pretended_scan(photo, layout, catalogue, options)

    paths = [tmp_path / "leeg.jpg", grey_photo(tmp_path / "vreemd.png", 9), grey_photo(tmp_path / "stuk.png", 9),
             grey_photo(tmp_path / "goed.png", 60)]
    scan = scan_table(paths, *kit, OPTIONS, scan_photo)
    assert scan.outcome is not None
    assert [p.name for p, _ in scan.failed] == ["leeg.jpg", "vreemd.png", "stuk.png"]
    assert [e.code for _, e in scan.failed] == ["photo-empty", "poster-not-found", "internal-error"]
    assert isinstance(scan.failed[2][1].__cause__, ZeroDivisionError)
    checks = scan.outcome.result.checks
    assert [c.code for c in checks] == ["photo-failed"] * 3
    assert all(path.name in check.message for (path, _), check in zip(scan.failed, checks, strict=True))


def test_no_usable_photo_is_no_result(tmp_path: Path, kit: tuple[LoadedLayout, LoadedCatalogue]) -> None:
    scan = scanned(kit, tmp_path / "weg.jpg")
    assert scan.outcome is None
    assert len(scan.failed) == 1


def test_a_fault_of_the_layout_is_not_a_photos(tmp_path: Path, kit: tuple[LoadedLayout, LoadedCatalogue]) -> None:
    def scan_photo(*_: object) -> ScanOutcome:
        raise LayoutError("x", "y")

    with pytest.raises(LayoutError):
        scan_table([grey_photo(tmp_path / "a.png", 9)], *kit, OPTIONS, scan_photo)


def of_table(name: str, table: int | None, session: str | None = "29P-4R6") -> ScanOutcome:
    return outcome_of(photos=[photo_data(name) | {"table_code": {"table": table, "session": session}}],
                      cards=[card_data()] if name == "a.png" else [])


def different(kit: tuple[LoadedLayout, LoadedCatalogue], folder: Path, *codes: tuple[int | None, str | None]) -> list[str]:
    """What is told of photos a.png, b.png … whose posters say these tables and sessions."""
    paths = [grey_photo(folder / f"{letter}.png", 100) for letter, _ in zip("abc", codes, strict=False)]
    seen = dict(zip([path.name for path in paths], codes, strict=True))
    scan = scan_table(paths, *kit, OPTIONS, lambda photo, *_: of_table(photo.name, *seen[photo.name]))
    assert scan.outcome is not None
    found = [c for c in scan.outcome.result.checks if c.code == "different-tables"]
    assert all(c.severity == "error" for c in found)
    return [c.message for c in found]


def test_photos_of_different_tables_are_told_with_both_names(tmp_path: Path, kit: tuple[LoadedLayout, LoadedCatalogue]) -> None:
    told = different(kit, tmp_path, (3, "29P-4R6"), (4, "29P-4R6"), (None, None))
    assert len(told) == 1
    assert "a.png: table 3; b.png: table 4" in told[0]
    assert "come from a.png" in told[0]
    assert different(kit, tmp_path, (3, "29P-4R6"), (3, "29P-4R6"), (None, None)) == []
    assert "(29P-4R6)" in different(kit, tmp_path, (3, "29P-4R6"), (3, "2K7-MQ4"))[0]
