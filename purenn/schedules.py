"""Schedules: the learning rate for each epoch, and when to stop.

A schedule is a function of the run's first η and of the validation accuracies so far. It returns η for the next
epoch, or None to stop. It keeps no state of its own, so that an interrupted run goes on exactly as it would have.

>>> halving(patience=2)(0.5, [90, 95, 94, 95])         # two epochs without a new best: half of η
0.25
>>> early_stopping(patience=2)(0.5, [90, 95, 94, 95]) is None
True
"""
from __future__ import annotations

from typing import Callable, Optional, Sequence

Schedule = Callable[[float, Sequence[int]], Optional[float]]
"""(the run's first η, validation accuracies of the epochs so far) -> η for the next epoch, or None to stop."""


def constant(eta: float, accuracies: Sequence[int]) -> Optional[float]:
    """Always the same learning rate, never an early end: chapter 1."""
    return eta


def early_stopping(patience: int) -> Schedule:
    """Stop once the best accuracy has not been beaten for `patience` epochs (chapter 3, "Early stopping")."""

    def schedule(eta: float, accuracies: Sequence[int]) -> Optional[float]:
        return None if _stalls(accuracies, patience) else eta

    return schedule


def halving(patience: int, smallest: float = 1 / 128) -> Schedule:
    """Halve η each time the best accuracy has not been beaten for `patience` epochs; stop when η would fall
    below `smallest` times its first value (chapter 3, the exercise under "Learning rate schedule": the book's stops
    when η reaches 1/128 of it, this one still trains at it).

    With momentum the velocity was made with the η before and keeps its size; only what is added to it is halved. Where
    a library multiplies the velocity by η (v → μ·v - ∂C/∂w, w → w + η·v), the whole step is halved at once.
    """

    def schedule(eta: float, accuracies: Sequence[int]) -> Optional[float]:
        factor = 0.5 ** _stalls(accuracies, patience)
        return eta * factor if factor >= smallest else None

    return schedule


def both(first: Schedule, second: Schedule) -> Schedule:
    """The learning rate of `first` until either of the two says stop."""

    def schedule(eta: float, accuracies: Sequence[int]) -> Optional[float]:
        return first(eta, accuracies) if second(eta, accuracies) is not None else None

    return schedule


def _stalls(accuracies: Sequence[int], patience: int) -> int:
    """How often `patience` epochs in a row went by without a new best."""
    best, waited, stalls = -1, 0, 0
    for accuracy in accuracies:
        waited = 0 if accuracy > best else waited + 1
        best = max(best, accuracy)
        if waited == patience:
            waited, stalls = 0, stalls + 1
    return stalls
