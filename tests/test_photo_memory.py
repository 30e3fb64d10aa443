"""Decoding stays within the memory that photo.py states."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from conftest import ROOT

PEAK = """
import sys
from pathlib import Path
import cv2, PIL.Image
from posterscan.photo import load_photo
cv2.setNumThreads(1)
def peak_kb():
    return int(next(l for l in open("/proc/self/status") if l.startswith("VmHWM")).split()[1])
before = peak_kb()
photo = load_photo(Path(sys.argv[1]))
print(peak_kb() - before, photo.rgb.shape[0] * photo.rgb.shape[1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="peak memory is read from /proc")
@pytest.mark.parametrize(("name", "width", "height", "kept", "bytes_a_pixel"), [
    ("a.jpg", 4000, 3000, 12_000_000, 7), ("halved.jpg", 9000, 6800, 15_300_000, 7),
    ("a.png", 4000, 3000, 12_000_000, 9), ("a.webp", 4000, 3000, 12_000_000, 17)])
def test_peak_memory(tmp_path: Path, name: str, width: int, height: int, kept: int, bytes_a_pixel: float) -> None:
    tile = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 255, (200, 500, 3), dtype=np.uint8), (0, 0), 3)
    exif = Image.Exif()
    exif[0x0112] = 6
    rgb = np.tile(tile, (height // 200, width // 500, 1))
    Image.fromarray(rgb).save(tmp_path / name, exif=exif, quality=80)
    done = subprocess.run([sys.executable, "-c", PEAK, str(tmp_path / name)], capture_output=True, check=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, timeout=120)
    peak_kb, pixels = map(int, done.stdout.split())
    assert pixels == kept
    assert peak_kb * 1024 <= bytes_a_pixel * kept + (tmp_path / name).stat().st_size + (4 << 20)  # 4 MB: lazy imports
