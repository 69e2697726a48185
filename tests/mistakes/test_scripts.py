"""Networks that no class and no function makes: scripts, lists of neurons; and what is safe from all that is called."""
from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from purenn.mistakes.checking import check, check_source
from purenn.mistakes.load import load_text

SCRIPT = '''
import math, random

X, T = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[1.0], [1.0], [0.0]]
w1 = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(4)]
w2 = [[random.uniform(-1, 1) for _ in range(4)] for _ in range(1)]
rate = 0.5

for epoch in range(10000):
    loss = 0
    for x, t in zip(X, T):
        h = [1 / (1 + math.exp(-sum(p * q for p, q in zip(row, x)))) for row in w1]
        o = [1 / (1 + math.exp(-sum(p * q for p, q in zip(row, h)))) for row in w2]
        loss += sum((a - b) ** 2 for a, b in zip(o, t))
        d2 = [(a - b) * a * (1 - a) for a, b in zip(o, t)]
        d1 = [sum(row[k] * d for row, d in zip(w2, d2)) * h[k] * (1 - h[k]) for k in range(len(h))]
        w2 = [[w - rate * d * a for w, a in zip(row, h)] for row, d in zip(w2, d2)]
        w1 = [[w - rate * d * a for w, a in zip(row, x)] for row, d in zip(w1, d1)]
        if epoch % 1000 == 0:
            print(epoch, loss)
'''
BACK = "d1 = [sum(row[k] * d for row, d in zip(w2, d2)) * h[k] * (1 - h[k])"
NEURONS = '''
import math

def sigmoid(z):
    return 1 / (1 + math.exp(-z))

def feed(network, x):
    outputs = []
    for layer in network:
        x = [sigmoid(sum(w * a for w, a in zip(neuron, x + [1]))) for neuron in layer]
        outputs.append(x)
    return outputs

def learn(network, x, target):
    hidden, out = feed(network, x)
    d2 = [(a - t) * a * (1 - a) for a, t in zip(out, target)]
    d1 = [sum(neuron[k] * d for neuron, d in zip(network[1], d2)) * a * (1 - a) for k, a in enumerate(hidden)]
    for neuron, d in zip(network[1], d2):
        for k, a in enumerate(hidden + [1]):
            neuron[k] -= d * a
    for neuron, d in zip(network[0], d1):
        for k, a in enumerate(x + [1]):
            neuron[k] -= d * a
'''


@pytest.mark.slow
def test_one_round_of_a_scripts_loop_is_a_step() -> None:
    verdict = check_source(SCRIPT)
    assert verdict.slug == "right", str(verdict)
    assert "took forward_in_line_11 for the way forward" in str(verdict)
    assert check_source(SCRIPT.replace(BACK, BACK.replace(" * h[k] * (1 - h[k])", ""))).slug == "bp2-no-sigma-prime"


@pytest.mark.slow
@pytest.mark.parametrize("head", ["def main():\n", "if __name__ == '__main__':\n"])
def test_a_script_may_stand_in_main(head: str) -> None:
    imports, _, script = SCRIPT.partition("\n\n")
    assert check_source(f"{imports}\n\n{head}{textwrap.indent(script, '    ')}\nmain()\n").slug == "right"


@pytest.mark.slow
def test_neurons_in_lists_that_nobody_makes() -> None:
    assert check_source(NEURONS).slug == "right"
    line = next(line for line in NEURONS.splitlines() if line.startswith("    d1 = "))
    second = "    for neuron, d in zip(network[0], d1):"
    late = NEURONS.replace(f"{line}\n", "").replace(second, f"{line}\n{second}")
    assert check_source(late).slug == "bp2-updated-weights"


@pytest.mark.slow
def test_whatever_is_called_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saving beside the file is done in a folder that is thrown away; elsewhere nothing can be written."""
    kept = tmp_path / "kept.txt"
    kept.write_text("as it was")
    saves = "        open('weights.txt', 'w').write('saved')\n"
    path = tmp_path / "student.py"
    path.write_text(NEURONS + f'''
import os, shutil

def make_everything(n, m):
    shutil.rmtree({str(tmp_path)!r})

def new_run():
    os.rename({str(kept)!r}, 'other.txt')

def create(path):
    open({str(kept)!r}, 'w')

def init(sizes):
    open('log.txt', 'w').write('made')
    return [[[0.5 * k - j for k in range(m + 1)] for j in range(n)] for m, n in zip(sizes, sizes[1:])]
''' + saves.replace("        ", "    ", 1).replace("    open", "def save(network):\n    open", 1))
    monkeypatch.chdir(tmp_path)
    assert check(str(path)).right
    assert sorted(one.name for one in tmp_path.iterdir()) == ["kept.txt", "student.py"]
    assert kept.read_text() == "as it was"


def test_what_is_returned_without_a_name_has_that_of_the_caller() -> None:
    """`init` has its names from where it is called, `back` from the parameters that are made for it."""
    loaded = load_text(
        "def init(): return [[1.0]], [0.5]\n"
        "def forward(w, b, x):\n    z = w[0][0] * x[0] + b[0]\n    return z, max(0, z)\n"
        "def back(z, a, x): return [[a * x[0]]], [a]\n"
        "def update(w, b, dw, db, eta): return w, b\n"
        "def train(x):\n    w, b = init()\n    z, a = forward(w, b, x)\n", "mine")
    assert loaded.returns["init"] == ["w", "b"]
    assert loaded.returns["forward"] == ["z", "a"]
    assert loaded.returns["back"] == ["dw", "db"]
