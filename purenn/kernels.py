"""How plain Python is made fast: the inner loops of `matrix`, for the third evening.

A product of a weight matrix and an image is 784 multiplications for each neuron; thirty epochs of MNIST take 1.5
million such products, and as many updates. Every number in a list is an object, so that a loop written down as one
thinks of it spends its time on looking things up. Four ideas help.

**What is bytes stays bytes.** MNIST comes as a byte for each pixel. `Pixels` behaves as a list of floats and keeps
these bytes: all of MNIST then takes 140 MB and half a second to load, where lists took 540 MB and four. Where an image
is not zero C finds in microseconds, whenever it is asked.

**Do not do it at all.** Four fifths of an MNIST image are zero, and half of a ReLU layer. `sparse(x)` notes where x
is not zero, once; `matvec` and `add_outer` then go to those places only. Adding zero changes no sum.

**Say it in the interpreter's words.** CPython runs a loop step by step, but `sum(map(mul, x, y))` is one call into C
that makes all of the steps; since 3.12 `math.sumprod` makes them without an object for each product, and then it pays
to gather the places of x and of each row with one `itemgetter` (147 µs for 30 x 784 became 98). PyPy compiles a
plain loop over indices to machine code, and is slowed down by all of that. Both kinds are written down below, and
the last lines choose, once.

**Look up less.** `add_outer`, and `matvec` before CPython 3.12 and on PyPy, take five rows at a time, so that x[k] is
looked up once for all five (213 µs became 159 on CPython 3.12). Ten rows would give 5% more, for five more lines.

What was tried and lost is in bench/README.md. The next ideas are another order of the weights, `columns`, and another
kind of number, `packed`.

Sums may differ in the last bit from one interpreter to another: `math.sumprod`, and since 3.12 `sum`, carry along
what rounding loses. On one interpreter the same call always gives the same bits.

The arguments have the right shapes: `matrix` has looked at them.

>>> matvec([[1.0, 2.0], [3.0, 4.0]], [10.0, 0.0], support=[0])
[10.0, 30.0]
"""
from __future__ import annotations

import math
import sys
from functools import lru_cache, total_ordering
from itertools import compress
from operator import itemgetter, mul
from typing import Callable, Iterator, List, NamedTuple, Sequence, Tuple, Type, Union, overload

Floats = List[float]


@total_ordering
class Pixels(Sequence[float]):
    """A vector of multiples of 1/scale, kept as the bytes it came as: element k is shades[k]/scale.

    It behaves as a list of floats does that nobody changes, and takes an eighth of the memory.

    >>> x = Pixels(bytes([0, 51, 255, 0]), scale=255)
    >>> len(x), x[1], list(x), x == [0.0, 0.2, 1.0, 0.0]
    (4, 0.2, [0.0, 0.2, 1.0, 0.0], True)
    """

    __slots__ = "shades", "scale"

    def __init__(self, shades: bytes, scale: int = 255) -> None:
        self.shades, self.scale = shades, scale

    @property
    def worth(self) -> Floats:
        """What each byte is worth: 256 floats, which all images of this scale share."""
        return _worth(self.scale)

    def __len__(self) -> int:
        return len(self.shades)

    @overload
    def __getitem__(self, index: int) -> float: ...

    @overload
    def __getitem__(self, index: slice) -> Floats: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[float, Floats]:
        """An element, or a list of some of them."""
        if isinstance(index, slice):
            return list(map(self.worth.__getitem__, self.shades[index]))
        return self.shades[index] / self.scale

    def __iter__(self) -> Iterator[float]:
        return map(self.worth.__getitem__, self.shades)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Pixels) and other.scale == self.scale:
            return self.shades == other.shades
        return list(self) == list(other) if isinstance(other, (list, Pixels)) else NotImplemented

    def __lt__(self, other: Sequence[float]) -> bool:
        return list(self) < list(other)

    def __repr__(self) -> str:
        return repr(list(self))

    def __reduce__(self) -> Tuple[Type[Pixels], Tuple[bytes, int]]:
        return Pixels, (self.shades, self.scale)


@lru_cache(maxsize=None)
def _worth(scale: int) -> Floats:
    return [byte / scale for byte in range(256)]


class Sparse(NamedTuple):
    """A vector together with its support, the indices of its non-zeros, found once and used many times."""

    dense: Floats
    support: List[int]


@lru_cache(maxsize=None)
def indices(n: int) -> List[int]:
    """0 to n-1, the same int objects at every call: the supports of 50,000 images share them."""
    return list(range(n))


def sparse(x: Union[Floats, Pixels, Sparse]) -> Sparse:
    """The vector x with its support. x is kept, not copied, and must not change afterwards.

    >>> sparse([0.0, 5.0, 0.0, 6.0]).support
    [1, 3]
    """
    if isinstance(x, Sparse):
        return x
    if isinstance(x, Pixels):
        shades, worth = x.shades, x.worth
        support, dense = places(shades), [0.0] * len(shades)
        for k in support:
            dense[k] = worth[shades[k]]
        return Sparse(dense, support)
    return Sparse(x, places(x) if 0.0 in x else indices(len(x)))


def places_in_c(x: Sequence[float]) -> List[int]:
    """Where x is not zero."""
    return list(compress(indices(len(x)), x))


def places_by_index(x: Sequence[float]) -> List[int]:
    """Where x is not zero, in a loop to be compiled."""
    return [k for k in indices(len(x)) if x[k]]


def add_outer(W: List[Floats], c: float, u: Floats, v: Floats, support: List[int]) -> None:
    """W += c·u⊗v where v is not zero. Five rows at a time; rows whose u is zero are left out."""
    active = [(row, c * uj) for row, uj in zip(W, u) if uj]
    active += [([0.0] * len(v), 0.0)] * (-len(active) % 5)
    for j in range(0, len(active), 5):
        (row0, c0), (row1, c1), (row2, c2), (row3, c3), (row4, c4) = active[j:j + 5]
        for k in support:
            vk = v[k]
            row0[k] = row0[k] + c0 * vk
            row1[k] = row1[k] + c1 * vk
            row2[k] = row2[k] + c2 * vk
            row3[k] = row3[k] + c3 * vk
            row4[k] = row4[k] + c4 * vk


def dot_in_c(x: Sequence[float], y: Sequence[float]) -> float:
    """x·y, in calls that do many steps each."""
    total: float = sum(map(mul, x, y))
    return total


def dot_by_index(x: Sequence[float], y: Sequence[float]) -> float:
    """x·y, in a loop to be compiled."""
    total = 0.0
    for k in range(len(x)):
        total += x[k] * y[k]
    return total


def matvec_gathered(W: List[Floats], x: Floats, support: List[int]) -> Floats:
    """W·x: what belongs to the support is gathered from x and from each row."""
    if len(support) == len(x):
        return [dot(row, x) for row in W]
    if len(support) < 2:            # itemgetter of one index returns no tuple
        return matvec_by_index(W, x, support)
    gather = itemgetter(*support)
    values = gather(x)
    return [dot(gather(row), values) for row in W]


def matvec_by_index(W: List[Floats], x: Floats, support: List[int]) -> Floats:
    """W·x: five rows at a time, at the places of the support."""
    y: Floats = []
    rows = W + W[-1:] * (-len(W) % 5)
    for j in range(0, len(rows), 5):
        row0, row1, row2, row3, row4 = rows[j:j + 5]
        y0 = y1 = y2 = y3 = y4 = 0.0
        for k in support:
            xk = x[k]
            y0 += row0[k] * xk
            y1 += row1[k] * xk
            y2 += row2[k] * xk
            y3 += row3[k] * xk
            y4 += row4[k] * xk
        y += y0, y1, y2, y3, y4
    return y[:len(W)]


def vecmat_in_c(v: Floats, W: List[Floats]) -> Floats:
    """Wᵀ·v, a dot product for each column."""
    return [dot(v, column) for column in zip(*W)]


def vecmat_by_index(v: Floats, W: List[Floats]) -> Floats:
    """Wᵀ·v, row after row."""
    y = [0.0] * len(W[0])
    for vj, row in zip(v, W):
        for k in range(len(y)):
            y[k] += vj * row[k]
    return y


# The choice: which of these is fastest on this interpreter.
dot: Callable[[Sequence[float], Sequence[float]], float] = dot_in_c
places, matvec, vecmat = places_in_c, matvec_by_index, vecmat_in_c
if sys.implementation.name != "cpython":
    dot, places, vecmat = dot_by_index, places_by_index, vecmat_by_index
elif sys.version_info >= (3, 12):
    dot, matvec = math.sumprod, matvec_gathered
