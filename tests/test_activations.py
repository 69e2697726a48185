"""Activations by hand, at the extremes, and copied."""
from __future__ import annotations

import copy
import math
import pickle
from typing import List

import pytest

from purenn.activations import ACTIVATIONS, Activation, identity, relu, sigmoid, softmax, tanh


def test_forward_by_hand() -> None:
    # σ(ln 3) = 1 / (1 + 1/3) = 3/4, σ(-ln 3) = 1/4
    assert sigmoid([math.log(3), -math.log(3)]) == pytest.approx([0.75, 0.25])
    # tanh(ln 2) = (2 - 1/2) / (2 + 1/2) = 3/5
    assert tanh([math.log(2), -math.log(2)]) == pytest.approx([0.6, -0.6])
    assert relu([-1.0, 0.0, 2.5]) == [0.0, 0.0, 2.5]
    # e^0 : e^(ln 2) : e^(ln 5) = 1 : 2 : 5
    assert softmax([0.0, math.log(2), math.log(5)]) == pytest.approx([0.125, 0.25, 0.625])
    assert identity([-1.0, 7.0]) == [-1.0, 7.0]


def test_backward_by_hand() -> None:
    assert sigmoid.backward([0.75], [16.0]) == [3.0]                        # 16·0.75·0.25
    assert tanh.backward([0.5], [4.0]) == [3.0]                             # 4·(1 - 0.25)
    assert relu.backward([0.0, 2.0], [5.0, 5.0]) == [0.0, 5.0]
    # a = (1/4, 3/4), g = (4, 0): <a, g> = 1, so (1/4·(4 - 1), 3/4·(0 - 1))
    assert softmax.backward([0.25, 0.75], [4.0, 0.0]) == [0.75, -0.75]
    assert identity.backward([3.0], [2.0]) == [2.0]


def test_softmax_at_the_extremes() -> None:
    assert softmax([1000.0, 0.0, -1000.0]) == [1.0, 0.0, 0.0]
    assert softmax([-1000.0, -1000.0]) == [0.5, 0.5]


def test_sigmoid_keeps_its_small_values() -> None:
    """σ(-40) = e⁻⁴⁰ / (1 + e⁻⁴⁰), and the denominator is 1 to the last bit."""
    assert sigmoid([-40.0]) == [math.exp(-40.0)]
    assert sigmoid([-745.0])[0] > 0.0


def test_each_is_known_by_its_name() -> None:
    named = {"sigmoid": sigmoid, "tanh": tanh, "relu": relu, "softmax": softmax, "identity": identity}
    assert named.items() <= ACTIVATIONS.items()


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=repr)
def test_copies_are_the_same_function(activation: Activation) -> None:
    """A cost knows its canonical activation in a network that was copied, or sent to another process, too."""
    for other in copy.deepcopy(activation), pickle.loads(pickle.dumps(activation)):
        assert other == activation and hash(other) == hash(activation)
    assert [one for one in ACTIVATIONS.values() if one == activation] == [activation]


class Scaled(Activation):
    """c·z, with a c of its own."""

    def __init__(self, c: float) -> None:
        self.c = c

    def __call__(self, z: List[float]) -> List[float]:
        return [self.c * zj for zj in z]

    def backward(self, a: List[float], g: List[float]) -> List[float]:
        return [self.c * gj for gj in g]


def test_one_without_a_name_is_copied_as_it_is() -> None:
    assert copy.deepcopy(Scaled(3.0)) == Scaled(3.0) != Scaled(2.0)
    assert copy.deepcopy(Scaled(3.0))([2.0]) == pickle.loads(pickle.dumps(Scaled(3.0)))([2.0]) == [6.0]
