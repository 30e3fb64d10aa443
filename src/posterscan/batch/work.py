"""What a worker does with a task: looks at one photo, or reads one table and writes its files. The same here and on a cluster."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from posterscan import __version__
from posterscan.batch.kits import kept_kit
from posterscan.batch.look import Look, look, unreadable
from posterscan.batch.tasks import Crash, LookTask, PhotoFailure, TableDone, TableTask, Task
from posterscan.errors import PhotoError, UsageError
from posterscan.files import store_table
from posterscan.layout import LoadedLayout
from posterscan.messages import Message
from posterscan.outcome import ScanOptions, ScanOutcome
from posterscan.photo import Photo, decode_photo, printable
from posterscan.places import Place, open_place
from posterscan.records import TableResult

LOOKS = ".posterscan/looks"
_one_at_a_time = threading.Lock()  # a cluster's worker may have several threads; readers and memory are one process's


def do(task: Task) -> Look | TableDone | Crash:
    """Does one task; what goes wrong comes back as a value, for an exception of ours may not exist where it arrives."""
    import cv2

    with _one_at_a_time:
        cv2.setNumThreads(1)  # as many workers as cores, so each of them uses one
        try:
            return _look(task) if isinstance(task, LookTask) else _read(task)
        except UsageError as error:  # a store that cannot be reached, an output folder that is full or not to be written to
            return Crash("output-unusable", error.problem, error.remedy)
        except Exception as error:
            return crash_of(error)


def crash_of(error: BaseException) -> Crash:
    """An unforeseen error as a value."""
    what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    return Crash("internal-error", Message(f"Er ging iets mis in posterscan zelf ({what}).",
                                           f"Something went wrong inside posterscan ({what})."),
                 Message("Stuur het logboek mee als u dit meldt.", "Send the journal along when you report this."),
                 "".join(traceback.format_exception(error)))


def _look(task: LookTask) -> Look:
    """From what was kept of an earlier run, where that saw the same bytes with the same kits."""
    try:
        data = _content(open_place(task.photos), task.photo)
    except PhotoError as error:
        return unreadable(task.photo, os.fsencode(task.photo), error).model_copy(update={"file_bytes": 0})
    kept = open_place(task.looks_at)
    seen_with = " ".join([__version__, *(f"{kit.folder} {kit.sha256}" for kit in task.kits),
                          *(camera.sha256 for camera in task.cameras)])
    name = f"{LOOKS}/{hashlib.sha256(data).hexdigest()[:24]}-{hashlib.sha256(seen_with.encode()).hexdigest()[:12]}.json"
    with contextlib.suppress(FileNotFoundError, ValidationError):  # what can't be read is looked at again
        return Look.model_validate_json(kept.read(name)).model_copy(update={"photo": task.photo})
    start = time.perf_counter()
    seen = look(task.photo, data, _Layouts(task), task.kits[0].folder,
                facts={kit.folder: kit.facts for kit in task.kits}, memory_mb=task.memory_mb,
                cameras=task.cameras)
    seen = seen.model_copy(update={"seconds": round(time.perf_counter() - start, 3)})
    if task.keep and seen.status != "unreadable":  # soon seen again, may go better another time, and its problem names the file
        kept.write(name, seen.model_dump_json().encode())
    return seen


def _content(photos: Place, name: str) -> bytes:
    """A photo's bytes; PhotoError where this file cannot be had, UsageError where a store cannot be reached: then no photo can."""
    try:
        return photos.read(name)
    except FileNotFoundError as error:
        raise PhotoError(Message(f"{printable(name)} is er niet meer.", f"{printable(name)} is no longer there."),
                         Message("Laat de foto's staan tot de batch klaar is.", "Leave photos in place until the batch is done."),
                         "photo-missing") from error
    except UsageError as error:
        if photos.local("") is None:
            raise
        raise PhotoError(error.problem, error.remedy, "photo-no-permission") from error


class _Layouts(Mapping[str, LoadedLayout]):
    """The task's kits by folder, each opened when it is asked for: a country has hundreds, a photo is of one."""

    def __init__(self, task: LookTask) -> None:
        self._at, self._kits = task.kits_at, {kit.folder: kit for kit in task.kits}

    def __getitem__(self, folder: str) -> LoadedLayout:
        return kept_kit(self._at, self._kits[folder].sha256)[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kits)

    def __len__(self) -> int:
        return len(self._kits)


def _read(task: TableTask) -> TableDone:
    """Reads the photos of one table and writes its files, the result last."""
    from posterscan.pipeline import scan_photo
    from posterscan.table import scan_table

    start = time.perf_counter()
    layout, catalogue = kept_kit(task.out, task.kit.sha256)
    place, out = open_place(task.photos), open_place(task.out)
    options = ScanOptions(task.table, task.language, task.options.participants, task.options.stickers_per_person,
                          task.options.sticker_mm, table_given=task.table_given, cameras=task.cameras)

    def load(path: Path) -> Photo:
        return replace(decode_photo(_content(place, path.as_posix()), path, task.memory_mb), called=printable(path.as_posix()))

    scan = scan_table([Path(name) for name in task.names], layout, catalogue, options, scan_photo, load)
    failures = tuple(_failure(path, error) for path, error in scan.failed)
    if scan.outcome is None:
        return TableDone(task.file, "failed", failures=failures, peak_mb=peak_memory_mb())
    outcome = replace(scan.outcome, result=_with_inputs(scan.outcome, task))
    began = time.perf_counter()
    notes = store_table(out, task.file, outcome) if not task.probe else ()
    result = outcome.result
    seconds = (result.model_extra or {}).get("timing", {}) | {"write": round(time.perf_counter() - began, 3)}
    seconds["rest"] = round(time.perf_counter() - start - sum(seconds.values()), 3)  # decoding, and bringing photos together
    stickers = sum(card.stickers.count for card in result.cards) + len(result.loose_stickers)
    told = tuple((photo.file, problem) for photo in result.photos for problem in photo.problems)
    return TableDone(task.file, "done", len(result.cards), stickers, sum(bool(c.needs_review) for c in result.cards), failures,
                     told, tuple(result.checks), notes, seconds, peak_memory_mb())


def _with_inputs(outcome: ScanOutcome, task: TableTask) -> TableResult:
    """The result with what it was made from, and what was said of its session."""
    said = {"id": task.options.session, "name": task.options.session_name, "date": task.options.date, "place": task.options.place,
            "names_consent": task.options.names_consent}
    data = outcome.result.model_dump(by_alias=True)
    data["session"] |= {key: value for key, value in said.items() if value is not None}
    return TableResult.model_validate(data | {"inputs": task.inputs})


def _failure(path: Path, error: PhotoError) -> PhotoFailure:
    cause = error.__cause__
    trace = "".join(traceback.format_exception(cause)) if cause is not None else ""
    return PhotoFailure(path.as_posix(), error.code, error.problem, error.remedy, trace)


def peak_memory_mb() -> float:
    """Of this process so far; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
