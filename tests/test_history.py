"""What a schedule makes of the accuracies so far, worked out by hand."""
from __future__ import annotations

from random import Random
from typing import List, Optional

import pytest

from purenn.history import Epoch, History, Score
from purenn.network2 import Network
from purenn.schedules import Schedule, both, constant, early_stopping, halving
from purenn.recipes import Recipe


def measured(accuracies: List[int]) -> List[Epoch]:
    """Epochs with these accuracies, of 20."""
    return [Epoch(number, 1.0, evaluation_accuracy=Score(right, 20)) for number, right in enumerate(accuracies)]


@pytest.mark.parametrize("accuracies, eta", [
    ([], 1.0),
    ([9, 1], 1.0),                          # one epoch without a new best
    ([9, 1, 9], 0.5),                       # two: to be as good again is not to be better
    ([9, 1, 1, 1], 0.5),                    # three: the count began anew at the halving
    ([9, 1, 1, 5, 5], 0.25),                # four: 5 is better than 1, but 9 remains the best
    ([9, 1, 1, 10, 1], 0.5),                # a new best begins the count anew
    ([9, *[1] * 14], 1 / 128),              # seven times two
    ([9, *[1] * 16], None),                 # an eighth halving would be below 1/128
])
def test_halving_with_a_patience_of_two(accuracies: List[int], eta: Optional[float]) -> None:
    assert halving(2)(1.0, measured(accuracies)) == eta
    assert Recipe(halve_eta=2).schedule(1.0, measured(accuracies)) == eta


@pytest.mark.parametrize("accuracies, stops", [([], False), ([9, 1], False), ([9, 1, 9], True), ([9, 1, 10, 1], False)])
def test_early_stopping_with_a_patience_of_two(accuracies: List[int], stops: bool) -> None:
    assert early_stopping(2)(0.5, measured(accuracies)) == (None if stops else 0.5)
    assert Recipe(early_stopping=2).schedule(0.5, measured(accuracies)) == (None if stops else 0.5)


def test_halving_until_early_stopping() -> None:
    for schedule in both(halving(1), early_stopping(3)), Recipe(halve_eta=1, early_stopping=3).schedule:
        assert [schedule(1.0, measured([9, 1, 1, 1][:n])) for n in range(5)] == [1.0, 1.0, 0.5, 0.25, None]


def test_without_either_nothing_changes() -> None:
    assert Recipe().schedule is constant and constant(0.5, measured([9] + [1] * 99)) == 0.5


def test_columns() -> None:
    """What was not measured leaves no gap; a cost of zero is a measurement."""
    epochs = [Epoch(0, 1.0, None, 0.0, Score(1, 9), 4.0, Score(5, 9)), Epoch(1, 1.0),
              Epoch(2, 1.0, None, 6.0, Score(7, 9))]
    assert list(History(epochs)) == [[0.0, 6.0], [1, 7], [4.0], [5]]


def test_a_schedule_of_ones_own_wants_no_evaluation_data() -> None:
    """η·0.9ⁿ: 1, 0.9 and 0.81. It knows of the epochs so far, whether anything was measured in them or not."""
    seen: List[Epoch] = []
    Network([1, 1], Random(0)).SGD([([0.0], [1.0])], 3, 1, 1.0, schedule=lambda eta, epochs: eta * 0.9 ** len(epochs),
                                   report=seen.append)
    assert [epoch.eta for epoch in seen] == pytest.approx([1.0, 0.9, 0.81])


@pytest.mark.parametrize("schedule", [early_stopping(2), halving(2), both(constant, halving(2)),
                                      both(early_stopping(2), constant)])
def test_one_that_watches_the_accuracy_wants_them(schedule: Schedule) -> None:
    """It is told before any weight changes; given the data, the accuracy is measured though nobody asked for it."""
    net = Network([1, 2], Random(0))
    before = repr((net.weights, net.biases))
    with pytest.raises(ValueError, match="need evaluation_data"):
        net.SGD([([0.0], [1.0, 0.0])], 3, 1, 1.0, schedule=schedule, report=lambda epoch: None)
    assert repr((net.weights, net.biases)) == before
    history = net.SGD([([0.0], [1.0, 0.0])], 2, 1, 1.0, schedule=schedule, evaluation_data=[([0.0], 0)],
                      report=lambda epoch: None)
    assert len(history.evaluation_accuracy) == 2
