"""Cost functions: one number for how far the network's output a is from the desired output y.

Each has two sides, as an activation has: `fn(a, y)` is the cost of one example, `derivative(a, y)` is
∂C/∂a, with which backpropagation starts. And each has a *canonical* output activation, chosen so that
the algebra of (BP1) cancels and leaves δᴸ = a - y: quadratic with identity, cross-entropy with sigmoid,
log-likelihood with softmax. `delta` takes that short cut where it may, which also avoids dividing 0 by 0
when an output saturates; any other pair takes the long way and is as correct.

>>> QuadraticCost.fn([0.5, 1.0], [1.0, 1.0])            # ½·(0.5² + 0²)
0.125
>>> CrossEntropyCost.delta(sigmoid, [1.0], [0.0])       # saturated, and wrong: yet it learns
[1.0]
>>> QuadraticCost.delta(sigmoid, [1.0], [0.0])          # σ′ = 0: chapter 3's "learning slowdown"
[0.0]

The costs are classes that are never instantiated, as in the book's `network2`. A new cost is a class, and a line in the
table at the end: commands, files and `trace` find it there. (Chapter 3,
http://neuralnetworksanddeeplearning.com/chap3.html#the_cross-entropy_cost_function and #softmax.)

Near the ends logarithms need care: 1 - a is 0 or at least 2⁻⁵³, while a can be far smaller. In a logarithm both
therefore count as at least 2⁻⁵³: certain and wrong costs 53·ln 2 = 36.7 for each output, never infinity. The derivative
is the formula's own even where the cost rises no further, for a network that is certain and wrong must still learn;
only at 0, or up to 2⁻¹⁰²², it is taken at 2⁻⁵³.

>>> CrossEntropyCost.fn([0.0], [1.0]) == CrossEntropyCost.fn([1.0], [0.0]) == 53 * math.log(2)
True
"""
from __future__ import annotations

import math
import sys
from abc import ABC, abstractmethod
from typing import ClassVar, Optional

from .activations import Activation, identity, sigmoid, softmax
from .matrix import Vector, dot, subtract

LEAST = 2.0 ** -53
"""The least argument of a logarithm: the distance from 1 to the largest float below it."""


class Cost(ABC):
    """The cost of one example; a is the network's output and y the desired one, of the same length."""

    canonical: ClassVar[Optional[Activation]] = None

    @staticmethod
    @abstractmethod
    def fn(a: Vector, y: Vector) -> float:
        """C, at least 0 and finite where a and y lie in [0, 1]."""

    @staticmethod
    @abstractmethod
    def derivative(a: Vector, y: Vector) -> Vector:
        """∂C/∂a."""

    @classmethod
    def cancels(cls, output: Activation, y: Vector) -> bool:
        """Whether the output error is a - y."""
        return output == cls.canonical

    @classmethod
    def delta(cls, output: Activation, a: Vector, y: Vector) -> Vector:
        """The output error δᴸ = ∂C/∂zᴸ (BP1), where `output` is the activation that made a."""
        if cls.cancels(output, y):
            return subtract(a, y)
        return output.backward(a, cls.derivative(a, y))


class QuadraticCost(Cost):
    """½·‖a - y‖² (book, equation 27)."""

    canonical = identity

    @staticmethod
    def fn(a: Vector, y: Vector) -> float:
        error = subtract(a, y)
        return 0.5 * dot(error, error)

    @staticmethod
    def derivative(a: Vector, y: Vector) -> Vector:
        return subtract(a, y)


class CrossEntropyCost(Cost):
    """-Σⱼ (yⱼ·ln aⱼ + (1 - yⱼ)·ln(1 - aⱼ)), for a and y between 0 and 1 (book, equation 63)."""

    canonical = sigmoid

    @staticmethod
    def fn(a: Vector, y: Vector) -> float:
        return sum(_minus_log(yj, aj) + _minus_log(1.0 - yj, 1.0 - aj) for aj, yj in zip(a, y))

    @staticmethod
    def derivative(a: Vector, y: Vector) -> Vector:
        return [_quotient(1.0 - yj, 1.0 - aj) - _quotient(yj, aj) for aj, yj in zip(a, y)]


class LogLikelihoodCost(Cost):
    """-ln of the output for the right answer, Σⱼ -yⱼ·ln aⱼ (book, equation 80)."""

    canonical = softmax

    @classmethod
    def cancels(cls, output: Activation, y: Vector) -> bool:
        """With softmax δᴸ = a·Σⱼ yⱼ - y, which is a - y for a y whose sum is 1."""
        return output == softmax and sum(y) == 1.0

    @staticmethod
    def fn(a: Vector, y: Vector) -> float:
        return sum(_minus_log(yj, aj) for aj, yj in zip(a, y))

    @staticmethod
    def derivative(a: Vector, y: Vector) -> Vector:
        return [-_quotient(yj, aj) for aj, yj in zip(a, y)]


def _minus_log(y: float, a: float) -> float:
    """-y·ln a, where a counts as at least 2⁻⁵³. Where y = 0 it is 0, whatever a is."""
    return -y * math.log(max(a, LEAST)) if y else 0.0


def _quotient(y: float, a: float) -> float:
    """y / a, where an a of at most 2⁻¹⁰²² counts as 2⁻⁵³: large but finite, so that a later 0·g is 0 and not nan."""
    return y / (a if abs(a) > sys.float_info.min else LEAST)


COSTS: dict[str, type[Cost]] = {
    "quadratic": QuadraticCost, "cross-entropy": CrossEntropyCost, "log-likelihood": LogLikelihoodCost}
"""Every cost by its name on command lines and in files."""
