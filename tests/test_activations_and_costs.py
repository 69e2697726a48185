"""Activations and costs by hand, and at the extremes."""
from __future__ import annotations

import copy
import math
import pickle

import pytest

from purenn.activations import ACTIVATIONS, Activation, identity, relu, sigmoid, softmax, tanh
from purenn.costs import COSTS, CrossEntropyCost, LogLikelihoodCost, QuadraticCost
from purenn.matrix import subtract


def test_forward_by_hand() -> None:
    # σ(ln 3) = 1 / (1 + 1/3) = 3/4, σ(-ln 3) = 1/4
    assert sigmoid([math.log(3), -math.log(3)]) == pytest.approx([0.75, 0.25])
    # tanh(ln 2) = (2 - 1/2) / (2 + 1/2) = 3/5
    assert tanh([math.log(2), -math.log(2)]) == pytest.approx([0.6, -0.6])
    assert relu([-1.0, 0.0, 2.5]) == [0.0, 0.0, 2.5]
    # e^0 : e^(ln 2) : e^(ln 5) = 1 : 2 : 5
    assert softmax([0.0, math.log(2), math.log(5)]) == pytest.approx([0.125, 0.25, 0.625])
    assert identity([-1.0, 7.0]) == [-1.0, 7.0]


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=repr)
def test_copies_are_the_same_object(activation: Activation) -> None:
    """A cost knows its canonical activation by identity, and must do so in a network that was copied or sent."""
    assert copy.deepcopy(activation) is activation
    assert pickle.loads(pickle.dumps(activation)) is activation


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


def test_costs_by_hand() -> None:
    a, y = [0.5, 0.25], [1.0, 0.0]
    assert QuadraticCost.fn(a, y) == 0.15625                                # ½·(0.25 + 0.0625)
    assert QuadraticCost.derivative(a, y) == [-0.5, 0.25]
    assert CrossEntropyCost.fn(a, y) == pytest.approx(math.log(2) - math.log(0.75))     # -ln 0.5 - ln(1 - 0.25)
    assert CrossEntropyCost.derivative(a, y) == pytest.approx([-2.0, 4 / 3])            # -1/0.5, 1/0.75
    assert LogLikelihoodCost.fn(a, y) == pytest.approx(math.log(2))
    assert LogLikelihoodCost.derivative(a, y) == [-2.0, 0.0]
    assert LogLikelihoodCost.fn([0.5, -0.5], y) == pytest.approx(math.log(2))           # what is not wished for may be negative
    assert LogLikelihoodCost.derivative([-0.5], [1.0]) == [2.0]                         # -1/-0.5
    assert LogLikelihoodCost.derivative([1e-300], [1.0]) == [pytest.approx(-1e300)]
    assert LogLikelihoodCost.derivative([0.0], [1.0]) == [pytest.approx(-2.0 ** 1022)]  # the smallest normal float is 2⁻¹⁰²²


def test_an_output_that_was_rounded_to_1() -> None:
    """σ(40) is 1 - 4·10⁻¹⁸, and as a float 1. Wished for a 0, it costs 40; the remainder counts as 2⁻⁵³: -ln 2⁻⁵³ = 36.7.
    With softmax, the slope 2⁵³ meets a·(1 - a) = 0, and what comes back is of the size of the true (2, -2)."""
    a = sigmoid([40.0])
    assert a == [1.0]
    assert CrossEntropyCost.fn(a, [0.0]) == pytest.approx(53 * math.log(2))
    assert CrossEntropyCost.derivative(a, [0.0]) == [2.0 ** 53]
    delta = CrossEntropyCost.delta(softmax, softmax([40.0, 0.0]), [0.0, 1.0])
    assert 0.0 < delta[0] < 4.0 and -4.0 < delta[1] < 0.0


def test_log_likelihood_cancels_only_where_y_sums_to_1() -> None:
    """a = softmax(ln 3, 0) = (3/4, 1/4). In general δ = a·Σy - y: for y = (1, 1) (1/2, -1/2), and a - y would be (-1/4, -3/4)."""
    a = softmax([math.log(3.0), 0.0])
    assert LogLikelihoodCost.delta(softmax, a, [1.0, 1.0]) == pytest.approx([0.5, -0.5])
    assert LogLikelihoodCost.delta(softmax, a, [0.0, 0.0]) == pytest.approx([0.0, 0.0])
    assert LogLikelihoodCost.delta(softmax, a, [0.0, 1.0]) == subtract(a, [0.0, 1.0])


def test_certain_and_right_costs_nothing_certain_and_wrong_is_infinite() -> None:
    for cost in COSTS.values():
        assert cost.fn([1.0, 0.0], [1.0, 0.0]) == 0.0
    assert CrossEntropyCost.fn([0.0, 1.0], [1.0, 0.0]) == math.inf
    assert LogLikelihoodCost.fn([0.0, 1.0], [1.0, 0.0]) == math.inf
    assert QuadraticCost.fn([0.0, 1.0], [1.0, 0.0]) == 1.0


@pytest.mark.parametrize("output", ACTIVATIONS.values(), ids=str)
@pytest.mark.parametrize("cost", COSTS.values())
def test_the_error_of_a_saturated_output_is_a_number(cost: type, output: object) -> None:
    """log and division meet 0 and 1 here. Canonical pairs give a - y; the others something finite, too."""
    delta = cost.delta(output, [1.0, 0.0], [0.0, 1.0])  # type: ignore[attr-defined]
    assert all(math.isfinite(d) for d in delta)
    if output is cost.canonical:  # type: ignore[attr-defined]
        assert delta == [1.0, -1.0]
