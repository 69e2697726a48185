"""Plain lists without skill: what most projects from scratch have.

Every product is a nested comprehension, every gradient a fresh set of matrices, every zero is multiplied. It
is right, and it is what purenn would be without the care taken in `purenn.matrix`. As it takes so long, it
is given a tenth of the images.
"""
from __future__ import annotations

from math import exp
from typing import List, Tuple

from purenn.matrix import Matrix, Vector
from purenn.network import TrainingExample
from purenn.network2 import Gradient
from purenn.network2 import Network

from . import Textbook


def sigmoid(z: float) -> float:
    return 1.0 / (1.0 + exp(-z)) if z > -700.0 else 0.0     # below, exp overflows


def sigmoid_prime(z: float) -> float:
    return sigmoid(z) * (1.0 - sigmoid(z))


class Lists(Textbook):
    title = "naive lists"
    share = 0.1

    def __init__(self, start: Network) -> None:
        super().__init__(start)
        self.biases: List[Vector] = [b[:] for b in start.biases]
        self.weights: List[Matrix] = [[row[:] for row in w] for w in start.weights]

    def feedforward(self, x: Vector) -> Vector:
        return self.forward(x)[1][-1]

    def forward(self, x: Vector) -> Tuple[List[Vector], List[Vector]]:
        """The weighted inputs of each layer, and the activations of each, the input's first."""
        zs, activations = [], [x]
        for b, w in zip(self.biases, self.weights):
            z = [sum([row[k] * activations[-1][k] for k in range(len(row))]) + bj for row, bj in zip(w, b)]
            zs.append(z)
            activations.append([sigmoid(zj) for zj in z])
        return zs, activations

    def backprop(self, x: Vector, y: Vector) -> Gradient:
        zs, activations = self.forward(x)
        delta = [(a - yj) * sigmoid_prime(z) for a, yj, z in zip(activations[-1], y, zs[-1])]           # (BP1)
        nabla_b = [delta]                                                                               # (BP3)
        nabla_w = [[[dj * ak for ak in activations[-2]] for dj in delta]]                               # (BP4)
        for l in range(2, len(self.biases) + 1):
            w = self.weights[-l + 1]
            delta = [sum([w[j][k] * delta[j] for j in range(len(delta))]) * sigmoid_prime(zs[-l][k])    # (BP2)
                     for k in range(len(zs[-l]))]
            nabla_b.insert(0, delta)
            nabla_w.insert(0, [[dj * ak for ak in activations[-l - 1]] for dj in delta])
        return nabla_b, nabla_w

    def update_mini_batch(self, mini_batch: List[TrainingExample], eta: float) -> None:
        nabla_b = [[0.0 for _ in b] for b in self.biases]
        nabla_w = [[[0.0 for _ in row] for row in w] for w in self.weights]
        for x, y in mini_batch:
            more_b, more_w = self.backprop(x, y)
            nabla_b = [[s + t for s, t in zip(b, c)] for b, c in zip(nabla_b, more_b)]
            nabla_w = [[[s + t for s, t in zip(row, other)] for row, other in zip(w, v)]
                       for w, v in zip(nabla_w, more_w)]
        step = eta / len(mini_batch)
        self.biases = [[s - step * t for s, t in zip(b, c)] for b, c in zip(self.biases, nabla_b)]
        self.weights = [[[s - step * t for s, t in zip(row, other)] for row, other in zip(w, v)]
                        for w, v in zip(self.weights, nabla_w)]
