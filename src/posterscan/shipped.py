"""Where the files are that come with posterscan: in the package, or in the checkout it runs from."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped_folder(name: str) -> Path | None:
    """The folder `samples` or `calibration`; None where it isn't there."""
    for folder in (_PACKAGE / "shipped" / name, _PACKAGE.parent.parent / name):
        if folder.is_dir():
            return folder
    return None


def kit_of(photo: Path) -> Path | None:
    """The folder with the layout.json that belongs to a photo, as samples and kits are laid out."""
    here = photo.resolve().parent
    for folder in (here, here / "kit", here.parent / "kit", here.parent):
        if (folder / "layout.json").is_file():
            return folder
    return None


def known_layouts() -> list[Path]:
    """Layouts of posters that come along, for a photo without its own."""
    found: list[Path] = []
    for name in ("calibration", "samples"):
        folder = shipped_folder(name)
        found += sorted(folder.glob("**/layout.json")) if folder is not None else []
    return found
