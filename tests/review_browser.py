"""The review page in a real browser, as somebody uses it: keys, mouse and what comes out. See conftest.browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from posterscan.messages import Language
from posterscan.places import FolderPlace
from posterscan.review.page import PAGE, make_page
from review_pages import SIZE_MM, Data

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]
LOCAL = ("file:", "data:", "blob:")
# Saves as a download, as browsers without a file picker do; and notes what the page's own policy had to stop.
BEFORE = """
delete window.showSaveFilePicker;
window.stopped = [];
document.addEventListener("securitypolicyviolation", (e) => window.stopped.push(`${e.violatedDirective} ${e.blockedURI}`));
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless; skips where there is none, with the command that brings it."""
    path = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium here: sudo apt-get install -y chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def write_page(folder: Path, language: Language = "nl", **options: Any) -> str:
    """`posterscan review` on a folder; the page's address."""
    (folder / PAGE).write_bytes(make_page(FolderPlace(folder), language, **options).content)
    return (folder / PAGE).as_uri()


class Review:
    """One visitor. keys: pressed so far; faults: whatever the browser complained of; dialogs: that it opened by itself."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce",
                                              "timezone_id": "Europe/Amsterdam"} | options)
        self.context.set_default_timeout(5_000)
        self.context.add_init_script(BEFORE)
        self.url, self.keys = url, 0
        self.faults: list[str] = []
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", self._dialog)
        self.page.goto(url)
        self.ready()

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.type)
        dialog.accept()

    def ready(self) -> None:
        self.page.wait_for_selector("body[data-ready=true]")

    def reload(self) -> None:
        self.page.reload()
        self.ready()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def click(self, selector: str) -> None:
        self.page.click(selector)

    def verb(self, verb: str, where: str = "#panel") -> None:
        """Presses the button of a verb."""
        self.page.click(f"{where} [data-verb={verb}]")

    def choose(self, item: str) -> None:
        """A line of the list; of all cards where it isn't among those that need a look."""
        if not self.page.locator(f'[data-item="{item}"]').count():
            self.page.click("#all")
        self.page.click(f'[data-item="{item}"]')

    def chosen(self) -> str | None:
        """The item that is shown, like `card:c00`."""
        lines = self.page.locator("[data-item][aria-current=true]")
        return lines.first.get_attribute("data-item") if lines.count() else None

    def state_of(self, card: str) -> str | None:
        return self.page.get_attribute(f'g.card[data-card="{card}"]', "data-state")

    def at(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        """Where a point of the sheet is on the screen."""
        box = self.page.locator("#drawing").bounding_box()
        assert box is not None
        return box["x"] + x_mm * box["width"] / SIZE_MM[0], box["y"] + y_mm * box["height"] / SIZE_MM[1]

    def point(self, x_mm: float, y_mm: float) -> None:
        self.page.mouse.click(*self.at(x_mm, y_mm))

    def drag(self, start_mm: tuple[float, float], end_mm: tuple[float, float]) -> None:
        start, end = self.at(*start_mm), self.at(*end_mm)
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=4)
        self.page.mouse.up()

    def saved(self) -> Data:
        """What Bewaren downloads."""
        with self.page.expect_download() as download:
            self.click("#save")
        data: Data = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
        return data

    def words(self, table: str = "tafel-1") -> dict[tuple[str | None, str], Any]:
        """The values that are saved of a table, by card and field."""
        told = next((one for one in self.saved()["tables"] if one["name"] == table), {"corrections": []})
        return {(word["card"], word["field"]): word["value"] for word in told["corrections"]}

    def shows(self, text: str) -> bool:
        return text in self.page.inner_text("body")

    def clean(self) -> None:
        """Nothing went wrong, nothing was asked for anywhere, and the page's policy had nothing to stop."""
        assert self.faults == []
        assert self.page.evaluate("window.stopped") == []
        assert [url for url in self.requests if not url.startswith(LOCAL)] == []

    def close(self) -> None:
        self.context.close()


@contextmanager
def reviewing(browser: Browser, url: str, **options: Any) -> Iterator[Review]:
    """A visitor, who finds nothing wrong with the page itself."""
    review = Review(browser, url, **options)
    try:
        yield review
        review.clean()
    finally:
        review.close()
