"""Against itself: whether somebody's gradients are the derivatives of his own outputs, whatever the functions.

The slopes J of the outputs say what every gradient must be once the error g at the output is known: ∇ = Jᵀ·g, with one
g for all layers. So a gradient is judged without knowing the cost; and g is then compared with the costs there are.

>>> slopes = Slopes()
>>> slopes.add([[1.0, 0.0], [0.0, 2.0], [3.0, 1.0]], [0.5, 1.0, 2.0])    # the slopes of two outputs by 3 parameters
>>> slopes.error()
[0.5, 0.5]
>>> slopes.add([[1.0, 1.0]], [7.0])
>>> print(slopes.error())
None
"""
from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, List, NamedTuple, Optional, Sequence, Tuple

from ..matrix import Matrix, Vector, dot
from .compare import finite, largest, ratio
from .functions import DERIVATIVES, FUNCTIONS, backward


@dataclass
class Slopes:
    """The slopes of one example's outputs, by central differences, beside the gradient that was answered."""

    rows: List[Vector] = field(default_factory=list)        # for each parameter, the slope of each output
    gradient: Vector = field(default_factory=list)

    def add(self, slopes: Any, gradient: Any) -> None:
        """Parameters at the same places of two structures; None where there is nothing."""
        if slopes is None or gradient is None:
            return
        if isinstance(slopes, list) and slopes and isinstance(slopes[0], float) and isinstance(gradient, (int, float)):
            self.rows.append(slopes)
            self.gradient.append(gradient)
        elif isinstance(slopes, list) and isinstance(gradient, list) and len(slopes) == len(gradient):
            for one, other in zip(slopes, gradient):
                self.add(one, other)
        else:
            self.rows.append([0.0])
            self.gradient.append(math.inf)

    def error(self) -> Optional[Vector]:
        """g with ∇ = Jᵀ·g for all parameters, the gradient of some cost by the outputs; None if there is no such g."""
        if not finite(self.gradient) or not self.rows:
            return None
        n = len(self.rows[0])
        square = [[sum(row[j] * row[k] for row in self.rows) for k in range(n)] for j in range(n)]
        right = [sum(row[j] * g for row, g in zip(self.rows, self.gradient)) for j in range(n)]
        g = solve(square, right)
        off = max(abs(dot(row, g) - b) for row, b in zip(self.rows, self.gradient))
        return g if off <= 1e-5 * largest(self.gradient) + 1e-9 else None


def solve(a: Matrix, b: Vector) -> Vector:
    """x with a·x = b, for a symmetric a that may be singular: where nothing is determined x is 0.

    >>> solve([[2.0, 0.0], [0.0, 0.0]], [4.0, 0.0])
    [2.0, 0.0]
    """
    n = len(b)
    rows = [[*row, right] for row, right in zip(a, b)]
    most = largest(a)
    pivots: List[Tuple[int, int]] = []
    free = list(range(n))
    for column in range(n):
        row = max(free, key=lambda row: abs(rows[row][column]), default=None)
        if row is None or abs(rows[row][column]) <= 1e-7 * most:
            continue
        free.remove(row)
        pivots.append((row, column))
        for other in range(n):
            if other != row:
                c = rows[other][column] / rows[row][column]
                rows[other] = [p - c * q for p, q in zip(rows[other], rows[row])]
    x = [0.0] * n
    for row, column in pivots:
        x[column] = rows[row][n] / rows[row][column]
    return x


Errors = Sequence[Tuple[Vector, Vector, Vector]]
"""(a, y, g) of some examples: the output, the target, and ∂C/∂a."""


class Own(NamedTuple):
    """What somebody's gradients are the derivatives of: a cost, "" if it is not known, and how often."""

    cost: str
    factor: float
    is_descent: bool        # every output is pushed towards its target, or every one away: it may be some cost's


def named_cost(errors: Errors) -> Own:
    """Which cost these errors come of."""
    signs = {(p > 0) == (a > t) for out, y, g in errors for a, t, p in zip(out, y, g) if abs(p) > 1e-9}
    is_softmax = all(abs(sum(a) - 1) < 1e-6 and len(a) > 1 for a, _, _ in errors)
    return Own(*cost_of(errors, is_softmax), len(signs) < 2)


def cost_of(errors: Errors, softmax: bool = False) -> Tuple[str, float]:
    """The cost, and the factor, for which (a, y, g) of several examples are what it begins with; "" if there is
    none. With softmax g is known up to what softmax takes off: its mean with the weights a."""
    for name, derivative in DERIVATIVES.items():
        ours, given = [derivative(a, y) for a, y, _ in errors], [g for _, _, g in errors]
        if softmax:
            ours, given = ([backward(FUNCTIONS["softmax"], a, a, g) for (a, _, _), g in zip(errors, some)]
                           for some in (ours, given))
        c = ratio(given, ours)
        if c is not None:
            return name, c
    return "", 1.0
