"""A kit's files into a folder: all of them or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from posterscan.errors import KitError
from posterscan.kit.names import KIT_FILES
from posterscan.messages import Message


def check_folder(folder: Path, *, overwrite: bool) -> None:
    """Whether a kit may be written here, asked before any work is done; KitError names what is in the way."""
    try:
        there = sorted(entry.name for entry in folder.iterdir())
    except FileNotFoundError:
        there = []
    except OSError as error:
        if not (isinstance(error, NotADirectoryError) and folder.is_file()):
            raise _cannot_write(folder, error) from error
        raise KitError(Message(f"{folder} is een bestand, geen map.", f"{folder} is a file, not a folder."),
                       Message("Kies een andere naam voor de map.", "Choose another name for the folder.")) from None
    if folder.resolve() == Path.cwd().resolve():
        raise KitError(Message("Een kit komt als geheel op zijn plaats; dat kan niet in de map waarin u nu staat.",
                               "A kit is put in place as a whole, which cannot be done to the folder you are in."),
                       Message("Noem een nieuwe map, bijvoorbeeld: posterscan kit kit.",
                               "Name a new folder, as in: posterscan kit kit."))
    foreign = [name for name in there if name not in KIT_FILES]
    if foreign:
        raise KitError(
            Message(f"In {folder} staan al andere bestanden: {_some(foreign)}.", f"{folder} holds other files: {_some(foreign)}."),
            Message("Kies een nieuwe map; in deze wordt niets veranderd.", "Choose a new folder; nothing is changed in this one."))
    if there and not overwrite:
        raise KitError(
            Message(f"In {folder} staat al een kit ({_some(there)}).", f"{folder} holds a kit already ({_some(there)})."),
            Message("Kies een nieuwe map, of vervang deze kit met --overwrite.",
                    "Choose a new folder, or replace this kit with --overwrite."))


def write_kit(folder: Path, files: Mapping[str, bytes], *, overwrite: bool = False) -> None:
    """Writes the files beside their place and moves the whole folder there; KitError where that can't be done."""
    folder = folder.absolute()
    check_folder(folder, overwrite=overwrite)
    part = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
        new = part / "new"
        new.mkdir()
        for name, content in files.items():
            with (new / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        _swap(new, folder, part / "old")
    except OSError as error:
        raise _cannot_write(folder, error) from error
    finally:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)


def _cannot_write(folder: Path, error: OSError) -> KitError:
    why = error.strerror or str(error)
    return KitError(Message(f"De kit kan niet in {folder} worden geschreven ({why}).",
                            f"The kit cannot be written to {folder} ({why})."),
                    Message("Kies een map waarin u mag schrijven en waar ruimte is.",
                            "Choose a folder that you may write to and that has room."))


def _swap(new: Path, folder: Path, old: Path) -> None:
    """Puts the new folder in the place of the old one; the old one comes back if that fails."""
    if not folder.exists():
        new.rename(folder)
        return
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise


def _some(names: list[str], most: int = 3) -> str:
    return ", ".join(names[:most]) + (f" (+{len(names) - most})" if len(names) > most else "")
