"""Activation functions: what a layer of neurons makes of its weighted inputs.

Each goes two ways. Forward, `activation(z)` turns a layer's weighted inputs z into its activations a.
Backward, `activation.backward(a, g)` turns g = ∂C/∂a into ∂C/∂z = Jᵀ·g, computed from the activations alone.
J is the Jacobian, the matrix of all slopes: J[j][k] = ∂aⱼ/∂zₖ. Most functions act on each element by itself;
then J is diagonal and the result is g ⊙ σ′(z), the product in the book's (BP1) and (BP2). In softmax every
output depends on every input, and the same equations hold with Jᵀ·g in the product's place. (Chapter 3,
http://neuralnetworksanddeeplearning.com/chap3.html#other_models_of_artificial_neuron and #softmax.)

>>> sigmoid([0.0])
[0.5]
>>> sigmoid.backward([0.5], [8.0])          # σ′ = σ·(1 - σ) = 0.25
[2.0]
>>> softmax([1000.0, 1000.0])
[0.5, 0.5]

A new activation is a class, and a line in the table at the end: commands, files and `trace` find it there.
"""
from __future__ import annotations

from abc import ABC, abstractmethod
from math import exp, tanh as _tanh

from . import network
from .matrix import Vector, dot, scale


class Activation(ABC):
    """A function on the vector of a whole layer, and its derivative."""

    @abstractmethod
    def __call__(self, z: Vector) -> Vector:
        """The activations a of a layer whose weighted inputs are z; of the same length."""

    @abstractmethod
    def backward(self, a: Vector, g: Vector) -> Vector:
        """∂C/∂z from the activations a = self(z) and g = ∂C/∂a, all of the same length."""

    def __eq__(self, other: object) -> bool:
        """Whether it is the same function: a copy of tanh is tanh."""
        return self is other or type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(type(self))

    def __repr__(self) -> str:
        return type(self).__name__.lower()


class Sigmoid(Activation):
    """σ(z) = 1 / (1 + e⁻ᶻ), between 0 and 1, with σ′ = σ·(1 - σ): `network.sigmoid`, and its way back."""

    def __call__(self, z: Vector) -> Vector:
        return network.sigmoid(z)

    def backward(self, a: Vector, g: Vector) -> Vector:
        return [gj * aj * (1.0 - aj) for aj, gj in zip(a, g)]


class Tanh(Activation):
    """tanh(z), between -1 and 1, with tanh′ = 1 - tanh² (book, equation 110)."""

    def __call__(self, z: Vector) -> Vector:
        return [_tanh(zj) for zj in z]

    def backward(self, a: Vector, g: Vector) -> Vector:
        return [gj * (1.0 - aj * aj) for aj, gj in zip(a, g)]


class ReLU(Activation):
    """max(0, z), the rectified linear unit; its derivative is 1 above zero, 0 below, and taken as 0 at zero."""

    def __call__(self, z: Vector) -> Vector:
        return [0.0 if zj <= 0.0 else zj for zj in z]        # nan stays nan

    def backward(self, a: Vector, g: Vector) -> Vector:
        return [gj if aj > 0.0 else 0.0 for aj, gj in zip(a, g)]


class Softmax(Activation):
    """exp(zⱼ) / Σₖ exp(zₖ): positive numbers that sum to 1 (book, equation 78).

    ∂aⱼ/∂zₖ = aⱼ·([j = k] - aₖ), where [j = k] is 1 or 0.
    """

    def __call__(self, z: Vector) -> Vector:
        # Taking the largest z off all of them leaves the quotient as it is and keeps exp from overflowing.
        largest = max(z)
        powers = [exp(zj - largest) for zj in z]
        return scale(1.0 / sum(powers), powers)

    def backward(self, a: Vector, g: Vector) -> Vector:
        mean = dot(a, g)
        return [aj * (gj - mean) for aj, gj in zip(a, g)]


class Identity(Activation):
    """z itself: a linear neuron."""

    def __call__(self, z: Vector) -> Vector:
        return z[:]

    def backward(self, a: Vector, g: Vector) -> Vector:
        return g[:]


sigmoid, tanh, relu, softmax, identity = Sigmoid(), Tanh(), ReLU(), Softmax(), Identity()

ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": sigmoid, "tanh": tanh, "relu": relu, "softmax": softmax, "identity": identity}
"""Every activation by its name on command lines and in files."""
