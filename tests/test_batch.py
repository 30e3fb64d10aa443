"""A batch from a folder to its results: what becomes of every photo, what a second run does, and what is never lost.

Work is done in this process; `test_batch_processes.py` and `test_batch_cluster.py` do it in others.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from PIL import Image

from batch_photos import DrawnKit, Here, Silent, files_in, heic, jpeg, name_of, reviewed, write_evening
from posterscan.batch import work
from posterscan.batch.answers import Done
from posterscan.batch.index import Index
from posterscan.batch.look import Look
from posterscan.batch.run import Report, Request, run_batch
from posterscan.batch.tables import TIDY_FILES
from posterscan.batch.tasks import TableOptions, Task
from posterscan.cli.main import main
from posterscan.errors import UsageError
from posterscan.places import FolderPlace, open_place
from posterscan.records import TableResult
from results import grey_photo, pretended_scan

OTHER = DrawnKit("Sociale basis West")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks that were had before, and a pretended pipeline: for what a batch does around them."""
    monkeypatch.setattr("posterscan.pipeline.scan_photo", pretended_scan)
    monkeypatch.setattr("posterscan.batch.work.look", remembered_look)


LOOKS: dict[tuple[object, ...], Look] = {}


def remembered_look(name: str, data: bytes, kits: Mapping[str, Any], first: str, **more: Any) -> Look:
    key = (data, first, *((kit, kits[kit].sha256) for kit in kits))
    if key not in LOOKS:
        LOOKS[key] = REAL_LOOK(name, data, kits, first, **more)
    return LOOKS[key].model_copy(update={"photo": name})


REAL_LOOK = work.look


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Here:
    """In place of processes, for the command line."""
    runner = Here()
    monkeypatch.setattr("posterscan.batch.local.Local", lambda *_: runner)
    return runner


@pytest.fixture
def evening(tmp_path: Path) -> Path:
    """Two photos of table 1, one of table 2."""
    folder = write_evening(tmp_path / "foto's", [1, 2])
    (folder / "IMG_03.jpg").write_bytes(jpeg(1, 1))
    return folder


def batch(folder: Path, out: Path, runner: Here | None = None, **more: Any) -> Report:
    return run_batch(Request(str(folder), str(out), **more), runner or Here(), Silent())


def actions(report: Report) -> dict[str, tuple[str, str]]:
    """Per table what was done and why."""
    return {one.group.name: (one.action, one.why.en) for one in report.plan}


def codes(report: Report) -> list[tuple[str, str]]:
    return [(problem.photo or str(problem.table), problem.code) for problem in report.problems]


def index_of(out: Path) -> Index:
    return Index.model_validate_json((out / "index.json").read_bytes())


def result_of(out: Path, table: int) -> TableResult:
    return TableResult.model_validate_json((out / f"{name_of(table)}.json").read_bytes())


def read_csv(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def states(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Files with their times: what was not touched stays the same."""
    return {name: ((folder / name).stat().st_mtime_ns, content) for name, content in files_in(folder).items()}


def results_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Only of tables: what lies beside them is written by every run."""
    beside = {"index.json", "problems.csv", *TIDY_FILES}
    return {name: state for name, state in states(folder).items() if name not in beside}


def test_every_photo_of_an_evening_is_in_a_table_or_has_a_reason(
        tmp_path: Path, here: Here, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_evening(tmp_path / "avond", [1])
    (folder / "IMG_02.HEIC").write_bytes(heic(jpeg(2)))
    (folder / "IMG_03.JPG").write_bytes(jpeg(1, 1))
    (folder / "kopie.jpg").write_bytes(jpeg(1))
    (folder / "leeg.jpg").write_bytes(b"")
    (folder / "ook leeg.jpg").write_bytes(b"")
    (folder / "west.jpg").write_bytes(jpeg(1, kit=OTHER))
    grey_photo(folder / "=zaal.png", 120)
    for unseen in (".thumbnails", "@eaDir", ".verborgen"):
        (folder / unseen).mkdir()
        (folder / unseen / "IMG_01.jpg").write_bytes(jpeg(1))
    (folder / "._IMG_01.jpg").write_bytes(b"\0\5\26\7")
    out = folder / "uit"
    assert main(["batch", str(folder), "--out", str(out), "--lang", "en", "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["index"] == json.loads((out / "index.json").read_text(encoding="utf-8"))
    assert "leeg.jpg" in said.err
    assert "\r" not in said.err

    index = index_of(out)
    assert {photo.file: (photo.table, photo.code) for photo in index.photos} == {
        "IMG_01.jpg": (name_of(1), None), "IMG_03.JPG": (name_of(1), None), "IMG_02.HEIC": (name_of(2), None),
        "kopie.jpg": (None, "duplicate"), "leeg.jpg": (None, "photo-empty"), "ook leeg.jpg": (None, "photo-empty"),
        "west.jpg": (None, "other-session"), "=zaal.png": (None, "no-poster")}
    assert (index.counts.photos, index.counts.used, index.counts.tables, index.counts.read, index.counts.failed) == (8, 3, 2, 2, 0)
    assert {table.name: (table.status, table.file, table.session) for table in index.tables} == {
        name_of(n): ("read", f"{name_of(n)}.json", DrawnKit().session) for n in (1, 2)}

    problems = {row["photo"]: row for row in read_csv(out / "problems.csv")}
    assert problems["kopie.jpg"]["severity"] == "info"
    assert problems["leeg.jpg"]["reason"].startswith("leeg.jpg")
    assert problems["ook leeg.jpg"]["reason"].startswith("ook leeg.jpg")  # of the same bytes, and yet told by its own name
    assert OTHER.session in problems["west.jpg"]["reason"]
    assert problems["'=zaal.png"]["code"] == "no-poster"  # no formula for a spreadsheet
    assert all(row["reason"] and row["remedy"] for row in problems.values())

    for n, photos, cards in ((1, 2, 2), (2, 1, 2)):
        result = result_of(out, n)
        assert (len(result.photos), len(result.cards), result.table) == (photos, cards, f"table-{n}")
        assert {card.text.source for card in result.cards} == {"code"}
        crops = {f"cards/{card.id}.jpg" for card in result.cards}
        for picture in (*crops, "rectified.jpg"):
            with Image.open(out / name_of(n) / picture) as image:
                image.load()
    every = [result_of(out, n) for n in (1, 2)]
    for kind, count in (("cards", sum(len(r.cards) for r in every)),
                        ("stickers", sum(c.stickers.count for r in every for c in r.cards))):
        assert pq.read_table(out / f"{kind}.parquet").num_rows == count
        assert len(read_csv(out / f"{kind}.csv")) == count

    assert main(["batch", str(folder), "--out", str(out)]) == 1  # what is in the output folder is no photo
    assert len(index_of(out).photos) == 8
    assert here.read == [name_of(1), name_of(2)]


def test_all_well_is_0_and_says_nothing_on_stdout(
        evening: Path, tmp_path: Path, quick: None, here: Here, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["batch", str(evening), "--out", str(tmp_path / "uit"), "--lang", "nl"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "3 foto's: 2 tafels uit 3 foto's; 2 gelezen" in said.err
    assert str(tmp_path / "uit") in said.err


@pytest.mark.parametrize(("make", "problem", "cure"), [
    (lambda folder: shutil.rmtree(folder / "kit"), "There is no kit", "--kit"),
    (lambda folder: [path.unlink() for path in folder.glob("*.jpg")], "There are no photos", "Is it the right folder?"),
    (shutil.rmtree, "does not exist", "Name the folder"),
    (lambda folder: (folder / "session.toml").write_text("participants = 0"), "session.toml", "1 to 1000"),
    (lambda folder: (folder / "kit" / "layout.json").write_text("{}"), "layout.json", "")])
def test_what_cannot_be_used_at_all_is_2_and_says_what_to_do(
        make: Callable[[Path], object], problem: str, cure: str, evening: Path, tmp_path: Path, here: Here,
        capsys: pytest.CaptureFixture[str]) -> None:
    make(evening)
    assert main(["batch", str(evening), "--out", str(evening / "uit"), "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert problem in said.err
    assert cure in said.err
    assert not said.out
    assert not here.read


def test_a_folder_that_is_not_there_is_not_made_for_the_results(tmp_path: Path, here: Here) -> None:
    assert main(["batch", str(tmp_path / "tikfout"), "--out", str(tmp_path / "tikfout" / "uit")]) == 2
    assert not (tmp_path / "tikfout").exists()


@pytest.mark.parametrize("arguments", [["--jobs", "0"], ["--jobs", "2", "--scheduler", "tcp://127.0.0.1:1"], ["--memory", "100M"],
                                       ["--memory", "veel"], ["--wait", "-1"]])
def test_wrong_usage_is_2(arguments: list[str], evening: Path, tmp_path: Path, here: Here) -> None:
    assert main(["batch", str(evening), "--out", str(tmp_path / "uit"), *arguments]) == 2
    assert not (tmp_path / "uit").exists()


def test_interrupted_is_130_and_the_next_run_goes_on(
        evening: Path, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Interrupted(Here):
        def run(self, tasks: Iterator[Task], done: Done) -> None:  # type: ignore[override]
            def once(task: Task, answer: Any) -> None:
                done(task, answer)
                if self.read:
                    raise KeyboardInterrupt

            super().run(tasks, once)

    monkeypatch.setattr("posterscan.batch.local.Local", lambda *_: Interrupted())
    assert main(["batch", str(evening), "--out", str(tmp_path / "uit"), "--lang", "en"]) == 130
    assert "what was done already is kept" in capsys.readouterr().err
    later = Here()
    batch(evening, tmp_path / "uit", later)
    assert later.read == [name_of(2)]


def test_a_second_run_reads_nothing_and_touches_no_result(evening: Path, tmp_path: Path, quick: None) -> None:
    batch(evening, tmp_path / "uit")
    before = results_of(tmp_path / "uit")
    again = Here()
    report = batch(evening, tmp_path / "uit", again)
    assert not again.read
    assert actions(report) == {name_of(1): ("done", "nothing changed"), name_of(2): ("done", "nothing changed")}
    assert results_of(tmp_path / "uit") == before
    assert {table.status for table in index_of(tmp_path / "uit").tables} == {"unchanged"}


def test_a_new_photo_reads_only_its_table_again(evening: Path, tmp_path: Path, quick: None) -> None:
    batch(evening, tmp_path / "uit")
    before = results_of(tmp_path / "uit")
    (evening / "IMG_09.jpg").write_bytes(jpeg(2, 1))
    again = Here()
    assert actions(batch(evening, tmp_path / "uit", again)) == {name_of(1): ("done", "nothing changed"),
                                                               name_of(2): ("read", "1 new photo")}
    assert again.read == [name_of(2)]
    assert {n: s for n, s in results_of(tmp_path / "uit").items() if n.startswith(name_of(1))} == {
        n: s for n, s in before.items() if n.startswith(name_of(1))}
    assert len(result_of(tmp_path / "uit", 2).photos) == 2
    (evening / "IMG_09.jpg").unlink()
    assert actions(batch(evening, tmp_path / "uit"))[name_of(2)] == ("read", "1 photo fewer")
    assert len(result_of(tmp_path / "uit", 2).photos) == 1


def change_kit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    catalogue = json.loads((folder / "kit" / "catalogue.json").read_text(encoding="utf-8"))
    catalogue["cards"].append({"id": "jeu-de-boules", "kind": "ingredient", "text": "Jeu de boules", "marker_id": 99})
    (folder / "kit" / "catalogue.json").write_text(json.dumps(catalogue), encoding="utf-8")
    return {}


def change_option(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return {"options": TableOptions(participants=5)}


def change_session_toml(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    (folder / "session.toml").write_text('place = "Dorpshuis"\n', encoding="utf-8")
    return {}


def change_version(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    for module in ("plan", "work"):
        monkeypatch.setattr(f"posterscan.batch.{module}.__version__", "99.0")
    return {}


CHANGES = [(change_kit, "another kit"), (change_option, "other settings"), (change_session_toml, "other settings"),
           (change_version, "another version of posterscan")]


@pytest.mark.parametrize(("change", "why"), CHANGES)
def test_what_a_result_hangs_on_reads_everything_again(
        change: Callable[[Path, pytest.MonkeyPatch], dict[str, Any]], why: str, evening: Path, tmp_path: Path, quick: None,
        monkeypatch: pytest.MonkeyPatch) -> None:
    batch(evening, tmp_path / "uit")
    more = change(evening, monkeypatch)
    again = Here()
    report = batch(evening, tmp_path / "uit", again, **more)
    assert again.read == [name_of(1), name_of(2)]
    assert all(action == "read" and reason.startswith(why) for action, reason in actions(report).values())
    assert all(one.action == "done" for one in batch(evening, tmp_path / "uit", **more).plan)


@pytest.mark.parametrize(("change", "why"), CHANGES)
def test_what_somebody_went_over_is_left_alone_and_told(
        change: Callable[[Path, pytest.MonkeyPatch], dict[str, Any]], why: str, evening: Path, tmp_path: Path, quick: None,
        monkeypatch: pytest.MonkeyPatch) -> None:
    batch(evening, tmp_path / "uit")
    reviewed(tmp_path / "uit" / f"{name_of(1)}.json")
    before = results_of(tmp_path / "uit")
    more = change(evening, monkeypatch)
    report = batch(evening, tmp_path / "uit", **more)
    mine = {n: s for n, s in before.items() if n.startswith(name_of(1))}
    assert {n: s for n, s in results_of(tmp_path / "uit").items() if n.startswith(name_of(1))} == mine
    action, reason = actions(report)[name_of(1)]
    assert action == "reviewed"
    assert reason.startswith(why)
    assert (name_of(1), "reviewed-and-changed") in codes(report)
    assert {table.name: table.status for table in index_of(tmp_path / "uit").tables} == {name_of(1): "reviewed", name_of(2): "read"}


def test_force_reads_again_and_keeps_the_corrections(evening: Path, tmp_path: Path, quick: None) -> None:
    batch(evening, tmp_path / "uit")
    reviewed(tmp_path / "uit" / f"{name_of(1)}.json")
    review = result_of(tmp_path / "uit", 1).review
    again = Here()
    assert actions(batch(evening, tmp_path / "uit", again, force=True))[name_of(1)] == ("read", "asked for (--force)")
    assert again.read == [name_of(1), name_of(2)]
    assert result_of(tmp_path / "uit", 1).review == review
    assert {row["text"] for row in read_csv(tmp_path / "uit" / "cards.csv")} >= {"Buurthuis De Brug"}


@pytest.mark.parametrize("pattern", [name_of(2), "tafel-2", "IMG_02.jpg", "*-2"])
def test_only_reads_what_is_asked_for(pattern: str, evening: Path, tmp_path: Path, quick: None) -> None:
    runner = Here()
    report = batch(evening, tmp_path / "uit", runner, only=(pattern,))
    assert runner.read == [name_of(2)]
    assert actions(report)[name_of(1)][0] == "left-out"
    index = index_of(tmp_path / "uit")
    assert {table.name: (table.status, table.file) for table in index.tables} == {
        name_of(1): ("not-asked", None), name_of(2): ("read", f"{name_of(2)}.json")}
    assert index.counts.used == 1


def test_only_that_means_nothing_is_2(evening: Path, tmp_path: Path, quick: None, here: Here,
                                      capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["batch", str(evening), "--out", str(tmp_path / "uit"), "--only", "tafel-9", "--lang", "en"]) == 2
    assert name_of(2) in capsys.readouterr().err  # what there is
    assert not here.read


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(
        evening: Path, tmp_path: Path, quick: None, here: Here, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["batch", str(evening), "--out", str(tmp_path / "uit"), "--dry-run", "--lang", "en"]) == 0
    assert f"{name_of(1)}: read (new): IMG_01.jpg, IMG_03.jpg" in capsys.readouterr().err
    assert not (tmp_path / "uit").exists()
    assert sorted(path.name for path in evening.iterdir()) == ["IMG_01.jpg", "IMG_02.jpg", "IMG_03.jpg", "kit"]
    batch(evening, tmp_path / "uit")
    every = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    (evening / "IMG_09.jpg").write_bytes(jpeg(2, 1))
    assert main(["batch", str(evening), "--out", str(tmp_path / "uit"), "--dry-run", "--lang", "en", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {one["name"]: (one["action"], one["why"]) for one in said["plan"]} == {
        name_of(1): ("done", "nothing changed"), name_of(2): ("read", "1 new photo")}
    del every[evening]
    assert {path: path.stat().st_mtime_ns for path in every} == every
    assert not here.read


def test_a_dry_run_leaves_a_cluster_alone(evening: Path, tmp_path: Path, quick: None, here: Here) -> None:
    assert main(["batch", str(evening), "--out", str(tmp_path / "uit"), "--dry-run", "--scheduler", "tcp://127.0.0.1:1"]) == 0
    assert not (tmp_path / "uit").exists()


def test_photos_that_someone_moves_to_another_table_count_once(evening: Path, tmp_path: Path, quick: None) -> None:
    out = tmp_path / "uit"
    batch(evening, out)
    former = (out / f"{name_of(2)}.json").read_bytes()
    (evening / "session.toml").write_text('[tables]\n"hoektafel" = ["IMG_02.jpg"]\n', encoding="utf-8")
    report = batch(evening, out)
    moved = f"{DrawnKit().session}-hoektafel"
    assert actions(report) == {moved: ("read", "new"), name_of(1): ("done", "nothing changed")}
    assert (out / ".posterscan" / "former" / f"{name_of(2)}.json").read_bytes() == former
    assert not [name for name in files_in(out) if name.startswith(name_of(2))]
    assert {table.name for table in index_of(out).tables} == {moved, name_of(1)}
    assert {row["result"] for row in read_csv(out / "cards.csv")} == {f"{moved}.json", f"{name_of(1)}.json"}
    assert (name_of(2), "former-table") in codes(report)


def test_a_former_table_that_somebody_went_over_stays_and_is_told(evening: Path, tmp_path: Path, quick: None) -> None:
    out = tmp_path / "uit"
    batch(evening, out)
    content = reviewed(out / f"{name_of(2)}.json")
    (evening / "session.toml").write_text('[tables]\n"hoektafel" = ["IMG_02.jpg"]\n', encoding="utf-8")
    report = batch(evening, out)
    assert (out / f"{name_of(2)}.json").read_bytes() == content
    problem = next(problem for problem in report.problems if problem.code == "former-table")
    assert (problem.severity, problem.table) == ("warning", name_of(2))
    assert {table.name: table.status for table in index_of(out).tables}[name_of(2)] == "earlier"


def test_photos_that_are_renamed_or_moved_are_not_read_again(evening: Path, tmp_path: Path, quick: None) -> None:
    batch(evening, tmp_path / "uit")
    before = results_of(tmp_path / "uit")
    (evening / "IMG_01.jpg").rename(evening / "eerste.jpg")
    (evening / "later").mkdir()
    (evening / "IMG_03.jpg").rename(evening / "later" / "IMG_1.jpg")
    again = Here()
    batch(evening, tmp_path / "uit", again)
    assert not again.read
    assert results_of(tmp_path / "uit") == before
    assert {photo.file: photo.table for photo in index_of(tmp_path / "uit").photos} == {
        "eerste.jpg": name_of(1), "later/IMG_1.jpg": name_of(1), "IMG_02.jpg": name_of(2)}


def test_another_language_reads_nothing_again(evening: Path, tmp_path: Path, quick: None) -> None:
    batch(evening, tmp_path / "uit", language="nl")
    again = Here()
    batch(evening, tmp_path / "uit", again, language="en")
    assert not again.read


def test_a_result_that_became_unreadable_is_read_again_and_kept_aside(evening: Path, tmp_path: Path, quick: None) -> None:
    batch(evening, tmp_path / "uit")
    (tmp_path / "uit" / f"{name_of(1)}.json").write_bytes(b'{"schema": ')
    again = Here()
    report = batch(evening, tmp_path / "uit", again)
    assert again.read == [name_of(1)]
    assert (name_of(1), "older-result") in codes(report)
    assert (tmp_path / "uit" / f"{name_of(1)}.json.unreadable").read_bytes() == b'{"schema": '


def test_a_photo_that_fails_when_it_is_read_is_named_in_every_run(
        evening: Path, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def scan_photo(photo: Any, *about: Any) -> Any:
        if photo.path.name == "IMG_03.jpg":
            raise ValueError("iets onverwachts")
        return pretended_scan(photo, *about)

    monkeypatch.setattr("posterscan.pipeline.scan_photo", scan_photo)
    out = tmp_path / "uit"
    assert ("IMG_03.jpg", "internal-error") in codes(batch(evening, out))
    trace = next((out / "journal").iterdir()).read_text(encoding="utf-8")
    assert "ValueError" in trace
    assert "IMG_03" not in trace
    again = Here()
    assert ("IMG_03.jpg", "photo-failed") in codes(batch(evening, out, again))
    assert not again.read
    assert {photo.file: (photo.table, photo.code) for photo in index_of(out).photos} == {
        "IMG_01.jpg": (name_of(1), None), "IMG_02.jpg": (name_of(2), None), "IMG_03.jpg": (name_of(1), "photo-failed")}
    assert index_of(out).counts.used == 2
    assert [row["photo"] for row in read_csv(out / "problems.csv")] == ["IMG_03.jpg"]


def test_a_table_of_which_no_photo_can_be_used_has_no_result_and_is_tried_again(
        evening: Path, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def scan_photo(photo: Any, *about: Any) -> Any:
        if photo.path.name == "IMG_02.jpg":
            raise ValueError("iets onverwachts")
        return pretended_scan(photo, *about)

    monkeypatch.setattr("posterscan.pipeline.scan_photo", scan_photo)
    out = tmp_path / "uit"
    batch(evening, out)
    index = index_of(out)
    assert {table.name: (table.status, table.file) for table in index.tables}[name_of(2)] == ("failed", None)
    assert (index.counts.failed, index.counts.tables) == (1, 1)
    assert not (out / f"{name_of(2)}.json").exists()
    monkeypatch.setattr("posterscan.pipeline.scan_photo", pretended_scan)
    again = Here()
    batch(evening, out, again)
    assert again.read == [name_of(2)]


@pytest.mark.parametrize("error", [PermissionError(errno.EACCES, "Permission denied"), OSError(errno.EIO, "Input/output error"),
                                   FileNotFoundError(errno.ENOENT, "No such file or directory")])
def test_a_photo_that_cannot_be_opened_costs_only_itself(
        error: OSError, evening: Path, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.name == "IMG_03.jpg":
            raise error
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    runner = Here()
    report = batch(evening, tmp_path / "uit", runner)
    assert runner.read == [name_of(1), name_of(2)]
    problem = next(problem for problem in report.problems if problem.photo == "IMG_03.jpg")
    assert problem.severity == "error"
    assert problem.code in ("photo-missing", "photo-no-permission")
    assert "IMG_03.jpg" in problem.reason.en
    assert {photo.file: photo.code for photo in index_of(tmp_path / "uit").photos}["IMG_03.jpg"] == problem.code


def test_a_second_batch_into_the_same_folder_is_refused_or_waits(
        evening: Path, tmp_path: Path, quick: None, here: Here, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    from posterscan.batch.lock import only_one

    out, holding = tmp_path / "uit", only_one(FolderPlace(tmp_path / "uit"), 0, lambda _: None)
    with holding:
        assert main(["batch", str(evening), "--out", str(out), "--lang", "en"]) == 2
        assert "Another posterscan batch is writing" in capsys.readouterr().err
        assert not here.read
    other = only_one(FolderPlace(out), 0, lambda _: None)
    other.__enter__()
    monkeypatch.setattr("posterscan.cli.batch._Screen.say", lambda self, message: other.__exit__(None, None, None))
    assert main(["batch", str(evening), "--out", str(out), "--wait", "60"]) == 0
    assert here.read == [name_of(1), name_of(2)]


def test_whichever_write_fails_earlier_results_stay_and_the_next_run_goes_on(
        evening: Path, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full after so many more files, for every such number until the run gets through."""
    first = tmp_path / "eerst"
    batch(evening, first)
    (evening / "IMG_09.jpg").write_bytes(jpeg(3))
    earlier = {name: state for name, state in files_in(first).items() if name.startswith((name_of(1), name_of(2)))}
    room, through = 0, False
    while not through:
        out = tmp_path / f"uit-{room}"
        shutil.copytree(first, out)
        left = [room]

        def fsync(_: int, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", fsync)
            full = _refusal(lambda out=out: batch(evening, out))
        through = full is None
        assert full is None or ("No space left on device" in full.problem.en and "--out" in full.remedy.en)
        now = files_in(out)
        assert {name: now[name] for name in earlier} == earlier
        for name, content in now.items():
            if name.endswith(".json"):
                json.loads(content)
        assert [one.action for one in batch(evening, out).plan][:2] == ["done", "done"]
        assert sorted(table.name for table in index_of(out).tables) == [name_of(1), name_of(2), name_of(3)]
        shutil.rmtree(out)
        room += 1
    assert room > 8  # a look, pictures, the result, tidy tables, problems and the index


def _refusal(use: Callable[[], object]) -> UsageError | None:
    try:
        use()
    except UsageError as error:
        return error
    return None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB; skips where none can be made."""
    folder = tmp_path / "schijf"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True, check=False) \
        if shutil.which("mount") else None
    if done is None or done.returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_really_full_is_told_and_earlier_results_stay(
        small_disk: Path, evening: Path, quick: None, here: Here, capsys: pytest.CaptureFixture[str]) -> None:
    out = small_disk / "uit"
    batch(evening, out)
    earlier = files_in(out)
    (evening / "IMG_09.jpg").write_bytes(jpeg(3))
    with (small_disk / "vol").open("wb", buffering=0) as file:
        for size in (2**16, 2**12):
            while True:
                try:
                    if file.write(bytes(size)) < size:
                        break
                except OSError:
                    break
    assert main(["batch", str(evening), "--out", str(out), "--lang", "en"]) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert files_in(out) == earlier
    (small_disk / "vol").unlink()
    assert main(["batch", str(evening), "--out", str(out)]) == 0
    assert here.read[-1] == name_of(3)


def test_a_folder_that_became_read_only_is_told_and_stays_as_it_is(
        small_disk: Path, evening: Path, quick: None, here: Here, capsys: pytest.CaptureFixture[str]) -> None:
    out = small_disk / "uit"
    batch(evening, out)
    earlier = states(out)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert main(["batch", str(evening), "--out", str(out), "--lang", "en"]) == 2
    assert "Read-only file system" in capsys.readouterr().err
    assert main(["batch", str(evening), "--out", str(small_disk / "nieuw"), "--lang", "en"]) == 2
    assert states(out) == earlier


def test_photos_and_results_at_an_address(evening: Path, quick: None) -> None:
    bucket = f"memory://{uuid.uuid4().hex}"
    photos, out = open_place(f"{bucket}/fotos"), open_place(f"{bucket}/fotos/uit")
    for path in evening.rglob("*"):
        if path.is_file():
            photos.write(path.relative_to(evening).as_posix(), path.read_bytes())
    for round_ in (1, 2):
        runner = Here()
        report = run_batch(Request(photos.url, out.url), runner, Silent())
        assert runner.read == ([name_of(1), name_of(2)] if round_ == 1 else [])
        assert report.photos == 3
    index = Index.model_validate_json(out.read("index.json"))
    assert {table.name: table.status for table in index.tables} == {name_of(1): "unchanged", name_of(2): "unchanged"}
    assert TableResult.model_validate_json(out.read(f"{name_of(1)}.json")).table == "tafel-1"
    assert pq.read_table(io.BytesIO(out.read("cards.parquet"))).num_rows > 0
    assert {entry.name for entry in out.files()} >= {f"{name_of(1)}/rectified.jpg", "cards.csv", "problems.csv"}


def test_what_a_killed_run_left_of_its_tables_is_swept(evening: Path, tmp_path: Path, quick: None) -> None:
    left = tmp_path / "uit" / ".posterscan" / "tables-x1"
    left.mkdir(parents=True)
    (left / "cards.csv").write_bytes(b"half")
    batch(evening, tmp_path / "uit")
    assert not left.exists()
