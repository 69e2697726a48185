"""How numbers, activations and costs are written on paper, each formula with its numbers put in.

Results are rounded to six digits. An operand, a number put into a formula, has nine, and more where a difference
cancels, so that whoever works the formula out on a calculator gets the result as it is printed.

>>> operand(2 / 3), result(2 / 3), operand(0.5), result(0.1 * 3)
('0.666666667', '0.666667', '0.50', '0.30')
>>> weighted_sum(1.25, [0.4, -0.45], [0.5, -1.0], 0.6)
'0.40·0.50 - 0.45·(-1.00) + 0.60 = 1.25'
>>> from purenn.activations import sigmoid
>>> from purenn.costs import QuadraticCost
>>> of_activation(sigmoid).forward([0.3775], 0)
'1/(1 + e^-0.3775)'
>>> of_cost(QuadraticCost).fn([0.75, 0.5], [1.0, 0.0])
'½·((0.75 - 1.00)² + (0.50 - 0.00)²)'

An activation or a cost that ACTIVATIONS and COSTS below do not have is written by its name, as σ(z) is for the
sigmoid, and its error as a sum of products with the slopes ∂aₖ/∂zⱼ.
"""
from __future__ import annotations

import sys
from decimal import Decimal
from math import isfinite
from typing import Callable, Dict, NamedTuple, Sequence, Tuple, Type

from ..activations import Activation
from ..costs import COSTS as NAMED_COSTS, LEAST, Cost
from ..matrix import Vector, dot, hadamard, unit_vector


def places(value: float, digits: int) -> int:
    """The number of decimal places that shows this number of significant digits.

    >>> places(0.00123, 3), places(12.3, 3)
    (5, 1)
    """
    return digits - 1 - Decimal(value).adjusted()


def rounded(value: float, decimals: int) -> str:
    """The value with at most this number of decimal places, and at least two; zeros at the end of an exact value go.

    >>> rounded(2 / 3, 4), rounded(0.25, 4), rounded(2e-5 / 3, 9), rounded(-1e-9, 4), rounded(1e9, 4)
    ('0.6667', '0.25', '6.667e-06', '0.0000', '1.00e+09')
    """
    if not isfinite(value):
        return str(value).replace("inf", "∞")
    value += 0.0                                        # -0.0 becomes 0.0
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
    """A result, rounded to six significant digits; that of a sum to no place beyond its largest term's twelfth digit.

    Where large terms leave a small difference, the places beyond hold nothing but rounding errors.

    >>> result(1.23456789e-7), result(1.23456789e-7, [1.0, -1.0])
    ('1.23457e-07', '1.2346e-07')
    """
    largest = max(map(abs, terms), default=0.0)
    return rounded(value, min(places(value or 1.0, 6), places(largest or value or 1.0, 12)))


def operand(value: float, total: float = 0.0) -> str:
    """A number put into a formula: nine significant digits, or as many places as eight digits of the total need.

    It never has more than 17 digits, which tell a float from all others.

    >>> operand(2 / 3), operand(2 / 3, total=2e-6)
    ('0.666666667', '0.6666666666667')
    """
    return rounded(value, min(max(places(value or 1.0, 9), places(total or 1.0, 8)), places(value or 1.0, 17)))


def factor(text: str) -> str:
    """A number behind a · or a minus: in parentheses if it is negative."""
    return f"({text})" if text.startswith("-") else text


def sum_of(terms: Sequence[str]) -> str:
    """The terms as a sum.

    >>> sum_of(["0.40", "-0.50", "0.60"])
    '0.40 - 0.50 + 0.60'
    """
    return " + ".join(terms).replace("+ -", "- ") or "0.00"


def products(value: float, x: Vector, y: Vector) -> str:
    """The sum of the products x[k]·y[k] with its numbers, where its value is this."""
    return sum_of([f"{operand(xk, value)}·{factor(operand(yk, value))}" for xk, yk in zip(x, y)])


def weighted_sum(value: float, weights: Vector, a: Vector, *bias: float) -> str:
    """The products w[k]·a[k] and the bias with their numbers, and their sum, which is the value."""
    terms = [products(value, [w], [ak]) for w, ak in zip(weights, a)] + [operand(b, value) for b in bias]
    return f"{sum_of(terms)} = {result(value, hadamard(weights, a) + list(bias))}"


def vector(x: Vector) -> str:
    """All elements in a row.

    >>> vector([0.5, 1.0])
    '(0.50, 1.00)'
    """
    return f"({', '.join(map(operand, x))})"


def subscript(digits: str) -> str:
    """The digits below the line.

    >>> subscript("12")
    '₁₂'
    """
    return digits.translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


class ActivationFormulas(NamedTuple):
    """How an activation is written: its rule, the error δ = ∂C/∂z that it makes of ∂C/∂a, and both with numbers."""

    rule: str
    error: str
    forward: Callable[[Vector, int], str]               # of z and j: a[j]
    backward: Callable[[Vector, Vector, int], str]      # of a, g = ∂C/∂a, and j: δ[j]


def of_activation(activation: Activation) -> ActivationFormulas:
    """Its entry in ACTIVATIONS, or its name and its slopes:

    >>> class Doubling(Activation):
    ...     def __call__(self, z: Vector) -> Vector: return [2.0 * zj for zj in z]
    ...     def backward(self, a: Vector, g: Vector) -> Vector: return [2.0 * gj for gj in g]
    >>> of_activation(Doubling()).forward([1.5, 3.0], 0), of_activation(Doubling()).backward([3.0, 6.0], [0.5, 0.1], 0)
    ('doubling(1.50)', '0.50·2.00')
    """
    name = repr(activation)

    def forward(z: Vector, j: int) -> str:
        if activation([z[j]]) == [activation(z)[j]]:    # depends on this z alone
            return f"{name}({operand(z[j])})"
        return f"{name}{vector(z)}{subscript(str(j + 1))}"

    def backward(a: Vector, g: Vector, j: int) -> str:
        # With g = eₖ the way back gives the slopes of aₖ alone, and [j] is the one by zⱼ.
        slopes = [activation.backward(a, unit_vector(k, len(a)))[j] for k in range(len(a))]
        used = [k for k in range(len(a)) if slopes[k]]
        return products(dot(g, slopes), [g[k] for k in used], [slopes[k] for k in used])

    return ACTIVATIONS.get(name) or ActivationFormulas(f"a = {name}(z)", "δⱼ = Σₖ ∂C/∂aₖ·∂aₖ/∂zⱼ", forward, backward)


def _softmax(z: Vector, j: int) -> str:
    powers = [f"e^{operand(zk, 1.0)}" for zk in z]
    return f"{powers[j]}/({sum_of(powers)})"


def _softmax_backward(a: Vector, g: Vector, j: int) -> str:
    mean = dot(a, g)
    terms = [f"{operand(ak)}·{factor(operand(gk, g[j] - mean))}" for ak, gk in zip(a, g)]
    return f"{operand(a[j])}·({operand(g[j], g[j] - mean)} - ({sum_of(terms)}))"


def _sigmoid_backward(a: Vector, g: Vector, j: int) -> str:
    output = operand(a[j], 1.0 - a[j])
    return f"{operand(g[j])}·{output}·(1 - {output})"


ACTIVATIONS: Dict[str, ActivationFormulas] = {
    "sigmoid": ActivationFormulas(
        "aⱼ = σ(zⱼ) = 1/(1 + e^-zⱼ)", "δⱼ = ∂C/∂aⱼ·aⱼ·(1 - aⱼ)",
        lambda z, j: f"1/(1 + e^{operand(-z[j], 1.0)})", _sigmoid_backward),
    "tanh": ActivationFormulas(
        "aⱼ = tanh(zⱼ)", "δⱼ = ∂C/∂aⱼ·(1 - aⱼ²)",
        lambda z, j: f"tanh({operand(z[j])})",
        lambda a, g, j: f"{operand(g[j])}·(1 - {factor(operand(a[j], 1.0 - abs(a[j])))}²)"),
    "relu": ActivationFormulas(
        "aⱼ = max(0, zⱼ)", "δⱼ = ∂C/∂aⱼ·1 where zⱼ > 0, else ∂C/∂aⱼ·0",
        lambda z, j: f"max(0, {operand(z[j])})", lambda a, g, j: f"{operand(g[j])}·{int(a[j] > 0.0)}"),
    "softmax": ActivationFormulas(
        "aⱼ = e^zⱼ / Σₖ e^zₖ", "δⱼ = aⱼ·(∂C/∂aⱼ - Σₖ aₖ·∂C/∂aₖ)", _softmax, _softmax_backward),
    "identity": ActivationFormulas(
        "aⱼ = zⱼ", "δⱼ = ∂C/∂aⱼ", lambda z, j: operand(z[j]), lambda a, g, j: operand(g[j])),
}


class CostFormulas(NamedTuple):
    """How a cost is written: its rule and its derivative's, and both with numbers."""

    rule: str
    slope: str
    fn: Callable[[Vector, Vector], str]                 # of a and y: C
    derivative: Callable[[Vector, Vector, int], str]    # of a, y and j: ∂C/∂a[j]


def name_of_cost(cost: Type[Cost]) -> str:
    """Its name on command lines and in files; of a class that has none, the class's."""
    return next((name for name, named in NAMED_COSTS.items() if named is cost), cost.__name__)


def of_cost(cost: Type[Cost]) -> CostFormulas:
    """Its entry in COSTS, or its name: C = absolute-error(a, y) and ∂C/∂aⱼ = absolute-error′(a, y)ⱼ."""
    name = name_of_cost(cost)
    return COSTS.get(name) or CostFormulas(
        f"C = {name}(a, y)", f"∂C/∂aⱼ = {name}′(a, y)ⱼ",
        lambda a, y: f"{name}({vector(a)}, {vector(y)})",
        lambda a, y, j: f"{name}′({vector(a)}, {vector(y)}){subscript(str(j + 1))}")


def _logarithms(terms: Sequence[Tuple[float, str]]) -> str:
    """-(y·ln a + ...) of all (y, ln a); a term whose y is 0 is left out, and a factor of 1."""
    return f"-({sum_of([ln if y == 1.0 else f'{operand(y)}·{ln}' for y, ln in terms if y])})"


def _ln(a: float) -> str:
    """ln a, where a counts as at least 2⁻⁵³. Near 1 it needs the digits in which a differs from 1."""
    return f"ln({operand(a, 1.0 - a) if a > LEAST else operand(LEAST)})"


def _ln_of_rest(a: float) -> str:
    """ln(1 - a), likewise."""
    return f"ln({f'1 - {factor(operand(a, 1.0 - a))}' if 1.0 - a > LEAST else operand(LEAST)})"


def _quotient(numerator: str, denominator: str, value: float) -> str:
    """A division; where the denominator's value is 0, by 2⁻⁵³."""
    return f"{numerator}/{denominator if abs(value) > sys.float_info.min else operand(LEAST)}"


def _difference(aj: float, yj: float) -> str:
    return f"{operand(aj, aj - yj)} - {factor(operand(yj))}"


def _cross_entropy_slope(a: Vector, y: Vector, j: int) -> str:
    desired, output = factor(operand(y[j])), factor(operand(a[j], min(abs(1.0 - a[j]), abs(a[j] - y[j]))))
    rest = _quotient(f"(1 - {desired})", f"(1 - {output})", 1.0 - a[j])
    return f"{rest} - {_quotient(desired, output, a[j])}"


COSTS: Dict[str, CostFormulas] = {
    "quadratic": CostFormulas(
        "C = ½·Σⱼ (aⱼ - yⱼ)²", "∂C/∂aⱼ = aⱼ - yⱼ",
        lambda a, y: f"½·({sum_of([f'({_difference(aj, yj)})²' for aj, yj in zip(a, y)])})",
        lambda a, y, j: _difference(a[j], y[j])),
    "cross-entropy": CostFormulas(
        "C = -Σⱼ (yⱼ·ln aⱼ + (1 - yⱼ)·ln(1 - aⱼ))", "∂C/∂aⱼ = (1 - yⱼ)/(1 - aⱼ) - yⱼ/aⱼ",
        lambda a, y: _logarithms(
            [term for aj, yj in zip(a, y) for term in ((yj, _ln(aj)), (1.0 - yj, _ln_of_rest(aj)))]),
        _cross_entropy_slope),
    "log-likelihood": CostFormulas(
        "C = -Σⱼ yⱼ·ln aⱼ", "∂C/∂aⱼ = -yⱼ/aⱼ",
        lambda a, y: _logarithms([(yj, _ln(aj)) for aj, yj in zip(a, y)]),
        lambda a, y, j: _quotient(operand(-y[j]), factor(operand(a[j])), a[j])),
}

