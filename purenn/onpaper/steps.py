"""Every number of a step of gradient descent: what a port to another language is checked against.

Training does not keep its intermediate results. Here a network takes the same step, by the same methods, and all
of them are recorded: weighted sums, activations, costs, errors, gradients, and the weights before and after.
`page` explains these numbers on paper, and the files of `tests/golden` hold them.

>>> from purenn.activations import identity
>>> net = Network([1, 1], output=identity)
>>> net.weights, net.biases = [[[2.0]]], [[1.0]]
>>> step = take_step(net, [([3.0], [5.0])], eta=0.1)
>>> step.before.forward[0].z, step.before.forward[0].cost       # 2·3 + 1, then ½·(7 - 5)²
([[7.0]], 2.0)
>>> step.backward[0].delta, step.backward[0].nabla_w            # 7 - 5, then 2·3
([[2.0]], [[[6.0]]])
>>> step.after.weights, step.after.biases                       # 2 - 0.1·6 and 1 - 0.1·2
([[[1.4]]], [[0.8]])
"""
from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import List, Optional, Sequence

from ..matrix import Matrix, Vector, add, matvec, scale, shape, vecmat, zeros
from ..network import TrainingExample
from ..network2 import Network


@dataclass(frozen=True)
class Forward:
    """One example on its way forward: z and a of layers 2 to L, and its cost."""

    z: List[Vector]
    a: List[Vector]
    cost: float


@dataclass(frozen=True)
class Backward:
    """The way back. Of layers 2 to L: ∂C/∂a, ∂C/∂z = δ, ∂C/∂b and ∂C/∂w.

    ∂C/∂a of the last layer is None where it cancels (`Cost.cancels`): there it is not computed.
    """

    nabla_a: List[Optional[Vector]]
    delta: List[Vector]
    nabla_b: List[Vector]
    nabla_w: List[Matrix]


@dataclass(frozen=True)
class State:
    """A network before or after a step, and its way forward for each example.

    `cost` is the mean cost of the m examples plus λ/2n·Σw². The training cost that `SGD` monitors is the same of all n.
    """

    weights: List[Matrix]
    biases: List[Vector]
    velocity_w: List[Matrix]
    velocity_b: List[Vector]
    forward: List[Forward]
    cost: float


@dataclass(frozen=True)
class Step:
    """One step of gradient descent along the mean gradient of the examples."""

    before: State
    backward: List[Backward]
    after: State


def take_step(net: Network, examples: Sequence[TrainingExample], eta: float, lmbda: float = 0.0, mu: float = 0.0,
              n: Optional[int] = None) -> Step:
    """Let the network take one step along a mini-batch of m examples, out of n in all (default: m), and record it."""
    n = n or len(examples)
    before = state(net, examples, lmbda, n)
    backward = [go_back(net, x, y) for x, y in examples]
    net.update_mini_batch(examples, eta, lmbda, n, mu)
    return Step(before, backward, state(net, examples, lmbda, n))


def state(net: Network, examples: Sequence[TrainingExample], lmbda: float, n: int) -> State:
    """The network as it is now. Its velocity is zero as long as no step had momentum."""
    at_rest = [scale(0.0, b) for b in net.biases], [zeros(*shape(w)) for w in net.weights]
    velocity_b, velocity_w = net.velocity or at_rest
    return State(deepcopy(net.weights), deepcopy(net.biases), deepcopy(velocity_w), deepcopy(velocity_b),
                 [go_forward(net, x, y) for x, y in examples],
                 net.total_cost(examples, lmbda * len(examples) / n))       # its L2 term is λ/2m·Σw² for m examples


def go_forward(net: Network, x: Vector, y: Vector) -> Forward:
    """`feedforward`, with the weighted sums."""
    activations = net.activations(x)
    z = [add(matvec(w, a), b) for w, a, b in zip(net.weights, [x, *activations], net.biases)]
    return Forward(z, activations, net.cost.fn(activations[-1], y))


def go_back(net: Network, x: Vector, y: Vector) -> Backward:
    """`backprop`, with the ∂C/∂a and δ on its way."""
    activations, delta = net.propagate(x, y)
    nabla_a: List[Optional[Vector]] = [vecmat(d, w) for d, w in zip(delta[1:], net.weights[1:])]
    cancels = net.cost.cancels(net.activation_functions[-1], y)
    nabla_a.append(None if cancels else net.cost_derivative(activations[-1], y))
    return Backward(nabla_a, delta, *net.backprop(x, y))
