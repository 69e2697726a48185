"""Dropout: each training example is shown to some of the hidden neurons only.

A neuron that cannot rely on any other one being there has to learn something useful by itself. For each example (in
the book for each mini-batch) a fresh mask is drawn; each hidden neuron is left out with probability p. When the
network answers, all of them take part. (Chapter 3, "Other techniques for regularization",
http://neuralnetworksanddeeplearning.com/chap3.html#other_techniques_for_regularization.)

With all neurons there, the next layer would then get 1/(1 - p) times what it learned with. The book therefore trains
with half of the neurons (p = ½) and afterwards halves the weights that lead away from them. Here the activations of
those that take part are multiplied by 1/(1 - p) in training, "inverted" dropout. A trained network is then an ordinary
one. It answers as the book's does; the same η means a step 1/(1 - p)² as long in the weights behind the mask.

Nothing of the way forward and back changes: a hidden layer has another activation function, its own behind a mask.

>>> masks([784, 5, 10], 0.5, Random(3))                 # none for the input and the output
[[0.0, 2.0, 0.0, 2.0, 2.0]]
"""
from __future__ import annotations

from random import Random
from typing import List, Sequence

from .activations import Activation
from .matrix import Vector, hadamard


def masks(sizes: Sequence[int], p: float, rng: Random) -> List[Vector]:
    """For each hidden layer what its activations are multiplied by: 0 with probability p, else 1/(1 - p)."""
    return [[0.0 if rng.random() < p else 1.0 / (1.0 - p) for _ in range(n)] for n in sizes[1:-1]]


class Masked(Activation):
    """An activation behind a mask, for one example: a → mask ⊙ a forward, and ∂C/∂a → mask ⊙ ∂C/∂a on the way back."""

    def __init__(self, activation: Activation, mask: Vector) -> None:
        self.activation, self.mask = activation, mask

    def __call__(self, z: Vector) -> Vector:
        # Kept for the way back: what a mask has made 0 cannot be seen in the masked activations.
        self.unmasked = self.activation(z)
        return hadamard(self.mask, self.unmasked)

    def backward(self, a: Vector, g: Vector) -> Vector:
        return self.activation.backward(self.unmasked, hadamard(self.mask, g))


def masked(functions: Sequence[Activation], masks: Sequence[Vector]) -> List[Activation]:
    """The activation functions of a network, those of its hidden layers behind masks."""
    return [*map(Masked, functions, masks), functions[-1]]
