"""The golden files, number by number, against arithmetic with 120 digits that knows nothing of backpropagation.

Forward there is no more to know than the book's definitions: z = w·a + b, the activations, the costs. Backward
nothing is derived at all: every slope in a file is compared with (C(p + h) - C(p - h)) / 2h, where p is the
weight, bias, weighted sum or activation in question. With h = 10⁻⁴⁰ that is off by something like h² = 10⁻⁸⁰ (and
h²/a² of itself where an output a is small, 10⁻⁵⁰ at most), and 120 digits leave 80 of the difference: slopes to more
than 30 digits, where the files have 16.

Two conventions are no more than that, and are put in: relu′(0) = 0, where there is no slope; and in the logarithms of
a cost that is reported, though not of one whose slope is taken, an argument counts as at least 2⁻⁵³.

TOLERANCE (in remake_golden): a number in a file is a float, the end of some ten or hundred roundings of 10⁻¹⁶ each,
and interpreters differ in the last bits (they add sums in different ways). A relative error of 10⁻¹³ lets these
through, and 10⁻¹⁵ where a difference has cancelled; a mistake would be many thousand times larger.
"""
from __future__ import annotations

import json
import re
from copy import deepcopy
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import pytest

from remake_golden import differences, made_again

FILES = sorted((Path(__file__).parent.parent / "golden").glob("*.json"))
SMALL = "textbook", "relu-softmax-log-likelihood", "no-hidden-layer"
DEEP = FILES[0].with_name("deep.json")

H = Decimal("1e-40")
LEAST = Decimal(2) ** -53
Numbers = List[Decimal]


@pytest.fixture(autouse=True)
def many_digits() -> Iterator[None]:
    with localcontext() as context:
        context.prec = 120
        yield


def softmax(z: Numbers) -> Numbers:
    powers = [zj.exp() for zj in z]
    return [power / sum(powers) for power in powers]


ACTIVATIONS: Dict[str, Callable[[Numbers], Numbers]] = {
    "sigmoid": lambda z: [1 / (1 + (-zj).exp()) for zj in z],
    "tanh": lambda z: [(zj.exp() - (-zj).exp()) / (zj.exp() + (-zj).exp()) for zj in z],
    "relu": lambda z: [max(zj, Decimal(0)) for zj in z],
    "softmax": softmax,
    "identity": lambda z: z,
}


def times_ln(y: Decimal, a: Decimal, least: Decimal) -> Decimal:
    return y * max(a, least).ln() if y else y


COSTS: Dict[str, Callable[[Decimal, Decimal, Decimal], Decimal]] = {    # the share of one output
    "quadratic": lambda a, y, least: (a - y) ** 2 / 2,
    "cross-entropy": lambda a, y, least: -times_ln(y, a, least) - times_ln(1 - y, 1 - a, least),
    "log-likelihood": lambda a, y, least: -times_ln(y, a, least),
}


class Exact:
    """A network, and the examples of its mini-batch, in decimals."""

    def __init__(self, file: Dict[str, Any]) -> None:
        first = decimals(file["steps"][0]["before"])
        self.activations = [ACTIVATIONS[name] for name in file["activations"]]
        self.relu = [name == "relu" for name in file["activations"]]
        self.at_zero: List[List[int]] = [[] for _ in self.activations]      # neurons whose z is 0, where relu stays 0
        self.pair = file["activations"][-1], file["cost"]
        self.inputs, self.targets = decimals(file["inputs"]), decimals(file["targets"])
        self.eta, self.lmbda, self.mu = decimals([file["eta"], file["lmbda"], file["mu"]])
        self.n = Decimal(file["n"])
        self.weights, self.biases = first["weights"], first["biases"]
        self.velocity_w, self.velocity_b = zero(self.weights), zero(self.biases)

    def cancels(self, y: Numbers) -> bool:
        """Whether the error of the output is a - y."""
        return self.pair in [("identity", "quadratic"), ("sigmoid", "cross-entropy")] or (
            self.pair == ("softmax", "log-likelihood") and float(sum(y)) == 1)

    def cost(self, a: Numbers, y: Numbers, least: Decimal = Decimal(0)) -> Decimal:
        return sum((COSTS[self.pair[1]](aj, yj, least) for aj, yj in zip(a, y)), Decimal(0))

    def activation(self, l: int, z: Numbers) -> Numbers:
        a = self.activations[l](z)
        return [Decimal(0) if j in self.at_zero[l] else aj for j, aj in enumerate(a)]

    def z(self, l: int, a: Numbers) -> Numbers:
        return [sum((w * ak for w, ak in zip(row, a)), b) for row, b in zip(self.weights[l], self.biases[l])]

    def cost_from_a(self, l: int, a: Numbers, y: Numbers) -> Decimal:
        """The cost, if layer l has these activations."""
        for l in range(l + 1, len(self.weights)):
            a = self.activation(l, self.z(l, a))
        return self.cost(a, y)

    def cost_from_z(self, l: int, z: Numbers, y: Numbers) -> Decimal:
        """The cost, if layer l has these weighted sums."""
        return self.cost_from_a(l, self.activation(l, z), y)

    def forward(self, x: Numbers, y: Numbers) -> Dict[str, Any]:
        zs: List[Numbers] = []
        activations = [x]
        for l in range(len(self.weights)):
            zs.append(self.z(l, activations[-1]))
            activations.append(self.activation(l, zs[-1]))
        return {"z": zs, "a": activations[1:], "cost": self.cost(activations[-1], y, LEAST)}

    def state(self) -> Dict[str, Any]:
        forward = [self.forward(x, y) for x, y in zip(self.inputs, self.targets)]
        squares = sum(w * w for matrix in self.weights for row in matrix for w in row)
        return deepcopy({
            "weights": self.weights, "biases": self.biases,
            "velocity_w": self.velocity_w, "velocity_b": self.velocity_b,
            "forward": forward,
            "cost": sum(one["cost"] for one in forward) / len(forward) + self.lmbda / (2 * self.n) * squares})

    def backward(self, x: Numbers, y: Numbers) -> Dict[str, Any]:
        forward = self.forward(x, y)
        self.at_zero = [[j for j, zj in enumerate(z) if relu and not zj] for relu, z in zip(self.relu, forward["z"])]
        layers = range(len(self.weights))
        found: Dict[str, Any] = {
            "nabla_a": [slopes(a, lambda: self.cost_from_a(l, a, y)) for l, a in enumerate(forward["a"])],
            "delta": [slopes(z, lambda: self.cost_from_z(l, z, y)) for l, z in enumerate(forward["z"])]}
        if self.cancels(y):
            found["nabla_a"][-1] = None

        def cost() -> Decimal:
            return self.cost_from_a(-1, x, y)

        found["nabla_b"] = [slopes(self.biases[l], cost) for l in layers]
        found["nabla_w"] = [[slopes(row, cost) for row in self.weights[l]] for l in layers]
        self.at_zero = [[] for _ in layers]
        return found

    def step(self) -> Dict[str, Any]:
        """A step of gradient descent: with L2 regularisation (93 in the book) and momentum (107, 108)."""
        before = self.state()
        backward = [self.backward(x, y) for x, y in zip(self.inputs, self.targets)]
        m = len(self.inputs)
        for l, rows in enumerate(self.weights):
            for j, row in enumerate(rows):
                for k, w in enumerate(row):
                    slope = sum(one["nabla_w"][l][j][k] for one in backward) / m + self.lmbda / self.n * w
                    row[k] += self.moved(self.velocity_w[l][j], k, slope)
                slope = sum(one["nabla_b"][l][j] for one in backward) / m
                self.biases[l][j] += self.moved(self.velocity_b[l], j, slope)
        return {"before": before, "backward": backward, "after": self.state()}

    def moved(self, velocity: Numbers, k: int, slope: Decimal) -> Decimal:
        """The change of a parameter; its velocity is only kept, and written down, where there is momentum."""
        change: Decimal = self.mu * velocity[k] - self.eta * slope
        if self.mu:
            velocity[k] = change
        return change


def slopes(values: Numbers, cost: Callable[[], Decimal]) -> Numbers:
    """∂cost/∂value for each of the values, which cost() must depend on."""
    found = []
    for k, value in enumerate(values):
        values[k] = value + H
        above = cost()
        values[k] = value - H
        below = cost()
        values[k] = value
        found.append((above - below) / (2 * H))
    return found


def decimals(data: Any) -> Any:
    """Every float as the decimal fraction that it exactly is."""
    if isinstance(data, dict):
        return {name: decimals(value) for name, value in data.items()}
    return list(map(decimals, data)) if isinstance(data, list) else Decimal(data)


def zero(data: Any) -> Any:
    return list(map(zero, data)) if isinstance(data, list) else Decimal(0)


def read(path: Path) -> Dict[str, Any]:
    file: Dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return file


@pytest.mark.parametrize("path", [pytest.param(path, marks=[pytest.mark.slow] * (path.stem not in SMALL))
                                  for path in FILES],
                         ids=[path.stem for path in FILES])
def test_every_number_is_right(path: Path) -> None:
    file = read(path)
    network = Exact(file)
    assert list(differences(file["steps"], [network.step() for _ in file["steps"]])) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_trace_still_makes_the_file(path: Path) -> None:
    assert list(differences(json.loads(made_again(path)), read(path))) == []


@pytest.mark.slow
def test_a_wrong_digit_would_be_found() -> None:
    """The 13th of any number in a step."""
    exact = Exact(read(DEEP)).step()

    def spoiled(data: Any) -> Iterator[int]:
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            if isinstance(value, float) and value:
                data[key] = value * (1 + 1e-12)
                yield len(list(differences(step, exact)))
                data[key] = value
            elif isinstance(value, (dict, list)):
                yield from spoiled(value)

    step = read(DEEP)["steps"][0]
    found = list(spoiled(step))
    assert len(found) > 50 and set(found) == {1}


def test_the_files_cover_every_activation_cost_and_kind_of_step() -> None:
    files = list(map(read, FILES))
    assert {name for file in files for name in file["activations"][:-1]} == set(ACTIVATIONS)
    assert {file["activations"][-1] for file in files} == set(ACTIVATIONS)
    assert {file["cost"] for file in files} == set(COSTS)
    kinds = {(len(file["inputs"]) > 1, bool(file["lmbda"]), bool(file["mu"]), len(file["steps"]) > 1) for file in files}
    assert {(True, True, True, True), (True, False, True, True), (True, True, False, True), (True, False, False, False),
            (False, False, False, False)} <= kinds
    assert {len(file["sizes"]) for file in files} == {2, 3, 4, 5}


def test_the_readme_names_every_file_and_counts_their_numbers() -> None:
    """As it says: 5,734 numbers in the steps, 874 of them the first parameters and velocities."""

    def count(data: Any) -> int:
        if isinstance(data, dict):
            return count(list(data.values()))
        return sum(map(count, data)) if isinstance(data, list) else data is not None

    readme = (DEEP.parent / "README.md").read_text(encoding="utf-8")
    table = readme.partition("## The files")[2].partition("## What")[0]
    first_column = " ".join(re.findall(r"^\| (`.*?) \|", table, re.M))
    assert set(re.findall("`(.*?)`", first_column)) == {path.stem for path in FILES}
    steps = [read(path)["steps"] for path in FILES]
    given = [value for step in steps for name, value in step[0]["before"].items() if name not in ("forward", "cost")]
    assert f"Of the {count(steps):,} numbers in the steps {count(given)} are where" in readme
