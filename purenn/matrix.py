"""Vectors and matrices as plain lists, and the few operations a neural network needs.

A vector is a list of floats. A matrix is a list of rows, each a vector; "W: m x n" is one of m rows and n columns.
This module knows nothing of neurons, and most loops over numbers are here.

    dot(x, y)                x·y, the sum of x[k]·y[k]
    matvec(W, x)             W·x
    vecmat(v, W)             Wᵀ·v, without keeping Wᵀ
    outer(u, v)              u⊗v, the matrix of all products u[j]·v[k]
    add, subtract, hadamard  element by element: x + y, x - y, x ⊙ y
    scale(c, x)              c·x
    add_scaled(y, c, x)      y += c·x, in place
    add_outer(W, c, u, v)    W += c·u⊗v, in place
    scale_matrix(W, c)       W ← c·W, in place
    add_matrix(W, c, X)      W += c·X, in place
    sparse(x)                x, with its zeros looked for once: for matvec and add_outer
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

Every operation checks the shapes of its arguments (of a matrix: the number of rows and the length of the first) and
raises a ValueError that names them. How the loops are made fast is another story, told in `kernels`.
"""
from __future__ import annotations

import math
import operator
from typing import List, Tuple, Union

from . import kernels
from .kernels import Pixels as Pixels, Sparse as Sparse, sparse as sparse

Vector = List[float]
Matrix = List[Vector]
Input = Union[Vector, Pixels, Sparse]
"""What `matvec` and `add_outer` multiply by: a vector, an image, or a vector whose zeros were looked for already."""


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


def all_finite(W: Matrix) -> bool:
    """Whether no element is infinite or nan.

    >>> all_finite([[1.0, 2.0]]), all_finite([[1.0], [math.inf]])
    (True, False)
    """
    return all(all(map(math.isfinite, row)) for row in W)


# Vectors: all arguments of the same length

def _same_length(name: str, x: Vector, y: Vector) -> None:
    if len(x) != len(y):
        raise ValueError(f"{name}: vectors of the same length, not {len(x)} and {len(y)}")


def add(x: Vector, y: Vector) -> Vector:
    """x + y.

    >>> add([1.0, 2.0], [10.0, 20.0])
    [11.0, 22.0]
    """
    _same_length("add", x, y)
    return list(map(operator.add, x, y))


def subtract(x: Vector, y: Vector) -> Vector:
    """x - y.

    >>> subtract([1.0, 2.0], [10.0, 20.0])
    [-9.0, -18.0]
    """
    _same_length("subtract", x, y)
    return list(map(operator.sub, x, y))


def hadamard(x: Vector, y: Vector) -> Vector:
    """x ⊙ y, the elementwise product (book, chapter 2, "The Hadamard product").

    >>> hadamard([1.0, 2.0], [3.0, 4.0])
    [3.0, 8.0]
    """
    _same_length("hadamard", x, y)
    return list(map(operator.mul, x, y))


def scale(c: float, x: Vector) -> Vector:
    """c·x.

    >>> scale(2.0, [1.0, 3.0])
    [2.0, 6.0]
    """
    return [c * xk for xk in x]


def add_scaled(y: Vector, c: float, x: Vector) -> None:
    """y += c·x, in place.

    >>> y = [1.0, 2.0]
    >>> add_scaled(y, 10.0, [1.0, -1.0]); y
    [11.0, -8.0]
    """
    _same_length("add_scaled", y, x)
    for k, xk in enumerate(x):
        y[k] += c * xk


def dot(x: Vector, y: Vector) -> float:
    """x·y = x[0]·y[0] + x[1]·y[1] + ...

    >>> dot([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])       # 4 + 10 + 18
    32.0
    """
    _same_length("dot", x, y)
    return kernels.dot(x, y)


# Matrices

def outer(u: Vector, v: Vector) -> Matrix:
    """u⊗v = u·vᵀ: len(u) x len(v), with u[j]·v[k] at row j, column k.

    >>> outer([1.0, 10.0], [1.0, 2.0, 3.0])
    [[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]
    """
    return [scale(uj, v) for uj in u]


def matvec(W: Matrix, x: Input) -> Vector:
    """W·x: the dot product of each row with x. Zeros of x are skipped, as adding zero changes no sum.

    (Zero times an infinite weight would be nan; a skipped zero stays zero.)

    >>> matvec([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [10.0, 0.0])
    [10.0, 30.0, 50.0]
    """
    dense, support = sparse(x)
    rows, columns = shape(W)
    if len(dense) != columns:
        raise ValueError(f"matvec: a {rows} x {columns} matrix takes a vector of length {columns}, not {len(dense)}")
    return kernels.matvec(W, dense, support)


def vecmat(v: Vector, W: Matrix) -> Vector:
    """vᵀ·W, which is Wᵀ·v: the sum of the rows of W, row j weighted by v[j]. Wᵀ is not kept.

    >>> vecmat([1.0, 0.0, 2.0], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])    # 1·1 + 2·5 and 1·2 + 2·6
    [11.0, 14.0]
    """
    rows, columns = shape(W)
    if len(v) != rows:
        raise ValueError(f"vecmat: a vector of length {rows} multiplies a {rows} x {columns} matrix, "
                         f"not one of {len(v)}")
    return kernels.vecmat(v, W)


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
    kernels.add_outer(W, c, u, dense, support)


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
