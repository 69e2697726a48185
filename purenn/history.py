"""What is known after each epoch of training, and what to do next.

An `Epoch` is one line of a training run's diary: which learning rate was used and what was measured. A
`History` is the diary by columns, as the book's `network2` returns it. A *schedule* reads the diary's
validation accuracies and answers with the learning rate for the next epoch, or None when it is time to stop.
Because a schedule is a function of the past and keeps no notes of its own, a run can be interrupted and go
on later exactly as it would have.

>>> halving(patience=2)(0.5, [90, 95, 94, 95])         # two epochs without a new best: half of η
0.25
>>> early_stopping(patience=2)(0.5, [90, 95, 94, 95]) is None
True
"""
from __future__ import annotations

from typing import Callable, List, NamedTuple, Optional, Sequence


class Score(NamedTuple):
    """So many right, out of so many.

    >>> print(Score(9129, 10000)), Score(9129, 10000).fraction
    9129 / 10000
    (None, 0.9129)
    """

    right: int
    total: int

    @property
    def fraction(self) -> float:
        return self.right / self.total

    def __str__(self) -> str:
        return f"{self.right} / {self.total}"


class Epoch(NamedTuple):
    """One pass over the training data: its number (from 0), its learning rate, and what was measured after it."""

    number: int
    eta: float
    test_accuracy: Optional[Score] = None
    evaluation_cost: Optional[float] = None
    evaluation_accuracy: Optional[Score] = None
    training_cost: Optional[float] = None
    training_accuracy: Optional[Score] = None


MEASURES = Epoch._fields[3:]
"""What may be monitored beside the accuracy on the test data."""


class History(NamedTuple):
    """A run by columns, in the order in which the book's `network2.SGD` returns them; a column that was not
    monitored is empty. Accuracies count right answers, as in the book."""

    evaluation_cost: List[float]
    evaluation_accuracy: List[int]
    training_cost: List[float]
    training_accuracy: List[int]

    @classmethod
    def of(cls, epochs: Sequence[Epoch]) -> History:
        return cls([e.evaluation_cost for e in epochs if e.evaluation_cost is not None],
                   [e.evaluation_accuracy.right for e in epochs if e.evaluation_accuracy is not None],
                   [e.training_cost for e in epochs if e.training_cost is not None],
                   [e.training_accuracy.right for e in epochs if e.training_accuracy is not None])


def monitored(epoch: Epoch) -> List[str]:
    """What was measured beside the test accuracy, in words.

    >>> monitored(Epoch(2, 0.5, evaluation_cost=0.25, evaluation_accuracy=Score(97, 100)))
    ['evaluation cost 0.25', 'evaluation accuracy 97 / 100']
    """
    return [f"{name.replace('_', ' ')} {f'{value:.6g}' if isinstance(value, float) else value}"
            for name, value in zip(epoch._fields[3:], epoch[3:]) if value is not None]


def print_epoch(epoch: Epoch) -> None:
    """The book's line for an epoch.

    >>> print_epoch(Epoch(0, 3.0, test_accuracy=Score(9129, 10000)))
    Epoch 0: 9129 / 10000
    >>> print_epoch(Epoch(1, 3.0))
    Epoch 1 complete
    """
    measured = [str(epoch.test_accuracy)] * (epoch.test_accuracy is not None) + monitored(epoch)
    print(f"Epoch {epoch.number}: {', '.join(measured)}" if measured else f"Epoch {epoch.number} complete")


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
    below `smallest` times its first value (chapter 3, the exercise under "Learning rate schedule")."""

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
