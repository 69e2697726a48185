"""How far does a network come without any hidden layer?

The last exercise of chapter 1's "Implementing our network": an input layer and an output layer, 784 and 10 neurons.
"What classification accuracy can you achieve?" Each output neuron then has one weight for each pixel: it can look for
ink in the right places, but not for shapes. The book leaves the number to the reader.
"""
from __future__ import annotations

from ..network2 import Network
from .book import Claim, Experiment, Figure, best, by_epoch
from .lab import Lab, Run


def run(lab: Lab, eta: float) -> None:
    """Chapter 1's training of a network without hidden layer."""
    net = Network([lab.inputs, 10], lab.rng)
    net.SGD(lab.training_data, lab.epochs(30), 10, eta, lab.test_data, report=lab.note)


EXPERIMENT = Experiment(
    "two-layers", "no hidden layer at all", chapter=1,
    runs={"η = 3": Run(run, eta=3.0, seconds=20), "η = 0.3": Run(run, eta=0.3, seconds=20)},
    claims=[Claim("no hidden layer, η = 3, best epoch", best("η = 3", "test accuracy"),
                  remark="an exercise; the book gives no number"),
            Claim("no hidden layer, η = 0.3, best epoch", best("η = 0.3", "test accuracy"),
                  remark="an exercise; the book gives no number")],
    figures=[Figure("test accuracy, %", by_epoch("test accuracy"), low=50, high=100)])
