"""How often a network reads what a person draws: the drawings of `strokes`, prepared as the page prepares them."""
from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

import strokes
from purenn import data
from purenn.pictures.prepare import prepare
from purenn.recipes import RECIPES
from strokes import score


@lru_cache(maxsize=None)
def loaded(folder: Path) -> data.Data:
    """MNIST takes seconds to load: once is enough."""
    return data.load(folder)


@pytest.mark.long
def test_a_network_trained_on_the_embedded_digits_reads_227_of_240(
        trained: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The network that `python -m purenn.draw` trains, as the README says. (Another interpreter may round sums
    differently, and read one or two more or less.)"""
    monkeypatch.setattr("sys.argv", ["strokes.py", str(trained / "model.json")])
    strokes.main()
    printed = re.search(r": (\d+) / 240, 9\d\.\d%; of the hands kept aside (\d+) / 80, ", capsys.readouterr().out)
    assert printed and abs(int(printed[1]) - 227) <= 2 and abs(int(printed[2]) - 74) <= 2


@pytest.mark.long
def test_a_network_trained_on_a_little_of_mnist_reads_nine_of_ten(mnist_folder: Path) -> None:
    """A small network of chapter 3's kind, three epochs on 2,000 images: seconds, where 50,000 would take minutes."""
    recipe = replace(RECIPES["chapter-3"], hidden=(30,), epochs=3, lmbda=0.2)
    net = recipe.network(inputs=784)
    recipe.train(net, loaded(mnist_folder)[0][:2000], [], [], report=lambda epoch: None)
    assert score(net).fraction >= 0.9


@pytest.mark.slow
def test_mnist_comes_out_of_its_own_preparation_as_it_went_in(mnist_folder: Path) -> None:
    """The makers of MNIST did the same: 300 of its images change by less than one of their 256 grey levels."""
    for x, _ in loaded(mnist_folder)[2][:300]:
        assert prepare([x[k:k + 28] for k in range(0, 784, 28)], 28) == pytest.approx(x, abs=1 / 255)
