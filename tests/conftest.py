"""Fixtures for all tests. What lies beside a checkout may be used, but no test depends on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # Tesseract's own threads cost more than they bring on small pictures

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_photos() -> Path:
    """The folder of photos with ground truth beside the checkout; skips where there is none."""
    folder = ROOT.parent / "shared" / "photos"
    if not (folder / "kit" / "layout.json").is_file():
        pytest.skip("no ../shared/photos beside this checkout")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for the tests of a file: Playwright's event loop must not be there for the tests of others."""
    from review_browser import chromium

    with chromium() as started:
        yield started


@pytest.fixture(autouse=True)
def _dutch_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages don't depend on the locale of the machine that runs the tests."""
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
