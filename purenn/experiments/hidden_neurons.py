"""Do more hidden neurons help?

Chapter 1's network with 30 hidden neurons reads 95.42% of MNIST's test images at its best epoch. With 100 of them,
96.59%. The book shows the best of three runs of each, for some come out a good deal worse.
"""
from __future__ import annotations

from ..network2 import Network
from .book import Claim, Experiment, Figure, best, by_epoch
from .lab import Lab, Run


def run(lab: Lab, hidden: int, eta: float) -> None:
    """Chapter 1's network and training: the quadratic cost, mini-batches of 10, 30 epochs."""
    net = Network([lab.inputs, hidden, 10], lab.rng)
    net.SGD(lab.training_data, lab.epochs(30), 10, eta, lab.test_data, report=lab.note)


EXPERIMENT = Experiment(
    "hidden-neurons", "30 hidden neurons, then 100", chapter=1,
    runs={"30 neurons": Run(run, hidden=30, eta=3.0, seconds=30),
          "100 neurons": Run(run, hidden=100, eta=3.0, seconds=75)},
    claims=[Claim("30 hidden neurons, best epoch", best("30 neurons", "test accuracy"), "95.42", best_of=3),
            Claim("100 hidden neurons, best epoch", best("100 neurons", "test accuracy"), "96.59", best_of=3,
                  remark="with some starts a digit or two stay unlearnt")],
    figures=[Figure("test accuracy, %", by_epoch("test accuracy"), low=80, high=100,
                    lines={"book: 95.42%": 95.42, "book: 96.59%": 96.59})])
