"""Every exercise has an answer; what a reader writes is judged, and the reasons hold."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import pytest

from commands import here
from purenn.exercises.answers import RIGHT, answer, answers
from purenn.exercises.judges import JUDGES, judged

WRITTEN = [title for title, one in answers().items() if one.judge]


def test_each_has_one_kind_of_answer() -> None:
    for title, one in answers().items():
        assert bool(one.judge) == (title not in RIGHT), title
        assert one.because and one.effort.split()[1].startswith("minutes"), title
        if one.choices:
            assert len(one.choices) >= 3 and one.right() in range(len(one.choices)), title
        if one.judge:
            assert one.judge in JUDGES and one.start != one.solution, title


@pytest.mark.parametrize("title, value", [
    ("Forward", 0.2748110832),              # σ(1.10590597) = 0.7513650696, and ½·0.7413650696²
    ("Backward", -0.00394888),              # 0.40·(-0.0431507)·0.645656·0.354344
    ("The slowdown", 0.14224),              # σ(4)²·(1 - σ(4)) / (σ(1.5)²·(1 - σ(1.5))) = 0.0173463 / 0.1219475
    ("What cancels", 0.741365),             # 0.751365 - 0.01
    ("L2 by hand", 0.9975),                 # 1 - 0.5·0.1/20
    ("Momentum by hand", -0.133389),        # 0.9·(-0.0692493) - 0.5·0.142130
    ("What is not done", 1020),             # 30·(5 + 5 + 5 + 2 + 3 + 3 + 5 + 6)
    ("Many numbers in one", 2),             # 3, less what the negative lane below borrows
    ("The gradient vanishes", 1 / 64),      # ¼·¼·¼
    ("Any function", 0.00248756),           # ½/201
    ("The range that does not vanish", 0.4477)])
def test_the_numbers(title: str, value: float) -> None:
    assert answer(title).right() == pytest.approx(value, rel=2e-4)


def run(code: str) -> Dict[str, Any]:
    names: Dict[str, Any] = {"__name__": "mine"}
    exec(code, names)
    return names


@pytest.mark.parametrize("title", [pytest.param(title, marks=pytest.mark.slow) if "network" in title else title
                                   for title in WRITTEN])
def test_a_solution_is_right_and_the_start_is_not(title: str) -> None:
    one = answer(title)
    assert judged(one.judge, run(one.solution)) == ""
    assert judged(one.judge, run(one.start)) != ""
    assert judged(one.judge, {}) != ""


@pytest.mark.parametrize("judge, code, complaint", [
    ("softmax", "from math import exp\ndef softmax(z): return [exp(x) / sum(map(exp, z)) for x in z]",
     "It raises OverflowError: math range error"),
    ("softmax", "", "There is no softmax yet."),
    ("leaky-relu", "class Leaky:\n    def __call__(self, z): return [max(x, x / 100) for x in z]\n"
     "    def backward(self, a, g): return [1.0] * len(g)", "backward([2.0, -0.03, 0.5], [10.0, 10.0, 10.0]) is "),
    ("l1", "def update(w, nabla, eta, lmbda, n): return [x - eta * lmbda / n * x - eta * g for x, g in zip(w, nabla)]",
     "update([0.5, -0.5, 0.0]"),                                                    # L2's decay, not L1's
    ("sparse", "def matvec(W, x): return [sum(w * k for w, k in zip(row, x)) for row in W]",
     "It multiplies 24 times for [0.0, 2.0, 0.0, 0.0, 1.0, 0.0], where 8 are enough."),         # 4 rows of 6, or of 2
    ("bitwise", "w = [[1.0 if k == b else 0.0 for k in range(10)] for b in range(4)]; b = [0.0] * 4", "For 0"),
    ("lanes", "def pack(x): return sum(n << 16 * j for j, n in enumerate(x))\n"
     "def unpack(a, n): return [a >> 16 * j & 65535 for j in range(n)]", "with x = ")])          # lanes too narrow
def test_what_is_wrong_is_said(judge: str, code: str, complaint: str) -> None:
    assert judged(judge, run(code)).startswith(complaint)


def test_on_the_command_line(tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text(answer("Your own softmax").solution, encoding="utf-8")
    assert here("purenn.exercises", "softmax", mine).stdout == "right\n"
    mine.write_text("def softmax(z):\n    return z\n", encoding="utf-8")
    result = here("purenn.exercises", "softmax", mine)
    assert (result.returncode, result.stdout) == (1, "softmax([0.0]) is [0.0], expected [1.0].\n")
    mine.write_text("def softmax(z:\n", encoding="utf-8")
    result = here("purenn.exercises", "softmax", mine)
    assert result.returncode == 2
    assert result.stderr.startswith(f"purenn.exercises: error: {mine}: it does not run: SyntaxError")
    result = here("purenn.exercises", "softmax", tmp_path / "none.py")
    assert result.returncode == 2 and "none.py: No such file or directory" in result.stderr
