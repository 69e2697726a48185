"""The exercises: each can be checked, and every command in them does what they say."""
from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Callable, Dict, List, Tuple

import pytest

import purenn
from purenn.exercises.answers import answer, answers

CLONE = Path(purenn.__file__).parent.parent
TEXT = (CLONE / "purenn" / "exercises" / "README.md").read_text(encoding="utf-8")
EXERCISES = {int(number): text
             for number, text in re.findall(r"^\*\*(\d+)\. (.*?)(?=^\*\*|^## |\Z)", TEXT, re.M | re.S)}

SOLUTION = (Path(__file__).parent / "my_network.py").read_text(encoding="utf-8")
FORGETFUL = SOLUTION.replace("for j in range(len(w))) * ak * (1 - ak)", "for j in range(len(w)))")
WITH_L2 = SOLUTION.replace("(self, mini_batch, eta):", "(self, mini_batch, eta, lmbda, n):").replace(
    "        for nabla_b, nabla_w in gradients:",
    "        for w in self.weights:\n"
    "            for row in w:\n"
    "                row[:] = [(1 - eta * lmbda / n) * wjk for wjk in row]\n"
    "        for nabla_b, nabla_w in gradients:")
DECAYED = WITH_L2.replace("        for w in self.weights:\n",
                          "        for b in self.biases:\n"
                          "            b[:] = [(1 - eta * lmbda / n) * bj for bj in b]\n"
                          "        for w in self.weights:\n")
FILES = {"my_network.py": SOLUTION, "broken.py": FORGETFUL, "my_network2.py": WITH_L2, "decayed.py": DECAYED}
FILES.update({f"{name}.py": answer(title).solution for name, title in {
    "bits": "The bitwise output layer", "batch": "A mini-batch at once", "l1": "L1 regularisation",
    "softmax": "Your own softmax", "leaky": "A leaky ReLU", "sparse": "Your own sparse",
    "lanes": "Adding in lanes"}.items()})
"""What a reader has written ..."""

ANSWERS_ONLY = SOLUTION.split("    def backprop")[0]
"""... and `my_network.py` in exercise 4, before there is a backprop."""

LINES = {4: 1, 5: 3, 13: 3}
"""How many methods the first command has looked at."""

EXPECTED: Dict[int, List[str]] = {
    1: ["a³₁ = 1/(1 + e^-1.10590597) = 0.751365",           # 0.40·0.593270 + 0.45·0.596884 + 0.60 = 1.105906
        "= 0.274811"],                                      # ½·(0.751365 - 0.01)²
    # a³₁ = 0.762039, below 1, so that δ³₁ = (0.762039 - 1)·0.762039·0.237961 is negative; the weights are positive.
    2: ["δ³₁ = ", " = -0.0431507",
        "δ²₁ = ", " = -0.00394888",                         # 0.40·(-0.0431507)·0.645656·0.354344
        "δ²₂ = ", " = -0.00423104"],                        # 0.45·(-0.0431507)·0.679179·0.320821
    # The bias of the output changes most: ∂C/∂b is δ³₁, and every weight's is δ times an activation below 1.
    3: ["b³₁ → 0.60 - 0.50·0.138498562 = 0.530751",
        # z³₁ should be 0, and is 1.106. Where 0.5 is desired δ³₁ = 0.251365·0.751365·0.248635 = 0.0470, and a step
        # changes z³₁ by -η·δ³₁·(1 + 0.593270² + 0.596884²) = -0.080·η, about. η = 5: by -0.40, to 0.70.
        "The cost was 0.0315922 before the step and is 0.0141977 after it.",
        # η = 500: by -40, far beyond 0. The output is 0, and the cost ½·0.5² again 0.125.
        "The cost was 0.0315922 before the step and is 0.125000 after it."],
    4: ["feedforward ", "verdict: right"],
    5: ["verdict: right", "verdict: bp2-no-sigma-prime"],
    # a = σ(4) = 0.98201 and σ(1.5) = 0.81757. Quadratic: ∂C/∂w = a·a·(1 - a), 0.017346 / 0.121938 = 0.142; cross-
    # entropy: ∂C/∂w = a, 0.98201 / 0.81757 = 1.201.
    9: ["0.142", "1.201"],
    10: ["δ³₁ = 0.751365070 - 0.01 = 0.741365", "δ³₁ = 1.10590597 - 0.01 = 1.09591"],
    11: ["w²₁₁ → (1 - 0.50·0.10/20)·0.15 - ",                # 0.9975
        "b³₁ → 0.60 - 0.50·0.138498562 = 0.530751"],        # as without λ
    12: ["v → 0.90·0.00 - 0.50·0.138498562 = -0.0692493",
        "v → 0.90·(-0.0692492808) - 0.50·0.142129779 = -0.133389\n  b³₁ → "],
    13: ["verdict: right", "verdict: l2-on-biases"],
    # 17 to 19 take times, and tests of times fail on busy machines.
    18: ["0.00  0.06  0.81  1.00  0.94  0.31  0.00  0.00", "\n1020\n"],     # 5+5+5+2+3+3+5+6 = 34 pixels, 30·34 = 1,020
    # Above the two lower lanes there are 3 and a borrowed -1, for 1 - 2·2⁶⁴ is negative.
    20: [f"{1 - 2 * 2**64 + 3 * 2**128} 2 (10, -20, 30)"],
    21: ["True\n"],
    # Each step back multiplies δ by the weight 1 and by σ′ = ½·½: three of them by 1/64.
    26: ["0.015625", "layer 1 at the start"],
    # `step` at ½ is 0. There the network's bump of height 0 ends and one of 1 begins: ½. On average ½/201 = 0.0024876.
    27: ["('book', 10, 0.0552", "('book', 20, 0.0220", "('book', 40, 0.0091", "('book', 80, 0.0043",
         "('step', 10, 0.0024875", "('step', 20, 0.0024875", "('step', 40, 0.0024875", "('step', 80, 0.0024875"]}
"""What the commands print of the answers, in this order."""


def overfitting(outputs: List[str]) -> None:
    """All training images are read, and go on being read, while the validation cost rises by more than a tenth and the
    validation accuracy stays within a tenth."""
    epochs = [re.findall(r"(?:cost|accuracy) ([\d.]+)", line) for line in outputs[0].splitlines() if "Epoch " in line]
    cost, accuracy, _, read = ([float(number) for number in numbers] for numbers in zip(*epochs))
    lowest = cost.index(min(cost))
    assert set(read[lowest:]) == {50.0} and cost[-1] > 1.1 * min(cost)
    assert len(epochs) == 100 and max(accuracy[lowest:]) - min(accuracy[lowest:]) < 0.1 * 250


def more_from_the_same(outputs: List[str]) -> None:
    """Shifting makes it worse."""
    plain, shifted, _ = (float(re.findall(r"^test accuracy: ([\d.]+)%", output, re.M)[0]) for output in outputs)
    assert shifted < plain


def best_rates(outputs: List[str]) -> None:
    """The best η is lower with momentum: the table has the best network first."""
    rows = re.findall(r"^[\d.]+% +([\d.]+) +(0|0\.9) ", outputs[0], re.M)
    best = {mu: [float(eta) for eta, other in rows if other == mu][0] for mu in ("0", "0.9")}
    assert len(rows) == 12 and best["0.9"] < best["0"]


CHECKS: Dict[int, Callable[[List[str]], None]] = {24: overfitting, 25: more_from_the_same, 29: best_rates}
"""Where the answer is not a number."""


LONG = 21, 24, 25, 26, 29


def commands(exercise: str) -> List[Tuple[str, int]]:
    """The commands of an exercise, each with the exit status that it should have. A backslash continues a line."""
    found = re.findall(r"^    \$ (.*?)(?: +# exit status (\d))?$", exercise.replace("\\\n", ""), re.M)
    return [(command, int(status or 0)) for command, status in found]


def test_every_exercise_has_an_answer_and_most_a_command() -> None:
    assert list(EXERCISES) == list(range(1, len(answers()) + 1))
    assert re.findall(r"^\*\*\d+\. (.*?)\.\*\*", TEXT, re.M) == list(answers())
    assert [number for number, exercise in EXERCISES.items() if not commands(exercise)] == [7, 28]     # paper alone
    assert len({*FILES.values(), ANSWERS_ONLY}) == len(FILES) + 1
    assert all(len(line) <= 120 for line in TEXT.splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("number", [pytest.param(number, marks=[pytest.mark.long] * (number in LONG))
                                    for number in EXERCISES])
def test_every_command(number: int, tmp_path: Path) -> None:
    files = {"my_network.py": ANSWERS_ONLY} if number == 4 else FILES
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    outputs = []
    for command, status in commands(EXERCISES[number]):
        program, *arguments = shlex.split(command)
        assert program == "python"
        result = subprocess.run([sys.executable, *arguments], cwd=tmp_path, capture_output=True, encoding="utf-8",
                                timeout=300,
                                env={**os.environ, "PYTHONPATH": str(CLONE), "PYTHONIOENCODING": "utf-8"})
        assert result.returncode == status, f"{command}\n{result.stdout[-500:]}\n{result.stderr[-500:]}"
        assert "Traceback" not in result.stderr
        outputs.append(result.stdout)
    rest = "".join(outputs)
    for answer in EXPECTED.get(number, []):
        before, found, rest = rest.partition(answer)
        assert found, f"{answer}, after which there is\n{before[-2000:]}"
    if number in CHECKS:
        CHECKS[number](outputs)
    if number in LINES:
        assert len(re.findall(r"^  \w", outputs[0], re.M)) == LINES[number]
