"""The network of chapter 3: other costs, activations and first weights, L2, momentum, and a look at how it learns.

The book's `network2` begins where `network` ends, and so does this one. A method that replaces one of chapter 1's says
what changes. All choices default to chapter 1's; those of the book's `network2` are `cost=CrossEntropyCost,
initializer=scaled`.

>>> net = Network([2, 2], rng=Random(0), cost=CrossEntropyCost)
>>> evaluation_cost, evaluation_accuracy, training_cost, training_accuracy = net.SGD(
...     [([0.0, 1.0], [1.0, 0.0]), ([1.0, 0.0], [0.0, 1.0])], epochs=30, mini_batch_size=2, eta=1.0, lmbda=0.01,
...     monitor_training_cost=True, report=lambda epoch: None)
>>> training_cost[29] < training_cost[0], evaluation_cost
(True, [])
"""
from __future__ import annotations

from random import Random
from typing import Callable, Iterable, List, Optional, Sequence, Tuple, Type, Union

from . import arguments, dropout as with_dropout, network
from .activations import ACTIVATIONS, Activation, sigmoid
from .costs import COSTS, Cost, CrossEntropyCost as CrossEntropyCost, QuadraticCost as QuadraticCost
from .history import Epoch, History, Score, print_epoch
from .initializers import INITIALIZERS, Initializer, large
from .matrix import (Input, Matrix, Vector, add_matrix, all_finite, dot, scale_matrix, shape, sparse, unit_vector,
                     zeros)
from .network import Example, Gradient, TrainingExample, add_gradients
from .schedules import Schedule, constant


class Diverged(ArithmeticError):
    """Training made a weight, a bias or a cost infinite or nan; or, where weights are packed, larger than 4,096."""


class Network(network.Network):
    """Layers of neurons, sizes[0] of them in the input layer, and a choice of all that chapter 1 took for granted."""

    dropout = 0.0

    def __init__(self, sizes: Sequence[int], rng: Optional[Random] = None, *,
                 activation: Union[Activation, str] = sigmoid, output: Union[Activation, str] = sigmoid,
                 cost: Union[Type[Cost], str] = QuadraticCost, initializer: Union[Initializer, str] = large,
                 dropout: float = 0.0) -> None:
        """`activation` is the hidden layers', `output` the last one's; `initializer` draws from `rng`.

        Each may also be given by its name: "relu", "cross-entropy", "scaled".

        In training each hidden neuron is left out with probability `dropout` (0 <= dropout < 1), as `rng` draws it.
        """
        arguments.hyper_parameters(dropout=dropout)
        self.dropout = dropout
        self.initializer: Initializer = arguments.one_named("initializer", initializer, INITIALIZERS)
        super().__init__(sizes, rng)
        hidden: Activation = arguments.one_named("activation", activation, ACTIVATIONS)
        last: Activation = arguments.one_named("output", output, ACTIVATIONS)
        self.activation_functions = [hidden] * (self.num_layers - 2) + [last]
        self.cost = arguments.one_named("cost", cost, COSTS)

    def __repr__(self) -> str:
        functions = ", ".join(map(repr, self.activation_functions))
        return f"<{type(self).__name__} {self.sizes}: {functions}; {self.cost.__name__}>"

    def default_weight_initializer(self) -> None:
        """Draw all weights and biases anew, as the initializer does it ("Weight initialization")."""
        layers = [self.initializer(self.rng, n_in, n_out) for n_in, n_out in zip(self.sizes, self.sizes[1:])]
        self.biases = [biases for biases, _ in layers]
        self.weights = [weights for _, weights in layers]
        self.velocity: Optional[Gradient] = None        # of momentum; None: at rest

    def large_weight_initializer(self) -> None:
        """Draw them as chapter 1 did, all from N(0, 1)."""
        self.initializer = large
        self.default_weight_initializer()

    def SGD(self, training_data: Iterable[TrainingExample], epochs: int,  # type: ignore[override]
            mini_batch_size: int, eta: float, test_data: Optional[Sequence[Example]] = None, *,
            lmbda: float = 0.0, mu: float = 0.0, evaluation_data: Optional[Sequence[Example]] = None,
            monitor_evaluation_cost: bool = False, monitor_evaluation_accuracy: bool = False,
            monitor_training_cost: bool = False, monitor_training_accuracy: bool = False,
            schedule: Schedule = constant, past: Sequence[Epoch] = (),
            report: Callable[[Epoch], None] = print_epoch, progress: Callable[[int], None] = lambda done: None
            ) -> History:
        """Train up to `epochs` epochs, with L2 regularisation λ = lmbda and momentum μ = mu (0 <= μ < 1).

        After each epoch the accuracy on `test_data`, and whatever is monitored, is measured and given to `report`.
        `schedule` sets η for each epoch, or ends the training, by the accuracies on `evaluation_data`. `past` holds
        the epochs of an earlier part of the same run. `progress` is given the number of examples done in this epoch
        after each mini-batch.

        An argument or an example that does not fit is a ValueError, before any weight changes. Diverged is raised
        when a number is no longer finite.
        """
        arguments.hyper_parameters(epochs=epochs, mini_batch_size=mini_batch_size, eta=eta, lmbda=lmbda, mu=mu)
        training_data = arguments.examples("training_data", training_data, self.sizes)
        test_data = arguments.examples("test_data", test_data, self.sizes, labels=True)
        evaluation_data = arguments.examples("evaluation_data", evaluation_data, self.sizes, labels=True)
        monitor_evaluation_accuracy |= schedule is not constant
        if not training_data:
            raise ValueError("SGD: training_data has no example to learn from")
        if not evaluation_data and (monitor_evaluation_cost or monitor_evaluation_accuracy):
            raise ValueError("SGD: a schedule and the monitoring of evaluation need evaluation_data")
        if not past:
            self.velocity = None
        run = list(past)
        # Zeros are looked for once, not in every epoch; but the images of `data.expanded` are made anew each time.
        ready = isinstance(training_data, (list, tuple))
        examples = [(sparse(x), y) for x, y in training_data] if ready else training_data
        n = len(examples)
        for number in range(len(run), epochs):
            rate = schedule(eta, History.of(run).evaluation_accuracy)
            if rate is None:
                break
            diverged = Diverged(f"epoch {number}: the network diverged, a number is no longer finite; "
                                f"try a smaller eta than {rate:g}")
            shuffled = self.rng.sample(range(n), n)
            for k in range(0, n, mini_batch_size):
                self.update_mini_batch([examples[j] for j in shuffled[k:k + mini_batch_size]], rate, lmbda, n, mu)
                if not all_finite(self.biases):
                    raise diverged
                progress(min(k + mini_batch_size, n))
            epoch = Epoch(
                number, rate, self.score(test_data) if test_data else None,
                self.total_cost(evaluation_data, lmbda) if monitor_evaluation_cost else None,
                self.score(evaluation_data) if monitor_evaluation_accuracy else None,
                self.total_cost(training_data, lmbda) if monitor_training_cost else None,
                self.score(training_data) if monitor_training_accuracy else None)
            if not self.is_finite(epoch):
                raise diverged
            run.append(epoch)
            report(epoch)
        return History.of(run)

    def is_finite(self, epoch: Epoch) -> bool:
        """Whether all weights and biases, and the costs measured after the epoch, are finite numbers."""
        costs = [cost for cost in (epoch.evaluation_cost, epoch.training_cost) if cost is not None]
        return all_finite([costs, *self.biases]) and all(all_finite(w) for w in self.weights)

    def propagate(self, x: Input, y: Vector) -> Tuple[List[Vector], List[Vector]]:
        """Forward and back; with dropout, through other hidden neurons for each example ("Dropout")."""
        if not self.dropout:
            return super().propagate(x, y)
        return with_dropout.propagate(self, with_dropout.masks(self.sizes, self.dropout, self.rng), x, y)

    def update_mini_batch(self, mini_batch: Sequence[Tuple[Input, Vector]], eta: float, lmbda: float = 0.0,
                          n: Optional[int] = None, mu: float = 0.0) -> None:
        """One step against the gradient of m examples, out of n in all (equation 93; n is only needed with λ):

            w → (1 - ηλ/n)·w - (η/m)·Σ ∂C/∂w        b → b - (η/m)·Σ ∂C/∂b

        With momentum the step changes a velocity, and the velocity the weights: v → μ·v + step, w → w + v (107, 108).
        """
        passes = [(x, *self.propagate(x, y)) for x, y in mini_batch]
        self.step(lambda biases, weights: add_gradients(passes, -eta / len(mini_batch), biases, weights),
                  eta, lmbda, n, mu)

    def step(self, add: Callable[[List[Vector], List[Matrix]], None], eta: float, lmbda: float, n: Optional[int],
             mu: float) -> None:
        """Let `add` add the gradients to biases and weights, after λ made the weights smaller; or with momentum to the
        velocity, which then moves biases and weights."""
        decay = weight_decay(eta, lmbda, n)
        if not mu:
            for w in self.weights if decay else []:
                scale_matrix(w, 1.0 - decay)
            add(self.biases, self.weights)
            return
        if self.velocity is None:
            self.velocity = [[0.0] * len(b) for b in self.biases], [zeros(*shape(w)) for w in self.weights]
        v_b, v_w = self.velocity
        for v in [v_b, *v_w]:
            scale_matrix(v, mu)
        for v, w in zip(v_w, self.weights) if decay else []:
            add_matrix(v, -decay, w)
        add(v_b, v_w)                                   # (107)
        for parameters, v in zip([self.biases, *self.weights], [v_b, *v_w]):
            add_matrix(parameters, 1.0, v)              # (108)

    def accuracy(self, data: Sequence[Example]) -> int:
        """`evaluate`, by its name in chapter 3."""
        return self.evaluate(data)

    def score(self, data: Sequence[Example]) -> Score:
        """Right answers, and the number of examples: 9129 / 10000."""
        return Score(self.evaluate(data), len(data))

    def total_cost(self, data: Sequence[Example], lmbda: float = 0.0) -> float:
        """The mean cost over n examples plus the L2 term λ/2n·Σw² (equation 87)."""
        n = len(data)
        cost = sum(self.cost.fn(self.feedforward(x), unit_vector(y, self.sizes[-1]) if isinstance(y, int) else y)
                   for x, y in data) / n
        return cost + 0.5 * lmbda / n * sum(dot(row, row) for w in self.weights for row in w)


def weight_decay(eta: float, lmbda: float, n: Optional[int]) -> float:
    """ηλ/n, the fraction of each weight that L2 takes away in a step (equation 93)."""
    if lmbda and n is None:
        raise ValueError("update_mini_batch: lmbda needs n, the number of all training examples, for λ/n")
    return eta * lmbda / (n or 1)
