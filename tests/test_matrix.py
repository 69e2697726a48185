"""Every matrix operation on numbers small enough to check in the head."""
from __future__ import annotations

import math
from typing import Callable

import pytest

from purenn.matrix import (Matrix, add, add_matrix, add_outer, add_scaled, argmax, dot, hadamard, matvec,
                           outer, scale, scale_matrix, shape, subtract, transpose, unit_vector, vecmat, zeros)

W: Matrix = [[1.0, 2.0, 3.0],
             [4.0, 5.0, 6.0]]


def test_shape_zeros_transpose() -> None:
    assert shape(W) == (2, 3)
    assert zeros(2, 3) == [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    assert transpose(W) == [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]


def test_rows_of_zeros_are_lists_of_their_own() -> None:
    Z = zeros(2, 2)
    Z[0][0] = 1.0
    assert Z == [[1.0, 0.0], [0.0, 0.0]]


def test_elementwise() -> None:
    assert add([1.0, 2.0], [0.5, -2.0]) == [1.5, 0.0]
    assert subtract([1.0, 2.0], [0.5, -2.0]) == [0.5, 4.0]
    assert hadamard([1.0, 2.0], [0.5, -2.0]) == [0.5, -4.0]
    assert scale(-2.0, [1.0, 0.5]) == [-2.0, -1.0]


def test_products() -> None:
    assert dot([1.0, 2.0, 3.0], [4.0, -5.0, 6.0]) == 12.0                  # 4 - 10 + 18
    assert matvec(W, [1.0, 0.0, -1.0]) == [-2.0, -2.0]                     # 1 - 3 and 4 - 6
    assert vecmat([1.0, -1.0], W) == [-3.0, -3.0, -3.0]                    # 1 - 4, 2 - 5, 3 - 6
    assert outer([1.0, 2.0], [3.0, 4.0]) == [[3.0, 4.0], [6.0, 8.0]]


def test_in_place() -> None:
    y = [1.0, 2.0]
    add_scaled(y, 3.0, [1.0, -1.0])
    assert y == [4.0, -1.0]
    V = [[1.0, 2.0], [3.0, 4.0]]
    first_row = V[0]
    add_outer(V, 10.0, [1.0, 2.0], [3.0, 0.5])      # + [[30, 5], [60, 10]]
    assert V == [[31.0, 7.0], [63.0, 14.0]] and V[0] is first_row
    scale_matrix(V, 2.0)
    assert V == [[62.0, 14.0], [126.0, 28.0]] and V[0] is first_row
    add_matrix(V, -0.5, [[2.0, 4.0], [6.0, 8.0]])    # - [[1, 2], [3, 4]]
    assert V == [[61.0, 12.0], [123.0, 24.0]] and V[0] is first_row


def test_digits_as_vectors() -> None:
    assert unit_vector(3, 5) == [0.0, 0.0, 0.0, 1.0, 0.0]
    assert unit_vector(0, 2) == [1.0, 0.0]
    assert argmax([-3.0, -1.0, -2.0]) == 1
    assert argmax([2.0, 2.0]) == 0
    assert argmax([math.nan, math.nan]) == 0


@pytest.mark.parametrize("call, sentence", [
    (lambda: add([1.0], [1.0, 2.0]), "add: vectors of the same length, not 1 and 2"),
    (lambda: subtract([1.0], []), "subtract: vectors of the same length, not 1 and 0"),
    (lambda: hadamard([1.0], []), "hadamard: vectors of the same length, not 1 and 0"),
    (lambda: dot([1.0], [1.0, 2.0]), "dot: vectors of the same length, not 1 and 2"),
    (lambda: add_scaled([1.0], 1.0, []), "add_scaled: vectors of the same length, not 1 and 0"),
    (lambda: matvec(W, [1.0]), "matvec: a 2 x 3 matrix takes a vector of length 3, not 1"),
    (lambda: vecmat([1.0, 2.0, 3.0], W), "vecmat: a 2 x 3 matrix takes a vector of length 2, not 3"),
    (lambda: add_outer(W, 1.0, [1.0], [1.0]), "add_outer: vectors of length 2 and 3, not 1 and 1"),
    (lambda: add_outer(W, 1.0, [1.0, 2.0], [1.0]), "add_outer: vectors of length 2 and 3, not 2 and 1"),
    (lambda: add_matrix(W, 1.0, [[1.0]]), "add_matrix: matrices of the same shape, not 2 x 3 and 1 x 1"),
    (lambda: matvec(W, 7), "matvec: a vector is a list of numbers, not 7"),             # type: ignore[arg-type]
    (lambda: matvec(W, "abc"), "matvec: a vector is a list of numbers, not 'abc'"),     # type: ignore[arg-type]
    (lambda: matvec(W, [[1.0], [2.0], [3.0]]),                                          # type: ignore[list-item]
     "matvec: a vector is a list of numbers, not [[1.0], [2.0], [3.0]]"),
    (lambda: subtract([1.0], 7), "subtract: two lists of numbers, not [1.0] and 7"),    # type: ignore[arg-type]
    (lambda: unit_vector(10, 10), "unit_vector: an index from 0 to 9, not 10"),
])
def test_wrong_shapes_are_named(call: Callable[[], object], sentence: str) -> None:
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == sentence


def test_overflow_raises_nothing() -> None:
    huge = [1e308, 1e308]
    assert dot(huge, [10.0, 1.0]) == math.inf
    assert math.isnan(dot(huge, [1e308, -1e308]))                          # ∞ - ∞
    V = [huge[:], huge[:]]
    assert matvec(V, huge) == [math.inf, math.inf] == vecmat(huge, V)
    add_outer(V, 1.0, huge, huge)
    assert V == [[math.inf, math.inf]] * 2
