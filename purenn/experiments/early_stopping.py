"""When is it enough?

"Early stopping means that at the end of each epoch we should compute the classification accuracy on the validation
data. When that stops improving, terminate." Chapter 3's rule is no-improvement-in-ten. Its schedule halves the learning
rate each time that happens, until η has dropped to 1/128 of its first value (here the network still learns at that
rate). Halving takes more epochs; the table has what they gain.
"""
from __future__ import annotations

from ..network2 import Network
from ..schedules import early_stopping, halving
from .book import Claim, Experiment, Figure, Runs, by_epoch, last
from .lab import Lab, Run


def train(lab: Lab, halve: bool) -> None:
    """Chapter 3's network, for as long as its schedule lets it learn."""
    net = Network([lab.inputs, 30, 10], lab.rng, cost="cross-entropy", initializer="scaled")
    net.SGD(lab.training_data, lab.epochs(1000), 10, 0.5, lab.test_data, lmbda=0.1, evaluation_data=lab.validation_data,
            schedule=halving(10) if halve else early_stopping(10), report=lab.note)


def epochs(name: str, runs: Runs) -> float:
    """How many there were."""
    return float(len(runs[name]["evaluation accuracy"]))


def gain(runs: Runs) -> float:
    """In test accuracy, at the end."""
    return last(HALVE, "test accuracy")(runs) - last(STOP, "test accuracy")(runs)


STOP, HALVE = "stop after ten", "halve η after ten"
EXPERIMENT = Experiment(
    "early-stopping", "stop, or slow down, when it gets no better", chapter=3, source="digits",
    runs={STOP: Run(train, halve=False, seconds=2), HALVE: Run(train, halve=True, seconds=5)},
    claims=[Claim("no-improvement-in-ten: how long", lambda runs: epochs(STOP, runs), unit=" epochs",
                  remark="the book gives the rule and no number"),
            Claim("no-improvement-in-ten: test accuracy at the end", last(STOP, "test accuracy")),
            Claim("halving η: how long", lambda runs: epochs(HALVE, runs), unit=" epochs"),
            Claim("halving η: test accuracy at the end", last(HALVE, "test accuracy")),
            Claim("gained by halving η", gain, unit=" points")],
    figures=[Figure("accuracy on the validation data, %", by_epoch("evaluation accuracy"), low=80, high=100)])
