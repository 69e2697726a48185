"""What tests/golden proves of a port: a network written from its README alone passes every file, and none with a fault.

The port is short and slow, and shares nothing with purenn. Each fault below is a mistake that gives the right
numbers in ordinary networks; the file that catches it was made for it.
"""
from __future__ import annotations

import json
import math
from copy import deepcopy
from pathlib import Path
from typing import Any, Dict, List, Optional, Set, Tuple, Type

import pytest

pytestmark = pytest.mark.slow           # what it tests are the files, which seldom change: nothing of purenn is in it

FILES = sorted((Path(__file__).parent.parent / "golden").glob("*.json"))
Numbers = List[float]


def exp(z: float) -> float:
    """As in most languages: infinite above 709."""
    return math.exp(z) if z < 709.0 else math.inf


class Port:
    """A network, and the steps of gradient descent that it takes."""

    def __init__(self, file: Dict[str, Any]) -> None:
        self.activations, self.cost = file["activations"], file["cost"]
        self.weights, self.biases = deepcopy([file["steps"][0]["before"][name] for name in ("weights", "biases")])
        self.velocity_w = [[[0.0 for _ in row] for row in w] for w in self.weights]
        self.velocity_b = [[0.0 for _ in b] for b in self.biases]
        self.eta, self.lmbda, self.mu, self.n = file["eta"], file["lmbda"], file["mu"], file["n"]
        self.examples: List[Tuple[Numbers, Numbers]] = list(zip(file["inputs"], file["targets"]))

    def sigmoid(self, z: float) -> float:
        return 1.0 / (1.0 + exp(-z)) if z >= 0.0 else exp(z) / (1.0 + exp(z))

    def softmax(self, z: Numbers) -> Numbers:
        powers = [exp(zk - max(z)) for zk in z]
        return [power / sum(powers) for power in powers]

    def relu_prime(self, z: float) -> float:
        return 1.0 if z > 0.0 else 0.0

    def log(self, a: float) -> float:
        return math.log(max(a, 2.0 ** -53))

    def inverse(self, a: float) -> float:
        return 1.0 / (a or 2.0 ** -53)

    def cancels(self, y: Numbers) -> bool:
        return ((self.activations[-1], self.cost) in [("identity", "quadratic"), ("sigmoid", "cross-entropy")]
                or (self.activations[-1], self.cost) == ("softmax", "log-likelihood") and abs(sum(y) - 1.0) < 1e-12)

    def activation(self, l: int, z: Numbers) -> Numbers:
        name = self.activations[l]
        if name == "softmax":
            return self.softmax(z)
        return [self.sigmoid(zj) if name == "sigmoid" else math.tanh(zj) if name == "tanh" else
                max(zj, 0.0) if name == "relu" else zj for zj in z]

    def error(self, l: int, z: Numbers, a: Numbers, g: Numbers) -> Numbers:
        """δ from g = ∂C/∂a."""
        name = self.activations[l]
        if name == "softmax":
            mean = sum(ak * gk for ak, gk in zip(a, g))
            return [aj * (gj - mean) for aj, gj in zip(a, g)]
        return [gj * (aj * (1.0 - aj) if name == "sigmoid" else 1.0 - aj * aj if name == "tanh" else
                      self.relu_prime(zj) if name == "relu" else 1.0) for zj, aj, gj in zip(z, a, g)]

    def forward(self, x: Numbers, y: Numbers) -> Dict[str, Any]:
        zs: List[Numbers] = []
        activations = [x]
        for l, (w, b) in enumerate(zip(self.weights, self.biases)):
            zs.append([sum(wjk * ak for wjk, ak in zip(row, activations[-1])) + bj for row, bj in zip(w, b)])
            activations.append(self.activation(l, zs[-1]))
        cost = 0.0
        for a, t in zip(activations[-1], y):
            if self.cost == "quadratic":
                cost += 0.5 * (a - t) ** 2
            else:
                cost -= t * self.log(a) if t else 0.0
            if self.cost == "cross-entropy" and t != 1.0:
                cost -= (1.0 - t) * self.log(1.0 - a)
        return {"z": zs, "a": activations[1:], "cost": cost}

    def cost_prime(self, a: float, t: float) -> float:
        if self.cost == "quadratic":
            return a - t
        rest = (1.0 - t) * self.inverse(1.0 - a) if self.cost == "cross-entropy" else 0.0
        return rest - t * self.inverse(a)

    def backward(self, x: Numbers, y: Numbers) -> Dict[str, Any]:
        forward = self.forward(x, y)
        inputs, last = [x, *forward["a"]], len(self.weights) - 1
        nabla_a: List[Optional[Numbers]] = [None for _ in self.weights]
        delta: List[Numbers] = [[] for _ in self.weights]
        for l in range(last, -1, -1):
            a = forward["a"][l]
            if l == last and self.cancels(y):
                delta[l] = [aj - yj for aj, yj in zip(a, y)]
                continue
            g = ([self.cost_prime(aj, yj) for aj, yj in zip(a, y)] if l == last else
                 [sum(row[k] * d for row, d in zip(self.weights[l + 1], delta[l + 1])) for k in range(len(a))])
            nabla_a[l], delta[l] = g, self.error(l, forward["z"][l], a, g)
        return {"nabla_a": nabla_a, "delta": delta, "nabla_b": delta,
                "nabla_w": [[[d * a for a in inputs[l]] for d in delta[l]] for l in range(len(self.weights))]}

    def state(self) -> Dict[str, Any]:
        forward = [self.forward(x, y) for x, y in self.examples]
        squares = sum(w * w for matrix in self.weights for row in matrix for w in row)
        cost = sum(one["cost"] for one in forward) / len(forward) + self.lmbda / (2 * self.n) * squares
        return deepcopy({"weights": self.weights, "biases": self.biases, "velocity_w": self.velocity_w,
                         "velocity_b": self.velocity_b, "forward": forward, "cost": cost})

    def step(self) -> Dict[str, Any]:
        before = self.state()
        backward = [self.backward(x, y) for x, y in self.examples]
        for l, w in enumerate(self.weights):
            for j, row in enumerate(w):
                for k in range(len(row)):
                    slope = sum(one["nabla_w"][l][j][k] for one in backward) / len(backward)
                    self.descend(row, self.velocity_w[l][j], k, slope, self.lmbda / self.n)
                slope = sum(one["nabla_b"][l][j] for one in backward) / len(backward)
                self.descend(self.biases[l], self.velocity_b[l], j, slope, 0.0)
        return {"before": before, "backward": backward, "after": self.state()}

    def descend(self, parameters: Numbers, velocity: Numbers, k: int, slope: float, decay: float) -> None:
        if self.mu:
            velocity[k] = self.mu * velocity[k] - self.eta * decay * parameters[k] - self.eta * slope
            parameters[k] += velocity[k]
        else:
            parameters[k] = (1.0 - self.eta * decay) * parameters[k] - self.eta * slope


class NoLargest(Port):
    """Softmax without its largest z taken off."""

    def softmax(self, z: Numbers) -> Numbers:
        powers = [exp(zk) for zk in z]
        return [power / sum(powers) for power in powers]


class Overflow(Port):
    """A sigmoid of one formula: infinity / infinity from 710 on."""

    def sigmoid(self, z: float) -> float:
        return exp(z) / (1.0 + exp(z))


class Cut(Port):
    """Outputs kept 10⁻⁷ away from 0 and from 1, in the cost and in its slope, as one library has it."""

    def log(self, a: float) -> float:
        return math.log(min(max(a, 1e-7), 1.0 - 1e-7))

    def inverse(self, a: float) -> float:
        return 1.0 / max(a, 1e-7)


class OneAtZero(Port):
    """relu′(0) = 1."""

    def relu_prime(self, z: float) -> float:
        return 1.0 if z >= 0.0 else 0.0


class AlwaysCancels(Port):
    """δ = a - y for log-likelihood and softmax, whatever the sum of the y."""

    def cancels(self, y: Numbers) -> bool:
        return super().cancels([1.0])


def agree(found: Any, expected: Any) -> bool:
    """Whether the two hold the same numbers, within the README's tolerance."""
    if isinstance(expected, dict):
        return bool(found.keys() == expected.keys()) and all(agree(found[name], expected[name]) for name in expected)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(agree, found, expected))
    return bool(found is expected if found is None or expected is None else
                abs(found - expected) <= 1e-13 * abs(expected) + 1e-15)


def passes(kind: Type[Port], path: Path) -> bool:
    """Whether the port takes the steps in the file."""
    file = json.loads(path.read_text(encoding="utf-8"))
    try:
        port = kind(file)
        return all(agree(port.step(), step) for step in file["steps"])
    except ArithmeticError:
        return False


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_right_port_passes(path: Path) -> None:
    assert passes(Port, path)


@pytest.mark.parametrize("kind, catching", [
    (NoLargest, {"saturated-softmax"}),
    (Overflow, {"saturated-sigmoid"}),
    (Cut, {"small-outputs", "certain-and-wrong"}),
    (OneAtZero, {"relu-at-zero"}),
    (AlwaysCancels, {"sum-of-y"}),
])
def test_a_port_with_a_fault_does_not(kind: Type[Port], catching: Set[str]) -> None:
    assert {path.stem for path in FILES if not passes(kind, path)} == catching
