"""One book for all tests that look at its pages, and a browser for those that read in it."""
from __future__ import annotations

import shutil
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Iterator

import pytest

CLONE = Path(__file__).resolve().parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
QUIET = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-quic", "--window-size=1100,900"]


def need_the_extra() -> None:
    """Skip the test, where the pages cannot be set."""
    pytest.importorskip("markdown_it", reason="markdown-it-py is not installed (the extra `edition`)")
    pytest.importorskip("pygments", reason="Pygments is not installed (the extra `edition`)")


@lru_cache(maxsize=None)
def whole_book() -> Any:
    """All of it, made once."""
    need_the_extra()
    from purenn.edition.book import Book
    return Book()


def write(folder: Path, python: str) -> None:
    """The pages in a folder, with this Python for them, or none."""
    from purenn.edition import lab
    files = dict(whole_book().files(bool(python)))
    files.update({"book.css": lab.style(), "book.js": lab.script(), "python.js": python})
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


@contextmanager
def chromium(profile: Path) -> Iterator[Any]:
    """A browser without a window."""
    pytest.importorskip("selenium", reason="Selenium is not installed (the extra `browser`)")
    if not (CHROMIUM and DRIVER):
        pytest.skip("Chromium and its driver are not installed")
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service
    options = ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in [*QUIET, f"--user-data-dir={profile}"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = Chrome(options=options, service=Service(DRIVER))
    try:
        yield browser
    finally:
        browser.quit()
