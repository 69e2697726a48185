"""How far does a network come without any hidden layer?

The last exercise of chapter 1's "Implementing our network": an input layer and an output layer, 784 and 10 neurons.
"What classification accuracy can you achieve?" Each output neuron then has one weight for each pixel: it can look for
ink in the right places, but not for shapes. The book leaves the number to the reader. With chapter 1's cost some output
neurons start saturated, and their digits stay unlearnt; chapter 3's cross-entropy shows what such a network can do.
"""
from __future__ import annotations

from ..network2 import Network
from .book import Claim, Experiment, Figure, best, by_epoch
from .lab import Lab, Run


def run(lab: Lab, eta: float, cost: str = "quadratic") -> None:
    """Chapter 1's training of a network without hidden layer."""
    net = Network([lab.inputs, 10], lab.rng, cost=cost)
    net.SGD(lab.training_data, lab.epochs(30), 10, eta, lab.test_data, report=lab.note)


EXERCISE = "an exercise; the book gives no number"
EXPERIMENT = Experiment(
    "two-layers", "no hidden layer at all", chapter=1,
    runs={"η = 3": Run(run, eta=3.0, seconds=20), "η = 0.3": Run(run, eta=0.3, seconds=20),
          "cross-entropy, η = 0.1": Run(run, eta=0.1, cost="cross-entropy", seconds=20)},
    claims=[Claim(f"no hidden layer, {name}, best epoch", best(name, "test accuracy"), remark=EXERCISE)
            for name in ("η = 3", "η = 0.3", "cross-entropy, η = 0.1")],
    figures=[Figure("test accuracy, %", by_epoch("test accuracy"), low=50, high=100)])
