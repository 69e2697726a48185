"""Does L2 cure overfitting?

The same thousand images as in `overfitting`, with λ = 0.1: the test accuracy goes on rising, to 87.1% instead of
82.27%. Then all 50,000 images, with λ = 5 so that λ/n stays the same: 96.49% against 95.49%. The gap between training
and test images is some 2.5 points without λ, and under one with it.
"""
from __future__ import annotations

from . import cross_entropy, overfitting
from .book import Claim, Experiment, Figure, Runs, best, by_epoch
from .lab import Run


def gap(name: str, runs: Runs) -> float:
    """Training accuracy less test accuracy, after the last epoch."""
    return runs[name]["training accuracy"][-1] - runs[name]["test accuracy"][-1]


FEW, FEW_L2 = "1,000 images, no λ", "1,000 images, λ = 0.1"
ALL, ALL_L2 = "50,000 images, no λ", "50,000 images, λ = 5"
FIGURE = "the data of the book's figure; its text compares best epochs, 2.53 and under 1"
EXPERIMENT = Experiment(
    "regularization", "the same with L2: it generalises", chapter=3,
    runs={FEW: Run(overfitting.run, lmbda=0.0, seconds=100),
          FEW_L2: Run(overfitting.run, lmbda=0.1, seconds=100),
          ALL: Run(cross_entropy.run, hidden=30, lmbda=0.0, seconds=31),
          ALL_L2: Run(cross_entropy.run, hidden=30, lmbda=5.0, seconds=40)},
    claims=[Claim("1,000 images, no λ: best epoch", best(FEW, "evaluation accuracy"), "82.27"),
            Claim("1,000 images, λ = 0.1: best epoch", best(FEW_L2, "evaluation accuracy"), "87.10"),
            Claim("50,000 images, no λ: best epoch", best(ALL, "test accuracy"), "95.49"),
            Claim("50,000 images, λ = 5: best epoch", best(ALL_L2, "test accuracy"), "96.49",
                  remark="the book's own run: `same-seed`"),
            Claim("50,000 images, no λ: training less test accuracy", lambda runs: gap(ALL, runs), "2.55",
                  " points", remark=FIGURE),
            Claim("50,000 images, λ = 5: training less test accuracy", lambda runs: gap(ALL_L2, runs), "0.86",
                  " points", remark=FIGURE)],
    figures=[Figure("1,000 images: accuracy on the test data, %", by_epoch("evaluation accuracy", "1,000 images, "),
                    low=70, high=90, lines={"book: 82.27%": 82.27, "book: 87.1%": 87.1}),
             Figure("50,000 images: accuracy on the test data, %", by_epoch("test accuracy", "50,000 images, "),
                    low=90, high=100, lines={"book: 95.49%": 95.49, "book: 96.49%": 96.49})])
