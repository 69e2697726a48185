"""The book's algorithm in NumPy, as a reader of its first two chapters writes it.

One sample at a time, vectors as columns, products by `np.dot`, a gradient of zeros to begin with for every
mini-batch and again for every sample.
"""
from __future__ import annotations

from importlib import import_module
from typing import Any, List, Sequence, Tuple

from purenn.matrix import Vector
from purenn.network import TrainingExample
from purenn.network2 import Network

from . import Textbook

np: Any = import_module("numpy")

Columns = Tuple[Any, Any]       # (x, y), both arrays of one column


def sigmoid(z: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z: Any) -> Any:
    return sigmoid(z) * (1.0 - sigmoid(z))


def column(x: Vector) -> Any:
    return np.array(x).reshape(-1, 1)


class NumPy(Textbook):
    title = f"the book in NumPy {np.__version__}"

    def __init__(self, start: Network) -> None:
        super().__init__(start)
        self.biases = [column(b) for b in start.biases]
        self.weights = [np.array(w) for w in start.weights]

    def prepare(self, training_data: Sequence[TrainingExample]) -> List[Columns]:
        return [(column(x), column(y)) for x, y in training_data]

    def feedforward(self, x: Vector) -> Vector:
        answer: Vector = self.output(column(x)).ravel().tolist()
        return answer

    def output(self, a: Any) -> Any:
        """The network's output for a column."""
        for b, w in zip(self.biases, self.weights):
            a = sigmoid(np.dot(w, a) + b)
        return a

    def backprop(self, x: Any, y: Any) -> Tuple[List[Any], List[Any]]:
        nabla_b, nabla_w = self.nothing()
        zs, activations = [], [x]
        for b, w in zip(self.biases, self.weights):
            zs.append(np.dot(w, activations[-1]) + b)
            activations.append(sigmoid(zs[-1]))
        delta = (activations[-1] - y) * sigmoid_prime(zs[-1])                           # (BP1)
        for l in range(1, len(self.biases) + 1):
            if l > 1:
                delta = np.dot(self.weights[-l + 1].T, delta) * sigmoid_prime(zs[-l])   # (BP2)
            nabla_b[-l] = delta                                                         # (BP3)
            nabla_w[-l] = np.dot(delta, activations[-l - 1].T)                          # (BP4)
        return nabla_b, nabla_w

    def update_mini_batch(self, mini_batch: List[Columns], eta: float) -> None:
        nabla_b, nabla_w = self.nothing()
        for x, y in mini_batch:
            more_b, more_w = self.backprop(x, y)
            nabla_b = [s + t for s, t in zip(nabla_b, more_b)]
            nabla_w = [s + t for s, t in zip(nabla_w, more_w)]
        step = eta / len(mini_batch)
        self.biases = [b - step * nabla for b, nabla in zip(self.biases, nabla_b)]
        self.weights = [w - step * nabla for w, nabla in zip(self.weights, nabla_w)]

    def nothing(self) -> Tuple[List[Any], List[Any]]:
        """A gradient of zeros."""
        return [np.zeros(b.shape) for b in self.biases], [np.zeros(w.shape) for w in self.weights]
