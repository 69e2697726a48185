"""How the cost of an epoch grows: with the hidden width and depth, the share of non-zero inputs, the number of samples.

Each should be a straight line: every hidden neuron costs the same, every hidden layer, every non-zero input, every
sample. The images are made up, so that the share can be chosen: pixels of random brightness at random places.

Widths are measured for lists and for what `train --fast` takes, too. The weights of 300 neurons and more no longer fit
into a processor's nearer memory, where each of them is an object of its own: there the line of lists bends.
"""
from __future__ import annotations

import sys
from random import Random
from time import process_time
from typing import Callable, Dict, List, Sequence, Tuple

from purenn import columns, packed
from purenn.initializers import scaled
from purenn.matrix import unit_vector
from purenn.network import TrainingExample
from purenn.network2 import Network

SERIES: Dict[str, List[int]] = {
    "hidden": [10, 30, 60, 100, 200, 300, 500, 1000],
    "fast": [10, 30, 60, 100, 200, 300, 500, 1000],
    "depth": [1, 2, 3, 4, 5, 6],
    "share": [5, 10, 20, 40, 60, 80, 100],
    "samples": [125, 250, 500, 1000, 2000, 4000],
}
TITLES = {
    "hidden": "hidden neurons (of 784 inputs, 20% are not zero)",
    "fast": "hidden neurons, what --fast takes",
    "depth": "hidden layers of 30 neurons (20% of 784 inputs are not zero)",
    "share": "percent of inputs that are not zero (30 hidden neurons)",
    "samples": "samples (30 hidden neurons, 20% of inputs are not zero)",
}


def images(count: int, percent: int) -> List[TrainingExample]:
    """`count` made-up images of 784 pixels, so many per cent of them not zero, as one of 255 greys."""
    rng, greys = Random(0), [k / 255 for k in range(1, 256)]
    examples = []
    for _ in range(count):
        x = [0.0] * 784
        for k in rng.sample(range(784), 784 * percent // 100):
            x[k] = rng.choice(greys)
        examples.append((x, unit_vector(rng.randrange(10), 10)))
    return examples


def experiment(hidden: int = 30, fast: int = 0, depth: int = 1, share: int = 20, samples: int = 0
               ) -> Callable[[], float]:
    """A function that takes the steps of an epoch and returns the seconds of processor time they took. Unless the
    number of samples is given, it is 200, or fewer of a wide network, and the seconds are those of 200."""
    # By the book's N(0, 1) weights, dense images would saturate neurons, and an error of exactly zero costs less.
    width = fast or hidden
    n = samples or (200 if width <= 300 else 50)
    kind = (packed.Network if sys.implementation.name == "cpython" else columns.Network) if fast else Network
    net = kind([784, *[width] * depth, 10], rng=Random(0), initializer=scaled)
    training_data = [(net.ready(x), y) for x, y in images(n, share)]

    def epoch() -> float:
        start = process_time()
        for k in range(0, n, 10):
            net.update_mini_batch(training_data[k:k + 10], 0.1)
        return (process_time() - start) * (1.0 if samples else 200 / n)

    return epoch


def measure(answer: Callable[[Dict[str, Dict[int, float]]], None], quick: bool) -> None:
    """Answer for ever with the seconds of an epoch in each experiment of each series."""
    few = {"samples": 20} if quick else {}
    experiments = {name: {value: experiment(**{**few, name: value}) for value in values if not quick or value <= 500}
                   for name, values in SERIES.items()}
    while True:
        answer({name: {value: epoch() for value, epoch in series.items()} for name, series in experiments.items()})


def straight_line(points: Sequence[Tuple[float, float]]) -> Callable[[float], float]:
    """The line a + b·x nearest to the points (x, y): the sum of the squares of its relative errors is the least.

    >>> line = straight_line([(0.0, 1.0), (1.0, 4.0), (2.0, 7.0)])
    >>> round(line(10.0), 9)                                # 1 + 3·10
    31.0
    """
    weights = [1.0 / y ** 2 for _, y in points]     # of the squared errors, which makes them relative to y
    total = sum(weights)
    mean_x = sum(w * x for w, (x, _) in zip(weights, points)) / total
    mean_y = sum(w * y for w, (_, y) in zip(weights, points)) / total
    b = (sum(w * (x - mean_x) * (y - mean_y) for w, (x, y) in zip(weights, points))
         / sum(w * (x - mean_x) ** 2 for w, (x, _) in zip(weights, points)))
    return lambda x: mean_y + b * (x - mean_x)
