"""Commands that are started in a way that Python does not explain."""
from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from commands import CLONE, ENVIRONMENT, started


@pytest.mark.parametrize("name", ["check", "draw", "experiment", "plot", "predict", "sweep", "trace", "train"])
def test_every_command_knows_when_it_is_started_as_a_file(name: str) -> None:
    """Before its first import of the house, which would fail."""
    lines = (CLONE / "purenn" / f"{name}.py").read_text(encoding="utf-8").splitlines()
    guard = lines.index('    __import__("terminal.start").start.as_module(__file__)')
    assert lines[guard - 1].startswith("if not __package__:")
    assert guard < min(k for k, line in enumerate(lines) if line.startswith(("from .", "import ")))


@pytest.mark.slow
def test_a_file_and_a_folder_can_be_run_as_well(tmp_path: Path) -> None:
    for arguments, first in (["purenn/trace.py", "--eta", "1"], "Backpropagation by hand"), (["purenn"], ""):
        done = subprocess.run([sys.executable, *arguments], cwd=CLONE, capture_output=True, encoding="utf-8",
                              timeout=60, env={**ENVIRONMENT, "PYTHONPATH": ""})
        assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith(first) and done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name, content", [
    ("random.py", "import random; print(random.choice([1, 2]))"),       # what a beginner calls a first try
    ("gzip.py", "raise ValueError"), ("token.py", "x = 1")])            # dataclasses imports inspect, and that token
def test_a_file_that_hides_one_of_pythons(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    done = started("purenn.train", "--epochs", 1, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"{name} takes the place of Python's own module of that name: rename it" in done.stderr


@pytest.mark.slow
def test_a_file_of_such_a_name_that_nobody_imports_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "turtle.py").write_text("raise ValueError", encoding="utf-8")
    assert started("purenn.trace", cwd=tmp_path).returncode == 0


@pytest.mark.slow
def test_an_old_python_is_told_in_one_line() -> None:
    """Of those that are there. Each reads purenn/__init__.py, and should understand it as far as that."""
    old = [python for version in ("2.7", "3.6", "3.8") for python in [shutil.which(f"python{version}")] if python]
    if not old:
        pytest.skip("no Python older than 3.9 here")
    for python in old:
        if subprocess.run([python, "--version"], capture_output=True).returncode:
            continue                                # a stand-in for a version that is not installed
        done = subprocess.run([python, "-m", "purenn.train"], cwd=CLONE, capture_output=True, encoding="utf-8")
        assert done.returncode == 2
        assert done.stderr.startswith("purenn: error: needs Python 3.9 or later, this is ")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to a process there")
def test_ctrl_c_while_a_command_is_still_importing() -> None:
    program = ("import os, signal, sys; sys.argv = ['-m']; import purenn; "
               "os.kill(os.getpid(), signal.SIGINT); print('too late')")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", env=ENVIRONMENT)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "purenn: interrupted\n")
