"""Is it the book's network, to the last digit?

The programs that drew chapter 3's figures begin with `random.seed(12345678)` and `np.random.seed(12345678)`, and the
book's repository keeps what they measured: fig/overfitting.json, regularized.json, regularized_full.json,
weight_initialization_30.json, more_data.json and multiple_eta.json. So purenn can make the very same runs, with the
same random numbers, first weights, order of the images, and pixels, which in the book's file are parts of 256. It
measures what they measured, epoch by epoch: the same number of right answers, and costs with the same twelve decimals.
Two runs cannot be repeated to the end: 50,000 images without λ (overfitting_full.json; three epochs are the same) and
η = 2.5 (multiple_eta.json; not even one). NumPy adds up in another order, and there the rounding errors grow.
"""
from __future__ import annotations

from statistics import mean
from typing import Callable, List

from . import cross_entropy, first_weights, how_much_data, overfitting, three_rates
from .book import Claim, Experiment, Figure, Runs, best, by_epoch, first, last
from .how_much_data import SIZES
from .lab import Lab, Run
from .python2 import BookNetwork, BookRandom, book_data


def begin(lab: Lab, images: int = 50000) -> BookNetwork:
    """With the book's data, and the network that its programs begin with; its weights are small."""
    training_data, lab.validation_data, lab.test_data = book_data(lab.source)
    lab.training_data = training_data[:min(images, len(lab.training_data))]
    return BookNetwork([lab.inputs, 30, 10], BookRandom(), cost="cross-entropy", initializer="scaled")


def thousand(lab: Lab, lmbda: float) -> None:
    """The run of `overfitting`, and of `regularization`: the weights are drawn again, as large ones."""
    net = begin(lab, images=1000)
    net.large_weight_initializer()
    overfitting.learn(lab, net, lmbda)


def all_images(lab: Lab, lmbda: float) -> None:
    """The other run of `regularization`, that of 50,000 images."""
    net = begin(lab)
    net.large_weight_initializer()
    cross_entropy.learn(lab, net, lmbda)


def weights(lab: Lab) -> None:
    """Both runs of `first_weights`, one after the other: the random numbers go on."""
    net, planned = begin(lab), [lab.epochs(30) for _ in (SMALL, LARGE)]
    for name, epochs in zip((SMALL, LARGE), planned):
        first_weights.learn(lab, net, epochs)
        lab.curves[name] = lab.curves.pop("evaluation accuracy")
        net.large_weight_initializer()


def sizes(lab: Lab) -> None:
    """All runs of `how_much_data`, one after the other."""
    net, planned = begin(lab), [lab.epochs(1500000 // size) for size in SIZES]
    for size, epochs in zip(SIZES, planned):
        net.large_weight_initializer()
        how_much_data.learn(lab, net, size, epochs)


def rates(lab: Lab) -> None:
    """The first two runs of `three_rates`, each with a new network."""
    net, planned = begin(lab), [lab.epochs(30) for _ in RATES]
    for eta, epochs in zip(RATES, planned):
        three_rates.learn(lab, net, eta, epochs)
        lab.curves[f"η = {eta:g}"] = lab.curves.pop("training cost")
        net.default_weight_initializer()


def accuracies(what: str, run: str, curve: str, once: str, highest: str, average: str) -> List[Claim]:
    """What the book's file has: the accuracy after the first epoch, the best, and the mean of all epochs."""
    return [Claim(f"{what}, first epoch", first(run, curve), once),
            Claim(f"{what}, best epoch", best(run, curve), highest),
            Claim(f"{what}, mean of all epochs", lambda runs: mean(runs[run][curve]), average)]


def costs(what: str, run: str, curve: str, once: str, end: str) -> List[Claim]:
    """What the book's file has: the cost after the first epoch, and after the last."""
    return [Claim(f"{what}, first epoch", first(run, curve), once, ""),
            Claim(f"{what}, last epoch", last(run, curve), end, "")]


def of_size(k: int) -> Callable[[Runs], float]:
    """What the k-th of the sizes came to."""
    return lambda runs: runs[MORE]["validation accuracy"][k]


NONE, L2, ALL = "1,000 images, no λ", "1,000 images, λ = 0.1", "50,000 images, λ = 5"
LARGE, SMALL, WEIGHTS, MORE = "N(0, 1)", "N(0, 1/n)", "first weights", "from 100 to 50,000 images"
RATES, ETA = (0.025, 0.25), "two learning rates"
EXPERIMENT = Experiment(
    "same-seed", "the book's own runs, number by number", chapter=3, chance=False,
    runs={NONE: Run(thousand, lmbda=0.0, seconds=100), L2: Run(thousand, lmbda=0.1, seconds=100),
          ALL: Run(all_images, lmbda=5.0, seconds=40), WEIGHTS: Run(weights, seconds=80), MORE: Run(sizes, seconds=400),
          ETA: Run(rates, seconds=120)},
    claims=[*costs(f"{NONE}: training cost", NONE, "training cost", "1.843364786033", "0.004201644429"),
            *accuracies(f"{NONE}: test accuracy", NONE, "evaluation accuracy", "58.87", "82.27", "81.66395"),
            *costs(f"{NONE}: test cost", NONE, "evaluation cost", "2.076277232333", "1.773149375722"),
            *accuracies(f"{L2}: test accuracy", L2, "evaluation accuracy", "58.98", "87.10", "84.948725"),
            *costs(f"{L2}: test cost", L2, "evaluation cost", "2.190399960537", "0.891041316986"),
            *accuracies(f"{ALL}: test accuracy", ALL, "test accuracy", "92.12", "96.49", "95.4513"),
            *accuracies(f"{SMALL}: validation accuracy", WEIGHTS, SMALL, "92.70", "96.53", "95.956"),
            *accuracies(f"{LARGE}: validation accuracy", WEIGHTS, LARGE, "86.43", "96.48", "94.653"),
            *(Claim(f"{size:,} images, {1500000 // size:,} epochs: validation accuracy", of_size(k), accuracy)
              for k, (size, accuracy) in enumerate(zip(SIZES, how_much_data.BOOK))),
            *costs("η = 0.025: training cost", ETA, "η = 0.025", "0.878095089084", "0.339199808802"),
            *costs("η = 0.25: training cost", ETA, "η = 0.25", "0.495019546543", "0.338796331309")],
    figures=[Figure("accuracy on the test data, %", by_epoch("evaluation accuracy"), low=70, high=90,
                    lines={"book: 82.27%": 82.27, "book: 87.1%": 87.1})])
