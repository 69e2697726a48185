"""What is known of a training run: the learning rate and the measurements of each epoch.

An `Epoch` is what one pass over the training data was like. A `History` is a run by columns, as the book's `network2`
returns it (http://neuralnetworksanddeeplearning.com/chap3.html#handwriting_recognition_revisited_the_code).

>>> epochs = [Epoch(0, 3.0, evaluation_accuracy=Score(90, 100)), Epoch(1, 3.0, evaluation_accuracy=Score(95, 100))]
>>> History(epochs).evaluation_accuracy
[90, 95]
"""
from __future__ import annotations

from typing import Any, Iterator, List, NamedTuple, Optional, Sequence


class Score(NamedTuple):
    """How many answers are right, of how many.

    >>> str(Score(9129, 10000)), Score(9129, 10000).fraction
    ('9129 / 10000', 0.9129)
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
"""What may be monitored beside the accuracy on the test data: the book's four, in its order."""


class History:
    """A run by columns: of each measure a list, with a number for each epoch in which it was measured. Accuracies count
    right answers. To be unpacked as in the book, into the four lists that its `network2.SGD` returns."""

    test_accuracy: List[int]
    evaluation_cost: List[float]
    evaluation_accuracy: List[int]
    training_cost: List[float]
    training_accuracy: List[int]

    def __init__(self, epochs: Sequence[Epoch]) -> None:
        # A measure that was not taken in an epoch leaves no gap, as in the book: then the list is shorter.
        for name in ("test_accuracy", *MEASURES):
            measured = [getattr(epoch, name) for epoch in epochs if getattr(epoch, name) is not None]
            setattr(self, name, [value.right if isinstance(value, Score) else value for value in measured])

    def __iter__(self) -> Iterator[List[Any]]:
        return (getattr(self, name) for name in MEASURES)

    def __repr__(self) -> str:
        return f"History({', '.join(f'{name}={column}' for name, column in vars(self).items())})"


def monitored(epoch: Epoch) -> List[str]:
    """What was measured beside the test accuracy, in words.

    >>> monitored(Epoch(2, 0.5, evaluation_cost=0.25, evaluation_accuracy=Score(97, 100)))
    ['evaluation cost 0.25', 'evaluation accuracy 97 / 100']
    """
    return [f"{name.replace('_', ' ')} {f'{value:.6g}' if isinstance(value, float) else value}"
            for name, value in zip(epoch._fields, epoch) if name in MEASURES and value is not None]


def print_epoch(epoch: Epoch) -> None:
    """Chapter 1's line for an epoch, and what else was measured.

    >>> print_epoch(Epoch(0, 3.0, test_accuracy=Score(9129, 10000)))
    Epoch 0: 9129 / 10000
    >>> print_epoch(Epoch(1, 3.0))
    Epoch 1 complete
    """
    measured = [str(epoch.test_accuracy)] * (epoch.test_accuracy is not None) + monitored(epoch)
    print(f"Epoch {epoch.number}: {', '.join(measured)}" if measured else f"Epoch {epoch.number} complete")
