"""The kits that a batch uses: kept in the output folder, so that every worker, here or elsewhere, reads the same one."""

from __future__ import annotations

import functools
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from posterscan.batch.other_kits import KitFacts, facts_of
from posterscan.catalogue import LoadedCatalogue, check_together, open_catalogue
from posterscan.kept_kits import KEPT, keep, kit_hash
from posterscan.kit.names import CATALOGUE, LAYOUT
from posterscan.layout import LoadedLayout, open_layout
from posterscan.places import Place, open_place


@dataclass(frozen=True)
class KitRef:
    """A kit in the output folder. folder: where it was found. sha256: of all its files. facts: what is asked of it unopened."""

    folder: str
    sha256: str
    facts: KitFacts


def keep_kit(layout: bytes, catalogue: bytes, artwork: tuple[str, bytes] | None, folder: str, out: Place | None) -> KitRef:
    """Checks a kit's files and puts them into the output folder (None: only checks); LayoutError and CatalogueError as ever."""
    files = {LAYOUT: layout, CATALOGUE: catalogue} | ({artwork[0]: artwork[1]} if artwork is not None else {})
    with tempfile.TemporaryDirectory(prefix="posterscan-kit-") as place:
        for name, content in files.items():
            (Path(place) / Path(name).name).write_bytes(content)
        loaded = _open(Path(place))
    sha256 = keep(out, files) if out is not None else kit_hash(files)
    return KitRef(folder, sha256, facts_of(loaded[0], loaded[1].catalogue.card_dictionary))


def artwork_of(layout: bytes) -> str | None:
    """The name of the artwork that a layout file names beside it; None where it names none or can't be read (told elsewhere)."""
    try:
        name = json.loads(layout).get("reference_image")
    except (ValueError, AttributeError):
        return None
    return name if isinstance(name, str) and name and "/" not in name and "\\" not in name else None


def _open(folder: Path) -> tuple[LoadedLayout, LoadedCatalogue]:
    layout, catalogue = open_layout(folder / LAYOUT), open_catalogue(folder / CATALOGUE)
    check_together(layout.layout, catalogue)
    return layout, catalogue


@functools.lru_cache(maxsize=4)  # a country's photos come session by session
def kept_kit(out_url: str, sha256: str) -> tuple[LoadedLayout, LoadedCatalogue]:
    """The kit in an output folder, opened once per process."""
    out, name = open_place(out_url), f"{KEPT}/{sha256[:16]}"
    folder = out.local(name)
    if folder is not None:
        return _open(folder)
    with tempfile.TemporaryDirectory(prefix="posterscan-kit-") as place:
        for entry in out.files(name):
            (Path(place) / Path(entry.name).name).write_bytes(out.read(entry.name))
        return _open(Path(place))
