"""Expanded training data: five times the examples, not five times the memory."""
from __future__ import annotations

import sys
from random import Random
from typing import Callable, Sequence, Type, cast

import pytest

from purenn import packed
from purenn.cores.shards import ShardedNetwork
from purenn.data import expanded, load
from purenn.matrix import Pixels, Vector
from purenn.network import TrainingExample
from purenn.network2 import Network

PICTURE = [0.1, 0.2, 0.3,
           0.4, 0.5, 0.6,
           0.7, 0.8, 0.9]
UP = [0.4, 0.5, 0.6,
      0.7, 0.8, 0.9,
      0.0, 0.0, 0.0]
DOWN = [0.0, 0.0, 0.0,
        0.1, 0.2, 0.3,
        0.4, 0.5, 0.6]
LEFT = [0.2, 0.3, 0.0,
        0.5, 0.6, 0.0,
        0.8, 0.9, 0.0]
RIGHT = [0.0, 0.1, 0.2,
         0.0, 0.4, 0.5,
         0.0, 0.7, 0.8]


def test_each_image_and_its_four_neighbours() -> None:
    y, other = [1.0, 0.0], [0.0, 1.0]
    examples = expanded([(PICTURE, y), ([0.0] * 9, other)])
    assert len(examples) == 10
    assert [x for x, label in examples if label is y] == [PICTURE, UP, DOWN, LEFT, RIGHT]
    assert all(x == [0.0] * 9 for x, label in examples if label is other)
    assert examples[-2][0] == RIGHT and list(examples[2:9:3]) == [examples[2], examples[5], examples[8]]
    with pytest.raises(IndexError):
        examples[10]


def test_the_originals_are_left_as_they_are() -> None:
    picture = PICTURE[:]
    list(expanded([(picture, [1.0])]))
    assert picture == PICTURE


def test_an_image_that_is_not_square() -> None:
    with pytest.raises(ValueError, match="expanded: square images, which the 6 pixels of image 1 are not"):
        expanded([(PICTURE, [1.0]), ([0.0] * 6, [1.0])])


def train(examples: Sequence[TrainingExample], kind: Type[Network] = ShardedNetwork) -> Network:
    net = kind([64, 5, 10], Random(3))
    net.SGD(examples, 1, 10, 1.0, lmbda=0.1, monitor_training_accuracy=True, report=lambda epoch: None)
    return net


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Network, ShardedNetwork, packed.Network])
def test_training_is_the_same_as_with_a_list_of_them(kind: Type[Network]) -> None:
    examples = expanded(load("digits")[0][:40])
    assert train(examples, kind).weights == train(list(examples), kind).weights


@pytest.mark.long
@pytest.mark.skipif(sys.implementation.name != "cpython", reason="memory is traced by CPython only")
def test_training_keeps_no_list_of_them() -> None:
    """100 images of 64 pixels, expanded: 500 lists of 64 pointers would be 500·(56 + 64·8) bytes = 284 kB, and their
    supports more. What training needs beside is one number for each example, and ten examples at a time."""
    import tracemalloc

    def peak(train: Callable[[], object]) -> int:
        tracemalloc.start()
        try:
            train()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    images = [(list(x), y) for x, y in load("digits")[0][:100]]         # bytes would take an eighth
    assert peak(lambda: train(expanded(images))) < 0.15e6
    assert peak(lambda: train(expanded(images), packed.Network)) < 0.15e6
    assert peak(lambda: train(list(expanded(images)))) > 0.28e6


def test_an_image_of_bytes_is_moved_as_bytes() -> None:
    shades = bytes([0, 51, 102, 153, 204, 255, 0, 51, 102])
    x, y = cast(Vector, Pixels(shades)), [1.0]
    of_bytes, of_floats = expanded([(x, y)]), expanded([(list(x), y)])
    assert all(isinstance(image, Pixels) for image, _ in of_bytes)
    assert list(of_bytes) == list(of_floats) and x == [byte / 255 for byte in shades]
