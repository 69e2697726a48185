"""The notebook: what was measured is kept, and nothing else is taken for it."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Tuple

import pytest

from purenn.experiments.book import Experiment
from purenn.experiments.lab import Curves, Lab, Run, Task
from purenn.experiments.notebook import Notebook
from purenn.saved.files import BadFile


def one(lab: Lab) -> None:
    """A run."""


def other(lab: Lab) -> None:
    """Another."""


EXPERIMENT = Experiment("name", "about", 1, {"one": Run(one), "other": Run(other)}, [])
TASKS = [Task(run, seed, "digits") for seed in (1, 2) for run in EXPERIMENT.runs.values()]
CURVES = {"accuracy": [12.5, 0.1], "seconds": [1.0]}


def kept(path: Path, *runs: Tuple[Task, Curves]) -> Notebook:
    """The notebook at this path, after these runs were added; it is closed."""
    notebook = Notebook(str(path))
    for task, curves in runs:
        notebook.add(task, curves)
    notebook.close()
    return notebook


def test_a_later_notebook_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    kept(path, (TASKS[0], CURVES))
    for notebook in kept(path, (TASKS[3], {"seconds": [2.0]})), kept(path):
        assert notebook.of(EXPERIMENT, TASKS) == [{"one": CURVES}, {"other": {"seconds": [2.0]}}]


def test_a_run_is_another_one_if_anything_differs() -> None:
    notebook = Notebook()
    notebook.add(TASKS[0], CURVES)
    task = TASKS[0]
    for task in (*TASKS[1:], task._replace(source="mnist"), task._replace(epochs=3), task._replace(limit=5)):
        assert task.key not in notebook.curves
    assert TASKS[0]._replace(watch="somewhere").key in notebook.curves


def record(run: object, curves: object) -> Dict[str, Any]:
    """A line as the notebook has it."""
    return {**dict.fromkeys(["seed", "source", "epochs", "limit"]), "python": "", "run": run, "curves": curves}


@pytest.mark.parametrize("line", [{}, record("a", {}), record("a", []), record([], {"seconds": [1.0]}),
                                  record("a", {"seconds": [1.0], "accuracy": ["high"]}), record("a", {"seconds": 1.0})])
def test_a_line_that_is_no_result(tmp_path: Path, line: Dict[str, Any]) -> None:
    path = tmp_path / "results.jsonl"
    kept(path, (TASKS[0], CURVES))
    content = path.read_bytes() + json.dumps(line).encode() + b"\n"
    path.write_bytes(content)
    with pytest.raises(BadFile, match="results.jsonl: line 3 is not the result of a run"):
        kept(path)
    assert path.read_bytes() == content
