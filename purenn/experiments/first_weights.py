"""Do small first weights help?

With weights from N(0, 1) the sum of 784 inputs is large, and hidden neurons start out saturated. Divided by the root of
the number of inputs, they start where σ is steep. After the first epoch the book's network reads under 87% of the
validation images with the large weights, and almost 93% with the small ones. In the end both come to the same.
"""
from __future__ import annotations

from ..network2 import Network
from .book import Claim, Experiment, Figure, Runs, best, by_epoch, first
from .lab import Lab, Run


def run(lab: Lab, init: str) -> None:
    """Chapter 3's network with λ = 5 and η = 0.1, a low rate that shows the difference better."""
    net = Network([lab.inputs, 30, 10], lab.rng, cost="cross-entropy", initializer=init)
    net.SGD(lab.training_data, lab.epochs(30), 10, 0.1, lmbda=5.0, evaluation_data=lab.validation_data,
            monitor_evaluation_accuracy=True, report=lab.note)


def difference(runs: Runs) -> float:
    """Of the best epochs."""
    return best("N(0, 1/n)", "evaluation accuracy")(runs) - best("N(0, 1)", "evaluation accuracy")(runs)


EXPERIMENT = Experiment(
    "first-weights", "small first weights: a better start", chapter=3,
    runs={"N(0, 1)": Run(run, init="large", seconds=40), "N(0, 1/n)": Run(run, init="scaled", seconds=40)},
    claims=[Claim("N(0, 1), after one epoch", first("N(0, 1)", "evaluation accuracy"), 87.0, within=1.0,
                  remark="the book: under 87%"),
            Claim("N(0, 1/n), after one epoch", first("N(0, 1/n)", "evaluation accuracy"), 93.0,
                  remark="the book: almost 93%"),
            Claim("best epochs, N(0, 1/n) less N(0, 1)", difference, 0.0, within=0.5, unit=" points",
                  remark="the book: much the same in the end")],
    figures=[Figure("accuracy on the validation data, %", by_epoch("evaluation accuracy"), low=85, high=100,
                    lines={"book: 87%": 87.0, "book: 93%": 93.0})])
