"""The journal tells what went wrong and keeps to itself whose photos they are."""

from __future__ import annotations

import hashlib
import json
import re
import traceback
import unicodedata
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from posterscan.batch.journal import Journal
from posterscan.batch.scrub import Secrets, scrubbed, secrets_of
from posterscan.batch.traces import scrubbed_trace
from posterscan.errors import PhotoError, UsageError
from posterscan.photo import load_photo
from posterscan.places import FolderPlace, open_place
from posterscan.records import TableResult

NONE = Secrets()
SHA = "0123456789abcdef" * 4
PLACEHOLDER = re.compile(r"<(name|path|text|host|number)>")


def _noon() -> datetime:
    return datetime(2026, 5, 3, 12, tzinfo=UTC)


def _left(text: str) -> str:
    """What is told besides the placeholders, in small letters."""
    return PLACEHOLDER.sub("\0", text).lower()


def _in(folder: Path) -> str:
    (path,) = (folder / "journal").iterdir()
    return path.read_text(encoding="utf-8")


def test_a_run_is_told_line_by_line(tmp_path: Path) -> None:
    with Journal(FolderPlace(tmp_path), NONE, _noon) as journal:
        journal.started({"workers": 4, "language": "nl", "out": Path("/home/jan"), "force": False, "session": "Café Ü", "mm": 8.5,
                         "only": ("tafel 1", "x"), "none": None, "head": "kop"})
        journal.photo(SHA, "whole", {"decode": 0.5, "markers": 0.25}, 412.4)
        assert "photo 01234567 whole s=0.75 decode=0.50 markers=0.25 peak_mb=412\n" in _in(tmp_path)  # there at once
        journal.table("tafel-1", [SHA, "ff" * 32], "done", {"text": 1}, None)
        journal.event("worker-died", {"times": 2, "who": "Piet Jansen"})
        journal.finished({"tables": 1, "photos": 2})
    lines = _in(tmp_path).splitlines()
    assert re.fullmatch(r"20260503T120000Z-[0-9a-f]{6}\.log", Path(journal.name).name)
    assert all(line.startswith("2026-05-03T12:00:00Z ") for line in lines)
    assert "posterscan=" in lines[0]
    assert "onnxruntime=" in lines[0]
    assert lines[1].endswith("parameters workers=4 language=nl out=<path> force=False session=<text> mm=8.5 only=[<text>,x] "
                             "none=None head=kop")
    table = hashlib.sha256(b"tafel-1").hexdigest()[:8]
    assert lines[3].endswith(f"table {table} done photos=01234567,ffffffff s=1.00 text=1.00")
    assert "tafel" not in "\n".join(lines)
    assert lines[4].endswith("worker-died times=2 who=<text>")
    assert lines[5].endswith("finished tables=1 photos=2")


def test_failures_keep_where_and_lose_whose(tmp_path: Path) -> None:
    secrets = secrets_of(files=["oost/foto van Anneke.jpg"], folders=["/mnt/Wijk Oost"], texts=["Sociale basis Zuid"])
    with Journal(FolderPlace(tmp_path), secrets, _noon) as journal:
        try:
            load_photo(tmp_path / "foto van Anneke.jpg")
        except PhotoError as error:
            journal.failed(SHA, error)
        journal.failed("tafel Anneke", "took longer than 600 s")
    text = _in(tmp_path)
    assert "failed photo 01234567 photo-" in text
    assert re.search(r"^    posterscan/photo\.py:\d+ in \w+\n      raise ", text, re.MULTILINE)
    assert "PhotoError: " in text
    assert "took longer than 600 s" in text
    assert "anneke" not in text.lower()
    assert str(tmp_path) not in text


def test_a_place_that_cannot_append_gets_the_whole_log(monkeypatch: pytest.MonkeyPatch) -> None:
    place = open_place(f"memory://{uuid.uuid4().hex}")
    journal = Journal(place, NONE, _noon)
    assert place.read(journal.name) == b""
    journal.event("a")
    assert place.read(journal.name) == b""
    later = 1e9
    monkeypatch.setattr("posterscan.batch.journal.time.monotonic", lambda: later)
    journal.event("b")
    assert place.read(journal.name).count(b"\n") == 2
    journal.event("c")
    journal.close()
    journal.close()
    assert place.read(journal.name).count(b"\n") == 3


def test_a_log_that_cannot_be_opened_is_told_and_one_that_fails_later_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b"")
    with pytest.raises(UsageError, match="cannot be written"):
        Journal(FolderPlace(tmp_path), NONE)
    journal = Journal(FolderPlace(tmp_path / "uit"), NONE)
    journal.close()
    journal.event("a")
    journal.close()


def test_trouble_writing_to_a_place_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    place = open_place(f"memory://{uuid.uuid4().hex}")
    journal = Journal(place, NONE)
    journal.event("a")

    def lost(*_: object) -> None:
        raise UsageError("no network")

    monkeypatch.setattr(place, "write", lost)
    journal.close()


def test_lines_of_several_threads_stay_whole(tmp_path: Path) -> None:
    with Journal(FolderPlace(tmp_path), NONE, _noon) as journal, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda i: journal.photo(SHA, f"n{i}", {"decode": i}, 1), range(200)))
    lines = _in(tmp_path).splitlines()
    assert len(lines) == 200
    assert all(re.fullmatch(r"\S+ photo 01234567 n\d+ s=\S+ decode=\S+ peak_mb=1", line) for line in lines)


def test_a_run_that_breaks_off_says_by_what(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Journal(FolderPlace(tmp_path), NONE, _noon):
        raise KeyboardInterrupt
    assert _in(tmp_path).endswith("ended by KeyboardInterrupt\n")


def test_what_is_hidden_later_counts(tmp_path: Path) -> None:
    with Journal(FolderPlace(tmp_path), NONE, _noon) as journal:
        journal.hide(["vrijdag"])
        journal.hide(secrets_of(texts=["Zaterdag"]))
        journal.failed("t", "op vrijdag en zaterdag")
    assert "op <name> en <name>" in _in(tmp_path)


@pytest.mark.parametrize(("message", "left"), [
    ("/home/Jan de Vries/Foto's van 3 mei/tafel 1, Piet.jpg: 2 of 12 markers", "<path>: 2 of 12 markers"),
    ("cannot open '/mnt/x y/z.jpg' (/a/b c/d) now", "cannot open <text> (<path>) now"),
    ("~/Foto's/Café Ü.jpg is empty", "<path> is empty"),
    ("~jan/Foto's van Jan/x", "<path>"),
    (r"C:\Users\Jan de Vries\foto.jpg: gone", "<path>: gone"),
    (r"\\server\deel\Jan, Piet\a.heic", "<path>"),
    ("../Foto's van Jan/a.jpg is gone", "<path> is gone"),
    ("s3://emmer/Wijk Oost/a.jpg: no", "s3:<path>: no"),
    ("cannot reach sftp://jan:geheim@files.gemeente.nl:22/map, again", "cannot reach sftp:<path>, again"),
    ("cannot connect to 10.0.0.3:8786 or fe80::1:2:3:4", "cannot connect to <host> or <host>"),
    ("host files.gemeente.nl:8786 does not answer jan@gemeente.nl", "host <name> does not answer <text>"),
    ("read 'Buurthuis' and \"Koor 'De Zon'\", not 'ab'", "read <text> and <text>, not 'ab'"),
    ("value 'Kees' auto' is wrong", "value <text>"),
    ("text „Café “De Zón” is odd", "text <text> is odd"),
    ("half 'a quotation that was cut\noff", "half <text>"),
    ("b'Jan\\xc3' of bytes", "b<text> of bytes"),
    ("taken at 52.0907 5.12142 or 52° 5' 26.5\" N", "taken at <number> <number> or <number> N"),
    ("2 of 12 markers, 3.9 px, 1/2 done in 0.25 s at 10:30:00", "2 of 12 markers, 3.9 px, 1/2 done in 0.25 s at 10:30:00"),
    ("found in IMG_1.jpg: move back", "found in <name>: move back"),
    ("numpy.float64 has no x", "numpy.float64 has no x"),
])
def test_messages_lose_names_and_keep_the_rest(message: str, left: str) -> None:
    assert scrubbed(message, NONE) == left


KNOWN = {"name": "Tafel van Zoë.heic", "short": "jo", "folder": "Wijk Oost & West", "session": "Sociale Basis (mei)"}


@pytest.mark.parametrize("form", [
    str, str.upper, str.lower, repr, ascii, json.dumps, quote, lambda t: unicodedata.normalize("NFD", t),
    lambda t: unicodedata.normalize("NFC", t), lambda t: repr(t.encode()), lambda t: re.sub(r"[^\w.-]", "-", t)])
def test_what_is_known_is_found_in_every_form(form: Callable[[str], str]) -> None:
    secrets = secrets_of(files=[f"{KNOWN['folder']}/{KNOWN['name']}"], texts=[KNOWN["session"], KNOWN["short"]])
    for secret in KNOWN.values():
        out = secrets.cover(f"before {form(secret)} after")
        assert re.fullmatch("(?i)before (b?[\"'])?<name>(\\.heic)?[\"']? after", out), out


def test_short_secrets_are_words() -> None:
    assert secrets_of(texts=["jo"]).cover("Jo will join jo, jo's jo-jo") == "<name> will join <name>, <name>'s <name>-<name>"


def test_secrets_that_overlap_go_whole() -> None:
    assert Secrets(["abcdef", "defghi"]).cover("x abcdefghi abcdef.") == "x <name> <name>."


def test_the_computers_own_names_are_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.node", lambda: "laptop-jansen.gemeente")
    monkeypatch.setattr("getpass.getuser", lambda: "annekej")
    monkeypatch.setattr(Path, "home", lambda: Path("/gebruikers/anneke jansen"))
    text = "annekej on LAPTOP-JANSEN in anneke jansen"
    assert secrets_of().cover(text) == "<name> on <name> in <name>"


def test_no_user_and_no_home_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise KeyError("uid")

    monkeypatch.setattr("getpass.getuser", none)
    assert secrets_of().cover("text") == "text"


_WORDS = st.text(st.characters(exclude_categories=["Cc"], exclude_characters="<>"), min_size=4, max_size=12).filter(
    lambda t: re.search(r"[^\W_]", t) and t == t.strip())
_AROUND = st.text(st.characters(exclude_characters="<>"), max_size=20)


@given(st.lists(_WORDS, min_size=1, max_size=4), st.lists(_AROUND, min_size=5, max_size=5))
@example(["0000"], ["0", "0", "", "", ""])
@example(["İİİİ"], ["ı", "İ", "", "", ""])
def test_no_secret_survives_in_a_message(secrets: list[str], around: list[str]) -> None:
    text = around[0] + "".join(secret + more for secret, more in zip(secrets, around[1:], strict=False))
    left = _left(scrubbed(text, Secrets(secrets)))
    assert not [secret for secret in secrets if secret.lower() in left]


def _error(kind: type[Exception], folder: str, first: Exception) -> Exception:
    return ExceptionGroup(folder, [first, ValueError(folder)]) if kind is ExceptionGroup else kind(f"{folder}\n{folder}")


@given(st.lists(_WORDS, min_size=1, max_size=3), st.sampled_from([ValueError, UsageError, KeyError, OSError, ExceptionGroup]))
def test_no_secret_survives_in_a_real_traceback(secrets: list[str], kind: type[Exception]) -> None:
    folder = "/".join(s.replace("/", "x") for s in secrets)
    try:
        try:
            Path(f"/nergens/{folder}".replace("\0", "")).read_bytes()
        except OSError as error:
            raise _error(kind, folder, error) from error
    except Exception as error:
        text = "".join(traceback.format_exception(error))
    known = secrets_of(files=[folder])
    lines = scrubbed_trace(text, known)
    said = _left("\n".join(line for line in lines if " in " not in line and not line.startswith(("Traceback", "The above"))))
    for piece in folder.split("/"):
        if not re.search(re.escape(piece), "oserror: errno filenotfounderror [ 2] no such file or directory: valueerror keyerror "
                                           "usageerror exceptiongroup (2 sub-exceptions) posterscan.errors", re.IGNORECASE):
            assert piece.lower() not in said


def test_paths_of_errors_with_blanks_tildes_and_accents_go(tmp_path: Path) -> None:
    for name in ("Foto's van Zoë/tafel 1.jpg", "~/Mijn foto's/é.jpg", "a: b/c, d.jpg", "wijk (oost)/x"):
        for fail in (lambda n: (tmp_path / n).read_bytes(), lambda n: _raise(f"no {tmp_path / n}"), lambda n: _raise(f"~/{n}: no")):
            try:
                fail(name)
            except Exception as error:
                text = "\n".join(scrubbed_trace("".join(traceback.format_exception(error)), NONE))
            for piece in [*re.findall(r"\w{3,}", name), tmp_path.name]:
                assert piece not in text, text


def _raise(message: str) -> None:
    raise ValueError(message)


def test_what_was_read_does_not_come_out_of_a_validation_error() -> None:
    try:
        TableResult.model_validate({"table": ["Buurthuis De Zon"], "cards": [{"text": {"value": 3, "note": "Piet's kaartje"}}]})
    except ValidationError as error:
        lines = scrubbed_trace("".join(traceback.format_exception(error)), NONE)
    text = "\n".join(lines)
    assert "ValidationError" in text
    assert not [word for word in ("Buurthuis", "Zon", "Piet", "kaartje") if word in text]


TRACE = '''\
Traceback (most recent call last):
  File "/home/jan jansen/mijn map/src/posterscan/errors.py", line 1, in scan_photo
    """What can go wrong, each with its remedy and exit code (contract: 1 some photos failed, 2 unusable input)."""
  File "/opt/venv/lib/python3.11/site-packages/pydantic/main.py", line 999999, in model_validate
    secret = "Buurthuis"
    ^^^^^^^^
  File "/home/jan jansen/mijn_script.py", line 7, in <module>
    lees("foto van Jan.jpg")
  File "/home/jan/posterscan/geheim.py", line 8, in Jan Jansen
  File "C:\\Users\\jan\\lib\\site-packages\\numpy\\core.py", line 3, in dot
  [Previous line repeated 3 more times]
  File "/home/jan/foto Jan.jpg", line 2
ValueError: /home/jan/foto 1.jpg
tweede regel

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "<string>", line 1, in <module>
mijn.pakket.EigenFout
'''


def test_frames_are_told_by_their_package_or_bare_name() -> None:
    assert scrubbed_trace(TRACE, NONE) == [
        "Traceback (most recent call last):",
        "  posterscan/errors.py:1 in scan_photo",
        '    """What can go wrong, each with its remedy and exit code (contract: 1 some photos failed, 2 unusable input)."""',
        "  pydantic/main.py:999999 in model_validate",
        "  mijn_script.py:7 in <module>",
        "  geheim.py:8",
        "  numpy/core.py:3 in dot",
        "  [Previous line repeated 3 more times]",
        "  <name>:2",
        "ValueError: <path> / tweede regel",
        "The above exception was the direct cause of the following exception:",
        "Traceback (most recent call last):",
        "  <string>:1 in <module>",
        "mijn.pakket.EigenFout"]


def test_text_that_is_no_traceback_is_a_message() -> None:
    assert scrubbed_trace("Buurthuis", NONE) == ["Buurthuis"]  # nothing tells that this is no word of ours
    assert scrubbed_trace("TimeoutError: '/a/b' took long", NONE) == ["TimeoutError: <text> took long"]
    assert scrubbed_trace("", NONE) == []
    remote = f'RemoteTraceback: \n"""\n{TRACE}"""\n\n{TRACE}'
    assert not [line for line in scrubbed_trace(remote, NONE) if re.search(r"[Jj]an\b|home", line)]


def test_a_message_of_a_million_characters_is_cut() -> None:
    assert len(scrubbed("woord " * 200_000 + "geheim", Secrets(["geheim"]))) < 5000


@given(st.text(max_size=300))
def test_any_text_can_be_scrubbed(text: str) -> None:
    assert all("\n" not in line for line in scrubbed_trace(text, Secrets(["geheim"])))
