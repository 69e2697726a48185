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
from itertools import chain, islice
from typing import Any, Callable, Iterable, List, NamedTuple, Optional, Sequence, Tuple, cast

from .. import data
from ..matrix import Input, Pixels, sparse
from ..network import Example
from ..network2 import Gradient, Network
from ..saved.files import BadFile
from ..saved.models import fingerprint
from .shards import ShardedNetwork as ShardedNetwork
from .workers import LOADING, finished


class Source(NamedTuple):
    """The arguments of `data.load`, and the fingerprint of what it should return."""

    name: str
    hold_out: Optional[int]
    seed: int
    fingerprint: str


class Task(NamedTuple):
    """A function of a network and of the examples at these places."""

    number: int
    function: Callable[[Network, Any], Any]
    net: bytes                  # a network_as_bytes
    source: Source
    places: List[int]

    def __str__(self) -> str:
        return f"shard {self.number}"


class SharedData:
    """Examples that all workers of an executor load too, and a `map` over shards of them that the workers carry out."""

    def __init__(self, executor: Executor, examples: data.Data, name: str, hold_out: Optional[int] = None, seed: int = 0
                 ) -> None:
        """`examples` is what data.load(name, hold_out, seed) returned here, and has to return on every worker.

        Afterwards `self.examples` are the same examples, and those to train on: they are known by their identity.
        """
        self.executor = executor
        self.source = Source(name, hold_out, seed, fingerprint(*examples))
        self.examples = cast(data.Data, tuple(ready(part) for part in examples))
        self.places = {id(x): (place, y) for place, (x, y) in enumerate(chain(*self.examples))}

    def map(self, function: Callable[[Network, Any], Any], nets: Iterable[Network], shards: Sequence[Sequence[Example]]
            ) -> List[Any]:
        """function(net, shard) for each shard, in their order; the first of `nets` is the network.

        The workers do it if they have all of the examples; if not, it is done here. BadFile if a worker has other data.
        """
        net = next(iter(nets))
        if not all(self.is_shared(x, y) for shard in shards for x, y in shard):
            return [function(net, shard) for shard in shards]
        content = network_as_bytes(net)
        tasks = [Task(number, function, content, self.source, [self.places[id(x)][0] for x, _ in shard])
                 for number, shard in enumerate(shards)]
        results = {task.number: future.result() for task, future in finished(self.executor, carry_out, tasks)}
        return [from_bytes(result, net.sizes) if isinstance(result, bytes) else result
                for _, result in sorted(results.items())]

    def is_shared(self, x: Input, y: Any) -> bool:
        """Whether the workers have this very example."""
        return id(x) in self.places and self.places[id(x)][1] is y


def network_as_bytes(net: Network) -> bytes:
    """The network as bytes, without what only training needs."""
    bare = Network.__new__(Network)
    bare.dropout = 0.0                                  # the workers draw no masks
    for name in "sizes", "num_layers", "activation_functions", "cost":
        setattr(bare, name, getattr(net, name))
    return pickle.dumps((bare, as_bytes((net.biases, net.weights))))


def as_bytes(parameters: Gradient) -> bytes:
    """Biases and weights, or a gradient, as bytes: they travel many times faster than lists of floats."""
    biases, weights = parameters
    return b"".join(array("d", row).tobytes() for rows in [biases, *weights] for row in rows)


def from_bytes(content: bytes, sizes: Sequence[int]) -> Gradient:
    """What they were, for a network of these sizes.

    >>> from_bytes(as_bytes(([[0.5]], [[[1.0, 2.0]]])), sizes=[2, 1])
    ([[0.5]], [[[1.0, 2.0]]])
    """
    numbers = iter(array("d", content).tolist())
    biases = [list(islice(numbers, n)) for n in sizes[1:]]
    return biases, [[list(islice(numbers, n_in)) for _ in range(n_out)] for n_in, n_out in zip(sizes, sizes[1:])]


# What follows runs on the workers.

def carry_out(task: Task) -> Any:
    """The result of the task; a gradient travels as bytes."""
    with LOADING:
        examples = loaded(task.source)
    result = task.function(network_from_bytes(task.net), [examples[place] for place in task.places])
    return as_bytes(result) if isinstance(result, tuple) else result


@lru_cache(maxsize=1)
def network_from_bytes(content: bytes) -> Network:
    """The network; made once for all tasks of a step that come to this worker."""
    net: Network
    net, parameters = pickle.loads(content)
    net.biases, net.weights = from_bytes(parameters, net.sizes)
    return net


@lru_cache(maxsize=1)
def loaded(source: Source) -> List[Tuple[Input, Any]]:
    """All examples of the source, in the order of their places."""
    examples = data.load(source.name, source.hold_out, source.seed, say=lambda note: None)      # it was said already
    if fingerprint(*examples) != source.fingerprint:
        raise BadFile(source.name, "on this worker it holds other data than where the training was started")
    return [example for part in examples for example in ready(part)]


def ready(examples: Sequence[Example]) -> List[Tuple[Input, Any]]:
    """The examples as a training keeps them: bytes as they are, of others it is noted where they are not zero."""
    return [(x if isinstance(x, Pixels) else sparse(x), y) for x, y in examples]
