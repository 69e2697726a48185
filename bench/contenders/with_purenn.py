"""purenn itself: `Network.SGD`, as anybody would call it."""
from __future__ import annotations

from typing import Callable, Sequence

from purenn.matrix import Vector
from purenn.network import TrainingExample
from purenn.network2 import Network

from . import Contender


class Purenn(Contender):
    title = "purenn"

    def __init__(self, start: Network) -> None:
        self.net = start

    def train(self, training_data: Sequence[TrainingExample], epochs: int, mini_batch_size: int, eta: float,
              lap: Callable[[], None]) -> None:
        self.net.SGD(training_data, epochs, mini_batch_size, eta, report=lambda epoch: lap())

    def feedforward(self, x: Vector) -> Vector:
        return self.net.feedforward(x)
