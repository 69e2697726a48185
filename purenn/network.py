"""A feed-forward neural network that learns by stochastic gradient descent and backpropagation.

Read it beside chapters 1 and 2 of Michael Nielsen's "Neural Networks and Deep Learning", above all
http://neuralnetworksanddeeplearning.com/chap1.html#implementing_our_network_to_classify_digits and
http://neuralnetworksanddeeplearning.com/chap2.html#the_four_fundamental_equations_behind_backpropagation.
Names, and the numbers of equations in brackets, are the book's. The input is layer 1, the output is layer L.
Each layer l from 2 on has weights wˡ and biases bˡ; wˡⱼₖ leads from neuron k of layer l - 1 to neuron j of layer l.
In lists, wˡⱼₖ is `weights[l - 2][j][k]`, bˡ is `biases[l - 2]`, aˡ is `activations[l - 2]`; and a¹ is the input x.

>>> net = Network([2, 3, 1], rng=Random(0))
>>> xor = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])]
>>> for _ in range(1000):
...     net.update_mini_batch(xor, eta=5.0)
>>> [net.predict(x) for x, y in xor], net.evaluate(xor)
([0, 1, 1, 0], 4)
"""
from __future__ import annotations

from math import exp
from random import Random
from typing import Iterable, Sequence, Union

from .matrix import Input, Matrix, Vector, add, add_outer, add_scaled, argmax, matvec, outer, subtract, vecmat

TrainingExample = tuple[Vector, Vector]             # (x, y), y the desired output
Example = tuple[Vector, Union[Vector, int]]         # (x, y), y the desired output, or the right answer as a number


class Network:
    """An input of sizes[0] numbers, then layers of sigmoid neurons that learn to make the cost C = ½·‖y - a‖² small."""

    def __init__(self, sizes: Sequence[int], rng: Random | None = None) -> None:
        """Draw weights and biases from `rng`, which also shuffles in `SGD` (default: a fresh generator)."""
        if len(sizes) < 2 or not all(type(size) is int and size > 0 for size in sizes):
            raise ValueError(f"sizes: two layers or more, each of one neuron or more, not {list(sizes)}")
        if not isinstance(rng, (Random, type(None))):
            raise ValueError(f"rng: a random.Random, not {rng!r}")
        self.sizes, self.num_layers = list(sizes), len(sizes)
        self.rng = rng or Random()
        self.default_weight_initializer()

    def default_weight_initializer(self) -> None:
        """Draw every bias and weight from N(0, 1), the normal distribution with mean 0 and standard deviation 1."""
        self.biases: list[Vector] = []
        self.weights: list[Matrix] = []
        for n_in, n_out in zip(self.sizes, self.sizes[1:]):
            self.biases.append([self.rng.gauss(0.0, 1.0) for _ in range(n_out)])
            self.weights.append([[self.rng.gauss(0.0, 1.0) for _ in range(n_in)] for _ in range(n_out)])

    def feedforward(self, a: Vector) -> Vector:
        """The output of the network for the input a."""
        return self.activations(a)[-1]

    def SGD(self, training_data: Iterable[TrainingExample], epochs: int, mini_batch_size: int, eta: float,
            test_data: Sequence[Example] | None = None) -> None:
        """Train by stochastic gradient descent with learning rate eta, and print how each epoch went."""
        for name, number in ("epochs", epochs), ("mini_batch_size", mini_batch_size):
            if not isinstance(number, int) or number < 1:
                raise ValueError(f"{name}: a whole number of 1 or more, not {number!r:.40}")
        examples, tests = list(training_data), list(test_data or [])
        self.evaluate(examples[:1] + tests[:1])     # a first example that does not fit is told now
        for epoch in range(epochs):
            shuffled = self.rng.sample(examples, len(examples))
            for k in range(0, len(shuffled), mini_batch_size):
                self.update_mini_batch(shuffled[k:k + mini_batch_size], eta)
            print(f"Epoch {epoch}: {self.evaluate(tests)} / {len(tests)}" if tests else f"Epoch {epoch} complete")

    def update_mini_batch(self, mini_batch: Sequence[tuple[Input, Vector]], eta: float) -> None:
        """One step against the gradient of m examples: w → w - (η/m)·Σ ∂C/∂w and b → b - (η/m)·Σ ∂C/∂b (20, 21)."""
        if not mini_batch:
            raise ValueError("update_mini_batch: one example or more, not an empty mini-batch")
        passes = [(x, *self.propagate(x, y)) for x, y in mini_batch]        # all of them by the weights as they are
        c = -eta / len(mini_batch)
        # The book first sums the ∂C/∂w, each a matrix δ⊗a. To add each as it comes is the same step, and faster.
        for x, activations, deltas in passes:
            for b, w, a, delta in zip(self.biases, self.weights, [x, *activations], deltas):      # zip leaves out aᴸ
                add_scaled(b, c, delta)                                                             # (BP3)
                add_outer(w, c, delta, a)                                                           # (BP4)

    def propagate(self, x: Input, y: Vector) -> tuple[list[Vector], list[Vector]]:
        """Forward and back for one example: the activations a and the errors δ of layers 2 to L.

        The error of a neuron is δ = ∂C/∂z: how fast the cost grows with its weighted input z = w·a + b. The output
        layer acts on the cost directly: δ is the slope of the cost, ∂C/∂a, times the slope of the activation, σ′(z)
        (BP1). Any other neuron acts on the cost only through the next layer. If its a grows by a little, the z of each
        neuron there grows by w times as much, where w is the weight between the two, and the cost by the δ of that
        neuron times as much again. So ∂C/∂a is Σ w·δ, a sum over errors that are known already, and the neuron's own δ
        is ∂C/∂a times σ′(z) (BP2). The errors go back, layer by layer, over the weights by which the activations came.
        """
        activations = self.activations(x)
        delta = self.output_error(activations[-1], y)                                               # (BP1)
        deltas = [delta]
        for l in range(self.num_layers - 1, 1, -1):         # layers L - 1, ..., 2
            delta = self.times_sigma_prime(l, self.carry_back(l + 1, delta), activations[l - 2])    # (BP2)
            deltas.insert(0, delta)
        return activations, deltas

    def activations(self, a: Input) -> list[Vector]:
        """The activations of layers 2 to L for the input a."""
        activations = []
        for l in range(2, self.num_layers + 1):
            z = add(self.weigh(l, a), self.biases[l - 2])
            a = self.sigma(l, z)                                                                    # (25)
            activations.append(a)
        return activations

    def backprop(self, x: Vector, y: Vector) -> tuple[list[Vector], list[Matrix]]:
        """(nabla_b, nabla_w), the gradient of the cost of one example, shaped like (biases, weights)."""
        activations, nabla_b = self.propagate(x, y)                                  # (BP3): ∂C/∂b = δ, as ∂z/∂b = 1
        nabla_w = [outer(delta, a) for delta, a in zip(nabla_b, [x, *activations])]  # (BP4): ∂C/∂w = δ⊗a, as ∂z/∂w = a
        return nabla_b, nabla_w

    # The single steps forward and back, for layer l. Here all layers are alike; later chapters replace some steps.

    def weigh(self, l: int, a: Input) -> Vector:
        """wˡ·a, for the activations a of layer l - 1."""
        return matvec(self.weights[l - 2], a)

    def sigma(self, l: int, z: Vector) -> Vector:
        """σ(z), the activations of layer l."""
        return sigmoid(z)

    def cost_derivative(self, output_activations: Vector, y: Vector) -> Vector:
        """∂C/∂a of the output: a - y, as C = ½·‖y - a‖²."""
        return subtract(output_activations, y)

    def output_error(self, a: Vector, y: Vector) -> Vector:
        """δ of layer L: ∂C/∂a ⊙ σ′(z), where ⊙ multiplies element by element."""
        return self.times_sigma_prime(self.num_layers, self.cost_derivative(a, y), a)

    def carry_back(self, l: int, delta: Vector) -> Vector:
        """(wˡ)ᵀ·δ, for the error δ of layer l: at k, Σⱼ wˡⱼₖ·δⱼ. This is ∂C/∂a of layer l - 1."""
        return vecmat(delta, self.weights[l - 2])

    def times_sigma_prime(self, l: int, nabla_a: Vector, a: Vector) -> Vector:
        """δ of layer l: ∂C/∂a ⊙ σ′(z). As a = σ(z), σ′(z) is a·(1 - a)."""
        return [gj * aj * (1.0 - aj) for gj, aj in zip(nabla_a, a)]

    def predict(self, x: Vector) -> int:
        """The answer to x."""
        return answer(self.feedforward(x))

    def evaluate(self, test_data: Sequence[Example]) -> int:
        """How many examples are answered rightly."""
        return sum(self.predict(x) == answer(y) for x, y in test_data)


def sigmoid(z: Vector) -> Vector:
    """σ(z) = 1 / (1 + e⁻ᶻ), for each z (3). Where z ≤ 0 it is eᶻ / (1 + eᶻ), which is the same and cannot overflow."""
    return [1.0 / (1.0 + exp(-zj)) if zj > 0.0 else (e := exp(zj)) / (1.0 + e) for zj in z]


def answer(y: Vector | int) -> int:
    """What an output says: the number of its largest element. A single element says 1 if it is at least ½, else 0.
    A whole number, as the labels of test data are, is an answer already."""
    if isinstance(y, (list, tuple)):
        return argmax(y) if len(y) > 1 else int(y[0] >= 0.5)
    if not hasattr(y, "__index__") or hasattr(y, "__len__"):
        raise ValueError(f"a label is a whole number, and an output a list of numbers, not {y!r:.40}")
    return int(y)
