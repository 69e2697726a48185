"""A network whose large mini-batches are shared out among workers.

Full-batch gradient descent is a sum over tens of thousands of examples, and a sum can be had by parts. Each worker
loads the same data, once. Then only the weights and the places of a shard's examples travel to it, and the shard's
gradient back. The number of workers, and which of them does what, changes nothing in the result: the shards are those
of `ShardedNetwork`, and they are added in the same order.

>>> from concurrent.futures import ThreadPoolExecutor
>>> from random import Random
>>> alone, together = (ShardedNetwork([64, 10], rng=Random(0)) for _ in range(2))
>>> with ThreadPoolExecutor() as executor:
...     shared = SharedData(executor, data.load("digits"), "digits")
...     together.map = shared.map
...     for net in alone, together:
...         net.update_mini_batch(shared.examples[0], eta=0.5)
>>> together.weights == alone.weights
True
"""
from __future__ import annotations

import pickle
from array import array
from concurrent.futures import Executor
from functools import lru_cache
from itertools import chain, count, islice
from typing import Any, Callable, Iterable, List, NamedTuple, Optional, Sequence, Tuple, cast

from .. import data
from ..matrix import Input, Sparse, sparse
from ..network import Example
from ..network2 import Gradient, Network
from ..saved.files import BadFile
from ..saved.models import fingerprint
from .shards import ShardedNetwork as ShardedNetwork
from .workers import finished


class Source(NamedTuple):
    """The arguments of `data.load`, and the fingerprint of what it should return."""

    name: str
    hold_out: Optional[int]
    seed: int
    fingerprint: str


class Placed(Sparse):
    """The x of an example that every worker has: the one at this place when all are numbered. y is the example's."""

    source: Source
    place: int
    y: Any


class Task(NamedTuple):
    """A function of a network and of the examples at these places."""

    number: int
    function: Callable[[Network, Any], Any]
    net: bytes                  # a packed_network
    source: Source
    places: List[int]


class SharedData:
    """Examples that all workers of an executor load too, and a `map` over shards of them that the workers carry out."""

    def __init__(self, executor: Executor, examples: data.Data, name: str, hold_out: Optional[int] = None, seed: int = 0
                 ) -> None:
        """`examples` is what data.load(name, hold_out, seed) returned here, and has to return on every worker.

        Afterwards `self.examples` are the same examples, each with its place. They are the ones to train on.
        """
        self.executor = executor
        self.source = Source(name, hold_out, seed, fingerprint(*examples))
        places = count()
        self.examples = cast(data.Data, tuple([(self._placed(next(places), x, y), y) for x, y in part]
                                              for part in examples))

    def _placed(self, place: int, x: Input, y: Any) -> Placed:
        placed = Placed(*sparse(x))
        placed.source, placed.place, placed.y = self.source, place, y
        return placed

    def map(self, function: Callable[[Network, Any], Any], nets: Iterable[Network], shards: Sequence[Sequence[Example]]
            ) -> List[Any]:
        """function(net, shard) for each shard, in their order; the first of `nets` is the network.

        The workers do it if they have all of the examples; if not, it is done here. BadFile if a worker has other data.
        """
        net = next(iter(nets))
        if not all(self.is_shared(x, y) for shard in shards for x, y in shard):
            return [function(net, shard) for shard in shards]
        content = packed_network(net)
        tasks = [Task(number, function, content, self.source, [cast(Placed, x).place for x, _ in shard])
                 for number, shard in enumerate(shards)]
        results = {task.number: future.result() for task, future in finished(self.executor, carry_out, tasks)}
        return [unpacked(result, net.sizes) if isinstance(result, bytes) else result
                for _, result in sorted(results.items())]

    def is_shared(self, x: Input, y: Any) -> bool:
        """Whether the workers have this very example."""
        return isinstance(x, Placed) and x.source is self.source and x.y is y


def packed_network(net: Network) -> bytes:
    """The network as bytes, without what only training needs."""
    bare = Network.__new__(Network)
    for name in "sizes", "num_layers", "activation_functions", "cost":
        setattr(bare, name, getattr(net, name))
    return pickle.dumps((bare, packed((net.biases, net.weights))))


def packed(parameters: Gradient) -> bytes:
    """Biases and weights, or a gradient, as bytes: they travel many times faster than lists of floats."""
    biases, weights = parameters
    return b"".join(array("d", row).tobytes() for rows in [biases, *weights] for row in rows)


def unpacked(content: bytes, sizes: Sequence[int]) -> Gradient:
    """What was packed, for a network of these sizes.

    >>> unpacked(packed(([[0.5]], [[[1.0, 2.0]]])), sizes=[2, 1])
    ([[0.5]], [[[1.0, 2.0]]])
    """
    numbers = iter(array("d", content).tolist())
    biases = [list(islice(numbers, n)) for n in sizes[1:]]
    return biases, [[list(islice(numbers, n_in)) for _ in range(n_out)] for n_in, n_out in zip(sizes, sizes[1:])]


# What follows runs on the workers.

def carry_out(task: Task) -> Any:
    """The result of the task; a gradient is packed to travel."""
    examples = loaded(task.source)
    result = task.function(unpacked_network(task.net), [examples[place] for place in task.places])
    return packed(result) if isinstance(result, tuple) else result


@lru_cache(maxsize=1)
def unpacked_network(content: bytes) -> Network:
    """The network that was packed; once for all tasks of a step that come to this worker."""
    net: Network
    net, parameters = pickle.loads(content)
    net.biases, net.weights = unpacked(parameters, net.sizes)
    return net


@lru_cache(maxsize=1)
def loaded(source: Source) -> List[Tuple[Input, Any]]:
    """All examples of the source, in the order of their places."""
    examples = data.load(source.name, source.hold_out, source.seed, say=lambda note: None)      # it was said already
    if fingerprint(*examples) != source.fingerprint:
        raise BadFile(source.name, "on this worker it holds other data than where the training was started")
    return [(sparse(x), y) for x, y in chain(*examples)]
