"""Schedules: the learning rate for each epoch, and when to stop.

A schedule is a function of the run's first η and of the epochs so far. It returns η for the next epoch, or None to
stop. It keeps no state of its own, so that an interrupted run goes on exactly as it would have. One of your own:

>>> def fading(eta, epochs):
...     return eta * 0.9 ** len(epochs)

Those below look at the accuracies on the evaluation data (chapter 3,
http://neuralnetworksanddeeplearning.com/chap3.html#early_stopping):

>>> epochs = [Epoch(n, 0.5, evaluation_accuracy=Score(right, 100)) for n, right in enumerate([90, 95, 94, 95])]
>>> halving(patience=2)(0.5, epochs)                    # two epochs without a new best: half of η
0.25
>>> early_stopping(patience=2)(0.5, epochs) is None
True
"""
from __future__ import annotations

from typing import Callable, Optional, Sequence

from .history import Epoch, Score as Score

Schedule = Callable[[float, Sequence[Epoch]], Optional[float]]
"""(the run's first η, the epochs so far) -> η for the next epoch, or None to stop."""


def constant(eta: float, epochs: Sequence[Epoch]) -> Optional[float]:
    """Always the same learning rate, never an early end: chapter 1."""
    return eta


def watching(schedule: Schedule) -> Schedule:
    """The schedule, marked as one that looks at the accuracy on the evaluation data: `SGD` then measures it."""
    setattr(schedule, "watches", True)
    return schedule


def watches(schedule: Schedule) -> bool:
    """Whether it is marked so."""
    return getattr(schedule, "watches", False)


def early_stopping(patience: int) -> Schedule:
    """Stop once the best accuracy has not been beaten for `patience` epochs ("Early stopping")."""

    @watching
    def schedule(eta: float, epochs: Sequence[Epoch]) -> Optional[float]:
        return None if _stalls(epochs, patience) else eta

    return schedule


def halving(patience: int, smallest: float = 1 / 128) -> Schedule:
    """Halve η each time the best accuracy has not been beaten for `patience` epochs; stop when η would fall
    below `smallest` times its first value (the exercise under "Learning rate schedule": the book's stops
    when η reaches 1/128 of it, this one still trains at it).

    With momentum the velocity was made with the η before and keeps its size; only what is added to it is halved. Where
    a library multiplies the velocity by η (v → μ·v - ∂C/∂w, w → w + η·v), the whole step is halved at once.
    """

    @watching
    def schedule(eta: float, epochs: Sequence[Epoch]) -> Optional[float]:
        factor = 0.5 ** _stalls(epochs, patience)
        return eta * factor if factor >= smallest else None

    return schedule


def both(first: Schedule, second: Schedule) -> Schedule:
    """The learning rate of `first` until either of the two says stop."""

    def schedule(eta: float, epochs: Sequence[Epoch]) -> Optional[float]:
        return first(eta, epochs) if second(eta, epochs) is not None else None

    return watching(schedule) if watches(first) or watches(second) else schedule


def _stalls(epochs: Sequence[Epoch], patience: int) -> int:
    """How often `patience` epochs in a row went by without a new best accuracy."""
    # Counted anew from the first epoch, each time: so a schedule has nothing to remember.
    best, waited, stalls = -1, 0, 0
    for accuracy in [epoch.evaluation_accuracy.right for epoch in epochs if epoch.evaluation_accuracy]:
        waited = 0 if accuracy > best else waited + 1
        best = max(best, accuracy)
        if waited == patience:
            waited, stalls = 0, stalls + 1
    return stalls
