"""The activation functions and costs that people use, beyond those that purenn trains with: to know them when they
are met.

>>> FUNCTIONS["leaky-relu"]([-1.0, 2.0])
[-0.01, 2.0]
"""
from __future__ import annotations

from math import atan, erf, exp, expm1, log1p, pi, sin, sqrt, tanh
from typing import Any, Callable, Dict

from ..activations import ACTIVATIONS, sigmoid, softmax
from ..costs import COSTS
from ..matrix import Vector, subtract


class Known:
    """An activation function by its formula; its slopes are central differences, taken of z."""

    def __init__(self, function: Callable[[Vector], Vector]) -> None:
        self.function = function

    def __call__(self, z: Vector) -> Vector:
        return self.function(z)

    def backward_at(self, z: Vector, g: Vector) -> Vector:
        """Jᵀ·g at z."""
        h, out = 1e-5, []
        for k in range(len(z)):
            above, below = (self.function([*z[:k], z[k] + d, *z[k + 1:]]) for d in (h, -h))
            out.append(sum(gj * (p - q) for gj, p, q in zip(g, above, below)) / (2 * h))
        return out

    def backward(self, a: Vector, g: Vector) -> Vector:
        raise ValueError("needs z")


def each(f: Callable[[float], float]) -> Known:
    """A function of each element."""
    return Known(lambda z: [f(zj) for zj in z])


FUNCTIONS: Dict[str, Any] = {
    **ACTIVATIONS,
    **{f"leaky-relu{'' if c == 0.01 else f'-{c}'}": each(lambda z, c=c: z if z > 0 else c * z)     # type: ignore[misc]
       for c in (0.01, 0.1, 0.2, 0.05, 0.001, 0.3)},
    "elu": each(lambda z: z if z > 0 else expm1(z)),
    "softplus": each(lambda z: log1p(exp(z))),
    "swish": each(lambda z: z / (1 + exp(-z))),
    "lecun-tanh": each(lambda z: 1.7159 * tanh(2 * z / 3)),
    "sine": each(sin),
    "arctan": each(atan),
    "softsign": each(lambda z: z / (1 + abs(z))),
    "gelu": each(lambda z: z * (1 + erf(z / sqrt(2))) / 2),
    "gelu-tanh": each(lambda z: z * (1 + tanh(sqrt(2 / pi) * (z + 0.044715 * z ** 3))) / 2),
}
TWICE: Dict[str, Any] = {
    "softmax-of-sigmoid": Known(lambda z: softmax(sigmoid(z))),
    "softmax-of-relu": Known(lambda z: softmax(ACTIVATIONS["relu"](z))),
    "sigmoid-of-softmax": Known(lambda z: sigmoid(softmax(z))),
    "sigmoid-of-sigmoid": Known(lambda z: sigmoid(sigmoid(z))),
    "softmax-of-softmax": Known(lambda z: softmax(softmax(z))),
    "softmax-of-tanh": Known(lambda z: softmax(ACTIVATIONS["tanh"](z))),
}
"""Two functions one after the other, where one is meant."""

FUNCTIONS.update(TWICE)


def backward(function: Any, z: Vector, a: Vector, g: Vector) -> Vector:
    """Jᵀ·g of an activation function, from z or from a as it wants it."""
    at = getattr(function, "backward_at", None)
    return at(z, g) if at else function.backward(a, g)      # type: ignore[no-any-return]


def _derivatives() -> Dict[str, Callable[[Vector, Vector], Vector]]:
    found: Dict[str, Callable[[Vector, Vector], Vector]] = {name: cost.derivative for name, cost in COSTS.items()}
    found["absolute"] = lambda a, y: [float((p > t) - (p < t)) for p, t in zip(a, y)]
    found["log-cosh"] = lambda a, y: [tanh(p - t) for p, t in zip(a, y)]
    found["cubic"] = lambda a, y: [(p - t) * abs(p - t) for p, t in zip(a, y)]
    found["fourth-power"] = lambda a, y: [(p - t) ** 3 for p, t in zip(a, y)]
    found["hinge"] = lambda a, y: [-(2 * t - 1) if (2 * t - 1) * p < 1 else 0.0 for p, t in zip(a, y)]
    found["root-mean-square"] = lambda a, y: [(p - t) / sqrt(sum((u - v) ** 2 for u, v in zip(a, y)))
                                              for p, t in zip(a, y)]
    # Of outputs that are taken as they are, before the function that belongs to the cost.
    found["softmax-cross-entropy"] = lambda a, y: subtract(softmax(a), y)
    found["sigmoid-cross-entropy"] = lambda a, y: subtract(sigmoid(a), y)
    return found


DERIVATIVES = _derivatives()
"""∂C/∂a of every cost by its name: those of purenn first."""

