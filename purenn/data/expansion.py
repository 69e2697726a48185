"""More training data from the same images: each one, and the same moved by a pixel up, down, left and right.

A digit stays the same digit when it moves; a network does not know that until it has seen it (chapter 3, "Artificially
expanding the training data"). A moved image is made when it is asked for, so that five times the examples take no
more memory.

>>> examples = expanded([([0.1, 0.2,
...                        0.3, 0.4], [1.0])])
>>> [x for x, y in examples]
[[0.1, 0.2, 0.3, 0.4], [0.3, 0.4, 0.0, 0.0], [0.0, 0.0, 0.1, 0.2], [0.2, 0.0, 0.4, 0.0], [0.0, 0.1, 0.0, 0.3]]
"""
from __future__ import annotations

from math import isqrt
from typing import List, Sequence, Tuple, overload

from ..matrix import Vector
from ..network import TrainingExample


class Expanded(Sequence[TrainingExample]):
    """The examples, and then each of them moved up, down, left and right: 5n in all, made when asked for."""

    def __init__(self, examples: Sequence[TrainingExample]) -> None:
        """ValueError if an image is not square."""
        self.examples = examples
        for k, (x, _) in enumerate(examples):
            if isqrt(len(x)) ** 2 != len(x):
                raise ValueError(f"expanded: square images, which the {len(x)} pixels of image {k} are not")

    def __len__(self) -> int:
        return 5 * len(self.examples)

    @overload
    def __getitem__(self, index: int) -> TrainingExample: ...

    @overload
    def __getitem__(self, index: slice) -> List[TrainingExample]: ...

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        if isinstance(index, slice):
            return [self[k] for k in range(*index.indices(len(self)))]
        direction, k = divmod(range(len(self))[index], len(self.examples))
        x, y = self.examples[k]
        return moved(x, direction), y


def expanded(examples: Sequence[TrainingExample]) -> Expanded:
    """The training data and their neighbours: see Expanded."""
    return Expanded(examples)


def moved(x: Vector, direction: int) -> Vector:
    """A square image moved by a pixel: 1 up, 2 down, 3 left, 4 right, 0 not at all. What leaves it is lost, what
    enters is blank."""
    width = isqrt(len(x))
    blank = [0.0] * width
    if direction == 1:
        return x[width:] + blank
    if direction == 2:
        return blank + x[:-width]
    if direction == 3:
        x = x[1:] + [0.0]
        x[width - 1::width] = blank
    elif direction == 4:
        x = [0.0] + x[:-1]
        x[::width] = blank
    return x
