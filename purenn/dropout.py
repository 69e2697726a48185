"""Dropout: each training example is shown to some of the hidden neurons only (chapter 3, "Other techniques").

A neuron that cannot rely on any other one being there has to learn something useful by itself. For each example (in
the book for each mini-batch) a fresh mask is drawn; each hidden neuron is left out with probability p. When the
network answers, all of them take part.

With all neurons there, the next layer would then get 1/(1 - p) times what it learned with. The book therefore trains
with half of the neurons (p = ½) and afterwards halves the weights that lead away from them. Here the activations of
those that take part are multiplied by 1/(1 - p) in training, "inverted" dropout. A trained network is then an ordinary
one. It answers as the book's does; the same η means a step 1/(1 - p)² as long in the weights behind the mask.

>>> masks([784, 5, 10], 0.5, Random(3))                 # none for the input and the output
[[0.0, 2.0, 0.0, 2.0, 2.0]]
"""
from __future__ import annotations

from random import Random
from typing import List, Sequence, Tuple

from .matrix import Input, Vector, add, hadamard, matvec, vecmat
from .network import Network


def masks(sizes: Sequence[int], p: float, rng: Random) -> List[Vector]:
    """For each hidden layer what its activations are multiplied by: 0 with probability p, else 1/(1 - p)."""
    return [[0.0 if rng.random() < p else 1.0 / (1.0 - p) for _ in range(n)] for n in sizes[1:-1]]


def propagate(net: Network, masks: Sequence[Vector], x: Input, y: Vector) -> Tuple[List[Vector], List[Vector]]:
    """`net.propagate` through the neurons that take part: a → mask ⊙ a on the way forward, and on the way back
    ∂C/∂a → mask ⊙ ∂C/∂a. The activations that it returns are masked."""
    everywhere = [*masks, [1.0] * net.sizes[-1]]
    a: Input = x
    unmasked: List[Vector] = []
    activations: List[Vector] = []
    for b, w, activation, mask in zip(net.biases, net.weights, net.activation_functions, everywhere):
        unmasked.append(activation(add(matvec(w, a), b)))
        activations.append(hadamard(mask, unmasked[-1]))
        a = activations[-1]
    deltas = [net.cost.delta(net.activation_functions[-1], activations[-1], y)]                     # (BP1)
    for l in range(2, net.num_layers):
        nabla_a = hadamard(everywhere[-l], vecmat(deltas[0], net.weights[-l + 1]))
        deltas.insert(0, net.activation_functions[-l].backward(unmasked[-l], nabla_a))              # (BP2)
    return activations, deltas
