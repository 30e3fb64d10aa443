"""The page for zones in a real browser, as somebody uses it: clicks, fingers, keys and what is saved. See conftest.browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from posterscan.messages import Language
from posterscan.zones_page.page import PAGE, make_page
from posterscan.zones_page.source import open_source
from review_browser import BEFORE, LOCAL

Data = dict[str, Any]
PHONE: Data = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}


def write_page(path: Path, size: str | None = None, language: Language = "nl") -> str:
    """`posterscan calibrate zones` on a layout, folder or picture; the page's address."""
    source = open_source(path, size)
    (source.folder / PAGE).write_bytes(make_page(source, language))
    return (source.folder / PAGE).as_uri()


class Drawing:
    """One visitor. faults: whatever the browser complained of."""

    def __init__(self, browser: Browser, url: str, size_mm: tuple[float, float] = (841, 594), **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"} | options)
        self.context.set_default_timeout(5_000)
        self.context.add_init_script(BEFORE)
        self.size_mm = size_mm
        self.faults: list[str] = []
        self.requests: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.goto(url)
        self.ready()

    def ready(self) -> None:
        self.page.wait_for_selector("body[data-ready=true]")
        self.settle()

    def settle(self) -> None:
        """Two frames on: the poster fits its place again."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def reload(self) -> None:
        self.page.wait_for_timeout(200)
        self.page.reload()
        self.ready()

    def verb(self, verb: str) -> None:
        self.page.click(f'[data-verb="{verb}"] >> nth=0')
        self.settle()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def at(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        """Where a point of the sheet is on the screen."""
        box = self.page.locator("#drawing").bounding_box()
        assert box is not None
        return box["x"] + x_mm * box["width"] / self.size_mm[0], box["y"] + y_mm * box["height"] / self.size_mm[1]

    def point(self, *points_mm: tuple[float, float]) -> None:
        for point in points_mm:
            self.page.mouse.click(*self.at(*point))

    def tap(self, *points_mm: tuple[float, float]) -> None:
        for point in points_mm:
            self.page.touchscreen.tap(*self.at(*point))

    def drag(self, start_mm: tuple[float, float], end_mm: tuple[float, float]) -> None:
        start, end = self.at(*start_mm), self.at(*end_mm)
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=4)
        self.page.mouse.up()
        self.settle()

    def name(self, text: str, kind: str | None = None) -> None:
        """Names the chosen zone."""
        self.page.fill("#label", text)
        self.page.keyboard.press("Enter")
        if kind:
            self.page.check(f'input[name=kind][value="{kind}"]')

    def saved(self, anyhow: bool = False) -> Data:
        """What Bewaren downloads."""
        with self.page.expect_download() as download:
            self.page.click("#save")
            if anyhow:
                self.page.click('[data-verb="save.anyhow"]')
        self.settle()
        data: Data = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
        return data

    def save_to(self, path: Path) -> Path:
        path.write_text(json.dumps(self.saved(), ensure_ascii=False), encoding="utf-8")
        return path

    def zones(self) -> list[tuple[str, str]]:
        """Names and kinds as the list has them, the one on top first."""
        return [tuple(one) for one in self.page.eval_on_selector_all("#worklist button", """(all) => all.map((one) =>
            [one.querySelector('.line-text').textContent, one.querySelector('small').textContent])""")]

    def remarks(self) -> str:
        return self.page.inner_text("#remarks")


@contextmanager
def visiting(browser: Browser, url: str, **options: Any) -> Iterator[Drawing]:
    """A visitor, who finds nothing wrong with the page itself: no complaint, no request elsewhere, nothing its policy stopped."""
    visit = Drawing(browser, url, **options)
    try:
        yield visit
        assert visit.faults == []
        assert visit.page.evaluate("window.stopped") == []
        assert [one for one in visit.requests if not one.startswith(LOCAL)] == []
    finally:
        visit.context.close()
