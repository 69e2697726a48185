"""Every kernel against the plain definition in exact arithmetic, on random shapes; and skipping zeros changes no bit.

A sum of n products is within n·ε of the exact one, in units of the sum of the absolute products; ε = 2⁻⁵³.
"""
from __future__ import annotations

import copy
import pickle
from array import array
from fractions import Fraction
from operator import attrgetter
from random import Random
from typing import Callable, List, Sequence

import pytest

from purenn import kernels
from purenn.kernels import Pixels, Sparse, sparse
from purenn.matrix import Matrix, Vector, add_outer, matvec

SHAPES = [(1, 1), (1, 7), (2, 3), (3, 40), (4, 5), (5, 2), (6, 1), (7, 40), (11, 13), (7, 64)]
SHARES = [0.0, 0.8, 1.0]
"""Of zeros in a vector."""

NAMED = attrgetter("__name__")
CASES = [(shape, zeros, f"{shape[0]} x {shape[1]}, {zeros:.0%} zeros") for shape in SHAPES for zeros in SHARES]


def some_vector(rng: Random, n: int, zeros: float = 0.0) -> Vector:
    return [0.0 if rng.random() < zeros else rng.gauss(0.0, 1.0) for _ in range(n)]


def some_matrix(rng: Random, rows: int, columns: int) -> Matrix:
    return [some_vector(rng, columns) for _ in range(rows)]


def is_sum(value: float, x: Sequence[float], y: Sequence[float]) -> bool:
    """Whether value is x·y but for rounding."""
    terms = [Fraction(a) * Fraction(b) for a, b in zip(x, y)]
    return abs(Fraction(value) - sum(terms)) <= len(terms) * Fraction(2) ** -53 * sum(map(abs, terms))


@pytest.mark.parametrize("dot", {kernels.dot, kernels.dot_in_c, kernels.dot_by_index}, ids=NAMED)
def test_dot(dot: Callable[[Vector, Vector], float]) -> None:
    rng = Random(1)
    for (_, n), zeros, case in CASES:
        x, y = some_vector(rng, n, zeros), some_vector(rng, n)
        assert is_sum(dot(x, y), x, y), case


@pytest.mark.parametrize("product", {kernels.matvec, kernels.matvec_by_index, kernels.matvec_gathered}, ids=NAMED)
def test_matvec(product: Callable[[Matrix, Vector, List[int]], Vector]) -> None:
    rng = Random(2)
    for shape, zeros, case in CASES:
        W, x = some_matrix(rng, *shape), some_vector(rng, shape[1], zeros)
        y = product(W, x, sparse(x).support)
        assert len(y) == len(W) and all(is_sum(value, row, x) for value, row in zip(y, W)), case


@pytest.mark.parametrize("product", {kernels.vecmat, kernels.vecmat_in_c, kernels.vecmat_by_index}, ids=NAMED)
def test_vecmat(product: Callable[[Vector, Matrix], Vector]) -> None:
    rng = Random(3)
    for shape, zeros, case in CASES:
        W, v = some_matrix(rng, *shape), some_vector(rng, shape[0], zeros)
        y = product(v, W)
        assert len(y) == len(W[0]) and all(is_sum(value, v, column) for value, column in zip(y, zip(*W))), case


def test_add_outer() -> None:
    """One product and one sum for each element: nothing may differ from the definition, not even a last bit."""
    rng = Random(4)
    for shape, zeros, case in CASES:
        W, u, v = some_matrix(rng, *shape), some_vector(rng, shape[0], zeros), some_vector(rng, shape[1], zeros)
        expected = [[w + -0.3 * uj * vk for w, vk in zip(row, v)] for row, uj in zip(W, u)]
        kernels.add_outer(W, -0.3, u, v, sparse(v).support)
        assert W == expected, case


def test_skipping_zeros_changes_no_bit() -> None:
    rng = Random(5)
    for shape, zeros, case in CASES:
        W, x = some_matrix(rng, *shape), some_vector(rng, shape[1], zeros)
        nothing_skipped = Sparse(x, list(range(len(x))))
        assert matvec(W, x) == matvec(W, sparse(x)) == matvec(W, nothing_skipped), case
        skipped, summed, u = [row[:] for row in W], [row[:] for row in W], some_vector(rng, shape[0])
        add_outer(skipped, 0.7, u, x)
        add_outer(summed, 0.7, u, nothing_skipped)
        assert skipped == summed, case


# Pixels

def test_pixels_behave_as_the_list_of_their_numbers() -> None:
    x, numbers = Pixels(bytes([0, 51, 255, 0, 102]), scale=255), [0.0, 0.2, 1.0, 0.0, 0.4]
    assert len(x) == 5 and [x[k] for k in range(5)] == numbers and x[-1] == 0.4 and x[1:4] == [0.2, 1.0, 0.0]
    assert list(x) == numbers and [v for v in x] == numbers and list(reversed(x)) == numbers[::-1]
    assert x == numbers and numbers == x and x == Pixels(x.shades) and not x != numbers
    assert x != numbers[:4] and x != tuple(numbers) and x != "01" and x != Pixels(x.shades, scale=256)
    assert Pixels(bytes([0, 8, 16]), 16) == Pixels(bytes([0, 1, 2]), 2) == [0.0, 0.5, 1.0]
    assert sum(x) == sum(numbers) and max(x) == 1.0 and 0.2 in x and x.index(1.0) == 2 and x.count(0.0) == 2
    assert repr(x) == repr(numbers) and [0.0, 0.1] < x < [0.0, 0.3] and x <= numbers and not x > x
    assert array("d", x).tobytes() == array("d", numbers).tobytes()
    with pytest.raises(IndexError):
        x[5]


def test_pixels_are_copied_and_pickled() -> None:
    x = Pixels(bytes([0, 7, 16]), scale=16)
    for other in copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x)):
        assert (other.shades, other.scale) == (x.shades, 16) and other == [0.0, 0.4375, 1.0]


def test_pixels_are_sparse_as_their_numbers_are() -> None:
    shades = bytes(Random(0).choice([0, 0, 0, 1, 128, 255]) for _ in range(100))
    assert sparse(Pixels(shades)) == sparse([byte / 255 for byte in shades])
    W = [[Random(j).gauss(0.0, 1.0) for _ in range(100)] for j in range(7)]
    assert matvec(W, Pixels(shades)) == matvec(W, list(Pixels(shades)))
