"""Do shifted copies of the training images help?

A 5 that is moved by one pixel is still a 5, but to the network most of its inputs are different. Chapter 3
("Artificially expanding the training data") rotates images a little, and has results of others; chapter 6 moves them by
one pixel each way, as is done here: 50,000 images become 250,000, each with its four neighbours. Both networks take as
many steps, 30 epochs of 50,000 or 6 of 250,000, and λ/n is the same.
"""
from __future__ import annotations

from typing import Dict

from ..data import expanded
from ..network2 import Network
from .book import Claim, Experiment, Figure, Points, Runs, best, by_epoch
from .lab import Lab, Run


def run(lab: Lab, expand: bool) -> None:
    """Chapter 3's network of 100 hidden neurons, small first weights."""
    net = Network([lab.inputs, 100, 10], lab.rng, cost="cross-entropy", initializer="scaled")
    if expand:
        net.SGD(expanded(lab.training_data), lab.epochs(6), 10, 0.1, lab.test_data, lmbda=25.0, report=lab.note)
    else:
        net.SGD(lab.training_data, lab.epochs(30), 10, 0.1, lab.test_data, lmbda=5.0, report=lab.note)


def gain(runs: Runs) -> float:
    """In test accuracy, best epoch against best epoch."""
    return best(WITH, "test accuracy")(runs) - best(WITHOUT, "test accuracy")(runs)


def by_examples(runs: Runs) -> Dict[str, Points]:
    """The test accuracies, with each epoch of 250,000 images where the fifth of 50,000 is."""
    return {name: [(5 * epoch + 4 if name == WITH else epoch, accuracy) for epoch, accuracy in points]
            for name, points in by_epoch("test accuracy")(runs).items()}


WITHOUT, WITH = "50,000 images", "250,000 images"
EXPERIMENT = Experiment(
    "expanded-data", "each image shifted by a pixel each way", chapter=3,
    runs={WITHOUT: Run(run, expand=False, seconds=100), WITH: Run(run, expand=True, seconds=120)},
    claims=[Claim("50,000 images, 30 epochs, best epoch", best(WITHOUT, "test accuracy")),
            Claim("250,000 images, 6 epochs, best epoch", best(WITH, "test accuracy")),
            Claim("gained by shifted images", gain, "more", " points", over=0.0)],
    figures=[Figure("accuracy on the test data, %", by_examples, "epoch, of 50,000 examples", low=94, high=99)])
