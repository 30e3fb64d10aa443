"""Writing results: whole or not at all, read back before they count, and a human's corrections never lost."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from posterscan.backs.kept import kept_backs
from posterscan.backs.pair import with_backs
from posterscan.corrections_carry import ORPHANED, carried
from posterscan.messages import Message
from posterscan.outcome import ScanOutcome
from posterscan.records import Check, Review, TableResult

if TYPE_CHECKING:
    from posterscan.places import Place

JPEG_QUALITY = 90
LONGEST_NAME = 80  # bytes; file systems take 255, and the card crops add to it
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}  # Windows


@dataclass(frozen=True)
class Written:
    """Where a table's files are; notes: what the user should know about an older result that was there."""

    result: Path
    folder: Path
    notes: tuple[Message, ...] = ()


def table_name(wish: str) -> str:
    """A name that is safe as a file and folder name anywhere: letters, digits, - _ and inner dots; never empty."""
    text = unicodedata.normalize("NFC", wish.encode("utf-8", "replace").decode("utf-8"))
    kept = "".join(c if c.isalnum() or c in "-_." else "-" for c in text).strip("-.")
    name = kept.encode("utf-8")[:LONGEST_NAME].decode("utf-8", "ignore").strip("-.") or "tafel"
    return f"tafel-{name}" if name.split(".", maxsplit=1)[0].lower() in RESERVED else name


def as_json(result: TableResult) -> bytes:
    """Pretty UTF-8 with a newline at the end, in the contract's names."""
    data = result.model_dump(by_alias=True, mode="json")
    return (json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def read_result(path: Path) -> TableResult:
    """A result file; ValueError where it isn't one."""
    return TableResult.model_validate_json(path.read_bytes())


def write_table(out: Path, table: str, outcome: ScanOutcome) -> Written:
    """Writes `<table>.json`, `<table>/rectified.jpg` and `<table>/cards/<id>.jpg` under `out`, as `store_table` does."""
    from posterscan.places import FolderPlace

    return Written(out / f"{table}.json", out / table, store_table(FolderPlace(out), table, outcome))


def store_table(place: Place, table: str, outcome: ScanOutcome) -> tuple[Message, ...]:
    """Writes a table's pictures and, last, its result; what the user should know about an older result that was there.

    Corrections in an older result of the same name are carried over; one that is unreadable is kept under another name. Backs that
    were photographed by themselves are put on their cards.
    """
    name = f"{table}.json"
    older, notes = _older(place, name)
    kept, told = kept_backs(place, table)
    notes = (*notes, *told)
    found = outcome.result if kept is None else with_backs(outcome.result, kept.backs)
    result = found if older is None else _with_review(found, older.review)
    if older is not None and not {p.sha256 for p in older.photos} & {p.sha256 for p in result.photos}:
        names = ", ".join(p.file for p in older.photos)
        notes = (*notes, Message(f"{name} was gemaakt uit een andere foto ({names}) en is vervangen.",
                                 f"{name} was made from another photo ({names}) and has been replaced."))
    content = as_json(result)
    if TableResult.model_validate_json(content) != result:  # what cannot be read back must not replace what could
        raise ValueError(f"the result of table {table} does not survive being written and read")
    if outcome.rectified is not None:
        place.write(f"{table}/rectified.jpg", _jpeg(outcome.rectified.rgb))
    _write_crops(place, f"{table}/cards", outcome.crops)
    place.write(name, content)
    return notes


def _older(place: Place, name: str) -> tuple[TableResult | None, tuple[Message, ...]]:
    try:
        content = place.read(name)
    except FileNotFoundError:
        return None, ()
    try:
        return TableResult.model_validate_json(content), ()
    except (ValidationError, ValueError):
        place.write(f"{name}.unreadable", content)
        place.remove(name)
        return None, (Message(f"De oude {name} was onleesbaar en is bewaard als {name}.unreadable.",
                              f"The old {name} could not be read and was kept as {name}.unreadable."),)


def _with_review(result: TableResult, review: Review) -> TableResult:
    """The new measurements with the older file's corrections, and a check for those whose card is gone."""
    if review == Review():
        return result
    corrections, orphans = carried([*review.orphans, *review.corrections], result)
    differences, lost = carried(review.differences, result)
    changes = {"corrections": corrections, "differences": differences, "orphans": [*orphans, *lost]}
    data = result.model_dump(by_alias=True) | {"review": review.model_copy(update=changes).model_dump(by_alias=True)}
    gone = sorted({str(c.card) for c in (*orphans, *lost)})
    if gone:
        check = Check(code=ORPHANED, severity="warning",
                      message=f"Correcties bij kaartjes die er nu niet zijn / corrections of cards that are gone: "
                              f"{', '.join(gone)}")
        data["checks"] = [*data["checks"], check.model_dump()]
    return TableResult.model_validate(data)


def _write_crops(place: Place, folder: str, crops: dict[str, NDArray[np.uint8]]) -> None:
    wanted = {f"{folder}/{table_name(card)}.jpg": rgb for card, rgb in crops.items()}
    for name, rgb in wanted.items():
        place.write(name, _jpeg(rgb))
    for entry in [*place.files(folder)]:
        if entry.name.endswith(".jpg") and entry.name not in wanted:
            place.remove(entry.name)


def _jpeg(rgb: NDArray[np.uint8]) -> bytes:
    done, data = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise ValueError(f"no JPEG of a picture of shape {rgb.shape}")
    return bytes(data)
