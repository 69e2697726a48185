"""What does a network learn from a thousand images, if it has 23,860 weights and biases to learn them by heart?

All four curves, over 400 epochs. The cost on the training images falls all the time, and they are soon read without
an error. But the accuracy on the test images stops rising after some 280 epochs, and tops out at 82.27%; and the cost
on them rises from epoch 15 on: what the network learns then is about these thousand images, not about digits.
"""
from __future__ import annotations

from ..network2 import Network
from .book import Claim, Experiment, Figure, Runs, best, by_epoch, last
from .lab import Lab, Run


def run(lab: Lab, lmbda: float) -> None:
    """Chapter 3's network with N(0, 1) weights."""
    learn(lab, Network([lab.inputs, 30, 10], lab.rng, cost="cross-entropy"), lmbda)


def learn(lab: Lab, net: Network, lmbda: float) -> None:
    """400 epochs of the first 1,000 images."""
    net.SGD(lab.training_data[:1000], lab.epochs(400), 10, 0.5, lmbda=lmbda, evaluation_data=lab.test_data,
            monitor_evaluation_cost=True, monitor_evaluation_accuracy=True,
            monitor_training_cost=True, monitor_training_accuracy=True, report=lab.note)


def lowest(runs: Runs) -> float:
    """The epoch after which the cost on the test images is lowest."""
    cost = runs["no λ"]["evaluation cost"]
    return float(cost.index(min(cost)))


def rise(runs: Runs) -> float:
    """How much the cost on the test images rises after its lowest point."""
    cost = runs["no λ"]["evaluation cost"]
    return cost[-1] - min(cost)


FIGURE = "the data of the book's figure"
EXPERIMENT = Experiment(
    "overfitting", "1,000 images learned by heart", chapter=3,
    runs={"no λ": Run(run, lmbda=0.0, seconds=100)},
    claims=[Claim("1,000 images: training accuracy, last epoch", last("no λ", "training accuracy"), "100.00"),
            Claim("1,000 images: test accuracy, best epoch", best("no λ", "evaluation accuracy"), "82.27"),
            Claim("1,000 images: epoch with the lowest test cost, from 0", lowest, "14", "", remark=FIGURE),
            Claim("1,000 images: rise of the test cost from there", rise, "0.570", "", remark=FIGURE)],
    figures=[Figure("cost on the training data", by_epoch("training cost"), start=200),
             Figure("accuracy on the test data, %", by_epoch("evaluation accuracy"), start=200,
                    lines={"book: 82.27%": 82.27}),
             Figure("cost on the test data", by_epoch("evaluation cost")),
             Figure("accuracy on the training data, %", by_epoch("training accuracy"), low=80, high=100)])
