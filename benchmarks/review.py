"""How fast the review page is: 100 tables of 40 cards with pictures of real size, in Chromium.

    .venv/bin/python benchmarks/review.py [--tables 100]
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from playwright.sync_api import Page

from review_browser import chromium, write_page
from review_pages import SIZE_MM, doubted, drawn, sticker, table_data, true_card, write_folder

PX_PER_MM = 4  # as `scan` rectifies
# When the page was ready, and from each key to the end of the frame that shows what it did.
PROBE = """
window.frames_ms = [];
new MutationObserver(() => { if (document.body?.dataset.ready === "true") window.ready_ms ??= performance.now(); })
  .observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-ready"] });
addEventListener("keydown", (event) => requestAnimationFrame(() => {
  const after = new MessageChannel();
  after.port1.onmessage = () => window.frames_ms.push(performance.now() - event.timeStamp);
  after.port2.postMessage(0);
}), true);
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=100)
    parser.add_argument("--cards", type=int, default=40)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="posterscan-review-") as folder:
        url = make(Path(folder), arguments.tables, arguments.cards)
        content = (Path(folder) / "review.html").read_bytes()
        pictures_mb = sum(path.stat().st_size for path in Path(folder).rglob("*.jpg")) / 1e6
        own = len(re.sub(rb'(?s)(<script type="application/json" id="data">).*?</script>', rb"\1</script>", content))
        print(f"{arguments.tables} tables of {arguments.cards} cards; pictures {pictures_mb:.0f} MB, "
              f"page {len(content) / 1e6:.1f} MB\n")
        print_table([("page without pictures and data", own / 1e3, "KB", 300), *measure(url)])


def make(folder: Path, tables: int, cards: int) -> str:
    """Six cards of each table are doubtful, ten have stickers."""
    noise = np.random.default_rng(1).normal(0, 6, (round(SIZE_MM[1] * PX_PER_MM), round(SIZE_MM[0] * PX_PER_MM), 1))
    one = [with_stickers(true_card(n)) if n % 4 == 0 else true_card(n) for n in range(cards)]
    for number in range(0, cards, max(1, cards // 6)):
        one[number] = doubted(one[number], "text-uncertain", 0.3)
        one[number]["text"] |= {"readings": [{"engine": "a", "text": f"lezing {k}", "confidence": 0.3} for k in range(6)]}
    photo = np.clip(np.asarray(drawn(table_data(cards=one), PX_PER_MM)) + noise, 0, 255).astype(np.uint8)
    picture = Image.fromarray(photo)
    write_folder(folder, [table_data(f"tafel-{n:03}", one) for n in range(tables)], pictures=lambda _: picture)
    return write_page(folder)


def with_stickers(card: dict[str, Any]) -> dict[str, Any]:
    x, y = card["center_mm"]
    items = [sticker(x - 20 + 12 * k, y + 10) for k in range(4)]
    return card | {"stickers": {"count": 4, "confidence": 0.95, "items": items}}


def measure(url: str) -> list[tuple[str, float, str, float]]:
    with chromium() as browser:
        before = renderers_mb()
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.add_init_script(PROBE)
        page.goto(url)
        page.wait_for_selector("body[data-ready=true]")
        ready_s = page.evaluate("window.ready_ms") / 1e3
        page.wait_for_function("() => document.querySelector('#picture').naturalWidth > 0")
        steps = pressed(page, "n", 100)
        right = pressed(page, "Enter", 200)
        tools = page.context.new_cdp_session(page)
        tools.send("Performance.enable")
        metrics = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
        rows = [("ready after", ready_s, "s", 2.0), ("memory of the renderers", renderers_mb() - before, "MB", 300),
                ("JavaScript heap", metrics["JSHeapUsedSize"] / 1e6, "MB", 300)]
        for name, times in (("next card", steps), ("right, and on (tables too)", right)):
            rows += [(f"{name}, {what}", float(value), "ms", 50) for what, value in (
                ("p50", np.percentile(times, 50)), ("p95", np.percentile(times, 95)), ("max", max(times)))]
        return rows


def pressed(page: Page, key: str, count: int) -> list[float]:
    """Milliseconds from each press to the frame that shows it."""
    page.evaluate("window.frames_ms = []")
    for number in range(count):
        page.keyboard.press(key)
        page.wait_for_function("(n) => window.frames_ms.length > n", arg=number)
    times: list[float] = page.evaluate("window.frames_ms")
    return times


def renderers_mb() -> float:
    """Memory that only the renderers below this process use: not the browser's code, which all of its processes share."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if "--type=renderer" in process.cmdline():
                found.append(process.memory_full_info().uss)
        except psutil.Error:  # gone meanwhile
            continue
    return sum(found) / 1e6


def print_table(rows: list[tuple[str, float, str, float]]) -> None:
    print(f"{'':34} {'measured':>10} {'target':>8}")
    for name, value, unit, target in rows:
        print(f"{name:34} {value:>7.{0 if value >= 100 else 1 if value >= 3 else 2}f} {unit:<2} {target:>5g} {unit:<2}"
              f"{'' if value <= target else '  over'}")


if __name__ == "__main__":
    main()
