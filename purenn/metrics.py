"""What a network takes images for, how right it is, how fast each layer learns, and how several networks vote.

The digit that a network predicts is the number of the output neuron with the largest activation, and that activation
is its confidence. (A network with one output tells 1 from 0, `network.answer`; that output is its confidence in the 1.)
Of each digit there are two ways to be wrong: to overlook it (recall says how many of the fours were
read as four) and to see it where it is not (precision says how many of those read as four were fours).

>>> confusion = Confusion.of([4, 4, 4, 9], [4, 4, 9, 4], digits=10)      # the truth, and what was read
>>> confusion.counts[4][4], confusion.counts[4][9], confusion.counts[9][4]
(2, 1, 1)
>>> confusion.accuracy, confusion.recall(4), confusion.precision(9)
(0.5, 0.6666666666666666, 0.0)
>>> confusion.recall(7) is None                                          # there was none to overlook
True
"""
from __future__ import annotations

import math
from collections import Counter
from copy import copy
from typing import List, NamedTuple, Optional, Sequence

from .matrix import Vector, add, add_scaled, all_finite, dot
from .network import Example, TrainingExample, answer
from .network2 import Network


class Prediction(NamedTuple):
    """What a network makes of one image: a digit, and that output's activation."""

    digit: int
    confidence: float


def classify(net: Network, images: Sequence[Vector]) -> List[Prediction]:
    """The network's predictions. A ValueError names the first image that is not of its size."""
    predictions = []
    for number, image in enumerate(images, 1):
        if len(image) != net.sizes[0]:
            raise ValueError(f"image {number} has {len(image)} pixels, the network takes {net.sizes[0]}")
        output = finite_activations(net, image)[-1]
        digit = answer(output)
        predictions.append(Prediction(digit, confidences(output)[digit]))
    return predictions


LEAST = 20
"""Of fewer images it is no wonder if all are read alike."""


def only_answer(net: Network, data: Sequence[Example], right: int) -> Optional[int]:
    """The digit that the network reads in all of the images, though they are of several digits; None if it reads
    different ones, or there are fewer than LEAST. Then it has stopped learning, or has not begun.

    `right` is how many it reads rightly, which is measured anyway: only where that is as many as there are of one digit
    are the images looked at once more.
    """
    counts = Counter(answer(y) for _, y in data)
    if len(data) < LEAST or len(counts) < 2 or right not in (0, *counts.values()):
        return None
    first = answer(net.feedforward(data[0][0]))
    return first if all(answer(net.feedforward(x)) == first for x, _ in data) else None


def candidates(net: Network, image: Vector) -> List[Prediction]:
    """All digits that the image might be, from the likeliest to the least likely."""
    output = confidences(finite_activations(net, image)[-1])
    return sorted(map(Prediction, range(len(output)), output), key=lambda prediction: -prediction.confidence)


def confidences(output: Vector) -> Vector:
    """The confidence in each digit that the output may mean.

    >>> confidences([0.1, 0.7, 0.2]), confidences([0.25])
    ([0.1, 0.7, 0.2], [0.75, 0.25])
    """
    return output if len(output) > 1 else [1.0 - output[0], output[0]]


def finite_activations(net: Network, image: Vector) -> List[Vector]:
    """The activations of layers 2 to L; OverflowError if one is not a finite number."""
    layers = net.activations(image)
    if not all_finite(layers):
        raise OverflowError("this network's weights are so large that its answer is not a number")
    return layers


class Confusion(NamedTuple):
    """counts[d][e]: how many images of the digit d were read as e."""

    counts: List[List[int]]

    @classmethod
    def of(cls, labels: Sequence[int], digits_read: Sequence[int], digits: int) -> Confusion:
        """Count; a ValueError names a label for which the network has no output."""
        counts = [[0] * digits for _ in range(digits)]
        for number, (label, digit) in enumerate(zip(labels, digits_read), 1):
            if not 0 <= label < digits:
                raise ValueError(f"image {number} is labelled {label}, the network tells 0 to {digits - 1} apart")
            counts[label][digit] += 1
        return cls(counts)

    @property
    def right(self) -> int:
        """How many were read rightly."""
        return sum(row[digit] for digit, row in enumerate(self.counts))

    @property
    def accuracy(self) -> float:
        """The fraction that was read rightly."""
        return self.right / sum(map(sum, self.counts))

    def recall(self, digit: int) -> Optional[float]:
        """Of all images of the digit, the fraction that was read as it; None if there was none."""
        return _fraction(self.counts[digit][digit], sum(self.counts[digit]))

    def precision(self, digit: int) -> Optional[float]:
        """Of all images read as the digit, the fraction that was it; None if there was none."""
        return _fraction(self.counts[digit][digit], sum(row[digit] for row in self.counts))

    def lines(self, columns: int = 80) -> List[str]:
        """A table, with a row for each digit and a column for each that it was read as; or where a table is wider than
        `columns`, a line for each digit.

        >>> for line in Confusion.of([0, 0, 1], [0, 1, 1], digits=2).lines():
        ...     print(line)
              read as
        digit   0   1  recall  precision
            0   1   1   50.0%       100%
            1   .   1    100%      50.0%
        >>> Confusion.of([0, 0, 1], [0, 1, 1], digits=2).lines(30)[0]
        '0: recall 50.0%, precision 100%, read as 1 (1)'
        """
        digits = range(len(self.counts))
        width = max(4, 1 + max(len(str(count)) for row in self.counts for count in row))
        rates = [(percent(self.recall(digit)), percent(self.precision(digit))) for digit in digits]
        table = ["      read as", "digit" + "".join(f"{digit:{width}}" for digit in digits) + "  recall  precision"]
        for digit, (row, (recall, precision)) in enumerate(zip(self.counts, rates)):
            table.append(f"{digit:5}" + "".join(f"{count or '.':>{width}}" for count in row)
                         + f"{recall:>8}{precision:>11}")
        if len(table[1]) <= columns:
            return table
        mistaken = [", ".join(f"{other} ({row[other]})" for other in sorted(digits, key=lambda other: -row[other])
                              if row[other] and other != digit) for digit, row in enumerate(self.counts)]
        return [f"{digit}: recall {recall}, precision {precision}" + (f", read as {others}" if others else "")
                for digit, (recall, precision), others in zip(digits, rates, mistaken)]

    def __str__(self) -> str:
        return "\n".join(self.lines())


def percent(fraction: Optional[float]) -> str:
    """Five characters at most, and 100% only where it is true.

    >>> percent(1.0), percent(0.9999), percent(0.0), percent(None)
    ('100%', '99.9%', '0.0%', '-')
    """
    return "-" if fraction is None else "100%" if fraction == 1.0 else f"{min(fraction, 0.999):.1%}"


def _fraction(part: int, whole: int) -> Optional[float]:
    return part / whole if whole else None


def surest_mistakes(predictions: Sequence[Prediction], labels: Sequence[int], n: int) -> List[int]:
    """The indices of the n mistakes of which the network was surest, the surest first.

    >>> surest_mistakes([Prediction(1, 0.6), Prediction(2, 0.9), Prediction(3, 0.8)], [1, 7, 7], n=5)
    [1, 2]
    """
    mistakes = [i for i, (prediction, label) in enumerate(zip(predictions, labels)) if prediction.digit != label]
    return sorted(mistakes, key=lambda i: -predictions[i].confidence)[:n]


def gradient_sizes(net: Network, examples: Sequence[TrainingExample]) -> List[float]:
    """‖δ‖ of layers 2 to L, where δ is the mean error of the examples: how fast the layer's biases learn
    (http://neuralnetworksanddeeplearning.com/chap5.html#the_vanishing_gradient_problem). To watch it, measure it in
    SGD's `report`: all neurons take part, whatever the dropout, and nothing is drawn, so that watching does not change
    the training.

    >>> from random import Random
    >>> net = Network([2, 3, 1], Random(0))
    >>> sizes = gradient_sizes(net, [([0.0, 1.0], [1.0])])
    >>> len(sizes), sizes[-1] == abs(net.backprop([0.0, 1.0], [1.0])[0][-1][0])
    (2, True)
    """
    net = copy(net)             # shares the weights; only its dropout is another
    net.dropout = 0.0
    mean = [[0.0] * size for size in net.sizes[1:]]
    for x, y in examples:
        for total, delta in zip(mean, net.propagate(x, y)[1]):
            add_scaled(total, 1.0 / len(examples), delta)
    return [math.sqrt(dot(delta, delta)) for delta in mean]


def vote(nets: Sequence[Network], x: Vector) -> int:
    """The digit that most of the networks read; of those with as many votes, the one whose outputs have the larger sum.

    (Chapter 6 has five networks vote, "Using an ensemble of networks": each is wrong about other images.)

    >>> nets = [Network([1, 2]) for _ in range(3)]
    >>> for net, digit in zip(nets, [0, 1, 1]):
    ...     net.biases = [[-9.0, 9.0] if digit else [9.0, -9.0]]
    >>> vote(nets, [0.0])
    1
    """
    outputs = [net.feedforward(x) for net in nets]
    sums = [0.0] * len(confidences(outputs[0]))
    votes = [0] * len(sums)
    for output in outputs:
        votes[answer(output)] += 1
        sums = add(sums, confidences(output))
    return max(range(len(votes)), key=lambda digit: (votes[digit], sums[digit]))
