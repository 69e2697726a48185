"""Every command of every README, run as it stands there: from a bare clone, by a Python that has nothing installed.

A command is what begins with a program's name in a block of code or between backticks. One that takes more than two
seconds (on a busy machine: more) is interrupted, as by Ctrl-C, and has to end as a command that was interrupted.
"""
from __future__ import annotations

import gzip
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, List

import pytest

from commands import CLONE, here
from purenn import data

PROGRAM = r"(?:\.venv/bin/)?(?:python3?|pypy3|pip|purenn|dask)\b"
ELSEWHERE = {
    "pip|venv|mypy": ".ci/run installs what there is to install",
    "pytest": "it would run itself",
    "dask": "tests/cores/test_engines.py has a cluster",
    "purenn.edition": "tests/edition makes it, with the extra that it needs",
    "functional.py": "it needs NumPy; tests/mistakes runs it",
    "--download": "a test needs no network; tests/data/test_download.py fetches from a server of its own",
    "bench.book": "it is NumPy that it measures",
    "answer.py": "tests/mistakes/test_checking.py writes and runs it",
    "^purenn predict$": "its name, without what it reads",
    r"\.\.\.": "something is left out",
}
"""What is not run here, and why."""

PLACEHOLDERS = {"--recipe NAME": "--recipe chapter-1", "experiment NAME": "experiment momentum", "DATA": "digits",
                "FILE": "results.jsonl", "[model.json]": "model.json"}


def commands(text: str) -> List[str]:
    """Those of a README, in its order, each once; without a prompt, the ends of continued lines, and what stands beside
    a command, two blanks away."""
    text = re.sub(r"\\\n *", "", text)
    blocks = re.findall(rf"^(?:    )?(?:\$ )?({PROGRAM} .*?)(?:  .*)?$", text, re.M)
    spans = re.findall(rf"`({PROGRAM} [^`]*)`", re.sub(r"^    .*$", "", text, flags=re.M))
    return list(dict.fromkeys(" ".join(command.split()) for command in blocks + spans))


READMES = [path for path in sorted(CLONE.rglob("README.md"))
           if not {"exercises", "node_modules"} & set(path.parts) and not path.parts[len(CLONE.parts)].startswith(".")]
"""But the exercises', whose commands and answers have a test of their own."""

FIRST: Dict[str, Path] = {}
"""Every command, and the first README that has it."""
for README in READMES:
    for COMMAND in commands(README.read_text(encoding="utf-8")):
        FIRST.setdefault(re.sub("^python ", "python3 ", COMMAND), README)

CASES = [pytest.param(path, command, id=f"{path.relative_to(CLONE)}: {command}") for command, path in FIRST.items()]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory, trained: Path) -> Path:
    """A copy of the repository, and what its READMEs take for granted: a model, a history, pictures, a network."""
    clone = tmp_path_factory.mktemp("bare") / "clone"
    ignored = shutil.ignore_patterns("__pycache__", ".*", "node_modules", "mnist", "fashion-mnist", "*.egg-info")
    shutil.copytree(CLONE, clone, ignore=ignored)
    shutil.copy(trained / "model.json", clone)
    here("purenn.train", "--epochs", 1, "--limit", 50, "--history", clone / "history.csv")
    for name in "my_network.py", "mine.py":
        shutil.copy(CLONE / "tests" / "exercises" / "my_network.py", clone / name)
    for name in "four.png", "five.jpg", "photo.png":
        (clone / name).write_bytes(b"P5 8 8 255 " + (bytes(3) + b"\xff\xff" + bytes(3)) * 8)         # an upright bar
    (clone / "folder").mkdir()
    shutil.copy(clone / "photo.png", clone / "folder")
    rows = [",".join(str(round(16 * xk)) for xk in x) + f",{digit}\n" for x, digit in data.load("digits")[2]]
    (clone / "digits.csv.gz").write_bytes(gzip.compress("".join(7 * rows).encode()))
    for name in "python", "python3", "purenn":
        script = clone.parent / "bin" / name
        script.parent.mkdir(exist_ok=True)
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S {"-m purenn " * (name == "purenn")}"$@"\n')
        script.chmod(0o755)
    return clone


@pytest.fixture(scope="module")
def seconds(clone: Path) -> float:
    """After how many a command is interrupted: when it has long begun. A short one takes 0.2 s on a machine at rest."""
    begun = time.monotonic()
    subprocess.run([sys.executable, "-m", "purenn.trace"], cwd=clone, stdout=subprocess.DEVNULL, check=True)
    return min(1 + 6 * (time.monotonic() - begun), 10)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="the commands are for a POSIX shell")
@pytest.mark.parametrize("readme, command", CASES)
def test_a_command(clone: Path, seconds: float, readme: Path, command: str) -> None:
    for words, reason in ELSEWHERE.items():
        if re.search(words, command):
            pytest.skip(reason)
    for name, value in PLACEHOLDERS.items():
        command = command.replace(name, value)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment.update(PATH=f"{clone.parent / 'bin'}:{os.environ['PATH']}", BROWSER="true", PYTHONIOENCODING="utf-8",
                       XDG_CACHE_HOME=str(clone.parent / "cache"))
    for python in re.findall(r"(?:^|--python )(py\S+)", command):
        if subprocess.run([python, "--version"], env=environment, stderr=subprocess.DEVNULL, check=False).returncode:
            pytest.skip(f"there is no {python}")
    with subprocess.Popen(command, shell=True, cwd=clone, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True) as process:
        try:
            output, errors = process.communicate(timeout=seconds)
            if "--download fetches it" in errors:
                pytest.skip("MNIST is not there")
            found_mistakes = process.returncode == 1 and "purenn.check" in command
            assert process.returncode == 0 or found_mistakes, output + errors
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGINT)
            output, errors = process.communicate(timeout=60)
            assert process.returncode in (130, -signal.SIGINT) and "interrupted" in errors, output + errors
    assert "Traceback" not in errors


def test_commands_are_found_in_blocks_and_between_backticks() -> None:
    text = ("Say `python3 -m\npurenn.trace` or\n\n"
            "    $ python3 -m purenn.train --eta \\\n        3        # what it is\n    Epoch 0\n\n"
            "`train`, `pythonic` and\n\n    purenn train\n")
    assert commands(text) == ["python3 -m purenn.train --eta 3", "purenn train", "python3 -m purenn.trace"]
    assert len(CASES) > 40
