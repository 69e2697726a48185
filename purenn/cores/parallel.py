"""A network whose large mini-batches are shared out among workers.

Full-batch gradient descent is a sum over tens of thousands of examples, and a sum can be had by parts. Each
worker loads the data by itself, once; then only the weights and the places of a shard's examples travel to it,
and the shard's gradient back. How many workers there are, and which of them does what, changes nothing in the
result: the shards are those of `ShardedNetwork`, and they are added in the same order.

>>> from concurrent.futures import ThreadPoolExecutor
>>> from random import Random
>>> examples = data.load("digits")
>>> alone = ShardedNetwork(Network([64, 10], rng=Random(0)))
>>> with ThreadPoolExecutor() as executor:
...     together = ParallelNetwork(Network([64, 10], rng=Random(0)), executor, examples, "digits")
...     for net in alone, together:
...         net.update_mini_batch(examples[0], eta=0.5)
>>> together.weights == alone.weights
True
"""
from __future__ import annotations

import pickle
from array import array
from concurrent.futures import Executor
from functools import lru_cache
from itertools import islice
from typing import Any, Callable, Iterable, List, NamedTuple, Optional, Sequence, Tuple, TypeVar

from .. import data
from ..saved.files import BadFile
from ..matrix import Input, Sparse, Vector, sparse
from ..network import Example, Gradient
from ..network2 import Network
from .shards import ShardedNetwork, sum_of_gradients
from ..saved.models import fingerprint
from .workers import finished

T = TypeVar("T")


class Source(NamedTuple):
    """What `data.load` makes the examples from, and the fingerprint that they should then have."""

    name: str
    hold_out: Optional[int]
    seed: int
    fingerprint: str


class Shard(NamedTuple):
    """A piece of work: a function of a network and of the examples at these places."""

    number: int
    function: Callable[[Network, Any], Any]
    net: bytes                  # a packed_network
    source: Source
    places: List[int]


class ParallelNetwork(ShardedNetwork):
    """A ShardedNetwork whose shards go to an executor's workers."""

    def __init__(self, net: Network, executor: Executor, examples: data.Data, name: str, hold_out: Optional[int] = None,
                 seed: int = 0) -> None:
        """The network `net` itself. `examples` is what data.load(name, hold_out, seed) returns here, and should return
        on every worker; where a worker has other data, training ends with a BadFile."""
        super().__init__(net)
        self.executor = executor
        self.examples = examples
        self.places = {id(x): (place, y) for place, (x, y) in enumerate(numbered(examples))}
        self.source = Source(name, hold_out, seed, fingerprint(*examples))

    def sums(self, shards: Sequence[Sequence[Tuple[Input, Vector]]]) -> Iterable[Gradient]:
        return (unpacked(content, self.sizes) for content in self.on_workers(packed_sum, shards))

    def counts(self, shards: Sequence[Sequence[Example]]) -> Iterable[int]:
        return self.on_workers(Network.evaluate, shards)

    def on_workers(self, function: Callable[[Network, Any], T], shards: Sequence[Sequence[Tuple[Input, Any]]]) -> List[T]:
        """function(net, shard) for each shard, on the workers if they have all of the examples."""
        try:
            places = [[self.place(x, y) for x, y in shard] for shard in shards]
        except KeyError:
            return [function(self, shard) for shard in shards]
        net = packed_network(self)
        work = [Shard(number, function, net, self.source, shard) for number, shard in enumerate(places)]
        results = {shard.number: future.result() for shard, future in finished(self.executor, worked_on, work)}
        return [results[number] for number in range(len(work))]

    def place(self, x: Input, y: Any) -> int:
        """Where the example is found; KeyError if it is not the very one that was loaded."""
        place, loaded = self.places[id(x.dense if isinstance(x, Sparse) else x)]
        if y is not loaded:
            raise KeyError(place)
        return place


def numbered(examples: data.Data) -> List[Example]:
    """The examples of all three parts as one list: the places of everybody's examples are those in it."""
    return [example for part in examples for example in part]


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

def worked_on(shard: Shard) -> Any:
    """What the shard's function makes of it."""
    examples = examples_of(shard.source)
    for place in shard.places:                      # the zeros of a vector are looked for once, when it is first needed
        x, y = examples[place]
        examples[place] = sparse(x), y
    return shard.function(unpacked_network(shard.net), [examples[place] for place in shard.places])


def packed_sum(net: Network, examples: Sequence[Tuple[Input, Vector]]) -> bytes:
    """The gradient of a shard, ready to travel."""
    return packed(sum_of_gradients(net, examples))


@lru_cache(maxsize=1)
def unpacked_network(content: bytes) -> Network:
    """The network that was packed; once for all shards of a step that come to this worker."""
    net: Network
    net, parameters = pickle.loads(content)
    net.biases, net.weights = unpacked(parameters, net.sizes)
    return net


@lru_cache(maxsize=1)
def examples_of(source: Source) -> List[Tuple[Input, Any]]:
    """All examples of a source, numbered."""
    examples = data.load(source.name, source.hold_out, source.seed)
    if fingerprint(*examples) != source.fingerprint:
        raise BadFile(source.name, "on this worker it holds other data than where the training was started")
    return list(numbered(examples))
