"""What is measured of a network: the gradient of each layer, and a vote of several."""
from __future__ import annotations

import math
from random import Random
from typing import List, Type

import pytest
from pytest import approx

from purenn import packed
from purenn.metrics import candidates, classify, gradient_sizes, vote
from purenn.network2 import Network
from byhand import by_hand


def test_gradient_sizes_by_hand() -> None:
    """The errors of byhand.py: δ² = -0.009702341433, 0.021334051397 and δ³ = -0.129688233418.

        ‖δ²‖ = √(0.009702341433² + 0.021334051397²) = √(0.000094135429 + 0.000455141749) = 0.023436662
    """
    assert gradient_sizes(by_hand(Network), [([1.0, 0.5], [1.0])]) == [approx(0.023436662), approx(0.129688233418)]


def test_the_length_of_the_mean_is_no_mean_of_lengths() -> None:
    """One example wants what the other does not: with a = ½ everywhere their errors ±½·¼ cancel."""
    net = Network([1, 1])
    net.weights, net.biases = [[[0.0]]], [[0.0]]
    assert gradient_sizes(net, [([1.0], [1.0])]) == gradient_sizes(net, [([1.0], [1.0])] * 2) == [0.125]
    assert gradient_sizes(net, [([1.0], [1.0]), ([1.0], [0.0])]) == [0.0]


@pytest.mark.parametrize("kind", [Network, packed.Network])
def test_watching_draws_nothing(kind: Type[Network]) -> None:
    """With dropout the sizes are those of the whole network, and its generator and p are left as they were."""
    examples = [([1.0, 0.5], [1.0]), ([0.0, 1.0], [0.0])]
    net, whole = [kind([2, 9, 1], Random(3), dropout=p) for p in (0.5, 0.0)]
    state = net.rng.getstate()
    assert gradient_sizes(net, examples) == gradient_sizes(whole, examples)
    assert net.rng.getstate() == state and net.dropout == 0.5


def answering(outputs: List[float]) -> Network:
    """A network whose answer is always the same, but for the sigmoid: σ(0) = 0.5, σ(9) = 0.9999."""
    net = Network([1, len(outputs)])
    net.weights, net.biases = [[[0.0] for _ in outputs]], [outputs]
    return net


def test_five_networks_vote() -> None:
    """Three of five read a 2, however sure the other two are of the 0."""
    nets = [answering([0.0, 0.0, 0.5])] * 3 + [answering([9.0, 0.0, 0.0])] * 2
    assert vote(nets, [0.0]) == 2


def test_one_output_is_the_confidence_in_the_1() -> None:
    """σ(ln 3) = 3/4 is a 1 with confidence 3/4; σ(-ln 3) = 1/4 a 0 with 1 - 1/4; σ(0) = ½ is just a 1."""
    one, zero, half = answering([math.log(3.0)]), answering([-math.log(3.0)]), answering([0.0])
    for net, digit, confidence in (one, 1, 0.75), (zero, 0, 0.75), (half, 1, 0.5):
        (prediction,) = classify(net, [[0.0]])
        assert prediction.digit == digit and prediction.confidence == approx(confidence)
    assert [prediction.digit for prediction in candidates(zero, [0.0])] == [0, 1]
    assert [prediction.confidence for prediction in candidates(zero, [0.0])] == [approx(0.75), approx(0.25)]
    assert vote([one, zero, zero], [0.0]) == 0 and vote([one, one, zero], [0.0]) == 1


def test_a_tie_goes_to_the_surer() -> None:
    assert vote([answering([0.1, 0.0]), answering([0.0, 9.0])], [0.0]) == 1
    assert vote([answering([9.0, 0.0]), answering([0.0, 0.1])], [0.0]) == 0
