"""Costs by hand, and where an output is saturated."""
from __future__ import annotations

import math
from itertools import product
from random import Random

import pytest

from purenn.activations import ACTIVATIONS, sigmoid, softmax
from purenn.costs import COSTS, CrossEntropyCost, LogLikelihoodCost, QuadraticCost
from purenn.matrix import subtract
from purenn.network2 import Network


def test_costs_by_hand() -> None:
    a, y = [0.5, 0.25], [1.0, 0.0]
    assert QuadraticCost.fn(a, y) == 0.15625                                # ½·(0.25 + 0.0625)
    assert QuadraticCost.derivative(a, y) == [-0.5, 0.25]
    assert CrossEntropyCost.fn(a, y) == pytest.approx(math.log(2) - math.log(0.75))     # -ln 0.5 - ln(1 - 0.25)
    assert CrossEntropyCost.derivative(a, y) == pytest.approx([-2.0, 4 / 3])            # -1/0.5, 1/0.75
    assert LogLikelihoodCost.fn(a, y) == pytest.approx(math.log(2))
    assert LogLikelihoodCost.derivative(a, y) == [-2.0, 0.0]
    assert LogLikelihoodCost.fn([0.5, -0.5], y) == pytest.approx(math.log(2))           # with y = 0 any output costs 0
    assert LogLikelihoodCost.derivative([-0.5], [1.0]) == [2.0]                         # -1/-0.5
    assert LogLikelihoodCost.derivative([1e-300], [1.0]) == [pytest.approx(-1e300)]


def test_each_is_known_by_its_name() -> None:
    named = {"quadratic": QuadraticCost, "cross-entropy": CrossEntropyCost, "log-likelihood": LogLikelihoodCost}
    assert named.items() <= COSTS.items()


def test_log_likelihood_cancels_only_where_y_sums_to_1() -> None:
    """a = softmax(ln 3, 0) = (3/4, 1/4). δ = a·Σy - y: for y = (1, 1) it is (1/2, -1/2), and a - y (-1/4, -3/4)."""
    a = softmax([math.log(3.0), 0.0])
    assert LogLikelihoodCost.delta(softmax, a, [1.0, 1.0]) == pytest.approx([0.5, -0.5])
    assert LogLikelihoodCost.delta(softmax, a, [0.0, 0.0]) == pytest.approx([0.0, 0.0])
    assert LogLikelihoodCost.delta(softmax, a, [0.0, 1.0]) == subtract(a, [0.0, 1.0])


def test_certain_and_right_costs_nothing_certain_and_wrong_the_same_on_both_sides() -> None:
    for cost in COSTS.values():
        assert cost.fn([1.0, 0.0], [1.0, 0.0]) == 0.0
    most = 53 * math.log(2)                                                 # -ln 2⁻⁵³ = 36.7
    assert CrossEntropyCost.fn([1.0], [0.0]) == CrossEntropyCost.fn([0.0], [1.0]) == pytest.approx(most)
    assert CrossEntropyCost.fn([1.0 - 2 ** -53], [0.0]) == CrossEntropyCost.fn([2 ** -53], [1.0]) == pytest.approx(most)
    assert CrossEntropyCost.fn([0.0, 1.0], [1.0, 0.0]) == pytest.approx(2 * most)
    assert LogLikelihoodCost.fn([0.0, 1.0], [1.0, 0.0]) == pytest.approx(most)
    assert QuadraticCost.fn([0.0, 1.0], [1.0, 0.0]) == 1.0


def test_the_slope_is_the_same_on_both_sides() -> None:
    """-1/2⁻⁵³ where 0 is certain and wrong, and 1/2⁻⁵³ where 1 is."""
    assert CrossEntropyCost.derivative([0.0, 1.0], [1.0, 0.0]) == [-2.0 ** 53, 2.0 ** 53]
    assert CrossEntropyCost.derivative([2 ** -53, 1.0 - 2 ** -53], [1.0, 0.0]) == [-2.0 ** 53, 2.0 ** 53]
    assert LogLikelihoodCost.derivative([0.0, 1.0], [1.0, 0.0]) == [-2.0 ** 53, 0.0]


def test_an_output_that_was_rounded_to_1() -> None:
    """σ(40) is 1 - 4·10⁻¹⁸, and as a float 1. Where 0 is desired, the cost is 36.7 and not 40. With softmax, the slope
    2⁵³ meets a·(1 - a) = 0, and what comes back is of the size of the true (2, -2)."""
    assert sigmoid([40.0]) == [1.0]
    delta = CrossEntropyCost.delta(softmax, softmax([40.0, 0.0]), [0.0, 1.0])
    assert 0.0 < delta[0] < 4.0 and -4.0 < delta[1] < 0.0


def test_the_error_of_a_saturated_output_is_a_number() -> None:
    """log and division meet 0 and 1 here. Canonical pairs give a - y; the others something finite, too."""
    for output, cost in product(ACTIVATIONS.values(), COSTS.values()):
        delta = cost.delta(output, [1.0, 0.0], [0.0, 1.0])
        assert all(map(math.isfinite, delta)), (output, cost)
        assert output != cost.canonical or delta == [1.0, -1.0], (output, cost)


def test_monitoring_a_cost_ends_no_training() -> None:
    """Outputs of 0, of 1 and beyond, and finite weights: the cost is a number, and training goes on."""
    for output, cost, hidden in product(ACTIVATIONS.values(), COSTS.values(), ACTIVATIONS.values()):
        net = Network([2, 3, 2], Random(4), activation=hidden, output=output, cost=cost)
        net.biases[-1], net.weights[-1] = [-800.0, 800.0], [[0.0] * 3, [0.0] * 3]
        past = net.SGD([([0.5, 1.0], [1.0, 0.0]), ([0.0, 1.0], [0.5, 0.5])], 2, 2, 1e-17, monitor_training_cost=True,
                       report=lambda epoch: None)
        assert len(past.training_cost) == 2 and all(map(math.isfinite, past.training_cost)), net
