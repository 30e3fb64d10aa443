"""The whole way of `posterscan kit`: files that scanning takes, the same bytes every time, and all of them or none."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from posterscan.catalogue import check_together, open_catalogue
from posterscan.cli.main import main
from posterscan.errors import KitError
from posterscan.kit.make import make_kit
from posterscan.kit.names import KIT_FILES
from posterscan.kit.settings import KitSettings
from posterscan.kit.wordlists import Word, default_words
from posterscan.kit.write import write_kit
from posterscan.layout import open_layout
from posterscan.messages import NOTHING
from printed_kits import SESSION, printed_kit

SMALL = "# ingrediënten\nBuurthuis\nMantelzorg\n# bedoelingen\nNiemand is eenzaam\n"


def words_file(folder: Path, text: str = SMALL, name: str = "woorden.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


# --- what is made -----------------------------------------------------------------------------------------------------


def test_a_kit_is_made_with_one_word_and_read_by_a_scan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--tables", "2", "--session", "Oost", "--place", "Enschede", "--participants", "8"]
    assert main(["kit", str(tmp_path / "kit"), *asked]) == 0
    said = capsys.readouterr()
    assert "2 tafels" in said.out
    assert "uitleg.pdf" in said.out
    layout, catalogue = open_layout(tmp_path / "kit" / "layout.json"), open_catalogue(tmp_path / "kit" / "catalogue.json")
    check_together(layout.layout, catalogue)
    assert layout.reference is not None
    assert layout.layout.session is not None
    assert (layout.layout.session.place, layout.layout.session.tables, layout.layout.session.participants) == ("Enschede", 2, 8)
    kinds = [card.kind for card in catalogue.catalogue.cards]
    assert kinds.count("ingredient") >= 55
    assert kinds.count("intention") == 15
    assert {path.name for path in (tmp_path / "kit").iterdir()} == set(printed_kit("nl").files) <= KIT_FILES


def test_an_english_kit_has_english_names_and_the_same_ids(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kit", str(tmp_path / "kit"), "--lang", "en"]) == 0
    assert "for 1 table;" in capsys.readouterr().out
    english = open_catalogue(tmp_path / "kit" / "catalogue.json").catalogue
    dutch = json.loads(printed_kit("nl").files["catalogue.json"])
    assert english.language == "eng"
    assert [card.id for card in english.cards] == [card["id"] for card in dutch["cards"]]
    assert (tmp_path / "kit" / "cards-intentions.pdf").is_file()


def test_the_same_input_gives_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    """Another hash seed, another clock, another folder, another zone."""
    out = []
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        folder = tmp_path / seed
        subprocess.run([sys.executable, "-m", "posterscan", "kit", str(folder), "--words", str(words_file(tmp_path))], check=True,
                       capture_output=True, env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone})
        out.append(digests(folder))
        time.sleep(1.1)  # PDF dates have seconds
    assert out[0] == out[1]


def test_the_files_follow_from_what_is_asked_for() -> None:
    only = [Word("ingredient", "Buurthuis", "buurthuis", NOTHING)]
    files = make_kit(KitSettings(blank_ingredients=0, blank_intentions=0), only, "nl").files
    assert not {"kaartjes-bedoelingen.pdf", "kaartjes-leeg.pdf"} & set(files)
    assert json.loads(files["catalogue.json"])["blanks"] == []
    assert json.loads(files["layout.json"])["session"]["id"] is None


def test_numbers_are_written_as_in_the_contract() -> None:
    layout = printed_kit("nl").files["layout.json"].decode()
    assert '"size_mm": [\n  841,\n  594\n ]' in layout
    assert not re.search(r"\d\.0\b", layout)


def test_stickers_that_leave_no_room_for_twelve_are_told() -> None:
    words = default_words("nl")[:3]
    (note,) = [n for n in make_kit(KitSettings(sticker_mm=19), words, "nl").notes if "19 mm" in n.nl]
    assert "12" in note.en
    assert not [n for n in make_kit(KitSettings(sticker_mm=12), words, "nl").notes if "12 mm" in n.nl]


def test_words_that_look_alike_are_told_and_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = words_file(tmp_path, "Wijkteam\nWijkteams\nKoor\n")
    assert main(["kit", str(tmp_path / "kit"), "--words", str(words)]) == 0
    assert "'Wijkteams'" in capsys.readouterr().err
    assert len(open_catalogue(tmp_path / "kit" / "catalogue.json").catalogue.cards) == 3


def test_settings_from_a_file_with_words_beside_it(tmp_path: Path) -> None:
    words_file(tmp_path)
    settings = 'language = "en"\nwords = "woorden.txt"\ntables = 3\n[session]\nname = "Oost"\ndate = 2026-11-24\n'
    config = words_file(tmp_path, settings, "kit.toml")
    assert main(["kit", str(tmp_path / "kit"), "--config", str(config), "--tables", "2"]) == 0
    layout = open_layout(tmp_path / "kit" / "layout.json").layout
    assert layout.session is not None
    assert (layout.session.tables, layout.session.date) == (2, "2026-11-24")
    assert layout.session.id is not None
    assert len(open_catalogue(tmp_path / "kit" / "catalogue.json").catalogue.cards) == 3


# --- what cannot be made ----------------------------------------------------------------------------------------------


def broken_workbook(folder: Path) -> list[str]:
    (folder / "w.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    return ["--words", str(folder / "w.xlsx")]


def strange_column(folder: Path) -> list[str]:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["woord", "soort"])
    book.active.append(["Buurthuis", "ingrediënt"])
    book.save(folder / "w.xlsx")
    return ["--words", str(folder / "w.xlsx")]


def too_many(folder: Path) -> list[str]:
    words = words_file(folder, "\n".join(f"Buurthuis {n} in de wijk" for n in range(700)))
    config = words_file(folder, 'card_dictionary = "DICT_4X4_250"\n', "kit.toml")
    return ["--words", str(words), "--config", str(config)]


def too_long(folder: Path) -> list[str]:
    return ["--words", str(words_file(folder, "Koor\nArbeidsongeschiktheidsverzekeringsmaatschappijvoorzitterskandidatenlijst\n"))]


# what is asked for, and what the message names: the thing, and the cure
REFUSED = {
    "workbook": (broken_workbook, ("w.xlsx", ".xlsx")),
    "column": (strange_column, ("'woord'", "tekst")),
    "empty list": (lambda f: ["--words", str(words_file(f, "\n \n"))], ("woorden.txt", "leeg")),
    "headings only": (lambda f: ["--words", str(words_file(f, "# bedoelingen\n"))], ("geen woorden", "minstens één")),
    "no such file": (lambda f: ["--words", str(f / "weg.csv")], ("weg.csv", "bestaat niet")),
    "too many cards": (too_many, ("720 kaartjes", "250", "DICT_")),
    "too long a word": (too_long, ("regel 2", "24 punt")),
    "emoji": (lambda f: ["--words", str(words_file(f, "Koor 🎵\n"))], ("regel 1", "🎵")),
    "emoji in a name": (lambda _: ["--session", "Oost 🎵"], ("session.name", "🎵")),
    "no tables": (lambda f: ["--tables", "0"], ("--tables", "van 1 tot en met 100")),
    "stickers": (lambda f: ["--sticker-mm", "nan"], ("--sticker-mm", "van 5 tot en met 30")),
    "date": (lambda f: ["--date", "24-11-2026"], ("24-11-2026", "2026-11-24")),
    "setting": (lambda f: ["--config", str(words_file(f, "tafels = 3\n", "kit.toml"))], ("tafels", "'tables'")),
}


@pytest.mark.parametrize(("asked", "named"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_printed_is_refused_with_the_cure_and_nothing_is_written(
        asked: object, named: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert callable(asked)
    arguments = asked(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert main(["kit", str(tmp_path / "kit"), *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert [word for word in named if word not in said.err] == []
    assert sorted(tmp_path.iterdir()) == before
    assert main(["kit", str(tmp_path / "kit"), *arguments, "--lang", "en"]) == 2
    assert capsys.readouterr().err != said.err


# --- where it is written ----------------------------------------------------------------------------------------------

FILES = {"layout.json": b"{}", "poster.pdf": b"%PDF"}


def test_a_kit_that_is_there_is_replaced_only_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "kit"
    write_kit(folder, FILES)
    assert main(["kit", str(folder)]) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert (folder / "layout.json").read_bytes() == b"{}"
    words = words_file(tmp_path)
    assert main(["kit", str(folder), "--overwrite", "--words", str(words)]) == 0
    assert len(open_catalogue(folder / "catalogue.json").catalogue.cards) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kit", "woorden.txt"]


def test_files_of_somebody_else_are_never_touched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "vakantie.jpg").write_bytes(b"strand")
    assert main(["kit", str(tmp_path), "--overwrite"]) == 2
    assert "vakantie.jpg" in capsys.readouterr().err
    assert (tmp_path / "vakantie.jpg").read_bytes() == b"strand"


def test_an_empty_folder_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "kit").mkdir()
    write_kit(tmp_path / "kit", FILES)
    assert sorted(p.name for p in (tmp_path / "kit").iterdir()) == sorted(FILES)
    write_kit(tmp_path / "a" / "b" / "kit", FILES)
    assert (tmp_path / "a" / "b" / "kit" / "poster.pdf").is_file()


def test_the_folder_one_stands_in_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    """Replacing it would leave the shell in a folder that is gone."""
    monkeypatch.chdir(tmp_path)
    for named in (".", str(tmp_path)):
        assert main(["kit", named]) == 2
        assert "posterscan kit kit" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kit").write_text("x", encoding="utf-8")
    assert main(["kit", str(tmp_path / "kit")]) == 2
    assert "geen map" in capsys.readouterr().err
    assert main(["kit", str(tmp_path / "kit" / "binnen")]) == 2
    assert "kan niet" in capsys.readouterr().err
    assert (tmp_path / "kit").read_text("utf-8") == "x"


def test_a_full_disk_leaves_the_old_kit_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "kit"
    write_kit(folder, FILES)
    calls = iter(range(100))

    def full(_: int) -> None:
        if next(calls) == 1:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KitError, match="No space left"):
        write_kit(folder, {"layout.json": b"new", "poster.pdf": b"new"}, overwrite=True)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == FILES
    assert [p.name for p in tmp_path.iterdir()] == ["kit"]


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can give up its rights")
@pytest.mark.parametrize("mode", [0o755, 0o700], ids=["not writable", "not even to be looked into"])
def test_a_folder_that_may_not_be_written_to(mode: int, tmp_path: Path) -> None:
    for parent in tmp_path.parents[:3]:
        if parent.name.startswith("pytest"):
            parent.chmod(0o755)
    tmp_path.chmod(mode)
    attempt = (f"import os, shutil, tempfile\nfrom pathlib import Path\nfrom posterscan.kit.write import write_kit\n"
               f"os.setgid(65534); os.setuid(65534)\nwrite_kit(Path({str(tmp_path / 'kit')!r}), {FILES!r})")
    run = subprocess.run([sys.executable, "-c", attempt], capture_output=True, text=True, check=False)
    assert "Choose a folder that you may write to" in run.stderr.splitlines()[-1]
    assert "Permission denied" in run.stderr
    assert list(tmp_path.iterdir()) == []


SLOWLY = """
import os, sys, time
from pathlib import Path
from posterscan.kit.write import write_kit
real = os.fsync
os.fsync = lambda number: (print("written", flush=True), time.sleep(0.2), real(number))
write_kit(Path(sys.argv[1]), {name: name.encode() for name in ("layout.json", "catalogue.json", "poster.png", "poster.pdf")},
          overwrite=True)
print("done", flush=True)
"""


@pytest.mark.parametrize("there", [False, True], ids=["new", "replacing"])
@pytest.mark.parametrize("files", [1, 2, 4])
def test_a_process_killed_while_it_writes_leaves_no_half_written_kit(files: int, there: bool, tmp_path: Path) -> None:
    folder = tmp_path / "kit"
    if there:
        write_kit(folder, FILES)
    with subprocess.Popen([sys.executable, "-c", SLOWLY, str(folder)], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert [run.stdout.readline().strip() for _ in range(files)] == ["written"] * files
        run.send_signal(signal.SIGKILL)
    assert run.returncode == -signal.SIGKILL
    assert ({p.name: p.read_bytes() for p in folder.iterdir()} if folder.exists() else {}) == (FILES if there else {})


def test_the_session_is_printed_under_the_table_and_in_the_title() -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(printed_kit("nl").files["poster.pdf"])
    assert document.get_metadata_value("Title") == SESSION.name
    for number, page in enumerate(document, 1):
        said = page.get_textpage().get_text_bounded()
        assert f"Tafel {number}" in said
        assert "Café De Brug, 24 november 2026" in said
