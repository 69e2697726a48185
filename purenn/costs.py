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

The costs are classes that are never instantiated, as in the book's `network2`.
"""
from __future__ import annotations

import math
import sys
from abc import ABC, abstractmethod
from typing import ClassVar, Dict, Type

from .activations import Activation, identity, sigmoid, softmax
from .matrix import Vector, dot, subtract


class Cost(ABC):
    """The cost of one example; a is the network's output and y the desired one, of the same length."""

    canonical: ClassVar[Activation]

    @staticmethod
    @abstractmethod
    def fn(a: Vector, y: Vector) -> float:
        """C, at least 0 where a and y lie in [0, 1]; `math.inf` where an output that should be possible was ruled out."""

    @staticmethod
    @abstractmethod
    def derivative(a: Vector, y: Vector) -> Vector:
        """∂C/∂a."""

    @classmethod
    def cancels(cls, output: Activation, y: Vector) -> bool:
        """Whether the output error is a - y."""
        return output is cls.canonical

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
        return sum(_surprise(yj, aj) + _surprise(1.0 - yj, _rest(aj)) for aj, yj in zip(a, y))

    @staticmethod
    def derivative(a: Vector, y: Vector) -> Vector:
        return [_quotient(1.0 - yj, _rest(aj)) - _quotient(yj, aj) for aj, yj in zip(a, y)]


class LogLikelihoodCost(Cost):
    """-ln of the output for the right answer, Σⱼ -yⱼ·ln aⱼ (book, equation 80)."""

    canonical = softmax

    @classmethod
    def cancels(cls, output: Activation, y: Vector) -> bool:
        """With softmax δᴸ = a·Σⱼ yⱼ - y, which is a - y for a y whose sum is 1."""
        return output is softmax and sum(y) == 1.0

    @staticmethod
    def fn(a: Vector, y: Vector) -> float:
        return sum(_surprise(yj, aj) for aj, yj in zip(a, y))

    @staticmethod
    def derivative(a: Vector, y: Vector) -> Vector:
        return [-_quotient(yj, aj) for aj, yj in zip(a, y)]


def _surprise(y: float, a: float) -> float:
    """-y·ln a. Nothing is lost where y = 0, whatever a is; everything where a is 0 (or less) and y is not."""
    if y == 0.0:
        return 0.0
    return -y * math.log(a) if a > 0.0 else math.inf


def _rest(a: float) -> float:
    """1 - a; and where a was rounded to 1, the least that a smaller float would leave: 2⁻⁵³."""
    return 1.0 - a or 2.0 ** -53


def _quotient(y: float, a: float) -> float:
    """y / a, with the smallest normal float for a zero: huge but finite, so that a later 0 · huge is 0, not nan."""
    return y / a if abs(a) > sys.float_info.min else y / sys.float_info.min


COSTS: Dict[str, Type[Cost]] = {
    "quadratic": QuadraticCost, "cross-entropy": CrossEntropyCost, "log-likelihood": LogLikelihoodCost}
"""Every cost by its name, for command lines and files."""
