"""The exercises: each can be checked, and every command in them does what they say."""
from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import List, Tuple

import pytest

import purenn

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
"""What a reader has written."""

EXPECTED = {1: "a²₁ = 1/(1 + e^-1.10590597) = 0.751365", 3: "and is", 5: "verdict: bp2-no-sigma-prime", 6: "0.142",
            7: "δ²₁ = 0.751365070 - 0.01 = 0.741365", 8: "(1 - 0.50·0.10/20)", 10: "verdict: l2-on-biases",
            17: "test accuracy: "}
"""Something of the answer."""


def commands(exercise: str) -> List[Tuple[str, int]]:
    """The commands of an exercise, each with the exit status that it should have."""
    found = re.findall(r"^    \$ (.*?)(?: +# exit status (\d))?$", exercise, re.M)
    return [(command, int(status or 0)) for command, status in found]


def test_twenty_exercises_five_an_evening() -> None:
    assert list(EXERCISES) == list(range(1, 21))
    assert [len(re.findall(r"^\*\*\d+\. ", evening, re.M)) for evening in TEXT.split("\n## ")[1:]] == [5, 5, 5, 5]
    assert all(commands(exercise) for exercise in EXERCISES.values())
    assert len({*FILES.values()}) == 4


@pytest.mark.slow
@pytest.mark.parametrize("number", EXERCISES)
def test_every_command(number: int, tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    output = ""
    for command, status in commands(EXERCISES[number]):
        program, *arguments = shlex.split(command)
        assert program == "python"
        result = subprocess.run([sys.executable, *arguments], cwd=tmp_path, capture_output=True, encoding="utf-8",
                                timeout=300,
                                env={**os.environ, "PYTHONPATH": str(CLONE), "PYTHONIOENCODING": "utf-8"})
        assert result.returncode == status, f"{command}\n{result.stdout[-500:]}\n{result.stderr[-500:]}"
        assert "Traceback" not in result.stderr
        output += result.stdout
    assert EXPECTED.get(number, "") in output
