"""The book's own runs. What is expected here was measured by the book's programs, NumPy and Python 2."""
from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Callable

import pytest
from pytest import approx

from purenn.experiments import same_seed
from purenn.experiments.lab import Lab
from purenn.experiments.python2 import BookNetwork, BookRandom


def test_numpys_normal_numbers() -> None:
    """np.random.seed(12345678); np.random.randn(5)"""
    rng = BookRandom()
    assert [rng.gauss() for _ in range(5)] == [0.5537081891302397, -1.4596319930600405, -1.294585139377667,
                                               -1.5096739451572456, 1.5718749014908178]


def test_python_2s_shuffle() -> None:
    """random.seed(12345678); x = list(range(10)); random.shuffle(x), and again: Python 3.9 still does as Python 2 did,
    if it is told to, by random.shuffle(x, random.random)."""
    rng = BookRandom()
    assert rng.sample(range(10), 10) == [6, 4, 0, 8, 2, 3, 9, 1, 5, 7]
    assert rng.sample(range(10), 10) == [7, 5, 3, 2, 8, 0, 9, 6, 1, 4]


def test_all_biases_come_before_all_weights() -> None:
    """[3, 2, 1] has 2 + 1 biases, 2 x 3 + 1 x 2 weights. Small weights are divided by the root of 3, or of 2."""
    rng = BookRandom()
    drawn = [rng.gauss() for _ in range(22)]
    net = BookNetwork([3, 2, 1], BookRandom(), initializer="scaled")
    assert net.biases == [drawn[:2], drawn[2:3]]
    assert net.weights == [[[w / 3 ** 0.5 for w in drawn[3:6]], [w / 3 ** 0.5 for w in drawn[6:9]]],
                           [[w / 2 ** 0.5 for w in drawn[9:11]]]]
    net.large_weight_initializer()
    assert net.weights == [[drawn[14:17], drawn[17:20]], [drawn[20:22]]]


@pytest.mark.skipif(sys.implementation.name != "pypy", reason="half a minute each; PyPy needs some seconds")
@pytest.mark.parametrize("run, curve, once", [
    (partial(same_seed.all_images, lmbda=5.0), "test accuracy", 92.12), (same_seed.weights, same_seed.SMALL, 92.70),
    (same_seed.rates, "η = 0.025", 0.87809508908377998)])
def test_the_books_first_epoch_of_all_images(mnist_folder: Path, run: Callable[[Lab], None], curve: str, once: float
                                             ) -> None:
    """The first numbers of fig/regularized_full.json, weight_initialization_30.json and multiple_eta.json."""
    lab = Lab(seed=0, source=str(mnist_folder), epochs=1)
    run(lab)
    assert lab.curves[curve] == [approx(once, rel=1e-13)]


@pytest.mark.long
def test_the_books_first_epoch(mnist_folder: Path) -> None:
    """The beginning of fig/overfitting.json in the book's repository. Only the last digits of the costs differ, for the
    sums of NumPy are made in another order."""
    lab = Lab(seed=0, source=str(mnist_folder), epochs=1)
    same_seed.thousand(lab, lmbda=0.0)
    assert lab.curves["evaluation accuracy"] == approx([58.87], abs=1e-9)
    assert lab.curves["training accuracy"] == approx([69.0], abs=1e-9)
    assert lab.curves["evaluation cost"] == approx([2.0762772323329082], rel=1e-13)
    assert lab.curves["training cost"] == approx([1.8433647860328504], rel=1e-13)
