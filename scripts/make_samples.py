"""Makes samples/ from photos with ground truth: the place taken out of the photos, the artwork no finer than it is looked at.

    python scripts/make_samples.py ../shared/photos easy-606-0000 normal-202-0000 hard-505-0000
    python scripts/make_samples.py PHOTOS NAME ... --kit KIT --out samples/own-kit        photos of our own kit
"""

from __future__ import annotations

import argparse
import json
import shutil
import struct
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
ARTWORK_PX_PER_MM = 4.0  # as fine as a 12 MP photo of an A1 sheet
KEPT_PX_PER_MM = 5.0  # no finer than scanning keeps it: left as it is
GPS = 0x8825  # the tag of the block that says where a photo was taken


def without_place(jpeg: bytes) -> bytes:
    """The same JPEG without the GPS block of its EXIF data; the picture's own data stays byte for byte."""
    at = 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        end = at + 2 + struct.unpack(">H", jpeg[at + 2:at + 4])[0]
        if jpeg[at + 1] == 0xE1 and jpeg[at + 4:at + 10] == b"Exif\0\0":
            exif = Image.Exif()
            exif.load(jpeg[at + 4:end])
            if GPS not in exif:
                return jpeg
            exif.get_ifd(0x8769)  # read now, or it would not be written again
            del exif[GPS]
            kept = exif.tobytes()
            return jpeg[:at] + b"\xff\xe1" + struct.pack(">H", len(kept) + 2) + kept + jpeg[end:]
        at = end
    return jpeg


def smaller_artwork(source: Path, target: Path, width_mm: float) -> None:
    """The poster at ARTWORK_PX_PER_MM, or as it is where it is small enough."""
    Image.MAX_IMAGE_PIXELS = None
    picture = Image.open(source).convert("RGB")
    if picture.width <= KEPT_PX_PER_MM * width_mm + 1:
        shutil.copyfile(source, target)
        return
    share = ARTWORK_PX_PER_MM * width_mm / picture.width
    picture = picture.resize((round(picture.width * share), round(picture.height * share)), Image.Resampling.BOX)
    picture.save(target, optimize=True)


def main() -> None:
    """Copies the named photos and the kit beside them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--kit", type=Path, help="folder of layout.json; by default kit in the folder of photos")
    parser.add_argument("--out", type=Path, default=ROOT / "samples")
    options = parser.parse_args()
    out, kit = options.out, options.kit or options.photos / "kit"
    for name in options.names:
        (out / name).mkdir(parents=True, exist_ok=True)
        (out / name / "photo.jpg").write_bytes(without_place((options.photos / name / "photo.jpg").read_bytes()))
        truth = json.loads((options.photos / name / "truth.json").read_text("utf-8"))
        (out / name / "truth.json").write_text(json.dumps(truth, ensure_ascii=False) + "\n", "utf-8")
    (out / "kit").mkdir(exist_ok=True)
    for name in ("layout.json", "catalogue.json"):
        shutil.copyfile(kit / name, out / "kit" / name)
    width_mm = json.loads((kit / "layout.json").read_text("utf-8"))["size_mm"][0]
    smaller_artwork(kit / "poster.png", out / "kit" / "poster.png", width_mm)


if __name__ == "__main__":
    main()
