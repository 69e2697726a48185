"""Large mini-batches in shards, one after another or on many workers at once.

The gradient of a mini-batch is a sum over its examples. A `ShardedNetwork` cuts a large one into shards, sums each
by itself, and adds the sums in the order of the shards. How many shards there are depends on the number of
examples and on nothing else. The result is therefore the same to the last bit whether one process does all the
work or many share it. Right answers are counted in the same way. Nothing else about the network changes.

>>> [len(shard) for shard in cut(range(1617))]          # three of 500 or more
[539, 539, 539]
>>> len(cut(range(50000)))
16
"""
from __future__ import annotations

from itertools import repeat
from typing import Any, Callable, Iterable, List, Optional, Sequence, Tuple, Type, TypeVar

from .. import columns, packed
from ..history import Score
from ..matrix import Input, Matrix, Vector, add_matrix, shape, sparse, zeros
from ..network import Example
from ..network2 import Gradient, Network, add_gradients
from ..recipes import Recipe

T = TypeVar("T")

SHARDS = 16         # at most
SMALLEST = 500      # examples in a shard, about: sharing out fewer costs more time than it saves
LARGE = 2 * SMALLEST
"""Smaller mini-batches are not cut up."""


def cut(examples: Sequence[T]) -> List[Sequence[T]]:
    """The examples (`LARGE` or more) in shards of the same size, but for the last of them."""
    size = -(-len(examples) // min(SHARDS, len(examples) // SMALLEST))
    return [examples[k:k + size] for k in range(0, len(examples), size)]


def sum_of_gradients(net: Network, examples: Sequence[Tuple[Input, Vector]]) -> Gradient:
    """Σ ∂C/∂b and Σ ∂C/∂w over the examples."""
    nabla_b = [[0.0] * len(b) for b in net.biases]
    nabla_w = [zeros(*shape(w)) for w in net.weights]
    # One example after the other: to remember all passes first takes PyPy half as long again.
    add_gradients(((x, *net.propagate(x, y)) for x, y in ((sparse(x), y) for x, y in examples)), 1.0, nabla_b, nabla_w)
    return nabla_b, nabla_w


def right_answers(net: Network, examples: Sequence[Example]) -> int:
    """How many of the examples are answered rightly."""
    return Network.score(net, examples).right


class ShardedNetwork(Network):
    """A Network whose large mini-batches are summed shard by shard."""

    map: Callable[..., Iterable[Any]] = map
    """How a function is applied to each shard: by Python's own `map`, which does so here and now, or by something that
    takes and gives the same, such as the `map` of an executor or of `parallel.SharedData`."""

    def update_mini_batch(self, mini_batch: Sequence[Tuple[Input, Vector]], eta: float, lmbda: float = 0.0,
                          n: Optional[int] = None, mu: float = 0.0) -> None:
        if len(mini_batch) < LARGE:
            return super().update_mini_batch(mini_batch, eta, lmbda, n, mu)
        share = map if self.dropout else self.map       # its masks are drawn here, one after the other
        sums = list(share(sum_of_gradients, repeat(self), cut(mini_batch)))
        biases, weights = self.begin_step(eta, lmbda, n, mu)
        for nabla_b, nabla_w in sums:
            for parameters, nabla in zip([biases, *weights], [nabla_b, *nabla_w]):
                add_matrix(parameters, -eta / len(mini_batch), nabla)
        self.end_step(mu)

    def score(self, data: Sequence[Example]) -> Score:
        if len(data) < LARGE:
            return super().score(data)
        return Score(sum(self.map(right_answers, repeat(self), cut(data))), len(data))


def network_class(recipe: Recipe, by_columns: bool = False) -> Type[Network]:
    """The class of the network that a recipe trains. A packed one needs no shards, and one `by_columns` is taken where
    it comes to the same bits as lists."""
    if recipe.packed:
        return packed.Network
    return columns.Network if by_columns and not recipe.mu and 0 < recipe.batch_size < LARGE else ShardedNetwork
