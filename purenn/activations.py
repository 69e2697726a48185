"""Activation functions: what a layer of neurons makes of its weighted inputs.

Each goes two ways. Forward, `activation(z)` turns a layer's weighted inputs z into its activations a.
Backward, `activation.backward(a, g)` turns g = ∂C/∂a into ∂C/∂z = Jᵀ·g, computed from the activations alone.
J is the Jacobian, the matrix of all slopes: J[j][k] = ∂aⱼ/∂zₖ. Most functions act on each element by itself;
then J is diagonal and the result is g ⊙ σ′(z), the product in the book's (BP1) and (BP2). In softmax every
output depends on every input, and the same equations hold with Jᵀ·g in the product's place.

>>> sigmoid([0.0])
[0.5]
>>> sigmoid.backward([0.5], [8.0])          # σ′ = σ·(1 - σ) = 0.25
[2.0]
>>> softmax([1000.0, 1000.0])
[0.5, 0.5]

A new activation is a class here, and nothing else: commands, files and `trace` find it by its name in lower case.
A class in another file joins by an entry of its own: ACTIVATIONS["mine"] = Mine().
"""
from __future__ import annotations

from abc import ABC, abstractmethod
from math import exp, tanh as _tanh
from typing import Any, Dict

from .matrix import Vector, dot, scale


class Activation(ABC):
    """A function on the vector of a whole layer, and its derivative."""

    @abstractmethod
    def __call__(self, z: Vector) -> Vector:
        """The activations a of a layer whose weighted inputs are z; of the same length."""

    @abstractmethod
    def backward(self, a: Vector, g: Vector) -> Vector:
        """∂C/∂z from the activations a = self(z) and g = ∂C/∂a, all of the same length."""

    def __repr__(self) -> str:
        return type(self).__name__.lower()

    def __reduce__(self) -> Any:
        """Copied and pickled by name, if it has one: there is one of each, and `costs` compares with `is`."""
        return (named, (repr(self),)) if ACTIVATIONS.get(repr(self)) is self else super().__reduce__()


class Sigmoid(Activation):
    """σ(z) = 1 / (1 + e⁻ᶻ), between 0 and 1, with σ′ = σ·(1 - σ) (book, equation 3)."""

    def __call__(self, z: Vector) -> Vector:
        # Two forms of one formula: exp is only given numbers up to zero, for above 709.78 it overflows.
        return [1.0 / (1.0 + exp(-zj)) if zj > 0.0 else (e := exp(zj)) / (1.0 + e) for zj in z]

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


ACTIVATIONS: Dict[str, Activation] = {repr(one): one for one in (kind() for kind in Activation.__subclasses__())}
"""Every activation by its name, for command lines and files: one of each class above."""


def named(name: str) -> Activation:
    """The activation of this name.

    >>> named("relu")([-1.0, 2.0])
    [0.0, 2.0]
    """
    return ACTIVATIONS[name]


sigmoid, tanh, relu, softmax, identity = map(named, ["sigmoid", "tanh", "relu", "softmax", "identity"])
