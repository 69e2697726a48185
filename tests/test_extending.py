"""A new activation and a new cost: a class and a line in a table each, until they are in a file and on paper.

LeakyReLU lets a hundredth of a negative z through: max(z, z/100). The absolute error is Σ|a - y|.
"""
from __future__ import annotations

import copy
import inspect
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import purenn
from purenn import network2
from purenn.activations import ACTIVATIONS, Activation
from purenn.costs import COSTS, Cost
from purenn.matrix import Vector
from purenn.saved import models
from purenn.trace import main


class LeakyReLU(Activation):
    """z, and a hundredth of it below zero."""

    def __call__(self, z: Vector) -> Vector:
        return [max(zj, zj / 100) for zj in z]

    def backward(self, a: Vector, g: Vector) -> Vector:
        return [gj if aj > 0.0 else gj / 100 for aj, gj in zip(a, g)]


class AbsoluteErrorCost(Cost):
    """Σⱼ |aⱼ - yⱼ|."""

    @staticmethod
    def fn(a: Vector, y: Vector) -> float:
        return sum(abs(aj - yj) for aj, yj in zip(a, y))

    @staticmethod
    def derivative(a: Vector, y: Vector) -> Vector:
        return [1.0 if aj > yj else -1.0 for aj, yj in zip(a, y)]


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> network2.Network:
    """A network of them, which have the names that they would get in activations.py and costs.py.

        z² = (1·1 - 1·0.5, -2·1 + 0·0.5) = (0.5, -2)    a² = (0.5, -0.02)
        z³ = 2·0.5 + 10·(-0.02) = 0.8                   a³ = 0.8          C = |0.8 - 1| = 0.2
        δ³ = -1·1 = -1                                  δ² = (-2·1, -10/100) = (-2, -0.1)
    """
    monkeypatch.setitem(ACTIVATIONS, "leakyrelu", LeakyReLU())
    monkeypatch.setitem(COSTS, "absolute-error", AbsoluteErrorCost)
    net = network2.Network([2, 2, 1], activation=ACTIVATIONS["leakyrelu"], output=ACTIVATIONS["leakyrelu"],
                           cost=COSTS["absolute-error"])
    net.weights, net.biases = [[[1.0, -1.0], [-2.0, 0.0]], [[2.0, 10.0]]], [[0.0, 0.0], [0.0]]
    return net


def test_it_learns(net: network2.Network) -> None:
    x, y = [1.0, 0.5], [1.0]
    assert net.total_cost([(x, y)]) == pytest.approx(0.2)
    nabla_b, nabla_w = net.backprop(x, y)
    assert nabla_b == [[-2.0, pytest.approx(-0.1)], [-1.0]] and nabla_w[1] == [[-0.5, pytest.approx(0.02)]]
    net.update_mini_batch([(x, y)], 0.01)
    assert net.total_cost([(x, y)]) < 0.2


def test_it_is_saved_loaded_and_copied(net: network2.Network, tmp_path: Path) -> None:
    models.save(net, tmp_path / "net.json")
    content = json.loads((tmp_path / "net.json").read_text())
    assert content["activations"] == ["leakyrelu", "leakyrelu"] and content["cost"] == "absolute-error"
    for other in models.load(tmp_path / "net.json"), copy.deepcopy(net), pickle.loads(pickle.dumps(net)):
        assert other.cost is AbsoluteErrorCost and other.activation_functions == net.activation_functions
        assert other.feedforward([1.0, 0.5]) == net.feedforward([1.0, 0.5])


def test_it_is_written_on_paper(net: network2.Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models.save(net, tmp_path / "net.json")
    main(["--model", str(tmp_path / "net.json"), "--input", "1", "0.5", "--target", "1"])
    page = capsys.readouterr().out
    for line in ["zⱼ = Σₖ wⱼₖ·xₖ + bⱼ, a = leakyrelu(z)\n",
                 "  a²₂ = leakyrelu(-2.00) = -0.02\n",
                 "  C = absolute-error((0.80), (1.00)) = 0.20\n",
                 "  ∂C/∂a³₁ = absolute-error′((0.80), (1.00))₁ = -1.00\n",
                 "  δ²₂ = -10.00·0.01 = -0.10\n"]:
        assert line in page


@pytest.mark.slow
def test_a_class_in_its_file_is_a_choice_of_every_command(tmp_path: Path) -> None:
    """The package with these two classes, above Identity and QuadraticCost, each with a line in its table."""
    package = Path(purenn.__file__).parent
    added = {"activations.py": ("class Identity", LeakyReLU, '    "sigmoid": ', '    "leakyrelu": LeakyReLU(), '),
             "costs.py": ("class QuadraticCost", AbsoluteErrorCost, '    "quadratic": ',
                          '    "absolute-error": AbsoluteErrorCost, ')}
    for source in package.rglob("*.py"):
        text = source.read_text(encoding="utf-8")
        if source.name in added:
            place, new, first, line = added[source.name]
            text = text.replace(place, f"{inspect.getsource(new)}\n\n{place}").replace(first, line + first.strip())
        copied = tmp_path / "purenn" / source.relative_to(package)
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_text(text, encoding="utf-8")
    for command, expected in [
            ("train --help", "leakyrelu"), ("trace --help", "absolute-error"),
            ("trace --activation leakyrelu --cost absolute-error", "a²₁ = leakyrelu(0.3775) = 0.3775")]:
        name, *options = command.split()
        done = subprocess.run([sys.executable, "-m", f"purenn.{name}", *options], cwd=tmp_path, stdout=subprocess.PIPE,
                              encoding="utf-8", env={"PYTHONIOENCODING": "utf-8"}, check=True)
        assert expected in done.stdout
