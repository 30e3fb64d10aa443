"""The command line: exit codes, what goes to stdout and what to stderr, both languages, hostile names, interruption."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from conftest import ROOT
from kits import layout_data, write_json, write_kit
from posterscan.catalogue import LoadedCatalogue
from posterscan.cli.main import app, main
from posterscan.layout import LoadedLayout
from posterscan.outcome import ScanOptions, ScanOutcome
from posterscan.photo import Photo
from results import grey_photo, pretended_scan


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A pretended pipeline, for what the command line does around it."""
    module = ModuleType("posterscan.pipeline")
    module.scan_photo = pretended_scan  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "posterscan.pipeline", module)
    return module


def scan(folder: Path, *arguments: str | Path, kit: Path | None = None) -> int:
    kit = kit or folder
    return main(["scan", *map(str, arguments), "--layout", str(kit / "layout.json"),
                 "--catalogue", str(kit / "catalogue.json"), "--out", str(folder / "uit")])


def test_scan_writes_the_files_and_says_so(tmp_path: Path, pipeline: ModuleType,
                                           capsys: pytest.CaptureFixture[str]) -> None:
    write_kit(tmp_path)
    assert scan(tmp_path, grey_photo(tmp_path / "tafel 1.png", 110)) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "2 kaartjes" in said.err
    assert json.loads((tmp_path / "uit" / "tafel-1.json").read_text(encoding="utf-8"))["table"] == "tafel-1"
    assert (tmp_path / "uit" / "tafel-1" / "rectified.jpg").is_file()
    assert (tmp_path / "uit" / "tafel-1" / "cards" / "c01.jpg").is_file()


def test_a_kits_folder_stands_for_layout_and_catalogue(tmp_path: Path, pipeline: ModuleType,
                                                       capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kit").mkdir()
    write_kit(tmp_path / "kit")
    photo = str(grey_photo(tmp_path / "tafel 1.png", 110))
    assert main(["scan", photo, "--kit", str(tmp_path / "kit"), "--out", str(tmp_path / "uit")]) == 0
    assert (tmp_path / "uit" / "tafel-1.json").is_file()
    assert main(["scan", photo, "--kit", str(tmp_path / "kit"), "--layout", str(tmp_path / "weg.json"), "--out", "uit"]) == 2
    assert "weg.json" in capsys.readouterr().err  # what is named comes first


def test_without_a_kit_the_cure_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for named in ([], ["--layout", "l.json"], ["--catalogue", "c.json"]):
        assert main(["scan", "a.jpg", "--out", str(tmp_path / "uit"), *named]) == 2
        assert "--kit" in capsys.readouterr().err
    (tmp_path / "leeg").mkdir()
    for folder in ("weg", "leeg"):
        assert main(["scan", "a.jpg", "--out", str(tmp_path / "uit"), "--kit", str(tmp_path / folder)]) == 2
        assert "niet de map van een kit" in capsys.readouterr().err


def test_the_table_that_the_poster_names_names_the_files_unless_told_otherwise(
        tmp_path: Path, pipeline: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    def scan_photo(photo: Photo, layout: LoadedLayout, catalogue: LoadedCatalogue, options: ScanOptions) -> ScanOutcome:
        named = options if options.table_given else replace(options, table="tafel-3")
        return pretended_scan(photo, layout, catalogue, named)

    pipeline.scan_photo = scan_photo  # type: ignore[attr-defined]
    write_kit(tmp_path)
    photo = grey_photo(tmp_path / "IMG_1.png", 110)
    assert scan(tmp_path, photo, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["table"], answer["result"]["table"]) == ("tafel-3", "tafel-3")
    assert scan(tmp_path, photo, "--table", "noord") == 0
    names = sorted(path.name for path in (tmp_path / "uit").iterdir() if not path.name.startswith("."))
    assert names == ["noord", "noord.json", "tafel-3", "tafel-3.json"]


def test_json_is_all_that_goes_to_stdout(tmp_path: Path, pipeline: ModuleType,
                                         capsys: pytest.CaptureFixture[str]) -> None:
    write_kit(tmp_path)
    (tmp_path / "leeg.jpg").write_bytes(b"")
    photo = grey_photo(tmp_path / "a.png", 60)
    assert scan(tmp_path, photo, tmp_path / "leeg.jpg", "--json", "--lang", "en", "--table", "x") == 1
    said = capsys.readouterr()
    answer = json.loads(said.out)
    assert [p["status"] for p in answer["photos"]] == ["done", "failed"]
    assert answer["photos"][1]["code"] == "photo-empty"
    assert answer["result"]["table"] == "x"
    assert Path(answer["file"]).is_file()
    assert "leeg.jpg is empty" in said.err


def test_no_usable_photo_is_never_success(tmp_path: Path, pipeline: ModuleType,
                                          capsys: pytest.CaptureFixture[str]) -> None:
    write_kit(tmp_path)
    assert scan(tmp_path, tmp_path / "weg.jpg", "--json") == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["result"] is None
    assert "weg.jpg bestaat niet" in said.err
    assert not (tmp_path / "uit").exists()


BAD = {
    "leeg.jpg": b"", "half.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF", "blad.pdf": b"%PDF-1.7 ...", "brief.txt": b"Hallo",
    "nep.jpg": b"PK\x03\x04", "ruis.heic": b"\0\0\0\x18ftypheic" + bytes(40)}


@pytest.mark.parametrize("command", ["scan", "check"])
@pytest.mark.parametrize("name", [*BAD, "map", "weg.jpg"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_bad_file_is_named_with_its_cure(tmp_path: Path, pipeline: ModuleType, name: str, language: str,
                                              command: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_kit(tmp_path)
    (tmp_path / "map").mkdir()
    if name in BAD:
        (tmp_path / name).write_bytes(BAD[name])
    arguments = [command, str(tmp_path / name), "--layout", str(tmp_path / "layout.json"), "--lang", language]
    if command == "scan":
        arguments += ["--catalogue", str(tmp_path / "catalogue.json"), "--out", str(tmp_path / "uit")]
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert name in said.err
    assert said.out == ""
    assert "Traceback" not in said.err
    cures = {"nl": "Haal|Sla|Noem|Controleer|Bewaar", "en": "Copy|Save|Name|Check"}
    assert re.search(cures[language], said.err)


def test_a_layout_that_cannot_be_used_stops_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = layout_data()
    data["markers"][2]["id"] = 1
    write_kit(tmp_path)
    write_json(tmp_path / "layout.json", data)
    assert scan(tmp_path, tmp_path / "a.jpg", "--lang", "en") == 2
    assert "layout.json: markers[2].id" in capsys.readouterr().err


def test_a_catalogue_that_cannot_be_used_stops_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_kit(tmp_path)
    (tmp_path / "catalogue.json").write_text("{", encoding="utf-8")
    assert scan(tmp_path, tmp_path / "a.jpg") == 2
    assert "catalogue.json is geen JSON" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [
    ["scan"], ["scan", "a.jpg"], ["check"], ["schema", "photo"], ["nonsense"], ["check", "a.jpg", "--lang", "fr"],
    ["scan", "a.jpg", "--layout", "l", "--catalogue", "c", "--out", "o", "--participants", "-1"]])
def test_wrong_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err


def test_an_out_folder_that_cannot_be_written_is_told(tmp_path: Path, pipeline: ModuleType,
                                                      capsys: pytest.CaptureFixture[str]) -> None:
    write_kit(tmp_path)
    (tmp_path / "uit").write_text("ik ben een bestand", encoding="utf-8")
    assert scan(tmp_path, grey_photo(tmp_path / "a.png", 60)) == 2
    assert "--out" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["-v.png", "a b'\";$(x).png", "\x1b[31mrood.png", "é\udcff.png", "..a.png", "ü" * 80])
def test_hostile_names(tmp_path: Path, pipeline: ModuleType, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_kit(tmp_path)
    plain = grey_photo(tmp_path / "plain.png", 60)
    plain.rename(tmp_path / name)
    assert scan(tmp_path, tmp_path / name, "--json") == 0
    said = capsys.readouterr()
    assert "\x1b" not in said.out + said.err
    answer = json.loads(said.out)
    assert Path(answer["file"]).parent == tmp_path / "uit"
    assert Path(answer["file"]).is_file()


def test_interrupted_is_130(tmp_path: Path, pipeline: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> ScanOutcome:
        raise KeyboardInterrupt

    pipeline.scan_photo = interrupted  # type: ignore[attr-defined]
    write_kit(tmp_path)
    assert scan(tmp_path, grey_photo(tmp_path / "a.png", 60)) == 130
    assert "Afgebroken" in capsys.readouterr().err


def test_an_unforeseen_error_is_one_line_and_on_request_its_origin(
        tmp_path: Path, pipeline: ModuleType, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object) -> ScanOutcome:
        raise ZeroDivisionError("by zero")

    pipeline.scan_photo = broken  # type: ignore[attr-defined]
    write_kit(tmp_path)
    photo = grey_photo(tmp_path / "a.png", 60)
    assert scan(tmp_path, photo) == 1
    said = capsys.readouterr().err
    assert "a.png" in said
    assert "ZeroDivisionError" in said
    assert "Traceback" not in said
    monkeypatch.setenv("POSTERSCAN_TRACEBACK", "1")
    assert scan(tmp_path, photo) == 1
    assert "test_cli.py" in capsys.readouterr().err


def test_the_language_follows_the_locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                         capsys: pytest.CaptureFixture[str]) -> None:
    layout, _ = write_kit(tmp_path)
    for locale, word in (("en_GB.UTF-8", "does not exist"), ("nl_NL.UTF-8", "bestaat niet"),
                         ("fr_FR.UTF-8", "bestaat niet"), ("C", "bestaat niet")):
        monkeypatch.setenv("LC_ALL", locale)
        assert main(["check", str(tmp_path / "weg.jpg"), "--layout", str(layout)]) == 1
        assert word in capsys.readouterr().err


def test_check_without_poster_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_kit(tmp_path)
    photo = grey_photo(tmp_path / "tafel.png", 128)
    assert main(["check", str(photo), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)["photos"][0]
    assert answer["verdict"] == "retake"
    assert answer["problems"][0]["remedy"]


def test_doctor_names_what_is_there_and_the_cure_of_what_is_not(monkeypatch: pytest.MonkeyPatch,
                                                               capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {"python", "opencv", "rapidocr", "heic", "memory", "cores"} <= {f["code"] for f in findings}
    assert all(f["cure"] for f in findings if f["state"] != "ok")
    monkeypatch.setattr("posterscan.ocr.tesseract.tesseract_version", lambda: None)
    assert main(["doctor"]) == 0
    assert "apt-get install" in capsys.readouterr().out
    monkeypatch.setattr("posterscan.ocr.rapid.model_folder", lambda: None)
    assert main(["doctor", "--lang", "en"]) == 1
    assert "make setup" in capsys.readouterr().out


def test_demo_scans_the_samples(tmp_path: Path, pipeline: ModuleType, monkeypatch: pytest.MonkeyPatch,
                                capsys: pytest.CaptureFixture[str]) -> None:
    samples = tmp_path / "samples"
    for name in ("kit", "easy-1", "hard-1"):
        (samples / name).mkdir(parents=True)
    write_kit(samples / "kit")
    for name in ("easy-1", "hard-1"):
        grey_photo(samples / name / "photo.png", 110)
    monkeypatch.setattr("posterscan.shipped.shipped_folder", lambda _: samples)
    assert main(["demo", "--out", str(tmp_path / "uit")]) == 0
    assert sorted(p.name for p in (tmp_path / "uit").glob("*.json")) == ["easy-1.json", "hard-1.json"]
    assert str(tmp_path / "uit") in capsys.readouterr().out
    monkeypatch.setattr("posterscan.shipped.shipped_folder", lambda _: None)
    assert main(["demo"]) == 2


def commands() -> set[str]:
    return {command.name or "" for command in [*app.registered_commands, *app.registered_groups]}


def test_the_readme_names_every_command_and_no_other() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`posterscan ([a-z]+)", text)) == commands()


def test_the_readmes_targets_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test", "lint", "accuracy", "bench"} <= targets
    assert set(re.findall(r"`make ([a-z]+)", text)) <= targets


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    parts = {group.name: [one.name or "" for one in group.typer_instance.registered_commands] for group in app.registered_groups
             if group.typer_instance is not None}
    for part in parts.get(command, [None]):
        assert main([command, *([part] if part else []), "--help"]) == 0
        assert "--lang" in capsys.readouterr().out


# --- as a program of its own -----------------------------------------------------------------------------------


def program(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "LC_ALL": "nl_NL.UTF-8", **environment}
    return subprocess.run([sys.executable, "-m", "posterscan", *arguments], capture_output=True, check=False, env=env,
                          timeout=120)


def test_help_loads_none_of_the_heavy_libraries() -> None:
    code = "import sys; from posterscan.cli.main import main; main(['--help']); " \
           "print([m for m in ('cv2', 'numpy', 'scipy', 'pydantic', 'onnxruntime', 'PIL') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=120,
                          env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    assert done.stdout.endswith(b"[]\n")


def test_the_program_ends_with_the_contracts_codes(tmp_path: Path) -> None:
    layout, _ = write_kit(tmp_path)
    assert program("--version").stdout.startswith(b"posterscan ")
    bad = program("check", str(tmp_path / "weg.jpg"), "--layout", str(layout), "--json")
    assert bad.returncode == 1
    assert json.loads(bad.stdout)["photos"][0]["problems"][0]["code"] == "photo-missing"
    unusable = program("check", "x.jpg", "--layout", str(tmp_path / "weg.json"))
    assert unusable.returncode == 2
    assert b"weg.json bestaat niet" in unusable.stderr
    assert b"Traceback" not in unusable.stderr


def test_an_ascii_terminal_gets_what_it_can_show(tmp_path: Path) -> None:
    layout, _ = write_kit(tmp_path)
    done = program("check", str(tmp_path / "café.jpg"), "--layout", str(layout), PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert b"caf?.jpg" in done.stderr


def test_ctrl_c_ends_the_program_with_130(tmp_path: Path) -> None:
    """A photo that can never be read through: the program waits in it when the signal comes."""
    write_kit(tmp_path)
    code = (
        "import signal, sys, time, types, posterscan.cli.main as m\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background job would ignore it
        "p = types.ModuleType('posterscan.pipeline')\n"
        "def scan_photo(*_):\n    print('ready', flush=True)\n    time.sleep(60)\n"
        "p.scan_photo = scan_photo\nsys.modules['posterscan.pipeline'] = p\n"
        f"sys.exit(m.main(['scan', {str(grey_photo(tmp_path / 'a.png', 60))!r}, '--layout', "
        f"{str(tmp_path / 'layout.json')!r}, '--catalogue', {str(tmp_path / 'catalogue.json')!r}, "
        f"'--out', {str(tmp_path / 'uit')!r}]))\n")
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, "PYTHONPATH": str(ROOT / "src")}) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"ready\n"
        time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130
    assert not (tmp_path / "uit").exists()
