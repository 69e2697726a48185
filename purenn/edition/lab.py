"""Python for the page: Pyodide, purenn and the digits, in one script that a page reads when Run is pressed first.

Everything is text in a script, for a page that was opened as a file may read no other. Pyodide is not part of purenn:
`npm install pyodide` has it, and its folder is named when the book is made.
"""
from __future__ import annotations

import base64
import gzip
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Dict

from ..data import HERE
from ..saved.files import BadFile, file_errors
from .names import PACKAGE

WEB = Path(__file__).parent / "web"
FILES = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
VERSION = "0.27.7"
"""The version of Pyodide that this was tried with."""

LEFT_OUT = re.compile(r"(?:idlelib|tkinter|turtledemo|lib2to3|ensurepip|pydoc_data|test|distutils|sqlite3|curses"
                      r"|wsgiref|xmlrpc|dbm|venv|msilib|multiprocessing|turtle|_pydecimal|mailbox|imaplib|smtplib"
                      r"|ftplib|nntplib|telnetlib|poplib|cgi|cgitb|optparse|zipapp|webbrowser|cProfile|profile"
                      r"|pstats|shelve|aifc|wave|xdrlib|plistlib|netrc|mailcap|chunk|modulefinder|nturl2path|timeit"
                      r"|tomllib|_strptime|asyncio/windows_)(?:[./]|$)")
"""Modules of the standard library that nothing in the page asks for."""


def style() -> str:
    """The style of all pages."""
    return (WEB / "book.css").read_text(encoding="utf-8")


def script() -> str:
    """What all pages do."""
    return "".join((WEB / name).read_text(encoding="utf-8") for name in ("book.js", "lab.js", "play.js"))


def runtime(folder: Path) -> str:
    """The script with all that the page's Python needs; BadFile if `folder` is not Pyodide's."""
    parts: Dict[str, bytes] = {"purenn.zip": purenn(), "worker.js": (WEB / "worker.js").read_bytes()}
    if not folder.is_dir():
        raise BadFile(folder, "no such folder, expected Pyodide's: npm install pyodide@" + VERSION)
    for name in FILES:
        with file_errors(folder / name):
            parts[name] = (folder / name).read_bytes()
    with file_errors(folder / FILES[3]):
        parts[FILES[3]] = trimmed(parts[FILES[3]])
    with file_errors(folder / FILES[4]):
        parts[FILES[4]] = json.dumps({**json.loads(parts[FILES[4]]), "packages": {}}).encode()
    packed = {name: base64.b64encode(gzip.compress(content, 9, mtime=0)).decode() for name, content in parts.items()}
    return f"const RUNTIME = {json.dumps(packed)};\n"


def purenn() -> bytes:
    """purenn's modules and its digits, as they lie when it is installed."""
    digits = PACKAGE / "digits" if (PACKAGE / "digits").is_dir() else HERE.parent / "data"
    files = {path.relative_to(PACKAGE.parent).as_posix(): path for path in PACKAGE.rglob("*.py")}
    files.update({f"purenn/digits/{path.name}": path for path in digits.glob("*.gz")})
    return archive({name: path.read_bytes() for name, path in sorted(files.items())})


def trimmed(library: bytes) -> bytes:
    """The standard library without what is never asked for, not compressed: all of it is compressed later."""
    with zipfile.ZipFile(io.BytesIO(library)) as old:
        return archive({name: old.read(name) for name in old.namelist() if not LEFT_OUT.match(name)})


def archive(files: Dict[str, bytes]) -> bytes:
    """A zip file whose bytes depend on these files alone."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_STORED) as new:
        for name, content in files.items():
            new.writestr(zipfile.ZipInfo(name), content)
    return memory.getvalue()
