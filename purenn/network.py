"""A feed-forward neural network that learns by stochastic gradient descent and backpropagation.

Read it beside chapters 1 and 2 of Michael Nielsen's "Neural Networks and Deep Learning": the names are the
book's. Layer 0 is the input; the layers after it have weights and biases. `weights[l][j][k]` leads from
neuron k of layer l to neuron j of layer l + 1, so that a layer's activations are a′ = σ(w·a + b).

    feedforward         what the network answers
    SGD                 many epochs of ...
    update_mini_batch   ... one step downhill, along the `gradient` of a mini-batch, for which ...
    propagate           ... takes each example forward and back: (BP1), (BP2)
    backprop            the gradient of one example, written out: (BP3), (BP4)
    evaluate            how many answers are right

>>> from random import Random
>>> net = Network([2, 3, 1], rng=Random(0))
>>> xor = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])]
>>> _ = net.SGD(xor, epochs=1000, mini_batch_size=4, eta=5.0, report=lambda epoch: None)
>>> [round(net.feedforward(x)[0]) for x, y in xor]
[0, 1, 1, 0]
"""
from __future__ import annotations

from random import Random
from typing import Callable, List, Optional, Sequence, Tuple, Type, Union

from . import checks
from .activations import Activation, sigmoid
from .costs import Cost, QuadraticCost
from .history import Epoch, History, Schedule, Score, constant, print_epoch
from .initializers import Initializer, large
from .matrix import (Input, Matrix, Vector, add, add_matrix, add_outer, add_scaled, all_finite, argmax, dot, matvec, outer, scale,
                     scale_matrix, shape, sparse, unit_vector, vecmat, zeros)

TrainingExample = Tuple[Vector, Vector]             # (x, y), y the desired output vector
Example = Tuple[Vector, Union[Vector, int]]         # (x, y), y the desired output vector or a label
Gradient = Tuple[List[Vector], List[Matrix]]        # (nabla_b, nabla_w), shaped like (biases, weights)


class Diverged(ArithmeticError):
    """Training made a weight, a bias or a cost infinite or nan."""


class Network:
    """Layers of neurons, sizes[0] of them in the input layer. Every choice defaults to the book's chapter 1."""

    def __init__(self, sizes: Sequence[int], rng: Optional[Random] = None, *, activation: Activation = sigmoid,
                 output: Activation = sigmoid, cost: Type[Cost] = QuadraticCost, initializer: Initializer = large
                 ) -> None:
        """Draw the weights and biases from `rng`, which also shuffles in `SGD` (default: a fresh generator).

        `activation` is the hidden layers', `output` the last one's.
        """
        if len(sizes) < 2 or not all(isinstance(size, int) and size > 0 for size in sizes):
            raise ValueError(f"sizes: two layers or more, each of one neuron or more, not {list(sizes)}")
        self.sizes = list(sizes)
        self.num_layers = len(sizes)
        self.rng = rng or Random()
        self.activation_functions = [activation] * (self.num_layers - 2) + [output]
        self.cost = cost
        self.initialize(initializer)

    def initialize(self, initializer: Initializer) -> None:
        """Draw all weights and biases anew."""
        layers = [initializer(self.rng, n_in, n_out) for n_in, n_out in zip(self.sizes, self.sizes[1:])]
        self.biases: List[Vector] = [biases for biases, _ in layers]
        self.weights: List[Matrix] = [weights for _, weights in layers]
        self.velocity: Optional[Gradient] = None        # of momentum; None: at rest

    def large_weight_initializer(self) -> None:
        """Chapter 1's start again, by its name in chapter 3: all N(0, 1)."""
        self.initialize(large)

    def feedforward(self, a: Vector) -> Vector:
        """The network's output for the input a."""
        return self.activations(a)[-1]

    def activations(self, a: Input) -> List[Vector]:
        """The activations of each layer after the input: a′ = σ(w·a + b), layer by layer (book, equation 22)."""
        activations = []
        for b, w, activation in zip(self.biases, self.weights, self.activation_functions):
            a = activation(add(matvec(w, a), b))
            activations.append(a)
        return activations

    def SGD(self, training_data: Sequence[TrainingExample], epochs: int, mini_batch_size: int, eta: float,
            test_data: Optional[Sequence[Example]] = None, *, lmbda: float = 0.0, mu: float = 0.0,
            evaluation_data: Optional[Sequence[Example]] = None,
            monitor_evaluation_cost: bool = False, monitor_evaluation_accuracy: bool = False,
            monitor_training_cost: bool = False, monitor_training_accuracy: bool = False,
            schedule: Schedule = constant, past: Sequence[Epoch] = (),
            report: Callable[[Epoch], None] = print_epoch, progress: Callable[[int], None] = lambda done: None
            ) -> History:
        """Train by mini-batch stochastic gradient descent, up to `epochs` passes over the training data.

        eta is the learning rate η, lmbda the L2 regularisation λ, mu the momentum coefficient μ (0 <= μ < 1). After
        each epoch the accuracy on `test_data`, and what is to be monitored, is measured and handed to `report`;
        `schedule` may then change η, or stop, by the accuracies on `evaluation_data`. `past` holds the epochs of an
        earlier part of the same run. `progress` is told after each mini-batch how many examples of its epoch are done.

        An argument or an example that does not fit is a ValueError, before any weight changes. Diverged says that a
        number is no longer finite.
        """
        checks.hyper_parameters(epochs, mini_batch_size, eta, lmbda, mu)
        checks.data(self.sizes, training_data, test_data, evaluation_data)
        monitor_evaluation_accuracy |= schedule is not constant
        if not evaluation_data and (monitor_evaluation_cost or monitor_evaluation_accuracy):
            raise ValueError("SGD: a schedule and the monitoring of evaluation need evaluation_data")
        evaluation_data = evaluation_data or []
        if not past:
            self.velocity = None
        diary = list(past)
        examples = [(sparse(x), y) for x, y in training_data]
        for number in range(len(diary), epochs):
            rate = schedule(eta, History.of(diary).evaluation_accuracy)
            if rate is None:
                break
            diverged = Diverged(f"epoch {number}: the network diverged, a number is no longer finite; try a smaller eta than {rate:g}")
            shuffled = self.rng.sample(examples, len(examples))
            for k in range(0, len(shuffled), mini_batch_size):
                self.update_mini_batch(shuffled[k:k + mini_batch_size], rate, lmbda, len(shuffled), mu)
                if not all_finite(self.biases):
                    raise diverged
                progress(min(k + mini_batch_size, len(shuffled)))
            epoch = Epoch(
                number, rate, self.score(test_data) if test_data else None,
                self.total_cost(evaluation_data, lmbda) if monitor_evaluation_cost else None,
                self.score(evaluation_data) if monitor_evaluation_accuracy else None,
                self.total_cost(training_data, lmbda) if monitor_training_cost else None,
                self.score(training_data) if monitor_training_accuracy else None)
            if not self.is_finite(epoch):
                raise diverged
            diary.append(epoch)
            report(epoch)
        return History.of(diary)

    def is_finite(self, epoch: Epoch) -> bool:
        """Whether all weights and biases, and the costs measured after the epoch, are finite numbers."""
        costs = [cost for cost in (epoch.evaluation_cost, epoch.training_cost) if cost is not None]
        return all_finite([costs, *self.biases]) and all(all_finite(w) for w in self.weights)

    def update_mini_batch(self, mini_batch: Sequence[Tuple[Input, Vector]], eta: float, lmbda: float = 0.0, n: int = 1,
                          mu: float = 0.0) -> None:
        """One step of gradient descent on the m examples of a mini-batch, out of n in all (book, equation 93):

            w → (1 - ηλ/n)·w - (η/m)·Σ ∂C/∂w        b → b - (η/m)·Σ ∂C/∂b       (n is only needed with λ)

        With momentum the step changes a velocity, and the velocity the weights: v → μ·v + step, w → w + v (107, 108).
        """
        add_gradient = self.gradient(mini_batch)
        step, decay = -eta / len(mini_batch), eta * lmbda / n
        if mu == 0.0:
            if decay:
                for w in self.weights:
                    scale_matrix(w, 1.0 - decay)
            add_gradient(step, (self.biases, self.weights))
            return
        if self.velocity is None:
            self.velocity = [scale(0.0, b) for b in self.biases], [zeros(*shape(w)) for w in self.weights]
        v_b, v_w = self.velocity
        for v in [v_b, *v_w]:
            scale_matrix(v, mu)
        for v, w in zip(v_w, self.weights):
            add_matrix(v, -decay, w)
        add_gradient(step, self.velocity)
        for parameters, v in zip([self.biases] + self.weights, [v_b] + v_w):
            add_matrix(parameters, 1.0, v)

    def gradient(self, mini_batch: Sequence[Tuple[Input, Vector]]) -> Callable[[float, Gradient], None]:
        """The gradient summed over a mini-batch, as a function `add_to(c, (b, w))` that adds c times it to b and w.

        The gradient of a weight matrix is an outer product (BP4), so it need not be built to be added. All
        examples are propagated here, by the weights as they are now, before anything is added to them.
        """
        passes = [(x, *self.propagate(x, y)) for x, y in mini_batch]

        def add_to(c: float, target: Gradient) -> None:
            for x, activations, deltas in passes:
                for b, w, a, delta in zip(*target, [x, *activations], deltas):
                    add_scaled(b, c, delta)
                    add_outer(w, c, delta, a)

        return add_to

    def propagate(self, x: Input, y: Vector) -> Tuple[List[Vector], List[Vector]]:
        """Forward and back: the activations, and the errors δ = ∂C/∂z, of every layer after the input."""
        activations = self.activations(x)
        delta = self.cost.delta(self.activation_functions[-1], activations[-1], y)                  # (BP1)
        deltas = [delta]
        for l in range(2, self.num_layers):
            nabla_a = vecmat(delta, self.weights[-l + 1])
            delta = self.activation_functions[-l].backward(activations[-l], nabla_a)                # (BP2)
            deltas.insert(0, delta)
        return activations, deltas

    def backprop(self, x: Vector, y: Vector) -> Gradient:
        """(nabla_b, nabla_w), the gradient of the cost of one example, shaped like (biases, weights)."""
        activations, nabla_b = self.propagate(x, y)                                                 # (BP3)
        nabla_w = [outer(delta, a) for delta, a in zip(nabla_b, [x, *activations])]                 # (BP4)
        return nabla_b, nabla_w

    def cost_derivative(self, output_activations: Vector, y: Vector) -> Vector:
        """∂C/∂a at the output."""
        return self.cost.derivative(output_activations, y)

    def evaluate(self, test_data: Sequence[Example]) -> int:
        """How many examples are answered rightly: the digit answered is the output neuron with the largest activation."""
        return sum(argmax(self.feedforward(x)) == (y if isinstance(y, int) else argmax(y)) for x, y in test_data)

    def accuracy(self, data: Sequence[Example]) -> int:
        """`evaluate`, by its name in chapter 3."""
        return self.evaluate(data)

    def score(self, data: Sequence[Example]) -> Score:
        """The same as a Score: so many right, out of so many."""
        return Score(self.evaluate(data), len(data))

    def total_cost(self, data: Sequence[Example], lmbda: float = 0.0) -> float:
        """The mean cost over the data plus the L2 term λ/2n·Σw², n = len(data) (book, equation 87)."""
        n = len(data)
        cost = sum(self.cost.fn(self.feedforward(x), unit_vector(y, self.sizes[-1]) if isinstance(y, int) else y)
                   for x, y in data) / n
        return cost + 0.5 * lmbda / n * sum(dot(row, row) for w in self.weights for row in w)
