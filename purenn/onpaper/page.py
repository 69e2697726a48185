"""Backpropagation as one does it on paper: every quantity named, every formula with its numbers put in.

Somebody who works through such a page with a calculator has understood chapter 2 of the book. The numbers come
from `golden`, their looks from `notation`; here they get their names and their order. In the first layer after
the input the neurons are z¹₁, z¹₂ ...; the weight w²₁₃ leads from a¹₃ to z²₁.
"""
from __future__ import annotations

from math import inf
from typing import Iterator, Sequence

from .. import costs
from .steps import Backward, Forward, State, Step
from ..matrix import Vector, transpose
from ..network import TrainingExample
from ..network2 import Network
from .notation import ACTIVATIONS, COSTS, factor, put, result, total, weighted_sum

def name(symbol: str, layer: int, *neurons: int) -> str:
    """A quantity with its layer above and its neurons, counted from 1, below.

    >>> name("z", 1, 0), name("∂C/∂w", 2, 0, 2), name("w", 1, 9, 0)
    ('z¹₁', '∂C/∂w²₁₃', 'w¹₁₀,₁')
    """
    comma = "," if max(neurons) > 8 else ""
    return (symbol + str(layer).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
            + comma.join(str(j + 1) for j in neurons).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")))


def vector(x: Vector) -> str:
    """All elements in a row.

    >>> vector([0.5, 1.0])
    '(0.50, 1.00)'
    """
    return f"({', '.join(map(put, x))})"


class Page:
    """What all steps on a page have in common, and the lines of one."""

    def __init__(self, net: Network, examples: Sequence[TrainingExample], eta: float, lmbda: float, mu: float, n: int) -> None:
        self.examples = examples
        self.m, self.n = len(examples), n
        self.over_n = f"/{n}" if n > 1 else ""
        self.eta, self.lmbda, self.mu = eta, lmbda, mu
        self.net = net
        self.activations = [ACTIVATIONS[str(function)] for function in net.activation_functions]
        self.cost_name = next(name for name, cost in costs.COSTS.items() if cost is net.cost)
        self.cost = COSTS[self.cost_name]

    def lines(self, step: Step) -> Iterator[str]:
        """One step of gradient descent."""
        yield "The network"
        yield from self.parameters(step.before)
        yield from self.all_forward(step.before)
        for i in range(self.m):
            yield from self.backward(step, i)
        yield from self.change(step)
        yield from self.all_forward(step.after)
        yield ""
        yield f"The cost was {result(step.before.cost)} before the step and is {result(step.after.cost)} after it."

    def header(self) -> Iterator[str]:
        """What is given."""
        *hidden, output = map(str, self.net.activation_functions)
        yield f"Backpropagation by hand, in a network of {'-'.join(map(str, self.net.sizes))} neurons"
        between = f"{', '.join(hidden)} in between, " if hidden else ""
        yield f"with {between}{output} output and {self.cost_name} cost"
        yield ""
        for i, (x, y) in enumerate(self.examples):
            yield f"Given{f', example {i + 1}' if self.m > 1 else ''}: x = {vector(x)}, y = {vector(y)}"
        of_all = f" over n = {self.n} examples, of which these are {self.m}" if self.n > self.m else ""
        regularisation = f", regularisation λ = {put(self.lmbda)}{of_all}" if self.lmbda else ""
        momentum = f", momentum μ = {put(self.mu)}" if self.mu else ""
        yield f"learning rate η = {put(self.eta)}{regularisation}{momentum}"

    def title(self, text: str, i: int) -> Iterator[str]:
        """The heading of a part, with the number of its example where there are several."""
        yield ""
        yield (f"Example {i + 1}. " if self.m > 1 else "") + text

    def parameters(self, state: State) -> Iterator[str]:
        """The weights and the bias of a neuron to a line."""
        for l, (weights, biases) in enumerate(zip(state.weights, state.biases), 1):
            for j, (row, b) in enumerate(zip(weights, biases)):
                named = [(name("w", l, j, k), w) for k, w in enumerate(row)] + [(name("b", l, j), b)]
                yield "  " + "   ".join(f"{quantity} = {put(value)}" for quantity, value in named)

    def all_forward(self, state: State) -> Iterator[str]:
        """All examples on their way through the network, and their cost together."""
        for i in range(self.m):
            yield from self.forward(state, i)
        if self.m > 1 or self.lmbda:
            yield ""
            mean = f"({total([put(forward.cost) for forward in state.forward])})/{self.m}"
            squares = [f"{factor(put(w))}²" for weights in state.weights for row in weights for w in row]
            penalty = f" + {put(self.lmbda)}/(2·{self.n})·({total(squares)})" if self.lmbda else ""
            yield "Cost in all: the mean" + (", and λ/2n·Σ w²" if self.lmbda else "")
            yield f"  C = {mean}{penalty} = {result(state.cost)}"

    def forward(self, state: State, i: int) -> Iterator[str]:
        """One example: its weighted sums, activations and cost."""
        (a_in, y), forward = self.examples[i], state.forward[i]
        for l, (w, b, z, a) in enumerate(zip(state.weights, state.biases, forward.z, forward.a), 1):
            activation = self.activations[l - 1]
            symbol = "a" if l > 1 else "x"
            yield from self.title(f"Forward, layer {l}: zⱼ = Σₖ wⱼₖ·{symbol}ₖ + bⱼ, {activation.rule}", i)
            for j in range(len(z)):
                yield f"  {name('z', l, j)} = {weighted_sum(z[j], w[j], a_in, b[j])}"
            for j in range(len(a)):
                yield f"  {name('a', l, j)} = {activation.forward(z, j)} = {result(a[j])}"
            a_in = a
        yield from self.title(f"Cost: {self.cost.rule}", i)
        yield f"  C = {self.cost.fn(a_in, y)} = {result(forward.cost)}"
        if forward.cost == inf:
            yield "  (ln of what is not above 0 counts as -∞: an output that was wished for is ruled out)"

    def backward(self, step: Step, i: int) -> Iterator[str]:
        """One example on its way back: the error of every layer, from the last to the first, and the gradient."""
        (x, y), forward, backward = self.examples[i], step.before.forward[i], step.backward[i]
        for l in range(len(self.activations), 0, -1):
            a, g, delta = forward.a[l - 1], backward.nabla_a[l - 1], backward.delta[l - 1]
            activation = self.activations[l - 1]
            if g is None:
                yield from self.title("Error of the output (BP1): δⱼ = aⱼ - yⱼ, all else cancels for this cost and output", i)
                for j in range(len(a)):
                    difference = f"{put(a[j], delta[j])} - {factor(put(y[j]))}"
                    yield f"  {name('δ', l, j)} = {difference} = {result(delta[j], [a[j], y[j]])}"
                continue
            if l == len(self.activations):
                yield from self.title(f"Error of the output (BP1): {self.cost.slope}, {activation.error}", i)
                for j in range(len(a)):
                    yield f"  {name('∂C/∂a', l, j)} = {self.cost.derivative(a, y, j)} = {result(g[j], [1.0])}"
            else:
                yield from self.title(f"Error of layer {l} (BP2): ∂C/∂aⱼ = Σₖ wₖⱼ·δₖ, {activation.error}", i)
                for j, column in enumerate(transpose(step.before.weights[l])):
                    yield f"  {name('∂C/∂a', l, j)} = {weighted_sum(g[j], column, backward.delta[l])}"
            for j in range(len(a)):
                yield f"  {name('δ', l, j)} = {activation.backward(a, g, j)} = {result(delta[j], [a[j] * g[j]])}"
        yield from self.gradient(x, forward, backward, i)

    def gradient(self, x: Vector, forward: Forward, backward: Backward, i: int) -> Iterator[str]:
        """What one example says about every bias and every weight."""
        yield from self.title("Gradient of the biases (BP3): ∂C/∂bⱼ = δⱼ", i)
        for l, nabla_b in enumerate(backward.nabla_b, 1):
            yield "  " + "   ".join(f"{name('∂C/∂b', l, j)} = {result(g)}" for j, g in enumerate(nabla_b))
        yield from self.title("Gradient of the weights (BP4): ∂C/∂wⱼₖ = aₖ·δⱼ, aₖ from the layer before", i)
        for l, (a, delta, nabla_w) in enumerate(zip([x, *forward.a], backward.delta, backward.nabla_w), 1):
            for j, row in enumerate(nabla_w):
                for k, g_w in enumerate(row):
                    yield f"  {name('∂C/∂w', l, j, k)} = {put(a[k])}·{factor(put(delta[j]))} = {result(g_w)}"

    def change(self, step: Step) -> Iterator[str]:
        """The step itself, weight for weight and bias for bias."""
        over_m, sigma = (f"/{self.m}", "Σ ") if self.m > 1 else ("", "")
        downhill, decay = f"η{over_m}·{sigma}∂C/∂", f"η·λ{self.over_n}"
        yield ""
        if self.mu:
            drag, but = (f" - {decay}·w", ", without λ") if self.lmbda else ("", "")
            yield f"The step: v → μ·v{drag} - {downhill}w, w → w + v; and the same for b{but}"
        else:
            kept = f"(1 - {decay})·w" if self.lmbda else "w"
            yield f"The step: w → {kept} - {downhill}w, b → b - {downhill}b"
        states = step.before, step.after
        for l in range(len(self.activations)):
            for j in range(self.net.sizes[l + 1]):
                for k in range(self.net.sizes[l]):
                    yield from self.update(
                        name("w", l + 1, j, k), self.lmbda, [backward.nabla_w[l][j][k] for backward in step.backward],
                        [state.weights[l][j][k] for state in states], [state.velocity_w[l][j][k] for state in states])
                yield from self.update(
                    name("b", l + 1, j), 0.0, [backward.nabla_b[l][j] for backward in step.backward],
                    [state.biases[l][j] for state in states], [state.velocity_b[l][j] for state in states])

    def update(self, name: str, lmbda: float, gradients: Vector, parameter: Vector, velocity: Vector) -> Iterator[str]:
        """The change of one weight or bias; `parameter` and `velocity` hold what was and what is."""
        (old, new), (v, new_v) = parameter, velocity
        eta, over_m = put(self.eta), f"/{self.m}" if self.m > 1 else ""
        change = new_v if self.mu else new
        slopes = [put(slope, change) for slope in gradients]
        step = f"{eta}{over_m}·" + (f"({total(slopes)})" if self.m > 1 else factor(slopes[0]))
        decay = f"{eta}·{put(lmbda)}{self.over_n}"
        if self.mu:
            drag = f" - {decay}·{factor(put(old, new_v))}" if lmbda else ""
            yield f"  v → {put(self.mu)}·{factor(put(v, new_v))}{drag} - {step} = {result(new_v, [v, old])}"
            yield f"  {name} → {total([put(old, new), put(new_v, new)])} = {result(new, [old])}"
        else:
            kept = f"(1 - {decay})·{factor(put(old, new))}" if lmbda else put(old, new)
            yield f"  {name} → {kept} - {step} = {result(new, [old])}"
