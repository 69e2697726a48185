"""The house rules a machine can check: nothing imported from outside, and imports that point one way."""
from __future__ import annotations

import ast
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Dict, Set

import pytest

import purenn

PACKAGE = Path(purenn.__file__).parent
READING_ORDER = ["matrix", "network",                                                               # evening 1
                 "activations", "costs", "initializers", "arguments", "history", "schedules", "dropout", "network2",
                 "metrics", "recipes",                                                              # evening 2
                 "kernels", "columns", "packed",                                                    # evening 3
                 "saved", "onpaper", "pictures", "data", "mistakes", "cores", "terminal", "experiments"]    # rooms
"""No module of these imports a later one; the front doors may import all of them, and nothing imports a front door."""

FORWARD = {"matrix": {".kernels"}}
"""The one exception: matrix owes its speed to kernels."""

OPTIONAL: Dict[str, Set[str]] = {"pictures": {"PIL", "pillow_heif"}, "edition": {"markdown_it", "pygments.lexers"}}
"""What a room may import from an optional extra."""


IMPORT = re.compile(r"^ *((?:from [.\w]+ )?import (?:\([^)]*\)|.*))", re.M)


@lru_cache(maxsize=None)
def imports(path: Path) -> Set[str]:
    """The modules that a file imports; of purenn's own the room, with a leading dot."""
    found, folders = set(), path.relative_to(PACKAGE).parent.parts
    # Its import statements alone are parsed: whole modules would take a tenth of the fast loop.
    text = re.sub('""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.S)
    for node in ast.parse("\n".join(IMPORT.findall(text))).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            here = [*folders[:len(folders) - node.level + 1], *(node.module or "").split(".")]
            found |= {f".{'.'.join([*here, alias.name]).strip('.').split('.')[0]}" if node.level else node.module or ""
                      for alias in node.names}
    return found


def room(path: Path) -> str:
    """A module, or a folder of them that belong together."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.skipif(sys.version_info < (3, 10), reason="the list of standard modules is new in Python 3.10")
def test_only_the_standard_library_is_imported() -> None:
    standard: Set[str] = getattr(sys, "stdlib_module_names", set())
    for path in MODULES:
        foreign = {name for name in imports(path) if not name.startswith(".") and name.split(".")[0] not in standard}
        assert foreign <= OPTIONAL.get(room(path), set()), path


def test_imports_point_to_earlier_rooms() -> None:
    for path in MODULES:
        if room(path) in READING_ORDER:
            allowed = ["__version__", *READING_ORDER[:READING_ORDER.index(room(path)) + (path.parent != PACKAGE)]]
            ours = {name for name in imports(path) if name.startswith(".")}
            assert ours <= {f".{module}" for module in allowed} | FORWARD.get(room(path), set()), path


def test_lines_fit_on_paper() -> None:
    """At most 120 characters, and no blanks at the end."""
    for folder in "purenn", "tests", "bench":
        for path in (PACKAGE.parent / folder).rglob("*.py"):
            for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
                assert len(line) <= 120 and line == line.rstrip(), f"{path}:{number}"


def test_the_first_evening_is_two_files() -> None:
    """`network` imports `matrix` and nothing else; together they are 330 lines, docstrings included."""
    assert {name for name in imports(PACKAGE / "network.py") if name.startswith(".")} == {".matrix"}
    lines = [len((PACKAGE / name).read_text(encoding="utf-8").splitlines()) for name in ("matrix.py", "network.py")]
    assert lines[0] <= 180 and lines[1] <= 160 and sum(lines) <= 330
