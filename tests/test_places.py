"""Folders and other places are used alike: whole files, safe names, and failures that say what to do."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem
from hypothesis import given
from hypothesis import strategies as st

from posterscan.errors import UsageError
from posterscan.places import FolderPlace, Place, UrlPlace, open_place, safe_name, shown_url

NAMES = ["a.json", "oost/foto van Café Ü's #1 100%.jpg", "oost/b/c.txt", "zuid.bin"]


@pytest.fixture(params=["folder", "memory", "fsspec-file"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        return FolderPlace(tmp_path / "uit")
    if request.param == "memory":
        return open_place(f"memory://{uuid.uuid4().hex}/uit")
    return UrlPlace(LocalFileSystem(), str(tmp_path / "uit"))


def test_what_is_written_is_found_and_read_again(place: Place) -> None:
    assert list(place.files()) == []
    for name in NAMES:
        assert not place.exists(name)
        place.write(name, name.encode())
        assert place.exists(name)
        assert place.read(name) == name.encode()
    assert [entry.name for entry in place.files()] == sorted(NAMES)
    assert [entry.size for entry in place.files()] == [len(name.encode()) for name in sorted(NAMES)]


def test_files_of_one_folder_keep_their_whole_names(place: Place) -> None:
    for name in [*NAMES, "oost-oost/d.txt"]:
        place.write(name, b"")
    assert [entry.name for entry in place.files("oost")] == sorted(name for name in NAMES if name.startswith("oost/"))
    assert list(place.files("oost/")) == list(place.files("oost"))
    assert list(place.files("nergens")) == []


def test_writing_again_replaces(place: Place) -> None:
    place.write("a/b.txt", b"oud en lang")
    place.write("a/b.txt", b"nieuw")
    assert place.read("a/b.txt") == b"nieuw"
    assert [entry.name for entry in place.files()] == ["a/b.txt"]


def test_a_file_of_any_size_is_put_and_stays(place: Place, tmp_path: Path) -> None:
    source = tmp_path / "bron.bin"
    source.write_bytes(bytes(range(256)) * 1000)
    place.put("x/doel.bin", source)
    place.put("x/doel.bin", source)
    assert place.read("x/doel.bin") == source.read_bytes()
    assert [entry.name for entry in place.files()] == ["x/doel.bin"]


def test_removing_twice_is_no_error(place: Place) -> None:
    place.write("a/b.txt", b"x")
    place.remove("a/b.txt")
    place.remove("a/b.txt")
    place.remove("nooit/geweest")
    assert not place.exists("a/b.txt")


def test_a_missing_file_is_told_as_such(place: Place) -> None:
    place.write("map/b.txt", b"x")
    for name in ("c.txt", "nergens/c.txt", "map/b.txt/c"):
        with pytest.raises(FileNotFoundError):
            place.read(name)
        assert not place.exists(name)
    assert not place.exists("map")


@pytest.mark.parametrize("name", ["", "..", "../a", "a/../../b", "/etc/passwd", "\\\\server\\a", "a\\..\\..\\b", "C:\\a", "c:/a",
                                  "a\0b", "./a", "\ud800"])
def test_names_that_leave_are_refused(place: Place, name: str) -> None:
    for use in (place.read, place.exists, place.remove, lambda n: place.write(n, b"x")):
        with pytest.raises(UsageError):
            use(name)


@given(st.text(st.characters(exclude_categories=[])))
def test_no_name_leaves_the_folder(name: str) -> None:
    try:
        path = Path("/een/map", safe_name(name))
    except UsageError:
        return
    assert Path(os.path.normpath(path)).is_relative_to("/een/map")


def test_the_url_opens_the_same_place(place: Place) -> None:
    place.write("a.txt", b"hier")
    assert open_place(place.url).read("a.txt") == b"hier"


def test_only_folders_are_on_this_computer(tmp_path: Path) -> None:
    assert FolderPlace(tmp_path).local("a/b.txt") == tmp_path / "a" / "b.txt"
    assert FolderPlace(tmp_path).local("") == tmp_path
    assert open_place("memory://x").local("a/b.txt") is None


def test_plain_paths_and_file_urls_are_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "met spatie").mkdir()
    (tmp_path / "100%25").mkdir()
    for text, path in {"uit": "uit", str(tmp_path): "", f"file://{tmp_path}/met%20spatie": "met spatie", "C:\\x": "C:\\x",
                       f"FILE://localhost{tmp_path}/x": "x", f"file://{tmp_path}/100%25": "100%25", "a:b": "a:b"}.items():
        place = open_place(text)
        assert isinstance(place, FolderPlace)
        assert place.local("") == tmp_path / path


@pytest.mark.parametrize("text", ["", "a\0b", "file://server/map", "file://"])
def test_what_names_no_folder_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        open_place(text)


@pytest.mark.parametrize(("text", "words"), [
    ("gs://emmer/map", "pip install gcsfs"), ("smb://server/map", "pip install smbprotocol"), ("bestaatniet://x", "s3://")])
def test_urls_that_cannot_be_opened_say_what_to_do(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_place(text)
    assert words in caught.value.remedy.nl


def test_without_fsspec_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(UsageError) as caught:
        open_place("s3://gebruiker:geheim@emmer/map")
    assert caught.value.remedy.en == "Run: pip install 'posterscan[cluster]'"
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(("url", "shown"), [
    ("sftp://jan:geheim@server/map", "sftp://server/map"), ("abfs://vat@rekening/map?sig=abc", "abfs://rekening/map"),
    ("s3://emmer", "s3://emmer"), ("/home/a@b?c", "/home/a@b?c")])
def test_passwords_are_not_shown(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_links_that_go_round_end_and_linked_folders_are_looked_into(tmp_path: Path) -> None:
    photos, card = tmp_path / "fotos", tmp_path / "kaart"
    (photos / "b").mkdir(parents=True)
    card.mkdir()
    (card / "1.jpg").write_bytes(b"12")
    (photos / "b" / "2.jpg").write_bytes(b"1")
    try:
        (photos / "a").symlink_to(photos / "b")  # twice the same: by its own name
        (photos / "b" / "rond").symlink_to(photos)
        (photos / "omhoog").symlink_to(tmp_path)  # the folder that this one lies in
        (photos / "kaart").symlink_to(card)
        (photos / "3.jpg").symlink_to(card / "1.jpg")
        (photos / "weg.jpg").symlink_to(card / "weg.jpg")
    except OSError:
        pytest.skip("no links here")
    assert [(entry.name, entry.size) for entry in FolderPlace(photos).files()] == [("3.jpg", 2), ("b/2.jpg", 1), ("kaart/1.jpg", 2)]


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode elsewhere")
def test_names_that_are_no_text_are_found_and_read(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"foto-\xff.jpg")).write_bytes(b"x")
    place = FolderPlace(tmp_path)
    assert [place.read(entry.name) for entry in place.files()] == [b"x"]


def test_half_written_files_are_none(place: Place, tmp_path: Path) -> None:
    place.write("map/.posterscan-0a.tmp", b"half")
    place.write("map/.posterscan-0a.tmp.jpg", b"x")
    assert [entry.name for entry in place.files()] == ["map/.posterscan-0a.tmp.jpg"]


def _refuses(number: int, why: str) -> Callable[..., Any]:
    def refuse(*_: object, **__: object) -> Any:
        raise OSError(number, why)

    return refuse


def test_a_folder_that_is_read_only_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = FolderPlace(tmp_path)
    place.write("a.txt", b"oud")
    monkeypatch.setattr("tempfile.mkstemp", _refuses(30, "Read-only file system"))
    monkeypatch.setattr("shutil.copyfile", _refuses(30, "Read-only file system"))
    monkeypatch.setattr(Path, "unlink", _refuses(30, "Read-only file system"))
    for use in (lambda: place.write("a.txt", b"nieuw"), lambda: place.remove("a.txt")):
        with pytest.raises(UsageError) as caught:
            use()
        assert "Read-only file system" in caught.value.problem.nl
        assert "--out" in caught.value.remedy.nl
    assert place.read("a.txt") == b"oud"


def test_a_full_disk_leaves_the_old_file(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write("a.txt", b"oud")
    source = tmp_path / "bron"
    source.write_bytes(b"nieuw")
    full = _refuses(28, "No space left on device")
    monkeypatch.setattr("os.fsync", full)
    monkeypatch.setattr(LocalFileSystem, "mv", full)
    monkeypatch.setattr(MemoryFileSystem, "pipe_file", full)
    monkeypatch.setattr(MemoryFileSystem, "put_file", full)
    for use in (lambda: place.write("a.txt", b"nieuw"), lambda: place.put("a.txt", source)):
        with pytest.raises(UsageError) as caught:
            use()
        assert "No space left" in caught.value.problem.en
        assert "a.txt" in caught.value.problem.en
    assert [(entry.name, entry.size) for entry in place.files()] == [("a.txt", 3)]


def test_a_file_in_the_way_of_a_folder_is_told(place: Place) -> None:
    place.write("a", b"x")
    with pytest.raises(UsageError):
        place.write("a/b.txt", b"y")
    place.remove("a/b.txt")
    assert place.read("a") == b"x"


def test_a_folder_that_cannot_be_looked_into_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "a.jpg").write_bytes(b"")
    real = os.scandir

    def scandir(path: str) -> Any:
        if path == str(tmp_path):
            return real(path)
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("os.scandir", scandir)
    assert [entry.name for entry in FolderPlace(tmp_path).files()] == ["a.jpg"]
    (tmp_path / "tafel 3").mkdir()
    with pytest.raises(UsageError, match="tafel 3"):
        FolderPlace(tmp_path).files()


class NoReplacing(LocalFileSystem):  # type: ignore[misc]
    """Renames as some servers do: never onto a file that is there."""

    cachable = False
    broken = False

    def mv(self, path1: str, path2: str, **_: object) -> None:
        if Path(path2).exists() or (self.broken and path2.endswith("a.txt") and "old" not in path1):
            raise FileExistsError(17, "File exists", path2)
        Path(path1).rename(path2)


def test_servers_that_do_not_replace(tmp_path: Path) -> None:
    fs = NoReplacing()
    place = UrlPlace(fs, str(tmp_path))
    place.write("a.txt", b"oud")
    place.write("a.txt", b"nieuw")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    fs.broken = True
    with pytest.raises(UsageError):
        place.write("a.txt", b"nieuwer")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.txt", b"nieuw")]


class NoCredentialsError(Exception):
    """Named as the one of a store's library."""


@pytest.mark.parametrize(("error", "remedy"), [
    (NoCredentialsError("Unable to locate credentials"), "sleutel"), (PermissionError(13, "Access Denied"), "rechten"),
    (ConnectionRefusedError(111, "refused"), "verbinding"), (TimeoutError(), "verbinding"), (RuntimeError("iets anders"), "mag")])
def test_trouble_of_other_libraries_becomes_a_remedy(error: Exception, remedy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = open_place("memory://emmer/map")

    def fail(*_: object, **__: object) -> Any:
        raise error

    for method in ("cat_file", "find", "info", "rm_file"):
        monkeypatch.setattr(MemoryFileSystem, method, fail)
    for use in (lambda: place.read("a.txt"), place.files, lambda: place.exists("a.txt")):
        with pytest.raises(UsageError) as caught:
            use()
        assert remedy in caught.value.remedy.nl
        assert "memory://emmer/map" in caught.value.problem.nl


def test_folders_that_fsspec_cannot_list_are_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    place = UrlPlace(LocalFileSystem(), str(tmp_path))
    real = LocalFileSystem.ls

    def ls(self: LocalFileSystem, path: str, **kwargs: object) -> Any:
        if path.endswith("/a"):
            raise PermissionError(13, "Permission denied", path)
        return real(self, path, **kwargs)

    monkeypatch.setattr(LocalFileSystem, "ls", ls)
    with pytest.raises(UsageError):
        place.files()


def test_files_of_other_workers_are_seen() -> None:
    url = f"memory://{uuid.uuid4().hex}"
    mine = open_place(url)
    assert list(mine.files()) == []
    fsspec.filesystem("memory").pipe_file(f"{url.removeprefix('memory:/')}/b.txt", b"x")
    assert [entry.name for entry in mine.files()] == ["b.txt"]
    assert mine.exists("b.txt")
