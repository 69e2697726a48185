"""Which learning rate is too large?

Chapter 3 ("How to choose a neural network's hyper-parameters?") looks at the cost on the training images. With
η = 0.025 it falls smoothly to the end. With 0.25 it falls fast, and after some 20 epochs only goes up and down by
chance. With 2.5 it does that from the start, higher up: the steps are so long that they leap across the valley. The
decimals are in the book's repository, fig/multiple_eta.json.
"""
from __future__ import annotations

from ..network2 import Network
from .book import Claim, Experiment, Figure, by_epoch, first, last
from .lab import Lab, Run


def run(lab: Lab, eta: float) -> None:
    """Chapter 3's network with small first weights."""
    learn(lab, Network([lab.inputs, 30, 10], lab.rng, cost="cross-entropy", initializer="scaled"), eta, lab.epochs(30))


def learn(lab: Lab, net: Network, eta: float, epochs: int) -> None:
    """λ = 5, and a look at the cost after each epoch."""
    net.SGD(lab.training_data, epochs, 10, eta, lmbda=5.0, monitor_training_cost=True, report=lab.note)


COSTS = {0.025: ("0.878", "0.339"), 0.25: ("0.495", "0.339"), 2.5: ("0.925", "0.861")}
EXPERIMENT = Experiment(
    "three-rates", "the cost with three learning rates", chapter=3,
    runs={f"η = {eta:g}": Run(run, eta=eta, seconds=60) for eta in COSTS},
    claims=[claim for eta, (begin, end) in COSTS.items() for claim in (
            Claim(f"η = {eta:g}: training cost, first epoch", first(f"η = {eta:g}", "training cost"), begin, ""),
            Claim(f"η = {eta:g}: training cost, last epoch", last(f"η = {eta:g}", "training cost"), end, ""))],
    figures=[Figure("cost on the training data", by_epoch("training cost"), low=0)])
