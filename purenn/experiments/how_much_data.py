"""How much do more training images help?

Nine training sets, from 100 to all 50,000 images, each used for as many epochs as make 1,500,000 examples, with λ in
proportion to their number. On a linear scale the accuracy seems to level off; on a logarithmic one it is still rising
at 50,000, and with millions of images would be likely to go on. The book shows a curve; its numbers are in its
repository, fig/more_data.json.
"""
from __future__ import annotations

from typing import Dict

from ..network2 import Network
from .book import Claim, Experiment, Figure, Points, Runs, last
from .lab import Lab, Run, percent

SIZES = 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000
BOOK = "69.09", "76.37", "85.29", "88.85", "91.27", "93.24", "94.89", "95.85", "95.97"


def run(lab: Lab, size: int) -> None:
    """Chapter 3's network, N(0, 1) weights."""
    learn(lab, Network([lab.inputs, 30, 10], lab.rng, cost="cross-entropy"), size, lab.epochs(1500000 // size))


def learn(lab: Lab, net: Network, size: int, epochs: int) -> None:
    """The first images: what the network reads of the validation images at the end."""
    images = lab.training_data[:size]
    net.SGD(images, epochs, 10, 0.5, lmbda=len(images) * 0.0001, report=lab.note)
    lab.record("validation accuracy", percent(net.score(lab.validation_data)))


def by_size(runs: Runs) -> Dict[str, Points]:
    """The final accuracies over the number of images."""
    return {"purenn": [(size, runs[f"{size:,} images"]["validation accuracy"][-1])
                       for size in SIZES if f"{size:,} images" in runs]}


def rise(runs: Runs) -> float:
    """From 20,000 to 50,000 images."""
    return last("50,000 images", "validation accuracy")(runs) - last("20,000 images", "validation accuracy")(runs)


EXPERIMENT = Experiment(
    "how-much-data", "accuracy over the number of images", chapter=3,
    runs={f"{size:,} images": Run(run, size=size, seconds=50 + 5000 / size) for size in SIZES},
    claims=[*(Claim(f"{size:,} images, {1500000 // size:,} epochs", last(f"{size:,} images", "validation accuracy"),
                    accuracy) for size, accuracy in zip(SIZES, BOOK)),
            Claim("50,000 images against 20,000", rise, "rising", " points", over=0.0)],
    figures=[Figure("accuracy on the validation data, %", by_size, "training images", low=60, high=100, log_x=True,
                    book=[(size, float(accuracy)) for size, accuracy in zip(SIZES, BOOK)])])
