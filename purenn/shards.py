"""Large mini-batches in shards, one after another or on many workers at once.

The gradient of a mini-batch is a sum over its examples. `ShardedNetwork` cuts a large one into a fixed number of
shards, sums each by itself, and adds the sums in the order of the shards. The result is therefore the same to
the last bit whether one process does all the work or many share it. Nothing else about the network changes.
"""
from __future__ import annotations

from typing import Callable, Iterable, Sequence, Tuple

from .matrix import Input, Vector, add_matrix, add_outer, add_scaled, shape, zeros
from .network import Gradient, Network

SHARDS = 16
LARGE = 1000
"""Below so many examples a mini-batch is not worth cutting up."""


def sum_of_gradients(net: Network, examples: Iterable[Tuple[Input, Vector]]) -> Gradient:
    """Σ ∂C/∂b and Σ ∂C/∂w over the examples."""
    nabla_b = [[0.0] * len(b) for b in net.biases]
    nabla_w = [zeros(*shape(w)) for w in net.weights]
    for x, y in examples:
        activations, deltas = net.propagate(x, y)
        for b, w, a, delta in zip(nabla_b, nabla_w, [x, *activations], deltas):
            add_scaled(b, 1.0, delta)
            add_outer(w, 1.0, delta, a)
    return nabla_b, nabla_w


class ShardedNetwork(Network):
    """A Network whose large mini-batches are summed shard by shard."""

    def gradient(self, mini_batch: Sequence[Tuple[Input, Vector]]) -> Callable[[float, Gradient], None]:
        if len(mini_batch) < LARGE:
            return super().gradient(mini_batch)
        size = -(-len(mini_batch) // SHARDS)
        sums = list(self.sums([mini_batch[k:k + size] for k in range(0, len(mini_batch), size)]))

        def add_to(c: float, target: Gradient) -> None:
            for nabla_b, nabla_w in sums:
                add_matrix(target[0], c, nabla_b)
                for w, nabla in zip(target[1], nabla_w):
                    add_matrix(w, c, nabla)

        return add_to

    def sums(self, shards: Sequence[Sequence[Tuple[Input, Vector]]]) -> Iterable[Gradient]:
        """The gradient of each shard, in their order. The one step to override to share the work."""
        return (sum_of_gradients(self, shard) for shard in shards)
