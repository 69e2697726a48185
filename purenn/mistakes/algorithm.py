"""The book's algorithm, each of its lines a method: so that a mistake is one line put in place of another.

`network` says the same in less space and runs faster. This one is made to be spoilt: `Algorithm(case, lines)` is the
algorithm with some of its lines replaced, and what it computes is what somebody computes who made these mistakes.
A replacement is given the algorithm, the line that it replaces, and that line's arguments.

>>> from purenn.mistakes.cases import Case
>>> case = Case([1, 1], ["identity"], "quadratic", 0.1, 0.0, 0.0, 1, [[3.0]], [[5.0]], [[[2.0]]], [[1.0]], steps=1)
>>> def forget_the_bias(net, line, l, a):
...     return matvec(net.weights[l], a)
>>> for lines in [], [{"weigh": forget_the_bias}]:
...     Algorithm(case, lines).forward(case.inputs, case.targets)[0].a
[[3.0], [7.0]]
[[3.0], [6.0]]
"""
from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Callable, Dict, Iterable, List, Mapping, Tuple

from ..costs import COSTS
from ..matrix import Matrix, Vector, add, add_matrix, matvec, outer, scale_matrix, shape, subtract, vecmat, zeros
from .cases import Case
from .functions import DERIVATIVES, FUNCTIONS, backward

Lines = Mapping[str, Callable[..., Any]]
"""Names of methods of Algorithm, and what takes their place."""

Key = Tuple[str, int]
"""Which parameters: "w" or "b", and the layer."""


@dataclass
class Way:
    """One example on its way forward and back."""

    y: Vector
    a: List[Vector]                                         # a[0] is x, a[l + 1] belongs to z[l]
    z: List[Vector] = field(default_factory=list)
    delta: Dict[int, Vector] = field(default_factory=dict)  # the errors, layer by layer as they are found


class Algorithm:
    """A network at the start of a case, which can take its steps. Layer l here leads from a[l] to a[l + 1]."""

    def __init__(self, case: Case, lines: Iterable[Lines] = ()) -> None:
        self.case = case
        self.weights = [[row[:] for row in w] for w in case.weights]
        self.biases = [b[:] for b in case.biases]
        self.names = case.activations
        self.functions = [FUNCTIONS[name] for name in case.activations]
        self.eta = case.eta                                 # of the step that has been taken on the way back
        self.factor = 1.0                                   # of the cost, for the one mistake that forgets about δ
        self.layers = range(len(self.weights))
        self.velocity: Dict[Key, Matrix] = {}
        self.kept: Dict[Key, Matrix] = {}                   # for gradients that a mistake does not forget
        for replaced in lines:
            for name, line in replaced.items():
                setattr(self, name, partial(line, self, getattr(self, name)))

    # Forward

    def weigh(self, l: int, a: Vector) -> Vector:
        """z = w·a + b."""
        return add(matvec(self.weights[l], a), self.biases[l])

    def activate(self, l: int, zs: List[Vector]) -> List[Vector]:
        """a = σ(z), for all examples that go together."""
        return [self.functions[l](z) for z in zs]

    def forward(self, xs: List[Vector], ys: List[Vector]) -> List[Way]:
        """The way forward of the examples, together."""
        ways = [Way(y, [x]) for x, y in zip(xs, ys)]
        for l in self.layers:
            for way in ways:
                way.z.append(self.weigh(l, way.a[l]))
            for way, a in zip(ways, self.activate(l, [way.z[l] for way in ways])):
                way.a.append(a)
        return ways

    # Back

    def derivative(self, a: Vector, y: Vector) -> Vector:
        """∂C/∂a of the output."""
        return DERIVATIVES[self.case.cost](a, y)

    def cancels(self, way: Way) -> bool:
        """Whether cost and output are a pair for which δ = a - y."""
        cost = COSTS.get(self.case.cost)
        return cost is not None and cost.cancels(self.functions[-1], way.y)

    def output_error(self, way: Way) -> Vector:
        """δ of the last layer (BP1)."""
        if self.cancels(way):
            return subtract(way.a[-1], way.y)
        return backward(self.functions[-1], way.z[-1], way.a[-1], self.derivative(way.a[-1], way.y))

    def carry(self, way: Way, l: int) -> Vector:
        """∂C/∂a of layer l: wᵀδ, both of the layer that follows."""
        return vecmat(way.delta[l + 1], self.weights[l + 1])

    def slope(self, way: Way, l: int, g: Vector) -> Vector:
        """∂C/∂z from g = ∂C/∂a: g ⊙ σ′(z)."""
        return backward(self.functions[l], way.z[l], way.a[l + 1], g)

    def error(self, way: Way, l: int) -> Vector:
        """δ of layer l, (BP1) or (BP2)."""
        return self.output_error(way) if l == self.layers[-1] else self.slope(way, l, self.carry(way, l))

    def nabla_b(self, way: Way, l: int) -> Vector:
        """∂C/∂b = δ (BP3)."""
        return way.delta[l]

    def nabla_w(self, way: Way, l: int) -> Matrix:
        """∂C/∂w = δ⊗a, with the activations of the layer before (BP4)."""
        return outer(way.delta[l], way.a[l])

    def propagate(self, xs: List[Vector], ys: List[Vector]) -> List[Way]:
        """The whole way of the examples, together, with the weights as they are."""
        ways = self.forward(xs, ys)
        for l in reversed(self.layers):
            for way in ways:
                way.delta[l] = self.error(way, l)
        return ways

    # The step

    def total(self, key: Key, gradients: List[Matrix]) -> Matrix:
        """Σ over the examples of the mini-batch."""
        total = zeros(*shape(gradients[0]))
        for gradient in gradients:
            add_matrix(total, 1.0, gradient)
        return total

    def share(self, m: int, key: Key) -> float:
        """What the sum is multiplied by: η/m."""
        return self.case.eta / m

    def decay(self, key: Key, m: int) -> float:
        """How much of a weight is taken off: ηλ/n. Nothing of a bias."""
        return self.case.eta * self.case.lmbda / self.case.n if key[0] == "w" else 0.0

    def friction(self) -> float:
        """How much of its velocity a step keeps: μ."""
        return self.case.mu

    def move(self, key: Key, w: Matrix, gradients: List[Matrix], m: int) -> None:
        """v → μ·v - ηλ/n·w - η/m·Σ, then w → w + v, in place. Where μ = 0 that is a step without velocity."""
        v = self.velocity.setdefault(key, zeros(*shape(w)))
        scale_matrix(v, self.friction())
        add_matrix(v, -self.decay(key, m), w)
        add_matrix(v, -self.share(m, key), self.total(key, gradients))
        add_matrix(w, 1.0, v)

    def move_layer(self, ways: List[Way], l: int, m: int) -> None:
        """One layer's part of the step, along the gradients of these examples of a mini-batch of m."""
        self.move(("b", l), [self.biases[l]], [[self.nabla_b(way, l)] for way in ways], m)
        self.move(("w", l), self.weights[l], [self.nabla_w(way, l) for way in ways], m)

    def step(self, xs: List[Vector], ys: List[Vector]) -> None:
        """One step along the mini-batch: first all gradients, then all changes."""
        ways = self.propagate(xs, ys)
        for l in self.layers:
            self.move_layer(ways, l, len(ways))
