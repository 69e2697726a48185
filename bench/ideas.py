"""What each idea of `purenn.packed` gave: the steps of a training example, done in several ways, on images as in MNIST.

All ways of all steps take turns in one process, and the fastest round counts, for one example. `kept` is what packed
does.
"""
from __future__ import annotations

from array import array
from functools import partial
from itertools import accumulate, compress, repeat
from math import tanh
from operator import itemgetter, mul
from random import Random
from time import process_time
from typing import Any, Callable, Dict, Iterable, List, Tuple

from purenn import matrix, packed
from purenn.activations import sigmoid
from purenn.columns import ColumnMatrix, NonZero
from purenn.kernels import dot
from purenn.matrix import Pixels, Sparse
from purenn.packed import Lanes, PackedMatrix, Whole, add_rows

from .growth import images

EXAMPLES, BATCH, INPUTS, OUTPUTS = 100, 10, 784, 10
Step = Callable[[Whole], object]


class Narrow(Lanes):
    """Lanes of 48 bits: 28 of a weight's fraction, 8 of a pixel, 11 of the sum, a sign. For sums below 2⁴⁷ only."""

    def __init__(self, n: int) -> None:
        super().__init__(n)
        self.ones = sum(1 << 48 * j for j in range(n))

    def pack(self, c: float, x: Iterable[float]) -> int:
        return sum(round(c * xj) << 48 * j for j, xj in enumerate(x))

    def unpack(self, lanes: int) -> Tuple[int, ...]:
        words = memoryview((lanes + (self.ones << 47)).to_bytes(6 * self.n, "little")).cast("H").tolist()
        return tuple(low + (middle << 16) + (high << 32) - (1 << 47)
                     for low, middle, high in zip(words[::3], words[1::3], words[2::3]))


def mnist_like() -> List[Whole]:
    """Made-up images with as many pixels as MNIST's have, and as many different ones: 65 of 149, the largest often."""
    rng = Random(0)
    examples = []
    for x, _ in images(EXAMPLES, 19):
        values = [rng.randrange(1, 256) for _ in range(64)]
        examples.append(packed.whole([xk and (rng.choice(values) if rng.random() < 0.6 else 253) / 255 for xk in x]))
    return examples


class Parts:
    """An image for summation by parts: its columns are added up in the order of their pixels, the largest first, and
    where the pixels fall from v to v′ the sum so far is multiplied by v - v′: 3·c₀ + c₁ + c₂ = (3 - 1)·c₀ +
    1·(c₀ + c₁ + c₂)."""

    def __init__(self, x: Whole) -> None:
        falling = sorted(zip(x.values, x.gather(range(x.n))), reverse=True)
        values = [value for value, _ in falling]
        below = [*values[1:], 0]
        self.gather = itemgetter(*[k for _, k in falling])
        self.last = bytes(value != next_one for value, next_one in zip(values, below))
        self.steps = bytes(value - next_one for value, next_one in zip(values, below) if value != next_one)


def ways(hidden: int, examples: List[Whole]) -> Dict[str, Dict[str, Step]]:
    """Each step in its ways, by name."""
    rng = Random(0)

    def vector(n: int) -> matrix.Vector:
        return [rng.gauss(0.0, 1.0) for _ in range(n)]

    W, V = [vector(INPUTS) for _ in range(hidden)], [vector(hidden) for _ in range(OUTPUTS)]
    u, a, delta = vector(hidden), sigmoid(vector(hidden)), vector(OUTPUTS)
    P = PackedMatrix(W)
    columns, lanes, narrow = P.columns, P.lanes, Narrow(hidden)
    floats = ColumnMatrix(W)
    thin = [narrow.pack(2.0 ** 28, column) for column in zip(*W)]
    half = hidden // 2
    bytes_of = {id(x): Pixels(bytes(dict(zip(x.gather(range(x.n)), x.values)).get(k, 0) for k in range(x.n)))
                for x in examples}
    halves = [PackedMatrix(W[:half]), PackedMatrix(W[half:])]
    by_place = dict(enumerate(columns))
    c = 1e-9 / (255 * packed.STEP)
    D, d = lanes.pack(c, u), narrow.pack(c, u)
    z = P.matvec(examples[0])
    A, deltas = [a] * BATCH, [delta] * BATCH
    rows, coefficients = [lanes.pack(2.0 ** 38, row) for row in V], [round(2.0 ** 20 * dj) for dj in delta]
    zero, mask = [0.0] * hidden, (1 << 64) - 1
    parts = {id(x): Parts(x) for x in examples}
    nonzero = {id(x): NonZero(x.n, list(x.gather(range(x.n))), [v / x.scale for v in x.values]) for x in examples}
    sparse = {id(x): Sparse([dict(zip(*nonzero[id(x)][1:])).get(k, 0.0) for k in range(x.n)],
                            list(nonzero[id(x)].places)) for x in examples}

    def by_value(x: Whole) -> int:
        sums: Dict[int, int] = {}
        for column, value in zip(x.gather(columns), x.values):
            sums[value] = sums.get(value, 0) + column
        return sum(map(mul, sums.values(), sums))

    def by_parts(columns: List[int], x: Whole) -> int:
        ordered = parts[id(x)]
        return sum(map(mul, compress(accumulate(ordered.gather(columns)), ordered.last), ordered.steps))

    def by_pixel(columns: List[int], x: Whole) -> int:
        return sum(map(mul, x.gather(columns), x.values))

    def add(columns: Any, D: int, x: Whole) -> None:
        products = dict(zip(x.different, map(mul, x.different, repeat(D))))
        for k, value in zip(x.gather(range(x.n)), x.values):
            columns[k] += products[value]

    def add_one_by_one(x: Whole) -> None:
        for k, value in zip(x.gather(range(x.n)), x.values):
            columns[k] += value * D

    def add_by_update(x: Whole) -> None:
        products = dict(zip(x.different, map(mul, x.different, repeat(D))))
        old, support = x.gather(by_place), x.gather(range(x.n))
        by_place.update(zip(support, map(int.__add__, old, map(products.__getitem__, x.values))))

    def later_one_by_one(x: Whole) -> None:
        matrix.add_outer(V, 1e-12, delta, a)

    def later_by_dot() -> object:
        return [[w + dot(ds, column) for w, column in zip(row, by_neuron)]
                for by_neuron in [list(zip(*A))] for row, ds in zip(V, zip(*deltas))]

    def later_by_rows() -> object:
        return [add_rows(row, list(ds), A) for row, ds in zip(V, zip(*deltas))]

    def later_packed() -> int:
        D = lanes.pack(2.0 ** 30, a)
        total = 0
        for row, dj in zip(rows, coefficients):
            total = row + dj * D
        return total

    def each_batch(step: Callable[[], object]) -> Step:
        turns = iter(range(1 << 62))

        def once_a_batch(x: Whole) -> None:
            if next(turns) % BATCH == 0:
                step()
        return once_a_batch

    return {
        "W·x": {
            "lists": lambda x: matrix.matvec(W, sparse[id(x)]),
            "floats by columns": lambda x: floats.matvec(nonzero[id(x)]),
            "kept: a product for each pixel": lambda x: lanes.unpack(by_pixel(columns, x)),
            "a product for each value": lambda x: lanes.unpack(by_value(x)),
            "by parts": lambda x: lanes.unpack(by_parts(columns, x)),
            "lanes of 48 bits": lambda x: narrow.unpack(by_pixel(thin, x)),
            "two halves": lambda x: [W.lanes.unpack(by_pixel(W.columns, x)) for W in halves]},
        "W += u⊗x": {
            "lists": lambda x: matrix.add_outer(W, 1e-9, u, sparse[id(x)]),
            "floats by columns": lambda x: floats.add_outer(1e-9, u, nonzero[id(x)]),
            "a product for each pixel": add_one_by_one,
            "columns in a dict, update": add_by_update,
            "kept: a product for each value": partial(add, columns, D),
            "the same, lanes of 48 bits": partial(add, thin, d)},
        "an image made ready": {
            "kept: its places and values": lambda x: packed.whole(bytes_of[id(x)]),
            "by parts": lambda x: Parts(x)},
        "lanes → z": {
            "kept: words": lambda x: [c * qj for qj in lanes.unpack(D)],
            "shift and mask": lambda x: [c * ((D + lanes.signs >> 64 * j & mask) - (1 << 63)) for j in range(hidden)]},
        "u → lanes": {
            "kept: as doubles": lambda x: lanes.pack(c, u),
            "round, struct of words": lambda x: int.from_bytes(array("q", [round(c * uj) for uj in u]), "little"),
            "round and shift": lambda x: lanes.join([round(c * uj) for uj in u])},
        "σ": {
            "kept: σ(z)": lambda x: sigmoid(z),
            "½ + ½·tanh(½z)": lambda x: [0.5 + 0.5 * tanh(0.5 * zj) for zj in z]},
        "Vᵀ·δ": {
            "lists": lambda x: matrix.vecmat(delta, V),
            "kept: ten rows at a time": lambda x: add_rows(zero, delta, V),
            "packed rows": lambda x: [c * qj for qj in lanes.unpack(sum(map(mul, rows, coefficients)))]},
        "V += δ⊗a": {
            "lists": later_one_by_one,
            "a dot product for each weight": each_batch(later_by_dot),
            "kept: ten examples at a time": each_batch(later_by_rows),
            "packed rows": lambda x: later_packed()}}


def measure(answer: Callable[[Dict[str, float]], None], quick: bool) -> None:
    """Answer for ever with the seconds for each way of each step, for one example."""
    examples = mnist_like()[:BATCH if quick else EXAMPLES]
    steps = [(f"{hidden}: {step}: {name}", way) for hidden in (30, 100)
             for step, named in ways(hidden, examples).items() for name, way in named.items()]
    while True:
        seconds = {}
        for name, way in steps:
            start = process_time()
            for x in examples:
                way(x)
            seconds[name] = (process_time() - start) / len(examples)
        answer(seconds)
