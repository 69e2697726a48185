"""The library's own edges: an argument that cannot be meant is named before anything has changed."""
from __future__ import annotations

import math
from random import Random
from typing import Any, List, Tuple

import pytest

from purenn.activations import identity, relu, softmax
from purenn.costs import LogLikelihoodCost
from purenn.initializers import he
from purenn.matrix import Vector, sparse
from purenn.network2 import Diverged, Network

GOOD: List[Tuple[Vector, Vector]] = [
    ([0.0, 1.0], [1.0, 0.0, 0.0]), ([1.0, 0.0], [0.0, 1.0, 0.0]), ([1.0, 1.0], [0.0, 0.0, 1.0])]
LABELLED = [([0.0, 1.0], 0), ([1.0, 0.0], 1), ([1.0, 1.0], 2)]


def with_example(data: List[Any], example: Any) -> List[Any]:
    """data with one more example in its middle, at index 2."""
    return data[:2] + [example] + data[2:]


@pytest.mark.parametrize("arguments, complaint", [
    (dict(epochs=-1), "epochs: a whole number of 1 or more, not -1"),
    (dict(epochs=2.5), "epochs: a whole number of 1 or more, not 2.5"),
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
    (dict(training_data=[]), "SGD: training_data has no example to learn from"),
    (dict(training_data=zip([], [])), "SGD: training_data has no example to learn from"),
    (dict(training_data=with_example(GOOD, "xy")), r"training_data\[2\]: a pair \(x, y\), not 'xy'"),
    (dict(training_data=with_example(GOOD, ([0.0, 1.0], [0.0, 1.0, 0.0], 7))),
     r"training_data\[2\]: a pair \(x, y\), not"),
    (dict(training_data=with_example(GOOD, ([0.0, 1.0], None))), r"training_data\[2\]: a y of 3 numbers, not None"),
    (dict(training_data=with_example(GOOD, ([0.0, 1.0], 1.0))), r"training_data\[2\]: a y of 3 numbers, not 1.0"),
    (dict(training_data=with_example(GOOD, ([0.0, None], [0.0, 1.0, 0.0]))),
     r"training_data\[2\]: an x of 2 finite numbers, not None \(at index 1\)"),
    (dict(training_data=with_example(GOOD, ([0.0, math.nan], [0.0, 1.0, 0.0]))),
     r"training_data\[2\]: an x of 2 finite numbers, not nan \(at index 1\)"),
    (dict(training_data=with_example(GOOD, ([0.0, 1.0], [0.0, math.inf, 0.0]))),
     r"training_data\[2\]: a y of 3 finite numbers, not inf \(at index 1\)"),
    (dict(test_data=with_example(LABELLED, ([-math.inf, math.inf], 1))),
     r"test_data\[2\]: an x of 2 finite numbers, not -inf \(at index 0\)"),
    (dict(training_data=with_example(GOOD, ([0.0], [1.0, 0.0, 0.0]))), r"training_data\[2\]: an x of 2 numbers, not 1"),
    (dict(training_data=with_example(GOOD, ([], [1.0, 0.0, 0.0]))), r"training_data\[2\]: an x of 2 numbers, not 0"),
    (dict(training_data=with_example(GOOD, ([0.0, 1.0], [1.0]))), r"training_data\[2\]: a y of 3 numbers, not 1"),
    (dict(training_data=with_example(GOOD, ([0.0, 1.0], 1))), r"training_data\[2\]: a y of 3 numbers, not the label 1"),
    (dict(test_data=with_example(LABELLED, ([0.0, 1.0, 1.0], 1))), r"test_data\[2\]: an x of 2 numbers, not 3"),
    (dict(test_data=with_example(LABELLED, ([0.0, 1.0], 3))), r"test_data\[2\]: a label from 0 to 2, not 3"),
    (dict(test_data=with_example(LABELLED, ([0.0, 1.0], -1))), r"test_data\[2\]: a label from 0 to 2, not -1"),
    (dict(evaluation_data=with_example(LABELLED, ([0.0, 1.0], 10))),
     r"evaluation_data\[2\]: a label from 0 to 2, not 10"),
    (dict(evaluation_data=with_example(LABELLED, ([0.0, 1.0], [1.0, 0.0]))),
     r"evaluation_data\[2\]: a y of 3 numbers, not 2"),
    (dict(monitor_evaluation_cost=True), "need evaluation_data"),
    (dict(test_data=5.0), "the fifth argument is test_data; λ is given by name, lmbda=5.0"),
    (dict(evaluation_data=5.0), r"evaluation_data: pairs \(x, y\), not 5.0"),
])
def test_what_cannot_be_meant_is_refused_before_anything_changes(arguments: Any, complaint: str) -> None:
    net, same = Network([2, 4, 3], rng=Random(0)), Network([2, 4, 3], rng=Random(0))
    with pytest.raises(ValueError, match=complaint):
        net.SGD(**{**dict(training_data=GOOD, epochs=1, mini_batch_size=1, eta=3.0), **arguments})
    assert (net.weights, net.biases, net.rng.getstate()) == (same.weights, same.biases, same.rng.getstate())


def test_large_numbers_are_finite_though_their_sum_is_not() -> None:
    net = Network([2, 3])
    net.weights = [[[0.0, 0.0]] * 3]
    net.SGD([([1e308, 1e308], [0.0, 1.0, 0.0])], 1, 1, 0.0, report=lambda epoch: None)


@pytest.mark.parametrize("choice, complaint", [
    (dict(rng=5), "rng: a random.Random, not 5"),
    (dict(activation="rely"), "activation: one of sigmoid, tanh, relu, softmax, identity, not 'rely'"),
    (dict(output=None), "output: one of .*, or a function with backward, not None"),
    (dict(activation=type(identity)), "activation: one of .*, or a function with backward, not <class"),
    (dict(cost=identity), "cost: one of .*, or a class with .*derivative, fn, not identity"),
    (dict(initializer="small"), "initializer: one of large, .*, not 'small'"),
    (dict(sizes=[2, True]), r"sizes: two layers or more, each of one neuron or more, not \[2, True\]"),
])
def test_choices_that_do_not_fit(choice: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Network(**{"sizes": [2, 3], **choice})


def test_choices_by_name() -> None:
    named = Network([2, 4, 3], Random(0), activation="relu", output="softmax", cost="log-likelihood", initializer="he")
    same = Network([2, 4, 3], Random(0), activation=relu, output=softmax, cost=LogLikelihoodCost, initializer=he)
    assert named.biases == same.biases and named.weights == same.weights
    assert repr(named) == repr(same) == "<Network [2, 4, 3]: relu, softmax; LogLikelihoodCost; 27 parameters>"


class Array:
    """What matters here of a NumPy array: it is no list, and `tolist` makes one of it."""

    def __init__(self, content: Any) -> None:
        self.content = content

    def tolist(self) -> Any:
        return self.content


def test_the_books_data_are_taken() -> None:
    """The book's loader makes a `zip` of columns, each entry a list of its own; labels are NumPy's integers."""
    training_data = zip([Array([[x] for x in x_]) for x_, _ in GOOD], [Array([[y] for y in y_]) for _, y_ in GOOD])
    test_data = zip([Array([[x] for x in x_]) for x_, _ in LABELLED], [Array(y) for _, y in LABELLED])
    net, same = Network([2, 4, 3], rng=Random(0)), Network([2, 4, 3], rng=Random(0))
    history = net.SGD(training_data, 2, 2, 3.0, test_data=test_data,  # type: ignore[arg-type]
                      report=lambda epoch: None)
    expected = same.SGD(GOOD, 2, 2, 3.0, test_data=LABELLED, report=lambda epoch: None)
    assert net.weights == same.weights and history.test_accuracy == expected.test_accuracy


def test_the_history_has_the_test_accuracy() -> None:
    """Beside the book's four lists, which are empty here."""
    net = Network([2, 4, 3], rng=Random(0))
    history = net.SGD(GOOD, 1, 1, 0.0, test_data=LABELLED, report=lambda epoch: None)
    assert history.test_accuracy == [net.evaluate(LABELLED)] and list(history) == [[], [], [], []]
    assert repr(history) == (f"History(test_accuracy=[{net.evaluate(LABELLED)}], evaluation_cost=[], "
                             "evaluation_accuracy=[], training_cost=[], training_accuracy=[])")


def test_predict() -> None:
    net = Network([1, 3], output=identity)
    net.weights, net.biases = [[[1.0], [2.0], [-1.0]]], [[0.0, 0.0, 0.0]]
    assert (net.predict([1.0]), net.predict([-1.0])) == (1, 2)          # of 1, 2, -1 and of -1, -2, 1


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
