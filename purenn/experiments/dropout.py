"""Does dropout help against overfitting?

In training each example is shown to about half of the hidden neurons, each time others, so that none can rely on any
other being there: as if many networks were trained, and asked together (chapter 3, "Dropout"). The book quotes others'
results. Here the first 1,000 images are learned by 100 hidden neurons, with dropout and without, for 100 epochs.
"""
from __future__ import annotations

from ..network2 import Network
from .book import Claim, Experiment, Figure, Runs, by_epoch, last
from .lab import Lab, Run


def run(lab: Lab, dropout: float) -> None:
    """Chapter 3's network on 1,000 images; 0 is none."""
    net = Network([lab.inputs, 100, 10], lab.rng, cost="cross-entropy", initializer="scaled", dropout=dropout)
    net.SGD(lab.training_data[:1000], lab.epochs(100), 10, 0.5, lab.test_data, monitor_training_accuracy=True,
            report=lab.note)


def gain(runs: Runs) -> float:
    """In test accuracy, at the end."""
    return runs["dropout ½"]["test accuracy"][-1] - runs["no dropout"]["test accuracy"][-1]


EXPERIMENT = Experiment(
    "dropout", "half of the hidden neurons at a time", chapter=3,
    runs={"no dropout": Run(run, dropout=0.0, seconds=40), "dropout ½": Run(run, dropout=0.5, seconds=40)},
    claims=[Claim("1,000 images, no dropout, last epoch", last("no dropout", "test accuracy")),
            Claim("1,000 images, dropout ½, last epoch", last("dropout ½", "test accuracy")),
            Claim("gained by dropout", gain, "more", " points", over=0.0)],
    figures=[Figure("accuracy on the test data, %", by_epoch("test accuracy"), low=82, high=92)])
