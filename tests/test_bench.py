"""The bench: what it compares does the same work, and the command works. How fast, no test says."""
from __future__ import annotations

import doctest
import json
import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any, ClassVar, Dict, List

import pytest

from bench import __main__ as command, commands, growth, tables, workload
from bench.contenders import CLASSES, contender
from bench.growth import images
from bench.rounds import ROOT
from purenn.network import TrainingExample
from purenn.network2 import Network


EXAMPLES = 20


def data(rng: Random) -> List[TrainingExample]:
    """Made-up images of twelve pixels, a third of them zero, and outputs wished for."""
    return [([max(0, rng.randrange(-128, 256)) / 255 for _ in range(12)], [rng.random() for _ in range(3)])
            for _ in range(EXAMPLES)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["purenn", "packed", "columns", "lists", "numpy", "torch"])
@pytest.mark.parametrize("sizes", [[12, 3], [12, 5, 3], [12, 6, 5, 3]], ids=str)
def test_contenders_take_the_same_steps(name: str, sizes: List[int]) -> None:
    """After two epochs of three mini-batches (8, 8 and 4 examples) every contender answers as the book's algorithm."""
    try:
        kind = contender(name)
    except ImportError as error:
        pytest.skip(str(error))
    training_data = data(Random(1))
    laps: List[None] = []
    peer = kind(Network(sizes, rng=Random(0)))
    peer.train(training_data, 2, 8, 3.0, lambda: laps.append(None))
    assert len(laps) == 2

    net = Network(sizes, rng=Random(0))
    for _ in range(2):
        shuffled = net.rng.sample(training_data, EXAMPLES)
        for start, end in (0, 8), (8, 16), (16, 20):
            net.update_mini_batch(shuffled[start:end], 3.0)
    for x, _ in training_data:
        assert peer.feedforward(x) == pytest.approx(net.feedforward(x), rel=1e-7 if name == "packed" else 1e-9)


def test_every_contender_is_called_what_it_is_listed_as() -> None:
    for name, kind in CLASSES.items():
        try:
            assert contender(name).__name__ == kind
        except ImportError:
            assert name not in ("purenn", "packed", "columns", "lists")


def test_made_up_images_have_the_share_of_pixels_they_should() -> None:
    for x, y in images(3, 25):
        assert (len(x), sum(xk > 0.0 for xk in x)) == (784, 196)        # 784 / 4
        assert sorted(y) == [0.0] * 9 + [1.0]


@pytest.mark.parametrize("module", [growth, tables, workload])
def test_examples_in_the_docstrings(module: ModuleType) -> None:
    failed, attempted = doctest.testmod(module)
    assert attempted and not failed


class Scripted:
    """A worker that answers with what is in a script: how many samples it has, its seconds, its accuracy."""

    script: ClassVar[Dict[str, List[Any]]] = {
        "pack": [{"epoch": 1}], "purenn": [100, 9.0, 1.0, 6.0, 8.0, 0.9], "numpy": [200, 9.0, 2.0, 4.0, 8.0, 0.9]}

    def __init__(self, executable: str, task: str) -> None:
        self.task = task
        self.introduction = {"python": "a script"}
        self.answers = iter(self.script[task])

    def ask(self, request: Any = None) -> Any:
        return next(self.answers)

    def __enter__(self) -> Scripted:
        return self

    def __exit__(self, *error: object) -> None:
        pass


def test_a_ratio_is_the_median_of_the_rounds_ratios(monkeypatch: pytest.MonkeyPatch) -> None:
    """Per sample, after a first round that is not kept: 1/100, 6/100, 8/100 against 2/200, 4/200, 8/200. That is 1, 3
    and 2 times as long, 2 in the median; the medians themselves, 6/100 and 4/200, would have 3."""
    monkeypatch.setattr(command, "Worker", Scripted)
    monkeypatch.setattr(command, "contenders", lambda options, stack: [Scripted("", "purenn"), Scripted("", "numpy")])
    rows = command.race(workload.Workload("digits", [1, 1], 1), Namespace(rounds=3))["rows"]
    assert [row["ratio"] for row in rows] == [2.0, 1.0]
    assert rows[0]["seconds"] == [1.0, 6.0, 8.0] and rows[1]["seconds"] == [2.0, 4.0, 8.0]


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "bench", *arguments], cwd=ROOT, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, universal_newlines=True, timeout=300)


@pytest.mark.long
def test_the_command_writes_down_what_it_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nothing here").mkdir()                                     # an empty folder is not MNIST
    monkeypatch.setenv("PURENN_DATA", str(tmp_path / "nothing here"))       # digits alone, however rich the machine
    done = bench("epochs", "micro", "ideas", "--quick", "--rounds", "1", "--python", sys.executable,
                 "--json", str(tmp_path / "all.json"))
    assert (done.returncode, done.stderr) == (0, "")
    results = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    (race,) = [race for race in results["epochs"] if race["source"] == "digits"]
    assert race["sizes"] == [64, 30, 10]
    by_columns = ["columns"] * 2 * (sys.implementation.name != "cpython")
    assert [row["contender"] for row in race["rows"]] == ["purenn", "purenn", "packed", "packed", *by_columns]
    for row in race["rows"]:
        assert len(row["seconds"]) == 1 and row["seconds"][0] > 0.0
        assert row["accuracy"] > 0.5
    assert race["rows"][0]["accuracy"] == race["rows"][1]["accuracy"]       # the same seed, so the same network
    assert race["rows"][0]["ratio"] == 1.0                                  # to itself
    for section in "micro", "ideas":
        assert all(seconds > [0.0] for seconds in results[section][0]["seconds"].values())
    assert "µs per sample" in done.stdout and "matvec" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("arguments, complaint", [
    (["speed"], "one of epochs, growth, micro, ideas, load, commands, not 'speed'"),
    (["--rounds", "0"], "a whole number of 1 or more, not '0'"),
    (["micro", "--python", "no-such-python"], "no-such-python"),
    (["micro", "--quick", "--python", "echo"],
     "echo: expected a Python interpreter, it answered '-m bench.worker micro"),
    (["--json", "no/such/folder/x.json"], "no/such/folder/x.json: No such file or directory"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else None)
def test_what_cannot_be_measured_is_one_line(arguments: List[str], complaint: str) -> None:
    done = bench(*arguments)
    assert done.returncode == 2
    assert complaint in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "wait4"), reason="this system does not say what a command took")
def test_a_whole_command_is_measured_and_its_failure_told() -> None:
    found = commands.run([sys.executable, "-c", "x = bytes(30_000_000) + b'1'; print('one'); print(len(x))"])
    assert found["said"] == "30000001" and found["bytes"] > 30_000_000 and 0.0 < found["seconds"] < 60.0
    with pytest.raises(ValueError, match="-c import nothing_of_that_name: .*nothing_of_that_name"):
        commands.run([sys.executable, "-c", "import nothing_of_that_name"])
    named = commands.commands([sys.executable], [], epochs=2)
    assert named[f"{sys.executable}: train mnist --fast"] == [
        sys.executable, "-m", "purenn.train", "mnist", "--epochs", "2", "--fast"]
    rows: Dict[str, Any] = {"a": {"seconds": [2.0, 4.0], "bytes": [1e6, 2e6]}, "b": {"seconds": [1.5], "bytes": [3e6]}}
    assert [line.split("|")[2:5] for line in tables.of_commands(rows).splitlines()[2:]] == [
        [" 3.00 ", "  1.00 ", "       2 "], [" 1.50 ", "  0.50 ", "       3 "]]
