"""The answers to the exercises: answers.md has their words, and what is right in numbers is computed here.

>>> answer("Forward").right()                   # ½·(0.751365 - 0.01)²
0.2748...
>>> answer("Your own softmax").judge, answer("What is not built").choices
('softmax', ['1.1', '2', '10'])
"""
from __future__ import annotations

import math
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Tuple

from ..activations import sigmoid
from ..costs import CrossEntropyCost, QuadraticCost
from ..data import load
from ..matrix import Vector
from ..network2 import Network
from ..onpaper.steps import Step, take_step
from ..trace import EXAMPLE, TEXTBOOK


class Answer(NamedTuple):
    """What answers.md says of an exercise. `right` gives a number, or of `choices` the index. Where `judge` names one
    of `judges`, code is asked for instead: it begins as `start`, and `solution` is one that is right."""

    effort: str
    asks: str
    choices: List[str]
    judge: str
    start: str
    solution: str
    because: str
    right: Callable[[], float]
    tolerance: float


def answer(title: str) -> Answer:
    """The answer to the exercise of this title."""
    return answers()[title]


@lru_cache(maxsize=None)
def answers() -> Dict[str, Answer]:
    """All answers by the titles of their exercises."""
    text = (Path(__file__).parent / "answers.md").read_text(encoding="utf-8")
    parts = re.findall(r"^## ([^\n]*)\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    return {title: parsed(title, body) for title, body in parts}


def parsed(title: str, body: str) -> Answer:
    """One answer from its part of the file."""
    fences = {kind: (judge, code) for kind, judge, code in
              re.findall(r"^```(start|solution) ?([\w-]*)\n(.*?)^```$", body, re.M | re.S)}
    question, _, because = body.partition("**Why.** ")
    question = re.sub(r"^```.*?^```$", "", question, flags=re.M | re.S)
    choices = re.findall(r"^- (.*)$", question, re.M)
    effort, _, asks = re.sub(r"^- .*$", "", question, flags=re.M).strip().partition("\n")
    judge, start = fences.get("start", ("", ""))
    right, tolerance = RIGHT.get(title, (lambda: 0.0, 0.0))
    return Answer(effort, asks.strip(), choices, judge, start, fences.get("solution", ("", ""))[1], because.strip(),
                  right, tolerance)


def traced(example: Tuple[Vector, Vector] = EXAMPLE, eta: float = 0.5, steps: int = 1, mu: float = 0.0,
           **choices: Any) -> Step:
    """The last of some steps of the 2-2-1 network that `purenn.trace` begins with."""
    net = Network([2, 2, 1], **choices)
    net.weights, net.biases = [[row[:] for row in w] for w in TEXTBOOK[0]], [b[:] for b in TEXTBOOK[1]]
    return [take_step(net, [example], eta, mu=mu) for _ in range(steps)][-1]


def falls(eta: float) -> bool:
    """Whether the cost falls in "A step"."""
    step = traced(([0.05, 0.10], [0.5]), eta)
    return step.after.cost < step.before.cost


def slowdown() -> float:
    """The first ∂C/∂w of "The slowdown", divided by the second."""
    first, second = (QuadraticCost.delta(sigmoid, sigmoid([z]), [0.0])[0] for z in (4.0, 1.5))
    return float(first / second)


def chain() -> float:
    """δ of the first of four hidden layers of one neuron, over that of the fourth; all weights are 1, all a are ½."""
    net = Network([1] * 6)
    net.weights, net.biases = [[[1.0]] for _ in range(5)], [[-0.5] for _ in range(5)]
    deltas = net.propagate([0.5], [1.0])[1]
    return deltas[0][0] / deltas[3][0]


def width(w: float) -> float:
    """How wide the range of activations is for which |w·σ′(w·a + b)| is at least 1."""
    return 2 / w * math.log(w * (1 + math.sqrt(1 - 4 / w)) / 2 - 1)


RIGHT: Dict[str, Tuple[Callable[[], float], float]] = {
    "Forward": (lambda: traced().before.cost, 0.001),
    "Backward": (lambda: traced(([1.0, 0.5], [1.0])).backward[0].delta[0][0], 0.001),
    "A step": (lambda: [(True, True), (True, False), (False, False)].index((falls(5.0), falls(500.0))), 0.0),
    "Linear neurons": (lambda: 1, 0.0),
    "The slowdown": (slowdown, 0.01),
    "What cancels": (lambda: traced(cost=CrossEntropyCost).backward[0].delta[1][0], 0.001),
    "L2 by hand": (lambda: 1 - 0.5 * 0.1 / 20, 1e-6),
    "Momentum by hand": (lambda: traced(steps=2, mu=0.9).after.velocity_b[1][0], 0.001),
    "What is not built": (lambda: 1, 0.0),
    "What is not done": (lambda: 30.0 * sum(map(bool, load("digits")[0][0][0])), 0.0),
    "Two ways to multiply": (lambda: 0, 0.0),
    "Many numbers in one": (lambda: (1 - 2 * 2**64 + 3 * 2**128) >> 128, 0.0),
    "The same bits": (lambda: 1, 0.0),
    "Overfitting": (lambda: 0, 0.0),
    "More from the same": (lambda: 2, 0.0),
    "The gradient vanishes": (chain, 0.001),
    "Any function": (lambda: 0.5 / 201, 0.01),
    "The range that does not vanish": (lambda: max(width(4 + k / 1000) for k in range(1, 10000)), 0.02),
    "Your own question": (lambda: 0, 0.0),
}
"""By title: what is right, and how far from it a number may be, as a part of it."""
