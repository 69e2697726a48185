"""Vectors and matrices as plain lists, and the few operations a neural network needs.

A vector is a list of floats. A matrix is a list of rows, each of them a vector. With these a whole layer of neurons is
one line, a′ = σ(w·a + b), as in http://neuralnetworksanddeeplearning.com/chap2.html#eqtn25 of the book.

>>> x, y = [1.0, 2.0, 3.0], [4.0, 5.0, 6.0]
>>> add(x, y), subtract(x, y), scale(10.0, x)
([5.0, 7.0, 9.0], [-3.0, -3.0, -3.0], [10.0, 20.0, 30.0])
>>> dot(x, y), argmax(y)                                # 4 + 10 + 18; the largest, 6, is at index 2
(32.0, 2)
>>> add_scaled(y, 0.5, x); y                            # 4 + 0.5·1 and so on; in place of the old y
[4.5, 6.0, 7.5]
>>> W = [[1.0, 2.0, 0.0],
...      [0.0, 3.0, 4.0]]
>>> matvec(W, [1.0, 1.0, 2.0])                          # W·x: 1·1 + 2·1 + 0·2 and 0·1 + 3·1 + 4·2
[3.0, 11.0]
>>> vecmat([1.0, 10.0], W)                              # Wᵀ·v: 1·(first row) + 10·(second row)
[1.0, 32.0, 40.0]
>>> outer([1.0, 10.0], x)                               # u⊗v: each number of u times each number of v
[[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]
>>> add_outer(W, 0.5, [2.0, 4.0], [1.0, 0.0, 1.0]); W   # 0.5·2 and 0.5·4, added in the first and the last column
[[2.0, 2.0, 1.0], [2.0, 3.0, 6.0]]

Shapes that do not fit are a ValueError. The longest loops are in `kernels`: leave them for evening 3.
"""
from __future__ import annotations

import math
import operator
from typing import Union

from . import kernels
from .kernels import Pixels as Pixels, Sparse as Sparse, sparse as sparse

Vector = list[float]
Matrix = list[Vector]
Input = Union[Vector, Pixels, Sparse]       # a vector, plain or as evening 3 prepares it


def dot(x: Vector, y: Vector) -> float:
    """x·y = x[0]·y[0] + x[1]·y[1] + ..., that is sum(xk * yk for xk, yk in zip(x, y))."""
    _same_length("dot", x, y)
    return kernels.dot(x, y)


def add(x: Vector, y: Vector) -> Vector:
    """x + y."""
    _same_length("add", x, y)
    return list(map(operator.add, x, y))


def subtract(x: Vector, y: Vector) -> Vector:
    """x - y."""
    _same_length("subtract", x, y)
    return list(map(operator.sub, x, y))


def scale(c: float, x: Vector) -> Vector:
    """c·x."""
    return [c * xk for xk in x]


def add_scaled(y: Vector, c: float, x: Vector) -> None:
    """y += c·x: y itself is changed, and nothing is returned."""
    _same_length("add_scaled", y, x)
    for k, xk in enumerate(x):
        y[k] += c * xk


def argmax(x: Vector) -> int:
    """The index of the largest element, the first of equals; ValueError if there is none."""
    return x.index(max(x))


def _same_length(name: str, x: Vector, y: Vector) -> None:
    try:
        if len(x) != len(y):
            raise ValueError(f"{name}: vectors of the same length, not {len(x)} and {len(y)}")
    except TypeError:
        raise ValueError(f"{name}: two lists of numbers, not {x!r:.40} and {y!r:.40}") from None


def shape(W: Matrix) -> tuple[int, int]:
    """(rows, columns) of a matrix, taken from its first row."""
    return len(W), len(W[0]) if W else 0


def matvec(W: Matrix, x: Input) -> Vector:
    """W·x: the dot product of each row with x.

    >>> W, x = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [10.0, 0.0, 1.0]
    >>> matvec(W, x) == [dot(row, x) for row in W]
    True

    `kernels` computes the same, but leaves out what is multiplied by a zero of x: it adds 0, if W is finite.
    """
    rows, columns = shape(W)
    try:
        dense, support = sparse(x)          # x itself, and the indices at which it is not zero
        if len(dense) == columns:
            return kernels.matvec(W, dense, support)
    except TypeError:
        raise ValueError(f"matvec: a vector is a list of numbers, not {x!r:.40}") from None
    raise ValueError(f"matvec: a {rows} x {columns} matrix takes a vector of length {columns}, not {len(dense)}")


def vecmat(v: Vector, W: Matrix) -> Vector:
    """Wᵀ·v: the sum of the rows of W, row j times v[j]. (As W is a list of rows, Wᵀ need not be made for it.)"""
    rows, columns = shape(W)
    if len(v) != rows:
        raise ValueError(f"vecmat: a {rows} x {columns} matrix takes a vector of length {rows}, not {len(v)}")
    return kernels.vecmat(v, W)


def outer(u: Vector, v: Vector) -> Matrix:
    """u⊗v: a matrix of len(u) rows and len(v) columns, with u[j]·v[k] in row j, column k."""
    return [scale(uj, v) for uj in u]


def add_outer(W: Matrix, c: float, u: Vector, v: Input) -> None:
    """W += c·u⊗v: W[j][k] += c·u[j]·v[k], in W itself. Where u[j] or v[k] is zero nothing is done."""
    dense, support = sparse(v)
    rows, columns = shape(W)
    if (len(u), len(dense)) != (rows, columns):
        raise ValueError(f"add_outer: vectors of length {rows} and {columns}, not {len(u)} and {len(dense)}")
    kernels.add_outer(W, c, u, dense, support)


# For later evenings: nothing below is needed in chapters 1 and 2.

def hadamard(x: Vector, y: Vector) -> Vector:
    """x ⊙ y, element by element: [x[0]·y[0], x[1]·y[1], ...]."""
    _same_length("hadamard", x, y)
    return list(map(operator.mul, x, y))


def zeros(rows: int, columns: int) -> Matrix:
    """A rows x columns matrix of zeros, each row a list of its own."""
    return [[0.0] * columns for _ in range(rows)]


def transpose(W: Matrix) -> Matrix:
    """Wᵀ: rows become columns."""
    return [list(column) for column in zip(*W)]


def unit_vector(j: int, n: int) -> Vector:
    """eⱼ, n numbers that are all 0.0 but for the 1.0 at index j ("one-hot")."""
    if not 0 <= j < n:
        raise ValueError(f"unit_vector: an index from 0 to {n - 1}, not {j}")
    return [float(k == j) for k in range(n)]


def all_finite(W: Matrix) -> bool:
    """Whether no element is infinite or nan."""
    return all(all(map(math.isfinite, row)) for row in W)


def scale_matrix(W: Matrix, c: float) -> None:
    """W ← c·W, in W itself."""
    for row in W:
        row[:] = [c * w for w in row]


def add_matrix(W: Matrix, c: float, X: Matrix) -> None:
    """W += c·X, in W itself."""
    if shape(W) != shape(X):
        raise ValueError("add_matrix: matrices of the same shape, not {} x {} and {} x {}".format(*shape(W), *shape(X)))
    for row, other in zip(W, X):
        row[:] = [w + c * x for w, x in zip(row, other)]
