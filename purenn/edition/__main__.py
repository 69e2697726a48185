"""python -m purenn.edition: purenn as a book of web pages."""
from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Dict, Optional, Sequence

from ..saved.files import BadFile, file_errors, write_atomically
from ..terminal.command import run
from ..terminal.options import Parser, filename
from ..terminal.text import say
from . import lab
from .book import Book

DESCRIPTION = """\
Set purenn as a book of web pages: every module beside what it means, formulas, figures, exercises. With --python the
pages run Python, so that a reader can change any line of any module and see what becomes of it.

Whoever makes the book needs markdown-it-py and Pygments: pip install 'purenn[edition]'. Readers need a browser.
"""

EPILOG = """\
things to try:
  python -m purenn.edition book                                    open book/index.html
  npm install pyodide@0.27.7                                       Python for the pages, once
  python -m purenn.edition book --python node_modules/pyodide      every line can be run and changed
  python -m purenn.edition purenn.html --alone --python node_modules/pyodide      all of it in one file
"""

MARK = '<meta name="generator" content="purenn.edition">'


def parser() -> Parser:
    """The arguments of the command."""
    parser = Parser("purenn.edition", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("out", type=filename, metavar="OUT", help="a new folder, or one that an edition was made in")
    parser.add_argument("--python", type=filename, metavar="FOLDER",
                        help="Pyodide, as npm installs it (node_modules/pyodide)")
    parser.add_argument("--alone", action="store_true",
                        help="one HTML file that needs no other: OUT, if its name ends in .html, or OUT/index.html")
    return parser


def is_edition(page: Path) -> bool:
    """Whether a page is one of ours."""
    with open(page, encoding="utf-8", errors="replace") as file:
        return MARK in file.read(2000)


def check_place(out: Path, alone: bool) -> Path:
    """The folder to write to, or the file; BadFile if there is something else, which would be lost."""
    page = out if alone and out.suffix == ".html" else out / "index.html"
    with file_errors(page):
        if page.exists() and not is_edition(page):
            raise ValueError("is there already and no edition of purenn; expected a new name")
    with file_errors(out):
        if out.exists() and not alone and not page.exists() and (not out.is_dir() or any(out.iterdir())):
            raise ValueError("something else is there, expected a new name, an empty folder, or an older edition")
    return page if alone else out


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Make the book."""
    options = parser().parse_args(argv)
    for name, package in ("markdown_it", "markdown-it-py"), ("pygments", "Pygments"):
        if not find_spec(name):
            raise ValueError(f"{package} is not installed, which sets the pages: pip install markdown-it-py Pygments")
    place = check_place(Path(options.out), options.alone)
    python = lab.runtime(Path(options.python)) if options.python else ""
    book = Book()
    files: Dict[Path, str] = {}
    if options.alone:
        files[place] = book.alone(lab.style(), lab.script(), python)
    else:
        files.update({place / name: text for name, text in book.files(bool(python))})
        files.update({place / "book.css": lab.style(), place / "book.js": lab.script()})
        if python:
            files[place / "python.js"] = python
    for old in place.glob("*.html") if place.is_dir() else []:
        if old not in files and is_edition(old):
            old.unlink()
    for path, text in files.items():
        with file_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, text.encode("utf-8"))
    size = sum(len(text.encode("utf-8")) for text in files.values())
    first = place if options.alone else place / "index.html"
    say(f"{first}: {len(book.pages)} pages, {book.examples} examples run, {size:,} bytes")


if __name__ == "__main__":
    sys.exit(run("purenn.edition", main))
