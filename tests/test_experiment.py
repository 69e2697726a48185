"""The command: what it prints, what it keeps, and what it says when something is wrong."""
from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import List, Optional, Tuple

import pytest

from commands import here
from purenn import experiment
from purenn.experiments import EXPERIMENTS
from purenn.experiments.lab import Curves, Task, perform
from purenn.experiments.notebook import HEAD


@pytest.fixture(autouse=True)
def _here(threads: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Tuple[int, List[str], List[str]]:
    """The command's status, and its lines on standard output and standard error."""
    done = here("purenn.experiment", *arguments)
    return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


def test_the_list() -> None:
    status, out, err = run()
    assert (status, err) == (0, [])
    assert [line.split()[0] for line in out] == list(EXPERIMENTS)
    assert "learning-slowdown   a neuron that is badly wrong learns slowly (chapter 3, no data, 1 s)" in out


def test_an_experiment() -> None:
    """What is asked, what the book says, what came out; and a line for each run as it is finished."""
    status, out, err = run("learning-slowdown", "--plot", "slow.svg", "--table", "slow.md")
    assert status == 0
    assert out[0] == "learning-slowdown: a neuron that is badly wrong learns slowly (chapter 3)"
    assert out[2] == "Does a neuron that is badly wrong learn fast?"
    assert "quadratic, from 0.6, 0.9: first output 0.82 0.82 1 yes" in [" ".join(line.split()) for line in out]
    assert len(err) == 4 and err[-1].startswith("4 of 4 runs, 100% of the work: ")
    assert "wrote slow.svg" in out and "wrote slow.md" in out
    assert ">output: cross-entropy, η = 0.005 (" in Path("slow.svg").read_text(encoding="utf-8")
    table = Path("slow.md").read_text(encoding="utf-8")
    assert "| quadratic, from 0.6, 0.9: first output | 0.82 | 0.82 | 1 | yes |" in table
    assert "    python -m purenn.experiment learning-slowdown --table slow.md --results FILE\n" in table


def test_only_some_of_its_runs() -> None:
    """A name, or a part of several."""
    assert len(run("momentum", "μ = 0", "--epochs", "1", "--limit", "10")[2]) == 1
    status, out, err = run("universal", "sine", "--plot", "sine.svg")
    assert status == 0 and len(err) == 2
    assert [line.partition(":")[0] for line in out if "mean distance" in line] == ["sine", "sine"]
    assert Path("sine.svg").read_text(encoding="utf-8").count("f(x): ") == 1


def test_the_table_says_how_it_was_made() -> None:
    run(*"universal sine --seed 7 --seeds 2 --epochs 3 --table t.md --results r.jsonl".split())
    assert ("    python -m purenn.experiment universal sine --seed 7 --seeds 2 --epochs 3 --table t.md --results FILE\n"
            in Path("t.md").read_text(encoding="utf-8"))
    run("momentum", "μ = 0", *"--data digits --epochs 1 --limit 10 --table".split(), "my table.md")
    assert ("    python -m purenn.experiment momentum 'μ = 0' --data digits --epochs 1 --limit 10 "
            "--table 'my table.md' --results FILE\n" in Path("my table.md").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_scaled_down_it_is_not_the_books() -> None:
    status, out, _ = run(*"cross-entropy 30 --data digits --epochs 1 --limit 20 --seeds 2".split())
    assert status == 0
    assert any(line.startswith("cross-entropy, 30 hidden neurons, best epoch") and " ± " in line
               and line.split()[-2:] == ["2", "-"] for line in out)
    assert "These runs are not the book's: --epochs 1, --limit 20, digits." in out


@pytest.mark.parametrize("name, data, remark", [
    ("overfitting", None, ""), ("overfitting", "mnist", ""), ("overfitting", "digits", "not the book's: digits"),
    ("momentum", "mnist", ""), ("momentum", "fashion-mnist", "not the book's: fashion-mnist"),
    ("universal", "digits", "")])
def test_which_data_are_not_the_books(name: str, data: Optional[str], remark: str) -> None:
    assert experiment.scaled(EXPERIMENTS[name], {"data": data, "epochs": None, "limit": None}) == remark


def test_digits_are_said_to_be_digits() -> None:
    _, out, _ = run("momentum", "0.5", "--epochs", "1", "--limit", "10")
    assert "On the digits that come with purenn; --data mnist takes the book's." in out


def test_results_are_kept_and_gone_on_with() -> None:
    arguments = "momentum", "--epochs", "1", "--limit", "10", "--results", "kept.jsonl"
    _, before, err = run(*arguments)
    assert len(err) == 3
    content = Path("kept.jsonl").read_bytes()
    status, after, err = run(*arguments)
    assert (status, after, err) == (0, before, ["3 of 3 runs are in kept.jsonl"])
    assert Path("kept.jsonl").read_bytes() == content
    status, _, err = run(*arguments, "--seeds", "2")
    assert err[0] == "3 of 6 runs are in kept.jsonl" and len(err) == 4
    status, after, err = run(*arguments, "--report")
    assert (status, after, err) == (0, before, [])


def test_a_report_of_what_is_not_there_yet() -> None:
    """A report changes nothing, not even a line that another process has begun to write."""
    status, _, err = run("momentum", "--results", "none.jsonl", "--report")
    assert (status, err) == (2, ["purenn.experiment: error: none.jsonl: No such file or directory"])
    assert not Path("none.jsonl").exists()
    torn = json.dumps(HEAD).encode() + b'\n{"run": "mom'
    Path("begun.jsonl").write_bytes(torn)
    status, out, err = run("momentum", "--results", "begun.jsonl", "--report")
    assert (status, err) == (0, []) and "nothing was measured yet" in out
    status, _, err = run("momentum", "--results", "begun.jsonl", "--report", "--plot", "none.svg")
    assert (status, err) == (2, ["purenn.experiment: error: momentum has no figure of these runs"])
    assert not Path("none.svg").exists()
    assert Path("begun.jsonl").read_bytes() == torn


def test_mnist_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path
                                 ) -> None:
    """One line says how to get it, before any process is started."""
    monkeypatch.setattr("purenn.data.folders", lambda name: [tmp_path / "nowhere"])
    status, out, err = run("overfitting")
    assert (status, out, len(err)) == (2, [], 1)
    assert "mnist" in err[0] and "--download fetches it" in err[0]


@pytest.mark.parametrize("arguments, complaint", [
    (["nothing"], "invalid choice: 'nothing'"),
    (["overfitting", "--all"], "a name or --all, not both"),
    (["--all", "--plot", "all.svg"], "--plot draws the figures of one experiment; name it"),
    (["momentum", "--report"], "--report needs --results FILE"),
    (["momentum", "0.7"], "momentum has no run with 0.7 in its name; it has: μ = 0; μ = 0.5; μ = 0.9"),
    (["--seeds", "2"], "a name, or --all; without anything: a list"),
    (["baselines", "--plot", "ink.svg"], "baselines has no figure"),
    (["universal", "--data", "mnist"], "universal needs no data"),
    (["momentum", "--seeds", "0"], "argument --seeds: a whole number from 1 to 10,000, not '0'"),
    (["momentum", "--seeds", "1000000000"], "argument --seeds: a whole number from 1 to 10,000, not '1000000000'"),
    (["momentum", "--plot", "momentum.png"], "momentum.png: "),
    (["momentum", "--plot", "a.svg", "--table", "a.svg"], "a.svg: named for two purposes"),
    (["momentum", "--table", "no/such/folder.md"], "no/such/folder.md: No such file or directory"),
    (["momentum", "--data", "no-such-file"], "no-such-file: No such file or directory"),
    (["momentum", "--data", "mnst"], " mnst: No such file or directory; did you mean mnist?")])
def test_what_is_wrong_is_told_in_one_line(arguments: List[str], complaint: str
                                           ) -> None:
    status, out, err = run(*arguments)
    assert (status, out, len(err)) == (2, [], 1)
    assert err[0].startswith("purenn.experiment: error: ") and complaint in err[0]


def test_a_run_that_diverges_ends_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(task: Task) -> Curves:
        if "0.5" in task.run.key:
            raise ArithmeticError("too large")
        return perform(task)

    monkeypatch.setattr(experiment, "perform", failing)
    status, out, err = run("momentum", "--epochs", "1", "--limit", "10", "--results", "kept.jsonl")
    assert (status, err[-1]) == (1, "purenn.experiment: momentum.run(mu=0.5), seed 1: too large")
    assert any(line.startswith("μ = 0.9: training cost") for line in out)
    status, _, err = run("momentum", "μ = 0.5", "--epochs", "1", "--plot", "none.svg")
    assert (status, err[-1]) == (1, "purenn.experiment: momentum.run(mu=0.5), seed 1: too large")
    assert len(Path("kept.jsonl").read_text(encoding="ascii").splitlines()) == 3


@pytest.mark.slow
def test_an_interruption_keeps_what_was_measured(tmp_path: Path) -> None:
    """Ctrl-C in the middle of many runs; the same command then makes the rest."""
    arguments = "momentum --seeds 30 --limit 200 --epochs 3 --jobs 2 --results kept.jsonl".split()
    process = subprocess.Popen([sys.executable, "-m", "purenn.experiment", *arguments], cwd=tmp_path,
                               stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "PYTHONPATH": str(Path(experiment.__file__).parent.parent)})
    kept = tmp_path / "kept.jsonl"
    while not kept.exists() or kept.read_bytes().count(b"\n") < 4:
        time.sleep(0.05)
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    finished = kept.read_bytes().count(b"\n") - 1
    assert process.returncode == 130 and 3 <= finished < 90
    told = re.fullmatch(r"purenn\.experiment: interrupted; (\d+) of 90 runs are in kept\.jsonl, "
                        r"the same command goes on", err.splitlines()[-1])
    assert told and finished - int(told[1]) in (0, 1)       # the last may have been written, and not counted yet
    assert "Traceback" not in err
