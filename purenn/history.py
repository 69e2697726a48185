"""What is known of a training run: the learning rate and the measurements of each epoch.

An `Epoch` is what one pass over the training data was like. A `History` is a run by columns, as the book's `network2`
returns it.

>>> epochs = [Epoch(0, 3.0, evaluation_accuracy=Score(90, 100)), Epoch(1, 3.0, evaluation_accuracy=Score(95, 100))]
>>> History.of(epochs).evaluation_accuracy
[90, 95]
"""
from __future__ import annotations

from typing import Any, List, NamedTuple, Optional, Sequence


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
"""What may be monitored beside the accuracy on the test data."""


class _Columns(NamedTuple):
    """The four lists that the book's `network2.SGD` returns, in its order. One that was not monitored is empty.
    Accuracies count right answers."""

    evaluation_cost: List[float]
    evaluation_accuracy: List[int]
    training_cost: List[float]
    training_accuracy: List[int]


class History(_Columns):
    """A run by columns: the book's four, to be unpacked as in the book, and beside them the test accuracies."""

    test_accuracy: List[int]

    @classmethod
    def of(cls, epochs: Sequence[Epoch]) -> History:
        def measured(name: str) -> List[Any]:
            return [getattr(epoch, name) for epoch in epochs if getattr(epoch, name) is not None]

        def right(name: str) -> List[int]:
            return [score.right for score in measured(name)]

        history = cls(measured("evaluation_cost"), right("evaluation_accuracy"),
                      measured("training_cost"), right("training_accuracy"))
        history.test_accuracy = right("test_accuracy")
        return history

    def __repr__(self) -> str:
        return f"{super().__repr__()[:-1]}, test_accuracy={self.test_accuracy})"


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
