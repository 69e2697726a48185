"""Do small first weights help?

With weights from N(0, 1) the sum of 784 inputs is large, and hidden neurons start out saturated. Divided by the root of
the number of inputs, they start where σ is steep. After the first epoch the book's network reads under 87% of the
validation images with the large weights, and almost 93% with the small ones; in the end both come to almost the same.
The decimals are in the book's repository, fig/weight_initialization_30.json.
"""
from __future__ import annotations

from ..network2 import Network
from .book import Claim, Experiment, Figure, by_epoch, first, last
from .lab import Lab, Run


def run(lab: Lab, init: str) -> None:
    """Chapter 3's network."""
    learn(lab, Network([lab.inputs, 30, 10], lab.rng, cost="cross-entropy", initializer=init), lab.epochs(30))


def learn(lab: Lab, net: Network, epochs: int) -> None:
    """λ = 5 and η = 0.1, a low rate that shows the difference better."""
    net.SGD(lab.training_data, epochs, 10, 0.1, lmbda=5.0, evaluation_data=lab.validation_data,
            monitor_evaluation_accuracy=True, report=lab.note)


EXPERIMENT = Experiment(
    "first-weights", "small first weights: a better start", chapter=3,
    runs={"N(0, 1)": Run(run, init="large", seconds=40), "N(0, 1/n)": Run(run, init="scaled", seconds=40)},
    claims=[Claim("N(0, 1), after one epoch", first("N(0, 1)", "evaluation accuracy"), "86.43",
                  remark="the book's own run: `same-seed`"),
            Claim("N(0, 1/n), after one epoch", first("N(0, 1/n)", "evaluation accuracy"), "92.70"),
            Claim("N(0, 1), last epoch", last("N(0, 1)", "evaluation accuracy"), "96.37"),
            Claim("N(0, 1/n), last epoch", last("N(0, 1/n)", "evaluation accuracy"), "96.50")],
    figures=[Figure("accuracy on the validation data, %", by_epoch("evaluation accuracy"), low=85, high=100,
                    lines={"book: 86.43%": 86.43, "book: 92.70%": 92.70})])
