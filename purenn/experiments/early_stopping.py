"""When is it enough?

"Early stopping means that at the end of each epoch we should compute the classification accuracy on the validation
data. When that stops improving, terminate." Chapter 3's rule is no-improvement-in-ten; its schedule halves the learning
rate each time that happens, and stops when η would fall below 1/128 of its first value. Halving takes more epochs, and
finds a better place.
"""
from __future__ import annotations

from ..network2 import Network
from ..schedules import early_stopping, halving
from .book import Claim, Experiment, Figure, Runs, best, by_epoch
from .lab import Lab, Run


def run(lab: Lab, halve: bool) -> None:
    """Chapter 3's network, for as long as its schedule lets it learn."""
    net = Network([lab.inputs, 30, 10], lab.rng, cost="cross-entropy", initializer="scaled")
    net.SGD(lab.training_data, lab.epochs(1000), 10, 0.5, lmbda=0.1, evaluation_data=lab.validation_data,
            schedule=halving(10) if halve else early_stopping(10), report=lab.note)


def epochs(name: str, runs: Runs) -> float:
    """How many there were."""
    return float(len(runs[name]["evaluation accuracy"]))


STOP, HALVE = "stop after ten", "halve η after ten"
EXPERIMENT = Experiment(
    "early-stopping", "stop, or slow down, when it gets no better", chapter=3, source="digits",
    runs={STOP: Run(run, halve=False, seconds=2), HALVE: Run(run, halve=True, seconds=5)},
    claims=[Claim("no-improvement-in-ten: how long", lambda runs: epochs(STOP, runs), unit=" epochs",
                  remark="the book gives the rule and no number"),
            Claim("no-improvement-in-ten: validation accuracy", best(STOP, "evaluation accuracy")),
            Claim("halving η: how long", lambda runs: epochs(HALVE, runs), unit=" epochs"),
            Claim("halving η: validation accuracy", best(HALVE, "evaluation accuracy"))],
    figures=[Figure("accuracy on the validation data, %", by_epoch("evaluation accuracy"), low=80, high=100)])
