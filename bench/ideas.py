"""What each idea of `purenn.packed` gave: the steps of a training example, done in several ways, on images as in MNIST.

All ways of all steps take turns in one process, and the fastest round counts, for one example. `kept` is what packed
does.
"""
from __future__ import annotations

from array import array
from functools import partial
from itertools import accumulate, chain, compress, repeat
from math import tanh
from operator import itemgetter, mul
from random import Random
from time import process_time
from typing import Any, Callable, Dict, Iterable, List, Tuple

from purenn import matrix, packed
from purenn.activations import sigmoid
from purenn.kernels import dot
from purenn.packed import Lanes, PackedMatrix, Pixels, add_rows

from .growth import images

EXAMPLES, BATCH, INPUTS, OUTPUTS = 100, 10, 784, 10
Step = Callable[[Pixels], object]


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


def mnist_like() -> List[Pixels]:
    """Made-up images with as many pixels as MNIST's have, and as many different ones: 65 of 149, the largest often."""
    rng = Random(0)
    examples = []
    for x, _ in images(EXAMPLES, 19):
        values = [rng.randrange(1, 256) for _ in range(64)]
        examples.append(packed.pixels([xk and (rng.choice(values) if rng.random() < 0.6 else 253) / 255 for xk in x]))
    return examples


def matvec_by_columns(columns: List[matrix.Vector], x: Pixels, n: int) -> matrix.Vector:
    """W·x of floats, four columns at a time: a loop for PyPy."""
    y, padding = [0.0] * n, -len(x.support) % 4
    places = [*x.support, *[0] * padding]
    values = [x.dense[k] for k in x.support] + [0.0] * padding
    for i in range(0, len(places), 4):
        (k0, k1, k2, k3), (x0, x1, x2, x3) = places[i:i + 4], values[i:i + 4]
        column0, column1, column2, column3 = columns[k0], columns[k1], columns[k2], columns[k3]
        for j in range(n):
            y[j] += column0[j] * x0 + column1[j] * x1 + column2[j] * x2 + column3[j] * x3
    return y


def add_outer_by_columns(columns: List[matrix.Vector], c: float, u: matrix.Vector, x: Pixels) -> None:
    """W += c·u⊗x of floats, five neurons at a time (their number is a multiple of five): a loop for PyPy."""
    u = [c * uj for uj in u]
    for k in x.support:
        xk, column = x.dense[k], columns[k]
        for j in range(0, len(u), 5):
            column[j] += u[j] * xk
            column[j + 1] += u[j + 1] * xk
            column[j + 2] += u[j + 2] * xk
            column[j + 3] += u[j + 3] * xk
            column[j + 4] += u[j + 4] * xk


def ways(hidden: int, examples: List[Pixels]) -> Dict[str, Dict[str, Step]]:
    """Each step in its ways, by name."""
    rng = Random(0)

    def vector(n: int) -> matrix.Vector:
        return [rng.gauss(0.0, 1.0) for _ in range(n)]

    W, V = [vector(INPUTS) for _ in range(hidden)], [vector(hidden) for _ in range(OUTPUTS)]
    u, a, delta = vector(hidden), sigmoid(vector(hidden)), vector(OUTPUTS)
    P = PackedMatrix(W)
    columns, lanes, narrow = P.columns, P.lanes, Narrow(hidden)
    floats = matrix.transpose(W)
    thin = [narrow.pack(2.0 ** 28, column) for column in zip(*W)]
    half = hidden // 2
    halves = [PackedMatrix(W[:half]), PackedMatrix(W[half:])]
    by_place = dict(enumerate(columns))
    c = 1e-9 / (255 * packed.STEP)
    D, d = lanes.pack(c, u), narrow.pack(c, u)
    z = P.matvec(examples[0])
    A, deltas = [a] * BATCH, [delta] * BATCH
    rows, coefficients = [lanes.pack(2.0 ** 38, row) for row in V], [round(2.0 ** 20 * dj) for dj in delta]
    zero, mask = [0.0] * hidden, (1 << 64) - 1
    plain = {id(x): [x.values[i] for i in x.which] for x in examples}
    counts = {id(x): [list(x.which).count(i) for i in range(len(x.values))] for x in examples}

    def by_value(x: Pixels) -> int:
        total, start, sorted_columns = 0, 0, x.gather(columns)
        for k, last in enumerate(x.last):
            if last:
                total += x.values[x.which[k]] * sum(sorted_columns[start:k + 1])
                start = k + 1
        return total

    def by_parts(columns: List[int], x: Pixels) -> int:
        return sum(map(mul, compress(accumulate(x.gather(columns)), x.last), x.steps))

    def add(columns: Any, D: int, x: Pixels) -> None:
        products = list(map(mul, x.values, repeat(D)))
        for k, i in zip(x.support, x.which):
            columns[k] += products[i]

    def add_one_by_one(x: Pixels) -> None:
        for k, value in zip(x.support, plain[id(x)]):
            columns[k] += value * D

    def add_in_c(x: Pixels) -> None:
        products = map(mul, x.values, repeat(D))
        for k, product in zip(x.support, chain.from_iterable(map(repeat, products, counts[id(x)]))):
            columns[k] += product

    def add_by_update(x: Pixels) -> None:
        products = list(map(mul, x.values, repeat(D)))
        old = itemgetter(*x.support)(by_place)
        by_place.update(zip(x.support, map(int.__add__, old, map(products.__getitem__, x.which))))

    def later_one_by_one(x: Pixels) -> None:
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

        def once_a_batch(x: Pixels) -> None:
            if next(turns) % BATCH == 0:
                step()
        return once_a_batch

    return {
        "W·x": {
            "lists": lambda x: matrix.matvec(W, x),
            "floats by columns": lambda x: matvec_by_columns(floats, x, hidden),
            "a product for each pixel": lambda x: lanes.unpack(sum(map(mul, x.gather(columns), plain[id(x)]))),
            "a product for each value": lambda x: lanes.unpack(by_value(x)),
            "kept: by parts": lambda x: lanes.unpack(by_parts(columns, x)),
            "by parts, lanes of 48 bits": lambda x: narrow.unpack(by_parts(thin, x)),
            "by parts, two halves": lambda x: [W.lanes.unpack(by_parts(W.columns, x)) for W in halves]},
        "W += u⊗x": {
            "lists": lambda x: matrix.add_outer(W, 1e-9, u, x),
            "floats by columns": lambda x: add_outer_by_columns(floats, 1e-9, u, x),
            "a product for each pixel": add_one_by_one,
            "products repeated in C": add_in_c,
            "columns in a dict, update": add_by_update,
            "kept: products by index": partial(add, columns, D),
            "the same, lanes of 48 bits": partial(add, thin, d)},
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
            "kept: five rows at a time": lambda x: add_rows(zero, delta, V),
            "packed rows": lambda x: [c * qj for qj in lanes.unpack(sum(map(mul, rows, coefficients)))]},
        "V += δ⊗a": {
            "lists": later_one_by_one,
            "a dot product for each weight": each_batch(later_by_dot),
            "kept: five examples at a time": each_batch(later_by_rows),
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
