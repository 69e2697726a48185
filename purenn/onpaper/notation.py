"""How numbers, activations and costs are written on paper, each formula with its numbers put in.

Results are rounded to six digits. A number that is put into a formula has nine, and more where a difference
cancels, so that whoever works the formula out on a calculator gets the result as it is printed.

>>> put(2 / 3), result(2 / 3), put(0.5), result(0.1 * 3)
('0.666666667', '0.666667', '0.50', '0.30')
>>> weighted_sum(1.25, [0.4, -0.45], [0.5, -1.0], 0.6)
'0.40·0.50 - 0.45·(-1.00) + 0.60 = 1.25'
>>> ACTIVATIONS["sigmoid"].forward([0.3775], 0)
'1/(1 + e^-0.3775)'
>>> COSTS["quadratic"].fn([0.75, 0.5], [1.0, 0.0])
'½·((0.75 - 1.00)² + (0.50 - 0.00)²)'
"""
from __future__ import annotations

import sys
from decimal import Decimal
from math import isfinite
from typing import Callable, Dict, NamedTuple, Sequence, Tuple

from ..matrix import Vector, dot, hadamard


def places(value: float, digits: int) -> int:
    """The decimal places that show so many significant digits of the value.

    >>> places(0.00123, 3), places(12.3, 3)
    (5, 1)
    """
    return digits - 1 - Decimal(value).adjusted()


def rounded(value: float, decimals: int) -> str:
    """The value to so many decimal places; without the zeros at its end if it is exact, but two places at least.

    >>> rounded(2 / 3, 4), rounded(0.25, 4), rounded(2e-5 / 3, 9), rounded(-1e-9, 4), rounded(1e9, 4)
    ('0.6667', '0.25', '6.667e-06', '0.0000', '1.00e+09')
    """
    if not isfinite(value):
        return str(value).replace("inf", "∞")
    value += 0.0                                        # -0.0 is of no use on paper
    text = f"{value:.{max(2, decimals)}f}"
    if abs(value) >= 1e9 or 0.0 < abs(value) < 1e-4 and float(text) != 0.0:
        text = f"{value:.{max(2, decimals - places(value, 1))}e}"
    if float(text) == 0.0 != value:
        return text.lstrip("-")
    mantissa, e, exponent = text.partition("e")
    if float(text) == float(f"{value:.15g}"):           # exact, but for what binary fractions leave behind
        whole, _, fraction = mantissa.partition(".")
        mantissa = f"{whole}.{fraction.rstrip('0'):0<2}"
    return mantissa + e + exponent


def result(value: float, terms: Sequence[float] = ()) -> str:
    """Six digits; but no more places than are true after the rounding of the terms that it is the sum of."""
    largest = max(map(abs, terms), default=0.0)
    return rounded(value, min(places(value or 1.0, 6), places(largest or value or 1.0, 12)))


def put(value: float, total: float = 0.0) -> str:
    """A number in a formula: nine digits, and enough for eight of the total, as far as a float goes."""
    return rounded(value, min(max(places(value or 1.0, 9), places(total or 1.0, 8)), places(value or 1.0, 17)))


def factor(text: str) -> str:
    """A number as something is multiplied by it or taken off it: one below zero in parentheses."""
    return f"({text})" if text.startswith("-") else text


def total(terms: Sequence[str]) -> str:
    """The terms as a sum.

    >>> total(["0.40", "-0.50", "0.60"])
    '0.40 - 0.50 + 0.60'
    """
    return " + ".join(terms).replace("+ -", "- ") or "0.00"


def weighted_sum(value: float, weights: Vector, a: Vector, *bias: float) -> str:
    """The products w[k]·a[k] and the bias with their numbers, and what they come to."""
    written = [f"{put(w, value)}·{factor(put(ak, value))}" for w, ak in zip(weights, a)] + [put(b, value) for b in bias]
    return f"{total(written)} = {result(value, hadamard(weights, a) + list(bias))}"


class Activation(NamedTuple):
    """How an activation is written: its rule, the error δ = ∂C/∂z that it makes of ∂C/∂a, and both with numbers."""

    rule: str
    error: str
    forward: Callable[[Vector, int], str]               # of z and j: a[j]
    backward: Callable[[Vector, Vector, int], str]      # of a, g = ∂C/∂a, and j: δ[j]


def _softmax(z: Vector, j: int) -> str:
    powers = [f"e^{put(zk, 1.0)}" for zk in z]
    return f"{powers[j]}/({total(powers)})"


def _softmax_backward(a: Vector, g: Vector, j: int) -> str:
    mean = dot(a, g)
    products = [f"{put(ak)}·{factor(put(gk, g[j] - mean))}" for ak, gk in zip(a, g)]
    return f"{put(a[j])}·({put(g[j], g[j] - mean)} - ({total(products)}))"


def _sigmoid_backward(a: Vector, g: Vector, j: int) -> str:
    output = put(a[j], 1.0 - a[j])
    return f"{put(g[j])}·{output}·(1 - {output})"


ACTIVATIONS: Dict[str, Activation] = {
    "sigmoid": Activation(
        "aⱼ = σ(zⱼ) = 1/(1 + e^-zⱼ)", "δⱼ = ∂C/∂aⱼ·aⱼ·(1 - aⱼ)",
        lambda z, j: f"1/(1 + e^{put(-z[j], 1.0)})", _sigmoid_backward),
    "tanh": Activation(
        "aⱼ = tanh(zⱼ)", "δⱼ = ∂C/∂aⱼ·(1 - aⱼ²)",
        lambda z, j: f"tanh({put(z[j])})", lambda a, g, j: f"{put(g[j])}·(1 - {factor(put(a[j], 1.0 - abs(a[j])))}²)"),
    "relu": Activation(
        "aⱼ = max(0, zⱼ)", "δⱼ = ∂C/∂aⱼ·1 where zⱼ > 0, else ∂C/∂aⱼ·0",
        lambda z, j: f"max(0, {put(z[j])})", lambda a, g, j: f"{put(g[j])}·{int(a[j] > 0.0)}"),
    "softmax": Activation(
        "aⱼ = e^zⱼ / Σₖ e^zₖ", "δⱼ = aⱼ·(∂C/∂aⱼ - Σₖ aₖ·∂C/∂aₖ)", _softmax, _softmax_backward),
    "identity": Activation(
        "aⱼ = zⱼ", "δⱼ = ∂C/∂aⱼ", lambda z, j: put(z[j]), lambda a, g, j: put(g[j])),
}


class Cost(NamedTuple):
    """How a cost is written: its rule and its derivative's, and both with numbers."""

    rule: str
    slope: str
    fn: Callable[[Vector, Vector], str]                 # of a and y: C
    derivative: Callable[[Vector, Vector, int], str]    # of a, y and j: ∂C/∂a[j]


def _logarithms(terms: Sequence[Tuple[float, str]]) -> str:
    """-(y·ln a + ...) over the (y, ln a); nothing is written of a term whose y is 0, and no factor of 1."""
    return f"-({total([ln if y == 1.0 else f'{put(y)}·{ln}' for y, ln in terms if y])})"


def _ln(a: float) -> str:
    return f"ln({put(a, 1.0 - a)})"


def _rest(a: float, output: str) -> str:
    """1 - a; where a was rounded to 1, the remainder that `costs` takes instead."""
    return f"1 - {output}" if a != 1.0 else put(2.0 ** -53)


def _ln_of_rest(a: float) -> str:
    return f"ln({_rest(a, factor(put(a, 1.0 - a)))})"


def _quotient(numerator: str, denominator: str, value: float) -> str:
    """A denominator of (nearly) zero counts as the smallest normal float, as `costs` has it."""
    return f"{numerator}/{denominator if abs(value) > sys.float_info.min else put(sys.float_info.min)}"


def _difference(aj: float, yj: float) -> str:
    return f"{put(aj, aj - yj)} - {factor(put(yj))}"


def _cross_entropy_slope(a: Vector, y: Vector, j: int) -> str:
    desired, output = factor(put(y[j])), factor(put(a[j], min(abs(1.0 - a[j]), abs(a[j] - y[j]))))
    return f"(1 - {desired})/({_rest(a[j], output)}) - {_quotient(desired, output, a[j])}"


COSTS: Dict[str, Cost] = {
    "quadratic": Cost(
        "C = ½·Σⱼ (aⱼ - yⱼ)²", "∂C/∂aⱼ = aⱼ - yⱼ",
        lambda a, y: f"½·({total([f'({_difference(aj, yj)})²' for aj, yj in zip(a, y)])})",
        lambda a, y, j: _difference(a[j], y[j])),
    "cross-entropy": Cost(
        "C = -Σⱼ (yⱼ·ln aⱼ + (1 - yⱼ)·ln(1 - aⱼ))", "∂C/∂aⱼ = (1 - yⱼ)/(1 - aⱼ) - yⱼ/aⱼ",
        lambda a, y: _logarithms([term for aj, yj in zip(a, y) for term in ((yj, _ln(aj)), (1.0 - yj, _ln_of_rest(aj)))]),
        _cross_entropy_slope),
    "log-likelihood": Cost(
        "C = -Σⱼ yⱼ·ln aⱼ", "∂C/∂aⱼ = -yⱼ/aⱼ",
        lambda a, y: _logarithms([(yj, _ln(aj)) for aj, yj in zip(a, y)]),
        lambda a, y, j: _quotient(put(-y[j]), factor(put(a[j])), a[j])),
}

