"""One book for all tests that look at its pages, and one browser for those that read in it."""
from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, Iterator

import pytest

CLONE = Path(__file__).resolve().parent.parent.parent
PYODIDE = Path(os.environ.get("PURENN_PYODIDE") or CLONE / "tests" / "pyodide" / "node_modules" / "pyodide")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
QUIET = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-quic", "--window-size=1100,900"]


@pytest.fixture(scope="session")
def book() -> Any:
    """The whole book, made once."""
    pytest.importorskip("markdown_it", reason="markdown-it-py is not installed (the extra `edition`)")
    pytest.importorskip("pygments", reason="Pygments is not installed (the extra `edition`)")
    from purenn.edition.book import Book
    return Book()


@pytest.fixture(scope="session")
def folder(book: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book as a folder of pages; with Python for them, if Pyodide is there."""
    from purenn.edition import lab
    folder = tmp_path_factory.mktemp("book")
    python = lab.runtime(PYODIDE) if PYODIDE.is_dir() else ""
    files = {**dict(book.files(bool(python))), "book.css": lab.style(), "book.js": lab.script(), "python.js": python}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser without a window, and without a profile."""
    pytest.importorskip("selenium", reason="Selenium is not installed (the extra `browser`)")
    if not (CHROMIUM and DRIVER):
        pytest.skip("Chromium and its driver are not installed")
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service
    options = ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in [*QUIET, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = Chrome(options=options, service=Service(DRIVER))
    browser.set_script_timeout(120)
    yield browser
    browser.quit()
