"""The notebook of experiments: what was measured, in a file that a later call goes on with.

The first line says what the file is; every other one holds a finished run, as JSON:

    {"format": "purenn experiments", "version": 1}
    {"run": "hidden_neurons.run(eta=3.0, hidden=30)", "seed": 1, "source": "mnist", "epochs": null, "limit": null,
     "python": "PyPy 3.9.16", "curves": {"test accuracy": [91.3, ...], "seconds": [30.2]}}

A run is written as soon as it is finished. After a crash the last line may be torn; it is dropped, and its run missing.
"""
from __future__ import annotations

import json
import os
import platform
from typing import Any, Dict, Iterable, Optional, Sequence, Tuple

from ..saved.files import file_errors, flush
from .book import Experiment, Runs
from .lab import Curves, Task

HEAD = json.dumps({"format": "purenn experiments", "version": 1}).encode("ascii") + b"\n"
KEY = "run", "seed", "source", "epochs", "limit"
PYTHON = f"{platform.python_implementation()} {platform.python_version()}"


class Notebook:
    """Finished runs, in memory and, if there is a path, on disk."""

    def __init__(self, path: Optional[str] = None, only_read: bool = False) -> None:
        """Go on with the file at `path`, or begin it. BadFile if it cannot be written or is something else, or if it is
        only to be read and is not there."""
        self.path = path
        self.curves: Dict[Tuple[Any, ...], Curves] = {}         # by the keys of the tasks
        self.pythons: Dict[Tuple[Any, ...], str] = {}
        if path is not None:
            with file_errors(path):
                self._read(path, only_read)

    def _read(self, path: str, only_read: bool) -> None:
        """Take over what is in the file; nothing is believed before it is looked at."""
        if os.path.exists(path) and not os.path.isfile(path):
            raise ValueError("a folder or a device, expected a file")
        with open(path, "rb" if only_read else "a+b") as file:
            file.seek(0)
            content = file.read()
            whole = content.rfind(b"\n") + 1
            if not (content.startswith(HEAD) or HEAD.startswith(content)):
                raise ValueError("does not hold the results of experiments")
            for number, line in enumerate(content[len(HEAD):whole].splitlines(), start=2):
                try:
                    self._take(json.loads(line))
                except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                    raise ValueError(f"line {number} is not the result of a run") from None
            if whole < len(content) and not only_read:
                file.truncate(whole)
            if whole == 0 and not only_read:
                file.write(HEAD)

    def _take(self, record: Dict[str, Any]) -> None:
        key, curves = tuple(record[name] for name in KEY), record["curves"]
        numbers = [value for curve in curves.values() for value in curve]
        if not all(type(value) in (int, float) for value in numbers) or not curves["seconds"]:
            raise ValueError
        self.curves[key], self.pythons[key] = curves, str(record["python"])

    def add(self, task: Task, curves: Curves) -> None:
        """Note a finished run; when this returns, it is on disk."""
        self.curves[task.key], self.pythons[task.key] = curves, PYTHON
        if self.path is not None:
            record = {**dict(zip(KEY, task.key)), "python": PYTHON, "curves": curves}
            with file_errors(self.path), open(self.path, "ab") as file:
                file.write(json.dumps(record).encode("ascii") + b"\n")
                flush(file)

    def of(self, experiment: Experiment, tasks: Sequence[Task]) -> Sequence[Runs]:
        """What was measured in the tasks that are finished, for each seed, by the names of the experiment's runs."""
        names = {run.key: name for name, run in experiment.runs.items()}
        seeds: Dict[int, Dict[str, Curves]] = {}
        for task in tasks:
            if task.key in self.curves and task.run.key in names:
                seeds.setdefault(task.seed, {})[names[task.run.key]] = self.curves[task.key]
        return list(seeds.values())

    def python_of(self, tasks: Iterable[Task]) -> str:
        """The interpreters that made the tasks."""
        return " and ".join(sorted({self.pythons[task.key] for task in tasks if task.key in self.pythons}))
