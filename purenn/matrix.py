"""Vectors and matrices as plain lists, and the few operations a neural network needs.

A vector is a list of floats; a matrix is a list of rows, each a vector. This is the only file of purenn
with inner loops over numbers, so all speed lives here, and it knows nothing of neurons.

    dot(x, y)                x·y, the sum of x[k]·y[k]
    matvec(W, x)             W·x
    vecmat(v, W)             Wᵀ·v, without building Wᵀ
    matmul(A, B)             A·B
    outer(u, v)              u⊗v, the matrix of all products u[j]·v[k]
    add, subtract, hadamard  element by element: x + y, x - y, x ⊙ y
    scale(c, x)              c·x
    add_scaled(y, c, x)      y += c·x, in place
    add_outer(W, c, u, v)    W += c·u⊗v, in place
    scale_matrix(W, c)       W ← c·W, in place
    add_matrix(W, c, X)      W += c·X, in place
    sparse(x)                x with the places of its non-zeros, for matvec and add_outer
    shape, zeros, transpose  the size of a matrix; a new one; Wᵀ
    unit_vector, argmax      eⱼ, and the index of the largest element
    all_finite(W)            whether no element is infinite or nan

>>> W = [[1.0, 2.0, 0.0],
...      [0.0, 3.0, 4.0]]
>>> matvec(W, [1.0, 1.0, 2.0])      # 1·1 + 2·1 + 0·2 and 0·1 + 3·1 + 4·2
[3.0, 11.0]
>>> vecmat([1.0, 10.0], W)          # 1·(first row) + 10·(second row)
[1.0, 32.0, 40.0]
>>> add_outer(W, 0.5, [2.0, 4.0], [1.0, 0.0, 1.0]); W
[[2.0, 2.0, 1.0], [2.0, 3.0, 6.0]]

Every operation checks the shapes of its arguments once per call (of a matrix: the number of rows and the
length of the first one) and raises ValueError with a sentence that names them.
"""
from __future__ import annotations

import math
import sys
from functools import lru_cache
from operator import add as _add, itemgetter, mul as _mul, sub as _subtract
from typing import Callable, List, NamedTuple, Sequence, Tuple, Union

Vector = List[float]
Matrix = List[Vector]


class Sparse(NamedTuple):
    """A vector together with its support, the indices of its non-zeros, found once and used many times."""

    dense: Vector
    support: List[int]


Input = Union[Vector, Sparse]
"""What `matvec` and `add_outer` multiply by: a vector, or one whose non-zeros are known already."""


@lru_cache(maxsize=None)
def _numbers(n: int) -> List[int]:
    """0 … n-1, the same int objects at every call: the supports of 50,000 images then share them."""
    return [k for k in range(n)]


def sparse(x: Input) -> Sparse:
    """The vector x with its support. x is kept, not copied, and must not change afterwards.

    >>> sparse([0.0, 5.0, 0.0, 6.0]).support
    [1, 3]
    """
    if isinstance(x, Sparse):
        return x
    numbers = _numbers(len(x))
    return Sparse(x, [k for k, xk in zip(numbers, x) if xk] if 0.0 in x else numbers)


def shape(W: Matrix) -> Tuple[int, int]:
    """(rows, columns) of a matrix, taken from its first row.

    >>> shape([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    (2, 3)
    """
    return len(W), len(W[0]) if W else 0


def zeros(rows: int, columns: int) -> Matrix:
    """A rows x columns matrix of zeros, each row a list of its own.

    >>> zeros(2, 3)
    [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    return [[0.0] * columns for _ in range(rows)]


def transpose(W: Matrix) -> Matrix:
    """Wᵀ: rows become columns.

    >>> transpose([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]
    """
    return [list(column) for column in zip(*W)]


def _same_length(name: str, x: Vector, y: Vector) -> None:
    if len(x) != len(y):
        raise ValueError(f"{name}: vectors of the same length, not {len(x)} and {len(y)}")


def add(x: Vector, y: Vector) -> Vector:
    """x + y.

    >>> add([1.0, 2.0], [10.0, 20.0])
    [11.0, 22.0]
    """
    _same_length("add", x, y)
    return list(map(_add, x, y))


def subtract(x: Vector, y: Vector) -> Vector:
    """x - y.

    >>> subtract([1.0, 2.0], [10.0, 20.0])
    [-9.0, -18.0]
    """
    _same_length("subtract", x, y)
    return list(map(_subtract, x, y))


def hadamard(x: Vector, y: Vector) -> Vector:
    """x ⊙ y, the elementwise product (book, chapter 2, "The Hadamard product").

    >>> hadamard([1.0, 2.0], [3.0, 4.0])
    [3.0, 8.0]
    """
    _same_length("hadamard", x, y)
    return list(map(_mul, x, y))


def scale(c: float, x: Vector) -> Vector:
    """c·x.

    >>> scale(2.0, [1.0, 3.0])
    [2.0, 6.0]
    """
    return [c * xk for xk in x]


def unit_vector(j: int, n: int) -> Vector:
    """eⱼ, n numbers that are all 0.0 but for the 1.0 at index j ("one-hot").

    >>> unit_vector(2, 4)
    [0.0, 0.0, 1.0, 0.0]
    """
    if not 0 <= j < n:
        raise ValueError(f"unit_vector: an index from 0 to {n - 1}, not {j}")
    return [float(k == j) for k in range(n)]


def argmax(x: Vector) -> int:
    """The index of the largest element, the first of equals; ValueError if there is none.

    >>> argmax([0.1, 0.7, 0.2])
    1
    """
    return max(range(len(x)), key=x.__getitem__)


def outer(u: Vector, v: Vector) -> Matrix:
    """u⊗v = u·vᵀ: a matrix of len(u) rows and len(v) columns with u[j]·v[k] at row j, column k.

    >>> outer([1.0, 10.0], [1.0, 2.0, 3.0])
    [[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]
    """
    return [scale(uj, v) for uj in u]


def dot(x: Vector, y: Vector) -> float:
    """x·y = x[0]·y[0] + x[1]·y[1] + ...

    >>> dot([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])       # 4 + 10 + 18
    32.0
    """
    _same_length("dot", x, y)
    return _dot(x, y)


def matmul(A: Matrix, B: Matrix) -> Matrix:
    """A·B, where A has as many columns as B has rows.

    >>> matmul([[1.0, 2.0]], [[3.0, 4.0], [5.0, 6.0]])      # 1·3 + 2·5 and 1·4 + 2·6
    [[13.0, 16.0]]
    """
    (rows, inner), (inner_b, columns) = shape(A), shape(B)
    if inner != inner_b:
        raise ValueError(f"matmul: a {rows} x {inner} matrix multiplies one of {inner} rows, not {inner_b} x {columns}")
    columns_of_b = transpose(B)
    return [[_dot(row, column) for column in columns_of_b] for row in A]


def matvec(W: Matrix, x: Input) -> Vector:
    """W·x: the dot product of each row with x. Zeros of x are skipped: adding zero changes no sum.

    (Zero times an infinite weight would be nan; a skipped zero stays zero.)

    >>> matvec([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [10.0, 0.0])
    [10.0, 30.0, 50.0]
    """
    dense, support = sparse(x)
    rows, columns = shape(W)
    if len(dense) != columns:
        raise ValueError(f"matvec: a {rows} x {columns} matrix takes a vector of length {columns}, not {len(dense)}")
    return _matvec(W, dense, support)


def vecmat(v: Vector, W: Matrix) -> Vector:
    """vᵀ·W, which is Wᵀ·v: the sum of the rows of W, row j weighted by v[j]. Wᵀ is not built.

    >>> vecmat([1.0, 0.0, 2.0], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])    # 1·1 + 2·5 and 1·2 + 2·6
    [11.0, 14.0]
    """
    rows, columns = shape(W)
    if len(v) != rows:
        raise ValueError(f"vecmat: a vector of length {rows} multiplies a {rows} x {columns} matrix, not one of {len(v)}")
    return _vecmat(v, W)


def add_scaled(y: Vector, c: float, x: Vector) -> None:
    """y += c·x, in place.

    >>> y = [1.0, 2.0]
    >>> add_scaled(y, 10.0, [1.0, -1.0]); y
    [11.0, -8.0]
    """
    _same_length("add_scaled", y, x)
    for k, xk in enumerate(x):
        y[k] += c * xk


def add_outer(W: Matrix, c: float, u: Vector, v: Input) -> None:
    """W += c·u⊗v, in place (a "rank-one update"). Zeros of u and of v are skipped: they change nothing.

    >>> W = [[1.0, 1.0], [1.0, 1.0]]
    >>> add_outer(W, 2.0, [1.0, 3.0], [0.0, 5.0]); W       # 1 + 2·1·5 and 1 + 2·3·5, in the second column
    [[1.0, 11.0], [1.0, 31.0]]
    """
    dense, support = sparse(v)
    rows, columns = shape(W)
    if (len(u), len(dense)) != (rows, columns):
        raise ValueError(f"add_outer: a {rows} x {columns} matrix takes vectors of length {rows} and {columns}, "
                         f"not {len(u)} and {len(dense)}")
    active = [(row, c * uj) for row, uj in zip(W, u) if uj]
    active += [([0.0] * columns, 0.0)] * (-len(active) % 5)
    for j in range(0, len(active), 5):
        (row0, c0), (row1, c1), (row2, c2), (row3, c3), (row4, c4) = active[j:j + 5]
        for k in support:
            xk = dense[k]
            row0[k] = row0[k] + c0 * xk
            row1[k] = row1[k] + c1 * xk
            row2[k] = row2[k] + c2 * xk
            row3[k] = row3[k] + c3 * xk
            row4[k] = row4[k] + c4 * xk


def scale_matrix(W: Matrix, c: float) -> None:
    """W ← c·W, in place.

    >>> W = [[1.0, 2.0], [3.0, 4.0]]
    >>> scale_matrix(W, 0.5); W
    [[0.5, 1.0], [1.5, 2.0]]
    """
    for row in W:
        row[:] = [c * w for w in row]


def add_matrix(W: Matrix, c: float, X: Matrix) -> None:
    """W += c·X, in place.

    >>> W = [[1.0, 2.0], [3.0, 4.0]]
    >>> add_matrix(W, 10.0, [[1.0, 1.0], [0.0, 0.0]]); W
    [[11.0, 12.0], [3.0, 4.0]]
    """
    if shape(W) != shape(X):
        raise ValueError("add_matrix: matrices of the same shape, not {} x {} and {} x {}".format(*shape(W), *shape(X)))
    for row, other in zip(W, X):
        row[:] = [w + c * x for w, x in zip(row, other)]


def all_finite(W: Matrix) -> bool:
    """Whether no element is infinite or nan.

    >>> all_finite([[1.0, 2.0]]), all_finite([[1.0], [math.inf]])
    (True, False)
    """
    return all(all(map(math.isfinite, row)) for row in W)


# The kernels: how an interpreter is made to do a sum of products quickly. CPython is fastest where one call
# into C does many steps, PyPy where a plain loop over indices can be compiled. Both kinds are written down,
# and the choice is made once, at the foot of this file. Loops take five rows at a time, to look up x[k] once
# for all of them. Sums may differ in the last bit from one interpreter to another (math.sumprod and, since
# 3.12, sum carry what rounding loses along); on one interpreter the same call gives the same bits.

def _dot_in_c(x: Sequence[float], y: Sequence[float]) -> float:
    total: float = sum(map(_mul, x, y))
    return total


def _dot_by_index(x: Sequence[float], y: Sequence[float]) -> float:
    total = 0.0
    for k in range(len(x)):
        total += x[k] * y[k]
    return total


def _matvec_gathered(W: Matrix, x: Vector, support: List[int]) -> Vector:
    if len(support) == len(x):
        return [_dot(row, x) for row in W]
    if len(support) < 2:            # itemgetter of one index returns no tuple
        return _matvec_by_index(W, x, support)
    gather = itemgetter(*support)
    values = gather(x)
    return [_dot(gather(row), values) for row in W]


def _matvec_by_index(W: Matrix, x: Vector, support: List[int]) -> Vector:
    y: Vector = []
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


def _vecmat_in_c(v: Vector, W: Matrix) -> Vector:
    return [_dot(v, column) for column in zip(*W)]


def _vecmat_by_index(v: Vector, W: Matrix) -> Vector:
    y = [0.0] * len(W[0])
    for vj, row in zip(v, W):
        for k in range(len(y)):
            y[k] += vj * row[k]
    return y


_dot: Callable[[Sequence[float], Sequence[float]], float] = _dot_in_c
_matvec, _vecmat = _matvec_by_index, _vecmat_in_c
if sys.implementation.name != "cpython":
    _dot, _vecmat = _dot_by_index, _vecmat_by_index
elif sys.version_info >= (3, 12):
    _dot, _matvec = math.sumprod, _matvec_gathered
