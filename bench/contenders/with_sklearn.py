"""scikit-learn's MLPClassifier: layers, learning rule and mini-batches as the others have.

It knows neither the quadratic cost nor sigmoid outputs with ten classes; it has cross-entropy and softmax,
which is the same amount of work and wants a smaller η. It also draws its own weights and shuffles for itself.
"""
from __future__ import annotations

from importlib import import_module
from typing import Any, Callable, Sequence

from purenn.matrix import Vector, argmax
from purenn.network import TrainingExample
from purenn.network2 import Network

from . import Contender

sklearn: Any = import_module("sklearn")
MLPClassifier: Any = import_module("sklearn.neural_network").MLPClassifier


class ScikitLearn(Contender):
    title = f"scikit-learn {sklearn.__version__}"

    def __init__(self, start: Network) -> None:
        self.sizes = start.sizes

    def train(self, training_data: Sequence[TrainingExample], epochs: int, mini_batch_size: int, eta: float,
              lap: Callable[[], None]) -> None:
        np: Any = import_module("numpy")
        x, y = np.array([x for x, _ in training_data]), np.array([argmax(y) for _, y in training_data])
        self.model = MLPClassifier(
            self.sizes[1:-1], activation="logistic", solver="sgd", alpha=0.0, batch_size=mini_batch_size,
            learning_rate="constant", learning_rate_init=eta / 10, momentum=0.0, nesterovs_momentum=False,
            random_state=0)
        for _ in range(epochs):
            self.model.partial_fit(x, y, classes=range(self.sizes[-1]))
            lap()

    def feedforward(self, x: Vector) -> Vector:
        answer: Vector = self.model.predict_proba([x])[0].tolist()
        return answer
