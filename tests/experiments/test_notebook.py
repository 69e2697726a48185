"""The notebook: what was measured is kept, and nothing else is taken for it."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict

import pytest

from purenn.experiments.book import Experiment
from purenn.experiments.lab import Lab, Run, Task
from purenn.experiments.notebook import HEAD, Notebook
from purenn.saved.files import BadFile


def one(lab: Lab) -> None:
    """A run."""


def other(lab: Lab) -> None:
    """Another."""


EXPERIMENT = Experiment("name", "about", 1, {"one": Run(one), "other": Run(other)}, [])
TASKS = [Task(run, seed, "digits") for seed in (1, 2) for run in EXPERIMENT.runs.values()]
CURVES = {"accuracy": [12.5, 0.1], "seconds": [1.0]}


def test_a_later_notebook_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    Notebook(str(path)).add(TASKS[0], CURVES)
    again = Notebook(str(path))
    again.add(TASKS[3], {"seconds": [2.0]})
    for notebook in again, Notebook(str(path)):
        assert notebook.of(EXPERIMENT, TASKS) == [{"one": CURVES}, {"other": {"seconds": [2.0]}}]


def test_a_run_is_another_one_if_anything_differs() -> None:
    notebook = Notebook()
    notebook.add(TASKS[0], CURVES)
    task = TASKS[0]
    for task in (*TASKS[1:], task._replace(source="mnist"), task._replace(epochs=3), task._replace(limit=5)):
        assert task.key not in notebook.curves
    assert TASKS[0]._replace(watch="somewhere").key in notebook.curves


def test_a_torn_line_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    for task in TASKS[:2]:
        Notebook(str(path)).add(task, CURVES)
    content = path.read_bytes()
    path.write_bytes(content[:-5])
    assert Notebook(str(path)).of(EXPERIMENT, TASKS) == [{"one": CURVES}]
    Notebook(str(path)).add(TASKS[1], CURVES)
    assert path.read_bytes() == content


def test_what_another_process_writes_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two commands share a file: while one reads it, the other adds a run."""
    path = tmp_path / "results.jsonl"
    other = Notebook(str(path))
    other.add(TASKS[0], CURVES)
    take = Notebook._take

    def slowly(notebook: Notebook, record: Dict[str, Any]) -> None:
        other.add(TASKS[1], CURVES)
        take(notebook, record)

    monkeypatch.setattr(Notebook, "_take", slowly)
    Notebook(str(path))
    monkeypatch.undo()
    assert Notebook(str(path)).of(EXPERIMENT, TASKS) == [{"one": CURVES, "other": CURVES}]


@pytest.mark.parametrize("part", range(0, len(HEAD), 9))
def test_a_head_cut_short_is_begun_again(tmp_path: Path, part: int) -> None:
    path = tmp_path / "results.jsonl"
    path.write_bytes(HEAD[:part])
    Notebook(str(path)).add(TASKS[0], CURVES)
    assert Notebook(str(path)).of(EXPERIMENT, TASKS) == [{"one": CURVES}]


@pytest.mark.parametrize("content", [b"a letter\n", b'{"format": "purenn sweep", "version": 1}\n', b"\x00" * 100])
def test_another_file_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(BadFile, match="letter.txt: does not hold the results of experiments"):
        Notebook(str(path))
    assert path.read_bytes() == content


def record(run: object, curves: object) -> bytes:
    """A line as the notebook has it."""
    return json.dumps({**dict.fromkeys(["seed", "source", "epochs", "limit"]), "python": "", "run": run,
                       "curves": curves}).encode("ascii")


@pytest.mark.parametrize("line", [b"[]", b"{}", b"1", b'{"run": "a"', b"\xff", b"[" * 5000,
                                  record("a", {}), record("a", []), record([], {"seconds": [1.0]}),
                                  record("a", {"seconds": [1.0], "accuracy": ["high"]}), record("a", {"seconds": 1.0})])
def test_a_line_that_is_no_result(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "results.jsonl"
    Notebook(str(path)).add(TASKS[0], CURVES)
    content = path.read_bytes() + line + b"\n"
    path.write_bytes(content)
    with pytest.raises(BadFile, match="results.jsonl: line 3 is not the result of a run"):
        Notebook(str(path))
    assert path.read_bytes() == content


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="a folder or a device, expected a file"):
        Notebook(str(tmp_path))
