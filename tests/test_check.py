"""The command: its last line, its exit status, and its complaints."""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Tuple

import pytest

from purenn.check import check, check_answers, main
from purenn.network import Network
from purenn.terminal.command import run


STUDENTS = Path(__file__).parent / "mistakes" / "students"


def outcome(capsys: pytest.CaptureFixture[str], *options: str) -> Tuple[int, str, str]:
    """The exit status, standard output and standard error."""
    try:
        status = run("purenn.check", lambda: main(options))
    except SystemExit as stop:
        status = int(stop.code or 0)
    out, err = capsys.readouterr()
    return status, out, err


def test_a_right_network(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = outcome(capsys, str(STUDENTS / "loops.py"))
    assert (status, out.splitlines()[-1], err) == (0, "verdict: right", "")


@pytest.mark.slow
def test_purenn_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for target in "purenn.network", "purenn.network2", "purenn/network.py":
        if Path(target).exists() or "/" not in target:
            assert outcome(capsys, target)[0] == 0


@pytest.mark.slow
def test_a_mistake(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """δ of the hidden layer without σ′, which is 1/4 at most: the number is more than four times too large."""
    text = (STUDENTS / "loops.py").read_text(encoding="utf-8")
    path = tmp_path / "mine.py"
    path.write_text(text.replace("[back[k] * sigma_prime(zs[l][k]) for k", "[back[k] for k"), encoding="utf-8")
    status, out, err = outcome(capsys, str(path))
    lines = out.splitlines()
    assert (status, lines[-1], err) == (1, "verdict: bp2-no-sigma-prime", "")
    assert lines[0] == f"{path}: Network, lists"
    assert lines[1].startswith("  feedforward          sigmoid throughout, to ")
    wrong = next(number for number, line in enumerate(lines) if "wrong" in line)
    assert lines[wrong] == "  backprop             wrong in layer 2 of 3        (BP2)"       # layer 1 is the input
    found, expected = (float(part.split()[-1]) for part in lines[wrong + 1].split(", expected"))
    assert "example 1: nabla_b[0][0] is" in lines[wrong + 1] and abs(found) > 4 * abs(expected) > 0
    assert "δ = wᵀδ, not wᵀδ ⊙ σ′(z)" in lines[wrong + 2]


@pytest.mark.slow
@pytest.mark.parametrize("text, sentence", [
    (None, "No such file or directory"),
    ("def f(:\n", "SyntaxError"),
    ("import no_such_module\n", "no network was found"),
    ("x = 1\n", "no network was found"),
    ("class A:\n def __init__(self, sizes): pass\n def feedforward(self, a): pass\n", "no weights were found"),
    ("class A:\n def __init__(self, sizes):\n  while True: pass\n def feedforward(self, a): pass\n",
     "was not loaded within"),
    ("class A:\n def __init__(self, sizes):\n  import os; os._exit(3)\n", "exit status 3"),
    ("{}", "expected a Python file; a case is judged with its answers, in two files"),
])
def test_what_cannot_be_checked_is_said_in_one_line(text: str, sentence: str, capsys: pytest.CaptureFixture[str],
                                                    tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    if text:
        path.write_text(text, encoding="utf-8")
    status, out, err = outcome(capsys, str(path), "--seconds", "2")
    assert (status, out) == (2, "") and "Traceback" not in err
    assert err.splitlines()[-1].startswith(f"purenn.check: error: {path}: ") and sentence in err.splitlines()[-1]


def test_the_help_says_that_checking_runs(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = outcome(capsys, "--help")
    assert status == 0 and "Checking a file runs it" in out


@pytest.mark.slow
def test_golden_files_answer_themselves() -> None:
    """A golden file is a case; and all of its numbers, which others have proved, are right answers to it."""
    for path in (Path(__file__).parent / "golden").glob("*.json"):
        golden = json.loads(path.read_text(encoding="utf-8"))
        assert check_answers(golden, golden).slug == "right", path


@pytest.mark.slow
def test_as_a_value() -> None:
    for target in str(STUDENTS / "loops.py"), "purenn.network", Network:
        verdict = check(target)
        assert verdict.right and verdict.slugs == ("right",)


@pytest.mark.slow
def test_lambda_is_tried_where_the_book_has_it(tmp_path: Path) -> None:
    """The student's update_mini_batch has lmbda and n: λ/m in place of λ/n is found, unless λ is said to be 0."""
    text = (STUDENTS / "loops.py").read_text(encoding="utf-8")
    path = tmp_path / "mine.py"
    path.write_text(text.replace("eta * lmbda / n", "eta * lmbda / m"), encoding="utf-8")
    assert check(str(path)).slug == check(str(path), lmbda=0.1).slug == "l2-over-m"
    assert check(str(path), lmbda=0.0).slug == "right"
    with pytest.raises(ValueError, match="takes no lmbda"):
        check(Network, lmbda=0.1)


@pytest.mark.slow
def test_as_a_command() -> None:
    command = [sys.executable, "-m", "purenn.check", str(STUDENTS / "loops.py")]
    done = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "verdict: right")
