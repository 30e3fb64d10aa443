"""Results against ground truth. `evaluate_table` and `summarise` are pure; `run_evaluation` reads files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from posterscan.corrections import corrected
from posterscan.errors import UsageError
from posterscan.jsonfile import read_json
from posterscan.messages import Message
from posterscan.records import TableResult
from posterscan.scores.scoring import TableScore, score_table, unscanned
from posterscan.scores.summary import Summary, summarise
from posterscan.scores.tables import to_json, to_markdown, to_text
from posterscan.scores.truth import Truth, read_truths, truth_of

__all__ = [
    "TableScore",
    "Summary",
    "Truth",
    "evaluate_table",
    "summarise",
    "run_evaluation",
    "read_results",
    "read_truths",
    "to_text",
    "to_markdown",
    "to_json",
]


def evaluate_table(result: TableResult | None, truth: Truth) -> TableScore:
    """One table against its truth; None: the photo gave no result, and every card counts as missed."""
    return unscanned(truth) if result is None else score_table(result, truth)


def run_evaluation(
    results_dir: Path,
    truth: Path | Sequence[Path],
    pictures: Path | None = None,
    unscanned_count: bool = False,
    measured: bool = False,
) -> Summary:
    """Every result in a folder against the truth that belongs to it; a picture per photo where a folder is given.

    truth: a truth.json, a photo folder, a folder of photo folders, or several of these. unscanned_count: truths
    without a result count as photos that could not be read, else they are only named. measured: what the machine
    said, without what humans corrected.
    """
    truths = [one for path in ([truth] if isinstance(truth, Path) else truth) for one in read_truths(path)]
    results = read_results(results_dir)
    if not measured:
        results = [corrected(result) for result in results]
    paired = [(result, truth_of((p.sha256 for p in result.photos), result.table, truths)) for result in results]
    met = {id(one) for _, one in paired if one is not None}
    if not met and not unscanned_count:
        raise UsageError(
            Message(
                f"Bij geen enkel resultaat in {results_dir} hoort een waarheid.",
                f"No result in {results_dir} has a truth that belongs to it.",
            ),
            Message(
                "Geef de map van de foto's waarvan de resultaten zijn gemaakt.",
                "Give the folder of the photos that the results were made from.",
            ),
        )
    scores = [evaluate_table(result, one) for result, one in paired if one is not None]
    left = [one for one in truths if id(one) not in met]
    if unscanned_count:
        scores += [evaluate_table(None, one) for one in left]
    summary = summarise(scores)
    if pictures is not None:
        _draw(scores, results_dir, pictures)
    return replace(
        summary,
        without_truth=tuple(result.table for result, one in paired if one is None),
        without_result=() if unscanned_count else tuple(one.name for one in left),
    )


def _draw(scores: Sequence[TableScore], results_dir: Path, pictures: Path) -> None:
    from posterscan.scores.pictures import write_picture

    for score in scores:
        write_picture(score, results_dir / score.table / "rectified.jpg", pictures / f"{score.table}.jpg")


def read_results(folder: Path) -> list[TableResult]:
    """All result files in a folder; other JSON files are left alone."""
    if not folder.is_dir():
        raise UsageError(
            Message(f"{folder} is geen map.", f"{folder} is not a folder."),
            Message(
                "Geef de map die `posterscan scan --out` heeft gevuld.",
                "Give the folder that `posterscan scan --out` has filled.",
            ),
        )
    files = [path for path in sorted(folder.glob("*.json")) if _is_result(path)]
    results = [_read(path) for path in files]
    if not results:
        raise UsageError(
            Message(f"In {folder} staat geen resultaat.", f"There is no result in {folder}."),
            Message("Lees eerst foto's met `posterscan scan`.", "Scan photos first with `posterscan scan`."),
        )
    return results


def _is_result(path: Path) -> bool:
    try:
        data: object = json.loads(path.read_bytes())
    except (ValueError, OSError):
        data = read_json(path, UsageError).data  # says what is wrong with it
    return isinstance(data, dict) and str(data.get("schema", "")).startswith("posterscan-result/")


def _read(path: Path) -> TableResult:
    try:
        return TableResult.model_validate_json(path.read_bytes())
    except ValidationError as why:
        first = why.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            Message(
                f"{path}: dit resultaat klopt niet bij {place} ({first['msg']}).",
                f"{path}: this result is wrong at {place} ({first['msg']}).",
            ),
            Message("Lees de foto opnieuw.", "Scan the photo again."),
        ) from None
