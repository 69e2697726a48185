"""In a browser Python (Pyodide) has no processes and no threads, and networks train there all the same.

The tests run under node, with `npm install --no-package-lock` done in tests/pyodide; otherwise they are skipped.
"""
from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "pyodide"

pytestmark = pytest.mark.skipif(not shutil.which("node") or not (FOLDER / "node_modules" / "pyodide").exists(),
                                reason="no node, or no Pyodide (npm install --no-package-lock, in tests/pyodide)")


def pyodide(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["node", str(FOLDER / "run.mjs"), *arguments], capture_output=True, encoding="utf-8",
                          timeout=300)


@pytest.mark.long
def test_training_comes_to_the_same_as_here() -> None:
    """The commands and the data in their clone, and the accuracy that this interpreter reaches."""
    command = ["purenn.train", "digits", "--epochs", "2", "--quiet"]
    there = pyodide(*command)
    here = subprocess.run([sys.executable, "-m", *command], capture_output=True, encoding="utf-8",
                          cwd=FOLDER.parent.parent)
    assert (there.returncode, there.stderr) == (0, "")
    assert there.stdout == here.stdout != ""


@pytest.mark.long
def test_workers_get_one_line() -> None:
    result = pyodide("purenn.sweep", "--epochs", "1", "--results", "sweep.jsonl")
    assert (result.returncode, result.stderr) == (2, "purenn.sweep: error: this Python cannot start processes\n")
