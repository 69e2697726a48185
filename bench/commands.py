"""Whole commands: what `train mnist` takes from start to end, in processor time and memory, loading and scoring
included, under each interpreter; and beside them the book in NumPy doing the same work (`bench.book`)."""
from __future__ import annotations

import os
import subprocess
import sys
from typing import Any, Dict, List, Sequence

from .rounds import ONE_THREAD, ROOT

WAYS: Dict[str, List[str]] = {"": [], "--packed": ["--packed"], "--fast": ["--fast"]}


def run(command: Sequence[str]) -> Dict[str, Any]:
    """The seconds of processor time and the most bytes of memory that a command took, and the last line it printed."""
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **ONE_THREAD}, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, universal_newlines=True)
    assert process.stdout
    with process.stdout as pipe:
        printed = pipe.read().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status or not printed:
        raise ValueError(f"{' '.join(command)}: {(printed or ['it failed'])[-1]}")
    unit = 1 if sys.platform == "darwin" else 1024
    return {"seconds": usage.ru_utime + usage.ru_stime, "bytes": unit * usage.ru_maxrss, "said": printed[-1]}


def commands(pythons: Sequence[str], peer_pythons: Sequence[str], epochs: int) -> Dict[str, List[str]]:
    """The commands to run, by what the table calls them."""
    found = {f"{python}: train mnist{f' {way}' * bool(way)}":
             [python, "-m", "purenn.train", "mnist", "--epochs", str(epochs), *options]
             for python in pythons for way, options in WAYS.items()}
    for python in [*peer_pythons, *pythons]:
        if not subprocess.run([python, "-c", "import numpy"], stderr=subprocess.DEVNULL).returncode:
            return {**found, f"{python}: the book in NumPy": [python, "-m", "bench.book", str(epochs)]}
    return found
