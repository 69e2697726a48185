"""The notebook of experiments: what was measured, in a file that a later call goes on with.

The first line says what the file is; every other one holds a finished run, as JSON:

    {"format": "purenn experiments", "version": 1}
    {"run": "hidden_neurons.run(eta=3.0, hidden=30)", "seed": 1, "source": "mnist", "epochs": null, "limit": null,
     "python": "PyPy 3.9.16", "curves": {"test accuracy": [91.3, ...], "seconds": [30.2]}}

A run is written as soon as it is finished.
"""
from __future__ import annotations

import platform
from typing import Any, Dict, Iterable, Optional, Sequence, Tuple

from ..saved.files import BadFile
from ..saved.journal import Journal
from .book import Experiment, Runs
from .lab import Curves, Task

HEAD = {"format": "purenn experiments", "version": 1}
KEY = "run", "seed", "source", "epochs", "limit"
PYTHON = f"{platform.python_implementation()} {platform.python_version()}"


class Notebook:
    """Finished runs, in memory and, if there is a path, on disk."""

    def __init__(self, path: Optional[str] = None, only_read: bool = False) -> None:
        """Go on with the file at `path`, or begin it. BadFile if it cannot be written or is something else, or if it is
        only to be read and is not there."""
        self.curves: Dict[Tuple[Any, ...], Curves] = {}         # by the keys of the tasks
        self.pythons: Dict[Tuple[Any, ...], str] = {}
        self.journal = None if path is None else Journal(path, HEAD, only_read)
        for number, record in self.journal.records if self.journal else []:
            try:
                self._take(record)
            except (ValueError, KeyError, TypeError, AttributeError):
                self.close()
                raise BadFile(str(path), f"line {number} is not the result of a run") from None

    def _take(self, record: Dict[str, Any]) -> None:
        key, curves = tuple(record[name] for name in KEY), record["curves"]
        numbers = [value for curve in curves.values() for value in curve]
        if not all(type(value) in (int, float) for value in numbers) or not curves["seconds"]:
            raise ValueError
        self.curves[key], self.pythons[key] = curves, str(record["python"])

    def add(self, task: Task, curves: Curves) -> None:
        """Note a finished run; when this returns, it is on disk."""
        self.curves[task.key], self.pythons[task.key] = curves, PYTHON
        if self.journal:
            self.journal.add({**dict(zip(KEY, task.key)), "python": PYTHON, "curves": curves})

    def close(self) -> None:
        """Let others write to the file."""
        if self.journal:
            self.journal.close()

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
