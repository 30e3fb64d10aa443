"""How exactly zones are drawn in the page, how large it is, and how quick with many zones, in Chromium.

    .venv/bin/python benchmarks/zones_page.py [--zones 12]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from PIL import Image
from playwright.sync_api import Browser

from posterscan.kit.poster_layout import SIZE_MM, SPHERES, outline_of, poster_layout
from posterscan.one_file_page import page_files
from review_browser import chromium
from zones_browser import Data, visiting, write_page

STEPS = 200  # key presses that each move a corner
PROBE = """
window.frames_ms = [];
addEventListener("keydown", (event) => requestAnimationFrame(() => {
  const after = new MessageChannel();
  after.port1.onmessage = () => window.frames_ms.push(performance.now() - event.timeStamp);
  after.port2.postMessage(0);
}), true);
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zones", type=int, default=12, help="drawn by clicks, of 3 to 8 corners each")
    arguments = parser.parse_args()
    own = sum(len(text.encode()) for name, text in page_files("posterscan.zones_page").items() if name.endswith((".js", ".css")))
    with tempfile.TemporaryDirectory(prefix="posterscan-zones-") as folder, chromium() as browser:
        whole, closer = (drawn_off_mm(Path(folder), browser, arguments.zones, wheel) for wheel in (0, -600))
        lost = round_trip(Path(folder), browser)
        frames = nudged_ms(Path(folder), browser)
    rows = [("script and style of its own", own / 1e3, "KB", 100.0),
            ("corner off where it was clicked, whole poster, most", float(whole.max()), "mm", 1.0),
            ("the same, closer by the wheel, most", float(closer.max()), "mm", 1.0),
            ("values changed by opening and saving a kit's layout", float(lost), "", 0.0),
            (f"a key that moves a corner, 6 zones of 120 corners, median of {STEPS}", float(np.median(frames)), "ms", 50.0),
            ("the same, 95 %", float(np.percentile(frames, 95)), "ms", 100.0)]
    print(f"| {'what':<72} | measured | target |\n| {'-' * 72} | -------: | -----: |")
    for name, value, unit, target in rows:
        print(f"| {name:<72} | {value:.2f} {unit} | {target:g} {unit} |")


def drawn_off_mm(folder: Path, browser: Browser, zones: int, wheel: int) -> NDArray[np.float64]:
    """(N,) how far each saved corner is from where somebody clicked, in the window of 1280 × 800."""
    Image.new("RGB", (1682, 1188), "white").save(folder / "poster.png")
    rng = np.random.default_rng(7)
    off = []
    with visiting(browser, write_page(folder / "poster.png", "A1")) as visit:
        visit.page.mouse.move(*visit.at(420, 297))
        if wheel:
            visit.page.mouse.wheel(0, wheel)
            visit.settle()
        for _ in range(zones):
            count = int(rng.integers(3, 9))
            angles = np.sort(rng.uniform(0, 0.8) + (np.arange(count) + rng.uniform(0.1, 0.5, count)) * 2 * np.pi / count)
            wanted = np.array([420.0, 297.0]) + rng.uniform(50, 80) * np.stack([np.cos(angles), np.sin(angles)], axis=1)
            visit.verb("draw.corners")
            visit.point(*[(float(x), float(y)) for x, y in wanted])
            visit.verb("finish")
            saved = np.array(visit.saved(anyhow=True)["zones"][-1]["polygon_mm"])
            off += list(np.linalg.norm(saved[:, None] - wanted[None], axis=2).min(axis=0))
            visit.press("Escape", "Escape")
    return np.array(off)


def kit_page(folder: Path) -> tuple[str, Data]:
    data = json.loads(poster_layout("nl").model_dump_json(by_alias=True))
    data["zones"] += [{"id": f"z{k}", "label": f"Z{k}", "kind": "sphere", "polygon_mm": outline_of(SPHERES[k])} for k in range(3)]
    Image.new("RGB", (1682, 1188), "white").save(folder / "poster.png")
    (folder / "layout.json").write_text(json.dumps(data), encoding="utf-8")
    return write_page(folder), json.loads(json.dumps(data))


def round_trip(folder: Path, browser: Browser) -> int:
    """How many fields of the file are others after nothing was done."""
    url, data = kit_page(folder)
    with visiting(browser, url, size_mm=SIZE_MM) as visit:
        saved = visit.saved(anyhow=True)
    return sum(saved.get(name) != data.get(name) for name in {*saved, *data})


def nudged_ms(folder: Path, browser: Browser) -> list[float]:
    """From each key press to the end of the frame that shows what it did."""
    url, _ = kit_page(folder)
    with visiting(browser, url) as visit:
        visit.page.evaluate(PROBE)
        visit.press("1", "m", "n")
        visit.page.evaluate("window.frames_ms.length = 0")
        for _ in range(STEPS // 2):
            visit.press("ArrowLeft", "ArrowRight")
        frames: list[float] = visit.page.evaluate("window.frames_ms")
    return frames


if __name__ == "__main__":
    main()
