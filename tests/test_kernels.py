"""Every kernel against the plain definition in exact arithmetic, on random shapes; and skipping zeros changes no bit.

A sum of n products is within n·ε of the exact one, in units of the sum of the absolute products; ε = 2⁻⁵³.
"""
from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Callable, List, Sequence

import pytest

from purenn import kernels
from purenn.kernels import Sparse, sparse
from purenn.matrix import Matrix, Vector, add_outer, matvec

SHAPES = [(1, 1), (1, 7), (2, 3), (3, 40), (4, 5), (5, 2), (6, 1), (7, 40), (11, 13), (30, 64)]
SHARES = [0.0, 0.5, 0.8, 0.99, 1.0]
"""Of zeros in a vector."""

some_cases = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape[0]}x{shape[1]}")
some_zeros = pytest.mark.parametrize("zeros", SHARES)


def some_vector(rng: Random, n: int, zeros: float = 0.0) -> Vector:
    return [0.0 if rng.random() < zeros else rng.gauss(0.0, 1.0) for _ in range(n)]


def some_matrix(rng: Random, rows: int, columns: int) -> Matrix:
    return [some_vector(rng, columns) for _ in range(rows)]


def assert_sum(value: float, x: Sequence[float], y: Sequence[float]) -> None:
    """value is x·y but for rounding."""
    terms = [Fraction(a) * Fraction(b) for a, b in zip(x, y)]
    assert abs(Fraction(value) - sum(terms)) <= len(terms) * Fraction(2) ** -53 * sum(map(abs, terms))


@some_cases
@some_zeros
@pytest.mark.parametrize("dot", [kernels.dot, kernels.dot_in_c, kernels.dot_by_index])
def test_dot(dot: Callable[[Vector, Vector], float], shape: Sequence[int], zeros: float) -> None:
    rng = Random(1)
    x, y = some_vector(rng, shape[1], zeros), some_vector(rng, shape[1])
    assert_sum(dot(x, y), x, y)


@some_cases
@some_zeros
@pytest.mark.parametrize("product", [kernels.matvec, kernels.matvec_by_index, kernels.matvec_gathered])
def test_matvec(product: Callable[[Matrix, Vector, List[int]], Vector], shape: Sequence[int], zeros: float) -> None:
    rng = Random(2)
    W, x = some_matrix(rng, *shape), some_vector(rng, shape[1], zeros)
    y = product(W, x, sparse(x).support)
    assert len(y) == len(W)
    for value, row in zip(y, W):
        assert_sum(value, row, x)


@some_cases
@some_zeros
@pytest.mark.parametrize("product", [kernels.vecmat, kernels.vecmat_in_c, kernels.vecmat_by_index])
def test_vecmat(product: Callable[[Vector, Matrix], Vector], shape: Sequence[int], zeros: float) -> None:
    rng = Random(3)
    W, v = some_matrix(rng, *shape), some_vector(rng, shape[0], zeros)
    y = product(v, W)
    assert len(y) == len(W[0])
    for value, column in zip(y, zip(*W)):
        assert_sum(value, v, column)


@some_cases
@some_zeros
def test_add_outer(shape: Sequence[int], zeros: float) -> None:
    """One product and one sum for each element: nothing may differ from the definition, not even a last bit."""
    rng = Random(4)
    W, u, v = some_matrix(rng, *shape), some_vector(rng, shape[0], zeros), some_vector(rng, shape[1], zeros)
    expected = [[w + -0.3 * uj * vk for w, vk in zip(row, v)] for row, uj in zip(W, u)]
    kernels.add_outer(W, -0.3, u, v, sparse(v).support)
    assert W == expected


@some_cases
@some_zeros
def test_skipping_zeros_changes_no_bit(shape: Sequence[int], zeros: float) -> None:
    rng = Random(5)
    W, x = some_matrix(rng, *shape), some_vector(rng, shape[1], zeros)
    nothing_skipped = Sparse(x, list(range(len(x))))
    assert matvec(W, x) == matvec(W, sparse(x)) == matvec(W, nothing_skipped)
    skipped, summed, u = [row[:] for row in W], [row[:] for row in W], some_vector(rng, shape[0])
    add_outer(skipped, 0.7, u, x)
    add_outer(summed, 0.7, u, nothing_skipped)
    assert skipped == summed
