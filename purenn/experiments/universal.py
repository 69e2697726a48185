"""Can a network compute any function?

Chapter 4's answer is a construction. A hidden sigmoid neuron with a large weight w is a step, at s = -b/w. A pair of
steps, one up at the left and one down at the right, is a bump; its height is the weight that leads to the output. Bumps
side by side, as high as the function is there, make a staircase near the function: the more pairs, the nearer. No
weight here is learned, all are set by hand.
"""
from __future__ import annotations

import math
from typing import Callable, Dict, Iterator

from ..activations import identity
from ..network2 import Network
from .book import Claim, Experiment, Figure, Points, Runs, last
from .lab import Lab, Run

FUNCTIONS: Dict[str, Callable[[float], float]] = {
    "book": lambda x: 0.2 + 0.4 * x * x + 0.3 * x * math.sin(15 * x) + 0.05 * math.cos(50 * x),     # chapter 4's
    "sine": lambda x: 0.5 + 0.5 * math.sin(2 * math.pi * x),
    "step": lambda x: float(x > 0.5),
    "root": math.sqrt}
STEEP = 10000.0
POINTS = [k / 200 for k in range(201)]


def network(function: Callable[[float], float], pairs: int) -> Network:
    """One input, two hidden neurons for each bump on [0, 1], one linear output."""
    net = Network([1, 2 * pairs, 1], output=identity)
    edges = [k / pairs for k in range(pairs + 1)]
    edges[0], edges[-1] = -0.5, 1.5                             # so that the bumps at both ends hold at 0 and 1
    steps = [s for left, right in zip(edges, edges[1:]) for s in (left, right)]
    heights = [function((k + 0.5) / pairs) for k in range(pairs)]
    net.weights = [[[STEEP] for _ in steps], [[h for height in heights for h in (height, -height)]]]
    net.biases = [[-STEEP * s for s in steps], [0.0]]
    return net


def run(lab: Lab, function: str, pairs: int) -> None:
    """What the network answers from 0 to 1, and its mean distance from the function."""
    net, f = network(FUNCTIONS[function], pairs), FUNCTIONS[function]
    for x in POINTS:
        lab.record("function", f(x))
        lab.record("network", net.feedforward([x])[0])
    distances = [abs(a - y) for a, y in zip(lab.curves["network"], lab.curves["function"])]
    lab.record("distance", sum(distances) / len(distances))


def answers_of(function: str) -> Figure:
    """The function, and the networks that approximate it."""

    def curves(runs: Runs) -> Dict[str, Points]:
        mine = {name.split(", ")[1]: run for name, run in runs.items() if name.startswith(f"{function},")}
        lines = {function: list(zip(POINTS, run["function"])) for run in mine.values()}
        return {**lines, **{name: list(zip(POINTS, run["network"])) for name, run in mine.items()}}

    return Figure(f"f(x): {function}", curves, "x", low=0, high=1)


def claims(function: str) -> Iterator[Claim]:
    """The book's: as near as one likes. Here four times as many pairs come twice as near, at least."""
    few, many = (last(f"{function}, {pairs} pairs", "distance") for pairs in (5, 20))
    yield Claim(f"{function}: mean distance, 5 pairs", few, unit="")
    yield Claim(f"{function}: mean distance, 20 pairs", many, unit="")
    yield Claim(f"{function}: the latter over the former", lambda runs: many(runs) / few(runs), "less", "", under=0.5,
                remark="the book: as near as one likes")


EXPERIMENT = Experiment(
    "universal", "any function, from pairs of steps set by hand", chapter=4, source="", chance=False,
    runs={f"{function}, {pairs} pairs": Run(run, function=function, pairs=pairs, seconds=0.1)
          for function in FUNCTIONS for pairs in (5, 20)},
    claims=[claim for function in FUNCTIONS for claim in claims(function)],
    figures=[answers_of(function) for function in FUNCTIONS])
