"""The contenders: the same network, trained by the same algorithm, in different hands.

Each module here holds one `Contender`. All but scikit-learn's start from the weights of one and the same
purenn network and shuffle with its generator, so they take the same steps and end, to rounding, at the
same weights. What is timed is therefore the same work.

    with_purenn     purenn
    with_packed     purenn, its first layer packed into integers (`train --packed`)
    with_columns    purenn, its first weights by columns (what `train` takes under PyPy)
    with_lists      plain lists as most projects from scratch use them
    with_numpy      the book's algorithm, one sample at a time, in NumPy
    with_sklearn    scikit-learn's MLPClassifier
    with_torch      PyTorch, one mini-batch at a time

The optional libraries are imported by name, as `Any`: mypy then says the same with them and without.
"""
from __future__ import annotations

from abc import ABC, abstractmethod
from importlib import import_module
from typing import Any, Callable, ClassVar, Dict, List, Sequence, Type

from purenn.matrix import Vector
from purenn.network import TrainingExample
from purenn.network2 import Network

CLASSES: Dict[str, str] = {
    "purenn": "Purenn", "packed": "Packed", "columns": "Columns", "lists": "Lists", "numpy": "NumPy",
    "sklearn": "ScikitLearn", "torch": "Torch"}
"""Each contender's class by the name of its module, without the with_."""


class Contender(ABC):
    """A network of sigmoid neurons that learns by stochastic gradient descent."""

    title: ClassVar[str]
    share: ClassVar[float] = 1.0        # of the training images, for those so slow that fewer must do

    @abstractmethod
    def __init__(self, start: Network) -> None:
        """Start from the weights of `start`, and shuffle with its generator."""

    @abstractmethod
    def train(self, training_data: Sequence[TrainingExample], epochs: int, mini_batch_size: int, eta: float,
              lap: Callable[[], None]) -> None:
        """Train for so many epochs, in shuffled mini-batches, and call `lap` after each.

        What is done once, such as turning lists into arrays, falls into the first epoch, which is not counted.
        """

    @abstractmethod
    def feedforward(self, x: Vector) -> Vector:
        """The network's output for the input x."""


class Textbook(Contender):
    """One whose epochs are the book's: shuffle, cut into mini-batches, take a step for each."""

    def __init__(self, start: Network) -> None:
        self.rng = start.rng

    def train(self, training_data: Sequence[TrainingExample], epochs: int, mini_batch_size: int, eta: float,
              lap: Callable[[], None]) -> None:
        examples = self.prepare(training_data)
        for _ in range(epochs):
            shuffled = self.rng.sample(examples, len(examples))
            for k in range(0, len(shuffled), mini_batch_size):
                self.update_mini_batch(shuffled[k:k + mini_batch_size], eta)
            lap()

    def prepare(self, training_data: Sequence[TrainingExample]) -> List[Any]:
        """The examples as `update_mini_batch` wants them."""
        return list(training_data)

    @abstractmethod
    def update_mini_batch(self, mini_batch: List[Any], eta: float) -> None:
        """One step of gradient descent: w → w - (η/m)·Σ ∂C/∂w over the m examples, and so for b."""


def contender(name: str) -> Type[Contender]:
    """The contender of that name. Raises ImportError where its library is not installed."""
    found: Type[Contender] = getattr(import_module(f"{__name__}.with_{name}"), CLASSES[name])
    return found
