"""A file is there whole or as it was before."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from posterscan.errors import UsageError
from posterscan.messages import Message


def write_atomically(path: Path, content: bytes) -> None:
    """The file is there whole or, after a crash or a full disk, as it was before; UsageError says why it can't be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".posterscan-", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o666 & ~_umask())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(Message(f"{path} kan niet worden geschreven ({why}).", f"{path} cannot be written ({why})."),
                         Message("Kies met --out een map waarin u mag schrijven en waar ruimte is.",
                                 "Choose with --out a folder that you may write to and that has room.")) from error


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now
