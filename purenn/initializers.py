"""Initialisers: where a network's weights and biases start.

An initialiser takes a random generator and the sizes of two neighbouring layers, and returns the biases
(one for each of the n_out neurons) and the weights (n_out x n_in) between them. Small random numbers
break the symmetry between neurons: two that start alike would learn alike for ever. *How* small decides whether they
start out saturated (http://neuralnetworksanddeeplearning.com/chap3.html#weight_initialization).

>>> from random import Random
>>> biases, weights = uniform(Random(0), 3, 2)
>>> len(biases), len(weights), len(weights[0])
(2, 2, 3)
>>> all(-0.5 <= w <= 0.5 for row in weights for w in row)
True
"""
from __future__ import annotations

from math import sqrt
from random import Random
from typing import Callable, Tuple

from .matrix import Matrix, Vector

Initializer = Callable[[Random, int, int], Tuple[Vector, Matrix]]


def _gaussian(rng: Random, n_in: int, n_out: int, sd_bias: float, sd_weight: float) -> Tuple[Vector, Matrix]:
    # The biases are drawn first, also where their deviation is 0: in another order a seed would make another network.
    biases = [rng.gauss(0.0, sd_bias) for _ in range(n_out)]
    return biases, [[rng.gauss(0.0, sd_weight) for _ in range(n_in)] for _ in range(n_out)]


def large(rng: Random, n_in: int, n_out: int) -> Tuple[Vector, Matrix]:
    """N(0, 1) for all, as in chapter 1. A neuron with many inputs then starts out saturated."""
    return _gaussian(rng, n_in, n_out, 1.0, 1.0)


def scaled(rng: Random, n_in: int, n_out: int) -> Tuple[Vector, Matrix]:
    """Weights N(0, 1/n_in), biases N(0, 1): chapter 3's better start ("Weight initialization")."""
    return _gaussian(rng, n_in, n_out, 1.0, 1.0 / sqrt(n_in))


def lecun(rng: Random, n_in: int, n_out: int) -> Tuple[Vector, Matrix]:
    """Weights N(0, 1/n_in), biases 0 (LeCun et al. 1998, "Efficient BackProp")."""
    return _gaussian(rng, n_in, n_out, 0.0, 1.0 / sqrt(n_in))


def he(rng: Random, n_in: int, n_out: int) -> Tuple[Vector, Matrix]:
    """Weights N(0, 2/n_in), biases 0: keeps the size of the signal through ReLU layers (He et al. 2015)."""
    return _gaussian(rng, n_in, n_out, 0.0, sqrt(2.0 / n_in))


def uniform(rng: Random, n_in: int, n_out: int) -> Tuple[Vector, Matrix]:
    """All uniform on [-0.5, 0.5], as many projects "from scratch" have it."""
    biases = [rng.uniform(-0.5, 0.5) for _ in range(n_out)]
    return biases, [[rng.uniform(-0.5, 0.5) for _ in range(n_in)] for _ in range(n_out)]


INITIALIZERS = {"large": large, "scaled": scaled, "lecun": lecun, "he": he, "uniform": uniform}
"""Every initialiser by its name, for command lines."""
