"""A sum does not depend on how it is cut up, but for rounding."""
from __future__ import annotations

from random import Random
from typing import Any, Iterable, List, Tuple, Type

import pytest

from purenn.matrix import Vector
from purenn.network2 import Network
from purenn.cores.shards import LARGE, ShardedNetwork


def examples(n: int) -> List[Tuple[Vector, Vector]]:
    rng = Random(n)
    return [([rng.random(), 0.0, rng.random()], [float(k % 2), float((k + 1) % 2)]) for k in range(n)]


def after(steps: int, kind: Type[Network], n: int, mu: float = 0.0) -> Vector:
    """All parameters after steps with all of n examples."""
    net = kind([3, 4, 2], rng=Random(1))
    net.SGD(examples(n), steps, n, 0.5, lmbda=0.1, mu=mu, report=lambda epoch: None)
    return [p for row in net.biases + [row for w in net.weights for row in w] for p in row]


@pytest.mark.slow
@pytest.mark.parametrize("mu", [0.0, 0.9])
@pytest.mark.parametrize("n", [LARGE, LARGE + 1, 1617])
def test_shards_make_the_same_step(n: int, mu: float) -> None:
    assert after(2, ShardedNetwork, n, mu) == pytest.approx(after(2, Network, n, mu), rel=1e-12)


def test_a_small_batch_is_not_cut_up() -> None:
    assert after(1, ShardedNetwork, LARGE - 1) == after(1, Network, LARGE - 1)


def test_shards_are_added_in_their_order() -> None:
    """1 + 2⁵³ rounds to 2⁵³, so that in this order 1 is lost: the result is 0; it is 1 wherever 1 comes last."""
    net = ShardedNetwork([1, 1])
    net.map = lambda function, nets, shards: [([[number]], [[[number]]]) for number in (1.0, 2.0 ** 53, -2.0 ** 53)]
    net.weights, net.biases = [[[0.0]]], [[0.0]]
    net.update_mini_batch([([0.0], [0.0])] * LARGE, eta=-float(LARGE))
    assert (net.weights, net.biases) == ([[[0.0]]], [[0.0]])


def test_right_answers_are_counted_in_shards_too() -> None:
    """The network answers 0 to everything. A thousand are two shards of 500; in the second 100 are no zeros."""
    counted: List[int] = []

    def counting(*arguments: Iterable[Any]) -> List[int]:
        counted.extend(map(*arguments))  # type: ignore[call-overload]
        return counted

    net = ShardedNetwork([1, 2])
    net.map = counting
    net.weights, net.biases = [[[0.0], [0.0]]], [[1.0, 0.0]]
    assert net.evaluate([([0.0], 0)] * 900 + [([0.0], 1)] * 100) == 900 and counted == [500, 400]
    assert net.evaluate([([0.0], 0)] * (LARGE - 1)) == 999 and counted == [500, 400]
    counted.clear()
    net.SGD([([0.0], [1.0, 0.0])], 1, 1, 0.0, [([0.0], 0)] * LARGE, report=lambda epoch: None)
    assert counted == [500, 500]                # and so they are after each epoch


@pytest.mark.slow
def test_every_example_is_in_one_shard() -> None:
    counted: List[int] = []

    class Counting(ShardedNetwork):
        def map(self, function: Any, nets: Any, shards: Any) -> Iterable[Any]:
            counted.extend(map(len, shards))
            return map(function, nets, shards)

    after(1, Counting, 1618)                # three shards: two of 540 and one of the 538 that remain
    assert counted == [540, 540, 538]
    counted.clear()
    after(1, Counting, 17000)               # no more than 16: 15 of 1063 and one of the 1055 that remain
    assert counted == [1063] * 15 + [1055]
