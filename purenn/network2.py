"""The network of chapter 3: other costs, activations and first weights, L2, momentum, and a look at how it learns.

The book's `network2` begins where `network` ends, and so does this one: see
http://neuralnetworksanddeeplearning.com/chap3.html#handwriting_recognition_revisited_the_code. A method that replaces
one of chapter 1's says what changes. All choices default to chapter 1's; those of the book's `network2` are
`cost=CrossEntropyCost, initializer=scaled`.

>>> net = Network([2, 2], rng=Random(0), cost=CrossEntropyCost)
>>> evaluation_cost, evaluation_accuracy, training_cost, training_accuracy = net.SGD(
...     [([0.0, 1.0], [1.0, 0.0]), ([1.0, 0.0], [0.0, 1.0])], epochs=30, mini_batch_size=2, eta=1.0, lmbda=0.01,
...     monitor_training_cost=True, report=lambda epoch: None)
>>> training_cost[29] < training_cost[0], evaluation_cost
(True, [])
"""
from __future__ import annotations

from random import Random
from typing import Any, Callable, Iterable, List, Optional, Sequence, Tuple, Type, Union

from . import arguments, network
from .activations import ACTIVATIONS, Activation, sigmoid
from .costs import COSTS, Cost, CrossEntropyCost as CrossEntropyCost, QuadraticCost as QuadraticCost
from .dropout import masked, masks
from .history import Epoch, History, Score, print_epoch
from .initializers import INITIALIZERS, Initializer, large
from .matrix import (Input, Matrix, Pixels, Vector, add_matrix, add_outer, add_scaled, all_finite, dot, scale_matrix,
                     shape, sparse, unit_vector, zeros)
from .network import Example, TrainingExample, answer
from .schedules import Schedule, constant, watches

Gradient = Tuple[List[Vector], List[Matrix]]        # (nabla_b, nabla_w), shaped like (biases, weights)
Pass = Tuple[Input, List[Vector], List[Vector]]     # x, and what `propagate` makes of it


class Diverged(ArithmeticError):
    """Training made a weight, a bias or a cost infinite or nan; or, where weights are packed, larger than 4,096."""


class Network(network.Network):
    """Layers of neurons, sizes[0] of them in the input layer, and a choice of all that chapter 1 took for granted."""

    def __init__(self, sizes: Sequence[int], rng: Optional[Random] = None, *,
                 activation: Union[Activation, str] = sigmoid, output: Union[Activation, str] = sigmoid,
                 cost: Union[Type[Cost], str] = QuadraticCost, initializer: Union[Initializer, str] = large,
                 dropout: float = 0.0, seed: Optional[int] = None) -> None:
        """`activation` is the hidden layers', `output` the last one's; `initializer` draws from `rng`.

        Each may also be given by its name: "relu", "cross-entropy", "scaled". `seed=6` is short for `rng=Random(6)`.

        In training each hidden neuron is left out with probability `dropout` (0 <= dropout < 1), as `rng` draws it.
        """
        arguments.hyper_parameters(dropout=dropout)
        self.dropout = dropout
        self.initializer: Initializer = arguments.one_named("initializer", initializer, INITIALIZERS)
        if rng is not None and seed is not None:
            raise ValueError("rng or seed, not both: a seed makes a generator of its own")
        super().__init__(sizes, rng if seed is None else Random(seed))
        hidden: Activation = arguments.one_named("activation", activation, ACTIVATIONS)
        last: Activation = arguments.one_named("output", output, ACTIVATIONS)
        self.activation_functions = [hidden] * (self.num_layers - 2) + [last]
        self.cost = arguments.one_named("cost", cost, COSTS)

    def __repr__(self) -> str:
        functions = ", ".join(map(repr, self.activation_functions))
        return (f"<{type(self).__name__} {self.sizes}: {functions}; {self.cost.__name__}; "
                f"{self.parameters:,} parameters>")

    @property
    def parameters(self) -> int:
        """How many numbers training may change: all weights and biases."""
        return sum((n_in + 1) * n_out for n_in, n_out in zip(self.sizes, self.sizes[1:]))

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
            report: Callable[[Epoch], object] = print_epoch, progress: Callable[[int], None] = lambda done: None
            ) -> History:
        """Train up to `epochs` epochs, with L2 regularisation λ = lmbda and momentum μ = mu (0 <= μ < 1).

        After each epoch the accuracy on `test_data`, and whatever is monitored, is measured and given to `report`. It
        may look at the network, and end the training by returning False.
        `schedule` sets η for each epoch, or ends the training. `past` holds the epochs of an earlier part of the same
        run. `progress` is given the number of examples done in this epoch after each mini-batch.

        An argument or an example that does not fit is a ValueError, before any weight changes. Diverged is raised
        when a number is no longer finite.
        """
        arguments.hyper_parameters(epochs=epochs, mini_batch_size=mini_batch_size, eta=eta, lmbda=lmbda, mu=mu)
        if isinstance(test_data, (int, float)):
            raise ValueError(f"SGD: the fifth argument is test_data; λ is given by name, lmbda={test_data}")
        training_data = arguments.examples("training_data", training_data, self.sizes)
        test_data = arguments.examples("test_data", test_data, self.sizes, labels=True)
        evaluation_data = arguments.examples("evaluation_data", evaluation_data, self.sizes, labels=True)
        monitor_evaluation_accuracy |= watches(schedule)        # early stopping and halving go by it
        if not training_data:
            raise ValueError("SGD: training_data has no example to learn from")
        if not evaluation_data and (monitor_evaluation_cost or monitor_evaluation_accuracy):
            raise ValueError("SGD: early stopping, halving and the monitoring of evaluation need evaluation_data")
        training_data = self.prepared("training_data", training_data)
        test_data = self.prepared("test_data", test_data, pixels=False)
        evaluation_data = self.prepared("evaluation_data", evaluation_data, pixels=False)
        if not past:
            self.velocity = None                                # a new run begins at rest, a resumed one goes on
        run = list(past)
        for number in range(len(run), epochs):
            rate = schedule(eta, run)
            if rate is None:
                break
            self.run_epoch(number, training_data, mini_batch_size, rate, lmbda, mu, progress)
            epoch = Epoch(
                number, rate, self.score(test_data) if test_data else None,
                *self.measure(evaluation_data, lmbda, monitor_evaluation_cost, monitor_evaluation_accuracy),
                *self.measure(training_data, lmbda, monitor_training_cost, monitor_training_accuracy))
            if not self.is_finite(epoch):
                raise diverged(number, rate)
            run.append(epoch)
            if report(epoch) is False:
                break
        return History(run)

    def ready(self, x: Input) -> Any:
        """What a training keeps of an input: its zeros are looked for once. An image that is bytes stays so, for
        50,000 lists of floats would fill the memory."""
        return x if isinstance(x, Pixels) else sparse(x)

    def prepared(self, name: str, data: Sequence[Any], pixels: bool = True) -> Sequence[Any]:
        """The examples with their inputs made ready; unless `pixels`, without those that are bytes. (The images of
        `data.expanded` are no list: they are made anew each time.)"""
        if not isinstance(data, (list, tuple)):
            return data
        try:
            return [(x if isinstance(x, Pixels) and not pixels else self.ready(x), y) for x, y in data]
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None

    def run_epoch(self, number: int, training_data: Sequence[TrainingExample], mini_batch_size: int, eta: float,
                  lmbda: float, mu: float, progress: Callable[[int], None]) -> None:
        """One pass over the training data, in a new order: a step for each mini-batch."""
        n = len(training_data)
        shuffled = self.rng.sample(range(n), n)         # indices, as an expanded image is made when it is asked for
        for k in range(0, n, mini_batch_size):
            mini_batch = [training_data[j] for j in shuffled[k:k + mini_batch_size]]
            self.update_mini_batch(mini_batch, eta, lmbda, n, mu)
            if not all_finite(self.biases):             # the weights, which are many more, are looked at by is_finite
                raise diverged(number, eta)
            progress(min(k + mini_batch_size, n))

    def measure(self, data: Sequence[Example], lmbda: float, cost: bool, accuracy: bool
                ) -> Tuple[Optional[float], Optional[Score]]:
        """The cost and the accuracy on the data, from one pass; None for one that is not wanted."""
        if not cost:
            return None, self.score(data) if accuracy else None
        total_cost, score = self.cost_and_score(data, lmbda)
        return total_cost, score if accuracy else None

    def is_finite(self, epoch: Epoch) -> bool:
        """Whether all weights and biases, and the costs measured after the epoch, are finite numbers."""
        costs = [cost for cost in (epoch.evaluation_cost, epoch.training_cost) if cost is not None]
        return all_finite([costs, *self.biases]) and all(all_finite(w) for w in self.weights)

    # The single steps forward and back, as chapter 3 has them.

    def sigma(self, l: int, z: Vector) -> Vector:
        """The activations of layer l, by its own activation function."""
        return self.activation_functions[l - 2](z)

    def times_sigma_prime(self, l: int, nabla_a: Vector, a: Vector) -> Vector:
        """The error of layer l, back through its own activation function."""
        return self.activation_functions[l - 2].backward(a, nabla_a)

    def cost_derivative(self, output_activations: Vector, y: Vector) -> Vector:
        """∂C/∂a of the cost that was chosen."""
        return self.cost.derivative(output_activations, y)

    def output_error(self, a: Vector, y: Vector) -> Vector:
        """δ of layer L: a - y, if cost and output belong together, and else the long way."""
        return self.cost.delta(self.activation_functions[-1], a, y)

    def propagate(self, x: Input, y: Vector) -> Tuple[List[Vector], List[Vector]]:
        """Forward and back; with dropout, through other hidden neurons for each example ("Dropout")."""
        if not self.dropout:
            return super().propagate(x, y)
        all_take_part = self.activation_functions
        self.activation_functions = masked(all_take_part, masks(self.sizes, self.dropout, self.rng))
        try:
            return super().propagate(x, y)
        finally:
            self.activation_functions = all_take_part

    def update_mini_batch(self, mini_batch: Sequence[Tuple[Input, Vector]], eta: float, lmbda: float = 0.0,
                          n: Optional[int] = None, mu: float = 0.0) -> None:
        """One step against the gradient of m examples, out of n in all (equation 93; n is only needed with λ):

            w → (1 - ηλ/n)·w - (η/m)·Σ ∂C/∂w        b → b - (η/m)·Σ ∂C/∂b

        With momentum the step changes a velocity, and the velocity the weights: v → μ·v + step, w → w + v (107, 108).
        """
        if not mini_batch:
            raise ValueError("update_mini_batch: one example or more, not an empty mini-batch")
        passes = [(x, *self.propagate(x, y)) for x, y in [(sparse(x), y) for x, y in mini_batch]]
        biases, weights = self.begin_step(eta, lmbda, n, mu)
        add_gradients(passes, -eta / len(mini_batch), biases, weights)
        self.end_step(mu)

    def begin_step(self, eta: float, lmbda: float, n: Optional[int], mu: float) -> Gradient:
        """Take away what λ takes of the weights. Return what the gradients are to be added to: biases and weights
        themselves, or with momentum their velocity, which friction has made smaller."""
        decay = weight_decay(eta, lmbda, n)
        if not mu:
            for w in self.weights if decay else []:
                scale_matrix(w, 1.0 - decay)
            return self.biases, self.weights
        if self.velocity is None:
            self.velocity = [[0.0] * len(b) for b in self.biases], [zeros(*shape(w)) for w in self.weights]
        v_b, v_w = self.velocity
        for v in [v_b, *v_w]:
            scale_matrix(v, mu)
        for v, w in zip(v_w, self.weights) if decay else []:
            add_matrix(v, -decay, w)
        return v_b, v_w                                     # (107), once the gradients are added

    def end_step(self, mu: float) -> None:
        """With momentum, let the velocity move biases and weights."""
        if mu and self.velocity:
            v_b, v_w = self.velocity
            for parameters, v in zip([self.biases, *self.weights], [v_b, *v_w]):
                add_matrix(parameters, 1.0, v)              # (108)

    def evaluate(self, test_data: Sequence[Example]) -> int:
        """How many examples are answered rightly; a ValueError names one that does not fit. NumPy's arrays do."""
        return self.score(arguments.examples("test_data", test_data, self.sizes, labels=True)).right

    def accuracy(self, data: Sequence[Example]) -> int:
        """`evaluate`, by its name in chapter 3."""
        return self.evaluate(data)

    def score(self, data: Sequence[Example]) -> Score:
        """Right answers, and the number of examples, such as 9129 / 10000; of data that are known to fit."""
        return Score(super().evaluate(data), len(data))

    def total_cost(self, data: Sequence[Example], lmbda: float = 0.0) -> float:
        """The mean cost over n examples plus the L2 term λ/2n·Σw² (equation 87)."""
        return self.cost_and_score(data, lmbda)[0]

    def cost_and_score(self, data: Sequence[Example], lmbda: float) -> Tuple[float, Score]:
        """`total_cost` and `score`, from one pass."""
        costs, right, n = [], 0, len(data)
        for x, y in data:
            a = self.feedforward(x)
            costs.append(self.cost.fn(a, self.target(y)))
            right += answer(a) == answer(y)
        squares = sum(dot(row, row) for w in self.weights for row in w)
        return sum(costs) / n + 0.5 * lmbda / n * squares, Score(right, n)

    def target(self, y: Union[Vector, int]) -> Vector:
        """The desired output, also for a label: for 2 it is [0, 0, 1, ...]; a single output is to be the label."""
        if isinstance(y, (list, tuple)):
            return y
        return unit_vector(answer(y), self.sizes[-1]) if self.sizes[-1] > 1 else [float(answer(y))]


def vectorized_result(j: int) -> Vector:
    """The desired output for the digit j: ten numbers, all 0.0 but for the 1.0 at index j."""
    return unit_vector(j, 10)


def diverged(number: int, eta: float) -> Diverged:
    """What is raised when that happens in the epoch of this number."""
    return Diverged(f"epoch {number}: the network diverged, a number is no longer finite; "
                    f"try a smaller eta than {eta:g}")


def add_gradients(passes: Iterable[Pass], c: float, biases: List[Vector], weights: List[Matrix]) -> None:
    """Add c times the gradient of each example to biases and weights, or to their velocity."""
    for x, activations, deltas in passes:
        for b, w, a, delta in zip(biases, weights, [x, *activations], deltas):
            add_scaled(b, c, delta)                                                     # (BP3)
            add_outer(w, c, delta, a)                                                   # (BP4)


def weight_decay(eta: float, lmbda: float, n: Optional[int]) -> float:
    """ηλ/n, the fraction of each weight that L2 takes away in a step (equation 93)."""
    if lmbda and n is None:
        raise ValueError("update_mini_batch: lmbda needs n, the number of all training examples, for λ/n")
    return eta * lmbda / (n or 1)
