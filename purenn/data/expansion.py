"""More training data from the same images: each one, and the same moved by a pixel up, down, left and right.

A digit stays the same digit when it moves; a network does not know that until it has seen it. The idea is chapter 3's
("Artificially expanding the training data"), and moving by one pixel, from 50,000 images to 250,000, is chapter 6's
(`expand_mnist.py`). A moved image is made when it is asked for, so that five times the examples take no more memory.

>>> examples = expanded([([0.1, 0.2,
...                        0.3, 0.4], [1.0])])
>>> [x for x, y in examples]
[[0.1, 0.2, 0.3, 0.4], [0.3, 0.4, 0.0, 0.0], [0.0, 0.0, 0.1, 0.2], [0.2, 0.0, 0.4, 0.0], [0.0, 0.1, 0.0, 0.3]]
"""
from __future__ import annotations

from math import isqrt
from typing import List, Sequence, TypeVar, Union, cast, overload

from ..matrix import Pixels, Vector
from ..network import TrainingExample

T = TypeVar("T", List[float], bytearray)


class Expanded(Sequence[TrainingExample]):
    """The n examples, and then each of them moved up, down, left and right: 5n in all, or those at some `places` of
    them. A slice of it is one, too."""

    def __init__(self, examples: Sequence[TrainingExample], places: Sequence[int]) -> None:
        self.examples, self.places = examples, places

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, index: int) -> TrainingExample: ...

    @overload
    def __getitem__(self, index: slice) -> Expanded: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[TrainingExample, Expanded]:
        if isinstance(index, slice):
            return Expanded(self.examples, self.places[index])
        direction, k = divmod(self.places[index], len(self.examples))
        x, y = self.examples[k]
        return moved(x, direction), y


def expanded(examples: Sequence[TrainingExample]) -> Expanded:
    """The examples and their neighbours, 5n in all. ValueError if an image is not square."""
    for k, (x, _) in enumerate(examples):
        if isqrt(len(x)) ** 2 != len(x):
            raise ValueError(f"expanded: square images, which the {len(x)} pixels of image {k} are not")
    return Expanded(examples, range(5 * len(examples)))


def moved(x: Vector, direction: int) -> Vector:
    """A square image moved by a pixel: 1 up, 2 down, 3 left, 4 right, 0 not at all. What leaves it is lost, what
    enters is blank. An image that is kept as bytes is moved as bytes."""
    if isinstance(x, Pixels):
        return cast(Vector, Pixels(bytes(_moved(bytearray(x.shades), bytearray(1), direction)), x.scale))
    return _moved(x[:], [0.0], direction)


def _moved(x: T, zero: T, direction: int) -> T:
    """The same for a list or a bytearray, which is changed; `zero` is one with a single blank pixel."""
    width = isqrt(len(x))
    if direction == 1:
        return x[width:] + width * zero
    if direction == 2:
        return width * zero + x[:-width]
    if direction == 3:
        x = x[1:] + zero
        x[width - 1::width] = width * zero
    elif direction == 4:
        x = zero + x[:-1]
        x[::width] = width * zero
    return x
