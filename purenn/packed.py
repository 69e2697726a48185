"""How plain Python is made fast, last chapter: a hundred weights in one integer.

In a list every product makes a float object; `kernels` ends there. But CPython adds two integers of thousands of bits
in C, 30 bits at a time, and multiplies one by a small number in the same way. So the weights that lead from one input
to all neurons of the next layer, a column of `columns`, are put side by side into one int, a *lane* of 64 bits for
each, and one + moves them all. (Lamport 1975, "Multiple byte processing with full-word instructions"; "SIMD within a
register"; Kronecker substitution.)

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

**The inputs** are whole numbers too: a pixel is 0 to 255 of 255. So W·x = Σₖ xₖ·(column k) is a multiplication and an
addition of ints for each pixel that is not zero, some 150 in an image, all in one line of iterators. W += u⊗x adds
xₖ·u to column k: u is packed once and multiplied by each value that the image has, some 65, and a product is added
wherever its value is found.

**What is lost.** A weight is a multiple of 2⁻³⁸, and rounded to one when it is packed. Up to 4,096 such multiples are
floats, so that nothing is lost on the way to floats and back. W·x is summed exactly; to become a float it is rounded
when q does, when the unit of its lanes does, and in their product. Of an update W += c·u⊗x what is packed is c·u/scale
in steps of 2⁻³⁸, rounded to a whole number and then multiplied by the pixel v. So it is off by v/2 steps at most
(4.6·10⁻¹⁰ for v = 255; 1.2·10⁻⁷ for v = 65,535), and what is below half a step of u is lost. That matters if c is
small, as it is with a small η, many examples in a mini-batch, or inputs of many steps: `add_small_steps` then sums the
mini-batch in smaller steps first. All of this is the same on every interpreter.

**What is not packed.** The layers after the first are small, and stay floats. A step forward is `matrix.matvec`; a
step back, and an update, make a row as a sum of scaled rows, ten at a time, for all examples of a mini-batch together
(`add_rows`).

>>> net = Network([2, 3, 1], rng=Random(0))
>>> xor = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])]
>>> for _ in range(1000):
...     net.update_mini_batch(xor, eta=5.0)
>>> [round(net.feedforward(x)[0]) for x, y in xor]
[0, 1, 1, 0]
"""
from __future__ import annotations

import math
from copy import copy
from fractions import Fraction
from functools import lru_cache
from itertools import compress, repeat
from operator import itemgetter, mul
from random import Random as Random
from struct import Struct, pack, unpack
from typing import Any, Callable, ClassVar, Iterable, List, Sequence, Tuple, Type, Union

from . import columns, kernels
from .matrix import Matrix, Pixels, Vector, all_finite, scale, sparse, transpose, zeros
from .network2 import Diverged

STEP = 2.0 ** -38           # weights are multiples of it
LARGEST = 2.0 ** 50         # |q| of a weight q·STEP, so |w| <= 4,096
LARGEST_SCALE = 65535       # inputs are multiples of 1/65,535, or of something coarser
FINEST = 2.0 ** -14         # if an error δ of this size moves no weight, steps are too small: see `add_small_steps`

MAGIC = 1.5 * 2.0 ** 52
"""A float x with |x| < 2⁵¹ that is added to this becomes a whole number: there is room in a float for 53 bits, and the
last of them is now worth 1. In the bytes of the sum that number is added to the bytes of MAGIC."""
MAGIC_BITS: int = unpack("<q", pack("<d", MAGIC))[0]

Small = Union[bytes, Tuple[int, ...]]
"""Whole numbers, in a byte each if they fit: there are millions of them."""


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
        """The qⱼ, where all |qⱼ| < 2^(width - 1)."""
        # + makes every lane positive, so that none borrows; ^ takes that off again, now in two's complement.
        words = self.words.unpack(((lanes + self.signs) ^ self.signs).to_bytes(self.words.size, "little"))
        return tuple(low + (high << 64) for low, high in zip(words[::2], words[1::2])) if self.wide else words

    def __reduce__(self) -> Tuple[Type[Lanes], Tuple[int, bool]]:
        return Lanes, (self.n, self.wide)


class Whole:
    """A vector of multiples of 1/scale as whole numbers, without its zeros.

    >>> x = whole([0.0, 0.25, 0.5, 0.25])
    >>> x.scale, list(x.values), x.gather("abcd"), x.total, x.largest
    (4, [1, 2, 1], ('b', 'c', 'd'), 4, 2)
    """

    __slots__ = "n", "scale", "values", "different", "gather", "total", "largest"

    def __init__(self, numbers: Small, scale: int) -> None:
        """`numbers` are the elements times scale, n of them. What is kept is small: there are 50,000 images."""
        self.n, self.scale = len(numbers), scale
        self.values: Small = without_zeros(numbers)
        self.different = type(self.values)(set(self.values))
        self.total, self.largest = sum(map(abs, self.values)), max(map(abs, self.different), default=0)     # of |xₖ|
        support = kernels.places(numbers)
        # itemgetter of a single index, or of none, gives no tuple
        self.gather: Callable[[Any], Sequence[Any]] = (
            itemgetter(*support) if len(support) > 1 else lambda columns: [columns[k] for k in support])


def without_zeros(numbers: Small) -> Small:
    """The numbers that are not zero."""
    return numbers.translate(None, b"\0") if isinstance(numbers, bytes) else tuple(filter(None, numbers))


def whole(x: Any) -> Whole:
    """x in whole numbers, by the smallest scale that makes it so; ValueError if it is above 65,535."""
    if isinstance(x, Whole):
        return x
    if isinstance(x, Pixels):
        common = math.gcd(x.scale, *without_zeros(x.shades))
        return Whole(x.shades if common == 1 else bytes(shade // common for shade in x.shades), x.scale // common)
    x, _ = sparse(x)
    fractions = {xk: _fraction(xk) for xk in set(x)}
    common = math.lcm(*[denominator for _, denominator in fractions.values()])
    if common > LARGEST_SCALE:
        raise ValueError(f"packed: inputs are multiples of 1/n, n up to {LARGEST_SCALE:,}; these have no common n "
                         f"below {common:,}")
    numbers = {xk: numerator * (common // denominator) for xk, (numerator, denominator) in fractions.items()}
    compact = bytes if all(0 <= number < 256 for number in numbers.values()) else tuple
    packed = Whole(compact(map(numbers.__getitem__, x)), common)
    if packed.total >= 1 << 100:
        raise ValueError("packed: inputs too large for lanes of 128 bits")
    return packed


@lru_cache(maxsize=LARGEST_SCALE + 1)
def _fraction(x: float) -> Tuple[int, int]:
    """x as numerator and denominator; x is the float nearest to their quotient."""
    nearest = Fraction(x).limit_denominator(LARGEST_SCALE) if math.isfinite(x) else Fraction(0)
    if float(nearest) != x:
        raise ValueError(f"packed: inputs are multiples of 1/n, n up to {LARGEST_SCALE:,}, and {x!r} is not")
    return nearest.numerator, nearest.denominator


class PackedMatrix(columns.ColumnMatrix):
    """A matrix W by its columns, each of them an int of lanes.

    A weight is q·f·2⁻³⁸, where q is in its lane; `factor`, f, the same for all, is 1 or what λ made of it, at least ½.

    **No lane overflows.** `bound` is never less than max|q|, and |q| <= 2⁵⁰.

    - An update, with u counted in steps of f·2⁻³⁸, changes no q by more than max|x|·(‖u‖ + 1), where the 1 is for the
      rounding of u. `grow` adds that to `bound`. If `bound` would exceed 2⁵⁰, it is first made max|q|; if it still
      would, Diverged is raised and the update is not made.
    - `bound` is a float. Below 2⁵⁰ an addition loses at most 2⁻⁴, while the 1 counts for a rounding of ½, and max|x| is
      at least 1: it never falls below max|q|.
    - The elements of u are no larger than 2⁵⁰ either, where `Lanes.pack` takes 2⁵¹: it adds them to 1.5·2⁵², and the
      sum is between 2⁵² and 2⁵³, where floats are the whole numbers.
    - W·x is a lane with |Σₖ xₖ·qₖ| <= max|q|·Σₖ|xₖ|. Before it is taken, `bound` times Σₖ|xₖ| must not exceed 2⁶²; if
      it does, even with `bound` as small as it may be, the lanes are made 128 bits wide, for good, and 2⁶² becomes
      2¹²⁶. Half of each lane is left for what a float rounds in these comparisons.

    >>> W = PackedMatrix([[1.0, 2.0, 0.0], [0.0, 3.0, 4.0]])
    >>> W.matvec(whole([1.0, 1.0, 2.0]))
    [3.0, 11.0]
    >>> W.add_outer(0.5, [2.0, 4.0], whole([1.0, 0.0, 1.0])); W.rows()
    [[2.0, 2.0, 1.0], [2.0, 3.0, 6.0]]
    """

    columns: List[int]

    def __init__(self, W: Matrix) -> None:
        """W with each element rounded to a multiple of 2⁻³⁸; Diverged where one is above 4,096."""
        self.lanes = Lanes(len(W))
        self.pack(W)

    def pack(self, W: Matrix) -> None:
        """Become W."""
        largest = max(max(map(abs, row)) for row in W) / STEP
        if not largest <= LARGEST or not all_finite(W):
            raise Diverged(f"packed: weights from -{LARGEST * STEP:,g} to {LARGEST * STEP:,g}, not {largest * STEP:g}")
        self.bound, self.factor = largest + 1.0, 1.0
        self.columns = [self.lanes.pack(1.0 / STEP, column) for column in zip(*W)]

    def rows(self) -> Matrix:
        """W as lists of floats."""
        unit = self.factor * STEP
        return transpose([[unit * q for q in self.lanes.unpack(column)] for column in self.columns])

    def matvec(self, x: Whole) -> Vector:
        """W·x."""
        if self.bound * x.total > self.lanes.largest_sum:
            self.make_room(x.total)
        unit = self.factor * STEP / x.scale
        return [unit * q for q in self.lanes.unpack(sum(map(mul, x.gather(self.columns), x.values)))]

    def add_outer(self, c: float, u: Vector, x: Whole) -> None:
        """W += c·u⊗x."""
        if not x.values:
            return
        unit = c / (self.factor * STEP * x.scale)
        self.grow((math.hypot(*u) * abs(unit) + 1.0) * x.largest)
        products = dict(zip(x.different, map(mul, x.different, repeat(self.lanes.pack(unit, u)))))
        columns = self.columns
        for k, v in zip(x.gather(kernels.indices(x.n)), x.values):
            columns[k] += products[v]

    def add_small_steps(self, c: float, updates: Sequence[Tuple[Vector, Whole]]) -> None:
        """W += c·Σ u⊗x, where c·u may be less than half a step: the sum is made in steps that are finer, by as much as
        there is room for below 4,096, and then added at once."""
        reach = abs(c) * sum(math.hypot(*u) * x.largest / x.scale for u, x in updates)
        if not reach <= LARGEST * STEP:
            raise Diverged(f"packed: a weight was about to change by more than {LARGEST * STEP:,g}; try a smaller eta")
        finer = 2.0 ** min(64, 11 - math.frexp(reach)[1])
        total = copy(self)
        total.columns, total.bound, total.factor = [0] * len(self.columns), 0.0, 1.0
        for u, x in updates:
            total.add_outer(c * finer, u, x)
        unit, lanes = 1.0 / (finer * self.factor), self.lanes
        self.grow(total.bound * unit + 1.0)
        self.columns = [column + lanes.pack(unit, lanes.unpack(more)) if more else column
                        for column, more in zip(self.columns, total.columns)]

    def grow(self, change: float) -> None:
        """Let every q change by so much; Diverged if one might then exceed 2⁵⁰."""
        if not self.bound + change <= LARGEST:
            self.look()
            if not self.bound + change <= LARGEST:
                raise Diverged(f"packed: a weight was about to exceed {LARGEST * STEP:,g}; try a smaller eta")
        self.bound += change

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


class Network(columns.Network):
    """A `network2.Network` whose first weights, w², are packed.

    Its attributes are those of every Network. weights[0] is made anew whenever it is asked for: to change
    a weight, assign `weights`. Inputs are multiples of 1/n, n <= 65,535, and momentum is not to be had.
    """

    name: ClassVar[str] = "packed"
    kind: ClassVar[Type[columns.ColumnMatrix]] = PackedMatrix
    first: PackedMatrix

    def ready(self, x: Any) -> Whole:
        fitting: Whole = self.fitting(whole(x))
        return fitting

    def carry_back(self, l: int, delta: Vector) -> Vector:
        return add_rows([0.0] * self.sizes[l - 2], delta, self.later[l - 3])

    def run_epoch(self, *arguments: Any) -> None:
        """Between two epochs the weights are multiples of 2⁻³⁸, so that a file holds all that there is of them."""
        super().run_epoch(*arguments)
        self.first.fold()

    def add_gradients(self, passes: Sequence[Tuple[Whole, List[Vector], List[Vector]]], c: float) -> None:
        images, activations, deltas = zip(*passes)
        layers = list(zip(*deltas))
        for b, delta in zip(self.biases, layers):
            b[:] = add_rows(b, [c] * len(delta), delta)
        for w, a, delta in zip(self.later, zip(*activations), layers[1:]):
            w[:] = [add_rows(row, [c * d for d in dj], a) for row, dj in zip(w, zip(*delta))]
        if abs(c) * FINEST < STEP * max(x.scale for x in images):
            self.first.add_small_steps(c, list(zip(layers[0], images)))
        else:
            for u, x in zip(layers[0], images):
                self.first.add_outer(c, u, x)


def add_rows(y: Vector, c: Sequence[float], rows: Sequence[Vector]) -> Vector:
    """y + c₀·(row 0) + c₁·(row 1) + ..., ten rows at a time, and the last ones five at a time.

    >>> add_rows([1.0, 2.0], [10.0, 100.0], [[1.0, 2.0], [3.0, 4.0]])
    [311.0, 422.0]
    """
    missing = -len(rows) % 5
    c, rows = [*c, *[0.0] * missing], [*rows, *[rows[0]] * missing]
    for i in range(0, len(rows) - 5, 10):
        c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 = c[i:i + 10]
        y = [yk + c0 * r0 + c1 * r1 + c2 * r2 + c3 * r3 + c4 * r4 + c5 * r5 + c6 * r6 + c7 * r7 + c8 * r8 + c9 * r9
             for yk, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9 in zip(y, *rows[i:i + 10])]
    if len(rows) % 10:
        c0, c1, c2, c3, c4 = c[-5:]
        y = [yk + c0 * r0 + c1 * r1 + c2 * r2 + c3 * r3 + c4 * r4
             for yk, r0, r1, r2, r3, r4 in zip(y, *rows[-5:])]
    return y
