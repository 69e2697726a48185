"""Code under check may do anything. Whatever it does is a sentence of the report, and never an error of ours."""
from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any, List, Tuple

import pytest

from purenn.mistakes.checking import CannotCheck, check


STUDENTS = Path(__file__).parent / "students"
METHODS = ["feedforward", "cost_derivative", "backprop", "update_mini_batch", "SGD", "evaluate"]

WRAPPED = """
import functools
before = Network.{method}


@functools.wraps(before)
def {method}(self, *arguments, **options):
    {body}


Network.{method} = {method}
"""
"""What is added to a right student's file: one method of it behaves in another way."""


def badly(tmp_path: Path, method: str, body: str) -> str:
    """A right student's file in which one method has this body."""
    path = tmp_path / "student.py"
    right = (STUDENTS / "loops.py").read_text(encoding="utf-8")
    path.write_text(right + WRAPPED.format(method=method, body=body), encoding="utf-8")
    return str(path)


ANYWHERE = {
    "raise RuntimeError('no such luck')": ("raises", "raised RuntimeError: no such luck (line 1"),
    "while True: pass": ("hangs", "did not return within 4 seconds"),
    "import sys; sys.exit(3)": ("raises", "raised SystemExit: 3"),
    "raise KeyboardInterrupt": ("raises", "raised KeyboardInterrupt"),
    "return self.no_such_thing": ("raises", "raised AttributeError"),
    "return {method}(self, *arguments, **options)": ("raises", "raised RecursionError"),
    "return input()": ("raises", "raised EOFError"),
    "import os; os._exit(3)": ("ends-the-process", "ended the process (exit status 3)"),
    "import os, signal; os.kill(os.getpid(), signal.SIGTERM)": ("ends-the-process", "(exit status -15)"),
    "import time; time.sleep(60)": ("hangs", "did not return within 4 seconds"),
}
"""What any method may do: the verdict, and words of its sentence."""

HANGS = [body for body, (slug, _) in ANYWHERE.items() if slug == "hangs"]

VALUES = {
    "return None": ("returns-none", "returned None"),
    "return 'seven'": ("wrong-type", "of type str"),
    "return object()": ("wrong-type", "of type object"),
    "return [0.5] * 7": ("wrong-shape", "shape (7,)"),
    "return []": ("wrong-shape", "shape"),
    "return [[0.5, 0.5], [0.5]]": ("wrong-shape", "returned a list of 2"),
    "return [[[[[[0.5]]]]]]": ("wrong-type", "a list of 1"),
    "return [1e400 * 0.0 for _ in before(self, *arguments, **options)]": ("not-finite", "nan"),
    "return [1e400 for _ in before(self, *arguments, **options)]": ("not-finite", "inf"),
    "return [0.5] * 10**5": ("wrong-shape", "more than 10,000 numbers"),
    "return (0.5 for _ in before(self, *arguments, **options))": ("wrong-type", "of type generator"),
}
"""What may come back in place of a vector."""

NETWORKS = {
    "self.weights = None": ("wrong-shape", "weights became None"),
    "self.biases = 3": ("wrong-shape", "biases became something of type int"),
    "self.weights[0] = [[0.5]]": ("wrong-shape", " shape"),
    "before(self, *arguments, **options); self.biases[-1][0] = 1e400 * 0.0": ("not-finite", "nan"),
    "before(self, *arguments, **options); del self.weights[-1]": ("wrong-shape", "weights became a list of "),
    "del self.weights": ("raises", "AttributeError"),
}
"""What a training may make of its network."""


def few(most: int, *cases: Tuple[str, ...]) -> List[Any]:
    """Cases, of which those beyond some are long: each of them starts a process."""
    return [pytest.param(*case, marks=[pytest.mark.long] * (k >= most)) for k, case in enumerate(cases)]


def found(target: str) -> List[str]:
    report = str(check(target, seconds=4.0)).splitlines()
    assert not any("Traceback" in line for line in report)
    return report


@pytest.mark.slow
@pytest.mark.parametrize("method, body", [
    pytest.param(method, body, marks=[pytest.mark.long] * (body in HANGS or method in METHODS[1::2]))
    for method, body in [*product(METHODS, list(ANYWHERE)[:2]), *product(["backprop"], list(ANYWHERE)[2:])]])
def test_whatever_a_method_does(method: str, body: str, tmp_path: Path) -> None:
    report = found(badly(tmp_path, method, body.format(method=method)))
    slug, words = ANYWHERE[body]
    assert report[-1] == f"verdict: {slug}"
    callers = ("  backprop",) if method == "cost_derivative" else ()        # what hangs is what was asked
    assert any(line.startswith((f"  {method}", *callers)) and words in line for line in report)


@pytest.mark.slow
@pytest.mark.parametrize("method, body", few(4, *product(["feedforward"], VALUES),
                                             *product(["cost_derivative"], list(VALUES)[:3])))
def test_whatever_comes_back(method: str, body: str, tmp_path: Path) -> None:
    report = found(badly(tmp_path, method, body))
    slug, words = VALUES[body]
    assert report[-1] == f"verdict: {slug}"
    assert any(line.startswith(f"  {method}") and words in line for line in report)


@pytest.mark.slow
@pytest.mark.parametrize("body", few(2, *zip(["return [], []", "return before(self, *arguments, **options)[0]",
                                              "return None", "return 'seven'", "return ()", "return 0.5, 0.5",
                                              "return [None], [None]", "return [[0.5]], [[[0.5]]]", "yield 1"])))
def test_whatever_backprop_returns(body: str, tmp_path: Path) -> None:
    report = found(badly(tmp_path, "backprop", body))
    assert report[-1] in ("verdict: returns-none", "verdict: wrong-type", "verdict: wrong-shape")


@pytest.mark.slow
@pytest.mark.parametrize("method, body", few(3, *product(["update_mini_batch", "SGD"], NETWORKS)))
def test_whatever_becomes_of_the_network(method: str, body: str, tmp_path: Path) -> None:
    report = found(badly(tmp_path, method, body))
    slug, words = NETWORKS[body]
    assert report[-1] == f"verdict: {slug}" or method == "update_mini_batch" and report[-1] == "verdict: raises"
    assert any(words in line for line in report), report


@pytest.mark.slow
@pytest.mark.parametrize("method, array", few(
    3, ("feedforward", "arguments[0]"), ("backprop", "self.weights[0][0]"), ("update_mini_batch", "arguments[0][0][0]"),
    ("feedforward", "self.biases[0]"), ("cost_derivative", "arguments[0]"), ("backprop", "arguments[0]"),
    ("backprop", "arguments[1]"), ("update_mini_batch", "arguments[0][-1][1]"), ("SGD", "arguments[0][0][0]")))
def test_a_method_that_changes_what_it_is_given(method: str, array: str, tmp_path: Path) -> None:
    body = f"result = before(self, *arguments, **options); {array}[0] += 1.0; return result"
    report = found(badly(tmp_path, method, body))
    assert report[-1] == "verdict: changes-its-input"
    assert any(line.startswith(f"  {method}") and "changes what it is given" in line for line in report)


@pytest.mark.slow
@pytest.mark.parametrize("body", few(2, *zip([
    "print('z =', 3)", "import os; os.write(1, b'{{}}')", "import sys; sys.stderr.write('z = 3')",
    "import sys; sys.stdout.close()", "import os; os.closerange(0, 3)",
    "import threading, time; threading.Thread(target=time.sleep, args=(60,)).start()"])))
def test_prints_and_the_like_disturb_nothing(body: str, tmp_path: Path) -> None:
    report = found(badly(tmp_path, "feedforward", f"{body}; return before(self, *arguments, **options)"))
    assert report[-1] == "verdict: right"
    assert any("not looked at" in line for line in report) == ("z =" in body)


BEGUN = """
class A:
    def __init__(self, sizes):
        {body}

    def feedforward(self, a):
        return a
"""


@pytest.mark.slow
@pytest.mark.parametrize("body, words", [
    ("raise KeyError('w')", "KeyError: 'w' (line 4)"),
    pytest.param("while True: pass", "not loaded within", marks=pytest.mark.long),
    ("self.weights, self.biases = [[[0.5]]] * 2, [[0.5]] * 2", "only the forward pass could be judged"),
    ("self.weights, self.biases = ['a', 'b'], ['a', 'b']", "no weights were found"),
])
def test_what_cannot_be_begun(body: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "student.py"
    path.write_text(BEGUN.format(body=body), encoding="utf-8")
    with pytest.raises(CannotCheck) as error:
        check(str(path), seconds=4.0)
    assert words in str(error.value) and "\n" not in str(error.value)
