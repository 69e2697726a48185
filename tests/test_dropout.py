"""Dropout: masks of the right sizes, the right gradient, and answers without any."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from copy import copy
from itertools import product
from pathlib import Path
from random import Random
from typing import List, Sequence

import pytest
from pytest import approx

from purenn import dropout, train
from purenn.cores.parallel import SharedData
from purenn.cores.shards import ShardedNetwork
from purenn.data import load
from purenn.matrix import Vector
from purenn.network2 import Network
from purenn.saved import models
from byhand import by_hand


def thinned(net: Network, masks: Sequence[Vector]) -> Network:
    """The network with these masks behind its hidden layers. Its weights and biases are the same lists."""
    thin = copy(net)
    thin.activation_functions = dropout.masked(net.activation_functions, masks)
    return thin


def test_a_pass_by_hand() -> None:
    """The network of byhand.py, p = ½, its first hidden neuron left out and its second doubled:

        a² = 0·0.524979187479, 2·0.622459331202 = 0, 1.244918662404
        z³ = -0.7·1.244918662404 + 0.2 = -0.671443063683        a³ = σ(-0.671443063683) = 0.338173790
        δ³ = (0.338173790 - 1)·0.338173790·0.661826210 = -0.148124832
        δ² = 0, -0.7·δ³·2·0.622459331202·0.377540668798 = 0.048733839
    """
    activations, deltas = thinned(by_hand(Network), [[0.0, 2.0]]).propagate([1.0, 0.5], [1.0])
    assert activations == [approx([0.0, 1.244918662404]), approx([0.338173790])]
    assert deltas == [approx([0.0, 0.048733839]), approx([-0.148124832])]


def test_masks_are_zero_or_enough_to_make_up_for_it() -> None:
    """Of 10,000 neurons with p = 0.2, 2,000 are left out, give or take 40 (the standard deviation of a binomial); the
    others count 1/0.8 = 1.25 times."""
    (mask,) = dropout.masks([3, 10000, 2], 0.2, Random(0))
    assert set(mask) == {0.0, 1.25}
    assert 1800 < mask.count(0.0) < 2200


def test_the_next_layer_gets_on_average_what_it_gets_without_dropout() -> None:
    """Over the four equally likely masks of two neurons, p = ½, the mean of masked activations is the activation."""
    net = by_hand(Network)
    passes = [thinned(net, [list(mask)]).activations([1.0, 0.5])[0] for mask in product([0.0, 2.0], repeat=2)]
    assert [sum(column) / 4 for column in zip(*passes)] == approx(net.activations([1.0, 0.5])[0])


def test_the_books_halving_comes_to_the_same() -> None:
    """The book trains with weights w and masks of 0 and 1, and halves w afterwards. Here masks are 0 and 2, and the
    weights that lead on are w/2 all the time."""
    book, ours = by_hand(Network), by_hand(Network)
    ours.weights[1] = [[0.5 * w for w in row] for row in book.weights[1]]
    for mask in product([0.0, 1.0], repeat=2):
        theirs = thinned(book, [list(mask)]).feedforward([1.0, 0.5])
        assert thinned(ours, [[2.0 * m for m in mask]]).feedforward([1.0, 0.5]) == approx(theirs)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "softmax"])
def test_the_gradient_with_the_mask_held_fixed(activation: str) -> None:
    """∂C/∂b = δ, by central differences of the cost of the masked network."""
    net = Network([3, 4, 3, 2], Random(1), activation=activation, cost="cross-entropy", initializer="scaled")
    masks: List[Vector] = [[0.0, 2.0, 2.0, 2.0], [2.0, 0.0, 2.0]]
    x, y = [0.5, -0.2, 0.9], [1.0, 0.0]
    thin = thinned(net, masks)

    def cost() -> float:
        return net.cost.fn(thin.feedforward(x), y)

    for b, delta in zip(net.biases, thin.propagate(x, y)[1]):
        for j in range(len(b)):
            kept, h = b[j], 1e-6
            b[j] = kept + h
            above = cost()
            b[j] = kept - h
            slope = (above - cost()) / (2 * h)
            b[j] = kept
            assert delta[j] == approx(slope, abs=1e-8)


def test_each_example_has_a_mask_of_its_own_and_an_answer_none() -> None:
    net = Network([2, 20, 1], Random(0), dropout=0.5)
    first, second = (net.propagate([1.0, 0.5], [1.0])[0][0] for _ in range(2))
    assert [a == 0.0 for a in first] != [a == 0.0 for a in second]
    state = net.rng.getstate()
    assert net.feedforward([1.0, 0.5]) == net.feedforward([1.0, 0.5])
    assert 0.0 not in net.activations([1.0, 0.5])[0]
    assert net.rng.getstate() == state


def test_dropout_0_is_no_dropout() -> None:
    training_data, _, _ = load("digits")
    nets = [Network([64, 8, 10], Random(2)), Network([64, 8, 10], Random(2), dropout=0.0)]
    for net in nets:
        net.SGD(training_data[:50], 2, 10, 1.0, report=lambda epoch: None)
    assert nets[0].weights == nets[1].weights


@pytest.mark.parametrize("wrong", [1.0, -0.1, float("nan")])
def test_a_probability_that_is_none(wrong: float) -> None:
    with pytest.raises(ValueError, match="dropout: a number from 0 up and below 1"):
        Network([2, 2, 1], dropout=wrong)


@pytest.mark.slow
@pytest.mark.parametrize("batch", ["10", "full"])
def test_a_resumed_run_has_the_same_masks(batch: str, tmp_path: Path) -> None:
    """Two epochs and two more from the file come to the bits of four; so they do in the shards of a full batch."""
    common = ["--hidden", "6", "5", "--dropout", "0.3", "--batch-size", batch, "--quiet"]
    common += ["--limit", "40", "--expand"] if batch == "10" else []
    once, twice = str(tmp_path / "once.json"), str(tmp_path / "twice.json")
    train.main([*common, "--epochs", "4", "--save", once])
    train.main([*common, "--epochs", "2", "--save", twice])
    train.main(["--resume", twice, "--epochs", "4", "--quiet"])
    nets = [models.load_run(path)[0] for path in (once, twice)]
    assert nets[0].weights == nets[1].weights and nets[0].biases == nets[1].biases
    assert nets[1].dropout == 0.3 and nets[0].rng.getstate() == nets[1].rng.getstate()


@pytest.mark.slow
def test_workers_change_nothing() -> None:
    """A large mini-batch is shared among workers; not so with dropout, whose masks are drawn one after the other."""
    examples = load("digits")
    with ThreadPoolExecutor(2) as executor:
        shared = SharedData(executor, examples, "digits")
        alone, sharing = [ShardedNetwork([64, 5, 10], Random(2), dropout=0.5) for _ in range(2)]
        sharing.map = shared.map
        alone.update_mini_batch(examples[0], 1.0)
        sharing.update_mini_batch(shared.examples[0], 1.0)
    assert alone.weights == sharing.weights
