"""One table from one or more photos of it: each is scanned, the best one gives the cards, and none stops the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from posterscan.catalogue import LoadedCatalogue
from posterscan.errors import PhotoError, PosterscanError
from posterscan.layout import LoadedLayout
from posterscan.messages import Message
from posterscan.outcome import ScanOptions, ScanOutcome
from posterscan.photo import Photo, load_photo, shown
from posterscan.records import Check, TableCodeRecord, TableResult

ScanPhoto = Callable[[Photo, LoadedLayout, LoadedCatalogue, ScanOptions], ScanOutcome]


@dataclass(frozen=True, eq=False)
class TableScan:
    """outcome: None where no photo could be used. failed: each photo that could not, with its error."""

    outcome: ScanOutcome | None
    failed: tuple[tuple[Path, PhotoError], ...] = ()


def scan_table(paths: Sequence[Path], layout: LoadedLayout, catalogue: LoadedCatalogue, options: ScanOptions,
               scan_photo: ScanPhoto) -> TableScan:
    """Scans photos of one table. A photo that cannot be used is named in `failed` and the rest goes on."""
    done: list[ScanOutcome] = []
    failed: list[tuple[Path, PhotoError]] = []
    for path in paths:
        try:
            done.append(scan_photo(load_photo(path), layout, catalogue, options))
        except PhotoError as error:
            failed.append((path, error))
        except PosterscanError:  # the layout, the catalogue or the call: the same for every photo
            raise
        except Exception as error:  # one photo never stops the rest; what went wrong is kept for whoever mends it
            failed.append((path, _unforeseen(path, error)))
    return TableScan(_best(done, failed, options) if done else None, tuple(failed))


def _unforeseen(path: Path, error: Exception) -> PhotoError:
    what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    wrapped = PhotoError(Message(f"{shown(path)}: er ging iets mis in posterscan zelf ({what}).",
                                 f"{shown(path)}: something went wrong inside posterscan ({what})."),
                         Message("Meld dit met de foto erbij; de andere foto's gaan door.",
                                 "Report this together with the photo; the other photos go on."), "internal-error")
    wrapped.__cause__ = error
    return wrapped


def _order(outcome: ScanOutcome) -> tuple[int, int, int, int]:
    """Larger is better: fewer serious problems, more cards, fewer warnings, fewer values in doubt."""
    severities = [p.severity for p in outcome.problems]
    cards = outcome.result.cards
    return (-severities.count("error"), len(cards), -severities.count("warning"),
            -sum(bool(card.needs_review) for card in cards))


def _best(done: Sequence[ScanOutcome], failed: Sequence[tuple[Path, PhotoError]], options: ScanOptions) -> ScanOutcome:
    """The best photo's outcome, with every photo in its list and a check where something was left out."""
    best = max(done, key=_order)
    checks = list(best.result.checks)
    name = best.result.photos[0].file if best.result.photos else ""
    if len(done) > 1:
        checks.append(_check("photos-not-fused", options, Message(
            f"De kaartjes komen uit één foto, {name}; de andere {len(done) - 1} zijn alleen vermeld.",
            f"The cards come from one photo, {name}; the other {len(done) - 1} are only listed.")))
    checks += _different_tables(done, name, options)
    checks += [_check("photo-failed", options, _named(path, error)) for path, error in failed]
    others = [photo for outcome in done if outcome is not best for photo in outcome.result.photos]
    fields = best.result.model_dump(by_alias=True) | {
        "photos": [p.model_dump(by_alias=True) for p in (*best.result.photos, *others)],
        "checks": [c.model_dump(by_alias=True) for c in checks]}
    return replace(best, result=TableResult.model_validate(fields))


def _different_tables(done: Sequence[ScanOutcome], best: str, options: ScanOptions) -> list[Check]:
    """Photos whose posters say that they are of different tables or sessions, each named."""
    codes = [(photo.file, photo.table_code) for outcome in done for photo in outcome.result.photos if photo.table_code]
    tables = {code.table for _, code in codes} - {None}
    sessions = {code.session for _, code in codes} - {None}
    if len(tables) < 2 and len(sessions) < 2:
        return []
    several = len(sessions) > 1
    each = [_of_table(file, code, several) for file, code in codes]
    message = Message(
        f"Deze foto's zijn van verschillende tafels: {'; '.join(m.nl for m in each)}. De kaartjes komen uit {best}; lees "
        f"elke tafel apart.",
        f"These photos are of different tables: {'; '.join(m.en for m in each)}. The cards come from {best}; scan each "
        f"table by itself.")
    return [Check(code="different-tables", severity="error", message=message.to(options.language))]


def _of_table(file: str, code: TableCodeRecord, with_session: bool) -> Message:
    number = Message("niet te lezen", "unreadable") if code.table is None else Message(f"tafel {code.table}", f"table {code.table}")
    session = f" ({code.session or '?'})" if with_session else ""
    return Message(f"{file}: {number.nl}{session}", f"{file}: {number.en}{session}")


def _named(path: Path, error: PhotoError) -> Message:
    name = shown(path)
    return error.problem if name in error.problem.en else Message(f"{name}: ", f"{name}: ") + error.problem


def _check(code: str, options: ScanOptions, message: Message) -> Check:
    return Check(code=code, severity="warning", message=message.to(options.language))
