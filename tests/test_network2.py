"""Chapter 3 against a calculator, against finite differences, and against the book's own words."""
from __future__ import annotations

import math
from itertools import product
from random import Random
from typing import List

import pytest

from byhand import X, Y, by_hand, flat, slopes, toy_data
from purenn.activations import ACTIVATIONS, identity, relu, sigmoid, softmax, tanh
from purenn.costs import COSTS, CrossEntropyCost, LogLikelihoodCost, QuadraticCost
from purenn.history import Epoch, Score
from purenn.initializers import scaled
from purenn.matrix import Vector, subtract
from purenn.network2 import Diverged, Network, vectorized_result


def test_l2_by_hand() -> None:
    """λ = 0.1 and n = 5 with η = 2: every weight shrinks by 1 - 2·0.1/5 = 0.96 before the same step; no bias does."""
    net = by_hand(Network)
    net.update_mini_batch([(X, Y)], eta=2.0, lmbda=0.1, n=5)
    assert net.weights[1][0] == pytest.approx([0.96 * 0.3 + 2 * 0.068083623405,
                                               0.96 * -0.7 + 2 * 0.080725651038], abs=1e-11)
    assert net.biases[1] == pytest.approx([0.459376466836], abs=1e-11)


def test_l2_needs_n() -> None:
    """λ/n with a forgotten n = 1 would turn a weight of 1 into 1 - 0.5·5 = -1.5 in one step. Nothing changes."""
    net = linear_neuron(1.0, 0.0)
    with pytest.raises(ValueError, match="update_mini_batch: lmbda needs n"):
        net.update_mini_batch([([0.0], [0.0])], eta=0.5, lmbda=5.0)
    assert (net.weights, net.biases) == ([[[1.0]]], [[0.0]])


def test_momentum_by_hand() -> None:
    """Two steps of μ = 0.5 along a constant gradient: v₁ = -η·g, v₂ = 0.5·v₁ - η·g = -1.5·η·g, in all -2.5·η·g.

    The gradient of one linear neuron's quadratic cost is (a - y)·x; with the input 0 only the bias moves, and
    with a = b and y = 0 it is b itself: b₁ = b - ηb, then v₂ = -0.5·ηb - η·b₁.
    """
    net = Network([1, 1], output=identity)
    net.weights, net.biases = [[[1.0]]], [[1.0]]
    net.update_mini_batch([([0.0], [0.0])], eta=0.1, mu=0.5)
    assert net.biases == [[pytest.approx(0.9)]]                         # 1 - 0.1·1
    net.update_mini_batch([([0.0], [0.0])], eta=0.1, mu=0.5)
    assert net.biases == [[pytest.approx(0.76)]]                        # v = 0.5·(-0.1) - 0.1·0.9 = -0.14
    assert net.weights == [[[1.0]]]


def test_l2_belongs_to_the_gradient_that_momentum_averages() -> None:
    """The same neuron, λ = 2 and n = 4, η = 0.1: the weight's gradient is λ/n·w = 0.5·w.

    w₁ = 1 - 0.1·0.5 = 0.95, v₁ = -0.05; v₂ = 0.5·(-0.05) - 0.1·0.5·0.95 = -0.0725, w₂ = 0.8775.
    """
    net = Network([1, 1], output=identity)
    net.weights, net.biases = [[[1.0]]], [[0.0]]
    for _ in range(2):
        net.update_mini_batch([([0.0], [0.0])], eta=0.1, lmbda=2.0, n=4, mu=0.5)
    assert net.weights == [[[pytest.approx(0.8775)]]]


def test_gradient_over_the_whole_grid() -> None:
    """Hidden activation (in two layers, or no hidden layer) x output activation x cost, one random network each.

    The costs with a logarithm want outputs between 0 and 1, which identity, relu and tanh only give where the
    output neurons have small weights and biases around 0.5; so all networks have those.
    """
    rng = Random(0)
    for hidden, output, cost in product([*ACTIVATIONS, None], ACTIVATIONS, COSTS):
        net = Network([2, 3, 3, 2] if hidden else [2, 2], rng=rng, activation=ACTIVATIONS[hidden or "sigmoid"],
                      output=ACTIVATIONS[output], cost=COSTS[cost], initializer=scaled)
        net.weights[-1] = [[rng.uniform(-0.1, 0.1) for _ in row] for row in net.weights[-1]]
        net.biases[-1] = [rng.uniform(0.4, 0.6) for _ in net.biases[-1]]
        x, y = [rng.uniform(0.1, 1.0) for _ in range(2)], [0.0, 1.0]
        found, expected = flat(*net.backprop(x, y)), slopes(net, x, y)
        assert found == pytest.approx(expected, rel=1e-5, abs=1e-9), f"{hidden}, {output}, {cost}"


@pytest.mark.parametrize("cost, output", [
    (QuadraticCost, identity), (CrossEntropyCost, sigmoid), (LogLikelihoodCost, softmax)])
def test_canonical_pairs_have_the_error_a_minus_y(cost: type, output: object) -> None:
    net = Network([3, 4, 3], rng=Random(1), cost=cost, output=output)  # type: ignore[arg-type]
    x, y = [0.1, 0.2, 0.3], [0.0, 1.0, 0.0]
    nabla_b, _ = net.backprop(x, y)
    assert nabla_b[-1] == subtract(net.feedforward(x), y)


# The book's chapter 3 snippet, and its interface.

def test_chapter_3_as_printed(capsys: pytest.CaptureFixture[str]) -> None:
    training_data, validation_data = toy_data()
    net = Network([2, 3, 2], cost=CrossEntropyCost, rng=Random(0))
    net.large_weight_initializer()
    evaluation_cost, evaluation_accuracy, training_cost, training_accuracy = net.SGD(
        training_data, 4, 10, 0.5, lmbda=0.1, evaluation_data=validation_data,
        monitor_evaluation_accuracy=True, monitor_evaluation_cost=True,
        monitor_training_accuracy=True, monitor_training_cost=True)
    assert len(evaluation_cost) == len(evaluation_accuracy) == len(training_cost) == len(training_accuracy) == 4
    assert training_cost[3] < training_cost[0]
    # Labels and one-hot vectors say the same, so both sets are measured alike.
    assert training_accuracy == evaluation_accuracy and training_cost == evaluation_cost
    assert evaluation_accuracy[-1] == net.accuracy(validation_data)
    assert evaluation_cost[-1] == net.total_cost(validation_data, lmbda=0.1)


def test_every_layer_goes_back_through_its_own_activation() -> None:
    """tanh, then ReLU, then sigmoid; both ReLUs are above zero, or they would let nothing through."""
    net = Network([2, 2, 2, 1], rng=Random(1))
    net.activation_functions, net.biases[1] = [tanh, relu, sigmoid], [2.0, 2.0]
    assert min(net.activations([0.3, 0.6])[1]) > 0.0
    nabla_w = net.backprop([0.3, 0.6], [1.0])[1]
    for j, k in product(range(2), repeat=2):
        before, costs = net.weights[0][j][k], []
        for step in 1e-5, -1e-5:
            net.weights[0][j][k] = before + step
            costs.append(net.total_cost([([0.3, 0.6], [1.0])]))
        net.weights[0][j][k] = before
        assert nabla_w[0][j][k] == pytest.approx((costs[0] - costs[1]) / 2e-5, rel=1e-6)


def test_labels_are_measured_as_the_vectors_they_stand_for() -> None:
    """Three outputs, two hidden neurons: a label is a vector of three."""
    net = Network([2, 2, 3], rng=Random(1), cost=CrossEntropyCost)
    assert net.total_cost([(X, 2)]) == net.total_cost([(X, [0.0, 0.0, 1.0])])


def test_total_cost_by_hand() -> None:
    """The L2 term with λ = 4 and n = 2: 4/(2·2)·(0.2² + 0.4² + 0.6² + 0.8² + 0.3² + 0.7²) = 1.78."""
    net, data = by_hand(Network), [(X, Y), (X, Y)]
    assert net.total_cost(data, lmbda=4.0) == pytest.approx(0.134964530465 + 1.78, abs=1e-12)


def test_same_seed_same_network_to_the_last_bit() -> None:
    training_data = toy_data()[0][:60]
    nets = [Network([2, 3, 2], rng=Random(5)) for _ in range(2)]
    for net in nets:
        net.SGD(training_data, 2, 7, 3.0, report=lambda epoch: None)        # 60 = 8·7 + 4: a short last mini-batch
    assert nets[0].weights == nets[1].weights and nets[0].biases == nets[1].biases


def test_every_example_is_seen_once_an_epoch_and_the_callers_list_is_left_alone() -> None:
    training_data, _ = toy_data()
    before = training_data[:]
    seen: List[List[float]] = []

    class Watched(Network):
        def update_mini_batch(self, mini_batch, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
            seen.extend(x.dense for x, y in mini_batch)
            super().update_mini_batch(mini_batch, *args, **kwargs)

    Watched([2, 3, 2], rng=Random(0)).SGD(training_data, 1, 7, 3.0, report=lambda epoch: None)
    assert sorted(seen) == sorted(x for x, y in training_data)
    assert seen != [x for x, y in training_data]
    assert training_data == before


def test_extreme_inputs_raise_nothing() -> None:
    inputs = [[1e308, 1e308], [-1e308, 1e308], [1e308, -1e308], [-1e308, -1e308]]
    for x, activation, output, cost in product(inputs, (sigmoid, tanh, relu), ACTIVATIONS.values(), COSTS.values()):
        net = Network([2, 2, 2], rng=Random(3), activation=activation, output=output, cost=cost)
        net.update_mini_batch([(x, [0.0, 1.0])], eta=3.0)
        net.evaluate([(x, 0)])
        net.total_cost([(x, 0)])


def linear_neuron(w: float, b: float) -> Network:
    net = Network([1, 1], output=identity)
    net.weights, net.biases = [[[w]]], [[b]]
    return net


NOTHING = [([0.0], [0.0])] * 4
"""Four examples from which nothing can be learnt but a bias of 0."""


def ignore(epoch: Epoch) -> None:
    """Report nothing."""


def test_weights_decay_at_each_step_by_the_etas_of_the_schedule() -> None:
    """η = 0.1, λ = 2, n = 4: each step leaves 1 - 0.1·2/4 = 0.95 of the weight, two steps an epoch; with η = 0.05,
    0.975."""
    net = linear_neuron(1.0, 0.0)
    net.SGD(NOTHING, 2, 2, 0.1, lmbda=2.0, evaluation_data=NOTHING, report=ignore,
            schedule=lambda eta, epochs: eta / (1 + len(epochs)))
    assert net.weights == [[[pytest.approx(0.95 ** 2 * 0.975 ** 2)]]]


def test_each_measure_is_taken_on_its_own_data() -> None:
    """A network that always answers (1, 0). Of the labels 0 and 1 it has one right of two. Where y is (0, 1) the cost
    is ½·(1 + 1) = 1, and none is right; where y is (3, 0) it is ½·4 = 2, and the larger one is the same, so right."""
    net = Network([1, 2], output=identity)
    net.weights, net.biases = [[[0.0], [0.0]]], [[1.0, 0.0]]
    epochs: List[Epoch] = []
    net.SGD([([0.0], [3.0, 0.0])], 1, 1, 0.0, [([0.0], 0), ([0.0], 1)], evaluation_data=[([0.0], [0.0, 1.0])],
            monitor_evaluation_cost=True, monitor_evaluation_accuracy=True, monitor_training_cost=True,
            monitor_training_accuracy=True, report=epochs.append)
    assert epochs == [Epoch(0, 0.0, Score(1, 2), evaluation_cost=1.0, evaluation_accuracy=Score(0, 1),
                            training_cost=2.0, training_accuracy=Score(1, 1))]


def test_what_is_measured_of_the_same_data_is_measured_in_one_pass() -> None:
    """Cost and accuracy of the evaluation data: one feedforward for each of the two examples, not two."""
    fed: List[Vector] = []

    class Watched(Network):
        def feedforward(self, a):  # type: ignore[no-untyped-def]
            fed.append(a.dense)
            return super().feedforward(a)

    Watched([1, 1]).SGD(NOTHING, 1, 4, 0.1, evaluation_data=[([1.0], 0), ([2.0], 1)], monitor_evaluation_cost=True,
                        monitor_evaluation_accuracy=True, report=ignore)
    assert fed == [[1.0], [2.0]]


def test_one_output_learns_from_vectors_and_is_measured_with_labels() -> None:
    """It always answers 2, which is a 1. With the label 0 that costs ½·2² = 2, with 1 ½·1² = ½; the mean of two zeros
    and a one is (2 + 2 + ½)/3 = 1.5."""
    net = linear_neuron(0.0, 2.0)
    history = net.SGD([([0.0], [0.0]), ([0.0], [1.0])], 1, 2, 0.0, [([0.0], 0), ([0.0], 1), ([0.0], 1)],
                      evaluation_data=[([0.0], 0), ([0.0], 0), ([0.0], 1)], monitor_evaluation_cost=True,
                      monitor_training_accuracy=True, report=ignore)
    assert history.test_accuracy == [2] and history.evaluation_cost == [1.5] and history.training_accuracy == [1]
    with pytest.raises(ValueError, match=r"test_data\[0\]: a label from 0 to 1, not 2"):
        net.SGD([([0.0], [0.0])], 1, 1, 0.0, [([0.0], 2)])


def test_a_new_run_begins_at_rest() -> None:
    """Two runs of one step each: b = 1 - 0.1·1 = 0.9, then 0.9 - 0.1·0.9 = 0.81. With the velocity kept it is 0.76."""
    net = linear_neuron(1.0, 1.0)
    for _ in range(2):
        net.SGD(NOTHING[:1], 1, 1, 0.1, mu=0.5, report=ignore)
    assert net.biases == [[pytest.approx(0.81)]]


def test_the_history_includes_the_past() -> None:
    history = linear_neuron(1.0, 0.0).SGD(NOTHING, 2, 4, 0.1, monitor_training_cost=True,
                                          past=[Epoch(0, 0.1, training_cost=7.0)], report=ignore)
    assert history.training_cost == [7.0, 0.0]


def test_the_order_of_examples_is_the_generators() -> None:
    """Each epoch is a sample of them all, from the network's own generator, one epoch's after the other's."""
    seen: List[float] = []

    class Watched(Network):
        def propagate(self, x, y):  # type: ignore[no-untyped-def]
            seen.append(x.dense[0])
            return super().propagate(x, y)

    net, same = Watched([1, 1], rng=Random(1)), Random(7)
    net.rng = Random(7)
    net.SGD([([float(k)], [0.0]) for k in range(9)], 2, 3, 0.1, report=ignore)
    assert seen == same.sample(range(9), 9) + same.sample(range(9), 9)


def test_an_infinite_weight_is_noticed_though_every_bias_is_finite() -> None:
    """a - y = 1e150, so w = 0 - 1e150·1e200 is infinite and b = -1e150 is not."""
    net = linear_neuron(0.0, 0.0)
    with pytest.raises(Diverged, match="epoch 0"):
        net.SGD([([1e200], [-1e150])], 1, 1, 1.0, report=ignore)
    assert net.weights == [[[-math.inf]]] and net.biases == [[-1e150]]


def test_schedule_changes_eta_and_stops() -> None:
    training_data, validation_data = toy_data()
    seen: List[Epoch] = []
    Network([2, 3, 2], rng=Random(0)).SGD(training_data, 10, 10, 3.0, evaluation_data=validation_data,
                                          report=seen.append,
                                          schedule=lambda eta, past: eta / (1 + len(past)) if len(past) < 3 else None)
    assert [epoch.eta for epoch in seen] == [3.0, 1.5, 1.0]


def test_saturated_neurons_raise_nothing() -> None:
    assert sigmoid([1e6, -1e6, math.inf, -math.inf]) == [1.0, 0.0, 1.0, 0.0]


def test_a_seed_is_short_for_a_generator() -> None:
    assert Network([3, 2], seed=6).weights == Network([3, 2], rng=Random(6)).weights
    with pytest.raises(ValueError, match="rng or seed, not both"):
        Network([3, 2], rng=Random(6), seed=6)


def test_a_function_without_a_way_back_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="activation: one of sigmoid, .*, or a function with backward, not <function"):
        Network([3, 2], activation=lambda z: z)     # type: ignore[arg-type]


def test_parameters_are_counted() -> None:
    """(3 + 1)·4 + (4 + 1)·2 = 26."""
    net = Network([3, 4, 2])
    assert net.parameters == 26 == sum(map(len, net.biases)) + sum(len(row) for w in net.weights for row in w)
    assert "26 parameters" in repr(net)


def test_report_sees_the_network_and_may_end_the_training() -> None:
    net, seen = Network([1, 1], seed=0), []

    def report(epoch: Epoch) -> bool:
        seen.append(net.biases[0][0])
        return epoch.number < 2                     # False after the third

    assert len(net.SGD([([1.0], [0.0])], 30, 1, 1.0, [([1.0], 0)], report=report).test_accuracy) == 3
    assert len(set(seen)) == 3 and seen[-1] == net.biases[0][0]


def test_what_does_not_fit_is_named_by_evaluate() -> None:
    with pytest.raises(ValueError, match=r"test_data\[1\]: a label from 0 to 1, not 7"):
        Network([1, 2]).evaluate([([0.0], 1), ([0.0], 7)])
    assert vectorized_result(2) == [0.0, 0.0, 1.0] + 7 * [0.0]
