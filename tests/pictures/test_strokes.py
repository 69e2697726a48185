"""How often a network reads what a person draws: the drawings of `strokes`, prepared as the page prepares them."""
from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Tuple

import pytest

from purenn import data
from purenn.history import Score
from purenn.network2 import Network
from purenn.pictures.prepare import drawn, prepare
from purenn.recipes import RECIPES
from strokes import KEPT_ASIDE, default_network, drawings


@lru_cache(maxsize=None)
def loaded(folder: Path) -> data.Data:
    """MNIST takes seconds to load: once is enough."""
    return data.load(folder)


def scores(net: Network, side: int) -> Tuple[Score, Score]:
    """(of the hands that were there to tune with, of those kept aside)"""
    def score(first: int, last: int) -> Score:
        return net.score([(prepare(drawn(drawing.strokes, drawing.pen), side), drawing.digit)
                          for drawing in drawings(first, last)])

    return score(0, 6 - KEPT_ASIDE), score(6 - KEPT_ASIDE, 6)


def test_a_network_trained_on_the_embedded_digits_reads_eight_of_ten() -> None:
    """The network that `python -m purenn.draw` trains; it read 153 / 160 and 74 / 80 when this was written."""
    tuned, aside = scores(default_network(), 8)
    assert tuned.total == 160 and aside.total == 80
    assert tuned.fraction >= 0.8 and aside.fraction >= 0.8


def test_a_network_trained_on_a_tenth_of_mnist_reads_nine_of_ten(mnist_folder: Path) -> None:
    """A small network of chapter 3's kind, three epochs on 5,000 images: seconds, where 50,000 would take minutes."""
    recipe = replace(RECIPES["chapter-3"], hidden=(30,), epochs=3, lmbda=0.5)
    net = recipe.network(inputs=784)
    recipe.train(net, loaded(mnist_folder)[0][:5000], [], [], report=lambda epoch: None)
    tuned, aside = scores(net, 28)
    assert (tuned.right + aside.right) / (tuned.total + aside.total) >= 0.9


def test_mnist_comes_out_of_its_own_preparation_as_it_went_in(mnist_folder: Path) -> None:
    """The makers of MNIST did the same: 300 of its images change by less than one of their 256 grey levels."""
    for x, _ in loaded(mnist_folder)[2][:300]:
        assert prepare([x[k:k + 28] for k in range(0, 784, 28)], 28) == pytest.approx(x, abs=1 / 255)
