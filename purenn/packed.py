"""How plain Python is made fast, last chapter: a hundred weights in one integer.

In a list every product makes a float object; `kernels` ends there. But CPython adds two integers of thousands of bits
in C, 30 bits at a time, and multiplies one by a small number in the same way. So the weights that lead from one input
to all neurons of the next layer are put side by side into one int, a *lane* of 64 bits for each, and one + moves
them all. (Lamport 1975, "Multiple byte processing with full-word instructions"; "SIMD within a register"; Kronecker
substitution.)

**A lane** holds a whole number q of either sign, |q| < 2⁶³; n lanes are the int Σⱼ qⱼ·2^(64·j). A negative qⱼ borrows
from the lane above it, and no harm is done: sums and multiples of such ints are those of their lanes,
a·Σⱼ pⱼ·2^(64·j) + b·Σⱼ qⱼ·2^(64·j) = Σⱼ (a·pⱼ + b·qⱼ)·2^(64·j), whatever happens on the way. Only to be read must
each lane be back within ±2⁶³; adding 2⁶³ to each then pays back what was borrowed. Three lanes by hand, of 1, -2 and
3:

>>> lanes = Lanes(3)
>>> a = lanes.pack(1.0, [1.0, -2.0, 3.0])
>>> a == 1 - 2 * 2**64 + 3 * 2**128
True
>>> lanes.unpack(a), lanes.unpack(10 * a + lanes.pack(1.0, [0.0, 5.0, -31.0]))
((1, -2, 3), (10, -15, -1))

**Forward.** The inputs are whole numbers too: a pixel is 0 to 255 of 255. W·x = Σₖ xₖ·(column k). The columns are
taken in the order of their pixels, the largest first, and added up one after another; wherever the pixels fall from v
to v′, the sum so far is multiplied by v - v′, and these products make W·x (summation by parts). An image has some 150
pixels that are not zero, of 65 different values: 150 additions and 65 multiplications, all in one line of iterators.

**Update.** W += u⊗x adds xₖ·u to column k. u is packed once, multiplied by the 65 values, and each product is added
where it belongs.

**No lane overflows.** A weight is q·f·2⁻³⁸; f, the same for all, is 1 or what λ made of it, at least ½. `bound` is
never less than max|q|. An update, with u counted in steps of f·2⁻³⁸, changes no q by more than max|x|·(‖u‖ + 1), where
the 1 is for the rounding of u; `bound` grows by that. If it would exceed 2⁵⁰, it is first made max|q|; if it still
would, Diverged is raised and this update is not made. `bound` is a float: below 2⁵⁰ an addition loses at most 2⁻⁴,
while the 1 counts for a rounding of ½ and max|x| is at least 1, so that it never falls below max|q|. So |q| <= 2⁵⁰. The
elements of u are no larger, where `Lanes.pack` takes 2⁵¹: it adds them to 1.5·2⁵², and the sum is between 2⁵² and 2⁵³,
where floats are the whole numbers. A weighted input is a lane with |Σₖ xₖ·qₖ| <= max|q|·Σₖ|xₖ|. Before W·x is taken,
`bound` times Σₖ|xₖ| must not exceed 2⁶²; if it does, even with `bound` as small as it may be, the lanes are made 128
bits wide, for good, and 2⁶² becomes 2¹²⁶. Half of each lane is thus left for what a float rounds in these comparisons.

**What is lost.** What is packed of an update is c·u/scale, rounded to a whole number and then multiplied by the pixel
v: it is off by v/2 steps at most (127.5 for v = 255, 4.6·10⁻¹⁰), and one below half a step is lost. Weights are rounded
to multiples of 2⁻³⁸ when they are packed, and when f is folded into them. Up to 4,096 such multiples are floats, so
that nothing is lost on the way to floats and back. W·x is summed exactly; to become a float it is rounded when q does,
when f/scale does, and in their product. All of this is the same on every interpreter.

**What is not packed.** The layers after the first are small, and stay floats. A step forward is `matrix.matvec`; a
step back, and an update, make a row as a sum of scaled rows, five at a time, for all examples of a mini-batch
together (`add_rows`).

>>> net = Network([2, 3, 1], rng=Random(0))
>>> xor = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])]
>>> for _ in range(1000):
...     net.update_mini_batch(xor, eta=5.0)
>>> [round(net.feedforward(x)[0]) for x, y in xor]
[0, 1, 1, 0]
"""
from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, compress, repeat
from operator import itemgetter, mul
from random import Random as Random
from struct import Struct, pack, unpack
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence, Tuple, Union

from . import arguments, network2
from .history import Epoch, History, print_epoch
from .matrix import (Input, Matrix, Sparse, Vector, add_matrix, all_finite, matvec, scale, scale_matrix, sparse,
                     transpose, zeros)
from .network import Example, TrainingExample
from .network2 import Diverged

STEP = 2.0 ** -38           # weights are multiples of it
LARGEST = 2.0 ** 50         # |q| of a weight q·STEP, so |w| <= 4,096
LARGEST_SCALE = 65535       # inputs are multiples of 1/65,535, or of something coarser
LARGE = 1000                # examples; in a larger mini-batch u would be rounded away, see `add_gradient`

MAGIC = 1.5 * 2.0 ** 52
"""A float x with |x| < 2⁵¹ that is added to this becomes a whole number: there is room in a float for 53 bits, and the
last of them is now worth 1. In the bytes of the sum that number is added to the bytes of MAGIC."""
MAGIC_BITS: int = unpack("<q", pack("<d", MAGIC))[0]

Small = Union[bytes, Tuple[int, ...]]


class Lanes:
    """n whole numbers in one int, in lanes of 64 bits or, if they are wide, of 128."""

    def __init__(self, n: int, wide: bool = False) -> None:
        self.n, self.wide, self.width = n, wide, 128 if wide else 64
        self.doubles = Struct("<" + n * ("d8x" if wide else "d"))
        self.words = Struct("<" + n * ("Qq" if wide else "q"))
        self.largest_sum = 2.0 ** (self.width - 2)
        ones = self.join([1] * n)
        self.signs, self.magic = ones << self.width - 1, ones * MAGIC_BITS

    def join(self, q: Iterable[int]) -> int:
        """Σⱼ qⱼ·2^(width·j)."""
        return sum(qj << self.width * j for j, qj in enumerate(q))

    def pack(self, c: float, x: Iterable[float]) -> int:
        """Σⱼ qⱼ·2^(width·j), where qⱼ is c·xⱼ rounded to a whole number, |qⱼ| < 2⁵¹."""
        return int.from_bytes(self.doubles.pack(*[c * xj + MAGIC for xj in x]), "little") - self.magic

    def unpack(self, lanes: int) -> Tuple[int, ...]:
        """The qⱼ, where all |qⱼ| < 2^(width-1)."""
        # + makes every lane positive, so that none borrows; ^ takes that off again, now in two's complement.
        words = self.words.unpack(((lanes + self.signs) ^ self.signs).to_bytes(self.words.size, "little"))
        return tuple(low + (high << 64) for low, high in zip(words[::2], words[1::2])) if self.wide else words


class Pixels(Sparse):
    """A sparse input whose elements are multiples of 1/scale. Its support is in the order of falling elements."""

    scale: int
    values: Small       # the different elements that are not zero, times scale, falling
    which: Small        # for each index of the support, the place of its element among `values`
    steps: Small        # from each of `values` down to the next, and from the last to zero
    last: Small         # for each index of the support, whether its element is the last one of its value
    total: int          # Σₖ|xₖ|, times scale
    gather: Callable[[List[int]], Sequence[int]]
    """What a list has at the places of the support."""


def pixels(x: Input) -> Pixels:
    """x in whole numbers, by the smallest scale that makes it so; ValueError if it is above 65,535.

    >>> x = pixels([0.0, 0.25, 0.5, 0.25])
    >>> x.scale, x.support, list(x.values), list(x.which), list(x.steps), list(x.last), x.total
    (4, (2, 1, 3), [2, 1], [0, 1, 1], [1, 1], [1, 0, 1], 4)
    """
    if isinstance(x, Pixels):
        return x
    x, support = sparse(x)
    places: Dict[float, List[int]] = {}
    for k in support:
        places.setdefault(x[k], []).append(k)
    falling = sorted(places, reverse=True)
    fractions = [_fraction(value) for value in falling]
    common = math.lcm(*[denominator for _, denominator in fractions])
    if common > LARGEST_SCALE:
        raise ValueError(f"packed: inputs are multiples of 1/n, n up to {LARGEST_SCALE:,}; these have no common n "
                         f"below {common:,}")
    values = [numerator * (common // denominator) for numerator, denominator in fractions]
    order = tuple(k for value in falling for k in places[value])
    packed = Pixels(x, order)                                               # type: ignore[arg-type]
    packed.scale = common
    packed.values = _small(values)
    packed.which = _small([i for i, value in enumerate(falling) for _ in places[value]])
    packed.steps = _small([v - below for v, below in zip(values, values[1:] + [0])])
    packed.last = bytes(k == places[value][-1] for value in falling for k in places[value])
    packed.total = sum(abs(v) * len(places[value]) for v, value in zip(values, falling))
    if packed.total >= 1 << 100:
        raise ValueError("packed: inputs too large for lanes of 128 bits")
    packed.gather = itemgetter(*order) if len(order) > 1 else lambda columns: [columns[k] for k in order]
    return packed


@lru_cache(maxsize=LARGEST_SCALE + 1)
def _fraction(x: float) -> Tuple[int, int]:
    """x as numerator and denominator; x is the float nearest to their quotient."""
    nearest = Fraction(x).limit_denominator(LARGEST_SCALE) if math.isfinite(x) else Fraction(0)
    if float(nearest) != x:
        raise ValueError(f"packed: inputs are multiples of 1/n, n up to {LARGEST_SCALE:,}, and {x!r} is not")
    return nearest.numerator, nearest.denominator


def _small(numbers: List[int]) -> Small:
    """The numbers in a byte each, if they fit: there are millions of them."""
    return bytes(numbers) if all(0 <= number < 256 for number in numbers) else tuple(numbers)


class PackedMatrix:
    """A matrix W by its columns, each of them an int of lanes: `matrix.matvec`, `add_outer` and `scale_matrix` for it.

    >>> W = PackedMatrix([[1.0, 2.0, 0.0], [0.0, 3.0, 4.0]])
    >>> W.matvec(pixels([1.0, 1.0, 2.0]))
    [3.0, 11.0]
    >>> W.add_outer(0.5, [2.0, 4.0], pixels([1.0, 0.0, 1.0])); W.rows()
    [[2.0, 2.0, 1.0], [2.0, 3.0, 6.0]]
    """

    def __init__(self, W: Matrix) -> None:
        """W with each element rounded to a multiple of 2⁻³⁸; Diverged where one is above 4,096."""
        self.lanes = Lanes(len(W))
        self.pack(W)

    def pack(self, W: Matrix) -> None:
        """Become W."""
        largest = max(max(map(abs, row)) for row in W) / STEP
        if not largest <= LARGEST or not all_finite(W):
            raise Diverged(f"packed: weights from -{LARGEST * STEP:,g} to {LARGEST * STEP:,g}, not {largest * STEP:g}")
        self.bound = largest + 1.0
        self.factor = 1.0               # W is the lanes times factor·STEP
        self.columns = [self.lanes.pack(1.0 / STEP, column) for column in zip(*W)]

    def rows(self) -> Matrix:
        """W as lists of floats."""
        unit = self.factor * STEP
        return transpose([[unit * q for q in self.lanes.unpack(column)] for column in self.columns])

    def matvec(self, x: Pixels) -> Vector:
        """W·x."""
        if self.bound * x.total > self.lanes.largest_sum:
            self.make_room(x.total)
        sums = compress(accumulate(x.gather(self.columns)), x.last)
        unit = self.factor * STEP / x.scale
        return [unit * q for q in self.lanes.unpack(sum(map(mul, sums, x.steps)))]

    def add_outer(self, c: float, u: Vector, x: Pixels) -> None:
        """W += c·u⊗x."""
        if not x.support:
            return
        unit = c / (self.factor * STEP * x.scale)
        change = (math.hypot(*u) * abs(unit) + 1.0) * max(x.values[0], -x.values[-1])
        if not self.bound + change <= LARGEST:
            self.look()
            if not self.bound + change <= LARGEST:
                raise Diverged(f"packed: a weight was about to exceed {LARGEST * STEP:,g}; try a smaller eta")
        self.bound += change
        products = list(map(mul, x.values, repeat(self.lanes.pack(unit, u))))
        columns = self.columns
        for k, i in zip(x.support, x.which):
            columns[k] += products[i]

    def make_room(self, total: int) -> None:
        """See that W·x fits into its lanes, where Σₖ|xₖ| is this total: make `bound` smaller, and if that is not enough
        the lanes wider."""
        self.look()
        if self.bound * total > self.lanes.largest_sum and not self.lanes.wide:
            narrow, self.lanes = self.lanes, Lanes(self.lanes.n, wide=True)
            self.columns = [self.lanes.join(narrow.unpack(column)) for column in self.columns]
        if self.bound * total > self.lanes.largest_sum:
            raise Diverged("packed: inputs too large for lanes of 128 bits")

    def look(self) -> None:
        """Make `bound` as small as it may be."""
        self.bound = float(max(max(map(abs, self.lanes.unpack(column))) for column in self.columns))

    def scale(self, c: float) -> None:
        """W ← c·W. The factor is kept apart until it is less than a half, and then folded in."""
        self.factor *= c
        if not 0.5 <= self.factor <= 1.0:
            self.fold()

    def fold(self) -> None:
        """Multiply the factor in, so that W is a multiple of 2⁻³⁸ again."""
        if self.factor != 1.0:
            self.pack(self.rows())


class Network(network2.Network):
    """A `network2.Network` whose first weights, w², are packed.

    Its attributes are those of every Network. weights[0] is made anew whenever it is asked for: to change
    a weight, assign `weights`. Inputs are multiples of 1/n, n <= 65,535, and momentum is not to be had.
    """

    @property
    def weights(self) -> List[Matrix]:
        """Of each layer, as lists of floats."""
        return [self.first.rows(), *self.later]

    @weights.setter
    def weights(self, weights: List[Matrix]) -> None:
        self.first, self.later = PackedMatrix(weights[0]), weights[1:]

    def weigh(self, l: int, a: Input) -> Vector:
        """wˡ·a: the first weights are packed, and want whole numbers."""
        return self.first.matvec(pixels(a)) if l == 2 else matvec(self.later[l - 3], a)

    def carry_back(self, l: int, delta: Vector) -> Vector:
        """(wˡ)ᵀ·δ. Nothing is carried back to the input, so that l is 3 or more."""
        return add_rows([0.0] * self.sizes[l - 2], delta, self.later[l - 3])

    def SGD(self, training_data: Iterable[TrainingExample], epochs: int,  # type: ignore[override]
            mini_batch_size: int, eta: float, test_data: Optional[Sequence[Example]] = None, *,
            report: Callable[[Epoch], None] = print_epoch, **options: Any) -> History:
        """`network2.Network.SGD`, with its options. All inputs are first made whole numbers; a ValueError says which
        cannot be."""

        def whole(name: str, data: Optional[Iterable[Any]], labels: bool = True) -> Sequence[Any]:
            examples = arguments.examples(name, data, self.sizes, labels)
            try:        # as in network2, the images of `data.expanded` are made anew each time
                return [(pixels(x), y) for x, y in examples] if isinstance(examples, (list, tuple)) else examples
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None

        def fold_and_report(epoch: Epoch) -> None:
            """Between two epochs the weights are multiples of 2⁻³⁸, so that a file holds all that there is of them."""
            self.first.fold()
            report(epoch)

        options["evaluation_data"] = whole("evaluation_data", options.get("evaluation_data"))
        return super().SGD(whole("training_data", training_data, labels=False), epochs, mini_batch_size, eta,
                           whole("test_data", test_data), report=fold_and_report, **options)

    def update_mini_batch(self, mini_batch: Sequence[Tuple[Input, Vector]], eta: float, lmbda: float = 0.0,
                          n: Optional[int] = None, mu: float = 0.0) -> None:
        if mu:
            raise ValueError("packed: no momentum (mu), which changes every weight in every step")
        decay = network2.weight_decay(eta, lmbda, n)
        passes = [(pixels(x), *self.propagate(x, y)) for x, y in mini_batch]
        if decay:
            self.first.scale(1.0 - decay)
            for w in self.later:
                scale_matrix(w, 1.0 - decay)
        self.add_gradient(passes, -eta / len(mini_batch))

    def add_gradient(self, passes: Sequence[Tuple[Pixels, List[Vector], List[Vector]]], c: float) -> None:
        """Add c times the gradient of every example to biases and weights."""
        images, activations, deltas = zip(*passes)
        layers = list(zip(*deltas))
        for b, delta in zip(self.biases, layers):
            b[:] = add_rows(b, [c] * len(delta), delta)
        for w, a, delta in zip(self.later, zip(*activations), layers[1:]):
            w[:] = [add_rows(row, scale(c, dj), a) for row, dj in zip(w, map(list, zip(*delta)))]
        if len(images) < LARGE:
            for x, u in zip(images, layers[0]):
                self.first.add_outer(c, u, x)
            return
        # Each of many examples changes W by less than a step. Their sum is made in smaller steps, of 1/larger: as many
        # bits more as there are examples, if there is room for them below 4,096.
        reach = abs(c) * sum(math.hypot(*u) * max(map(abs, x.dense)) for x, u in zip(images, layers[0]))
        if not reach <= LARGEST * STEP:
            raise Diverged(f"packed: a weight was about to change by more than {LARGEST * STEP:,g}; try a smaller eta")
        larger = 2.0 ** min(len(images).bit_length(), 11 - math.frexp(reach)[1])
        nabla = PackedMatrix(zeros(self.sizes[1], self.sizes[0]))
        for x, u in zip(images, layers[0]):
            nabla.add_outer(c * larger, u, x)
        W = self.first.rows()
        add_matrix(W, 1.0 / larger, nabla.rows())
        self.first.pack(W)


def add_rows(y: Vector, c: List[float], rows: Sequence[Vector]) -> Vector:
    """y + c₀·(row 0) + c₁·(row 1) + ..., five rows at a time.

    >>> add_rows([1.0, 2.0], [10.0, 100.0], [[1.0, 2.0], [3.0, 4.0]])
    [311.0, 422.0]
    """
    missing = -len(rows) % 5
    c, rows = c + [0.0] * missing, [*rows, *[rows[0]] * missing]
    for i in range(0, len(rows), 5):
        c0, c1, c2, c3, c4 = c[i:i + 5]
        y = [yk + c0 * r0 + c1 * r1 + c2 * r2 + c3 * r3 + c4 * r4
             for yk, r0, r1, r2, r3, r4 in zip(y, *rows[i:i + 5])]
    return y
