"""The library's own edges: an argument that cannot be meant is named before anything has changed."""
from __future__ import annotations

import math
from random import Random
from typing import Any, List, Tuple

import pytest

from purenn.activations import identity
from purenn.matrix import Vector, sparse
from purenn.network2 import Diverged, Network

GOOD: List[Tuple[Vector, Vector]] = [([0.0, 1.0], [1.0, 0.0, 0.0]), ([1.0, 0.0], [0.0, 1.0, 0.0]), ([1.0, 1.0], [0.0, 0.0, 1.0])]
LABELLED = [([0.0, 1.0], 0), ([1.0, 0.0], 1), ([1.0, 1.0], 2)]


def with_example(data: List[Any], example: Tuple[Any, Any]) -> List[Any]:
    """data with one more example in its middle, at index 2."""
    return data[:2] + [example] + data[2:]


@pytest.mark.parametrize("arguments, complaint", [
    (dict(epochs=-1), "epochs: a whole number of 0 or more, not -1"),
    (dict(epochs=2.5), "epochs: a whole number of 0 or more, not 2.5"),
    (dict(mini_batch_size=0), "mini_batch_size: a whole number of 1 or more, not 0"),
    (dict(mini_batch_size=-10), "mini_batch_size: a whole number of 1 or more, not -10"),
    (dict(mini_batch_size=10.0), "mini_batch_size: a whole number of 1 or more, not 10.0"),
    (dict(mini_batch_size=True), "mini_batch_size: a whole number of 1 or more, not True"),
    (dict(eta=-3.0), "eta: a number from 0 up and finite, not -3.0"),
    (dict(eta=math.nan), "eta: a number from 0 up and finite, not nan"),
    (dict(eta=math.inf), "eta: a number from 0 up and finite, not inf"),
    (dict(eta=10 ** 400), "eta: a number from 0 up and finite, not 1000"),
    (dict(eta="3"), "eta: a number from 0 up and finite, not '3'"),
    (dict(lmbda=-0.1), "lmbda: a number from 0 up and finite, not -0.1"),
    (dict(mu=1.0), "mu: a number from 0 up and below 1, not 1.0"),
    (dict(mu=math.nan), "mu: a number from 0 up and below 1, not nan"),
    (dict(training_data=[]), r"len\(training_data\): a whole number of 1 or more, not 0"),
    (dict(training_data=with_example(GOOD, ([0.0], [1.0, 0.0, 0.0]))), r"training_data\[2\]: an x of 2 numbers, not 1"),
    (dict(training_data=with_example(GOOD, ([], [1.0, 0.0, 0.0]))), r"training_data\[2\]: an x of 2 numbers, not 0"),
    (dict(training_data=with_example(GOOD, ([0.0, 1.0], [1.0]))), r"training_data\[2\]: a y of 3 numbers, not 1"),
    (dict(training_data=with_example(GOOD, ([0.0, 1.0], 1))), r"training_data\[2\]: a y of 3 numbers, not the label 1"),
    (dict(test_data=with_example(LABELLED, ([0.0, 1.0, 1.0], 1))), r"test_data\[2\]: an x of 2 numbers, not 3"),
    (dict(test_data=with_example(LABELLED, ([0.0, 1.0], 3))), r"test_data\[2\]: a label from 0 to 2, not 3"),
    (dict(test_data=with_example(LABELLED, ([0.0, 1.0], -1))), r"test_data\[2\]: a label from 0 to 2, not -1"),
    (dict(evaluation_data=with_example(LABELLED, ([0.0, 1.0], 10))), r"evaluation_data\[2\]: a label from 0 to 2, not 10"),
    (dict(evaluation_data=with_example(LABELLED, ([0.0, 1.0], [1.0, 0.0]))), r"evaluation_data\[2\]: a y of 3 numbers, not 2"),
    (dict(monitor_evaluation_cost=True), "need evaluation_data"),
])
def test_what_cannot_be_meant_is_refused_before_anything_changes(arguments: Any, complaint: str) -> None:
    net, same = Network([2, 4, 3], rng=Random(0)), Network([2, 4, 3], rng=Random(0))
    with pytest.raises(ValueError, match=complaint):
        net.SGD(**{**dict(training_data=GOOD, epochs=1, mini_batch_size=1, eta=3.0), **arguments})
    assert (net.weights, net.biases, net.rng.getstate()) == (same.weights, same.biases, same.rng.getstate())


def test_labels_and_vectors_may_be_mixed_where_nothing_is_learnt_from_them() -> None:
    seen: List[Any] = []
    Network([2, 4, 3], rng=Random(0)).SGD(GOOD, 1, 1, 3.0, test_data=[*LABELLED, *GOOD], report=seen.append)
    assert seen[0].test_accuracy.total == 6


def test_a_mini_batch_larger_than_the_data_is_one_full_batch() -> None:
    nets = [Network([2, 4, 3], rng=Random(0)) for _ in range(2)]
    for net, size in zip(nets, (3, 1000)):
        net.SGD(GOOD, 5, size, 3.0, report=lambda epoch: None)
    assert nets[0].weights == nets[1].weights


def test_an_interrupt_between_mini_batches_leaves_the_network_as_it_is_there() -> None:
    """By hand: the same shuffle, and two mini-batches of one example."""
    def interrupt(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    net, same = Network([2, 4, 3], rng=Random(0)), Network([2, 4, 3], rng=Random(0))
    with pytest.raises(KeyboardInterrupt):
        net.SGD(GOOD, 1, 1, 3.0, progress=interrupt)
    for x, y in same.rng.sample(GOOD, 3)[:2]:
        same.update_mini_batch([(sparse(x), y)], 3.0)
    assert (net.weights, net.biases) == (same.weights, same.biases)
    net.SGD(GOOD, 200, 1, 3.0, report=lambda epoch: None)
    assert net.evaluate(LABELLED) == 3


def test_a_diverging_network_stops_within_the_epoch_and_says_which() -> None:
    """A linear neuron overshoots by 10¹⁰⁰ times its error, and so its error grows 10¹⁰⁰-fold with every step."""
    done: List[int] = []
    net = Network([2, 4, 3], rng=Random(0), output=identity)
    with pytest.raises(Diverged, match=r"epoch 0: the network diverged, .* try a smaller eta than 1e\+100"):
        net.SGD(GOOD * 100, 3, 1, 1e100, progress=done.append)
    assert len(done) < 100
