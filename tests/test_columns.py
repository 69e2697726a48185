"""The first weights by columns: the same numbers as by rows, and where sums are made alike the same bits."""
from __future__ import annotations

import copy
import pickle
import sys
from dataclasses import replace
from random import Random
from typing import List, Type, cast

import pytest

from purenn import columns, data, network2, packed
from purenn.columns import ColumnMatrix, Network, nonzero
from purenn.matrix import Pixels, Vector, add_outer, matvec
from purenn.recipes import RECIPES, Recipe

COMPENSATED = sys.implementation.name == "cpython" and sys.version_info >= (3, 12)
"""Whether sums of rows carry along what rounding loses; sums of columns never do."""


def test_a_product_by_hand() -> None:
    """Columns (1, 3), (2, 4) and so on: with x = (1, 0, 2, 0, 3, 1), 1·(1, 2) + 2·(5, 6) + 3·(9, 10) + 1·(11, 12) is
    (1 + 10 + 27 + 11, 2 + 12 + 30 + 12)."""
    W = ColumnMatrix([[1.0, 3.0, 5.0, 7.0, 9.0, 11.0], [2.0, 4.0, 6.0, 8.0, 10.0, 12.0]])
    x = nonzero([1.0, 0.0, 2.0, 0.0, 3.0, 1.0])
    assert W.matvec(x) == [49.0, 56.0]
    W.add_outer(10.0, [1.0, -1.0], x)               # ten times x is added to the first row, taken from the second
    assert W.rows() == [[11.0, 3.0, 25.0, 7.0, 39.0, 21.0], [-8.0, 4.0, -14.0, 8.0, -20.0, 2.0]]
    W.scale(2.0)
    assert W.rows()[0] == [22.0, 6.0, 50.0, 14.0, 78.0, 42.0]


def test_products_and_updates_are_those_of_rows() -> None:
    rng = Random(1)
    for rows, n, zeros in (1, 1, 0.0), (3, 7, 0.5), (5, 40, 0.8), (2, 9, 1.0):
        W = [[rng.gauss(0.0, 1.0) for _ in range(n)] for _ in range(rows)]
        x = [0.0 if rng.random() < zeros else rng.gauss(0.0, 1.0) for _ in range(n)]
        u, by_columns = [rng.gauss(0.0, 1.0) for _ in range(rows)], ColumnMatrix(W)
        assert by_columns.rows() == W
        assert by_columns.matvec(nonzero(x)) == (pytest.approx(matvec(W, x)) if COMPENSATED else matvec(W, x))
        by_columns.add_outer(0.3, u, nonzero(x))
        add_outer(W, 0.3, u, x)
        assert by_columns.rows() == W               # one product and one sum for each: no bit may differ


RUNS = {
    "chapter 1": Recipe(hidden=(8,), epochs=1, limit=300),
    "L2, one at a time": Recipe(hidden=(5,), init="scaled", batch_size=1, eta=0.5, lmbda=5.0, epochs=1, limit=200),
    "two hidden layers": Recipe(hidden=(7, 6), activation="tanh", cost="cross-entropy", init="scaled", batch_size=7,
                                epochs=1, eta=0.1, limit=200),
    "no hidden layer": Recipe(hidden=(), output="softmax", cost="log-likelihood", epochs=1, eta=0.1, limit=200),
    "ReLU": replace(RECIPES["best"], hidden=(6,), epochs=1, lmbda=0.1, limit=200),
    "dropout": Recipe(hidden=(9, 6), init="scaled", epochs=1, eta=0.5, dropout=0.5, limit=200)}


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_training_is_that_of_rows(name: str) -> None:
    recipe, (training_data, validation_data, test_data) = RUNS[name], data.load("digits")
    nets = [recipe.network(64, kind=kind) for kind in (network2.Network, Network)]
    histories = [recipe.train(net, training_data[:recipe.limit], test_data[:50], validation_data[:50],
                              report=lambda epoch: None, monitor_training_accuracy=True) for net in nets]
    for b, b2, w, w2 in zip(nets[0].biases, nets[1].biases, nets[0].weights, nets[1].weights):
        assert b2 == (pytest.approx(b) if COMPENSATED else b)
        assert w2 == ([pytest.approx(row) for row in w] if COMPENSATED else w)
    assert histories[1].training_accuracy == histories[0].training_accuracy


def test_bytes_and_their_numbers_train_alike() -> None:
    shades = [bytes(Random(k).choice([0, 0, 7, 200, 255]) for _ in range(6)) for k in range(20)]
    for kind in network2.Network, Network, packed.Network:
        nets = [kind([6, 4, 2], rng=Random(0)) for _ in range(2)]
        for net, images in zip(nets, ([cast(Vector, Pixels(x)) for x in shades], [list(Pixels(x)) for x in shades])):
            net.SGD([(x, [1.0, 0.0]) for x in images], 2, 5, 1.0, report=lambda epoch: None)
        assert (nets[0].biases, nets[0].weights) == (nets[1].biases, nets[1].weights)
        assert nets[0].feedforward(cast(Vector, Pixels(shades[0]))) == nets[1].feedforward(list(Pixels(shades[0])))


@pytest.mark.parametrize("kind", [Network, packed.Network])
def test_a_network_is_copied_and_pickled(kind: Type[Network]) -> None:
    net = kind([3, 4, 2], rng=Random(2))
    net.update_mini_batch([([0.5, 0.0, 1.0], [1.0, 0.0])], 1.0)
    for other in copy.deepcopy(net), pickle.loads(pickle.dumps(net)):
        assert (other.weights, other.biases) == (net.weights, net.biases)
        other.update_mini_batch([([0.5, 0.0, 1.0], [1.0, 0.0])], 1.0)
        assert other.weights != net.weights                                 # nothing is shared
    net.weights = [[[1.0, 2.0, 3.0]] * 4, net.weights[1]]
    assert net.weights[0] == [[1.0, 2.0, 3.0]] * 4


@pytest.mark.parametrize("kind", [Network, packed.Network])
def test_what_it_refuses(kind: Type[Network]) -> None:
    net = kind([2, 1], rng=Random(0))
    before: List[object] = [net.weights, net.biases]
    with pytest.raises(ValueError, match=f"{kind.name}: no momentum"):
        net.update_mini_batch([([0.5, 0.5], [1.0])], 1.0, mu=0.5)
    for x in [0.5], [0.5, 0.5, 0.5]:
        with pytest.raises(ValueError, match=f"an x of 2 numbers, not {len(x)}"):
            net.feedforward(x)
        with pytest.raises(ValueError, match=f"2 numbers, not {len(x)}"):
            net.SGD([(x, [1.0])], 1, 1, 1.0)
    with pytest.raises(ValueError, match="an empty mini-batch"):
        net.update_mini_batch([], 1.0)
    assert [net.weights, net.biases] == before


def test_nothing_is_not_zero() -> None:
    net = columns.Network([3, 2], rng=Random(0))
    assert net.feedforward([0.0] * 3) == network2.Network([3, 2], rng=Random(0)).feedforward([0.0] * 3)
    assert net.activations([0.0] * 3) and nonzero([0.0] * 3) == (3, [], [])
