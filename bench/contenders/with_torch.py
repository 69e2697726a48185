"""PyTorch on one thread: its layers, its automatic differentiation, its optimiser, a mini-batch at a time.

In double precision, like the others. (Single precision saves it a tenth: with matrices this small PyTorch's
time goes into its calls, not into its sums.)
"""
from __future__ import annotations

from importlib import import_module
from typing import Any, Callable, Sequence

from purenn.matrix import Vector
from purenn.network import TrainingExample
from purenn.network2 import Network

from . import Contender

torch: Any = import_module("torch")


class Torch(Contender):
    title = f"PyTorch {torch.__version__}"

    def __init__(self, start: Network) -> None:
        self.rng = start.rng
        torch.set_num_threads(1)
        layers = []
        for b, w in zip(start.biases, start.weights):
            linear = torch.nn.Linear(len(w[0]), len(b), dtype=torch.float64)
            linear.weight.data = torch.tensor(w, dtype=torch.float64)
            linear.bias.data = torch.tensor(b, dtype=torch.float64)
            layers += [linear, torch.nn.Sigmoid()]
        self.model = torch.nn.Sequential(*layers)

    def train(self, training_data: Sequence[TrainingExample], epochs: int, mini_batch_size: int, eta: float,
              lap: Callable[[], None]) -> None:
        x = torch.tensor([x for x, _ in training_data], dtype=torch.float64)
        y = torch.tensor([y for _, y in training_data], dtype=torch.float64)
        optimizer = torch.optim.SGD(self.model.parameters(), lr=eta)
        for _ in range(epochs):
            order = torch.tensor(self.rng.sample(range(len(x)), len(x)))
            for chosen in order.split(mini_batch_size):
                self.step(x[chosen], y[chosen], optimizer)
            lap()

    def step(self, x: Any, y: Any, optimizer: Any) -> None:
        optimizer.zero_grad()
        loss = 0.5 * ((self.model(x) - y) ** 2).sum() / len(x)
        loss.backward()
        optimizer.step()

    def feedforward(self, x: Vector) -> Vector:
        answer: Vector = self.model(torch.tensor(x, dtype=torch.float64)).tolist()
        return answer
