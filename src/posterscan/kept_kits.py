"""The kits that results were made with, kept beside them: a result names them by hash only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from posterscan.catalogue import Catalogue
from posterscan.kit.names import CATALOGUE, LAYOUT
from posterscan.layout import Layout
from posterscan.places import Place

KEPT = ".posterscan/kits"
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class KeptKits:
    """Layouts and catalogues by the SHA-256 of their files."""

    layouts: Mapping[str, Layout]
    catalogues: Mapping[str, Catalogue]


def keep(place: Place, files: Mapping[str, bytes]) -> str:
    """Puts a kit's files, by name, beside the results; the hash of them all, which their folder is named after."""
    digest = kit_hash(files)
    for name, content in files.items():
        if not place.exists(f"{KEPT}/{digest[:16]}/{name}"):
            place.write(f"{KEPT}/{digest[:16]}/{name}", content)
    return digest


def kit_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 of names and contents."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return digest.hexdigest()


def kept_kits(*places: tuple[Place, str]) -> KeptKits:
    """What lies in folders of places and below; files that are no layout or catalogue are passed over."""
    layouts: dict[str, Layout] = {}
    catalogues: dict[str, Catalogue] = {}
    for place, folder in places:
        for entry in place.files(folder):
            name = entry.name.rpartition("/")[2]
            if name == LAYOUT and (layout := _as(Layout, content := place.read(entry.name))) is not None:
                layouts[hashlib.sha256(content).hexdigest()] = layout
            elif name == CATALOGUE and (catalogue := _as(Catalogue, content := place.read(entry.name))) is not None:
                catalogues[hashlib.sha256(content).hexdigest()] = catalogue
    return KeptKits(layouts, catalogues)


def _as(model: type[M], content: bytes) -> M | None:
    try:
        return model.model_validate_json(content)
    except ValidationError:
        return None
