"""Does momentum speed learning up?

A ball that rolls downhill keeps some of its speed. With μ = 0 there is no momentum; the nearer μ is to 1, the less
friction. Chapter 3 says that momentum is commonly used and often speeds up learning; with a learning rate that is
somewhat low, the cost should fall faster.
"""
from __future__ import annotations

from ..network2 import Network
from .book import Claim, Experiment, Figure, Runs, by_epoch, last
from .lab import Lab, Run


def run(lab: Lab, mu: float) -> None:
    """Chapter 3's network with a low learning rate."""
    net = Network([lab.inputs, 30, 10], lab.rng, cost="cross-entropy", initializer="scaled")
    net.SGD(lab.training_data, lab.epochs(30), 10, 0.05, mu=mu, monitor_training_cost=True, report=lab.note)


def gain(runs: Runs) -> float:
    """The final cost with μ = 0.9, less that with μ = 0."""
    return runs["μ = 0.9"]["training cost"][-1] - runs["μ = 0"]["training cost"][-1]


MUS = 0.0, 0.5, 0.9
EXPERIMENT = Experiment(
    "momentum", "a ball that rolls downhill", chapter=3, source="digits",
    runs={f"μ = {mu:g}": Run(run, mu=mu, seconds=1.5) for mu in MUS},
    claims=[*(Claim(f"μ = {mu:g}: training cost after 30 epochs", last(f"μ = {mu:g}", "training cost"), unit="")
              for mu in MUS),
            Claim("training cost, μ = 0.9 less μ = 0", gain, "less", "", under=0.0)],
    figures=[Figure("cost on the training data", by_epoch("training cost"), low=0)])
