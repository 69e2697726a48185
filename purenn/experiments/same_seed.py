"""Is it the book's network, to the last digit?

The programs that drew chapter 3's figures begin with `random.seed(12345678)` and `np.random.seed(12345678)`, and the
book's repository keeps what they measured: fig/overfitting.json, regularized.json, weight_initialization_30.json. So
purenn can make the very same runs, with the same random numbers, the same first weights, the same order of the images
and the same pixels, which in the book's file are parts of 256. It does: after each of the 400 epochs, without λ and
with it, it reads as many test images as the book's network did, and the costs have the same digits.
"""
from __future__ import annotations

from statistics import mean
from typing import List

from . import first_weights, overfitting
from .book import Claim, Experiment, Figure, best, by_epoch, first, last
from .lab import Lab, Run
from .python2 import BookNetwork, BookRandom, in_256ths


def book_network(lab: Lab) -> BookNetwork:
    """The network with which the book's programs begin."""
    return BookNetwork([lab.inputs, 30, 10], BookRandom(), cost="cross-entropy", initializer="scaled")


def thousand(lab: Lab, lmbda: float) -> None:
    """The run of `overfitting`, and of `regularization`: the first weights are drawn again, as large ones."""
    lab.training_data, lab.test_data = in_256ths(lab.training_data[:1000]), in_256ths(lab.test_data)
    net = book_network(lab)
    net.large_weight_initializer()
    overfitting.learn(lab, net, lmbda)


def weights(lab: Lab) -> None:
    """Both runs of `first_weights`, one after the other: the random numbers go on."""
    lab.training_data, lab.validation_data = in_256ths(lab.training_data), in_256ths(lab.validation_data)
    net, planned = book_network(lab), [lab.epochs(30) for _ in (SMALL, LARGE)]
    for name, epochs in zip((SMALL, LARGE), planned):
        first_weights.learn(lab, net, epochs)
        lab.curves[name] = lab.curves.pop("evaluation accuracy")
        net.large_weight_initializer()


def accuracies(what: str, run: str, curve: str, once: str, highest: str, average: str) -> List[Claim]:
    """What the book's file has: the accuracy after the first epoch, the best, and the mean of all epochs."""
    return [Claim(f"{what}, first epoch", first(run, curve), once),
            Claim(f"{what}, best epoch", best(run, curve), highest),
            Claim(f"{what}, mean of all epochs", lambda runs: mean(runs[run][curve]), average)]


LARGE, SMALL, WEIGHTS = "N(0, 1)", "N(0, 1/n)", "first weights"
NONE, L2 = "1,000 images, no λ", "1,000 images, λ = 0.1"
EXPERIMENT = Experiment(
    "same-seed", "the book's own runs, number by number", chapter=3, chance=False,
    runs={NONE: Run(thousand, lmbda=0.0, seconds=100), L2: Run(thousand, lmbda=0.1, seconds=100),
          WEIGHTS: Run(weights, seconds=90)},
    claims=[Claim(f"{NONE}: training cost, first epoch", first(NONE, "training cost"), "1.843364786033", ""),
            *accuracies(f"{NONE}: test accuracy", NONE, "evaluation accuracy", "58.87", "82.27", "81.66395"),
            Claim(f"{NONE}: test cost, last epoch", last(NONE, "evaluation cost"), "1.773149375722", ""),
            Claim(f"{L2}: training cost, first epoch", first(L2, "training cost"), "3.005466860217", ""),
            *accuracies(f"{L2}: test accuracy", L2, "evaluation accuracy", "58.98", "87.10", "84.948725"),
            Claim(f"{L2}: test cost, last epoch", last(L2, "evaluation cost"), "0.891041316986", ""),
            *accuracies(f"{SMALL}: validation accuracy", WEIGHTS, SMALL, "92.70", "96.53", "95.956"),
            *accuracies(f"{LARGE}: validation accuracy", WEIGHTS, LARGE, "86.43", "96.48", "94.653")],
    figures=[Figure("accuracy on the test data, %", by_epoch("evaluation accuracy"), low=70, high=90,
                    lines={"book: 82.27%": 82.27, "book: 87.1%": 87.1})])
