"""Backpropagation as one does it on paper: every quantity named, every formula with its numbers put in.

Whoever works through such a page with a calculator has understood chapter 2 of the book. `steps` computes the
numbers and `notation` writes them; here they get their names and their order. Layers are counted as in the book: the
input is layer 1, and the weight w³₁₂ leads from a²₂ to z³₁.
"""
from __future__ import annotations

from typing import Iterator, Sequence

from ..costs import LEAST
from ..matrix import Vector, transpose
from ..network import TrainingExample
from ..network2 import Network
from .notation import (factor, name_of_cost, of_activation, of_cost, operand, result, subscript, sum_of, vector,
                       weighted_sum)
from .steps import Backward, Forward, State, Step


def name(symbol: str, layer: int, *neurons: int) -> str:
    """A quantity with its layer above and its neurons, counted from 1, below.

    >>> name("z", 2, 0), name("∂C/∂w", 3, 0, 2), name("w", 2, 9, 0)
    ('z²₁', '∂C/∂w³₁₃', 'w²₁₀,₁')
    """
    comma = "," if max(neurons) > 8 else ""
    return (symbol + str(layer).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
            + subscript(comma.join(str(j + 1) for j in neurons)))


class Page:
    """The network, the examples and the hyper-parameters that all steps on a page share, and the lines of a step."""

    def __init__(self, net: Network, examples: Sequence[TrainingExample], eta: float, lmbda: float, mu: float, n: int
                 ) -> None:
        self.examples = examples
        self.m, self.n = len(examples), n
        self.over_n = f"/{n}" if n > 1 else ""
        self.eta, self.lmbda, self.mu = eta, lmbda, mu
        self.net = net
        self.activations = list(map(of_activation, net.activation_functions))
        self.cost = of_cost(net.cost)

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
        yield f"with {between}{output} output and {name_of_cost(self.net.cost)} cost"
        yield ""
        for i, (x, y) in enumerate(self.examples):
            yield f"Given{f', example {i + 1}' if self.m > 1 else ''}: x = {vector(x)}, y = {vector(y)}"
        of_all = f" over n = {self.n} examples, of which these are {self.m}" if self.n > self.m else ""
        regularisation = f", regularisation λ = {operand(self.lmbda)}{of_all}" if self.lmbda else ""
        momentum = f", momentum μ = {operand(self.mu)}" if self.mu else ""
        yield f"learning rate η = {operand(self.eta)}{regularisation}{momentum}"

    def title(self, text: str, i: int) -> Iterator[str]:
        """A blank line and a heading, with the number of its example where there are several."""
        yield ""
        yield (f"Example {i + 1}. " if self.m > 1 else "") + text

    def parameters(self, state: State) -> Iterator[str]:
        """All weights and biases, those of a neuron on one line."""
        for l, (weights, biases) in enumerate(zip(state.weights, state.biases), 2):
            for j, (row, b) in enumerate(zip(weights, biases)):
                named = [(name("w", l, j, k), w) for k, w in enumerate(row)] + [(name("b", l, j), b)]
                yield "  " + "   ".join(f"{quantity} = {operand(value)}" for quantity, value in named)

    def all_forward(self, state: State) -> Iterator[str]:
        """All examples on their way through the network, and their cost together."""
        for i in range(self.m):
            yield from self.forward(state, i)
        if self.m > 1 or self.lmbda:
            yield ""
            mean = f"({sum_of([operand(forward.cost) for forward in state.forward])})/{self.m}"
            squares = [f"{factor(operand(w))}²" for weights in state.weights for row in weights for w in row]
            penalty = f" + {operand(self.lmbda)}/(2·{self.n})·({sum_of(squares)})" if self.lmbda else ""
            yield "Cost in all: the mean" + (", and λ/2n·Σ w²" if self.lmbda else "")
            yield f"  C = {mean}{penalty} = {result(state.cost)}"

    def forward(self, state: State, i: int) -> Iterator[str]:
        """One example: its weighted sums, activations and cost."""
        (a_in, y), forward = self.examples[i], state.forward[i]
        for l, (w, b, z, a) in enumerate(zip(state.weights, state.biases, forward.z, forward.a), 2):
            activation = self.activations[l - 2]
            symbol = "a" if l > 2 else "x"
            yield from self.title(f"Forward, layer {l}: zⱼ = Σₖ wⱼₖ·{symbol}ₖ + bⱼ, {activation.rule}", i)
            for j in range(len(z)):
                yield f"  {name('z', l, j)} = {weighted_sum(z[j], w[j], a_in, b[j])}"
            for j in range(len(a)):
                yield f"  {name('a', l, j)} = {activation.forward(z, j)} = {result(a[j])}"
            a_in = a
        yield from self.title(f"Cost: {self.cost.rule}", i)
        formula = self.cost.fn(a_in, y)
        yield f"  C = {formula} = {result(forward.cost)}"
        if f"ln({operand(LEAST)})" in formula:
            yield f"  ({operand(LEAST)} is 2⁻⁵³; it stands for anything less in a logarithm, and for 0 in a division)"

    def backward(self, step: Step, i: int) -> Iterator[str]:
        """One example on its way back: the error of layers L to 2, and the gradient."""
        (x, y), forward, backward = self.examples[i], step.before.forward[i], step.backward[i]
        for l in range(self.net.num_layers, 1, -1):
            a, g, delta = forward.a[l - 2], backward.nabla_a[l - 2], backward.delta[l - 2]
            activation = self.activations[l - 2]
            if g is None:
                yield from self.title("Error of the output (BP1): δⱼ = aⱼ - yⱼ, as all else cancels for this pair", i)
                for j in range(len(a)):
                    difference = f"{operand(a[j], delta[j])} - {factor(operand(y[j]))}"
                    yield f"  {name('δ', l, j)} = {difference} = {result(delta[j], [a[j], y[j]])}"
                continue
            if l == self.net.num_layers:
                yield from self.title(f"Error of the output (BP1): {self.cost.slope}, {activation.error}", i)
                for j in range(len(a)):
                    yield f"  {name('∂C/∂a', l, j)} = {self.cost.derivative(a, y, j)} = {result(g[j], [1.0])}"
            else:
                yield from self.title(f"Error of layer {l} (BP2): ∂C/∂aⱼ = Σₖ wₖⱼ·δₖ, {activation.error}", i)
                for j, column in enumerate(transpose(step.before.weights[l - 1])):
                    yield f"  {name('∂C/∂a', l, j)} = {weighted_sum(g[j], column, backward.delta[l - 1])}"
            for j in range(len(a)):
                yield f"  {name('δ', l, j)} = {activation.backward(a, g, j)} = {result(delta[j], [a[j] * g[j]])}"
        yield from self.gradient(x, forward, backward, i)

    def gradient(self, x: Vector, forward: Forward, backward: Backward, i: int) -> Iterator[str]:
        """The gradient of one example's cost, for every bias and every weight."""
        yield from self.title("Gradient of the biases (BP3): ∂C/∂bⱼ = δⱼ", i)
        for l, nabla_b in enumerate(backward.nabla_b, 2):
            yield "  " + "   ".join(f"{name('∂C/∂b', l, j)} = {result(g)}" for j, g in enumerate(nabla_b))
        yield from self.title("Gradient of the weights (BP4): ∂C/∂wⱼₖ = aₖ·δⱼ, aₖ from the layer before", i)
        for l, (a, delta, nabla_w) in enumerate(zip([x, *forward.a], backward.delta, backward.nabla_w), 2):
            for j, row in enumerate(nabla_w):
                for k, g_w in enumerate(row):
                    yield f"  {name('∂C/∂w', l, j, k)} = {operand(a[k])}·{factor(operand(delta[j]))} = {result(g_w)}"

    def change(self, step: Step) -> Iterator[str]:
        """The step itself: the change of every weight and every bias."""
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
        for l in range(2, self.net.num_layers + 1):
            for j in range(self.net.sizes[l - 1]):
                for k in range(self.net.sizes[l - 2]):
                    yield from self.update(
                        name("w", l, j, k), self.lmbda, [backward.nabla_w[l - 2][j][k] for backward in step.backward],
                        [state.weights[l - 2][j][k] for state in states],
                        [state.velocity_w[l - 2][j][k] for state in states])
                yield from self.update(
                    name("b", l, j), 0.0, [backward.nabla_b[l - 2][j] for backward in step.backward],
                    [state.biases[l - 2][j] for state in states], [state.velocity_b[l - 2][j] for state in states])

    def update(self, name: str, lmbda: float, gradients: Vector, parameter: Vector, velocity: Vector) -> Iterator[str]:
        """The change of one weight or bias; `parameter` and `velocity` hold the values before and after the step."""
        (old, new), (v, new_v) = parameter, velocity
        eta, over_m = operand(self.eta), f"/{self.m}" if self.m > 1 else ""
        change = new_v if self.mu else new
        # An operand gets as many digits as it takes to work out the change, which may be far smaller.
        slopes = [operand(slope, change) for slope in gradients]
        step = f"{eta}{over_m}·" + (f"({sum_of(slopes)})" if self.m > 1 else factor(slopes[0]))
        decay = f"{eta}·{operand(lmbda)}{self.over_n}"
        if self.mu:
            drag = f" - {decay}·{factor(operand(old, new_v))}" if lmbda else ""
            yield f"  v → {operand(self.mu)}·{factor(operand(v, new_v))}{drag} - {step} = {result(new_v, [v, old])}"
            yield f"  {name} → {sum_of([operand(old, new), operand(new_v, new)])} = {result(new, [old])}"
        else:
            kept = f"(1 - {decay})·{factor(operand(old, new))}" if lmbda else operand(old, new)
            yield f"  {name} → {kept} - {step} = {result(new, [old])}"
